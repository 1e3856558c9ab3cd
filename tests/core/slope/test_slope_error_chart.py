"""The V of the error chart: slopes fitted on both sides, its floor, and what is marked."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.slope import error_chart
from gdsim.core.slope.difference_errors import EPSILON

CURVES = [
    ("sin(x)", 1.0),
    ("e^x", 0.5),
    ("ln(x)", 2.0),
    ("1/(1 + e^(-x))", 0.7),
    ("x^5 - x^2", 1.3),
    ("√x", 3.0),
    ("e^(-2x)", 0.2),
    ("tanh(x)", 0.4),
]


def fitted(dx, errors, low, high):
    """Slope of log error against log Δx for low <= Δx <= high."""
    use = (dx >= low) & (dx <= high) & np.isfinite(errors)
    return np.polyfit(np.log10(dx[use]), np.log10(errors[use]), 1)[0]


@pytest.mark.parametrize(("typed", "x"), CURVES)
def test_truncation_has_slope_one_and_two(typed, x):
    chart = error_chart(parse(typed), x)
    assert fitted(chart.dx, chart.forward.errors, 1e-6, 1e-3) == pytest.approx(1.0, abs=0.05)
    assert fitted(chart.dx, chart.central.errors, 3e-4, 3e-2) == pytest.approx(2.0, abs=0.05)
    assert (chart.forward.order, chart.central.order) == (1, 2)


@pytest.mark.parametrize(("typed", "x"), CURVES)
def test_round_off_has_slope_minus_one(typed, x):
    chart = error_chart(parse(typed), x)
    assert fitted(chart.dx, chart.forward.errors, 1e-15, 1e-10) == pytest.approx(-1.0, abs=0.3)
    assert fitted(chart.dx, chart.central.errors, 1e-15, 1e-8) == pytest.approx(-1.0, abs=0.3)


@pytest.mark.parametrize(("typed", "x"), CURVES)
def test_the_best_step_is_where_theory_puts_it(typed, x):
    chart = error_chart(parse(typed), x)
    for method, root in ((chart.forward, EPSILON ** (1 / 2)), (chart.central, EPSILON ** (1 / 3))):
        assert 0.01 < method.best_dx / method.expected_dx < 100
        assert 0.05 < method.expected_dx / root < 50
        assert method.floor == np.nanmin(method.errors)
        assert "theory" in method.text
    assert 1e-11 < chart.forward.floor < 1e-6
    assert 1e-14 < chart.central.floor < 1e-9
    assert chart.autodiff_error < 4e-16 * max(1.0, abs(chart.derivative))
    assert chart.autodiff_error < chart.central.floor / 10


def test_errors_are_counted_from_the_true_derivative():
    """The error that double precision itself cannot show: √x at 3, against 30 digits of 1/(2√3)."""
    chart = error_chart(parse("√x"), 3.0)
    exact = 0.28867513459481288225457439025097872782380087563506
    own = (np.sqrt(3.0 + chart.dx) - np.sqrt(3.0)) / chart.dx
    use = chart.forward.errors > 1e-12
    assert chart.forward.errors[use] == pytest.approx(np.abs(own - exact)[use], rel=1e-3)
    assert chart.dx[0] == 1.0
    assert chart.dx[-1] == pytest.approx(1e-16)
    assert len(chart.dx) == 65


@pytest.mark.parametrize(
    ("typed", "x", "words"),
    [
        ("x^2", 0.0, "the value at x = 0 is 0"), ("sin(x)", 0.0, "the value at x = 0 is 0"),
        ("x^3", 0.0, "the value at x = 0 is 0"), ("(x - 1)^2", 1.0, "the value at x = 1 is 0"),
        ("cos(x)", 0.0, "stored as the very number 1"), ("5", 1.0, "stored as the very number 5"),
        ("relu(x)", -1.0, "stored as the very number 0"),
    ],
)  # fmt: skip
def test_round_off_is_not_told_of_where_there_is_none(typed, x, words):
    chart = error_chart(parse(typed), x)
    assert np.nanmax(chart.forward.errors[chart.dx < 2e-16]) < 1e-15
    assert not chart.rounds_off
    assert words in chart.round_off
    assert "1/Δx" not in chart.round_off


@pytest.mark.parametrize(("typed", "x"), [*CURVES, ("3x - 1", 2.0), ("x^2", 1.0), ("sin(x)", 1e5)])
def test_round_off_is_told_of_where_there_is_some(typed, x):
    chart = error_chart(parse(typed), x)
    assert np.nanmax(chart.forward.errors[chart.dx <= 1e-14]) > 1e-4
    assert chart.rounds_off
    assert "1/Δx" in chart.round_off


def test_a_flat_place_is_not_called_straight():
    """x⁴ at 0: f″ = f‴ = 0, and still Δx = 1 gives 1 in place of 0."""
    chart = error_chart(parse("x^4"), 0.0)
    assert chart.forward.errors[0] == 1.0
    assert "no harm" not in chart.truncation
    assert "f″ = 0 here" in chart.truncation
    assert "no error at all" in chart.central.text


def test_straight_curves_have_no_truncation():
    chart = error_chart(parse("3x - 1"), 2.0)
    assert "no harm" in chart.truncation
    assert math.isnan(chart.forward.expected_dx)
    parabola = error_chart(parse("x^2"), 1.0)
    assert math.isnan(parabola.central.expected_dx)
    assert "f‴ = 0" in parabola.truncation
    assert fitted(parabola.dx, parabola.forward.errors, 1e-6, 1e-1) == pytest.approx(1.0, abs=0.02)
    flat = error_chart(parse("5"), 1.0)
    assert np.all(flat.forward.errors > 0.0)  # so that a logarithm exists


@pytest.mark.parametrize(
    ("typed", "x", "why"), [("|x|", 0.0, "kink"), ("1/x", 0.0, "no value"), ("√x", -1.0, "no value")]
)
def test_no_derivative_no_chart(typed, x, why):
    chart = error_chart(parse(typed), x)
    assert chart.methods == ()
    assert why in chart.text


def test_steps_that_leave_the_domain_are_missing():
    chart = error_chart(parse("ln(x)"), 0.5)
    assert np.isnan(chart.central.errors[0])
    assert np.isfinite(chart.forward.errors).all()
    assert np.isfinite(chart.central.errors[4:]).all()


@pytest.mark.parametrize("typed", ["1e300x^2", "e^(-x^2)", "x^3", "1e-300x", "e^(50x)", "sin(1e6x)"])
@pytest.mark.parametrize("x", [0.0, 1.0, 1e5, -30.0])
def test_hostile_curves(typed, x):
    chart = error_chart(parse(typed), x)
    assert chart.text.endswith(".")
    for method in chart.methods:
        assert method.text.endswith(".")
        assert not (method.errors <= 0.0).any()


def test_near_zero_round_off_may_spare_one_difference_or_both():
    """At 10⁻¹² the square beside is larger by far and loses nothing in a difference; the two squares beside do."""
    square, cube = (error_chart(parse(typed), 1e-12) for typed in ("x^2", "x^3"))
    assert square.round_off.endswith("The forward difference is spared here: none of its digits cancel.")
    assert not square.rounds_off
    assert cube.round_off == "Small Δx: round-off does not show in this chart."


def test_beside_an_edge_there_is_no_theory():
    chart = error_chart(parse("√x"), 1e-12)  # bends are looked for as far as 2·10⁻¹² to the left
    assert math.isnan(chart.forward.expected_dx)
    assert "because the curve bends;" in chart.truncation
    assert chart.derivative == pytest.approx(5e5)


def test_a_derivative_that_has_too_many_digits_is_said():
    chart = error_chart(parse("tanh(100x)"), 1e8)
    assert chart.methods == ()
    assert chart.text == "The derivative here has too many digits to compare with."
