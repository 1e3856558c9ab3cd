from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.hatching import HATCHES
from gdsim.app.plots.weight_histogram import (
    HistogramPicture,
    HistogramPlot,
    arrange_histogram,
    histogram_range,
    layer_look,
    round_above,
    words_height,
)
from gdsim.app.theme import DARK, LIGHT

VIEW = Viewport(-2.0, 2.0, 0.0, 10.0, 400.0, 200.0)
EDGES = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
COUNTS = np.array([[1.0, 2.0, 0.0, 0.0], [2.0, 3.0, 4.0, 0.0]])


def measure(text):
    return 7.0 * len(text), 15.0


def picture(note="3 of 12 weights are smaller than 0.01", layers=("layer 1", "layer 2"), counts=COUNTS):
    return HistogramPicture(EDGES, counts, layers, note)


def bars(drawing, index):
    return drawing.areas[index].outline


def test_bars_are_stacked_by_layer():
    drawing = arrange_histogram(picture(), VIEW, measure, LIGHT)
    first, second = bars(drawing, 0), bars(drawing, 1)
    assert set(first[:, 1]) == {200.0, 180.0, 160.0}
    assert second[(second[:, 0] == 100.0), 1].min() == pytest.approx(200 - 20 * 5)
    left = second[second[:, 0] == 0.0, 1]
    assert (left.min(), left.max()) == pytest.approx((140.0, 180.0))
    assert second[:, 1].min() == pytest.approx(100.0)
    assert second[second[:, 0] == 300.0, 1].min() == pytest.approx(120.0)


def test_a_hatch_stays_in_its_own_bars():
    drawing = arrange_histogram(picture(), VIEW, measure, LIGHT)
    lines = drawing.areas[0].hatch
    assert lines[..., 0].max() <= 200
    assert lines[..., 1].min() >= 158
    left = lines[(lines[..., 0] < 99).all(axis=1)]
    assert left[..., 1].min() >= 178


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_layers_are_told_by_hue_and_by_hatch(theme):
    looks = [layer_look(index, theme) for index in range(7)]
    assert len({colour for colour, _ in looks}) == 7
    assert len({hatch for _, hatch in looks}) == 7
    assert {hatch for _, hatch in looks} == set(HATCHES)


def test_words_stand_above_the_bars():
    low, high = histogram_range(picture(), 0.3)[1]
    assert low == 0
    assert 5 / high <= 0.7
    view = Viewport(-2.0, 2.0, 0.0, high, 400.0, 200.0)
    drawing = arrange_histogram(picture(), view, measure, LIGHT)
    assert [label.lines[0][0] for label in drawing.labels] == [
        "3 of 12 weights are smaller than 0.01", "layer", "1", "2",
    ]  # fmt: skip
    assert max(label.rect.bottom for label in drawing.labels) <= min(bars(drawing, 1)[:, 1])
    zero = next(stroke for stroke in drawing.strokes if stroke.dashes)
    assert zero.points[:, 0] == pytest.approx(200.0)
    assert zero.points[:, 1].min() >= max(label.rect.bottom for label in drawing.labels)


def test_long_words_are_broken_and_never_leave_the_plot():
    view = Viewport(-2.0, 2.0, 0.0, 10.0, 200.0, 200.0)
    many = picture("12 of 8800 weights are smaller than 0.01", tuple(f"layer {i + 1}" for i in range(7)))
    many = HistogramPicture(EDGES, np.ones((7, 4)), many.layers, many.note)
    drawing = arrange_histogram(many, view, measure, LIGHT)
    assert max(label.rect.right for label in drawing.labels) <= 200
    assert len({label.rect.y for label in drawing.labels}) == 4
    words = words_height(many, 200.0, measure)
    assert max(label.rect.bottom for label in drawing.labels) <= words
    rects = [label.rect for label in drawing.labels]
    assert all(one is other or one.overlap(other) == 0 for one in rects for other in rects)


@pytest.mark.parametrize(
    ("value", "above"), [(0.0, 0.001), (0.9, 1), (1.0, 1), (1.2, 1.5), (7, 8), (81, 100), (450, 500)]
)
def test_axes_end_at_round_numbers(value, above):
    assert round_above(value) == pytest.approx(above)


@pytest.fixture
def plot(shown, themes):
    plot = HistogramPlot(themes)
    plot.set_picture(picture())
    shown(plot, 300, 200)
    return plot


def test_growing_bars_do_not_move_the_axes_each_time(plot):
    before = plot.view_box.viewRange()
    plot.set_picture(picture(counts=0.9 * COUNTS))
    assert plot.view_box.viewRange() == before
    plot.set_picture(picture(counts=10 * COUNTS))
    assert plot.view_box.viewRange()[1][1] > 50


def test_the_plot_says_weight_and_count_and_shows_both_layers(plot, themes):
    assert [plot.plot_item.getAxis(side).labelText for side in ("bottom", "left")] == ["weight", "count"]
    image = plot.grab().toImage()

    def hues(x, y):
        spots = [
            image.pixelColor((plot.pixel_of(x, y) + QPointF(dx, dy)).toPoint()) for dx in range(9) for dy in (0, 1)
        ]
        return {spot.hue() for spot in spots if spot.saturation() > 60}

    first, second = (QColor(layer_look(index, themes.theme)[0]).hue() for index in (0, 1))
    assert all(abs(hue - first) < 15 for hue in hues(-0.6, 1.0))
    assert all(abs(hue - second) < 15 for hue in hues(-0.6, 3.5))
    assert hues(-0.6, 1.0)
    assert hues(-0.6, 3.5)


def test_counts_are_whole(plot):
    _, upright = plot.ticks(Viewport(-1.0, 1.0, 0.0, 2.0, 200.0, 150.0))
    assert all(float(tick.text) == int(float(tick.text)) for tick in upright)
    assert len(upright) == 3


@pytest.mark.parametrize("hostile", [
    HistogramPicture(), HistogramPicture(EDGES, np.zeros((1, 4)), ("layer 1",), ""),
    HistogramPicture(np.full(5, math.nan), COUNTS, ("a", "b"), "?"),
    HistogramPicture(EDGES, np.full((2, 4), math.nan), ("a", "b"), "?"),
    HistogramPicture(EDGES * 1e300, COUNTS * 1e300, ("a", "b"), "?"),
    HistogramPicture(EDGES * 0, COUNTS, ("a", "b"), "w" * 300),
    HistogramPicture(EDGES, np.zeros((0, 4)), (), ""),
])  # fmt: skip
def test_hostile_pictures_are_drawn_or_left_out(plot, hostile):
    plot.set_picture(hostile)
    plot.grab()
    assert np.isfinite(plot.view_box.viewRange()).all()
    assert plot.picture is hostile


def test_room_for_the_words_is_kept_in_another_size(plot):
    def free():
        return plot.view_box.rect().height() * (1 - 5 / plot.view_box.viewRange()[1][1])

    assert free() >= words_height(picture(), plot.view_box.rect().width(), plot.marks.measure) - 1
    plot.resize(300, 320)
    assert free() >= words_height(picture(), plot.view_box.rect().width(), plot.marks.measure) - 1
