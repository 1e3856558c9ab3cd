"""The inputs of the graph, one a line, each with a slider and a field; and the step of all against the gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.tabs.backprop.experiment import HIGHEST_RATE, LOWEST_RATE, check_input
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.rows import FieldRow, secondary
from gdsim.app.widgets.slider import LogSlider, ValueSlider
from gdsim.core.backprop.notation import name_text

_REACH = 5.0  # a slider goes at least from minus to plus this


class InputsPanel(QWidget):
    """`moved(name, value)` tells of a slider or a field, `rebuilt()` of other rows; rows stay as long as names do."""

    moved = Signal(str, float)
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, InputRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def synchronize(self, values: Mapping[str, float], held: frozenset[str]) -> None:
        if list(values) != list(self.rows):
            self._rebuild(list(values))
        for name, value in values.items():
            self.rows[name].show_value(value, name in held)

    def _rebuild(self, names: list[str]) -> None:
        for name in [name for name in self.rows if name not in names]:
            row = self.rows.pop(name)
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        before, self.rows = self.rows, {}
        for place, name in enumerate(names):
            row = before.get(name)
            if row is None:
                row = InputRow(name)
                row.moved.connect(partial(self.moved.emit, name))
            self._column.insertWidget(place, row)
            self.rows[name] = row
        self.rebuilt.emit()


class InputRow(QWidget):
    """One input.  Its slider reaches further as soon as its value does, and never shrinks under the hand."""

    moved = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        shown = name_text(name)
        self.label = QLabel(shown)
        self.slider = ValueSlider(-_REACH, _REACH, name=f"Input {shown}")
        self.field = NumberField(name=shown, check=check_input)
        self.field.edit.setAccessibleName(f"Input {shown}")
        self.label.setBuddy(self.field.edit)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.label, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.slider, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.field, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.field.problem)
        self.slider.moved.connect(self._tell)
        self.field.entered.connect(self._tell)
        self.field.edit.returnPressed.connect(self.field.leave)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def show_value(self, value: float, held: bool) -> None:
        if abs(value) > self.slider.scale.high:
            reach = _REACH * 10 ** math.ceil(math.log10(abs(value) / _REACH))
            self.slider.set_range(-reach, reach)
        self.slider.set_value(value)
        self.field.set_value(value)
        role = "muted" if held else ""
        if self.label.property("role") != role:
            self.label.setProperty("role", role)
            self.label.style().unpolish(self.label)
            self.label.style().polish(self.label)
        what = "Data: a gradient step leaves it alone" if held else "A gradient step moves it against the gradient"
        self.label.setToolTip(what)
        self.slider.setToolTip(what)

    def _tell(self, value: float) -> None:
        self.moved.emit(value)

    def _follow_theme(self) -> None:
        themes = theme_manager()
        self.label.setFixedWidth(themes.px(30))
        self.field.edit.setFixedWidth(themes.px(76))


class NudgePanel(QWidget):
    """The rate, the button, and what came of the last step."""

    rate_set = Signal(float)
    nudge_requested = Signal()
    back_requested = Signal()
    return_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = NumberField(0.05, LOWEST_RATE, HIGHEST_RATE, name="rate")
        self.slider = LogSlider(LOWEST_RATE, HIGHEST_RATE, 0.05, name="Rate of the gradient step")
        for widget in (self.field, self.slider):
            widget.setToolTip("How far an input goes for a derivative of 1")
        self.button = TextButton("Step against the gradient", "Each input x becomes x − rate · ∂f/∂x (Ctrl+G)")
        self.back_button = TextButton("One back", "The inputs before the last gradient step (Ctrl+Shift+G)")
        self.start_button = TextButton("To the start", "The inputs before all gradient steps")
        self.words = secondary()
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.back_button, 1)
        buttons.addWidget(self.start_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(FieldRow("Rate", self.field))
        layout.addWidget(self.slider)
        layout.addWidget(self.button)
        layout.addLayout(buttons)
        layout.addWidget(self.words)
        self.slider.moved.connect(self._tell_rate)
        self.field.entered.connect(self._tell_rate)
        self.field.edit.returnPressed.connect(self.field.leave)
        self.button.clicked.connect(self.nudge_requested)
        self.back_button.clicked.connect(self.back_requested)
        self.start_button.clicked.connect(self.return_requested)

    def synchronize(self, rate: float, words: str, can_step: bool, can_return: bool) -> None:
        self.field.set_value(rate)
        self.slider.set_value(rate)
        self.words.setText(words)
        self.button.setEnabled(can_step)
        self.back_button.setEnabled(can_return)
        self.start_button.setEnabled(can_return)

    def _tell_rate(self, rate: float) -> None:
        self.rate_set.emit(rate)
