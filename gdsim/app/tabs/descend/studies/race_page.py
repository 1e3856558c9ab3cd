"""The page of the race: who takes part and at which rate, the chart of losses, the sweep, the table, the rule."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pictures import Picture
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.tabs.descend.studies.looks import racer_look, racer_name
from gdsim.app.tabs.descend.studies.page import SizedField, StudyPage, add_all, field_row, heading, secondary
from gdsim.app.tabs.descend.studies.race import LEAST_LEFT, MOST_GRADIENTS, MOST_LEFT, Origin, RaceStudy
from gdsim.app.tabs.descend.studies.rows import Row, RowTable
from gdsim.app.tabs.descend.studies.swatch import LINE, Swatch, SwatchLabel, swatch_icon, swatch_size
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import CheckBox, TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.race import Racer

_ABOUT = "Several optimizers from where the ball is, each with as many gradients."
_HEADINGS = (
    ("rate", "The learning rate of this run"),
    ("arrived", "The step from which on the loss stays at or below the level drawn in the chart"),
    ("final loss", "The loss at the end of the run"),
    ("gradients", "How many gradients the run took; a run that settles needs fewer than it may have"),
)


_ARRIVED = (
    "Of the way from the start's loss down to the lowest, the known minimum or else the lowest of the race,\n"
    "a racer that has arrived has at most so many per cent left, from then on."
)
_HELP = {
    Origin.PANEL: "the panel's",
    Origin.TYPED: "set here",
    Origin.OWN: "its own default, since it makes step lengths itself",
    Origin.USUAL: "the usual one here, since the panel's optimizer makes step lengths itself",
}


class RacePage(StudyPage):
    """Shows a RaceStudy."""

    study: RaceStudy

    def __init__(self, context: Context, study: RaceStudy, parent: QWidget | None = None) -> None:
        run = TextButton("Race", "Run all of them from where the ball is")
        super().__init__(context, study, _ABOUT, run, parent)
        self._shown: tuple[object, ...] = ()
        self.again_text = "Race again"
        self.entries = {key: _Entry(key, study) for key in OPTIMIZERS}
        self.panel_rate = TextButton("Panel's rate for all", "Everybody races at the learning rate of the panel")
        self.usual_rates = TextButton(
            "Usual rates", "Forget the rates set here: all follow the panel's, but for those with one of their own"
        )
        self.rates = secondary("")
        self.choices = FoldGroup("Optimizers and their rates")
        self.summary = secondary("")
        self.edit_button = TextButton("Edit", "Choose who races, at which rate and how long")
        self._awaited = False
        self._panel = study.session.optimizer
        self.tuned = CheckBox(
            "Tune each rate by one sweep",
            "Every optimizer tries the same rates, with the same number of gradients each,\nand races at its best.",
        )
        self.budget = SizedField(study.budget, 1, MOST_GRADIENTS, name="gradients for each", whole=True)
        self.tolerance = SizedField(
            100.0 * study.tolerance, LEAST_LEFT, MOST_LEFT, name="arrived with so many per cent of the way down left"
        )
        self.losses = SeriesPlot(context.themes)
        self.losses.setAccessibleName("Loss against step, for each racer")
        self.log_steps = CheckBox(
            "log step", "Shows steps by powers of ten; the start, step 0, is left out", checked=True
        )
        self.log_losses = CheckBox("log loss", "Shows losses by powers of ten", checked=True)
        self.sweeps = SeriesPlot(context.themes)
        self.sweeps.setAccessibleName("Final loss against learning rate, for each racer")
        self.sweep_part = QWidget()
        self.sweep_names = _Names()
        self.ranking = RowTable(_HEADINGS, name="Results of the race", stacked=True)
        self.rule = secondary("")
        self.whole_rule = secondary("")
        self.whole = FoldGroup("The rule in full", open=False)
        self.whole.add(self.whole_rule)
        self._lay_out()
        self._connect()
        self._size()

    def show_settings(self) -> None:
        study = self.study
        racing = study.racing
        for key, entry in self.entries.items():
            entry.synchronize(key in racing)
        self.usual_rates.setVisible(study.has_own_rates and not study.tuned)
        self.panel_rate.setVisible(not study.all_at_panel_rate and not study.tuned)
        self.rates.setText(study.rates_in_words)
        self.summary.setText(study.summary)
        self.budget.set_value(study.budget)
        self.tolerance.set_value(float(f"{100.0 * study.tolerance:.12g}"))
        if self.tuned.isChecked() != study.tuned:
            self.tuned.blockSignals(True)
            self.tuned.setChecked(study.tuned)
            self.tuned.blockSignals(False)
        self.run_button.setEnabled(bool(racing))
        if study.running:
            self._awaited = True
        elif self._awaited:
            self._awaited = False
            self._fold(self.has_result())

    def _fold(self, folded: bool) -> None:
        """After a race the list of entrants makes room for the result."""
        self.choices.set_open(not folded)
        self._show_fold()

    def _show_fold(self, *_: object) -> None:
        folded = not self.choices.open
        for part in (self.summary, self.edit_button):
            part.setVisible(folded)
        self.about.setVisible(not folded)

    def _edit(self) -> None:
        self._fold(False)
        self.run_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def has_result(self) -> bool:
        result = self.study.result
        return self.study.fits_function and result is not None and bool(result.racers or result.sweeps)

    def show_result(self) -> None:
        result, themes = self.study.result, theme_manager()
        assert result is not None
        shown = (tuple(racer.run for racer in result.racers), len(result.sweeps), themes.theme.name, themes.scale)
        if shown == self._shown:
            return
        self._shown = shown
        self.losses.set_picture(self.study.losses())
        self.sweep_part.setVisible(bool(result.sweeps))
        if result.sweeps:
            self.sweeps.set_picture(self.study.sweeps())
            self.sweep_names.show_names([sweep.key for sweep in result.sweeps])
        self.ranking.synchronize([_row(racer) for racer in result.ranking])
        self.losses.setAccessibleDescription("; ".join(row.title + ": " + row.cells[2] for row in self.ranking.rows))
        self.rule.setText(result.short_rule)
        self.whole_rule.setText(result.rule)

    def waiting_text(self) -> str:
        if not self.study.racing:
            return "Tick at least one optimizer above."
        return "The losses step by step and who arrives first will be here. Press Race."

    def pictures(self) -> Sequence[Picture]:
        if not self.has_result():
            return ()
        losses = self.picture_of("race", "the losses of the race", self.losses)
        assert self.study.result is not None
        if not self.study.result.sweeps:
            return (losses,)
        return losses, self.picture_of("race-sweep", "the sweep of learning rates", self.sweeps)

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for entry in self.entries.values():
            column.addWidget(entry)
        rate_buttons = QWidget()
        beside = QHBoxLayout(rate_buttons)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(8)
        beside.addWidget(self.panel_rate)
        beside.addWidget(self.usual_rates)
        beside.addStretch(1)
        row = field_row("Gradients for each", self.budget, "How many gradients, and so steps, each may use.")
        arrived = field_row("Arrived: % left", self.tolerance, _ARRIVED)
        for part in (inner, self.rates, rate_buttons, self.tuned, row, arrived):
            self.choices.add(part)
        add_all(self.settings, self.choices, self.summary)
        self.buttons.insertWidget(self.buttons.count() - 1, self.edit_button)
        self._show_fold()
        switches = QHBoxLayout()
        switches.addWidget(self.log_steps)
        switches.addWidget(self.log_losses)
        switches.addStretch(1)
        sweep = QVBoxLayout(self.sweep_part)
        sweep.setContentsMargins(0, 0, 0, 0)
        sweep.setSpacing(4)
        add_all(sweep, heading("Final loss against rate"), self.sweeps, self.sweep_names,
                secondary("Ringed is the rate it races at. At a gap in a line, the run failed."))  # fmt: skip
        self.content.addLayout(switches)
        add_all(self.content, self.losses, self.rule, self.ranking, self.sweep_part, self.whole)

    def _connect(self) -> None:
        self.budget.entered.connect(self._budget_entered)
        self.tolerance.entered.connect(self._tolerance_entered)
        self.tuned.toggled.connect(self.study.set_tuned)
        self.panel_rate.clicked.connect(self.study.use_panel_rate)
        self.usual_rates.clicked.connect(self.study.forget_rates)
        self.choices.toggled.connect(self._show_fold)
        self.edit_button.clicked.connect(self._edit)
        self.study.session.changed.connect(self._follow_panel)
        self.log_steps.toggled.connect(self._axes_switched)
        self.log_losses.toggled.connect(self._axes_switched)
        self.chart_menu(self.losses, self._losses_picture, self.study.loss_table, "the losses of the race")
        self.chart_menu(self.sweeps, self._sweeps_picture, self.study.sweep_table, "the sweep of learning rates")

    def _follow_panel(self) -> None:
        """What is said of rates names the panel's, even where the race itself is the same as before."""
        if self.study.session.optimizer != self._panel:
            self._panel = self.study.session.optimizer
            self.synchronize()

    def _budget_entered(self, gradients: float) -> None:
        self.study.set_budget(int(gradients))

    def _tolerance_entered(self, percent: float) -> None:
        self.study.set_tolerance(percent / 100.0)

    def _axes_switched(self) -> None:
        self.losses.set_log(self.log_steps.isChecked(), self.log_losses.isChecked())

    def _losses_picture(self) -> Picture:
        return self.picture_of("race", "the losses of the race", self.losses)

    def _sweeps_picture(self) -> Picture:
        return self.picture_of("race-sweep", "the sweep of learning rates", self.sweeps)

    def _size(self) -> None:
        for chart in (self.losses, self.sweeps):
            chart.setFixedHeight(theme_manager().px(220))

    def _follow_theme(self) -> None:
        self._size()
        super()._follow_theme()


class _Names(QWidget):
    """Which line is whose, in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[SwatchLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.text() for _, label in self._lines if not label.isHidden())

    def show_names(self, keys: Sequence[str]) -> None:
        """Those of these optimizers."""
        while len(self._lines) < len(keys):
            row, column = divmod(len(self._lines), 2)
            line = SwatchLabel(), QLabel(wordWrap=True)  # two names side by side must not widen the whole column
            self._lines.append(line)
            for place, widget in enumerate(line):
                self._grid.addWidget(widget, row, 2 * column + place, Qt.AlignmentFlag.AlignVCenter)
        for number, (swatch, label) in enumerate(self._lines):
            there = number < len(keys)
            swatch.setVisible(there)
            label.setVisible(there)
            if there:
                swatch.set_swatch(Swatch(LINE, racer_look(keys[number], theme_manager().theme)))
                label.setText(racer_name(keys[number]))


class _Entry(QWidget):
    """One optimizer: whether it takes part, how it is drawn, at which rate."""

    def __init__(self, key: str, study: RaceStudy) -> None:
        super().__init__()
        self.key, self._study = key, study
        kind = OPTIMIZERS[key]
        spec = next(spec for spec in params_of(kind()) if spec.name == "lr")
        self.box = CheckBox(racer_name(key), f"{kind.title}. {kind.about}")
        self.rate = SizedField(1.0, spec.low, spec.high, name=f"learning rate of {kind.title}", width=68)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.box, 1)
        top.addWidget(self.rate)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.rate.problem)
        self.box.toggled.connect(self._toggled)
        self.rate.entered.connect(self._rate_entered)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self, racing: bool) -> None:
        if self.box.isChecked() != racing:
            self.box.blockSignals(True)
            self.box.setChecked(racing)
            self.box.blockSignals(False)
        self.rate.set_value(self._study.entrant(self.key).lr)
        self.rate.setToolTip(
            f"Learning rate of {OPTIMIZERS[self.key].title}: {_HELP[self._study.rate_origin(self.key)]}"
        )
        self.rate.setEnabled(racing and not self._study.tuned)

    def _toggled(self, on: bool) -> None:
        self._study.set_racing(self.key, on)

    def _rate_entered(self, rate: float) -> None:
        self._study.set_rate(self.key, rate)

    def _follow_theme(self) -> None:
        swatch = Swatch(LINE, racer_look(self.key, theme_manager().theme))
        self.box.setIcon(swatch_icon(swatch, self.devicePixelRatioF()))
        self.box.setIconSize(QSize(swatch_size(swatch)))


def _row(racer: Racer) -> Row:
    """A racer's line of the table."""
    failed = bool(racer.failure)
    arrived = "failed" if failed else "–" if racer.to_tolerance is None else str(racer.to_tolerance)
    final = format_number(racer.final) if math.isfinite(racer.final) else "undefined"
    beside = [f"{count} {what}" for count, what in ((racer.values, "values"), (racer.hessians, "Hessians")) if count]
    parts = []
    if beside:
        parts.append(f"and {' and '.join(beside)} beside the gradients")
    if failed:
        parts.append(racer.failure)
    return Row(
        racer.title,
        (format_number(racer.optimizer.lr, trim=True), arrived, final, str(racer.gradients)),
        Swatch(LINE, racer_look(racer.key, theme_manager().theme)),
        "; ".join(parts),
    )
