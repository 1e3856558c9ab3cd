"""The bookkeeping of many runs at once: who is still going, and why the others stopped.

The tests are those of a single run, on arrays.  A run that has stopped stays in its row, frozen in place.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.objective import Objective
from gdsim.core.run.limits import CLIMB, HOPELESS, OVERFLOW
from gdsim.core.run.stationary import Kind, beside_pole, stationary_kinds
from gdsim.core.run.step import Step, StopReason

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def rowwise(ufunc: np.ufunc, array: NDArray[Any]) -> Any:
    """ufunc.reduce along the last axis of (n, dim), column by column: for the usual two columns ten times quicker."""
    if array.shape[1] > 16:
        return ufunc.reduce(array, axis=1)
    result = array[:, 0]
    for column in array.T[1:]:
        result = ufunc(result, column)
    return result


def defined(point: Array, value: Array, gradient: Array) -> Mask:
    """Where the point, the value and the gradient are all finite."""
    finite: Mask = np.isfinite(value)
    for array in (point, gradient):
        finite &= rowwise(np.logical_and, np.isfinite(array))
    return finite


class Crowd:
    """State of n runs: `going` is a mask, `reasons` has an entry (or None) for each, `climbs` counts rises in a row."""

    def __init__(self, far: Array) -> None:
        n = far.size
        self.going: Mask = np.ones(n, dtype=bool)
        self.reasons = np.full(n, None, dtype=object)
        self.climbs = np.zeros(n, dtype=int)
        self.far = far
        self.first_values = np.zeros(n)
        self.last_reason = StopReason.BUDGET

    def stop(self, which: Mask, reason: StopReason) -> None:
        which = which & self.going
        if which.any():
            self.reasons[which] = reason
            self.going = self.going & ~which
            self.last_reason = reason

    def stop_undefined(self, which: Mask, last: Step, point: Array, value: Array) -> None:
        """Stop runs whose landing point has no value or no slope: overflow after a climb, or a hole."""
        size = rowwise(np.maximum, np.abs(point))
        overflow = ~np.isfinite(size) | (size > OVERFLOW) | (np.abs(last.value) > OVERFLOW)
        climbed = np.isposinf(value) & (last.value > self.first_values)
        self.stop(which & (overflow | climbed), StopReason.DIVERGED)
        self.stop(which, StopReason.NOT_A_NUMBER)

    def frozen(self, planned: Step, last: Step | None) -> Step:
        """`planned` with the runs that have stopped left as they were, without a move and with their old memory."""
        if self.going.all():
            return planned
        row = self.going[:, None]
        if last is None:
            gradient, before, after = planned.gradient, planned.state, planned.next_state
        else:
            gradient = np.where(row, planned.gradient, last.gradient)
            before, after = last.next_state, self._frozen_state(planned.next_state, last.next_state)
        delta = np.where(row, planned.delta, 0.0)
        return Step(planned.index, planned.point, planned.value, gradient, delta, before, after, planned.lr)

    def _frozen_state(self, new: Any, old: Any) -> Any:
        row = self.going[:, None]
        return type(new)(*(np.where(row, now, before) for now, before in zip(new, old, strict=True)))

    def judge(self, step: Step, objective: Objective, tolerance: float, searches: bool) -> None:
        """Stop runs that have settled or are far away; `searches` as for `LineSearch`, whose rest is final."""
        size = rowwise(np.maximum, np.abs(step.point))
        outside = self.going & (size > self.far)
        if outside.any():
            higher = step.value > self.first_values
            hopeless = (self.climbs >= CLIMB) | (size > HOPELESS * self.far)
            self.stop(outside & higher & hopeless, StopReason.DIVERGED)
            self.stop(outside & ~higher, StopReason.LEFT_DOMAIN)
        still = rowwise(np.maximum, np.abs(step.delta))
        slope = rowwise(np.maximum, np.abs(step.gradient))
        resting = self.going & (still <= tolerance * np.maximum(1.0, size)) & (slope <= tolerance)
        if searches:
            stuck = self.going & (still == 0.0) & (slope > tolerance)
            if stuck.any():
                abyss = np.zeros_like(stuck)
                abyss[stuck] = beside_pole(objective, step.point[stuck], step.gradient[stuck])
                self.stop(abyss, StopReason.NOT_A_NUMBER)
                resting |= stuck & ~abyss
        if resting.any():
            kinds = stationary_kinds(objective, step.point[resting], step.gradient[resting])
            settled = np.zeros_like(resting)
            settled[resting] = [kind is Kind.MINIMUM for kind in kinds]
            self.stop(settled, StopReason.CONVERGED)
            self.stop(resting, StopReason.STATIONARY)

    def summary(self) -> str:
        """How many stopped why."""
        counts = Counter(str(reason) for reason in self.reasons if reason is not None)
        return ", ".join(f"{reason}: {count} of {len(self.reasons)}" for reason, count in counts.most_common())
