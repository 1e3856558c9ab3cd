"""The record of one step, and the reasons for which a run ends."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.optimizers.base import Numbers
from gdsim.core.optimizers.floats import Memory

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
    BORDER = "border"
    """The next step would jump over a place where the function has no value, as the pole of 1/x."""
    BUDGET = "budget"


class Step:
    """Where a run was and what it proposed to do next; frozen, the arrays are not to be written to.

    For a single run `point`, `gradient` and `delta` have shape (dim,) and `value` is a float; for many runs they
    have shape (n, dim) and (n,).  `gradient` is what the optimizer saw, noise included.  `state` is the optimizer's
    memory on arrival, `next_state` after the proposed update; `lr` the rate in force.  The next point is
    point + delta.

    A single run keeps plain numbers: tuples become arrays, and a `Memory` the optimizer's record, when they are first
    looked at, for of the hundreds of steps that a drag brings a frame nearly none is.
    """

    __slots__ = (
        "_delta", "_gradient", "_index", "_lr", "_next_state", "_penalty", "_point", "_state", "_value",
    )  # fmt: skip

    def __init__(
        self, index: int, point: Array | Numbers, value: Any, gradient: Array | Numbers, delta: Array | Numbers,
        state: Any, next_state: Any, lr: float, penalty: float = 0.0,
    ) -> None:  # fmt: skip
        self._index = index
        self._point = point
        self._value = value
        self._gradient = gradient
        self._delta = delta
        self._state = state
        self._next_state = next_state
        self._lr = lr
        self._penalty = penalty

    def __repr__(self) -> str:
        return f"Step({self.index}, {self.point}, value={self.value}, gradient={self.gradient}, delta={self.delta})"

    @property
    def index(self) -> int:
        return self._index

    @property
    def value(self) -> Any:
        return self._value

    @property
    def lr(self) -> float:
        return self._lr

    @property
    def penalty(self) -> float:
        return self._penalty

    @property
    def point(self) -> Array:
        if type(self._point) is tuple:
            self._point = np.array(self._point)
        return self._point  # type: ignore[return-value]

    @property
    def gradient(self) -> Array:
        if type(self._gradient) is tuple:
            self._gradient = np.array(self._gradient)
        return self._gradient  # type: ignore[return-value]

    @property
    def delta(self) -> Array:
        if type(self._delta) is tuple:
            self._delta = np.array(self._delta)
        return self._delta  # type: ignore[return-value]

    @property
    def state(self) -> Any:
        return self._state.state if type(self._state) is Memory else self._state

    @property
    def next_state(self) -> Any:
        return self._next_state.state if type(self._next_state) is Memory else self._next_state

    @property
    def memory(self) -> Any:
        """`state` as it is kept: a `Memory`, or the optimizer's record."""
        return self._state

    @property
    def next_memory(self) -> Any:
        """`next_state` as it is kept."""
        return self._next_state

    @property
    def coordinates(self) -> Numbers:
        """The point of a single run as floats."""
        return self._point if type(self._point) is tuple else tuple(self._point.tolist())  # type: ignore[union-attr]

    @property
    def move(self) -> Numbers:
        """`delta` of a single run as floats."""
        return self._delta if type(self._delta) is tuple else tuple(self._delta.tolist())  # type: ignore[union-attr]

    @property
    def landing(self) -> Array:
        """Where the proposed move ends."""
        with np.errstate(all="ignore"):
            return self.point + self.delta
