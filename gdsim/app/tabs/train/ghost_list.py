"""The runs that were kept, as a table under the run of now: how each is drawn and how well it does.

Below each stands which is better on unseen data, by how much, and what differs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.plots.fit_colours import ghost_style
from gdsim.app.tabs.train.comparison import GhostLine
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import IconButton
from gdsim.app.widgets.figures import format_number

NONE_KEPT = "Keep a run as a ghost (Ctrl+G), change something, and compare."
_SAMPLE = (22.0, 16.0)
_HEADS = ("", "run", "training", "validation", "score")
_HINTS = (
    "", "Run", "Loss on the training points, without penalty",
    "Loss on the validation points: lower is better", "On the validation points: higher is better",
)  # fmt: skip
_MOST = 7  # characters of a number before it is said with fewer digits
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_TOP = Qt.AlignmentFlag.AlignTop


class KeepsGhosts(Protocol):
    """What the list needs of a session."""

    def remove_ghost(self, label: str) -> None: ...


class GhostList(QWidget):
    """Two rows of a table for each ghost, in the order of the looks with which they are drawn."""

    def __init__(self, session: KeepsGhosts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: list[_Row] = []
        self._heading = QLabel("Ghosts")
        self._heading.setProperty("role", "heading")
        self._none = QLabel(NONE_KEPT, wordWrap=True)
        self._none.setProperty("role", "muted")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(5)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._heads = [QLabel(text) for text in _HEADS]
        for column, (label, hint) in enumerate(zip(self._heads, _HINTS, strict=True)):
            label.setProperty("role", "secondary")
            label.setToolTip(hint)
            self._grid.addWidget(label, 0, column, _RIGHT if column > 1 else _TOP)
        self._now = _cells()
        for column, cell in enumerate(self._now, start=1):
            self._grid.addWidget(cell, 1, column)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._heading)
        column.addWidget(self._none)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.setAccessibleName("Ghosts")

    def set_lines(self, lines: tuple[GhostLine, ...], now: GhostLine | None = None) -> None:
        """Show these comparisons, and above them the numbers of the run of `now`."""
        while len(self._rows) < len(lines):
            row = _Row()
            row.remove.clicked.connect(partial(self._remove, row))
            self._rows.append(row)
            row.put_into(self._grid, 2 * len(self._rows))
        self._none.setVisible(not lines)
        for head in self._heads:
            head.setVisible(bool(lines))
        self._heads[-1].setText(score_name(lines if now is None else (*lines, now)))
        for cell in self._now:
            cell.setVisible(bool(lines) and now is not None)
        if now is not None:
            _say(self._now, cells_of(now))
        for index, row in enumerate(self._rows):
            row.set_visible(index < len(lines))
            if index < len(lines):
                row.show_line(lines[index])

    def _remove(self, row: _Row, _checked: bool = False) -> None:
        self._session.remove_ghost(row.label)


def score_name(lines: tuple[GhostLine, ...]) -> str:
    """What the score is called, where all have the same."""
    names = {line.score_text.split(" ")[0] for line in lines if line.score_text}
    return names.pop() if len(names) == 1 else "score"


def cells_of(line: GhostLine) -> tuple[str, str, str, str]:
    """A row of the table: run, training loss, validation loss, score."""
    score = line.score_text.removeprefix("accuracy ").removeprefix("R² ") or "–"
    if len(score) > _MOST:
        score = _short(line.score)
    return line.label, _short(line.training_loss), _short(line.validation_loss), score


def _short(value: float) -> str:
    if math.isnan(value):
        return "–"
    texts = [format_number(value, digits) for digits in (4, 3, 2)]
    return next((text for text in texts if len(text) <= _MOST), texts[-1])


def words_of(line: GhostLine) -> str:
    """What stands below the row: which is better or why that can't be said, and what differs."""
    differs = f"Differs: {line.differs}." if line.differs else "Nothing differs."
    return " ".join(word for word in (line.brief or line.verdict, differs) if word)


def _say(cells: Sequence[QLabel], texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        if cell.text() != text:
            cell.setText(text)


class _Row:
    """The widgets of one ghost."""

    def __init__(self) -> None:
        self.label = ""
        self._sample = _LineSample()
        self._cells = _cells()
        self._words = QLabel(wordWrap=True)
        self._words.setProperty("role", "secondary")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setContentsMargins(0, 0, 0, 6)
        self._words.setAlignment(_TOP)
        self.remove = IconButton("close", "Remove")

    def put_into(self, grid: QGridLayout, row: int) -> None:
        grid.addWidget(self._sample, row, 0, _TOP)
        for column, cell in enumerate(self._cells, start=1):
            grid.addWidget(cell, row, column)
        grid.addWidget(self._words, row + 1, 0, 1, 4)
        grid.addWidget(self.remove, row + 1, 4, _RIGHT)

    def set_visible(self, visible: bool) -> None:
        for widget in (self._sample, *self._cells, self._words, self.remove):
            widget.setVisible(visible)

    def show_line(self, line: GhostLine) -> None:
        self.label = line.label
        self._sample.set_style(line.style)
        self.remove.describe(f"Remove {line.label}")
        _say((*self._cells, self._words), (*cells_of(line), words_of(line)))
        for label in (*self._cells, self._words):
            label.setToolTip(f"{line.verdict}\n{line.settings}".strip())
        self._cells[0].setAccessibleName(f"{line.label}: {line.verdict}")


def _cells() -> list[QLabel]:
    """The run, whose name may need two lines, and three numbers."""
    cells = [QLabel() for _ in range(4)]
    cells[0].setWordWrap(True)
    for place, cell in enumerate(cells):
        cell.setAlignment(_RIGHT if place else _TOP)
        cell.setProperty("role", "secondary" if place else "text")
    return cells


class _LineSample(QWidget):
    """A piece of the line by which the ghost is drawn in the plots."""

    def __init__(self) -> None:
        super().__init__()
        self._style = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_style(self, style: int) -> None:
        """Which ghost's line it is: see `Ghost.style`."""
        self._style = style
        self.update()

    def sizeHint(self) -> QSize:
        themes = theme_manager()
        return QSize(themes.px(_SAMPLE[0]), themes.px(_SAMPLE[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        themes, width = theme_manager(), 1.75
        colour, dashes = ghost_style(self._style, themes.theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(themes.scale, themes.scale)
        pen = QPen(QColor(colour), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / width for length in dashes])
        painter.setPen(pen)
        middle = _SAMPLE[1] / 2
        painter.drawLine(QPointF(0, middle), QPointF(_SAMPLE[0], middle))
        painter.end()
