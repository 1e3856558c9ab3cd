"""What is kept of a training so that another Trainer of the same description can take it up at the same step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Memo:
    """The state on arrival at `step`: parameters (p,), the leaves of the optimizer's memory (arrays or floats), the
    history's `records` (rows, columns), the steps and values of the lowest validation losses (m, 2), and for each step
    at which parameters were moved by hand the vector that they were moved to.
    """

    step: int
    parameters: Array
    memory: tuple[Array | float, ...]
    records: Array
    improvements: Array
    placed: tuple[tuple[int, Array], ...]
