from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mouse import drag
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from gdsim.app.widgets.scale import Scale
from gdsim.app.widgets.slider import LogSlider, ValueSlider


@pytest.fixture
def rate(shown):
    return shown(LogSlider(1e-4, 10.0, 0.1, name="Learning rate", marks=[]), 240)


def x_of(slider, value):
    left, length = slider.track.span()
    return left + length * slider.scale.share(value)


@given(st.floats(1e-4, 10.0))
def test_a_log_scale_gives_back_three_digits(value):
    scale = Scale(1e-4, 10.0, log=True)
    assert scale.value(scale.share(value)) == pytest.approx(value, rel=6e-3)


@pytest.mark.parametrize("scale", [Scale(1e-4, 10, log=True), Scale(-3, 7), Scale(0, 100, whole=True), Scale(0, 0)])
@given(share=st.floats(-2, 3), steps=st.floats(-500, 500))
def test_values_stay_in_range(scale, share, steps):
    value = scale.value(share)
    assert scale.low <= value <= scale.high
    assert scale.low <= scale.nudged(value, steps) <= scale.high


def test_equal_ways_are_equal_ratios_on_a_log_scale():
    scale = Scale(0.01, 100.0, log=True)
    assert [scale.share(value) for value in (0.01, 0.1, 1, 10, 100)] == pytest.approx([0, 0.25, 0.5, 0.75, 1])


def test_a_log_slider_refuses_a_range_with_zero(qapp):
    with pytest.raises(ValueError, match="0 < low < high"):
        LogSlider(0.0, 1.0)


def test_a_click_goes_there(rate, qtbot):
    with qtbot.waitSignal(rate.moved) as moved:
        qtbot.mouseClick(rate.track, Qt.MouseButton.LeftButton, pos=QPoint(round(x_of(rate, 1.0)), 12))
    assert moved.args[0] == pytest.approx(1.0, rel=0.1)
    assert rate.value() == moved.args[0]


def test_a_drag_is_followed_all_the_way(rate):
    values = []
    rate.moved.connect(values.append)
    y = rate.track.height() / 2
    drag(rate.track, *[(x_of(rate, value), y) for value in (0.1, 0.2, 0.5, 2.0, 10.0)], (10_000, y))
    assert values == sorted(values)
    assert len(values) >= 4
    assert values[-1] == 10.0


@pytest.mark.parametrize(
    ("key", "modifier", "value"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 0.112),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 0.112),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 0.0891),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 0.316),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 0.0316),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 1e-4),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 10.0),
    ],
)
def test_keys(rate, qtbot, key, modifier, value):
    with qtbot.waitSignal(rate.moved):
        qtbot.keyClick(rate.track, key, modifier)
    assert rate.value() == pytest.approx(value)


def test_at_the_end_nothing_is_told(rate, qtbot):
    rate.set_value(10.0)
    with qtbot.assertNotEmitted(rate.moved):
        qtbot.keyClick(rate.track, Qt.Key.Key_End)


def test_whole_numbers_go_by_one(shown, qtbot):
    slider = shown(ValueSlider(0, 4000, 7, whole=True), 200)
    qtbot.keyClick(slider.track, Qt.Key.Key_Right)
    assert slider.value() == 8
    qtbot.keyClick(slider.track, Qt.Key.Key_PageUp)
    assert slider.value() == 18


def test_setting_is_silent_and_exact(rate, qtbot):
    with qtbot.assertNotEmitted(rate.moved):
        rate.set_value(0.123456789)
    assert rate.value() == 0.123456789


def test_the_wheel_is_left_to_the_panel(rate, qtbot):
    place = QPointF(100, 12)
    event = QWheelEvent(
        place, QPointF(rate.track.mapToGlobal(place)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    with qtbot.assertNotEmitted(rate.moved):
        QApplication.sendEvent(rate.track, event)
    assert not event.isAccepted()


def test_marks_stand_at_their_value_or_at_the_edge_with_an_arrow(rate):
    rate.set_marks([(1.0, "2/λ", "curvature"), (50.0, "far", "bad"), (-1.0, "low", "good"), (math.nan, "none", "bad")])
    places = rate.mark_places()
    left, length = rate.track.span()
    assert [(round(x, 6), label) for _, x, label in places] == [
        (round(x_of(rate, 1.0), 6), "2/λ"), (round(left + length, 6), "far →"), (round(left, 6), "← low"),
    ]  # fmt: skip
    assert "2/λ at 1" in rate.track.accessibleDescription()


def test_a_mark_is_drawn_in_its_colour(rate, themes):
    def pixels(colour):
        image = rate.grab().toImage()
        return sum(
            image.pixelColor(x, y) == colour for x in range(image.width()) for y in range(image.height())
        )  # fmt: skip

    colour = QColor(themes.theme.curvature)
    assert pixels(colour) == 0
    rate.set_marks([(1.0, "2/λ", "curvature")])
    assert pixels(colour) > 20


def test_room_for_marks_is_kept(shown):
    plain, marked = ValueSlider(0, 1), ValueSlider(0, 1, marks=[])
    assert marked.sizeHint().height() > plain.sizeHint().height()
    plain.set_marks([])
    assert marked.sizeHint().height() == plain.sizeHint().height()


def test_the_name_and_the_value_are_spoken(rate):
    rate.set_value(0.25)
    assert rate.track.accessibleName() == "Learning rate 0.25"
    assert rate.track.accessibleDescription() == "0.25"


def test_hostile_values_are_drawn(rate):
    for value in (math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308):
        rate.set_value(value)
        rate.set_marks([(value, "2/λ", "curvature")])
        assert not rate.grab().isNull()
