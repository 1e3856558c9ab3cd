"""The application's window without a screen, and a hand that holds the mouse over it.

Nothing of the user's is read or written: the settings stay in memory and Qt's standard places are those of its tests.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QStandardPaths, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from gdsim.app.application import build_window, start_qt
from gdsim.app.main_window import MainWindow
from gdsim.app.options import Options
from gdsim.app.screenshot import settle
from gdsim.app.settings import Settings

SIZE = (1280, 800)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
clock = time.perf_counter


class Paints(QObject):
    """Counts how often a widget is painted, so that no frame counts that showed nothing new."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        self.count += event.type() == QEvent.Type.Paint
        return False


def _say(kind: QtMsgType, context: object, message: str) -> None:
    """What Qt has to say, except that a window manager is missing."""
    if "This plugin does not support" not in message:
        sys.stderr.write(f"{message}\n")


@contextmanager
def shown(**asked: Any) -> Iterator[MainWindow]:
    """A window as the command line would ask for it, laid out, painted and at rest."""
    QStandardPaths.setTestModeEnabled(True)
    pg.setConfigOption("mouseRateLimit", -1)  # else moves are dropped that come as fast as they are sent here
    qInstallMessageHandler(_say)
    start_qt()
    window = build_window(Options(**{"tab": "descend", "size": SIZE, "theme": "light", **asked}), Settings())
    window.resize(*SIZE)
    window.show()
    rest(window)
    try:
        yield window
    finally:
        window.tab.stop()
        window.close()
        window.deleteLater()
        settle()


def rest(window: MainWindow) -> None:
    """Let everything happen that is under way, jobs too."""
    settle()
    window.context.ticker.finish()
    settle()


class Hand:
    """Holds the left button down on `widget` and moves in circles about the place where it was pressed."""

    def __init__(self, widget: QWidget, place: QPointF, radius: float) -> None:
        self._widget, self._place, self._radius = widget, place, radius
        self._moves = 0
        self._at = place
        self._send(QEvent.Type.MouseMove, NONE, NONE)
        self._send(QEvent.Type.MouseButtonPress, LEFT, LEFT)

    def move(self) -> None:
        """To a place where it has not been before."""
        self._moves += 1
        angle, radius = 0.13 * self._moves, self._radius * (1.0 + 0.001 * self._moves)
        self._at = self._place + QPointF(radius * math.cos(angle), radius * math.sin(angle))
        self._send(QEvent.Type.MouseMove, NONE, LEFT)

    def let_go(self) -> None:
        self._send(QEvent.Type.MouseButtonRelease, LEFT, NONE)

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        on_screen = QPointF(self._widget.mapToGlobal(self._at))
        event = QMouseEvent(kind, self._at, on_screen, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._widget, event)
