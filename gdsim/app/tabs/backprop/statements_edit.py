"""A field for definitions, one a line, checked at every key; what is wrong is underlined at its column."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from gdsim.app.tabs.backprop.worked import WorkedLines
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.formula_edit import PAUSE, Problem
from gdsim.app.widgets.pause import Pause

_FEWEST, _MOST = 2, 8  # lines that are seen at once
_MOST_TYPESET = 8


class StatementsEdit(QWidget):
    """`check(text)` says what is wrong, or takes the text; `typeset(text)` gives the LaTeX of good lines."""

    finished = Signal()

    def __init__(
        self, check: Callable[[str], Problem | None], typeset: Callable[[str], list[str]], ticker: Ticker,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._check, self._typeset = check, typeset
        self._good_text = ""
        self._shown = ""
        self._column: int | None = None
        self._silent = self._considering = False
        self._pause = Pause(ticker, PAUSE, self._rest)
        self.edit = _Lines(self)
        self.edit.setAccessibleName("Definitions, one a line")
        self.edit.setToolTip(
            "One definition a line, such as q = x + y and below it f = q*z.\n"
            "The last line is what is derived; x = 2 gives an input its value."
        )
        self.setFocusProxy(self.edit)
        self.message = QLabel(wordWrap=True, visible=False)
        self.message.setProperty("role", "problem")
        self.typeset = WorkedLines(ticker, 1.05)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.edit)
        layout.addWidget(self.message)
        layout.addWidget(self.typeset)
        self.edit.textChanged.connect(self._consider)
        self.edit.document().documentLayout().documentSizeChanged.connect(self.fit_height)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def text(self) -> str:
        return self.edit.toPlainText()

    @property
    def wrong(self) -> bool:
        return self._column is not None

    @property
    def problem_column(self) -> int | None:
        """The column in the whole text that is underlined."""
        return self._column

    def set_text(self, text: str) -> None:
        """Show good definitions silently; what is wrong in the field stays, unless the good ones are others.

        Called back from the check they are what Escape goes back to; the typed text stays.
        """
        changed, self._good_text = text != self._good_text, text
        if self._considering:
            return
        if text == self.text() or (not changed and self.wrong):
            if text == self.text() and self.wrong:
                self._say(None)
        else:
            self._silent = True
            self.edit.setPlainText(text)
            self._silent = False
            self._say(None)
        if not self._pause.running:
            self._rest()
        self.fit_height()

    def revert(self) -> None:
        """Go back to the last good definitions."""
        self._silent = True
        self.edit.setPlainText(self._good_text)
        self._silent = False
        self._say(None)
        self.fit_height()

    def stop(self) -> None:
        self._pause.cancel()
        self.typeset.stop()

    def _consider(self) -> None:
        self.fit_height()
        if self._silent:
            return
        self._pause.restart()
        text = self.text()
        self._considering = True
        try:
            problem = self._check(text)
        finally:
            self._considering = False
        self._say(problem)
        if problem is None:
            self._good_text = text

    def _say(self, problem: Problem | None) -> None:
        self._column = None if problem is None else problem.column
        text = ""
        if problem is not None:
            before = self.text()[: problem.column]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            several = "\n" in self.text().strip()
            text = f"{f'Line {line}, column' if several else 'Column'} {column}: {problem.message}"
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.edit.setAccessibleDescription(text)
        self._underline()
        if bool(self.edit.property("wrong")) != bool(text):
            self.edit.setProperty("wrong", bool(text))
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)

    def _underline(self) -> None:
        """The letter at the wrong column, or the last one when something is missing behind it."""
        if self._column is None:
            self.edit.setExtraSelections([])
            return
        length = len(self.text())
        start = min(self._column, max(length - 1, 0))
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.edit.document())
        mark.cursor.setPosition(start)
        mark.cursor.setPosition(min(start + 1, length), QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(QColor(theme_manager().theme.bad))
        form.setForeground(QColor(theme_manager().theme.bad))
        form.setFontWeight(700)
        mark.format = form
        self.edit.setExtraSelections([mark])

    def _rest(self) -> None:
        """Typeset what has been typed, so that it is seen how it was read."""
        if not self.wrong and self._good_text != self._shown:
            self._shown = self._good_text
            self.typeset.set_lines(self._typeset(self._good_text)[:_MOST_TYPESET], self._good_text)

    def fit_height(self) -> None:
        """As high as its lines, within limits."""
        seen = round(self.edit.document().documentLayout().documentSize().height())  # with what is wrapped
        lines = min(max(seen, _FEWEST), _MOST)
        spacing = self.edit.fontMetrics().lineSpacing()
        self.edit.setFixedHeight(lines * spacing + theme_manager().px(20))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        theme, radius, pad = themes.theme, themes.px(6), themes.px(2)
        self.edit.setStyleSheet(
            f"QPlainTextEdit {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.control};"
            f" border-radius: {radius}px; padding: {pad}px; selection-background-color: {theme.accent};"
            f" selection-color: {theme.on_accent}; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {theme.accent}; padding: {pad - 1}px; }}"
            f'QPlainTextEdit[wrong="true"] {{ border: 2px solid {theme.bad}; padding: {pad - 1}px; }}'
        )
        self._underline()
        self.fit_height()


class _Lines(QPlainTextEdit):
    """Escape goes back to the last good definitions; Tab goes on to the next control."""

    def __init__(self, owner: StatementsEdit) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            if self._owner.wrong:
                self._owner.revert()
            else:
                self.clearFocus()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.clearFocus()  # the keyboard is the window's again: Space plays, the arrows step
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # lines are wrapped elsewhere
            self._owner.fit_height()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.finished.emit()
