"""The record of one step, and the reasons for which a run ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class StopReason(StrEnum):
    """Why a run went no further."""

    CONVERGED = "converged"
    """In a minimum: the slope and the proposed move both vanish, and the surface rises around."""
    STATIONARY = "stationary"
    """Slope and move vanish, but not in a minimum: on a plateau, on a maximum, in a saddle."""
    DIVERGED = "diverged"
    LEFT_DOMAIN = "left the domain"
    """Went far out of the domain without rising: the surface falls for ever, or is flat out there."""
    NOT_A_NUMBER = "not a number"
    BUDGET = "budget"


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """Where a run was and what it proposed to do next; frozen, the arrays are not to be written to.

    For a single run `point`, `gradient` and `delta` have shape (dim,) and `value` is a float; for many runs they
    have shape (n, dim) and (n,).  `gradient` is what the optimizer saw, noise included.  `state` is the optimizer's
    memory on arrival, `next_state` after the proposed update; `lr` the rate in force.  The next point is
    point + delta.
    """

    index: int
    point: Array
    value: Any
    gradient: Array
    delta: Array
    state: Any
    next_state: Any
    lr: float
    penalty: float = 0.0

    @property
    def landing(self) -> Array:
        """Where the proposed move ends."""
        with np.errstate(all="ignore"):
            return self.point + self.delta
