"""The application's only timer.

Whatever moves listens to `frame`; whatever takes long is an iterator handed to `pull` and advanced within a budget of
about 8 ms a frame.  There are no threads, so a test replaces the clock, calls `tick()` and gets the same each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import SIGNAL, QMetaMethod, QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

FRAME = 1 / 60
BUDGET = 0.008
_INTERVAL = round(FRAME * 1000)  # ms
LONGEST = 2.0  # after a suspended laptop, playing goes on from here instead of catching up


class Job:
    """A computation under way; `cancel()` ends it, after which `done` is not called."""

    def __init__(
        self,
        iterator: Iterator[object],
        done: Callable[[], object] | None,
        progress: Callable[[object], object] | None,
        owner: QObject | None = None,
    ) -> None:
        self._iterator: Iterator[object] | None = iterator
        self._owner = owner
        self._done = done
        self._progress = progress
        self._newest: object = None
        self._yielded = False

    @property
    def running(self) -> bool:
        return self._iterator is not None

    @property
    def _orphaned(self) -> bool:
        return self._owner is not None and not isValid(self._owner)

    def cancel(self) -> None:
        iterator, self._iterator = self._iterator, None
        # What cancels may be called by the very step that is under way; then the iterator ends when it is let go.
        if hasattr(iterator, "close") and not getattr(iterator, "gi_running", False):
            iterator.close()

    def advance(self) -> None:
        """One pull.  An exception ends the job and goes to the caller."""
        if self._orphaned:
            self.cancel()
        if self._iterator is None:
            return
        try:
            self._newest = next(self._iterator)
            self._yielded = True
        except StopIteration:
            self._iterator = None
            self.publish()
            if self._done is not None:
                self._done()
        except BaseException:
            self._iterator = None
            raise

    def publish(self) -> None:
        """Hand the newest yielded value to `progress`, at most once a frame.  An exception there ends the job, too."""
        if self._yielded and self._progress is not None and not self._orphaned:
            self._yielded = False
            try:
                self._progress(self._newest)
            except BaseException:
                self.cancel()
                raise


def _whose(method: Callable[..., object] | None) -> QObject | None:
    found = getattr(method, "__self__", None)
    return found if isinstance(found, QObject) else None


class Ticker(QObject):
    """Runs while somebody listens to `frame` or a job is under way, and rests otherwise.

    Connect to `frame` when motion starts and disconnect when it ends: that alone starts and stops the timer.
    """

    frame = Signal(float)

    def __init__(self, clock: Callable[[], float] = time.perf_counter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._jobs: list[Job] = []
        self._last = clock()
        self._chore: Callable[[], object] | None = None
        self._chore_pause, self._chore_last = 0.0, 0.0
        self._timer = QTimer(self, interval=_INTERVAL, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def active(self) -> bool:
        """Whether the timer makes frames."""
        return self._timer.isActive() and self._timer.interval() == _INTERVAL

    @property
    def working(self) -> bool:
        """Whether a job is under way."""
        return any(job.running for job in self._jobs)

    def pull(
        self,
        iterator: Iterator[object],
        done: Callable[[], object] | None = None,
        progress: Callable[[object], object] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Advance `iterator` a little each frame until it ends; then call `done()`.

        `progress(value)` gets the newest yielded value once a frame.  One pull should stay under 8 ms.
        The job ends with `owner`, or with the object whose methods `done` and `progress` are: it is not pulled after
        that one is gone.
        """
        job = Job(iterator, done, progress, owner or _whose(done) or _whose(progress))
        self._jobs.append(job)
        self._wake()
        return job

    def every(self, seconds: float, chore: Callable[[], object]) -> None:
        """Call `chore()` about so often, also while nothing moves; it replaces the one before."""
        self._chore, self._chore_pause, self._chore_last = chore, seconds, self._clock()
        if not self.active:
            self._rest()

    @Slot()
    def tick(self) -> None:
        """One frame: tell the time that passed, then pull the jobs in turn until the budget is spent."""
        now = self._clock()
        elapsed, self._last = min(max(now - self._last, 0.0), LONGEST), now
        self.frame.emit(elapsed)
        try:
            self._pull_jobs(self._clock() + BUDGET)
        finally:
            self._jobs = [job for job in self._jobs if job.running]
            if not self._jobs and not self.receivers(SIGNAL("frame(double)")):
                self._rest()
        if self._chore is not None and not 0.0 <= now - self._chore_last < 0.9 * self._chore_pause:
            self._chore_last = now
            self._chore()

    def finish(self, longest: float = 10.0) -> None:
        """Work at the jobs under way until they end, `longest` seconds at most, for a picture that cannot wait."""
        deadline = self._clock() + longest
        while any(job.running for job in self._jobs) and self._clock() < deadline:
            self.tick()

    def stop(self) -> None:
        """Cancel all jobs and stop the timer, for closing down."""
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        self._chore = None
        self._timer.stop()

    def _pull_jobs(self, deadline: float) -> None:
        jobs = list(self._jobs)
        while jobs:
            for job in jobs:
                job.advance()
                if self._clock() >= deadline:
                    jobs.clear()
                    break
            jobs = [job for job in jobs if job.running]
        self._jobs = self._jobs[1:] + self._jobs[:1]  # the next frame begins with another, so that none starves
        for job in list(self._jobs):
            job.publish()

    def _wake(self) -> None:
        if not self.active:
            self._last = self._clock()
            self._timer.start(_INTERVAL)

    def _rest(self) -> None:
        """No more frames; the timer wakes for the chore alone."""
        if self._chore is None:
            self._timer.stop()
        else:
            self._timer.start(round(self._chore_pause * 1000))

    def connectNotify(self, signal: QMetaMethod) -> None:
        if signal.name() == b"frame":
            self._wake()
