"""Finishing the path of a held ball while the ticker runs."""

from __future__ import annotations

from collections.abc import Callable

from gdsim.app.playback import Clock
from gdsim.app.tabs.descend import runs
from gdsim.app.tabs.descend.trace import Trace
from gdsim.app.ticker import FRAME, Job, Ticker
from gdsim.core.run import Run


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
        # A whole frame, which hundreds of steps need only on a busy machine: another picture would take longer still.
        deadline = self._clock() + FRAME
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
