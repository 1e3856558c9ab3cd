from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.plots.series_plot import SeriesPlot


def picture(lowest: float = 1e-6) -> SeriesPicture:
    values = np.geomspace(1, lowest, 101)
    return SeriesPicture((Series(np.arange(101.0), values, "step", "run"),), "step", "loss", whole_x=True)


@pytest.fixture
def plot(shown, themes):
    plot = SeriesPlot(themes)
    plot.set_picture(picture())
    return shown(plot, 276, 220)


def test_it_shows_all_lines(plot):
    assert plot.visible_part.contains(2.0, -6.0)
    assert plot.visible_part.contains(0.0, 0.0)


def test_switching_an_axis_shows_all_lines_on_it(plot):
    plot.set_log(False, False)
    assert plot.visible_part.contains(0.0, 1.0)
    assert plot.visible_part.contains(100.0, 0.0)
    assert plot.picture.log_x is False
    plot.set_picture(picture(1e-9))
    assert plot.picture.log_y is False


def test_a_zoom_stays_until_fit(plot):
    plot.view_box.sigRangeChangedManually.emit([True, True])
    plot.set_picture(picture(1e-15))
    assert not plot.visible_part.contains(2.0, -15.0)
    plot.fit()
    assert plot.visible_part.contains(2.0, -15.0)


def test_it_follows_the_theme_and_is_never_blank(plot, themes):
    def ink() -> int:
        image = plot.grab().toImage()
        background = image.pixelColor(plot.width() - 4, plot.height() // 2)
        return sum(image.pixelColor(x, y) != background for x in range(0, 276, 3) for y in range(0, 220, 3))

    assert ink() > 100
    themes.set_mode("dark")
    assert ink() > 100


def test_a_legend_names_every_line_above_all_of_them(plot):
    x = np.arange(50.0)
    lines = tuple(Series(x, 1.0 + 0 * x, "text", f"layer {number}", (4.0, number)) for number in (1, 2, 3))
    plot.set_log(False, False)
    plot.set_picture(SeriesPicture(lines, "step", "size", whole_x=True, legend=True))
    drawing = plot.marks.drawing
    labels = [label.lines[0][0] for label in drawing.labels]
    assert labels == ["layer", "1", "2", "3"]
    *drawn, one, two, three = drawing.strokes
    assert [sample.dashes for sample in (one, two, three)] == [line.dashes for line in lines]
    highest = min(stroke.points[:, 1].min() for stroke in drawn)
    assert highest > max(label.rect.bottom for label in drawing.labels)
    narrow = plot.visible_part.y_high
    plot.resize(90, 220)  # more rows
    assert plot.visible_part.y_high > narrow
