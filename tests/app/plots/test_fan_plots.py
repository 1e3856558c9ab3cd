"""The fan, the histogram of its ends and the chart of a sweep: true places, names, hostile numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.fan_histogram import BINS, arrange_ends, ends_picture, ends_range
from gdsim.app.plots.fan_picture import FanPicture, arrange_fan, curve_at, fan_range
from gdsim.app.plots.fan_plot import EndsPlot, FanPlot
from gdsim.app.plots.sweep_picture import (
    SweepLine,
    SweepPicture,
    arrange_sweep,
    sweep_range,
    sweep_ticks,
    value_at,
)
from gdsim.app.plots.sweep_plot import SweepPlot

STEPS = np.array([0.0, 10.0, 20.0, 40.0])
LOSSES = np.array([[1.0, 0.5, 0.2, 0.1], [1.2, 0.9, 0.8, 0.7], [0.9, 0.6, 0.5, 0.4], [1.0, 2.0, math.nan, math.nan]])
FAN = FanPicture(STEPS, LOSSES, ("a", "b", "c", "d"), (("best", 0), ("median", 2), ("worst", 1)))
HOSTILE = st.floats(allow_nan=True, allow_infinity=True)


def measure(text: str) -> tuple[float, float]:
    return 6.0 * len(text), 14.0


def view(x_range, y_range, width=240.0, height=180.0) -> Viewport:
    return Viewport(*x_range, *y_range, width, height)


def finite(drawing) -> bool:
    parts = [*(label.rect.x for label in drawing.labels), *(label.rect.y for label in drawing.labels)]
    return bool(np.isfinite(parts).all())


# The fan


@pytest.mark.parametrize("log", [True, False])
def test_all_curves_are_in_the_range_from_the_first_step_to_the_last(log):
    picture = FanPicture(STEPS, LOSSES[:3], ("a", "b", "c"), log=log)
    (left, right), (low, high) = fan_range(picture, words=0.2)
    heights = np.log10(LOSSES[:3]) if log else LOSSES[:3]
    assert left <= 0.0
    assert right >= 40.0
    assert low < heights.min()
    assert heights.max() < high - 0.2 * (high - low) + 1e-9  # the words above cover no curve


def test_best_median_and_worst_are_named_with_their_dashes():
    drawing = arrange_fan(FAN, view(*fan_range(FAN, 0.3)), measure)
    assert [label.lines[0][0] for label in drawing.labels] == ["best: a", "median: c", "worst: b"]
    strong = [stroke for stroke in drawing.strokes if stroke.width == 2.25 and stroke.colour == "training"]
    assert {stroke.dashes for stroke in strong} == {(), (5.0, 3.0), (1.5, 2.5)}
    tops = [label.rect for label in drawing.labels]
    assert all(one.overlap(other) == 0 for one in tops for other in tops if one is not other)


def test_the_curve_under_the_pointer_is_found():
    part = view(*fan_range(FAN))
    for row in range(3):
        x, y = part.to_pixels(np.array([30.0, np.interp(30.0, STEPS, np.log10(LOSSES[row]))]))
        assert curve_at(FAN, part, (float(x), float(y))) == row
    assert curve_at(FAN, part, (200.0, 2.0)) is None
    x, _ = part.to_pixels(np.array([30.0, 0.0]))
    assert curve_at(FanPicture(), part, (float(x), 5.0)) is None


@given(arrays(float, (3, 4), elements=HOSTILE), st.booleans())
def test_any_losses_can_be_drawn(losses, log):
    picture = FanPicture(STEPS, losses, ("a", "b", "c"), (("best", 0), ("worst", 2)), log=log, lit=1)
    x_range, y_range = fan_range(picture, 0.3)
    assert np.isfinite([*x_range, *y_range]).all()
    assert x_range[0] < x_range[1]
    assert y_range[0] < y_range[1]
    assert finite(arrange_fan(picture, view(x_range, y_range), measure))


# Where they end


def test_every_finite_loss_is_counted_once():
    picture = ends_picture([0.1, 0.2, 0.3, math.nan], [0.4, 0.4, math.inf, 0.15])
    assert picture.counts.sum(axis=1).tolist() == [3.0, 3.0]
    assert not picture.log
    assert picture.edges[0] <= 0.1
    assert picture.edges[-1] >= 0.4
    assert len(picture.edges) == BINS + 1
    expected, _ = np.histogram([0.1, 0.2, 0.3], picture.edges)
    np.testing.assert_array_equal(picture.counts[0], expected)


def test_losses_over_decades_stand_on_a_log_axis():
    picture = ends_picture([1e-4, 1e-2, 1.0], [1e-3, 0.5, 2.0])
    assert picture.log
    assert picture.edges[0] == pytest.approx(-4.0)
    assert picture.place(1e-2) == -2.0
    assert math.isnan(picture.place(-1.0))


def test_training_goes_up_and_validation_down():
    picture = ends_picture([0.1, 0.1, 0.2], [0.3, 0.3, 0.3, 0.4])
    x_range, (low, high) = ends_range(picture)
    assert low < -3.0
    assert high > 2.0
    part = view(x_range, (low, high))
    drawing = arrange_ends(picture, part, measure)
    zero = part.to_pixels(np.array([0.1, 0.0]))[1]
    up, down = drawing.areas
    assert up.outline[:, 1].min() == pytest.approx(part.to_pixels(np.array([0.0, 2.0]))[1])
    assert up.outline[:, 1].max() == pytest.approx(zero)
    assert down.outline[:, 1].max() == pytest.approx(part.to_pixels(np.array([0.0, -3.0]))[1])
    assert up.colour == "training"
    assert down.colour == "validation"
    assert [label.lines[0][0] for label in drawing.labels] == ["training", "validation"]


@given(arrays(float, 5, elements=HOSTILE), arrays(float, 5, elements=HOSTILE))
def test_any_ends_can_be_drawn(training, validation):
    picture = ends_picture(training, validation, mark=(training[0], validation[0]))
    x_range, y_range = ends_range(picture)
    assert np.isfinite([*x_range, *y_range]).all()
    assert finite(arrange_ends(picture, view(x_range, y_range), measure))


# The sweep


def line(means, label="validation", lowest=None, seeds=2) -> SweepLine:
    means = np.asarray(means, dtype=float)
    each = np.repeat(means[:, None], seeds, axis=1)
    return SweepLine(label, label, means, 0.1 * means, each, lowest=lowest)


U = SweepPicture(
    np.array([0.0, 1e-3, 1e-2, 1e-1]), (line([0.5, 0.4, 0.3, 0.6], lowest=2),), lowest_label="lowest at 0.01"
)


def test_none_has_a_place_of_its_own_left_of_all_strengths_with_its_own_tick():
    places = U.places(U.values)
    assert places[0] == U.zero
    np.testing.assert_allclose(places[1:], [-3, -2, -1])
    assert U.zero < -3.3
    lying, _ = sweep_ticks(U, view(*sweep_range(U), width=400.0))
    assert [tick.text for tick in lying] == ["0", "0.001", "0.01", "0.1"]
    assert lying[0].position == U.zero
    drawing = arrange_sweep(U, view(*sweep_range(U)), measure)
    mean = next(stroke for stroke in drawing.strokes if stroke.width == 2.0 and len(stroke.points) == 4)
    assert mean.joined.tolist() == [False, True, True, True]  # no line leads from 0 to the first strength


def test_the_lowest_point_is_ringed_and_named():
    part = view(*sweep_range(U, 0.1))
    drawing = arrange_sweep(U, part, measure)
    (ring,) = drawing.discs
    expected = part.to_pixels(np.array([-2.0, 0.3]))
    assert (ring.x, ring.y) == pytest.approx(tuple(expected))
    assert "lowest at 0.01" in [label.lines[0][0] for label in drawing.labels]


@pytest.mark.parametrize("width", [190.0, 205.0, 400.0])
def test_the_names_of_the_lines_are_whole_in_a_narrow_chart(width):
    two = SweepPicture(U.values, (line([1, 2, 3, 3], "training"), line([2, 1, 3, 3], "validation")))
    names = [label for label in arrange_sweep(two, view((-1, 1), (0, 4), width), measure).labels
             if label.lines[0][0] in ("training", "validation")]  # fmt: skip
    first, second = sorted(label.rect.x for label in names)
    assert max(label.rect.right for label in names) <= width
    assert second - first >= measure("training")[0] + 14


def test_the_band_is_the_mean_and_its_spread():
    part = view(*sweep_range(U))
    drawing = arrange_sweep(U, part, measure)
    bar, band = drawing.areas
    heights = band.outline[:3, 1]
    expected = part.to_pixels(np.column_stack([[-3, -2, -1], np.array([0.4, 0.3, 0.6]) * 1.1]))[:, 1]
    np.testing.assert_allclose(heights, expected)
    assert bar.outline[:, 0].max() - bar.outline[:, 0].min() == pytest.approx(6.0)
    one_seed = SweepPicture(U.values, (line([0.5, 0.4, 0.3, 0.6], seeds=1),))
    assert arrange_sweep(one_seed, part, measure).areas == ()


def test_the_nearest_value_is_found():
    for place, at in ((0, U.zero), (1, -2.9), (2, -2.2), (3, 5.0)):
        assert value_at(U, at) == place
    assert value_at(U, math.nan) is None
    assert value_at(SweepPicture(), 0.0) is None


def test_whole_values_are_their_own_ticks():
    picture = SweepPicture(np.array([1.0, 2.0, 4.0, 8.0]), (line([4, 3, 2, 1]),), each_named=True)
    lying, _ = sweep_ticks(picture, view(*sweep_range(picture)))
    assert [tick.text for tick in lying] == ["1", "2", "4", "8"]


@given(arrays(float, 4, elements=HOSTILE), arrays(float, 4, elements=HOSTILE), st.booleans(), HOSTILE)
@example(np.array([1e28, 1e-280, 1e-280, 1e-280]), np.zeros(4), False, 0.0)
@example(np.full(4, 9e307), np.full(4, 9e307), False, 0.0)
def test_any_sweep_can_be_drawn(means, spreads, log, now):
    lines = (SweepLine("a", "training", means, spreads, np.stack([means, spreads], axis=1), lowest=1),)
    picture = SweepPicture(U.values, lines, log=log, chosen=2, now=now, lowest_label="low")
    x_range, y_range = sweep_range(picture, 0.2)
    assert np.isfinite([*x_range, *y_range]).all()
    assert y_range[0] < y_range[1]
    part = view(x_range, y_range)
    assert finite(arrange_sweep(picture, part, measure))
    for ticks in sweep_ticks(picture, part):
        assert np.isfinite([tick.position for tick in ticks]).all()


@pytest.mark.parametrize("kind", [FanPlot, EndsPlot, SweepPlot])
@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e300, -1e300, 0.0])
def test_plots_paint_hostile_numbers(themes, shown, kind, bad):
    plot = shown(kind(themes), 260, 200)
    values = np.full((2, 4), bad)
    plot.set_picture(
        FanPicture(STEPS, values, ("a", "b"), (("best", 0),), lit=1)
        if kind is FanPlot
        else ends_picture(values, values, (bad, bad))
        if kind is EndsPlot
        else SweepPicture(U.values, (SweepLine("a", "training", values[0], values[1], values.T),), now=bad, chosen=3)
    )
    assert not plot.grab().isNull()


@pytest.mark.parametrize("most", range(1, 33))
def test_the_counts_have_at_least_two_ticks_in_a_low_plot(themes, shown, most):
    plot = shown(EndsPlot(themes), 280, 150)
    plot.set_picture(ends_picture([0.31] * most + [0.36], [0.34] * most + [0.39]))
    for ticks in plot.ticks(plot.visible_part):
        assert len({tick.position for tick in ticks}) >= 2
