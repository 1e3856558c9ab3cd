"""Runs of training that were kept as ghosts: their settings, fit and losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.experiment import Experiment
from gdsim.core.preparation import Preparation

Array = NDArray[np.float64]

MOST_GHOSTS = 4
KEPT = "Ghost "


@dataclass(frozen=True, eq=False)
class Course:
    """What was recorded while training: at `steps` (n,), losses on training and validation points, penalties."""

    steps: Array
    training: Array
    penalty: Array
    validation: Array


@dataclass(frozen=True, eq=False)
class Ghost:
    """A run as it stood at `step`.  `validation_loss` is NaN without validation points; `score` is the accuracy or R²
    on them.
    """

    label: str
    experiment: Experiment
    step: int
    preparation: Preparation
    parameters: Array
    course: Course
    training_loss: float
    validation_loss: float
    score: float

    @property
    def style(self) -> int:
        """Which line it is drawn by, the same however many others there are: 0 for a run that was not kept by hand."""
        letter = self.label.removeprefix(KEPT)
        return 1 + ord(letter) - ord("A") if len(letter) == 1 else 0


def next_label(ghosts: Sequence[Ghost]) -> str:
    """A letter that no ghost has yet."""
    taken = {ghost.label for ghost in ghosts}
    return next(KEPT + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if KEPT + letter not in taken)
