from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.ticks import linear_ticks, log_ticks, whole_ticks
from gdsim.app.ranges import LARGEST, clamped, finite_range, reach_of, value_range

anything = st.floats(allow_nan=True, allow_infinity=True)


def drawable(low: float, high: float) -> bool:
    return math.isfinite(low) and math.isfinite(high) and low < high and math.isfinite(high - low)


@given(anything, anything)
def test_any_two_numbers_make_a_range_that_can_be_drawn(low, high):
    assert drawable(*finite_range(low, high))


@given(st.lists(anything, max_size=30), st.lists(anything, max_size=3))
def test_any_heights_make_a_range_that_can_be_drawn(values, include):
    assert drawable(*value_range(values, include))


def test_clamping_keeps_what_is_undefined():
    low, high, lost = clamped([-1e300, math.inf, math.nan])
    assert (low, high) == (-LARGEST, LARGEST)
    assert math.isnan(lost)


def test_a_parabola_is_shown_whole():
    low, high = value_range(np.linspace(-3, 3, 400) ** 2)
    assert low < 0
    assert high > 9


def test_a_pole_does_not_flatten_the_rest():
    x = np.linspace(0.001, 3, 600)
    low, high = value_range(1 / x)
    assert high < 10
    assert low < 1 / 3


def test_a_height_that_has_to_be_seen_is_seen():
    low, high = value_range(np.linspace(0, 1, 50), [40.0, math.nan])
    assert low < 0
    assert high > 40


def test_the_domain_grows_in_leaps_until_the_run_is_inside():
    assert reach_of((-1, 1), [0.5]) == (-1, 1)
    assert reach_of((-1, 1), [1.2]) == (-1.5, 1.5)
    assert reach_of((-1, 1), [1.2, -2.0]) == (-2.25, 2.25)


def test_a_run_that_is_far_away_is_given_up_unless_asked_for():
    assert reach_of((-1, 1), [50.0]) == (-1, 1)
    assert reach_of((-1, 1), [50.0], furthest=math.inf)[1] >= 50


@pytest.mark.parametrize(("low", "high"), [(-2, 2), (0, 1e-9), (-1e150, 1e150), (1e6, 1e6 + 1), (-0.3, 7.7)])
def test_linear_ticks_are_even_inside_and_not_crowded(low, high):
    ticks = linear_ticks(low, high, length=600)
    gaps = np.diff([tick.position for tick in ticks])
    assert 3 <= len(ticks) <= 12
    assert np.allclose(gaps, gaps[0], rtol=1e-6)
    assert all(low - 1e-9 * abs(low) <= tick.position <= high * (1 + 1e-9) + 1e-12 for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks), "two ticks that read the same"


@given(anything, anything, st.floats(-10, 3000))
def test_no_numbers_stop_the_ticks(low, high, length):
    assert len(linear_ticks(low, high, length)) < 200
    assert len(log_ticks(max(low, -400.0), min(high, 400.0), length)) < 2000


def test_a_log_axis_over_decades_has_whole_powers():
    assert [tick.text for tick in log_ticks(-2, 1, 200)] == ["0.01", "0.1", "1", "10"]


def test_a_log_axis_over_less_than_a_decade_still_has_ticks():
    assert [tick.text for tick in log_ticks(-0.1, 0.8, 200)] == ["1", "2", "5"]
    assert len(log_ticks(0.1, 0.15, 200)) >= 2


def test_steps_are_counted_in_whole_numbers():
    assert [tick.text for tick in whole_ticks(-0.1, 4.2, 300)] == ["0", "1", "2", "3", "4"]
    assert all(tick.position == int(tick.position) for tick in whole_ticks(-0.05, 1.5, 300))
