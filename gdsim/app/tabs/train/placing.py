"""Moving all parameters at once: looked at first, and then taken up by training or put back.

A preview changes pictures and nothing else.  It ends by itself as soon as training is anywhere but where the preview
was begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QObject, Signal

from gdsim.app.tabs.train.changes import TrainChanges
from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.training import place_edits
from gdsim.app.ticker import Ticker
from gdsim.core.numerals import in_words
from gdsim.core.trainer import Trainer

Array = NDArray[np.float64]
_NOTABLE = 0.01  # of the loss; what rounding changed is told from there on


@dataclass(frozen=True, eq=False)
class _Preview:
    """`parameters` in place of `base`, where `trainer` was."""

    trainer: Trainer
    base: Array
    parameters: Array


class TrainPlacing(TrainChanges):
    """`previewed` tells that other parameters are looked at, and nothing else has changed."""

    previewed = Signal()

    def __init__(self, ticker: Ticker | None, clock: Callable[[], float], parent: QObject | None) -> None:
        super().__init__(ticker, clock, parent)
        self._preview: _Preview | None = None

    @property
    def parameters(self) -> Array:
        """What pictures show: a preview, or where training is."""
        found = self.preview
        return self.trainer.parameters if found is None else found

    @property
    def preview(self) -> Array | None:
        """Parameters that are looked at in place of training's own."""
        held = self._preview
        if held is None or held.trainer is not self.trainer:
            return None
        return held.parameters.copy() if np.array_equal(held.base, self.trainer.parameters) else None

    def show_preview(self, parameters: ArrayLike) -> None:
        """Look at the network with these parameters; training pauses and stays where it is."""
        self.play(False)
        vector = np.array(parameters, np.float64)
        if vector.shape == self.trainer.parameters.shape and np.isfinite(vector).all():
            self._preview = _Preview(self.trainer, self.trainer.parameters, vector)
            self.previewed.emit()

    def put_back(self) -> None:
        """Look at training again; it was not changed, so all is as before to the last bit."""
        held, self._preview = self._preview, None
        if held is not None:
            self.changed.emit()

    def take_up(self) -> None:
        """Go on from the parameters that are looked at, as one edit that can be undone."""
        found = self.preview
        self._preview = None
        if found is not None:
            self.place(found)

    def place(self, parameters: ArrayLike, name: str = "") -> None:
        """All parameters by hand, from where training goes on; those that stay as they are are no edits."""
        self._interrupt()
        vector = np.array(parameters, np.float64)
        moved = np.flatnonzero(vector != self.trainer.parameters).tolist()
        experiment = self.experiment.placed_at(self.index, {index: float(vector[index]) for index in moved})
        moment = self._moment()
        self._fork()
        place_edits(self.trainer, [edit for edit in experiment.edits if edit.step == self.index])
        self._follow(experiment, moment, name)

    def train_anew(self, experiment: Experiment, steps: int, parameters: ArrayLike | None = None) -> None:
        """Another experiment from its start on to step `steps`, as a run of its own; undone as one.

        There it is given `parameters`, if any, in place of its own.
        """
        before = self._training
        self.play(False)
        self._restart(experiment, "")
        if self._training is not before:
            self._interrupt()
            self._work(self._trained(steps, parameters))

    def _trained(self, steps: int, parameters: ArrayLike | None) -> Iterator[None]:
        training = self._training
        trainer = training.trainer
        yield from trainer.pieces(steps)
        if parameters is None or trainer.step != steps:
            return  # it diverged on the way
        vector, own, loss = np.array(parameters, np.float64), trainer.parameters, trainer.loss
        moved = {int(index): float(vector[index]) for index in np.flatnonzero(vector != own)}
        training.experiment = training.experiment.placed_at(steps, moved)
        place_edits(trainer, [edit for edit in training.experiment.edits if edit.step == steps])
        if abs(trainer.loss - loss) > _NOTABLE * trainer.loss:
            self.announced.emit(
                f"These are the weights that were clicked, at a training loss of {in_words(trainer.loss)}. Trained "
                f"again with all digits this start ends at {in_words(loss)}: rounding alone led it elsewhere."
            )

    # Going on from what is seen

    def advance(self, steps: int = 1) -> None:
        self.take_up()
        super().advance(steps)

    def play(self, on: bool) -> None:
        if on:
            self.take_up()
        super().play(on)

    def _edit(self, index: int, value: float) -> None:
        found = self.preview
        if found is None:
            super()._edit(index, value)
            return
        found[index] = value
        self._preview = None
        self.place(found)
