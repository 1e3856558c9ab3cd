"""Worked formulas, one under the other: each equality on lines of its own, typeset one a frame and shown together."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.wrapping import wrapped

_LETTERS = 25  # of a line
_LETTER = 8.0  # px, about the width of a letter of a formula
_FEWEST = 16  # letters in a line, however narrow the column
_BARE = re.compile(r"\\(?:left|right|quad|partial|,)(?![a-zA-Z])\s*")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_UNSEEN = str.maketrans("", "", "{}^_ ")
_READABLE = 0.72  # the share of its size below which a long line scrolls instead of shrinking


class WorkedLines(QWidget):
    """Shows lines of LaTeX, each broken where it is wider than the column; a screen reader is told `spoken`.

    Lines that are no longer true are blank at once, and the new ones come all together: in between would stand half of
    one calculation below half of another.
    """

    def __init__(self, ticker: Ticker, scale: float = 1.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker, self._scale = ticker, scale
        self._windows: list[FormulaWindow] = []
        self._job: Job | None = None
        self._columns = 0  # for which the lines that are seen are broken; 0 while they have yet to come
        self._spoken = ""
        self.lines: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def set_lines(self, lines: Sequence[str], spoken: str) -> None:
        """Typeset these, one a frame, since setting one takes as long as a frame has; then show them."""
        if tuple(lines) != self.lines:
            self.stop()
            self.lines, self._spoken, self._columns = tuple(lines), spoken, 0
            for window in self._windows:
                window.label.hide()  # its place stays, so that what is below moves once
        self._begin()

    def stop(self) -> None:
        """Typeset nothing more; what is not set yet is set when it is to be seen again."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _begin(self) -> None:
        if (self._job is None or not self._job.running) and self._columns != self._letters():
            self._job = self._ticker.pull(self._set(), owner=self)

    def _letters(self) -> int:
        """About how many letters of a formula fit beside one another."""
        return max(_FEWEST, int(self.width() / (_LETTER * self._scale * theme_manager().scale)) // 2 * 2)

    def _set(self) -> Iterator[None]:
        while self._columns != (columns := self._letters()):  # what is shown may bring a scroll bar, and so less room
            pieces = [piece for line in self.lines for piece in wrapped(line, columns)]
            pieces = [piece.replace(r"\left(-", r"\left({-}") for piece in pieces]  # or it is set like a difference
            for number, piece in enumerate(pieces):
                if number == len(self._windows):
                    label = FormulaLabel(scale=self._scale, smallest=_READABLE)
                    self._windows.append(FormulaWindow(label, keeps_room=False))
                    self._windows[-1].hide()
                    self._column.addWidget(self._windows[-1])
                self._windows[number].label.prepare(piece)
                yield
            self._columns = columns
            for window, piece in itertools.zip_longest(self._windows, pieces, fillvalue=""):
                window.setVisible(bool(piece))
                window.label.setVisible(bool(piece))
                if piece:
                    window.set_latex(piece, self._spoken)
            yield

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines for another width."""
        super().resizeEvent(event)
        if self._job is not None:  # after `stop` only being shown again begins anew
            self._begin()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.lines:
            self._begin()


def packed(sides: Sequence[str]) -> list[str]:
    """The sides of an equation on as few lines as can be read; all but the first begin with the equals sign."""
    lines: list[str] = []
    line = ""
    for place, side in enumerate(sides):
        written = side if place == 0 else f" = {{{side}}}" if side.startswith("-") else f" = {side}"
        if line and seen_length(line + written) > _LETTERS:
            lines.append(line)
            line = rf"\quad{written}"
        else:
            line += written
    return [*lines, line]


def split_equalities(latex: str) -> list[str]:
    """The sides of an equation, split where an equals sign stands in no group."""
    sides, depth, start = [], 0, 0
    for place, letter in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0 and latex.startswith(" = ", place):
            sides.append(latex[start:place])
            start = place + 3
    return [*sides, latex[start:]]


def seen_length(latex: str) -> int:
    """About how many letters wide a formula is; of a fraction the wider half counts."""
    text = _BARE.sub("", latex)
    shorter = None
    while shorter != text:
        shorter = text
        text = _FRACTION.sub(lambda found: max(found.groups(), key=len), text)
    return len(_COMMAND.sub("x", text).translate(_UNSEEN))
