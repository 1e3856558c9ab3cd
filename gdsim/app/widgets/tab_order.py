"""Tab goes from control to control as the eye does, also where rows came later than what stands below them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def follow_layout(root: QWidget) -> None:
    """Chain everything in `root` that Tab reaches in the order of its layouts, from the first one on."""
    for before, after in pairwise(in_layout_order(root)):
        QWidget.setTabOrder(before, after)


def in_layout_order(widget: QWidget) -> Iterator[QWidget]:
    """What takes the keyboard by Tab, hidden ones too, in the order in which the layouts hold it."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    if isinstance(widget, QScrollArea) and widget.widget() is not None:
        yield from in_layout_order(widget.widget())
    elif widget.layout() is not None:
        yield from _held_by(widget.layout())


def _held_by(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item.widget() is not None:
            yield from in_layout_order(item.widget())
        elif item.layout() is not None:
            yield from _held_by(item.layout())
