"""The course of training: which step it is at, the plan of settings by step, and the way to every other step.

Whatever happens is a function of the seed, the data and the plan.  So a state is kept only now and then, and any step
in between is made again, equal to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from . import divergence
from .checkpoints import Checkpoint, Checkpoints
from .engine import Engine
from .observer import Observer
from .settings import Segment, Settings
from .stop import Stop

Array = NDArray[np.float64]

# A loss so many times the first one (or 1, if that is more) counts as divergence.
_HOPELESS = 1e12
# Steps between two checkpoints at most, and fewer where a step takes long: going one step back is to be quick.
_SPACING = 256


class Timeline:
    """`version` changes whenever the course does, so that work which was paused meanwhile knows that it is stale."""

    def __init__(self, engine: Engine, observer: Observer, settings: Settings) -> None:
        self.engine, self._observer = engine, observer
        self.step = 0
        self.furthest = 0
        self.version = 0
        self._plan = [Segment(0, settings, 0, 0.0)]
        self._entered = 0  # which segment of the plan is in force
        self.arrived = -1  # the last step that was visited by the observer
        self._limit = math.inf
        self._stop: Stop | None = None
        self._checkpoints = Checkpoints(bytes_each=8 * 4 * engine.parameters.size + 400)
        engine.enter(self._plan[0], None)
        self._keep()

    @property
    def place(self) -> tuple[int, int]:
        """Work that was paused is stale when this has changed: another pull went on, or the course was changed."""
        return self.version, self.step

    # -- where it is --------------------------------------------------------------------------------------------
    @property
    def segment(self) -> Segment:
        return self._plan[self._entered]

    @property
    def settings(self) -> Settings:
        return self.segment.settings

    @property
    def plan(self) -> tuple[tuple[int, Settings], ...]:
        return tuple((segment.start, segment.settings) for segment in self._plan)

    @property
    def epoch(self) -> float:
        return self._epoch_of(self.segment, self.step)

    @property
    def stop(self) -> Stop | None:
        """The stop that holds at the present step."""
        return self._stop if self._stop is not None and self._stop.step == self.step else None

    @property
    def patience_start(self) -> int:
        """The step since which the present patience has been in force."""
        start = self._entered
        while start and self._plan[start - 1].settings.patience == self.settings.patience:
            start -= 1
        return self._plan[start].start

    def penalty_of(self, parameters: Array) -> float:
        settings = self.settings
        if not (settings.l1 or settings.l2):
            return 0.0
        weights = parameters[self.engine.network.weight_mask]
        with np.errstate(all="ignore"):
            return float(settings.l1 * np.abs(weights).sum() + 0.5 * settings.l2 * (weights @ weights))

    def finite_before(self, step: int) -> Checkpoint:
        return self._checkpoints.finite_before(step)

    def _epoch_of(self, segment: Segment, step: int) -> float:
        points = self.engine.points
        steps: int = -(-points // (segment.settings.batch_size or points))
        return segment.epochs_before + (step - segment.epoch_start) / steps

    # -- going on and going back --------------------------------------------------------------------------------
    def forward(self, goal: int | None) -> Iterator[None]:
        """On to step `goal` (None: until it stops) along the plan, a piece of work a pull."""
        while True:
            if self.step > self.arrived:
                place = self.place
                stop = yield from self._observer.arrive(self)
                if place != self.place:
                    continue
                self.arrived = self.step
                self._stop = stop or self._stop
                if self.step == 0:
                    self._limit = self._hopeless()
            if self.stop is not None or (goal is not None and self.step >= goal):
                return
            yield from self._some_steps(goal)

    def seeking(self, step: int) -> Iterator[None]:
        target = max(0, step)
        self.version += 1
        kept = self._checkpoints.before(target)
        assert kept is not None, "step 0 is always kept"
        if target < self.step or kept.step > self.step:
            self._load(kept)
        yield from self.forward(target)

    def _hopeless(self) -> float:
        history = self._observer.history
        first = history.loss[0] if len(history) else math.nan
        return _HOPELESS * max(1.0, float(first)) if math.isfinite(first) else math.inf

    def _some_steps(self, goal: int | None) -> Iterator[None]:
        """Steps up to the next event, at most one piece of work."""
        engine, place, step = self.engine, self.place, self.step
        spacing = min(_SPACING, 2 * engine.piece)
        if step % spacing == 0 and step not in self._checkpoints:
            self._keep()
        yield from engine.preparing()
        if place != self.place:
            return
        new = step >= self.arrived
        ends = [step + engine.piece, step - step % spacing + spacing]
        ends += [end for end in (goal, self._next_start()) if end is not None]
        ends.append(self._observer.next_visit(self) if new else self.arrived)
        made, value = yield from self._made(min(ends) - step)
        if place != self.place:
            return
        self.step = step + made
        if not (value < self._limit and np.isfinite(engine.parameters).all()):
            yield from self._recover()
            return
        self._enter_if_due()
        if new:
            self.furthest = self.step
        yield

    def _made(self, count: int) -> Generator[None, None, tuple[int, float]]:
        """Up to `count` steps, one if it is worked through in blocks; how many, and the loss before the last."""
        if not self.engine.blocked:
            with np.errstate(all="ignore"):
                return self.engine.run(self.step, count, self._limit)
        place = self.place
        yield from self.engine.differentiating(self.step)
        return (1, self.engine.move(self.step)) if place == self.place else (0, math.nan)

    def _enter_if_due(self) -> None:
        """At every step reached, before any pause: whoever goes on from there finds its settings in force."""
        if self._next_start() == self.step:
            self._entered += 1
            self.engine.enter(self.segment, self._plan[self._entered - 1])

    def _next_start(self) -> int | None:
        return self._plan[self._entered + 1].start if self._entered + 1 < len(self._plan) else None

    def _keep(self) -> None:
        self._checkpoints.add(Checkpoint(self.step, self.engine.parameters.copy(), self.engine.snapshot()))

    def _load(self, kept: Checkpoint) -> None:
        """Go to a checkpoint, which is the state on arrival, and put in force what holds from there."""
        self.version += 1
        self.step = kept.step
        self.engine.load(kept.parameters, kept.memory)
        self._entered = max(i for i, segment in enumerate(self._plan) if segment.start <= kept.step)
        segment = self.segment
        if segment.start == kept.step:
            self.engine.enter(segment, self._plan[self._entered - 1] if self._entered else None)
        else:
            self.engine.enter(replace(segment, parameters=None), segment)

    # -- changing course ----------------------------------------------------------------------------------------
    def branch(self, settings: Settings, parameters: Array | None = None) -> None:
        """Go on with these settings (and parameters) from the present step; what was beyond is forgotten."""
        if self.step not in self._checkpoints:
            self._keep()
        now = self.segment
        if parameters is None and now.start == self.step:
            parameters = now.parameters
        self._cut(self.step)
        if now.start == self.step:
            self._plan.pop()
        before = self._plan[-1] if self._plan else None
        kept = self._checkpoints.before(self.step)
        assert kept is not None
        if before is not None and parameters is None and not _carries_over(kept, before, settings):
            parameters = kept.parameters.copy()
        self._plan.append(self._following(before or now, self.step, settings, parameters, new=before is None))
        self._load(kept)

    def _following(
        self, before: Segment, step: int, settings: Settings, parameters: Array | None, new: bool = False
    ) -> Segment:
        """The segment from `step` on; another batch size begins another row of epochs.  `new`: in place of `before`."""
        if new or before.settings.batch_size == settings.batch_size:
            return Segment(step, settings, before.epoch_start, before.epochs_before, parameters)
        return Segment(step, settings, step, self._epoch_of(before, step), parameters)

    @property
    def placed(self) -> tuple[tuple[int, Array], ...]:
        """The steps up to the present one at which parameters were moved by hand, and where to."""
        return tuple(
            (segment.start, segment.parameters)
            for segment in self._plan
            if segment.parameters is not None and segment.start <= self.step
        )

    def resume(
        self, kept: Checkpoint, later: Sequence[tuple[int, Settings, Array | None]], records: Array,
        improvements: list[tuple[int, float]],
    ) -> None:  # fmt: skip
        """Be at a state that another Timeline of the same seed, data and first settings has reached.

        `later` are its changes of course up to there: step, settings, and parameters that were moved by hand; the rest
        is what its Observer has seen.  Steps before the state are made again when they are asked for.
        """
        self._cut(0)
        self._observer.resume(records, improvements)
        for step, settings, parameters in later:
            self._plan.append(self._following(self._plan[-1], step, settings, parameters))
        self._checkpoints.add(kept)
        self.furthest = self.arrived = kept.step
        self._limit = self._hopeless()
        self._load(kept)

    def _cut(self, step: int) -> None:
        self.version += 1
        while self._plan[-1].start > step:
            self._plan.pop()
        self._checkpoints.cut(step)
        self._observer.cut(step)
        self._stop = None
        self.furthest = step
        self.arrived = min(self.arrived, step)

    # -- divergence ---------------------------------------------------------------------------------------------
    def _recover(self) -> Iterator[None]:
        """Go back to the last step with finite weights and a finite loss, and say why training ends there."""
        reached = self.step
        kept = self.finite_before(reached)
        self._load(kept)
        good, value = kept.step, math.nan
        # The steps come out as before, to the last bit: at one of them, at the latest the last, the loop is left.
        while self.step < reached:  # pragma: no branch
            place = self.place
            yield from self.engine.preparing()
            if place != self.place:
                return
            _, value = yield from self._made(1)
            if place != self.place:
                return
            if not math.isfinite(value):
                good = max(kept.step, self.step - 1)
                break
            good = self.step
            if not (value < self._limit and np.isfinite(self.engine.parameters).all()):
                break
            self.step += 1
            self._enter_if_due()
            place = self.place
            yield
            if place != self.place:
                return
        self._cut(good)
        yield from self._explaining(good, value)

    def _explaining(self, good: int, value: float) -> Iterator[None]:
        """Look at the last sound step, then stop at `good`; given up when something else is asked meanwhile."""
        history = self._observer.history
        sound = min(good, divergence.sound_step(history))
        self._load(self.finite_before(sound))
        version = self.version
        yield from self.forward(sound)
        if (version, sound) != self.place:
            return
        parameters = self.engine.parameters.copy()
        yield from self.forward(good)
        if (version, good) != self.place:
            return
        stop = yield from divergence.stopped(self, history, sound, parameters, value)
        if (version, good) == self.place:
            self._stop = stop


def _carries_over(kept: Checkpoint, before: Segment, settings: Settings) -> bool:
    """Whether the memory can stay where it should: it is another kind's where that one had begun when it was kept."""
    optimizer = settings.optimizer
    other_kind = type(optimizer) is not type(before.settings.optimizer)
    return other_kind or type(kept.memory) is type(optimizer.init(kept.parameters))
