from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdsim.app.plots.data_points import REACH, DataPoints
from gdsim.app.plots.fit_picture import FitPicture, GhostCurve, NeuronCurve
from gdsim.app.plots.fit_plot import FitPlot
from gdsim.app.plots.points_editor import ADD, KEYS, LOOK, MOVE, REMOVE
from tests.app.gestures import LEFT, NONE, _send, click, drag, keys, let_go, line, press

XS = np.linspace(-2, 2, 201)
PLACES = ((-1.0, 1.0), (0.0, -1.0), (1.0, 1.5))


def picture(places=PLACES, **others):
    places = np.array(places).reshape(-1, 2)
    points = DataPoints(places[:, :1], places[:, 1], validation=np.arange(len(places)) == 1)
    return FitPicture((-2.0, 2.0), XS, 0.5 * XS, points=points, **others)


@pytest.fixture
def plot(shown, themes):
    plot = FitPlot(themes)
    plot.set_picture(picture())
    shown(plot, 600, 400)
    plot.fit()
    return plot


@pytest.fixture
def wishes(plot):
    seen = {"added": [], "moving": [], "moved": [], "removed": [], "hovered": []}
    plot.point_added.connect(lambda *args: seen["added"].append(args))
    plot.point_moving.connect(lambda *args: seen["moving"].append(args))
    plot.point_moved.connect(lambda *args: seen["moved"].append(args))
    plot.point_removed.connect(lambda index: seen["removed"].append(index))
    plot.hovered.connect(lambda text: seen["hovered"].append(text))
    return seen


def colour(plot, x, y, dx=0.0, dy=0.0):
    image = plot.grab().toImage()
    return image.pixelColor((plot.pixel_of(x, y) + QPointF(dx, dy)).toPoint())


def hover(plot, pixel):
    _send(plot, QEvent.Type.MouseMove, pixel, NONE, NONE)


def test_a_training_point_is_a_disc_and_a_validation_point_a_ring(plot, themes):
    theme = themes.theme
    assert colour(plot, -1.0, 1.0) == QColor(theme.training)
    assert colour(plot, 0.0, -1.0) == QColor(theme.panel)
    assert QColor(theme.validation) in [colour(plot, 0.0, -1.0, dx=away) for away in (3.0, 4.0, 5.0)]


def test_the_curve_is_drawn_where_the_network_is(plot, themes):
    assert colour(plot, 0.5, 0.25).lightnessF() < 0.3
    assert colour(plot, 0.5, -0.25) == QColor(themes.theme.panel)
    assert plot.visible_part.contains(-2, -1)


def test_nothing_is_stamped_anew_while_the_network_learns(plot):
    plot.grab()
    bakes = plot._point_layer.bakes
    for slope in np.linspace(0, 1, 10):
        plot.set_picture(replace(picture(), fit=slope * XS))
        plot.grab()
    assert plot._point_layer.bakes == bakes
    plot.set_picture(picture(((0.5, 0.5),)))
    plot.grab()
    assert plot._point_layer.bakes == bakes + 1


def test_a_point_is_dragged_and_let_go(plot, wishes):
    plot.set_tool(MOVE)
    drag(plot, line((-1.0, 1.0), (-0.4, 0.2), moves=9))
    assert len(wishes["moving"]) >= 7
    assert {index for index, _, _ in wishes["moving"]} == {0}
    ((index, x, y),) = wishes["moved"]
    assert (index, x, y) == pytest.approx((0, -0.4, 0.2), abs=0.02)
    assert wishes["added"] == wishes["removed"] == []


def test_a_held_point_is_seen_where_the_hand_is_and_costs_no_stamping(plot, themes):
    plot.set_tool(MOVE)
    press(plot, plot.pixel_of(1.0, 1.5))
    _send(plot, QEvent.Type.MouseMove, plot.pixel_of(1.0, 1.2), NONE, LEFT)
    plot.grab()
    bakes = plot._point_layer.bakes
    for x in np.linspace(1.0, 1.5, 6):
        _send(plot, QEvent.Type.MouseMove, plot.pixel_of(x, 0.0), NONE, LEFT)
        plot.set_picture(picture((*PLACES[:2], (x, 0.0))))
        plot.grab()
    assert plot._point_layer.bakes == bakes
    assert colour(plot, 1.5, 0.0) == QColor(themes.theme.training)
    assert colour(plot, 1.0, 1.5).saturation() < 10
    let_go(plot, plot.pixel_of(1.5, 0.0))


def test_a_point_is_reached_from_twelve_pixels_away(plot, wishes):
    assert REACH >= 12
    plot.set_tool(REMOVE)
    for away in (QPointF(12, 0), QPointF(0, -12), QPointF(-8, 8)):
        at = plot.pixel_of(-1.0, 1.0) + away
        press(plot, at)
        let_go(plot, at)
    assert wishes["removed"] == [0, 0, 0]
    beside = plot.pixel_of(-1.0, 1.0) + QPointF(20, 0)
    press(plot, beside)
    let_go(plot, beside)
    assert len(wishes["removed"]) == 3


def test_a_click_adds_a_point_and_a_drag_pans(plot, wishes):
    plot.set_tool(ADD)
    click(plot, 0.7, -0.5)
    ((x, y, kind),) = wishes["added"]
    assert (x, y) == pytest.approx((0.7, -0.5), abs=0.02)
    assert math.isnan(kind)
    before = plot.view_box.viewRange()
    drag(plot, line((0.5, 0.5), (0.2, 0.5)))
    assert plot.view_box.viewRange() != before
    assert len(wishes["added"]) == 1
    assert not plot.follows


def test_looking_changes_nothing_and_neither_do_tools_where_nothing_can_be_edited(plot, wishes):
    drag(plot, line((-1.0, 1.0), (0.0, 0.0)))
    plot.fit()
    plot.set_picture(picture(editable=False))
    for tool in (LOOK, MOVE, ADD, REMOVE):
        plot.set_tool(tool)
        click(plot, 1.0, 1.5)
    keys(plot, Qt.Key.Key_Delete, Qt.Key.Key_Insert)
    assert wishes["added"] == wishes["moved"] == wishes["removed"] == wishes["moving"] == []
    with pytest.raises(ValueError, match="look, move, add, remove"):
        plot.set_tool("paint")


def test_the_pointer_reads_a_point(plot, wishes):
    hover(plot, plot.pixel_of(0.0, -1.0) + QPointF(5, 5))
    assert wishes["hovered"] == ["point 2: x = 0, y = −1, validation"]
    assert "".join(text for text, _ in plot._readout._drawing.labels[0].lines).startswith("point 2")
    hover(plot, plot.pixel_of(1.5, -1.0))
    assert wishes["hovered"][-1] == ""


def test_keys_choose_move_and_remove(plot, wishes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Home)
    assert plot.chosen == 0
    assert plot.accessibleDescription() == "point 1: x = −1, y = 1. " + KEYS
    keys(plot, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert plot.chosen == 2
    QTest.keyClick(plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    ((index, x, y),) = wishes["moved"]
    assert (index, x) == (2, 1.0)
    assert 1.5 < y < 1.6
    keys(plot, Qt.Key.Key_Delete)
    assert wishes["removed"] == [2]
    plot.set_picture(picture(PLACES[:2]))
    assert plot.chosen == 1
    keys(plot, Qt.Key.Key_Insert)
    assert len(wishes["added"]) == 1
    keys(plot, Qt.Key.Key_Escape)
    assert not plot.hasFocus()


def test_words_follow_the_network_and_the_pointer_comes_before_the_keys(plot, wishes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Home)
    hover(plot, plot.pixel_of(1.0, 1.5))
    assert wishes["hovered"][-1] == "point 3: x = 1, y = 1.5"
    known = replace(picture().points, predictions=np.array([0.0, 0.0, 0.5]))
    plot.set_picture(replace(picture(), points=known))
    assert wishes["hovered"][-1] == "point 3: x = 1, y = 1.5, predicted 0.5"
    keys(plot, Qt.Key.Key_Home)
    assert wishes["hovered"][-1].startswith("point 1")
    hover(plot, plot.pixel_of(1.0, 1.5))
    plot.set_picture(picture(((0.0, 0.0), (1.0, -1.0), (-1.0, 0.5))))
    assert wishes["hovered"][-1].startswith("point 1")
    hover(plot, plot.pixel_of(1.0, -1.0))
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert wishes["hovered"][-2:] == ["point 2: x = 1, y = −1, validation", "point 1: x = 0, y = 0"]
    plot.clearFocus()
    assert wishes["hovered"][-1] == ""


def test_the_chosen_point_has_a_ring(plot, themes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_End)
    assert colour(plot, 1.0, 1.5, dx=12.5).hue() == pytest.approx(QColor(themes.theme.accent).hue(), abs=3)
    plot.clearFocus()
    assert colour(plot, 1.0, 1.5, dx=12.5).saturation() < 10


def test_with_classes_a_point_stands_at_its_class(plot, wishes):
    points = DataPoints(np.array([[-1.0], [1.0]]), np.array([0, 1]), classes=("A", "B"))
    plot.set_picture(FitPicture((-2.0, 2.0), XS, 1 / (1 + np.exp(-XS)), points=points))
    plot.set_tool(MOVE)
    drag(plot, line((-1.0, 0.0), (-0.5, 0.8)))
    assert wishes["moved"][0][2] == 1.0
    plot.set_tool(ADD, 1)
    click(plot, 0.2, 0.3)
    assert wishes["added"][0][1:] == (1.0, 1.0)


def test_the_view_follows_the_data_until_a_zoom(plot):
    plot.set_picture(picture(((0.0, 9.0), (1.0, -3.0))))
    assert plot.visible_part.contains(0, 9)
    plot.zoom_to((0.0, 1.0), (0.0, 1.0))
    plot.set_picture(picture(((0.0, 50.0), (1.0, -3.0))))
    assert not plot.visible_part.contains(0, 50)
    plot.fit()
    assert plot.visible_part.contains(0, 50)
    plot.zoom_to((-90.0, 90.0), (-900.0, 900.0))
    plot.fit()
    assert plot.visible_part.x_high < 3
    assert plot.visible_part.y_high < 100


def test_names_stand_beside_the_picture_and_the_legend_under_it(plot):
    neurons = (NeuronCurve("h₁", 0, np.tanh(XS)), NeuronCurve("h₂", 1, -np.tanh(XS)))
    plot.set_picture(picture(neurons=neurons, ghosts=(GhostCurve("before", XS, 0 * XS, 1),), truth=XS))
    assert [label.text for label in plot._end_labels.labels] == ["network", "before", "true curve", "h₂", "h₁"]
    assert plot._end_labels.sceneBoundingRect().left() >= plot.view_box.sceneBoundingRect().right() - 1
    assert plot.legend.words == ("training", "validation")
    assert plot.legend.sceneBoundingRect().top() >= plot.plot_item.getAxis("bottom").sceneBoundingRect().bottom() - 1
    plot.set_picture(FitPicture())
    assert plot.legend.words == ()


def test_a_file_has_the_points_as_vectors(plot, tmp_path):
    path = tmp_path / "fit.svg"
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(600, 400))
    generator.setViewBox(QRectF(0, 0, 600, 400))
    painter = QPainter(generator)
    plot.paint_into(painter, QRectF(0, 0, 600, 400))
    painter.end()
    text = path.read_text()
    assert text.count("<circle") >= 3 * 2
    assert "<image" not in text


def test_large_type_enlarges_points_and_reach(plot, themes, wishes):
    themes.set_large(True)
    plot.fit()
    plot.set_tool(REMOVE)
    at = plot.pixel_of(-1.0, 1.0) + QPointF(18, 0)
    press(plot, at)
    let_go(plot, at)
    assert wishes["removed"] == [0]
    assert colour(plot, -1.0, 1.0, dx=5.0) == QColor(themes.theme.training)


def test_a_theme_recolours_the_points(plot, themes):
    themes.set_mode("dark")
    assert colour(plot, -1.0, 1.0) == QColor(themes.theme.training)


CODE = """
import itertools, math, warnings
import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
application = QApplication([])
from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.decision_picture import BINARY, CLASSES, VALUES, DecisionPicture, GhostGrid
from gdsim.app.plots.decision_plot import DecisionPlot
from gdsim.app.plots.fit_picture import FitPicture, GhostCurve, NeuronCurve
from gdsim.app.plots.fit_plot import FitPlot
from gdsim.app.theme import theme_manager

warnings.simplefilter("error")
HOSTILE = [0.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 1e150]
fit, decision = FitPlot(theme_manager()), DecisionPlot(theme_manager())
for plot in (fit, decision):
    plot.resize(400, 300)
    plot.show()


def look(plot):
    none = Qt.MouseButton.NoButton
    at = QPointF(200, 120)
    event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    application.sendEvent(plot.viewport(), event)
    application.processEvents()
    plot.grab()


for value, other in itertools.product(HOSTILE, HOSTILE):
    pair, ends = np.array([value, other]), (value, other)
    yes = np.array([True, False])
    for classes in ((), ("A", "B")):
        line = DataPoints(pair, pair[::-1], yes, yes, yes, yes, classes, pair)
        plane = DataPoints(np.array([pair, pair[::-1]]), pair, yes, yes, yes, yes, classes, pair)
        fit.set_picture(FitPicture(ends, pair, pair, pair, (NeuronCurve("h", 0, pair),),
                                   (GhostCurve("g", pair, pair[::-1]),), line))
        fit.fit()
        look(fit)
        for kind, depth in ((BINARY, 1), (CLASSES, 3), (VALUES, 1)):
            values = np.resize(np.array([value, other, 0.3]), (5, 4, depth))
            decision.set_picture(DecisionPicture((ends, (other, 1.0)), values, kind, ends,
                                                 (GhostGrid("g", values[::-1]),), plane))
            decision.fit()
            look(decision)
one = DataPoints(np.zeros((1, 2)), np.zeros(1))
same = DataPoints(np.ones((50, 2)), np.zeros(50, dtype=int), classes=("A",))
for points in (DataPoints(), one, same):
    for values in (np.empty((0, 0, 1)), np.ones((1, 1, 1)), np.ones((2, 2, 1))):
        decision.set_picture(DecisionPicture(((1.0, 1.0), (1.0, 1.0)), values, points=points))
        decision.fit()
        look(decision)
    fit.set_picture(FitPicture((0.0, 0.0), np.zeros(1), np.zeros(1), points=points))
    fit.fit()
    look(fit)
for size in ((1, 1), (5, 400), (400, 5), (60, 60)):
    for plot in (fit, decision):
        plot.resize(*size)
        look(plot)
print("alive")
"""


def test_no_numbers_end_the_process():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=110)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()[-2000:]) == (0, "alive", "")


def test_a_closed_plot_is_at_rest(plot):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Home)
    plot.close()
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    plot.redraw()
    assert plot.closed


def test_points_are_painted_over_the_curves(plot, themes):
    plot.set_picture(replace(picture(), fit=np.full(len(XS), 1.0)))
    assert colour(plot, -1.0, 1.0) == QColor(themes.theme.training)


def test_an_added_point_stays_under_the_cursor(plot):
    before = plot.view_box.viewRange()
    plot.set_tool(ADD)
    plot.set_picture(picture((*PLACES, (1.9, 1.6))))
    assert plot.view_box.viewRange() == before
    plot.fit()
    assert plot.view_box.viewRange() != before
