"""Which columns of a table are inputs, which is the target, and what kind of target it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import CheckBox
from gdsim.app.widgets.registry_combo import ComboBox
from gdsim.app.widgets.rows import titled
from gdsim.core.csv_table import Table, suggested_kind
from gdsim.core.datasets import MARK_NAMES

_A_ROW = 2
_USUAL_INPUTS = 2  # as many as a picture shows whole
_KINDS = {"regression": "Values (regression)", "classification": "Classes (classification)"}


class ColumnChoice(QWidget):
    """`changed()` tells of a choice by the user; `set_table` chooses what is likely, silently."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self.boxes: dict[str, CheckBox] = {}
        self.target_box = ComboBox()
        self.target_box.setAccessibleName("Target")
        self.kind_box = ComboBox()
        self.kind_box.setAccessibleName("What the target is")
        for kind, title in _KINDS.items():
            self.kind_box.addItem(title, kind)
        self.kind_box.setCurrentIndex(-1)
        self._holder = QWidget()
        self._holder.setProperty("role", "clear")
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._window = QScrollArea(widgetResizable=True, focusPolicy=Qt.FocusPolicy.NoFocus)
        self._window.setFrameShape(QFrame.Shape.NoFrame)
        self._window.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._window.viewport().setAutoFillBackground(False)
        self._window.setWidget(self._holder)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(QLabel("Inputs"))
        left.addWidget(self._window)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(titled("Target, to be predicted", self.target_box))
        right.addWidget(titled("It is read as", self.kind_box))
        right.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(left, 3)
        layout.addLayout(right, 2)
        self.target_box.activated.connect(self._target_chosen)
        self.kind_box.activated.connect(self.changed)

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(name for name, box in self.boxes.items() if box.isChecked() and box.isEnabled())

    @property
    def target(self) -> str:
        """Empty where the table has no column that could be one."""
        return self.target_box.currentData() or ""

    @property
    def kind(self) -> str:
        return str(self.kind_box.currentData())

    def set_table(self, table: Table) -> None:
        """Another table, or the same in another layout; columns that were chosen and still are there stay chosen."""
        before = (self.inputs, self.target) if self._table is not None else ((), "")
        self._table = table
        target = before[1] if before[1] in table.names else likely_target(table)
        self._build(table)
        self.target_box.clear()
        for name in table.names:
            if name not in MARK_NAMES:
                self.target_box.addItem(name, name)
        self.target_box.setCurrentIndex(self.target_box.findData(target))
        usable = [name for name in table.names if name != target and self.boxes[name].isEnabled()]
        chosen = [name for name in before[0] if name in usable] or likely_inputs(table, usable)
        for name, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(name in chosen)
            box.blockSignals(False)
        self._target_changed()

    def _build(self, table: Table) -> None:
        for box in self.boxes.values():
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
        self.boxes = {}
        for i, column in enumerate(table.columns):
            box = CheckBox(column.name.replace("&", "&&"))
            box.setAccessibleName(f"Input {column.name}")
            self._grid.addWidget(box, i // _A_ROW, i % _A_ROW)
            self.boxes[column.name] = box
            box.setEnabled(self._objection(column.name, "") == "")
            box.toggled.connect(self._toggled)
        lines = min(4, -(-len(self.boxes) // _A_ROW))
        self._window.setFixedHeight(theme_manager().px(26) * lines + 4)

    def _objection(self, name: str, target: str) -> str:
        """Why a column cannot be an input."""
        column = self._table.column(name)
        if name in MARK_NAMES:
            return "This column marks points."
        if not column.known.any():
            return "This column has no values."
        if column.is_text:
            return f"This column holds text, such as {column.labels[0]!r}; inputs are numbers."
        return "This is the target." if name == target else ""

    def _target_chosen(self) -> None:
        self._target_changed()
        self.changed.emit()

    def _target_changed(self) -> None:
        target = self.target
        for name, box in self.boxes.items():
            objection = self._objection(name, target)
            box.setEnabled(not objection)
            box.setToolTip(objection or name)
            if objection:
                box.blockSignals(True)
                box.setChecked(False)
                box.blockSignals(False)
        self.kind_box.setCurrentIndex(self.kind_box.findData(suggested_kind(self._table, target)) if target else -1)

    def _toggled(self) -> None:
        self.changed.emit()


def likely_inputs(table: Table, usable: Sequence[str]) -> Sequence[str]:
    """The first that are no mere numbering of the rows."""
    with np.errstate(over="ignore", invalid="ignore"):
        measured = [name for name in usable if not np.all(np.diff(table.column(name).values) == 1.0)]
    return (measured or usable)[:_USUAL_INPUTS]


def likely_target(table: Table) -> str:
    """The only column of text, if there is one alone, else the last that marks nothing; empty if all mark points."""
    names = [name for name in table.names if name not in MARK_NAMES]
    texts = [name for name in names if table.column(name).is_text]
    return texts[0] if len(texts) == 1 else names[-1] if names else ""
