"""Something that waits until the user pauses, or that happens only so often, counted by the ticker."""

from __future__ import annotations

from collections.abc import Callable

from gdsim.app.ticker import Ticker


class Pause:
    """`restart()` at each key; `done()` is called once, `seconds` after the last."""

    def __init__(self, ticker: Ticker, seconds: float, done: Callable[[], object]) -> None:
        self._ticker, self._seconds, self._done = ticker, seconds, done
        self._left = 0.0
        self._running = False

    @property
    def running(self) -> bool:
        return self._running

    def restart(self) -> None:
        self._left = self._seconds
        if not self._running:
            self._running = True
            self._ticker.frame.connect(self._count)

    def cancel(self) -> None:
        if self._running:
            self._running = False
            self._ticker.frame.disconnect(self._count)

    def _count(self, elapsed: float) -> None:
        self._left -= elapsed
        if self._left <= 0:
            self.cancel()
            self._done()


class Seldom:
    """`ask()` as often as anything changes: `done()` is called at once, then every `seconds` at most, the last time
    after the last `ask()`.
    """

    def __init__(self, ticker: Ticker, seconds: float, done: Callable[[], object]) -> None:
        self._ticker, self._seconds, self._done = ticker, seconds, done
        self._left = 0.0
        self._counting = self._asked = False

    def ask(self) -> None:
        self._asked = True
        if not self._counting:
            self._begin()

    def cancel(self) -> None:
        """What was asked for is not done any more; what is asked next is done at once."""
        self._asked = False
        if self._counting:
            self._counting = False
            self._ticker.frame.disconnect(self._count)

    def _begin(self) -> None:
        self._asked, self._left = False, self._seconds
        if not self._counting:
            self._counting = True
            self._ticker.frame.connect(self._count)
        self._done()

    def _count(self, elapsed: float) -> None:
        self._left -= elapsed
        if self._left > 0:
            return
        if self._asked:
            self._begin()
        else:
            self.cancel()
