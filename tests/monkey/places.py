"""Names for widgets that mean the same when a script is played again, also without some of its events."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

_TOOLTIP = "QTipLabel"  # Qt's own class, which PySide6 gives as a QLabel


def is_tooltip(widget: QObject) -> bool:
    """Whether this is one of Qt's tooltips: they come and go by the clock on the wall, in whatever they explain."""
    return widget.inherits(_TOOLTIP)


def name_of(widget: QWidget, window: QWidget) -> str:
    """The way from the window down: the class and its number among brothers and sisters of that class."""
    parts: list[str] = []
    while widget is not window:
        parent = widget.parentWidget()
        if parent is None:
            return ""
        kind = _kind(widget)
        alike = [child for child in parent.children() if _kind(child) == kind]
        parts.append(f"{kind}:{alike.index(widget)}")
        widget = parent
    return "/".join(reversed(parts))


def widget_named(name: str, window: QWidget) -> QWidget | None:
    """The inverse of `name_of`; None when there is no such widget."""
    widget = window
    for part in filter(None, name.split("/")):
        kind, _, number = part.partition(":")
        alike = [child for child in widget.children() if _kind(child) == kind]
        if int(number) >= len(alike):
            return None
        widget = alike[int(number)]
    return widget


def visible_widgets(scope: QWidget) -> list[QWidget]:
    """What can be seen of `scope`, in an order that is the same each time."""
    return [widget for widget in scope.findChildren(QWidget) if not widget.visibleRegion().isEmpty()]


def _kind(child: QObject) -> str:
    return _TOOLTIP if is_tooltip(child) else type(child).__name__
