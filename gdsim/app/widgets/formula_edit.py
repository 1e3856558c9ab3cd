"""A field for a formula, checked at every key.

It knows no mathematics: a callable says what is wrong and in which column.  A good formula is typeset back, so that the
user sees how it was read; a wrong one gets a pointer under the column and a sentence, and nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.widgets.pause import Pause

PAUSE = 0.15
_MENTIONED = 40  # characters: a longer formula is not repeated below the field
_READABLE = 0.8  # the share of its size below which a long formula scrolls instead of shrinking


class Problem(Protocol):
    """What a check gives back for a wrong formula, e.g. the expression package's ParseError."""

    @property
    def message(self) -> str: ...
    @property
    def column(self) -> int: ...


class FormulaEdit(QWidget):
    """`accepted(text)` tells of a formula that passed the check, at every key; `paused()` of the end of typing."""

    accepted = Signal(str)
    paused = Signal()

    def __init__(
        self,
        check: Callable[[str], Problem | None],
        text: str = "",
        *,
        prefix: str = "",
        name: str = "formula",
        typeset: Callable[[str], str] | None = None,
        ticker: Ticker | None = None,
        remains: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`prefix` stands before the field ("f(x) ="); `typeset(text)` gives the LaTeX of a good formula.

        `remains` is said below a problem, with the last good formula for {}: which one is still shown.

        Setting a formula takes longer than a key may: with a `ticker` it waits for a pause in the typing.
        """
        super().__init__(parent)
        self._check, self._typeset = check, typeset
        self._good_text = text
        self._considering = False
        self._remains = remains
        self._pause = None if ticker is None else Pause(ticker, PAUSE, self._rest)
        self.edit = _FormulaLine(self)
        self.edit.setText(text)
        self.edit.setAccessibleName(name)
        self.edit.setMaxLength(300)
        self.setFocusProxy(self.edit)
        self.prefix = QLabel(prefix, visible=bool(prefix))
        self.pointer = _Pointer(self.edit)
        self.typeset = FormulaLabel(scale=1.15, smallest=_READABLE)
        self.window_on_typeset = FormulaWindow(self.typeset)
        self.message = QLabel(wordWrap=True)
        self.message.setProperty("role", "problem")
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.answer = QStackedWidget()
        self.answer.addWidget(self.window_on_typeset)
        self.answer.addWidget(self.message)
        self._lay_out()
        self.edit.textEdited.connect(self._consider)
        if text:
            self._show_good(text)

    def text(self) -> str:
        """What stands in the field, good or not."""
        return self.edit.text()

    def set_text(self, text: str, latex: str | None = None) -> None:
        """Show a good formula silently.  What is wrong in the field stays there, unless the good formula is another.

        Called back from the check it is what Escape goes back to; the typed text stays.
        """
        typed = self._considering or (text == self._good_text and self.edit.property("wrong"))
        self._good_text = text
        if typed:
            return
        if text != self.edit.text():
            self.edit.setText(text)
            self.edit.setCursorPosition(0)
        self._show_good(text, latex)

    def set_latex(self, latex: str, spoken: str = "") -> None:
        """What to typeset back below the field."""
        self.window_on_typeset.set_latex(latex, spoken or self.edit.text())

    def set_problem(self, problem: Problem | None) -> None:
        """Point at a wrong column with a sentence; None clears it."""
        self.pointer.point_at(None if problem is None else problem.column)
        self.message.setText("" if problem is None else problem.message)
        self.answer.setCurrentWidget(self.window_on_typeset if problem is None else self.message)
        self.edit.setAccessibleDescription(
            "" if problem is None else f"{problem.message} (column {problem.column + 1})"
        )
        if bool(self.edit.property("wrong")) != (problem is not None):
            self.edit.setProperty("wrong", problem is not None)
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)

    def leave(self) -> None:
        """After Return: the keyboard is the window's again, unless there is something wrong to be mended."""
        if not self.edit.property("wrong"):
            self.edit.clearFocus()

    def revert(self) -> None:
        """Go back to the last good formula."""
        self.edit.setText(self._good_text)
        self._show_good(self._good_text)

    @property
    def typing(self) -> bool:
        """Whether a key came a moment ago."""
        return self._pause is not None and self._pause.running

    def stop(self) -> None:
        """Wait for nothing more."""
        if self._pause is not None:
            self._pause.cancel()

    def _rest(self) -> None:
        if not self.edit.property("wrong"):
            self._show_good(self.text())
        self.paused.emit()

    def _consider(self, text: str) -> None:
        if self._pause is not None:
            self._pause.restart()
        self._considering = True
        try:
            problem = self._check(text)
        finally:
            self._considering = False
        if problem is not None:
            self.set_problem(problem)
            if self._remains and 0 < len(self._good_text) <= _MENTIONED:
                self.message.setText(f"{problem.message} {self._remains.format(self._good_text)}")
            return
        self._good_text = text
        if self.typing:
            self.set_problem(None)
        else:
            self._show_good(text)
        self.accepted.emit(text)

    def _show_good(self, text: str, latex: str | None = None) -> None:
        self.set_problem(None)
        if latex is None and self._typeset is not None:
            latex = self._typeset(text)
        if latex is not None:
            self.set_latex(latex, text)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.edit)
        column.addWidget(self.pointer)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.prefix, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.answer)
        self._follow_theme()
        theme_manager().changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        themes = theme_manager()
        self.prefix.setFixedHeight(themes.px(28))
        self.answer.setMinimumHeight(themes.px(44))


class _FormulaLine(QLineEdit):
    """A line edit that knows where a column is on the screen; Escape goes back to the last good formula."""

    def __init__(self, owner: FormulaEdit) -> None:
        super().__init__(owner)
        self._owner = owner

    def column_x(self, column: int) -> float:
        """The x of the middle of a column (of its left edge behind the end), with the scrolling of a long text."""
        width, text = self.fontMetrics().horizontalAdvance, self.text()
        origin = self.cursorRect().center().x() - width(text[: self.cursorPosition()])
        return origin + (width(text[:column]) + width(text[: column + 1])) / 2

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.property("wrong"):
            self._owner.revert()
        else:
            super().keyPressEvent(event)


class _Pointer(QWidget):
    """The small triangle under the wrong column."""

    def __init__(self, edit: _FormulaLine) -> None:
        super().__init__()
        self._edit = edit
        self._column: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        edit.cursorPositionChanged.connect(self.update)

    @property
    def column(self) -> int | None:
        return self._column

    def point_at(self, column: int | None) -> None:
        self._column = column
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, theme_manager().px(9))

    def tip(self) -> QPointF:
        """Where the triangle points, in this widget; kept inside of it."""
        side = theme_manager().px(5)
        return QPointF(min(max(self._edit.column_x(self._column or 0), side), self.width() - side), 1.5)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._column is None:
            return
        themes = theme_manager()
        side, tip = themes.px(5), self.tip()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(themes.theme.bad))
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-side, 1.4 * side), tip + QPointF(side, 1.4 * side)]))
        painter.end()
