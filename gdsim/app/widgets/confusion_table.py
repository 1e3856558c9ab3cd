"""Which classes are taken for which: counts of points by true and by predicted class, with their share of the row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.tokens import Theme, mix

_MANY = 5  # classes above which a cell has no room for a percent sign
_LONGEST = 84.0  # px of the names at the left
_MIDDLE = Qt.AlignmentFlag.AlignCenter


def cell_text(count: int, row: int, short: bool) -> str:
    """A count over its share of the row: "42" and "97 %"; nothing but the count where it is 0."""
    if not count:
        return "0"
    share = 100 * count / row
    percent = "<1" if share < 0.5 else ">99" if share >= 99.5 and count < row else f"{share:.0f}"
    return f"{count}\n{percent}" if short else f"{count}\n{percent} %"


def shade(share: float, right: bool, theme: Theme) -> str:
    """The ground of a cell: greyer the more points are classed rightly, redder the more are not."""
    return mix(theme.text, theme.panel, 0.06 + 0.2 * share) if right else mix(theme.bad, theme.panel, 0.36 * share**0.5)


class ConfusionTable(QWidget):
    """True classes in rows, predicted ones in columns; what is right stands on the diagonal, in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._cells: list[list[_Cell]] = []
        self._rows: list[QLabel] = []
        self._columns: list[QLabel] = []
        self._corner = QLabel("true ↓ / predicted →")
        self._caption = QLabel(wordWrap=True)
        for label in (self._corner, self._caption):
            label.setProperty("role", "secondary")
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._corner)
        column.addWidget(self._body)
        column.addWidget(self._caption)
        column.addStretch(1)
        self.setAccessibleName("Confusion table")
        theme_manager().changed.connect(self._follow_theme)

    def set_counts(self, counts: ArrayLike, class_names: Sequence[str], which: str) -> None:
        """`counts` (k, k) with true classes in rows; `which` says of which points: "validation" or "training"."""
        table = np.asarray(counts, dtype=np.int64)
        names = tuple(class_names)
        if table.shape != (len(names), len(names)):
            raise ValueError(f"{len(names)} classes need a square table of that size, not {table.shape}")
        if len(names) != len(self._names):
            self._build(len(names))
        if names != self._names:
            self._names = names
            self._fit_names()
        totals = table.sum(axis=1)
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                cell.show_count(int(table[row, column]), int(totals[row]), len(names) > _MANY)
                cell.describe(f"{names[row]} predicted as {names[column]}")
        sign = "percent" if len(names) > _MANY else "share"
        self._set_caption(f"{int(totals.sum())} {which} points; below each count its {sign} of the true class.")
        self.setAccessibleDescription(
            f"{int(np.trace(table))} of {int(totals.sum())} {which} points are classed rightly."
        )

    def _set_caption(self, text: str) -> None:
        if self._caption.text() != text:
            self._caption.setText(text)

    def _build(self, count: int) -> None:
        for label in (*self._rows, *self._columns, *(cell for row in self._cells for cell in row)):
            self._grid.removeWidget(label)
            label.deleteLater()
        for index in range(1, len(self._rows) + 1):
            self._grid.setColumnStretch(index, 0)
        self._rows = [QLabel() for _ in range(count)]
        self._columns = [QLabel(alignment=_MIDDLE) for _ in range(count)]
        self._cells = [[_Cell(row == column) for column in range(count)] for row in range(count)]
        self._names = ()
        for index, (row, column) in enumerate(zip(self._rows, self._columns, strict=True)):
            for label in (row, column):
                label.setProperty("role", "secondary")
            column.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._grid.addWidget(row, index + 1, 0)
            self._grid.addWidget(column, 0, index + 1)
            self._grid.setColumnStretch(index + 1, 1)
            for place, cell in enumerate(self._cells[index]):
                self._grid.addWidget(cell, index + 1, place + 1)

    def _fit_names(self) -> None:
        """Long names are cut in the middle; the tooltip has them whole."""
        if not self._names:
            return
        themes, count = theme_manager(), len(self._names)
        left = min(themes.px(_LONGEST), self.width() // (3 if count <= _MANY else 6))
        for label, name in zip(self._rows, self._names, strict=True):
            _cut(label, name, left)
        taken = max(label.fontMetrics().horizontalAdvance(label.text()) for label in self._rows)
        for label, name in zip(self._columns, self._names, strict=True):
            _cut(label, name, max(0, (self.width() - taken) // count - 2))

    def _follow_theme(self) -> None:
        self._fit_names()
        for cell in (cell for row in self._cells for cell in row):
            cell.updateGeometry()
            cell.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()


class _Cell(QLabel):
    """One count on a ground that says how large its share of the row is; it paints its text to fit."""

    def __init__(self, right: bool) -> None:
        super().__init__("0")
        self._right = right
        self._share = 0.0
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int, row: int, short: bool) -> None:
        self._share = count / row if row else 0.0
        text = cell_text(count, row, short)
        if text != self.text():
            self.setText(text)
        self.update()
        share = f", {100 * self._share:.1f} % of {row}" if row else ""
        self._words = f"{count}{share}"

    def describe(self, what: str) -> None:
        words = f"{what}: {self._words}"
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setToolTip(words)

    def sizeHint(self) -> QSize:
        return QSize(0, theme_manager().px(36))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        themes = theme_manager()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(shade(self._share, self._right, themes.theme)))
        painter.setPen(QColor(themes.theme.text if self.text() != "0" else themes.theme.muted))
        lines = self.text().split("\n")
        height = self.height() / max(2, len(lines))
        top = (self.height() - height * len(lines)) / 2
        for number, line in enumerate(lines):
            font = themes.font("secondary" if number else "text", self._right)
            painter.setFont(_fitting(font, line, self.width() - 2))
            painter.drawText(QRectF(0, top + number * height, self.width(), height), _MIDDLE, line)
        painter.end()


def _fitting(font: QFont, text: str, width: float) -> QFont:
    """The font, smaller where the text would not fit."""
    needed = QFontMetricsF(font).horizontalAdvance(text)
    if needed > width > 0:
        font.setPixelSize(max(1, int(font.pixelSize() * width / needed)))
    return font


def _cut(label: QLabel, name: str, width: int) -> None:
    text = label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, width)
    if label.text() != text:
        label.setText(text)
    label.setToolTip(name)
    label.setAccessibleName(name)
