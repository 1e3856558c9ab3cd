"""What undo and redo go to: frozen moments on two stacks, of which the oldest go when they take too much memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_DEPTH = 200
MOST_BYTES = 24e6
"""All moments of a history together: an hour of long runs would fill the memory.  The newest is kept anyway."""


def _light(_moment: object, _before: object) -> float:
    return 0.0


class History(Generic[T]):
    """Changes in a row with the same name (a slider that is dragged, a formula being typed) are undone as one."""

    def __init__(self, weigh: Callable[[T, T | None], float] = _light) -> None:
        """`weigh(moment, before)`: about how many bytes are kept for `moment` and not for the one `before` it."""
        self._weigh = weigh
        self._past: list[T] = []
        self._future: list[T] = []
        self._last = ""

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def remember(self, moment: T, name: str = "") -> None:
        """Keep how things are before a change; an empty name is never merged."""
        if not (name and name == self._last):
            self._past = self._bounded([*self._past[1 - _DEPTH :], moment])
        self._future.clear()
        self._last = name

    def interrupt(self) -> None:
        """Something else happened: the next change is a new one whatever its name."""
        self._last = ""

    def open(self, name: str) -> bool:
        """Whether a further change of this name would be merged with the last."""
        return bool(self._past) and name == self._last

    def undo(self, now: T) -> T | None:
        """The moment to go back to, with `now` kept for redo; None when there is none."""
        return self._travel(self._past, self._future, now)

    def redo(self, now: T) -> T | None:
        return self._travel(self._future, self._past, now)

    def clear(self) -> None:
        self._past.clear()
        self._future.clear()
        self._last = ""

    def _bounded(self, moments: list[T]) -> list[T]:
        """The newest of them that may be kept."""
        room = MOST_BYTES
        for place in range(len(moments) - 1, -1, -1):
            room -= self._weigh(moments[place], moments[place - 1] if place else None)
            if room < 0.0:
                return moments[min(place + 1, len(moments) - 1) :]
        return moments

    def _travel(self, source: list[T], target: list[T], now: T) -> T | None:
        self._last = ""
        if not source:
            return None
        target.append(now)
        return source.pop()
