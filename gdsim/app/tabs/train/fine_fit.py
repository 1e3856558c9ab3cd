"""The fit of two inputs in full detail once training rests: computed in the background, coarse to fine.

While training plays, a grid of few cells is asked with each picture.  At rest there is time for one as fine as the
screen shows, so that no point stands on the wrong side of the boundary drawn.  A ghost's grid, which doesn't change
from step to step, is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gdsim.app.tabs.train.ghosts import Ghost
from gdsim.app.tabs.train.scene import Extent, Scene
from gdsim.app.ticker import Job, Ticker
from gdsim.core.network import MLP
from gdsim.core.preparation import Preparation, Probe

Array = NDArray[np.float64]
Size = tuple[int, int]

_FIRST = 160  # cells along the longer side of the first picture at rest
_PIXELS = 2.0  # of a cell's side in the last one
_MOST = 200_000  # cells; shading more of them would hold a frame up
_MOST_OF_CLASSES = 300_000  # cells times classes, each of which has a boundary of its own
_IN_A_PIECE = 1_500_000  # cells times parameters: about 3 ms
_FEWEST, _LARGEST = 128, 8192  # cells in a piece
_REST = 0.15  # seconds that a point in the hand must stand still


@dataclass(frozen=True, eq=False)
class FineGrids:
    """What the run says at the cells of the part that is seen, (rows, columns, k), and each ghost, as far as known."""

    own: Array
    ghosts: dict[str, Array]


@dataclass(frozen=True, eq=False)
class _Wanted:
    scene: Scene
    parameters: Array
    ghosts: tuple[Ghost, ...]
    extent: Extent
    size: Size

    def same(self, other: _Wanted | None) -> bool:
        return (
            other is not None and self.scene is other.scene and (self.extent, self.size) == (other.extent, other.size)
            and len(self.ghosts) == len(other.ghosts)
            and all(one is another for one, another in zip(self.ghosts, other.ghosts, strict=True))
            and np.array_equal(self.parameters, other.parameters, equal_nan=True)
        )  # fmt: skip


class FineFit(QObject):
    """`changed` tells that there is a finer picture of what was asked for last."""

    changed = Signal()

    def __init__(self, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._wanted: _Wanted | None = None
        self._grids: FineGrids | None = None
        self._job: Job | None = None
        self._rested: float | None = None
        self._kept: dict[tuple[int, Extent, Size], tuple[Ghost, Array]] = {}

    @property
    def running(self) -> bool:
        """Whether something finer is still to come."""
        return self._rested is not None or (self._job is not None and self._job.running)

    def grids(
        self, scene: Scene, parameters: Array, ghosts: Sequence[Ghost], extent: Extent, pixels: tuple[float, float],
        in_the_hand: bool = False,
    ) -> FineGrids | None:  # fmt: skip
        """The finest there are of exactly this, while finer ones are worked at; None at first.

        `pixels` are width and height on the screen.  What is `in_the_hand` is waited for until it stands still.
        """
        if min(pixels) < 2:
            return None
        wanted = _Wanted(scene, parameters.copy(), tuple(ghosts), extent, finest(*pixels, scene.data.outputs))
        if not wanted.same(self._wanted):
            self.cancel()
            self._wanted = wanted
            if in_the_hand:
                self._rested = 0.0
                self._ticker.frame.connect(self._wait)
            else:
                self._begin()
        return self._grids

    def cancel(self) -> None:
        """Nothing is wanted: training plays."""
        self._end_waiting()
        if self._job is not None:
            self._job.cancel()
        self._wanted = self._grids = self._job = None

    def finish(self) -> None:
        """Do at once what is left, for a picture that cannot wait."""
        if self._rested is not None:
            self._end_waiting()
            self._begin()
        while self._job is not None and self._job.running:
            self._job.advance()
        if self._job is not None:
            self._job.publish()

    def _begin(self) -> None:
        if self._wanted is not None:
            self._job = self._ticker.pull(self._refining(self._wanted), progress=self._progressed)

    def _wait(self, elapsed: float) -> None:
        self._rested = (self._rested or 0.0) + elapsed
        if self._rested >= _REST:
            self._end_waiting()
            self._begin()

    def _end_waiting(self) -> None:
        if self._rested is not None:
            self._rested = None
            self._ticker.frame.disconnect(self._wait)

    def _progressed(self, grids: FineGrids | None) -> None:
        if grids is not None and grids is not self._grids:
            self._grids = grids
            self.changed.emit()

    def _refining(self, wanted: _Wanted) -> Iterator[FineGrids | None]:
        """The run coarsely, the run in full, and then each ghost."""
        scene, extent, size = wanted.scene, wanted.extent, wanted.size
        present = {(id(ghost), extent, size) for ghost in wanted.ghosts}
        self._kept = {key: kept for key, kept in self._kept.items() if key in present}
        ghosts = {kept.label: values for kept, values in self._kept.values()}
        grids: FineGrids | None = None
        for cells in dict.fromkeys((coarser(size), size)):
            pieces = _answers(scene, scene.preparation, scene.network, scene.experiment.net.loss, wanted.parameters,
                              extent, cells)  # fmt: skip
            while (own := next(pieces)) is None:
                yield grids
            grids = FineGrids(own, dict(ghosts))
            yield grids
        for ghost in wanted.ghosts:
            key, then = (id(ghost), extent, size), ghost.experiment
            if key in self._kept or grids is None:
                continue
            pieces = _answers(scene, ghost.preparation, then.network, then.net.loss, ghost.parameters, extent, size)
            while (values := next(pieces)) is None:
                yield grids
            self._kept[key] = (ghost, values)
            grids = FineGrids(grids.own, {**grids.ghosts, ghost.label: values})
            yield grids


def finest(width: float, height: float, outputs: int) -> Size:
    """Rows and columns of a picture of so many pixels with so many outputs to a cell."""
    most = _MOST if outputs == 1 else _MOST_OF_CLASSES / outputs
    cell = max(_PIXELS, math.sqrt(width * height / most))
    return max(2, round(height / cell)), max(2, round(width / cell))


def coarser(size: Size) -> Size:
    """The same shape with no more cells than make a first picture."""
    share = min(1.0, _FIRST / max(size))
    return max(2, round(size[0] * share)), max(2, round(size[1] * share))


def _answers(
    scene: Scene, preparation: Preparation, network: MLP, loss: str, parameters: Array, extent: Extent, size: Size
) -> Iterator[Array | None]:
    """None for each piece of the work, and at last the outputs (rows, columns, k)."""
    rows, columns = size
    cells = min(_LARGEST, max(_FEWEST, _IN_A_PIECE // max(1, len(parameters))))
    found: list[Array] = []
    for first in range(0, rows * columns, cells):
        raw = scene.cells(extent, size, first, min(first + cells, rows * columns))
        found.append(Probe(preparation, network, loss, raw).ask(parameters).output)
        yield None
    yield np.concatenate(found).reshape(rows, columns, -1)
