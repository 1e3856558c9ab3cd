"""Every line of a derivation is true, numerically, for thousands of formulas; the last is the derivative."""

from __future__ import annotations

import itertools
import math
import random
import warnings

import mpmath
import pytest

from gdsim.core.expression import Expr, Number, Variable, parse
from gdsim.core.expression.tree import call
from gdsim.core.slope import derivation_lines, derive
from gdsim.core.slope.derivation import DerivationLine
from tests.core.expression.formula_trees import UndefinedError, precise_value

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath

UNARY = (
    "neg", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "sigmoid", "softplus", "relu", "leaky_relu", "elu", "gelu", "erf", "abs",
)  # fmt: skip
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")
PLACES = ("0.61", "1.37", "-0.83", "2.9")


def random_formula(rng: random.Random, size: int) -> Expr:
    if size <= 1:
        leaves = [Variable("x")] * 3 + [Number(float(rng.randint(1, 6))), Number(0.5), Variable("w")]
        return rng.choice(leaves)
    if rng.random() < 0.45:
        return call(rng.choice(UNARY), random_formula(rng, size - 1))
    left = rng.randint(1, size - 1)
    return call(rng.choice(BINARY), random_formula(rng, left), random_formula(rng, size - left))


def value(expr: Expr, x: str) -> mpmath.mpf | None:
    try:
        return precise_value(expr, {"x": mpmath.mpf(x), "w": mpmath.mpf("1.7")})
    except (UndefinedError, mpmath.libmp.ComplexResult, ZeroDivisionError):
        return None


def assert_true(line: DerivationLine, *, places=PLACES[:2]) -> int:
    """Both sides of a line have the same value wherever both have one; returns at how many places."""
    before, after = line.evaluated(line.before), line.evaluated(line.after)
    counted = 0
    for x in places:
        left, right = value(before, x), value(after, x)
        if left is None or right is None:
            continue
        counted += 1
        assert mpmath.almosteq(left, right, rel_eps=1e-12, abs_eps=1e-12), (str(before), str(after), x)
    return counted


@pytest.mark.parametrize("seed", range(20))
def test_every_line_is_true(seed):
    rng = random.Random(seed)
    counted = 0
    for _ in range(70):
        expr = random_formula(rng, rng.randint(1, 8))
        lines = derive(expr, "x")
        for earlier, later in itertools.pairwise(lines):
            assert later.before == earlier.after
        assert not set(lines[-1].after.variables) - {"x", "w"}  # nothing is left to do
        for line in lines:
            counted += assert_true(line)
    assert counted > 150


@pytest.mark.parametrize("seed", range(10))
def test_the_last_line_is_the_derivative(seed):
    """Against a difference quotient in 120 digits."""
    rng = random.Random(1000 + seed)
    compared = 0
    for _ in range(50):
        expr = random_formula(rng, rng.randint(2, 8))
        last = derive(expr, "x")[-1].after
        with mpmath.workdps(120):
            h = mpmath.mpf(10) ** -40
            for x in PLACES:
                there, here, slope = (
                    value(expr, mpmath.nstr(mpmath.mpf(x) + h, 110)),
                    value(expr, mpmath.nstr(mpmath.mpf(x) - h, 110)),
                    value(last, x),
                )
                if there is None or here is None or slope is None or abs(slope) > 1e12:
                    continue
                compared += 1
                assert mpmath.almosteq((there - here) / (2 * h), slope, rel_eps=1e-15, abs_eps=1e-15), (str(expr), x)
    assert compared > 40


@pytest.mark.parametrize(
    ("typed", "rules", "last"),
    [
        ("7", ["constant rule"], "0"),
        ("x", ["identity rule"], "1"),
        ("x^5", ["power rule"], "5x^4"),
        ("cbrt(x)", ["cube root rule"], "1/(3abs(x)^(2/3))"),
        ("cbrt(x^2)", ["chain rule with the cube root rule", "power rule", "simplify"], "2x/(3abs(x^2)^(2/3))"),
        ("e^(-2x)", ["chain rule with the exponential rule", "constant factor rule", "identity rule", "simplify"],
         "-2e^(-2x)"),
        ("(2 - x)^2",
         ["chain rule with the power rule", "difference rule", "constant rule", "identity rule", "simplify"],
         "-2(2 - x)"),
        ("x^2 sin(x)", ["product rule", "power rule", "sine rule"], "2x*sin(x) + x^2*cos(x)"),
        ("ln(x)/x", ["quotient rule", "logarithm rule", "identity rule", "simplify"], "(1 - ln(x))/x^2"),
        ("tanh(x)", ["tanh rule"], "1 - tanh(x)^2"),
        ("σ(x)", ["sigmoid rule"], "sigmoid(x)*(1 - sigmoid(x))"),
        ("relu(x)", ["relu rule"], "step(x)"),
        ("2^x", ["exponential rule"], "2^x*ln(2)"),
        ("5/x", ["quotient rule", "identity rule", "simplify"], "-5/x^2"),
        ("x^2 + x + 1", ["sum rule", "power rule", "identity rule", "constant rule", "simplify"], "2x + 1"),
        ("√x", ["root rule"], "1/(2sqrt(x))"),
        ("x e^(-x)",
         ["product rule", "identity rule", "chain rule with the exponential rule", "constant factor rule",
          "identity rule", "simplify"], "e^(-x)*(1 - x)"),
    ],
)  # fmt: skip
def test_rules_are_named_from_the_outside_in(typed, rules, last):
    lines = derive(parse(typed), "x")
    assert [line.rule for line in lines] == rules
    assert str(lines[-1].after) == last


@pytest.mark.parametrize(
    ("typed", "last"),
    [
        ("ln(x + √(x^2 + 4))", "1/sqrt(x^2 + 4)"),
        ("ln((x + 2)/(x + 5))", "3/((x + 5)*(x + 2))"),
        ("e^(-x) sin(3x)", "e^(-x)*(3cos(3x) - sin(3x))"),
        ("x^3 e^(5x)", "e^(5x)*(3x^2 + 5x^3)"),
    ],
)
def test_the_last_line_is_short(typed, last):
    assert str(derive(parse(typed), "x")[-1].after) == last


def test_the_lines_as_written_on_paper():
    lines = derive(parse("e^(-2x)"), "x")
    assert [line.latex for line in lines] == [
        r"\frac{d}{d x}\left[e^{-2 x}\right] = e^{-2 x} \frac{d}{d x}\left[-2 x\right]",
        r"e^{-2 x} \frac{d}{d x}\left[-2 x\right] = e^{-2 x} \left(-2 \frac{d}{d x}\left[x\right]\right)",
        r"e^{-2 x} \left(-2 \frac{d}{d x}\left[x\right]\right) = e^{-2 x} \left(-2 \cdot 1\right)",
        r"e^{-2 x} \left(-2 \cdot 1\right) = -2 e^{-2 x}",
    ]
    assert lines[0].words == "Outside times inside: (eˣ)′ = eˣ with u = −2x, times u′."
    partial = derive(parse("λ w^2"), "w")[0]
    assert partial.latex.startswith(r"\frac{\partial}{\partial w}\left[\lambda w^{2}\right]")
    assert partial.words == "λ is a constant factor: it stays."


def test_words_have_their_formulas_in_latex():
    first = derive(parse("x^2 sin(3x)"), "x")[0]
    assert first.words == "(u·v)′ = u′·v + u·v′ with u = x^2, v = sin(3x)."
    assert first.marked == r"(u·v)′ = u′·v + u·v′ with u = $x^{2}$, v = $\sin 3 x$."
    for typed in ("e^(-2x)", "5/x", "x/(x + 1)", "3x/7", "2^(3x)", "x^x", "max(x, 2)", "-4x", "(x + 1)^3"):
        for line in derive(parse(typed), "x"):
            assert "{" not in line.words
            assert line.marked.count("$") % 2 == 0
            for part in line.marked.split("$")[1::2]:
                assert ziamath.Latex(part).getsize()[0] > 2


@pytest.mark.parametrize(
    ("typed", "words"), [("relu(3x)", "kink"), ("|x^2 - 1|", "kink"), ("step(x)", "jump"), ("max(x, 1)", "kink")]
)
def test_kinks_are_named(typed, words):
    assert words in derive(parse(typed), "x")[0].note
    assert not any(line.note for line in derive(parse("x e^(-x)"), "x"))


def test_a_variable_of_the_same_name_as_a_placeholder_is_left_alone():
    lines = derive(parse("D100 x^2 + sin(U999 x)"), "x")
    assert str(lines[-1].after) == "2x*D100 + U999*cos(x*U999)"
    assert all(assert_true_named(line) for line in lines)


def assert_true_named(line: DerivationLine) -> bool:
    values = {"D100": 1.3, "U999": 0.7, "x": 0.9}
    before, after = line.evaluated(line.before), line.evaluated(line.after)
    return math.isclose(before(**values), after(**values), rel_tol=1e-12)


@pytest.mark.parametrize(
    "typed",
    ["x^2 sin(3x)", "1/(1 + e^-x)", "x^x", "max(x, x^2)", "√(1 - x^2)/|x|", "tanh(relu(x - 1))", "log2(x) + gelu(x)"],
)
def test_every_line_is_typeset(typed):
    for line in derive(parse(typed), "x"):
        width, height = ziamath.Latex(line.latex).getsize()
        assert width > 10
        assert height > 5


def test_large_formulas_come_line_by_line():
    product = parse("*".join(f"(x+{n})" for n in range(1, 25)))
    lines = derivation_lines(product, "x")
    assert next(lines).rule == "product rule"
    nested = parse("sin(" * 30 + "x" + ")" * 30)
    assert [line.rule for line in derive(nested, "x")][28:30] == ["chain rule with the sine rule", "sine rule"]
