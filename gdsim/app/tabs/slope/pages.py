"""The pages on the right of the Slope tab: algebra of the limit, table of slopes, error against Δx, rules."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gdsim.app.context import Context
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.plots.text import power_of_ten
from gdsim.app.tabs.slope.derivation_view import DerivationView
from gdsim.app.tabs.slope.fitting import fitting
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.tabs.slope.typeset import TypesetLine, TypesetLines
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Job
from gdsim.app.widgets.note import Note
from gdsim.app.widgets.rows import say, secondary
from gdsim.core.slope import ErrorChart, derive, error_chart, limit_algebra, slope_table

_MOST_DIGITS, _FEWEST_DIGITS = 6, 2
_CELL_MARGIN = 18  # px, what a cell keeps free at its sides
_LATER = "…"


class SlopePage(QWidget):
    """`synchronize` is only called while the page is seen and the points rest, `wait` while they do not."""

    def synchronize(self) -> None: ...

    def wait(self) -> None:
        """Show no number that belongs to another x or Δx than those of now."""

    def stop(self) -> None:
        """Cancel what is under way."""


class AlgebraPage(SlopePage):
    """f(x + Δx) expanded, minus f(x), over Δx, and the limit, each line with the numbers of now.

    What cannot be multiplied out has its limit in numbers instead.
    """

    def __init__(self, context: Context, session: SlopeSession) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[str, float, float] | None = None
        self.lines = TypesetLines(context.ticker)
        self.end = secondary()
        self.why = secondary()
        self.numbers = TablePage(session)
        layout = _column(self)
        layout.addWidget(self.why)
        layout.addWidget(self.numbers)
        layout.addWidget(self.lines)
        layout.addWidget(self.end)

    def synchronize(self) -> None:
        session = self._session
        found = limit_algebra(session.expression, session.x, session.dx)
        say(self.why, "" if found.exists else found.text)
        say(self.end, found.text if found.exists else "")
        self.numbers.setVisible(not found.exists)
        if not found.exists:
            self.numbers.synchronize()
        self.lines.setVisible(found.exists)
        self.lines.set_lines([
            TypesetLine(
                words=line.words, formulas=(" ".join(row.replace("&", "").strip() for row in line.rows),
                                            rf"\quad {line.numbers}"),
                tokens=("text", "muted"), spoken=f"{line.words} {line.latex}", passing=(1,),
            )
            for line in found.lines
        ])  # fmt: skip
        self._shown = self._moment()
        self.lines.blank(False)

    def wait(self) -> None:
        stale = self._shown != self._moment()
        self.lines.blank(stale)
        self.numbers.wait()
        for label in (self.end, self.why):
            if stale:
                label.setText(label.text() and _LATER)

    def _moment(self) -> tuple[str, float, float]:
        session = self._session
        return session.experiment.formula, session.x, session.dx

    def stop(self) -> None:
        self.lines.stop()


class TablePage(SlopePage):
    """Δx against slope from both sides, down to 10⁻¹⁶."""

    HEADER = ("|Δx|", "to the right", "to the left")

    def __init__(self, session: SlopeSession) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[str, float] | None = None
        self._rows: list[tuple[str, float | None, float | None]] = []
        self.table = QTableWidget(0, len(self.HEADER))
        self.table.setHorizontalHeaderLabels(self.HEADER)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setTabKeyNavigation(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.table.setAccessibleName("Slope of the secant for ever smaller Δx, from both sides")
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.words = secondary()
        self.heading = secondary("Slope of the secant, with Δx to either side")
        layout = _column(self)
        layout.addWidget(self.heading)
        layout.addWidget(self.table)
        layout.addWidget(self.words)

    def synchronize(self) -> None:
        session = self._session
        wanted = (session.experiment.formula, session.x)
        if wanted == self._shown:
            return
        self._shown = wanted
        derivative = session.here.derivative
        sides = [slope_table(session.expression, session.x, derivative, sign) for sign in (1, -1)]
        self._rows = [
            (power_of_ten(round(math.log10(right.dx))), right.slope, left.slope)
            for right, left in zip(*sides, strict=True)
        ]
        some = any(math.isfinite(row.slope) for side in sides for row in side)
        self.heading.setVisible(some)
        self.table.setVisible(some)
        self._fill()
        self._fit()
        say(self.words, _table_words(sides[0], session.here.text))

    def wait(self) -> None:
        if self._rows and self._shown != (self._session.experiment.formula, self._session.x):
            self._shown, self._rows = None, [(power, None, None) for power, _, _ in self._rows]
            self._fill()
            self.words.setText(_LATER)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        """With as many digits as the columns have room for: a number cut short is another one."""
        self.table.setRowCount(len(self._rows))
        room = [self.table.columnWidth(column) - theme_manager().px(_CELL_MARGIN) for column in (1, 2)]
        for number, (power, *slopes) in enumerate(self._rows):
            cells = [power, *(self._written(slope, width) for slope, width in zip(slopes, room, strict=True))]
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.table.setItem(number, column, item)

    def _written(self, slope: float | None, room: int) -> str:
        if slope is None:
            return _LATER
        return fitting(slope, self.table.fontMetrics().horizontalAdvance, room, _MOST_DIGITS, _FEWEST_DIGITS)

    def _fit(self) -> None:
        """As high as its rows: the column scrolls, not the table."""
        rows = sum(self.table.rowHeight(number) for number in range(self.table.rowCount()))
        self.table.setFixedHeight(rows + self.table.horizontalHeader().sizeHint().height() + 4)


def _table_words(rows: tuple, here: str) -> str:
    errors = [row.error for row in rows]
    if not any(math.isfinite(error) for error in errors):
        return here
    best = rows[int(np.nanargmin(errors))]
    return (
        f"{here} To the right the nearest is Δx = {power_of_ten(round(math.log10(best.dx)))}; "
        "below it round-off takes over."
    )


class ErrorPage(SlopePage):
    """|difference quotient − derivative| against Δx on logarithmic axes."""

    def __init__(self, context: Context, session: SlopeSession) -> None:
        super().__init__()
        self._context, self._session = context, session
        self._shown: tuple[str, float] | None = None
        self._job: Job | None = None
        self.chart: ErrorChart | None = None
        self.plot = SeriesPlot(context.themes)
        self.plot.setAccessibleName("Error of the difference quotient against Δx")
        self.note = Note()
        self.legend = QLabel(textFormat=Qt.TextFormat.RichText)
        self.words = [secondary() for _ in range(5)]
        layout = _column(self)
        layout.addWidget(self.note)
        layout.addWidget(self.legend)
        layout.addWidget(self.plot)
        for label in self.words:
            layout.addWidget(label)
        context.themes.changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self) -> None:
        wanted = (self._session.experiment.formula, self._session.x)
        if wanted != self._shown:
            self._shown = wanted
            self.stop()
            self._job = self._context.ticker.pull(self._compute(), owner=self)

    def wait(self) -> None:
        if self._shown is not None and self._shown != (self._session.experiment.formula, self._session.x):
            self.stop()
            self._shown = self.chart = None
            self.plot.set_picture(replace(self.plot.picture, series=(), level=math.nan, empty=_LATER))
            self.note.set_text("")
            for label in self.words:
                label.setText(label.text() and _LATER)

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _compute(self) -> Iterator[None]:
        """In a frame of its own: the reference values take forty digits."""
        yield
        self.chart = chart = error_chart(self._session.expression, self._session.x)
        self._job = None
        self.note.set_text("" if chart.methods else chart.text)
        for widget in (self.legend, self.plot):
            widget.setVisible(bool(chart.methods))
        self.plot.set_picture(error_picture(chart))
        texts = (chart.text, *(method.text for method in chart.methods), chart.truncation, chart.round_off)
        for label, text in zip(self.words, (*texts, "", "") if chart.methods else ("",) * 5, strict=False):
            say(label, text)
        self.plot.setAccessibleDescription(chart.text)

    def _follow_theme(self) -> None:
        themes = self._context.themes
        self.plot.setFixedHeight(themes.px(260))
        shown = (("●", "step", "forward"), ("■", "curvature", "central"), ("○", "text", "best Δx"))
        self.legend.setText("&nbsp;&nbsp; ".join(
            f'<span style="color:{themes.theme.colour(token)}">{mark}</span>&nbsp;{name}' for mark, token, name in shown
        ))  # fmt: skip


_LOOKS = (("forward", "step", (), "disc"), ("central", "curvature", (6.0, 3.0), "square"))


def error_picture(chart: ErrorChart) -> SeriesPicture:
    """Both differences with their best Δx ringed, and automatic differentiation as the flat line."""
    series = []
    for method, (label, colour, dashes, marker) in zip(chart.methods, _LOOKS, strict=False):
        known = np.isfinite(method.errors)
        chosen = (len(chart.dx) - 1 - int(np.nanargmin(method.errors)),) if known.any() else ()
        series.append(Series(chart.dx[::-1], method.errors[::-1], colour, label, dashes, marker, chosen))
    level = chart.autodiff_error if chart.methods else math.nan
    return SeriesPicture(
        tuple(series),
        "Δx",
        "|error of the slope|",
        level=level,
        level_label="automatic differentiation",
        all_seen=True,
    )


class RulesPage(SlopePage):
    """The derivative of the formula, one rule at a time."""

    def __init__(self, context: Context, session: SlopeSession) -> None:
        super().__init__()
        self._session = session
        self._formula = ""
        self.view = DerivationView(context.ticker)
        layout = _column(self)
        layout.addWidget(self.view)

    def synchronize(self) -> None:
        formula = self._session.experiment.formula
        if formula != self._formula:
            self._formula = formula
            self.view.set_derivation(derive(self._session.expression, "x"), self._session.expression.to_latex())

    def stop(self) -> None:
        self.view.stop()


def _column(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    return layout
