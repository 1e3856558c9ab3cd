"""Training through `Trainer.advance`, with its records and checkpoints, beside hand-written numpy.

The hand-written loops do what trains, shuffling included, and no bookkeeping.  All start from the same parameters and
see the same batches, so their results agree.  Records are dense in the first steps and become sparse; the minimum
over the turns is a figure for the later steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks import network
from benchmarks.measure import Contender, Load
from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.sampling import Epochs

DECAY = 1e-3
SEED = int(np.random.default_rng(0).integers(2**63))


def ours(key: str, rate: float, decay: float, batch: int, validation: bool) -> Contender:
    inputs, targets = network.data()
    trainer = Trainer(
        MLP((2, network.WIDTH, network.WIDTH, 1)), inputs[:2].T, targets.T,
        optimizer=OPTIMIZERS[key](lr=rate), l2=decay, parameters=network.start(),
        batch_size=None if batch == network.POINTS else batch,
        validation=(0.9 * inputs[:2, ::2].T, targets[:, ::2].T) if validation else None,
    )  # fmt: skip
    return Contender(trainer.advance, lambda: trainer.parameters)


def shuffled(make: Callable[..., Contender], key: str, rate: float, decay: float, batch: int) -> Contender:
    """A hand-written loop over batches that are gathered anew each epoch; its arrays are refilled in place."""
    inputs, targets = network.data()
    if batch == network.POINTS:
        return make(key == "adam", rate, decay, [(inputs, targets)])
    count = network.POINTS // batch
    batches = [(np.empty((3, batch)), np.empty((1, batch))) for _ in range(count)]
    epochs = Epochs(inputs, targets, batch, SEED, 0)
    inner = make(key == "adam", rate, decay, batches)
    box = {"place": 0, "epoch": 0}

    def run(n: int) -> None:
        while n:
            if box["place"] == 0:
                order = epochs.order(box["epoch"])
                x, y = inputs[:, order], targets[:, order]
                for i, (columns, rows) in enumerate(batches):
                    columns[:] = x[:, i * batch : (i + 1) * batch]
                    rows[:] = y[:, i * batch : (i + 1) * batch]
                box["epoch"] += 1
            some = min(n, count - box["place"])
            inner.run(some)
            box["place"] = (box["place"] + some) % count
            n -= some

    return Contender(run, inner.result)


def training(key: str, rate: float, decay: float = 0.0, batch: int = network.POINTS, validation: bool = False) -> Any:
    def build() -> Mapping[str, Contender]:
        return {
            "naive": shuffled(network.naive, key, rate, decay, batch),
            "tuned": shuffled(network.tuned, key, rate, decay, batch),
            "gdsim": ours(key, rate, decay, batch, validation),
        }

    return build


LOADS = [
    Load("trainer, gradient descent", "µs", training("gd", 0.05)),
    Load("trainer, gradient descent with validation", "µs", training("gd", 0.05, validation=True)),
    Load("trainer, Adam with L2", "µs", training("adam", 0.01, DECAY), tolerance=1e-7),
    Load("trainer, batch of 10", "µs", training("gd", 0.03, batch=10), check_rounds=40),
]
