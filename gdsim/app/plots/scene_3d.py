"""Paints a surface in three dimensions with a QPainter alone: hairlines, cells from back to front, paths, ball, words.

Cells are painted in an order in which nearer ones come later, so no depth buffer, no OpenGL, and an SVG comes out as
drawn.  What lies on the surface is painted after it: where it is hidden, fainter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from gdsim.app.plots.axes_3d import arrange_axes
from gdsim.app.plots.camera_3d import Camera, Lens, fitted
from gdsim.app.plots.colour_maps import Table, colour_table
from gdsim.app.plots.drawing import Array, Disc, Label, Rect, Stroke
from gdsim.app.plots.mesh_3d import Mesh
from gdsim.app.plots.occlusion_3d import face_order, shows
from gdsim.app.plots.surface_tracks import CASING, NOWHERE, Track, marker_strokes
from gdsim.app.theme import Theme

Flags = NDArray[np.bool_]
_SHADES = 256  # colours of cells: with fewer, the borders between them show as a pattern
_BEHIND = 0.3  # opacity of what is hidden by the surface
_PIECE = 16  # segments painted at once
_FEW = 60  # so many steps are drawn with a dot each
BALL_RADIUS = 9.0


@dataclass(frozen=True)
class Scene:
    """What is shown.  Points are rows (x, y) of the plane; they are drawn on the surface above them."""

    mesh: Mesh | None = None
    table: Table = field(default_factory=colour_table)
    names: tuple[str, str] = ("x", "y")
    path: Array = field(default_factory=lambda: NOWHERE)
    tracks: tuple[Track, ...] = ()
    ball: tuple[float, float] | None = None
    minima: Array = field(default_factory=lambda: NOWHERE)


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


def lens_for(camera: Camera, place: Rect, scale: float) -> Lens:
    """The lens that leaves room for the numbers about the box."""
    across, above, below = min(48 * scale, place.width * 0.2), 30 * scale, 34 * scale
    inner = Rect(
        place.x + across, place.y + above, max(1.0, place.width - 2 * across), max(1.0, place.height - above - below)
    )
    return fitted(camera, inner)


def paint_surface(pen: Pen, scene: Scene, lens: Lens, bounds: Rect, smooth: bool = True, coarse: bool = False) -> None:
    """Hairlines, axes and the surface itself: all that stays while a run goes on.

    Without `smooth` edges are jagged, if `coarse` only every other vertex is taken: for the moments in which the
    picture turns.
    """
    mesh = scene.mesh
    if mesh is None:
        return
    painter = pen.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    axes = arrange_axes(mesh, lens, bounds, pen.measure, scene.names)
    for stroke in axes.strokes:
        _stroke(pen, stroke)
    painter.setFont(pen.font)
    for label in axes.labels:
        _label(pen, label)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    _paint_cells(pen, scene, mesh.coarser() if coarse else mesh, lens, smooth)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if len(mesh.contour_lines):
        ink = QColor(255, 255, 255) if pen.theme.dark else QColor(0, 0, 0)
        ink.setAlphaF(0.36)
        seen = shows(mesh.contour_lines, mesh, lens.camera, from_below=True)
        painter.setPen(QPen(ink, 0))  # of width 0: one pixel of the device, and ten times as quick as any other
        _hairlines(painter, lens.to_pixels(mesh.contour_lines), seen[:-1] & seen[1:])
    for label in axes.labels:
        if label.lines[0][0] == mesh.height_title:  # stands where the surface may come
            _label(pen, label)


def _paint_cells(pen: Pen, scene: Scene, mesh: Mesh, lens: Lens, smooth: bool) -> None:
    rows, columns = (side - 1 for side in mesh.heights.shape)
    corners = lens.to_pixels(mesh.vertices)
    quads = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2).reshape(-1, 4, 2)
    places = mesh.places
    middle = (places[:-1, :-1] + places[:-1, 1:] + places[1:, 1:] + places[1:, :-1]).ravel() / 4
    order = face_order(rows, columns, lens.camera)
    # A cell that leaps from below the shown heights to above them is a pole, not a wall.
    drawn = np.isfinite(quads).all(axis=(1, 2)) & np.isfinite(middle) & ~(_some(mesh.above) & _some(mesh.below))
    order = order[drawn[order]]
    if not len(order):
        return
    shades = np.clip(np.round(middle[order] * (_SHADES - 1)), 0, _SHADES - 1).astype(int)
    shades[_whole(mesh.above)[order]] = _SHADES
    shades[_whole(mesh.below)[order]] = _SHADES + 1
    shades[_from_below(quads[order])] += _SHADES + 2
    brushes, pens = _paints(scene.table.tobytes(), pen.theme.panel)
    points = quads[order].reshape(-1, 2)
    polygon = pg.functions.arrayToQPolygonF(np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]))
    draw, corner, brush, outline = pen.painter.drawPolygon, polygon.mid, pen.painter.setBrush, pen.painter.setPen
    if not smooth:
        outline(Qt.PenStyle.NoPen)
    last, first = -1, 0
    for shade in shades.tolist():
        if shade != last:
            brush(brushes[shade])
            if smooth:  # closes the seams between cells
                outline(pens[shade])
            last = shade
        draw(corner(first, 4))
        first += 4


def paint_marks(pen: Pen, scene: Scene, lens: Lens, bounds: Rect) -> None:
    """What changes while a run goes on: paths, minima, the ball; and the words about cut heights."""
    mesh = scene.mesh
    if mesh is None:
        return
    painter = pen.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    camera = lens.camera
    seen_at = _seen_at(mesh, lens)
    for x, y, seen in seen_at(scene.minima):
        opacity = 1.0 if seen else _BEHIND
        _disc(pen, Disc(x, y, 4.5 * pen.scale, "panel", "good", ring_width=1.75, opacity=opacity))
    for points, colour, width, dashes in (
        (scene.path, "text", 1.5, ()), *((track.points, track.colour, 2.0, track.dashes) for track in scene.tracks)
    ):  # fmt: skip
        draped = mesh.draped(points)
        if len(draped) > 1:
            _paint_line(pen, lens.to_pixels(draped), shows(draped, mesh, camera), colour, width * pen.scale, dashes)
    steps = np.array(seen_at(scene.path[-_FEW - 1 : -1])).reshape(-1, 3)
    _dots(pen, steps[steps[:, 2] == 0, :2], 1.8 * pen.scale, _BEHIND)
    _dots(pen, steps[steps[:, 2] == 1, :2], 2.0 * pen.scale, 1.0)
    for track in scene.tracks:
        for x, y, seen in seen_at(track.points[-1:]):
            opacity = 1.0 if seen else _BEHIND + 0.2
            shape = marker_strokes(np.array([[x, y]]), track.colour, track.marker, 5.5 * pen.scale, opacity)
            for stroke in shape:
                _stroke(pen, stroke)
    if scene.ball is not None:
        for x, y, seen in seen_at(np.array([scene.ball], dtype=float)):
            opacity = 1.0 if seen else _BEHIND + 0.15
            _disc(pen, Disc(x, y, BALL_RADIUS * pen.scale, "step", "panel", ring_width=2.0, opacity=opacity))
    if mesh.cut:
        text = "heights " + ", ".join(mesh.cut)
        width, height = pen.measure(text)
        painter.setFont(pen.font)
        _label(pen, Label(Rect(bounds.right - width - 4, bounds.y + 2, width, height), ((text, "warning"),)))


def paint_scene(pen: Pen, scene: Scene, camera: Camera, place: Rect) -> None:
    """All of it, for a file."""
    lens, bounds = lens_for(camera, place, pen.scale), place.grown(-6)
    pen.painter.save()
    pen.painter.setClipRect(QRectF(place.x, place.y, place.width, place.height))
    paint_surface(pen, scene, lens, bounds)
    paint_marks(pen, scene, lens, bounds)
    pen.painter.restore()


def _seen_at(mesh: Mesh, lens: Lens) -> Callable[[Array], list[tuple[float, float, bool]]]:
    def places(points: Array) -> list[tuple[float, float, bool]]:
        on_surface = mesh.on_surface(points)
        on_surface = on_surface[np.isfinite(on_surface).all(axis=1)]
        seen = shows(on_surface, mesh, lens.camera)
        pixels = lens.to_pixels(on_surface).tolist()
        return [(x, y, shown) for (x, y), shown in zip(pixels, seen.tolist(), strict=True)]

    return places


def _whole(mask: Flags) -> Flags:
    """Cells all of whose corners are in the mask."""
    return (mask[:-1, :-1] & mask[:-1, 1:] & mask[1:, 1:] & mask[1:, :-1]).ravel()


def _some(mask: Flags) -> Flags:
    """Cells one of whose corners is in the mask."""
    return (mask[:-1, :-1] | mask[:-1, 1:] | mask[1:, 1:] | mask[1:, :-1]).ravel()


@lru_cache(maxsize=4)
def _paints(table: bytes, panel: str) -> tuple[list[QBrush], list[QPen]]:
    """For each shade: the colour table, its two ends where heights are cut, and all of these seen from below."""
    rows = np.frombuffer(table, dtype=np.uint8).reshape(-1, 3)
    colours = [QColor(*row) for row in rows[np.linspace(0, len(rows) - 1, _SHADES).round().astype(int)].tolist()]
    # A plateau where the heights are cut is not part of the surface: paler.  The lower side lies in the shade.
    colours += [_blend(colours[-1], QColor(panel), 0.5), _blend(colours[0], QColor(panel), 0.5)]
    colours += [_blend(colour, QColor(0, 0, 0), 0.68) for colour in colours]
    return [QBrush(colour) for colour in colours], [QPen(colour, 0) for colour in colours]


def _from_below(quads: Array) -> Flags:
    """Which quads (n, 4, 2) show their lower side: their corners run the other way round."""
    one, other = quads[:, 2] - quads[:, 0], quads[:, 3] - quads[:, 1]
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0] > 0)


def _blend(one: QColor, other: QColor, share: float) -> QColor:
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs))


def _paint_line(pen: Pen, pixels: Array, seen: Flags, colour: str, width: float, dashes: tuple[float, ...]) -> None:
    """A line on the surface with an edge that keeps it readable on any colour; without it and faint where hidden."""
    finite = np.isfinite(pixels).all(axis=1)
    joined = finite[:-1] & finite[1:]
    visible = joined & (seen[:-1] | seen[1:])
    _line(pen, pixels, joined & ~visible, colour, width, dashes, _BEHIND)
    _line(pen, pixels, visible, CASING, width + 2.5)
    _line(pen, pixels, visible, colour, width, dashes)


def _stroke(pen: Pen, stroke: Stroke) -> None:
    finite = np.isfinite(stroke.points).all(axis=1)
    joined = finite[:-1] & finite[1:]
    if stroke.joined is not None:
        joined &= stroke.joined[:-1]
    _line(pen, stroke.points, joined, stroke.colour, stroke.width, stroke.dashes, stroke.opacity)


def _line(pen: Pen, pixels: Array, joined: Flags, colour: str, width: float, dashes: tuple[float, ...] = (),
          opacity: float = 1.0) -> None:  # fmt: skip
    line = QPen(pen.colour(colour, opacity), width)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    line.setCapStyle(Qt.PenCapStyle.FlatCap if dashes or opacity < 1 else Qt.PenCapStyle.RoundCap)
    if dashes:
        line.setDashPattern([length / width for length in dashes])
    pen.painter.setPen(line)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], joined, [False]]).astype(np.int8)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        # A painter takes several times as long over a long thick line that turns about than over its pieces.
        piece = end - start if dashes else _PIECE
        for first in range(start, end, piece):
            x, y = np.ascontiguousarray(pixels[first : min(first + piece, end) + 1].T)
            pen.painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))


def _hairlines(painter: QPainter, pixels: Array, joined: Flags) -> None:
    """A polyline of many parts at once, interrupted after each point that isn't `joined` to the next; quick if thin."""
    kept = np.append(joined, False) | np.append(False, joined)
    if kept.any():
        x, y = np.ascontiguousarray(pixels[kept].T)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(pg.functions.arrayToQPath(x, y, connect=np.append(joined, False)[kept].astype(np.int32)))


def _dots(pen: Pen, places: Array, radius: float, opacity: float) -> None:
    """Dots with an edge, as points of a thick pen: quicker than circles."""
    if len(places):
        polygon = pg.functions.arrayToQPolygonF(*np.ascontiguousarray(places.T))
        for token, thick, share in ((CASING, radius + 1.0, 0.75), ("text", radius, 1.0)):
            line = QPen(pen.colour(token, opacity * share), 2 * thick)
            line.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.painter.setPen(line)
            pen.painter.drawPoints(polygon)


def _disc(pen: Pen, disc: Disc) -> None:
    pen.painter.setPen(QPen(pen.colour(disc.ring, disc.opacity), disc.ring_width))
    pen.painter.setBrush(pen.colour(disc.fill, disc.opacity) if disc.fill else Qt.BrushStyle.NoBrush)
    pen.painter.drawEllipse(QPointF(disc.x, disc.y), disc.radius, disc.radius)


def _label(pen: Pen, label: Label) -> None:
    rect = QRectF(label.rect.x, label.rect.y, label.rect.width + 2, label.rect.height)
    (text, colour), = label.lines  # fmt: skip
    pen.painter.setPen(pen.colour(colour))
    pen.painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
