"""The network: its input features, hidden layers, activation, start weights and loss."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.tabs.train.experiment import MOST_LAYERS, MOST_UNITS, losses_for
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import CheckBox, IconButton
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.registry_combo import RegistryCombo
from gdsim.app.widgets.rows import FieldRow, secondary, stack, titled
from gdsim.core.features import FEATURES, features_for
from gdsim.core.network import ACTIVATIONS, INITIALIZERS, LOSSES

_A_ROW = 3  # features in a row
_MOST_SEED = 2**32 - 1


class NetworkPanel(QWidget):
    """Another network begins anew; the run so far stays as a ghost."""

    def __init__(self, session: TrainSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.features = FeatureBoxes(session)
        self.layers = LayerFields(session)
        self.size = secondary()
        self.activation = RegistryCombo(ACTIVATIONS, name="Activation")
        self.activation_formula = FormulaLabel(colour="muted")
        self.initializer = RegistryCombo(INITIALIZERS, name="Start weights")
        self.initializer_formula = FormulaLabel(colour="muted")
        self.seed = NumberField(0.0, 0.0, _MOST_SEED, name="seed of the weights", whole=True)
        self.seed.setToolTip("The same seed draws the same start weights.")
        self.dice = IconButton("dice", "New weights", "New weights: the next seed")
        self.loss = RegistryCombo(LOSSES, name="Loss")
        self.loss_formula, self.link_formula = FormulaLabel(colour="muted"), FormulaLabel(colour="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (
            titled("Input features", self.features), stack(self.layers, self.size),
            titled("Activation", self.activation, self.activation_formula),
            titled("Start weights", self.initializer, self.initializer_formula),
            FieldRow("Seed", self.seed, self.dice),
            titled("Loss", self.loss, self.loss_formula, self.link_formula),
        ):  # fmt: skip
            layout.addWidget(part)
        self.activation.chosen.connect(lambda key: session.set_net(activation=key))
        self.initializer.chosen.connect(lambda key: session.set_net(initializer=key))
        self.loss.chosen.connect(lambda key: session.set_net(loss=key))
        self.seed.entered.connect(lambda seed: session.set_weight_seed(int(seed)))
        self.dice.clicked.connect(self._next_seed)

    def synchronize(self) -> None:
        session = self._session
        net, network = session.experiment.net, session.trainer.network
        self.features.synchronize()
        self.layers.synchronize()
        shape = " → ".join(map(str, network.sizes))
        self.size.setText(f"{shape}: {network.parameter_count:,} weights and biases")
        self.activation.set_key(net.activation)
        self.activation_formula.set_latex(ACTIVATIONS[net.activation].latex)
        self.initializer.set_key(net.initializer)
        self.initializer_formula.set_latex(INITIALIZERS[net.initializer].latex)
        self.seed.set_value(net.seed)
        offered = losses_for(session.data)
        if offered != tuple(self.loss.itemData(i) for i in range(self.loss.count())):
            self.loss.set_registry({key: LOSSES[key] for key in offered})
        self.loss.set_key(net.loss)
        formula, _, link = LOSSES[net.loss].latex.partition(r"\qquad")
        self.loss_formula.set_latex(formula)
        self.link_formula.set_latex(link)
        self.link_formula.setVisible(bool(link))

    def _next_seed(self) -> None:
        self._session.set_weight_seed((self._session.experiment.net.seed + 1) % (_MOST_SEED + 1))


class FeatureBoxes(QWidget):
    """A box for each feature that the data offer."""

    def __init__(self, session: TrainSession) -> None:
        super().__init__()
        self._session = session
        self.boxes: dict[str, CheckBox] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(0)

    def synchronize(self) -> None:
        session = self._session
        offered = features_for(session.data.dim)
        if tuple(self.boxes) != offered:
            self._build(offered)
        names = session.data.input_names
        for key, box in self.boxes.items():
            box.blockSignals(True)
            box.setChecked(key in session.experiment.net.features)
            box.blockSignals(False)
            feature = FEATURES[key]
            own = [f"x{'' if len(names) == 1 else i + 1} is {name}" for i, name in enumerate(names)]
            known = all(name in ("x", f"x{i + 1}") for i, name in enumerate(names))
            box.setToolTip(feature.name if known else "\n".join((feature.name, *own)))

    def _build(self, offered: tuple[str, ...]) -> None:
        for box in self.boxes.values():
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
        self.boxes = {key: CheckBox(FEATURES[key].name) for key in offered}
        for i, box in enumerate(self.boxes.values()):
            box.setAccessibleName(f"Feature {box.text()}")
            self._grid.addWidget(box, i // _A_ROW, i % _A_ROW)
            box.toggled.connect(self._toggled)
        for column in range(_A_ROW):
            self._grid.setColumnStretch(column, 1)

    def _toggled(self) -> None:
        self._session.set_net(features=tuple(key for key, box in self.boxes.items() if box.isChecked()))


class LayerFields(QWidget):
    """The widths of the hidden layers, a field each, and buttons for one layer more or fewer."""

    def __init__(self, session: TrainSession) -> None:
        super().__init__()
        self._session = session
        self.fewer = IconButton("minus", "Remove the last hidden layer")
        self.add = IconButton("plus", "Add a hidden layer")
        self.none = secondary("No hidden layer: the output is computed from the features directly.")
        self.fields = [
            NumberField(1.0, 1.0, MOST_UNITS, name=f"units of hidden layer {i + 1}", whole=True)
            for i in range(MOST_LAYERS)
        ]
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(QLabel("Hidden layers"), 1)
        top.addWidget(self.fewer)
        top.addWidget(self.add)
        row = QHBoxLayout()
        row.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addLayout(row)
        layout.addWidget(self.none)
        for i, field in enumerate(self.fields):
            field.setToolTip(f"Units of hidden layer {i + 1}, 1 to {MOST_UNITS}.\nThe diagram changes them too.")
            row.addWidget(field)
            layout.addWidget(field.problem)
            field.entered.connect(lambda _, i=i: self._width_entered(i))
        row.addStretch(1)
        self.fewer.clicked.connect(lambda: session.remove_layer(len(session.experiment.net.hidden) - 1))
        self.add.clicked.connect(lambda: session.add_layer(len(session.experiment.net.hidden)))
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self) -> None:
        hidden = self._session.experiment.net.hidden
        for i, field in enumerate(self.fields):
            field.setVisible(i < len(hidden))
            if i < len(hidden):
                field.set_value(hidden[i])
            else:
                field.say("")
        self.none.setVisible(not hidden)
        self.fewer.setEnabled(bool(hidden))
        self.add.setEnabled(len(hidden) < MOST_LAYERS)

    def _width_entered(self, layer: int) -> None:
        hidden = list(self._session.experiment.net.hidden)
        hidden[layer] = int(self.fields[layer].value())
        self._session.set_hidden(tuple(hidden))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        for field in self.fields:
            field.edit.setFixedWidth(themes.px(34))
            field.edit.setStyleSheet(f"padding: 0 {themes.px(4)}px")  # six of them stand in a row
