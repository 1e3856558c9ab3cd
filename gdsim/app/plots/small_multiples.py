"""Many fits side by side: what each small picture shows, and how it is painted in the large picture's colours.

A tile over two inputs is an image with its boundary, upright as the large picture is; over one input it is a curve over
the data points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.decision_picture import BINARY, VALUES, Domain, boundary, value_middle
from gdsim.app.plots.drawing import Array, Viewport
from gdsim.app.plots.fit_colours import classes_rgba, rgba, values_table
from gdsim.app.ranges import Range, clamped, finite_range
from gdsim.app.tokens import Theme

CURVE = "curve"
FRAMES: dict[str, tuple[float, ...]] = {"best": (), "median": (5.0, 3.0), "worst": (1.5, 2.5)}
"""The dashes of a frame by the role that it tells, as in the fan of curves; others have a hairline."""
_PAD = 4.0  # pixels about the picture of a tile


@dataclass(frozen=True, eq=False)
class Tile:
    """One fit: `values` (h, w, k) as in a DecisionPicture or (m,) of a curve, None while not known.

    `title` and `number` stand under it, `role` on it; `words` say all of it.
    """

    title: str = ""
    number: str = ""
    role: str = ""
    values: Array | None = None
    words: str = ""


@dataclass(frozen=True, eq=False)
class TilesPicture:
    """`kind` is CURVE or that of a DecisionPicture; curves stand over `xs` within `y_range`."""

    tiles: tuple[Tile, ...] = ()
    kind: str = BINARY
    domain: Domain = ((-1.0, 1.0), (-1.0, 1.0))
    value_range: Range = (0.0, 1.0)
    xs: Array = field(default_factory=lambda: np.empty(0))
    y_range: Range = (0.0, 1.0)
    points: DataPoints = field(default_factory=DataPoints)

    @property
    def plane(self) -> Domain:
        """The rectangle that every tile shows."""
        y_range = self.y_range if self.kind == CURVE else self.domain[1]
        return finite_range(*self.domain[0]), finite_range(*y_range)


def tile_image(picture: TilesPicture, tile: Tile, side: int, theme: Theme, ratio: float = 1.0) -> QImage:
    """The fit alone, `side` logical pixels wide and high; empty while it is not known."""
    size = max(1, round(side * ratio))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(theme.panel))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / side, size / side)
    paint_fit(painter, QRectF(0, 0, side, side), picture, tile, theme)
    painter.end()
    return image


def paint_fit(painter: QPainter, box: QRectF, picture: TilesPicture, tile: Tile, theme: Theme) -> None:
    """The fit of a tile into a box, cut off at its edges."""
    values = tile.values
    (x_low, x_high), (y_low, y_high) = picture.plane
    view = Viewport(x_low, x_high, y_low, y_high, box.width(), box.height())
    if values is None or not view.usable or not values.size:
        return
    painter.save()
    painter.setClipRect(box)
    painter.translate(box.topLeft())
    if picture.kind == CURVE:
        _paint_curve(painter, picture, values, view, theme)
    else:
        _paint_shades(painter, picture, values, view, theme)
    painter.restore()


def _paint_curve(painter: QPainter, picture: TilesPicture, values: Array, view: Viewport, theme: Theme) -> None:
    places = view.to_pixels(clamped(picture.points.places()))
    known, held_out = np.isfinite(places).all(axis=1), picture.points.validation
    for chosen, colour in ((known & held_out, theme.validation), (known & ~held_out, theme.training)):
        pen = QPen(QColor(colour), 3.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setOpacity(0.6)
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in places[chosen].tolist()]))
    painter.setOpacity(1.0)
    if len(values) == len(picture.xs):
        _polyline(painter, view.to_pixels(np.column_stack([picture.xs, clamped(values)])), theme.text, 1.75)


def _paint_shades(painter: QPainter, picture: TilesPicture, values: Array, view: Viewport, theme: Theme) -> None:
    if values.ndim != 3:
        return
    if picture.kind == VALUES:
        pixels = rgba(values[..., 0], *picture.value_range, values_table(theme))
    else:
        pixels = classes_rgba(values, theme)
    height, width = pixels.shape[:2]
    data = pixels.tobytes()  # has to outlive the image made over it
    raw = QImage(data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(0, 0, view.width, view.height), raw.copy())
    lines = boundary(values, picture.kind, picture.domain, value_middle(picture.value_range))
    _polyline(painter, view.to_pixels(lines), theme.text, 1.25)


def _polyline(painter: QPainter, pixels: Array, colour: str, width: float) -> None:
    """A line with gaps where a row is not finite."""
    painter.setPen(QPen(QColor(colour), width))
    finite = np.isfinite(pixels).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], finite, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in pixels[start:end].tolist()]))


@dataclass(frozen=True)
class TileLook:
    """How large a tile is: `side` of its picture, and fonts for the words under it."""

    side: float
    font: QFont
    bold: QFont
    scale: float = 1.0

    @cached_property
    def metrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.font)

    @cached_property
    def line(self) -> float:
        return self.metrics.height()

    @property
    def width(self) -> float:
        return self.side + 2 * _PAD * self.scale

    @property
    def height(self) -> float:
        return self.side + self.line + 3 * _PAD * self.scale


def paint_tile(
    painter: QPainter, place: QRectF, tile: Tile, look: TileLook, theme: Theme, image: QImage | None,
    chosen: bool = False, focus: bool = False,
) -> None:  # fmt: skip
    """The whole tile at the top left of `place`: picture, frame, role, title and number.

    `chosen` underlays it, `focus` puts the keyboard's ring about it.
    """
    pad, scale = _PAD * look.scale, look.scale
    outer = QRectF(place.x(), place.y(), look.width, look.height)
    box = QRectF(outer.x() + pad, outer.y() + pad, look.side, look.side)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if chosen:
        underlay = QColor(theme.accent)
        underlay.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(underlay)
        painter.drawRoundedRect(outer, pad, pad)
    if image is None:
        painter.fillRect(box, QColor(theme.window))
    else:
        painter.drawImage(box, image)
    strong = tile.role in FRAMES
    pen = QPen(QColor(theme.text if strong else theme.border), (2.0 if strong else 1.0) * scale)
    dashes = FRAMES.get(tile.role, ())
    if dashes:
        pen.setDashPattern([length * scale / pen.widthF() for length in dashes])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    if focus:
        painter.setPen(QPen(QColor(theme.accent), 2.0 * scale))
        painter.drawRoundedRect(outer.adjusted(scale, scale, -scale, -scale), pad, pad)
    if tile.role:
        _paint_role(painter, box, tile.role, look, theme)
    painter.setFont(look.font)
    line = QRectF(box.x(), box.bottom() + pad, box.width(), look.line)
    metrics = look.metrics
    painter.setPen(QColor(theme.text))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tile.number)
    room = line.width() - metrics.horizontalAdvance(tile.number) - pad
    painter.setPen(QColor(theme.muted))
    text = metrics.elidedText(tile.title, Qt.TextElideMode.ElideRight, max(room, 0.0) + 1)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_role(painter: QPainter, box: QRectF, role: str, look: TileLook, theme: Theme) -> None:
    """The word in a small box at the top left of the picture."""
    metrics = QFontMetricsF(look.bold)
    pad = _PAD * look.scale
    badge = QRectF(box.x(), box.y(), metrics.horizontalAdvance(role) + 2 * pad, look.line + 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.panel))
    painter.drawRect(badge.adjusted(look.scale, look.scale, 0, 0))
    painter.setPen(QColor(theme.text))
    painter.setFont(look.bold)
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, role)
