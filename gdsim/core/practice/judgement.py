"""A typed answer judged: right in any form, wrong with the place where it differs, or not to be judged at all."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gdsim.core.expression import Expr, ParseError, parse
from gdsim.core.expression.parser import other_readings
from gdsim.core.numerals import in_words
from gdsim.core.practice.comparison import Compared, Relation, compared, undefined_around
from gdsim.core.practice.points import Point, moderate, test_points
from gdsim.core.practice.question import Question, prepared
from gdsim.core.practice.slips import Slip, recognised, rounded
from gdsim.core.slope.words import listed, shown_name, told

Array = NDArray[np.float64]

_VISIBLE: Final = 1e-3
_SAMPLES: Final = 241
_LARGEST: Final = 1e150
_MUCH: Final = 0.2
"""The share of moderate points that an answer may leave out and still be judged by the others."""
# f'(x) =, y' =, dy/dx =, df/dx =, ∂f/∂w = in front of an answer.
_PREFIX: Final = re.compile(
    r"""\s*(?: [a-zA-Z]\s*['′’]\s*(?:\([^()=]*\))?
             | [d∂]\s*[a-zA-Z]?\s*(?:\([^()=]*\))?\s*/\s*[d∂]\s*\w+ )\s*=""",
    re.VERBOSE,
)


class Outcome(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    UNREADABLE = "unreadable"
    OTHER_VARIABLES = "other variables"
    UNDEFINED = "undefined"
    """Without a value in a good part of the domain, or right but for that."""
    AMBIGUOUS = "ambiguous"
    """Wrong as it is read, right in another usual reading of the same text."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Both functions over one variable for a small plot, nan where they have no value; `fixed` are the others."""

    variable: str
    axis: Array
    typed: Array
    correct: Array
    fixed: Mapping[str, float]


@dataclass(frozen=True)
class Judgement:
    """What to say about an answer.

    `marked` is `text` with the formulas in it as LaTeX between $ signs.
    `column` is where an unreadable text goes wrong.  For a wrong answer, `point` is the first place where it differs,
    `yours` and `correct` the values there (nan: none), `curves` both functions around it, and `slip` the likely reason.
    """

    outcome: Outcome
    text: str
    typed: Expr | None = None
    column: int | None = None
    point: Mapping[str, float] = field(default_factory=dict)
    yours: float = math.nan
    correct: float = math.nan
    curves: Curves | None = None
    slip: Slip | None = None
    marked: str = ""

    def __post_init__(self) -> None:
        if not self.marked:
            object.__setattr__(self, "marked", self.text)

    @property
    def right(self) -> bool:
        return self.outcome is Outcome.RIGHT

    @property
    def counts(self) -> bool:
        """Whether it is an attempt: what cannot be judged costs no point."""
        return self.outcome in (Outcome.RIGHT, Outcome.WRONG)


def check(question: Question, text: str) -> Judgement:
    """Judge a typed answer.  Never raises, whatever the text."""
    *_, judgement = checking(question, text)
    assert judgement is not None
    return judgement


def checking(question: Question, text: str) -> Iterator[Judgement | None]:
    """The same in pieces of some milliseconds: None after each point that was compared, the judgement at last."""
    text, shift = _without_prefix(text)
    try:
        typed = parse(text, question.formula.variables)
    except ParseError as error:
        yield _unreadable(question, text, shift, error)
        return
    yield from prepared(question)
    for judgement in _judged(question, typed):
        if judgement is not None and judgement.outcome is Outcome.WRONG:
            yield from _read_otherwise(question, text, judgement)
        else:
            yield judgement


def _read_otherwise(question: Question, text: str, wrong: Judgement) -> Iterator[Judgement | None]:
    """The judgement itself, unless another reading of the text is right: 2^-2x may have meant 2^(-2x)."""
    assert wrong.typed is not None
    for other in other_readings(text, question.formula.variables):
        for judgement in _judged(question, other):
            if judgement is None:
                yield None
            elif judgement.right:
                yield _ambiguous(wrong.typed, other)
                return
    yield wrong


def _ambiguous(typed: Expr, other: Expr) -> Judgement:
    template = "This is read as {own}, which is not right. Did you mean {meant}? Put it in brackets. No point lost."
    text, marked = told(template, {"own": typed, "meant": other}, "something else")
    return Judgement(Outcome.AMBIGUOUS, text, typed, marked=marked)


def _without_prefix(text: str) -> tuple[str, int]:
    """The answer itself, and how many characters in front of it were left out."""
    found = _PREFIX.match(text)
    return (text[found.end() :], found.end()) if found else (text, 0)


def _unreadable(question: Question, text: str, shift: int, error: ParseError) -> Judgement:
    """In letters that the question does not have, or no formula at all."""
    names = question.formula.variables
    try:
        typed = parse(text)
        others = [shown_name(name) for name in typed.variables if name not in names]
    except ParseError:
        others = []
    if not others:
        return Judgement(Outcome.UNREADABLE, error.message, column=error.column + shift)
    own = listed([shown_name(name) for name in names])
    verb = "does" if len(others) == 1 else "do"
    sentence = f"{listed(others)} {verb} not occur in the question: write the answer in {own}. No point lost."
    return Judgement(Outcome.OTHER_VARIABLES, sentence, typed, error.column + shift)


def _judged(question: Question, typed: Expr) -> Iterator[Judgement | None]:
    same, missing, differing = 0, None, None
    for point in test_points(question):
        yield None
        result = compared(question.answer, typed, point)
        if result.relation is Relation.SAME:
            same += 1
        elif result.relation is Relation.MISSING and missing is None and undefined_around(typed, point):
            missing = point, result
        elif result.relation is Relation.DIFFERENT:
            differing = differing or (point, result)
            if _visible(result):
                differing = point, result
                break
    if differing is not None:
        left_out = _left_out(question, typed)
        yield None
        if left_out is not None:
            yield from _undefined(question, typed, *left_out, partly=None)
        else:
            yield from _wrong(question, typed, *differing)
    elif missing is not None:
        yield from _undefined(question, typed, *missing, partly=same > 0)
    elif same:
        yield Judgement(Outcome.RIGHT, "Right.", typed)
    else:
        yield Judgement(Outcome.UNREADABLE, "The values of this answer are too large to be compared.", typed)


def _left_out(question: Question, typed: Expr) -> tuple[Point, Compared] | None:
    """The first moderate point without a value, if there are so many that the answer is none for this domain."""
    points = [point for point in test_points(question) if moderate(point)]
    columns = {name: np.array([float(point[name]) for point in points]) for name in question.formula.variables}
    with np.errstate(all="ignore"):
        correct, own = (np.asarray(formula(**columns), dtype=np.float64) for formula in (question.answer, typed))
    without = np.flatnonzero(np.isfinite(correct) & np.isnan(own))
    if len(without) <= _MUCH * np.isfinite(correct).sum():
        return None
    for index in without[:3]:
        result = compared(question.answer, typed, points[index])
        if result.relation is Relation.MISSING and undefined_around(typed, points[index]):
            return points[index], result
    return None


def _visible(result: Compared) -> bool:
    assert result.first is not None
    assert result.second is not None
    size = max(abs(result.first), abs(result.second))
    return 1e-6 < size < 1e6 and abs(result.first - result.second) > _VISIBLE * size


def _floats(point: Point) -> dict[str, float]:
    return {name: float(value) for name, value in point.items()}


def _at(place: Mapping[str, float]) -> str:
    return ", ".join(f"{shown_name(name)} = {in_words(value)}" for name, value in place.items())


def _wrong(question: Question, typed: Expr, point: Point, result: Compared) -> Iterator[Judgement | None]:
    assert result.first is not None
    assert result.second is not None
    place = _floats(point)
    yours, correct = _told_apart(result.second, result.first)
    slip = (yield from recognised(question, typed)) or rounded(typed, result.second, result.first)
    text = f"Not equal: at {_at(place)} your answer is {yours}, the derivative is {correct}."
    marked = text
    if slip is not None:
        text, marked = f"{text} {slip.text}", f"{text} {slip.marked}"
    yield None
    curves = yield from _curves(question, typed, place)
    yield Judgement(Outcome.WRONG, text, typed, None, place, result.second, result.first, curves, slip, marked)


def _undefined(
    question: Question, typed: Expr, point: Point, result: Compared, partly: bool | None
) -> Iterator[Judgement | None]:
    """`partly`: whether it is right where it has values, None for wrong there."""
    assert result.first is not None
    place = _floats(point)
    text = f"at {_at(place)} it has none, and the derivative is {in_words(result.first)}"
    if partly is None:
        text = f"Your answer has no value in a part of the domain: {text}. Where it has one it is not equal either."
    elif partly:
        text = f"Where your answer has a value it is right, but {text}: find a form that holds everywhere."
    else:
        text = f"Your answer has no value: {text}."
    text = f"{text} No point lost."
    curves = yield from _curves(question, typed, place)
    yield Judgement(Outcome.UNDEFINED, text, typed, None, place, math.nan, result.first, curves)


def _told_apart(yours: float, correct: float) -> tuple[str, str]:
    """Both values with as many digits as it takes to see a difference."""
    for digits in (4, 6, 8, 10, 12, 14, 17):
        texts = in_words(yours, digits), in_words(correct, digits)
        if texts[0] != texts[1]:
            return texts
    return f"{texts[0]} and a little", texts[1]


def _curves(question: Question, typed: Expr, place: Mapping[str, float]) -> Generator[None, None, Curves]:
    name = question.variable
    fixed = {other: value for other, value in place.items() if other != name}
    middle = place[name]
    # The usual window, unless the place lies outside of it.
    low, high = (-4.0, 4.0) if abs(middle) < 4.0 else (middle - 4.0, middle + 4.0)
    axis = np.linspace(low, high, _SAMPLES)

    def values(formula: Expr) -> Array:
        drawn = np.asarray(formula(**{name: axis}, **fixed), dtype=np.float64)
        return np.where(np.abs(drawn) < _LARGEST, drawn, np.nan)

    own = values(typed)
    yield
    return Curves(name, axis, own, values(question.answer), fixed)
