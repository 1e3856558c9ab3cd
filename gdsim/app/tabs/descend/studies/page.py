"""What the pages of all studies have in common: what it is, a button, progress with Cancel, a note, the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.actions import Action
from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.saving import copy_picture, save_picture, save_table
from gdsim.app.tabs.descend.studies.study import Study
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.note import Note
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.progress_line import ProgressLine


class StudyPage(QWidget):
    """Shows a study; hidden, it rests.  A subclass fills `settings` and `content` and overrides the methods below."""

    def __init__(
        self, context: Context, study: Study, about: str, run: TextButton, parent: QWidget | None = None
    ) -> None:
        """`about` says what this is for, `run` is the button that begins."""
        super().__init__(parent)
        self.context, self.study, self.run_button = context, study, run
        self._stale = True
        self._first_text = run.text()
        self.again_text = "Run again"
        """What the button says when there is a result that is not that of the settings of now."""
        self.about = secondary(about)
        self.cancel_button = TextButton("Cancel", "Stop here; what has been found so far stays")
        self.progress = ProgressLine(run.text())
        self.note = Note()
        self.left_out = secondary("")
        self.problem = QLabel(wordWrap=True)
        self.problem.setProperty("role", "problem")
        self.settings = QVBoxLayout()
        self.settings.setSpacing(8)
        self.body = QWidget()
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(8)
        self.empty = QLabel(wordWrap=True)
        self.empty.setProperty("role", "muted")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addWidget(self.run_button)
        self.buttons.addWidget(self.cancel_button)
        self.buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.about)
        layout.addLayout(self.settings)
        layout.addLayout(self.buttons)
        for widget in (self.left_out, self.progress, self.problem, self.note, self.empty, self.body):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.run_button.clicked.connect(self._run)
        self.cancel_button.clicked.connect(study.cancel)
        study.changed.connect(self.synchronize)
        theme_manager().changed.connect(self._follow_theme)

    # What a page decides

    def show_settings(self) -> None:
        """Bring the controls in line with the study, silently."""

    def show_result(self) -> None:
        """Bring the content in line with the study's result."""

    def has_result(self) -> bool:
        """Whether there is something to show of the result; that of another function is folded away."""
        return self.study.fits_function

    def waiting_text(self) -> str:
        """What would be here and how to get it."""
        return ""

    def pictures(self) -> Sequence[Picture]:
        """What can be saved or copied as a picture."""
        return ()

    def table(self) -> Table | None:
        """What can be saved as a table."""
        return self.study.table()

    # For everyone

    def synchronize(self) -> None:
        """Show the study as it is, as soon as somebody looks."""
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        study = self.study
        self.cancel_button.setVisible(study.running)
        self.progress.setVisible(study.running)
        self.progress.set_share(study.done)
        self.problem.setText(study.problem)
        self.problem.setVisible(bool(study.problem))
        self.note.set_text(study.note)
        self.left_out.setText(study.left_out)
        self.left_out.setVisible(bool(study.left_out))
        again = study.fits_function and study.outdated and not study.running
        self.run_button.setText(self.again_text if again else self._first_text)
        self.run_button.setAccessibleName(self.run_button.text())
        self.show_settings()
        there = self.has_result()
        self.body.setVisible(there)
        self.empty.setText("" if there else "Working on it…" if study.running else self.waiting_text())
        self.empty.setVisible(bool(self.empty.text()))
        if there:
            self.show_result()

    def chart_menu(
        self, plot: MathPlot, picture: Callable[[], Picture], table: Callable[[], Table | None], what: str
    ) -> None:
        """Give a chart its context menu; `what` names the table."""
        plot.set_menu(
            (
                Action("Fit", "", plot.fit, "View"),  # type: ignore[attr-defined]
                Action("Copy picture", "", partial(self._copy, picture), "File"),
                Action("Save picture…", "", partial(self._save_picture, picture), "File"),
                Action(f"Save {what}…", "", partial(self._save_table, table), "File"),
            )
        )

    def picture_of(self, name: str, title: str, plot: MathPlot) -> Picture:
        return Picture(name, title, plot.viewport().size(), self.context.themes.theme.panel, plot.paint_into)

    def _run(self) -> None:
        self.study.start()

    def _copy(self, picture: Callable[[], Picture]) -> None:
        copy_picture(picture(), self.context)

    def _save_picture(self, picture: Callable[[], Picture]) -> None:
        save_picture(picture(), self.context, self)

    def _save_table(self, table: Callable[[], Table | None]) -> None:
        found = table()
        if found is not None:
            save_table(found, self.context, self)

    def _follow_theme(self) -> None:
        self.synchronize()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.synchronize()


def secondary(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "secondary")
    return label


def heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def field_row(title: str, field: NumberField, tooltip: str) -> QWidget:
    """A title on the left, a field of one number on the right, its complaint below."""
    row = QWidget()
    top = QHBoxLayout()
    top.setSpacing(8)
    label = QLabel(title)
    label.setBuddy(field.edit)
    top.addWidget(label, 1, Qt.AlignmentFlag.AlignVCenter)
    top.addWidget(field)
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addLayout(top)
    column.addWidget(field.problem)
    for widget in (label, field):
        widget.setToolTip(tooltip)
    return row


def add_all(layout: QBoxLayout, *parts: QWidget | int) -> None:
    """Widgets and, as numbers, spaces."""
    for part in parts:
        layout.addSpacing(part) if isinstance(part, int) else layout.addWidget(part)


class SizedField(NumberField):
    """A number field of a fixed width, which follows the type size."""

    def __init__(
        self, value: float, low: float, high: float, *, name: str, whole: bool = False, width: int = 84
    ) -> None:
        super().__init__(value, low, high, name=name, whole=whole)
        self._width = width
        # After Return the keyboard is the window's again: Space plays, the arrows step.
        self.edit.returnPressed.connect(self.leave)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def _follow_theme(self) -> None:
        self.edit.setFixedWidth(theme_manager().px(self._width))
