"""The ball, and the arrows that begin at it: where there is little room an arrow must not seem longer than it is.

The head shrinks with the room outside the ball; an arrow that ends inside the ball is a tick, which shows the
direction alone, and its label says so.
"""

from __future__ import annotations

BALL_RADIUS = 9.0
HIT_RADIUS = 14.0
HEAD, SMALLEST_HEAD = 11.0, 4.0
TICK = 6.0  # the length of a tick
NOTHING = 0.01  # pixels; an arrow shorter than that has no direction worth showing
SHORT, CUT = "shorter than the ball", "cut short"


def head_for(length: float, clear: float) -> float:
    """The head of an arrow that ends `length` pixels from the middle of the ball and begins `clear` pixels from it.

    0 where it ends inside the ball or just beside it.
    """
    room = length - clear
    return 0.0 if room < SMALLEST_HEAD else min(HEAD, room)
