"""Where contour lines and colours change on a surface: a rule that follows the values that are seen.

Two rules.  *Logarithmic*, where the heights above the lowest value span more than two and a half decades: lines at 1,
2, 5 times powers of ten above it.  *Spread* otherwise: lines even in the mean of a value's rank (how much of the
picture lies lower) and of its height, so that neither a wide plain nor a narrow hole goes without.  Colours follow the
mean of rank and height too, the height logarithmic in the first case.
Whatever the data, the result is finite with low < high.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.app.plots.ticks import Tick
from gdsim.app.ranges import LARGEST, clamped, finite_range
from gdsim.app.widgets.figures import format_number

Array = NDArray[np.float64]

LOGARITHMIC, SPREAD, CONSTANT, EMPTY = "logarithmic", "spread", "constant", "empty"
_DECADES = 2.5  # heights that span more are shown on a logarithmic scale
_DEEPEST = 8.0  # decades below the top at which a logarithmic scale ends
_TINY, _LEAST_UNIT = 1e-100, 1e-290
_SAMPLE = 12_000  # values looked at: enough for quantiles


@dataclass(frozen=True, eq=False)
class Levels:
    """The contour lines of a surface and the place 0..1 of each value on the colour scale.

    `knots` rise strictly, `places` rise from 0 to 1; between them the scale is linear.  `base` is what a logarithmic
    scale counts from.
    """

    rule: str
    lines: tuple[float, ...]
    knots: Array
    places: Array
    base: float = 0.0

    @property
    def low(self) -> float:
        return float(self.knots[0])

    @property
    def high(self) -> float:
        return float(self.knots[-1])

    def position(self, values: ArrayLike) -> Array:
        """0..1 for each value; what lies outside gets the end, NaN stays NaN."""
        found = np.clip(clamped(values), self.low, self.high)
        unit = max(self.high - self.low, _LEAST_UNIT)
        if unit < _TINY:  # between knots so close, a slope would be infinite
            return np.asarray(np.interp(found / unit, self.knots / unit, self.places))
        return np.asarray(np.interp(found, self.knots, self.places))

    @property
    def title(self) -> str:
        """What the colour bar says of itself beside the name of the quantity; empty for a plain scale."""
        if self.rule == LOGARITHMIC and self.base:
            return f"above {format_number(self.base, trim=True)}, logarithmic"
        if self.rule == CONSTANT and max(abs(self.low), abs(self.high)) >= LARGEST:
            return "too large to draw everywhere"
        return {LOGARITHMIC: "logarithmic", CONSTANT: "the same everywhere", EMPTY: "no values here"}.get(self.rule, "")

    def text(self, value: float) -> str:
        """`value` as the colour bar labels it, with four significant digits; above `base` where that is not 0."""
        if self.rule == LOGARITHMIC and self.base:
            return "+" + format_number(value - self.base, trim=True)
        return format_number(value, trim=True)


def choose_levels(values: ArrayLike, lowest: float = math.nan, count: int = 12) -> Levels:
    """Levels for the `values` seen; `lowest` is the surface's known minimum, if there is one."""
    seen = _sorted_sample(values)
    if seen.size == 0:
        return _flat(EMPTY, 0.0)
    low, high = float(seen[0]), float(seen[-1])
    if high - low <= max(abs(low), abs(high)) * 1e-12 or high - low < 1e-280:
        return _flat(CONSTANT, (low + high) / 2)
    base = _base(seen, lowest)
    above = seen - base
    positive = above[above > 0]
    # A plain exactly at the base says nothing of decades, so it is left out.
    if positive.size and math.log10(_quantile(positive, 0.97)) - math.log10(_quantile(positive, 0.03)) > _DECADES:
        return _logarithmic(above, base)
    return _spread(seen, count)


def bar_ticks(levels: Levels, length: float, apart: float = 18.0) -> tuple[Tick, ...]:
    """Labels of the colour bar at contour lines, as many as stand clear on `length` pixels; positions are 0..1."""
    if levels.rule == CONSTANT:
        return (Tick(0.5, levels.text((levels.low + levels.high) / 2)),)
    every = [Tick(float(levels.position(line)), levels.text(line)) for line in levels.lines]
    chosen: list[Tick] = []
    for tick in every:
        if length > 0 and (not chosen or (tick.position - chosen[-1].position) * length >= apart):
            chosen.append(tick)
    return tuple(chosen)


def _sorted_sample(values: ArrayLike) -> Array:
    """Enough of the values for quantiles, with both ends; infinite ones only where there is nothing else."""
    every = clamped(values).ravel()
    every = every[~np.isnan(every)]
    finite = every[np.abs(every) < LARGEST]
    every = finite if finite.size else every
    if every.size == 0:
        return every
    return np.sort(np.append(every[:: max(1, every.size // _SAMPLE)], (every.min(), every.max())))


def _flat(rule: str, value: float) -> Levels:
    low, high = finite_range(value, value) if abs(value) > 1e-200 else (-1.0, 1.0)
    return Levels(rule, (), np.array([low, high]), np.array([0.0, 1.0]))


def _base(seen: Array, lowest: float) -> float:
    """What heights are counted from: the known minimum, zero where the values come close to it, or the lowest seen."""
    low, lower = float(seen[0]), _quantile(seen, 0.05)
    if math.isfinite(lowest) and lowest <= low + 1e-9 * max(1.0, abs(low)) and lower > lowest:
        return lowest
    return 0.0 if 0 <= low <= 0.2 * lower else low


def _logarithmic(above: Array, base: float) -> Levels:
    positive = above[above > 0]
    top = min(float(above[-1]), _quantile(positive, 0.98) * 10)
    floor = max(_quantile(positive, 0.005), top * 10**-_DEEPEST)
    first, last = math.log10(floor), math.log10(top)
    heights = np.concatenate([[0.0], 10.0 ** np.linspace(first, last, 65)])
    even = np.concatenate([[0.0], np.linspace(0.02, 1, 65)])
    knots, places = _rising(base + heights, (_ranks(above, heights) + even) / 2)
    decades = last - first
    factors = (1, 2, 5) if decades < 4.5 else (1, 3) if decades < 6.5 else (1,)
    lines = [base + factor * 10.0**power
             for power in range(math.floor(first), math.ceil(last) + 1) for factor in factors]  # fmt: skip
    # Lines lower than that would close on themselves every few cells of a narrow valley.
    lowest_line = base + _quantile(positive, 0.006)
    return Levels(LOGARITHMIC, _between([line for line in lines if line > lowest_line], knots), knots, places, base)


def _spread(seen: Array, count: int) -> Levels:
    # As for a curve: what towers over the rest, such as a pole, gets the last colour and does not squeeze the others.
    low, high = -_cut(-seen[::-1]), _cut(seen)
    shares = np.linspace(0, 1, 65)
    heights = np.unique(np.concatenate([np.quantile(seen, shares), np.linspace(low, high, 33)]))
    heights = heights[(heights >= low) & (heights <= high)]
    even = (heights - heights[0]) / (heights[-1] - heights[0])
    knots, places = _rising(heights, (_ranks(seen, heights) + even) / 2)
    exact = np.interp(np.arange(1, count + 1) / (count + 1), places, knots)
    gaps = np.gradient(exact) if count > 1 else np.array([knots[-1] - knots[0]])
    lines = [_rounded(line, gap) for line, gap in zip(exact.tolist(), gaps.tolist(), strict=True)]
    return Levels(SPREAD, _between(lines, knots), knots, places)


def _ranks(seen: Array, heights: Array) -> Array:
    """Which share of the values seen lies below each height, from 0 at the first to 1 at the last."""
    ranks = (np.searchsorted(seen, heights, "left") + np.searchsorted(seen, heights, "right")) / (2 * seen.size)
    return np.asarray((ranks - ranks[0]) / max(ranks[-1] - ranks[0], 1e-9))


def _cut(seen: Array) -> float:
    """The highest value, or a lower one where a few values tower over the rest.

    Over a plain everything towers; there only what is out of proportion even to the highest few is cut, so that a
    narrow hill, or (turned upside down) a narrow hole, keeps its lines.
    """
    high, upper = float(seen[-1]), _quantile(seen, 0.9)
    body, few = upper - _quantile(seen, 0.1), _quantile(seen, 0.998)
    whole = high - float(seen[0])
    if high - upper > 4 * body and (body > whole * 1e-3 or high - few > 4 * (few - upper)):
        return upper + max(body, whole * 1e-6)
    return high


def _rising(knots: Array, places: Array) -> tuple[Array, Array]:
    """Without knots that rounding has made equal, and with places from 0 to 1."""
    kept = np.concatenate([[True], np.diff(np.maximum.accumulate(knots)) > 0])
    knots, places = knots[kept], np.maximum.accumulate(places[kept])
    if len(knots) < 2:
        return np.array(finite_range(float(knots[0]), float(knots[0]))), np.array([0.0, 1.0])
    return knots, (places - places[0]) / max(places[-1] - places[0], 1e-300)


def _between(lines: list[float], knots: Array) -> tuple[float, ...]:
    return tuple(sorted({line for line in lines if knots[0] < line < knots[-1]}))


def _rounded(value: float, gap: float) -> float:
    """`value` with no more digits than are needed to tell it from its neighbours."""
    if not gap > 0:
        return value
    decimals = -math.floor(math.log10(gap / 2))
    return round(value, decimals) if abs(decimals) < 300 else value


def _quantile(values: Array, share: float) -> float:
    """Of sorted values; plain, because it is asked for often."""
    return float(values[round(share * (values.size - 1))]) if values.size else 0.0
