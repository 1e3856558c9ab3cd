"""Where an answer is compared with the derivative: plain numbers first, then edges, large and small, and in between.

The plain ones come first because the first point at which an answer differs is shown to the student.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import numpy as np

from gdsim.core.practice.question import Interval, Question
from gdsim.core.slope.enclosure import exactly

Point = dict[str, Decimal]

_PLAIN: Final = (1.0, 2.0, 0.5, -1.0, 3.0, 0.25, -2.0, 1.5, 0.0, 4.0, -0.5, -3.0, 5.0)
_FAR: Final = (6.0, 7.5, 9.0, 12.0, 25.0, 60.0, 250.0, 1000.0)
_NEAR_EDGE: Final = ("1e-2", "1e-5", "1e-9")
_BETWEEN: Final = 8
_MODERATE: Final = 20.0
_SEVERAL: Final = 22  # points where there are several variables


@functools.lru_cache(maxsize=64)
def test_points(question: Question) -> tuple[Point, ...]:
    """The same points for the same question, whoever asks; those where the formula has no value may be among them."""
    if question.partial:
        return tuple(_several(question.formula.variables))
    return tuple({question.variable: x} for x in dict.fromkeys(_single(question)))


def moderate(point: Point) -> bool:
    """Neither far out nor close to 0, where double precision is enough."""
    return all(1e-3 < abs(value) < _MODERATE for value in point.values())


def _single(question: Question) -> Iterator[Decimal]:
    rng = np.random.default_rng(20)
    intervals = sorted(question.domain, key=_distance)[:4]
    for x in _PLAIN:
        if any(low < x < high for low, high in intervals):
            yield exactly(x)
    for low, high in intervals:
        # A width of the interval that is easy to look at; of a short one, all of it.
        start, end = max(low, min(high, 4.0) - 8.0), min(high, max(low, -4.0) + 8.0)
        for x in rng.uniform(start, end, _BETWEEN):
            yield exactly(round(float(x), 6))
        for distance in _NEAR_EDGE:
            if math.isfinite(low):
                yield exactly(low) + Decimal(distance)
            if math.isfinite(high):
                yield exactly(high) - Decimal(distance)
        for far in _FAR:
            if high == math.inf:
                yield exactly(max(low, 0.0) + far)
            if low == -math.inf:
                yield exactly(min(high, 0.0) - far)


def _distance(interval: Interval) -> float:
    """Twice the distance of the middle from 0, of what is within a thousand."""
    low, high = interval
    return abs(max(low, -1e3) + min(high, 1e3))


def _several(names: tuple[str, ...]) -> Iterator[Point]:
    """Ones with at most one sign, then different whole numbers, then others of all sizes and signs."""
    rng = np.random.default_rng(21)
    for turned in (None, *names):
        yield {name: exactly(-1.0 if name == turned else 1.0) for name in names}
    for first in range(4):
        yield {name: exactly(1.0 + (first + index) % 5) for index, name in enumerate(names)}
    for index in range(_SEVERAL):
        size = 10.0 ** rng.uniform(-2.0, 1.0, len(names)) if index % 3 else rng.uniform(0.05, 0.95, len(names))
        signs = np.where(rng.random(len(names)) < 0.5, -1.0, 1.0) if index % 2 else np.ones(len(names))
        yield {name: exactly(round(float(value), 6)) for name, value in zip(names, size * signs, strict=True)}
