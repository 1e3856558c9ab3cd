"""One practice question: a formula, the variable to differentiate by, and what helps on the way."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from gdsim.core.expression import Expr, Variable, parse
from gdsim.core.slope import DerivationLine, derive
from gdsim.core.slope.enclosure import UndecidedError, UndefinedError, enclose, exactly
from gdsim.core.slope.special_points import break_pieces
from gdsim.core.slope.words import listed, shown_name

Interval = tuple[float, float]

_WINDOW = 20.0
_FAR = 1000.0


@dataclass(frozen=True)
class Hint:
    """A sentence, a formula that goes with it or nothing, and the sentence with its formulas in LaTeX between $."""

    text: str
    latex: str = ""
    marked: str = ""


@dataclass(frozen=True)
class Question:
    """Differentiate `formula` by `variable`.  Equal questions have equal topics, difficulties and formulas."""

    topic: str
    difficulty: int
    formula: Expr
    variable: str

    @property
    def partial(self) -> bool:
        return len(self.formula.variables) > 1

    @property
    def prompt(self) -> str:
        if not self.partial:
            return f"Differentiate f({self.variable})."
        others = [name for name in self.formula.variables if name != self.variable]
        return f"Find ∂f/∂{shown_name(self.variable)}; hold {listed([shown_name(name) for name in others])} fixed."

    @property
    def latex(self) -> str:
        """f(x) = …, with all variables."""
        names = ", ".join(Variable(name).to_latex() for name in self.formula.variables)
        return rf"f\left({names}\right) = {self.formula.to_latex()}"

    @property
    def wanted_latex(self) -> str:
        """What to type the answer behind: f′(x) = or ∂f/∂w =."""
        name = Variable(self.variable).to_latex()
        return rf"\frac{{\partial f}}{{\partial {name}}}" if self.partial else rf"f'\left({name}\right)"

    @property
    def answer(self) -> Expr:
        """The derivative, simplified."""
        return _answer(self)

    @property
    def derivation(self) -> tuple[DerivationLine, ...]:
        """The whole way to the answer, one rule a line."""
        return _derivation(self)

    @property
    def hints(self) -> tuple[Hint, Hint, Hint]:
        """The rule to begin with; how it reads here; the first line written out."""
        first = self.derivation[0]
        return (
            Hint(f"Begin with the {first.rule}.", marked=f"Begin with the {first.rule}."),
            Hint(f"{first.words} {first.note}".strip(), marked=f"{first.marked} {first.note}".strip()),
            Hint("The first line is:", first.latex, "The first line is:"),
        )

    @property
    def domain(self) -> tuple[Interval, ...]:
        """Open intervals of the variable where the formula is smooth.

        Kinks and gaps lie between two of them.  With several variables it is the whole axis: where the formula is
        defined depends on the others.
        """
        return _domain(self)

    def to_json(self) -> dict[str, object]:
        return {
            "topic": self.topic,
            "difficulty": self.difficulty,
            "formula": str(self.formula),
            "variables": list(self.formula.variables),
            "variable": self.variable,
        }

    @classmethod
    def from_json(cls, data: object) -> Question:
        """The question that was saved.  Raises ValueError for anything else."""
        try:
            assert isinstance(data, dict)
            formula = parse(str(data["formula"]), [str(name) for name in data["variables"]])
            question = cls(str(data["topic"]), int(data["difficulty"]), formula, str(data["variable"]))
        except (AssertionError, KeyError, TypeError, ValueError):
            raise ValueError("this is not a saved question") from None
        if question.variable not in formula.variables or question.difficulty not in (1, 2, 3):
            raise ValueError("this is not a saved question")
        return question


@functools.lru_cache(maxsize=64)
def _answer(question: Question) -> Expr:
    return question.formula.derivative(question.variable)


@functools.lru_cache(maxsize=64)
def _derivation(question: Question) -> tuple[DerivationLine, ...]:
    return derive(question.formula, question.variable)


def prepared(question: Question) -> Iterator[None]:
    """Work out the answer and the domain in pieces of some milliseconds; after that they are at hand."""
    _answer(question)
    yield
    yield from _working_out(question)


_DOMAINS: dict[Question, tuple[Interval, ...]] = {}
_MOST_DOMAINS = 64


def _domain(question: Question) -> tuple[Interval, ...]:
    for _ in _working_out(question):
        pass
    return _DOMAINS[question]


def _working_out(question: Question) -> Iterator[None]:
    if question in _DOMAINS:
        return
    if question.partial:
        found: list[Interval] = [(-math.inf, math.inf)]
    else:
        ends = [-math.inf]
        for place in break_pieces(question.formula, question.variable, -_WINDOW, _WINDOW):
            if place is not None:
                ends.append(place)
            yield
        found = []
        for low, high in itertools.pairwise([*ends, math.inf]):
            if all(_defined(question, x) for x in _inside(low, high)):
                found.append((low, high))
            yield
    while len(_DOMAINS) >= _MOST_DOMAINS:
        del _DOMAINS[next(iter(_DOMAINS))]
    _DOMAINS[question] = tuple(found)


def _inside(low: float, high: float) -> list[float]:
    """Places in an interval that are no round numbers: x^x has values at whole negative ones."""
    low, high = max(low, -_FAR), min(high, _FAR)
    return [low + share * (high - low) for share in (0.2137, 0.5181, 0.7719)]


def _defined(question: Question, x: float) -> bool:
    try:
        enclose(question.formula, {question.variable: exactly(x)})
    except UndefinedError:
        return False
    except UndecidedError:
        return True  # only too large
    return True
