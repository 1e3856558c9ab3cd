"""Lines of words and typeset formulas under one another, set one a frame, since setting a formula takes as long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.widgets.rows import say, secondary

_SMALLEST = 0.75


@dataclass(frozen=True)
class TypesetLine:
    """A heading, small print, and formulas; any of them may be empty.  `tokens` colours each formula."""

    heading: str = ""
    words: str = ""
    formulas: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    spoken: str = ""


class TypesetLines(QWidget):
    """Shows lines; those that stay as they are are not set again.  `settled()` tells that all of them stand."""

    settled = Signal()

    def __init__(self, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._blocks: list[_Block] = []
        self._job: Job | None = None
        self.lines: tuple[TypesetLine, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def set_lines(self, lines: Sequence[TypesetLine]) -> None:
        """Show these from now on; the formulas appear frame by frame."""
        wanted = tuple(lines)
        if wanted == self.lines:
            return
        self.lines = wanted
        self.stop()
        self._job = self._ticker.pull(self._set(wanted))

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _set(self, lines: tuple[TypesetLine, ...]) -> Iterator[None]:
        for block in self._blocks[len(lines) :]:
            block.hide()
        for number, line in enumerate(lines):
            if number == len(self._blocks):
                self._blocks.append(_Block())
                self._column.addWidget(self._blocks[-1])
            yield from self._blocks[number].set_line(line)
        self._job = None
        self.settled.emit()


class _Block(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._heading = QLabel(wordWrap=True)
        self._heading.setProperty("role", "heading")
        self._words = secondary()
        self._formulas: list[FormulaWindow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._words)

    def set_line(self, line: TypesetLine) -> Iterator[None]:
        say(self._heading, line.heading)
        say(self._words, line.words)
        for window in self._formulas[len(line.formulas) :]:
            window.hide()
        self.show()
        for number, latex in enumerate(line.formulas):
            if number == len(self._formulas):
                self._formulas.append(FormulaWindow(FormulaLabel(scale=1.05, smallest=_SMALLEST)))
                self._column.addWidget(self._formulas[-1])
            window = self._formulas[number]
            window.label.set_colour(line.tokens[number] if number < len(line.tokens) else "text")
            new = window.label.latex != latex
            window.set_latex(latex, line.spoken or latex)
            window.show()
            if new:
                yield
