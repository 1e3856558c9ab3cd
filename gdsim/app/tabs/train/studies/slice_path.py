"""The way that training has come: parameters at many of its steps.

What happened before anybody looked is trained once more in the background, which gives the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.training import begun, following

Array = NDArray[np.float64]

_MOST = 512  # places that are kept
_EARLY = 4000  # steps that are made again while training plays: later ones may lie further apart
_STRIDE, _SHARE = 8, 8  # between two places may lie so many steps, or this part of all before


class RunPath:
    """Of the run that the session has; `follow` has to hear of every change while somebody looks."""

    def __init__(self, session: TrainSession) -> None:
        self._session = session
        self._places: dict[int, Array] = {}
        self._run: object = None
        self._experiment: object = None
        self.version = 0
        """Another one whenever something has come or gone."""
        self.given_up = False
        """Whether what is missing is to stay missing."""

    @property
    def whole(self) -> bool:
        """Whether the way from the start to the step that is looked at is known."""
        steps = self._steps(self._session.index)
        return bool(len(steps) and steps[0] == 0 and not self.gaps(steps).any())

    @staticmethod
    def gaps(steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Between which neighbours (k - 1,) so much is missing that no line may be drawn."""
        return np.diff(steps) > np.maximum(_STRIDE, steps[:-1] // _SHARE)

    def follow(self) -> None:
        """Take in where training is; another run begins anew, another course from some step on is cut there."""
        session = self._session
        trainer = session.trainer
        if self._run is not trainer:
            self.forget()
            self.given_up = False
        elif self._experiment is not session.experiment:
            self._places = {step: place for step, place in self._places.items() if step < session.index}
        self._run, self._experiment = trainer, session.experiment
        self._places[session.index] = trainer.parameters
        self._thin()
        self.version += 1

    def forget(self) -> None:
        """Nobody looks any more, so steps may be missed, and another network may come."""
        self._run, self._places = None, {}
        self.version += 1

    def retracing(self) -> Iterator[float]:
        """Make the steps again that are missing, in pieces; each pull gives the share that is done."""
        session, run = self._session, self._run
        count = min(session.count, _EARLY) if session.playing else session.count
        experiment = session.experiment
        training = begun(experiment)
        for _ in following(training, experiment, count):
            if self._run is not run:
                return
            step = training.trainer.step
            self._places.setdefault(step, training.trainer.parameters)
            self._thin()
            self.version += 1
            yield step / max(1, count)

    def up_to(self, step: int) -> tuple[NDArray[np.int64], Array]:
        """Steps (k,) and parameters (k, p) from the start to `step`, as far as they are known."""
        steps = self._steps(step)
        count = self._session.trainer.network.parameter_count
        return steps, np.array([self._places[known] for known in steps.tolist()]).reshape(-1, count)

    def _steps(self, last: int) -> NDArray[np.int64]:
        return np.array(sorted(known for known in self._places if known <= last), np.int64)

    def _thin(self) -> None:
        if len(self._places) > _MOST:
            steps = sorted(self._places)
            kept = {*np.linspace(0, len(steps) - 1, _MOST // 2).round().astype(int).tolist()}
            self._places = {step: self._places[step] for i, step in enumerate(steps) if i in kept}
