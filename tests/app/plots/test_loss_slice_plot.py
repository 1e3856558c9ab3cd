from __future__ import annotations

import numpy as np
import pytest
from gestures import drag, keys, let_go, line, move, press
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gdsim.app.plots.loss_slice_picture import LossSlicePicture
from gdsim.app.plots.loss_slice_plot import LossSlicePlot

AXIS = np.linspace(-1.0, 1.0, 33)
BOWL = AXIS[None, :] ** 2 + 3 * AXIS[:, None] ** 2
WINDOW = ((-1.0, 1.0), (-1.0, 1.0))


def picture(**fields) -> LossSlicePicture:
    given = {"x": 0.25, "y": -0.5, "value": 0.8125, "window": WINDOW, **fields}
    return LossSlicePicture(AXIS, AXIS, BOWL, **given)


@pytest.fixture
def plot(themes, shown) -> LossSlicePlot:
    plot = shown(LossSlicePlot(themes), 480, 420)
    plot.set_picture(picture())
    return plot


def test_dragging_the_point_tells_where_the_hand_is(plot):
    held, left = [], []
    plot.dragged.connect(lambda x, y: held.append((x, y)))
    plot.dropped.connect(lambda x, y: left.append((x, y)))
    drag(plot, line((0.25, -0.5), (-0.5, 0.5)))
    np.testing.assert_allclose(left, [(-0.5, 0.5)], atol=0.01)
    np.testing.assert_allclose(held[-1], left[0], atol=1e-9)
    assert len(held) > 5


def test_pressing_beside_the_point_does_not_move_it(plot):
    told = []
    plot.dragged.connect(lambda x, y: told.append((x, y)))
    plot.dropped.connect(lambda x, y: told.append((x, y)))
    drag(plot, line((-0.5, 0.5), (0.3, 0.2)))
    assert told == []


def test_the_point_is_never_dragged_out_of_sight(plot):
    left = []
    plot.dropped.connect(lambda x, y: left.append((x, y)))
    start = plot.pixel_of(0.25, -0.5)
    press(plot, start)
    move(plot, start + QPointF(2000, 0))
    let_go(plot, start + QPointF(2000, 0))
    ((x, y),) = left
    assert 0.99 < x <= 1.0
    assert y == pytest.approx(-0.5, abs=0.01)


def test_arrows_nudge_and_shift_makes_them_large_and_escape_gives_up(plot):
    left, refused = [], []
    plot.dropped.connect(lambda x, y: left.append((x, y)))
    plot.refused.connect(lambda: refused.append(True))
    plot.setFocus()
    keys(plot, Qt.Key.Key_Right)
    keys(plot, Qt.Key.Key_Up, shift=True)
    np.testing.assert_allclose(left, [(0.25 + 0.01, -0.5), (0.25, -0.5 + 0.1)], rtol=1e-9)
    keys(plot, Qt.Key.Key_Escape)
    assert refused == [True]


def test_the_wheel_asks_for_another_part(plot):
    asked = []
    plot.zoomed.connect(asked.append)
    at = plot.pixel_of(0.0, 0.0)
    event = QWheelEvent(
        at, QPointF(plot.viewport().mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), event)
    (low, high), (bottom, top) = asked[-1]
    assert -1.0 < low < high < 1.0
    assert -1.0 < bottom < top < 1.0
    plot.fit()
    assert asked[-1] is None


def test_a_new_picture_keeps_the_part_that_the_user_chose(plot):
    plot.view_box.scaleBy((0.5, 0.5))
    plot.view_box.sigRangeChangedManually.emit([True, True])
    part = plot.visible_part
    plot.set_picture(picture(window=((part.x_low, part.x_high), (part.y_low, part.y_high)), x=0.0))
    assert plot.visible_part == part
    plot.set_picture(picture())
    assert (plot.visible_part.x_low, plot.visible_part.x_high) == WINDOW[0]


def test_the_colour_bar_marks_the_value_of_the_point(plot):
    assert plot.levels.low == pytest.approx(BOWL.min(), abs=1e-9)
    marked = plot.colour_bar._picture.mark
    assert marked == pytest.approx(float(plot.levels.position(0.8125)))


@pytest.mark.parametrize("fill", [np.nan, np.inf, 1e300, 0.0])
def test_hostile_values_are_painted_without_harm(plot, fill):
    values = BOWL.copy()
    values[::3] = fill
    for hostile in (values, np.full_like(values, fill)):
        both = {"loss": hostile, "penalty": hostile}
        plot.set_picture(LossSlicePicture(AXIS, AXIS, hostile, **both, x=0.0, y=0.0, value=fill, window=WINDOW))
        image = plot.grab().toImage()
        assert not image.isNull()
        assert image.pixelColor(image.width() // 2, image.height() // 2).isValid()


@pytest.mark.parametrize("half", [0.11, 0.24, 0.45, 1.0, 1.9, 3.3, 7.0])
def test_a_small_plot_has_at_least_two_ticks_on_each_axis(plot, half):
    plot.resize(340, 220)
    QApplication.processEvents()
    for middle in (0.0, 0.37 * half, -1.3 * half):
        plot.show_range((middle - half, middle + half), (middle - half, middle + half))
        assert [len(ticks) >= 2 for ticks in plot.ticks(plot.visible_part)] == [True, True]
