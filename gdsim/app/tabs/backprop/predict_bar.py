"""Predict first: under the graph, a question about the next backward step, a field for the answer, and what is said."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gdsim.app.tabs.backprop.session import BackpropSession
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.core.backprop.walk import Order

_WAITING = "The question comes with the way back: step on."
_DONE = "All derivatives are there."
_OTHER_ORDER = "Questions are asked on the right way back only: choose the order “In reverse order”."


class PredictBar(QFrame):
    """`answered(text)` and `skipped()` tell what the student wants; nothing here holds up the walk."""

    answered = Signal(str)
    skipped = Signal()

    def __init__(self, session: BackpropSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = ""
        self.question = QLabel(wordWrap=True)
        self.question.setProperty("role", "heading")
        self.edit = _AnswerLine(self)
        self.edit.setAccessibleName("Your prediction")
        self.edit.setPlaceholderText("a number")
        self.edit.setToolTip("A number, or a formula in the names of the graph, such as q*z")
        self.edit.setMaxLength(60)
        self.check_button = TextButton("Check", "Is it right? (Return)")
        self.skip_button = TextButton("Skip", "Go on without an answer (Esc)")
        self.score = QLabel()
        self.score.setProperty("role", "secondary")
        self.reply = QLabel(wordWrap=True, visible=False)
        self.reply.setProperty("role", "problem")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.edit)
        row.addWidget(self.check_button)
        row.addWidget(self.skip_button)
        row.addStretch(1)
        row.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(2)
        layout.addWidget(self.question)
        layout.addLayout(row)
        layout.addWidget(self.reply)
        self.edit.returnPressed.connect(self._answer)
        self.check_button.clicked.connect(self._answer)
        self.skip_button.clicked.connect(self.skipped)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self) -> None:
        session = self._session
        question = session.question
        # The bar's own focusWidget is whichever child had the keyboard last, be it long ago: the window's has it now.
        if question is None and self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)  # or the next button would have the Space key
        self.setVisible(session.experiment.predict)
        key = "" if question is None else f"{session.index} {question.text} {question.expected!r}"
        if key != self._asked:
            self._asked = key
            self.edit.clear()
        for widget in (self.edit, self.check_button, self.skip_button):
            widget.setVisible(question is not None)
        if question is not None:
            several = len(session.questions)
            place = f" ({session.answered + 1} of {several})" if several > 1 else ""
            self.question.setText(f"{question.text}{place}")
        elif session.experiment.order is not Order.TOPOLOGICAL:
            self.question.setText(_OTHER_ORDER)
        else:
            self.question.setText(_WAITING if session.can_step else _DONE)
        answer = session.answer
        self.reply.setText("" if answer is None else answer.text)
        self.reply.setVisible(answer is not None)
        self.edit.setAccessibleDescription(f"{self.question.text()} {self.reply.text()}".strip())
        self.score.setText(f"{session.right} of {session.asked} right at once" if session.asked else "")

    def ask(self) -> None:
        """Put the keyboard into the field."""
        if self.edit.isVisible():
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self) -> None:
        if self.edit.text().strip():
            self.answered.emit(self.edit.text())
            self.edit.selectAll()  # what was wrong is typed over

    def _follow_theme(self) -> None:
        self.edit.setFixedWidth(theme_manager().px(150))


class _AnswerLine(QLineEdit):
    """Escape skips."""

    def __init__(self, owner: PredictBar) -> None:
        super().__init__(owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            self._owner.skipped.emit()
        else:
            super().keyPressEvent(event)
