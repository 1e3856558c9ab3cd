"""The chance in training: the order of the points in each epoch, and which neurons drop out.

Both are functions of the seed and the step alone, so that any step can be made again exactly.  Numbers are drawn for
several epochs or steps at once, which is cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Batch = tuple[Array, Array]

_ORDERS, _MASKS = 1, 2
_LEVELS = 1 << 16


def _generator(*key: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


class Epochs:
    """Batches of `size` of columns (d, n) and targets (k, n), in a new order each epoch; the last may be smaller."""

    def __init__(self, columns: Array, targets: Array, size: int, seed: int, first_step: int) -> None:
        self.columns, self.targets, self.size = columns, targets, size
        self.points = columns.shape[1]
        self._key = (seed, _ORDERS, first_step)
        self._together = max(1, min(16, 16384 // self.points))
        self._block, self._orders = -1, np.zeros((0, 0), np.int64)
        self._epoch, self._batches = -1, list[Batch]()

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of that epoch (counted from 0)."""
        if epoch != self._epoch:
            order = self.order(epoch)
            full = self.points - self.points % self.size
            parts = [self._split(source, order, full) for source in (self.columns, self.targets)]
            self._batches = list(zip(*parts, strict=True))
            self._epoch = epoch
        return self._batches

    def order(self, epoch: int) -> NDArray[np.int64]:
        """The order of the points in that epoch, shape (points,)."""
        block, row = divmod(epoch, self._together)
        if block != self._block:
            rows = np.tile(np.arange(self.points), (self._together, 1))
            self._orders = _generator(*self._key, block).permuted(rows, axis=1)
            self._block = block
        order: NDArray[np.int64] = self._orders[row]
        return order

    def _split(self, source: Array, order: NDArray[np.int64], full: int) -> list[Array]:
        shuffled = source.take(order, axis=1)
        rows = len(source)
        parts = list(np.ascontiguousarray(shuffled[:, :full].reshape(rows, -1, self.size).transpose(1, 0, 2)))
        return parts if full == self.points else [*parts, np.ascontiguousarray(shuffled[:, full:])]


class Masks:
    """Dropout masks for `units` hidden neurons and `points` points a step.

    A neuron drops out where a whole number of 16 bits is below the rate's share of 65,536; the rest is scaled up by
    exactly that share, so that the expectation is 1.
    """

    def __init__(self, units: int, points: int, seed: int) -> None:
        self.units, self.points = units, points
        self._seed = seed
        self._together = max(1, min(64, (1 << 17) // (units * points)))
        self._block, self._bits = -1, np.zeros((0, 0, 0), np.uint16)

    def fill(self, step: int, rate: float, mask: NDArray[np.floating[Any]], first: int = 0) -> None:
        """Put the mask of `step` into `mask` (units, m): for the m points from `first` on."""
        block, row = divmod(step, self._together)
        if block != self._block:
            shape = (self._together, self.units, self.points)
            self._bits = _generator(self._seed, _MASKS, block).integers(0, _LEVELS, shape, np.uint16)
            self._block = block
        dropped = round(rate * _LEVELS)
        kept = self._bits[row, :, first : first + mask.shape[1]] >= dropped
        np.multiply(kept, _LEVELS / (_LEVELS - dropped), out=mask)
