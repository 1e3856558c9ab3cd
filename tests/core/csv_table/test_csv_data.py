"""From columns to data and back."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gdsim.core.csv_table import (
    SAMPLES,
    TableProblem,
    data_from_csv,
    left_out,
    read_table,
    suggested_kind,
    table_to_data,
    to_csv,
)
from gdsim.core.datasets import Data, DataSpec, make_data, targets_of

FOLDER = Path(__file__).parents[3] / "resources" / "data"
FRUIT = read_table("w,h,kind,n\n1,2,pear,0\n3,4,apple,1\n5,,pear,0\n7,8,apple,1\n")


def refused(table, *choice):
    with pytest.raises(TableProblem) as caught:
        table_to_data(table, *choice)
    assert str(caught.value).endswith(".")
    return str(caught.value)


def test_text_becomes_classes_in_alphabetical_order():
    data = table_to_data(FRUIT, ["w"], "kind")
    assert data.kind == "classification"
    assert data.class_names == ("apple", "pear")
    assert data.labels.tolist() == [1, 0, 1, 0]
    assert data.input_names == ("w",)
    assert data.target_name == "kind"


def test_rows_without_a_value_are_left_out_and_said():
    data = table_to_data(FRUIT, ["w", "h"], "kind")
    assert data.inputs.tolist() == [[1, 2], [3, 4], [7, 8]]
    assert left_out(FRUIT, ["w", "h"], "kind") == "1 row is left out for want of a value, the first in line 4."
    assert left_out(FRUIT, ["w"], "kind") == ""


def test_numbers_are_values_and_two_whole_numbers_classes():
    assert suggested_kind(FRUIT, "w") == "regression"
    assert suggested_kind(FRUIT, "n") == "classification"
    assert table_to_data(FRUIT, ["w"], "n").class_names == ("0", "1")
    assert table_to_data(FRUIT, ["w"], "n", "regression").targets[:, 0].tolist() == [0, 1, 0, 1]


def test_three_numbers_are_classes_where_the_name_says_so():
    for name, kind in [("class", "classification"), ("size", "regression")]:
        table = read_table(f"a,{name}\n1,10\n2,2\n3,9\n4,10\n")
        assert suggested_kind(table, name) == kind
    data = table_to_data(table, ["a"], "size", "classification")
    assert data.class_names == ("2", "9", "10")
    assert data.targets.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (([], "w"), "Choose a column"),
        ((["w", "w"], "h"), "once"),
        ((["w"], "w"), "is the target"),
        ((["z"], "w"), "no column called 'z'"),
        ((["kind"], "w"), "holds text, such as 'pear'"),
        ((["w"], "kind", "regression"), "holds text"),
    ],
)
def test_choices_that_cannot_be(choice, words):
    assert words in refused(FRUIT, *choice)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a,b\n1,2\n", "only one row has"),
        ("a,b\n1,\n,2\n", "no row has"),
        ("a,b\n1,7\n2,7\n", "7 in every row"),
        ("a,b\n1,x\n2,x\n", "All points are of the class 'x'"),
        ("a,b\n" + "".join(f"{i},k{i}\n" for i in range(11)), "11 different values"),
        ("a,b\n1,2\n1e13,3\n", "above 10¹² in line 3"),
        ("a,b\n,2\n,3\n", "'a' has no values"),
    ],
)
def test_columns_that_are_no_data(source, words):
    assert words in refused(read_table(source), ["a"], "b")


def test_more_than_twenty_inputs_are_refused():
    names = [f"c{i}" for i in range(22)]
    table = read_table(",".join(names) + "\n" + (",".join(["1"] * 22) + "\n") * 2)
    assert "Up to 20 columns" in refused(table, names[:21], "c21")


def test_marks_come_back_as_marks():
    table = read_table("x,y,outlier,validation\n1,2,0,1\n2,3.5,1,0\n3,1,0,0\n")
    data = table_to_data(table, ["x"], "y")
    assert data.outlier.tolist() == [False, True, False]
    assert data.validation.tolist() == [True, False, False]
    assert "marks points" in refused(table, ["validation"], "y")


def test_a_column_that_is_only_called_like_a_mark_is_none():
    data = table_to_data(read_table("x,y,validation\n1,2,0.5\n2,3.5,1\n"), ["x"], "y")
    assert not data.validation.any()


@pytest.mark.parametrize("key", ["sine", "spiral", "three_gaussians", "multi_gauss"])
def test_generated_data_reads_back_equal(key):
    data = make_data(DataSpec(key, n=40, wrong_labels=0.2, outliers=0.1), 3)
    assert data_from_csv(to_csv(data)) == data
    table = read_table(to_csv(data).encode())
    assert table_to_data(table, data.input_names, data.target_name) == data


def test_what_is_written_is_plain_csv():
    data = make_data(DataSpec("spiral", n=10, wrong_labels=0.2), 3)
    rows = list(csv.DictReader(to_csv(data).splitlines()))
    assert [float(row["x1"]) for row in rows] == data.inputs[:, 0].tolist()
    assert [row["class"] for row in rows] == [data.class_names[label] for label in data.labels]
    assert [row["wrong_label"] == "1" for row in rows] == data.wrong.tolist()
    assert [row["validation"] == "1" for row in rows] == data.validation.tolist()


names = st.text(min_size=1, max_size=8)
floats = st.floats(-1e12, 1e12)


@st.composite
def any_data(draw):
    n, dim, k = draw(st.integers(2, 12)), draw(st.integers(1, 4)), draw(st.sampled_from([0, 0, 2, 3]))
    inputs = np.array(draw(st.lists(floats, min_size=n * dim, max_size=n * dim))).reshape(n, dim)
    masks = [np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n))) for _ in range(2)]
    titles = draw(st.lists(names, min_size=dim + 1, max_size=dim + 1))
    if k:
        labels = draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n))
        classes = sorted(draw(st.lists(st.text("abcxyz ,;\"'äß|", min_size=1, max_size=6), min_size=k, max_size=k)))
        classes = sorted(" ".join(name.split()) for name in classes)
        assume(len(set(labels)) == k)
        targets, marks = targets_of(labels, k), {"wrong": masks[0]}
    else:
        column = draw(st.lists(floats, min_size=n, max_size=n))
        assume(len(set(column)) > 1)
        classes, targets, marks = [], np.array(column)[:, None], {"outlier": masks[0]}
    try:
        return Data(
            inputs, targets, "classification" if k else "regression", tuple(titles[1:]), titles[0], tuple(classes),
            validation=masks[1], **marks,
        )  # fmt: skip
    except ValueError:
        assume(False)


@given(any_data())
def test_any_data_reads_back_equal(data):
    assert data_from_csv(to_csv(data)) == data
    assert data_from_csv(to_csv(data).replace("\n", "\r\n").encode("utf-16")) == data


@pytest.mark.parametrize("source", ["a,b\n1,2\n3,4\n", "a,b,c,d\n1,2,3,4\n", "a,b,validation,outlier\n1,2,0,0\n"])
def test_a_file_of_others_has_no_marks_at_the_end(source):
    with pytest.raises(TableProblem, match="not saved by gdsim"):
        data_from_csv(source)


@pytest.mark.parametrize("key", list(SAMPLES))
def test_the_samples_are_read_without_a_complaint(key):
    sample = SAMPLES[key]
    table = read_table((FOLDER / sample.file).read_bytes())
    assert table.notes == ()
    assert suggested_kind(table, sample.target) == sample.kind
    data = table_to_data(table, sample.inputs, sample.target)
    assert 40 <= len(data) <= 200
    assert sample.about.endswith(".")
    assert sample.source


def test_every_file_is_a_sample():
    assert {path.name for path in FOLDER.glob("*.csv")} == {sample.file for sample in SAMPLES.values()}


def test_braking_distances_have_the_published_regression_line():
    """distance = −17.5791 + 3.9324·speed, as every textbook on R prints it."""
    sample = SAMPLES["braking"]
    data = table_to_data(read_table((FOLDER / sample.file).read_bytes()), sample.inputs, sample.target)
    slope, offset = np.polyfit(data.inputs[:, 0], data.targets[:, 0], 1)
    assert slope == pytest.approx(3.9324, abs=5e-5)
    assert offset == pytest.approx(-17.5791, abs=5e-5)
