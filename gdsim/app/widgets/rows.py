"""How controls stand in a column: a title beside its field, a title over its control, small print under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.number_field import NumberField

_FIELD = 84  # px, as wide as the fields of a ParamPanel


def secondary(text: str = "") -> QLabel:
    """Small print that takes as many lines as it needs."""
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", "secondary")
    return label


def say(label: QLabel, text: str) -> None:
    """Show `text`, or nothing at all where there is nothing to say."""
    if label.text() != text:
        label.setText(text)
    if label.isHidden() == bool(text):
        label.setVisible(bool(text))


def titled(title: str, control: QWidget, *below: QWidget) -> QWidget:
    """A title over a control, and what belongs to it close under it."""
    label = QLabel(title)
    label.setBuddy(control)
    return stack(label, control, *below)


def stack(*widgets: QWidget, spacing: int = 2) -> QWidget:
    """Widgets close under one another."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return holder


def subgroup(title: str) -> FoldGroup:
    """A folded group within a group, with a lighter heading."""
    group = FoldGroup(title, open=False)
    group.header.setStyleSheet("font-weight: 400")
    return group


class FieldRow(QWidget):
    """A title on the left, a field of one number on the right with what stands beside it, and its problem below."""

    def __init__(self, title: str, field: NumberField, *beside: QWidget) -> None:
        super().__init__()
        self._field = field
        label = QLabel(title, wordWrap=True)
        label.setBuddy(field.edit)
        label.setToolTip(field.toolTip())
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(label, 1, Qt.AlignmentFlag.AlignVCenter)
        for widget in (field, *beside):
            top.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(field.problem)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def _follow_theme(self) -> None:
        self._field.edit.setFixedWidth(theme_manager().px(_FIELD))
