"""Names for widgets that mean the same when a script is played again, also without some of its events."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def name_of(widget: QWidget, window: QWidget) -> str:
    """The way from the window down: the class and its number among brothers and sisters of that class."""
    parts: list[str] = []
    while widget is not window:
        parent = widget.parentWidget()
        if parent is None:
            return ""
        alike = [child for child in parent.children() if type(child) is type(widget)]
        parts.append(f"{type(widget).__name__}:{alike.index(widget)}")
        widget = parent
    return "/".join(reversed(parts))


def widget_named(name: str, window: QWidget) -> QWidget | None:
    """The inverse of `name_of`; None when there is no such widget."""
    widget = window
    for part in filter(None, name.split("/")):
        kind, _, number = part.partition(":")
        alike = [child for child in widget.children() if type(child).__name__ == kind]
        if int(number) >= len(alike):
            return None
        widget = alike[int(number)]
    return widget


def visible_widgets(scope: QWidget) -> list[QWidget]:
    """What can be seen of `scope`, in an order that is the same each time."""
    return [widget for widget in scope.findChildren(QWidget) if not widget.visibleRegion().isEmpty()]
