"""The Backprop tab: puts definitions, graph and worked chain rule round one session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdsim.app.actions import Action
from gdsim.app.files import FileProblem, save_text
from gdsim.app.pictures import Picture, Table, with_suffix
from gdsim.app.plots.graph_view import NOBODY, GraphView
from gdsim.app.saving import ask_path, folder, save_table
from gdsim.app.session_tab import SessionTab
from gdsim.app.tabs.backprop.controls import ORDERS, BackpropControls
from gdsim.app.tabs.backprop.graph_shown import GraphShown
from gdsim.app.tabs.backprop.predict_bar import PredictBar
from gdsim.app.tabs.backprop.readings import coloured, table_of
from gdsim.app.tabs.backprop.session import BackpropSession
from gdsim.app.tabs.backprop.side import BackpropSide
from gdsim.app.widgets.tab_frame import NUMBERS
from gdsim.app.widgets.tab_order import follow_layout
from gdsim.core.backprop.dot import to_dot
from gdsim.core.backprop.walk import Order

DOT_FILTER = "Graphviz drawing (*.dot)"


class BackpropTab(SessionTab):
    """Redraws after the session's `changed`; the graph stays where it is unless it becomes another graph."""

    step_words = "one node"
    roomy_numbers = 380

    session: BackpropSession

    def build(self) -> Iterator[None]:
        context, session = self.context, self.session
        self._shown = GraphShown()
        self.graph = GraphView(context.themes)
        self.predict_bar = PredictBar(session)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.graph, 1)
        column.addWidget(self.predict_bar)
        self.set_picture(middle)
        yield
        self.controls = BackpropControls(session, context.ticker)
        yield
        self.set_controls(self.controls)
        yield
        self.side = BackpropSide(context, session)
        yield
        self.set_numbers(self.side)
        yield
        self.transport.step_button.setToolTip("One value on: forward to the output, then back (Right)")
        self.transport.reset_button.describe("Reset", "Back to the start of the walk (R): the same inputs")
        self._connect()
        yield
        self.synchronize()
        self._chain_controls()

    def synchronize(self) -> None:
        """Show the session as it is."""
        session = self.session
        picture = self._shown.picture(session.walk, session.state, session.selected, session.kept_back)
        self.graph.set_picture(picture)
        self.controls.synchronize()
        self.side.synchronize()
        self.predict_bar.synchronize()
        self.transport.synchronize(session.index, session.count, session.playing, session.index > 0, session.can_step)
        self.transport.set_speed(session.experiment.speed)
        remark = session.sentence
        self.sentence.show(remark.text, remark.tone, coloured(remark.text))

    def fit(self) -> None:
        """The whole graph."""
        self.graph.fit()

    # What the window asks of a tab

    def actions(self) -> Sequence[Action]:
        session = self.session
        return (
            Action("Save graph as DOT…", "", self.save_dot, "File", "For Graphviz, as it stands at this step"),
            Action("Fit", "F", self.fit, "View", "The whole graph", separator=True),
            Action("Larger", "Ctrl++", self._larger, "View", "Zoom into the graph"),
            Action("Smaller", "Ctrl+-", self._smaller, "View", "Zoom out of the graph"),
            Action("Walk on the graph with the arrow keys", "Ctrl+B", self._focus_graph, "Run", "Escape ends it"),
            Action(
                "Step while on the graph", "Ctrl+Right", self.transport.request_step, "Run", "As Right does elsewhere"
            ),
            Action("Step back while on the graph", "Ctrl+Left", self.transport.request_back, "Run"),
            Action("Step against the gradient", "Ctrl+G", session.nudge, "Run", "Moves the inputs, and f falls"),
            Action("Take back a gradient step", "Ctrl+Shift+G", session.take_back, "Run", enabled=self._has_stepped),
            Action("Predict first", "", self._toggle_predict, "Run", checked=self._predicts, separator=True),
            Action("Answer the question", "Ctrl+P", self.predict_bar.ask, "Run", enabled=self._is_asked),
            *(self._order_action(order) for order in Order),
        )

    def pictures(self) -> Sequence[Picture]:
        history = self.picture_of("descent", "the output against gradient steps", self.side.falls)
        return (self.graph.picture_for_export(), *((history,) if self.session.steps.nudges else ()))

    def table(self) -> Table | None:
        return table_of(self.session)

    def dot(self) -> str:
        """The graph as it stands at this step, in Graphviz's language."""
        return to_dot(self.session.computation, self.session.state, self.session.kept_back)

    def save_dot(self) -> None:
        path = ask_path(self, "Save the graph as DOT", folder(self.context) / "graph.dot", DOT_FILTER)
        if path is not None:
            self.save_dot_to(path)

    def save_dot_to(self, path: Path) -> None:
        """Write the file, or say why not."""
        target = with_suffix(path, ".dot")
        try:
            save_text(target, self.dot())
        except FileProblem as problem:
            self.context.notices.say(str(problem), "bad")
            return
        self.context.notices.say(f"Saved to {target.absolute()}")

    def save_state(self) -> dict[str, Any]:
        return self.session.state_to_save()

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.session.restore(state)

    def stop(self) -> None:
        self.session.play(False)
        self.controls.stop()
        self.side.stop()

    # How it is done

    def _connect(self) -> None:
        session = self.session
        session.changed.connect(self.synchronize)
        self.connect_transport()
        self.graph.node_chosen.connect(self._node_chosen)
        self.graph.jump_requested.connect(session.jump_to)
        self.controls.inputs.rebuilt.connect(self._chain_controls)
        self.predict_bar.answered.connect(session.predict)
        self.predict_bar.skipped.connect(session.advance)
        self.graph.set_menu(
            (
                Action("Fit", "", self.fit, "View"),
                *self.picture_entries(0),
                Action("Save the vertices of this graph…", "", self._save_table, "File"),
                Action("Save graph as DOT…", "", self.save_dot, "File"),
            )
        )

    def _node_chosen(self, node: int) -> None:
        """In a narrow window the explanation stands on the page of numbers."""
        self.session.select(None if node == NOBODY else node)
        if node != NOBODY and self.narrow:
            self.show_page(NUMBERS)

    def _chain_controls(self) -> None:
        follow_layout(self)

    def _focus_graph(self) -> None:
        self.graph.setFocus()

    def _larger(self) -> None:
        self.graph.zoom_by(1.25)

    def _smaller(self) -> None:
        self.graph.zoom_by(0.8)

    def _is_asked(self) -> bool:
        return self.session.question is not None

    def _has_stepped(self) -> bool:
        return self.session.can_return

    def _order_action(self, order: Order) -> Action:
        def chosen() -> bool:
            return self.session.experiment.order is order

        title, about = ORDERS[order]
        words, choose = f"Way back: {title[0].lower()}{title[1:]}", partial(self.session.set_order, order)
        return Action(words, "", choose, "Run", about, chosen, separator=order is Order.TOPOLOGICAL)

    def _toggle_predict(self) -> None:
        self.session.set_predict(not self.session.experiment.predict)

    def _predicts(self) -> bool:
        return self.session.experiment.predict

    def _save_table(self) -> None:
        save_table(table_of(self.session), self.context, self)
