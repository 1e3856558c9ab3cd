"""Numbers in sentences and formulas."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.numerals import each_in_latex, factor_in_latex, in_latex, in_words, place_in_words, square_in_latex

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.mark.parametrize(
    ("value", "words", "latex"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (0.25, "0.25", "0.25"),
        (-2.6, "−2.6", "-2.6"),
        (1 / 3, "0.3333", "0.3333"),
        (12345.678, "12346", "12346"),
        (1e-4, "0.0001", "0.0001"),
        (0.00012346, "0.0001235", "0.0001235"),
        (1.5e-5, "1.5·10⁻⁵", r"1.5 \cdot 10^{-5}"),
        (99999.9, "10⁵", "10^{5}"),
        (1e-8, "10⁻⁸", "10^{-8}"),
        (-1e-8, "−10⁻⁸", "-10^{-8}"),
        (2.5e-8, "2.5·10⁻⁸", r"2.5 \cdot 10^{-8}"),
        (1.5e300, "1.5·10³⁰⁰", r"1.5 \cdot 10^{300}"),
        (math.inf, "∞", r"\infty"),
        (-math.inf, "−∞", r"-\infty"),
        (math.nan, "undefined", r"\text{undefined}"),
    ],
)
def test_examples(value, words, latex):
    assert in_words(value) == words
    assert in_latex(value) == latex


@given(st.floats(-1e300, 1e300).filter(lambda value: abs(value) > 1e-300))
def test_four_significant_digits_survive(value):
    read = re.fullmatch(r"(−?)([0-9.]*?)(?:·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", in_words(value))
    sign, mantissa, exponent = read.groups(default="")
    size = float(mantissa or 1) * 10.0 ** int(exponent.translate(SUPERSCRIPTS) or 0)
    assert math.copysign(size, -1 if sign else 1) == pytest.approx(value, rel=6e-4)


def test_points():
    assert place_in_words(np.array([-0.25])) == "x = −0.25"
    assert place_in_words([3.0], ("t",)) == "t = 3"
    assert place_in_words([1.0, 2.5]) == "(1, 2.5)"
    assert place_in_words([1.0, 2.0, -3.0, 4.0]) == "(1, 2, −3, 4)"
    assert place_in_words(np.zeros(5)) == "this point of 5 dimensions"
    assert place_in_words(np.zeros(105)) == "this point of 105 dimensions"


def test_vectors_are_columns_and_long_ones_are_cut():
    assert in_latex(np.array([1.0, -2.0])) == r"\begin{pmatrix} 1 \\ -2 \end{pmatrix}"
    assert in_latex(np.arange(4.0)) == r"\begin{pmatrix} 0 \\ 1 \\ 2 \\ 3 \end{pmatrix}"
    assert in_latex(np.arange(5.0)) == r"\begin{pmatrix} 0 \\ 1 \\ \vdots \\ 4 \end{pmatrix}"
    assert in_latex(np.arange(10.0)) == r"\begin{pmatrix} 0 \\ 1 \\ \vdots \\ 9 \end{pmatrix}"


def test_factors_get_parentheses_where_they_would_be_misread():
    assert factor_in_latex(2.0) == "2"
    assert factor_in_latex(-2.0) == r"\left(-2\right)"
    assert factor_in_latex(2e-7) == r"\left(2 \cdot 10^{-7}\right)"
    assert factor_in_latex(np.array([-1e-8, 2.0])) == r"\begin{pmatrix} -10^{-8} \\ 2 \end{pmatrix}"


def test_digits_are_four_or_as_many_as_asked_for():
    third = -1.0 / 3.0
    assert (in_words(third), in_words(third, 2)) == ("−0.3333", "−0.33")
    assert (in_latex(third), in_latex(third, 2)) == ("-0.3333", "-0.33")
    assert (each_in_latex(str, third), each_in_latex(str, third, digits=2)) == ("-0.3333", "-0.33")
    assert factor_in_latex(third) == r"\left(-0.3333\right)"
    assert factor_in_latex(third, 2) == r"\left(-0.33\right)"
    assert square_in_latex(third) == r"\left(-0.3333\right)^2"
    assert square_in_latex(third, 2) == r"\left(-0.33\right)^2"


def test_squares_and_roots_of_vectors_are_written_entry_by_entry():
    assert square_in_latex(-2.6) == r"\left(-2.6\right)^2"
    assert square_in_latex(np.array([-1.0, 3.0])) == r"\begin{pmatrix} \left(-1\right)^2 \\ 3^2 \end{pmatrix}"
    halves = each_in_latex(lambda a, b: rf"\frac{{{a}}}{{{b}}}", np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert halves == r"\begin{pmatrix} \frac{1}{3} \\ \frac{2}{4} \end{pmatrix}"
