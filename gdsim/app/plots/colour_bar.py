"""The colour bar beside a surface: which colour means which value, and at which values the contour lines stand.

Under a basin map the colours mean minima, so its legend takes the bar's place, and no more room than the bar has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdsim.app.plots.colour_maps import Area, Table, area_pixels, contour_colour
from gdsim.app.plots.surface_levels import Levels, bar_ticks
from gdsim.app.plots.ticks import Tick
from gdsim.app.theme import Theme

_LEFT, _WIDTH, _TICK, _GAP = 14.0, 14.0, 5.0, 4.0
_LEGEND_TITLE = "minimum where each start ends"


@dataclass(frozen=True, eq=False)
class BarPicture:
    """Levels, the colours from low to high, the title, and the place 0..1 of the ball's value, if it has one.

    With a `legend` its areas are shown in place of all that.
    """

    levels: Levels
    table: Table
    title: str
    mark: float | None = None
    legend: tuple[Area, ...] = ()


class ColourBar(pg.GraphicsWidget):
    """Stands in the plot's layout at the right of the view and is as high as it."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: BarPicture | None = None
        self._theme: Theme | None = None
        self._font = QFont()
        self._shown = True
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The labels in view; positions are 0 (bottom) to 1 (top)."""
        if self._picture is None or self._picture.legend:
            return ()
        return bar_ticks(self._picture.levels, self.rect().height(), QFontMetricsF(self._font).height() + 2)

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self._widen()

    def set_shown(self, shown: bool) -> None:
        """Without it the view has its room."""
        if shown != self._shown:
            self._shown = shown
            self._widen()
            self.update()

    def set_picture(self, picture: BarPicture) -> None:
        before, self._picture = self._picture, picture
        if not picture.legend and (before is None or before.legend or before.levels is not picture.levels):
            self._widen()
        self.update()

    def _widen(self) -> None:
        """Room for the longest label and the upright title; in steps, so that panning does not shake the picture."""
        metrics = QFontMetricsF(self._font)
        longest = max((metrics.horizontalAdvance(tick.text) for tick in self.ticks), default=0.0)
        text = max(longest, metrics.horizontalAdvance("−00.0"))
        step = metrics.horizontalAdvance("00")
        width = _LEFT + _WIDTH + _TICK + _GAP + np.ceil(text / step) * step + metrics.height() + 6
        width = width if self._shown else 0.0
        if width != self.minimumWidth():
            self.setFixedWidth(float(width))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        picture, theme, height = self._picture, self._theme, self.rect().height()
        if picture is None or theme is None or height < 20 or not self._shown:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture.legend:
            self._paint_legend(painter, theme, picture.legend)
            self._paint_title(painter, theme, QFontMetricsF(self._font), _LEGEND_TITLE)
            return
        bar = QRectF(_LEFT, 0, _WIDTH, height)
        column = np.ascontiguousarray(picture.table[::-1].reshape(-1, 1, 3))
        painter.drawImage(bar, QImage(column.data, 1, len(column), 3, QImage.Format.Format_RGB888))
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        for line in picture.levels.lines:
            place = float(picture.levels.position(line))
            painter.setPen(QPen(QColor(contour_colour(picture.table, place)), 1.0))
            painter.drawLine(QPointF(bar.left(), height * (1 - place)), QPointF(bar.right(), height * (1 - place)))
        for tick in self.ticks:
            at = height * (1 - tick.position)
            painter.setPen(QPen(QColor(theme.border), 1.0))
            painter.drawLine(QPointF(bar.right(), at), QPointF(bar.right() + _TICK, at))
            painter.setPen(QColor(theme.muted))
            top = max(-2.0, min(height - metrics.height() + 2, at - metrics.height() / 2))
            box = QRectF(bar.right() + _TICK + _GAP, top, self.rect().width(), metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tick.text)
        if picture.mark is not None:
            self._paint_mark(painter, theme, bar.left(), height * (1 - max(0.0, min(1.0, picture.mark))))
        words = " · ".join(filter(None, (picture.title, picture.levels.title)))
        self._paint_title(painter, theme, metrics, words)

    @property
    def listed(self) -> tuple[Area, ...]:
        """The areas of the legend for which there is room; the last one counts those left out."""
        legend = self._picture.legend if self._picture is not None else ()
        room = max(1, int(self.rect().height() // self._row))
        if len(legend) <= room:
            return legend
        return (*legend[: room - 1], Area(f"+{len(legend) - room + 1}"))

    @property
    def _row(self) -> float:
        return float(max(20.0, QFontMetricsF(self._font).height() + 6))

    def _paint_legend(self, painter: QPainter, theme: Theme, legend: tuple[Area, ...]) -> None:
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        room = self.rect().width() - _LEFT - _WIDTH - 2 * _GAP - metrics.height()
        for number, area in enumerate(self.listed):
            top = number * self._row
            patch = QRectF(_LEFT, top + 2, _WIDTH + 4, self._row - 6)
            if area in legend:
                _paint_area(painter, theme, area, patch)
            words = metrics.elidedText(area.words, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(theme.text if area.colour else theme.muted))
            box = QRectF(patch.right() + _GAP + 2, top, room, self._row - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_mark(self, painter: QPainter, theme: Theme, x: float, y: float) -> None:
        """A small head at the value of the ball."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.step))
        painter.drawPolygon([QPointF(x - 1, y), QPointF(x - 9, y - 5), QPointF(x - 9, y + 5)])

    def _paint_title(self, painter: QPainter, theme: Theme, metrics: QFontMetricsF, words: str) -> None:
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.rect().height())
        painter.save()
        painter.translate(self.rect().width() - metrics.height(), self.rect().height() / 2)
        painter.rotate(-90)
        painter.setPen(QColor(theme.muted))
        width = self.rect().height()
        painter.drawText(QRectF(-width / 2, 0, width, metrics.height()), Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


def paint_lying_bar(painter: QPainter, place: QRectF, picture: BarPicture, theme: Theme, font: QFont) -> None:
    """The same along the lower edge of a picture: values rise to the right, numbers and the title stand below."""
    metrics = QFontMetricsF(font)
    widest = metrics.horizontalAdvance("+000000")
    bar = QRectF(place.left() + widest / 2, place.top(), place.width() - widest, 10.0)
    if bar.width() < 20:
        return
    row = np.ascontiguousarray(picture.table.reshape(1, -1, 3))
    painter.drawImage(bar, QImage(row.data, row.shape[1], 1, row.nbytes, QImage.Format.Format_RGB888))
    painter.setFont(font)
    for tick in bar_ticks(picture.levels, bar.width(), widest + 8):
        at = bar.left() + bar.width() * tick.position
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.drawLine(QPointF(at, bar.bottom()), QPointF(at, bar.bottom() + _TICK))
        painter.setPen(QColor(theme.muted))
        box = QRectF(at - widest, bar.bottom() + _TICK, 2 * widest, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tick.text)
    words = " · ".join(filter(None, (picture.title, picture.levels.title)))
    painter.setPen(QColor(theme.muted))
    box = QRectF(place.left(), bar.bottom() + _TICK + metrics.height(), place.width(), metrics.height())
    painter.drawText(
        box, Qt.AlignmentFlag.AlignCenter, metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    )


def lying_bar_height(font: QFont) -> float:
    """Room for `paint_lying_bar`."""
    return 10.0 + _TICK + 2 * QFontMetricsF(font).height() + 4.0


def _paint_area(painter: QPainter, theme: Theme, area: Area, patch: QRectF) -> None:
    if area.colour:
        # Two pixels a cell, about as large as the cells of a map.
        cells = replace(area, colour=theme.colour(area.colour))
        pixels = np.ascontiguousarray(area_pixels(cells, round(patch.height() / 2), round(patch.width() / 2)))
        rows, columns = pixels.shape[:2]
        painter.drawImage(patch, QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888))
    else:
        painter.fillRect(patch, QBrush(QColor(theme.muted), Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(QColor(theme.control), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(patch)
