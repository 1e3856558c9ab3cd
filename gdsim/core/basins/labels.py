"""What became of a start: the number of a minimum, from 0, or one of these."""

from __future__ import annotations

MOVING = -1
"""Not in a minimum after the given number of steps, but still moving near: more may settle it, or show it gone."""
GONE = -2
"""Diverged, or left for good: far away, or too large to compute."""
UNDEFINED = -3
"""The function has no value or no slope where it starts or where its steps lead."""
UNKNOWN = -4
"""Not computed yet."""
RESTING = -5
"""Does not move any more, but not in a minimum that stands by itself: a saddle, a plateau, the floor of a valley."""
