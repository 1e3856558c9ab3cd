"""The state of Descend and everything that can be done to it; no widget is needed to drive it.

The session is the only writer.  A view asks for things and draws what it finds after `changed`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from gdsim.app.options import Options
from gdsim.app.tabs.descend import runs
from gdsim.app.tabs.descend.experiment import (
    VARIABLES,
    Experiment,
    from_json,
    of_options,
    of_surface,
    optimizer_after,
    to_json,
)
from gdsim.app.tabs.descend.starting import moved_start
from gdsim.app.tabs.descend.state import DescendState, Moment, MovedStart
from gdsim.app.tabs.descend.trace import Trace
from gdsim.app.ticker import Ticker
from gdsim.core.expression import ParseError, parse
from gdsim.core.optimizers import Optimizer
from gdsim.core.run import StopReason
from gdsim.core.schedules import Schedule
from gdsim.core.surfaces import SURFACES

_TYPING = "formula"
LARGEST_END = 1e100  # of a domain: nothing beyond could be drawn


class DescendSession(DescendState):
    """Runs one experiment.  Every method that changes something emits `changed` once."""

    def __init__(
        self, ticker: Ticker | None = None, rng_seed: int = 0, clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """Without a ticker nothing plays by itself.  `clock` measures how long a frame's work may take."""
        super().__init__(ticker, rng_seed, clock, parent)
        self._surface_before: Experiment | None = None  # the last with a y in the typing of the present formula
        self._placed = False  # whether the ball is where somebody put it

    # Moving through the steps

    def advance(self, steps: int = 1) -> None:
        """Go on by `steps`: through the steps made before, then by new ones, until the run stops."""
        self._preview.end()
        self._forward(steps)
        self.changed.emit()

    def back(self, steps: int = 1) -> None:
        self.seek(self._index - steps)

    def seek(self, index: int) -> None:
        """Look at a step made before."""
        self._preview.end()
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
        self._playback.speed = self.experiment.speed
        if self._playback.switch(on and self.can_step, self._forward, self.changed.emit):
            self.changed.emit()

    def set_speed(self, steps_a_second: float) -> None:
        """Infinity plays as fast as it goes."""
        self.experiment = replace(self.experiment, speed=max(0.01, steps_a_second))
        self._playback.speed = self.experiment.speed
        self.changed.emit()

    # Changing the experiment

    def drag_to(self, point: tuple[float, ...]) -> None:
        """The ball is held at `point`: show the run that would start here, to its end.  Nothing is changed yet."""
        self.play(False)
        setting = replace(self.setting, step=0)
        held = replace(self.experiment, start=_finite(point), plan=(setting,))
        self._preview.begin(runs.new_run(held, runs.PREVIEW_STEPS))
        self.changed.emit()

    def move_to(self, point: tuple[float, ...], merge: str = "") -> None:
        """Begin anew at `point`; moves in a row with the same `merge` are undone as one."""
        self.play(False)
        self._remember(merge)
        self._placed = True
        self._begin(self.experiment.started_at(_finite(point), self._index))
        self.changed.emit()

    def set_surface(self, key: str) -> None:
        """A function of the gallery, with its own start; gradient descent gets the rate that suits it."""
        surface = SURFACES[key]
        self.play(False)
        self._remember("")
        self._placed = False
        fresh = of_surface(surface, self.optimizer)
        setting = replace(self.setting, step=0, optimizer=fresh.plan[0].optimizer)
        self._change_function(replace(self.experiment, surface=key, formula=fresh.formula, domain=fresh.domain,
                                      start=fresh.start, plan=(setting,)))  # fmt: skip
        self.changed.emit()

    @property
    def typing(self) -> bool:
        """Whether a formula has been begun and not finished."""
        return self._history.open(_TYPING)

    def check_formula(self, text: str) -> ParseError | None:
        """What is wrong with `text`, if anything; nothing is changed."""
        try:
            parse(text, VARIABLES)
        except ParseError as error:
            return error
        return None

    def set_formula(self, text: str) -> ParseError | None:
        """Descend a typed formula from the same start; what cannot be read is returned, and the last one stays.

        Where the formula has no value at a start that nobody chose, the ball is put where it has one.  Formulas in a
        row are the typing of one, until `finish_formula`.
        """
        error = self.check_formula(text)
        if error is None and text != self.experiment.formula:
            self.play(False)
            if self.experiment.dim == 2:
                self._surface_before = self.experiment
            elif not self.typing:
                self._surface_before = None
            self._remember(_TYPING)
            start = self._moved.usual if self.start_moved else self.experiment.start
            fresh = self.experiment.started_at(start, self._index).with_formula(text, self._surface_before)
            self._change_function(fresh if self._placed else self._with_value(fresh))
            self.changed.emit()
        return error

    def finish_formula(self) -> None:
        """The formula is typed to its end: the next one is undone by itself."""
        if self.typing:
            self._history.interrupt()
            self.changed.emit()

    def set_domain(self, low: float, high: float, axis: int = 0) -> None:
        """The stretch of a variable that counts as the picture; the run stays, but may leave another domain sooner.

        Raises ValueError, in a sentence, when it is empty.
        """
        check_domain(low, high, axis)
        domain = list(self.experiment.domain)
        domain[axis] = (low, high)
        changed = replace(self.experiment, domain=tuple(domain))
        trace = Trace(runs.replayed(changed, self.count))
        self._remember("domain")
        self._preview.end()
        self.experiment, self._trace = changed, trace
        self._index = min(self._index, self.count)
        self.changed.emit()

    def choose_optimizer(self, key: str) -> None:
        """Another kind of optimizer from the next step on."""
        self.set_optimizer(optimizer_after(self.optimizer, key, self.surface))

    def set_optimizer(self, optimizer: Optimizer) -> None:
        """Applies from the next step; the steps made so far stay."""
        self._set(f"optimizer {optimizer.key}", optimizer=optimizer)

    def take_remedy(self) -> None:
        """A lower rate for a run that diverges, from the last step in the picture on; it goes on by itself."""
        remedy = self.remedy
        if remedy is None:
            return
        self.play(False)
        self._remember("")
        optimizer = replace(self.optimizer, lr=remedy.rate)
        self._index = remedy.index
        self.experiment = self.experiment.changed_from(remedy.index, optimizer=optimizer)
        self._trace = Trace(runs.continued(self.experiment, self._trace.run, remedy.index, self.setting))
        self.changed.emit()
        self.play(True)

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
        wanted = of_options(options, self.experiment)
        self._placed = options.start is not None
        self._change_function(wanted if self._placed or options.formula is None else self._with_value(wanted))
        self.changed.emit()

    # Undo, save, restore

    def undo(self) -> None:
        self._show(self._history.undo(self._moment()))

    def redo(self) -> None:
        self._show(self._history.redo(self._moment()))

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
        known = experiment.known_surface
        self._placed = known is None or known.start != experiment.start
        self._change_function(experiment)
        self._trace = Trace(runs.replayed(experiment, count))
        self._index = max(0, min(index, self.count))
        self.changed.emit()

    # How it is done

    def _forward(self, steps: int) -> bool:
        """Go on by so many steps; whether there are more."""
        self._history.interrupt()
        missing = self._index + steps - self.count
        if missing > 0:
            self._trace.run.advance(missing)
        self._index = min(self._index + steps, self.count)
        return self.can_step

    def _set(self, name: str, **changes: Any) -> None:
        if all(getattr(self.setting, key) == value for key, value in changes.items()):
            return
        self._remember(name)
        self._preview.end()
        self.experiment = self.experiment.changed_from(self._index, **changes)
        self._trace = Trace(runs.continued(self.experiment, self._trace.run, self._index, self.setting))
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
        trace = Trace(runs.new_run(experiment))  # before anything is changed: it may be refused
        self._preview.end()
        self.experiment, self._trace, self._index = experiment, trace, 0

    def _with_value(self, experiment: Experiment) -> Experiment:
        """Begun where the function has a value, which is remembered for the sentence."""
        moved, sentence = moved_start(experiment)
        self._moved = MovedStart(moved.formula, moved.start, experiment.start, sentence) if sentence else MovedStart()
        return moved

    def _note_minimum(self) -> None:
        run = self._trace.run
        if run.stop_reason is StopReason.CONVERGED:
            self._found.append(float(run.steps[-1].value))

    def _moment(self) -> Moment:
        return Moment(self.experiment, self._trace, self._ghost, self._index)

    def _remember(self, name: str) -> None:
        self._history.remember(self._moment(), name)

    def _show(self, moment: Moment | None) -> None:
        if moment is None:
            return
        self.play(False)
        if moment.experiment.formula != self.experiment.formula:
            self._found = []
        self._preview.end()
        self.experiment, self._trace = moment.experiment, moment.trace
        self._ghost, self._index = moment.ghost, moment.index
        self.changed.emit()


def check_domain(low: float, high: float, axis: int = 0) -> None:
    """Raises ValueError, in a sentence, for ends between which there is nothing or too much to draw."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        lower, upper = ("left", "right") if axis == 0 else ("lower", "upper")
        raise ValueError(f"the {lower} end of the domain has to be less than the {upper} end")
    if max(abs(low), abs(high)) > LARGEST_END:
        raise ValueError(f"the ends of the domain have to lie between -{LARGEST_END:.0e} and {LARGEST_END:.0e}")


def _finite(point: tuple[float, ...]) -> tuple[float, ...]:
    """A start that can be computed with."""
    return tuple(float(part) if math.isfinite(part) else 0.0 for part in point)
