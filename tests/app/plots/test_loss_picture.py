from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.loss_picture import LossPicture, arrange_loss, decimated, loss_range, wants_log

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


def test_a_much_longer_run_before_does_not_squeeze_the_run():
    before = np.linspace(9.0, 1.0, 501)
    before[300:] = 1e6
    picture = LossPicture(np.linspace(8.0, 2.0, 41), 3, ghost=before)
    (_, right), (_, high) = loss_range(picture)
    assert 80 <= right < 85
    assert high < 10
    drawing = arrange_loss(picture, view_of(picture), measure)
    assert [label.lines[0][0] for label in drawing.labels] == ["run before, on to step 500"]


def test_a_run_before_that_is_not_much_longer_is_shown_whole():
    picture = LossPicture(np.linspace(8.0, 2.0, 41), 3, ghost=np.linspace(9.0, 1.0, 71))
    assert 70 < loss_range(picture)[0][1] < 74
    drawing = arrange_loss(picture, view_of(picture), measure)
    assert [label.lines[0][0] for label in drawing.labels] == ["run before"]


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


def test_a_long_line_is_drawn_with_few_points_that_cover_the_same_pixels():
    x = np.repeat(np.arange(50.0), 100) + np.tile(np.linspace(0, 0.99, 100), 50)
    y = np.random.default_rng(5).uniform(0, 300, x.size)
    drawn = decimated(np.column_stack([x, y]))
    assert len(drawn) <= 4 * 50
    assert (np.diff(drawn[:, 0]) >= 0).all()
    for column in range(50):
        mine, every = (heights[np.floor(across) == column] for across, heights in ((drawn[:, 0], drawn[:, 1]), (x, y)))
        assert (mine.min(), mine.max(), mine[0], mine[-1]) == (every.min(), every.max(), every[0], every[-1])


def test_only_losses_that_leap_over_and_over_have_jagged_edges():
    def smooth(values):
        picture = LossPicture(values)
        return {stroke.smooth for stroke in arrange_loss(picture, view_of(picture), measure).strokes}

    leaping = np.tile([0.0, 1.0], 300)
    assert False in smooth(leaping)
    assert smooth(leaping[:100]) == smooth(np.geomspace(1.0, 1e-3, 600)) == {True}


def test_a_short_line_and_its_gaps_stay():
    line = np.column_stack([np.arange(6.0), [1, 2, np.nan, 4, 5, 6]])
    np.testing.assert_array_equal(decimated(line), line)
    crowded = np.column_stack([np.linspace(0, 2, 500), np.where(np.arange(500) == 250, np.nan, 1.0)])
    assert np.isnan(decimated(crowded)[:, 1]).sum() == 1


@pytest.mark.parametrize(
    ("values", "floor", "log"),
    [
        ([1000.0, 1.0, 0.5], math.nan, True),
        ([100.0, 1.0, 0.5], math.nan, False),
        ([1.0, -2.0, -2.999], -3.0, True),
        ([1.0, -2.0, -2.9999999], math.nan, False),  # only the run itself says how low it goes
        ([5.0, math.inf, math.nan], 0.0, False),
        ([], math.nan, False),
    ],
)
def test_losses_that_span_more_than_three_decades_want_a_log_axis(values, floor, log):
    assert wants_log(LossPicture(np.array(values), floor=floor), log=False) == log


def test_a_log_axis_stays_until_the_losses_span_much_less():
    spans = [10.0 ** np.array([0.0, -span]) for span in (2.9, 3.1, 2.0, 1.6, 1.4, 2.0)]
    seen, log = [], False
    for values in spans:
        log = wants_log(LossPicture(values), log)
        seen.append(log)
    assert seen == [False, True, True, True, False, False]


@pytest.mark.parametrize(
    "ghost", [20 * 0.97 ** np.arange(1082.0), np.linspace(9, 8, 1082), 9 - 8 * 0.9 ** np.arange(1082.0)]
)
def test_the_name_of_the_run_before_is_on_no_curve(ghost):
    picture = LossPicture(np.linspace(9.0, 4.0, 12), 3, ghost=ghost)
    view = view_of(picture)
    (label,) = arrange_loss(picture, view, measure).labels
    assert label.lines[0][0] == "run before, on to step 1081"
    for values in (picture.values, picture.ghost):
        steps = np.linspace(0, len(values) - 1, 20_000)
        x, y = view.to_pixels(np.column_stack([steps, np.interp(steps, np.arange(len(values)), values)])).T
        rect = label.rect
        assert not ((x > rect.x) & (x < rect.right) & (y > rect.y) & (y < rect.bottom)).any()
