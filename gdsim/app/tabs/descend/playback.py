"""Things that go on by themselves while the ticker runs: playing a run, and finishing the path of a held ball."""

from __future__ import annotations

import math
from collections.abc import Callable

from gdsim.app.tabs.descend import runs
from gdsim.app.tabs.descend.trace import Trace
from gdsim.app.ticker import BUDGET, Job, Ticker
from gdsim.core.run import Run

Clock = Callable[[], float]
_MOST_A_FRAME = 2000  # steps, when one frame has to make up for a long wait


class Playback:
    """Asks for steps at a speed, frame by frame."""

    def __init__(self, ticker: Ticker | None, clock: Clock) -> None:
        self._ticker, self._clock = ticker, clock
        self._owed = 0.0
        self.speed = 1.0
        """In steps a second; infinity goes as fast as a frame's time allows."""
        self.on = False

    def switch(self, on: bool, forward: Callable[[int], bool], tell: Callable[[], object]) -> bool:
        """Start or stop, the first step coming at once; whether that changed anything (without a ticker never).

        `forward(steps)` makes steps and answers whether there are more; `tell` is called after a frame that moved.
        """
        if self._ticker is None or on == self.on:
            return False
        self.on, self._owed, self._forward, self._tell = on, 1.0, forward, tell
        self._listen(on)
        return True

    def _listen(self, on: bool) -> None:
        if self._ticker is not None:
            (self._ticker.frame.connect if on else self._ticker.frame.disconnect)(self._frame)

    def _frame(self, elapsed: float) -> None:
        more = True
        if math.isinf(self.speed):
            deadline = self._clock() + BUDGET
            while more and self._clock() < deadline:
                more = self._forward(20)
        else:
            self._owed += elapsed * self.speed
            whole = int(self._owed)
            if whole == 0:
                return
            self._owed -= whole
            more = self._forward(min(whole, _MOST_A_FRAME))
        if not more:
            self.on = False
            self._listen(False)
        self._tell()


class Preview:
    """The run that would start where the ball is held, to its end.

    What does not fit into a frame, for a slow function or rule, comes in the next ones; `grew` tells of it.
    """

    def __init__(self, ticker: Ticker | None, clock: Clock, grew: Callable[[], object]) -> None:
        self._ticker, self._clock, self._grew = ticker, clock, grew
        self._job: Job | None = None
        self.trace: Trace | None = None

    def begin(self, run: Run) -> None:
        """Show this run instead of the one before."""
        self.end()
        self.trace = Trace(run)
        deadline = self._clock() + BUDGET
        for _ in runs.piecewise(run):
            if self._ticker is not None and self._clock() >= deadline:
                self._job = self._ticker.pull(runs.piecewise(run), progress=self._progress)
                return

    def end(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self.trace = self._job = None

    def _progress(self, _: object) -> None:
        self._grew()
