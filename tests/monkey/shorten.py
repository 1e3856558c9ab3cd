"""Makes a failing script shorter: delta debugging over its events (Zeller and Hildebrandt, 2002) within a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def shortened(events: list[T], fails: Callable[[list[T]], bool], in_time: Callable[[], bool]) -> list[T]:
    """A part of `events` that still fails, from which no single one can be left out if there was time for that.

    The end is what matters most, so first ever shorter ends are tried.
    """
    for share in (64, 16, 4, 2):
        end = events[-max(1, len(events) // share) :]
        if len(end) < len(events) and in_time() and fails(end):
            events = end
            break
    pieces = 2
    while len(events) >= 2 and in_time():
        size = -(-len(events) // pieces)
        for start in range(0, len(events), size):
            rest = events[:start] + events[start + size :]
            if rest and in_time() and fails(rest):
                events, pieces = rest, max(2, pieces - 1)
                break
        else:
            if size == 1:
                break
            pieces = min(len(events), 2 * pieces)
    return events
