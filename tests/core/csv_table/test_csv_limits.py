"""Tables at the borders of what is guessed, counted and shown."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.csv_table import (
    TableProblem,
    data_from_csv,
    read_in_pieces,
    read_table,
    suggested_kind,
    table_to_data,
    to_csv,
)
from gdsim.core.csv_table.layout import _looks_like_header, _score
from gdsim.core.csv_table.numbers import is_missing
from gdsim.core.csv_table.table import number_text
from gdsim.core.datasets import Data, targets_of


def column(source, name="b", **given):
    return read_table(source, **given).column(name)


# The guess


@pytest.mark.parametrize(
    ("source", "delimiter", "decimal", "header"),
    [
        ("a;b\n1,234;2\n2,345;3\n", ";", ",", True),  # rather a decimal comma than thousands
        ("a,x;b\n1;2\n3;4\n", ";", ".", True),  # a comma in a name tells nothing
        ("1,234;2\n", ";", ",", False),
        ("a;b\n1;2\n3;4\n", ";", ".", True),
        # Five rows fit both signs, the sixth only one.
        ('a,b\n1,2\n2,3\n3,4\n4,5\n5,6\n"1,5","2,5"\n', ",", ",", True),
        # Spaces would give more numbers, but semicolons leave nothing else.
        ("1 000 000;2 000 000\n3 000 000;4 000 000\n", ";", ".", False),
        # Most rows have the same number of commas, and numbers between them; all have as many tabs.
        ("ann x\tb\t1,2,3\n" * 3 + "bob y\tc\t4\n" * 2, "\t", ",", True),
        # More lines are blank than not.
        ("a,b\n\n\n1,2\n\n\n3,4\n\n", ",", ".", True),
    ],
)
def test_the_layout_that_fits_best_is_taken(source, delimiter, decimal, header):
    layout = read_table(source).layout
    assert (layout.delimiter, layout.decimal, layout.header) == (delimiter, decimal, header)


def test_a_guess_is_rated_by_regular_lines_and_by_numbers():
    """A share of lines times one and a share of cells, below the first line; a line of names, or none, of numbers."""
    for rows, rating in (
        (["a b", "1 2"], 2.0),
        (["a b", "1 x", "? 2", "u v"], 1.5),
        (["a b", "1 x", "1"], 2 / 3 * 1.5),
        (["1 x"], 1.5),
        (["a", "1"], 0.0),
    ):
        assert _score([row.split() for row in rows], ".") == pytest.approx(rating, rel=1e-15)
    assert _looks_like_header([["x", "name"], ["1", "name"]], ".")
    assert _looks_like_header([["name", "x"], ["name", "1"]], ".")
    assert not _looks_like_header([["x", "name"], ["u", "name"]], ".")


@pytest.mark.parametrize("cell", ["", " ", "NA", "NaN", "n/a", "NULL", "None", "#N/A", "-", "–", "?", "."])
def test_cells_without_a_value(cell):
    assert is_missing(cell)
    assert not is_missing(f"{cell}0")


def test_blanks_around_cells_are_none_of_them():
    table = read_table('a, b\n1, "x, y"\n2, "z, w"\n\t\n')
    assert (table.names, table.columns[1].labels, table.broken) == (("a", "b"), ("x, y", "z, w"), 0)
    assert column("a;b\n1;1,5 \n2;1.234,5 \n3;NA \n", decimal=",").values[:2].tolist() == [1.5, 1234.5]
    assert read_table("a;b\n1;1,234 \n2;n/a \n", decimal=".").notes == (
        "Column 'b' has 1 cell without a value, in line 3.",
    )
    assert read_table("a  b,\u200bc\u200bd\n1,2\n").names == ("a b", "c d")
    assert read_table("SEP=;\nx;y\n1;2\n").names == ("x", "y")
    assert read_table("\n" * 60 + "x;y\n1;2\n").lines.tolist() == [62]


# Numbers or labels


def rows(*cells):
    return "a,b\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))


def test_four_of_five_cells_are_numbers_in_a_column_of_numbers():
    assert not column(rows(1, 2, 3, 4, "x")).is_text
    assert column(rows(1, 2, 3, "y", "x")).is_text
    assert not column(rows("\u200b", "\u200b")).is_text  # there is nothing to read in it
    assert column(rows("\u200b", "\u200b")).known.tolist() == [False, False]
    text = column(rows("x", "y"))
    assert (text.values.shape, text.codes.dtype) == ((0,), np.int32)
    assert column(rows(1, 2)).codes.shape == (0,)


@pytest.mark.parametrize(("width", "decided"), [(2, 400), (4, 200), (100, 20)])
def test_the_first_eight_hundred_cells_decide(width, decided):
    """Numbers up to there, and text from there on: mistakes.  One number less, and it is a column of text."""
    rest = ",0" * (width - 1)
    for numbers, is_text in ((0.8 * decided, False), (0.8 * decided - 1, True)):
        source = f"1{rest}\n" * int(numbers) + f"x{rest}\n" * (2 * decided)
        assert read_table(source, header=False).columns[0].is_text is is_text


def test_cells_without_a_value_are_counted_in_text_too():
    table = read_table("a,b\n1,x\n2,NA\n3,\n4,y\n")
    assert table.notes == ("Column 'b' has 2 cells without a value, the first in line 3.",)
    assert table.missing == 2


def test_long_mistakes_are_shown_in_thirty_letters():
    for length, shown in ((30, "x" * 30), (31, "x" * 29 + "…")):
        (note,) = read_table(rows(*range(9), "x" * length)).notes
        assert repr(shown) in note


def test_seven_broken_lines_are_not_all_named():
    source = "a,b\n" + "1,2\n" * 20 + "3\n" * 6
    assert "(22, 23, 24, 25, 26, 27)" in read_table(source).notes[0]
    assert "(22, 23, 24, 25, 26, 27, …)" in read_table(source + "3\n").notes[0]


# Bytes


def test_what_is_no_text_is_told_from_a_few_strange_letters():
    bell = "a,b\n" + "1,2\n" * 150
    assert len(read_table(bell[:-1] + "\x07\n")) == 150
    with pytest.raises(TableProblem, match="not text"):
        read_table("a,b\n" + "1,2\n" * 20 + "\x07\x07,1\n")
    far = ("a,b\n" + "1,2\n" * 300 + "3,é\n").encode("cp1252")
    assert read_table(far).layout.encoding == "cp1252"
    with pytest.raises(TableProblem, match="Line 102 is longer than 100,000 characters"):
        read_table("1,2\n" * 101 + "x" * 100_000)
    assert read_table("1,2\n" * 101).lines.dtype == np.int64


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_the_share_is_that_of_the_letters(encoding):
    readings = list(read_in_pieces(("1,2\n" * 3000).encode(encoding)))
    assert readings[6].share == pytest.approx(readings[6].rows / 3000, abs=0.01)
    assert (readings[-1].rows, readings[-1].share) == (3000, 1.0)


# Data


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("Class", (1, 2, 3), "classification"),
        ("class", (1.5, 2.5, 3.5), "regression"),
        ("class", range(10), "classification"),
        ("class", range(11), "regression"),
        ("other", (7, 7.5), "regression"),
        ("other", (7, 8), "classification"),
        ("other", (7, 7), "regression"),
    ],
)
def test_few_whole_numbers_are_classes(name, cells, kind):
    table = read_table(f"a,{name}\n" + "".join(f"0.5,{cell}\n" for cell in cells))
    assert suggested_kind(table, name) == kind


def test_as_many_inputs_classes_and_columns_as_there_may_be():
    names = [f"c{i}" for i in range(21)]
    table = read_table(",".join(names) + "\n" + "".join(",".join([str(i)] * 21) + "\n" for i in range(3)))
    assert table_to_data(table, names[:20], "c20").dim == 20
    assert table_to_data(read_table(rows(*(f"k{i}" for i in range(10)))), ["a"], "b").classes == 10
    assert len(read_table(",".join(["1"] * 100) + "\n").names) == 100
    assert len(table_to_data(read_table(rows(1.5, 2)), ["a"], "b")) == 2
    assert len(read_table("1,2\n" * 40).preview()) == 20
    assert read_table("a,a\n1,2\n").names == ("a", "a (2)")


def test_a_table_of_marks_alone_is_nothing_to_learn_from():
    table = read_table("outlier,validation\n0,1\n1,0\n")
    with pytest.raises(TableProblem, match="only mark points"):
        table_to_data(table, ["outlier"], "validation")


def test_marks_of_another_kind_are_not_taken():
    table = read_table("x,y,wrong_label,outlier\n1,2,1,0\n2,3.5,0,1\n3,5,0,0\n")
    data = table_to_data(table, ["x"], "y", "regression")
    assert (data.wrong.any(), data.outlier.tolist()) == (False, [False, True, False])
    data = table_to_data(table, ["x"], "y", "classification")
    assert (data.outlier.any(), data.wrong.tolist()) == (False, [True, False, False])
    with pytest.raises(TableProblem, match="not saved by gdsim"):
        data_from_csv("a,b,c,validation\n1,2,0,0\n2,3,0,0\n")


def test_values_up_to_a_million_millions_are_taken_of_either_sign():
    assert len(table_to_data(read_table("a,b\n-1e12,2\n1e12,3\n"), ["a"], "b")) == 2
    with pytest.raises(TableProblem, match="above 10¹² in line 2"):
        table_to_data(read_table("a,b\n-1.1e12,2\n1,3\n"), ["a"], "b")


@pytest.mark.parametrize(
    ("marks", "held_out"), [((0, 1, 0.5), [False] * 3), ((1, 1, 1), [True] * 3), ((0, 0, 1), None)]
)
def test_a_mark_is_made_of_0_and_1(marks, held_out):
    table = read_table("x,y,validation\n" + "".join(f"{i},{i},{mark}\n" for i, mark in enumerate(marks)))
    assert table_to_data(table, ["x"], "y").validation.tolist() == (held_out or [False, False, True])


@pytest.mark.parametrize("labels", [("1,5", "2,5"), ("a;" + ";".join(map(str, range(60))), "b"), ("x\ty", "z")])
@pytest.mark.parametrize("name", ["1", "#a", "x"])
def test_names_that_look_like_another_layout_come_back(labels, name):
    data = Data([[1.0], [2.0], [3.0]], targets_of([0, 1, 0], 2), "classification", (name,), "kind", labels)
    assert data_from_csv(to_csv(data)) == data


def test_what_is_written_is_quoted_only_where_it_has_to_be():
    data = Data([[1.0], [-2.5]], [[3.0], [1e20]], "regression", ("#a",), validation=[False, True])
    assert to_csv(data) == '"#a","y","outlier","validation"\n1,3,0,0\n-2.5,1e+20,0,1\n'
    data = Data([[1.0], [-2.5]], [[3.0], [1e20]], "regression", ("a",), outlier=[True, False])
    assert to_csv(data) == "a,y,outlier,validation\n1,3,1,0\n-2.5,1e+20,0,0\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [(2.0, "2"), (-3.0, "-3"), (0.5, "0.5"), (1e16, "1e+16"), (-1e16, "-1e+16"), (1e15, "1" + 15 * "0" + ".0"),
     (1e15 - 1, "9" * 15)],
)  # fmt: skip
def test_numbers_as_text(value, text):
    assert number_text(value) == text
