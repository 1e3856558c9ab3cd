"""A field for one number: shown with four digits unless it needs more, kept exactly, and a sentence under it when what
is typed will not do.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from gdsim.app.widgets.figures import format_number, parse_number

_LONGEST = 400  # characters: more than any number has, and a pasted book takes no time


class NumberField(QWidget):
    """`entered(value)` tells of a number that was typed (Return or leaving the field) or stepped with Up and Down.

    A narrow field's owner puts `problem`, the sentence, where there is more room.

    `check(value)` may raise ValueError with a sentence; the value is then not taken and the sentence is shown.
    """

    entered = Signal(float)

    def __init__(
        self,
        value: float = 0.0,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        name: str = "",
        whole: bool = False,
        check: Callable[[float], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._low, self._high, self._whole, self._check = name, low, high, whole, check
        self._value, self._digits = float(value), 4
        self.edit = _Edit(self)
        self.problem = QLabel(wordWrap=True, visible=False)
        self.problem.setProperty("role", "problem")
        self.edit.setAccessibleName(name)
        self.edit.setMaxLength(_LONGEST)
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.edit)
        layout.addWidget(self.problem)
        self.edit.editingFinished.connect(self.commit)
        self.edit.textEdited.connect(self._clear_problem)
        self._show_value()

    def value(self) -> float:
        return self._value

    def set_value(self, value: float, digits: int = 4) -> None:
        """Show `value` silently, and no problem with it; while the user types, the typed text stays.

        A text that has been refused gives way: what is shown now is in force.
        """
        self._value, self._digits = float(value), digits
        if self.edit.property("wrong") or not (self.edit.hasFocus() and self.edit.isModified()):
            self._clear_problem()
            self._show_value()

    def say(self, sentence: str) -> None:
        """Mark the field wrong with a sentence under it; empty clears it."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if bool(self.edit.property("wrong")) != bool(sentence):
            self.edit.setProperty("wrong", bool(sentence))
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)
        self.edit.setAccessibleDescription(sentence)

    def commit(self) -> None:
        """Take what is typed, or say why not."""
        if not self.edit.isModified():
            return
        value = parse_number(self.edit.text())
        sentence = self._objection(value)
        self.say(sentence)
        if sentence or value is None:
            return
        self.edit.setModified(False)
        self._value = value
        self._show_value()
        self.entered.emit(value)

    def leave(self) -> None:
        """After Return: the keyboard is the window's again (Space plays, the arrows step), unless the text is refused:
        then it is marked, to be typed anew.
        """
        self.commit()
        if self.edit.property("wrong"):
            self.edit.selectAll()
        else:
            self.edit.clearFocus()

    def revert(self) -> None:
        """Forget what is typed."""
        self.say("")
        self._show_value()

    def step(self, steps: int) -> None:
        """Up and Down: change the second significant digit, and not beyond the range."""
        grain = 1.0 if self._whole else 10.0 ** (math.floor(math.log10(abs(self._value))) - 1) if self._value else 0.01
        grain = max(grain, math.ulp(0.0))
        value = min(max(round(self._value / grain + steps) * grain, self._low), self._high)
        value = float(f"{value:.12g}")
        if math.isfinite(value) and value != self._value and not self._objection(value):
            self._value = value
            self.say("")
            self._show_value()
            self.entered.emit(value)

    def _objection(self, value: float | None) -> str:
        # A word begins with a capital, a symbol such as w(x₁→h₁) does not.
        word = self._name[:2].isalpha()
        name = (self._name[:1].upper() if word else self._name[:1]) + self._name[1:] or "This"
        if value is None:
            return "Please type a number, such as 0.1 or 1e-3."
        if not math.isfinite(value):
            return f"{name} has to be a finite number."
        if self._whole and value != round(value):
            return f"{name} has to be a whole number."
        if not self._low <= value <= self._high:
            return f"{name} has to {_range_words(self._low, self._high)}."
        if self._check is not None:
            try:
                self._check(value)
            except ValueError as error:
                text = str(error)
                return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
        return ""

    def _clear_problem(self) -> None:
        if not self.problem.isHidden():
            self.say("")

    def _show_value(self) -> None:
        short = format_number(self._value, self._digits, trim=True)
        whole = self.edit.hasFocus() and math.isfinite(self._value) and parse_number(short) != self._value
        self.edit.setText(repr(self._value) if whole else short)
        self.edit.setModified(False)
        self.edit.setCursorPosition(0)

    def setToolTip(self, text: str) -> None:
        super().setToolTip(text)
        self.edit.setToolTip(text)


class _Edit(QLineEdit):
    def __init__(self, owner: NumberField) -> None:
        super().__init__(owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            sign = 1 if event.key() == Qt.Key.Key_Up else -1
            self._owner.step(sign * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._owner.revert()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the whole number while it is edited."""
        super().focusInEvent(event)
        if not self.isModified() and not self.property("wrong"):
            self._owner.revert()
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.isModified():
            self._owner.revert()


def _range_words(low: float, high: float) -> str:
    if math.isinf(high):
        return f"be at least {format_number(low, trim=True)}"
    if math.isinf(low):
        return f"be at most {format_number(high, trim=True)}"
    return f"lie between {format_number(low, trim=True)} and {format_number(high, trim=True)}"
