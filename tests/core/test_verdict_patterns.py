"""Each pattern by numbers worked out by hand: where it begins and ends, and over how many steps it is looked for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.run import Kind, Step
from gdsim.core.verdict import patterns
from gdsim.core.verdict.patterns import Bounce, bounce

PARABOLA = "x^2"


def function(formula, *domain):
    return Objective.from_expression(parse(formula), domain or ((-3.0, 3.0),))


def at(objective, *points, noise=0.0):
    """Steps at these places, whatever led there."""
    places = [np.array(point, dtype=float, ndmin=1) for point in points]
    return [
        Step(i, place, objective.value(place), objective.gradient(place) + noise, -place, (), (), 0.1)
        for i, place in enumerate(places)
    ]


def valued(*values):
    """Steps of which only the values are looked at."""
    return [Step(i, (0.0,), value, (0.0,), (0.0,), (), (), 0.1) for i, value in enumerate(values)]


# Bounces: the slope of x² is 2x, so the ratios of slopes are those of the places


def made(*points):
    return bounce(at(function(PARABOLA), *points), function(PARABOLA))


def test_growth_is_the_geometric_mean_of_the_ratios_and_recent_that_of_the_newest_two():
    found = made(1.0, -1.0, 0.5, -2.0, 0.25, -1.0)  # 1/2, 2, 1/2, 1/2
    assert found == (pytest.approx(0.25**0.25), pytest.approx(0.5), False, True, False)
    assert made(1.0, -3.0, 0.5, -1.2)[:4] == (pytest.approx(0.2**0.5), pytest.approx(0.2**0.5), True, False)
    plane = function("x^2 + y^2", (-3, 3), (-3, 3))
    tilted = [(3.0, 4.0), (-3.0, -4.0), (2.4, -1.0), (-0.7, 2.4), (1.0, 0.0), (-1.0, 0.0)]
    with_lengths = bounce(at(plane, *tilted), plane)
    assert (
        made(*(1e-300 * (-1e160) ** k for k in range(2)), 1e20, -1e180).growth == 1.0
    )  # by more than the largest number
    assert with_lengths[:2] == (pytest.approx((1 / 5 * 1 / 5) ** 0.25), pytest.approx(1 / 2.55, rel=0.03))


def test_a_bounce_needs_four_places_and_six_where_there_are_more():
    assert made(1.0, -1.0, 1.0) is None
    assert made(1.0, -1.0, 1.0, -1.0) == Bounce(1.0, 1.0, False, False, False)
    assert made(1.0, 1.0, -1.0, 1.0) is None
    assert made(1.0, 1.0, -1.0, 1.0, -1.0, 1.0) is None
    assert made(1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0) is not None
    ten = [(-1.0) ** k for k in range(10)]
    assert made(-2.0, *ten) == made(*ten) == Bounce(1.0, 1.0, False, False, False)
    assert made(9.0, *ten[1:]).growth == pytest.approx((1 / 9) ** (1 / 8))


def test_up_to_five_growing_bounces_are_not_yet_said_to_grow():
    doubling = [(-2.0) ** k for k in range(6)]
    assert made(*doubling[:5]) == (1.0, pytest.approx(4.0), True, False, False)
    assert made(*doubling).growth == pytest.approx(4.0)
    assert made(*doubling).growing
    assert not made(*doubling[:5]).growing


@pytest.mark.parametrize(
    ("growth", "recent", "steady", "shrinking", "growing"),
    [
        (0.989, 0.989, True, True, False),
        (0.99, 0.9, True, False, False),
        (0.9, 0.99, True, False, False),
        (0.9, 0.9, False, False, False),
        (1.01, 1.1, True, False, False),
        (1.011, 0.9, True, False, True),
        (1.1, 1.1, False, False, False),
    ],
)
def test_a_bounce_shrinks_or_grows_by_a_hundredth_at_least(growth, recent, steady, shrinking, growing):
    found = Bounce(growth, recent, steady, False, False)
    assert (found.shrinking, found.growing) == (shrinking, growing)


@pytest.mark.parametrize(("middle", "wandering"), [(1.0, False), (1.005, False), (1.02, True), (0.98, True)])
def test_a_cycle_wanders_by_more_than_a_hundredth(middle, wandering):
    """The ratios are `middle`, 1, 1/`middle`, 1: neither all above nor all below 1."""
    found = made(1.0, -1.0, middle, -1.0, 1.0, -1.0)
    assert (found.steady, found.wandering) == (False, wandering)
    once = made(1.0, -1.0, middle, -1.0, middle, -1.0)  # middle, 1, 1, 1
    assert (once.steady, once.wandering) == (False, wandering)


@pytest.mark.parametrize(
    ("formula", "right", "kink"),
    [
        ("abs(x)", 1.0, True),
        ("x^2", 1.0, False),
        ("sqrt(x^2 + 1e-6)", 1.0, False),
        # The slopes at ±0.5 differ by 6 and by 4.4, those beside the kink by 4 and by 2: more than half, and less.
        ("2abs(x) + x^2", 0.5, True),
        ("abs(x) + 1.2x^2", 0.5, False),
        # The slope goes from −3 by way of −1 to 2, with the kink on the right, and from −2 by way of 0.4 to 2.5.
        ("relu(-x)^2 + max(-x, 2x - 0.3)", 1.0, True),
        ("max(-2x - 0.24, 0.4x) + 1.05relu(x)^2", 1.0, True),
    ],
)
def test_a_kink_keeps_more_than_half_of_the_difference_of_slopes(formula, right, kink):
    objective = function(formula)
    steps = at(objective, *(sign * right for sign in (-1.0, 1.0, -1.0, 1.0, -1.0, 1.0)))
    assert bounce(steps, objective).kink is kink


def test_the_newest_two_places_tell_whether_there_is_a_kink():
    objective = function("abs(x) + 1.2x^2")
    far, near = [2.0, -2.0], [0.1, -0.1]
    assert bounce(at(objective, *far, *far, *far, *near, *near), objective).kink
    assert not bounce(at(objective, *near, *near, *near, *far, *far), objective).kink
    shrinking = [0.1 * (-0.98) ** k for k in range(6)]
    objective = function("abs(x)^1.5")
    assert not bounce(at(objective, *shrinking), objective).kink


@pytest.mark.parametrize("place", [0.0, 0.7, -1e3])
def test_a_kink_in_the_middle_of_the_way_is_one(place):
    """There the derivative is 0, half of the difference between the two sides."""
    objective = function(f"abs(x - {place})" if place >= 0.0 else f"abs(x + {-place})")
    assert bounce(at(objective, *(place + sign * 0.5 for sign in (-1.0, 1.0, -1.0, 1.0, -1.0, 1.0))), objective).kink


# Values


@pytest.mark.parametrize(
    ("values", "climbed"),
    [((3.0,), 0), ((1.0, 2.0), 1), ((5.0, 1.0, 2.0, 3.0, 4.0), 3), ((1.0, 2.0, 2.0), 0), ((1.0, math.nan, 2.0), 0),
     ((1.0, 2.0, 1.5), 0)],
)  # fmt: skip
def test_climbs_are_counted_from_the_newest(values, climbed):
    assert patterns.climb(valued(*values)) == climbed


def test_falling_and_still_look_at_six_steps():
    falls = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    assert patterns.falling(valued(0.0, *falls))
    assert not patterns.falling(valued(5.0, *falls[1:]))
    assert not patterns.falling(valued(*falls[:5], 3.0))
    assert not patterns.falling(valued(*falls[:5], 2.0))
    assert patterns.still(valued(9.0, *[2.0] * 6))
    assert not patterns.still(valued(9.0, *[2.0] * 5))
    assert not patterns.still(valued(*[2.0] * 5, 1.0))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (2.0, 3.0, 1.0),
        (3.0, 2.0, -1.0),
        (0.0, 1e-14, 0.0),
        (0.0, 1.1e-14, 1.1e-14),
        (0.5, 0.5 + 8e-15, 0.0),
        (1e6, 1e6 + 8e-9, 0.0),
        (-1e6, -1e6 - 8e-9, 0.0),
        (1e6, 1e6 + 2e-8, pytest.approx(2e-8, rel=0.01)),
        (1e-3, 1e6, 1e6 - 1e-3),
        (1.0, math.inf, math.inf),
    ],
)
def test_a_change_that_is_lost_in_rounding_is_none(before, after, change):
    assert patterns.change(*valued(before, after)) == change


@pytest.mark.parametrize(
    ("values", "record"),
    [((1.0, 5.0, 3.0), True), ((1.0, 3.0, 5.0), True), ((5.0, 1.0, 3.0), False), ((5.0, 5.0, 1.0), False),
     ((1.0, 2.0), False), ((1.0, 9.0, 2.0, 3.0), False)],
)  # fmt: skip
def test_a_record_is_one_of_the_two_newest_values(values, record):
    assert patterns.record(valued(*values)) is record


# Slopes against those of the whole domain


def test_the_mean_slope_counts_the_steepest_tenth_as_its_gentlest():
    slopes = np.abs(3.0 * np.linspace(-1.0, 2.0, 128) ** 2)
    capped = np.minimum(slopes, np.quantile(slopes, 0.9)).mean()
    assert patterns.mean_slope(function("x^3", (-1.0, 2.0))) == pytest.approx(capped)
    assert patterns.mean_slope(function("3x + 4y", (0, 1), (5, 9))) == pytest.approx(5.0)
    assert patterns.mean_slope(function("sqrt(x)", (-3.0, 0.0))) == 0.0
    assert patterns.mean_slope(function("x + y + z", (0, 1), (0, 1), (0, 1))) == 0.0
    assert patterns.mean_slope(Objective.from_expression(parse("3x"))) == 0.0
    assert patterns.mean_slope(function("1e200x", (0, 1))) == 1e200
    assert patterns.mean_slope(function("1.7e308x + 1.7e308y", (0, 1), (0, 1))) == 0.0
    rows, columns = np.meshgrid(np.linspace(0, 1, 34), np.linspace(5, 9, 34), indexing="ij")
    slopes = np.hypot(2.0 * rows, 2.0 * columns)
    capped = np.minimum(slopes, np.quantile(slopes, 0.9)).mean()
    assert patterns.mean_slope(function("x^2 + y^2", (0, 1), (5, 9))) == pytest.approx(capped)


def test_the_lowest_value_is_that_of_a_grid():
    assert patterns.lowest_value(function("(x - 1)^2 + 7", (1.0, 4.0))) == 7.0
    assert patterns.lowest_value(function("x^2 + 2y", (0, 1), (-3, 2))) == -6.0
    nearest = np.abs(np.linspace(-1.0, 2.0, 128)).min()
    assert patterns.lowest_value(function("x^2", (-1.0, 2.0))) == pytest.approx(nearest**2)
    assert patterns.lowest_value(function("log(x)", (-3.0, 0.0))) == math.inf
    assert patterns.lowest_value(function("sqrt(x) + 2", (-1.0, 1.0))) == pytest.approx(2 + (1 / 127) ** 0.5)


@pytest.mark.parametrize(
    ("formula", "value", "slope", "plateau"),
    [
        # Across the width of 4 the parabola rises by 4·0.5 + 0.5·1·16 = 10: a fifth of the height if that is 50.
        ("x^2/2 + 7", 57.1, 0.5, True),
        ("x^2/2 + 7", 56.9, 0.5, False),
        ("x^2/2 + 7", 56.9, 0.45, True),
        # A curvature downwards is none: 4·0.5 is a fifth of 10.  The lowest value is −8.
        ("-x^2/2", 2.01, 0.5, True),
        ("-x^2/2", 1.99, 0.5, False),
        # Lower than all of the domain: the slope changes by 4 across it.
        ("x^2/2", -1.0, 0.0401, True),
        ("x^2/2", 0.0, 0.0401, True),
        ("x^2/2", -1.0, 0.0399, False),
        # The narrower side counts, and the largest curvature.
        ("x^2/2 - y^2", 50.1 - 56.25, 0.5, True),
        ("x^2/2 - y^2", 49.9 - 56.25, 0.5, False),
    ],
)
def test_a_plateau_changes_by_a_fifth_of_the_height_at_most(formula, value, slope, plateau):
    both = "y" in formula
    objective = function(formula, (0.0, 4.0), *[(0.0, 7.5)] * both)
    step = Step(0, (2.0, 1.0)[: 1 + both], value, (slope,), (0.0,), (), (), 0.1)
    assert patterns._plateau(step, objective, slope) is plateau


def test_a_slope_is_small_below_a_fiftieth_of_the_mean_one():
    objective = function(PARABOLA)
    border = 0.5 * 0.02 * patterns.mean_slope(objective)
    for share, kind in ((0.999, Kind.MINIMUM), (1.001, None)):
        (step,) = at(objective, share * border, noise=5.0)
        assert patterns.small_slope_kind(step, objective) is kind
    (step,) = at(objective, border, noise=-2.0 * border)
    assert patterns.small_slope_kind(step, objective) is None  # it is the true slope that counts
    for formula, place, kind in (
        ("-x^2", 0.0, Kind.MAXIMUM),
        ("x^3", 0.001, Kind.SADDLE),
        ("(x - 1)^2", 1, Kind.MINIMUM),
    ):
        (step,) = at(function(formula), place)
        assert patterns.small_slope_kind(step, function(formula)) is kind


# Vectors and places


def test_lengths_angles_and_noise():
    assert patterns.length(np.array([3.0, -4.0])) == 5.0
    assert patterns.length(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert patterns.length(np.zeros(2)) == 0.0
    assert patterns.length(np.array([1.0, -np.inf])) == np.inf
    right, tilted = np.array([2.0, 0.0]), np.array([1.0, 1.0])
    assert patterns.cosine(right, tilted) == pytest.approx(0.5**0.5)
    assert patterns.cosine(right, -1e200 * tilted) == pytest.approx(-(0.5**0.5))
    assert patterns.cosine(right, np.zeros(2)) == patterns.cosine(np.array([np.inf, 0.0]), right) == 0.0
    assert patterns.opposed(right, np.array([-1e-9, 1.0]))
    assert not patterns.opposed(right, np.array([0.0, 1.0]))
    plane = function("x^2 + y^2", (-3, 3), (-3, 3))
    (step,) = at(plane, (1.0, 1.0), noise=np.array([3.0, -4.0]))
    assert patterns.noise_of(step, plane) == pytest.approx(5.0)
    for noise, seen in ((0.0, 0.0), (np.inf, 0.0), (1e-14, 0.0), (1e-13, pytest.approx(1e-13, rel=0.01))):
        (step,) = at(function(PARABOLA), 2.0, noise=noise)
        assert patterns.noise_of(step, function(PARABOLA)) == seen
    step = Step(0, (0.0,), 0.0, (1.7e308,), (0.0,), (), (), 0.1)
    assert patterns.noise_of(step, function("-1.7e308x")) == 0.0
    steep = function("1000000x")
    assert [patterns.noise_of(at(steep, 0.0, noise=noise)[0], steep) > 0.0 for noise in (5e-9, 2e-8)] == [False, True]


def test_noise_counts_above_a_tenth_of_the_slope_in_one_of_six_steps():
    objective = function(PARABOLA)
    loud, quiet = at(objective, 1.0, noise=0.21), at(objective, 1.0, noise=0.19)
    assert patterns.noise_counts([*loud, *5 * quiet], objective)
    assert not patterns.noise_counts([*loud, *6 * quiet], objective)


def test_widths_are_measured_from_the_lower_end():
    line = function("x^2/2 + 7", (1.0, 6.0))  # from 7.5 on
    for value, plateau in ((82.6, True), (82.4, False)):
        assert patterns._plateau(Step(0, (2.0,), value, (0.5,), (0.0,), (), (), 0.1), line, 0.5) is plateau
    for place, outside in ((-3.9, False), (-4.1, True), (10.9, False), (11.1, True)):
        assert patterns.far_outside(np.array([place]), line) is outside


@pytest.mark.parametrize(
    ("point", "outside"),
    [((-2.0, 1.0), False), ((-2.1, 1.0), True), ((4.0, 1.0), False), ((4.1, 1.0), True), ((1.0, 10.0), False),
     ((1.0, 10.1), True), ((1.0, -5.1), True)],
)  # fmt: skip
def test_far_outside_is_more_than_a_width_away(point, outside):
    assert patterns.far_outside(np.array(point), function("x + y", (0, 2), (0, 5))) is outside
    assert not patterns.far_outside(np.array(point), Objective.from_expression(parse("x + y")))


def test_a_place_is_0_below_a_ten_millionth_of_the_width():
    point = np.array([0.9e-6, -1.1e-6])
    assert patterns.snapped(point, function("x + y", (0, 20), (5, 15))).tolist() == [0.0, -1.1e-6]
    assert patterns.snapped(0.1 * point, Objective.from_expression(parse("x + y"))).tolist() == [0.0, -1.1e-7]
