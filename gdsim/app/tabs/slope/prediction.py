"""Predict first: what a student expects of the slope before seeing it, and what is said to that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from gdsim.core.numerals import in_words
from gdsim.core.slope import Local, Place

_CLOSE = 0.1  # a guess off by less, relative to the slope or to 1, counts as right
_FLAT = 1e-12


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
    close = abs(off) <= _CLOSE * max(1.0, abs(here.derivative))
    how = "exactly" if off == 0.0 else f"off by {in_words(abs(off))}"
    if close:
        return Judged(True, f"Right, {how}. {here.text}")
    sign = "the sign is right" if guess * here.derivative > 0 else "and look at which way the curve goes"
    return Judged(False, f"Your {in_words(guess)} is {how}; {sign}. {here.text}")
