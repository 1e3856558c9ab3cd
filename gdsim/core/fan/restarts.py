"""A restart fan: the same network on the same data from many seeds, so that local minima are seen as a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words

from .crowd import Trained, trained_together
from .task import Task, checked_seeds

Array = NDArray[np.float64]
FEWEST, MOST = 2, 64


@dataclass(frozen=True, eq=False)
class Fan:
    """`trained` has a row for each of `seeds`; `ranking` are rows from the lowest final loss to the highest.

    What counts is the validation loss, or the training loss where nothing is held out; what diverged comes last.
    """

    seeds: tuple[int, ...]
    trained: Trained
    by_validation: bool

    @property
    def done(self) -> float:
        return self.trained.done

    @property
    def final_losses(self) -> Array:
        """The training losses (n,) at the newest record, nan for what diverged."""
        return self._last(self.trained.losses)

    @property
    def final_validation_losses(self) -> Array:
        return self._last(self.trained.validation_losses)

    @property
    def ranking(self) -> tuple[int, ...]:
        compared = self.final_validation_losses if self.by_validation else self.final_losses
        return tuple(np.argsort(compared, kind="stable").tolist())  # nan comes last

    @property
    def best(self) -> int:
        """The row of the lowest loss."""
        return self.ranking[0]

    @property
    def median(self) -> int:
        """The row in the middle of those that did not diverge; of an even number the lower of the two."""
        return self.ranking[max(0, self._alive - 1) // 2]

    @property
    def worst(self) -> int:
        """The row of the highest loss among those that did not diverge."""
        return self.ranking[max(0, self._alive - 1)]

    @property
    def _alive(self) -> int:
        return int((self.trained.diverged_at < 0).sum())

    def _last(self, table: Array) -> Array:
        return table[:, -1].copy() if table.shape[1] else np.full(len(self.seeds), np.nan)

    @property
    def sentence(self) -> str:
        """What the seeds came to, with no more claimed than was seen."""
        n, t = len(self.seeds), self.trained
        if not t.steps.size:
            return f"{n} networks are made ready."
        losses = self.final_validation_losses if self.by_validation else self.final_losses
        name = "validation" if self.by_validation else "training"
        gone = n - self._alive
        fate = f" {gone} of {n} diverged." if gone else ""
        if gone == n:
            return f"All {n} networks diverged: a smaller learning rate usually helps."
        low, middle, high = (in_words(float(losses[row])) for row in (self.best, self.median, self.worst))
        return (
            f"After {int(t.steps[-1])} steps from {n} seeds the {name} loss lies between {low} (seed "
            f"{self.seeds[self.best]}) and {high} (seed {self.seeds[self.worst]}), its median is {middle}.{fate}"
        )


def restart_fan(task: Task, seeds: Sequence[int], steps: int) -> Iterator[Fan]:
    """Train the task's network from each seed, as a Trainer with `rng=numpy.random.default_rng(seed)` would.

    Pull to work, some milliseconds a pull; each gives what is known so far.  Raises ValueError, in a sentence, for
    fewer than 2 or more than 64 seeds, equal ones, and no steps.
    """
    chosen = checked_seeds(seeds, FEWEST, MOST)
    together = trained_together(task, [task.member(seed) for seed in chosen], steps)
    by_validation = task.validation is not None
    return (Fan(chosen, trained, by_validation) for trained in together)
