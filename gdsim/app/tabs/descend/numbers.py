"""The right column of Descend: numbers, loss against step, the update rule with its numbers put in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.plots.loss_plot import LossPlot
from gdsim.app.tabs.descend.readings import ROWS, derivative_latex, formula_lines, limit_name, losses_of, numbers_of
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.surface_readings import SURFACE_ROWS, gradient_latex, surface_numbers
from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.number_table import NumberTable

_READABLE = 5.0  # steps a second; beyond, nobody reads the worked rule, and setting it costs up to 0.1 s


class DescendNumbers(QWidget):
    """Shows the session; the worked rule rests while the ball is dragged or plays fast."""

    def __init__(self, context: Context, session: DescendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        self._formula = ""
        self.table = NumberTable(ROWS)
        self.surface_table = NumberTable(SURFACE_ROWS)
        self.losses = LossPlot(context.themes)
        self.losses.setAccessibleName("Loss against step")
        self.log = QCheckBox("Log axis")
        self.log.setToolTip("Shows the loss by powers of ten: a steady rate of descent becomes a straight line")
        self.rule = FormulaLines(1.1)
        self.derivative = FormulaLines(1.0, "gradient")
        self.worked_title = _secondary("")
        self.worked = FormulaLines(1.0)
        for lines in (self.derivative, self.worked):
            policy = lines.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            lines.setSizePolicy(policy)
        self.log.toggled.connect(self.losses.set_log)
        self._lay_out()
        context.themes.changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self, typing: bool = False) -> None:
        """While a formula is being typed, what takes long to typeset waits."""
        session = self._session
        curve = session.experiment.dim == 1
        table = self.table if curve else self.surface_table
        self.table.setVisible(curve)
        self.surface_table.setVisible(not curve)
        table.set_name("limit", limit_name(session.optimizer) or "rate limit")
        table.synchronize(numbers_of(session) if curve else {**numbers_of(session), **surface_numbers(session)})
        self.losses.set_picture(losses_of(session, self.log.isChecked()))
        self.rule.set_latex(session.optimizer.latex, f"The rule of {session.optimizer.title}")
        if not typing and self._formula != session.experiment.formula:
            self._formula = session.experiment.formula
            lines = (derivative_latex(session),) if curve else gradient_latex(session)
            self.derivative.set_lines(lines, "The derivative" if curve else "The gradient")
        self.derivative.setVisible(self._formula == session.experiment.formula and any(self.derivative.lines))
        fast = session.playing and session.experiment.speed > _READABLE
        resting = session.preview is None and not fast and not typing
        self.worked.setVisible(resting)
        self.worked_title.setText("with the numbers of this step:" if resting else "with its numbers, once it rests")
        if resting:
            lines = session.run.optimizer.lines(session.step)
            worked = tuple(line.replace("&", "") for line in lines if line)
            self.worked.set_in_turn(worked, "The rule with the numbers of this step", self._context.ticker)

    def _lay_out(self) -> None:
        chart_head = QHBoxLayout()
        chart_head.addWidget(_heading("Loss against step"))
        chart_head.addStretch(1)
        chart_head.addWidget(self.log)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table)
        layout.addWidget(self.surface_table)
        layout.addSpacing(8)
        layout.addLayout(chart_head)
        layout.addWidget(self.losses, 10)
        layout.addSpacing(8)
        layout.addWidget(_heading("Update rule"))
        layout.addWidget(self.rule)
        layout.addWidget(self.derivative)
        layout.addWidget(self.worked_title)
        layout.addWidget(self.worked)
        layout.addStretch(1)

    def _follow_theme(self) -> None:
        self.losses.setMinimumHeight(self._context.themes.px(180))
        self.losses.setMaximumHeight(self._context.themes.px(400))


class FormulaLines(QWidget):
    """A formula of several lines, each as large as its own width allows."""

    def __init__(self, scale: float, colour: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale, self._colour = scale, colour
        self._lines: list[FormulaLabel] = []
        self.latex = ""
        self.lines: tuple[str, ...] = ()
        self._job: Job | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)

    def set_latex(self, latex: str, spoken: str) -> None:
        self.latex = latex
        self.set_lines(formula_lines(latex), spoken)

    def set_lines(self, lines: tuple[str, ...], spoken: str) -> None:
        if lines != self.lines:
            for _ in self._set(lines, spoken):
                pass

    def set_in_turn(self, lines: tuple[str, ...], spoken: str, ticker: Ticker) -> None:
        """One line a frame, since setting one takes as long as a frame has."""
        if lines != self.lines:
            if self._job is not None:
                self._job.cancel()
            self._job = ticker.pull(self._set(lines, spoken))

    def _set(self, lines: tuple[str, ...], spoken: str) -> Iterator[None]:
        self.lines = lines
        while len(self._lines) < len(lines):
            self._lines.append(FormulaLabel(scale=self._scale, colour=self._colour))
            self._column.addWidget(self._lines[-1])
        for label, line in itertools.zip_longest(self._lines, lines, fillvalue=""):
            label.setVisible(bool(line))
            label.set_latex(rf"\,{line}" if line else "", spoken)
            yield


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _secondary(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    return label
