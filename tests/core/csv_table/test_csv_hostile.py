"""Whatever bytes come in: a Table, or a TableProblem with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.csv_table import DELIMITERS, TableProblem, left_out, read_table, table_to_data
from gdsim.core.datasets import Data

cells = st.one_of(
    st.floats(width=32).map(str),
    st.integers().map(str),
    st.sampled_from(
        ["", "NaN", "1,5", "1.234,5", '"', '""', '"a', "class", "validation", "#", "−1", "1e999", "\r", "x y"]
    ),
    st.text(max_size=5),
)
tables = st.builds(
    lambda rows, mark, end: end.join(mark.join(row) for row in rows),
    st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12),
    st.sampled_from([*DELIMITERS, "  ", ", "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
overrides = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from(list(DELIMITERS)),
        "decimal": st.sampled_from(".,"),
        "header": st.booleans(),
    },
)


def read_or_refused(source, given_layout):
    try:
        table = read_table(source, **given_layout)
    except TableProblem as error:
        refusal = str(error)
    else:
        return checked(table)
    assert refusal.endswith(".")
    return None


def checked(table):
    assert len(table) >= 1
    assert len(set(table.names)) == len(table.names) >= 2
    for column in table.columns:
        assert len(column.known) == len(table)
    assert all(note.endswith(".") for note in table.notes)
    assert len(table.preview()) == min(20, len(table))
    return table


@given(st.binary(max_size=300), overrides)
def test_any_bytes(source, given_layout):
    read_or_refused(source, given_layout)


@given(st.text(max_size=200), overrides)
def test_any_text(source, given_layout):
    read_or_refused(source, given_layout)


@given(tables, overrides, st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]), st.data())
def test_anything_like_a_table_becomes_data_or_a_sentence(source, given_layout, encoding, draw):
    table = read_or_refused(source.encode(encoding), given_layout)
    if table is None:
        return
    names = st.sampled_from([*table.names, "another"])
    inputs, target = draw.draw(st.lists(names, max_size=3)), draw.draw(names)
    kind = draw.draw(st.sampled_from([None, "regression", "classification"]))
    try:
        data = table_to_data(table, inputs, target, kind)
    except TableProblem as error:
        refusal = str(error)
    else:
        assert isinstance(data, Data)
        assert len(data) >= 2
        assert (left_out(table, inputs, target) == "") == (len(data) == len(table))
        return
    assert refusal.endswith(".")


@pytest.mark.parametrize(
    "tail", [b"\xff\xfe", b"\xff\xfe\x00", b"\xfe\xff\xd8\x00", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00\x01"]
)
def test_a_mark_with_hardly_anything_after_it(tail):
    with pytest.raises(TableProblem):
        read_table(tail)
