"""A function of one variable as line segments on a screen.

Sampled finer than the pixels; where the function is undefined or jumps the line is interrupted, and the place of
the interruption is found by bisection, so that a pole or a step is never joined by a vertical stroke.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gdsim.app.ranges import clamped
from gdsim.core.quantiles import quantiles

Array = NDArray[np.float64]
_BISECTIONS = 40
_SUSPECTS = 400


class CurveSamples(NamedTuple):
    """Points of a curve in order of x; `joined[i]` says whether i and i + 1 belong to one stroke.

    `y` is NaN where the function is undefined.  `undefined` lists the stretches of x without a value.
    """

    x: Array
    y: Array
    joined: NDArray[np.bool_]
    undefined: tuple[tuple[float, float], ...]

    @property
    def defined(self) -> bool:
        """Whether there is anything to draw."""
        return bool(np.isfinite(self.y).any())

    @property
    def turning_points(self) -> Array:
        """The heights at which a stroke turns round: its minima and maxima, but not its ends."""
        before, here, after = self.y[:-2], self.y[1:-1], self.y[2:]
        with np.errstate(invalid="ignore"):
            turns = (here - before) * (after - here) < 0
        return here[turns & self.joined[:-2] & self.joined[1:-1]]


def sample_curve(function: Callable[[Array], Array], low: float, high: float, samples: int = 1200) -> CurveSamples:
    """Values of `function` (array to array of the same shape) at about `samples` places from `low` to `high`."""
    x = np.linspace(low, high, max(2, samples))
    y = _values(function, x)
    borders = _border_places(function, x, y)
    jumps = _jump_places(function, x, y)
    extra = np.concatenate([borders, jumps.ravel()])
    if extra.size:
        extra = np.unique(extra)
        extra = extra[~np.isin(extra, x)]
        at = np.searchsorted(x, extra)
        x = np.insert(x, at, extra)
        y = np.insert(y, at, _values(function, extra))
    finite = np.isfinite(y)
    joined = np.zeros(x.size, dtype=bool)
    joined[:-1] = finite[:-1] & finite[1:]
    for left, right in jumps:
        joined[np.searchsorted(x, left) : np.searchsorted(x, right)] = False
    return CurveSamples(x, y, joined, _stretches(x, finite))


def screen_heights(samples: CurveSamples, low: float, high: float, screens: float = 20.0) -> CurveSamples:
    """The same curve with heights kept within some screens of the visible range, the rest not joined.

    A painter loses precision, then sense, with coordinates far outside its window.
    """
    margin = screens * (high - low)
    floor, ceiling = low - margin, high + margin
    with np.errstate(invalid="ignore"):
        y = np.clip(samples.y, floor, ceiling)
        above, below = samples.y > ceiling, samples.y < floor
    joined = samples.joined.copy()
    joined[:-1] &= ~((above[:-1] & above[1:]) | (below[:-1] & below[1:]))
    return CurveSamples(samples.x, y, joined, samples.undefined)


def _values(function: Callable[[Array], Array], x: Array) -> Array:
    """Values with NaN where there are none.

    Asked for in sizes of powers of two: a compiled function is made anew for each size it meets.
    """
    if x.size == 0:
        return np.empty(0)
    size = 1 << (x.size - 1).bit_length()
    filled = np.concatenate([x, np.full(size - x.size, x[-1])])
    y = np.broadcast_to(np.asarray(function(filled), dtype=float), filled.shape)[: x.size]
    with np.errstate(invalid="ignore"):
        return np.asarray(clamped(np.where(np.isfinite(y), y, np.nan)))


def _border_places(function: Callable[[Array], Array], x: Array, y: Array) -> Array:
    """The last defined x before, or the first after, each stretch in which the function has no value."""
    finite = np.isfinite(y)
    at = np.flatnonzero(finite[:-1] != finite[1:])
    inside = np.where(finite[at], x[at], x[at + 1])
    outside = np.where(finite[at], x[at + 1], x[at])
    for _ in range(_BISECTIONS if at.size else 0):
        middle = (inside + outside) / 2
        ok = np.isfinite(_values(function, middle))
        inside, outside = np.where(ok, middle, inside), np.where(ok, outside, middle)
    return inside


def _jump_places(function: Callable[[Array], Array], x: Array, y: Array) -> Array:
    """Pairs (left, right) of neighbouring x between which the function jumps; shape (n, 2).

    A steep but continuous rise shrinks with the interval around it, a jump or a pole does not.
    """
    finite = y[np.isfinite(y)]
    if finite.size < 2:
        return np.empty((0, 2))
    lower, upper = quantiles(finite, 0.05, 0.95)
    threshold = max(0.02 * (upper - lower), abs(upper) * 1e-12, 1e-300)
    with np.errstate(invalid="ignore", over="ignore"):
        rise = np.abs(np.diff(y))
        bend = np.abs(np.diff(y, 2))
        suspect = rise > threshold
        # A pole with both arms on one side, such as that of 1/x², hides between two equal values.
        suspect[1:] |= bend > threshold
        suspect[:-1] |= bend > threshold
        at = np.flatnonzero(suspect & np.isfinite(rise))
    at = at[np.argsort(-rise[at])][:_SUSPECTS]
    left, right = x[at], x[at + 1]
    spread, every = rise[at], np.arange(at.size)
    for _ in range(_BISECTIONS if at.size else 0):
        places = left + (right - left) * np.linspace(0, 1, 5)[:, None]
        heights = _values(function, places.ravel()).reshape(places.shape)
        first, spread = _steepest_half(heights)
        left, right = places[first, every], places[first + 2, every]
    with np.errstate(invalid="ignore"):
        jump = ~(spread < 0.3 * np.maximum(rise[at], threshold))
    return np.column_stack([left[jump], right[jump]])


def _steepest_half(heights: Array) -> tuple[NDArray[np.int_], Array]:
    """For heights (5, n) across n intervals: the first row of the half that holds the jump, and how much it varies.

    The halves are the left, the middle and the right one.  Where a height inside tops both ends a pole is next to
    it, on either side; else the half is taken that goes up and down most.  No height at all tops everything.
    """
    heights = np.where(np.isnan(heights), np.inf, heights)
    inner, ends = heights[1:4], heights[::4]
    with np.errstate(invalid="ignore"):
        above, below = inner.max(axis=0) - ends.max(axis=0), ends.min(axis=0) - inner.min(axis=0)
        climbs = np.abs(np.diff(heights, axis=0))
        peak = np.where(above >= below, inner.argmax(axis=0), inner.argmin(axis=0))
        tops = np.fmax(above, below) > 0
    climbs = np.where(np.isnan(climbs), np.inf, climbs)
    variations = climbs[:-1] + climbs[1:]
    first = np.where(tops, peak, variations.argmax(axis=0))
    return first, np.take_along_axis(variations, first[None], axis=0)[0]


def _stretches(x: Array, finite: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """Maximal runs of x without a value, from the last defined neighbour to the next."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~finite, [False]]).astype(int)))
    starts, ends = edges[::2], edges[1::2] - 1
    before, after = np.maximum(starts - 1, 0), np.minimum(ends + 1, x.size - 1)
    return tuple(zip(x[before].tolist(), x[after].tolist(), strict=True))
