from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.series_picture import Series, SeriesPicture, arrange_series, series_range, series_ticks
from gdsim.app.plots.surface_tracks import marker_strokes


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 14.0


def line(values, label="a", x=None, **more) -> Series:
    values = np.asarray(values, dtype=float)
    return Series(np.arange(len(values), dtype=float) if x is None else np.asarray(x), values, "step", label, **more)


def view_of(picture: SeriesPicture, width=240.0, height=160.0) -> Viewport:
    (x_low, x_high), (y_low, y_high) = series_range(picture)
    return Viewport(x_low, x_high, y_low, y_high, width, height)


def drawing_of(picture: SeriesPicture):
    return arrange_series(picture, view_of(picture), measure)


def words(drawing) -> list[str]:
    return [text for label in drawing.labels for text, _ in label.lines]


def test_positive_values_stand_at_their_logarithm():
    picture = SeriesPicture((line([100.0, 1.0, 0.01]),))
    assert picture.heights(picture.series[0].y) == pytest.approx([2, 0, -2])
    assert picture.upright_title == "y"


def test_with_a_known_minimum_the_distance_from_it_is_shown_and_named():
    picture = SeriesPicture((line([13.0, 3.1, 3.0]),), y_title="loss", floor=3.0)
    heights = picture.heights(picture.series[0].y)
    assert heights[:2] == pytest.approx([1, -1])
    assert math.isnan(heights[2])
    assert picture.upright_title == "loss − known minimum"


def test_values_below_zero_are_measured_from_the_lowest():
    picture = SeriesPicture((line([-1.0, -77.0, -78.0]),), y_title="loss")
    assert picture.heights(np.array([-68.0])) == pytest.approx([1])
    assert picture.upright_title == "loss − lowest here"


def test_a_linear_axis_shows_values_as_they_are():
    picture = SeriesPicture((line([-1.0, 2.0]),), log_y=False, floor=-1.0)
    assert picture.heights(picture.series[0].y) == pytest.approx([-1, 2])
    assert picture.upright_title == "y"


def test_step_zero_has_no_place_on_a_log_axis():
    places = SeriesPicture().places(np.array([0.0, 1.0, 10.0]))
    assert math.isnan(places[0])
    assert places[1:] == pytest.approx([0, 1])


def test_a_run_that_flies_off_does_not_squeeze_the_others():
    picture = SeriesPicture((line([1.0, 0.1, 0.01]), line([1.0, 1e50, 1e120])))
    _, (low, high) = series_range(picture)
    assert low == pytest.approx(-2, abs=1)
    assert high < 3


@pytest.mark.parametrize(
    "values", [[], [math.nan], [math.inf, -math.inf], [1e308, -1e308], [5e-324, 1.0], [0.0, 0.0], [2.0]]
)
@pytest.mark.parametrize("log", [True, False])
def test_hostile_values_give_finite_ranges_and_drawings(values, log):
    picture = SeriesPicture((line(values, chosen=(0,) if values else ()),), log_x=log, log_y=log, level=math.nan)
    ranges = series_range(picture)
    assert np.isfinite(ranges).all()
    assert all(low < high for low, high in ranges)
    drawing_of(picture)


def test_a_gap_stays_a_gap():
    picture = SeriesPicture((line([1.0, math.inf, 0.1, 0.2], x=[1e-3, 1e-2, 1e-1, 1.0]),))
    stroke = drawing_of(picture).strokes[0]
    assert np.isnan(stroke.points[1, 1])
    assert np.isfinite(stroke.points[[0, 2, 3]]).all()


def test_long_lines_are_thinned_but_keep_their_ends():
    values = np.geomspace(1, 1e-9, 20_000)
    picture = SeriesPicture((line(values),))
    stroke = drawing_of(picture).strokes[0]
    assert len(stroke.points) < 2000
    view = view_of(picture)
    assert stroke.points[-1] == pytest.approx(view.to_pixels(np.array([math.log10(19_999), -9.0])))


def test_each_line_has_its_colour_dash_and_markers():
    picture = SeriesPicture((line(np.geomspace(1, 1e-4, 50), dashes=(4.0, 2.0), marker="square"),))
    strokes = drawing_of(picture).strokes
    assert strokes[0].dashes == (4.0, 2.0)
    assert {stroke.colour for stroke in strokes} == {"step", "panel"}
    assert len(strokes) > 3


def test_the_level_is_drawn_across_and_named():
    picture = SeriesPicture((line([1.0, 1e-6]),), level=1e-3, level_label="arrived")
    drawing = drawing_of(picture)
    level = next(stroke for stroke in drawing.strokes if stroke.colour == "good")
    assert level.points[0, 1] == level.points[1, 1]
    assert "arrived" in words(drawing)


def test_the_chosen_point_is_ringed():
    picture = SeriesPicture((line([1.0, 1e-4, 1e-2], x=[0.01, 0.1, 1.0], chosen=(1,)),))
    (ring,) = drawing_of(picture).discs
    assert (ring.x, ring.y) == pytest.approx(tuple(view_of(picture).to_pixels(np.array([-1.0, -4.0]))))


def test_lines_apart_are_named_and_lines_on_one_another_are_not():
    apart = SeriesPicture((line(np.geomspace(1, 1e-8, 30), "low"), line(np.geomspace(1, 0.5, 30), "high")))
    assert sorted(words(drawing_of(apart))) == ["high", "low"]
    same = np.geomspace(1, 1e-8, 30)
    assert words(drawing_of(SeriesPicture((line(same, "one"), line(same * 1.02, "two"))))) == []


def test_more_lines_than_can_be_named_are_not():
    lines = tuple(line(np.geomspace(1, 10.0**-k, 30), f"line {k}") for k in range(1, 8))
    assert words(drawing_of(SeriesPicture(lines))) == []


def test_ticks_are_decades_or_whole_steps():
    picture = SeriesPicture((line(np.geomspace(1, 1e-6, 101)),), whole_x=True)
    lying, upright = series_ticks(picture, view_of(picture))
    assert [tick.text for tick in lying] == ["1", "10", "100"]
    assert "0.01" in [tick.text for tick in upright]
    plain = SeriesPicture(picture.series, log_x=False, log_y=False, whole_x=True)
    assert "50" in [tick.text for tick in series_ticks(plain, view_of(plain))[0]]


def test_a_low_chart_has_two_upright_ticks_at_least():
    picture = SeriesPicture((line(np.array([-12.0, -14.6, -16.9])),), log_x=False, log_y=False)
    _, upright = series_ticks(picture, Viewport(0.0, 2.0, -17.2, -11.7, 220.0, 110.0))
    assert [tick.text for tick in upright] == ["−16", "−14", "−12"]


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_ticks_are_as_far_apart_as_the_type_needs(scale):
    picture = SeriesPicture((line(np.geomspace(1, 1e-9, 30), x=np.geomspace(1e-5, 10, 30)),))
    view = view_of(picture, width=300.0)
    places = [tick.position for tick in series_ticks(picture, view, scale)[0]]
    pixels = np.diff(places) * view.scale[0]
    assert len(places) > 2
    assert pixels.min() >= 40 * scale


def test_what_rises_is_shown_to_its_top_and_not_squeezed_by_its_beginning():
    steps = np.arange(101.0)
    accuracy = 0.9 - 5.0 * np.exp(-steps)
    picture = SeriesPicture((Series(steps, accuracy, "training"),), log_x=False, log_y=False, whole_x=True, rises=True)
    low, high = series_range(picture)[1]
    assert high > 0.9
    assert 0.7 < low < 0.88
    short = SeriesPicture((Series(steps[:3], accuracy[:3], "training"),), log_x=False, log_y=False, rises=True)
    low, high = series_range(short)[1]
    assert low < accuracy[1]
    assert high > accuracy[2]


@pytest.mark.parametrize("values", [[0.5, 1.0], [0.0, 1.0], [0.99, 1.0], [1.0, 1.0]])
def test_nothing_is_shown_beyond_the_limits(values):
    line = Series(np.array([0.0, 9.0]), np.array(values), "training", marker="")
    picture = SeriesPicture((line,), log_x=False, log_y=False, whole_x=True, rises=True, limits=(0.0, 1.0))
    _, (low, high) = series_range(picture)
    assert low >= -0.03
    assert 1.0 <= high <= 1.03
    _, ticks = series_ticks(picture, Viewport(0.0, 9.0, low, high, 200.0, 150.0))
    assert ticks
    assert all(0.0 <= tick.position <= 1.0 for tick in ticks)


@pytest.mark.parametrize("series", [(), (Series(np.array([0.0]), np.array([0.5]), "training"),)])
def test_a_chart_without_lines_says_when_they_come(series):
    picture = SeriesPicture(series, log_x=False, log_y=False, empty="The accuracy appears with the first step")
    view = Viewport(-1.0, 1.0, -1.0, 1.0, 150.0, 100.0)
    (label,) = arrange_series(picture, view, lambda text: (7.0 * len(text), 15.0)).labels
    assert " ".join(text for text, _ in label.lines) == picture.empty
    assert label.rect.x >= 0
    assert label.rect.right <= 150
    assert series_ticks(picture, view) == ((), ())


def test_a_chart_of_errors_is_shown_whole_however_small_its_first_value():
    steps = 10.0 ** np.arange(-16.0, 1.0)
    picture = SeriesPicture((line(steps**2, x=steps),), all_seen=True)
    view = view_of(picture)
    assert view.y_low < -32.0
    assert view.y_high > 0.0
    assert series_range(SeriesPicture((line(steps**2, x=steps),)))[1][1] < -25.0


def test_no_marker_stands_in_a_gap_of_its_line():
    gap = line([1.0] * 50 + [math.nan] + [100.0] * 50)
    drawing = drawing_of(SeriesPicture((gap,), log_x=False, log_y=False))
    view = view_of(SeriesPicture((gap,), log_x=False, log_y=False))
    low, high = view.to_pixels(np.array([[0.0, 1.0], [0.0, 100.0]]))[:, 1]
    line_, *markers = drawing.strokes
    heights = np.concatenate([stroke.points[:, 1] for stroke in markers])
    assert len(heights) > 2
    assert (np.minimum(np.abs(heights - low), np.abs(heights - high)) < 8).all()
    assert np.isnan(line_.points).any()


@pytest.mark.parametrize("values", [[3.0, 1.0], [7.0, 9.0, 20.0, 400.0, 90.0], [1.0, math.nan, -2.0], [5.0] * 9])
def test_each_point_has_its_marker_and_is_in_the_chart(values):
    each = line(values, every_point=True)
    picture = SeriesPicture((each,), log_x=False, log_y=False, whole_x=True, all_seen=True)
    view = view_of(picture)
    steps = [[step, value] for step, value in enumerate(values) if math.isfinite(value)]
    _, _, dots, *_ = drawing_of(picture).strokes  # the line, the markers' casing, the markers
    middles = dots.points.reshape(len(steps), -1, 2)
    middles = (middles.min(axis=1) + middles.max(axis=1)) / 2
    np.testing.assert_allclose(middles, view.to_pixels(np.array(steps)), atol=0.2)
    assert (middles >= 0).all()
    assert (middles <= (view.width, view.height)).all()


def test_markers_of_many_points_do_not_touch():
    many = line(range(300), every_point=True)
    dots = drawing_of(SeriesPicture((many,), log_x=False, log_y=False, whole_x=True, all_seen=True)).strokes[2].points
    alone = marker_strokes(np.zeros((1, 2)), "step", "disc", 3.0)[1].points
    across = dots.reshape(-1, len(alone), 2).mean(axis=1)
    assert len(across) > 20
    assert np.hypot(*np.diff(across, axis=0).T).min() > 6.0


@pytest.mark.parametrize("ends", [(0.83, 0.871), (-0.4, 1.0), (0.61, 0.66)])
@pytest.mark.parametrize("height", [60.0, 80.0, 120.0])
def test_an_upright_axis_has_two_numbers_at_least(ends, height):
    picture = SeriesPicture(
        (Series(np.arange(5.0), np.linspace(*ends, 5), "training"),), "step", "R²", log_x=False, log_y=False,
        rises=True, limits=(-math.inf, 1.0),
    )  # fmt: skip
    for log in (False, True):
        shown = replace(picture, log_y=log)
        (left, right), (low, high) = series_range(shown)
        assert len(series_ticks(shown, Viewport(left, right, low, high, 200.0, height))[1]) >= 2
