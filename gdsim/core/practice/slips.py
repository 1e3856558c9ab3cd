"""The usual slips, recognised by making them: differentiate with one rule bent, and compare with what was typed.

A bent rule is tried everywhere at once and at every single place where it applies.  This is forward differentiation on
numbers (values at a dozen points run through the formula), so hundreds of bent derivatives cost milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gdsim.core.expression import Call, Constant, Expr, Number, Variable
from gdsim.core.expression.tree import call, fold, postorder
from gdsim.core.practice.bends import BENDS, Bend, Node
from gdsim.core.practice.function_bends import FUNCTION_BENDS
from gdsim.core.practice.points import moderate, test_points
from gdsim.core.practice.question import Question
from gdsim.core.slope.words import shown_name, told

Array = NDArray[np.float64]

_MOST_POINTS: Final = 14
_FEWEST_POINTS: Final = 4


@dataclass(frozen=True)
class Slip:
    """A likely reason for a wrong answer: a key and a sentence to the student.

    `marked` is the sentence with the formulas in it as LaTeX between $ signs.
    """

    key: str
    text: str
    marked: str = ""

    def __post_init__(self) -> None:
        if not self.marked:
            object.__setattr__(self, "marked", self.text)


_LEFT_OUT: Final = {
    "relu": "relu is left out: where its inside is negative, it is 0 and its slope is 0.",
    "leaky_relu": "leaky_relu is left out: where its inside is negative, its slope is 0.01.",
    "abs": "|·| is left out: where its inside is negative, it turns the sign.",
}
_LAST: Final = Slip("", "")


def recognised(question: Question, typed: Expr) -> Generator[None, None, Slip | None]:
    """Returns the first slip whose derivative is what was typed, None if there is none; pauses after each."""
    values = _columns(question)
    ones = np.ones(next(iter(values.values())).shape)
    yield
    answer = np.asarray(typed(**values), dtype=np.float64) * ones
    yield
    correct = np.asarray(question.answer(**values), dtype=np.float64) * ones
    yield
    candidates = _candidates(question, values)
    while True:
        # No pause within: the setting is one for the whole program.
        with np.errstate(all="ignore"):
            slip, candidate = next(candidates, (_LAST, 0.0))
            wrong = np.asarray(candidate if candidate is not None else np.nan, dtype=np.float64) * ones
            # eˣ is its own derivative: what is no slip here is not called one.
            found = slip is not None and _same(wrong, answer) and not _same(wrong, correct)
        if slip is _LAST:
            return _integrated(question, typed, values)
        # x·xˣ⁻¹, the power rule on xˣ, has the values of the function itself.
        if slip is not None and found and not (slip.key == "power rule on exponential" and typed == question.formula):
            return slip
        yield


def _integrated(question: Question, typed: Expr, values: dict[str, Array]) -> Slip | None:
    """For an answer whose derivative is the function of the question."""
    if question.variable not in typed.variables:
        return None
    ones = np.ones(next(iter(values.values())).shape)
    with np.errstate(all="ignore"):
        slope = np.asarray(typed.derivative(question.variable)(**values), dtype=np.float64) * ones
        formula = np.asarray(question.formula(**values), dtype=np.float64) * ones
        answer = np.asarray(typed(**values), dtype=np.float64) * ones
        correct = np.asarray(question.answer(**values), dtype=np.float64) * ones
    if not _same(slope, formula) or _same(answer, correct):
        return None
    return Slip("antiderivative", "That is integrated: its derivative is the function. Asked is the derivative of it.")


def rounded(typed: Expr, yours: float, correct: float) -> Slip | None:
    """For an answer with decimals that is almost right."""
    decimals = any(isinstance(part, Number) and not part.value.is_integer() for part in postorder(typed))
    if not decimals or not math.isclose(yours, correct, rel_tol=1e-3):
        return None
    return Slip("rounded", "It is very close: keep fractions, roots and π instead of rounded decimals.")


def _columns(question: Question) -> dict[str, Array]:
    """The moderate points of the test, variable by variable."""
    points = [
        {name: float(value) for name, value in point.items()} for point in test_points(question) if moderate(point)
    ][:_MOST_POINTS]
    return {name: np.array([point[name] for point in points]) for name in question.formula.variables}


def _same(candidate: Array, answer: Array) -> bool:
    known = np.isfinite(candidate) & np.isfinite(answer)
    if known.sum() < min(_FEWEST_POINTS, len(answer)) or (np.isfinite(answer) & ~known).any():
        return False
    return bool(np.allclose(candidate[known], answer[known], rtol=1e-9, atol=1e-13))


def _candidates(question: Question, values: dict[str, Array]) -> Iterator[tuple[Slip | None, Any]]:
    """Slips and the values that they give; None after a piece of work without any."""
    formula, name = question.formula, question.variable
    # Bent rules come first, as they say more: e^(−2x) as its own derivative is a chain rule forgotten.
    yield from _bent(formula, name, values, BENDS)
    for other in formula.variables:
        if other != name:
            words = f"That is the derivative by {shown_name(other)}; asked is the one by {shown_name(name)}."
            derivative = formula.derivative(other)
            yield None, None
            yield Slip("wrong variable", words), derivative(**values)
            both = f"That is differentiated by {shown_name(other)}, too: it has to be held fixed."
            derivative = question.answer.derivative(other)
            yield None, None
            yield Slip("both variables", both), derivative(**values)
    for key, words in _LEFT_OUT.items():
        bare = _without(formula, key)
        if bare != formula:
            derivative = bare.derivative(name)
            yield None, None
            yield Slip("left out", words), derivative(**values)
    yield Slip("original", "That is the function itself, not its derivative."), formula(**values)
    yield Slip("sign", "Only the sign is wrong: a minus sign is lost or one too many."), -question.answer(**values)
    turned = "That is the function itself with a minus sign, not its derivative."
    yield Slip("original", turned), -formula(**values)
    yield from _bent(formula, name, values, FUNCTION_BENDS)
    second = question.answer.derivative(name)
    yield None, None
    yield Slip("second derivative", "That is the second derivative."), second(**values)


def _without(formula: Expr, key: str) -> Expr:
    """The formula with every such function replaced by its inside."""

    def visit(part: Expr, args: list[Expr]) -> Expr:
        if not isinstance(part, Call):
            return part
        return args[0] if part.key == key else call(part.key, *args)

    return fold(formula, visit)


def _bent(formula: Expr, name: str, values: dict[str, Array], bends: tuple[Bend, ...]) -> Iterator[tuple[Slip, Any]]:
    """Every bent derivative: each rule bent everywhere, then at one place after the other."""
    parts = postorder(formula)
    known: dict[Expr, Any] = {}
    for part in parts:
        known[part] = _value(part, known, values)
    for bend in bends:
        places: list[Call] = []
        everywhere = _sweep(parts, known, name, bend, None, places)
        if not places:
            continue
        yield Slip(bend.key, *_told(bend, places[-1])), everywhere
        if len(places) > 1:
            for place in places:
                yield Slip(bend.key, *_told(bend, place)), _sweep(parts, known, name, bend, place, [])


def _value(part: Expr, known: dict[Expr, Any], values: dict[str, Array]) -> Any:
    match part:
        case Number() | Constant():
            return part.value
        case Variable(name=name):
            return values[name]
        case Call(args=args):
            return part.primitive.forward(*(known[arg] for arg in args))
    raise AssertionError(f"unknown kind of formula {type(part).__name__}")


def _sweep(
    parts: list[Expr], known: dict[Expr, Any], name: str, bend: Bend, only: Call | None, places: list[Call]
) -> Any:
    """The derivative with the rule bent at one part, or wherever it applies; those parts are added to `places`."""
    slopes: dict[Expr, Any] = {}
    for part in parts:
        if name not in part.variables:
            slopes[part] = 0.0
        elif not isinstance(part, Call):
            slopes[part] = 1.0
        else:
            node = Node(
                part, known[part], tuple(known[arg] for arg in part.args), tuple(slopes[arg] for arg in part.args),
                tuple(name in arg.variables for arg in part.args), Variable(name), known[Variable(name)],
            )  # fmt: skip
            wrong = bend.apply(node) if only is None or part == only else None
            if wrong is None:
                slopes[part] = node.straight()
            else:
                slopes[part] = wrong
                places.append(part)
    return slopes[parts[-1]]


def _told(bend: Bend, place: Call) -> tuple[str, str]:
    inner = place.args[1] if place.key == "pow" and not place.args[0].variables else place.args[0]
    return told(bend.text, {"part": place, "inner": inner}, "the formula")
