"""Pictures of the loss over a plane and along a line, worked out coarse to fine in pieces."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .directions import Plane
from .surface import LossSurface

Array = NDArray[np.float64]

# So many cells of a grid are measured before the next picture is made, fewer where each has many parameters.
_TOGETHER, _NUMBERS = 256, 150_000


@dataclass(frozen=True, eq=False)
class Slice2D:
    """The loss over a plane, as far as it is known.

    `first` (m,) and `second` (k,) are the coordinates a and b of the grid; `loss` and `penalty` (k, m), row 0 at the
    lowest b, nan where nothing was computed yet.  A place of the grid keeps its index from picture to picture.  Every
    `stride`-th row and column is complete: `loss[::stride, ::stride]` over `first[::stride]`, `second[::stride]`; a
    stride of 0 says that nothing is complete yet.
    """

    plane: Plane
    first: Array
    second: Array
    loss: Array
    penalty: Array
    stride: int
    done: float

    @property
    def objective(self) -> Array:
        """Loss and penalty together: what training descends."""
        return self.loss + self.penalty

    def complete(self, values: Array) -> tuple[Array, Array, Array]:
        """(first, second, values) on the finest grid of which every place is known; `values` is one of the three.

        Empty while there is none.
        """
        s = self.stride
        if not s:
            return self.first[:0], self.second[:0], values[:0, :0]
        return self.first[::s], self.second[::s], values[::s, ::s]


def slice_2d(
    surface: LossSurface, plane: Plane, window: tuple[tuple[float, float], tuple[float, float]] | None = None,
    side: int = 65,
) -> Iterator[Slice2D]:  # fmt: skip
    """Pull to work, a few milliseconds a pull; pictures from a grid of about nine a side to all of `side`².

    `window` ((a low, a high), (b low, b high)) is by default the plane's spread about its centre.  `side` is a power of
    two and one.  Raises ValueError, in a sentence, for another and for an empty window.
    """
    levels = (side - 1).bit_length() - 1
    if side < 3 or side - 1 != 1 << levels:
        raise ValueError(f"the side of a slice is a power of two and one, such as 33 or 65, not {side}")
    (a, da), (b, db) = ((plane.centre[i], plane.spread[i]) for i in (0, 1))
    (left, right), (low, high) = window or ((a - da, a + da), (b - db, b + db))
    if not (left < right and low < high and math.isfinite(right - left) and math.isfinite(high - low)):
        raise ValueError("The window of a slice has to have a width and a height.")
    first, second = np.linspace(left, right, side), np.linspace(low, high, side)
    return _slice_2d(surface, plane, first, second, max(1, side // 8))


def _slice_2d(surface: LossSurface, plane: Plane, first: Array, second: Array, coarsest: int) -> Iterator[Slice2D]:
    side = len(first)
    loss, penalty = np.full((side, side), math.nan), np.full((side, side), math.nan)
    known = np.zeros((side, side), np.bool_)
    stride, complete, done = coarsest, 0, 0
    together = max(4, min(_TOGETHER, _NUMBERS // len(plane.origin)))
    picture = Slice2D(plane, first, second, loss.copy(), penalty.copy(), 0, 0.0)
    while stride:
        wanted = np.zeros_like(known)
        wanted[::stride, ::stride] = True
        cells = np.flatnonzero(wanted & ~known)
        for begin in range(0, len(cells), together):
            some = cells[begin : begin + together]
            rows, columns = np.divmod(some, side)
            parameters = plane.parameters_at(first[columns], second[rows])
            found = np.empty(len(some))
            for _ in surface.measuring(parameters, found):
                yield picture
            loss[rows, columns] = found
            penalty[rows, columns] = surface.penalties(parameters)
            done += len(some)
            picture = Slice2D(plane, first, second, loss.copy(), penalty.copy(), complete, done / side**2)
        known |= wanted
        complete = stride
        picture = Slice2D(plane, first, second, loss.copy(), penalty.copy(), complete, done / side**2)
        yield picture
        stride //= 2


@dataclass(frozen=True, eq=False)
class Slice1D:
    """Along the line (1 − alpha)·start + alpha·end: `alphas` (n,), and at each loss, penalty and validation loss.

    nan where nothing was computed yet, and for the validation loss where nothing is held out.
    """

    start: Array
    end: Array
    alphas: Array
    loss: Array
    penalty: Array
    validation_loss: Array
    done: float

    @property
    def objective(self) -> Array:
        return self.loss + self.penalty

    def parameters_at(self, alpha: float) -> Array:
        return (1.0 - alpha) * self.start + alpha * self.end

    @property
    def barrier(self) -> float:
        """How far the objective between the two ends rises above the straight line between their values; 0 or more.

        The height of the barrier of Frankle, Dziugaite, Roy, Carbin, Linear mode connectivity (2020); nan until all
        is known.
        """
        inside = (self.alphas >= 0.0) & (self.alphas <= 1.0)
        alphas, values = self.alphas[inside], self.objective[inside]
        if not inside.any():
            return math.nan
        ends = np.interp([0.0, 1.0], self.alphas, self.objective)
        return float(np.max(values - ((1.0 - alphas) * ends[0] + alphas * ends[1])))


def slice_1d(
    surface: LossSurface, start: ArrayLike, end: ArrayLike, low: float = -0.5, high: float = 1.5, places: int = 81
) -> Iterator[Slice1D]:
    """The loss between two parameter vectors and a little beyond; pull to work, a few milliseconds a pull.

    Goodfellow, Vinyals, Saxe, Qualitatively characterizing neural network optimization problems (2015).
    """
    ends = np.array(start, np.float64), np.array(end, np.float64)
    alphas = np.linspace(low, high, places)
    with np.errstate(all="ignore"):
        parameters = (1.0 - alphas)[:, None] * ends[0] + alphas[:, None] * ends[1]
    loss, held_out = np.full(places, math.nan), np.full(places, math.nan)
    penalty = surface.penalties(parameters)
    for work, target, before in ((False, loss, 0.0), (True, held_out, 0.5)):
        for count in surface.measuring(parameters, target, validation=work):
            done = before + 0.5 * count / places
            yield Slice1D(*ends, alphas, loss.copy(), penalty, held_out.copy(), done)
    yield Slice1D(*ends, alphas, loss.copy(), penalty, held_out.copy(), 1.0)
