"""Gradient noise that is the same for the same step, however often the run is taken back, forked or drawn again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_BLOCK = 64


class Noise:
    """Standard normal draws of one shape, the k-th for step k; shared by all forks of a run."""

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...]) -> None:
        self._rng = rng
        self._shape = shape
        self._blocks: list[Array] = []

    def __getitem__(self, index: int) -> Array:
        while index >= len(self._blocks) * _BLOCK:
            self._blocks.append(self._rng.standard_normal((_BLOCK, *self._shape)))
        draw: Array = self._blocks[index // _BLOCK][index % _BLOCK]
        return draw
