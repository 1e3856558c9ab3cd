"""Lines, arrows, dots, discs and words over a surface in three dimensions, painted with a QPainter.

What the surface hides is drawn fainter, so everything comes with a flag whether it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from gdsim.app.plots.ball_3d import Line, head_corners
from gdsim.app.plots.drawing import Array, Disc, Label, Rect, Stroke
from gdsim.app.plots.overlay import is_thin
from gdsim.app.plots.surface_tracks import CASING
from gdsim.app.theme import Theme

Flags = NDArray[np.bool_]
BEHIND = 0.3  # opacity of what is hidden by the surface
_PIECE = 16  # segments painted at once


@dataclass(frozen=True)
class Pen:
    """What painting needs besides the scene."""

    painter: QPainter
    theme: Theme
    font: QFont
    scale: float = 1.0

    def colour(self, token: str, opacity: float = 1.0) -> QColor:
        colour = QColor(self.theme.colour(token))
        colour.setAlphaF(max(0.0, min(1.0, opacity)))
        return colour

    def measure(self, text: str) -> tuple[float, float]:
        metrics = QFontMetricsF(self.font)
        return metrics.horizontalAdvance(text), metrics.height()


def paint_line(
    pen: Pen, pixels: Array, seen: Flags, colour: str, width: float, dashes: tuple[float, ...], smooth: bool = True
) -> None:
    """A line on the surface with an edge that keeps it readable on any colour; without it and faint where hidden.

    Where it need not be `smooth` it is thin, and its edge is jagged.
    """
    finite = np.isfinite(pixels).all(axis=1)
    joined = finite[:-1] & finite[1:]
    visible = joined & (seen[:-1] | seen[1:])
    inner = width if smooth else min(width, 1.0)
    _line(pen, pixels, joined & ~visible, colour, inner, dashes, BEHIND, smooth)
    _line(pen, pixels, visible, CASING, width + 2.5, (), 1.0, smooth)
    _line(pen, pixels, visible, colour, inner, dashes, 1.0, smooth)


def paint_flat(pen: Pen, line: Line) -> None:
    """A line or an arrow that lies on the surface."""
    if not line.head:
        paint_line(pen, line.pixels, line.seen, line.colour, line.width, line.dashes)
        return
    corners, neck, kept = head_corners(line)
    shaft = np.concatenate([line.pixels[:kept], neck[None, :]])
    seen = np.append(line.seen[:kept], line.seen[kept - 1] if kept else line.seen[-1])
    tip_shows = bool(line.seen[-1])
    paint_line(pen, shaft, seen, line.colour, line.width, line.dashes)
    if line.hollow:
        paint_line(pen, np.concatenate([corners, corners[:1]]), np.full(4, tip_shows), line.colour, line.width, ())
        return
    pen.painter.setBrush(pen.colour(line.colour, 1.0 if tip_shows else BEHIND))
    edge = QPen(pen.colour(CASING, 0.85), 1.5)
    edge.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.painter.setPen(edge if tip_shows else Qt.PenStyle.NoPen)
    pen.painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners.tolist()]))


def paint_words(pen: Pen, label: Label) -> None:
    """Lines of text on a ground that keeps them readable on any colour."""
    rect = QRectF(label.rect.x, label.rect.y, label.rect.width, label.rect.height)
    pen.painter.setPen(Qt.PenStyle.NoPen)
    pen.painter.setBrush(pen.colour("panel", 0.82))
    pen.painter.drawRoundedRect(rect.adjusted(-3, -1, 3, 1), 3, 3)
    pen.painter.setFont(pen.font)
    height = label.rect.height / len(label.lines)
    for row, line in enumerate(label.lines):
        paint_label(pen, Label(Rect(label.rect.x, label.rect.y + row * height, label.rect.width, height), (line,)))


def paint_stroke(pen: Pen, stroke: Stroke) -> None:
    finite = np.isfinite(stroke.points).all(axis=1)
    joined = finite[:-1] & finite[1:]
    if stroke.joined is not None:
        joined &= stroke.joined[:-1]
    _line(pen, stroke.points, joined, stroke.colour, stroke.width, stroke.dashes, stroke.opacity)


def _line(pen: Pen, pixels: Array, joined: Flags, colour: str, width: float, dashes: tuple[float, ...] = (),
          opacity: float = 1.0, smooth: bool = True) -> None:  # fmt: skip
    line = QPen(pen.colour(colour, opacity), width)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    line.setCapStyle(Qt.PenCapStyle.FlatCap if dashes or opacity < 1 else Qt.PenCapStyle.RoundCap)
    if dashes:
        line.setDashPattern([length / width for length in dashes])
    pen.painter.setPen(line)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    pen.painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth or is_thin(pen.painter, width))
    polygon = pg.functions.arrayToQPolygonF(*np.ascontiguousarray(pixels.T))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], joined, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        # A painter takes several times as long over a long thick line that turns about than over its pieces.
        piece = end - start if dashes else _PIECE
        for first in range(start, end, piece):
            pen.painter.drawPolyline(polygon.mid(first, min(piece, end - first) + 1))
    pen.painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def paint_hairlines(painter: QPainter, pixels: Array, joined: Flags) -> None:
    """A polyline of many parts at once, interrupted after each point that isn't `joined` to the next; quick if thin."""
    kept = np.append(joined, False) | np.append(False, joined)
    if kept.any():
        x, y = np.ascontiguousarray(pixels[kept].T)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(pg.functions.arrayToQPath(x, y, connect=np.append(joined, False)[kept].astype(np.int32)))


def paint_dots(pen: Pen, places: Array, radius: float, opacity: float) -> None:
    """Dots with an edge, as points of a thick pen: quicker than circles."""
    if len(places):
        polygon = pg.functions.arrayToQPolygonF(*np.ascontiguousarray(places.T))
        for token, thick, share in ((CASING, radius + 1.0, 0.75), ("text", radius, 1.0)):
            line = QPen(pen.colour(token, opacity * share), 2 * thick)
            line.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.painter.setPen(line)
            pen.painter.drawPoints(polygon)


def paint_disc(pen: Pen, disc: Disc) -> None:
    ring = QPen(pen.colour(disc.ring, disc.opacity), disc.ring_width)
    if disc.dashed:
        ring.setDashPattern([2.2, 1.8])
    pen.painter.setPen(ring)
    pen.painter.setBrush(pen.colour(disc.fill, disc.opacity) if disc.fill else Qt.BrushStyle.NoBrush)
    pen.painter.drawEllipse(QPointF(disc.x, disc.y), disc.radius, disc.radius)


def paint_label(pen: Pen, label: Label) -> None:
    rect = QRectF(label.rect.x, label.rect.y, label.rect.width + 2, label.rect.height)
    (text, colour), = label.lines  # fmt: skip
    pen.painter.setPen(pen.colour(colour))
    pen.painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
