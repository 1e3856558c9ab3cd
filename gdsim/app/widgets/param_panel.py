"""The parameters of a dataclass as controls, built from its fields' descriptions.

Each number has a field and a slider over its range, each switch a check box.  The panel holds a frozen instance; a
change by the user makes a new one.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import CheckBox
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.slider import ValueSlider
from gdsim.core.params import Param, params_of


def slider_range(spec: Param) -> tuple[float, float]:
    """The finite range of a slider for a field whose own range may be endless, or reach zero on a log scale."""
    size = abs(float(spec.default)) or 1.0
    low, high = float(spec.low), float(spec.high)
    if math.isinf(high):
        high = size * 100 if spec.log else max(size * 10, 10.0)
    if spec.log and low <= 0:
        low = min(size, high) * 1e-4
    elif math.isinf(low):
        low = -high
    return low, high


def tooltip(spec: Param) -> str:
    """The field's help and its range."""
    unit = f" {spec.unit}" if spec.unit else ""
    lines = [spec.help] if spec.help else []
    if spec.kind is not bool and not (math.isinf(spec.low) and math.isinf(spec.high)):
        low, high = (format_number(end, trim=True) for end in (spec.low, spec.high))
        ends = (
            f"at least {low}"
            if math.isinf(spec.high)
            else f"at most {high}"
            if math.isinf(spec.low)
            else f"{low} to {high}"
        )
        lines.append(f"Range: {ends}{unit}. Default: {format_number(float(spec.default), trim=True)}{unit}.")
    return "\n".join(lines) or spec.title


class ParamPanel(QWidget):
    """`changed(instance)` tells of a change by the user; `set_instance` is silent."""

    changed = Signal(object)

    def __init__(self, instance: Any, *, leave_out: tuple[str, ...] = (), parent: QWidget | None = None) -> None:
        """`leave_out` names fields that are shown elsewhere."""
        super().__init__(parent)
        self._instance = instance
        self._leave_out = leave_out
        self._rows: dict[str, _NumberRow | CheckBox] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._build()

    @property
    def instance(self) -> Any:
        return self._instance

    def set_instance(self, instance: Any) -> None:
        """Show another instance; the controls are built anew only when it is of another class."""
        rebuild = type(instance) is not type(self._instance)
        self._instance = instance
        if rebuild:
            self._build()
        else:
            self._show_values()

    def slider(self, name: str) -> ValueSlider:
        """The slider of a numeric field, for marks."""
        return self._number_row(name).slider

    def field(self, name: str) -> NumberField:
        """The text field of a numeric field."""
        return self._number_row(name).field

    def check_box(self, name: str) -> CheckBox:
        """The box of a field that is on or off."""
        row = self._rows[name]
        if not isinstance(row, CheckBox):
            raise KeyError(f"{name} is a number, not a switch")
        return row

    def names(self) -> tuple[str, ...]:
        """The fields that have controls here."""
        return tuple(self._rows)

    def _number_row(self, name: str) -> _NumberRow:
        row = self._rows[name]
        if not isinstance(row, _NumberRow):
            raise KeyError(f"{name} is a switch, not a number")
        return row

    def _build(self) -> None:
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows.clear()
        for spec in params_of(self._instance):
            if spec.name in self._leave_out:
                continue
            row = _switch(spec) if spec.kind is bool else _NumberRow(spec, self._objection)
            if isinstance(row, CheckBox):
                row.toggled.connect(self._switch_toggled)
            else:
                row.set.connect(self._number_set)
            self._rows[spec.name] = row
            self._column.addWidget(row)
        self._show_values()

    def _show_values(self) -> None:
        for name, row in self._rows.items():
            value = getattr(self._instance, name)
            if isinstance(row, CheckBox):
                row.blockSignals(True)
                row.setChecked(value)
                row.blockSignals(False)
            else:
                row.show_value(value)

    def _objection(self, name: str, value: float) -> None:
        """Raise the dataclass's own ValueError for a value that does not go with the others."""
        dataclasses.replace(self._instance, **{name: value})

    def _number_set(self, name: str, value: float) -> None:
        row = self._number_row(name)
        exact = int(value) if row.spec.kind is int else value
        try:
            self._replace(name, exact)
        except ValueError as error:
            row.show_value(getattr(self._instance, name))
            row.field.say(str(error))

    def _switch_toggled(self, on: bool) -> None:
        self._replace(self.sender().objectName(), on)

    def _replace(self, name: str, value: float | bool) -> None:
        instance = dataclasses.replace(self._instance, **{name: value})
        if instance != self._instance:
            self._instance = instance
            self._show_values()
            self.changed.emit(instance)


class _NumberRow(QWidget):
    """Title and symbol on the left, the field on the right, the slider below."""

    set = Signal(str, float)

    def __init__(self, spec: Param, objection: Any) -> None:
        super().__init__()
        self.spec = spec
        self._objection = objection
        low, high = slider_range(spec)
        whole = spec.kind is int
        title = spec.title[:1].upper() + spec.title[1:]
        label = QLabel(title, wordWrap=True)
        self.field = NumberField(0.0, spec.low, spec.high, name=title, whole=whole, check=self._check)
        self.slider = ValueSlider(low, high, log=spec.log, whole=whole, name=title)
        for widget in (label, self.field, self.slider):
            widget.setToolTip(tooltip(spec))
        label.setBuddy(self.field.edit)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        if spec.symbol:
            self.symbol = FormulaLabel(spec.symbol, colour="muted", inline=True)
            top.addWidget(self.symbol, 0, Qt.AlignmentFlag.AlignTop)
        top.addStretch(1)
        top.addWidget(self.field, 0, Qt.AlignmentFlag.AlignTop)
        if spec.unit:
            unit = QLabel(spec.unit)
            unit.setProperty("role", "secondary")
            top.addWidget(unit)
        self._label = label
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.field.problem)
        layout.addWidget(self.slider)
        self.slider.moved.connect(self._tell)
        self.field.entered.connect(self._tell)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def show_value(self, value: float) -> None:
        self.field.set_value(value)
        self.slider.set_value(value)

    def _check(self, value: float) -> None:
        self._objection(self.spec.name, int(value) if self.spec.kind is int else value)

    def _tell(self, value: float) -> None:
        self.field.say("")
        self.set.emit(self.spec.name, value)

    def _follow_theme(self) -> None:
        themes = theme_manager()
        self.field.edit.setFixedWidth(themes.px(84))
        self._label.setMinimumHeight(themes.px(28))
        if self.spec.symbol:
            self.symbol.setFixedHeight(themes.px(28))


def _switch(spec: Param) -> CheckBox:
    box = CheckBox(spec.title[:1].upper() + spec.title[1:], tooltip(spec))
    box.setObjectName(spec.name)
    return box
