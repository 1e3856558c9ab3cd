"""An entry of the gallery of datasets: a rule that draws points.

Where points lie and the noise on them come from separate random streams, and both are drawn point by point: with the
same seed other noise moves no input it does not belong to, and more points contain the fewer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]
Kind = Literal["regression", "classification"]

MOST_POINTS = 100_000


class Points(NamedTuple):
    """Inputs (n, d) and targets (n, k): numbers, or 0 and 1 (one column for two classes, else one a class)."""

    inputs: Array
    targets: Array


@dataclass(frozen=True)
class Dataset:
    """A rule that draws points.

    `draw(n, rng)` gives points without noise.  Noise is normal with mean 0; its standard deviation is given in the
    units of the target for regression, in the units of the inputs for classes (`noise_on`).  `usual_noise` is worth
    trying first, `domain` ((low, high) an input) is what a picture shows, `latex` the formula of the true function.
    """

    key: str
    title: str
    kind: Kind
    domain: tuple[Interval, ...]
    draw: Callable[[int, np.random.Generator], Points]
    about: str
    source: str
    usual_noise: float
    classes: int = 0
    latex: str = ""
    function: Callable[[Array], Array] | None = None

    @property
    def dim(self) -> int:
        """The number of inputs."""
        return len(self.domain)

    @property
    def outputs(self) -> int:
        """The number of target columns: one for a value or for two classes, else one a class."""
        return self.classes if self.classes > 2 else 1

    @property
    def noise_on(self) -> Literal["targets", "inputs"]:
        return "targets" if self.kind == "regression" else "inputs"

    @property
    def input_names(self) -> tuple[str, ...]:
        """x alone, else x1 and x2."""
        return ("x",) if self.dim == 1 else tuple(f"x{i + 1}" for i in range(self.dim))

    def truth(self, inputs: ArrayLike) -> Array | None:
        """The targets (n, 1) without noise at inputs (n, d); None where no true function is known (classes)."""
        if self.function is None:
            return None
        points = np.asarray(inputs, dtype=np.float64).reshape(-1, self.dim)
        return self.function(points).reshape(-1, 1)

    def __call__(self, *, n: int = 200, noise: float | None = None, rng: np.random.Generator) -> Points:
        """`n` points with noise of standard deviation `noise` (by default the usual one).

        Raises ValueError, in a sentence, for a number of points or a noise that cannot be.
        """
        deviation = self.usual_noise if noise is None else float(noise)
        if int(n) != n or not 1 <= n <= MOST_POINTS:
            raise ValueError(f"The number of points has to be a whole number from 1 to {MOST_POINTS:,}, not {n}.")
        if not (math.isfinite(deviation) and deviation >= 0):
            raise ValueError(f"The noise has to be a standard deviation of 0 or more, not {deviation:g}.")
        places, disturbance = streams(rng, 2)
        inputs, targets = self.draw(int(n), places)
        if self.noise_on == "targets":
            targets = targets + deviation * disturbance.standard_normal(targets.shape)
        else:
            inputs = inputs + deviation * disturbance.standard_normal(inputs.shape)
        return Points(inputs, targets)


def streams(rng: np.random.Generator, count: int) -> list[np.random.Generator]:
    """Independent generators seeded by draws from `rng`: what one uses up does not shift the others."""
    return [np.random.default_rng(seed) for seed in rng.integers(2**63, size=count)]
