"""Where the branches of a curve end: an open circle where a value is only approached, a closed one where it is taken.

A mark on the axis says that a point has no value at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.drawing import Array, Disc, Stroke, Viewport

_NEAR = 1e-5  # from a place to where its limits are read off, times |x| beyond 1
_CLOSER = 100.0  # a jump is as high when looked at so much closer, a steep rise is not
_SETTLED = 1e-2  # relative change of what tends to a limit when the distance is halved
_AGREED = 5e-3  # between the limit and what is seen much closer: 1/ln x tends to 0 too slowly to be drawn there
_EQUAL = 1e-6
_RADIUS, _CROSS = 4.5, 5.0
ABOVE_AXIS = 12.0  # pixels from the lower edge to the mark of a point without a value


@dataclass(frozen=True)
class BranchEnd:
    """An end of a branch at (x, value), or a point by itself; `closed` where the curve has this value."""

    x: float
    value: float
    closed: bool


def branch_ends(
    function: Callable[[Array], Array],
    places: Iterable[float],
    value_at: Callable[[float], float] | None = None,
) -> tuple[BranchEnd, ...]:
    """The ends at those `places` at which the curve jumps, leaves a point out or only begins; poles have none.

    `value_at` knows where the curve has no value, though doubles may give one.
    """
    x = np.array(sorted(places), dtype=float)
    if not x.size:
        return ()
    near = _NEAR * np.maximum(1.0, np.abs(x))
    offsets = np.array([-1.0, -0.5, 0.0, 0.5, 1.0, -1.0 / _CLOSER, 1.0 / _CLOSER])
    heights = np.array(function((x + offsets[:, None] * near).ravel()), dtype=float).reshape(offsets.size, x.size)
    if value_at is not None:
        heights[2] = [value_at(place) for place in x.tolist()]
    ends: list[BranchEnd] = []
    for place, (far_left, left, here, right, far_right, closer_left, closer_right) in zip(
        x.tolist(), heights.T.tolist(), strict=True
    ):
        sides = [_limit(far_left, left), _limit(far_right, right)]
        if not np.isfinite(sides).all():
            begins = [
                closer for limit, closer in zip(sides, (closer_left, closer_right), strict=True)
                if abs(closer - limit) < _AGREED * (1.0 + abs(limit))
            ]  # fmt: skip
            ends += [BranchEnd(place, height, False) for height in begins if not abs(height - here) < _SETTLED]
            continue
        size = 1.0 + max(map(abs, sides))
        apart, closer = abs(far_right - far_left), abs(closer_right - closer_left)
        jumps = closer > 0.5 * apart and apart > _EQUAL * size
        if np.isfinite(here) and not jumps:
            continue
        limits = sides if jumps else [sum(sides) / 2]
        closed = [np.isfinite(here) and abs(limit - here) < _SETTLED * apart for limit in limits]
        ends += [BranchEnd(place, limit, bool(one)) for limit, one in zip(limits, closed, strict=True)]
        if np.isfinite(here) and not any(closed):
            ends.append(BranchEnd(place, here, True))
    return tuple(ends)


def end_discs(ends: Iterable[BranchEnd], view: Viewport) -> list[Disc]:
    """Circles of the curve's own colour; an open one shows the picture's ground, so that the curve is broken there."""
    discs = []
    for end in ends:
        if view.contains(end.x, end.value):
            x, y = (float(part) for part in view.to_pixels(np.array([end.x, end.value])))
            discs.append(Disc(x, y, _RADIUS, "function" if end.closed else "panel", "function", 1.75))
    return discs


def no_value_mark(place: tuple[float, float], colour: str) -> list[Stroke]:
    """A cross near the axis."""
    x, y = place
    return [
        Stroke(np.array([[x - _CROSS, y - way * _CROSS], [x + _CROSS, y + way * _CROSS]]), colour, 2.5)
        for way in (-1, 1)
    ]


def _limit(far: float, near: float) -> float:
    """What two values at a distance and at half of it lead to; nan where they do not settle."""
    if not (np.isfinite(far) and np.isfinite(near)):
        return float("nan")
    if abs(near - far) > _SETTLED * (1.0 + abs(near)):
        return float("nan")
    return 2.0 * near - far
