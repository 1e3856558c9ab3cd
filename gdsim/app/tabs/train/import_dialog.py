"""Asks what the columns of a table are, beside a preview of how it was understood, and says what will come of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.tabs.train.columns import ColumnChoice
from gdsim.app.tabs.train.experiment import MOST_POINTS, Experiment, check_drawable
from gdsim.app.tabs.train.table_preview import TablePreview
from gdsim.app.tabs.train.words import constant_words, counts_words
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Job
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.progress_line import ProgressLine
from gdsim.app.widgets.registry_combo import ComboBox
from gdsim.app.widgets.rows import say, secondary, titled
from gdsim.core.csv_table import DELIMITERS, Table, TableProblem, left_out, read_in_pieces, table_to_data
from gdsim.core.datasets import Data

_THIN, _SPLIT = 4, 5  # random streams of their own, beside those that make_data draws from
_DECIMALS = {".": "Point", ",": "Comma"}
_HEADERS = {True: "Names", False: "Data"}
_MOST_NOTES = 6


class ImportDialog(QDialog):
    """`imported(data, name)` hands on points that can be trained with."""

    imported = Signal(object, str)

    def __init__(self, name: str, context: Context, experiment: Experiment, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Open {name}")
        self._name, self._context, self._experiment = name, context, experiment
        self._source = b""
        self._table: Table | None = None
        self._data: Data | None = None
        self._job: Job | None = None
        self._problem = ""
        self._table_again: Table | None = None
        self.delimiter = _combo("Columns are separated by", {key: f"{word[:1].upper()}{word[1:]}" for key, word in
                                                             DELIMITERS.items()})  # fmt: skip
        self.decimal = _combo("Decimal sign", _DECIMALS)
        self.header = _combo("The first line holds", _HEADERS)
        self._layout_choice = (self.delimiter, self.decimal, self.header)
        self.preview = TablePreview()
        self.columns = ColumnChoice()
        self.notes = secondary()
        self.outcome = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.problem = secondary()
        self.problem.setProperty("role", "problem")
        self.progress = ProgressLine("reading the file")
        self.cancel_button = TextButton("Cancel")
        self.import_button = TextButton("Import", "Train on these points", primary=True)
        self._lay_out()
        for combo in self._layout_choice:
            combo.setEnabled(False)
        self._enable(False)
        say(self.outcome, f"Reading {name} …")
        for combo in self._layout_choice:
            combo.activated.connect(self._read_again)
        self.columns.changed.connect(self._consider)
        self.cancel_button.clicked.connect(self.reject)
        self.import_button.clicked.connect(self._import)
        self.finished.connect(self._stop)

    @property
    def data(self) -> Data | None:
        """What Import would hand on; None while that is impossible."""
        return self._data

    def set_share(self, share: float) -> None:
        """How far the file is read."""
        self.progress.set_share(share)
        self.progress.show()

    def setting_table(self, source: bytes, table: Table) -> Iterator[None]:
        """The file was read: show it, and choose what is likely; a piece at each pull."""
        self._source, self._table, self._data = source, table, None
        self.progress.hide()
        self.preview.set_table(table, (), "")
        yield
        layout = table.layout
        for combo, value in (
            (self.delimiter, layout.delimiter), (self.decimal, layout.decimal), (self.header, layout.header),
        ):  # fmt: skip
            combo.setCurrentIndex(combo.findData(value))
            combo.setEnabled(True)
        self._enable(True)
        self.columns.set_table(table)
        yield
        self._consider()

    # How it is done

    def _consider(self) -> None:
        """What comes of the choice."""
        table, columns = self._table, self.columns
        self._data, problem, lacking = None, "", ""
        try:
            found = table_to_data(table, columns.inputs, columns.target, columns.kind)
            check_drawable(found)
            lacking = left_out(table, columns.inputs, columns.target)
            self._data = ready(found, self._experiment)
        except (TableProblem, ValueError) as error:
            problem = sentence(error)
        self.preview.set_table(table, columns.inputs, columns.target)
        constant = "" if self._data is None else constant_words(found.input_names, self._data.training_set.inputs)
        notes = [note for note in (constant, *table.notes, lacking) if note]
        if len(notes) > _MOST_NOTES:
            notes[_MOST_NOTES - 1 :] = [f"… and {len(notes) - _MOST_NOTES + 1} more remarks of this kind."]
        say(self.notes, "\n".join(notes))
        say(self.outcome, "" if self._data is None else outcome_words(found, self._data))
        say(self.problem, problem)
        self.import_button.setEnabled(self._data is not None)

    def _read_again(self) -> None:
        """Under the layout that was chosen."""
        self._stop()
        self._problem, self._table_again = "", None
        self._enable(False)
        self._job = self._context.ticker.pull(self._reading(), done=self._was_read, progress=self.set_share)

    def _reading(self) -> Iterator[float]:
        try:
            for reading in read_in_pieces(
                self._source, delimiter=self.delimiter.currentData(), decimal=self.decimal.currentData(),
                header=self.header.currentData(),
            ):  # fmt: skip
                self._table_again = reading.table
                yield reading.share
        except TableProblem as problem:
            self._problem = sentence(problem)

    def _was_read(self) -> None:
        self._job = None
        if self._table_again is not None:
            self._job = self._context.ticker.pull(self.setting_table(self._source, self._table_again))
            return
        self.progress.hide()
        self._data = None
        say(self.outcome, "")
        say(self.notes, "")
        say(self.problem, self._problem)

    def _enable(self, on: bool) -> None:
        """While the file is not understood there is nothing to choose from."""
        self.preview.setEnabled(on)
        self.columns.setEnabled(on)
        self.import_button.setEnabled(on and self._data is not None)

    def _import(self) -> None:
        if self._data is not None:
            self.imported.emit(self._data, self._name)
            self.accept()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _lay_out(self) -> None:
        understood = QHBoxLayout()
        understood.setSpacing(12)
        for title, combo in (
            ("Columns are separated by", self.delimiter), ("Decimal sign", self.decimal),
            ("The first line holds", self.header),
        ):  # fmt: skip
            understood.addWidget(titled(title, combo), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.progress, 1, Qt.AlignmentFlag.AlignVCenter)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.import_button)
        for label in (self.notes, self.outcome, self.problem):
            label.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(understood)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.columns)
        for label in (self.notes, self.problem, self.outcome):
            layout.addWidget(label)
        layout.addLayout(buttons)
        themes = theme_manager()
        self.resize(themes.px(620), themes.px(600))


def ready(data: Data, experiment: Experiment) -> Data:
    """At most MOST_POINTS of the points, some held out as far as the table doesn't say which."""
    seed = experiment.data_seed
    thinned = data.thinned(MOST_POINTS, np.random.default_rng([seed, _THIN]))
    if data.validation.any():
        return thinned
    return thinned.split(experiment.spec.validation_share, np.random.default_rng([seed, _SPLIT]))


def sentence(error: Exception) -> str:
    """What went wrong, with a capital and a full stop."""
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def outcome_words(found: Data, made: Data) -> str:
    """What Import would train on."""
    kind = f"{found.classes} classes" if found.classes else f"values of {found.target_name}"
    text = f"{counts_words(made)[:-1]}: {kind}."
    if len(made) < len(found):
        text = f"{len(found):,} points, of which {len(made):,} drawn at random are used. {text}"
    if found.validation.any():
        text += " The column validation says which are held out."
    if found.dim > 2:
        text += " The picture shows the first two inputs; the others stand at their mean."
    return text


def _combo(name: str, choices: dict[str, str] | dict[bool, str]) -> ComboBox:
    combo = ComboBox()
    combo.setAccessibleName(name)
    for value, title in choices.items():
        combo.addItem(title, value)
    combo.setCurrentIndex(-1)
    return combo
