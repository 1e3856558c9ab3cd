"""How a table is written: delimiter, decimal sign, header.  Guessed from its first lines, so that it can be shown.

The guess takes the delimiter and the decimal sign with which most lines have equally many fields and most fields are
numbers.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gdsim.core.csv_table.numbers import is_missing, read_number
from gdsim.core.csv_table.problem import TableProblem

# In the order of preference when several fit equally well.
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", " ": "spaces"}
DECIMALS = {".": "decimal point", ",": "decimal comma"}

_MOST_CELLS = 600


@dataclass(frozen=True)
class Layout:
    """`delimiter` is a key of DELIMITERS (" " stands for any run of white space), `decimal` "." or ","."""

    delimiter: str
    decimal: str
    header: bool
    encoding: str = "utf-8"


def fields_of(line: str, delimiter: str) -> list[str]:
    """One line's fields, lenient about quotes; for the guess."""
    if delimiter == " ":
        return line.split()
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def guesses(
    sample: list[str], delimiter: str | None, decimal: str | None, header: bool | None, encoding: str
) -> Iterator[Layout | None]:
    """Yields None while it works, then the layout; what is not None is taken as given.

    Raises TableProblem when no delimiter gives two columns.
    """
    best: tuple[float, str, str] = (0.0, "", "")
    for mark in DELIMITERS if delimiter is None else (delimiter,):
        rows = [fields_of(line, mark) for line in sample]
        for sign in DECIMALS if decimal is None else (decimal,):
            score = _score(rows, sign)
            # A comma among the cells of a file that does not separate by commas is rather a decimal comma.
            if sign == "," and mark != "," and any("," in cell for row in rows[1:] or rows for cell in row):
                score *= 1.0 + 1e-9
            if score > best[0]:
                best = score, mark, sign
        yield None
    if not best[1]:
        raise TableProblem(
            "The file has only one column; it takes two or more, an input and a target, separated by commas, "
            "semicolons, tabs or spaces."
        )
    _, mark, sign = best
    if header is None:
        header = _looks_like_header([fields_of(line, mark) for line in sample], sign)
    yield Layout(mark, sign, header, encoding)


def width_of(rows: list[list[str]]) -> int:
    """The commonest number of fields, the larger of two that are equally common."""
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width))


def _score(rows: list[list[str]], decimal: str) -> float:
    """0 for fewer than two columns; up to 2 when all lines have equally many fields, all of them numbers."""
    width = width_of(rows)
    if width < 2:
        return 0.0
    regular = [row for row in rows if len(row) == width]
    body = (regular[1:] or regular)[: max(1, _MOST_CELLS // width)]
    cells = [cell for row in body for cell in row[:_MOST_CELLS]]
    numeric = sum(_is_number(cell, decimal) or is_missing(cell) for cell in cells) / len(cells)
    return len(regular) / len(rows) * (1.0 + numeric)


def _looks_like_header(rows: list[list[str]], decimal: str) -> bool:
    first, body = rows[0], rows[1:]
    if any(_is_number(cell, decimal) for cell in first) or all(is_missing(cell) for cell in first):
        return False
    below = [[row[i] for row in body if len(row) > i] for i in range(len(first))]
    if any(any(_is_number(cell, decimal) for cell in column) for column in below):
        return True
    return all(name not in column for name, column in zip(first, below, strict=True))


def _is_number(cell: str, decimal: str) -> bool:
    value = read_number(cell, decimal)
    return value == value
