"""Playing: steps asked for at a speed, frame by frame, while the ticker runs."""

from __future__ import annotations

import math
from collections.abc import Callable

from gdsim.app.ticker import BUDGET, Ticker

Clock = Callable[[], float]
_MOST_A_FRAME = 2000  # steps, when one frame has to make up for a long wait


class Playback:
    """Asks for steps at a speed, frame by frame."""

    def __init__(self, ticker: Ticker | None, clock: Clock, budget: float = BUDGET) -> None:
        """`budget` is how many seconds of a frame may go into steps."""
        self._ticker, self._clock, self._budget = ticker, clock, budget
        self._owed = 0.0
        self._portion = 1  # steps asked for at once when as many as possible are wanted
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
        try:
            moved, more = self._move(elapsed)
            if moved and more:
                self._tell()
        except BaseException:
            self._end()  # or the same would happen again in each frame
            raise
        if not more:
            self._end()
            self._tell()

    def _end(self) -> None:
        if self.on:
            self.on = False
            self._listen(False)

    def _move(self, elapsed: float) -> tuple[bool, bool]:
        """Whether steps were asked for, and whether there are more."""
        if math.isinf(self.speed):
            return True, self._fill_frame()
        self._owed += elapsed * self.speed
        whole = int(self._owed)
        if whole == 0:
            return False, True
        self._owed -= whole
        return True, self._forward(min(whole, _MOST_A_FRAME))

    def _fill_frame(self) -> bool:
        """As many steps as the budget allows, in portions that take about a quarter of it; whether there are more."""
        begun = now = self._clock()
        more = True
        while more and now - begun < self._budget:
            more = self._forward(self._portion)
            before, now = now, self._clock()
            fits = self._budget / 4 / max(now - before, 1e-9)
            self._portion = max(1, int(self._portion * min(2.0, fits)))
            self._portion = min(self._portion, _MOST_A_FRAME)
        return more
