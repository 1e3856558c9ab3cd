"""Predict first: what a student expects of the slope before seeing it, and what is said to that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gdsim.app.ranges import value_range
from gdsim.core.numerals import in_words
from gdsim.core.slope import Local, Place

_CLOSE = 0.1  # a guess of the right sign counts when it is off by less, relative to the slope or to 1
_SMALL = 0.5  # but never by more than this share of the slope
_FLAT = 1e-12
_VISIBLE = 1e-3  # of the picture's height over its width
TERMS = (
    "A sign is judged exactly, but a slope too small to be seen may be called flat. A value counts when its sign is "
    "right and it is within a tenth; of a slope below 0.2, within half of it."
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


def least_visible(values: NDArray[np.float64], width: float) -> float:
    """The slope below which a curve of these heights over this width looks flat."""
    low, high = value_range(values)
    return _VISIBLE * (high - low) / width


def true_sign(here: Local) -> Guess:
    """What the right sign is."""
    if here.place is not Place.SMOOTH or not math.isfinite(here.derivative):
        return Guess.NONE
    if abs(here.derivative) < _FLAT:
        return Guess.FLAT
    return Guess.RISES if here.derivative > 0 else Guess.FALLS


def judge_sign(guess: Guess, here: Local, least: float = 0.0) -> Judged:
    """The answer to a guessed sign; a slope of a size below `least` counts as flat, too."""
    truth = true_sign(here)
    if guess is truth:
        return Judged(True, f"Right. {here.text}")
    if guess is Guess.FLAT and _looks_flat(here, least):
        return Judged(True, f"Right as far as can be seen. {here.text}")
    return Judged(False, f"Not quite. {here.text}")


def judge_value(guess: float, here: Local, least: float = 0.0) -> Judged:
    """The answer to a guessed number; of a slope of a size below `least` 0 is near enough."""
    if true_sign(here) is Guess.NONE:
        return Judged(False, f"There is no number to guess. {here.text}")
    off = guess - here.derivative
    size = abs(here.derivative)
    tolerance = min(_CLOSE * max(1.0, size), _SMALL * size) if true_sign(here) is not Guess.FLAT else _FLAT
    close = abs(off) <= tolerance and (guess > 0) == (here.derivative > 0)
    how = "exactly" if off == 0.0 else f"off by {in_words(abs(off))}"
    if close:
        return Judged(True, f"Right, {how}. {here.text}")
    if guess == 0.0 and _looks_flat(here, least):
        return Judged(True, f"Right as far as can be seen, {how}. {here.text}")
    sign = "the sign is right" if guess * here.derivative > 0 else "look at which way the curve goes"
    return Judged(False, f"Your {in_words(guess)} is {how}; {sign}. {here.text}")


def _looks_flat(here: Local, least: float) -> bool:
    return true_sign(here) is not Guess.NONE and abs(here.derivative) < least
