"""The colour bar beside a surface: which colour means which value, and at which values the contour lines stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdsim.app.plots.colour_maps import Table, contour_colour
from gdsim.app.plots.ranges import Tick
from gdsim.app.plots.surface_levels import Levels, bar_ticks
from gdsim.app.theme import Theme

_LEFT, _WIDTH, _TICK, _GAP = 14.0, 14.0, 5.0, 4.0


@dataclass(frozen=True, eq=False)
class BarPicture:
    """Levels, the colours from low to high, the title, and the place 0..1 of the ball's value, if it has one."""

    levels: Levels
    table: Table
    title: str
    mark: float | None = None


class ColourBar(pg.GraphicsWidget):
    """Stands in the plot's layout at the right of the view and is as high as it."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: BarPicture | None = None
        self._theme: Theme | None = None
        self._font = QFont()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The labels in view; positions are 0 (bottom) to 1 (top)."""
        if self._picture is None:
            return ()
        return bar_ticks(self._picture.levels, self.rect().height(), QFontMetricsF(self._font).height() + 2)

    def set_style(self, theme: Theme, font: QFont) -> None:
        self._theme, self._font = theme, font
        self._widen()

    def set_picture(self, picture: BarPicture) -> None:
        before, self._picture = self._picture, picture
        if before is None or before.levels is not picture.levels:
            self._widen()
        self.update()

    def _widen(self) -> None:
        """Room for the longest label and the upright title; in steps, so that panning does not shake the picture."""
        metrics = QFontMetricsF(self._font)
        longest = max((metrics.horizontalAdvance(tick.text) for tick in self.ticks), default=0.0)
        text = max(longest, metrics.horizontalAdvance("−00.0"))
        step = metrics.horizontalAdvance("00")
        width = _LEFT + _WIDTH + _TICK + _GAP + np.ceil(text / step) * step + metrics.height() + 6
        if width != self.minimumWidth():
            self.setFixedWidth(float(width))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        picture, theme, height = self._picture, self._theme, self.rect().height()
        if picture is None or theme is None or height < 20:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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
        self._paint_title(painter, theme, metrics)

    def _paint_mark(self, painter: QPainter, theme: Theme, x: float, y: float) -> None:
        """A small head at the value of the ball."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.step))
        painter.drawPolygon([QPointF(x - 1, y), QPointF(x - 9, y - 5), QPointF(x - 9, y + 5)])

    def _paint_title(self, painter: QPainter, theme: Theme, metrics: QFontMetricsF) -> None:
        picture = self._picture
        words = [picture.title, picture.levels.title] if picture is not None else []
        text = metrics.elidedText(" · ".join(filter(None, words)), Qt.TextElideMode.ElideRight, self.rect().height())
        painter.save()
        painter.translate(self.rect().width() - metrics.height(), self.rect().height() / 2)
        painter.rotate(-90)
        painter.setPen(QColor(theme.muted))
        width = self.rect().height()
        painter.drawText(QRectF(-width / 2, 0, width, metrics.height()), Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
