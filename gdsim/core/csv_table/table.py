"""What was read: columns of numbers or of labels, the line each row came from, and what was wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.csv_table.layout import Layout
from gdsim.core.csv_table.problem import TableProblem

MOST_ROWS = 200_000
MOST_COLUMNS = 100


@dataclass(frozen=True, eq=False)
class Column:
    """Numbers in `values` (n,), nan where there is none; or text: `codes` (n,) into `labels`, −1 for no text."""

    name: str
    values: NDArray[np.float64]
    codes: NDArray[np.int32]
    labels: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return bool(self.labels)

    @property
    def known(self) -> NDArray[np.bool_]:
        """In which rows there is a value (n,)."""
        return self.codes >= 0 if self.is_text else np.isfinite(self.values)

    def text(self, row: int) -> str:
        """The cell as it was understood; empty where there is no value."""
        if not self.known[row]:
            return ""
        return self.labels[self.codes[row]] if self.is_text else number_text(self.values[row])


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length; `lines` (n,) are the rows' line numbers in the file, from 1.

    `notes` are sentences: lines left out, cells without a value, a limit reached.  `broken` counts the lines that were
    left out, `missing` the cells without a value; `truncated` says that the file has more rows than MOST_ROWS.
    """

    columns: tuple[Column, ...]
    lines: NDArray[np.int64]
    layout: Layout
    notes: tuple[str, ...]
    broken: int
    missing: int
    truncated: bool

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Raises TableProblem when there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise TableProblem(f"There is no column called {name!r}; there are {', '.join(self.names)}.")

    def preview(self, rows: int = 20) -> list[tuple[str, ...]]:
        """The first rows as text."""
        return [tuple(column.text(row) for column in self.columns) for row in range(min(rows, len(self)))]


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
