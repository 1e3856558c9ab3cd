"""One update walked through in stages: the gradient, what the memory makes of it, the move, and where it lands."""

from __future__ import annotations

import itertools
import math
import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.plots.surface_stage import StageMark
from gdsim.app.tabs.descend.numbers import FormulaLines
from gdsim.app.tabs.descend.plain_rule import wrapped_latex
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.page import heading, secondary
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.core.narration import Arrow, Stage, narrate
from gdsim.core.run import Step

COLOURS = {
    Arrow.NONE: "", Arrow.GRADIENT: "gradient", Arrow.VELOCITY: "tangent", Arrow.SIZE: "tangent",
    Arrow.REACH: "tangent", Arrow.DIRECTION: "gradient", Arrow.STEP: "step",
}  # fmt: skip
"""The theme token in which a stage's vector is drawn; empty where there is none."""
_IN_SLOPES = (Arrow.GRADIENT, Arrow.VELOCITY, Arrow.SIZE)
_EXTENTS = (Arrow.SIZE, Arrow.REACH)
_LETTER = 10.5  # px, about the width of a letter of the formula
_BESIDE = 12  # px, the bar beside it
_READABLE = 2.0  # steps a second; beyond, nobody reads


class NarrationView(QWidget):
    """Follows the session's present step; after the last stage, going on makes the step."""

    stage_changed = Signal(object)
    """The stage that is told now, for drawing its vector; None while nobody looks."""

    def __init__(self, session: DescendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stages: tuple[Stage, ...] = ()
        self._number = 0
        self._told: tuple[object, ...] = ()
        self._step: Step | None = None
        self._columns = 0  # letters that the formula's lines were broken for
        self.title = heading("")
        self.place = secondary("")
        self.text = QLabel(wordWrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formula = FormulaLines(1.1)
        self.back_button = TextButton("Previous", "The stage before")
        self.next_button = TextButton("Next stage", "The next stage of this update; after the last, make the step")
        self.bar = _Bar()
        self.words = QWidget()
        self._lay_out()
        self.back_button.clicked.connect(self.back)
        self.next_button.clicked.connect(self.forward)
        session.changed.connect(self.synchronize)

    @property
    def stage(self) -> Stage | None:
        """The stage that is told; None while nobody looks."""
        return self._stages[self._number] if self._stages and self.isVisible() else None

    @property
    def mark(self) -> StageMark | None:
        """What is to be drawn for the stage that is told; a stage without a vector keeps that of the one before."""
        stage = self.stage
        if stage is None or self._step is None or not math.isfinite(self._step.value):
            return None
        if self._number == len(self._stages) - 1:
            value = self._session.objective.value(self._step.landing)
            landing = tuple(float(part) for part in self._step.delta)
            return StageMark("step", COLOURS[Arrow.STEP], landing, note=f"to f = {format_number(value)}")
        with_vector = [told for told in self._stages[: self._number + 1] if told.vector]
        return mark_of(with_vector[-1]) if with_vector else None

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self._stages

    def forward(self) -> None:
        """The next stage; after the last one the step is made and told from its beginning."""
        if self._number < len(self._stages) - 1:
            self._show(self._number + 1)
        elif self._session.can_step:
            self._number = 0
            self._session.advance()

    def back(self) -> None:
        self._show(self._number - 1)

    def synchronize(self) -> None:
        """Tell the session's present step; the stage stays, so that playing shows one stage change."""
        if not self.isVisible():
            return
        session = self._session
        if session.playing and session.experiment.speed > _READABLE:
            self._rest("The update is told again when playing stops.")
            return
        if session.preview is not None:
            self._rest("The update is told when the ball is let go.")
            return
        step, optimizer = session.step, session.optimizer
        told = (optimizer, session.experiment.formula, session.can_step)
        if self._told[:1] != told[:1]:
            self.words.setMinimumHeight(0)
        if step is not self._step or told != self._told:
            self._step, self._told = step, told
            self._stages = narrate(step, optimizer, session.objective)
            self._show(self._number)

    def _show(self, number: int) -> None:
        self._number = max(0, min(number, len(self._stages) - 1))
        stage, last = self._stages[self._number], self._number == len(self._stages) - 1
        self.title.setText(stage.title)
        index = self._session.index
        self.place.setText(f"Step {index} to {index + 1}, stage {self._number + 1} of {len(self._stages)}")
        self.bar.set_colour(COLOURS[stage.arrow])
        self.text.setText(stage.text)
        self._set_formula(stage)
        self.formula.show()
        self.back_button.setEnabled(self._number > 0)
        self.next_button.setText("Make the step" if last else "Next stage")
        self.next_button.setAccessibleName(self.next_button.text())
        self.next_button.setEnabled(not last or self._session.can_step)
        self._keep_height()
        self.stage_changed.emit(self.stage)

    def _set_formula(self, stage: Stage) -> None:
        """In lines that fit the width of now."""
        self._columns = self._room
        lines = (wrapped_latex(line, self._columns) for line in lines_of(stage.latex))
        self.formula.set_lines(tuple(itertools.chain.from_iterable(lines)), f"{stage.title}, as a formula")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stage = self.stage
        if stage is not None and self._columns != self._room:
            self._set_formula(stage)

    @property
    def _room(self) -> int:
        """About how many letters of the formula fit beside one another."""
        return max(20, round((self.width() - _BESIDE) / (_LETTER * theme_manager().scale)))

    def _keep_height(self) -> None:
        """What stands below jumps up and down no more once the longest stage has been told."""
        for part in (self.formula, self.words):  # lines that were just added count
            part.layout().activate()
        needed = self.words.layout().totalHeightForWidth(self.words.width())
        self.words.setMinimumHeight(max(self.words.minimumHeight(), needed))

    def _rest(self, why: str) -> None:
        """Say nothing of a step that is gone before it is read."""
        self._told, self._stages = (), ()
        self.title.setText("")
        self.place.setText(why)
        self.text.setText("")
        self.formula.hide()
        self.bar.set_colour("")
        self.back_button.setEnabled(False)
        self.next_button.setEnabled(False)
        self.stage_changed.emit(None)

    def _lay_out(self) -> None:
        told = QVBoxLayout()
        told.setSpacing(6)
        told.setAlignment(Qt.AlignmentFlag.AlignTop)
        for widget in (self.title, self.text, self.formula):
            told.addWidget(widget)
        row = QHBoxLayout(self.words)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.bar)
        row.addLayout(told, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        layout.addWidget(self.place)
        layout.addWidget(self.words)
        layout.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._told = ()
        self.synchronize()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stage_changed.emit(None)


def mark_of(stage: Stage) -> StageMark:
    """How the vector of a stage is drawn."""
    kind = stage.arrow
    name = "gradient ∇f" if stage.title == "Gradient" else stage.title[:1].lower() + stage.title[1:]
    note = "to scale" if kind is Arrow.STEP else "the step goes against it" if kind is Arrow.DIRECTION else ""
    return StageMark(name, COLOURS[kind], stage.vector, kind in _IN_SLOPES, kind in _EXTENTS, note)


def lines_of(latex: str) -> tuple[str, ...]:
    """The lines of an aligned formula one by one; those of a column of numbers stay together."""
    begin, end = r"\begin{aligned}", r"\end{aligned}"
    if not latex.startswith(begin):
        return (latex,)
    lines, depth = [""], 0
    for part in re.split(r"(\\begin\{|\\end\{|\\\\|&)", latex.removeprefix(begin).removesuffix(end)):
        depth += (part == r"\begin{") - (part == r"\end{")
        if depth == 0 and part == r"\\":
            lines.append("")
        elif depth or part != "&":
            lines[-1] += part
    return tuple(line.strip() for line in lines)


class _Bar(QWidget):
    """A bar in the colour of the quantity that is told."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def set_colour(self, colour: str) -> None:
        self._colour = colour
        self.update()

    def _follow_theme(self) -> None:
        self.setFixedWidth(theme_manager().px(4))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_manager().theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colour(self._colour) if self._colour else theme.border))
        painter.drawRoundedRect(self.rect(), 2, 2)
        painter.end()
