"""Questions: endless, seeded, with answers that sympy agrees with, hints, domains and derivations that hold."""

from __future__ import annotations

import functools
import itertools
import math
import warnings

import mpmath
import numpy as np
import pytest
import sympy

from gdsim.core.expression import Call, Constant, Expr, Number, Variable, parse
from gdsim.core.expression.tree import fold
from gdsim.core.practice import (
    DIFFICULTIES,
    NOTES,
    TOPICS,
    Outcome,
    Question,
    check,
    numbered,
    numbered_topic,
    question,
)
from gdsim.core.slope.enclosure import UndecidedError, UndefinedError, enclose, exactly

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath

KINDS = [(topic, difficulty) for topic in TOPICS for difficulty in DIFFICULTIES]

_FUNCTIONS = {
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "exp": sympy.exp,
    "log": sympy.log,
    "log10": lambda x: sympy.log(x, 10),
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "asin": sympy.asin,
    "atan": sympy.atan,
    "tanh": sympy.tanh,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "abs": sympy.Abs,
    "step": sympy.Heaviside,
    "sign": sympy.sign,
    "relu": lambda x: sympy.Max(x, 0),
    "leaky_relu": lambda x: sympy.Max(x, 0) + sympy.Rational(1, 100) * sympy.Min(x, 0),
}


def to_sympy(expr: Expr) -> sympy.Expr:
    def visit(part, args):
        match part:
            case Number(value=value):
                return sympy.Rational(repr(value))
            case Constant(name=name):
                return sympy.pi if name == "pi" else sympy.E
            case Variable(name=name):
                return sympy.Symbol(name, real=True)
            case Call(key=key):
                return _FUNCTIONS[key](*args)
        raise AssertionError

    return fold(expr, visit)


@functools.cache
def sympy_derivative(asked: Question):
    """sympy's own derivative as an mpmath function of the question's variables."""
    symbols = [sympy.Symbol(name, real=True) for name in asked.formula.variables]
    found = sympy.diff(to_sympy(asked.formula), sympy.Symbol(asked.variable, real=True))
    return sympy.lambdify(symbols, found, "mpmath")


def drawn(topic, difficulty, count, seed=0):
    rng = np.random.default_rng([seed, list(TOPICS).index(topic), difficulty])
    return [question(topic, difficulty, rng) for _ in range(count)]


@pytest.mark.parametrize(("topic", "difficulty"), KINDS)
def test_answers_agree_with_sympy(topic, difficulty):
    """100 questions of each kind, 3000 in all, at four points each, in 120 digits."""
    rng = np.random.default_rng(5)
    compared = 0
    for asked in drawn(topic, difficulty, 100):
        derivative = sympy_derivative(asked)
        for _ in range(4):
            point = {name: exactly(round(float(rng.uniform(-3, 3)), 3)) for name in asked.formula.variables}
            if not all(point.values()):
                continue  # where relu and |·| have their kinks
            try:
                enclose(asked.formula, point)
                ours = enclose(asked.answer, point, 120).middle
            except (UndefinedError, UndecidedError):
                continue
            with mpmath.workdps(120):
                theirs = derivative(*(mpmath.mpf(str(point[name])) for name in asked.formula.variables))
                assert mpmath.almosteq(theirs, mpmath.mpf(str(ours)), rel_eps=1e-25, abs_eps=1e-25), (asked, point)
            compared += 1
    assert compared > 100


@pytest.mark.parametrize(("topic", "difficulty"), KINDS)
def test_the_derivative_as_sympy_writes_it_is_right(topic, difficulty):
    """Other forms of the answer are accepted: sympy's, ours as text, ours expanded into one fraction."""
    for asked in drawn(topic, difficulty, 6, seed=1):
        assert check(asked, str(asked.answer)).outcome is Outcome.RIGHT, str(asked.formula)
        found = sympy.diff(to_sympy(asked.formula), sympy.Symbol(asked.variable, real=True))
        for form in (found, sympy.together(found), sympy.expand(found)):
            if form.has(sympy.Heaviside, sympy.Derivative, sympy.Max, sympy.Min, sympy.Subs):
                continue
            text = str(form).replace("**", "^").replace("Abs", "abs").replace("log", "ln")
            judgement = check(asked, text)
            if "too long" in judgement.text or "too large" in judgement.text:
                continue
            assert judgement.outcome is Outcome.RIGHT, (str(asked.formula), text, judgement.text)


@pytest.mark.parametrize(("topic", "difficulty"), KINDS)
def test_a_nudged_answer_is_wrong(topic, difficulty):
    for asked in drawn(topic, difficulty, 6, seed=2):
        answer = str(asked.answer)
        for nudged in (
            f"{answer} + 1e-6",
            f"({answer})*1.0000001",
            f"-({answer})",
            f"{answer} - 1e-14*{asked.variable}",
        ):
            assert check(asked, nudged).outcome is Outcome.WRONG, (str(asked.formula), nudged)


@pytest.mark.parametrize(("topic", "difficulty"), KINDS)
def test_questions_are_endless_and_seeded(topic, difficulty):
    first, again, other = (drawn(topic, difficulty, 40, seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    for asked in first:
        assert (asked.topic, asked.difficulty) == (topic, difficulty)
        assert asked.variable in asked.formula.variables
        assert asked.variable in TOPICS[topic].asked
        assert Question.from_json(asked.to_json()) == asked


@pytest.mark.parametrize(("topic", "difficulty"), KINDS)
def test_hardly_a_question_comes_twice(topic, difficulty):
    assert len({asked.formula for asked in drawn(topic, difficulty, 300)}) >= 100
    numbers = [numbered(7, number, topic, difficulty) for number in range(300)]
    assert len({asked.formula for asked in numbers}) >= 100


@pytest.mark.parametrize(("topic", "difficulty"), KINDS)
def test_no_question_comes_twice_running(topic, difficulty):
    for seed in range(4):
        asked = [numbered(seed, number, topic, difficulty) for number in range(150)]
        assert all(one.formula != other.formula for one, other in itertools.pairwise(asked))
    rng = np.random.default_rng(1)
    last = None
    for _ in range(150):
        following = question(topic, difficulty, rng, avoid=last)
        assert last is None or following.formula != last.formula
        last = following


def test_a_number_gives_one_question_whatever_was_asked_before():
    forth = [numbered(3, number, "losses", 2) for number in range(40)]
    back = [numbered(3, number, "losses", 2) for number in reversed(range(40))]
    assert forth == back[::-1]
    assert forth != [numbered(4, number, "losses", 2) for number in range(40)]


def test_mixed_topics_take_turns():
    for seed in range(5):
        topics = [numbered_topic(seed, number) for number in range(60)]
        assert all(one != other for one, other in itertools.pairwise(topics))
        assert all(set(topics[start : start + 10]) == set(TOPICS) for start in range(0, 60, 10))
    assert [numbered_topic(0, number) for number in range(20)] != [numbered_topic(1, number) for number in range(20)]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_pattern_can_be_asked(topic):
    kind = TOPICS[topic]
    assert kind.key == topic
    assert kind.about.endswith(".")
    for difficulty, patterns in zip(DIFFICULTIES, kind.patterns, strict=True):
        assert len(set(patterns)) == len(patterns) >= 5
        for pattern in patterns:
            filled = pattern.format(a=2, b=3, c=5, m=2, n=3, s="-", trig="sin", other="cos")
            formula = parse(filled, kind.variables)
            for variable in set(kind.asked) & set(formula.variables):
                asked = Question(topic, difficulty, formula, variable)
                assert asked.domain
                assert asked.answer.variables or asked.answer(x=0.0) is not None
                assert asked.derivation[-1].after.size <= 200
                assert len(asked.hints) == 3
                assert all(hint.text for hint in asked.hints)
                assert asked.hints[2].latex == asked.derivation[0].latex


def test_the_notes_come_first():
    assert [str(asked.formula) for asked in NOTES] == [
        "e^(-2x)", "(2 - x)^2", "1/(1 + e^(-x))", "tanh(x)", "relu(x)",
    ]  # fmt: skip
    for asked, answer in zip(
        NOTES, ["-2e^(-2x)", "-2(2-x)", "e^(-x)/(1+e^(-x))^2", "1-tanh(x)^2", "step(x)"], strict=True
    ):
        assert check(asked, answer).right
        assert asked.topic in TOPICS


def test_prompts():
    assert NOTES[0].prompt == "Differentiate f(x)."
    assert NOTES[0].latex == r"f\left(x\right) = e^{-2 x}"
    assert NOTES[0].wanted_latex == r"f'\left(x\right)"
    assert [hint.text for hint in NOTES[0].hints][:2] == [
        "Begin with the chain rule with the exponential rule.",
        "Outside times inside: (eˣ)′ = eˣ with u = −2x, times u′.",
    ]
    partial = Question("regularization", 1, parse("λ w^2", ("w", "λ")), "w")
    assert partial.prompt == "Find ∂f/∂w; hold λ fixed."
    assert partial.wanted_latex == r"\frac{\partial f}{\partial w}"
    assert partial.latex == r"f\left(\lambda, w\right) = \lambda w^{2}"
    assert partial.domain == ((-math.inf, math.inf),)
    greek = Question("power", 1, parse("λ θ^2 μ"), "theta")
    assert greek.wanted_latex == r"\frac{\partial f}{\partial \theta}"
    assert greek.prompt == "Find ∂f/∂θ; hold λ and μ fixed."
    assert Question("power", 1, parse("θ^2"), "theta").wanted_latex == r"f'\left(\theta\right)"


def test_hints_are_marked():
    assert [hint.marked for hint in NOTES[0].hints] == [
        "Begin with the chain rule with the exponential rule.",
        "Outside times inside: (eˣ)′ = eˣ with u = $-2 x$, times u′.",
        "The first line is:",
    ]
    assert [hint.latex != "" for hint in NOTES[0].hints] == [False, False, True]


@pytest.mark.parametrize("asked", [*NOTES, *drawn("losses", 3, 4), *drawn("quotient", 3, 4)], ids=str)
def test_questions_are_typeset(asked):
    for latex in (asked.latex, asked.wanted_latex, asked.hints[2].latex, asked.derivation[-1].latex):
        assert ziamath.Latex(latex).getsize()[0] > 5


@pytest.mark.parametrize(
    ("formula", "domain"),
    [
        ("x^2", [(-math.inf, math.inf)]),
        ("1/x", [(-math.inf, 0), (0, math.inf)]),
        ("ln(x)", [(0, math.inf)]),
        ("x^x", [(0, math.inf)]),
        ("relu(2x - 3)", [(-math.inf, 1.5), (1.5, math.inf)]),
        ("arcsin(x/2)", [(-2, 2)]),
        ("ln((x + 2)/(x + 3))", [(-math.inf, -3), (-2, math.inf)]),
        ("2x/(3x + 1)", [(-math.inf, -1 / 3), (-1 / 3, math.inf)]),
        ("√(2x + 3)", [(-1.5, math.inf)]),
        ("√(x(0.1 - x))", [(0, 0.1)]),
        ("e^x/(1 + e^x)", [(-math.inf, math.inf)]),
    ],
)
def test_domains(formula, domain):
    found = Question("power", 1, parse(formula), "x").domain
    assert np.array(found) == pytest.approx(np.array(domain, dtype=float))


@pytest.mark.parametrize(
    "data",
    [
        None,
        3,
        {},
        {"topic": "power"},
        {**NOTES[0].to_json(), "formula": "e^("},
        {**NOTES[0].to_json(), "variable": "y"},
        {**NOTES[0].to_json(), "difficulty": 7},
        {**NOTES[0].to_json(), "variables": 3},
    ],
)
def test_broken_saved_questions_are_refused(data):
    with pytest.raises(ValueError, match="not a saved question"):
        Question.from_json(data)


@pytest.mark.parametrize("difficulty", [0, 4])
def test_other_difficulties_are_refused(difficulty):
    with pytest.raises(ValueError, match="difficulties are 1, 2 and 3"):
        question("power", difficulty, np.random.default_rng(0))
