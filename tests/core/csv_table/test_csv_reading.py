"""Tables as spreadsheets, instruments and programs write them."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.csv_table import MOST_ROWS, TableProblem, read_in_pieces, read_table

NUMBERS = np.array([[1.5, -2.25, 3.0], [4.125, 5.0, 0.5], [-7.75, 8.0, 0.0625]])


def written(delimiter=",", decimal=".", header=("a", "b", "c"), end="\n", numbers=NUMBERS):
    rows = [[repr(value).replace(".", decimal) for value in row] for row in numbers.tolist()]
    return end.join(delimiter.join(row) for row in ([list(header)] if header else []) + rows) + end


def numbers_of(table):
    return np.column_stack([column.values for column in table.columns])


def problem(source, **given):
    with pytest.raises(TableProblem) as caught:
        read_table(source, **given)
    return str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("header", [("a", "b", "c"), None])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_the_layout_is_guessed(delimiter, decimal, header, end):
    if delimiter == decimal:
        return_quoted = written(";", ",", header, end).replace(";", '";"').replace(end, f'"{end}"').rstrip('"')
        source = ('"' + return_quoted).replace('";"', '","')
    else:
        source = written(delimiter, decimal, header, end)
    table = read_table(source)
    np.testing.assert_array_equal(numbers_of(table), NUMBERS)
    assert table.names == (header or ("column 1", "column 2", "column 3"))
    assert (table.layout.delimiter, table.layout.decimal, table.layout.header) == (delimiter, decimal, bool(header))
    assert table.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding):
    table = read_table("größe;breite\n1;2\n3;4\n".encode(encoding))
    assert table.names == ("größe", "breite")
    np.testing.assert_array_equal(numbers_of(table), [[1, 2], [3, 4]])


def test_what_is_not_utf_8_is_said():
    assert "Windows-1252" in read_table("größe;b\n1;2\n".encode("cp1252")).notes[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1 234.5", 1234.5),
        ("1'234'567.25", 1234567.25),
        ("1\u202f234", 1234.0),
        ("−3.5", -3.5),
        ("+2", 2.0),
        ("1e-3", 0.001),
        (".5", 0.5),
    ],
)
def test_numbers_with_a_decimal_point(cell, value):
    table = read_table(f"a\tb\n{cell}\t0.5\n2.5\t0.25\n", decimal=".")
    assert table.column("a").values[0] == value


@pytest.mark.parametrize(("cell", "value"), [("1.234,5", 1234.5), ("1.234.567", 1234567.0), ("-0,5", -0.5)])
def test_numbers_with_a_decimal_comma(cell, value):
    table = read_table(f"a;b\n{cell};0,5\n2,5;0,25\n")
    assert table.layout.decimal == ","
    assert table.column("a").values[0] == value


@pytest.mark.parametrize("cell", ["1_000", "١٢", "0x10", "inf", "1e999", "12,34", "1,2345", "--1", "1.2.3"])
def test_what_is_no_number(cell):
    rows = "".join(f"{i};{i}\n" for i in range(9))
    table = read_table(f"a;b\n{rows}{cell};1\n", decimal=".")
    assert np.isnan(table.column("a").values[9])
    assert table.missing == 1
    assert table.notes == (f"Column 'a' has 1 cell that is not a number, {cell!r} in line 11.",)


def test_the_guess_can_be_overridden():
    source = "1,5;2\n2,5;3\n"
    np.testing.assert_array_equal(numbers_of(read_table(source)), [[1.5, 2.0], [2.5, 3.0]])
    assert read_table(source, delimiter=",").preview() == [("1", "5;2"), ("2", "5;3")]
    assert read_table(source, decimal=".").column("column 1").is_text
    assert read_table(source, header=True).names == ("1,5", "2")
    with pytest.raises(ValueError, match="separated by one of"):
        read_table(source, delimiter="x")
    with pytest.raises(ValueError, match="a point or a comma"):
        read_table(source, decimal=":")


def test_labels_are_text():
    column = read_table("size,kind\n1,pear\n2,apple\n3,pear\n4,\n").column("kind")
    assert column.is_text
    assert column.labels == ("pear", "apple")
    assert column.codes.tolist() == [0, 1, 0, -1]
    assert [column.text(row) for row in range(4)] == ["pear", "apple", "pear", ""]


def test_a_header_over_text_alone():
    assert read_table("name,kind\nann,a\nbob,b\n").names == ("name", "kind")
    assert not read_table("ann,a\nbob,b\nann,b\n").layout.header


def test_quotes_hold_delimiters_quotes_and_line_ends():
    table = read_table('a,"b, ""c"""\n1,"x,y"\n2,"two\nlines"\n3,z\n')
    assert table.names == ("a", 'b, "c"')
    assert table.columns[1].labels == ("x,y", "two lines", "z")
    assert table.lines.tolist() == [2, 3, 5]


def test_names_are_made_distinct():
    assert read_table("a,a,,a\n1,2,3,4\n").names == ("a", "a (2)", "column 3", "a (3)")


def test_comments_blank_lines_and_the_line_for_spreadsheets():
    table = read_table("# a comment, with commas\n\nsep=;\nx;y\n\n1;2\n   \n3;4\n\n")
    assert table.names == ("x", "y")
    assert table.lines.tolist() == [6, 8]


def test_a_broken_line_is_left_out_and_named():
    table = read_table("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert table.notes == ("Left out: line 3 has 2 fields, the others have 3.",)
    assert (len(table), table.broken) == (2, 1)


def test_broken_lines_are_counted():
    source = "a,b,c\n" + "1,2,3\n" * 15 + "4\n" + "1,2,3\n" * 5 + "5,6,7,8\n"
    table = read_table(source)
    assert table.notes == ("2 lines are left out (17, 23), the first because line 17 has 1 field, the others have 3.",)


def test_empty_cells_are_named_by_line_and_column():
    table = read_table("a,b\n1,\n2,5\nNaN,6\nn/a,7\n8,x9\n" + "1,1\n" * 6)
    assert table.notes == (
        "Column 'a' has 2 cells without a value, the first in line 4.",
        "Column 'b' has 1 cell without a value, in line 2.",
        "Column 'b' has 1 cell that is not a number, 'x9' in line 6.",
    )
    assert table.missing == 4


def test_a_header_that_does_not_fit_is_not_used():
    table = read_table("a,b\n1,2,3\n4,5,6\n")
    assert table.names == ("column 1", "column 2", "column 3")
    assert "line 1 has 2 names for 3 columns" in table.notes[0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "empty"),
        ("  \n \n", "empty"),
        ("\ufeff", "empty"),
        ("# only a comment\n", "nothing but comments"),
        ("1\n2\n3\n", "only one column"),
        ("a;b\n1", "Separated by semicolon, the file has only one column."),
        ("a,b\n", "header but no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (bytes(range(1, 32)) * 20, "not text"),
        (b"PK\x03\x04 rest", "save the sheet as CSV"),
        ("1,2\n" * 100 + "3,\0\n", "not text"),
        ('a,b\n1,2\n3,"4\n5,6\n', "Line 3 cannot be read: a quotation mark is opened and not closed"),
        ('a,b\n1,2\n3,"4"5\n', "Line 3 cannot be read: text follows a closing quotation mark"),
        ("1,2\n" + "x" * 200_000, "Line 2 is longer"),
        (",".join(["1"] * 101) + "\n", "101 columns"),
    ],
)
def test_what_is_no_table_is_said(source, words):
    message = problem(source)
    assert words in message
    assert message.endswith(".")


def test_a_forced_delimiter_that_is_not_there():
    assert "only one column" in problem("1,2\n3,4\n", delimiter=";")


def test_no_more_rows_than_the_limit_are_read():
    source = "a,b\n" + "".join(f"{i},{i}\n" for i in range(MOST_ROWS + 3))
    table = read_table(source)
    assert len(table) == MOST_ROWS
    assert table.truncated
    assert table.notes == ("Only the first 200,000 rows are read.",)
    assert table.column("a").values[-1] == MOST_ROWS - 1


def test_exactly_the_limit_is_not_cut():
    assert not read_table("1,2\n" * MOST_ROWS).truncated


def test_reading_goes_on_in_small_pieces_and_says_how_far_it_is():
    source = "a,b,c\n" + "1,2,3\n" * 5000
    readings = list(read_in_pieces(source))
    rows = [reading.rows for reading in readings]
    assert np.diff(rows).max() <= 300
    assert [reading.share for reading in readings] == sorted(reading.share for reading in readings)
    assert [reading.table is None for reading in readings] == [True] * (len(readings) - 1) + [False]
    assert readings[25].share == pytest.approx(readings[25].rows / 5000, abs=0.01)
    assert len(readings[-1].table) == 5000


def test_a_text_column_beyond_the_first_rows_stays_numbers_with_mistakes():
    source = "1,2\n" * 2000 + "x,3\n"
    table = read_table(source)
    assert table.notes == ("Column 'column 1' has 1 cell that is not a number, 'x' in line 2001.",)


def test_blank_lines_between_columns_of_blanks_are_passed_over():
    table = read_table("a b\n1 2\n\n   \n3 4\n", delimiter=" ")
    np.testing.assert_array_equal(numbers_of(table), [[1.0, 2.0], [3.0, 4.0]])


def test_a_separator_that_the_file_does_not_have_leaves_one_column():
    assert "file has only one column" in problem("a,b\n1,2\n3,4\n", delimiter="|")


def test_of_several_mistakes_the_first_is_shown():
    table = read_table("a,b\n" + "1,2\n" * 20 + "x,2\n" + "y,3\n" * 2)
    assert table.notes == ("Column 'a' has 3 cells that are not numbers, the first 'x' in line 22.",)
    assert np.isnan(table.columns[0].values).sum() == 3


def test_a_zero_far_down_shows_that_it_is_no_text():
    assert problem(b"a,b\n" + b"1,2\n" * 2000 + b"1,\0\n") == (
        "This file is not text, so it cannot be a table of values separated by commas."
    )
