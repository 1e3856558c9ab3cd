from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.loss_picture import LossPicture, arrange_loss, loss_range

FALLING = 2.0 ** -np.arange(12.0)


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 15.0


def view_of(picture: LossPicture) -> Viewport:
    (x_low, x_high), (y_low, y_high) = loss_range(picture)
    return Viewport(x_low, x_high, y_low, y_high, 260.0, 180.0)


def test_everything_is_in_view():
    picture = LossPicture(FALLING, 3, ghost=np.array([9.0, 5.0]))
    (x_low, x_high), (y_low, y_high) = loss_range(picture)
    assert x_low < 0 < 11 < x_high
    assert y_low < FALLING.min()
    assert y_high > 9.0


def test_on_a_log_axis_a_steady_rate_is_a_straight_line():
    picture = LossPicture(FALLING, log=True)
    assert np.diff(picture.heights(FALLING)) == pytest.approx(-np.log10(2))
    assert picture.title == "loss f(x)"


def test_on_a_log_axis_a_negative_loss_is_measured_from_the_lowest_and_says_so():
    picture = LossPicture(FALLING - 0.5, log=True, floor=-0.5)
    assert picture.heights(picture.values) == pytest.approx(np.log10(FALLING))
    assert picture.title == "f(x) − lowest"


def test_the_lowest_value_itself_has_no_logarithm():
    heights = LossPicture(np.array([1.0, 0.0]), log=True).heights(np.array([1.0, 0.0]))
    assert np.isnan(heights[1])


def test_the_step_that_is_looked_at_is_marked():
    picture = LossPicture(FALLING, 3)
    drawing = arrange_loss(picture, view_of(picture), measure)
    (disc,) = drawing.discs
    assert (disc.x, disc.y) == pytest.approx(tuple(view_of(picture).to_pixels(np.array([3.0, FALLING[3]]))))


def test_an_empty_chart_says_what_will_be_there():
    picture = LossPicture(np.array([2.4]))
    drawing = arrange_loss(picture, view_of(picture), measure)
    assert [label.lines[0][0] for label in drawing.labels] == ["each step adds a point"]


numbers = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=12)


@given(numbers, numbers, st.booleans(), st.floats(allow_nan=True, allow_infinity=True))
def test_any_losses_can_be_drawn(values, ghost, log, floor):
    picture = LossPicture(np.array(values), 2, np.array(ghost), log, floor)
    view = view_of(picture)
    assert view.usable
    arrange_loss(picture, view, measure)
