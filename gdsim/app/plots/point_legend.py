"""The line under a plot that says what its points and lines mean, in as many rows as its width asks for."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdsim.app.plots.point_layer import paint_mark, paint_sign
from gdsim.app.plots.point_marks import LEGEND_RADIUS, LegendEntry, LineSample
from gdsim.app.theme import Theme

_GLYPH, _GAP, _APART = 24.0, 5.0, 12.0
_TOP = 6.0
_MOST_ROWS = 4


def rows_of(widths: Sequence[float], available: float) -> tuple[tuple[int, float, int], ...]:
    """(row, left, number) of each entry of these widths, wrapped to `available`; an entry is never cut in two."""
    placed: list[tuple[int, float, int]] = []
    row, left = 0, 0.0
    for number, width in enumerate(widths):
        if left > 0 and left + width > available:
            row, left = row + 1, 0.0
        placed.append((row, left, number))
        left += width + _APART
    return tuple(placed)


class PointLegend(pg.GraphicsWidget):
    """Stands in the plot's layout under the axis."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[LegendEntry, ...] = ()
        self._theme: Theme | None = None
        self._font = QFont()
        self._scale = 1.0
        self._available = 0.0
        self._placed: tuple[tuple[int, float, int], ...] = ()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFixedHeight(0)

    @property
    def words(self) -> tuple[str, ...]:
        """What is said, in order."""
        return tuple(self._entries[number].text for _, _, number in self._placed)

    def set_style(self, theme: Theme, font: QFont, scale: float) -> None:
        self._theme, self._font, self._scale = theme, font, scale
        self._lay_out()

    def set_entries(self, entries: tuple[LegendEntry, ...]) -> None:
        if entries != self._entries:
            self._entries = entries
            self._lay_out()

    def set_available(self, width: float) -> None:
        """How many pixels there are from the left end of the axis to the right edge."""
        if abs(width - self._available) >= 1:
            self._available = width
            self._lay_out()

    def _lay_out(self) -> None:
        metrics = QFontMetricsF(self._font)
        widths = [(_GLYPH + _GAP) * self._scale + metrics.horizontalAdvance(entry.text) for entry in self._entries]
        placed = rows_of(widths, self._available)
        self._placed = tuple(place for place in placed if place[0] < _MOST_ROWS)
        rows = self._placed[-1][0] + 1 if self._placed else 0
        height = rows * (metrics.height() + 4) + _TOP if rows else 0.0
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = self._theme
        if theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        start = self.rect().width() - self._available
        for row, left, number in self._placed:
            entry, top = self._entries[number], row * (metrics.height() + 4) + _TOP
            painter.save()
            painter.translate(start + left + _GLYPH * self._scale / 2, top + metrics.height() / 2)
            painter.scale(self._scale, self._scale)
            if isinstance(entry.mark, LineSample):
                _paint_line(painter, entry.mark, theme)
            else:
                radius = LEGEND_RADIUS if not entry.sign else LEGEND_RADIUS - 1.5
                paint_mark(painter, entry.mark, 0, 0, radius, theme)
                if entry.sign:
                    paint_sign(painter, entry.sign, 0, 0, radius, theme)
            painter.restore()
            painter.setPen(QColor(theme.muted))
            x = start + left + (_GLYPH + _GAP) * self._scale
            box = QRectF(x, top, max(0.0, self.rect().width() - x), metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.text)


def _paint_line(painter: QPainter, sample: LineSample, theme: Theme) -> None:
    pen = QPen(QColor(theme.colour(sample.colour)), sample.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if sample.dashes:
        pen.setDashPattern([length / sample.width for length in sample.dashes])
    painter.setPen(pen)
    painter.drawLine(QLineF(-_GLYPH / 2, 0.0, _GLYPH / 2, 0.0))
