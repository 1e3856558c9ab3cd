"""Predict first: before a backward step, the student types the derivative; here is whether it is right, or why not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.narration import adjoint_line
from gdsim.core.backprop.notation import name_text
from gdsim.core.backprop.walk import Contribution, Order, Phase, State, Walk
from gdsim.core.expression import ParseError, parse
from gdsim.core.expression.names import listing

_TOLERANCE: Final = 5e-3
_PLAIN: Final = re.compile(r"\s*[-−+]?\s*([0-9]*\.?[0-9]*)\s*")


class Judgement(StrEnum):
    """What an answer is, and if wrong, what was probably done."""

    RIGHT = "right"
    UNREADABLE = "unreadable"
    SIGN = "sign"
    NOT_ADDED = "not_added"
    MULTIPLIED = "multiplied"
    FORGOT_UPSTREAM = "forgot_upstream"
    FORGOT_LOCAL = "forgot_local"
    OTHER_ARGUMENT = "other_argument"
    SUM_AS_PRODUCT = "sum_as_product"
    ADDED_UPSTREAM = "added_upstream"
    VALUE = "value"
    ZERO = "zero"
    KINK = "kink"
    WRONG = "wrong"


@dataclass(frozen=True)
class Question:
    """What a step will find: the derivative by `vertex`, or, where others are still awaited, only this step's part.

    `parts` are all contributions that belong into the answer; `text` asks, `solution` is the worked line, `whole` tells
    that it is about all of the derivative.
    """

    computation: Computation
    vertex: int
    parts: tuple[Contribution, ...]
    expected: float
    text: str
    solution: str
    whole: bool = True


@dataclass(frozen=True)
class Answer:
    """`value` is the number that was understood, None where nothing was."""

    right: bool
    judgement: Judgement
    text: str
    value: float | None


def questions(walk: Walk, index: int) -> tuple[Question, ...]:
    """What can be asked before step `index` is taken, the derivatives that it completes first; empty on the way
    forward, in the wrong orders, and where a derivative is not finite.
    """
    if walk.order is not Order.TOPOLOGICAL or not 0 <= index <= walk.last:
        return ()
    event = walk.events[index]
    computation = walk.computation
    if event.phase is Phase.SEED:
        name = computation.partial_text(computation.output)
        return (Question(computation, computation.output, (), 1.0, f"{name} = ?", f"{name} = 1"),)
    if event.phase is not Phase.BACKWARD:
        return ()
    state = walk.state(index)
    found: list[Question] = []
    for receiver in dict.fromkeys(part.source for part in event.contributions):
        total = state.sums[receiver]
        assert total is not None
        parts = total.parts if total.complete else tuple(p for p in event.contributions if p.source == receiver)
        expected = sum(part.amount for part in parts)
        if not math.isfinite(expected):
            continue
        name = computation.partial_text(receiver)
        giver = computation.vertices[event.contributions[0].target].title
        text = f"{name} = ?" if total.complete else f"What does {giver} contribute to {name}?"
        line = adjoint_line(computation, receiver, total)
        found.append(Question(computation, receiver, parts, expected, text, line.text, total.complete))
    return tuple(sorted(found, key=lambda question: not question.whole))


def asked_of(walk: Walk, index: int) -> tuple[Question, ...]:
    """The questions of a step that are put: every derivative that it completes, or, where it completes none, its
    contributions.
    """
    found = questions(walk, index)
    return tuple(question for question in found if question.whole) or found


def giveaways(walk: Walk, state: State) -> frozenset[int]:
    """Edges whose local derivatives are not to be seen yet, as they are the answer or half of it."""
    if walk.computation.trouble is not None:  # nothing comes back, and nothing is asked
        return frozenset()
    back = state.phase in (Phase.SEED, Phase.BACKWARD)
    done = set(state.order) if back else set()
    return frozenset(edge.index for edge in walk.computation.edges if edge.target not in done)


def check_answer(question: Question, typed: str) -> Answer:
    """Judge a typed number, or a formula in the names of the graph such as q*z.

    It is right within half a percent, or when it is the exact value rounded to the two or more digits that were typed.
    """
    try:
        value = _value(question.computation, typed)
    except ParseError as error:
        return Answer(False, Judgement.UNREADABLE, error.message, None)
    if _is_right(value, question.expected, typed):
        return Answer(True, Judgement.RIGHT, f"Right: {question.solution}.", value)
    kink = next(
        (kink for kink in question.computation.kinks if kink.vertex in {p.target for p in question.parts}), None
    )
    if kink is not None:  # whoever takes one of the slopes beside it has made no mistake of those below
        return Answer(False, Judgement.KINK, kink.short, value)
    for judgement, candidate, text in _mistakes(question):
        if math.isfinite(candidate) and _close(value, candidate):
            return Answer(False, judgement, text, value)
    name = question.computation.partial_text(question.vertex)
    text = f"Not quite: {name} is the sum, over the edges that lead on from here, of upstream times local derivative."
    if len(question.parts) == 1:
        above = _giver(question, question.parts[0])
        text = f"Not quite: multiply what comes from above, {above}, by the local derivative."
    return Answer(False, Judgement.WRONG, text, value)


def _value(computation: Computation, typed: str) -> float:
    formula = parse(typed)
    values: dict[str, float] = {}
    for name in formula.variables:
        try:
            values[name] = computation.named(name).value
        except KeyError:
            titles = [v.title for v in computation.vertices if v.name]
            raise ParseError(f"There is no {name_text(name)} here; there are {listing(titles)}.", 0) from None
    return float(formula(**values))


def _close(value: float, expected: float) -> bool:
    return abs(value - expected) <= _TOLERANCE * abs(expected) + 1e-12


def _is_right(value: float, expected: float, typed: str) -> bool:
    if _close(value, expected):
        return True
    found = _PLAIN.fullmatch(typed)
    digits = len(found.group(1).replace(".", "").lstrip("0")) if found else 0
    return digits >= 2 and value == float(f"{expected:.{digits - 1}e}")


def _giver(question: Question, part: Contribution) -> str:
    return question.computation.partial_text(part.target)


def _mistakes(question: Question) -> Iterator[tuple[Judgement, float, str]]:
    """Wrong ways to an answer: what each would give, and what to say about it."""
    computation, parts, expected = question.computation, question.parts, question.expected
    name = computation.partial_text(question.vertex)
    yield Judgement.SIGN, -expected, "The size is right, the sign is not: look at the signs of both factors."
    if not parts:
        yield Judgement.ZERO, 0.0, "Not 0: when the output grows by a little, it grows by exactly that, so this is 1."
        value = computation.vertices[question.vertex].value
        yield Judgement.VALUE, value, "That is the output's value; asked is how fast it changes with itself."
        return
    if len(parts) > 1:
        places = listing(list(dict.fromkeys(computation.vertices[part.target].title for part in parts)))
        one = f"That is one contribution only: {len(parts)} edges lead on, to {places}. Add what comes along each."
        yield from ((Judgement.NOT_ADDED, part.amount, one) for part in parts)
        product = math.prod(part.amount for part in parts)
        yield Judgement.MULTIPLIED, product, "Along a path derivatives are multiplied, but different paths are added."
    local = sum(part.local for part in parts)
    upstream = sum(part.upstream for part in parts)
    givers = listing(list(dict.fromkeys(_giver(question, part) for part in parts)))
    yield (
        Judgement.FORGOT_UPSTREAM, local,
        f"That is the local derivative alone: multiply it by what comes from above, {givers}.",
    )  # fmt: skip
    along = listing([computation.edges[part.edge].partial_text for part in parts])
    yield (
        Judgement.FORGOT_LOCAL, upstream,
        f"That is what comes from above, {givers}: multiply it by the local derivative {along}.",
    )  # fmt: skip
    if len(parts) == 1:
        yield from _mistakes_on_one_edge(question, parts[0])
    yield (
        Judgement.VALUE, computation.vertices[question.vertex].value,
        f"That is the value of {computation.vertices[question.vertex].title}, not the derivative by it.",
    )  # fmt: skip
    yield (
        Judgement.ZERO,
        0.0,
        f"{name} = 0 would mean that a change here does not reach the output, but it does.",
    )


def _mistakes_on_one_edge(question: Question, part: Contribution) -> Iterator[tuple[Judgement, float, str]]:
    computation = question.computation
    edge = computation.edges[part.edge]
    target = computation.vertices[part.target]
    for index in computation.into[part.target]:
        other = computation.edges[index]
        if other.position == edge.position:
            continue
        if target.key == "add":
            value = computation.vertices[other.source].value
            text = f"{target.title} is a sum, not a product: {edge.partial_text} = 1, whatever the other term is."
            yield Judgement.SUM_AS_PRODUCT, part.upstream * value, text
            yield Judgement.SUM_AS_PRODUCT, value, text
        elif other.local is not None:
            text = (
                f"That uses the local derivative of the other argument, {other.partial_text}; "
                f"here {edge.partial_text} is needed."
            )
            yield Judgement.OTHER_ARGUMENT, part.upstream * other.local, text
            yield Judgement.OTHER_ARGUMENT, other.local, text
    if part.target != computation.output:
        yield (
            Judgement.ADDED_UPSTREAM, part.upstream + part.local,
            "Upstream and local derivative are multiplied, not added.",
        )  # fmt: skip
