"""What many trainings have in common, and what each of them has for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gdsim.core.network import INITIALIZERS, MLP
from gdsim.core.trainer import Settings, Trainer
from gdsim.core.trainer.evaluation import DataSet

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """A network, its data as the network takes them, the settings, and how the first weights are drawn.

    `single`: trained in single precision, 7 digits, in half the time or less; losses are measured in double.
    """

    network: MLP
    loss: str
    training: DataSet
    validation: DataSet | None
    settings: Settings
    initializer: str = "xavier"
    classes: bool = False
    single: bool = False

    @classmethod
    def of(cls, trainer: Trainer, initializer: str = "xavier") -> Task:
        """What `trainer` does at its present step.  Early stopping is left out: all train equally long."""
        INITIALIZERS[initializer]
        settings = replace(trainer.settings, patience=None)
        loss = trainer.loss_entry.key
        return cls(trainer.network, loss, trainer.training, trainer.validation, settings, initializer, trainer.classes)

    def member(self, seed: int) -> Member:
        """The training that a Trainer with `rng=numpy.random.default_rng(seed)` would do."""
        rng = np.random.default_rng(seed)
        drawn = int(rng.integers(2**63))
        s = self.settings
        start = self.network.initialize(rng, self.initializer)
        return Member(seed, drawn, start, s.optimizer.lr, s.l1, s.l2, s.weight_decay, s.dropout)

    def with_network(self, network: MLP) -> Task:
        """The same with other hidden layers."""
        sets = [
            None if old is None else DataSet(network, self.loss, self.classes, old.inputs, old.targets, what)
            for old, what in ((self.training, "Training data"), (self.validation, "Validation data"))
        ]
        assert sets[0] is not None
        return replace(self, network=network, training=sets[0], validation=sets[1])

    def with_points(self, rows: NDArray[np.int64]) -> Task:
        """The same trained on those of the training points alone."""
        inputs, targets = self.training.inputs[rows], self.training.targets[rows]
        chosen = DataSet(self.network, self.loss, self.classes, inputs, targets, "Training data")
        batch = self.settings.batch_size
        settings = replace(self.settings, batch_size=None if batch is None or batch >= len(rows) else batch)
        return replace(self, training=chosen, settings=settings)


@dataclass(frozen=True, eq=False)
class Member:
    """One of many: `seed` as the user knows it, `drawn` for batches and dropout, and the strengths of its own."""

    seed: int
    drawn: int
    start: Array
    lr: float
    l1: float
    l2: float
    weight_decay: float
    dropout: float


def record_steps(steps: int, records: int = 120) -> tuple[int, ...]:
    """At which steps the losses are looked at: evenly, densely at the beginning, and at the end."""
    stride = max(1, -(-steps // records))
    first = [1 << i for i in range(stride.bit_length())]
    return tuple(sorted({0, *first, *range(stride, steps, stride), steps}))


def checked_seeds(seeds: Sequence[int], least: int, most: int) -> tuple[int, ...]:
    """Different seeds of 0 or more.  Raises ValueError, in a sentence, for others or another number of them."""
    found = tuple(int(seed) for seed in seeds)
    if not least <= len(found) <= most:
        raise ValueError(f"between {least} and {most} networks can be trained at once, not {len(found)}")
    if min(found) < 0 or len(set(found)) < len(found):
        raise ValueError("seeds have to be different whole numbers of 0 or more")
    return found
