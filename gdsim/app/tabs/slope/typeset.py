"""Lines of words and typeset formulas under one another, set one a frame, since setting a formula takes as long.

A formula too long for the column takes several lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.widgets.rows import say, secondary
from gdsim.app.wrapping import wrapped

_SCALE, _SMALLEST = 1.05, 0.72
_LETTER = 8.4  # px, about the width of a letter of a formula
_FEWEST = 16  # letters in a line, however narrow the column


@dataclass(frozen=True)
class TypesetLine:
    """A heading, small print, and formulas; any of them may be empty.  `tokens` colours each formula.

    `passing` are formulas with numbers of the moment, which can be blanked.
    """

    heading: str = ""
    words: str = ""
    formulas: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    spoken: str = ""
    passing: tuple[int, ...] = ()


class TypesetLines(QWidget):
    """Shows lines; those that stay as they are are not set again.  `settled()` tells that all of them stand."""

    settled = Signal()

    def __init__(self, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._blocks: list[_Block] = []
        self._job: Job | None = None
        self._again: Job | None = None
        self._columns = 0
        self._blank = False
        self.lines: tuple[TypesetLine, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def set_lines(self, lines: Sequence[TypesetLine]) -> None:
        """Show these from now on; the formulas appear frame by frame."""
        wanted, columns = tuple(lines), self._letters()
        if (wanted, columns) == (self.lines, self._columns):
            return
        self.stop()
        self.lines, self._columns = wanted, columns
        self._job = self._ticker.pull(self._set(wanted, columns), owner=self)

    def blank(self, on: bool) -> None:
        """Leave the places of passing numbers empty, while they belong to a moment ago."""
        if on != self._blank:
            self._blank = on
            for block in self._blocks:
                block.blank(on)

    def stop(self) -> None:
        for job in (self._job, self._again):
            if job is not None:
                job.cancel()
        self._job = self._again = None

    def _letters(self) -> int:
        """About how many letters of a formula fit beside one another, in steps of four."""
        return max(_FEWEST, int(self.width() / (_LETTER * theme_manager().scale)) // 4 * 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines for another width, in a frame of their own: a widget that is being set resizes this one too."""
        super().resizeEvent(event)
        if self.lines and self._letters() != self._columns and self._again is None:
            self._again = self._ticker.pull(self._set_again(), owner=self)

    def _set_again(self) -> Iterator[None]:
        yield
        self._again = None
        self.set_lines(self.lines)

    def _set(self, lines: tuple[TypesetLine, ...], columns: int) -> Iterator[None]:
        for block in self._blocks[len(lines) :]:
            block.hide()
        for number, line in enumerate(lines):
            if number == len(self._blocks):
                self._blocks.append(_Block())
                self._column.addWidget(self._blocks[-1])
            yield from self._blocks[number].set_line(line, columns, self._blank)
        self._job = None
        self.settled.emit()


class _Block(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._heading = QLabel(wordWrap=True)
        self._heading.setProperty("role", "heading")
        self._words = secondary()
        self._formulas: list[FormulaWindow] = []
        self._passing: list[bool] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._words)

    def set_line(self, line: TypesetLine, columns: int, blank: bool) -> Iterator[None]:
        say(self._heading, line.heading)
        say(self._words, line.words)
        rows = [
            (piece, line.tokens[number] if number < len(line.tokens) else "text", number in line.passing)
            for number, latex in enumerate(line.formulas) for piece in wrapped(latex, columns)
        ]  # fmt: skip
        for window in self._formulas[len(rows) :]:
            window.hide()
        self.show()
        self._passing = [passing for _, _, passing in rows]
        for number, (latex, token, passing) in enumerate(rows):
            if number == len(self._formulas):
                self._formulas.append(_Line(FormulaLabel(scale=_SCALE, smallest=_SMALLEST), keeps_room=False))
                self._column.addWidget(self._formulas[-1])
            window = self._formulas[number]
            window.label.set_colour(token)
            new = window.label.latex != latex
            window.set_latex(latex, line.spoken or latex)
            window.label.setVisible(not (blank and passing))
            window.show()
            if new:
                yield

    def blank(self, on: bool) -> None:
        for window, passing in zip(self._formulas, self._passing, strict=False):
            window.label.setVisible(not (on and passing))


class _Line(FormulaWindow):
    """Leaves the upright wheel to the page."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()
