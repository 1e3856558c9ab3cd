"""Moving through the steps of a training: on, back, to any step, by itself, and in the background what takes long."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject

from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.state import TRAINING_BUDGET, TrainState
from gdsim.app.ticker import Job, Ticker

_AT_ONCE = 0.012  # seconds of work that are done before the event loop goes on


class TrainSteps(TrainState):
    """Works at the trainer; nothing here changes the experiment."""

    def __init__(self, ticker: Ticker | None, clock: Callable[[], float], parent: QObject | None) -> None:
        super().__init__(ticker, clock, parent)
        self._pieces: Iterator[None] | None = None
        self._aside: Job | None = None
        self._bound_for: tuple[Experiment, int] | None = None
        self.worked = 0.0
        """Seconds of processor time that went into steps while playing."""

    def advance(self, steps: int = 1) -> None:
        """Go on by so many gradient updates, until training stops."""
        self._interrupt()
        self._work(self.trainer.pieces(max(1, steps)))

    def advance_epoch(self) -> None:
        """Go on to the end of the epoch."""
        self.advance(self.trainer.steps_to_epoch)

    def back(self, steps: int = 1) -> None:
        self.seek(self.index - steps)

    def seek(self, index: int) -> None:
        """Look at a step made before; it is as it was, to the last bit."""
        self.play(False)
        self._interrupt()
        self._work(self.trainer.seeking(max(0, min(index, self.count))))

    def finish(self) -> None:
        """Do what is left of steps that are being made in the background."""
        if self._ticker is not None and (self._job is not None or self._aside is not None):
            self._ticker.finish(60.0)

    def play(self, on: bool) -> None:
        """Go on by itself at the speed set, or pause."""
        self._playback.speed = self.speed
        if on:
            self._interrupt()
        if self._playback.switch(on and self.can_step, self._forward, self._moved):
            self._pieces = None
            self.changed.emit()

    def set_speed(self, steps_a_second: float) -> None:
        """Infinity plays as fast as it goes."""
        self.speed = self._playback.speed = max(0.01, steps_a_second)
        self.changed.emit()

    def restore_best(self) -> None:
        """Look at the step with the lowest validation loss."""
        if self.trainer.best is not None:
            self.seek(self.trainer.best[0])

    # How it is done

    def _work(self, pieces: Iterator[None], bound_for: tuple[Experiment, int] | None = None) -> None:
        """Do it now if it is short; else go on in the background, telling of it frame by frame.

        `bound_for` is where undo or redo leads in the end: that is remembered, not how far it has come by then.
        """
        deadline = math.inf if self._ticker is None else self._clock() + _AT_ONCE
        for _ in pieces:
            if self._clock() >= deadline and self._ticker is not None:
                self._job = self._ticker.pull(pieces, done=self._worked, progress=self._progressed)
                self._bound_for = bound_for
                break
        self.changed.emit()

    def _beside(self, pieces: Iterator[None]) -> None:
        """Do something in the background while training may go on; its result is told by `changed`."""
        if self._ticker is None:
            for _ in pieces:
                pass
        else:
            self._aside = self._ticker.pull(pieces, done=self._done_beside)

    def _done_beside(self) -> None:
        self._aside = None
        self.changed.emit()

    def _worked(self) -> None:
        self._job = self._bound_for = None
        self.changed.emit()

    def _progressed(self, _: object) -> None:
        self.stepped.emit()

    def _forward(self, steps: int) -> bool:
        """Some steps for a frame; whether there are more.  A step too long for it goes on in the next."""
        if self._pieces is None:
            self._pieces = self.trainer.pieces(steps)
        begun, deadline = time.process_time(), self._clock() + TRAINING_BUDGET
        unfinished = any(self._clock() >= deadline for _ in self._pieces)
        self.worked += time.process_time() - begun
        if not unfinished:
            self._pieces = None
        return unfinished or self.can_step

    def _moved(self) -> None:
        if self._playback.on:
            self.stepped.emit()
        else:
            self._pieces = None
            self.changed.emit()

    def _leave(self) -> None:
        """Stop what is under way, beside training too."""
        self.play(False)
        self._interrupt()
        if self._aside is not None:
            self._aside.cancel()
            self._aside = None

    def _interrupt(self) -> None:
        """Give up what is done in the background; training is at a true step all the same."""
        self._pieces = None
        if self._job is not None:
            self._job.cancel()
            self._job = self._bound_for = None
