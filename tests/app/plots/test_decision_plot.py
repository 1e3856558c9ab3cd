from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgGenerator

from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.decision_picture import BINARY, CLASSES, VALUES, DecisionPicture, GhostGrid, centres
from gdsim.app.plots.decision_plot import DecisionPlot
from gdsim.app.plots.fit_colours import class_style, shade, values_table
from gdsim.app.plots.points_editor import ADD, LOOK, MOVE, REMOVE
from tests.app.gestures import LEFT, NONE, _send, click, drag, line, press

DOMAIN = ((-2.0, 2.0), (-1.5, 1.5))
PLACES = np.array([[-1.0, 0.7], [1.0, 0.7], [-1.2, -0.9], [1.2, -0.9]])


def grid(function, count=64):
    x, y = np.meshgrid(centres(DOMAIN[0], count), centres(DOMAIN[1], count))
    return function(x, y)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def points(**others):
    return DataPoints(PLACES, np.array([0, 1, 0, 1]), np.array([0, 0, 1, 0]), classes=("A", "B"), **others)


def picture(**others):
    """Class 1 right of x = 0.25."""
    values = grid(lambda x, y: sigmoid(12 * (x - 0.25)))[..., None]
    return replace(DecisionPicture(DOMAIN, values, BINARY, points=points()), **others)


@pytest.fixture
def plot(shown, themes):
    plot = DecisionPlot(themes)
    plot.set_picture(picture())
    shown(plot, 600, 450)
    plot.fit()
    return plot


def colour(plot, x, y, dx=0.0, dy=0.0):
    at = plot.pixel_of(x, y) + QPointF(dx, dy)
    return plot.grab().toImage().pixelColor(int(at.x()), int(at.y()))


def near(one, other):
    return max(abs(a - b) for a, b in zip(one.getRgb()[:3], QColor(other).getRgb()[:3], strict=True)) <= 3


def test_left_and_right_have_the_shades_of_their_classes(plot, themes):
    assert near(colour(plot, -1.8, 0.0), shade(0, themes.theme))
    assert near(colour(plot, 1.8, 0.0), shade(1, themes.theme))


def test_up_is_up(plot, themes):
    plot.set_picture(picture(values=grid(lambda x, y: sigmoid(12 * y))[..., None]))
    assert near(colour(plot, 0.0, 1.3), shade(1, themes.theme))
    assert near(colour(plot, 0.0, -1.3), shade(0, themes.theme))


@pytest.mark.parametrize("count", [16, 64, 96])
def test_shade_and_boundary_are_where_the_network_decides(plot, count):
    plot.set_picture(picture(values=grid(lambda x, y: sigmoid(12 * (x - 0.25)), count)[..., None]))
    image = plot.grab().toImage()
    row, middle = plot.pixel_of(0.0, 0.0).toPoint().y(), plot.pixel_of(0.25, 0.0).x()
    dark = [x for x in range(image.width() - 30) if x > 80 and image.pixelColor(x, row).lightnessF() < 0.35]
    assert dark
    assert np.mean(dark) + 0.5 == pytest.approx(middle, abs=1.0)
    # Where the probability is 0.5 ± the same, the shade is as far from the panel on both sides.
    for share in (0.2, 0.4):
        away = -np.log(share / (1 - share)) / 12
        left, right = (colour(plot, 0.25 + side * away, 0.0) for side in (-1, 1))
        assert left.red() > left.blue()
        assert right.blue() > right.red()


def test_points_have_the_colour_and_the_shape_of_their_class(plot, themes):
    theme = themes.theme
    assert colour(plot, *PLACES[0]) == QColor(class_style(0, theme)[0])
    assert colour(plot, *PLACES[1]) == QColor(class_style(1, theme)[0])
    # In the corner of a square there is still colour, in that of a disc there is shade or edge.
    assert near(colour(plot, *PLACES[1], dx=2.7, dy=2.7), class_style(1, theme)[0])
    assert not near(colour(plot, *PLACES[0], dx=4.0, dy=4.0), class_style(0, theme)[0])
    assert near(colour(plot, *PLACES[2]), theme.panel)  # validation is hollow


def darkness(plot, index, reach=10):
    """How much of the surroundings of a point is in the colour of words."""
    image = plot.grab().toImage()
    at = plot.pixel_of(*PLACES[index]).toPoint()
    return sum(
        image.pixelColor(at.x() + dx, at.y() + dy).lightnessF() < 0.3
        for dx in range(-reach, reach + 1)
        for dy in range(-reach, reach + 1)
    )


def test_wrong_and_mistaken_points_are_marked_by_shape(plot):
    plain, middle = darkness(plot, 0), colour(plot, *PLACES[0])
    only = np.array([True, False, False, False])
    plot.set_picture(picture(points=points(wrong=only)))
    crossed = darkness(plot, 0)
    assert colour(plot, *PLACES[0]) == middle, "a cross leaves the class to be seen"
    plot.set_picture(picture(points=points(mistaken=only)))
    ringed = darkness(plot, 0)
    assert crossed > plain
    assert ringed > crossed
    assert plot.legend.words == ("A", "B", "training", "validation", "mistaken")
    plot.set_picture(picture(points=points(outlier=only)))
    at_corner = [colour(plot, *PLACES[0], dx=float(dx)) for dx in range(11, 17)]
    assert any(seen.red() > 150 and seen.green() < 90 for seen in at_corner)


def test_rings_do_not_cost_a_stamping_of_the_points(plot):
    plot.grab()
    bakes = plot._point_layer.bakes
    for index in range(4):
        plot.set_picture(picture(points=points(mistaken=np.arange(4) == index)))
        plot.grab()
    assert plot._point_layer.bakes == bakes
    assert darkness(plot, 3) > darkness(plot, 1) + 20


def test_three_classes_have_three_shades(plot, themes):
    plot.set_picture(
        picture(
            kind=CLASSES,
            values=grid(lambda x, y: np.stack([x < -0.5, (x >= -0.5) & (x < 0.5), x >= 0.5], axis=2) * 1.0),
            points=DataPoints(),
        )
    )
    for index, x in enumerate((-1.5, 0.0, 1.5)):
        assert near(colour(plot, x, 1.0), shade(index, themes.theme))


def test_values_have_a_labelled_bar_that_goes_with_them(plot, themes):
    assert not plot.colour_bar.isVisible()
    bar = picture(kind=VALUES, values=grid(lambda x, y: x)[..., None], value_range=(-2.0, 2.0), value_name="height",
                  points=DataPoints(PLACES, np.array([-2.0, 2.0, 0.0, 0.0])))  # fmt: skip
    plot.set_picture(bar)
    plot.fit()
    assert plot.colour_bar.isVisible()
    assert "0" in [tick.text for tick in plot.colour_bar.ticks]
    low, high = ("#{:02x}{:02x}{:02x}".format(*values_table(themes.theme)[end]) for end in (0, 255))
    assert near(colour(plot, *PLACES[0]), low)
    assert near(colour(plot, *PLACES[1]), high)
    expected = values_table(themes.theme)[round(255 * 3 / 4)]
    assert near(colour(plot, 1.0, -1.2), "#{:02x}{:02x}{:02x}".format(*expected))
    plot.set_picture(picture())
    assert not plot.colour_bar.isVisible()


@pytest.mark.parametrize("size", [(640, 300), (900, 300), (300, 620), (420, 400)])
def test_a_circle_looks_nearly_like_one_and_the_data_fill_the_plot(plot, size):
    plot.resize(*size)
    part = plot.visible_part
    stretch = abs(part.scale[0] / part.scale[1])
    assert 1 / 1.81 <= stretch <= 1.81
    (x_low, x_high), (y_low, y_high) = plot.picture.domain
    filled = (x_high - x_low) / (part.x_high - part.x_low), (y_high - y_low) / (part.y_high - part.y_low)
    assert max(filled) == pytest.approx(1.0)
    if 1 / 1.79 < stretch < 1.79:
        assert min(filled) == pytest.approx(1.0)
    assert filled[part.height < part.width] >= 0.6


def test_axes_of_different_things_are_filled(plot):
    plot.set_picture(picture(domain=((0.0, 1.0), (0.0, 100.0))))
    plot.fit()
    assert abs(plot.visible_part.scale[0]) > 20 * abs(plot.visible_part.scale[1])
    assert plot.seen[1][1] >= 100


def test_a_grid_beyond_the_domain_fills_the_plot(plot, themes):
    plot.resize(900, 300)
    x_range, _ = plot.seen
    assert x_range[1] - x_range[0] > 4.0  # wider than the domain
    edge = x_range[1] - 0.05
    assert near(colour(plot, edge, 0.0), themes.theme.panel)
    plot.set_picture(picture(extent=plot.seen))
    assert near(colour(plot, edge, 0.0), shade(1, themes.theme))


def test_mouse_adds_moves_and_removes(plot):
    added, moved, removed = [], [], []
    plot.point_added.connect(lambda *args: added.append(args))
    plot.point_moved.connect(lambda *args: moved.append(args))
    plot.point_removed.connect(lambda index: removed.append(index))
    plot.set_tool(ADD, 1)
    click(plot, 0.5, 0.5)
    assert added == [pytest.approx((0.5, 0.5, 1.0), abs=0.02)]
    plot.set_tool(MOVE)
    drag(plot, line((1.0, 0.7), (0.4, -0.3)))
    assert moved == [pytest.approx((1, 0.4, -0.3), abs=0.02)]
    plot.set_tool(REMOVE)
    click(plot, *PLACES[2])
    assert removed == [2]


def added(place):
    before = points()
    return DataPoints(np.vstack([before.inputs, place]), np.append(before.targets, 1), classes=("A", "B"))


def test_what_is_seen_stays_while_a_point_is_added_within_it(plot):
    wider, seen = ((-2.6, 2.0), (-2.0, 2.0)), plot.seen
    plot.set_tool(ADD, 1)
    plot.set_picture(picture(points=added((-1.9, 0.0)), domain=wider))
    plot.set_picture(picture(points=added((-1.9, 0.0)), domain=wider))  # as training goes on
    assert plot.seen == seen
    plot.set_tool(LOOK)
    assert plot.seen[0][0] == pytest.approx(-2.6, abs=0.01)


def test_what_is_seen_follows_other_data_and_points_beyond_it(plot):
    wider = ((-6.0, 6.0), (-6.0, 6.0))
    plot.set_tool(ADD, 1)
    plot.set_picture(picture(points=added((-5.5, 0.0)), domain=wider))
    assert plot.seen[0][0] <= -5.9
    plot.set_picture(picture())
    other = DataPoints(np.zeros((9, 2)), np.zeros(9, dtype=int), classes=("A", "B"))
    plot.set_picture(picture(points=other, domain=wider))
    assert plot.seen[0][0] <= -5.9


def test_beside_a_point_the_cursor_of_move_says_that_a_drag_pans(plot):
    plot.set_tool(MOVE)
    shapes = []
    for place in (PLACES[0], (0.0, 1.9)):
        _send(plot, QEvent.Type.MouseMove, plot.pixel_of(*place), NONE, NONE)
        shapes.append(plot.viewport().cursor().shape())
    assert shapes == [Qt.CursorShape.OpenHandCursor, Qt.CursorShape.SizeAllCursor]


def test_points_lie_over_lines_and_under_words(plot):
    assert plot.marks.zValue() < plot._point_layer.zValue() < plot._names.zValue()


def test_a_point_is_read_with_what_the_network_says_of_it(plot):
    heard = []
    plot.set_picture(picture(points=points(predictions=np.array([0.1, 0.9, 0.2, 0.3]), wrong=np.arange(4) == 3)))
    plot.hovered.connect(heard.append)
    _send(plot, QEvent.Type.MouseMove, plot.pixel_of(*PLACES[3]), NONE, NONE)
    assert heard == ["point 4: x₁ = 1.2, x₂ = −0.9, class B, predicted A with 0.70, wrong label"]


def test_a_held_point_survives_a_picture_with_fewer_points(plot):
    plot.set_tool(MOVE)
    press(plot, plot.pixel_of(*PLACES[3]))
    plot.set_picture(picture(points=DataPoints(classes=("A", "B"))))
    _send(plot, QEvent.Type.MouseMove, plot.pixel_of(0.0, 0.0), NONE, LEFT)
    assert plot._names.drawing.labels[0].lines[0][0].startswith("No points yet")


def test_the_boundary_is_computed_only_for_new_values(plot):
    first = plot._own
    plot.set_picture(replace(plot.picture, points=points(wrong=np.ones(4, dtype=bool))))
    assert plot._own is first
    plot.set_picture(picture())
    assert plot._own is not first


def test_the_line_of_a_ghost_is_computed_only_for_another_ghost(plot):
    def ghosts(x):
        return (GhostGrid("before", grid(lambda across, _: sigmoid(across - x))[..., None], 0),)

    plot.set_picture(picture(ghosts=ghosts(0.0)))
    first = plot._ghosts
    plot.set_picture(picture(ghosts=ghosts(0.0)))
    assert plot._ghosts is first
    plot.set_picture(picture(ghosts=ghosts(1.0)))
    assert plot._ghosts[0].points[:, 0] == pytest.approx(1.0)


def test_a_file_has_points_and_lines_as_vectors_and_nothing_over_the_edge(plot, tmp_path):
    wide = ((-20.0, 20.0), (-15.0, 15.0))
    ghost = GhostGrid("before", grid(lambda x, y: sigmoid(y))[..., None], 0)
    own = grid(lambda x, y: sigmoid(x))[..., None]
    plot.set_picture(picture(values=own, extent=wide, ghosts=(ghost,)))
    path = tmp_path / "decision.svg"
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(600, 450))
    generator.setViewBox(QRectF(0, 0, 600, 450))
    painter = QPainter(generator)
    plot.paint_into(painter, QRectF(0, 0, 600, 450))
    painter.end()
    text = path.read_text()
    assert text.count("<circle") >= 2 * 3
    assert text.count("<polyline") + text.count("<path") > 3
    view = plot.view_box.rect()
    assert text.count("<image") == 1
    width = float(text.split("<image")[1].split('width="')[1].split('"')[0])
    assert width <= view.width() + 1
    strokes = [stroke for stroke in plot.marks._drawing.strokes if len(stroke.points)]
    assert len(strokes) == 4
    for stroke in strokes:
        assert stroke.points.min() >= -1 - 1e-9
        assert (stroke.points <= np.array([view.width() + 1, view.height() + 1]) + 1e-9).all()
