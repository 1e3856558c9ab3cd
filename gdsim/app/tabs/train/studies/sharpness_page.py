"""The page of sharpness: the number beside the limit of the rate, its history, and two networks side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.series_picture import SeriesPicture, series_range
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.flatness_study import DIRECTIONS, FlatnessStudy
from gdsim.app.tabs.train.studies.page import StudyPage
from gdsim.app.tabs.train.studies.saved_settings import whole_of
from gdsim.app.tabs.train.studies.sharpness_study import SharpnessStudy
from gdsim.app.tabs.train.studies.slice_files import ChartFiles
from gdsim.app.tabs.train.studies.slice_page import fill_combo
from gdsim.app.tabs.train.studies.slice_runs import runs_of
from gdsim.app.widgets.buttons import CheckBox, IconButton, TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.note import Note
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.number_table import NumberRow, NumberTable
from gdsim.app.widgets.progress_line import ProgressLine
from gdsim.app.widgets.registry_combo import ComboBox
from gdsim.app.widgets.rows import FieldRow, say, secondary, stack, titled
from gdsim.core.landscape import Regime

_ABOUT = (
    "Sharpness is the largest curvature of the training loss at the present weights. With a rate above 2/sharpness, "
    "gradient descent overshoots along that direction."
)
ROWS = (
    NumberRow("value", "sharpness", "curvature", main=True,
              help="The largest eigenvalue of the training loss's Hessian, by Lanczos' method."),
    NumberRow("limit", "limit", "step", help="The sharpness at which the learning rate in force is at the edge."),
    NumberRow("product", "rate × sharpness", help="At the edge of stability it is 2 for gradient descent."),
    NumberRow("step", "measured at step", help="While training plays, one measurement follows the other."),
)  # fmt: skip
PAIR_ROWS = (
    NumberRow("runs", "network"),
    NumberRow("sharpness", "sharpness", "curvature", help="The largest curvature of the training loss there."),
    NumberRow("loss", "training loss", "training"),
    NumberRow("validation", "validation loss", "validation"),
    NumberRow("gap", "gap", help="Validation loss less training loss: what the network does worse on unseen points."),
)
_ABOUT_PAIR = (
    f"The training loss along {DIRECTIONS} random directions through each network, each unit's weights moved by up to "
    "their own size: the mean, and dotted the lowest and the highest."
)

_MOST_SEED = 2**32 - 1


class SharpnessPage(StudyPage):
    """Shows a SharpnessStudy and a FlatnessStudy."""

    def __init__(self, context: Context, session: TrainSession) -> None:
        super().__init__()
        self._context, self._session = context, session
        self.study = SharpnessStudy(session, context.ticker, parent=self)
        self.pair = FlatnessStudy(session, context.ticker, parent=self)
        self.numbers = NumberTable(ROWS)
        self.says, self.what, self.pair_says = secondary(), secondary(), secondary()
        self.edge = Note()
        self.scaled = CheckBox(
            "As the optimizer sees it",
            "Measures along gradients divided by their past size, which is what Adam and RMSprop step along",
            checked=True,
        )
        self.trace = TextButton("Measure the run so far", "Trains the run once more and measures on the way")
        self.cancel = TextButton("Cancel", "Stop here; what has been measured stays")
        self.progress = ProgressLine("sharpness along the run")
        self.first_run, self.second_run = ComboBox(), ComboBox()
        self.first_run.setAccessibleName("The first network")
        self.second_run.setAccessibleName("The second network")
        self.seed = NumberField(0.0, 0.0, _MOST_SEED, name="seed of the directions", whole=True)
        self.seed.setToolTip("The same seed draws the same directions.")
        self.dice = IconButton("dice", "New directions", "New directions: the next seed")
        self.run = TextButton("Compare", "Work out what surrounds both networks")
        self.cancel_pair = TextButton("Cancel", "Stop here; what has been found so far stays")
        self.pair_progress = ProgressLine("flat and sharp")
        self.pair_note = Note()
        self.pair_numbers = NumberTable(PAIR_ROWS)
        self.history = _plot(context, "Sharpness and its limit against step", log_y=True)
        self.plots = tuple(_plot(context, f"The loss about the {name} network", False) for name in ("first", "second"))
        self.pair_names = (secondary(), secondary())
        for label in self.pair_names:
            label.setIndent(12)
            label.hide()
            label.setToolTip("Solid: the mean of all directions. Dotted: the highest and the lowest.")
        self.picture = QWidget()
        self._files = ChartFiles(context, self)
        self._lay_out()
        self._connect()

    # What the tab asks for

    def synchronize(self) -> None:
        self.study.synchronize()
        self.pair.synchronize()

    def stepped(self) -> None:
        self.study.stepped()

    def opened(self, on: bool) -> None:
        self.study.turn(on)
        if not on:
            self.pair.cancel()

    def stop(self) -> None:
        self.study.cancel()
        self.pair.cancel()

    def pictures(self) -> Sequence[Picture]:
        panel = self._context.themes.theme.panel
        entries = [("sharpness", "the sharpness", self.history)]
        if self.pair.result:
            entries += [("first", "the first network", self.plots[0]), ("second", "the second network", self.plots[1])]
        return [Picture(name, title, plot.viewport().size(), panel, plot.paint_into) for name, title, plot in entries]

    def table(self) -> Table | None:
        return self.study.table()

    def save_state(self) -> dict[str, Any]:
        return {"seed": self.pair.seed, "scaled": self.scaled.isChecked()}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        seed = whole_of(state, "seed", 0, _MOST_SEED)
        if seed is not None:
            self.pair.set_seed(seed)
        self.scaled.setChecked(state.get("scaled") is not False)

    # Drawing

    def _show(self) -> None:
        study, latest = self.study, self.study.latest
        self.history.set_picture(study.picture())
        self.numbers.set_name("value", study.name)
        self.numbers.set_name("limit", study.limit_name)
        if latest is None:
            self.numbers.synchronize({})
            say(self.says, "")
            self.edge.set_text("")
        else:
            stability = latest.stability
            self.numbers.synchronize({
                "value": latest.found.value,
                "limit": "not known" if math.isnan(latest.limit) else latest.limit,
                "product": stability.product, "step": str(latest.step),
            })  # fmt: skip
            warns = stability.regime in (Regime.EDGE, Regime.BEYOND)
            self.edge.set_text(stability.text if warns else "")
            say(self.says, "" if warns else stability.text)
        self.scaled.setVisible(study.can_scale)
        say(self.what, _what(latest is not None and latest.scaled, study.with_penalty, self._session.optimizer.title))
        self.trace.setEnabled(not study.tracing and self._session.count > 0)
        self.cancel.setVisible(study.tracing)
        self.progress.setVisible(study.tracing)
        self.progress.set_share(study.traced)
        self.history.setAccessibleDescription(self.says.text() or self.edge.text)

    def _show_pair(self) -> None:
        pair = self.pair
        labels = [run.label for run in runs_of(self._session)]
        for combo, label in zip((self.first_run, self.second_run), pair.labels, strict=True):
            fill_combo(combo, labels, label)
        self.seed.set_value(pair.seed)
        self.run.setEnabled(not pair.problem and not pair.running)
        self.cancel_pair.setVisible(pair.running)
        self.pair_progress.setVisible(pair.running)
        self.pair_progress.set_share(pair.done)
        self.pair_note.set_text(pair.note)
        say(self.pair_says, pair.problem or pair.sentence)
        there = len(pair.result) == 2
        self.pair_numbers.setVisible(there)
        self.pair_place.setVisible(there)
        if there:
            self._show_surroundings()

    def _show_surroundings(self) -> None:
        pictures = self.pair.pictures()
        one, other = self.pair.result
        for label, run in zip(self.pair_names, self.pair.runs, strict=True):
            say(label, f"{run.label}; dotted: extremes")
        for plot, picture in zip(self.plots, pictures, strict=True):
            plot.set_picture(picture)
        heights = [series_range(picture)[1] for picture in pictures if picture.series]
        for plot, picture in zip(self.plots, pictures, strict=True):
            if picture.series and len(heights) == 2:  # one scale for both, or the eye compares in vain
                plot.show_range(
                    series_range(picture)[0], (min(low for low, _ in heights), max(high for _, high in heights))
                )
        sharp = [part.sharpness.value if part.sharpness is not None else math.nan for part in (one, other)]
        self.pair_numbers.synchronize({
            "runs": " | ".join(run.label for run in self.pair.runs), "sharpness": _both(*sharp),
            "loss": _both(one.loss, other.loss), "validation": _both(one.validation_loss, other.validation_loss),
            "gap": _both(one.gap, other.gap),
        })  # fmt: skip

    # How it is put together

    def _lay_out(self) -> None:
        pair_heading, history_heading = QLabel("Flat and sharp"), QLabel("Sharpness by step")
        for label in (pair_heading, history_heading):
            label.setProperty("role", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (
            secondary(_ABOUT), self.numbers, self.edge, self.says, self.scaled, self.what,
            _row(self.trace, self.cancel), self.progress, pair_heading, secondary(_ABOUT_PAIR),
            stack(titled("First", self.first_run), titled("Second", self.second_run), spacing=8),
            FieldRow("Seed", self.seed, self.dice), _row(self.run, self.cancel_pair), self.pair_progress,
            self.pair_note, self.pair_numbers, self.pair_says,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        self.pair_place = _row(*self.plots)
        self.pair_place.hide()
        layout = QVBoxLayout(self.picture)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        history_heading.setIndent(12)
        layout.addWidget(history_heading)
        layout.addWidget(self.history, 1)
        layout.addWidget(_row(*self.pair_names))
        layout.addWidget(self.pair_place, 1)

    def _connect(self) -> None:
        self.study.changed.connect(self._show)
        self.pair.changed.connect(self._show_pair)
        self.scaled.toggled.connect(self.study.set_scaled)
        self.trace.clicked.connect(self.study.trace)
        self.cancel.clicked.connect(self.study.cancel)
        self.first_run.activated.connect(self._runs_chosen)
        self.second_run.activated.connect(self._runs_chosen)
        self.seed.entered.connect(self._seed_entered)
        self.seed.edit.returnPressed.connect(self.seed.leave)
        self.dice.clicked.connect(self._next_seed)
        self.run.clicked.connect(self.pair.start)
        self.cancel_pair.clicked.connect(self.pair.cancel)
        files = self._files
        files.offer(self.history, self.history.fit, "sharpness", self.study.table)
        for plot, name in zip(self.plots, ("first", "second"), strict=True):
            files.offer(plot, plot.fit, name, self.pair.table)

    def _runs_chosen(self) -> None:
        self.pair.choose(self.first_run.currentText(), self.second_run.currentText())

    def _seed_entered(self, seed: float) -> None:
        self.pair.set_seed(int(seed))

    def _next_seed(self) -> None:
        self.pair.set_seed((self.pair.seed + 1) % (_MOST_SEED + 1))


def _what(scaled: bool, with_penalty: bool, optimizer: str) -> str:
    """Of which function it is the curvature."""
    of = "Of training loss and L2 penalty together" if with_penalty else "Of the training loss"
    return f"{of}, along gradients as {optimizer} divides them." if scaled else f"{of}."


def _both(one: float, other: float) -> str:
    return f"{_or_dash(one)} | {_or_dash(other)}"


def _or_dash(value: float) -> str:
    return "–" if math.isnan(value) else format_number(value)


def _plot(context: Context, name: str, log_y: bool) -> SeriesPlot:
    plot = SeriesPlot(context.themes)
    plot.set_picture(SeriesPicture())
    plot.set_log(False, log_y)
    plot.setAccessibleName(name)
    return plot


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget, 1)
    return holder
