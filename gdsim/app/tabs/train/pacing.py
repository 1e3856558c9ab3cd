"""Which picture is drawn in which frame while training plays.

The fit has every second turn, the other pictures take turns in between, so that all of them move and no frame is late.
Drawing waits a frame or two whenever it has taken more than its share of the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

Draw = Callable[[], object]

_DRAWING = 0.5  # of the time that training gets, at most: two thirds of all time go into steps
_LONGEST_WAIT = 3  # frames without any drawing


class Turns:
    """`next()` draws the first every second time, and the others in turn."""

    def __init__(self, first: Draw, others: Sequence[Draw], clock: Callable[[], float]) -> None:
        """`clock` is the processor time of this process, so that waiting counts for nobody."""
        self._first, self._others, self._clock = first, tuple(others), clock
        self._count = self._waited = 0
        self._then = self._worked = self._debt = 0.0

    def begin(self, worked: float) -> None:
        """Training starts to play; `worked` seconds of processor time went into steps so far."""
        self._then, self._worked, self._debt, self._waited = self._clock(), worked, 0.0, 0

    def next(self, worked: float) -> None:
        """After the steps of a frame: draw one picture, unless drawing is due to wait."""
        now = self._clock()
        training = worked - self._worked
        drawing = now - self._then - training
        self._debt = max(0.0, self._debt + drawing - _DRAWING * training)
        self._then, self._worked = now, worked
        if self._debt > 0.0 and self._waited < _LONGEST_WAIT:
            self._waited += 1
            return
        self._waited = 0
        place, odd = divmod(self._count, 2)
        self._count += 1
        if odd:
            self._others[place % len(self._others)]()
        else:
            self._first()


class Due:
    """Something that is to happen every so many seconds at most."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._seconds, self._clock = seconds, clock
        self._last = -float("inf")

    def ask(self) -> bool:
        """Whether it is time again; if so, the next time is counted from now."""
        now = self._clock()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True
