"""Flat and sharp: the loss along random directions through two networks, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .directions import filter_normalized
from .sharpness import Sharpness, sharpness
from .surface import LossSurface

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The training loss about one parameter vector.

    `curves` (k, n) are the losses without penalty at `alphas` (n,) along k filter-normalized directions, nan where
    nothing was computed yet; `loss` and `validation_loss` those at the vector itself.
    """

    parameters: Array
    alphas: Array
    curves: Array
    loss: float
    validation_loss: float
    sharpness: Sharpness | None
    done: float

    @property
    def mean(self) -> Array:
        """The mean curve (n,) over the directions known so far; nan before the first."""
        known = self.curves[np.isfinite(self.curves).all(axis=1)]
        return known.mean(axis=0) if len(known) else np.full(len(self.alphas), math.nan)

    @property
    def gap(self) -> float:
        """Validation loss minus training loss."""
        return self.validation_loss - self.loss


def flat_and_sharp(
    surfaces: Sequence[LossSurface], parameters: Sequence[ArrayLike], directions: int = 8, reach: float = 1.0,
    places: int = 41, seed: int = 0,
) -> Iterator[tuple[Surroundings, ...]]:  # fmt: skip
    """Pull to work, a few milliseconds a pull; each pull gives all surroundings as far as they are known.

    A surface for each parameter vector (they may be one and the same).  The random numbers behind the directions are
    the same for networks of one shape; Li et al. (2018) scale them to each network's own weights, which makes widths
    comparable.  Raises ValueError, in a sentence, for no direction and fewer than three places.
    """
    if directions < 1 or places < 3 or not reach > 0.0:
        raise ValueError("The comparison takes one direction and three places at least, and a reach above 0.")
    return _flat_and_sharp(surfaces, parameters, directions, np.linspace(-reach, reach, places), seed)


def _flat_and_sharp(
    surfaces: Sequence[LossSurface], parameters: Sequence[ArrayLike], directions: int, alphas: Array, seed: int
) -> Iterator[tuple[Surroundings, ...]]:
    found: list[Surroundings] = []
    for surface, given in zip(surfaces, parameters, strict=True):
        vector, height = np.array(given, np.float64), surface.height(given)
        curves = np.full((directions, len(alphas)), math.nan)
        found.append(Surroundings(vector, alphas, curves, height.loss, height.validation_loss, None, 0.0))
        yield tuple(found)
    for index, surface in enumerate(surfaces):
        vector, rng = found[index].parameters, np.random.default_rng(seed)
        for k in range(directions):
            direction = filter_normalized(surface.network, vector, rng)
            row = np.empty(len(alphas))
            with np.errstate(all="ignore"):
                places = vector + alphas[:, None] * direction
            for _ in surface.measuring(places, row):
                yield tuple(found)
            curves = found[index].curves.copy()
            curves[k] = row
            found[index] = replace(found[index], curves=curves, done=0.8 * (k + 1) / directions)
            yield tuple(found)
        for now in sharpness(surface, vector):
            found[index] = replace(found[index], sharpness=now)
            yield tuple(found)
        found[index] = replace(found[index], done=1.0)
        yield tuple(found)
