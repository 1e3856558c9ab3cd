"""The page of the loss slice: which directions, what is coloured, the numbers at the point, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.loss_slice_picture import path_words
from gdsim.app.plots.loss_slice_plot import LossSlicePlot
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.page import StudyPage
from gdsim.app.tabs.train.studies.saved_settings import whole_of
from gdsim.app.tabs.train.studies.slice_files import ChartFiles
from gdsim.app.tabs.train.studies.slice_line import LineStudy
from gdsim.app.tabs.train.studies.slice_names import parameter_label
from gdsim.app.tabs.train.studies.slice_plane import Kind
from gdsim.app.tabs.train.studies.slice_readings import LOSS, QUANTITIES, SliceReadings
from gdsim.app.tabs.train.studies.slice_runs import runs_of
from gdsim.app.tabs.train.studies.slice_study import SliceStudy
from gdsim.app.widgets.buttons import IconButton, TextButton
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.note import Note
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.number_table import NumberRow, NumberTable
from gdsim.app.widgets.progress_line import ProgressLine
from gdsim.app.widgets.registry_combo import ComboBox
from gdsim.app.widgets.rows import FieldRow, say, secondary, stack, titled

_ABOUT = (
    "The loss of this very network over a plane through its weights. Drag the point: the fit and the diagram follow. "
    "Change a weight on the diagram: the point moves."
)
_LINE = "line"
_KINDS = (
    (Kind.WEIGHTS, "Two weights"),
    (Kind.RANDOM, "Two random directions"),
    (Kind.PRINCIPAL, "Main directions of the path"),
    (_LINE, "Line between two runs"),
)
ROWS = (
    NumberRow("loss", "training loss", "training", main=True, help="At the point, without penalty."),
    NumberRow("penalty", "penalty", "penalty", help="What L1 and L2 add for the size of the weights."),
    NumberRow("validation", "validation loss", "validation", help="At the point, on points that are held out."),
    NumberRow("training", "loss where training is", help="The training loss, while the point is elsewhere."),
)
LINE_ROWS = (
    NumberRow("loss", "training loss", "training", help="At the two ends of the line."),
    NumberRow("penalty", "penalty (broken line)", "penalty"),
    NumberRow("sum", "sum", "text"),
    NumberRow("validation", "validation (dotted)", "validation"),
)
_MOST_SEED = 2**32 - 1


class SlicePage(StudyPage):
    """Shows a SliceStudy, or a LineStudy in its place."""

    def __init__(self, context: Context, session: TrainSession) -> None:
        super().__init__()
        self._context, self._session = context, session
        self.study = SliceStudy(session, context.ticker, parent=self)
        self.line = LineStudy(session, context.ticker, parent=self)
        self.plot = LossSlicePlot(context.themes)
        self.plot.setAccessibleName("The training loss over a plane through the weights")
        self.curve = SeriesPlot(context.themes)
        self.curve.set_log(False, False)
        self.curve.setAccessibleName("The loss along the line between two runs")
        self.picture = QStackedWidget()
        self.picture.addWidget(self.plot)
        self.picture.addWidget(self.curve)
        self.kinds = _combo(_KINDS, "Directions of the slice")
        self.quantities = _combo(QUANTITIES, "What is coloured")
        self.picks = tuple(
            TextButton("", "Press, then click a connection on the diagram: it becomes this direction") for _ in (0, 1)
        )
        for button in self.picks:
            button.setCheckable(True)
        self.seed = NumberField(0.0, 0.0, _MOST_SEED, name="seed of the directions", whole=True)
        self.seed.setToolTip("The same seed draws the same directions.")
        self.dice = IconButton("dice", "New directions", "New directions: the next seed")
        self.first_run, self.second_run = ComboBox(), ComboBox()
        self.first_run.setAccessibleName("Where the line begins")
        self.second_run.setAccessibleName("Where the line ends")
        self.held, self.says, self.path_says = secondary(), secondary(), secondary()
        self.table_of_numbers, self.table_of_ends = NumberTable(ROWS), NumberTable(LINE_ROWS)
        self.take = TextButton("Take up from here", "Training goes on from these weights; Ctrl+Z undoes it")
        self.back = TextButton("Put it back", "The weights go back to where training is (Esc)")
        self.cancel = TextButton("Cancel", "Stop here; what is drawn so far stays")
        self.again = TextButton("Draw again", "Work out what was cancelled")
        self.progress = ProgressLine("the slice")
        self.note = Note()
        self.problem = secondary()
        self.readings = SliceReadings(self.study)
        self._files = ChartFiles(context, self)
        self._lay_out()
        self._connect()

    # What the tab asks for

    def synchronize(self) -> None:
        self.study.synchronize()
        if self.on_line:
            self.line.synchronize()

    def stepped(self) -> None:
        if not self.on_line:
            self.study.stepped()
        else:
            self._show()

    def opened(self, on: bool) -> None:
        self.study.turn(on)
        if not on:
            self.line.leave()
            self._leave_point()

    def stop(self) -> None:
        self.study.rest()
        self.line.cancel()
        self._session.put_back()

    def pictures(self) -> Sequence[Picture]:
        panel = self._context.themes.theme.panel
        plots = (("slice", "the loss slice", self.plot), ("line", "the line between runs", self.curve))
        return [Picture(name, title, plot.viewport().size(), panel, plot.paint_into) for name, title, plot in plots]

    def table(self) -> Table | None:
        return self.line.table() if self.on_line else self.readings.table()

    def save_state(self) -> dict[str, Any]:
        choice = self.study.choice
        return {
            "directions": self.kinds.currentData(), "weights": list(choice.picks), "seed": choice.seed,
            "coloured": self.quantities.currentData(),
        }  # fmt: skip

    def restore_state(self, state: Mapping[str, Any]) -> None:
        choice = self.study.choice
        seed, weights = whole_of(state, "seed", 0, _MOST_SEED), state.get("weights")
        choice.seed = choice.seed if seed is None else seed
        if isinstance(weights, Sequence) and len(weights) == 2:
            self.study.take_picks(weights)
        for combo, name in ((self.kinds, "directions"), (self.quantities, "coloured")):
            combo.setCurrentIndex(max(0, combo.findData(state.get(name))))
        if not self.on_line:
            choice.kind = Kind(self.kinds.currentData())
        choice.begin_anew()
        self.study.synchronize()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.synchronize()  # work rested while another tab was open

    # Drawing

    @property
    def on_line(self) -> bool:
        """Whether the line between two runs is shown in place of a plane."""
        return bool(self.kinds.currentData() == _LINE)

    def _show(self) -> None:
        self._show_controls()
        if self.on_line:
            self.curve.set_picture(self.line.picture())
            self.table_of_ends.synchronize(self.line.values())
            say(self.says, self.line.problem or self.line.sentence)
            self.note.set_text(self.line.note if not self.line.running else "")
            self.curve.setAccessibleDescription(self.says.text())
        else:
            self._show_slice()

    def _show_controls(self) -> None:
        session, study, line = self._session, self.study, self.on_line
        self.picture.setCurrentWidget(self.curve if line else self.plot)
        self.weights_row.setVisible(not line and study.choice.kind is Kind.WEIGHTS)
        self.seed_row.setVisible(not line and study.choice.kind is Kind.RANDOM)
        self.runs_row.setVisible(line)
        self.plane_part.setVisible(not line)
        self.seed.set_value(study.choice.seed)
        if study.choice.kind is Kind.WEIGHTS and not line:
            for which, button in enumerate(self.picks):
                name = f"{('Across', 'Up')[which]}: {parameter_label(session.scene, study.choice.picks[which])}"
                if button.text() != name:
                    button.setText(name)
                    button.setAccessibleName(name)
                button.setChecked(study.armed == which)
        if line:
            labels = [run.label for run in runs_of(session)]
            for combo, label in zip((self.first_run, self.second_run), self.line.labels, strict=True):
                fill_combo(combo, labels, label)
        self.says.setVisible(line)
        self.table_of_ends.setVisible(line and self.line.result is not None)

    def _show_slice(self) -> None:
        session, study = self._session, self.study
        height, moved = study.height, session.preview is not None
        has_penalty = bool(session.trainer.settings.l1 or session.trainer.settings.l2)
        self.quantity_row.setVisible(has_penalty)
        say(self.problem, study.choice.problem)
        say(self.held, study.plane.held if study.plane is not None else "")
        self.table_of_numbers.synchronize({
            "loss": height.loss, "penalty": height.penalty,
            "validation": height.validation_loss if session.trainer.validation is not None else "no points held out",
            "training": session.trainer.loss,
        })  # fmt: skip
        for button in (self.take, self.back):
            button.setEnabled(moved)
        stale = not (study.current or study.running or session.playing) and study.result is not None
        self.note.set_text(f"Drawn for the weights or the penalty of step {study.made_for}." if stale else "")
        self.progress.setVisible(study.running)
        self.cancel.setVisible(study.running)
        self.again.setVisible(stale or study.path.given_up)
        self.progress.set_share(study.done)
        picture = self.readings.picture(self.quantity)
        say(self.path_says, path_words(picture.path, picture.away))
        self.plot.set_picture(picture)
        self.plot.setAccessibleDescription(
            f"The point is at {format_number(picture.x)}, {format_number(picture.y)}; {picture.title} "
            f"{format_number(picture.value)}."
        )

    @property
    def quantity(self) -> str:
        """What is coloured; without a penalty only the loss is worth it."""
        settings = self._session.trainer.settings
        return str(self.quantities.currentData()) if settings.l1 or settings.l2 else LOSS

    def _words_at(self, x: float, y: float) -> str:
        return self.readings.words_at(x, y, self.quantity)

    # How it is put together

    def _lay_out(self) -> None:
        self.weights_row = stack(
            *self.picks, secondary("Click a connection on the diagram: it takes the place that is pressed."), spacing=4
        )
        self.seed_row = FieldRow("Seed", self.seed, self.dice)
        self.runs_row = stack(titled("From", self.first_run), titled("To", self.second_run), spacing=8)
        self.quantity_row = titled("Show", self.quantities)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(4)
        buttons.addWidget(self.take, 1)
        buttons.addWidget(self.back, 1)
        held = QWidget()
        held.setLayout(buttons)
        running = QHBoxLayout()
        running.setContentsMargins(0, 0, 0, 0)
        running.addWidget(self.progress, 1)
        running.addWidget(self.cancel)
        running.addWidget(self.again)
        busy = QWidget()
        busy.setLayout(running)
        heading = QLabel("At the point")
        heading.setProperty("role", "heading")
        self.plane_part = stack(
            self.quantity_row, self.problem, self.held, self.path_says, heading, self.table_of_numbers, held, busy,
            spacing=8,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (
            secondary(_ABOUT), titled("Directions", self.kinds), self.weights_row, self.seed_row, self.runs_row,
            self.plane_part, self.table_of_ends, self.says, self.note,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)

    def _connect(self) -> None:
        session, study = self._session, self.study
        study.changed.connect(self._show)
        self.line.changed.connect(self._show)
        session.previewed.connect(self._previewed)
        self._context.themes.changed.connect(self._recoloured)
        self.kinds.activated.connect(self._kind_chosen)
        self.quantities.activated.connect(self._show)
        for which, button in enumerate(self.picks):
            button.clicked.connect(partial(self._armed, which))
        self.seed.entered.connect(self._seed_entered)
        self.seed.edit.returnPressed.connect(self.seed.leave)
        self.dice.clicked.connect(self._next_seed)
        self.first_run.activated.connect(self._runs_chosen)
        self.second_run.activated.connect(self._runs_chosen)
        self.take.clicked.connect(session.take_up)
        self.back.clicked.connect(session.put_back)
        self.cancel.clicked.connect(study.cancel)
        self.again.clicked.connect(study.draw_again)
        self.plot.set_describe(self._words_at)
        self.plot.dragged.connect(study.move)
        self.plot.dropped.connect(study.move)
        self.plot.zoomed.connect(study.show_window)
        self.plot.refused.connect(session.put_back)
        self._files.offer(self.plot, self.plot.fit, "slice", self.readings.table)
        self._files.offer(self.curve, self.curve.fit, "line", self.line.table)

    def _previewed(self) -> None:
        if self.study.open and not self.on_line:
            self._show_slice()

    def _recoloured(self) -> None:
        if self.study.open:  # else its plane may be that of another network
            self._show()

    def _kind_chosen(self) -> None:
        if self.on_line:
            self._leave_point()
            self.study.cancel()
            self.line.synchronize()
        else:
            self.line.leave()
            self.study.choose(Kind(self.kinds.currentData()))
            self._show()

    def _leave_point(self) -> None:
        """Nothing but the slice shows what was dragged, so it goes back, which is said."""
        if self._session.preview is not None:
            self._session.put_back()
            self._context.notices.say("The point was put back: the weights are again those that training reached.")

    def _armed(self, which: int, _checked: bool = False) -> None:
        self.study.arm(which)

    def _seed_entered(self, seed: float) -> None:
        self.study.set_seed(int(seed))

    def _next_seed(self) -> None:
        self.study.set_seed((self.study.choice.seed + 1) % (_MOST_SEED + 1))

    def _runs_chosen(self) -> None:
        self.line.choose(self.first_run.currentText(), self.second_run.currentText())


def _combo(entries: Sequence[tuple[str, str]], name: str) -> ComboBox:
    combo = ComboBox()
    combo.setAccessibleName(name)
    for key, title in entries:
        combo.addItem(title, key)
    return combo


def fill_combo(combo: ComboBox, labels: Sequence[str], chosen: str) -> None:
    """These entries with this one chosen, silently."""
    with QSignalBlocker(combo):
        if [combo.itemText(i) for i in range(combo.count())] != list(labels):
            combo.clear()
            combo.addItems(list(labels))
        combo.setCurrentText(chosen)
