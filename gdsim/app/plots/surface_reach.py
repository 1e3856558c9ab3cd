"""Which part of the plane a surface plot shows: the domain, or more of it where a run has gone further.

Both directions grow by one factor, so that equal scales stay equal; a run that goes further than `FURTHEST` is pointed
at from the edge instead.
"""

from __future__ import annotations

import math

import numpy as np

from gdsim.app.plots.drawing import Array
from gdsim.app.ranges import Range, clamped, finite_range

Domain = tuple[Range, Range]
FURTHEST = 4.0  # times the domain, at most
_LEAP = 1.5
_MOST_LEAPS = 800  # beyond, nothing is plotted
_SQUARE = 2.0  # a domain with sides in at most this ratio always has one scale
_MOST_SPARE = 1.5  # equal scales that would show so many times more of another domain along an axis are given up
_HYSTERESIS = 1.1  # so that a picture just at the border does not change to and fro


def plane_reach(domain: Domain, points: Array, furthest: float = FURTHEST) -> Domain:
    """The domain, widened about its middle by 1.5 again and again until the `points` (n, 2) are inside.

    Points for which it would have to be more than `furthest` times as wide are given up.  In leaps, so that the
    picture does not shrink with each step of a run that flies off.
    """
    low, high = np.array(domain, dtype=float).T
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    places = clamped(points).reshape(-1, 2)
    with np.errstate(over="ignore"):
        needed = (np.abs(places - middle) / half).max(axis=1)
    leaps = math.floor(math.log(furthest) / math.log(_LEAP)) if math.isfinite(furthest) else _MOST_LEAPS
    times, most = 1.0, _LEAP**leaps
    wanted = float(needed[needed <= most].max(initial=1.0))
    while times < wanted * (1 - 1e-9):
        times *= _LEAP
    ends = np.column_stack([middle - half * times, middle + half * times]) if times > 1 else np.array(domain)
    (x_low, x_high), (y_low, y_high) = ends.tolist()
    return finite_range(x_low, x_high), finite_range(y_low, y_high)


def has_one_scale(wanted: Domain, width: float, height: float, before: bool) -> bool:
    """Whether both axes have one scale where `wanted` is shown on so many pixels.

    Always, if its sides are about equal: gradients then stand at right angles on contour lines.  Others have it where
    that does not show much more than is wanted; `before` is what holds so far.
    """
    (x_low, x_high), (y_low, y_high) = wanted
    across, up, wide, tall = (math.log(side) for side in (x_high - x_low, y_high - y_low, width, height))
    if abs(across - up) <= math.log(_SQUARE) + 1e-9:
        return True
    most = _MOST_SPARE * (_HYSTERESIS if before else 1 / _HYSTERESIS)
    return abs(wide - tall - across + up) <= math.log(most)


def spare_room(wanted: Domain, width: float, height: float) -> tuple[float, float]:
    """How many pixels across and down to leave blank, so that one scale shows at most 1.5 times what is wanted."""
    (x_low, x_high), (y_low, y_high) = wanted
    shape = (x_high - x_low) / (y_high - y_low)
    if abs(math.log(shape)) > math.log(_SQUARE) + 1e-9:
        return 0.0, 0.0
    return max(0.0, width - _MOST_SPARE * shape * height), max(0.0, height - _MOST_SPARE * width / shape)
