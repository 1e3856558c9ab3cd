"""What a hand does to a plot, in the plot's own coordinates: real mouse and key events, sent to its viewport."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gdsim.app.plots.math_plot import MathPlot

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

pg.setConfigOption("mouseRateLimit", -1)  # else pyqtgraph drops moves that come as fast as a test sends them


def drag(plot: MathPlot, path: Iterable[tuple[float, float]], release: bool = True) -> None:
    """Press at the first point of `path`, move through the others, and let go at the last."""
    plot.scene().minDragTime = 0
    points = [plot.pixel_of(x, y) for x, y in path]
    press(plot, points[0])
    for point in points[1:]:
        move(plot, point)
    if release:
        let_go(plot, points[-1])


def press(plot: MathPlot, pixel: QPointF) -> None:
    _send(plot, QEvent.Type.MouseMove, pixel, NONE, NONE)
    _send(plot, QEvent.Type.MouseButtonPress, pixel, LEFT, LEFT)


def move(plot: MathPlot, pixel: QPointF) -> None:
    """Move with the button held."""
    _send(plot, QEvent.Type.MouseMove, pixel, NONE, LEFT)


def let_go(plot: MathPlot, pixel: QPointF) -> None:
    _send(plot, QEvent.Type.MouseButtonRelease, pixel, LEFT, NONE)


def click(plot: MathPlot, x: float, y: float) -> None:
    """Press and release at one place."""
    pixel = plot.pixel_of(x, y)
    press(plot, pixel)
    let_go(plot, pixel)


def line(start: tuple[float, float], end: tuple[float, float], moves: int = 12) -> list[tuple[float, float]]:
    """Points of a straight movement."""
    return [tuple(point) for point in np.linspace(start, end, moves)]


def keys(widget: QWidget, *pressed: Qt.Key, shift: bool = False) -> None:
    """Type keys into a widget."""
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    for key in pressed:
        QTest.keyClick(widget, key, modifier)


def type_over(edit: QWidget, text: str) -> None:
    """Replace what stands in a line edit, key by key."""
    edit.setFocus()
    edit.selectAll()
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    QTest.keyClicks(edit, text)


def _send(plot: MathPlot, kind: QEvent.Type, pixel: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    target = plot.viewport()
    event = QMouseEvent(kind, pixel, QPointF(target.mapToGlobal(pixel)), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, event)
