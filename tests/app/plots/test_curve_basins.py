"""The basin map of a curve: a bar above the x axis, each start in the colour of where it ends."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from gdsim.app.plots.curve_picture import CurvePicture, Stretch, arrange
from gdsim.app.plots.curve_plot import CurvePlot
from gdsim.app.plots.drawing import Viewport

RED, BLUE = "#ff0000", "#0000ff"
VIEW = Viewport(-2.0, 2.0, -1.0, 3.0, 400.0, 300.0)  # 100 px a unit of x


def bars(*stretches, view=VIEW):
    drawing = arrange(CurvePicture(0.5, 0.25, 1.0, basins=stretches), view, lambda text: (6.0 * len(text), 12.0))
    return [stroke for stroke in drawing.strokes if stroke.width == 10.0]


def test_each_stretch_is_a_bar_of_its_colour_from_end_to_end():
    one, other = bars(Stretch(-1.0, 0.25, RED), Stretch(0.25, 1.5, BLUE))
    assert (one.colour, other.colour) == (RED, BLUE)
    assert one.points[:, 0].tolist() == [100.0, 225.0]
    assert other.points[:, 0].tolist() == [225.0, 350.0]


def test_the_bar_lies_inside_the_picture_at_its_lower_edge():
    (bar,) = bars(Stretch(-1.0, 1.0, RED))
    assert bar.points[0, 1] == bar.points[1, 1]
    upper, lower = bar.points[0, 1] - bar.width / 2, bar.points[0, 1] + bar.width / 2
    assert VIEW.height - 20 < upper < lower <= VIEW.height


def test_what_never_settles_is_broken_and_what_settles_is_not():
    settles, never = bars(Stretch(-1.0, 0.0, RED), Stretch(0.0, 1.0, "muted", settles=False))
    assert not settles.dashes
    assert never.dashes


def test_what_is_not_known_is_left_out():
    assert bars(Stretch(-1.0, 0.0, "")) == []
    assert [bar.colour for bar in bars(Stretch(-1.0, 0.0, ""), Stretch(0.0, 1.0, RED))] == [RED]


@pytest.mark.parametrize(
    ("low", "high", "pixels"),
    [(-9.0, 0.0, [0, 200]), (0.0, 9.0, [200, 400]), (-9.0, 9.0, [0, 400]), (-1e150, 1e150, [0, 400])],
)
def test_a_bar_ends_where_the_picture_ends(low, high, pixels):
    (bar,) = bars(Stretch(low, high, RED))
    assert bar.points[:, 0].tolist() == pytest.approx(pixels)


@pytest.mark.parametrize(("low", "high"), [(-9.0, -3.0), (3.0, 9.0)])
def test_a_stretch_out_of_sight_has_no_bar(low, high):
    assert bars(Stretch(low, high, RED)) == []


def test_a_zoom_stretches_the_bars_with_the_curve():
    (bar,) = bars(Stretch(0.0, 0.5, RED), view=Viewport(0.0, 1.0, -1.0, 3.0, 400.0, 300.0))
    assert bar.points[:, 0].tolist() == pytest.approx([0, 200])


def test_the_bar_is_there_while_the_ball_is_out_of_sight_or_has_no_value():
    for x, value in ((50.0, 2500.0), (0.5, float("nan")), (float("nan"), float("nan"))):
        picture = CurvePicture(x, value, basins=(Stretch(-1.0, 1.0, RED),))
        drawing = arrange(picture, VIEW, lambda text: (6.0 * len(text), 12.0))
        assert RED in [stroke.colour for stroke in drawing.strokes]


@pytest.fixture
def plot(shown, themes):
    plot = CurvePlot(themes)
    plot.set_curve(lambda x: x * x, (-2.0, 2.0))
    shown(plot, 600, 400)
    plot.fit()
    return plot


def colour_on_bar(plot, x) -> QColor:
    part = plot.visible_part
    height = part.to_data(np.array([0.0, part.height - 6.0]))[1]
    return plot.grab().toImage().pixelColor(plot.pixel_of(x, height).toPoint())


def test_the_bar_is_painted_below_the_curve_and_goes_away(plot):
    plain = colour_on_bar(plot, -1.2)
    plot.set_picture(CurvePicture(0.5, 0.25, 1.0, basins=(Stretch(-1.5, 0.0, RED), Stretch(0.0, 1.5, BLUE))))
    left, right = colour_on_bar(plot, -1.0), colour_on_bar(plot, 1.0)
    assert left.red() > 200 > 60 > left.blue()
    assert right.blue() > 200 > 60 > right.red()
    assert colour_on_bar(plot, -1.7) == plain
    plot.set_picture(CurvePicture(0.5, 0.25, 1.0))
    assert colour_on_bar(plot, -1.2) == plain


def test_a_stretch_may_have_a_colour_of_the_theme(plot, themes):
    plot.set_picture(CurvePicture(0.5, 0.25, 1.0, basins=(Stretch(-1.5, 1.5, "good"),)))
    assert colour_on_bar(plot, -1.0).name() == themes.theme.good.lower()
    themes.set_mode("dark")
    assert colour_on_bar(plot, -1.0).name() == themes.theme.good.lower()


def test_a_bar_over_hostile_numbers_is_painted(plot):
    ends = (0.0, 1e308, -1e308, 5e-324, float("inf"), -float("inf"))
    stretches = tuple(Stretch(low, high, RED, settles=low != 0.0) for low in ends for high in ends)
    plot.set_picture(CurvePicture(0.5, 0.25, 1.0, basins=stretches))
    assert not plot.grab().isNull()
