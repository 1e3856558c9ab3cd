"""Standardization: each column minus its mean, divided by its standard deviation, fitted on the training points.

A network trained on scaled columns is the same function as one on raw columns with other weights in its first and last
layer; both directions of that conversion are here, so that weights can be shown in both units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """scaled = (raw − mean)/scale, a number of each a column; `constant` lists the columns that never vary."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    constant: tuple[int, ...] = ()

    @classmethod
    def fit(cls, columns: ArrayLike) -> Scaling:
        """Mean and standard deviation (dividing by n) of each column (n, d); a constant column has scale 1."""
        array = np.asarray(columns, dtype=np.float64)
        if array.ndim != 2 or not len(array):
            raise ValueError("Scaling is fitted on one training point at least.")
        # A spread of rounding errors alone is none: 0.1 summed n times is not exactly n·0.1.
        still = np.ptp(array, axis=0) <= 4e-16 * np.abs(array).max(axis=0)
        mean = np.where(still, array[0], array.mean(axis=0))
        scale = np.where(still, 1.0, array.std(axis=0))
        return cls(tuple(mean.tolist()), tuple(scale.tolist()), tuple(np.flatnonzero(still).tolist()))

    @classmethod
    def none(cls, columns: int) -> Scaling:
        """The scaling that changes nothing."""
        return cls((0.0,) * columns, (1.0,) * columns)

    def apply(self, raw: ArrayLike) -> Array:
        """Raw columns (n, d) as scaled ones."""
        return np.asarray((np.asarray(raw, dtype=np.float64) - self.mean) / self.scale)

    def undo(self, scaled: ArrayLike) -> Array:
        """Scaled columns (n, d) as raw ones."""
        return np.asarray(np.asarray(scaled, dtype=np.float64) * self.scale + self.mean)

    def first_layer_to_raw(self, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
        """The first layer W (in, out), b (out,) on scaled inputs, as the same layer on raw inputs."""
        raw = np.asarray(weights, dtype=np.float64) / np.array(self.scale)[:, None]
        return raw, np.asarray(bias, dtype=np.float64) - np.array(self.mean) @ raw

    def first_layer_to_scaled(self, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
        """The first layer on raw inputs, as the same layer on scaled inputs."""
        raw = np.asarray(weights, dtype=np.float64)
        return raw * np.array(self.scale)[:, None], np.asarray(bias, dtype=np.float64) + np.array(self.mean) @ raw

    def last_layer_to_raw(self, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
        """The last, linear layer W (in, out), b (out,) towards scaled targets, as the same towards raw targets."""
        return np.asarray(weights, dtype=np.float64) * self.scale, self.undo(bias)

    def last_layer_to_scaled(self, weights: ArrayLike, bias: ArrayLike) -> tuple[Array, Array]:
        """The last, linear layer towards raw targets, as the same towards scaled targets."""
        return np.asarray(weights, dtype=np.float64) / self.scale, self.apply(bias)

    def sentence(self, names: Sequence[str]) -> str:
        """What to say of columns that never vary; empty when all do."""
        if not self.constant:
            return ""
        listed = ", ".join(names[i] for i in self.constant)
        if len(self.constant) == 1:
            return f"{listed} has the same value at every training point, so it is shifted but not scaled."
        return f"{listed} have the same value at every training point, so they are shifted but not scaled."
