"""Which part of the plane a picture shows.

Ranges are always finite, never empty, and never taken from raw data: values are clamped first, and a pole or a
cliff does not squeeze the rest of the curve into a line.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.quantiles import quantiles

LARGEST = 1e150
"""Beyond this nothing is plotted: Qt's coordinates and pyqtgraph's range arithmetic overflow."""

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
    low, lower, upper, high = quantiles(heights, 0.0, 0.25, 0.75, 1.0)
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
