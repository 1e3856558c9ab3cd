"""Runs that a study can choose from: the one under way, and the ghosts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.session import TrainSession

Array = NDArray[np.float64]

THIS_RUN = "This run"


@dataclass(frozen=True, eq=False)
class Run:
    """A network as it stood at `step` of its training."""

    label: str
    experiment: Experiment
    step: int
    parameters: Array

    @property
    def words(self) -> str:
        return f"{self.label}, step {self.step}"

    def is_same(self, other: Run | None) -> bool:
        """Whether it is the same network at the same place of the same loss."""
        return other is not None and (
            self.experiment == other.experiment and np.array_equal(self.parameters, other.parameters)
        )


def runs_of(session: TrainSession) -> tuple[Run, ...]:
    """The one under way first, then the ghosts in their order."""
    now = Run(THIS_RUN, session.experiment, session.index, session.trainer.parameters)
    return now, *(Run(ghost.label, ghost.experiment, ghost.step, ghost.parameters) for ghost in session.ghosts)


def run_named(session: TrainSession, label: str) -> Run | None:
    return next((run for run in runs_of(session) if run.label == label), None)


def in_one_space(one: Experiment, other: Experiment) -> bool:
    """Whether the parameters of both mean the same: one network on the same features, scaled alike."""
    return (
        one.network == other.network and one.net.features == other.net.features and one.scaled == other.scaled
        and (one.data == other.data or not one.scaled) and one.data.kind == other.data.kind
    )  # fmt: skip


def usual_pair(session: TrainSession, first: str, second: str) -> tuple[str, str]:
    """The two labels if there still are such runs, else the newest ghost and the run under way."""
    labels = [run.label for run in runs_of(session)]
    if first not in labels or first == second:
        first = next((label for label in reversed(labels) if label not in (second, THIS_RUN)), labels[0])
    if second not in labels or first == second:
        second = next((label for label in labels if label != first), labels[0])
    return first, second
