"""Reads a table in pieces short enough to be pulled between two frames.

Whatever bytes come in, the result is a Table or a TableProblem with a sentence.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gdsim.core.csv_table.growing import GrowingColumn
from gdsim.core.csv_table.layout import DECIMALS, DELIMITERS, Layout, fields_of, guesses, width_of
from gdsim.core.csv_table.problem import TableProblem
from gdsim.core.csv_table.source import Lines, open_lines
from gdsim.core.csv_table.table import MOST_COLUMNS, MOST_ROWS, Table, plural
from gdsim.core.datasets.data import plain_text

_SAMPLE_LINES = 60
_CELLS_A_PIECE = 600
_CELLS_TO_DECIDE = 800
_NAMED = 6  # broken lines of which the number is told


@dataclass(frozen=True, eq=False)
class Reading:
    """How far it is: rows read, the share of the file, and the table in the last one."""

    rows: int
    share: float
    table: Table | None = None


def read_table(
    source: bytes | str, *, delimiter: str | None = None, decimal: str | None = None, header: bool | None = None
) -> Table:
    """The whole table at once; see `read_in_pieces`."""
    for reading in read_in_pieces(source, delimiter=delimiter, decimal=decimal, header=header):
        if reading.table is not None:
            return reading.table
    raise AssertionError("the last piece holds the table")


def read_in_pieces(
    source: bytes | str, *, delimiter: str | None = None, decimal: str | None = None, header: bool | None = None
) -> Iterator[Reading]:
    """Pull to read; the last piece holds the table.  `delimiter`, `decimal` and `header` override the guess.

    Raises TableProblem, in a sentence: an empty or binary file, one column, no rows, quotes that do not match.
    """
    if delimiter is not None and delimiter not in DELIMITERS:
        raise ValueError(f"columns are separated by one of {', '.join(DELIMITERS.values())}, not {delimiter!r}")
    if decimal is not None and decimal not in DECIMALS:
        raise ValueError(f"the decimal sign is a point or a comma, not {decimal!r}")
    lines = open_lines(source)
    delimiter = _skip_preface(lines, delimiter)
    sample = [line for line in lines.peek(_SAMPLE_LINES) if line.strip()]
    layout: Layout | None = None
    for guess in guesses(sample, delimiter, decimal, header, lines.encoding):
        layout = guess
        yield Reading(0, 0.0)
    assert layout is not None
    width = width_of([fields_of(line, layout.delimiter) for line in sample[1 if len(sample) > 1 else 0 :]])
    if width < 2:
        raise TableProblem(f"Separated by {DELIMITERS[layout.delimiter]}, the file has only one column.")
    if width > MOST_COLUMNS:
        raise TableProblem(f"The file has {width:,} columns; up to {MOST_COLUMNS} can be read.")
    yield from _Body(lines, layout, width).pieces()


class _Body:
    """The rows under a known layout."""

    def __init__(self, lines: Lines, layout: Layout, width: int) -> None:
        self._lines = lines
        self._layout = layout
        self._width = width
        self._numbers = array("q")
        self._broken = 0
        self._broken_lines: list[int] = []
        self._first_broken = (0, 0)
        self._truncated = False
        self._notes: list[str] = []

    def pieces(self) -> Iterator[Reading]:
        records = _records(self._lines, self._layout.delimiter)
        columns = [GrowingColumn(name, self._layout.decimal) for name in self._names(records)]
        rows_a_piece = max(1, _CELLS_A_PIECE // self._width)
        rows_to_decide = max(20, _CELLS_TO_DECIDE // self._width)
        for count, (line, fields) in enumerate(records, 1):
            if len(self._numbers) == MOST_ROWS:
                self._truncated = True
                break
            self._take(columns, line, fields)
            if len(self._numbers) == rows_to_decide:
                for column in columns:
                    column.decide()
            if count % rows_a_piece == 0:
                yield Reading(len(self._numbers), self._lines.share)
        for column in columns:
            column.decide()
        yield Reading(len(self._numbers), 1.0)
        yield Reading(len(self._numbers), 1.0, self._table(columns))

    def _names(self, records: Iterator[tuple[int, list[str]]]) -> list[str]:
        names = [""] * self._width
        if self._layout.header:
            line, first = next(records, (0, []))
            if len(first) == self._width:
                names = first
            else:
                self._notes.append(
                    f"The header in line {line} has {plural(len(first), 'name', 'names')} for {self._width} columns, "
                    "so the columns are numbered."
                )
        return _distinct(names)

    def _take(self, columns: list[GrowingColumn], line: int, fields: list[str]) -> None:
        if len(fields) != self._width:
            self._broken += 1
            if self._broken == 1:
                self._first_broken = line, len(fields)
            if self._broken <= _NAMED:
                self._broken_lines.append(line)
            return
        self._numbers.append(line)
        for column, cell in zip(columns, fields, strict=True):
            column.add(line, cell)

    def _table(self, columns: list[GrowingColumn]) -> Table:
        line, count = self._first_broken
        broken = f"line {line} has {plural(count, 'field', 'fields')}, the others have {self._width}"
        if not len(self._numbers):
            raise TableProblem(
                f"No line can be used: {broken}." if self._broken else "The file has a header but no rows under it."
            )
        notes = self._notes
        if self._broken == 1:
            notes.append(f"Left out: {broken}.")
        elif self._broken:
            named = ", ".join(map(str, self._broken_lines)) + (", …" if self._broken > _NAMED else "")
            notes.append(f"{self._broken:,} lines are left out ({named}), the first because {broken}.")
        for column in columns:
            notes += column.notes()
        if self._truncated:
            notes.append(f"Only the first {MOST_ROWS:,} rows are read.")
        if self._layout.encoding == "cp1252":
            notes.append("The file is not in UTF-8; it was read as Windows-1252, so check the accents.")
        missing = sum(column.missing + column.mistakes for column in columns)
        return Table(
            tuple(column.finished() for column in columns), np.frombuffer(self._numbers, np.int64), self._layout,
            tuple(notes), self._broken, missing, self._truncated,
        )  # fmt: skip


def _skip_preface(lines: Lines, delimiter: str | None) -> str | None:
    """Skips blank and comment lines at the top, and reads the line `sep=;` that spreadsheets write."""
    commented = False
    while head := lines.peek(1):
        text = head[0].strip()
        if text.lower().startswith("sep=") and len(text) == 5 and text[4] in DELIMITERS:
            delimiter = delimiter or text[4]
        elif text and not text.startswith("#"):
            return delimiter
        commented = commented or text.startswith("#")
        next(lines)
    raise TableProblem("The file holds nothing but comments." if commented else "The file is empty.")


def _records(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each line that is not blank; in quotes a field may go over several lines."""
    if delimiter == " ":
        for line in lines:
            if fields := line.split():
                yield lines.number, fields
        return
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        first = lines.number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableProblem(f"Line {first} cannot be read: {_reason(error)}.") from None
        if len(fields) > 1 or (fields and fields[0].strip()):
            yield first, fields


def _reason(error: csv.Error) -> str:
    """Lines end in a line feed and hold no zeros, so that only quotation marks can be wrong."""
    if "expected after" in str(error):
        return "text follows a closing quotation mark"
    return "a quotation mark is opened and not closed"


def _distinct(names: list[str]) -> list[str]:
    """Names on one line, numbered where they are empty or occur twice."""
    result: list[str] = []
    for position, name in enumerate(names, 1):
        base = candidate = plain_text(name) or f"column {position}"
        copy = 2
        while candidate in result:
            candidate = f"{base} ({copy})"
            copy += 1
        result.append(candidate)
    return result
