"""Enclosures hold the true value, whatever the formula; mpmath in 120 digits knows it."""

from __future__ import annotations

from decimal import Decimal

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gdsim.core.expression import parse
from gdsim.core.slope.enclosure import UndecidedError, UndefinedError, enclose, exactly
from tests.core.expression.formula_trees import (
    UndefinedError as NoValueError,
)
from tests.core.expression.formula_trees import (
    constants,
    precise_value,
    short_numbers,
    trees,
    variables,
)

PLACES = st.sampled_from(["0.3", "-1.25", "2", "7.1", "-0.01", "0", "-3", "41"])


def as_mpf(value: Decimal) -> mpmath.mpf:
    return mpmath.mpf(str(value))


@settings(max_examples=1500, deadline=None)
@given(trees(st.one_of(variables("x"), short_numbers, constants)), PLACES, st.sampled_from([20, 40, 90]))
def test_the_true_value_is_inside(expr, place, digits):
    with mpmath.workdps(120):
        x = mpmath.mpf(place)
        try:
            true = precise_value(expr, {"x": x})
            found = enclose(expr, {"x": Decimal(place)}, digits)
        except (NoValueError, UndefinedError, UndecidedError):
            assume(False)
        # mpmath rounds too, in its 120th digit.
        slack = (abs(true) + 1) * mpmath.mpf(10) ** -95
        assert abs(as_mpf(found.middle) - true) <= as_mpf(found.radius) + slack


@pytest.mark.parametrize("digits", [25, 60])
@pytest.mark.parametrize(
    ("typed", "x"),
    [
        ("sin(x)", "1e8"), ("cos(x)", "0.5"), ("atan(x)", "3"), ("erf(x)", "0.7"), ("erf(x)", "9"), ("tan(x)", "1.5"),
        ("e^(-2x)", "1000"), ("σ(x)", "-50"), ("tanh(x)", "30"), ("asin(x)", "0.999"), ("gelu(x)", "2"),
        ("√x", "2"), ("x^2.5", "3"), ("softplus(x)", "-40"), ("2^x", "0.1"), ("ln(x)", "1e-30"), ("acos(x)", "-1"),
    ],
)  # fmt: skip
def test_almost_all_digits_are_good(typed, x, digits):
    """Radii are honest but not wasteful: at most 10 digits are given away."""
    found = enclose(parse(typed), {"x": Decimal(x)}, digits)
    assert found.radius <= abs(found.middle) * Decimal(10) ** (10 - digits) + Decimal(10) ** (8 - digits)
    if typed in ("sin(x)", "cos(x)", "atan(x)", "erf(x)", "tan(x)", "√x", "ln(x)", "asin(x)", "acos(x)"):
        name = {"√x": "sqrt", "ln(x)": "log"}.get(typed, typed.removesuffix("(x)"))
        with mpmath.workdps(100):
            assert abs(getattr(mpmath, name)(mpmath.mpf(x)) - as_mpf(found.middle)) <= as_mpf(found.radius)


@pytest.mark.parametrize(
    ("typed", "x"),
    [("1/x", 0), ("ln(x)", 0), ("ln(x)", -1), ("√x", -2), ("x^0.5", -1), ("x^(-1)", 0), ("asin(x)", 2), ("1/(x-x)", 3)],
)
def test_no_value_is_said_so(typed, x):
    with pytest.raises(UndefinedError):
        enclose(parse(typed), {"x": Decimal(x)})


@pytest.mark.parametrize(
    ("typed", "x"),
    [
        ("sign(sin(x)^2+cos(x)^2-1)", 2),
        ("1/((√2)^2-2+x)", 0),
        ("e^(e^(e^x))", 10),
        ("ln(e^x-e^x)", 1),
        ("sin(x)", 10**60),
        ("(-2)^ln(e^x)", 2),  # (−2)² if the exponent is 2 exactly
    ],
)
def test_what_these_digits_do_not_tell(typed, x):
    with pytest.raises(UndecidedError):
        enclose(parse(typed), {"x": Decimal(x)})


def test_numbers_are_as_written():
    assert enclose(parse("0.1*3 - 0.3"), {}) == (0, 0)
    assert exactly(0.1) == Decimal("0.1")


def test_a_number_with_all_digits_of_a_float_counts_as_rounded():
    found = enclose(parse("0.6931471805599453"), {})
    assert 0 < found.radius < Decimal("1e-15")
    assert abs(Decimal(2).ln() - found.middle) < found.radius
