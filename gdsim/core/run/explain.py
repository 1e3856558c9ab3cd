"""Why a run stopped, in a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words, place_in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer
from gdsim.core.run.beyond import LARGEST_IN_WORDS, Beyond, why_no_slope, why_no_value
from gdsim.core.run.border import Crossing
from gdsim.core.run.stationary import Kind
from gdsim.core.run.step import Step

Array = NDArray[np.float64]

# Coordinates next to a pole that are this small are read as 0.
_AT_ZERO = 1e-9
# No stationary point has a slope like this.
_STEEP = 1e6


def converged(step: Step, names: Sequence[str]) -> str:
    return (
        f"settled at {place_in_words(step.point, names)} with the value {in_words(step.value)}: the slope there is "
        f"{in_words(_size(step.gradient))} and the surface rises around"
    )


def stationary(step: Step, kind: Kind, note: str, names: Sequence[str]) -> str:
    slope = f"the slope at {place_in_words(step.point, names)} is {in_words(_size(step.gradient))}"
    if not np.abs(step.gradient).max() < _STEEP:
        return f"{slope}, yet no step along it lowers the value: the function has a jump or a pole here"
    if kind is Kind.MAXIMUM:
        return f"{slope}, so nothing moves, but this is a maximum: any push would send the ball down"
    if kind is Kind.SADDLE:
        what = "an inflection point" if step.point.shape[-1] == 1 else "a saddle"
        return f"{slope}, so nothing moves, but this is {what}: the surface falls in some direction"
    if note:
        return f"{slope}, yet {note}"
    return f"{slope} and the next move {in_words(_size(step.delta))}: the surface is flat here, and no minimum is near"


def pole(step: Step, objective: Objective) -> str:
    """For a search that has run into a place where the function has no lower bound."""
    place = np.where(np.abs(step.point) < _AT_ZERO, 0.0, step.point)
    return (
        f"the function falls without bound near {place_in_words(place, objective.variables)}: the value there is "
        f"{in_words(step.value)}, the slope {in_words(_size(step.gradient))}, and there is no minimum"
    )


def diverged(steps: Sequence[Step], optimizer: Optimizer, objective: Objective) -> str:
    """The rate against its limit at the step from which the value only rose, else the rise itself."""
    last = steps[-1]
    first = len(steps) - 1
    while first > 0 and steps[first - 1].value <= steps[first].value:
        first -= 1
    for step in (steps[first], last):
        curvature = objective.curvature(step.point)
        limit = optimizer.rate_limit(curvature) if np.isfinite(curvature) else None
        if limit is not None and step.lr > limit:
            return (
                f"the learning rate {in_words(step.lr)} is larger than {optimizer.limit_text} = {in_words(limit)} "
                f"at {place_in_words(step.point, objective.variables)}, so each step overshoots further"
            )
    rise = last.index - steps[first].index
    if rise == 0:
        return (
            f"the next step, from {place_in_words(last.point, objective.variables)} by "
            f"{in_words(_size(last.delta))}, leads to numbers larger than {LARGEST_IN_WORDS}"
        )
    return (
        f"each of the last {rise} steps went up, from the value {in_words(steps[first].value)} to "
        f"{in_words(last.value)}: the steps are too long"
    )


def undefined(step: Step, objective: Objective) -> str:
    """For a step whose point, or whose landing point (a finite one), has no value or no slope."""
    names = objective.variables
    point, landing = step.point, step.landing
    if not np.isfinite(step.value):
        return _no_value(point, step.value, objective)
    if not np.isfinite(objective.gradient(point)).all():
        return no_slope(step, objective)
    where = f"{place_in_words(landing, names)}, where the step from {place_in_words(point, names)} leads"
    value = objective.value(landing)
    if np.isfinite(value):
        if why_no_slope(objective, landing) is Beyond.OVERFLOW:
            return f"the slope at {where}, is larger than {LARGEST_IN_WORDS}"
        return f"the function has no slope at {where}"
    return _no_value(landing, value, objective, where)


def border(step: Step, crossing: Crossing, names: Sequence[str]) -> str:
    """For a step that would jump over a place where the function has no value."""
    here = place_in_words(step.point, names)
    return f"the step from {here} would jump over {crossing.where}, where {crossing.text} has no value"


def no_slope(step: Step, objective: Objective) -> str:
    """For a step whose point has a value but no finite slope."""
    place = place_in_words(step.point, objective.variables)
    why = why_no_slope(objective, step.point)
    value = f"the function has the value {in_words(step.value)}"
    if why is Beyond.OVERFLOW:
        return f"{value} at {place}, but its slope there is larger than {LARGEST_IN_WORDS}, so no step can be computed"
    if why is Beyond.ON_THE_WAY:
        return f"{value} at {place}, but to compute its slope would take numbers larger than {LARGEST_IN_WORDS}"
    if why is Beyond.INFINITE:
        return f"{value} but no slope at {place}: it is infinitely steep there"
    return f"{value} but no slope at {place}"


def _no_value(point: Array, value: float, objective: Objective, where: str = "") -> str:
    place = where or place_in_words(point, objective.variables)
    comma = "," if where else ""
    why = why_no_value(objective, point)
    if why is Beyond.ON_THE_WAY:
        return f"to compute the value at {place}{comma} would take numbers larger than {LARGEST_IN_WORDS}"
    if why is Beyond.OVERFLOW:
        size = "larger than" if value > 0.0 else "a negative number beyond"
        return f"the value at {place}{comma} is {size} {LARGEST_IN_WORDS}, so no step can be computed from it"
    if why is Beyond.INFINITE and np.isinf(value):
        return f"the value at {place}{comma} is infinite"
    return f"the function has no value at {place}"


def left_domain(step: Step, objective: Objective) -> str:
    return (
        f"the run is at {place_in_words(step.point, objective.variables)}, far out of the domain, and the value "
        f"{in_words(step.value)} is no higher than at the start: there is no minimum on this way"
    )


def budget(step: Step, max_steps: int, objective: Objective) -> str:
    slope = in_words(_size(objective.gradient(step.point)))
    return f"{max_steps} steps are used up; the slope is {slope} and the next move {in_words(_size(step.delta))}"


def _size(vector: Array) -> float:
    """The slope itself in one dimension, with its sign; the length in more."""
    flat = np.asarray(vector, float).ravel()
    with np.errstate(all="ignore"):
        if flat.size == 1:
            return float(flat[0])
        largest = float(np.abs(flat).max())
        return largest * float(np.linalg.norm(flat / largest)) if 0.0 < largest < np.inf else largest
