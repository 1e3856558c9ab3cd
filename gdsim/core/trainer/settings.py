"""Everything that can be turned while a network trains, as one frozen value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words
from gdsim.core.optimizers import Optimizer
from gdsim.core.schedules import Schedule


@dataclass(frozen=True)
class Settings:
    """`batch_size` None is all points at once, `patience` (epochs) None never stops early, `schedule` None is constant.

    Raises ValueError, in a sentence, for what lies out of range.
    """

    optimizer: Optimizer
    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0
    dropout: float = 0.0
    batch_size: int | None = None
    schedule: Schedule | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        if "objective" in self.optimizer.needs:
            raise ValueError(f"{self.optimizer.title} is not for networks: it evaluates the whole objective at will")
        strengths = {"the strength of L1": self.l1, "the strength of L2": self.l2, "weight decay": self.weight_decay}
        for title, value in strengths.items():
            if not (math.isfinite(value) and value >= 0.0):
                raise ValueError(f"{title} has to be a finite number of 0 or more, not {value:g}")
        if not 0.0 <= self.dropout <= 0.95:
            raise ValueError(f"dropout has to lie between 0 and 0.95, not at {self.dropout:g}")
        if self.batch_size is not None and self.batch_size < 1:
            raise ValueError(f"a batch has at least one point, not {self.batch_size}")
        if self.patience is not None and self.patience < 1:
            raise ValueError(f"patience has to be at least one epoch, not {self.patience}")

    @property
    def note(self) -> str:
        """What two settings do together that a student might not expect, in a sentence; empty when there is nothing."""
        own = float(getattr(self.optimizer, "weight_decay", 0.0))
        if not own:
            return ""
        title, amount = self.optimizer.title, in_words(own)
        if self.weight_decay and self.optimizer.key == "adamw":
            return (
                f"{title} has a weight decay of its own, {amount}: every step shrinks the weights by "
                f"{in_words(own + self.weight_decay)} times the rate, and the biases by {amount} times the rate."
            )
        return f"{title}'s own weight decay of {amount} pulls on the biases too, and the penalty does not show it."

    def rate(self, step: int) -> float:
        """The learning rate of the move from that step."""
        return self.optimizer.lr if self.schedule is None else self.optimizer.lr * self.schedule.factor(step)


@dataclass(frozen=True, eq=False)
class Segment:
    """The settings in force from step `start` on.

    `epoch_start` is the step at which the present row of epochs began (a new batch size begins a new one), and
    `epochs_before` how many had passed then.  `parameters` replace those that training had reached, where the user
    moved them.
    """

    start: int
    settings: Settings
    epoch_start: int
    epochs_before: float
    parameters: NDArray[np.float64] | None = None
