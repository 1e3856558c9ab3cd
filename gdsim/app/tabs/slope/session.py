"""The state of the Slope tab and everything that can be done to it; no widget is needed to drive it.

The session is the only writer.  A view asks for things and draws what it finds after `changed`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.options import Options
from gdsim.app.tabs.slope import experiment as experiments
from gdsim.app.tabs.slope.experiment import LARGEST_DX, LEAST_DX, Experiment, of_curve, of_options
from gdsim.app.tabs.slope.prediction import Guess, Judged, judge_sign, judge_value, least_visible
from gdsim.app.tabs.slope.state import PARTS, Moment, SlopeState
from gdsim.app.tabs.slope.visited import moved, put
from gdsim.app.ticker import Ticker
from gdsim.core.expression import ParseError

_FRAMES_A_SECOND = 60.0
_SAMPLES = 241
_TYPING, _HOLDING = "formula", "hold"


class SlopeSession(SlopeState):
    """Every method that changes something emits `changed` once."""

    def __init__(
        self, ticker: Ticker | None = None, *, reduced_motion: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.perf_counter, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """Without a ticker nothing plays by itself; where motion is reduced, Shrink goes in one go."""
        super().__init__(ticker, reduced_motion, clock, parent)

    # Moving through the halvings of Δx

    def advance(self, steps: int = 1) -> None:
        """Halve Δx so many times."""
        self._forward((self.index + steps) * PARTS - self._part)
        self.changed.emit()

    def back(self) -> None:
        """One halving less."""
        self.seek(self.index if self._part % PARTS else self.index - 1)

    def seek(self, index: int) -> None:
        """Look at a Δx from before."""
        self.play(False)
        self._history.interrupt()
        self._part = max(0, min(index, self.count)) * PARTS
        self.changed.emit()

    def reset(self) -> None:
        """Back to the Δx that the curve began with, at the same x."""
        self.play(False)
        if self._part or self.experiment.dx != self.experiment.first_dx:
            self._remember("")
            self._begin(replace(self.experiment, dx=self.experiment.first_dx))
        self.changed.emit()

    def play(self, on: bool) -> None:
        """Halve Δx again and again at the speed of the experiment, or pause."""
        self._playback.speed = self.experiment.speed * PARTS
        if self._playback.switch(on and self.can_step, self._forward, self.changed.emit):
            self.changed.emit()

    def shrink(self) -> None:
        """Let the secant turn into the tangent, a little each frame."""
        self.play(False)
        if not self.can_shrink:
            return
        target = math.ceil(PARTS * math.log2(abs(self.experiment.dx) / self._near))
        if self._reduced_motion() or not self._playback.switch(True, lambda parts: self._approach(target, parts),
                                                               self.changed.emit):  # fmt: skip
            self._approach(target, target - self._part)
        self._playback.speed = _FRAMES_A_SECOND
        self.changed.emit()

    def set_speed(self, halvings_a_second: float) -> None:
        self.experiment = replace(self.experiment, speed=max(0.01, halvings_a_second))
        self._playback.speed = self.experiment.speed * PARTS
        self.changed.emit()

    # Changing what is shown

    def drag_to(self, which: str, place: float) -> None:
        """A point, "x" or "beside" (x + Δx), is held at this place."""
        self.held = True
        self._move(which, place, _HOLDING)

    def move_to(self, which: str, place: float, merge: str = "") -> None:
        """Put a point somewhere; moves in a row with the same `merge` are undone as one."""
        held, self.held = self.held, False
        self._move(which, place, _HOLDING if held else merge)
        if held:
            self._history.interrupt()

    def set_dx(self, dx: float) -> None:
        """Another Δx; halving begins anew with it.  Raises ValueError, in a sentence, where it makes no secant."""
        experiments.check_dx(dx)
        if dx == self.dx:
            return
        self.play(False)
        self._remember("dx")
        self._begin(replace(self.experiment, dx=dx))
        self.changed.emit()

    def set_curve(self, key: str) -> None:
        """A curve of the gallery, with its own place and Δx."""
        self.play(False)
        self._remember("")
        self._change_curve(of_curve(key, self.experiment.speed))
        self.changed.emit()

    def check_formula(self, text: str) -> ParseError | None:
        """What is wrong with `text`, if anything; nothing is changed."""
        try:
            experiments.parsed(text)
        except ParseError as error:
            return error
        return None

    @property
    def typing(self) -> bool:
        """Whether a formula has been begun and not finished."""
        return self._history.open(_TYPING)

    def set_formula(self, text: str) -> ParseError | None:
        """Draw a typed formula at the same x; what cannot be read is returned, and the last readable one stays."""
        error = self.check_formula(text)
        if error is None and text != self.experiment.formula:
            self.play(False)
            self._remember(_TYPING)
            self._change_curve(self.experiment.with_formula(text))
            self.changed.emit()
        return error

    def finish_formula(self) -> None:
        """The formula is typed to its end: the next one is undone by itself."""
        if self.typing:
            self._history.interrupt()
            self.changed.emit()

    def set_domain(self, low: float, high: float) -> None:
        """Raises ValueError, in a sentence, when there is nothing between the ends."""
        experiments.check_domain(low, high)
        self._remember("domain")
        self.experiment = replace(self.experiment, domain=(low, high))
        self.changed.emit()

    def apply(self, options: Options) -> None:
        """Show what the command line asks for, in place of the default."""
        self._change_curve(of_options(options, self.experiment))
        self.changed.emit()

    # Predict first

    def set_predicts(self, on: bool) -> None:
        """Hide the slopes until they are guessed, or show them always."""
        self.play(False)
        self.predicts, self.judged, self._told = on, None, None
        self.changed.emit()

    def guess_sign(self, guess: Guess) -> None:
        self._answer(judge_sign(guess, self.here, self._least_visible()))

    def guess_value(self, value: float) -> None:
        self._answer(judge_value(value, self.here, self._least_visible()))

    def skip_guess(self) -> None:
        """Show the slope here without a guess."""
        self._answer(None)

    # Undo, save, restore

    def undo(self) -> None:
        self._show(self._history.undo(self._moment()))

    def redo(self) -> None:
        self._show(self._history.redo(self._moment()))

    def state(self) -> dict[str, Any]:
        """JSON-able: the experiment, how far it has been halved, and where the derivative has been traced."""
        return {
            "experiment": experiments.to_json(self.experiment), "part": self._part, "furthest": self._furthest,
            "visited": [list(stretch) for stretch in self.visited], "predicts": self.predicts,
        }  # fmt: skip

    def restore(self, state: Mapping[str, Any]) -> None:
        """Show what `state` described.  Raises ValueError, in a sentence."""
        try:
            experiment = experiments.from_json(state["experiment"])
            part, furthest = int(state["part"]), int(state["furthest"])
            stretches = [(float(low), float(high)) for low, high in state["visited"]]
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"this is not a saved state of Slope ({error})") from error
        self.play(False)
        self._history.clear()
        self._change_curve(experiment)
        self._furthest = max(0, min(furthest, self.most * PARTS))
        self._part = max(0, min(part, self._furthest))
        for low, high in stretches:
            if math.isfinite(low) and math.isfinite(high):
                self.visited = moved(self.visited, low, high)
        self.predicts = state.get("predicts") is True
        self.changed.emit()

    # How it is done

    def _forward(self, parts: int) -> bool:
        """Go on by so many parts of a halving; whether there are more."""
        self._history.interrupt()
        whole = parts if not self._reduced_motion() else max(PARTS, parts - parts % PARTS)
        self._part = max(0, min(self._part + whole, self.most * PARTS))
        self._furthest = max(self._furthest, self._part)
        return self._part < self.most * PARTS

    def _approach(self, target: int, parts: int) -> bool:
        """Go on by so many parts towards `target`; whether it is still ahead."""
        self._history.interrupt()
        self._part = min(self._part + parts, target)
        self._furthest = max(self._furthest, self._part)
        return self._part < target

    def _move(self, which: str, place: float, merge: str) -> None:
        self.play(False)
        place = min(max(place, -experiments.LARGEST_END), experiments.LARGEST_END) if math.isfinite(place) else self.x
        self._remember(f"{merge} {which}" if merge else "")
        if which == "x":
            self.visited = moved(self.visited, self.x, place) if merge else put(self.visited, place)
            self.experiment, self.judged = replace(self.experiment, x=place), None
        else:
            self._begin(replace(self.experiment, dx=_usable(place - self.x, self.dx)))
        self.changed.emit()

    def _begin(self, experiment: Experiment) -> None:
        """Halving begins anew with the Δx of `experiment`."""
        self.experiment = experiment
        self._part = self._furthest = 0

    def _change_curve(self, experiment: Experiment) -> None:
        self._begin(experiment)
        self.visited, self.judged = put((), experiment.x), None

    def _least_visible(self) -> float:
        low, high = self.experiment.domain
        axis = np.linspace(low, high, _SAMPLES)
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(self.experiment.expression(x=axis), dtype=float), axis.shape)
        return least_visible(values, high - low)

    def _answer(self, judged: Judged | None) -> None:
        self.judged, self._told = judged, (self.experiment.formula, self.x)
        self.changed.emit()

    def _moment(self) -> Moment:
        return Moment(self.experiment, self._part, self._furthest, self.visited)

    def _remember(self, name: str) -> None:
        self._history.remember(self._moment(), name)

    def _show(self, moment: Moment | None) -> None:
        if moment is None:
            return
        self.play(False)
        self.judged = None
        self.experiment, self.visited = moment.experiment, moment.visited
        self._part, self._furthest = moment.part, moment.furthest
        self.changed.emit()


def _usable(dx: float, before: float) -> float:
    """A Δx that makes a secant: at 0 the smallest, on the side where it was."""
    size = min(max(abs(dx), LEAST_DX), LARGEST_DX)
    return math.copysign(size, dx if dx else before)
