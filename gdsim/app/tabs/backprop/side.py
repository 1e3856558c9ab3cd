"""The right column of Backprop: the step worked out, the vertex that was clicked, multiplications, f while stepping."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.tabs.backprop.readings import (
    COUNT_ROWS,
    WAYS,
    chain_lines,
    chain_words,
    history_picture,
    more_words,
    share_words,
    step_lines,
    whole,
    why_words,
)
from gdsim.app.tabs.backprop.session import BackpropSession
from gdsim.app.tabs.backprop.worked import WorkedLines
from gdsim.app.widgets.buttons import IconButton
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.number_table import NumberTable
from gdsim.app.widgets.rows import say, secondary
from gdsim.core.backprop.counts import multiplications
from gdsim.core.backprop.inspection import inspect
from gdsim.core.backprop.walk import Order

_READABLE = 3.0  # steps a second; beyond, nobody reads the worked step
_NOTHING_CHOSEN = (
    "Click a value in the graph, or go to it by keys (Ctrl+B, arrows, Return), to see its derivative as a sum over "
    "paths, checked by differences."
)
_ASKED_FIRST = "Its derivative is told when the walk has come to it: you are asked first."
_NO_STEPS = "Step against the gradient, and it is drawn here how the output falls."


class BackpropSide(QWidget):
    """Shows the session; what takes long to typeset comes one line a frame, and rests while playing is fast."""

    def __init__(self, context: Context, session: BackpropSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        self._explained: object = None
        self._counted: object = None
        self._fallen: object = None
        self.title = _heading()
        self.step = WorkedLines(context.ticker, 1.05)
        self.more = secondary()
        self.why = secondary()
        self.chosen = _heading()
        self.close_button = IconButton("close", "Explain no value", "Explain no value (Esc in the graph)")
        self.chain_words = secondary()
        self.chain = WorkedLines(context.ticker)
        self.check = secondary()
        self.share = secondary()
        self.counts = NumberTable(COUNT_ROWS)
        self.count_words = secondary()
        self.count_formula = WorkedLines(context.ticker, 0.95)
        self.falls = SeriesPlot(context.themes)
        self.falls.setAccessibleName("The output against gradient steps")
        self.falls.set_log(False, False)
        self.empty = secondary(_NO_STEPS)
        self._lay_out()
        self.close_button.clicked.connect(self._choose_nothing)
        context.themes.changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self) -> None:
        self._show_step()
        self._show_vertex()
        self._show_counts()
        there = bool(self._session.steps.nudges)
        self.falls.setVisible(there)
        self.empty.setVisible(not there)
        if there and self._session.steps is not self._fallen:
            self._fallen = self._session.steps
            self.falls.set_picture(history_picture(self._session))
            self.falls.fit()

    def stop(self) -> None:
        for lines in (self.step, self.chain, self.count_formula):
            lines.stop()

    def _show_step(self) -> None:
        session = self._session
        fast = session.playing and session.experiment.speed > _READABLE
        narration, state = session.narration, session.state
        working = "" if state.working is None else f": {session.computation.vertices[state.working].title}"
        self.title.setText(f"{narration.title}{working}")
        for widget in (self.step, self.more, self.why):
            widget.setVisible(not fast)
        if not fast:
            self.step.set_lines(step_lines(narration), "; ".join(line.text for line in narration.lines))
            say(self.more, more_words(narration))
            say(self.why, why_words(narration))

    def _show_vertex(self) -> None:
        session = self._session
        chosen = session.selected
        self.close_button.setVisible(chosen is not None)
        if chosen is None:
            self._explained = None
            self._explain_nothing("Any value", _NOTHING_CHOSEN)
            return
        computation = session.computation
        asked = not computation.vertices[chosen].is_constant and session.can_step
        if session.asks_first and asked and session.state.adjoints[chosen] is None:
            self._explained = None
            self._explain_nothing(f"The value {computation.vertices[chosen].title}", _ASKED_FIRST)
            return
        last = session.steps.last
        if self._explained == (id(computation), chosen, id(last)):
            return
        self._explained = (id(computation), chosen, id(last))
        inspection = inspect(computation, chosen, last)
        vertex = computation.vertices[chosen]
        self.chosen.setText(f"The value {vertex.title}")
        say(self.chain_words, chain_words(inspection))
        spoken = "" if inspection.chain is None else inspection.chain.text
        self.chain.set_lines(chain_lines(inspection), spoken)
        self.chain.setVisible(inspection.chain is not None)
        say(self.check, "" if inspection.check is None else inspection.check.text)
        say(self.share, share_words(inspection, last))

    def _explain_nothing(self, title: str, why: str) -> None:
        self.chosen.setText(title)
        say(self.chain_words, why)
        for widget in (self.chain, self.check, self.share):
            widget.hide()

    def _show_counts(self) -> None:
        session = self._session
        counts = multiplications(session.computation)
        values = {
            "now": whole(session.state.multiplications),
            "reuse": whole(counts.reuse),
            "afresh": whole(counts.afresh),
            "separately": whole(counts.separately),
            "paths": whole(counts.paths),
        }
        self.counts.synchronize(values)
        key = (session.experiment.text, session.experiment.order)
        if key == self._counted:
            return
        self._counted = key
        cut = session.walk.cut if session.experiment.order is Order.EVERY_PATH else 0
        aside = f" Its first {len(session.walk.events)} steps can be walked here." if cut else ""
        say(self.count_words, f"{counts.text}{aside}")
        self.count_formula.set_lines((rf"\text{{afresh: }} {counts.formula}",), f"Every path afresh: {counts.formula}")

    def _choose_nothing(self) -> None:
        self._session.select(None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.chosen, 1)
        head.addWidget(self.close_button)
        counts = FoldGroup("Multiplications")
        for widget in (self.counts, self.count_formula, self.count_words, secondary(WAYS)):
            counts.add(widget)
        falls = FoldGroup("Output against gradient steps")
        falls.add(self.falls)
        falls.add(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.title, self.step, self.more, self.why):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addLayout(head)
        for widget in (self.chain_words, self.chain, self.check, self.share):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(falls)
        layout.addSpacing(4)
        layout.addWidget(counts)
        layout.addStretch(1)

    def _follow_theme(self) -> None:
        self.falls.setFixedHeight(self._context.themes.px(170))


def _heading() -> QLabel:
    label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", "heading")
    return label
