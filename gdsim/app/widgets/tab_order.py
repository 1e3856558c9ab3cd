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


def next_stop(start: QWidget, forward: bool) -> QWidget | None:
    """The control that Tab (or Shift+Tab) goes to from `start`, round and round the window."""
    window = start.window()
    for widget in stops(start, forward):
        if not widget.isWindow() and widget.isVisible() and widget.isEnabled() and widget.window() is window:
            return widget
    return None


def stops(start: QWidget, forward: bool = True) -> list[QWidget]:
    """Everything else in the window that takes the Tab key, also what is hidden now, in the order of its coming by.

    PySide6 takes what a method returns for a child of the object that was asked, unless it was told otherwise, which
    here it was not: the whole ring would be descendants of its first control, and when that one is deleted the rest
    is dead to it: the menu bar, the items of layouts.  So it is told what belongs to the window, and that the
    window belongs to nobody below it.  To Qt nothing changes by that.
    """
    found, at, window = list[QWidget](), start, start.window()
    while (at := at.nextInFocusChain() if forward else at.previousInFocusChain()) is not start:
        if _takes_tab(at):
            found.append(at)
    window.findChildren(QWidget)
    window.setParent(window.parentWidget())
    return found


def _takes_tab(widget: QWidget) -> bool:
    """Not a widget that hands the keyboard on to another.

    Qt may keep it elsewhere in the ring than the one that it stands for, and go round in a small circle.
    """
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def in_layout_order(widget: QWidget) -> Iterator[QWidget]:
    """What takes the keyboard by Tab, hidden ones too, in the order in which the layouts hold it."""
    if _takes_tab(widget):
        yield widget
    if isinstance(widget, QScrollArea) and widget.widget() is not None:
        yield from in_layout_order(widget.widget())
    elif widget.layout() is not None:
        yield from _held_by(widget.layout())


def _held_by(layout: QLayout) -> Iterator[QWidget]:
    """Without `itemAt`: PySide6 keeps what that gives, and takes it for whatever is later made at the same address."""
    widgets = layout.parentWidget().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    held = [part for part in (*widgets, *layout.children()) if layout.indexOf(part) >= 0]
    for part in sorted(held, key=layout.indexOf):
        yield from _held_by(part) if isinstance(part, QLayout) else in_layout_order(part)
