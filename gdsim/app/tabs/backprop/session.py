"""The state of Backprop and everything that can be done to it; no widget is needed to drive it.

The session is the only writer.  A view asks for things and draws what it finds after `changed`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from gdsim.app.options import Options
from gdsim.app.tabs.backprop.experiment import (
    LARGEST_INPUT,
    Experiment,
    check_input,
    check_rate,
    of_example,
    of_options,
    statements_of,
)
from gdsim.app.tabs.backprop.saved import from_saved, to_saved
from gdsim.app.tabs.backprop.state import TYPING, BackpropState, Moment, Remark
from gdsim.app.ticker import Ticker
from gdsim.core.backprop import descent
from gdsim.core.backprop.predict import Answer, asked_of, check_answer
from gdsim.core.backprop.walk import Order
from gdsim.core.expression import ParseError


class BackpropSession(BackpropState):
    """Walks one graph.  Every method that changes something emits `changed` once."""

    def __init__(
        self,
        ticker: Ticker | None = None,
        clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:
        """Without a ticker nothing plays by itself.  `clock` measures how long a frame's work may take."""
        super().__init__(ticker, clock, parent)

    # Moving through the steps

    def advance(self, steps: int = 1) -> None:
        self._forward(steps)
        self.changed.emit()

    def back(self, steps: int = 1) -> None:
        self.seek(self.index - steps)

    def seek(self, index: int) -> None:
        """Look at any step of the walk."""
        self._history.interrupt()
        self._settle()
        self.index = max(0, min(index, self.count))
        self.changed.emit()

    def reset(self) -> None:
        """Back to the start of the walk, with the same inputs."""
        self.play(False)
        self.seek(0)

    def jump_to(self, vertex: int) -> None:
        """To the step that works on a vertex: on the way forward its value, afterwards what it passes on."""
        self.play(False)
        walk = self.walk
        back = self.index > walk.turning
        step = walk.adjoint_step(vertex) if back else walk.step_of(vertex)
        if step is None:  # an input has a value from the start, and a constant no derivative
            step = 0 if not back else self.index
        self.selected = vertex
        self.seek(step)

    def play(self, on: bool) -> None:
        self._playback.speed = self.experiment.speed
        if self._playback.switch(on and self.can_step, self._play_on, self.changed.emit):
            self._settle()
            self.changed.emit()

    def set_speed(self, steps_a_second: float) -> None:
        self.experiment = replace(self.experiment, speed=max(0.01, steps_a_second))
        self._playback.speed = self.experiment.speed
        self.changed.emit()

    def select(self, vertex: int | None) -> None:
        """Have a vertex explained; None for none."""
        inside = vertex is not None and 0 <= vertex < len(self.computation.vertices)
        self.selected = vertex if inside else None
        self.changed.emit()

    # Changing the experiment

    def set_example(self, key: str) -> None:
        self._remember("")
        fresh = of_example(key)
        before = self.experiment
        self._replace(replace(fresh, predict=before.predict, speed=before.speed, rate=before.rate, order=before.order))

    def set_text(self, text: str) -> ParseError | None:
        """Walk typed definitions; what cannot be read is returned, and the last that could be read stay.

        Texts in a row are the typing of one, until `finish_text`.
        """
        try:
            statements_of(text)
        except ParseError as error:
            return error
        if text != self.experiment.text:
            self._remember(TYPING)
            self._replace(self.experiment.with_text(text))
        return None

    def finish_text(self) -> None:
        """The definitions are typed to their end: the next ones are undone by themselves."""
        if self.typing:
            self._history.interrupt()
            self.changed.emit()

    def set_input(self, name: str, value: float) -> None:
        """Another value, seen at the step that is looked at.  Raises ValueError, in a sentence."""
        check_input(value)
        if dict(self.experiment.inputs)[name] == value:
            return
        self._remember(f"input {name}")
        self._change_inputs(self.experiment.with_input(name, value))
        self.steps = descent.History()
        self.changed.emit()

    def set_order(self, order: Order) -> None:
        """Another order of the backward pass, seen from where it begins."""
        if order is self.experiment.order:
            return
        self._remember("order")
        self.play(False)
        turning = self.walk.turning
        self.experiment = replace(self.experiment, order=order)
        self.index = min(self.index, turning)
        self._settle()
        self.changed.emit()

    def set_predict(self, on: bool) -> None:
        self.experiment = replace(self.experiment, predict=on)
        self._settle()
        self.right = self.asked = 0
        self.changed.emit()

    def set_rate(self, rate: float) -> None:
        """Of the next gradient step.  Raises ValueError, in a sentence."""
        check_rate(rate)
        if rate != self.experiment.rate:
            self._remember("rate")
            self.experiment = replace(self.experiment, rate=rate)
            self.changed.emit()

    def nudge(self) -> None:
        """One step of the inputs against the gradient; where there is none, a remark says why."""
        try:
            now = self.experiment
            step = descent.nudge(self.computation, now.rate, now.held, now.computed_at)
            if max(map(abs, step.after.inputs.values())) > LARGEST_INPUT:
                raise ValueError("The step takes an input beyond 10¹², so the inputs stay: take a smaller rate.")
        except ValueError as error:
            text = str(error)
            self._settle()
            self.remark = Remark(f"{text[:1].upper()}{text[1:].rstrip('.')}.", "bad")
            self.changed.emit()
            return
        self._remember("")
        self._change_inputs(self.experiment.with_inputs(step.after.inputs))
        self.steps = self.steps.then(step)
        tone = "good" if step.change < 0 else "warning" if step.change > 0 else "neutral"
        self.remark = Remark(step.text, tone)
        self.changed.emit()

    def take_back(self) -> None:
        """The inputs as they were before the last gradient step."""
        last = self.steps.last
        if last is not None:
            self._remember("")
            self._change_inputs(self.experiment.with_inputs(last.before.inputs))
            self.steps = self.steps.without_last()
            self.changed.emit()

    def return_to_start(self) -> None:
        """The inputs as they were before all gradient steps."""
        if self.steps.nudges:
            self._remember("")
            self._change_inputs(self.experiment.with_inputs(self.steps.nudges[0].before.inputs))
            self.steps = descent.History()
            self.changed.emit()

    def predict(self, typed: str) -> Answer | None:
        """Judge an answer to the question; when all of the step are answered rightly, it is taken."""
        question = self.question
        if question is None:
            return None
        answer = check_answer(question, typed)
        if answer.value is not None and self.answer is None:
            self.asked += 1
            self.right += answer.right
        if not answer.right:
            self.remark, self.answer = None, answer
        else:
            given, asked = self.answered + 1, len(self.questions)
            if given == asked:
                self._forward(1)
            else:
                self.answered, self.answer = given, None
            self.remark = Remark(answer.text, "good")
        self.changed.emit()
        return answer

    def apply(self, options: Options) -> None:
        """Show what the command line asks for.  Raises ValueError, in a sentence."""
        self._replace(of_options(options, self.experiment))

    # Undo, save, restore

    def undo(self) -> None:
        self._show(self._history.undo(self._moment()))

    def redo(self) -> None:
        self._show(self._history.redo(self._moment()))

    def state_to_save(self) -> dict[str, Any]:
        """JSON-able, for the next start."""
        return to_saved(self._moment())

    def restore(self, state: Mapping[str, Any]) -> None:
        """Show what `state_to_save` described.  Raises ValueError, in a sentence."""
        moment = from_saved(state)
        self._history.clear()
        self._show(moment)

    # How it is done

    def _forward(self, steps: int) -> bool:
        self._history.interrupt()
        self._settle()
        self.index = min(self.index + steps, self.count)
        return self.can_step

    def _play_on(self, steps: int) -> bool:
        """Playing stops where something is to be predicted."""
        if not self.asks_first:
            return self._forward(steps)
        for _ in range(steps):
            self._forward(1)
            if not self.can_step or asked_of(self.walk, self.index + 1):
                return False
        return True

    def _settle(self) -> None:
        """What was said of the step before is over."""
        self.remark = self.answer = None
        self.answered = 0

    def _change_inputs(self, experiment: Experiment) -> None:
        """The same graph with other numbers: the step stays, unless the walk no longer goes so far."""
        self.experiment = experiment
        self.index = min(self.index, self.count)
        self._settle()

    def _replace(self, experiment: Experiment) -> None:
        """Another graph, from its start."""
        experiment.walk  # noqa: B018 - before anything is changed: it may be refused
        self.play(False)
        self.experiment, self.index, self.selected, self.steps = experiment, 0, None, descent.History()
        self._settle()
        self.changed.emit()

    def _moment(self) -> Moment:
        return Moment(self.experiment, self.index, self.selected, self.steps)

    def _remember(self, name: str) -> None:
        self._history.remember(self._moment(), name)

    def _show(self, moment: Moment | None) -> None:
        if moment is None:
            return
        self.play(False)
        self._settle()
        self.experiment, self.index = moment.experiment, moment.index
        self.selected, self.steps = moment.selected, moment.steps
        self.changed.emit()
