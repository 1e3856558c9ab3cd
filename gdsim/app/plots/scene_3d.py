"""Paints a surface in three dimensions with a QPainter alone: hairlines, cells from back to front, paths, ball, words.

Cells are painted in an order in which nearer ones come later, so no depth buffer, no OpenGL, and an SVG comes out as
drawn.  What lies on the surface is painted after it: where it is hidden, fainter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from gdsim.app.plots.arrows import BALL_RADIUS
from gdsim.app.plots.axes_3d import arrange_axes
from gdsim.app.plots.ball_3d import AboutBall, arrange_about_ball
from gdsim.app.plots.camera_3d import Camera, Lens, fitted
from gdsim.app.plots.colour_maps import Table, colour_table
from gdsim.app.plots.drawing import Array, Disc, Label, Rect
from gdsim.app.plots.mesh_3d import MOST_SAMPLES, Mesh
from gdsim.app.plots.occlusion_3d import face_order, shows
from gdsim.app.plots.pen_3d import (
    BEHIND,
    Flags,
    Pen,
    paint_disc,
    paint_dots,
    paint_flat,
    paint_hairlines,
    paint_label,
    paint_line,
    paint_stroke,
    paint_words,
)
from gdsim.app.plots.surface_picture import SurfacePicture
from gdsim.app.plots.surface_tracks import (
    CASING,
    LONGEST_SMOOTH,
    LONGEST_SMOOTH_HELD,
    NOWHERE,
    Track,
    length_seen,
    marker_strokes,
)  # fmt: skip

_SHADES = 256  # colours of cells: with fewer, the borders between them show as a pattern
_FEW = 60  # so many steps are drawn with a dot each
_MOST_HELD = 800  # places of a path at which it follows the surface while the ball is held


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
    about: SurfacePicture | None = None  # what is drawn about the ball, as on the map
    alone: bool = False  # no map stands beside it that names the arrows


def lens_for(camera: Camera, place: Rect, scale: float) -> Lens:
    """The lens that leaves room for the numbers about the box."""
    across, above, below = min(48 * scale, place.width * 0.2), 30 * scale, 34 * scale
    inner = Rect(
        place.x + across, place.y + above, max(1.0, place.width - 2 * across), max(1.0, place.height - above - below)
    )
    return fitted(camera, inner)


def paint_surface(
    pen: Pen, scene: Scene, lens: Lens, bounds: Rect, smooth: bool = True, coarse: bool = False
) -> tuple[Rect, ...]:
    """Hairlines, axes and the surface itself: all that stays while a run goes on; returns where words stand.

    Without `smooth` edges are jagged, if `coarse` only every other vertex is taken: for the moments in which the
    picture turns.
    """
    mesh = scene.mesh
    if mesh is None:
        return ()
    painter = pen.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    axes = arrange_axes(mesh, lens, bounds, pen.measure, scene.names)
    for stroke in axes.strokes:
        paint_stroke(pen, stroke)
    painter.setFont(pen.font)
    for label in axes.labels:
        paint_label(pen, label)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    _paint_cells(pen, scene, mesh.coarser() if coarse else mesh, lens, smooth)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if len(mesh.contour_lines):
        ink = QColor(255, 255, 255) if pen.theme.dark else QColor(0, 0, 0)
        ink.setAlphaF(0.36)
        seen = shows(mesh.contour_lines, mesh, lens.camera, from_below=True)
        painter.setPen(QPen(ink, 0))  # of width 0: one pixel of the device, and ten times as quick as any other
        paint_hairlines(painter, lens.to_pixels(mesh.contour_lines), seen[:-1] & seen[1:])
    for label in axes.labels:
        if label.lines[0][0] == mesh.height_title:  # stands where the surface may come
            paint_words(pen, label)
    return tuple(label.rect for label in axes.labels)


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


def paint_marks(pen: Pen, scene: Scene, lens: Lens, bounds: Rect, taken: tuple[Rect, ...] = ()) -> None:
    """What changes while a run goes on: paths, minima, the ball and what is about it; and the words about cut heights.

    Labels keep off `taken`, where the words of the axes stand.
    """
    mesh = scene.mesh
    if mesh is None:
        return
    painter = pen.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    camera = lens.camera
    seen_at = _seen_at(mesh, lens)
    for x, y, seen in seen_at(scene.minima):
        opacity = 1.0 if seen else BEHIND
        paint_disc(pen, Disc(x, y, 4.5 * pen.scale, "panel", "good", ring_width=1.75, opacity=opacity))
    held = scene.about is not None and bool(len(scene.about.preview))
    longest = LONGEST_SMOOTH_HELD if held else LONGEST_SMOOTH
    for points, colour, width, dashes in (
        (scene.path, "text", 1.5, ()), *((track.points, track.colour, 2.0, track.dashes) for track in scene.tracks)
    ):  # fmt: skip
        draped = mesh.draped(points, _MOST_HELD if held else MOST_SAMPLES)
        if len(draped) > 1:
            pixels = lens.to_pixels(draped)
            smooth = length_seen(pixels, bounds.right, bounds.bottom) <= longest
            paint_line(pen, pixels, shows(draped, mesh, camera), colour, width * pen.scale, dashes, smooth)
    steps = np.array(seen_at(scene.path[-_FEW - 1 : -1])).reshape(-1, 3)
    paint_dots(pen, steps[steps[:, 2] == 0, :2], 1.8 * pen.scale, BEHIND)
    paint_dots(pen, steps[steps[:, 2] == 1, :2], 2.0 * pen.scale, 1.0)
    for track in scene.tracks:
        for x, y, seen in seen_at(track.points[-1:]):
            opacity = 1.0 if seen else BEHIND + 0.2
            shape = marker_strokes(np.array([[x, y]]), track.colour, track.marker, 5.5 * pen.scale, opacity)
            for stroke in shape:
                paint_stroke(pen, stroke)
    cut = _cut_words(pen, mesh, bounds)
    about = AboutBall()
    if scene.about is not None and scene.ball is not None:
        words = tuple(label.rect for label in cut)
        taken = taken + words
        about = arrange_about_ball(scene.about, mesh, lens, bounds, pen.measure, taken, pen.scale, scene.alone)
    for x, y, seen in seen_at(about.ghost):
        opacity = 1.0 if seen else BEHIND
        paint_disc(pen, Disc(x, y, (BALL_RADIUS - 0.5) * pen.scale, CASING, CASING, 4.0, opacity=0.7 * opacity))
        paint_disc(pen, Disc(x, y, (BALL_RADIUS - 1) * pen.scale, "", "step", 2.0, dashed=True, opacity=opacity))
    for line in about.lines:
        paint_flat(pen, line)
    if scene.ball is not None:
        for x, y, seen in seen_at(np.array([scene.ball], dtype=float)):
            opacity = 1.0 if seen else BEHIND + 0.15
            colour = "step" if scene.about is None or math.isfinite(scene.about.value) else "bad"
            paint_disc(pen, Disc(x, y, BALL_RADIUS * pen.scale, colour, "panel", ring_width=2.0, opacity=opacity))
    for label in about.labels:
        paint_words(pen, label)
    for label in cut:
        painter.setFont(pen.font)
        paint_label(pen, label)


def _cut_words(pen: Pen, mesh: Mesh, bounds: Rect) -> tuple[Label, ...]:
    if not mesh.cut:
        return ()
    text = "heights " + ", ".join(mesh.cut)
    width, height = pen.measure(text)
    return (Label(Rect(bounds.right - width - 4, bounds.y + 2, width, height), ((text, "warning"),)),)


def paint_scene(pen: Pen, scene: Scene, camera: Camera, place: Rect) -> None:
    """All of it, for a file."""
    lens, bounds = lens_for(camera, place, pen.scale), place.grown(-6)
    pen.painter.save()
    pen.painter.setClipRect(QRectF(place.x, place.y, place.width, place.height))
    taken = paint_surface(pen, scene, lens, bounds)
    paint_marks(pen, scene, lens, bounds, taken)
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
