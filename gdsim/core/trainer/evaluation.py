"""The loss and the score of parameters on a whole set of points, block by block."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.network import LOSSES, MLP

from . import programs

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """Mean loss without penalty, and accuracy (share of points) or R² of a set; nan where a set is missing."""

    loss: float
    score: float


class DataSet:
    """Inputs (n, d) and targets (n, k), checked, and as columns for the compiled programs.

    Raises ValueError, in a sentence that begins with `what`, for wrong shapes, no points and numbers that are not
    finite.
    """

    def __init__(
        self, network: MLP, loss: str, classes: bool, inputs: ArrayLike, targets: ArrayLike, what: str
    ) -> None:
        self.inputs = np.array(inputs, np.float64)
        self.targets = np.array(targets, np.float64)
        if self.targets.ndim == 1:
            self.targets = self.targets[:, None]
        if self.inputs.ndim == 1:
            self.inputs = self.inputs[:, None]
        _check(network, loss, self.inputs, self.targets, what)
        self.points = len(self.inputs)
        self.columns = network.columns(self.inputs)
        self.rows = np.ascontiguousarray(self.targets.T)
        self._network, self._loss, self._classes = network, loss, classes
        self._size = programs.block_size(network, self.points)
        self._blocks = [
            (np.ascontiguousarray(self.columns[:, first : first + self._size]),
             np.ascontiguousarray(self.rows[:, first : first + self._size]))
            for first in range(0, self.points, self._size)
        ]  # fmt: skip
        with np.errstate(over="ignore"):  # of enormous targets it is infinite
            self._spread = float(np.square(self.rows - self.rows.mean(axis=1, keepdims=True)).sum())

    def measuring(self, parameters: Array) -> Generator[None, None, Measured]:
        """Pull to the end; one block a pull.  The parameters must stay as they are until then."""
        loss = merit = 0.0
        for columns, targets in self._blocks:
            program = programs.evaluation(self._network, self._loss, self._classes, columns.shape[1])
            value, part = program(parameters, columns, targets)
            loss += value * (columns.shape[1] / self.points)
            merit += part
            if len(self._blocks) > 1:
                yield
        if self._classes:
            return Measured(loss, merit / self.points)
        return Measured(loss, 1.0 - merit / self._spread if self._spread > 0.0 else np.nan)

    def measure(self, parameters: Array) -> Measured:
        pulled = self.measuring(parameters)
        while True:
            try:
                next(pulled)
            except StopIteration as end:
                result: Measured = end.value
                return result


def _check(network: MLP, loss: str, inputs: Array, targets: Array, what: str) -> None:
    entry = LOSSES[loss]
    dims, columns = network.sizes[0], network.sizes[-1]
    if inputs.ndim != 2 or inputs.shape[1] != dims:
        raise ValueError(f"{what}: the network takes inputs of shape (n, {dims}), not {inputs.shape}")
    if targets.ndim != 2 or targets.shape[1] != columns:
        raise ValueError(f"{what}: the network has {columns} outputs, the targets have shape {targets.shape}")
    if not len(inputs):
        raise ValueError(f"{what}: there are no points")
    if len(inputs) != len(targets):
        raise ValueError(f"{what}: there are {len(inputs)} inputs, but {len(targets)} targets")
    for values, name in ((inputs, "inputs"), (targets, "targets")):
        rows = np.flatnonzero(~np.isfinite(values).all(axis=1))
        if rows.size:
            raise ValueError(f"{what}: the {name} of point {rows[0] + 1} are not finite numbers")
    if columns < entry.least_columns:
        raise ValueError(f"{entry.title} needs an output for each class, {entry.least_columns} at least")
    if entry.task == "classification" and not ((targets >= 0.0) & (targets <= 1.0)).all():
        raise ValueError(f"{what}: targets of {entry.title.lower()} lie between 0 and 1")
