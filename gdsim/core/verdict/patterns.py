"""What a stretch of steps looks like: bouncing, climbing, crawling over a plateau."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.objective import Objective
from gdsim.core.run import Kind, Step, stationary_kinds

Array = NDArray[np.float64]

# A pattern is looked for in so many of the newest steps.
_WINDOW = 6
# A bounce is shrinking when its slopes lose at least this share from one side to the same side again.
_SHRINKS = 0.99
_GROWS = 1.01
# Slopes below this share of the domain's mean slope are small.
_SMALL_SLOPE = 0.02
# A plateau's slope changes across the whole domain by less than this share of the mean slope, at its present curvature.
_LITTLE_BEND = 0.4
# A settled coordinate below this share of the domain's width reads 0.
_SNAP = 1e-7
# Changes of the value below this share of it are rounding errors.
_ROUNDING = 1e-14
# Halving the way between two slopes so often leaves little of their difference, unless there is a kink between them.
_HALVINGS = 40


@dataclass(frozen=True)
class Bounce:
    """Slopes that point to alternating sides; `growth` is the ratio of their sizes over two steps."""

    growth: float
    kink: bool

    @property
    def shrinking(self) -> bool:
        return self.growth < _SHRINKS

    @property
    def growing(self) -> bool:
        return self.growth > _GROWS


def bounce(steps: Sequence[Step], objective: Objective) -> Bounce | None:
    """The bounce that the newest steps make, if each slope points against the one before.

    It counts as growing only over a full window: near a cliff a few bounces grow and are thrown back again.
    """
    recent = steps[-_WINDOW:]
    if len(recent) < 4:
        return None
    with np.errstate(all="ignore"):
        slopes = [step.gradient for step in recent]
        if not all(float(a @ b) < 0.0 for a, b in itertools.pairwise(slopes)):
            return None
        sizes = [float(np.linalg.norm(slope)) for slope in slopes]
        growth = float(np.sqrt((sizes[-1] * sizes[-2]) / (sizes[-3] * sizes[-4])))
        # A kink keeps the slopes' size however close the two sides are; a stretch of moves is compared as well.
        if growth > _GROWS and len(recent) < _WINDOW:
            growth = 1.0
        return Bounce(growth, kink=growth >= _SHRINKS and _is_kink(recent[-2], recent[-1], objective))


def _is_kink(one: Step, other: Step, objective: Objective) -> bool:
    """Whether the slopes still differ when the points between which they change are brought together by bisection."""
    left, right = one.point, other.point
    slope, beyond = objective.gradient(left), objective.gradient(right)
    jump = float(np.linalg.norm(beyond - slope))
    for _ in range(_HALVINGS):
        middle = 0.5 * (left + right)
        between = objective.gradient(middle)
        if np.linalg.norm(between - slope) < np.linalg.norm(beyond - between):
            left, slope = middle, between
        else:
            right, beyond = middle, between
    return jump > 0.0 and float(np.linalg.norm(beyond - slope)) > 0.5 * jump


def climb(steps: Sequence[Step]) -> int:
    """How many of the newest steps in a row went up."""
    count = 0
    for before, after in zip(steps[-2::-1], steps[:0:-1], strict=False):
        if not change(before, after) > 0.0:
            break
        count += 1
    return count


def change(before: Step, after: Step) -> float:
    """What the value gained from one step to the other; 0 where it is lost in rounding."""
    difference = float(after.value) - float(before.value)
    return 0.0 if abs(difference) <= _ROUNDING * max(1.0, abs(before.value)) else difference


def small_slope_kind(step: Step, objective: Objective) -> Kind | None:
    """What kind of place this is, if the slope is small against the domain's mean slope; None if it isn't.

    FLAT only where no strong upward curvature explains the small slope: the floor of a valley is not a plateau.
    """
    usual = mean_slope(objective)
    with np.errstate(all="ignore"):
        slope = float(np.linalg.norm(step.gradient))
        if not slope < _SMALL_SLOPE * usual:
            return None
        kind = stationary_kinds(objective, step.point[None, :], step.gradient[None, :])[0]
        if kind is Kind.FLAT:
            bend = max(0.0, float(objective.curvature(step.point)))
            if not bend * _width(objective) < _LITTLE_BEND * usual:
                return None
    return kind


@functools.lru_cache(maxsize=16)
def mean_slope(objective: Objective) -> float:
    """The mean size of the gradient over the domain, the steepest tenth counted as its gentlest; 0 without a domain."""
    if objective.domain is None or objective.dim > 2:
        return 0.0
    axes = [np.linspace(low, high, 34) for low, high in objective.domain]
    with np.errstate(all="ignore"):
        sizes = np.sqrt(sum(part**2 for part in objective.derivative_grid(*axes)))
        defined = sizes[np.isfinite(sizes)]
        return float(np.minimum(defined, np.quantile(defined, 0.9)).mean()) if defined.size else 0.0


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
