from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.surface_levels import CONSTANT, EMPTY, LOGARITHMIC, SPREAD, bar_ticks, choose_levels

X, Y = np.meshgrid(np.linspace(-2, 2, 160), np.linspace(-1, 3, 160))
BOWL = X**2 + (Y - 1) ** 2
ROSENBROCK = 100 * (Y - X**2) ** 2 + (1 - X) ** 2
WELL_IN_A_PLAIN = 1 - np.exp(-((X**2 + Y**2) / 0.02))


def test_values_over_decades_get_logarithmic_lines_at_one_two_five():
    levels = choose_levels(ROSENBROCK, lowest=0.0)
    assert levels.rule == LOGARITHMIC
    firsts = {f"{line:.6e}"[0] for line in levels.lines}
    assert firsts == {"1", "2", "5"}
    assert all(f"{line:.6e}"[1:8] == ".000000" for line in levels.lines)
    assert {1.0, 10.0, 100.0, 1000.0} <= {round(line, 9) for line in levels.lines}


def test_a_bowl_gets_spread_lines_and_the_whole_colour_scale():
    levels = choose_levels(BOWL)
    assert levels.rule == SPREAD
    assert len(levels.lines) == 12
    assert np.ptp(levels.position(BOWL)) == pytest.approx(1.0, abs=0.01)


def test_lines_follow_the_values_and_are_not_evenly_spaced():
    steep = np.exp(2 * X)
    lines = np.array(choose_levels(steep).lines)
    gaps = np.diff(lines)
    assert gaps[-1] > 3 * gaps[0]


def test_a_narrow_hole_in_a_plain_gets_lines_too():
    assert (WELL_IN_A_PLAIN < 0.9).mean() < 0.02
    assert sum(line < 0.9 for line in choose_levels(WELL_IN_A_PLAIN).lines) >= 3


def test_a_plain_at_the_lowest_value_is_no_span_of_decades():
    assert choose_levels(np.maximum(X, 0), lowest=0.0).rule == SPREAD


def test_a_pole_does_not_take_the_colours_of_the_rest():
    with np.errstate(divide="ignore"):
        pole = BOWL + 1e-9 / np.abs(X - X[0, 80])
    levels = choose_levels(pole)
    assert levels.high < 40
    assert np.ptp(levels.position(BOWL)) > 0.7


def test_heights_are_counted_from_the_known_minimum():
    below = choose_levels(ROSENBROCK - 5, lowest=-5.0)
    assert (below.rule, below.base) == (LOGARITHMIC, -5.0)
    assert below.text(-4.99) == "+0.01"
    assert "above −5" in below.title


def test_a_wrong_minimum_is_not_believed():
    levels = choose_levels(ROSENBROCK - 5, lowest=3.0)
    assert levels.base <= ROSENBROCK.min() - 5


@pytest.mark.parametrize("value", [0.0, 3.0, -1e300, 1e308, 5e-324, math.inf, -math.inf])
def test_a_constant_has_one_label_and_no_lines(value):
    levels = choose_levels(np.full((9, 9), value))
    assert levels.rule == CONSTANT
    assert levels.lines == ()
    assert -1e151 < levels.low < levels.high < 1e151
    assert len(bar_ticks(levels, 300)) == 1


def test_rounding_is_not_drawn_as_mountains():
    assert choose_levels(np.sin(X) ** 2 + np.cos(X) ** 2).rule == CONSTANT


def test_nothing_but_undefined_values():
    levels = choose_levels(np.full(5, math.nan))
    assert (levels.rule, levels.lines) == (EMPTY, ())
    assert levels.low < levels.high


@given(st.lists(st.floats(allow_subnormal=True), max_size=40), st.floats())
def test_any_data_gives_finite_rising_levels(values, lowest):
    levels = choose_levels(np.array(values), lowest)
    assert np.isfinite(levels.knots).all()
    assert (np.diff(levels.knots) > 0).all()
    assert (np.diff(levels.places) >= 0).all()
    assert (levels.places[0], levels.places[-1]) == pytest.approx((0, 1))
    assert list(levels.lines) == sorted(set(levels.lines))
    assert all(levels.low < line < levels.high for line in levels.lines)
    places = levels.position(np.array(values))
    assert (np.isnan(places) == np.isnan(values)).all()
    assert not ((places < 0) | (places > 1)).any()
    for tick in bar_ticks(levels, 400):
        assert 0 <= tick.position <= 1
        assert tick.text


def test_values_that_hardly_differ_have_a_place_between_their_neighbours():
    """Their distance is so small that its inverse is infinite."""
    heights = np.linspace(-5, 5, 200) ** 97
    levels = choose_levels(np.tile(-1.9e-270 * heights, (50, 1)))
    assert 0.0 < np.diff(levels.knots).min() < 1e-310
    places = levels.position(np.array([-7e-318, -1e-320, 0.0, 1e-320, 7e-318]))
    assert ((places > 0.4) & (places < 0.6)).all()
    assert (np.diff(places) > 0).all()


def test_larger_values_are_never_darker():
    for values in (BOWL, ROSENBROCK, WELL_IN_A_PLAIN):
        places = choose_levels(values).position(np.sort(values.ravel()))
        assert (np.diff(places) >= 0).all()


def test_labels_of_the_bar_stand_apart_and_have_four_digits():
    levels = choose_levels(BOWL * math.pi)
    ticks = bar_ticks(levels, 300, apart=18)
    assert len(ticks) > 5
    assert np.diff([tick.position for tick in ticks]).min() * 300 >= 18
    assert bar_ticks(levels, 60, apart=18) != ticks
    assert levels.text(1.23456789) == "1.235"
