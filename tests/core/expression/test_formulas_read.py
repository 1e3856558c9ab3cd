"""What students write is read as they mean it."""

from __future__ import annotations

import math

import pytest

from gdsim.core.expression import Limits, parse
from gdsim.core.expression.parser import other_readings

# (typed, the same with every sign and bracket)
NOTATION = [
    ("x^2", "x**2"),
    ("2x", "2*x"),
    ("x²", "x^2"),
    ("x³ + x¹²", "x^3 + x^12"),
    ("x⁻¹", "x^(-1)"),
    ("2³", "2^3"),
    ("π", "pi"),
    ("2πx", "(2*pi)*x"),
    ("PI", "pi"),
    ("e^x", "exp(x)"),
    ("exp x", "exp(x)"),
    ("e^-x", "exp(-x)"),
    ("e**-x", "exp(-x)"),
    ("e²", "exp(2)"),
    ("xe^x", "x*exp(x)"),
    ("2xe^-x^2", "(2*x)*exp(-(x^2))"),
    ("sin x", "sin(x)"),
    ("sin 2x", "sin(2*x)"),
    ("sin2x", "sin(2*x)"),
    ("sin 2 x", "sin(2*x)"),
    ("sin 2πx", "sin((2*pi)*x)"),
    ("sin(2pix)", "sin((2*pi)*x)"),
    ("sin 2(x+1)", "sin(2*(x+1))"),
    ("sin -x", "sin(-x)"),
    ("sinx", "sin(x)"),
    ("sinθ", "sin(theta)"),
    ("Sin(x)", "sin(x)"),
    ("sin^2 x", "(sin(x))^2"),
    ("sin²x", "(sin(x))^2"),
    ("sin²(x)", "(sin(x))^2"),
    ("sin^-1 x", "arcsin(x)"),
    ("tan⁻¹(x)", "arctan(x)"),
    ("ln sin x", "ln(sin(x))"),
    ("x sin x", "x*sin(x)"),
    ("xsinx", "x*sin(x)"),
    ("|x|", "abs(x)"),
    ("||x|-1|", "abs(abs(x)-1)"),
    ("|x|-|y|", "abs(x)-abs(y)"),
    ("|x||y|", "abs(x)*abs(y)"),
    ("2|x|", "2*abs(x)"),
    ("|x(|y|+1)|", "abs(x*(abs(y)+1))"),
    ("ln|x|", "ln(abs(x))"),
    ("|sin x|", "abs(sin(x))"),
    ("-|x|", "-abs(x)"),
    ("1/(1+e^-x)", "1/(1+exp(-x))"),
    ("log x", "ln(x)"),
    ("log10(x)+log2(x)", "(log10(x)) + (log2(x))"),
    ("√x", "sqrt(x)"),
    ("√(x+1)", "sqrt(x+1)"),
    ("3√2x", "3*sqrt(2*x)"),
    ("σ(x)", "sigmoid(x)"),
    ("sigma(x)", "sigmoid(x)"),
    ("σ(wx+b)", "sigmoid(w*x+b)"),
    ("max(x,0)", "max(x, 0)"),
    ("max(x, y, 0)", "max(max(x, y), 0)"),
    ("arcsin x + asin x", "asin(x) + asin(x)"),
    ("sgn x", "sign(x)"),
    ("2(x+1)", "2*(x+1)"),
    ("(x-1)(x+2)", "(x-1)*(x+2)"),
    ("x(x-1)", "x*(x-1)"),
    ("3 x y", "(3*x)*y"),
    ("xy", "x*y"),
    ("2xyz", "((2*x)*y)*z"),
    ("−x·y × 2 ÷ z", "-(((x*y)*2)/z)"),
    ("x ⋅ y ∗ z ∕ 2 – 1", "((x*y)*z)/2 - 1"),
    ("+x", "x"),
    ("x - -1", "x - (-1)"),
    ("1.5 + .5 + 2. + 1e-3 + 2E+3", "3/2*0 + 1.5 + 0.5 + 2.0 + 0.001 + 2000"),
    ("1e−3 x", "0.001*x"),
    ("w₁x₁ + w₂x₂", "w1*x1 + w2*x2"),
    ("w_1 + b", "w1 + b"),
    ("α + alpha", "alpha + alpha"),
    ("λx²", "lambda*x^2"),
    ("sec x", "1/cos(x)"),
    ("sec^2 x", "1/(cos(x)^2)"),
    ("sec²(x)", "1/(cos(x)^2)"),
    ("sec(x)^2", "1/(cos(x)^2)"),
    ("csc 2x", "1/sin(2*x)"),
    ("cosec(x)", "1/sin(x)"),
    ("cot(x)", "cos(x)/sin(x)"),
    ("cot^2 x", "(cos(x)/sin(x))^2"),
    ("sech(x)csch(x)", "(1/cosh(x))*(1/sinh(x))"),
    ("coth x", "1/tanh(x)"),
    ("cbrt(x)", "sign(x)*(abs(x)^(1/3))"),
    ("cbrt(8)", "8^(1/3)"),
    ("xsecx", "x*(1/cos(x))"),
    ("xye^x", "(x*y)*exp(x)"),
    ("xyzsinx", "((x*y)*z)*sin(x)"),
    ("xyzpi", "((x*y)*z)*pi"),
    ("xysin(x)", "(x*y)*sin(x)"),
    ("ln(3) 3^x", "ln(3)*(3^x)"),
    ("(2x+3)2x", "((2*x+3)*2)*x"),
    ("3(2x^2+1)^2 4x", "((3*((2*(x^2)+1)^2))*4)*x"),
    ("(x+1)² 4x", "(((x+1)^2)*4)*x"),
    ("e^(2)3x", "((e^2)*3)*x"),
    ("sin(x)^2 4x", "((sin(x)^2)*4)*x"),
    ("ln(3)3^x", "ln(3)*(3^x)"),
    ("x 2^x", "x*(2^x)"),
    ("(x+1) 2²", "(x+1)*(2^2)"),
    ("(x) 2 ^3", "x*(2^3)"),
    ("x²2x", "((x^2)*2)*x"),
    ("|x|2x", "(abs(x)*2)*x"),
    ("|x|2^x", "abs(x)*(2^x)"),
    ("f(x) = x^2", "x^2"),
    ("g(x, y)=xy", "x*y"),
    ("y = 2x+1", "2*x+1"),
    ("L = (w-1)²", "(w-1)^2"),
    ("x\u00a0+\u20091", "x+1"),
    ("x\t+\n1", "x+1"),
]

AMBIGUOUS = [
    ("1/2x", "(1/2)*x"),
    ("1/2(x-1)^2", "(1/2)*((x-1)^2)"),
    ("x/2/y", "(x/2)/y"),
    ("x-1-y", "(x-1)-y"),
    ("-x^2", "-(x^2)"),
    ("-2x", "-(2*x)"),
    ("-x/2", "-(x/2)"),
    ("2*-x", "2*(-x)"),
    ("2/-x*y", "(2/(-x))*y"),
    ("2^-x", "2^(-x)"),
    ("2^-x^2", "2^(-(x^2))"),
    ("x^y^z", "x^(y^z)"),
    ("x^2y", "(x^2)*y"),
    ("10^-3x", "(10^(-3))*x"),
    ("e^-2x", "exp(-(2*x))"),
    ("e^2x", "exp(2*x)"),
    ("e^-2x^2", "exp(-(2*(x^2)))"),
    ("e^-x y", "exp(-x)*y"),
    ("e^-xy", "exp(-(x*y))"),
    ("e^-x(x+1)", "exp(-x)*(x+1)"),
    ("e^-2(x-1)^2", "exp(-(2*((x-1)^2)))"),
    ("e^-x sin x", "exp(-x)*sin(x)"),
    ("e^-x/2", "exp(-x)/2"),
    ("e^x^2", "exp(x^2)"),
    ("sin x^2", "sin(x^2)"),
    ("sin(x)^2", "(sin(x))^2"),
    ("sin x cos y", "sin(x)*cos(y)"),
    ("sin xy", "sin(x*y)"),
    ("sin x y", "sin(x)*y"),
    ("sin x(x+1)", "sin(x)*(x+1)"),
    ("sin 2π(x+1)", "sin((2*pi)*(x+1))"),
    ("sin 2^3(x+1)", "sin(2^3)*(x+1)"),
    ("sin 2(3)^2(x+1)", "sin(2*(3^2))*(x+1)"),
    ("sin x/2", "sin(x)/2"),
    ("sin (x+1)/2", "sin(x+1)/2"),
    ("sin x + 1", "sin(x) + 1"),
    ("√x y", "sqrt(x)*y"),
    ("x²^3", "(x^2)^3"),
    ("|x|y|z|", "(abs(x)*y)*abs(z)"),
]


@pytest.mark.parametrize(("typed", "explicit"), NOTATION)
def test_notation(typed: str, explicit: str) -> None:
    if typed.startswith("1.5"):
        assert parse(typed)() == pytest.approx(parse(explicit)())
    else:
        assert parse(typed) == parse(explicit)


@pytest.mark.parametrize(("typed", "explicit"), AMBIGUOUS)
def test_ambiguous_notation_is_read_as_documented(typed: str, explicit: str) -> None:
    assert parse(typed) == parse(explicit)


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("2^-2x", ["2^(-(2*x))"]),
        ("3^2x", ["3^(2*x)"]),
        ("1/2x", ["1/(2*x)"]),
        ("e^2x", ["e^2*x"]),
        ("1/2^3x", ["1/(2^(3*x))", "1/((2^3)*x)"]),
        ("1/2xy", ["1/((2*x)*y)"]),
        ("x*2y", []),
        ("x - 2y", []),
        ("2x^2 - 1", []),
        ("x/2", []),
        ("2^(-2x)", []),
        ("(", []),
    ],
)
def test_other_readings(typed: str, others: list[str]) -> None:
    assert set(other_readings(typed)) == {parse(other) for other in others}


def test_other_readings_keep_to_the_limits_and_names_of_the_caller():
    long = "1/2x" + " " * 300
    assert other_readings(long) == ()
    assert other_readings(long, limits=Limits(10**4, 200, 40, 200)) == (parse("1/(2x)"),)
    assert other_readings("1/2x", ("y",)) == ()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("1/2*4", 2.0),
        ("8/4/2", 1.0),
        ("10 - 4 - 3", 3.0),
        ("2(3)+1", 7.0),
        ("e", math.e),
        ("π/4", math.pi / 4),
        ("ln e", 1.0),
        ("√16 + |-2|", 6.0),
        ("max(1, 3, 2) - min(4, 2)", 1.0),
        ("1e3 + 1e-3", 1000.001),
        ("log10 1000", 3.0),
        ("log2 8", 3.0),
        ("step(-1) + step(0) + step(2)", 1.0),
        ("σ(0)", 0.5),
    ],
)
def test_values(typed: str, value: float) -> None:
    assert parse(typed)() == pytest.approx(value, rel=1e-15)


def test_names_are_those_that_the_caller_permits() -> None:
    assert parse("xy", ("x", "y")) == parse("x*y")
    assert parse("θx", ["x", "theta"]).variables == ("theta", "x")
    assert parse("k", ("k",)).variables == ("k",)
    assert parse("w₁", ("w1",)).variables == ("w1",)
    assert parse("abwxyz", "abwxyz") == parse("a*b*w*x*y*z", "abwxyz")
    assert parse("λλ", ("λ",)) == parse("λ*λ")


@pytest.mark.parametrize("name", ["e", "pi", "sin", "two words", "", "x__", "1", "а"])
def test_a_caller_cannot_permit_what_is_no_variable(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a variable"):
        parse("x", (name,))


def test_what_just_fits_is_read() -> None:
    """300 characters, 200 tokens and parts, 40 levels and brackets in each other, but any number one after another."""
    assert parse("x" + " " * 299) == parse("x")
    assert parse("-" + "+".join("x" * 100)).size == 200
    assert parse("sin(" * 40 + "x" + ")" * 40).size == 41
    assert parse("(x)" * 50) == parse("*".join("x" * 50))
    assert parse("√x" * 37).size == 110
    assert parse("x⁻¹ " * 28).size == 139
    assert parse("x+y+x+y", limits=Limits(7, 7, 1, 7)) == parse("x + y + x + y")


def test_limits_can_be_widened() -> None:
    text = "+".join(["x"] * 400)
    assert parse(text, limits=Limits(10**4, 10**4, 40, 10**4))(x=1.0) == 400.0
