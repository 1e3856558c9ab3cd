"""Why a formula has no finite value or slope at a place, by kinds of reasons: too large, a pole, or nothing at all."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.autodiff import ops
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.run.beyond import Beyond, why_no_slope, why_no_value

OVERFLOW, ON_THE_WAY, INFINITE, UNDEFINED = Beyond.OVERFLOW, Beyond.ON_THE_WAY, Beyond.INFINITE, Beyond.UNDEFINED


@pytest.mark.parametrize(
    ("formula", "x", "why"),
    [
        ("x^2", 1e154, None),
        ("e^x", 1000.0, OVERFLOW),
        ("-e^x", 1000.0, OVERFLOW),
        ("x^2", 1e200, OVERFLOW),
        ("x*x*x", 1e200, OVERFLOW),
        ("x^3", -1e200, OVERFLOW),
        ("x + x", 1e308, OVERFLOW),
        ("-x - x", 1e308, OVERFLOW),
        ("cosh(x)", 1000.0, OVERFLOW),
        ("sinh(x)", -1000.0, OVERFLOW),
        ("1/x", 0.0, INFINITE),
        ("x^(-2)", 0.0, INFINITE),
        ("ln(x)", 0.0, INFINITE),
        ("1/e^x", -1000.0, OVERFLOW),  # e^−1000 is no 0, only too small for a double
        ("1/(e^x*e^x)", -700.0, OVERFLOW),
        ("(e^x)^(-1)", -1000.0, OVERFLOW),
        ("1/x^2", 1e-200, OVERFLOW),
        ("1/(e^x*e^x*e^x)", -700.0, OVERFLOW),
        ("(2x)^0.5", -1.0, UNDEFINED),
        ("e^x + e^x", 1000.0, ON_THE_WAY),
        ("e^x*e^x", 1000.0, ON_THE_WAY),
        ("1/(0*e^x)", -1000.0, INFINITE),  # this is a 0
        ("e^x/e^x", -1000.0, ON_THE_WAY),
        ("x/x", 0.0, UNDEFINED),
        ("ln(x)", -1.0, UNDEFINED),
        ("sqrt(x)", -1.0, UNDEFINED),
        # Something beyond a double is brought back by another of its kind, or may be.
        ("e^x - e^x", 1000.0, ON_THE_WAY),
        ("e^x - 0.99e290", 1000.0, OVERFLOW),
        ("e^x - 1.01e290", 1000.0, ON_THE_WAY),
        ("2*e^x", 1000.0, OVERFLOW),
        ("1*e^x", 1000.0, OVERFLOW),
        ("0.99*e^x", 1000.0, ON_THE_WAY),
        ("e^x/2", 1000.0, ON_THE_WAY),
        ("(e^x)^2", 1000.0, ON_THE_WAY),
        ("e^(e^x)", 1000.0, OVERFLOW),
        ("sinh(e^x)", 1000.0, ON_THE_WAY),
        ("1/(1e308*10 - e^x)", 0.0, None),
        # Of several reasons the worst is told.
        ("ln(x) + 1/(x + 1)", -1.0, UNDEFINED),
        ("1/(x + 1) + ln(x)", -1.0, UNDEFINED),
        ("1/(x - 1000) + e^x", 1000.0, INFINITE),
        ("1/(x - 1000) + (e^x - e^x)", 1000.0, INFINITE),
        ("(e^x - e^x) + ln(-x)", 1000.0, UNDEFINED),
        ("(e^x - e^x) + e^x", 1000.0, ON_THE_WAY),
    ],
)
def test_values(formula, x, why) -> None:
    assert why_no_value(Objective.from_expression(parse(formula)), np.array([x])) == why


@pytest.mark.parametrize(
    ("formula", "point", "why"),
    [
        ("x^2 + y^2", (1.0, 1.0), None),
        ("sqrt(x) + y^2", (0.0, 1.0), INFINITE),
        ("y^2 + sqrt(x)", (0.0, 1e200), INFINITE),
        ("y^4 + x", (0.0, 1e200), OVERFLOW),
        ("y^4 + sqrt(x)", (0.0, 1e200), INFINITE),
        ("y^4 + cosh(x)/e^x", (1000.0, 1e200), ON_THE_WAY),
        ("x^4 + ln(y)", (1e200, -1.0), OVERFLOW),  # 1/y is defined where ln y is not
        ("x^4 + y^1.5", (1e200, -1.0), UNDEFINED),
    ],
)
def test_slopes(formula, point, why) -> None:
    assert why_no_slope(Objective.from_expression(parse(formula)), np.array(point)) == why


def test_without_a_formula_the_number_itself_must_tell() -> None:
    root = Objective(lambda x, y: ops.sqrt(x) + y**4, ("x", "y"))
    assert why_no_value(root, np.array([-1.0, 0.0])) is UNDEFINED
    assert why_no_value(root, np.array([1.0, 1e100])) is OVERFLOW
    assert why_no_slope(root, np.array([-1.0, 0.0])) is UNDEFINED
    assert why_no_slope(root, np.array([0.0, 0.0])) is OVERFLOW
    assert why_no_slope(root, np.array([1.0, 1.0])) is None
