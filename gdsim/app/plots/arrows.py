"""The ball, and the arrows that begin at it: where there is little room an arrow must not seem longer than it is.

The head shrinks with the room outside the ball.  A move that would end inside the ball is drawn enlarged, hollow, with
its factor; a gradient at a round factor at which it can be seen.  An arrow that leaves the picture has no head there
but a break, because nothing lands at the edge.
"""

from __future__ import annotations

import math

BALL_RADIUS = 9.0
HIT_RADIUS = 14.0
HEAD, SMALLEST_HEAD = 11.0, 4.0
TICK = 6.0  # the length of a tick
NOTHING = 0.01  # pixels; an arrow shorter than that has no direction worth showing
SHORT, CUT, OUTSIDE = "shorter than the ball", "cut short", "goes on outside"
_LEAST, _GOOD, _MOST = 30.0, 56.0, 140.0  # pixels from the ball's middle: of a gradient arrow
_LEAST_MOVE, _GOOD_MOVE = 22.0, 40.0  # shorter moves are enlarged, to so much at least


def head_for(length: float, clear: float) -> float:
    """The head of an arrow that ends `length` pixels from the middle of the ball and begins `clear` pixels from it.

    0 where it ends inside the ball or just beside it.
    """
    room = length - clear
    return 0.0 if room < SMALLEST_HEAD else min(HEAD, room)


def visible_factor(factor: float, length: float) -> float:
    """The factor at which a gradient is drawn that would be `length` pixels long at `factor`.

    `factor` itself where that can be seen, so that lengths can be compared; else 1, 2 or 5 times a power of ten.
    """
    if not NOTHING <= length < 1e200 or _LEAST <= length <= _MOST:
        return factor
    short = length < _LEAST
    return _rounded(factor * (_GOOD if short else _MOST) / length, upwards=short)


def enlargement(length: float, room: float = math.inf) -> float:
    """How many times longer a move of `length` pixels is drawn: 1 where it can be seen, else 2, 5, 10, 20 ...

    Less where it would be longer than the `room` that there is, but never less than 1.
    """
    if not NOTHING <= length < _LEAST_MOVE:
        return 1.0
    wanted = _rounded(_GOOD_MOVE / length, upwards=True)
    return wanted if wanted * length <= room else max(1.0, _rounded(room / length, upwards=False))


def _rounded(wanted: float, upwards: bool) -> float:
    """The next 1, 2 or 5 times a power of ten, above or below; `wanted` itself where that is no number."""
    if not 1e-290 < wanted < 1e290:
        return wanted
    power = 10.0 ** math.floor(math.log10(wanted))
    candidates = [factor * power for factor in (0.5, 1, 2, 5, 10, 20)]
    if upwards:
        return min(value for value in candidates if value >= wanted * (1 - 1e-9))
    return max(value for value in candidates if value <= wanted * (1 + 1e-9))
