"""The state of Descend and everything that can be done to it; no widget is needed to drive it.

The session is the only writer.  A view asks for things and draws what it finds after `changed`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from gdsim.app.options import Options
from gdsim.app.tabs.descend import runs
from gdsim.app.tabs.descend.experiment import (
    VARIABLES,
    Experiment,
    Setting,
    from_json,
    of_options,
    of_surface,
    optimizer_after,
    to_json,
)
from gdsim.app.tabs.descend.history import History
from gdsim.app.tabs.descend.trace import Trace
from gdsim.app.ticker import BUDGET, Job, Ticker
from gdsim.core.expression import ParseError, parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer
from gdsim.core.run import Run, Step, StopReason
from gdsim.core.schedules import Schedule
from gdsim.core.surfaces import SURFACES, Surface
from gdsim.core.verdict import Verdict, verdict_of

_MOST_A_FRAME = 2000  # steps, when one frame has to make up for a long wait


@dataclass(frozen=True)
class Moment:
    """What undo goes back to: the experiment, its run, the run before, and the step that was looked at."""

    experiment: Experiment
    trace: Trace
    ghost: Trace | None
    index: int


class DescendSession(QObject):
    """Runs one experiment.  Every method that changes something emits `changed` once."""

    changed = Signal()

    def __init__(
        self, ticker: Ticker | None = None, rng_seed: int = 0, clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """Without a ticker nothing plays by itself.  `clock` measures how long a frame's work may take."""
        super().__init__(parent)
        self._ticker, self._clock = ticker, clock
        self._history: History[Moment] = History()
        self._playing = False
        self._owed = 0.0
        self._preview: Trace | None = None
        self._preview_job: Job | None = None
        self._ghost: Trace | None = None
        self._found: list[float] = []
        self.experiment = replace(of_surface(SURFACES["double_well"]), seed=rng_seed)
        self._trace = Trace(runs.new_run(self.experiment))
        self._index = 0

    # What there is to see

    @property
    def objective(self) -> Objective:
        return self.experiment.objective()

    @property
    def surface(self) -> Surface | None:
        """The gallery's entry; None for a typed formula."""
        return self.experiment.known_surface

    @property
    def run(self) -> Run:
        """The run that is shown: the one under way, or while the ball is dragged the one it would make."""
        return (self._preview or self._trace).run

    @property
    def trace(self) -> Trace:
        """The points of the run under way."""
        return self._trace

    @property
    def preview(self) -> Trace | None:
        """The run from where the ball is being dragged, to its end; None when nobody drags."""
        return self._preview

    @property
    def ghost(self) -> Trace | None:
        """The run before this one on the same function, if it had made a step."""
        return self._ghost

    @property
    def index(self) -> int:
        """The step that is looked at; while dragging, the start."""
        return 0 if self._preview else self._index

    @property
    def count(self) -> int:
        """How many steps have been made so far."""
        return len(self._trace.run.steps) - 1

    @property
    def step(self) -> Step:
        """The record of the step that is looked at."""
        return self.run.steps[self.index]

    @property
    def setting(self) -> Setting:
        """Optimizer, schedule and noise of the next move."""
        return self.experiment.setting_at(self._index)

    @property
    def optimizer(self) -> Optimizer:
        return self.setting.optimizer

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def can_step(self) -> bool:
        return self._index < self.count or self._trace.run.stop_reason is None

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def found(self) -> tuple[float, ...]:
        """Values of the minima that earlier runs on this function settled in."""
        return tuple(self._found)

    @property
    def verdict(self) -> Verdict:
        """What is to be said about the step that is looked at."""
        return verdict_of(self.run, self.index, self.surface, self._found)

    def lookahead(self) -> Trace:
        """Where the run would go from the newest step, with the settings of now; nothing is changed."""
        return Trace(runs.looked_ahead(self._trace.run))

    # Moving through the steps

    def advance(self, steps: int = 1) -> None:
        """Go on by `steps`: through the steps made before, then by new ones, until the run stops."""
        self._end_preview()
        self._forward(steps)
        self.changed.emit()

    def back(self, steps: int = 1) -> None:
        self.seek(self._index - steps)

    def seek(self, index: int) -> None:
        """Look at a step made before."""
        self._end_preview()
        self._history.interrupt()
        self._index = max(0, min(index, self.count))
        self.changed.emit()

    def reset(self) -> None:
        """Back to the same start, with the settings of now; the run so far stays as the ghost."""
        self.play(False)
        if self.count:
            self._remember("")
            self._begin(self.experiment.started_at(self.experiment.start, self._index))
        self.changed.emit()

    def play(self, on: bool) -> None:
        """Go on by itself at the speed of the experiment, or pause."""
        on = on and self.can_step and self._ticker is not None
        if on == self._playing:
            return
        self._playing, self._owed = on, 1.0 if on else 0.0
        if self._ticker is not None:
            (self._ticker.frame.connect if on else self._ticker.frame.disconnect)(self._play_frame)
        self.changed.emit()

    def set_speed(self, steps_a_second: float) -> None:
        """Infinity plays as fast as it goes."""
        self.experiment = replace(self.experiment, speed=max(0.01, steps_a_second))
        self.changed.emit()

    # Changing the experiment

    def drag_to(self, point: tuple[float, ...]) -> None:
        """The ball is held at `point`: show the run that would start here, to its end.  Nothing is changed yet."""
        self.play(False)
        setting = replace(self.setting, step=0)
        run = runs.new_run(replace(self.experiment, start=_finite(point), plan=(setting,)), runs.PREVIEW_STEPS)
        self._end_preview()
        self._preview = Trace(run)
        if self._advanced_in_time(run) or self._ticker is None:
            run.advance(runs.PREVIEW_STEPS)
        else:
            # A slow function or rule: what is missing of the path comes in the next frames, while the ball is held.
            self._preview_job = self._ticker.pull(runs.piecewise(run), progress=self._preview_grew)
        self.changed.emit()

    def move_to(self, point: tuple[float, ...], merge: str = "") -> None:
        """Begin anew at `point`; moves in a row with the same `merge` are undone as one."""
        self.play(False)
        self._remember(merge)
        self._begin(self.experiment.started_at(_finite(point), self._index))
        self.changed.emit()

    def set_surface(self, key: str) -> None:
        """A function of the gallery, with its own start; gradient descent gets the rate that suits it."""
        surface = SURFACES[key]
        self.play(False)
        self._remember("")
        fresh = of_surface(surface, self.optimizer)
        setting = replace(self.setting, step=0, optimizer=fresh.plan[0].optimizer)
        self._change_function(replace(self.experiment, surface=key, formula=fresh.formula, domain=fresh.domain,
                                      start=fresh.start, plan=(setting,)))  # fmt: skip
        self.changed.emit()

    def check_formula(self, text: str) -> ParseError | None:
        """What is wrong with `text`, if anything; nothing is changed."""
        try:
            parse(text, VARIABLES)
        except ParseError as error:
            return error
        return None

    def set_formula(self, text: str) -> ParseError | None:
        """Descend a typed formula from the same start; what cannot be read is returned and changes nothing."""
        error = self.check_formula(text)
        if error is None and text != self.experiment.formula:
            self.play(False)
            self._remember("formula")
            started = self.experiment.started_at(self.experiment.start, self._index)
            self._change_function(replace(started, surface="", formula=text))
            self.changed.emit()
        return error

    def set_domain(self, low: float, high: float) -> None:
        """The stretch of x that counts as the picture.  Raises ValueError, in a sentence, when it is empty."""
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError("the left end of the domain has to be less than the right end")
        self._remember("domain")
        changed = replace(self.experiment, domain=((low, high),))
        self._begin(changed.started_at(changed.start, self._index))
        self.changed.emit()

    def choose_optimizer(self, key: str) -> None:
        """Another kind of optimizer from the next step on."""
        self.set_optimizer(optimizer_after(self.optimizer, key, self.surface))

    def set_optimizer(self, optimizer: Optimizer) -> None:
        """Applies from the next step; the steps made so far stay."""
        self._set(f"optimizer {optimizer.key}", optimizer=optimizer)

    def set_schedule(self, schedule: Schedule) -> None:
        self._set(f"schedule {schedule.key}", schedule=schedule)

    def set_noise(self, noise: float) -> None:
        """Standard deviation of what is added to the gradient from the next step on."""
        self._set("noise", noise=noise)

    def set_seed(self, seed: int) -> None:
        """Other noise: the run begins anew."""
        self._remember("seed")
        changed = replace(self.experiment, seed=seed)
        self._begin(changed.started_at(changed.start, self._index))
        self.changed.emit()

    def apply(self, options: Options) -> None:
        """Show what the command line asks for, in place of the default."""
        self._change_function(of_options(options, self.experiment))
        self.changed.emit()

    # Undo, save, restore

    def undo(self) -> None:
        self._travel_to(self._history.undo(self._moment()))

    def redo(self) -> None:
        self._travel_to(self._history.redo(self._moment()))

    def state(self) -> dict[str, Any]:
        """JSON-able: the experiment, how far it has come and which step is looked at."""
        return {"experiment": to_json(self.experiment), "count": self.count, "index": self._index}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Show what `state` described, by making its steps again.  Raises ValueError, in a sentence."""
        try:
            experiment = from_json(state["experiment"])
            count, index = int(state["count"]), int(state["index"])
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"this is not a saved state of Descend ({error})") from error
        self.play(False)
        self._history.clear()
        self._change_function(experiment)
        self._trace = Trace(runs.replayed(experiment, count))
        self._index = max(0, min(index, self.count))
        self.changed.emit()

    # How it is done

    def _forward(self, steps: int) -> None:
        self._history.interrupt()
        missing = self._index + steps - self.count
        if missing > 0:
            self._trace.run.advance(missing)
        self._index = min(self._index + steps, self.count)

    def _advanced_in_time(self, run: Run) -> bool:
        """Take steps until the run ends or a frame's time is used; whether it has ended."""
        deadline = self._clock() + 1.5 * BUDGET
        for _ in runs.piecewise(run):
            if self._clock() >= deadline:
                return run.stop_reason is not None
        return True

    def _preview_grew(self, _: object) -> None:
        self.changed.emit()

    def _end_preview(self) -> None:
        if self._preview_job is not None:
            self._preview_job.cancel()
        self._preview = self._preview_job = None

    def _play_frame(self, elapsed: float) -> None:
        speed = self.experiment.speed
        if math.isinf(speed):
            deadline = self._clock() + BUDGET
            while self.can_step and self._clock() < deadline:
                self._forward(20)
        else:
            self._owed += elapsed * speed
            whole = int(self._owed)
            if whole == 0:
                return
            self._owed -= whole
            self._forward(min(whole, _MOST_A_FRAME))
        if self.can_step:
            self.changed.emit()
        else:
            self.play(False)

    def _set(self, name: str, **changes: Any) -> None:
        if all(getattr(self.setting, key) == value for key, value in changes.items()):
            return
        self._remember(name)
        self._end_preview()
        self.experiment = self.experiment.changed_from(self._index, **changes)
        self._trace = Trace(runs.continued(self._trace.run, self._index, self.setting))
        self.changed.emit()

    def _begin(self, experiment: Experiment) -> None:
        """A new run on the same function; the old one stays as the ghost if it had moved."""
        self._note_minimum()
        if self.count:
            self._ghost = self._trace
        self._replace(experiment)

    def _change_function(self, experiment: Experiment) -> None:
        """A path is never drawn over a function that it has not walked, so the ghost goes."""
        self._ghost = None
        self._found = []
        self._replace(experiment)

    def _replace(self, experiment: Experiment) -> None:
        self._end_preview()
        self.experiment = experiment
        self._trace = Trace(runs.new_run(experiment))
        self._index = 0

    def _note_minimum(self) -> None:
        run = self._trace.run
        if run.stop_reason is StopReason.CONVERGED:
            self._found.append(float(run.steps[-1].value))

    def _moment(self) -> Moment:
        return Moment(self.experiment, self._trace, self._ghost, self._index)

    def _remember(self, name: str) -> None:
        self._history.remember(self._moment(), name)

    def _travel_to(self, moment: Moment | None) -> None:
        if moment is None:
            return
        self.play(False)
        if moment.experiment.formula != self.experiment.formula:
            self._found = []
        self._end_preview()
        self.experiment, self._trace = moment.experiment, moment.trace
        self._ghost, self._index = moment.ghost, moment.index
        self.changed.emit()


def _finite(point: tuple[float, ...]) -> tuple[float, ...]:
    """A start within what can be computed with and drawn."""
    return tuple(max(-1e150, min(1e150, float(part))) if math.isfinite(part) else 0.0 for part in point)
