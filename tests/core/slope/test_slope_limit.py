"""The algebra of the limit, against Fraction identities, and the table of slopes."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.expression import parse
from gdsim.core.optimizers.base import aligned
from gdsim.core.slope import Stage, limit_algebra, slope_table
from gdsim.core.slope.polynomial import NotPolynomialError, coefficients, value_at

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath


def exact(coefficients, x):
    return sum((c * x**k for k, c in enumerate(coefficients)), Fraction(0))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.fractions(-9, 9, max_denominator=6), min_size=1, max_size=9),
    st.integers(-40, 40),
    st.sampled_from([1.0, 0.5, -0.25, 0.1, -0.001, 1e-8]),
    st.fractions(-5, 5, max_denominator=7),
    st.fractions(-3, 3, max_denominator=7),
)
def test_every_line_is_exact(coefficients, tenths, dx, x_anywhere, dx_anywhere):
    """Of Σ cₖ xᵏ with any fractions, with the student's numbers and, as polynomials, with any others."""
    text = "+".join(f"({c.numerator}/{c.denominator})x^{k}" for k, c in enumerate(coefficients))
    lines = limit_algebra(parse(text), tenths / 10, dx).lines
    assert [line.stage for line in lines] == list(Stage)
    x, h = Fraction(tenths, 10), Fraction(repr(dx))
    for line in lines:
        for at, step in ((x, h), (x_anywhere, dx_anywhere)):
            there, here = exact(coefficients, at + step), exact(coefficients, at)
            rates = [k * c for k, c in enumerate(coefficients)][1:]
            if line.stage in (Stage.SHIFT, Stage.EXPAND):
                true = there
            elif line.stage in (Stage.SUBTRACT, Stage.CANCEL):
                true = there - here
            elif line.stage is Stage.DIVIDE:
                if step == 0:
                    continue
                true = (there - here) / step
            else:
                true = exact(rates, at)
            assert value_at(line.table, at, step) == true
            if (at, step) == (x, h):
                assert line.value == true


@pytest.mark.parametrize(
    ("typed", "slope"),
    [
        ("x^2", "2 x"),
        ("(2 - x)^2", "2 x - 4"),
        ("3x(x - 1)", "6 x - 3"),
        ("(x + 1)(x - 1)(x + 2)", r"3 x^{2} + 4 x - 1"),
        ("x^3/3 - 0.5x", r"x^{2} - \frac{1}{2}"),
        ("((x - 1)^2 - 1)^2", r"4 x^{3} - 12 x^{2} + 8 x"),
        ("x^8", "8 x^{7}"),
        ("x^12", "12 x^{11}"),
        ("2^3 x - √4", "8"),
        ("7", "0"),
        ("(x^2)^3 - x^6", "0"),
        ("t^2 - t", "2 t - 1"),
        ("π x^2", r"2 \pi \, x"),
        ("(x - π)^2 + e", r"2 x - 2 \pi"),
        ("x^2/(2π) + ln(2)x", r"\frac{1}{\pi} \, x + \ln 2"),
        ("(√2 x + 1)^2", r"4 x + 2 \sqrt{2}"),
        ("2^0.5 x^2", r"2 \left(2^{0.5}\right) \, x"),
        ("π^(-1) x", r"\frac{1}{\pi}"),
        ("π^(-2) x", r"\left(\pi^{-2}\right)"),
    ],
)
def test_any_form_is_multiplied_out(typed, slope):
    algebra = limit_algebra(parse(typed), 1.5, 0.5)
    assert algebra.exists
    assert algebra.lines[-1].latex.endswith(f" = {slope}")


def test_constants_that_are_no_fractions_have_their_numbers_beside_them():
    lines = limit_algebra(parse("π x^2 - e x"), 1.5, 0.5).lines
    assert lines[-1].numbers == r"f'\left(1.5\right) \approx 6.7064961"
    for line in lines[2:4]:
        assert float(line.value) == pytest.approx(math.pi * (4 - 2.25) - math.e * 0.5, rel=1e-15)
    assert float(lines[4].value) == pytest.approx(3.5 * math.pi - math.e, rel=1e-15)


def test_the_lines_of_the_notes():
    lines = limit_algebra(parse("x^2"), 3.0, 0.5).lines
    assert [line.latex for line in lines] == [
        r"f\left(x + \Delta x\right) = \left(x + \Delta x\right)^{2}",
        r"f\left(x + \Delta x\right) = x^{2} + 2 x \, \Delta x + \left(\Delta x\right)^{2}",
        r"f\left(x + \Delta x\right) - f\left(x\right) = x^{2} + 2 x \, \Delta x + \left(\Delta x\right)^{2} - x^{2}",
        r"f\left(x + \Delta x\right) - f\left(x\right) = 2 x \, \Delta x + \left(\Delta x\right)^{2}",
        r"\frac{f\left(x + \Delta x\right) - f\left(x\right)}{\Delta x} = 2 x + \Delta x",
        r"f'\left(x\right) = \lim_{\Delta x \to 0} \frac{f\left(x + \Delta x\right) - f\left(x\right)}{\Delta x} = 2 x",
    ]
    assert [line.numbers for line in lines] == [
        r"f\left(3.5\right) = 12.25", r"f\left(3.5\right) = 12.25", "12.25 - 9 = 3.25", "12.25 - 9 = 3.25",
        r"\frac{3.25}{0.5} = 6.5", r"f'\left(3\right) = 6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("e^x", "exponential"), ("1/x", "divides by a formula"), ("√x", "root"), ("|x|", "cannot be multiplied out"),
        ("sin(x)", "sin cannot"), ("x^2.5", "not a whole number"), ("x^(-1)", "not a whole number"),
        ("2^x", "exponent"), ("x^π", "not a whole number"), ("√(-1) x", "no value"), ("x^13", "above 12"),
        ("(x^3 + 1)^5", "above 12"), ("x^12 x^12 x", "above 12"),
        ("x/0", "divides by 0"), ("x/atan(0)", "divides by 0"), ("x/sin(π)", "told from 0"),
        ("1e200x", "too long"), ("x^1e9", "above 12"),
        ("x^2 + sin(0x)", "does not change with it"), ("x/(0x + π + 1)", "does not change with it"),
    ],
)  # fmt: skip
def test_others_are_refused_with_a_reason(typed, why):
    algebra = limit_algebra(parse(typed), 1.0, 0.5)
    assert not algebra.exists
    assert why in algebra.text
    assert algebra.text.endswith(".")


def test_a_number_that_is_0_however_it_is_written_is_no_term():
    assert coefficients(parse("x^2 + atan(0) x + sinh(0)^2"), "x") == {(2, 0, ()): 1}


def test_minus_signs_of_numbers_are_not_spaced_as_in_a_difference():
    numbers = [line.numbers for line in limit_algebra(parse("x^3"), -3.0, -0.1).lines]
    assert numbers[0] == r"f\left({-}3.1\right) = {-}29.791"
    assert numbers[2] == r"{-}29.791 - \left({-}27\right) = {-}2.791"
    assert numbers[4] == r"\frac{{-}2.791}{{-}0.1} = 27.91"


def test_numbers_beyond_the_largest_float_are_infinite():
    numbers = [line.numbers for line in limit_algebra(parse("-x^11"), 1e30, 1e30).lines]
    assert numbers[0] == r"f\left(2 \cdot 10^{30}\right) \approx {-}\infty"
    assert numbers[5] == r"f'\left(10^{30}\right) = {-}1.1 \cdot 10^{301}"


def test_another_variable_has_no_number():
    with pytest.raises(NotPolynomialError, match="drawn over x; w has no number"):
        coefficients(parse("w x"), "x")


def test_rounded_numbers_are_not_called_equal():
    lines = limit_algebra(parse("x^3/3"), 1.0, 0.5).lines
    assert lines[0].numbers == r"f\left(1.5\right) = 1.125"
    assert lines[2].numbers == r"1.125 - 0.33333333 \approx 0.79166667"
    assert lines[4].numbers == r"\frac{0.79166667}{0.5} \approx 1.5833333"


@pytest.mark.parametrize("typed", ["x^2", "(x - 1)^6/7", "3", "-x^3 + 0.1x"])
def test_every_line_is_typeset(typed):
    for line in limit_algebra(parse(typed), -1.5, 1e-7).lines:
        rows = aligned(*line.rows)
        assert ziamath.Latex(line.latex).getsize()[0] >= ziamath.Latex(rows).getsize()[0] * 0.9
        assert ziamath.Latex(line.numbers).getsize()[0] > 10


def test_long_lines_are_broken_into_rows():
    expand = limit_algebra(parse("(x + 1)^8"), 1.0, 0.5).lines[1]
    assert len(expand.rows) == 9  # 45 terms, five a row
    assert " ".join(row.replace("& ", "") for row in expand.rows) == expand.latex


def test_the_table_settles_and_then_breaks_up():
    derivative = math.cos(1.0)
    rows = slope_table(parse("sin(x)"), 1.0, derivative)
    assert [row.dx for row in rows] == pytest.approx([10.0**-k for k in range(17)])
    errors = [row.error for row in rows]
    assert np.argmin(errors) in (7, 8, 9)
    assert errors[16] == pytest.approx(derivative)  # the difference is lost: slope 0
    left = slope_table(parse("√x"), 0.5, sign=-1)
    assert left[0].dx == -1.0
    assert math.isnan(left[0].slope)
    assert left[6].slope == pytest.approx(0.5 / math.sqrt(0.5), rel=1e-5)
    assert all(row.slope == 0.0 for row in slope_table(parse("4"), 0.5))
    assert all(math.isnan(row.slope) for row in slope_table(parse("1/(1 + e^(1/x))"), 0.0))


@pytest.mark.parametrize(("typed", "factor"), [("|-3| x", 3.0), ("√(9/4) x", 1.5), ("|x|", None), ("√(-4) x", None)])
def test_roots_and_absolute_values_of_numbers_are_worked_out_where_they_are_fractions(typed, factor):
    found = limit_algebra(parse(typed), 1.0, 0.5)
    assert found.exists is (factor is not None)
    if factor is not None:
        assert found.lines[4].numbers.endswith(f"= {factor:g}")


def test_the_algebra_needs_numbers():
    for x, dx in ((1.0, 0.0), (math.inf, 0.5), (1.0, math.nan)):
        with pytest.raises(ValueError, match="finite numbers"):
            limit_algebra(parse("x^2"), x, dx)
