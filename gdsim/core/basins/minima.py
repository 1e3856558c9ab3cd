"""The minima in which starts end, told apart by a stated rule and numbered in the order of their discovery."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.basins.kinks import lowest_nearby
from gdsim.core.basins.labels import GONE, MOVING, RESTING, UNDEFINED
from gdsim.core.basins.walkers import Ends
from gdsim.core.objective import Domain, Objective
from gdsim.core.optimizers import Optimizer

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Labels = NDArray[np.int32]

NEAR = 0.01
"""Of the picture's extent in each coordinate: how near a minimum the last steps have to be."""
FAR = 100.0
"""Extents of the picture from its middle: beyond this a start is gone."""
SETTLED_RULE = (
    "A start counts as settled in a minimum when its last steps all lie within 1 % of the picture's width and height "
    "of it. The minimum is the lowest point of the parabola that fits the end of the path, or at a kink the lowest "
    "point around; minima nearer to each other than that count as one. With gradient descent and momentum the path "
    "also has to have come nearer since half-time: otherwise it is being thrown out, however slowly. Constant learning "
    "rate, no gradient noise."
)

# Shares of the extent below which a distance is a rounding error, and below which a path has stopped.
_EXACT, _STILL = 1e-6, 1e-9
_SNAP_PLACE, _SNAP_VALUE = 1e-7, 1e-12
_NEWTON_ROUNDS, _CLOSE = 20, 1e-13
_FEW = 24


@dataclass(frozen=True)
class Minimum:
    """A place where starts ended, made exact by Newton's method; rounding errors around 0 read 0."""

    point: tuple[float, ...]
    value: float


class Crowd:
    """Gives every end its label, and remembers the minima found so far."""

    def __init__(self, objective: Objective, optimizer: Optimizer, domain: Domain, block: int) -> None:
        """`block` is the size for which the objective compiles."""
        self.found: list[Minimum] = []
        self._objective = objective
        self._block = block
        self._extent = np.array([high - low for low, high in domain])
        self._middle = np.array([0.5 * low + 0.5 * high for low, high in domain])
        # Where moves are in proportion to the slope, a path that has not come nearer to a minimum is leaving it.
        # Others hop around a minimum with moves of about the learning rate, now nearer, now farther.
        self._proportional = optimizer.rate_limit(1.0) is not None
        self._places = np.zeros((0, objective.dim))
        self._barren: set[tuple[int, ...]] = set()
        self._spread = 0.0

    def labels_of(self, ends: Ends) -> Generator[None, None, Labels]:
        """A generator to be pulled, which returns a label for each end."""
        labels = np.empty(len(ends.points), dtype=np.int32)
        for first in range(0, len(labels), self._block):
            part = slice(first, first + self._block)
            late = (ends.late[0][part], ends.late[1][part])
            early = None if ends.early is None else (ends.early[0][part], ends.early[1][part])
            labels[part] = yield from self._labels_of_block(Ends(ends.points[part], late, early))
        return labels

    def _labels_of_block(self, ends: Ends) -> Generator[None, None, Labels]:
        points, count = ends.points, len(ends.points)
        with np.errstate(all="ignore"):
            away = ~np.isfinite(points).all(axis=1) | (np.abs(points - self._middle) > FAR * self._extent).any(axis=1)
            safe = np.resize(np.where(away[:, None], self._middle, points), (self._block, points.shape[1]))
        value, gradient = self._objective.value_and_gradient(safe)
        yield
        hessian = self._objective.hessian(safe)
        yield
        if not self.found:
            # Compiles for single points, which Newton's method will ask for.
            self._objective.hessian(safe[0])
            yield
        value, gradient, hessian = value[:count], gradient[:count], hessian[:count]
        labels = np.full(count, MOVING, dtype=np.int32)
        with np.errstate(all="ignore"):
            still = ((ends.late[1] - ends.late[0]) <= _STILL * self._extent).all(axis=1)
            move, lowest = to_vertex(gradient, hessian)
            vertex = points + move
            late = self._reach(ends.late, vertex)
            fits = lowest & (np.abs(move) < NEAR * self._extent).all(axis=1)
            settled = fits & (late < NEAR)
            if self._proportional and ends.early is not None:
                settled &= (late < self._reach(ends.early, vertex)) | (late < _EXACT)
            known = np.isfinite(value) & np.isfinite(gradient).all(axis=1)
        labels[still] = RESTING
        labels[~known] = UNDEFINED
        labels[away | np.isposinf(value)] = GONE
        chosen = np.flatnonzero(settled & known & ~away)
        labels[chosen] = yield from self._numbers(vertex[chosen])
        yield
        # No parabola fits: it may hop across a kink.
        with np.errstate(all="ignore"):  # both ends of a path that flew off may be infinite
            hopping = ((ends.late[1] - ends.late[0]) < 2.0 * NEAR * self._extent).all(axis=1)
            middles = 0.5 * (ends.late[0] + ends.late[1])
        chosen = np.flatnonzero(hopping & known & ~away & (~fits | (settled & (labels == MOVING))))
        middle = middles[chosen]
        numbers = yield from self._numbers(middle, kinks=True)
        for number in sorted(set(numbers[numbers >= 0].tolist())):
            rows = chosen[numbers == number]
            box = ends.late[0][rows], ends.late[1][rows]
            labels[rows[self._reach(box, self._places[number]) < NEAR]] = number
        return labels

    def _reach(self, box: tuple[Array, Array], vertex: Array) -> Array:
        """How far from the vertex a path was at most, in extents of the picture."""
        farthest: Array = (np.maximum(np.abs(box[0] - vertex), np.abs(box[1] - vertex)) / self._extent).max(axis=1)
        return farthest

    def _numbers(self, points: Array, kinks: bool = False) -> Generator[None, None, Labels]:
        """The number of each point's minimum, MOVING for none; points of one cell of the size of NEAR go together."""
        cells = np.floor(points / (NEAR * self._extent))
        # One whole number a cell: within FAR there are at most 20,001 in a row.
        keys = (cells - cells.min(axis=0, initial=np.inf)).astype(np.int64) @ (100_000 ** np.arange(cells.shape[1]))
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        numbers = np.empty(first.size, dtype=np.int32)
        work = 0
        for cell in np.argsort(first, kind="stable"):
            known = len(self.found)
            point = points[first[cell]]
            if kinks:
                number, effort = self._kink(point, (int(cell_key) for cell_key in cells[first[cell]]))
            else:
                number, effort = self._number(point), 1 + 4 * (len(self.found) - known)
            numbers[cell] = number
            work += effort
            if work >= _FEW:
                work = 0
                yield
        labels: Labels = numbers[inverse]
        return labels

    def _number(self, point: Array) -> int:
        """The number of the minimum at this vertex, a new one if need be; MOVING when there is none after all."""
        number = self._nearest(point)
        if number is not None:
            return number
        exact = self._polished(point)
        return MOVING if exact is None else self._added(exact)

    def _kink(self, point: Array, cell: Iterable[int]) -> tuple[int, int]:
        """As `_number`, where no parabola fits; and how much work it was.  A cell without a minimum is remembered."""
        number = self._nearest(point)
        if number is not None:
            return number, 1
        key = tuple(cell)
        if key in self._barren:
            return MOVING, 1
        exact = lowest_nearby(self._objective, point, NEAR * self._extent)
        if exact is None:
            self._barren.add(key)
            return MOVING, _FEW // 4
        polished = self._polished(exact)
        return self._added(exact if polished is None else polished), _FEW

    def _added(self, exact: Array) -> int:
        number = self._nearest(exact)
        if number is None:
            number = len(self.found)
            self.found.append(self._minimum(exact))
            self._places = np.concatenate([self._places, exact[None, :]])
        return number

    def _nearest(self, point: Array) -> int | None:
        """The nearest known minimum that is near enough."""
        if not self.found:
            return None
        distance = (np.abs(self._places - point) / self._extent).max(axis=1)
        number = int(np.argmin(distance))
        return number if distance[number] < NEAR else None

    def _polished(self, start: Array) -> Array | None:
        """Where Newton's method settles from a point near a minimum; None if it does not, or not near."""
        point: Array = start
        with np.errstate(all="ignore"):
            for _ in range(_NEWTON_ROUNDS):
                gradient, hessian = self._objective.gradient(point), self._objective.hessian(point)
                move, lowest = to_vertex(gradient[None, :], hessian[None, :, :])
                point = point + move[0]
                if not lowest[0] or not (np.abs(point - start) < NEAR * self._extent).all():
                    return None
                if (np.abs(move[0]) <= _CLOSE * self._extent).all():
                    break
            else:
                return None
        return point

    def _minimum(self, point: Array) -> Minimum:
        place = np.where(np.abs(point) < _SNAP_PLACE * self._extent, 0.0, point)
        value = float(self._objective.value(place))
        if not self._spread:
            axes = [np.linspace(m - 0.5 * e, m + 0.5 * e, 7) for m, e in zip(self._middle, self._extent, strict=True)]
            # One by one, in float code: a grid of this size would be compiled for.
            values = np.array(
                [self._objective.value(corner) for corner in itertools.product(*(a.tolist() for a in axes))]
            )
            values = values[np.isfinite(values)]
            self._spread = float(np.ptp(values)) if values.size else 1.0
        return Minimum(tuple(place.tolist()), 0.0 if abs(value) < _SNAP_VALUE * self._spread else value)


def to_vertex(gradient: Array, hessian: Array) -> tuple[Array, Mask]:
    """The moves from n points to the lowest points of their parabolas, and where there is such a lowest point.

    For one or two coordinates in closed form, which is ten times quicker than eigenvalues.
    """
    if gradient.shape[1] == 1:
        curvature = hessian[:, 0, 0]
        lowest: Mask = curvature > 0.0
        return -gradient / np.where(lowest, curvature, 1.0)[:, None], lowest
    a, b, c = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    determinant = a * c - b * b
    # Rounding leaves the floor of a straight valley a determinant of about 1e-16·a·c, of either sign.
    lowest = (a > 0.0) & (determinant > 1e-13 * a * c)  # so c > 0 as well
    scale = np.where(lowest, determinant, 1.0)
    g, h = gradient[:, 0], gradient[:, 1]
    return np.stack([(b * h - c * g) / scale, (b * g - a * h) / scale], axis=1), lowest
