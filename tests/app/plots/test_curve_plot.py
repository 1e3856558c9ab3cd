from __future__ import annotations

import numpy as np
import pytest
from gestures import click, drag, keys, let_go, line, move, press
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from gdsim.app.actions import Action
from gdsim.app.plots.curve_picture import HIT_RADIUS, CurvePicture
from gdsim.app.plots.curve_plot import CurvePlot


@pytest.fixture
def plot(shown, themes):
    """x² on −2..2 with the ball at x = −1; a picture follows each wish, as a session would."""
    plot = CurvePlot(themes)
    plot.set_curve(np.square, (-2.0, 2.0))
    plot.set_picture(CurvePicture(-1.0, 1.0, -2.0, 0.5, 0.25))
    shown(plot, 700, 420)
    plot.fit()
    for signal in (plot.dragged, plot.dropped, plot.nudged):
        signal.connect(lambda x: plot.set_picture(CurvePicture(x, x * x, 2 * x, -0.5 * x, (0.5 * x) ** 2)))
    return plot


@pytest.fixture
def wishes(plot):
    seen = {"dragged": [], "dropped": [], "nudged": []}
    for name, places in seen.items():
        getattr(plot, name).connect(places.append)
    return seen


def pixel(plot, x):
    return abs(plot.pixel_of(x, 0).x() - plot.pixel_of(0, 0).x())


def test_pixels_and_data_agree_both_ways(plot):
    for x, y in ((-1.0, 1.0), (1.7, 3.0), (0.0, 0.0)):
        back = plot.point_at(plot.pixel_of(x, y))
        assert back == pytest.approx((x, y), abs=0.02)


def test_with_more_room_the_curve_is_no_coarser_than_the_pixels(plot):
    plot.resize(2400, 420)
    QApplication.processEvents()
    (curve,) = [stroke for stroke in plot.marks.drawing.strokes if stroke.colour == "function" and stroke.width == 2.0]
    assert plot.visible_part.width > 2000
    assert np.diff(curve.points[:, 0]).max() <= 1.0


def test_a_click_where_there_is_no_room_to_show_anything_is_at_a_finite_place(plot):
    plot.setMinimumSize(1, 1)
    plot.resize(40, 40)
    QApplication.processEvents()
    assert not plot.visible_part.usable
    assert np.isfinite(plot.point_at(QPointF(20, 20))).all()
    press(plot, QPointF(20, 20))
    let_go(plot, QPointF(20, 20))


def test_the_ball_follows_the_mouse_and_stays_where_it_is_let_go(plot, wishes):
    drag(plot, line((-1.0, 1.0), (1.2, 2.0), moves=15))
    assert len(wishes["dragged"]) >= 13
    assert wishes["dropped"] == [pytest.approx(1.2, abs=0.02)]


def test_the_ball_is_held_where_it_was_gripped(plot, wishes):
    grip = plot.pixel_of(-1.0, 1.0) + QPointF(HIT_RADIUS - 3, 0)
    press(plot, grip)
    let_go(plot, grip + QPointF(100, 0))
    assert wishes["dropped"] == [pytest.approx(-1.0 + 100 / pixel(plot, 1.0), abs=0.02)]


def test_a_ball_dragged_over_the_edge_stays_at_it_and_comes_back(plot, wishes):
    left = plot.view_box.viewRange()[0][0]
    press(plot, plot.pixel_of(-1.0, 1.0))
    move(plot, QPointF(-400, 900))
    assert wishes["dragged"] == [pytest.approx(left, abs=1e-4)]
    move(plot, plot.pixel_of(0.5, 0.0))
    let_go(plot, plot.pixel_of(0.5, 0.0))
    assert wishes["dropped"] == [pytest.approx(0.5, abs=0.02)]


def test_near_the_ball_is_on_the_ball_and_further_is_not(plot, wishes):
    before = plot.view_box.viewRange()[0]
    near, far = (plot.pixel_of(-1.0, 1.0) + QPointF(0, distance) for distance in (HIT_RADIUS - 2, HIT_RADIUS + 4))
    drag(plot, [plot.point_at(near), (0.0, 1.0)])
    assert len(wishes["dropped"]) == 1
    assert plot.view_box.viewRange()[0] == before
    plot.set_picture(CurvePicture(-1.0, 1.0))
    drag(plot, [plot.point_at(far), (0.0, 1.0)])
    assert len(wishes["dropped"]) == 1
    assert plot.view_box.viewRange()[0] != before


def test_a_click_puts_the_ball_there(plot, wishes):
    click(plot, 0.8, 2.5)
    assert wishes["dropped"] == [pytest.approx(0.8, abs=0.02)]


def test_a_click_beside_the_axes_does_nothing(plot, wishes):
    corner = QPointF(2, plot.height() - 2)
    press(plot, corner)
    let_go(plot, corner)
    assert wishes["dropped"] == []


def test_a_click_on_the_ball_gives_it_the_keyboard(plot, wishes):
    plot.clearFocus()
    click(plot, -1.0, 1.0)
    assert plot.hasFocus()
    assert wishes["dropped"] == []


def test_arrow_keys_move_the_ball_and_shift_moves_it_further(plot, wishes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Right, Qt.Key.Key_Left)
    keys(plot, Qt.Key.Key_Right, shift=True)
    small, back, large = wishes["nudged"]
    assert -1.0 < small < -0.9
    assert back == pytest.approx(-1.0)
    assert large + 1.0 == pytest.approx(10 * (small + 1.0))


def test_escape_gives_the_arrow_keys_back(plot):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Escape)
    assert not plot.hasFocus()


def test_a_zoom_is_not_lost_by_a_redraw_and_fit_ends_it(plot):
    fitted = plot.view_box.viewRange()
    middle = plot.pixel_of(0.0, 1.0)
    wheel = QWheelEvent(
        middle, QPointF(plot.mapToGlobal(middle)), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), wheel)
    zoomed = plot.view_box.viewRange()
    assert zoomed[0][1] - zoomed[0][0] < fitted[0][1] - fitted[0][0]
    plot.set_picture(CurvePicture(1.9, 3.6))
    plot.follow(np.array([[30.0, 900.0]]))
    plot.themes.set_mode("dark")
    assert plot.view_box.viewRange() == zoomed
    plot.set_picture(CurvePicture(1.0, 1.0))
    plot.fit()
    assert plot.view_box.viewRange()[0] == pytest.approx(fitted[0])


def test_fit_brings_a_ball_from_far_away_into_view(plot):
    plot.set_picture(CurvePicture(900.0, 810000.0))
    plot.fit()
    assert plot.visible_part.contains(900.0, 810000.0)


def test_the_view_grows_with_a_run_that_leaves_the_domain(plot):
    plot.follow(np.array([[-1.0, 1.0], [3.5, 12.25]]))
    assert plot.visible_part.contains(3.5, 12.25)
    plot.follow(np.array([[-1.0, 1.0]]))
    assert not plot.visible_part.contains(3.5, 12.25)


def test_the_context_menu_is_its_own(plot):
    assert plot.findChildren(QMenu) == [], "pyqtgraph's has gone"
    done = []
    plot.set_menu((Action("Fit", "", lambda: done.append("fit"), "View"),))
    place = QPoint(300, 200)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, plot.mapToGlobal(place))
    QApplication.sendEvent(plot.viewport(), event)
    (menu,) = (menu for menu in plot.findChildren(QMenu) if menu.isVisible())
    assert [entry.text() for entry in menu.actions()] == ["Fit"]
    menu.actions()[0].trigger()
    assert done == ["fit"]
    menu.close()


def test_a_theme_recolours(plot, themes):
    light = plot.grab().toImage()
    themes.set_mode("dark")
    dark = plot.grab().toImage()
    assert light.pixelColor(350, 5).lightness() > 200 > 80 > dark.pixelColor(350, 5).lightness()


@pytest.mark.parametrize("domain", [(-1.8, 3.0), (0.5, 0.75)])
def test_what_is_seen_is_the_domain_exactly(plot, domain):
    plot.set_curve(np.square, domain)
    plot.set_picture(CurvePicture(0.6, 0.36, 1.2, -0.1, 0.25))
    plot.fit()
    assert (plot.visible_part.x_low, plot.visible_part.x_high) == pytest.approx(domain)
