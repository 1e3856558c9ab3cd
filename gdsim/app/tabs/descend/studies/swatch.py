"""Small samples for legends: a line with its dash and marker, a patch of a basin map with its marker or hatching."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QIcon,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdsim.app.plots.colour_maps import Area, area_pixels
from gdsim.app.plots.drawing import Stroke
from gdsim.app.plots.surface_tracks import marker_strokes
from gdsim.app.tabs.descend.studies.looks import Look
from gdsim.app.theme import Theme, theme_manager

LINE, PATCH, HATCHED, DOT = "line", "patch", "hatched", "dot"
_WIDTHS = {LINE: 34, PATCH: 22, HATCHED: 22, DOT: 16}
_HEIGHT = 16


@dataclass(frozen=True)
class Swatch:
    """`kind` is LINE, PATCH (filled), HATCHED or DOT (the marker alone); a look without a colour stays empty."""

    kind: str
    look: Look


def paint_swatch(painter: QPainter, size: QSize, swatch: Swatch, theme: Theme) -> None:
    """Paint into a place of `size`, from the origin."""
    width, height = float(size.width()), float(size.height())
    look, middle = swatch.look, np.array([[width / 2, height / 2]])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if swatch.kind == LINE:
        line = np.array([[1.0, height / 2], [width - 1.0, height / 2]])
        strokes = (Stroke(line, look.colour, 2.0, look.dashes), *marker_strokes(middle, look.colour, look.marker, 4.0))
    elif swatch.kind == DOT:
        strokes = marker_strokes(middle, look.colour, look.marker, 4.5)
    else:
        _paint_patch(painter, QRectF(0.5, 0.5, width - 1, height - 1), swatch, theme)
        strokes = () if swatch.kind == HATCHED or not look.marker else marker_strokes(middle, "text", look.marker, 3.5)
    for stroke in strokes:
        _paint_stroke(painter, stroke, theme)


def swatch_icon(swatch: Swatch, ratio: float) -> QIcon:
    """The sample as an icon; `ratio` is that of the screen's pixels."""
    themes = theme_manager()
    size = swatch_size(swatch)
    pixmap = QPixmap(size * math.ceil(max(ratio, 2.0)))
    pixmap.setDevicePixelRatio(math.ceil(max(ratio, 2.0)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.scale(themes.scale, themes.scale)
    paint_swatch(painter, QSize(_WIDTHS[swatch.kind], _HEIGHT), swatch, themes.theme)
    painter.end()
    return QIcon(pixmap)


def swatch_size(swatch: Swatch) -> QSize:
    """The size of a sample in the present type size."""
    themes = theme_manager()
    return QSize(themes.px(_WIDTHS[swatch.kind]), themes.px(_HEIGHT))


class SwatchLabel(QWidget):
    """Shows one sample; it says nothing by itself, the words beside it do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatch: Swatch | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_swatch(self, swatch: Swatch | None) -> None:
        if swatch != self._swatch:
            self._swatch = swatch
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, 0) if self._swatch is None else swatch_size(self._swatch)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._swatch is None:
            return
        themes = theme_manager()
        painter = QPainter(self)
        painter.scale(themes.scale, themes.scale)
        paint_swatch(painter, QSize(_WIDTHS[self._swatch.kind], _HEIGHT), self._swatch, themes.theme)
        painter.end()


def _paint_patch(painter: QPainter, rect: QRectF, swatch: Swatch, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.control), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if swatch.look.colour:
        colour = QColor(theme.colour(swatch.look.colour))
        painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern) if swatch.kind == HATCHED else _fill(swatch, theme))
    painter.drawRoundedRect(rect, 3, 3)


def _fill(swatch: Swatch, theme: Theme) -> QBrush:
    """The colour with its pattern, as large as in a map."""
    colour = theme.colour(swatch.look.colour)
    if not swatch.look.pattern:
        return QBrush(QColor(colour))
    # Twelve cells, so that every pattern repeats without a seam.
    pixels = np.ascontiguousarray(area_pixels(Area("", colour, swatch.look.pattern), 12, 12))
    brush = QBrush(QImage(pixels.data, 12, 12, 36, QImage.Format.Format_RGB888).copy())
    brush.setTransform(QTransform.fromScale(2, 2))
    return brush


def _paint_stroke(painter: QPainter, stroke: Stroke, theme: Theme) -> None:
    pen = QPen(QColor(theme.colour(stroke.colour)), stroke.width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if stroke.dashes else Qt.PenCapStyle.RoundCap)
    if stroke.dashes:
        pen.setDashPattern([length / stroke.width for length in stroke.dashes])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in stroke.points.tolist()]))
