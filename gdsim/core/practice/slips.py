"""The usual slips, recognised by making them: differentiate with one rule bent, and compare with what was typed.

A bent rule is tried everywhere at once and at every single place where it applies.  This is forward differentiation on
numbers (values at a dozen points run through the formula), so hundreds of bent derivatives cost milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
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

_Telling = Callable[[], Slip]
"""Makes the slip when it is needed: to write the formulas of all that are tried takes longer than to try them."""


def recognised(question: Question, typed: Expr) -> Generator[None, None, Slip | None]:
    """Returns the first slip whose derivative is what was typed, None if there is none; pauses after each."""
    values = _columns(question)
    ones = np.ones(next(iter(values.values())).shape)
    yield
    answer = np.asarray(typed(**values), dtype=np.float64)
    yield
    correct = np.asarray(question.answer(**values), dtype=np.float64)
    yield
    candidates = _candidates(question, values)
    while True:
        # No pause within: the setting is one for the whole program.
        with np.errstate(all="ignore"):
            candidate = next(candidates, None)
            if candidate is None:
                break
            telling, wrong = candidate[0], np.asarray(candidate[1], dtype=np.float64) * ones
            # eˣ is its own derivative: what is no slip here is not called one.
            found = telling is not None and _same(wrong, answer) and not _same(wrong, correct)
        if telling is not None and found:
            slip = telling()
            # x·xˣ⁻¹, the power rule on xˣ, has the values of the function itself.
            if slip.key != "power rule on exponential" or typed != question.formula:
                return slip
        yield
    return _integrated(question, typed, values)


def _integrated(question: Question, typed: Expr, values: dict[str, Array]) -> Slip | None:
    """For an answer whose derivative is the function of the question."""
    if question.variable not in typed.variables:
        return None
    slope, formula, answer, correct = (
        np.asarray(expr(**values), dtype=np.float64)
        for expr in (typed.derivative(question.variable), question.formula, typed, question.answer)
    )
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
    known = np.isfinite(answer)
    if known.sum() < _FEWEST_POINTS:
        return False
    return bool(np.allclose(candidate[known], answer[known], rtol=1e-9, atol=1e-13))


def _candidates(question: Question, values: dict[str, Array]) -> Iterator[tuple[_Telling | None, Any]]:
    """Slips and the values that they give; None after a piece of work without any."""
    formula, name = question.formula, question.variable
    # Bent rules come first, as they say more: e^(−2x) as its own derivative is a chain rule forgotten.
    yield from _bent(formula, name, values, BENDS)
    for other in formula.variables:
        if other != name:
            words = f"That is the derivative by {shown_name(other)}; asked is the one by {shown_name(name)}."
            derivative = formula.derivative(other)
            yield None, 0.0
            yield partial(Slip, "wrong variable", words), derivative(**values)
            both = f"That is differentiated by {shown_name(other)}, too: it has to be held fixed."
            derivative = question.answer.derivative(other)
            yield None, 0.0
            yield partial(Slip, "both variables", both), derivative(**values)
    for key, words in _LEFT_OUT.items():
        bare = _without(formula, key)
        if bare != formula:
            derivative = bare.derivative(name)
            yield None, 0.0
            yield partial(Slip, "left out", words), derivative(**values)
    yield partial(Slip, "original", "That is the function itself, not its derivative."), formula(**values)
    yield (
        partial(Slip, "sign", "Only the sign is wrong: a minus sign is lost or one too many."),
        -question.answer(**values),
    )
    turned = "That is the function itself with a minus sign, not its derivative."
    yield partial(Slip, "original", turned), -formula(**values)
    yield from _bent(formula, name, values, FUNCTION_BENDS)
    second = question.answer.derivative(name)
    yield None, 0.0
    yield partial(Slip, "second derivative", "That is the second derivative."), second(**values)


def _without(formula: Expr, key: str) -> Expr:
    """The formula with every such function replaced by its inside."""

    def visit(part: Expr, args: list[Expr]) -> Expr:
        if not isinstance(part, Call):
            return part
        return args[0] if part.key == key else call(part.key, *args)

    return fold(formula, visit)


def _bent(
    formula: Expr, name: str, values: dict[str, Array], bends: tuple[Bend, ...]
) -> Iterator[tuple[_Telling, Any]]:
    """Every bent derivative: each rule bent everywhere, then at one place after the other."""
    nodes, inside, straight = _by_the_rules(formula, name, values)
    for bend in bends:
        everywhere, places = _sweep(nodes, inside, straight, bend)
        if places:
            yield partial(_bent_slip, bend, places[-1].part), everywhere
        if len(places) > 1:
            for place in places:
                yield partial(_bent_slip, bend, place.part), _sweep(nodes, inside, straight, bend, place)[0]


def _by_the_rules(
    formula: Expr, name: str, values: dict[str, Array]
) -> tuple[list[Node | None], list[tuple[int, ...]], list[Any]]:
    """Part by part: the node if a rule is used there, where its arguments are, and the right derivative."""
    parts = postorder(formula)
    number = {part: i for i, part in enumerate(parts)}
    inside = [tuple(number[arg] for arg in part.args) for part in parts]
    variable = Variable(name)
    known: list[Any] = []
    straight: list[Any] = []
    nodes: list[Node | None] = []
    for part, args in zip(parts, inside, strict=True):
        known.append(_value(part, [known[arg] for arg in args], values))
        node = None
        if isinstance(part, Call) and name in part.variables:
            node = Node(
                part, known[-1], tuple(known[arg] for arg in args), tuple(straight[arg] for arg in args),
                tuple(name in arg.variables for arg in part.args), variable, values[name],
            )  # fmt: skip
        nodes.append(node)
        straight.append(node.straight() if node else float(part == variable))
    return nodes, inside, straight


def _value(part: Expr, args: list[Any], values: dict[str, Array]) -> Any:
    match part:
        case Number() | Constant():
            return part.value
        case Variable(name=name):
            return values[name]
        case Call():
            return part.primitive.forward(*args)
    raise AssertionError(f"unknown kind of formula {type(part).__name__}")


def _sweep(
    nodes: list[Node | None], inside: list[tuple[int, ...]], straight: list[Any], bend: Bend, only: Node | None = None
) -> tuple[Any, list[Node]]:
    """The derivative with the rule bent at one node, or wherever it applies; and the nodes where it was.

    Only what is built on a bent part is computed anew.
    """
    slopes = list(straight)
    changed = [False] * len(nodes)
    places: list[Node] = []
    for i, node in enumerate(nodes):
        if node is None:
            continue
        changed[i] = any(changed[arg] for arg in inside[i])
        here = replace(node, slopes=tuple(slopes[arg] for arg in inside[i])) if changed[i] else node
        wrong = bend.apply(here) if only is None or node is only else None
        if wrong is not None:
            slopes[i], changed[i] = wrong, True
            places.append(node)
        elif changed[i]:
            slopes[i] = here.straight()
    return slopes[-1], places


def _bent_slip(bend: Bend, place: Call) -> Slip:
    inner = place.args[1] if place.key == "pow" and not place.args[0].variables else place.args[0]
    return Slip(bend.key, *told(bend.text, {"part": place, "inner": inner}, "the formula"))
