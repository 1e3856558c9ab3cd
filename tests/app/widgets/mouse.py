"""Mouse gestures on plain widgets, as real events with the button held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton


def drag(widget: QWidget, *points: tuple[float, float]) -> None:
    """Press at the first point, move through the others with the button held, release at the last."""
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(points) - 1)]
    for kind, point in zip(kinds, points, strict=True):
        _send(widget, kind, point, LEFT if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton, LEFT)
    _send(widget, QEvent.Type.MouseButtonRelease, points[-1], LEFT, Qt.MouseButton.NoButton)


def _send(widget, kind, point, button, held) -> None:
    place = QPointF(*point)
    event = QMouseEvent(kind, place, QPointF(widget.mapToGlobal(place)), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
