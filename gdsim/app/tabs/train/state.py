"""What there is to see of Train: the experiment, its training, the step that is looked at, and the ghosts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gdsim.app.history import History
from gdsim.app.playback import Playback
from gdsim.app.tabs.train.experiment import Experiment, Setting
from gdsim.app.tabs.train.ghosts import Course, Ghost
from gdsim.app.tabs.train.presets import usual
from gdsim.app.tabs.train.scene import Scene
from gdsim.app.tabs.train.training import Training, begun
from gdsim.app.ticker import Job, Ticker
from gdsim.core.datasets import Data
from gdsim.core.optimizers import Optimizer
from gdsim.core.trainer import Trainer

Array = NDArray[np.float64]

LAST_RUN = "Last run"
TRAINING_BUDGET = 0.011
"""Seconds of a frame that training may take while it plays: two thirds, and the rest is for drawing."""


@dataclass(frozen=True)
class Moment:
    """What undo goes back to."""

    experiment: Experiment
    step: int
    ghosts: tuple[Ghost, ...]
    last_run: Ghost | None
    preset: str
    story: str


def weight(moment: Moment, before: Moment | None) -> float:
    """About how many bytes are kept for `moment` alone: points of one's own, and ghosts with their courses."""
    known = () if before is None else (before.experiment.own, *before.ghosts, before.last_run)
    own, ghosts = moment.experiment.own, [ghost for ghost in (*moment.ghosts, moment.last_run) if ghost is not None]
    arrays = [] if own is None or any(own is one for one in known) else [own.inputs, own.targets]
    for ghost in ghosts:
        if not any(ghost is one for one in known):
            course = ghost.course
            arrays += [ghost.parameters, course.steps, course.training, course.penalty, course.validation]
    return float(sum(array.nbytes for array in arrays))


class TrainState(QObject):
    """Everything that can be read; the session adds everything that can be done.

    `changed` tells that anything may be different, `stepped` that training went on and nothing else.
    """

    changed = Signal()
    stepped = Signal()
    refused = Signal(str)
    announced = Signal(str)
    """What was begun anew, and what became of the run so far, in a sentence."""

    def __init__(self, ticker: Ticker | None, clock: Callable[[], float], parent: QObject | None) -> None:
        super().__init__(parent)
        self._ticker, self._clock = ticker, clock
        self._history: History[Moment] = History(weight)
        self._playback = Playback(ticker, clock, TRAINING_BUDGET)
        self._job: Job | None = None
        self._training = begun(usual())
        self._ghosts: tuple[Ghost, ...] = ()
        self._last_run: Ghost | None = None
        self.preset = "fits"
        """The preset that was chosen last, while nothing but training has happened since; else empty."""
        self.story = "fits"
        """The preset of which the run has the data, whatever else was changed; else empty."""
        self.selected: tuple[int, int, int] | None = None
        """The weight that is chosen on the diagram: layer, from, to."""
        self.speed = usual().speed

    @property
    def experiment(self) -> Experiment:
        return self._training.experiment

    @property
    def trainer(self) -> Trainer:
        return self._training.trainer

    @property
    def scene(self) -> Scene:
        return self._training.scene

    @property
    def data(self) -> Data:
        return self.experiment.data

    @property
    def index(self) -> int:
        """The step that is looked at."""
        return self.trainer.step

    @property
    def count(self) -> int:
        """How many steps have been made so far."""
        return self.trainer.furthest

    @property
    def setting(self) -> Setting:
        """What makes the next step."""
        return self.experiment.setting_at(self.index)

    @property
    def optimizer(self) -> Optimizer:
        return self.setting.optimizer

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """Those that the user kept, and last the run before this one."""
        return self._ghosts + (() if self._last_run is None else (self._last_run,))

    @property
    def kept(self) -> tuple[Ghost, ...]:
        """The ghosts that the user kept."""
        return self._ghosts

    @property
    def playing(self) -> bool:
        return self._playback.on

    @property
    def busy(self) -> bool:
        """Whether steps are being made again in the background."""
        return self._job is not None

    @property
    def can_step(self) -> bool:
        return self.index < self.count or self.trainer.stop is None

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def touched(self) -> bool:
        """Whether anything has been done yet."""
        return bool(self.count or self.can_undo)

    def as_ghost(self, label: str) -> Ghost:
        """The run under way as it stands."""
        return ghost_of(self._training, label)


def ghost_of(training: Training, label: str) -> Ghost:
    """A run as it stands."""
    trainer, history = training.trainer, training.trainer.history
    course = Course(
        history.step.astype(np.float64), history.loss.copy(), history.penalty.copy(), history.validation_loss.copy()
    )
    return Ghost(
        label, training.experiment, trainer.step, training.scene.preparation, trainer.parameters, course, trainer.loss,
        trainer.validation_loss, trainer.validation_score,
    )  # fmt: skip
