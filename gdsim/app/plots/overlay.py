"""Paints a `Drawing` over a pyqtgraph view, in pixels, with the colours of the theme.

An exception inside `paint` ends the process on current PySide6, so nothing here computes: records come in finite,
and what is not finite is left out before a painter sees it.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gdsim.app.plots.drawing import Area, Arrow, Band, Disc, Dots, Drawing, Label, Stroke
from gdsim.app.theme import Theme

_MOST_SIZES = 400  # texts whose size is kept


def is_thin(painter: QPainter, width: float) -> bool:
    """Whether a line is no wider than a pixel of the screen: then smooth edges take no time."""
    return width * painter.deviceTransform().m11() <= 1.0


class Overlay(QGraphicsItem):
    """One layer of records over (or, with a negative z, under) the contents of a view box."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view)
        self._rect = QRectF(view.rect())
        self._drawing = Drawing()
        self._theme: Theme | None = None
        self._font = QFont()
        self._sizes: dict[str, tuple[float, float]] = {}
        self._scale = 1.0
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def drawing(self) -> Drawing:
        return self._drawing

    def set_drawing(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self.update()

    def set_style(self, theme: Theme, font: QFont, scale: float = 1.0) -> None:
        """`scale` enlarges the drawing, whose pixels are then as many times larger as the type is."""
        self._theme, self._font, self._scale = theme, QFont(font), scale
        self._font.setPixelSize(max(1, round(font.pixelSize() / scale)))
        self._sizes.clear()
        self.update()

    def set_rect(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._rect = QRectF(rect)

    def measure(self, text: str) -> tuple[float, float]:
        """Width and height of a line of text, in the drawing's pixels."""
        size = self._sizes.get(text)
        if size is None:
            if len(self._sizes) >= _MOST_SIZES:
                self._sizes.clear()
            metrics = QFontMetricsF(self._font)
            size = self._sizes[text] = (metrics.horizontalAdvance(text), metrics.height())
        return size

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        drawing = self._drawing
        for area in drawing.areas:
            self._paint_area(painter, area)
        for band in drawing.bands:
            self._paint_band(painter, band)
        for stroke in drawing.strokes:
            self._paint_stroke(painter, stroke)
        for dots in drawing.dots:
            self._paint_dots(painter, dots)
        # Ghost and rings lie under the arrows, the ball (the last solid disc) over everything but words.
        for disc in drawing.discs:
            self._paint_disc(painter, disc)
        for arrow in drawing.arrows:
            self._paint_arrow(painter, arrow)
        painter.setFont(self._font)
        for label in drawing.labels:
            self._paint_label(painter, label)

    def _colour(self, token: str, opacity: float = 1.0) -> QColor:
        colour = QColor(self._theme.colour(token))  # type: ignore[union-attr]
        colour.setAlphaF(max(0.0, min(1.0, opacity)))
        return colour

    def _paint_area(self, painter: QPainter, area: Area) -> None:
        points = area.outline[np.isfinite(area.outline).all(axis=1)]
        if len(points) < 3:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(area.colour, area.opacity))
        painter.drawPolygon(pg.functions.arrayToQPolygonF(points[:, 0], points[:, 1]))
        painter.setPen(QPen(self._colour(area.colour), area.hatch_width))
        lines = area.hatch[np.isfinite(area.hatch).all(axis=(1, 2))]
        painter.drawLines([QLineF(*ends) for ends in lines.reshape(-1, 4).tolist()])

    def _paint_band(self, painter: QPainter, band: Band) -> None:
        rect = QRectF(band.rect.x, band.rect.y, band.rect.width, band.rect.height)
        painter.fillRect(rect, QBrush(self._colour(band.colour, band.opacity), Qt.BrushStyle.BDiagPattern))

    def _paint_stroke(self, painter: QPainter, stroke: Stroke) -> None:
        x, y = stroke.points[:, 0], stroke.points[:, 1]
        finite = np.isfinite(x) & np.isfinite(y)
        if finite.sum() < 2:
            return
        joined = np.ones(len(x), dtype=bool) if stroke.joined is None else stroke.joined.copy()
        joined[:-1] &= finite[:-1] & finite[1:]
        joined[-1] = False
        pen = QPen(self._colour(stroke.colour, stroke.opacity), stroke.width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if stroke.dashes else Qt.PenCapStyle.RoundCap)
        if stroke.dashes:
            pen.setDashPattern([length / stroke.width for length in stroke.dashes])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, stroke.smooth or is_thin(painter, stroke.width))
        edges = np.flatnonzero(np.diff(np.concatenate([[False], joined[:-1], [False]]).astype(np.int8)))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            painter.drawPolyline(pg.functions.arrayToQPolygonF(x[start : end + 1], y[start : end + 1]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_dots(self, painter: QPainter, dots: Dots) -> None:
        points = dots.points[np.isfinite(dots.points).all(axis=1)]
        if not len(points):
            return
        pen = QPen(self._colour(dots.colour, dots.opacity), 2 * dots.radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(pg.functions.arrayToQPolygonF(points[:, 0], points[:, 1]))

    def _paint_disc(self, painter: QPainter, disc: Disc) -> None:
        if not np.isfinite((disc.x, disc.y)).all():
            return
        pen = QPen(self._colour(disc.ring, disc.opacity), disc.ring_width)
        if disc.dashed:
            pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(self._colour(disc.fill, disc.opacity) if disc.fill else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(disc.x, disc.y), disc.radius, disc.radius)

    def _paint_arrow(self, painter: QPainter, arrow: Arrow) -> None:
        (x0, y0), (x1, y1) = arrow.tail, arrow.tip
        length = float(np.hypot(x1 - x0, y1 - y0))
        if not np.isfinite(length) or length == 0:
            return
        along_x, along_y = (x1 - x0) / length, (y1 - y0) / length
        neck_x, neck_y = x1 - along_x * arrow.head, y1 - along_y * arrow.head
        half = arrow.head * 0.48
        colour = self._colour(arrow.colour, arrow.opacity)
        if length > arrow.head:
            pen = QPen(colour, arrow.width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x0, y0), QPointF(neck_x + along_x, neck_y + along_y))
        painter.setPen(QPen(colour, arrow.width) if arrow.hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if arrow.hollow else colour)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x1, y1),
                    QPointF(neck_x - along_y * half, neck_y + along_x * half),
                    QPointF(neck_x + along_y * half, neck_y - along_x * half),
                ]
            )
        )

    def _paint_label(self, painter: QPainter, label: Label) -> None:
        rect = QRectF(label.rect.x, label.rect.y, label.rect.width, label.rect.height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour("panel", 0.82))
        painter.drawRoundedRect(rect.adjusted(-3, -1, 3, 1), 3, 3)
        height = rect.height() / len(label.lines)
        for row, (text, colour) in enumerate(label.lines):
            painter.setPen(self._colour(colour))
            line = QRectF(rect.x(), rect.y() + row * height, rect.width() + 2, height)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
