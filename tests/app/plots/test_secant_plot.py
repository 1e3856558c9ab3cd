from __future__ import annotations

import numpy as np
import pytest
from gestures import click, drag, keys, let_go, line, press
from PySide6.QtCore import QPointF, Qt

from gdsim.app.plots.secant_picture import SecantPicture
from gdsim.app.plots.secant_plot import SecantPlot


def picture(x: float, beside: float) -> SecantPicture:
    return SecantPicture(x, x * x, beside, beside * beside, x + beside, 2 * x)


@pytest.fixture
def plot(shown, themes):
    """x² on −3..3 with points at 1 and 2; a picture follows each wish, as a session would: x takes Δx along."""
    plot = SecantPlot(themes)
    plot.set_curve(np.square, (-3.0, 3.0))
    plot.set_picture(picture(1.0, 2.0))
    shown(plot, 700, 460)
    plot.fit()

    def follow(which: str, place: float) -> None:
        now = plot.picture
        apart = now.beside - now.x
        plot.set_picture(picture(place, place + apart) if which == "x" else picture(now.x, place))

    for signal in (plot.dragged, plot.dropped, plot.nudged):
        signal.connect(follow)
    return plot


@pytest.fixture
def wishes(plot):
    seen = {"dragged": [], "dropped": [], "nudged": []}
    for name, places in seen.items():
        getattr(plot, name).connect(lambda which, place, places=places: places.append((which, place)))
    return seen


@pytest.mark.parametrize(("which", "start", "end"), [("x", 1.0, -0.5), ("beside", 2.0, 0.4)])
def test_each_point_follows_the_mouse(plot, wishes, which, start, end):
    drag(plot, line((start, start**2), (end, end**2), moves=15))
    assert {name for name, _ in wishes["dragged"]} == {which}
    assert len(wishes["dragged"]) >= 12
    assert wishes["dropped"] == [(which, pytest.approx(end, abs=0.03))]


def test_the_second_point_can_be_drawn_across_the_first(plot, wishes):
    drag(plot, line((2.0, 4.0), (-1.0, 1.0), moves=30))
    assert wishes["dropped"] == [("beside", pytest.approx(-1.0, abs=0.03))]
    assert plot.picture.x == 1.0


def test_where_both_points_are_one_the_hand_takes_x(plot, wishes):
    plot.set_picture(picture(1.0, 1.0 + 1e-9))
    drag(plot, line((1.0, 1.0), (-1.0, 1.0)))
    assert wishes["dropped"] == [("x", pytest.approx(-1.0, abs=0.03))]


def test_a_point_dragged_over_the_edge_stays_at_it(plot, wishes):
    left = plot.view_box.viewRange()[0][0]
    press(plot, plot.pixel_of(1.0, 1.0))
    let_go(plot, QPointF(-500, 200))
    assert wishes["dropped"] == [("x", pytest.approx(left, abs=1e-4))]


def test_a_click_beside_the_points_moves_x(plot, wishes):
    click(plot, -1.5, 6.0)
    assert wishes["dropped"] == [("x", pytest.approx(-1.5, abs=0.03))]


def test_a_drag_beside_the_points_pans(plot, wishes):
    before = plot.view_box.viewRange()
    drag(plot, line((-1.0, 6.0), (0.5, 5.0)))
    assert wishes["dropped"] == []
    assert plot.view_box.viewRange() != before
    assert not plot.follows


def test_the_arrow_keys_move_one_point_and_up_takes_the_other(plot, wishes):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Right)
    keys(plot, Qt.Key.Key_Left, shift=True)
    keys(plot, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left)
    assert [name for name, _ in wishes["nudged"]] == ["x", "x", "beside", "x"]
    small, large = wishes["nudged"][0][1] - 1.0, wishes["nudged"][0][1] - wishes["nudged"][1][1]
    assert small > 0
    assert large == pytest.approx(10 * small)


def test_the_point_with_the_keyboard_is_ringed_and_escape_ends_it(plot):
    plot.setFocus()
    keys(plot, Qt.Key.Key_Up)
    assert plot.picture.focused == "beside"
    assert "take x;" in plot.picture.hint
    keys(plot, Qt.Key.Key_Escape)
    assert (plot.hasFocus(), plot.picture.focused, plot.picture.hint) == (False, "", "")


def test_a_clicked_point_gets_the_keyboard(plot, wishes):
    click(plot, 2.0, 4.0)
    assert wishes["dropped"] == []
    assert plot.picture.focused == "beside"


def test_the_view_follows_the_points_until_it_is_zoomed(plot):
    plot.set_picture(picture(5.0, 6.0))
    plot.follow()
    assert plot.visible_part.contains(6.0, 36.0)
    plot.zoom_to((0.0, 2.0), (0.0, 4.0))
    plot.set_picture(picture(9.0, 9.5))
    plot.follow()
    assert plot.view_box.viewRange()[0] == pytest.approx([0.0, 2.0])
    plot.fit()
    assert plot.visible_part.contains(9.0, 81.0)
