"""Many trainings of one experiment, worked at in the background: begun, watched, cancelled, and never silently stale.

A study knows no widget.  Its result stays when the settings change, with a sentence that says what is different.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from gdsim.app.background import Background
from gdsim.app.pictures import Table
from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.scene import Scene
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.saved_settings import whole_of
from gdsim.app.ticker import Ticker
from gdsim.core.fan import Task
from gdsim.core.network import MLP
from gdsim.core.preparation import Probe

Array = NDArray[np.float64]
Conditions = dict[str, Any]
"""What a result depends on, by the name that a sentence gives it."""

MOST_STEPS = 100_000
USUAL_STEPS = 300


class FanStudy(Background):
    """`changed` tells of other settings, too."""

    def __init__(self, session: TrainSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(ticker, parent)
        self.session = session
        self._beginning: Conditions = {}
        self._made_for: Conditions = {}
        self._next: tuple[Experiment, Scene, int] = (session.experiment, session.scene, 0)
        self._typed_steps: int | None = None
        self.waiting = False
        """Whether it begins as soon as the run is back at the step that it is on its way to."""
        session.changed.connect(self._session_changed)
        self.origin, self.scene, self.made_steps = self._next
        """What the result was made from: the experiment at its start, where its fits are computed, and the steps."""

    # What a study decides

    def work(self, task: Task, scene: Scene, steps: int) -> Iterator[Any]:
        """The computation: yields the result so far.  Raises ValueError, in a sentence, when it cannot be done."""
        raise NotImplementedError

    def own_conditions(self) -> Conditions:
        """The study's own settings that a result depends on."""
        return {}

    @property
    def sentence(self) -> str:
        """What has been found; empty while nothing has been."""
        raise NotImplementedError

    def table(self) -> Table | None:
        """The numbers of the result; None while there are none."""
        raise NotImplementedError

    # Settings

    @property
    def steps(self) -> int:
        """How long each network trains: as typed, or as long as the run has."""
        return self._typed_steps or min(self.session.count, MOST_STEPS) or USUAL_STEPS

    @property
    def follows_run(self) -> bool:
        """Whether the steps are as many as the run's."""
        return self._typed_steps is None

    def set_steps(self, steps: int | None) -> None:
        """So many steps, or (None) as many as the run has made."""
        self._typed_steps = steps
        self.changed.emit()

    # For everyone

    def start(self) -> None:
        """Begin anew with what is set now.  The old result stays until the new one has something to show."""
        session = self.session
        self.waiting = session.busy
        if self.waiting:  # on its way the run has the settings of other steps
            self.changed.emit()
            return
        self._beginning = self.conditions()
        self._next = (start_of(session), session.scene, self.steps)
        self.begin(self._work_now)

    def stop_here(self) -> None:
        """Cancelled by hand: what has been found stays, and may be put in order."""
        self.cancel()

    def conditions(self) -> Conditions:
        """What a result begun now would depend on, but for the seeds of weights, of which it has its own."""
        experiment, setting = self.session.experiment, self.session.setting
        net = experiment.net
        strengths = {**setting.held_back, "patience": 0.0}  # nothing stops early in a study
        return {
            "data": experiment.data,
            "scaling": experiment.scaled,
            "network": (net.features, net.hidden, net.activation, net.initializer),
            "loss": net.loss,
            "optimizer": setting.optimizer,
            "schedule": setting.schedule,
            "batch size": setting.batch_size,
            "regularization": strengths,
            **self.own_conditions(),
            "number of steps": self._typed_steps,
        }

    @property
    def differences(self) -> tuple[str, ...]:
        """What is set differently now from what the result was made for, by name."""
        if self.result is None:
            return ()
        now = self.conditions()
        if now["number of steps"] in (None, self.made_steps):  # training on makes no result of other settings
            now["number of steps"] = self._made_for["number of steps"]
        return tuple(name for name, value in self._made_for.items() if value is not now[name] and value != now[name])

    @property
    def note(self) -> str:
        """A sentence when the result is not that of the settings of now, or not all of it; else empty."""
        if self.waiting:
            return "Begins when the run is back at its step."
        different = self.differences
        if different:
            return f"Out of date: made with other settings ({', '.join(different)})."
        return self.cut_short

    @property
    def left_out(self) -> str:
        """A sentence when early stopping is on, which is no part of a study; else empty."""
        if not self.session.setting.held_back["patience"]:
            return ""
        return "Early stopping takes no part here: all train equally long."

    def cancel(self) -> None:
        self.waiting = False
        super().cancel()

    def settings(self) -> dict[str, Any]:
        """What is set, JSON-able."""
        return {"steps": self._typed_steps}

    def take_settings(self, state: Mapping[str, Any]) -> None:
        """As `settings` described; what is of no use is left out."""
        self.set_steps(whole_of(state, "steps", 1, MOST_STEPS))

    # How it is done

    def _session_changed(self) -> None:
        if self.waiting and not self.session.busy:
            self.start()

    @staticmethod
    def fit_of(network: MLP, scene: Scene, parameters: Array) -> Array:
        """What a network answers at the points of a thumbnail: a curve (m,), or a grid (h, w, k), lowest y first."""
        probe = Probe(scene.preparation, network, scene.experiment.net.loss, scene.thumb_probe.raw)
        output = probe.ask(parameters).output
        if scene.data.dim == 1:
            return output[:, 0].copy()
        side = math.isqrt(len(output))
        return output.reshape(side, side, -1)

    def _work_now(self) -> Iterator[Any]:
        session = self.session
        task = Task.of(session.trainer, session.experiment.net.initializer)
        return self.work(task, session.scene, self.steps)

    def adopted(self) -> None:
        self._made_for = self._beginning
        self.origin, self.scene, self.made_steps = self._next


def start_of(session: TrainSession) -> Experiment:
    """The run's experiment from its beginning with the settings of now, and without early stopping."""
    experiment = session.experiment.restarted_at(session.index)
    setting = experiment.plan[0]
    lasting = tuple(one for one in setting.regularizers if "patience" not in one.settings)
    return replace(experiment, plan=(replace(setting, regularizers=lasting),))


def with_seed(experiment: Experiment, seed: int) -> Experiment:
    """The same with other start weights."""
    return replace(experiment, net=replace(experiment.net, seed=seed))
