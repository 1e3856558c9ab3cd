"""The small field that opens on the network diagram for a weight or a bias: Return sets it, Escape does not."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gdsim.app.widgets.figures import parse_number
from gdsim.app.widgets.number_field import NumberField

_DIGITS = 6
_AWAY = 14.0  # px between the field and the place that it was opened at


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
        self.number = _WeightNumber(value, name=name, parent=self)
        self._heading = QLabel(name)
        self._heading.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(2)
        layout.addWidget(self._heading)
        layout.addWidget(self.number)
        self.setFixedWidth(width)
        self.number.entered.connect(self.entered)
        self.number.edit.installEventFilter(self)
        self.number.edit.textEdited.connect(self._typed)

    def open(self) -> None:
        """Show the field with its number chosen, so that typing replaces it."""
        self.show()
        self.raise_()
        self.fit()
        self.number.edit.setFocus(Qt.FocusReason.PopupFocusReason)
        self.number.edit.selectAll()
        self.fit()  # with the keyboard its border is wider

    def fit(self) -> None:
        """Be as high as the sentence under the number needs."""
        margins = self.layout().contentsMargins()
        problem, edit = self.number.problem, self.number.edit
        for widget in (self._heading, edit, problem):  # the style's padding counts, also before the first painting
            widget.ensurePolished()
        inner = self.width() - margins.left() - margins.right()
        sentence = 0 if problem.isHidden() else problem.heightForWidth(inner)
        problem.setMinimumHeight(sentence)
        edit.setMinimumHeight(max(edit.sizeHint().height(), edit.minimumSizeHint().height()))
        rows = self._heading.sizeHint().height() + self.layout().spacing() + edit.minimumHeight()
        rows += sentence + self.number.layout().spacing() if sentence else 0
        self.setFixedHeight(rows + margins.top() + margins.bottom() + 2 * self.frameWidth())
        for layout in (self.layout(), self.number.layout()):
            layout.invalidate()
            layout.activate()
        self.resized.emit()

    def place(self, at: tuple[float, float], bounds: QRectF, avoid: QRectF) -> None:
        """Stand beside a point, off what is to `avoid` if there is room on any side of it, and never cut off."""
        width, height = self.width(), self.height()
        x, y = at
        gap = _AWAY
        places = (
            (x + gap, y - height / 2), (x - gap - width, y - height / 2),
            (x - width / 2, y + gap), (x - width / 2, y - gap - height),
            (avoid.right() + gap, y - height / 2), (avoid.left() - gap - width, y - height / 2),
        )  # fmt: skip

        def cost(place: tuple[float, float]) -> float:
            rect = QRectF(*place, width, height)
            covered = rect.intersected(avoid)
            return covered.width() * covered.height() + math.hypot(rect.center().x() - x, rect.center().y() - y)

        left, top = min((_inside(place, width, height, bounds) for place in places), key=cost)
        self.move(round(left), round(top))

    def _typed(self, _text: str) -> None:
        self.fit()

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


class _WeightNumber(NumberField):
    """Shows six digits, which are enough to go by; what is not typed over keeps all of its own."""

    def commit(self) -> None:
        if self.edit.isModified() and parse_number(self.edit.text()) == parse_number(self._shown()):
            self._show_value()  # typed back to what it was
        super().commit()

    def _shown(self) -> str:
        return f"{self.value():.{_DIGITS}g}".replace("e+", "e")

    def _show_value(self) -> None:
        self.edit.setText(self._shown() if math.isfinite(self.value()) else "")
        self.edit.setModified(False)
        self.edit.setCursorPosition(0)


def _inside(place: tuple[float, float], width: float, height: float, bounds: QRectF) -> tuple[float, float]:
    x = max(bounds.left(), min(place[0], bounds.right() - width))
    return x, max(bounds.top(), min(place[1], bounds.bottom() - height))
