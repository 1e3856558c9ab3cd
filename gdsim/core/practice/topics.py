"""The topics of practice, each with formulas of three difficulties to draw from, endlessly.

A pattern is a formula as text with letters in braces for whole numbers: {a} {b} {c} from 2 up, {m} {n} exponents; {s}
is a sign, {trig} and {other} are sine and cosine or the other way round.  The course notes' own problems come first.
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
        ("{a}x^{n}", "{a}x^{n} + {b}x", "x^{n} {s} {a}", "{a}x^{m} {s} {b}x + {c}", "-{a}x^{n} {s} x",
         "x^{n} {s} {a}x"),
        ("x^{n} {s} {a}x^{m} + {b}", "{a}/x^{m} {s} {b}", "{a}√x {s} {b}x", "{a}x^(-{n})", "x^{n}/{a} {s} x/{b}",
         "{a}x^{n} {s} {b}/x"),
        ("{a}√x {s} {b}/x^{m}", "{a}x^({n}/{c})", "(x^{n} {s} {a})/x", "{a}x√x {s} {b}", "1/√x {s} {a}x^{n}",
         "{a}x^(-{n}) + x^({m}/{b})"),
    ),
))  # fmt: skip
_add(Topic(
    "product", "Product rule", "(u·v)′ = u′·v + u·v′: two terms, in each one factor differentiated.",
    (
        ("x^{n} ({a}x {s} {b})", "({a}x {s} {b}) e^x", "({a}x {s} {b}) {trig}(x)", "({a}x + {b})(x {s} {c})",
         "{a}x ln(x)", "x^{n} (x^{m} {s} {a})"),
        ("{a}x^{n} {trig}(x)", "{a}x^{n} e^x", "{a}x^{n} ln(x)", "({a}x {s} {b})(x^2 + {c})", "{a}√x e^x",
         "({a} - {b}x) {trig}(x)"),
        ("x^{n} e^({a}x)", "e^(-{a}x) {trig}({b}x)", "x^{n} ln({a}x)", "(x^2 {s} {a}) e^(-{b}x)",
         "x {trig}({a}x) {other}(x)", "√x ln(x^2 + {a})"),
    ),
))  # fmt: skip
_add(Topic(
    "quotient", "Quotient rule", "(u/v)′ = (u′·v − u·v′)/v²: mind the order, and the square below.",
    (
        ("{b}x/(x {s} {a})", "({a}x + {b})/x", "{a}/(x {s} {b})", "(x - {a})/(x + {b})", "{a}x/({b}x {s} 1)"),
        ("({a}x {s} {b})/(x^2 + {c})", "{b}x^2/(x - {a})", "e^x/({a}x)", "{trig}(x)/({a}x)", "({a} - x)/(x^2 + {b})",
         "x^{n}/(x {s} {a})"),
        ("ln(x)/({a}x^{n})", "{trig}(x)/({a} + x^2)", "e^({a}x)/(x^2 + {b})", "(1 - e^(-{a}x))/(1 + e^(-{a}x))",
         "{b}x/√(x^2 + {a})", "(x^2 - {a})/(x^{n} + {b}x)"),
    ),
))  # fmt: skip
_add(Topic(
    "chain", "Chain rule", "Outside times inside: f(g(x))′ = f′(g(x))·g′(x).",
    (
        ("({a}x {s} {b})^{n}", "({a} - x)^{n}", "√({a}x {s} {b})", "{trig}({a}x {s} {b})", "e^({a}x {s} {b})",
         "({a} - {b}x)^2"),
        ("({a}x^2 {s} {b})^{n}", "√({b}x^2 + {a})", "1/({a}x {s} {b})^{n}", "e^(-{a}x^2)", "{trig}({a}x^2 {s} {b})",
         "(x^{n} - {a}x)^{m}"),
        ("({trig}({a}x) + {b})^{n}", "√({a} + e^({b}x))", "ln({a} + ({b}x - {c})^2)", "e^({trig}({a}x))",
         "{trig}(√({b}x^2 + {a}))", "1/({a} + e^(-{b}x))^{m}"),
    ),
))  # fmt: skip
_add(Topic(
    "exp_log", "Exponentials and logarithms", "eˣ is its own derivative, ln x has 1/x; then comes the chain rule.",
    (
        ("{b}e^({a}x)", "{a}e^x {s} {b}", "{b}ln({a}x)", "{a}e^x {s} {b}ln(x)", "{b}e^(-{a}x)", "{a}ln(x) {s} {b}x",
         "{b}e^(-x) + {a}"),
        ("{b}x e^(-{a}x)", "e^(-x^2/{a})", "{b}ln(x^2 + {a})", "{b}*{a}^x", "e^({a}x {s} {b})", "{a}x ln(x) - {b}x",
         "ln({a}x {s} {b})"),
        ("ln(x + √(x^2 + {a}))", "{a}x^x {s} {b}x", "ln((x + {a})/(x + {b}))", "e^(-{a}x) ln({b}x)", "{a}^({b}x)",
         "log10({b}x^2 + {a})", "e^({a}x)/({b} + e^({a}x))"),
    ),
))  # fmt: skip
_add(Topic(
    "trigonometric", "Trigonometric functions", "sin becomes cos, cos becomes −sin, tan becomes 1 + tan².",
    (
        ("{b}sin({a}x)", "{b}cos({a}x)", "{a}sin(x) {s} {b}cos(x)", "{a}tan(x) {s} {b}x", "{a}x {s} {b}{trig}(x)",
         "{a}{trig}(x) - x^2"),
        ("{a}{trig}(x)^2", "sin({a}x) cos(x)", "{b}x {trig}({a}x)", "{trig}(x^2 {s} {a})", "tan({a}x)",
         "{a}{trig}(x)^{n}", "sin({a}x) {s} cos({b}x)"),
        ("e^(-{b}x) {trig}({a}x)", "{b}arctan({a}x)", "{trig}({b}{other}({a}x))", "arcsin(x/{a})", "{a}x^2 arctan(x)",
         "{trig}({a}x)/(2 + {other}(x))"),
    ),
))  # fmt: skip
_add(Topic(
    "activations", "Activation functions", "σ′ = σ(1 − σ), tanh′ = 1 − tanh², relu′ = step; kinks are left out.",
    (
        ("{a}σ(x) {s} {b}", "{a}tanh(x) {s} {b}", "{a}relu(x) {s} {b}x", "{a}softplus(x)", "{a}σ(x) {s} {b}x",
         "{a}tanh(x) {s} {b}x", "{a}relu(x) - {b}", "{a}/(1 + e^(-x))"),
        ("σ({a}x {s} {b})", "{b}tanh({a}x)", "relu({a}x {s} {b})", "{b}softplus({a}x)", "{b}/(1 + e^(-{a}x))",
         "{b}leaky_relu({a}x)", "{b}σ(-{a}x)"),
        ("{b}x σ({a}x)", "{b}tanh({a}x)^2", "{a}σ(x)(1 - σ(x))", "ln({b} + e^({a}x))", "x tanh({a}x {s} {b})",
         "relu({a}x {s} {b})^2", "relu({b} - {a}x)", "{b}σ({a}x)^{n}"),
    ),
))  # fmt: skip
_add(Topic(
    "partial", "Partial derivatives", "All other variables are held fixed, like numbers.",
    (
        ("{a}x^{m} y^{n}", "{a}x^2 {s} {b}y^2", "x y + {a}x {s} {b}y", "x^{n} y {s} {a}x y^2", "({a}x {s} {b}y)^2"),
        ("{trig}({a}x y)", "{a}x/({b}y)", "ln({a}x^2 + {b}y^2)", "e^({a}x) y^{n}", "(x^2 {s} {a}y)^{n}",
         "{b}x e^(-{a}y)", "({b}x y {s} {a})^2"),
        ("{b}x e^(-{a}x y^2)", "√({b}x^2 + {a}y^2)", "{a}y/(x^2 + {b}y^2)", "{a}x^y", "{trig}({a}x) {other}({b}x y)",
         "({b} - x)^2 + {a}(y - x^2)^2"),
    ),
    variables=("x", "y"), asked=("x", "y"),
))  # fmt: skip
_add(Topic(
    "losses", "Gradients of losses", "The loss of one example with input x and target y: how it changes with a weight.",
    (
        ("({a}w - {b})^2", "({a}w + b - {c})^2", "(w x {s} b - y)^2/{a}", "({a} - (w x {s} b))^2",
         "{a}(w x + b {s} {c})^2", "{b}(y - {a}w x)^2/2", "(w x + {a}b - y)^2"),
        ("(σ({a}w {s} b) - y)^2", "ln(1 + e^(-{a}y (w x + b)))", "{a}|w x {s} b - {c}|", "(tanh({a}w + b) - y)^2/{b}",
         "(w x^2 {s} {a}b x - y)^2", "({a}w x + b - y)^{n}"),
        ("-y ln(σ({a}w x + b)) - (1 - y) ln(1 - σ({a}w x + b))", "{b}relu({a} - y (w x + b))",
         "softplus({a}w + b) - y ({a}w + b)", "({a}relu(w x + b) {s} {b} - y)^2/2", "√({a} + (w x {s} {b}b - y)^2)",
         "({a}tanh(w x + b) {s} {b} - y)^2"),
    ),
    variables=("w", "b", "x", "y"), asked=("w", "b"),
))  # fmt: skip
_add(Topic(
    "regularization", "Regularization terms", "What a penalty adds to the gradient of a weight; λ is fixed.",
    (
        ("{a}λ w^2 {s} {b}w", "{a}λ |w| {s} {b}w", "λ (w^2 + v^2)/{a}", "λ ({a}w^2 {s} {b}v)", "λ ({a}|w| + {b}|v|)",
         "{a}λ w^2/{c} {s} {b}"),
        ("({a}w - y)^2 + λ w^2", "(w {s} {a})^2 + {b}λ |w|", "λ (w {s} {a})^2/{b}", "(w x {s} {a})^2/{b} + λ |w|",
         "λ w^4 {s} {a}w", "{a}λ w^{n} {s} {b}w^2"),
        ("λ ({b}a |w| + (1 - a) w^2)", "{b}λ ln(1 + {a}w^2)", "{b}λ √(w^2 + {a})", "ln(1 + e^(-{a}y w)) + λ w^2/{b}",
         "{b}λ w^2/({a} + w^2)", "(w v {s} {a})^2 + {b}λ (w^2 + v^2)"),
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


def question(topic: str, difficulty: int, rng: np.random.Generator, avoid: Question | None = None) -> Question:
    """A question drawn at random, other than `avoid`; the same generator state gives the same question."""
    kind = _kind(topic, difficulty)
    while True:
        patterns = kind.patterns[difficulty - 1]
        drawn = _filled(kind, difficulty, patterns[int(rng.integers(len(patterns)))], rng)
        if avoid is None or drawn.formula != avoid.formula:
            return drawn


def numbered(seed: int, number: int, topic: str, difficulty: int) -> Question:
    """The question of this number, from 0, in the seed's own sequence for a topic and difficulty.

    It depends on nothing else.  All patterns take turns in an order that is shuffled for every round, so no two
    questions in a row have the same one.
    """
    kind = _kind(topic, difficulty)
    patterns = kind.patterns[difficulty - 1]
    place = list(TOPICS).index(topic)
    pattern = patterns[_turn((seed, place, difficulty), number, len(patterns))]
    return _filled(kind, difficulty, pattern, np.random.default_rng([seed, place, difficulty, number, 1]))


def numbered_topic(seed: int, number: int) -> str:
    """The topic of this number where topics are mixed: each takes its turn, none twice in a row."""
    return list(TOPICS)[_turn((seed,), number, len(TOPICS))]


def _turn(seed: tuple[int, ...], number: int, count: int) -> int:
    """Which of `count` (3 at least) is next: rounds in which each occurs once, shuffled, without repeats between."""

    def shuffled(round_: int) -> list[int]:
        return [int(index) for index in np.random.default_rng([*seed, round_, 2]).permutation(count)]

    round_, place = divmod(number, count)
    order = shuffled(round_)
    # The first two change places where the round before ends with this one; its end stays.
    if round_ and shuffled(round_ - 1)[-1] == order[0]:
        order[:2] = order[1::-1]
    return order[place]


def _kind(topic: str, difficulty: int) -> Topic:
    kind = TOPICS[topic]
    if difficulty not in DIFFICULTIES:
        raise ValueError(f"difficulties are 1, 2 and 3, not {difficulty}")
    return kind


def _filled(kind: Topic, difficulty: int, pattern: str, rng: np.random.Generator) -> Question:
    a, b, c = (int(number) for number in rng.permutation(np.arange(2, 13))[:3])
    m, n = sorted(int(number) for number in rng.permutation(np.arange(2, 8))[:2])
    trig, other = (("sin", "cos"), ("cos", "sin"))[int(rng.integers(2))]
    sign = "+-"[int(rng.integers(2))]
    formula = parse(pattern.format(a=a, b=b, c=c, m=m, n=n, s=sign, trig=trig, other=other), kind.variables)
    possible = [name for name in kind.asked if name in formula.variables]
    return Question(kind.key, difficulty, formula, possible[int(rng.integers(len(possible)))])
