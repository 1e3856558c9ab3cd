"""Worked formulas, one under the other: each equality on a line of its own, and one line typeset a frame."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow

_LETTERS = 25  # of a line
_BARE = re.compile(r"\\(?:left|right|quad|partial|,)(?![a-zA-Z])\s*")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z]+")
_UNSEEN = str.maketrans("", "", "{}^_ ")
_READABLE = 0.72  # the share of its size below which a long line scrolls instead of shrinking


class WorkedLines(QWidget):
    """Shows lines of LaTeX; a screen reader is told `spoken`."""

    def __init__(self, ticker: Ticker, scale: float = 1.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker, self._scale = ticker, scale
        self._windows: list[FormulaWindow] = []
        self._job: Job | None = None
        self.lines: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def set_lines(self, lines: Sequence[str], spoken: str) -> None:
        """Typeset these, one a frame, since setting one takes as long as a frame has."""
        if tuple(lines) != self.lines:
            self.stop()
            self.lines = tuple(lines)
            for window in self._windows[len(self.lines) :]:  # at once, as they belong to what was said before
                window.hide()
            self._job = self._ticker.pull(self._set(self.lines, spoken))

    def stop(self) -> None:
        """Typeset nothing more; what is not set yet is set when it is asked for again."""
        if self._job is not None:
            if self._job.running:
                self.lines = ()
            self._job.cancel()
            self._job = None

    def _set(self, lines: tuple[str, ...], spoken: str) -> Iterator[None]:
        while len(self._windows) < len(lines):
            label = FormulaLabel(scale=self._scale, smallest=_READABLE)
            self._windows.append(FormulaWindow(label))
            self._column.addWidget(self._windows[-1])
        for window, line in itertools.zip_longest(self._windows, lines, fillvalue=""):
            window.setVisible(bool(line))
            if line:
                window.set_latex(line.replace(r"\left(-", r"\left({-}"), spoken)  # or it is set like a difference
                yield


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
