"""A table of results with a sample, a name and aligned numbers in each row; it grows and shrinks with the result."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gdsim.app.tabs.descend.studies.swatch import Swatch, SwatchLabel


def percent(share: float) -> str:
    """A share of starts: "26.3 %", and "<0.1 %" for what would read as nothing."""
    return "<0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %".replace("100.0", "100")


@dataclass(frozen=True)
class Row:
    """`cells` stand under the headings; `detail` is a sentence below them, empty for none."""

    title: str
    cells: tuple[str, ...]
    swatch: Swatch | None = None
    detail: str = ""


class RowTable(QWidget):
    """`stacked` gives a name a line of its own over its numbers, for tables with many columns."""

    def __init__(
        self, headings: Sequence[tuple[str, str]], *, name: str, stacked: bool = False, parent: QWidget | None = None
    ) -> None:
        """`headings` are (words, tooltip); unless stacked, the first is over the names."""
        super().__init__(parent)
        self._stacked = stacked
        self._columns = len(headings)
        self._lines: list[_Line] = []
        self._rows: tuple[Row, ...] = ()
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        self._headings: list[QLabel] = []
        for column, (words, tooltip) in enumerate(headings):
            heading = QLabel(words, toolTip=tooltip)
            heading.setProperty("role", "secondary")
            self._headings.append(heading)
            left = not stacked and column == 0
            heading.setAlignment((Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight)
                                 | Qt.AlignmentFlag.AlignBottom)  # fmt: skip
            self._grid.addWidget(heading, 0, self._column(column), 1, self._span(column))
        self._grid.setColumnStretch(1, 1)
        if stacked:
            for column in range(2, self._columns + 1):
                self._grid.setColumnStretch(column, 1)
        self.synchronize(())

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def synchronize(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self._rows = tuple(rows)
        for heading in self._headings:
            heading.setVisible(bool(rows))
        while len(self._lines) < len(rows):
            self._lines.append(self._added())
        for line, row in itertools.zip_longest(self._lines, rows):
            line.show(row)

    def _column(self, column: int) -> int:
        """The grid's column; when stacked, the first number also has the sample's column."""
        return (0 if column == 0 else column + 1) if self._stacked else column + 1

    def _span(self, column: int) -> int:
        return 2 if self._stacked and column == 0 else 1

    def _added(self) -> _Line:
        top = 1 + 4 * len(self._lines)
        line = _Line(self._columns - (0 if self._stacked else 1))
        grid, middle = self._grid, Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(line.swatch, top, 0, middle)
        if self._stacked:
            grid.addWidget(line.title, top, 1, 1, self._columns)
            for column, cell in enumerate(line.cells):
                grid.addWidget(cell, top + 1, self._column(column), 1, self._span(column))
        else:
            grid.addWidget(line.title, top, 1)
            for column, cell in enumerate(line.cells, start=1):
                grid.addWidget(cell, top, self._column(column), middle)
        grid.addWidget(line.detail, top + 2, 0, 1, self._columns + 1)
        line.gap.setFixedHeight(4)
        grid.addWidget(line.gap, top + 3, 0)
        return line


class _Line:
    """The labels of one row, used again for whatever row stands there."""

    def __init__(self, cells: int) -> None:
        self.swatch = SwatchLabel()
        self.title = QLabel(wordWrap=True)
        self.cells = [QLabel() for _ in range(cells)]
        self.detail = QLabel(wordWrap=True)
        self.detail.setProperty("role", "secondary")
        self.gap = QWidget()
        for cell in self.cells:
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show(self, row: Row | None) -> None:
        for widget in (self.swatch, self.title, *self.cells, self.gap):
            widget.setVisible(row is not None)
        self.detail.setVisible(row is not None and bool(row.detail))
        if row is None:
            return
        self.swatch.set_swatch(row.swatch)
        for label, text in zip(
            (self.title, *self.cells, self.detail), (row.title, *row.cells, row.detail), strict=True
        ):
            if label.text() != text:
                label.setText(text)
        self.title.setAccessibleName(", ".join(part for part in (row.title, *row.cells, row.detail) if part))
