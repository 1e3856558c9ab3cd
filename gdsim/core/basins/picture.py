"""The basin map: a grid of starts refined from coarse to fine, pulled a little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.core.basins.labels import UNKNOWN
from gdsim.core.basins.minima import Crowd, Labels, Minimum
from gdsim.core.basins.walkers import BLOCK, walker
from gdsim.core.objective import Domain, Objective, checked_domain
from gdsim.core.optimizers import Optimizer

Array = NDArray[np.float64]

_STRIDES = (8, 4, 2, 1)


@dataclass(frozen=True, eq=False)
class BasinPicture:
    """The map as far as it is known.

    `labels` has shape (size, size), rows along y from low to high (one row for one dimension): the number of a
    minimum, or MOVING, GONE, UNDEFINED, RESTING; starts not computed yet have the label of their coarse neighbour, or
    UNKNOWN.  `axes` are the coordinates of columns and rows.  `stride` is the level in work; `done` the share of the
    work done.  `labels` is not to be written to; pictures between two changes share it, so `is` tells whether to
    redraw.
    """

    axes: tuple[Array, ...]
    labels: Labels
    minima: tuple[Minimum, ...]
    stride: int
    done: float
    steps: int

    def share(self, label: int, within: Domain | None = None) -> float:
        """Share of the starts with this label; of those `within` a part of the map if that is given."""
        return float(np.mean(self.labels_within(within) == label))

    def labels_within(self, within: Domain | None) -> Labels:
        """The labels of the starts in a part of the map; all where no start lies in it, or None is given."""
        if within is None:
            return self.labels
        inside = [(axis >= low) & (axis <= high) for axis, (low, high) in zip(self.axes, within, strict=True)]
        if not all(mask.any() for mask in inside):
            return self.labels
        return self.labels[:, inside[0]] if len(inside) == 1 else self.labels[np.ix_(inside[1], inside[0])]

    def label_at(self, *point: float) -> int:
        """The label of the start nearest to a point."""
        index = [int(np.argmin(np.abs(axis - value))) for axis, value in zip(self.axes, point, strict=True)]
        return int(self.labels[index[1] if len(index) == 2 else 0, index[0]])


def basin_map(
    objective: Objective, optimizer: Optimizer, domain: Domain | None = None, size: int = 256, steps: int = 300
) -> Iterator[BasinPicture]:
    """Pull to work: yields the picture so far, first coarse (every 8th start), in the end complete.

    `domain` is what is seen, by default the objective's own.  Constant rate, no noise.  Raises ValueError, in a
    sentence, unless there are one or two dimensions and a domain.
    """
    box = checked_domain(domain, objective.dim) or objective.domain
    if objective.dim > 2:
        raise ValueError(f"a basin map needs one or two variables; this formula has {objective.dim}")
    if box is None:
        raise ValueError("a basin map needs a domain to draw")
    return _pictures(_Map(objective, optimizer, box, size, steps))


def _pictures(atlas: _Map) -> Iterator[BasinPicture]:
    for _ in atlas.work():
        yield atlas.picture()


class _Map:
    """The state of a map that is being made."""

    def __init__(self, objective: Objective, optimizer: Optimizer, box: Domain, size: int, steps: int) -> None:
        self._axes = tuple(np.linspace(low, high, size) for low, high in box)
        self._labels = np.full((size if objective.dim == 2 else 1, size), UNKNOWN, dtype=np.int32)
        self._known = np.zeros(self._labels.shape, dtype=bool)
        block = min(BLOCK, self._labels.size)
        self._walker = walker(objective, optimizer, steps, block)
        self._crowd = Crowd(objective, optimizer, box, self._walker.block)
        self._stride = _STRIDES[0]
        self._done = 0.0
        self._published = self._labels.copy()

    def picture(self) -> BasinPicture:
        minima = tuple(self._crowd.found)
        return BasinPicture(self._axes, self._published, minima, self._stride, self._done, self._walker.steps)

    def work(self) -> Iterator[None]:
        """Pull; the picture is complete at the end."""
        for self._stride in _STRIDES:
            level = np.zeros(self._known.shape, dtype=bool)
            level[:: self._stride, :: self._stride] = True
            rows, columns = np.nonzero(level & ~self._known)
            if not rows.size:
                continue
            starts = np.stack([axis[at] for axis, at in zip(self._axes, (columns, rows), strict=False)], axis=1)
            before = float(self._known.mean())
            for batch in self._walker.walk(starts):
                self._done = before + batch.done * rows.size / self._known.size
                if batch.ends is not None:
                    at = (rows[batch.rows], columns[batch.rows])
                    self._labels[at] = yield from self._crowd.labels_of(batch.ends)
                    self._known[at] = True
                    self._publish()
                yield

    def _publish(self) -> None:
        """Show what is known; starts not computed yet get the label of the computed one at their square's corner."""
        shown = self._labels.copy()
        known = self._known
        for step in (2, 4, 8):
            rows, columns = (np.arange(size) // step * step for size in known.shape)
            corner = np.ix_(rows, columns)
            filled = ~known & known[corner]
            shown[filled] = shown[corner][filled]
            known = known | filled
        self._published = shown
