"""Predict first: what a student expects of the slope before seeing it, and what is said to that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from gdsim.core.numerals import in_words
from gdsim.core.slope import Local, Place

_CLOSE = 0.1  # a guess of the right sign counts when it is off by less, relative to the slope or to 1
_SMALL = 0.5  # but never by more than this share of the slope
_FLAT = 1e-12
TERMS = (
    "A sign is judged exactly. A value counts when its sign is right and it is within a tenth; of a slope below 0.2, "
    "within half of it."
)


class Guess(StrEnum):
    """The signs that can be guessed, as they are called."""

    RISES = "rises: positive"
    FLAT = "flat: zero"
    FALLS = "falls: negative"
    NONE = "has no slope"


@dataclass(frozen=True)
class Judged:
    """Whether the guess was right, and a sentence on it."""

    right: bool
    text: str


def true_sign(here: Local) -> Guess:
    """What the right sign is."""
    if here.place is not Place.SMOOTH or not math.isfinite(here.derivative):
        return Guess.NONE
    if abs(here.derivative) < _FLAT:
        return Guess.FLAT
    return Guess.RISES if here.derivative > 0 else Guess.FALLS


def judge_sign(guess: Guess, here: Local) -> Judged:
    """The answer to a guessed sign."""
    truth = true_sign(here)
    if guess is truth:
        return Judged(True, f"Right. {here.text}")
    return Judged(False, f"Not quite. {here.text}")


def judge_value(guess: float, here: Local) -> Judged:
    """The answer to a guessed number."""
    if true_sign(here) is Guess.NONE:
        return Judged(False, f"There is no number to guess. {here.text}")
    off = guess - here.derivative
    size = abs(here.derivative)
    tolerance = min(_CLOSE * max(1.0, size), _SMALL * size) if true_sign(here) is not Guess.FLAT else _FLAT
    close = abs(off) <= tolerance and (guess > 0) == (here.derivative > 0)
    how = "exactly" if off == 0.0 else f"off by {in_words(abs(off))}"
    if close:
        return Judged(True, f"Right, {how}. {here.text}")
    sign = "the sign is right" if guess * here.derivative > 0 else "look at which way the curve goes"
    return Judged(False, f"Your {in_words(guess)} is {how}; {sign}. {here.text}")
