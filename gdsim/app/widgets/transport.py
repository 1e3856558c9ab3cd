"""The bar under the pictures that moves through the steps: reset, back, play, step, speed, timeline.

It only tells what is asked for; a session decides, and `synchronize` shows what came of it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import IconButton, TextButton
from gdsim.app.widgets.slider import LogSlider, ValueSlider

SLOWEST = 0.5
FASTEST = 1000.0
UNLIMITED_FROM = 700.0  # the right end of the slider means "as fast as it goes"
DEFAULT_SPEED = 4.0


def speed_words(speed: float) -> str:
    """The speed in steps per second, in words."""
    if math.isinf(speed):
        return "as fast as it goes"
    if speed < 0.95:
        return f"1 step in {1 / speed:.2g} s"
    shown = f"{speed:.0f}" if speed >= 10 else f"{speed:.2g}"
    return f"{shown} step{'' if shown == '1' else 's'} a second"


class Transport(QWidget):
    """`speed_changed` tells steps per second, infinity for as fast as it goes."""

    reset_requested = Signal()
    back_requested = Signal()
    play_requested = Signal(bool)
    step_requested = Signal()
    speed_changed = Signal(float)
    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.reset_button = IconButton("reset", "Reset", "Back to the start (R): the same start, and the same weights")
        self.back_button = IconButton("back", "Step back", "One step back (Left)")
        self.play_button = IconButton("play", "Play", "Play (Space)")
        self.step_button = TextButton("Step", "One gradient update (Right)", primary=True)
        self.speed_label = QLabel()
        self.speed_label.setProperty("role", "secondary")
        self.speed_slider = LogSlider(SLOWEST, FASTEST, DEFAULT_SPEED, name="Speed")
        self.speed_slider.setToolTip("How fast Play steps, from one step in two seconds to as fast as it goes")
        self.position = QLabel("step 0")
        self.position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.timeline = ValueSlider(0, 0, whole=True, name="Timeline")
        self.timeline.setToolTip("Drag to go back through the steps so far")
        self._lay_out()
        self._connect()
        self._show_speed(DEFAULT_SPEED)
        self.synchronize(0, 0, playing=False, can_back=False, can_step=True)

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def speed(self) -> float:
        """Steps per second; infinity for as fast as it goes."""
        value = self.speed_slider.value()
        return math.inf if value >= UNLIMITED_FROM else value

    def set_speed(self, speed: float) -> None:
        """Show a speed silently."""
        self.speed_slider.set_value(min(max(speed, SLOWEST), FASTEST))
        self._show_speed(self.speed)

    def synchronize(self, index: int, count: int, playing: bool, can_back: bool, can_step: bool) -> None:
        """Show step `index` of the `count` steps so far (both count from 0)."""
        self._playing = playing
        self.play_button.set_icon("pause" if playing else "play")
        self.play_button.describe("Pause" if playing else "Play", "Pause (Space)" if playing else "Play (Space)")
        self.back_button.setEnabled(can_back)
        self.step_button.setEnabled(can_step)
        self.play_button.setEnabled(can_step or playing)
        self.timeline.set_range(0, max(count, 0))
        self.timeline.set_value(index)
        self.timeline.setEnabled(count > 0)
        self.position.setText(f"step {index}" if index == count else f"step {index} of {count}")
        # Only ever wider, so that the timeline does not twitch while it is dragged.
        self.position.setMinimumWidth(max(self.position.minimumWidth(), self.position.sizeHint().width()))

    def toggle_play(self) -> None:
        """Ask for play or pause, as the button and the Space key do."""
        if self.play_button.isEnabled():
            self.play_requested.emit(not self._playing)

    def request_step(self) -> None:
        if self.step_button.isEnabled():
            self.step_requested.emit()

    def request_back(self) -> None:
        if self.back_button.isEnabled():
            self.back_requested.emit()

    def add_button(self, button: QWidget) -> None:
        """Put a further button after Step, e.g. Train's Epoch."""
        self._buttons.addWidget(button)

    def _lay_out(self) -> None:
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        for button in (self.reset_button, self.back_button, self.play_button, self.step_button):
            self._buttons.addWidget(button)
        speed = QVBoxLayout()
        speed.setSpacing(0)
        speed.addWidget(self.speed_label)
        speed.addWidget(self.speed_slider)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(self._buttons)
        row.addLayout(speed)
        row.addStretch(1)
        under = QHBoxLayout()
        under.setSpacing(8)
        under.addWidget(self.timeline, 1)
        under.addWidget(self.position)
        self.step_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addLayout(under)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def _connect(self) -> None:
        self.reset_button.clicked.connect(self.reset_requested)
        self.back_button.clicked.connect(self.request_back)
        self.play_button.clicked.connect(self.toggle_play)
        self.step_button.clicked.connect(self.request_step)
        self.speed_slider.moved.connect(self._speed_moved)
        self.timeline.moved.connect(self._timeline_moved)

    def _speed_moved(self) -> None:
        self._show_speed(self.speed)
        self.speed_changed.emit(self.speed)

    def _timeline_moved(self, index: float) -> None:
        self.seek_requested.emit(round(index))

    def _show_speed(self, speed: float) -> None:
        self.speed_label.setText(speed_words(speed))
        self.speed_slider.track.setAccessibleDescription(speed_words(speed))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        self.speed_slider.setFixedWidth(themes.px(150))
        self.speed_label.setFixedWidth(themes.px(150))
        self.position.setMinimumWidth(0)
