"""The topics of practice, each with formulas of three difficulties to draw from, endlessly.

A pattern is a formula as text with letters in braces for whole numbers: {a} {b} {c} from 2 up, {m} {n} exponents.  The
course notes' own problems come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gdsim.core.expression import parse
from gdsim.core.practice.question import Question
from gdsim.core.registry import Registry

DIFFICULTIES: Final = (1, 2, 3)


@dataclass(frozen=True)
class Topic:
    """A kind of question: patterns for each difficulty, the variables they use, and those asked for."""

    key: str
    title: str
    about: str
    patterns: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    variables: tuple[str, ...] = ("x",)
    asked: tuple[str, ...] = ("x",)


TOPICS: Registry[Topic] = Registry("topic")


def _add(topic: Topic) -> None:
    TOPICS.add(topic.key, topic)


_add(Topic(
    "power", "Power rule", "xⁿ becomes n·xⁿ⁻¹, term by term; roots and 1/xⁿ are powers too.",
    (
        ("x^{n}", "{a}x^{n}", "{a}x^{n} + {b}x", "x^{n} - {a}", "{a}x^{m} - {b}x + {c}", "-{a}x^{n}"),
        ("x^{n} - {a}x^{m} + {b}", "{a}/x^{m}", "{a}√x", "x^(-{n})", "x^{n}/{a} - x/{b}", "{a}x^{n} - {b}/x"),
        ("{a}√x + {b}/x^{m}", "x^({n}/{c})", "(x^{n} + {a})/x", "{a}x√x", "1/√x - {a}x^{n}",
         "{a}x^(-{n}) + x^({m}/{b})"),
    ),
))  # fmt: skip
_add(Topic(
    "product", "Product rule", "(u·v)′ = u′·v + u·v′: two terms, in each one factor differentiated.",
    (
        ("x^{n} ({a}x + {b})", "x e^x", "x sin(x)", "({a}x + {b})(x - {c})", "x ln(x)", "x cos(x)"),
        ("x^{n} sin(x)", "x^{n} e^x", "x^{n} ln(x)", "({a}x + {b})(x^2 + {c})", "√x e^x", "({a} - x) cos(x)"),
        ("x^{n} e^({a}x)", "e^(-{a}x) sin({b}x)", "x^{n} ln({a}x)", "(x^2 + {a}) e^(-x)", "x sin({a}x) cos(x)",
         "√x ln(x^2 + {a})"),
    ),
))  # fmt: skip
_add(Topic(
    "quotient", "Quotient rule", "(u/v)′ = (u′·v − u·v′)/v²: mind the order, and the square below.",
    (
        ("x/(x + {a})", "({a}x + {b})/x", "{a}/(x + {b})", "(x - {a})/(x + {b})", "{a}x/({b}x + 1)"),
        ("({a}x + {b})/(x^2 + {c})", "x^2/(x - {a})", "e^x/x", "sin(x)/x", "({a} - x)/(x^2 + {b})", "x^{n}/(x + {a})"),
        ("ln(x)/x^{n}", "sin(x)/({a} + x^2)", "e^({a}x)/(x^2 + {b})", "(1 - e^(-{a}x))/(1 + e^(-{a}x))",
         "x/√(x^2 + {a})", "(x^2 - {a})/(x^{n} + {b}x)"),
    ),
))  # fmt: skip
_add(Topic(
    "chain", "Chain rule", "Outside times inside: f(g(x))′ = f′(g(x))·g′(x).",
    (
        ("({a}x + {b})^{n}", "({a} - x)^{n}", "√({a}x + {b})", "sin({a}x)", "e^({a}x)", "({a} - {b}x)^2"),
        ("({a}x^2 + {b})^{n}", "√(x^2 + {a})", "1/({a}x + {b})^{n}", "e^(-{a}x^2)", "cos({a}x^2 + {b})",
         "(x^{n} - {a}x)^{m}"),
        ("(sin({a}x) + {b})^{n}", "√({a} + e^({b}x))", "ln({a} + ({b}x - {c})^2)", "e^(sin({a}x))", "sin(√(x^2 + {a}))",
         "1/({a} + e^(-{b}x))^{m}"),
    ),
))  # fmt: skip
_add(Topic(
    "exp_log", "Exponentials and logarithms", "eˣ is its own derivative, ln x has 1/x; then comes the chain rule.",
    (
        ("e^({a}x)", "{a}e^x", "ln({a}x)", "e^x + ln(x)", "e^(-{a}x)", "{a}ln(x)", "{b}e^(-x)"),
        ("x e^(-{a}x)", "e^(-x^2/{a})", "ln(x^2 + {a})", "{a}^x", "e^({a}x + {b})", "x ln(x) - x", "ln({a}x + {b})"),
        ("ln(x + √(x^2 + {a}))", "x^x", "ln((x + {a})/(x + {b}))", "e^(-{a}x) ln(x)", "{a}^({b}x)", "log10(x^2 + {a})",
         "e^({a}x)/(1 + e^({a}x))"),
    ),
))  # fmt: skip
_add(Topic(
    "trigonometric", "Trigonometric functions", "sin becomes cos, cos becomes −sin, tan becomes 1 + tan².",
    (
        ("sin({a}x)", "cos({a}x)", "{a}sin(x) + {b}cos(x)", "tan(x)", "x - cos(x)", "{a}sin(x) - x^2"),
        ("sin(x)^2", "sin(x) cos(x)", "x cos({a}x)", "sin(x^2)", "tan({a}x)", "cos(x)^{n}", "sin({a}x) - cos({b}x)"),
        ("e^(-x) sin({a}x)", "arctan({a}x)", "sin(cos({a}x))", "arcsin(x/{a})", "x^2 arctan(x)",
         "sin({a}x)/(2 + cos(x))"),
    ),
))  # fmt: skip
_add(Topic(
    "activations", "Activation functions", "σ′ = σ(1 − σ), tanh′ = 1 − tanh², relu′ = step; kinks are left out.",
    (
        ("σ(x)", "tanh(x)", "relu(x)", "softplus(x)", "{a}σ(x)", "{a}tanh(x)", "{a}relu(x)", "1/(1 + e^(-x))"),
        ("σ({a}x + {b})", "tanh({a}x)", "relu({a}x - {b})", "softplus({a}x)", "1/(1 + e^(-{a}x))", "leaky_relu({a}x)",
         "σ(-{a}x)"),
        ("x σ({a}x)", "tanh({a}x)^2", "σ(x)(1 - σ(x))", "ln(1 + e^({a}x))", "x tanh({a}x)", "relu({a}x - {b})^2",
         "relu({b} - {a}x)", "σ({a}x)^{n}"),
    ),
))  # fmt: skip
_add(Topic(
    "partial", "Partial derivatives", "All other variables are held fixed, like numbers.",
    (
        ("{a}x^{m} y^{n}", "{a}x^2 + {b}y^2", "x y + {a}x - y", "x^{n} y - {a}x y^2", "({a}x + {b}y)^2"),
        ("sin(x y)", "x/y", "ln(x^2 + y^2)", "e^({a}x) y^{n}", "(x^2 + {a}y)^{n}", "x e^(-y)", "(x y - {a})^2"),
        ("x e^(-x y^2)", "√(x^2 + {a}y^2)", "y/(x^2 + y^2)", "x^y", "sin({a}x) cos(x y)", "(1 - x)^2 + {a}(y - x^2)^2"),
    ),
    variables=("x", "y"), asked=("x", "y"),
))  # fmt: skip
_add(Topic(
    "losses", "Gradients of losses", "The loss of one example with input x and target y: how it changes with a weight.",
    (
        ("(w x - y)^2", "(w x + b - y)^2", "(y - w x)^2/2", "(y - (w x + b))^2", "{a}(w x + b - y)^2"),
        ("(σ(w x + b) - y)^2", "ln(1 + e^(-y (w x + b)))", "|w x + b - y|", "(tanh(w x + b) - y)^2",
         "(w x^2 + b x - y)^2"),
        ("-y ln(σ(w x + b)) - (1 - y) ln(1 - σ(w x + b))", "relu(1 - y (w x + b))", "softplus(w x + b) - y (w x + b)",
         "({a}relu(w x + b) - y)^2/2", "√(1 + (w x + b - y)^2) - 1", "({a}tanh(w x + b) + {b} - y)^2"),
    ),
    variables=("w", "b", "x", "y"), asked=("w", "b"),
))  # fmt: skip
_add(Topic(
    "regularization", "Regularization terms", "What a penalty adds to the gradient of a weight; λ is fixed.",
    (
        ("λ w^2", "λ |w|", "λ w^2/2", "{a}λ w^2", "λ (w^2 + v^2)", "λ (|w| + |v|)"),
        ("(w x - y)^2 + λ w^2", "(w - {a})^2 + λ |w|", "λ (w - {a})^2/2", "(w x - y)^2/2 + λ |w|", "λ w^4 + {a}w"),
        ("λ (a |w| + (1 - a) w^2)", "λ ln(1 + {a}w^2)", "λ √(w^2 + {a})", "ln(1 + e^(-y w x)) + λ w^2/2",
         "λ w^2/({a} + w^2)", "(w v x - y)^2 + λ (w^2 + v^2)"),
    ),
    variables=("w", "v", "x", "y", "a", "λ"), asked=("w",),
))  # fmt: skip

NOTES: Final = tuple(
    Question(topic, difficulty, parse(text, ("x",)), "x")
    for topic, difficulty, text in (
        ("exp_log", 1, "e^(-2x)"),
        ("chain", 1, "(2 - x)^2"),
        ("activations", 1, "1/(1 + e^(-x))"),
        ("activations", 1, "tanh(x)"),
        ("activations", 1, "relu(x)"),
    )
)
"""The course notes' own problems, in their order."""


def question(topic: str, difficulty: int, rng: np.random.Generator) -> Question:
    """A question drawn at random; the same generator state gives the same question."""
    kind = TOPICS[topic]
    if difficulty not in DIFFICULTIES:
        raise ValueError(f"difficulties are 1, 2 and 3, not {difficulty}")
    patterns = kind.patterns[difficulty - 1]
    pattern = patterns[int(rng.integers(len(patterns)))]
    a, b, c = (int(number) for number in rng.permutation(np.arange(2, 10))[:3])
    m, n = sorted(int(number) for number in rng.permutation(np.arange(2, 6))[:2])
    formula = parse(pattern.format(a=a, b=b, c=c, m=m, n=n), kind.variables)
    possible = [name for name in kind.asked if name in formula.variables]
    return Question(topic, difficulty, formula, possible[int(rng.integers(len(possible)))])
