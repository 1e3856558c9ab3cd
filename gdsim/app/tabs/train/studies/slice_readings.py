"""What the plot of a slice shows, made from the study: one of three quantities over the plane, the point, the path."""

from __future__ import annotations

import math

import numpy as np

from gdsim.app.pictures import Table
from gdsim.app.plots.loss_slice_picture import LossSlicePicture
from gdsim.app.tabs.train.studies.slice_study import Array, SliceStudy
from gdsim.app.widgets.figures import format_number
from gdsim.core.landscape import Height

SUM, LOSS, PENALTY = "sum", "loss", "penalty"
QUANTITIES = ((SUM, "Loss + penalty"), (LOSS, "Training loss"), (PENALTY, "Penalty"))
"""What can be coloured, and its title."""


class SliceReadings:
    """Keeps arrays as they are while nothing about them has changed, so that the plot need not look at them again."""

    def __init__(self, study: SliceStudy) -> None:
        self._study = study
        self._key: tuple[object, ...] = ()
        self._arrays: tuple[Array, Array, Array, Array | None, Array | None] = _nothing()

    def picture(self, quantity: str) -> LossSlicePicture:
        """Of the study as it is."""
        study = self._study
        if study.plane is None:
            return LossSlicePicture(note=study.choice.problem)
        x, y = study.place
        path, away = study.path_in_plane()
        first, second, values, loss, penalty = self._grid(quantity)
        return LossSlicePicture(
            first, second, values, loss, penalty, x=x, y=y, value=value_of(study.height, quantity),
            home=study.home,
            path=path, away=away, window=study.window, x_title=study.plane.names[0], y_title=study.plane.names[1],
            title=dict(QUANTITIES)[quantity].lower(),
            note="" if study.current or study.result is None else f"surface of step {study.made_for}",
        )  # fmt: skip

    def words_at(self, x: float, y: float, quantity: str) -> str:
        """The value anywhere in the plane."""
        height = self._study.height_at(x, y)
        if height is None:
            return ""
        value = value_of(height, quantity)
        place = f"{format_number(x, 3)}, {format_number(y, 3)}"
        return f"{place}\n{format_number(value) if math.isfinite(value) else 'no finite loss'}"

    def table(self) -> Table | None:
        """Every place that is worked out."""
        found = self._study.result
        if found is None:
            return None
        first, second = np.meshgrid(found.first, found.second)
        columns = [part.ravel() for part in (first, second, found.loss, found.penalty, found.objective)]
        rows = np.column_stack(columns)[~np.isnan(columns[2])].tolist()
        return Table("slice", "The loss slice", (*found.plane.names, "loss", "penalty", "sum"), rows)

    def _grid(self, quantity: str) -> tuple[Array, Array, Array, Array | None, Array | None]:
        """Axes and values, and of the sum its two parts."""
        found = self._study.result
        if found is None:
            return _nothing()
        ends = (*found.first[[0, -1]], *found.second[[0, -1]])
        key = (found.plane, self._study.made_with, found.stride, *ends, len(found.first), quantity)
        if key != self._key:
            whole = {LOSS: found.loss, PENALTY: found.penalty, SUM: found.objective}[quantity]
            first, second, values = found.complete(whole)
            loss = penalty = None
            if quantity == SUM and np.nan_to_num(found.penalty).any():
                loss, penalty = found.complete(found.loss)[2], found.complete(found.penalty)[2]
            self._key, self._arrays = key, (first, second, values, loss, penalty)
        return self._arrays


def value_of(height: Height, quantity: str) -> float:
    return {LOSS: height.loss, PENALTY: height.penalty, SUM: height.objective}[quantity]


def _nothing() -> tuple[Array, Array, Array, None, None]:
    return np.empty(0), np.empty(0), np.empty((0, 0)), None, None
