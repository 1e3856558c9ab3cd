"""Paints data points under the marks of a plot, thousands of them at the price of one copied image.

Points are stamped into an image of the screen's resolution, which is made anew only when they, the view or the theme
change; what changes with each training step, the rings about mistaken points, has an image of its own.  The point in
the hand and the chosen one are drawn live, and files that keep drawings as vectors get all of them as vectors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gdsim.app.plots.data_points import DataPoints, Mask, same_values
from gdsim.app.plots.drawing import Array, Viewport
from gdsim.app.plots.point_marks import MISTAKEN, OUTLIER, WRONG, Mark, marks_of, outline, radius_for
from gdsim.app.ranges import Range
from gdsim.app.theme import Theme

_LARGEST_SIDE = 8192
_SIGN_REACH = 3.75  # pixels from the edge of a point to the edge of the sign about it


@dataclass(frozen=True, eq=False)
class PointsView:
    """The points in pixels (n, 2) of a drawing of this size, and what is special about some now.

    `held` is drawn where `pixels` has it, but live; `chosen` has a ring in the accent's colour.
    """

    points: DataPoints
    pixels: Array
    width: float
    height: float
    value_range: Range | None = None
    held: int | None = None
    chosen: int | None = None

    @property
    def near(self) -> Mask:
        """Which points are to be seen, at least their edge."""
        with np.errstate(invalid="ignore"):
            inside = (self.pixels > -20) & (self.pixels < (self.width + 20, self.height + 20))
        return np.asarray(inside.all(axis=1))


class PointLayer(QGraphicsItem):
    """One `PointsView` over a view box."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view)
        self._rect = QRectF(view.rect())
        self._view: PointsView | None = None
        self._theme: Theme | None = None
        self._scale = 1.0
        self._stamped: tuple[object, ...] = ()
        self._ringed: tuple[object, ...] = ()
        self._points_image: QImage | None = None
        self._rings_image: QImage | None = None
        self.bakes = 0
        """How often the points have been stamped anew."""
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_view(self, view: PointsView | None) -> None:
        self._view = view
        self.update()

    def set_style(self, theme: Theme, scale: float) -> None:
        self._theme, self._scale = theme, scale
        self.update()

    def set_rect(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._rect = QRectF(rect)

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        view, theme, rect = self._view, self._theme, self._rect
        if view is None or theme is None or not len(view.points) or rect.width() < 1 or rect.height() < 1:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks, numbers = marks_of(view.points, theme, view.value_range)
        radius = radius_for(len(view.points))
        if painter.paintEngine().type() == QPaintEngine.Type.Raster:
            ratio = min(max(painter.deviceTransform().m11(), 0.1), _LARGEST_SIDE / max(rect.width(), rect.height()))
            self._stamp(view, theme, marks, numbers, radius, ratio)
            for image in (self._points_image, self._rings_image):
                if image is not None:
                    painter.drawImage(QPointF(0, 0), image)
            painter.scale(self._scale, self._scale)
        else:
            painter.scale(self._scale, self._scale)
            self._paint_all(painter, view, theme, marks, numbers, radius)
        self._paint_special(painter, view, theme, marks, numbers, radius)

    def _stamp(
        self, view: PointsView, theme: Theme, marks: tuple[Mark, ...], numbers: Array, radius: float, ratio: float
    ) -> None:
        points = view.points
        pixels = view.pixels.copy()
        if view.held is not None:
            pixels[view.held] = np.nan
        numbers = np.where(np.isfinite(pixels[:, 0]), numbers, 0)
        about = (theme, self._scale, ratio, self._rect.width(), self._rect.height(), marks)
        stamped = (pixels, numbers, points.wrong, points.outlier, about)
        if not _same(stamped, self._stamped):
            self._stamped, self._points_image = stamped, self._blank(ratio)
            self.bakes += 1
            near = view.near & np.isfinite(pixels).all(axis=1)
            side = ratio * self._scale
            sprites: dict[int, QImage] = {}
            painter = QPainter(self._points_image)
            painter.scale(1 / ratio, 1 / ratio)
            places = np.floor(np.where(near[:, None], pixels * side, 0.0)).astype(np.int64)
            chosen = np.flatnonzero(near)
            across, down = places[chosen].T.tolist()  # not thousands of lists for the garbage collector
            for x, y, number in zip(across, down, numbers[chosen].tolist(), strict=True):
                sprite = sprites.get(number)
                if sprite is None:
                    sprite = sprites[number] = _sprite(marks[number], "", radius, theme, side)
                painter.drawImage(x - sprite.width() // 2, y - sprite.height() // 2, sprite)
            for sign, mask in ((OUTLIER, points.outlier), (WRONG, points.wrong)):
                _stamp_sign(painter, sign, places[near & mask], radius, theme, side)
            painter.end()
        ringed = (pixels, points.mistaken, about)
        if not _same(ringed, self._ringed):
            self._ringed, self._rings_image = ringed, None
            near = view.near & np.isfinite(pixels).all(axis=1) & points.mistaken
            if near.any():
                self._rings_image = self._blank(ratio)
                painter = QPainter(self._rings_image)
                painter.scale(1 / ratio, 1 / ratio)
                side = ratio * self._scale
                places = np.floor(pixels[near] * side).astype(np.int64)
                _stamp_sign(painter, MISTAKEN, places, radius, theme, side)
                painter.end()

    def _blank(self, ratio: float) -> QImage:
        size = (max(1, round(self._rect.width() * ratio)), max(1, round(self._rect.height() * ratio)))
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        return image

    def _paint_all(
        self, painter: QPainter, view: PointsView, theme: Theme, marks: tuple[Mark, ...], numbers: Array, radius: float
    ) -> None:
        points, places = view.points, view.pixels
        # Nothing cuts off what stands over the edge in a file of vectors.
        with np.errstate(invalid="ignore"):
            near = ((places >= 0) & (places <= (view.width, view.height))).all(axis=1)
        if view.held is not None:
            near[view.held] = False
        for index in np.flatnonzero(near).tolist():
            paint_mark(painter, marks[int(numbers[index])], *places[index].tolist(), radius, theme)
        for sign, mask in ((OUTLIER, points.outlier), (WRONG, points.wrong), (MISTAKEN, points.mistaken)):
            for index in np.flatnonzero(near & mask).tolist():
                paint_sign(painter, sign, *places[index].tolist(), radius, theme)

    def _paint_special(
        self, painter: QPainter, view: PointsView, theme: Theme, marks: tuple[Mark, ...], numbers: Array, radius: float
    ) -> None:
        points, near = view.points, view.near
        if view.held is not None and near[view.held]:
            x, y = view.pixels[view.held].tolist()
            paint_mark(painter, marks[int(numbers[view.held])], x, y, radius + 1.5, theme)
            for sign, mask in ((OUTLIER, points.outlier), (WRONG, points.wrong), (MISTAKEN, points.mistaken)):
                if mask[view.held]:
                    paint_sign(painter, sign, x, y, radius + 1.5, theme)
        if view.chosen is not None and near[view.chosen]:
            x, y = view.pixels[view.chosen].tolist()
            _paint_ring(painter, x, y, radius + 7.5, theme.panel, 5.0)
            _paint_ring(painter, x, y, radius + 7.5, theme.accent, 2.5)


def paint_mark(painter: QPainter, mark: Mark, x: float, y: float, radius: float, theme: Theme) -> None:
    """A point: a light edge against what is around it, the mark, for hollow ones the panel's colour inside."""
    halo, edge = (1.4, 1.0) if mark.outlined else (1.25, 0.0)
    _fill(painter, mark.marker, x, y, radius + edge + halo, theme.panel, 0.8)
    if edge:
        _fill(painter, mark.marker, x, y, radius + edge, theme.text)
    _fill(painter, mark.marker, x, y, radius, mark.colour)
    if mark.hollow:
        ring = min(2.0, radius * 0.46)
        _fill(painter, mark.marker, x, y, radius - ring, theme.panel)


def paint_sign(painter: QPainter, sign: str, x: float, y: float, radius: float, theme: Theme) -> None:
    """What is special about a point of this radius: a cross, a diamond or a ring, with a light edge."""
    reach = radius + _SIGN_REACH
    if sign == MISTAKEN:
        _paint_ring(painter, x, y, reach, theme.panel, 3.0)
        _paint_ring(painter, x, y, reach, theme.text, 1.5)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if sign == OUTLIER:
        corner = _corner(radius)
        shape = QPolygonF([QPointF(x + dx * corner, y + dy * corner)
                           for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))])  # fmt: skip
        for colour, width in ((theme.panel, 3.5), (theme.bad, 1.75)):
            painter.setPen(_pen(colour, width))
            painter.drawPolygon(shape)
        return
    # The cross leaves the middle free, where the mark shows its class, and whether it is hollow.
    inner, outer = 0.7 * radius * math.sqrt(0.5), (radius + 4.5) * math.sqrt(0.5)
    for colour, width in ((theme.panel, 3.5), (theme.text, 1.75)):
        painter.setPen(_pen(colour, width))
        for dx, dy in ((1, 1), (-1, -1), (-1, 1), (1, -1)):
            start, end = QPointF(x + dx * inner, y + dy * inner), QPointF(x + dx * outer, y + dy * outer)
            painter.drawLine(start, end)


def _corner(radius: float) -> float:
    """From the middle of a point to the corners of the diamond about it, in which a ring has room."""
    return (radius + _SIGN_REACH + 1.0) * 1.414


def _pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _paint_ring(painter: QPainter, x: float, y: float, radius: float, colour: str, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), width))
    painter.drawEllipse(QPointF(x, y), radius, radius)


def _fill(painter: QPainter, marker: str, x: float, y: float, radius: float, colour: str, opacity: float = 1.0) -> None:
    tint = QColor(colour)
    tint.setAlphaF(opacity)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    corners = outline(marker)
    if corners is None:
        painter.drawEllipse(QPointF(x, y), radius, radius)
    else:
        painter.drawPolygon(QPolygonF([QPointF(x + dx * radius, y + dy * radius) for dx, dy in corners.tolist()]))


def _sprite(mark: Mark | None, sign: str, radius: float, theme: Theme, side: float) -> QImage:
    """A mark or a sign in the middle of an image of an odd number of pixels; `side` is a drawing pixel's."""
    reach = (radius + 2.5) * 1.4 if mark is not None else _corner(radius) + 3
    half = int(np.ceil(reach * side))
    image = QImage(2 * half + 1, 2 * half + 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Half a pixel in: the middle of the middle pixel stands for the place.
    painter.translate(half + 0.5, half + 0.5)
    painter.scale(side, side)
    if mark is not None:
        paint_mark(painter, mark, 0.0, 0.0, radius, theme)
    else:
        paint_sign(painter, sign, 0.0, 0.0, radius, theme)
    painter.end()
    return image


def _stamp_sign(painter: QPainter, sign: str, places: Array, radius: float, theme: Theme, side: float) -> None:
    sprite = _sprite(None, sign, radius, theme, side) if len(places) else None
    for x, y in places.tolist() if sprite is not None else ():
        painter.drawImage(x - sprite.width() // 2, y - sprite.height() // 2, sprite)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    if len(one) != len(other):
        return False
    for a, b in zip(one, other, strict=True):
        if isinstance(a, np.ndarray):
            if not same_values(a, b):  # type: ignore[arg-type]
                return False
        elif a != b:
            return False
    return True


def points_view(
    points: DataPoints,
    view: Viewport,
    value_range: Range | None = None,
    held: tuple[int, float, float] | None = None,
    chosen: int | None = None,
) -> PointsView:
    """The points in pixels of `view`; `held` are the number and the place of the point in the hand."""
    places = points.places()
    if held is not None:
        places = places.copy()
        places[held[0]] = held[1:]
    return PointsView(points, view.to_pixels(places), view.width, view.height, value_range,
                      held[0] if held is not None else None, chosen)  # fmt: skip
