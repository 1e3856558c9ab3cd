"""What a stretch of steps looks like: bouncing, climbing, crawling over a plateau.

Slopes are those of the function itself; with gradient noise a step's own `gradient` is another.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gdsim.core.objective import Objective
from gdsim.core.quantiles import quantiles
from gdsim.core.run import Kind, Step, stationary_kinds

Array = NDArray[np.float64]

# A pattern is looked for in so many of the newest steps.
_WINDOW = 6
# Whether bounces shrink or grow is looked for in so many: no cycle of up to eight places then seems to do either.
_BOUNCES = 10
# A bounce is shrinking when its slopes lose at least this share from one side to the same side again.
_SHRINKS = 0.99
_GROWS = 1.01
# Slopes below this share of the domain's mean slope are small.
_SMALL_SLOPE = 0.02
# On a plateau the parabola that fits here falls or rises across the whole domain by no more than this share of the
# height above the domain's lowest value.  A convex function falls by the whole of it, however gentle its slope.
_LITTLE_FALL = 0.2
# In a tail that is lower than all of the domain the slope changes across the domain by at most so many times itself.
_TAIL = 100.0
# Noise below this share of the slope changes no pattern.
_LITTLE_NOISE = 0.1
# A settled coordinate below this share of the domain's width reads 0.
_SNAP = 1e-7
# Changes of the value below this share of it are rounding errors.
_ROUNDING = 1e-14
# Dividing the way between two slopes so often leaves little of their difference, unless there is a kink between them.
_DIVISIONS = 40
# Not in the middle: with equal steps to both sides that is the kink itself, where the slope is that of neither.
_UNEVEN = 0.47


class Bounce(NamedTuple):
    """Slopes that point to alternating sides; `growth` is the geometric mean of their sizes' ratios over two steps.

    `recent` is that of the newest four alone.  It is `steady` if on either side each slope is smaller than the one
    before, or each larger, and is `wandering` if some are smaller and some larger, as in a cycle of several places:
    a few ratios then say nothing about where it leads.
    """

    growth: float
    recent: float
    steady: bool
    wandering: bool
    kink: bool

    @property
    def shrinking(self) -> bool:
        return self.steady and self.growth < _SHRINKS and self.recent < _SHRINKS

    @property
    def growing(self) -> bool:
        return self.steady and self.growth > _GROWS


def bounce(steps: Sequence[Step], objective: Objective) -> Bounce | None:
    """The bounce that the newest steps make, if each true slope points against the one before.

    It counts as growing only over a full window: near a cliff a few bounces grow and are thrown back again.
    """
    recent = steps[-_BOUNCES:]
    if len(recent) < 4:
        return None
    with np.errstate(all="ignore"):
        slopes = [true_gradient(step, objective) for step in recent]
        alternating = 1
        while alternating < len(slopes) and opposed(slopes[-alternating], slopes[-alternating - 1]):
            alternating += 1
        if alternating < min(_WINDOW, len(recent)):
            return None
        sizes = np.array([length(slope) for slope in slopes[-alternating:]])
        ratios = sizes[2:] / sizes[:-2]
        growth, newest = (float(np.exp(np.log(some).mean())) for some in (ratios, ratios[-2:]))
        steady = bool((ratios < 1.0).all() or (ratios > 1.0).all())
        wandering = not steady and bool((ratios < _SHRINKS).any() or (ratios > _GROWS).any())
        # A kink keeps the slopes' size however close the two sides are; a stretch of moves is compared as well.
        if growth > _GROWS and len(recent) < _WINDOW:
            growth = 1.0
        kink = newest >= _SHRINKS and _is_kink(recent[-2], recent[-1], objective)
        return Bounce(growth, newest, steady, wandering, kink)


def _is_kink(one: Step, other: Step, objective: Objective) -> bool:
    """Whether the slopes still differ when the points between which they change are brought together."""
    left, right = one.point, other.point
    slope, beyond = objective.gradient(left), objective.gradient(right)
    jump = length(beyond - slope)
    for _ in range(_DIVISIONS):
        middle = left + _UNEVEN * (right - left)
        between = objective.gradient(middle)
        if length(between - slope) < length(beyond - between):
            left, slope = middle, between
        else:
            right, beyond = middle, between
    return jump > 0.0 and length(beyond - slope) > 0.5 * jump


def climb(steps: Sequence[Step]) -> int:
    """How many of the newest steps in a row went up."""
    count = 0
    for before, after in zip(steps[-2::-1], steps[:0:-1], strict=False):
        if not change(before, after) > 0.0:
            break
        count += 1
    return count


def falling(steps: Sequence[Step]) -> bool:
    """Whether each of the newest steps went down."""
    recent = steps[-_WINDOW:]
    return all(change(before, after) < 0.0 for before, after in itertools.pairwise(recent))


def still(steps: Sequence[Step]) -> bool:
    """Whether the newest steps changed the value by no more than rounding errors."""
    return all(change(before, after) == 0.0 for before, after in itertools.pairwise(steps[-_WINDOW:]))


def change(before: Step, after: Step) -> float:
    """What the value gained from one step to the other; 0 where it is lost in rounding."""
    difference = float(after.value) - float(before.value)
    return 0.0 if abs(difference) <= _ROUNDING * max(1.0, abs(before.value)) else difference


def small_slope_kind(step: Step, objective: Objective) -> Kind | None:
    """What kind of place this is, if the slope is small against the domain's mean slope; None if it isn't.

    FLAT only where slope and curvature are small against the height that there is to fall: the floor of a valley,
    and the way down to it, is not a plateau.
    """
    with np.errstate(all="ignore"):
        gradient = true_gradient(step, objective)
        slope = length(gradient)
        if not slope < _SMALL_SLOPE * mean_slope(objective):
            return None
        kind = stationary_kinds(objective, step.point[None, :], gradient[None, :])[0]
        if kind is Kind.FLAT and not _plateau(step, objective, slope):
            return None
    return kind


def _plateau(step: Step, objective: Objective, slope: float) -> bool:
    """Whether going straight on across the domain, up or down, changes little of the height above its lowest value."""
    width = _width(objective)
    bend = max(0.0, float(objective.curvature(step.point)))
    height = float(step.value) - lowest_value(objective)
    if height > 0.0:
        return slope * width + 0.5 * bend * width**2 <= _LITTLE_FALL * height
    return bend * width <= _TAIL * slope


def true_gradient(step: Step, objective: Objective) -> Array:
    """The gradient of the function at the step's point, without the noise that the optimizer saw."""
    return objective.gradient(step.point)


def noise_of(step: Step, objective: Objective) -> float:
    """The size of the gradient noise in this step; 0 without noise."""
    with np.errstate(all="ignore"):
        seen, true = step.gradient, true_gradient(step, objective)
        noise = length(seen - true)
    return noise if _ROUNDING * length(true) < noise < np.inf else 0.0


def noise_counts(steps: Sequence[Step], objective: Objective) -> bool:
    """Whether the noise in one of the newest steps is a noticeable share of the slope there."""
    return any(
        noise_of(step, objective) > _LITTLE_NOISE * length(true_gradient(step, objective)) for step in steps[-_WINDOW:]
    )


def length(vector: Array) -> float:
    """Euclidean, also where the squares of the entries are too large for a double."""
    largest = float(np.abs(vector).max())
    if not 0.0 < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(vector / largest))


def opposed(one: Array, other: Array) -> bool:
    """Whether two vectors enclose more than a right angle."""
    return cosine(one, other) < 0.0


def cosine(one: Array, other: Array) -> float:
    """Of the angle between two vectors; 0 when one is 0 or not finite."""
    sizes = length(one), length(other)
    if not all(0.0 < size < np.inf for size in sizes):
        return 0.0
    return float((one / sizes[0]) @ (other / sizes[1]))


@functools.lru_cache(maxsize=16)
def mean_slope(objective: Objective) -> float:
    """The mean size of the gradient over the domain, the steepest tenth counted as its gentlest; 0 without a domain."""
    if objective.domain is None or objective.dim > 2:
        return 0.0
    with np.errstate(all="ignore"):
        sizes: Array = np.hypot.reduce(objective.derivative_grid(*_axes(objective)), axis=0, initial=0.0)
        defined = sizes[np.isfinite(sizes)]
        return float(np.minimum(defined, quantiles(defined, 0.9)[0]).mean()) if defined.size else 0.0


@functools.lru_cache(maxsize=16)
def lowest_value(objective: Objective) -> float:
    """The lowest value on a grid over the domain of one or two dimensions; infinity where there is none."""
    values = objective.grid(*_axes(objective))
    defined = values[np.isfinite(values)]
    return float(defined.min()) if defined.size else np.inf


def _axes(objective: Objective) -> list[Array]:
    """Places over the domain; of a curve as many as the arrows' scale asks for, so that one program serves both."""
    return [np.linspace(low, high, 128 if objective.dim == 1 else 34) for low, high in objective.domain or ()]


def _width(objective: Objective) -> float:
    return min((high - low for low, high in objective.domain or ()), default=0.0)


def far_outside(point: Array, objective: Objective) -> bool:
    """Whether the point lies more than a whole width of the domain outside of it."""
    if objective.domain is None:
        return False
    return any(
        not 2.0 * low - high <= value <= 2.0 * high - low
        for value, (low, high) in zip(point.tolist(), objective.domain, strict=True)
    )


def record(steps: Sequence[Step]) -> bool:
    """Whether one of the two newest values is the highest of the run; if not, the run is bounded so far."""
    earlier = max((float(step.value) for step in steps[:-2]), default=np.inf)
    return max(float(step.value) for step in steps[-2:]) > earlier


def snapped(point: Array, objective: Objective) -> Array:
    """The point with coordinates that are rounding errors against the domain's width set to 0."""
    small = _SNAP * (_width(objective) or 1.0)
    return np.where(np.abs(point) < small, 0.0, point)
