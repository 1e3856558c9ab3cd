"""Which part of the plane a plot shows, and where its ticks stand.

Ranges are always finite, never empty, and never taken from raw data: values are clamped first, and a pole or a
cliff does not squeeze the rest of the curve into a line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.app.plots.text import power_of_ten, tick_text
from gdsim.app.widgets.figures import format_number

LARGEST = 1e150
"""Beyond this nothing is plotted: Qt's coordinates and pyqtgraph's range arithmetic overflow."""

_EXPONENTS = 300  # powers of ten beyond are no numbers any more

Range = tuple[float, float]


def clamped(values: ArrayLike) -> NDArray[np.float64]:
    """The values within ±LARGEST; NaN stays NaN, infinities become the bound."""
    with np.errstate(invalid="ignore"):
        return np.clip(np.asarray(values, dtype=float), -LARGEST, LARGEST)


def finite_range(low: float, high: float, padding: float = 0.0) -> Range:
    """A range that can be drawn: finite, in order, wider than the rounding of its ends, widened by `padding`."""
    low = float(low) if math.isfinite(low) else 0.0
    high = float(high) if math.isfinite(high) else low + 1.0
    low, high = sorted((max(-LARGEST, min(LARGEST, low)), max(-LARGEST, min(LARGEST, high))))
    smallest = max(abs(low), abs(high)) * 1e-9 or 1.0
    if high - low < smallest:
        middle, half = (low + high) / 2, max(abs(low) * 0.1, smallest) if low or high else 1.0
        low, high = middle - half, middle + half
    extra = (high - low) * padding
    return low - extra, high + extra


def value_range(values: ArrayLike, include: ArrayLike = ()) -> Range:
    """The heights to show for a curve with these `values`: all of them, unless a few tower over the rest.

    What lies more than three times the middle half's span above or below the middle half is cut, as at a pole or on
    the flank of an exponential.  `include` are heights that have to be seen: the ball's, the curve's own
    turning points.
    """
    heights = clamped(values)
    heights = heights[np.isfinite(heights)]
    must = clamped(include).ravel()
    must = must[np.isfinite(must)]
    if heights.size == 0:
        return finite_range(*((must.min(), must.max()) if must.size else (0.0, 1.0)), padding=0.08)
    low, lower, upper, high = np.quantile(heights, (0.0, 0.25, 0.75, 1.0))
    if upper > lower:
        body = upper - lower
        low, high = max(low, lower - 3 * body), min(high, upper + 3 * body)
    if must.size:
        low, high = min(low, must.min()), max(high, must.max())
    return finite_range(low, high, padding=0.08)


def reach_of(domain: Range, places: ArrayLike, furthest: float = 5.0) -> Range:
    """The domain, widened about its middle by 1.5 again and again until `places` are inside.

    Places further from the middle than `furthest` domain widths are given up: the rest would be a line.  In leaps,
    so that the picture does not shrink with each step of a run that flies off.
    """
    low, high = domain
    middle, half = (low + high) / 2, (high - low) / 2
    away = np.abs(clamped(places).ravel() - middle)
    away = away[np.isfinite(away) & (away <= 2 * furthest * half)]
    needed = float(away.max()) if away.size else 0.0
    while needed > half * (1 + 1e-9):
        half *= 1.5
    return middle - half, middle + half


@dataclass(frozen=True)
class Tick:
    """One tick: where it stands (in plot coordinates, so the logarithm on a log axis) and what it says."""

    position: float
    text: str


def linear_ticks(low: float, high: float, length: float, apart: float = 84.0) -> tuple[Tick, ...]:
    """Ticks at 1, 2 or 5 times a power of ten, about `apart` pixels from one another on `length` pixels."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low and length > 0):
        return ()
    wanted = (high - low) / max(1.0, length / apart)
    power = 10.0 ** math.floor(math.log10(wanted))
    spacing = next((factor * power for factor in (1, 2, 5) if factor * power >= wanted), 10 * power)
    if not math.isfinite(spacing) or spacing <= 0 or spacing < max(abs(low), abs(high)) * 1e-13:
        return ()
    first, last = math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9)
    return tuple(Tick(index * spacing, tick_text(index * spacing, spacing)) for index in range(first, last + 1))


def two_ticks(low: float, high: float, length: float, *aparts: float) -> tuple[Tick, ...]:
    """Linear ticks by the first of these distances that gives at least two of them, else by the last."""
    found: tuple[Tick, ...] = ()
    for apart in aparts:
        found = linear_ticks(low, high, length, apart)
        if len(found) >= 2:
            break
    return found


def log_ticks(low: float, high: float, length: float, apart: float = 44.0) -> tuple[Tick, ...]:
    """Ticks of a log axis between the exponents `low` and `high`: whole decades, or 1, 2, 5 where few are seen."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low and length > 0):
        return ()
    if max(abs(low), abs(high)) > _EXPONENTS:
        return ()
    decades = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(decades) < 2:
        candidates = [(math.log10(factor) + power, factor * 10.0**power)
                      for power in range(math.floor(low), math.ceil(high) + 1) for factor in (1, 2, 5)]  # fmt: skip
        inside = [(at, value) for at, value in candidates if low <= at <= high]
        if len(inside) >= 2:
            return tuple(Tick(at, format_number(value, 1, trim=True)) for at, value in inside)
        return tuple(Tick(tick.position, format_number(10**tick.position, 3, trim=True))
                     for tick in linear_ticks(low, high, length, apart))  # fmt: skip
    every = max(1, math.ceil((high - low) * apart / length))
    return tuple(Tick(float(power), power_of_ten(power)) for power in decades if power % every == 0)


def whole_ticks(low: float, high: float, length: float) -> tuple[Tick, ...]:
    """Linear ticks on whole numbers only, for a count such as the step number."""
    ticks = linear_ticks(low, high, length, apart=60.0)
    return tuple(Tick(tick.position, str(round(tick.position)).replace("-", "\u2212"))
                 for tick in ticks if abs(tick.position - round(tick.position)) < 1e-9)  # fmt: skip
