"""What the network is to learn: a dataset, a formula or a table, with its noise, labels and split."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.words import about_words, counts_words, scaling_words, standardizing_helps, warnings_of
from gdsim.app.widgets.buttons import CheckBox, IconButton, TextButton
from gdsim.app.widgets.formula_edit import FormulaEdit
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.grouped_combo import Choice, GroupedCombo
from gdsim.app.widgets.note import Note
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.param_panel import ParamPanel
from gdsim.app.widgets.rows import FieldRow, say, secondary, stack, subgroup
from gdsim.core.csv_table import SAMPLES
from gdsim.core.datasets import DATASETS, FORMULA, DataSpec
from gdsim.core.expression import ParseError, parse
from gdsim.core.params import params_of

TABLE = "table"
_SAMPLE = "sample "
_MOST_SEED = 2**32 - 1


@dataclass(frozen=True)
class _Problem:
    """What a formula edit shows of a formula that can be read and yet not be used."""

    message: str
    column: int


class DataPanel(QWidget):
    """Other data begin anew.  `table_wanted` asks for a file of the user's, `sample_wanted` for a shipped table."""

    table_wanted = Signal()
    sample_wanted = Signal(str)

    def __init__(self, context: Context, session: TrainSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.dataset = GroupedCombo(_choices(), name="Data")
        self.about = secondary()
        self.truth = FormulaLabel(colour="muted")
        self.formula = FormulaEdit(
            self._objection, prefix="y =", name="Formula to learn, of x or of x and y", typeset=_typeset,
            ticker=context.ticker,
        )  # fmt: skip
        self._in_force = ""
        spec = session.experiment.spec
        self.points = _panel(spec, "n", "noise")
        self.labels = _panel(spec, "wrong_labels")
        self.outliers = _panel(spec, "outliers")
        self.distance = _panel(spec, "outlier_size")
        self.split = _panel(spec, "validation_share")
        self.domain = _panel(spec, "low", "high")
        self.panels = (self.points, self.domain, self.labels, self.outliers, self.distance, self.split)
        self.seed = NumberField(0.0, 0.0, _MOST_SEED, name="seed of the points", whole=True)
        self.seed.setToolTip("The same seed draws the same points.")
        self.dice = IconButton("dice", "New points", "New points: the next seed")
        self.scaled = CheckBox("Standardize features", "Subtract the mean and divide by the deviation")
        self.scaling = secondary()
        self.counts = secondary()
        self.warnings = Note()
        self.warnings.label.setProperty("role", "secondary")
        self.remedy = TextButton("Standardize features", "Subtract the mean and divide by the deviation; begins anew")
        self.seed_row = FieldRow("Seed", self.seed, self.dice)
        self.more = subgroup("Split, labels and scaling")
        self._lay_out()
        self._connect()

    def synchronize(self) -> None:
        session, experiment = self._session, self._session.experiment
        entry, spec, data = experiment.entry, experiment.spec, session.data
        typed = entry is not None and spec.dataset == FORMULA
        self._show_name(spec.dataset if entry is not None else _sample_of(experiment.name), experiment.name)
        say(self.about, about_words(experiment))
        self.truth.set_latex(entry.latex if entry is not None and not typed else "")
        self.truth.setVisible(bool(self.truth.latex))
        self.formula.setVisible(typed)
        if typed:
            self._show_formula(spec.formula)
        for panel in self.panels:
            panel.set_instance(spec)
        made = entry is not None
        classes = made and entry.kind == "classification"
        self.points.setVisible(made)
        self.domain.setVisible(typed)
        self.labels.setVisible(classes)
        self.outliers.setVisible(made and not classes)
        self.distance.setVisible(made and not classes and spec.outliers > 0)
        self.seed.set_value(experiment.data_seed)
        self.scaled.blockSignals(True)
        self.scaled.setChecked(experiment.scaled)
        self.scaled.blockSignals(False)
        self.scaling.setText(scaling_words(experiment))
        self.counts.setText(counts_words(data))
        self.warnings.set_text("\n".join(warnings_of(session.scene)))
        self.remedy.setVisible(standardizing_helps(session.scene))

    def _show_formula(self, text: str) -> None:
        """What is being typed stays, and what was typed wrong stays until another formula is in force."""
        wrong = bool(self.formula.edit.property("wrong")) and text == self._in_force
        self._in_force = text
        if not (wrong or self.formula.typing or self.formula.text() == text):
            self.formula.set_text(text)

    def _show_name(self, key: str | None, name: str) -> None:
        """The entry of the list, or what the user's own points are called."""
        self.dataset.setPlaceholderText(name or "Own points")
        self.dataset.set_key(key)
        if key is None:
            self.dataset.setToolTip(self.dataset.placeholderText())
            self.dataset.setAccessibleName(f"Data: {self.dataset.placeholderText()}")

    def stop(self) -> None:
        """Wait for no more typing."""
        self.formula.stop()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.labels, self.outliers, self.distance, self.split, self.seed_row):
            self.more.add(part)
        self.more.add(stack(self.scaled, self.scaling))
        for part in (
            stack(self.dataset, self.about, self.truth), self.formula, self.domain, self.points, self.counts,
            self.warnings, self.remedy, self.more,
        ):  # fmt: skip
            layout.addWidget(part)

    def _connect(self) -> None:
        session = self._session
        self.dataset.chosen.connect(self._chosen)
        self.formula.paused.connect(self._take_formula)
        self.formula.edit.editingFinished.connect(self._finish_formula)
        for panel in self.panels:
            panel.changed.connect(self._take_spec)
        self.seed.entered.connect(lambda seed: session.set_data_seed(int(seed)))
        self.dice.clicked.connect(self._next_seed)
        self.scaled.toggled.connect(session.set_scaled)
        self.remedy.clicked.connect(self._standardize)

    def _chosen(self, key: str) -> None:
        if key == TABLE:
            self.synchronize()  # until a table is opened, the data are what they were
            self.table_wanted.emit()
        elif key.startswith(_SAMPLE):
            self.sample_wanted.emit(key.removeprefix(_SAMPLE))
        else:
            self._session.set_dataset(key)

    def _standardize(self) -> None:
        self._session.set_scaled(True)

    def _objection(self, text: str) -> ParseError | _Problem | None:
        error = self._session.check_formula(text)
        return error if error is None or isinstance(error, ParseError) else _Problem(str(error), 0)

    def _take_formula(self) -> None:
        text = self.formula.text()
        if self._objection(text) is None:
            self._session.set_formula(text)

    def _finish_formula(self) -> None:
        """Return and leaving the field don't wait for a pause."""
        self.formula.stop()
        if self.formula.isVisibleTo(self) and self.formula.text() != self._session.experiment.spec.formula:
            self._take_formula()
        self._session.finish_formula()

    def _take_spec(self, spec: DataSpec) -> None:
        panel = self.sender()
        if self._session.experiment.own is not None:
            self._session.split_own(spec.validation_share)
            return
        self._session.set_data(spec, " ".join(panel.names()))

    def _next_seed(self) -> None:
        self._session.set_data_seed((self._session.experiment.data_seed + 1) % (_MOST_SEED + 1))


def _panel(spec: DataSpec, *shown: str) -> ParamPanel:
    """Some of the fields of a DataSpec."""
    return ParamPanel(spec, leave_out=tuple(one.name for one in params_of(spec) if one.name not in shown))


def _choices() -> dict[str, dict[str, Choice]]:
    groups: dict[str, dict[str, Choice]] = {}
    for key, entry in DATASETS.items():
        heading = "Classes" if entry.kind == "classification" else "Curves" if entry.dim == 1 else "Surfaces"
        groups.setdefault(heading, {})[key] = Choice(entry.title, entry.about)
    groups["Measured and simulated"] = {
        _SAMPLE + key: Choice(sample.title, f"{sample.about}\n{sample.source}") for key, sample in SAMPLES.items()
    }
    groups["Your own"] = {
        FORMULA: Choice("Own formula", "Points drawn from a formula of x, or of x and y, that you type"),
        TABLE: Choice("Own table…", "The points of a CSV file"),
    }
    return groups


def _sample_of(name: str) -> str | None:
    return next((_SAMPLE + key for key, sample in SAMPLES.items() if sample.title == name), None)


def _typeset(text: str) -> str:
    formula = parse(text)
    return f"y(x) = {formula.to_latex()}" if "y" not in formula.variables else f"f(x, y) = {formula.to_latex()}"
