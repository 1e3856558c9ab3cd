from __future__ import annotations

import math

import pytest
from mouse import drag
from PySide6.QtCore import QPoint, Qt

from gdsim.app.widgets.transport import FASTEST, SLOWEST, Transport, speed_words

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(shown):
    bar = shown(Transport(), 600)
    bar.synchronize(3, 8, playing=False, can_back=True, can_step=True)
    return bar


@pytest.mark.parametrize(
    ("button", "signal"),
    [("reset_button", "reset_requested"), ("back_button", "back_requested"), ("step_button", "step_requested")],
)
def test_buttons_ask(bar, qtbot, button, signal):
    with qtbot.waitSignal(getattr(bar, signal)):
        qtbot.mouseClick(getattr(bar, button), LEFT)


def test_play_asks_for_the_other_state(bar, qtbot):
    with qtbot.waitSignal(bar.play_requested) as asked:
        qtbot.mouseClick(bar.play_button, LEFT)
    assert asked.args == [True]
    bar.synchronize(3, 8, playing=True, can_back=True, can_step=True)
    assert bar.play_button.accessibleName() == "Pause"
    with qtbot.waitSignal(bar.play_requested) as asked:
        qtbot.mouseClick(bar.play_button, LEFT)
    assert asked.args == [False]


def test_what_cannot_be_done_is_not_asked_for(bar, qtbot):
    bar.synchronize(0, 0, playing=False, can_back=False, can_step=False)
    with qtbot.assertNotEmitted(bar.step_requested), qtbot.assertNotEmitted(bar.back_requested):
        bar.request_step()
        bar.request_back()
        qtbot.mouseClick(bar.step_button, LEFT)
    with qtbot.assertNotEmitted(bar.play_requested):
        bar.toggle_play()


def test_what_plays_can_be_paused_though_it_cannot_step(bar):
    bar.synchronize(8, 8, playing=True, can_back=True, can_step=False)
    assert bar.play_button.isEnabled()


def test_step_is_the_one_filled_button(bar, themes):
    image = bar.step_button.grab().toImage()
    assert image.pixelColor(6, image.height() // 2).name().upper() == themes.theme.accent
    assert image.pixelColor(6, image.height() // 2) != bar.reset_button.grab().toImage().pixelColor(6, 6)


def test_the_timeline_goes_to_any_step(bar, qtbot):
    asked = []
    bar.seek_requested.connect(asked.append)
    track = bar.timeline.track
    y = track.height() / 2
    left, length = track.span()
    drag(track, (left, y), (left + length / 2, y), (left + length, y))
    assert asked == [0, 4, 8]


def test_the_step_number(bar):
    assert bar.position.text() == "step 3 of 8"
    assert bar.timeline.value() == 3
    bar.synchronize(8, 8, playing=False, can_back=True, can_step=True)
    assert bar.position.text() == "step 8"


def test_synchronize_is_silent(bar, qtbot):
    with qtbot.assertNotEmitted(bar.seek_requested), qtbot.assertNotEmitted(bar.speed_changed):
        bar.synchronize(5, 9, playing=True, can_back=True, can_step=True)
        bar.set_speed(20.0)
    assert bar.speed == 20.0


@pytest.mark.parametrize(
    ("speed", "words"),
    [
        (0.5, "1 step in 2 s"), (0.7, "1 step in 1.4 s"), (1.0, "1 step a second"), (4.0, "4 steps a second"),
        (2.5, "2.5 steps a second"), (250.0, "250 steps a second"), (math.inf, "as fast as it goes"),
    ],
)  # fmt: skip
def test_speeds_in_words(speed, words):
    assert speed_words(speed) == words


def test_the_speed_goes_from_two_seconds_a_step_to_as_fast_as_it_goes(bar, qtbot):
    with qtbot.waitSignal(bar.speed_changed) as changed:
        qtbot.keyClick(bar.speed_slider.track, Qt.Key.Key_Home)
    assert changed.args == [SLOWEST] == [0.5]
    with qtbot.waitSignal(bar.speed_changed) as changed:
        qtbot.mouseClick(bar.speed_slider.track, LEFT, pos=QPoint(bar.speed_slider.track.width() - 1, 12))
    assert changed.args == [math.inf]
    assert bar.speed_label.text() == "as fast as it goes"
    bar.set_speed(math.inf)
    assert bar.speed_slider.value() == FASTEST


@pytest.mark.parametrize("large", [False, True])
def test_no_label_is_cut_off(bar, themes, large):
    themes.set_large(large)
    bar.resize(614, bar.sizeHint().height())
    bar.set_speed(math.inf)
    bar.synchronize(9999, 10_000, playing=False, can_back=True, can_step=True)
    for label in (bar.speed_label, bar.position):
        assert label.sizeHint().width() <= max(label.width(), label.minimumWidth())
    assert bar.minimumSizeHint().width() <= 614
