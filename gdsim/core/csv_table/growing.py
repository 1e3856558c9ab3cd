"""Columns while they are being read: what a column holds is decided by its first rows, the rest follows."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np

from gdsim.core.csv_table.numbers import MISSING_LABELS, is_missing, read_number
from gdsim.core.csv_table.table import Column, plural
from gdsim.core.datasets.data import plain_text

# Above this share of numbers among its cells a column is one of numbers, and the other cells are mistakes.
_NUMBERS = 0.8
_SHOWN = 30


@dataclass
class GrowingColumn:
    """`add` takes cells with their line; after `decide` they are kept as numbers or as codes of labels."""

    name: str
    decimal: str
    undecided: list[tuple[int, str]] = field(default_factory=list)
    values: array[float] | None = None
    codes: array[int] = field(default_factory=lambda: array("i"))
    labels: dict[str, int] = field(default_factory=dict)
    decided: bool = False
    missing: int = 0
    first_missing: int = 0
    mistakes: int = 0
    first_mistake: tuple[int, str] = (0, "")

    def add(self, line: int, cell: str) -> None:
        if not self.decided:
            self.undecided.append((line, cell))
        elif self.values is not None:
            self._add_number(self.values, line, cell)
        else:
            self._add_label(line, cell)

    def decide(self) -> None:
        """Numbers or labels?  Says it once, then takes in the cells that waited."""
        if self.decided:
            return
        cells = [cell for _, cell in self.undecided if not is_missing(cell)]
        numbers = sum(not np.isnan(read_number(cell, self.decimal)) for cell in cells)
        if numbers >= _NUMBERS * len(cells) or all(not plain_text(cell) for cell in cells):
            self.values = array("d")
        self.decided = True
        for line, cell in self.undecided:
            self.add(line, cell)
        self.undecided.clear()

    def _add_number(self, values: array[float], line: int, cell: str) -> None:
        value = read_number(cell, self.decimal)
        values.append(value)
        if value == value:
            return
        if is_missing(cell):
            self.missing += 1
            self.first_missing = self.first_missing or line
        else:
            self.mistakes += 1
            if self.mistakes == 1:
                self.first_mistake = line, cell if len(cell) <= _SHOWN else cell[: _SHOWN - 1] + "…"

    def _add_label(self, line: int, cell: str) -> None:
        label = plain_text(cell)
        if label.lower() in MISSING_LABELS:
            self.missing += 1
            self.first_missing = self.first_missing or line
            self.codes.append(-1)
        else:
            self.codes.append(self.labels.setdefault(label, len(self.labels)))

    def finished(self) -> Column:
        """The column; call `decide` before."""
        if self.values is not None:
            return Column(self.name, np.frombuffer(self.values, np.float64), np.zeros(0, np.int32))
        return Column(self.name, np.zeros(0), np.frombuffer(self.codes, np.int32), tuple(self.labels))

    def notes(self) -> list[str]:
        """Sentences on the cells without a value."""
        notes = []
        if self.missing:
            cells = plural(self.missing, "cell without a value", "cells without a value")
            first = "in" if self.missing == 1 else "the first in"
            notes.append(f"Column {self.name!r} has {cells}, {first} line {self.first_missing}.")
        if self.mistakes:
            line, cell = self.first_mistake
            cells = plural(self.mistakes, "cell that is not a number", "cells that are not numbers")
            first = "" if self.mistakes == 1 else "the first "
            notes.append(f"Column {self.name!r} has {cells}, {first}{cell!r} in line {line}.")
        return notes
