"""One long computation that the ticker pulls: begun, watched, cancelled, and why it could not be done.

What it has found so far stays, after a cancel and while the next one has nothing to show yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal

from gdsim.app.ticker import Job, Ticker


class Background(QObject):
    """`changed` tells of progress (at most once a frame) and of an end.  Results say in `done` how much of the work
    they hold, from 0 to 1.
    """

    changed = Signal()

    def __init__(self, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._job: Job | None = None
        self._fresh = False
        self.result: Any = None
        """The newest result; also a part of one, while running and after a cancel."""
        self.problem = ""
        """Why it could not be computed, in a sentence; else empty."""

    @property
    def running(self) -> bool:
        return self._job is not None and self._job.running

    @property
    def done(self) -> float:
        """The share of the work done, 0 to 1."""
        return float(self.result.done) if self._fresh and self.result is not None else 0.0

    @property
    def complete(self) -> bool:
        """Whether the result is there and was not cut short."""
        return self.result is not None and not self.running and self.done >= 1.0

    @property
    def cut_short(self) -> str:
        """A sentence when the result is a part only, because it was cancelled; else empty."""
        if self.result is None or self.running or self.complete or self.problem:
            return ""
        return f"Cancelled at {100 * self.done:.0f} %: this is what had been found."

    def cancel(self) -> None:
        """Stop; what has been found so far stays."""
        if self.running:
            self._end()
            self.changed.emit()

    def begin(self, make: Callable[[], Iterator[Any]]) -> None:
        """Work anew at what `make` gives, an iterator of results so far.

        It, or `make` itself, raises ValueError, in a sentence, for what cannot be done.
        """
        self._end()
        self.problem, self._fresh = "", False
        try:
            iterator = make()
        except ValueError as error:
            self._object(error)
        else:
            self._job = self._ticker.pull(self._guarded(iterator), done=self._finished, progress=self._progressed)
        self.changed.emit()

    def adopted(self) -> None:
        """The first or another result is there: what it was made for is what was set when the work began."""

    def _guarded(self, iterator: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from iterator
        except ValueError as error:
            self._object(error)

    def _object(self, error: ValueError) -> None:
        text = str(error)
        self.problem = text[:1].upper() + text[1:] + ("" if text.endswith((".", "!")) else ".")

    def _progressed(self, result: Any) -> None:
        self.result, self._fresh = result, True
        self.adopted()
        if self.running:
            self.changed.emit()

    def _finished(self) -> None:
        self._job = None
        self.changed.emit()

    def _end(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
