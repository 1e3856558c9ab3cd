"""The left column of Backprop: the definitions, the inputs, the step against the gradient, how the walk goes back."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.tabs.backprop.inputs_panel import InputsPanel, NudgePanel
from gdsim.app.tabs.backprop.readings import descent_words, moved_words, typeset_lines
from gdsim.app.tabs.backprop.session import BackpropSession
from gdsim.app.tabs.backprop.statements_edit import StatementsEdit
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.buttons import CheckBox
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.registry_combo import ComboBox, RegistryCombo
from gdsim.app.widgets.rows import say, secondary, titled
from gdsim.core.backprop.examples import EXAMPLES
from gdsim.core.backprop.walk import Order

ORDERS = {
    Order.TOPOLOGICAL: (
        "In reverse order (right)",
        "Every value waits until all its contributions are in: backpropagation.",
    ),
    Order.NOT_WAITING: (
        "Depth first without waiting",
        "Wrong on purpose: a value passes on what it has when it is first reached, and what comes later is lost.",
    ),
    Order.EVERY_PATH: (
        "Every path afresh",
        "Right, but every contribution is passed on by itself: what several paths share is done again for each.",
    ),
}


class BackpropControls(QWidget):
    """Asks the session; `synchronize` shows what came of it, silently."""

    def __init__(self, session: BackpropSession, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.example = RegistryCombo(EXAMPLES, name="Example")
        self.example.setPlaceholderText("Own definitions")
        self.example.setMaxVisibleItems(len(EXAMPLES))
        self.statements = StatementsEdit(session.set_text, typeset_lines, ticker)
        self.about = secondary()
        self.inputs = InputsPanel()
        self.nudge = NudgePanel()
        self.order = ComboBox()
        self.order.setAccessibleName("Order of the backward pass")
        for order, (title, _) in ORDERS.items():
            self.order.addItem(title, str(order))
        self.order_words = secondary()
        self.predict = CheckBox("Predict first", "Before a backward step, type the derivative that it will find")
        self._lay_out()
        self._connect()

    def synchronize(self) -> None:
        session, experiment = self._session, self._session.experiment
        self.example.set_key(experiment.example or None)
        self.statements.set_text(experiment.text)
        example = EXAMPLES[experiment.example] if experiment.example else None
        told = example is not None and not (session.asks_first and session.can_step)  # it may tell the answer
        about = "" if example is None else f"{example.about} {example.look_for}" if told else example.about
        say(self.about, about or moved_words(experiment.moved))
        self.inputs.synchronize(dict(experiment.inputs), experiment.held)
        can_step = session.computation.trouble is None
        self.nudge.synchronize(experiment.rate, descent_words(session), can_step, session.can_return)
        self.order.setCurrentIndex(list(ORDERS).index(experiment.order))
        title, about = ORDERS[experiment.order]
        self.order.setToolTip(f"{title}\n{about}")
        say(self.order_words, "" if experiment.order is Order.TOPOLOGICAL else about)
        self.predict.blockSignals(True)
        self.predict.setChecked(experiment.predict)
        self.predict.blockSignals(False)

    def stop(self) -> None:
        self.statements.stop()

    def _lay_out(self) -> None:
        inputs = FoldGroup("Inputs")
        inputs.add(self.inputs)
        nudge = FoldGroup("Gradient step")
        nudge.add(self.nudge)
        back = FoldGroup("Backward pass")
        back.add(titled("Order", self.order, self.order_words))
        back.add(self.predict)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (titled("Example", self.example), self.statements, self.about, inputs, nudge, back):
            layout.addWidget(widget)
        layout.addStretch(1)

    def _connect(self) -> None:
        session = self._session
        self.example.chosen.connect(session.set_example)
        self.statements.finished.connect(session.finish_text)
        self.inputs.moved.connect(session.set_input)
        self.nudge.rate_set.connect(session.set_rate)
        self.nudge.nudge_requested.connect(session.nudge)
        self.nudge.back_requested.connect(session.take_back)
        self.nudge.return_requested.connect(session.return_to_start)
        self.order.activated.connect(self._order_chosen)
        self.predict.toggled.connect(session.set_predict)

    def _order_chosen(self, index: int) -> None:
        self._session.set_order(Order(self.order.itemData(index)))
