"""A run of an optimizer down an objective: steps that are pulled, kept, taken back and forked.

A run never loops by itself, signals or sleeps; whoever shows it pulls steps when there is time.  Everything that a
step needs is in the step before it, so going back is reading an earlier one.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from operator import add
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer
from gdsim.core.optimizers.base import Numbers
from gdsim.core.optimizers.floats import float_update
from gdsim.core.run import explain
from gdsim.core.run.border import border_of
from gdsim.core.run.crowd import Crowd, defined
from gdsim.core.run.limits import CLIMB, FAR, HOPELESS, OVERFLOW
from gdsim.core.run.noise import Noise
from gdsim.core.run.stationary import Kind, beside_pole, stationary_kind
from gdsim.core.run.step import Step, StopReason
from gdsim.core.schedules import Schedule

Array = NDArray[np.float64]


class Run:
    """Steps of `optimizer` from `start`; iterating pulls them, the first is the start itself.

    `start` of shape (dim,) is one run, (n, dim) is n at once: arrays in the Steps, and `going` tells which have not
    stopped.  It stops with a `stop_reason` and an `explanation`, after `max_steps` updates at the latest; `kind` says
    at what it came to rest.  `tolerance` bounds both the slope and the proposed move (relative to max(1, |x|)) of a
    settled run.  A single run also stops before a step that would jump over a place without a value, as the pole of
    1/x; many at once do not look for such places.  `noise` is the standard deviation of what is added to each
    coordinate of each gradient, drawn from `rng`.  With `keep=False` only the newest step is kept, for thousands of
    runs at once.
    """

    def __init__(
        self, objective: Objective, optimizer: Optimizer, start: ArrayLike, max_steps: int = 1000, noise: float = 0.0,
        rng: np.random.Generator | None = None, schedule: Schedule | None = None, tolerance: float = 1e-8,
        keep: bool = True,
    ) -> None:  # fmt: skip
        """Raises ValueError, in a sentence, for a start of the wrong shape and for noise without a generator."""
        point = checked_start(start, objective)
        if noise and rng is None:
            raise ValueError("gradient noise needs a generator: pass rng=numpy.random.default_rng(seed)")
        self.objective = objective
        self.optimizer = optimizer
        self.max_steps = max_steps
        self.noise = noise
        self.schedule = schedule
        self.tolerance = tolerance
        self.keep = keep
        self._draws = None if rng is None else Noise(rng, point.shape)
        self._far = _far_distance(objective, point)
        self._border = border_of(objective) if point.ndim == 1 else None
        self._first_value: Any = math.nan
        self._start_over(point, 0, [])

    @property
    def steps(self) -> list[Step]:
        """All steps so far (with keep=False the newest alone).  Not to be changed."""
        return self._steps

    @property
    def many(self) -> bool:
        """Whether this is several runs at once."""
        return self._crowd is not None

    @property
    def going(self) -> NDArray[np.bool_]:
        """Which runs have not stopped, shape (n,), or () for a single one."""
        return np.array(self.stop_reason is None) if self._crowd is None else self._crowd.going

    @property
    def stop_reasons(self) -> list[StopReason | None]:
        """The reason of each run, None for those still going; a single run gives a list of one."""
        return [self.stop_reason] if self._crowd is None else list(self._crowd.reasons)

    def __iter__(self) -> Iterator[Step]:
        index = self._steps[0].index
        while True:
            position = index - self._steps[0].index
            if position < len(self._steps):
                yield self._steps[position]
                index += 1
            elif self.stop_reason is None:
                self.advance()
            else:
                return

    def advance(self, n: int = 1) -> Step:
        """Make up to n steps and return the newest; fewer when the run stops, which `stop_reason` tells."""
        if self._crowd is not None:
            with np.errstate(all="ignore"):
                for _ in range(n):
                    if self.stop_reason is None:
                        self._next_of_many(self._crowd)
        else:
            with np.errstate(all="ignore"):
                for _ in range(n):
                    if self.stop_reason is not None:
                        break
                    self._next()
        return self._steps[-1]

    def fork(
        self, index: int = -1, optimizer: Optimizer | None = None, point: ArrayLike | None = None, *,
        schedule: Schedule | None = None, noise: float | None = None, max_steps: int | None = None,
        rng: np.random.Generator | None = None,
    ) -> Run:  # fmt: skip
        """A run that shares the steps up to `index` (a position in `steps`) and goes its own way from there.

        What is not given stays as it is.  An optimizer of the same kind takes over the memory (velocity, moments);
        another kind, or another `point`, starts with an empty one.  The noise of a step is the same in all forks;
        `rng` draws it where the first run had none.
        """
        steps = self._steps[: index + 1 or None] if index < 0 else self._steps[: index + 1]
        if not steps or index >= len(self._steps):
            raise ValueError(f"there is no step {index}: this run has {len(self._steps)}")
        base = steps.pop()
        twin = copy.copy(self)
        twin.optimizer = self.optimizer if optimizer is None else optimizer
        twin.schedule = self.schedule if schedule is None else schedule
        twin.max_steps = self.max_steps if max_steps is None else max_steps
        if noise is not None:
            if noise and self._draws is None:
                if rng is None:
                    raise ValueError("gradient noise needs a generator: give rng, or give it to the first run")
                twin._draws = Noise(rng, base.point.shape)
            twin.noise = noise
        if point is not None:
            place = checked_start(point, self.objective)
            if place.shape != base.point.shape:
                raise ValueError(f"the point has shape {place.shape}, but the run's points have {base.point.shape}")
            twin._far = _far_distance(self.objective, place)
            twin._start_over(place, base.index, steps)
        else:
            state = base.memory if type(twin.optimizer) is type(self.optimizer) else twin.optimizer.init(base.point)
            twin._start_over(base.point, base.index, steps, state)
        return twin

    def with_optimizer(self, optimizer: Optimizer) -> Run:
        """The same run with its current move planned by `optimizer`: a knob turned applies from the next step."""
        return self.fork(optimizer=optimizer)

    def _start_over(self, point: Array, index: int, earlier: list[Step], state: object = None) -> None:
        """Begin, or go on, at `point` with the steps `earlier` behind."""
        self._steps = earlier
        self._climbs = 0
        self.stop_reason: StopReason | None = None
        self.explanation = ""
        self.kind: Kind | None = None
        self._crowd: Crowd | None = Crowd(self._far) if point.ndim == 2 else None
        if state is None:
            state = self.optimizer.init(point)
        if self._crowd is not None:
            with np.errstate(all="ignore"):
                value, gradient = self.objective.value_and_gradient(point)
                if not earlier:
                    self._first_value = value
                self._begin_many(self._crowd, index, point, value, gradient, state)
            return
        self._update = float_update(self.optimizer, self.objective)
        place: Numbers = tuple(point.tolist())
        height, slope = self.objective.at(*place)
        if not earlier:
            self._first_value = height
        step = self._plan_one(index, place, height, slope, state)
        self._steps.append(step)
        if math.isfinite(height) and all(map(math.isfinite, slope)):
            self._judge(step)
        else:
            self._stop(StopReason.NOT_A_NUMBER, explain.undefined(step, self.objective))

    def _plan_one(self, index: int, point: Numbers, value: float, gradient: Numbers, state: Any) -> Step:
        """The step of a single run at `point`, all in plain floats."""
        if self.noise and self._draws is not None:
            draws = self._draws[index].tolist()
            gradient = tuple([slope + self.noise * draw for slope, draw in zip(gradient, draws, strict=True)])
        lr = float(self.optimizer.lr)
        if self.schedule is not None:
            lr *= self.schedule.factor(index)
        memory = self._update.memory(state)
        delta, following = self._update(lr, point, gradient, memory)
        return Step(index, point, value, gradient, delta, memory, following, lr)

    def _plan(self, index: int, point: Array, value: Any, gradient: Array, state: object) -> Step:
        """The step at `point` with the move that the optimizer proposes from there."""
        optimizer = self.optimizer
        if self.noise and self._draws is not None:
            gradient = gradient + self.noise * self._draws[index]
        lr = optimizer.lr if self.schedule is None else optimizer.lr * self.schedule.factor(index)
        delta, following = optimizer.update(gradient, state, point=point, objective=self.objective, lr=lr)
        return Step(index, point, value, gradient, delta, state, following, lr)

    def _keep_step(self, step: Step) -> None:
        if self.keep:
            self._steps.append(step)
        else:
            self._steps[:] = [step]

    def _stop(self, reason: StopReason, explanation: str) -> None:
        self.stop_reason = reason
        self.explanation = explanation

    def _next(self) -> None:
        last = self._steps[-1]
        point = tuple(map(add, last.coordinates, last.move))
        value, gradient = self.objective.at(*point)
        # The sum is finite unless a number isn't, or they are so large that it overflows.
        total = value + sum(gradient) + sum(point)
        if not (math.isfinite(total) or all(map(math.isfinite, (value, *gradient, *point)))):
            self._stop_undefined(last, point, value)
            return
        if self._border is not None:
            crossing = self._border.crossed(last.coordinates, point)
            if crossing is not None:
                self._stop(StopReason.BORDER, explain.border(last, crossing, self.objective.variables))
                return
        self._climbs = self._climbs + 1 if value > last.value else 0
        step = self._plan_one(last.index + 1, point, value, gradient, last.next_memory)
        self._keep_step(step)
        self._judge(step)

    def _stop_undefined(self, last: Step, point: Numbers, value: float) -> None:
        """The landing point has no value or no slope: overflow after a climb, or a hole in the function."""
        size = max(map(abs, point))
        overflow = not math.isfinite(size) or size > OVERFLOW or abs(last.value) > OVERFLOW
        climbed = math.isinf(value) and value > 0.0 and last.value > self._first_value
        if overflow or climbed:
            self._stop(StopReason.DIVERGED, explain.diverged(self._steps, self.optimizer, self.objective))
        else:
            self._stop(StopReason.NOT_A_NUMBER, explain.undefined(last, self.objective))

    def _judge(self, step: Step) -> None:
        """Stop a single run where it has settled, is far away, or has used its steps."""
        size = max(map(abs, step.coordinates))
        if size > self._far:
            self._judge_far(step, size)
            if self.stop_reason is not None:
                return
        tolerance = self.tolerance
        still = max(map(abs, step.move))
        if still <= tolerance * max(1.0, size):
            slope = max(map(abs, step.gradient.tolist()))
            if slope <= tolerance:
                self._judge_still(step)
            elif still == 0.0 and "objective" in self.optimizer.needs:
                # A search that finds no lower value: a kink, rounding, or the edge of an abyss.
                if beside_pole(self.objective, step.point[None, :], step.gradient[None, :])[0]:
                    self._stop(StopReason.NOT_A_NUMBER, explain.pole(step, self.objective))
                else:
                    self._judge_still(step)
        if self.stop_reason is None and step.index >= self.max_steps:
            self._stop(StopReason.BUDGET, explain.budget(step, self.max_steps, self.objective))

    def _judge_still(self, step: Step) -> None:
        self.kind = kind = stationary_kind(self.objective, step.point, step.gradient)
        names = self.objective.variables
        if kind is Kind.MINIMUM:
            self._stop(StopReason.CONVERGED, explain.converged(step, names))
        else:
            note = self.optimizer.note(step)
            self._stop(StopReason.STATIONARY, explain.stationary(step, kind, note, names))

    def _judge_far(self, step: Step, size: float) -> None:
        if not step.value > self._first_value:
            self._stop(StopReason.LEFT_DOMAIN, explain.left_domain(step, self.objective))
        elif self._climbs >= CLIMB or size > HOPELESS * self._far:
            self._stop(StopReason.DIVERGED, explain.diverged(self._steps, self.optimizer, self.objective))

    def _begin_many(self, crowd: Crowd, index: int, point: Array, value: Array, gradient: Array, state: object) -> None:
        crowd.first_values = self._first_value
        crowd.stop(~defined(point, value, gradient), StopReason.NOT_A_NUMBER)
        step = crowd.frozen(self._plan(index, point, value, gradient, state), None)
        self._steps.append(step)
        self._judge_many(crowd, step)

    def _next_of_many(self, crowd: Crowd) -> None:
        last = self._steps[-1]
        point = last.point + last.delta
        value, gradient = self.objective.value_and_gradient(point)
        crowd.stop_undefined(~defined(point, value, gradient), last, point, value)
        going = crowd.going
        row = going[:, None]
        point, value = np.where(row, point, last.point), np.where(going, value, last.value)
        crowd.climbs = np.where(value > last.value, crowd.climbs + 1, 0)
        planned = self._plan(last.index + 1, point, value, gradient, last.next_state)
        step = crowd.frozen(planned, last)
        self._keep_step(step)
        self._judge_many(crowd, step)

    def _judge_many(self, crowd: Crowd, step: Step) -> None:
        crowd.judge(step, self.objective, self.tolerance, "objective" in self.optimizer.needs)
        if step.index >= self.max_steps:
            crowd.stop(crowd.going, StopReason.BUDGET)
        if not crowd.going.any():
            self._stop(crowd.last_reason, crowd.summary())


def checked_start(start: ArrayLike, objective: Objective) -> Array:
    """The start as an array (dim,) or (n, dim).  Raises ValueError, in a sentence, when it is neither or not finite."""
    point = np.array(start, dtype=np.float64)
    if point.ndim == 0 and objective.dim == 1:
        point = point.reshape(1)
    if point.ndim not in (1, 2) or point.shape[-1] != objective.dim or point.size == 0:
        raise ValueError(
            f"a start has {objective.dim} coordinate{'s' if objective.dim > 1 else ''} (or one row for each of many "
            f"starts); this one has shape {point.shape}"
        )
    if not np.isfinite(point).all():
        raise ValueError("a start has to consist of finite numbers")
    return point


def _far_distance(objective: Objective, point: Array) -> Any:
    """The absolute coordinate beyond which a run counts as far away; an array for many runs."""
    domain = objective.domain or ((-10.0, 10.0),) * objective.dim
    reach = max(max(abs(low), abs(high)) for low, high in domain)
    with np.errstate(over="ignore"):
        far = FAR * np.maximum(reach, np.abs(point).max(axis=-1))
    return float(far) if point.ndim == 1 else far
