"""Formulas as text and as LaTeX."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from formula_trees import any_numbers, constants, short_numbers, trees, variables
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.autodiff import PRIMITIVES
from gdsim.core.expression import Expr, Limits, Number, Variable, parse
from gdsim.core.expression.tree import call

UNLIMITED = Limits(10**9, 10**9, 10**4, 10**9)

leaves = st.one_of(short_numbers, any_numbers, constants, variables("x", "y", "w1", "theta", "lambda3", "E", "E2"))


@given(trees(leaves, max_leaves=25))
def test_text_reads_back_as_the_same_formula(expr: Expr) -> None:
    assert parse(str(expr), limits=UNLIMITED) == expr


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2*x", "2x"),
        ("2*3", "2*3"),
        ("x*2", "x*2"),
        ("0*x", "0*x"),
        ("2*e", "2*e"),
        ("2e^(-2x)", "2e^(-2x)"),
        ("exp(x)", "e^x"),
        ("2erf(x)", "2*erf(x)"),
        ("2*x*sin(x)", "2x*sin(x)"),
        ("(x+1)*2", "(x + 1)*2"),
        ("2(x+1)", "2(x + 1)"),
        ("x-(y-1)", "x - (y - 1)"),
        ("(x-y)-1", "x - y - 1"),
        ("x*(y*z)", "x*(y*z)"),
        ("1/(2x)", "1/(2x)"),
        ("1/2x", "1/2*x"),
        ("(-x)^2", "(-x)^2"),
        ("-x^2", "-x^2"),
        ("x^(-1)", "x^(-1)"),
        ("x^1e-7", "x^(1e-07)"),
        ("x^0.5", "x^(0.5)"),
        ("(x^y)^z", "(x^y)^z"),
        ("x^y^z", "x^(y^z)"),
        ("sin²x", "sin(x)^2"),
        ("|x|", "abs(x)"),
        ("log(x)", "ln(x)"),
        ("σ(x)", "sigmoid(x)"),
        ("max(x,0)", "max(x, 0)"),
        ("0.1+1e-7+1e22+100000", "0.1 + 1e-07 + 1e+22 + 100000"),
        ("θ₁", "theta1"),
    ],
)
def test_text(typed: str, text: str) -> None:
    assert str(parse(typed)) == text


def test_long_formulas_are_written_without_spaces() -> None:
    expr = parse("+".join(["x"] * 100))
    assert str(expr) == "+".join(["x"] * 100)


@pytest.mark.parametrize("key", [key for key, primitive in PRIMITIVES.items() if primitive.names])
def test_every_function_of_the_table_is_read_and_written(key: str) -> None:
    primitive = PRIMITIVES[key]
    expr = call(key, *(Variable(name) for name in "xyz"[: primitive.arity]))
    args = ", ".join("xyz"[: primitive.arity])
    for name in primitive.names:
        assert parse(f"{name}({args})") == expr
    assert parse(str(expr)) == expr
    assert expr.to_latex()


LATEX = [
    ("x^2", "x^{2}"),
    ("2x", "2 x"),
    ("2*3x", r"2 \cdot 3 x"),
    ("x*2", r"x \cdot 2"),
    ("2*3^x", r"2 \cdot 3^{x}"),
    ("e^-2x", "e^{-2 x}"),
    ("1/2x", r"\frac{1}{2} x"),
    ("2*(1/2)", r"2 \cdot \frac{1}{2}"),
    ("1/(1+e^-x)", r"\frac{1}{1 + e^{-x}}"),
    ("(x/2)^2", r"\left(\frac{x}{2}\right)^{2}"),
    ("(x+1)(x-2)", r"\left(x + 1\right) \left(x - 2\right)"),
    ("x-(y-1)", r"x - \left(y - 1\right)"),
    ("-(x+1)", r"-\left(x + 1\right)"),
    ("x*(-2)", r"x \left(-2\right)"),
    ("(-x)^2", r"\left(-x\right)^{2}"),
    ("(e^x)^2", r"\left(e^{x}\right)^{2}"),
    ("x^y^z", "x^{y^{z}}"),
    ("√(x+1)", r"\sqrt{x + 1}"),
    ("2cbrt(x+1)", r"2 \sqrt[3]{x + 1}"),
    ("cbrt(x)^2", r"\sqrt[3]{x}^{2}"),
    ("|x+1|^(2/3)", r"\sqrt[3]{\left(x + 1\right)^{2}}"),
    ("|x|^(1/3)", r"\left|x\right|^{\frac{1}{3}}"),
    ("sign(x)|y|^(1/3)", r"\operatorname{sign}\left(x\right) \left|y\right|^{\frac{1}{3}}"),
    ("|x-1|", r"\left|x - 1\right|"),
    ("ln|x|", r"\ln\left|x\right|"),
    ("sin x", r"\sin x"),
    ("sin 2πx", r"\sin 2 \pi x"),
    ("sin(x+1)", r"\sin\left(x + 1\right)"),
    ("sin x^2", r"\sin\left(x^{2}\right)"),
    ("sin^2 x", r"\sin^{2} x"),
    ("sin(x+1)^2", r"\sin^{2}\left(x + 1\right)"),
    ("sin(x)^(-1)", r"\left(\sin x\right)^{-1}"),
    ("sin x cos y", r"\sin x \cos y"),
    ("sin(x)*y", r"\sin\left(x\right) y"),
    ("sin(x)*(cos(y)*z)", r"\sin x \cos\left(y\right) z"),
    ("sin(x)^0.5", r"\left(\sin x\right)^{0.5}"),
    ("sin(x)^0", r"\sin^{0} x"),
    ("(ln|x|)^2", r"\ln^{2}\left|x\right|"),
    ("sin(x)*ln|x|", r"\sin x \ln\left|x\right|"),
    ("x*(1/2)", r"x \frac{1}{2}"),
    ("sin(x)^2*y", r"\sin^{2}\left(x\right) y"),
    ("2sin(x)*y", r"2 \sin\left(x\right) y"),
    ("ln(2)*2^x", r"\ln\left(2\right) \cdot 2^{x}"),
    ("sin(x)*sin(y)^2", r"\sin x \sin^{2} y"),
    ("x sin x", r"x \sin x"),
    ("arcsin x", r"\arcsin x"),
    ("log10 x", r"\log_{10}\left(x\right)"),
    ("σ(x)", r"\sigma\left(x\right)"),
    ("max(x,0)", r"\max\left(x, 0\right)"),
    ("θ₁ + w_1", r"\theta_{1} + w_{1}"),
    ("0.5", "0.5"),
    ("1e-7x", r"10^{-7} x"),
    ("2.5e-7x", r"2.5 \cdot 10^{-7} x"),
    ("(1e-7)^2", r"\left(10^{-7}\right)^{2}"),
]


@pytest.mark.parametrize(("typed", "latex"), LATEX)
def test_latex(typed: str, latex: str) -> None:
    assert parse(typed).to_latex() == latex


FUNCTIONS = [f"{p.names[0]}({', '.join('xy'[: p.arity])})" for p in PRIMITIVES.values() if p.names]
LETTERS = ["+".join("αβγδεζηθικλμνξρτυφχψω"), "+".join("ΓΔΘΛΞΦΨΩ")]
DEEP = ["|" * 20 + "x" + "|" * 20, "1/(1+" * 20 + "x" + ")" * 20, "e^" * 20 + "x"]


# ziamath 0.13 finds its fonts through an old function of importlib, once, when it is imported.
@pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
@pytest.mark.parametrize("typed", [*(typed for typed, _ in LATEX), *FUNCTIONS, *LETTERS, *DEEP])
def test_latex_can_be_typeset(typed: str) -> None:
    import ziamath

    ziamath.config.svg2 = False
    drawing = ElementTree.fromstring(ziamath.Latex(parse(typed).to_latex()).svg())
    glyphs = [part for part in drawing.iter() if part.tag.endswith("path") and part.get("d")]
    assert glyphs


def test_what_is_nested_too_deeply_to_be_typeset_is_cut_off() -> None:
    expr = parse("e^" * 20 + "x")
    assert expr.to_latex(complete=True) == "e^{" * 20 + "x" + "}" * 20
    short = expr.to_latex()
    assert short.count("e^{") == 8  # 1 + 2 + 4 + ... + 128 = 255 is within 300, 511 is not
    assert short.strip("e^{}") == r"\cdots"
    fractions = parse("1/(1+" * 20 + "x" + ")" * 20).to_latex()
    # 1 + 4(2 + 4 + 8 + 16 + 32) = 249
    assert fractions == r"\frac{1}{" + r"1 + \frac{1}{" * 5 + r"\cdots" + "}" * 6
    differences = parse("x-(" * 15 + "y" + ")" * 15).to_latex()
    assert differences.count("x") == 7  # 2 + 2(2 + 4 + ... + 64) = 254
    broad = parse("e^e^e^e^(" + "+".join("x" * 60) + ")")
    assert r"\cdots" in broad.to_latex()
    assert r"\cdots" not in broad.args[0].args[0].args[0].to_latex()


@pytest.mark.parametrize(
    "typed", ["σ((wx+b)²/2)", "1/(1+e^(-(x-1)²/2))", "1/(1+1/(1+1/(1+1/(1+x))))", "+".join("x" * 100)]
)
def test_ordinary_formulas_are_written_completely(typed: str) -> None:
    assert parse(typed).to_latex() == parse(typed).to_latex(complete=True)


@given(trees(leaves, max_leaves=25), st.booleans())
def test_latex_has_matching_braces(expr: Expr, complete: bool) -> None:
    text = expr.to_latex(complete)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")


def test_a_formula_too_large_to_write_says_so() -> None:
    expr: Expr = Variable("x")
    for _ in range(60):
        expr = expr + expr
    with pytest.raises(ValueError, match="too many to be written out"):
        str(expr)
    with pytest.raises(ValueError, match="too many to be written out"):
        expr.to_latex()


@pytest.mark.parametrize("value", [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 123456789.0, 1e16, 0.0])
def test_numbers_are_written_shortest_and_exactly(value: float) -> None:
    text = str(Number(value))
    assert float(text) == value
    assert len(text) <= len(repr(value))
