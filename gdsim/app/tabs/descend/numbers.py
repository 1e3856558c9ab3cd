"""The right column of Descend: numbers, loss against step, the update rule with its numbers put in."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.actions import Action
from gdsim.app.context import Context
from gdsim.app.later import later
from gdsim.app.pieces import make_all
from gdsim.app.tabs.descend.plain_rule import in_plain_words, wrapped_latex
from gdsim.app.tabs.descend.readings import (
    ROWS,
    derivative_latex,
    formula_lines,
    limit_name,
    losses_of,
    numbers_of,
    worked_lines,
)
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.widgets.number_table import NumberTable

if TYPE_CHECKING:
    from gdsim.app.plots.loss_plot import LossPlot

_TOLD_EVERY = 0.2  # seconds between two plain texts of the worked rule while it plays fast
_LETTER = 9.5  # px, about the width of a letter of a formula
_SECONDARY = 12 / 13  # of the text size
_READABLE = 5.0  # steps a second; beyond, nobody reads the worked rule, and setting it costs up to 0.1 s


class DescendNumbers(QWidget):
    """Shows the session; while the ball is dragged the worked rule is text, and while it plays fast that is made anew
    only a few times a second.
    """

    picked = Signal(int)
    """A step was chosen in the chart."""

    def __init__(
        self, context: Context, session: DescendSession, parent: QWidget | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._clock = clock
        self._context, self._session = context, session
        self._formula = ""
        self._gradient_lines: tuple[str, ...] = ()
        self._log_choice: bool | None = None
        self._told_at = -math.inf
        self._worked_lines: tuple[str, ...] = ()
        self._wrapped_for = 0  # columns
        self.table = NumberTable(ROWS)
        self._surface_table: NumberTable | None = None  # made when the first surface is shown
        self._losses: LossPlot | None = None
        self._menu: tuple[Action, ...] = ()
        self.log = QCheckBox("Log axis")
        self.log.setToolTip("Shows the loss by powers of ten: a steady rate of descent becomes a straight line")
        self.rule = FormulaLines(1.1)
        self.derivative = FormulaLines(1.0, "gradient")
        self.too_long = _secondary("")
        self.too_long.setWordWrap(True)
        self.too_long.hide()
        self.worked_title = _secondary("")
        self.worked = FormulaLines(1.0)
        self.told = QLabel(wordWrap=True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.hide()
        for lines in (self.derivative, self.worked):
            policy = lines.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            lines.setSizePolicy(policy)
        self.log.toggled.connect(self._log_toggled)
        self._lay_out()
        context.themes.changed.connect(self._follow_theme)
        self._follow_theme()
        later.do(self, self._make_chart)

    @property
    def losses(self) -> LossPlot:
        """The chart; at the start of the program it is made after the first picture, or when it is asked for."""
        if self._losses is None:
            from gdsim.app.plots.loss_plot import LossPlot

            self._losses = LossPlot(self._context.themes)
            self._losses.setAccessibleName("Loss against step")
            self._losses.picked.connect(self.picked)
            self._losses.set_menu(self._menu)
            self._place.layout().addWidget(self._losses)
        return self._losses

    @property
    def surface_table(self) -> NumberTable:
        """In place of the curve's table while a surface is shown."""
        if self._surface_table is None:
            from gdsim.app.tabs.descend.surface_readings import SURFACE_ROWS

            self._surface_table = NumberTable(SURFACE_ROWS)
            self.layout().insertWidget(1, self._surface_table)
        return self._surface_table

    def set_menu(self, actions: tuple[Action, ...]) -> None:
        """What a right click on the chart offers."""
        self._menu = actions
        if self._losses is not None:
            self._losses.set_menu(actions)

    def _make_chart(self) -> None:
        self.losses.show()
        self._show_losses()

    @property
    def log_choice(self) -> bool | None:
        """Whether the user wants a logarithmic axis; None while it follows the losses."""
        return self._log_choice

    def choose_log(self, choice: bool | None) -> None:
        self._log_choice = choice
        if choice is not None:
            self._set_log(choice)

    def _log_toggled(self, log: bool) -> None:
        self._log_choice = log
        if self._losses is not None:
            self._losses.set_log(log)

    def _set_log(self, log: bool) -> None:
        self.log.blockSignals(True)
        self.log.setChecked(log)
        self.log.blockSignals(False)

    def _show_losses(self) -> None:
        if self._losses is None:
            return
        from gdsim.app.plots.loss_picture import wants_log

        picture = losses_of(self._session, self.log.isChecked())
        if self._log_choice is None and wants_log(picture, picture.log) != picture.log:
            self._set_log(not picture.log)
            picture = replace(picture, log=not picture.log)
        self._losses.set_picture(picture)

    def synchronize(self, typing: bool = False) -> None:
        """While a formula is being typed, what takes long to typeset waits."""
        session = self._session
        curve = session.experiment.dim == 1
        table = self.table if curve else self.surface_table
        self.table.setVisible(curve)
        if self._surface_table is not None:
            self._surface_table.setVisible(not curve)
        table.set_name("limit", limit_name(session.optimizer) or "rate limit")
        table.synchronize(numbers_of(session) if curve else self._surface_numbers())
        self._show_losses()
        self.rule.set_latex(session.optimizer.latex, f"The rule of {session.optimizer.title}")
        if not typing and self._formula != session.experiment.formula:
            self._formula = session.experiment.formula
            self._gradient_lines, words = ((derivative_latex(session),), "") if curve else self._gradient()
            spoken = "The derivative" if curve else "The gradient"
            self.derivative.set_in_turn(self._gradient_lines, spoken, self._context.ticker)
            self.too_long.setText(words)
            self.too_long.setVisible(bool(self.too_long.text()))
        self.derivative.setVisible(self._formula == session.experiment.formula and any(self._gradient_lines))
        fast = session.playing and session.experiment.speed > _READABLE
        resting = session.preview is None and not fast and not typing
        self.worked.setVisible(resting)
        self.told.setVisible(not resting and not typing)
        if typing:
            self.worked_title.setText("with its numbers, once it rests")
            return
        lines = worked_lines(session)
        self.worked_title.setText("with the numbers of this step:" if lines else "no step here: there is no value")
        if resting:
            self._told_at = -math.inf
            self._wrap(lines)
        elif session.preview is not None or self._clock() >= self._told_at + _TOLD_EVERY:
            self.told.setText("\n".join(map(in_plain_words, lines)))
            self._told_at = self._clock()

    def _surface_numbers(self) -> dict[str, float | str]:
        from gdsim.app.tabs.descend.surface_readings import surface_numbers

        return {**numbers_of(self._session), **surface_numbers(self._session)}

    def _gradient(self) -> tuple[tuple[str, ...], str]:
        """The gradient of a surface in lines, or in words where it is too long."""
        from gdsim.app.tabs.descend.surface_readings import gradient_latex, gradient_words

        return gradient_latex(self._session), gradient_words(self._session)

    def _wrap(self, lines: tuple[str, ...]) -> None:
        """Typeset the worked rule in lines that fit the width of now."""
        self._worked_lines, self._wrapped_for = lines, self._columns
        worked = tuple(itertools.chain.from_iterable(wrapped_latex(line, self._columns) for line in lines))
        self.worked.set_in_turn(worked, "The rule with the numbers of this step", self._context.ticker)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The width is known only now; lines that were broken for another are broken anew."""
        super().resizeEvent(event)
        if self._worked_lines and self._columns != self._wrapped_for:
            self._context.ticker.pull(self._wrapping_again(), owner=self)

    def _wrapping_again(self) -> Iterator[None]:
        """In a turn of its own: the resize may come from the typesetting that would be given up."""
        yield
        if self._worked_lines and self._columns != self._wrapped_for:
            self._wrap(self._worked_lines)

    @property
    def _columns(self) -> int:
        """About how many letters of a formula fit beside one another."""
        return max(24, round(self.width() / (_LETTER * self._context.themes.scale)))

    def _lay_out(self) -> None:
        chart_head = QHBoxLayout()
        chart_head.addWidget(_heading("Loss against step"))
        chart_head.addStretch(1)
        chart_head.addWidget(self.log)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table)
        layout.addSpacing(8)
        layout.addLayout(chart_head)
        self._place = _Place()
        inside = QVBoxLayout(self._place)
        inside.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._place, 10)
        layout.addSpacing(8)
        layout.addWidget(_heading("Update rule"))
        layout.addWidget(self.rule)
        layout.addWidget(self.derivative)
        layout.addWidget(self.too_long)
        layout.addWidget(self.worked_title)
        layout.addWidget(self.told)
        layout.addWidget(self.worked)
        layout.addStretch(1)

    def _follow_theme(self) -> None:
        self._place.setMinimumHeight(self._context.themes.px(180))
        self._place.setMaximumHeight(self._context.themes.px(400))


class _Place(QWidget):
    """Where the chart is or will be: as high without it, so that nothing moves when it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(256, 280)


class FormulaLines(QWidget):
    """A formula of several lines, each as large as its own width allows and never too small to read."""

    def __init__(self, scale: float, colour: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale, self._colour = scale, colour
        self._lines: list[FormulaWindow] = []
        self.latex = ""
        self.lines: tuple[str, ...] = ()
        self._asked: tuple[str, ...] = ()
        self._job: Job | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)

    def set_latex(self, latex: str, spoken: str) -> None:
        self.latex = latex
        self.set_lines(formula_lines(latex), spoken)

    def set_lines(self, lines: tuple[str, ...], spoken: str) -> None:
        if self._asks_for_others(lines):
            make_all(self._set(lines, spoken))

    def set_in_turn(self, lines: tuple[str, ...], spoken: str, ticker: Ticker) -> None:
        """Set one line a frame, since that takes as long as a frame has, and then show them all."""
        if self._asks_for_others(lines):
            if lines:
                self._job = ticker.pull(self._set(lines, spoken), owner=self)
            else:
                make_all(self._set(lines, spoken))

    def _asks_for_others(self, lines: tuple[str, ...]) -> bool:
        """Whether these are not the ones that are shown or about to be; then what is under way is given up."""
        if lines == self._asked:
            return False
        self._asked = lines
        if self._job is not None:
            self._job.cancel()
        return True

    def _set(self, lines: tuple[str, ...], spoken: str) -> Iterator[None]:
        self.lines = lines
        while len(self._lines) < len(lines):
            # Never below the size of secondary text: a longer line scrolls sideways.
            label = FormulaLabel(scale=self._scale, colour=self._colour, smallest=_SECONDARY / self._scale)
            self._lines.append(FormulaWindow(label, keeps_room=False))
            self._column.addWidget(self._lines[-1])
        for window, line in zip(self._lines, lines, strict=False):
            window.label.prepare(rf"\,{line}")
            yield
        for window, line in itertools.zip_longest(self._lines, lines, fillvalue=""):  # together, as they are one rule
            window.setVisible(bool(line))
            window.set_latex(rf"\,{line}" if line else "", spoken)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def _secondary(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    return label
