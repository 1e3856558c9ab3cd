"""The vector of one narrated stage of an update, on a surface or on a curve.

While a stage is told, its vector stands alone at the ball: slopes at the scale of the gradient arrow, moves in their
true length, and a memory of squares as the extent of its square roots.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gdsim.app.plots.arrows import CUT, HEAD, HIT_RADIUS, NOTHING, SHORT, TICK, enlargement, head_for, visible_factor
from gdsim.app.plots.drawing import Array, Arrow, Viewport
from gdsim.app.plots.labels import LabelRequest
from gdsim.app.plots.surface_marks import Pointer, ellipse_scale
from gdsim.app.plots.surface_tracks import Layers, cased, dotted, whole
from gdsim.app.plots.text import signed
from gdsim.app.widgets.figures import format_number

_CLEAR = HIT_RADIUS  # where an arrow along a curve may begin
_ELLIPSE = 60.0  # the longer half axis of an extent, at most


class StageMark(NamedTuple):
    """What a stage is about: `vector` has one or two coordinates, none for a stage that has nothing to draw.

    `slopes` tells that it is measured in units of slope, else of length; `extent` that it is a memory of squares,
    without a direction; `note` is said below the numbers in place of the scale.
    """

    name: str
    colour: str
    vector: tuple[float, ...]
    slopes: bool = False
    extent: bool = False
    note: str = ""

    def factor(self, gradient_scale: float) -> float:
        """Units of the plane that one unit of the vector is drawn as."""
        return gradient_scale if self.slopes else 1.0

    def scale(self, factor: float) -> str:
        """How large it is drawn, in words."""
        size = "to scale" if math.isclose(factor, 1.0) else f"drawn ×{format_number(factor, 1, trim=True)}"
        if self.note and size == "to scale":
            return self.note
        about = "uphill" if self.slopes and not self.extent else "" if self.note == "to scale" else self.note
        return ", ".join(filter(None, (about, size)))


def stage_pointers(mark: StageMark, gradient_scale: float) -> list[Pointer]:
    """The arrow of a stage on a surface; none for an extent."""
    if mark.extent or len(mark.vector) != 2:
        return []
    factor = mark.factor(gradient_scale)
    vector = (mark.vector[0] * factor, mark.vector[1] * factor)
    note = "" if mark.note == "to scale" else mark.note
    about = "uphill" if mark.slopes else ""
    return [Pointer(vector, mark.colour, mark.name, math.hypot(*mark.vector), about, note, factor, mark.slopes)]


def draw_stage_extent(
    mark: StageMark, x: float, y: float, view: Viewport, gradient_scale: float, layers: Layers
) -> LabelRequest | None:
    """The ellipse of a memory of squares, at the ball's pixel; None for a stage with an arrow."""
    if not mark.extent or len(mark.vector) != 2:
        return None
    roots, factor = stage_roots(mark), mark.factor(gradient_scale)
    half = np.abs(np.clip(roots * factor, 0.0, 1e100) * view.scale)
    enlarged = ellipse_scale(half, _ELLIPSE)
    if math.isnan(enlarged):
        return None
    half = np.maximum(half * enlarged, 1.5)
    angles = np.linspace(0, 2 * math.pi, 65)
    points = np.column_stack([x + half[0] * np.cos(angles), y + half[1] * np.sin(angles)])
    layers.strokes += cased(*whole(points), mark.colour, 2.0)
    layers.kept_clear.append(dotted(points, view))
    words = extent_lines(mark, factor * enlarged)
    place = (x + float(half[0]) * 0.71, y - float(half[1]) * 0.71)
    return LabelRequest(words, place, ("ne", "e", "n", "nw", "w", "se", "sw", "s"), 6.0)


def extent_lines(mark: StageMark, factor: float) -> tuple[tuple[str, str], ...]:
    """What is written beside the ellipse of a memory of squares that is drawn so many times as large."""
    across, up = (format_number(float(root), 3, trim=True) for root in stage_roots(mark))
    return (f"√ of {mark.name}", mark.colour), (f"x {across}, y {up}, {mark.scale(factor)}", "muted")


def stage_on_curve(
    mark: StageMark, view: Viewport, x: float, y: float, gradient_scale: float
) -> tuple[list[Arrow], list[LabelRequest]]:
    """The arrow along x at the ball's pixel, or for an extent one to either side; and what is written beside it."""
    if len(mark.vector) != 1 or not math.isfinite(mark.vector[0]):
        return [], []
    value = float(stage_roots(mark)[0]) if mark.extent else mark.vector[0]
    factor = mark.factor(gradient_scale)
    pixels = abs(value * factor * float(view.scale[0]))
    times = 1.0 if mark.slopes or mark.extent else enlargement(pixels)
    factor = visible_factor(factor, pixels) if mark.slopes or mark.extent else times
    wanted = max(-1e9, min(1e9, value * factor * float(view.scale[0])))
    name = f"√ of {mark.name} {format_number(value)}" if mark.extent else f"{mark.name} {signed(value)}"
    directions = ("n", "s", "ne", "nw", "se", "sw", "e", "w")
    if abs(wanted) < NOTHING:
        return [], [LabelRequest(((name, mark.colour),), (x, y), directions, _CLEAR)]
    length = max(-max(x - 8, _CLEAR + HEAD), min(max(view.width - 8 - x, _CLEAR + HEAD), wanted))
    signs = (1.0, -1.0) if mark.extent else (1.0,)
    arrows = [_along_x(x, y, sign * length, mark.colour, times != 1) for sign in signs]
    remark = CUT if abs(wanted) > abs(length) else "" if arrows[0].head else SHORT
    lines = ((name, mark.colour), (", ".join(filter(None, (mark.scale(factor), remark))), "muted"))
    anchor = (x if mark.extent else (arrows[0].tail[0] + arrows[0].tip[0]) / 2, y)
    return arrows, [LabelRequest(lines, anchor, directions, _CLEAR if mark.extent else 8.0)]


def _along_x(x: float, y: float, length: float, colour: str, hollow: bool) -> Arrow:
    sign, head = math.copysign(1.0, length), head_for(abs(length), _CLEAR)
    tip = (x + sign * (abs(length) if head else _CLEAR + TICK), y)
    return Arrow((x + sign * _CLEAR, y), tip, colour, 1.5 if hollow else 2.5, head, hollow=hollow)


def stage_roots(mark: StageMark) -> Array:
    """Of a memory of squares: the usual sizes themselves."""
    return np.sqrt(np.maximum(np.array(mark.vector, dtype=float), 0.0))
