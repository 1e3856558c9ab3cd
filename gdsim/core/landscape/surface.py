"""The training loss as a function of all parameters: what slices, lines and curvature are taken of.

Nothing is thinned out or approximated: a value is the mean over all training points, as a Trainer reports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.fan import cost
from gdsim.core.fan.layout import Layout
from gdsim.core.fan.programs import evaluation
from gdsim.core.network import MLP
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.evaluation import DataSet

Array = NDArray[np.float64]

_MOST_TOGETHER = 64
# The calls of numpy for one block.
_CALLS = 3e-5


class Height(NamedTuple):
    """Loss without penalty, the penalty, and the loss on validation points (nan without any)."""

    loss: float
    penalty: float
    validation_loss: float

    @property
    def objective(self) -> float:
        return self.loss + self.penalty


@dataclass(frozen=True, eq=False)
class LossSurface:
    """The mean loss of `network` on `training`, beside l1·Σ|w| + (l2/2)·Σw² over its weights."""

    network: MLP
    loss: str
    training: DataSet
    validation: DataSet | None = None
    l1: float = 0.0
    l2: float = 0.0
    classes: bool = False

    @classmethod
    def of(cls, trainer: Trainer) -> LossSurface:
        """What `trainer` descends at its present settings, dropout and batches left out."""
        s, loss = trainer.settings, trainer.loss_entry.key
        return cls(trainer.network, loss, trainer.training, trainer.validation, s.l1, s.l2, trainer.classes)

    # -- one place ----------------------------------------------------------------------------------------------
    def height(self, parameters: ArrayLike) -> Height:
        """At one parameter vector, the very numbers that a Trainer there reports; for live dragging."""
        vector = np.ascontiguousarray(parameters, np.float64)
        with np.errstate(all="ignore"):
            held_out = np.nan if self.validation is None else self.validation.measure(vector).loss
            return Height(self.training.measure(vector).loss, float(self.penalties(vector)), held_out)

    def penalties(self, parameters: Array) -> Array:
        """l1·Σ|w| + (l2/2)·Σw² of parameters (..., parameter_count)."""
        weights = parameters[..., self.network.weight_mask]
        with np.errstate(all="ignore"):
            total: Array = self.l1 * np.abs(weights).sum(axis=-1) + 0.5 * self.l2 * np.square(weights).sum(axis=-1)
        return total

    # -- many places --------------------------------------------------------------------------------------------
    def measuring(self, parameters: Array, out: Array, validation: bool = False) -> Iterator[int]:
        """Put the losses at parameters (n, parameter_count) into `out` (n,); some milliseconds a pull.

        Each pull gives how many are there.  With `validation` the loss is that on the validation points.
        """
        data = self.validation if validation else self.training
        n = len(parameters)
        if data is None:
            out[:n] = np.nan
            return
        # A power of two, as the pieces of a grid are, so that few places are worked out in vain.
        count = min(_MOST_TOGETHER, 1 << cost.together(self.network, data.points).bit_length() - 1)
        size = cost.block_size(self.network, data.points, times=count)
        layout = Layout(self.network, count, shared=True)
        block = np.zeros((count, self.network.parameter_count))
        done, spent = 0, 0.0
        seconds = _CALLS + cost.seconds_a_point(self.network) * count * size
        while done < n:
            some = min(count, n - done)
            block[:some] = parameters[done : done + some]
            vector, total = layout.packed(block), np.zeros(count)
            for first in range(0, data.points, size):
                columns, rows = data.columns[:, first : first + size], data.rows[:, first : first + size]
                program = evaluation(layout, self.loss, self.classes, columns.shape[1])
                value, _ = program(vector, columns, rows)
                with np.errstate(all="ignore"):
                    total += value * (columns.shape[1] / data.points)
                spent += seconds
                if spent >= cost.PIECE_SECONDS:
                    spent = 0.0
                    yield done
            out[done : done + some] = total[:some]
            done += some
        yield done
