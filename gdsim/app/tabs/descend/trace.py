"""The points and values of a run as arrays that grow with it, for drawing without walking all steps again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gdsim.core.run import Run

Array = NDArray[np.float64]


class Trace:
    """Rows (coordinates..., value) of `run`, one a step.  A run only ever grows: a fork is another run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._rows = np.empty((64, run.objective.dim + 1))
        self._filled = 0

    def rows(self, start: int = 0, end: int | None = None) -> Array:
        """The rows of the steps from `start` up to `end` (not included), at present all by default."""
        self._catch_up()
        return self._rows[: self._filled][start:end]

    @property
    def values(self) -> Array:
        """The value at each step."""
        return self.rows()[:, -1]

    def _catch_up(self) -> None:
        steps = self.run.steps
        if len(steps) > len(self._rows):
            grown = np.empty((max(len(steps), 2 * len(self._rows)), self._rows.shape[1]))
            grown[: self._filled] = self._rows[: self._filled]
            self._rows = grown
        if self._filled < len(steps):
            new = [(*step.coordinates, step.value) for step in steps[self._filled :]]
            self._rows[self._filled : len(steps)] = new
            self._filled = len(steps)
