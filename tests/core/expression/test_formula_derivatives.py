"""Symbolic derivatives against sympy, reverse mode and the complex step."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from formula_trees import (
    TAME_BINARY,
    TAME_UNARY,
    UndefinedError,
    constants,
    precise_value,
    short_numbers,
    trees,
    variables,
)  # fmt: skip
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.autodiff import PRIMITIVES, grad
from gdsim.core.expression import Call, Constant, Expr, Limits, Number, Variable, parse
from gdsim.core.expression.tree import fold

UNLIMITED = Limits(10**9, 10**9, 10**4, 10**9)


@pytest.mark.parametrize(
    ("typed", "derivative"),
    [
        ("3", "0"),
        ("x", "1"),
        ("y", "0"),
        ("x^2", "2x"),
        ("x²+2x+1", "2x + 2"),
        ("x^3 - 2x", "3x^2 - 2"),
        ("e^(-2x)", "-2e^(-2x)"),
        ("(2-x)^2", "-2(2 - x)"),
        ("σ(x)", "sigmoid(x)*(1 - sigmoid(x))"),
        ("1/(1+e^-x)", "e^(-x)/(1 + e^(-x))^2"),
        ("tanh x", "1 - tanh(x)^2"),
        ("relu(x)", "step(x)"),
        ("leaky_relu(x)", "0.01 + 0.99step(x)"),
        ("softplus(x)", "sigmoid(x)"),
        ("|x|", "sign(x)"),
        ("max(x, 0)", "0.5(1 + sign(x))"),
        ("sign(x) + step(x)", "0"),
        ("√x", "1/(2sqrt(x))"),
        ("ln x", "1/x"),
        ("ln(x²+1)", "2x/(x^2 + 1)"),
        ("log10 x", "1/(x*ln(10))"),
        ("log2 x", "1/(x*ln(2))"),
        ("erf(x)", "2e^(-x^2)/sqrt(pi)"),
        ("gelu(x)", "0.5(1 + erf(x/sqrt(2))) + x*e^(-0.5x^2)/sqrt(2pi)"),
        ("1/x", "-1/x^2"),
        ("x^-2", "-2/x^3"),
        ("2^x", "2^x*ln(2)"),
        ("x^x", "x^x + x^x*ln(x)"),
        ("x^y", "y*x^(y - 1)"),
        ("x sin x", "sin(x) + x*cos(x)"),
        ("sin²x", "2sin(x)*cos(x)"),
        ("sin(2πx)", "2pi*cos(2pi*x)"),
        ("arctan x", "1/(1 + x^2)"),
        ("e^(-x²/2)", "-x*e^(-x^2/2)"),
        ("x^3/3", "x^2"),
        ("0.5(x - 3)²", "x - 3"),
        ("(wx + b - t)²", "2w*(w*x + b - t)"),
        ("100(y-x²)²+(1-x)²", "-400x*(y - x^2) - 2(1 - x)"),
    ],
)
def test_derivatives_read_as_written_by_hand(typed: str, derivative: str) -> None:
    assert str(parse(typed).derivative("x")) == derivative


# Smooth formulas with an interval where they are defined, away from their singular points.
SMOOTH = [
    ("x^5 - 3x^2 + 1/7", -2.0, 2.0),
    ("1/(1+e^-x)", -3.0, 3.0),
    ("e^(-x^2) sin(3x)", -2.0, 2.0),
    ("ln(x) x^2", 0.5, 4.0),
    ("√(x^2+1)/x", 0.5, 3.0),
    ("x^x", 0.5, 3.0),
    ("2^x + x^2.5", 0.5, 3.0),
    ("tan x", -1.2, 1.2),
    ("arcsin(x/2) + arccos(x/3) - arctan x", -1.5, 1.5),
    ("sinh x cosh x - tanh 2x", -2.0, 2.0),
    ("σ(x) + σ(-2x)^2", -3.0, 3.0),
    ("log2(x) + log10(x)", 0.5, 5.0),
    ("((x-1)/(x+1))^3", 0.0, 3.0),
    ("sin(cos(sin x))", -3.0, 3.0),
    ("e^e^(-x)", -1.0, 2.0),
    ("(x^2+1)^-1.5", -2.0, 2.0),
]


def complex_value(expr: Expr, x: complex) -> complex:
    """Value at a complex point by the primitives' own numpy functions."""

    def visit(part: Expr, args: list[Any]) -> Any:
        match part:
            case Number(value=value):
                return complex(value)
            case Constant() as constant:
                return complex(constant.value)
            case Call() as application:
                return application.primitive.forward(*args)
        return x

    return complex(fold(expr, visit))


@pytest.mark.parametrize(("typed", "low", "high"), SMOOTH)
def test_symbolic_reverse_mode_and_complex_step_agree(typed: str, low: float, high: float) -> None:
    expr = parse(typed)
    derivative = expr.derivative("x")
    second = derivative.derivative("x")
    slope = grad(expr.function("x"))
    for x in np.random.default_rng(1).uniform(low, high, 20):
        value = derivative(x=x)
        assert value == pytest.approx(slope(float(x)), rel=1e-12, abs=1e-12)
        assert value == pytest.approx(complex_value(expr, complex(x, 1e-30)).imag / 1e-30, rel=1e-12, abs=1e-12)
        assert second(x=x) == pytest.approx(grad(slope)(float(x)), rel=1e-11, abs=1e-11)


tame = trees(st.one_of(short_numbers, constants, variables("x", "y")), TAME_UNARY, TAME_BINARY)


@given(tame, st.floats(-2, 2), st.floats(-2, 2))
def test_symbolic_derivative_of_any_tame_formula_equals_reverse_mode(expr: Expr, x: float, y: float) -> None:
    f = expr.function("x", "y")
    scale = max(1.0, *(abs(value(x=x, y=y)) for value in _factors(expr)))
    for position, name in enumerate(("x", "y")):
        if name in expr.variables:
            symbolic = expr.derivative(name)(x=x, y=y)
            assert symbolic == pytest.approx(grad(f, position)(x, y), rel=1e-11, abs=1e-11 * scale)


def _factors(expr: Expr) -> list[Expr]:
    """Products make derivatives large; their parts give the scale of rounding errors."""
    return [expr, *(expr.derivative(name) for name in expr.variables)]


def to_sympy(expr: Expr) -> Any:
    """The tree as sympy's, part by part; no text is handed over."""
    operations: dict[str, Callable[..., Any]] = {
        "neg": lambda a: -a, "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b, "pow": lambda a, b: a**b, "sqrt": sympy.sqrt, "exp": sympy.exp, "log": sympy.log,
        "log2": lambda a: sympy.log(a) / sympy.log(2), "log10": lambda a: sympy.log(a) / sympy.log(10),
        "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "asin": sympy.asin, "acos": sympy.acos,
        "atan": sympy.atan, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "erf": sympy.erf,
        "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
        "gelu": lambda a: a / 2 * (1 + sympy.erf(a / sympy.sqrt(2))),
    }  # fmt: skip

    def visit(part: Expr, args: list[Any]) -> Any:
        match part:
            case Number(value=value):
                return sympy.Rational(repr(value))
            case Constant(name=name):
                return sympy.pi if name == "pi" else sympy.E
            case Variable(name=name):
                return sympy.Symbol(name, real=True)
            case Call(key=key):
                return operations[key](*args)
        raise AssertionError(part)

    return fold(expr, visit)


ANALYTIC = (
    "neg", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "sigmoid", "softplus", "gelu", "erf",
)  # fmt: skip
analytic = trees(
    st.one_of(short_numbers, constants, variables("x", "x", "y")), ANALYTIC, ("add", "sub", "mul", "div", "pow"), 6
)


@given(analytic, st.fractions(-3, 3, max_denominator=7), st.fractions(-3, 3, max_denominator=7))
def test_derivative_equals_that_of_sympy(expr: Expr, x: Fraction, y: Fraction) -> None:
    with mpmath.workdps(120):
        point = {name: mpmath.mpf(v.numerator) / v.denominator for name, v in (("x", x), ("y", y))}
    derivative = expr.derivative("x")
    try:
        precise_value(expr, point)
        ours = precise_value(derivative, point)
    except UndefinedError:
        return
    symbols = {
        sympy.Symbol(name, real=True): sympy.Rational(v.numerator, v.denominator) for name, v in (("x", x), ("y", y))
    }
    theirs = sympy.diff(to_sympy(expr), sympy.Symbol("x", real=True)).subs(symbols).evalf(30)
    if theirs.is_real:
        assert abs(mpmath.mpf(str(theirs)) - ours) <= mpmath.mpf(10) ** -12 * max(1, abs(ours))


@given(trees(st.one_of(short_numbers, constants, variables("x", "y"))))
def test_derivatives_are_formulas_that_can_be_read_back(expr: Expr) -> None:
    for name in expr.variables:
        derivative = expr.derivative(name)
        assert parse(str(derivative), limits=UNLIMITED) == derivative
        assert derivative.to_latex()


@pytest.mark.parametrize("key", [key for key, p in PRIMITIVES.items() if p.names and p.arity == 1])
@pytest.mark.parametrize("x", [-0.7, 0.3, 0.8])
def test_derivative_of_every_function_against_differences(key: str, x: float) -> None:
    expr = Call(key, (Variable("x"),))
    h = 6e-6
    difference = (expr(x=x + h) - expr(x=x - h)) / (2 * h)
    if np.isfinite(difference):
        assert expr.derivative("x")(x=x) == pytest.approx(difference, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(
    ("typed", "x", "slope"),
    [("|x|", 0.0, 0.0), ("relu(x)", 0.0, 0.0), ("max(x, 0)", 0.0, 0.5), ("min(x, -x)", 0.0, 0.0), ("x^0", 0.0, 0.0)],
)
def test_kinks_have_the_slope_that_reverse_mode_gives(typed: str, x: float, slope: float) -> None:
    expr = parse(typed)
    assert expr.derivative("x")(x=x) == slope == grad(expr.function("x"))(x)


def test_derivation_names_the_rules_from_the_inside_out() -> None:
    steps = parse("x e^(-2x)").derivation("x")
    assert [(rule, str(before), str(after)) for rule, before, after in steps] == [
        ("constant factor rule", "2x", "2"),
        ("constant factor rule", "-2x", "-2"),
        ("chain rule with (eˣ)′ = eˣ", "e^(-2x)", "-2e^(-2x)"),
        ("product rule", "x*e^(-2x)", "e^(-2x) - 2x*e^(-2x)"),
    ]


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("3", "constant rule"),
        ("y²", "constant rule"),
        ("x", "identity rule"),
        ("x + 1", "sum rule"),
        ("x - 1", "difference rule"),
        ("3x", "constant factor rule"),
        ("x/3", "constant factor rule"),
        ("1/x", "quotient rule"),
        ("x²", "power rule"),
        ("(x+1)²", "chain rule with the power rule"),
        ("2^x", "exponential rule"),
        ("2^(3x)", "chain rule with the exponential rule"),
        ("x^x", "power rule and exponential rule"),
        ("sin x", "sin′ = cos"),
        ("sin 2x", "chain rule with sin′ = cos"),
    ],
)
def test_last_rule(typed: str, rule: str) -> None:
    expr = parse(typed)
    last = expr.derivation("x")[-1]
    assert last.rule == rule
    assert last.before == expr
    assert last.after == expr.derivative("x")


def test_only_variables_can_be_differentiated_by() -> None:
    assert parse("θ²").derivative("θ") == parse("2theta")
    assert parse("θ²").derivation("θ")[-1].after == parse("2theta")
    for name in ("e", "pi", "2", "x+1"):
        with pytest.raises(ValueError, match="not the name of a variable"):
            parse("x").derivative(name)


@pytest.mark.parametrize("x", [-8.0, -0.3, 0.3, 27.0])
def test_a_cube_root_has_a_value_and_a_slope_left_of_zero_too(x):
    root = parse("cbrt(x)")
    assert root(x=x) == pytest.approx(np.cbrt(x), rel=1e-14)
    assert root.derivative("x")(x=x) == pytest.approx(1 / (3 * np.cbrt(x) ** 2), rel=1e-14)


@pytest.mark.parametrize(
    ("typed", "slope"),
    [
        ("cbrt(x)", "1/(3abs(x)^(2/3))"), ("ln|x|", "1/x"), ("|x|^3", "3x^2*sign(x)"),
        ("sign(x)√|x|", "1/(2sqrt(abs(x)))"), ("|x|^2", "2x"), ("x|x|", "abs(x) + x*sign(x)"),
    ],
)  # fmt: skip
def test_signs_and_sizes_are_put_together(typed, slope):
    expr = parse(typed)
    assert str(expr.derivative("x")) == slope
    for x in (-1.7, 0.3):
        step = 1e-6
        assert expr.derivative("x")(x=x) == pytest.approx((expr(x=x + step) - expr(x=x - step)) / (2 * step), rel=1e-8)
