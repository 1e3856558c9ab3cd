"""The small field that opens on the network diagram for a weight or a bias: Return sets it, Escape does not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gdsim.app.widgets.number_field import NumberField


class WeightField(QFrame):
    """`name` says what is edited, such as "w(x₁→h₂)"; `closed` tells that the field has gone, whatever came of it."""

    entered = Signal(float)
    closed = Signal()
    resized = Signal()
    """A sentence about bad input came or went."""

    def __init__(self, name: str, value: float, width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._open = True
        self.setProperty("role", "notice")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.number = NumberField(value, name=name, parent=self)
        heading = QLabel(name)
        heading.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(2)
        layout.addWidget(heading)
        layout.addWidget(self.number)
        self.setFixedWidth(width)
        self.number.entered.connect(self.entered)
        self.number.edit.installEventFilter(self)
        self.number.edit.textEdited.connect(self.fit)

    def open(self) -> None:
        """Show the field with its number chosen, so that typing replaces it."""
        self.fit()
        self.show()
        self.raise_()
        self.number.edit.setFocus(Qt.FocusReason.PopupFocusReason)
        self.number.edit.selectAll()

    def fit(self) -> None:
        """Be as high as the sentence under the number needs."""
        margins = self.layout().contentsMargins()
        problem = self.number.problem
        inner = self.width() - margins.left() - margins.right()
        problem.setMinimumHeight(problem.heightForWidth(inner) if not problem.isHidden() else 0)
        self.layout().activate()
        self.resize(self.width(), self.layout().sizeHint().height())
        self.resized.emit()

    def finish(self) -> None:
        """Close; what was typed is taken if it will do."""
        self.number.commit()
        self.give_up()

    def give_up(self) -> None:
        """Close and forget what was typed."""
        if not self._open:
            return
        self._open = False
        self.number.edit.removeEventFilter(self)
        self.number.revert()
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.give_up()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            kept = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
            if event.reason() not in kept:
                self.finish()
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        self.number.commit()
        if self.number.problem.isHidden():
            self.give_up()
        else:
            self.fit()
