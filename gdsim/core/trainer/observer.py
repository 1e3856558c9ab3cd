"""What is looked at while training goes on: records for the charts, and the validation loss for early stopping.

Each new step is visited once, on arrival.  At which steps something is done depends on the step and on shapes alone,
not on how training was pulled.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gdsim.core.network import MLP

from . import explain
from .evaluation import DataSet, Measured
from .history import History, Record, is_recorded, next_record
from .stop import Stop, StopReason

if TYPE_CHECKING:
    from .timeline import Timeline

Array = NDArray[np.float64]

UNKNOWN = Measured(math.nan, math.nan)
# How many points' work a step costs beside its batch: calls of numpy, and a gradient is dearer than a value.
_OVERHEAD = 200
# Early stopping looks at the end of epochs that are at least so many steps apart.
_LEAST_STEPS_BETWEEN_LOOKS = 4


class Observer:
    def __init__(self, network: MLP, training: DataSet, validation: DataSet | None, batch: int) -> None:
        points = training.points + (0 if validation is None else validation.points)
        self._base = 1 << max(0, math.ceil(math.log2(points / (batch + _OVERHEAD))))
        self._starts = [layer.start for layer in network.layers]
        self._training, self._validation = training, validation
        self.history = History(len(network.layers))
        self._improvements: list[tuple[int, float]] = []
        self._latest: tuple[tuple[int, int], Measured, Measured] | None = None

    # -- measuring ----------------------------------------------------------------------------------------------
    def measured(self, timeline: Timeline) -> tuple[Measured, Measured]:
        """Training and validation at the present step, kept until it changes."""
        key = (timeline.step, timeline.version)
        if self._latest is None or self._latest[0] != key:
            p = timeline.engine.parameters
            validation = UNKNOWN if self._validation is None else self._validation.measure(p)
            self._latest = (key, self._training.measure(p), validation)
        return self._latest[1:]

    def best(self, step: int) -> tuple[int, float] | None:
        """The step up to `step` with the lowest validation loss that was looked at, and that loss."""
        place = bisect.bisect_right(self._improvements, step, key=lambda found: found[0])
        return self._improvements[place - 1] if place else None

    # -- visits -------------------------------------------------------------------------------------------------
    def arrive(self, timeline: Timeline) -> Generator[None, None, Stop | None]:
        """What is due at a step that was never reached before; nothing is kept when the course changes meanwhile."""
        place = version, step = timeline.place
        record, look = is_recorded(step, self._base), self._look_is_due(timeline)
        if not (record or look):
            return None
        parameters = timeline.engine.parameters
        training = validation = UNKNOWN
        if self._validation is not None:
            validation = yield from self._validation.measuring(parameters)
        if record and place == timeline.place:
            training = yield from self._training.measuring(parameters)
        if record and place == timeline.place:
            yield from timeline.engine.differentiating(step)
        if place != timeline.place or timeline.arrived >= step:
            return None  # another pull changed course, or was here first
        if record:
            self._latest = ((step, version), training, validation)
            penalty = timeline.penalty_of(parameters)
            with np.errstate(all="ignore"):
                squares = np.square(timeline.engine.objective_gradient())
            self.history.add(Record(
                step, timeline.epoch, training.loss, penalty, training.score, validation.loss, validation.score,
                tuple(np.sqrt(np.add.reduceat(squares, self._starts)).tolist()),
            ))  # fmt: skip
        lowest = self._improvements[-1][1] if self._improvements else math.inf
        if validation.loss < lowest:
            self._improvements.append((step, validation.loss))
        return self._judged(timeline, validation.loss) if look else None

    def next_visit(self, timeline: Timeline) -> int:
        """The next step at which something is due."""
        step = timeline.step
        visit = next_record(step, self._base)
        if timeline.settings.patience is not None:
            stride = self._look_stride(timeline)
            visit = min(visit, step + stride - (step - timeline.segment.epoch_start) % stride)
        return visit

    def cut(self, step: int) -> None:
        """Forget what lies beyond `step`."""
        self.history.cut(step)
        while self._improvements and self._improvements[-1][0] > step:
            self._improvements.pop()

    def improvements(self, step: int) -> list[tuple[int, float]]:
        """The steps up to `step` at which the validation loss was lower than ever before, and those losses."""
        return [found for found in self._improvements if found[0] <= step]

    def resume(self, records: Array, improvements: list[tuple[int, float]]) -> None:
        """Know what another Observer of the same training has seen."""
        self.history.fill(records)
        self._improvements = improvements

    # -- early stopping -----------------------------------------------------------------------------------------
    def _look_stride(self, timeline: Timeline) -> int:
        steps = timeline.engine.epoch_steps
        return steps * -(-_LEAST_STEPS_BETWEEN_LOOKS // steps)

    def _look_is_due(self, timeline: Timeline) -> bool:
        if timeline.settings.patience is None:
            return False
        return (timeline.step - timeline.segment.epoch_start) % self._look_stride(timeline) == 0

    def _judged(self, timeline: Timeline, loss: float) -> Stop | None:
        patience, found = timeline.settings.patience, self.best(timeline.step)
        if patience is None or found is None:
            return None
        # Patience begins where it was set, so that turning it on late does not end training at once.
        since = max(found[0], timeline.patience_start)
        if timeline.step - since < patience * timeline.engine.epoch_steps:
            return None
        return Stop(timeline.step, StopReason.EARLY, explain.early(timeline.step, *found, loss, patience))
