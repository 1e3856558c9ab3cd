"""Room for a window's content on a screen that is too small for it: then, and only then, it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class SmallScreen(QScrollArea):
    """Holds `content`, which gets at least `smallest`.

    Whatever has the keyboard is scrolled into sight; arrows are left to the window, where they step.
    """

    def __init__(self, content: QWidget, smallest: QSize) -> None:
        super().__init__(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content.setMinimumSize(smallest)
        self.setWidget(content)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
