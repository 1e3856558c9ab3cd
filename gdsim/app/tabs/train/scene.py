"""Where Train's pictures are computed: the grid under the fit, the one under the thumbnails, and the points.

A scene belongs to one data, one set of features and one network shape, and is asked again for each step's parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.experiment import Experiment
from gdsim.core.datasets import Data, labels_of
from gdsim.core.features import FeatureMap
from gdsim.core.network import MLP
from gdsim.core.preparation import Preparation, Probe

Array = NDArray[np.float64]
Interval = tuple[float, float]
Extent = tuple[Interval, ...]

_CURVE = 240  # points of a 1-D fit
_THUMB = 24  # cells a side of a thumbnail
_MARGIN = 0.06  # of the data's extent, left free round the points
# Parameters; cells a side of the fit of larger and of smaller networks, while training plays.
_SMALL, _COARSE, _FINE = 2000, 40, 72


@dataclass(eq=False)
class Scene:
    """The probes and all that stays as long as only the parameters change."""

    experiment: Experiment
    preparation: Preparation
    _probed: tuple[Extent, Probe] | None = field(default=None, init=False, repr=False)

    @property
    def data(self) -> Data:
        return self.experiment.data

    @cached_property
    def network(self) -> MLP:
        return self.experiment.network

    @cached_property
    def domain(self) -> Extent:
        """Of each input: the dataset's, widened where points lie outside."""
        entry = self.experiment.entry
        if entry is None and not len(self.data):
            return ((-1.0, 1.0),) * self.data.dim
        found = []
        for i in range(self.data.dim):
            column = self.data.inputs[:, i]
            low, high = (float(column.min()), float(column.max())) if column.size else entry.domain[i]
            pad = _MARGIN * (high - low) or max(1.0, abs(low)) * 0.5
            if entry is not None:
                low, high, pad = min(low, entry.domain[i][0]), max(high, entry.domain[i][1]), 0.0
            found.append((low - pad, high + pad))
        return tuple(found)

    @cached_property
    def value_range(self) -> Interval:
        """Of a regression's values; probabilities have their own."""
        if self.data.kind == "classification":
            return (0.0, 1.0)
        values = self.data.targets[:, 0]
        low, high = float(values.min()), float(values.max())
        return (low, high) if low < high else (low - 0.5, high + 0.5)

    @cached_property
    def side(self) -> int:
        """Cells along each side of a 2-D fit that moves: fewer for networks that take longer to ask."""
        return _FINE if self.network.parameter_count < _SMALL else _COARSE

    def xs(self, extent: Extent | None = None) -> Array:
        """The inputs (m,) at which a 1-D fit is drawn: over its domain, or the part that is seen."""
        return np.linspace(*(extent or self.domain)[0], _CURVE)

    def truth(self, xs: Array) -> Array | None:
        """The true curve at `xs`, where one is known."""
        entry = self.experiment.entry
        values = entry.truth(xs[:, None]) if entry is not None and self.data.dim == 1 else None
        return None if values is None else values[:, 0]

    def fit_probe(self, extent: Extent | None = None) -> Probe:
        """The curve's points (1-D), or the cells of the grid row by row from the lowest (2-D).

        `extent` is the part that is seen; None is the domain.  The probe of the last one is kept.
        """
        wanted = extent or self.domain[:2]
        if self._probed is None or self._probed[0] != wanted:
            raw = self.xs(wanted)[:, None] if self.data.dim == 1 else self._grid(self.side, wanted)
            self._probed = (wanted, self._probe(raw))
        return self._probed[1]

    @cached_property
    def thumb_probe(self) -> Probe:
        return self._probe(self._thumb_points)

    @cached_property
    def thumb_features(self) -> Array:
        """The network's inputs at the thumbnails' points (m, features), unscaled."""
        return self.preparation.features.apply(self._thumb_points)

    @cached_property
    def _thumb_points(self) -> Array:
        return self.xs()[::6, None] if self.data.dim == 1 else self._grid(_THUMB, self.domain)

    @cached_property
    def point_probe(self) -> Probe:
        """All points of the data."""
        return self._probe(self.data.inputs)

    def shaped(self, responses: Array) -> Array:
        """Responses (m,) of the thumbnails' points: a curve (m,), or an image with the lowest y first."""
        return responses if self.data.dim == 1 else responses.reshape(_THUMB, _THUMB)

    def grid_of(self, output: Array) -> Array:
        """Outputs (side², k) of the fit's cells as (side, side, k)."""
        return output.reshape(self.side, self.side, -1)

    def labels(self, output: Array) -> NDArray[np.int64]:
        """The class numbers (n,) that outputs (n, k) stand for."""
        return labels_of(np.nan_to_num(output, nan=0.0))

    def _probe(self, raw: Array) -> Probe:
        return Probe(self.preparation, self.network, self.experiment.net.loss, raw)

    def _grid(self, side: int, extent: Extent) -> Array:
        return self.cells(extent, (side, side), 0, side * side)

    def cells(self, extent: Extent, size: tuple[int, int], first: int, end: int) -> Array:
        """Centres (end - first, d) of cells over the first two inputs; further inputs stand at their mean.

        `size` are rows and columns; the cells are counted row by row from the lowest.
        """
        (x_low, x_high), (y_low, y_high) = extent[:2]
        row, column = np.divmod(np.arange(first, end), size[1])
        raw = np.tile(self.data.inputs.mean(axis=0) if len(self.data) else np.zeros(self.data.dim), (end - first, 1))
        raw[:, 0] = x_low + (x_high - x_low) * ((column + 0.5) / size[1])
        raw[:, 1] = y_low + (y_high - y_low) * ((row + 0.5) / size[0])
        return raw


def scene_of(experiment: Experiment) -> Scene:
    """Raises ValueError, in a sentence, when there is nothing to train on."""
    preparation = Preparation.of(experiment.data, FeatureMap(experiment.net.features), experiment.scaled)
    return Scene(experiment, preparation)
