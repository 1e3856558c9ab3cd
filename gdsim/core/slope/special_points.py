"""Where in an interval a formula may be anything but smooth: zeros of denominators, of logarithms' arguments, of |·|.

Read off the formula's parts, so that a kink between two pixels is found too.  Tangencies (1/x², ln x²) count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gdsim.core.expression import Expr
from gdsim.core.slope.conditions import conditions
from gdsim.core.slope.places import Local, local

Array = NDArray[np.float64]

_SAMPLES: Final = 4001
_BESIDE: Final = 1e-9
_BLURRED: Final = 1e-7  # a place where a parabola is lowest is known to half the digits only
_STEEP: Final = 1e7
_MOST: Final = 200


def special_points(f: Expr, variable: str, low: float, high: float) -> tuple[float, ...]:
    """The places in (low, high), in order; those are candidates, and `local` says what is at each."""
    return tuple(sorted({x for x in _candidates(f, variable, low, high) if x is not None}))


def _candidates(f: Expr, variable: str, low: float, high: float) -> Iterator[float | None]:
    """Each place as it is found, None after a piece of work that found none."""
    axis = np.linspace(low, high, _SAMPLES)
    found: set[float] = set()
    for condition in conditions(f, variable):
        yield None
        for x in _zeros(condition, variable, axis):
            if x is not None:
                found.add(x)
            yield x
        if len(found) > _MOST:
            return


def breaks(f: Expr, variable: str, low: float, high: float) -> tuple[float, ...]:
    """Those of the special points at which the formula is not smooth.

    Where such a place is no short number (1/3, π/2), what is just beside it on both sides decides.
    """
    return tuple(x for x in break_pieces(f, variable, low, high) if x is not None)


def break_pieces(f: Expr, variable: str, low: float, high: float) -> Iterator[float | None]:
    """The same in order and in pieces of some milliseconds: None after a piece of work that found none."""
    found: set[float] = set()
    for x in _candidates(f, variable, low, high):
        if x is not None:
            found.add(x)
        yield None
    for x in sorted(found):
        broken = not local(f, x).differentiable
        yield None
        if not broken:
            reach = _BESIDE * max(1.0, abs(x))
            left = local(f, x - reach)
            yield None
            broken = _broken_between(left, local(f, x + reach), reach)
        yield x if broken else None


def _broken_between(left: Local, right: Local, reach: float) -> bool:
    sides = (left, right)
    if not all(side.differentiable and abs(side.derivative) < _STEEP for side in sides):
        return True
    size = 1.0 + abs(left.derivative)
    return abs(right.value - left.value) > 1e3 * reach * size or abs(right.derivative - left.derivative) > 1e-4 * size


def _zeros(condition: Expr, variable: str, axis: Array) -> Iterator[float | None]:
    if variable not in condition.variables:
        return
    values = np.asarray(condition(**{variable: axis}))
    signs, size = np.sign(values), np.abs(values)

    def at(x: float) -> float:
        return float(condition(**{variable: x}))

    for index in np.flatnonzero(values == 0.0)[: _MOST + 1]:
        yield _short(at, float(axis[index]))
    yield None
    crossing = np.flatnonzero(signs[:-1] * signs[1:] < 0.0)
    for index in crossing[: _MOST + 1]:
        root = _bisect(at, float(axis[index]), float(axis[index + 1]))
        if abs(at(root)) < 1e-6 * (1.0 + abs(float(values[index]))):
            yield _short(at, root)
        else:
            yield None
    with np.errstate(all="ignore"):
        left, right = size[:-2] - size[1:-1], size[2:] - size[1:-1]
        # Lower than both neighbours, and so near to 0 that a parabola through the three might touch it.
        touching = np.flatnonzero((left > 0.0) & (right >= 0.0) & (size[1:-1] > 0.0) & (size[1:-1] <= left + right)) + 1
    for index in touching[signs[touching - 1] * signs[touching + 1] > 0.0][: _MOST + 1]:
        lowest = _lowest(at, float(axis[index - 1]), float(axis[index + 1]))
        if abs(at(lowest)) < 1e-12 * (1.0 + float(size[index - 1])):
            yield _short(at, lowest, _BLURRED)
        else:
            yield None


def _bisect(at: object, low: float, high: float) -> float:
    assert callable(at)
    below = at(low)
    for _ in range(80):
        middle = 0.5 * (low + high)
        if at(middle) * below > 0.0:
            low = middle
        else:
            high = middle
    return high


def _lowest(at: object, low: float, high: float) -> float:
    """Ternary search for the smallest size."""
    assert callable(at)
    for _ in range(80):
        third = (high - low) / 3.0
        if abs(at(low + third)) <= abs(at(high - third)):
            high -= third
        else:
            low += third
    return 0.5 * (low + high)


def _short(at: object, root: float, reach: float = 1e-9) -> float:
    """The root with few digits, where that one is as good."""
    assert callable(at)
    here = abs(at(root))
    for digits in range(4, 15, 2):
        rounded = round(root, digits) + 0.0
        near = abs(rounded - root) <= reach * max(1.0, abs(root))
        if near and (abs(at(rounded)) <= max(here, 4e-16) or math.isnan(at(rounded))):
            return rounded
    return root
