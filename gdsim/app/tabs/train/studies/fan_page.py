"""What the pages of many trainings share: what it is, the settings, a button, progress with Cancel, and the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.actions import Action
from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.saving import copy_picture, save_picture, save_table
from gdsim.app.tabs.train.pacing import Due
from gdsim.app.tabs.train.studies.fan_fits import FitsPanel
from gdsim.app.tabs.train.studies.fan_study import MOST_STEPS, FanStudy
from gdsim.app.tabs.train.studies.page import StudyPage
from gdsim.app.widgets.buttons import CheckBox, TextButton
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.note import Note
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.progress_line import ProgressLine
from gdsim.app.widgets.rows import FieldRow, say, secondary

_REDRAWN = 0.05  # seconds between two pictures of what is still being computed


class FanPage(StudyPage):
    """A subclass gives its controls to `add_settings`, its charts to `add_all`, and overrides the methods below."""

    picture: FitsPanel

    def __init__(self, context: Context, study: FanStudy, about: str, run: str, picture: FitsPanel) -> None:
        super().__init__()
        self.context, self.study, self.picture = context, study, picture
        study.setParent(self)
        self._run_words = run
        self._open = False
        self._drawn: tuple[object, ...] = ()
        self._heights: dict[MathPlot, int] = {}
        self._turn = 0
        self._due = Due(_REDRAWN)
        self.run_button = TextButton(run, f"{run} from their start, in the background")
        self.cancel_button = TextButton("Cancel", "Stop here; what has been found so far stays")
        self.progress = ProgressLine(run)
        self.problem = QLabel(wordWrap=True)
        self.problem.setProperty("role", "problem")
        self.note = Note()
        self.left_out = secondary()
        self.sentence = QLabel(wordWrap=True)
        self.steps = whole_field(study.steps, 1, MOST_STEPS, "steps", "How many gradient updates each network gets.")
        self.as_run = CheckBox(
            "As many steps as this run", "Each trains as long as this run has; 300 steps while it has made none"
        )
        self.settings = FoldGroup("Settings")
        self.about = secondary(about)
        self._awaited = False
        self.body = QWidget()
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.run_button)
        buttons.addWidget(self.cancel_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.about)
        column.addWidget(self.settings)
        column.addLayout(buttons)
        for widget in (self.left_out, self.progress, self.problem, self.note, self.sentence, self.body):
            column.addWidget(widget)
        column.addStretch(1)
        self.run_button.clicked.connect(study.start)
        self.cancel_button.clicked.connect(self._cancel)
        self.steps.entered.connect(self._steps_entered)
        self.as_run.toggled.connect(self._as_run_toggled)
        study.changed.connect(self._study_changed)
        self.settings.toggled.connect(self._show_fold)
        context.themes.changed.connect(self._follow_theme)

    # What a page decides

    def show_settings(self) -> None:
        """Bring the controls in line with the study, silently."""

    def summary(self) -> str:
        """The settings in a few words: their heading while they are folded."""
        return ""

    def drawings(self) -> Sequence[Callable[[], object]]:
        """What draws the parts of the result; while it is computed they take turns."""
        return ()

    def show_marks(self) -> None:
        """What of the result changes without another result: what is loaded, chosen, or the run's."""

    # For everyone

    def synchronize(self) -> None:
        study = self.study
        self.cancel_button.setVisible(study.running)
        self.progress.setVisible(study.running)
        self.progress.set_share(study.done)
        say(self.problem, study.problem)
        self.note.set_text(study.note)
        say(self.left_out, study.left_out)
        self._show_steps()
        self._fold()
        words = self._run_words if study.result is None else f"{self._run_words} again"
        if self.run_button.text() != words:
            self.run_button.setText(words)
            self.run_button.setAccessibleName(words)
        self.show_settings()
        there = self.has_result()
        self.body.setVisible(there)
        if there:
            self._draw()
            self.show_marks()
        else:
            self._say()

    def stepped(self) -> None:
        self._show_steps()

    def opened(self, on: bool) -> None:
        self._open = on

    def stop(self) -> None:
        self.study.cancel()

    def save_state(self) -> dict[str, Any]:
        return self.study.settings()

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.study.take_settings(state)

    def has_result(self) -> bool:
        """Whether there is something to draw."""
        return self.study.result is not None and bool(self.study.result.known)

    def table(self) -> Table | None:
        return self.study.table()

    def prepare_chart(self, plot: MathPlot, height: int, picture: Callable[[], Picture]) -> None:
        """Give a chart its height, in pixels at a scale of 1, and its context menu."""
        self._heights[plot] = height
        plot.setFixedHeight(self.context.themes.px(height))
        plot.set_menu(
            (
                Action("Copy picture", "", partial(self._copy, picture), "File"),
                Action("Save picture…", "", partial(self._save_picture, picture), "File"),
                Action("Save these results…", "", self._save_table, "File"),
            )
        )

    def picture_of(self, name: str, title: str, plot: MathPlot) -> Picture:
        return Picture(name, title, plot.viewport().size(), self.context.themes.theme.panel, plot.paint_into)

    def add_settings(self, *widgets: QWidget) -> None:
        """A page's own controls, and below them what all have."""
        for widget in (*widgets, FieldRow("Steps", self.steps), self.as_run):
            self.settings.add(widget)

    def add_all(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.content.addWidget(widget)

    # How it is done

    def _draw(self) -> None:
        """All of a result that stands; of one that grows, a part now and then."""
        study, drawings = self.study, self.drawings()
        if study.running:
            if self._due.ask():
                self._turn += 1
                turns = (self._say, *drawings)
                turns[self._turn % len(turns)]()
            self._drawn = ()
            return
        self._say()
        state = (study.result, self.context.themes.theme, self.context.themes.scale)
        if state != self._drawn:
            self._drawn = state
            for draw in drawings:
                draw()

    def _say(self) -> None:
        say(self.sentence, self.study.sentence)

    def _fold(self) -> None:
        """After a run the settings make room for its result."""
        if self.study.running:
            self._awaited = True
        elif self._awaited:
            self._awaited = False
            self.settings.set_open(self.study.result is None)
        self._show_fold()

    def _show_fold(self, *_: object) -> None:
        self.settings.set_title("Settings" if self.settings.open else self.summary())
        self.about.setVisible(self.settings.open)

    def _show_steps(self) -> None:
        study = self.study
        self.steps.set_value(study.steps)
        if self.as_run.isChecked() != study.follows_run:
            self.as_run.blockSignals(True)
            self.as_run.setChecked(study.follows_run)
            self.as_run.blockSignals(False)

    def _study_changed(self) -> None:
        if self._open:
            self.synchronize()

    def _cancel(self) -> None:
        self.study.stop_here()

    def _steps_entered(self, steps: float) -> None:
        self.study.set_steps(int(steps))

    def _as_run_toggled(self, on: bool) -> None:
        self.study.set_steps(None if on else self.study.steps)

    def _copy(self, picture: Callable[[], Picture]) -> None:
        copy_picture(picture(), self.context)

    def _save_picture(self, picture: Callable[[], Picture]) -> None:
        save_picture(picture(), self.context, self)

    def _save_table(self) -> None:
        found = self.table()
        if found is not None:
            save_table(found, self.context, self)

    def _follow_theme(self) -> None:
        for plot, height in self._heights.items():
            plot.setFixedHeight(self.context.themes.px(height))
        if self._open:
            self.synchronize()


def whole_field(value: float, low: float, high: float, name: str, tooltip: str) -> NumberField:
    """A field for a count; after Return the keyboard is the window's again."""
    return number_field(value, low, high, name, tooltip, whole=True)


def number_field(
    value: float, low: float, high: float, name: str, tooltip: str, whole: bool = False
) -> NumberField:  # fmt: skip
    field = NumberField(value, low, high, name=name, whole=whole)
    field.setToolTip(tooltip)
    field.edit.returnPressed.connect(field.leave)
    return field


def heading(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "heading")
    return label


def in_a_row(*widgets: QWidget, stretch: Sequence[int] = ()) -> QWidget:
    """Widgets side by side."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, stretch[number] if number < len(stretch) else 0)
    return holder
