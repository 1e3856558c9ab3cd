"""The runs that were kept: how each is drawn, how far it came, which is better on unseen data, and what differs."""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.plots.surface_tracks import DASHES
from gdsim.app.tabs.train.comparison import GhostLine
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import IconButton
from gdsim.app.widgets.figures import format_number

NONE_KEPT = "Keep a run as a ghost (Ctrl+G), change something, and compare."
_SAMPLE = (34.0, 16.0)


class KeepsGhosts(Protocol):
    """What the list needs of a session."""

    def remove_ghost(self, label: str) -> None: ...


class GhostList(QWidget):
    """One entry a ghost, in the order of the dashes with which they are drawn."""

    def __init__(self, session: KeepsGhosts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entries: list[_Entry] = []
        self._heading = QLabel("Ghosts")
        self._heading.setProperty("role", "heading")
        self._none = QLabel(NONE_KEPT, wordWrap=True)
        self._none.setProperty("role", "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._none)
        self._column.addStretch(1)
        self.setAccessibleName("Ghosts")

    def set_lines(self, lines: tuple[GhostLine, ...]) -> None:
        """Show these comparisons."""
        while len(self._entries) < len(lines):
            entry = _Entry(len(self._entries))
            entry.remove.clicked.connect(lambda _=False, entry=entry: self._session.remove_ghost(entry.label))
            self._entries.append(entry)
            self._column.insertWidget(self._column.count() - 1, entry)
        self._none.setVisible(not lines)
        for index, entry in enumerate(self._entries):
            entry.setVisible(index < len(lines))
            if index < len(lines):
                entry.show_line(lines[index])


def figures_of(line: GhostLine) -> str:
    """How far the run came, in numbers: "step 500 · validation loss 0.1234 · accuracy 97.3 %"."""
    parts = [f"step {line.step}"]
    if math.isnan(line.validation_loss):
        parts.append(f"training loss {format_number(line.training_loss)}")
    else:
        parts.append(f"validation loss {format_number(line.validation_loss)}")
    if line.score_text:
        parts.append(line.score_text)
    # A number stays with its name where the line is broken.
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


class _Entry(QWidget):
    def __init__(self, index: int) -> None:
        super().__init__()
        self.label = ""
        self._title = QLabel(wordWrap=True)
        self._title.setProperty("role", "heading")
        self._figures, self._verdict, self._differs = QLabel(), QLabel(), QLabel()
        self.remove = IconButton("close", "Remove")
        self._figures.setProperty("role", "secondary")
        self._differs.setProperty("role", "secondary")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_DashSample(index), 0, 0)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        for row, label in enumerate((self._figures, self._verdict, self._differs), start=1):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, 0, 1, 3)

    def show_line(self, line: GhostLine) -> None:
        self.label = line.label
        self.remove.describe(f"Remove {line.label}")
        for label, text in (
            (self._title, line.label), (self._figures, figures_of(line)), (self._verdict, line.verdict),
            (self._differs, f"Differs: {line.differs}." if line.differs else "Nothing differs."),
        ):  # fmt: skip
            if label.text() != text:
                label.setText(text)
        self.setAccessibleName(f"{line.label}: {line.verdict}")


class _DashSample(QWidget):
    """A piece of the line by which the ghost is drawn in the plots."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._dashes = DASHES[1 + index % (len(DASHES) - 1)]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        themes = theme_manager()
        return QSize(themes.px(_SAMPLE[0]), themes.px(_SAMPLE[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        themes, width = theme_manager(), 1.5
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(themes.scale, themes.scale)
        pen = QPen(QColor(themes.theme.muted), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / width for length in self._dashes])
        painter.setPen(pen)
        middle = _SAMPLE[1] / 2
        painter.drawLine(QPointF(0, middle), QPointF(_SAMPLE[0], middle))
        painter.end()
