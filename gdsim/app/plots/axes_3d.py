"""The axes of a surface in three dimensions: hairlines on the floor and the two far walls, ticks along the near edges.

x and y run along the edges of the floor that are nearest to the eye, the loss along the upright edge furthest to the
left, so that no number stands on the surface.  Plain numpy, no Qt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gdsim.app.plots.camera_3d import BOX, CORNERS, Lens
from gdsim.app.plots.drawing import Array, Label, Rect, Stroke
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.mesh_3d import Mesh
from gdsim.app.plots.ticks import two_ticks
from gdsim.app.ranges import Range

_TICK = 5.0  # pixels
_FLAT = 30.0  # an axis seen so short (pixels) has no ticks


@dataclass(frozen=True)
class Axes:
    """What is painted before the surface: `strokes` from the bottom up, and `labels` that stand clear of each other."""

    strokes: tuple[Stroke, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class _Axis:
    """Ticks (share of the axis 0..1, text) from `start` to `end` in the box; labels stand towards `outwards`."""

    start: Array
    end: Array
    outwards: Array
    ticks: tuple[tuple[float, str], ...]
    title: str


def arrange_axes(mesh: Mesh, lens: Lens, bounds: Rect, measure: Measure, names: Sequence[str] = ("x", "y")) -> Axes:
    """The axes of `mesh` as the lens sees them; labels stay within `bounds`."""
    width, depth, height = BOX.tolist()
    eye = lens.camera.eye
    near_x, near_y = (width if eye[0] >= 0 else -width), (depth if eye[1] > 0 else -depth)
    side = 1.7 * lens.scale / lens.camera.zoom * min(lens.camera.zoom, 2.0)
    x_ticks, y_ticks = _flat_ticks(mesh.x_range, side), _flat_ticks(mesh.y_range, side)
    upright = 2 * height * lens.scale * math.cos(math.radians(lens.camera.elevation))
    z_ticks = mesh.height_ticks(upright) if upright > _FLAT else ()
    strokes = [_line(lens, ((2 * share - 1) * width, -depth, -height), ((2 * share - 1) * width, depth, -height))
               for share, _ in x_ticks]  # fmt: skip
    strokes += [_line(lens, (-width, (2 * share - 1) * depth, -height), (width, (2 * share - 1) * depth, -height))
                for share, _ in y_ticks]  # fmt: skip
    for tick in z_ticks:
        far = np.array([[-near_x, near_y], [-near_x, -near_y], [near_x, -near_y]])
        wall = np.column_stack([far, np.full(3, tick.position)])
        strokes.append(Stroke(lens.to_pixels(wall), "grid", 1.0))
    far_corner = (-near_x, -near_y)
    strokes.append(_line(lens, (*far_corner, -height), (*far_corner, height)))
    floor = CORNERS[(CORNERS[:, 2] < 0) & ~((CORNERS[:, 0] == near_x) & (CORNERS[:, 1] == near_y))]
    left = floor[int(np.argmin(lens.to_pixels(floor)[:, 0]))]
    axes = [
        _Axis(np.array([-width, near_y, -height]), np.array([width, near_y, -height]), np.array([0.0, near_y, 0.0]),
              x_ticks, names[0]),
        _Axis(np.array([near_x, -depth, -height]), np.array([near_x, depth, -height]), np.array([near_x, 0.0, 0.0]),
              y_ticks, names[1]),
    ]  # fmt: skip
    if all(_hidden_by_top(lens, axis) for axis in axes):
        axes = [replace(axis, start=axis.start * (1, 1, -1), end=axis.end * (1, 1, -1)) for axis in axes]
    labels: list[Label] = []
    for axis in axes:
        strokes += _arrange_axis(axis, lens, bounds, measure, labels)
    if z_ticks:
        strokes += _arrange_upright(mesh, left, lens, bounds, measure, labels)
    return Axes(tuple(strokes), tuple(labels))


def _flat_ticks(ends: Range, length: float) -> tuple[tuple[float, str], ...]:
    low, high = ends
    ticks = two_ticks(low, high, length, 48.0, 36.0, 28.0)
    return tuple(((tick.position - low) / (high - low), tick.text) for tick in ticks)


def _hidden_by_top(lens: Lens, axis: _Axis) -> bool:
    """Whether the box is seen from so far above that its top reaches beyond this edge of its floor."""
    twice = axis.start + axis.end
    middle, beyond, above = lens.to_pixels(np.array([twice, twice + axis.outwards * 0.4, twice * (1, 1, -1)]) / 2)
    return float((above - middle) @ (beyond - middle)) > 0


def _line(lens: Lens, start: Sequence[float], end: Sequence[float], colour: str = "grid") -> Stroke:
    return Stroke(lens.to_pixels(np.array([start, end])), colour, 1.0)


def _arrange_axis(axis: _Axis, lens: Lens, bounds: Rect, measure: Measure, labels: list[Label]) -> list[Stroke]:
    """One axis of the floor: its line and ticks, and its labels added to the others."""
    start, end, beyond = lens.to_pixels(
        np.array([axis.start, axis.end, (axis.start + axis.end) / 2 + axis.outwards * 0.2])
    )
    strokes = [Stroke(np.array([start, end]), "control", 1.0)]
    if np.hypot(*(end - start)) < _FLAT:
        return strokes
    direction = beyond - (start + end) / 2
    length = float(np.hypot(*direction))
    direction = direction / length if length > 1e-6 else np.array([0.0, 1.0])
    shares = np.array([share for share, _ in axis.ticks])[:, None]
    places = lens.to_pixels(axis.start + (axis.end - axis.start) * shares) if axis.ticks else np.empty((0, 2))
    widest = 0.0
    for place, (_, text) in zip(places, axis.ticks, strict=True):
        strokes.append(Stroke(np.array([place, place + direction * _TICK]), "control", 1.0))
        rect = _beside(place, direction, _TICK + 3, measure(text))
        widest = max(widest, abs(direction[0]) * rect.width + abs(direction[1]) * rect.height)
        _add(labels, rect, text, bounds)
    middle = lens.to_pixels((axis.start + axis.end) / 2)
    _add(labels, _beside(middle, direction, _TICK + 9 + widest, measure(axis.title)), axis.title, bounds, moved=True)
    return strokes


def _arrange_upright(
    mesh: Mesh, corner: Array, lens: Lens, bounds: Rect, measure: Measure, labels: list[Label]
) -> list[Stroke]:
    """The axis of heights at this corner: its numbers to the left of it, its title on top."""
    bottom, top = lens.to_pixels(np.array([corner, corner * (1, 1, -1)]))
    strokes = [Stroke(np.array([bottom, top]), "control", 1.0)]
    left = np.array([-1.0, 0.0])
    title = measure(mesh.height_title)
    rect = Rect(top[0] - title[0] * 0.3, top[1] - title[1] - 12, *title)
    _add(labels, rect, mesh.height_title, bounds, moved=True)
    upright = float(np.hypot(*(top - bottom)))
    for tick in mesh.height_ticks(upright):
        place = lens.to_pixels(np.array([corner[0], corner[1], tick.position]))
        strokes.append(Stroke(np.array([place, place + left * _TICK]), "control", 1.0))
        _add(labels, _beside(place, left, _TICK + 3, measure(tick.text)), tick.text, bounds)
    return strokes


def _beside(place: Array, direction: Array, away: float, size: tuple[float, float]) -> Rect:
    """A rectangle of this size that way from a place, so that its edge is `away` pixels off."""
    # Half the size along the direction: of the box that supports it, but no more than to the nearer side.
    half = min(size[0] / 2 / max(abs(direction[0]), 1e-6), size[1] / 2 / max(abs(direction[1]), 1e-6))
    half = max(half, abs(direction[0]) * size[0] / 2 + abs(direction[1]) * size[1] / 2)
    x, y = place + direction * (away + half)
    return Rect(float(x) - size[0] / 2, float(y) - size[1] / 2, *size)


def _add(labels: list[Label], rect: Rect, text: str, bounds: Rect, moved: bool = False) -> None:
    """Unless it would leave the picture (then it may be `moved`) or stand on another label."""
    inside = rect.within(bounds)
    if not moved and (abs(inside.x - rect.x) > 2 or abs(inside.y - rect.y) > 2):
        return
    if all(inside.grown(2).overlap(other.rect) == 0 for other in labels):
        labels.append(Label(inside, ((text, "muted"),)))
