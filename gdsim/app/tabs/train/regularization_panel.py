"""What holds the network back: one switch for each regularizer, with its strength under it while it is on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.widgets.buttons import CheckBox
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.param_panel import ParamPanel
from gdsim.app.widgets.rows import secondary
from gdsim.core.network import REGULARIZERS, Regularizer


class RegularizationPanel(QWidget):
    def __init__(self, session: TrainSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = {key: RegularizerRow(session, kind) for key, kind in REGULARIZERS.items()}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for row in self.rows.values():
            layout.addWidget(row)
        layout.addSpacing(4)
        layout.addWidget(secondary("A change applies from the next step; nothing is reset."))

    def synchronize(self) -> None:
        in_force = {one.key: one for one in self._session.setting.regularizers}
        for key, row in self.rows.items():
            row.synchronize(in_force.get(key))

    @property
    def count(self) -> int:
        """How many are on."""
        return len(self._session.setting.regularizers)


class RegularizerRow(QWidget):
    """Switched off and on again it has the strength that it had."""

    def __init__(self, session: TrainSession, kind: type[Regularizer]) -> None:
        super().__init__()
        self._session, self._kind = session, kind
        self.box = CheckBox(kind.title, f"{kind.about}\n{kind.source}")
        self.formula = FormulaLabel(kind.latex, colour="muted", spoken=kind.about)
        self.panel = ParamPanel(kind())
        self.body = QWidget()
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(2, 0, 0, 8)
        inner.setSpacing(4)
        inner.addWidget(self.formula)
        inner.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.box)
        layout.addWidget(self.body)
        self.body.hide()
        self.box.toggled.connect(self._toggled)
        self.panel.changed.connect(session.set_regularizer)

    def synchronize(self, regularizer: Regularizer | None) -> None:
        """Show the one in force; None shows it off and keeps its strength for later."""
        if regularizer is not None:
            self.panel.set_instance(regularizer)
        self.box.blockSignals(True)
        self.box.setChecked(regularizer is not None)
        self.box.blockSignals(False)
        self.body.setVisible(regularizer is not None)
        possible = "patience" not in self._kind().settings or bool(self._session.data.validation.any())
        self.box.setEnabled(possible)
        about = f"{self._kind.about}\n{self._kind.source}"
        self.box.setToolTip(about if possible else f"{about}\nIt needs validation points: hold some out under Data.")

    def _toggled(self, on: bool) -> None:
        if on:
            self._session.set_regularizer(self.panel.instance)
        else:
            self._session.drop_regularizer(self._kind.key)
