from __future__ import annotations

import re

import pytest

from gdsim.app.wrapping import width, wrapped
from gdsim.core.expression import parse
from gdsim.core.slope import derive, limit_algebra

FORMULAS = (
    "x^2 e^(-2x)/(1+x^2)", "(2x+3)(x^2-1)sin(x)", "sqrt(x^2+1)/(x e^x + ln(x))", "sin(e^(cos(x^2+1)))*x^3",
    "|x|/(1+|x|) - x/3 + tanh(4x - 7)^5",
)  # fmt: skip


def letters(latex: str) -> str:
    """What is left without brackets, spaces, products and fractions, in alphabetical order."""
    bare = re.sub(r"\\(?:left|right|d?frac|quad|cdot|,)(?![a-z])|[{}()\[\] ^_1]", "", latex)
    return "".join(sorted(bare))


def lines_of_derivations():
    for formula in FORMULAS:
        for line in derive(parse(formula, ("x",)), "x"):
            yield f"= {line.after_latex}"


def test_what_fits_stays_in_one_line():
    assert wrapped("f = x^{2} + 1", 28) == ("f = x^{2} + 1",)


def test_a_long_sum_is_broken_before_its_signs_and_loses_nothing():
    latex = r"f\left(x + h\right) = x^{4} + 4 x^{3} + 12 x^{2} - 24 x + 3 x - 5"
    lines = wrapped(latex, 20)
    assert len(lines) > 1
    assert " ".join(line.removeprefix(r"\quad ") for line in lines) == latex
    assert all(re.match(r"\\quad [=+-] ", line) for line in lines[1:])
    assert r"\left(x + h\right)" in lines[0]


@pytest.mark.parametrize("columns", [24, 28, 40])
def test_every_line_of_a_derivation_becomes_short_and_stays_whole(columns):
    for latex in lines_of_derivations():
        lines = wrapped(latex, columns)
        assert max(map(width, lines)) <= 1.25 * columns
        assert letters("".join(lines)) == letters(latex)
        for line in lines:
            assert line.count("{") == line.count("}")
            assert line.count(r"\left") == line.count(r"\right")


def test_a_fraction_of_numbered_names_counts_once():
    product = r"\frac{\partial f}{\partial k_{4}} \cdot \frac{\partial k_{4}}{\partial l}"
    assert 6 < width(product) < 8
    assert wrapped(f"= {product} + {product}", 24) == (f"= {product} + {product}",)


def test_the_lines_of_the_limit_become_short():
    for line in limit_algebra(parse("x^5-3x^3+2x", ("x",)), 1.234, 0.31).lines:
        for piece in wrapped(" ".join(row.replace("&", "") for row in line.rows), 28):
            assert width(piece) <= 32


@pytest.mark.parametrize("latex", ["", "-1", r"\frac", "{", r"\left(", "= = -"])
def test_what_is_no_formula_is_wrapped_all_the_same(latex):
    assert isinstance(wrapped(latex, 4), tuple)
