"""Many random starts at once: where they end, how often, and the lowest minimum found so far.

The starts are uniform in the domain and seeded; they run at a constant rate without noise and are judged by the rule
of the basin map, `SETTLED_RULE`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.basins import GONE, MOVING, RESTING, UNDEFINED, UNKNOWN, Crowd, Minimum, walker
from gdsim.core.numerals import in_words, place_in_words
from gdsim.core.objective import Domain, Objective, checked_domain
from gdsim.core.optimizers import Optimizer
from gdsim.core.surfaces import Surface

Array = NDArray[np.float64]

# How near a known minimum, in shares of the domain, and how near its value one that was found has to be to be it.
_SAME_PLACE, _SAME_VALUE = 1e-4, 1e-6


@dataclass(frozen=True)
class FoundMinimum:
    """A minimum that starts ended in: `label` as in ManyStarts.labels; the share is of all starts."""

    label: int
    point: tuple[float, ...]
    value: float
    count: int
    share: float


@dataclass(frozen=True, eq=False)
class ManyStarts:
    """The starts (n, dim), their ends (n, dim; nan while not known), and a label for each as in a basin map.

    `rows` are the minima from the lowest up.  `sentence` is the modest verdict.  `done` is the share of the work done.
    """

    starts: Array
    ends: Array
    labels: NDArray[np.int32]
    rows: tuple[FoundMinimum, ...]
    moving: int
    gone: int
    undefined: int
    resting: int
    sentence: str
    done: float


def many_starts(
    objective: Objective, optimizer: Optimizer, rng: np.random.Generator, n: int = 30, domain: Domain | None = None,
    steps: int = 1000, surface: Surface | None = None,
) -> Iterator[ManyStarts]:  # fmt: skip
    """Pull to work; yields what is known so far.

    `domain` is by default the objective's own; `surface`, if it is the one descended, tells whether the lowest known
    minimum was reached.  Raises ValueError, in a sentence, for more than two dimensions, no domain or no start.
    """
    box = checked_domain(domain, objective.dim) or objective.domain
    if objective.dim > 2:
        raise ValueError(f"many starts need one or two variables; this formula has {objective.dim}")
    if box is None:
        raise ValueError("many starts need a domain to start in")
    if n < 1:
        raise ValueError("there has to be at least one start")
    low, high = np.array(box).T
    starts = rng.uniform(low, high, (n, objective.dim))
    return _pulled(objective, optimizer, box, starts, steps, surface)


def _pulled(
    objective: Objective, optimizer: Optimizer, box: Domain, starts: Array, steps: int, surface: Surface | None
) -> Iterator[ManyStarts]:
    n = len(starts)
    # Powers of two, so that another number of starts seldom needs another program.
    walk = walker(objective, optimizer, steps, block=min(1024, max(32, 1 << (n - 1).bit_length())))
    crowd = Crowd(objective, optimizer, box, walk.block)
    ends, labels = np.full_like(starts, math.nan), np.full(n, UNKNOWN, dtype=np.int32)
    picture = _picture(starts, ends, labels, crowd, surface, objective, 0.0)
    for batch in walk.walk(starts):
        if batch.ends is not None:
            work = crowd.labels_of(batch.ends)
            while True:
                try:
                    next(work)
                except StopIteration as finished:
                    labels[batch.rows] = finished.value
                    break
                yield picture
            ends[batch.rows] = batch.ends.points
        picture = _picture(starts, ends, labels, crowd, surface, objective, batch.done)
        yield picture


def _picture(
    starts: Array, ends: Array, labels: NDArray[np.int32], crowd: Crowd, surface: Surface | None,
    objective: Objective, done: float,
) -> ManyStarts:  # fmt: skip
    n = len(starts)
    counts = np.bincount(labels[labels >= 0], minlength=len(crowd.found))
    rows = sorted(
        (
            FoundMinimum(label, minimum.point, minimum.value, int(count), float(count) / n)
            for label, (minimum, count) in enumerate(zip(crowd.found, counts, strict=True))
            if count
        ),
        key=lambda row: (row.value, -row.count),
    )
    moving, gone, undefined, resting = (int((labels == label).sum()) for label in (MOVING, GONE, UNDEFINED, RESTING))
    known = int((labels != UNKNOWN).sum())
    sentence = lowest_sentence(rows, known, objective, surface)
    return ManyStarts(starts, ends.copy(), labels.copy(), tuple(rows), moving, gone, undefined, resting, sentence, done)


def lowest_sentence(rows: list[FoundMinimum], starts: int, objective: Objective, surface: Surface | None = None) -> str:
    """The lowest minimum found, with no more claimed than is known; `rows` from the lowest up."""
    how_many = f"{starts} start{'' if starts == 1 else 's'}"
    if not rows:
        return f"No minimum found so far, from {how_many}." if starts else "No start has come to its end yet."
    best = rows[0]
    place = place_in_words(best.point, objective.variables)
    found = f"Lowest found so far: f = {in_words(best.value)} at {place}, from {how_many}"
    if surface is not None and surface.minimum is not None and best.value <= surface.minimum + _tolerance(surface):
        if is_known(Minimum(best.point, best.value), surface):
            which = "the surface's lowest point" if len(surface.minima) == 1 else "one of the surface's lowest points"
            return f"{found}; it is {which}, {surface.known_by}."
        return f"{found}; it is as low as the surface's lowest value, {surface.known_by}."
    if surface is not None and surface.minimum is not None:
        return f"{found}; the surface's lowest value, {in_words(surface.minimum)}, was not reached."
    return f"{found}; there may be lower ones."


def is_known(minimum: Minimum, surface: Surface) -> bool:
    """Whether a minimum that was found is one of the surface's own."""
    extent = np.array([high - low for low, high in surface.domain])
    return any(
        bool((np.abs(np.subtract(minimum.point, known)) <= _SAME_PLACE * extent).all()) for known in surface.minima
    )


def _tolerance(surface: Surface) -> float:
    return _SAME_VALUE * max(1.0, abs(surface.minimum or 0.0))
