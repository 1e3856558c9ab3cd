"""The Train tab: puts the diagram, the fit, controls and charts round one session."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget

from gdsim.app.actions import Action
from gdsim.app.pictures import Picture, Table
from gdsim.app.pieces import make_all
from gdsim.app.plots.drawing import Array
from gdsim.app.plots.network_view import NetworkView
from gdsim.app.saving import save_table
from gdsim.app.session_tab import SessionTab
from gdsim.app.tabs.train.changes import changed_by_hand
from gdsim.app.tabs.train.column import TrainColumn
from gdsim.app.tabs.train.controls import TrainControls
from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.file_drop import install_drop
from gdsim.app.tabs.train.fine_fit import FineFit
from gdsim.app.tabs.train.fit_view import FitView
from gdsim.app.tabs.train.pacing import Due, Turns
from gdsim.app.tabs.train.pictures import Pictures
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.side import TrainSide
from gdsim.app.tabs.train.tables import data_table, history_table
from gdsim.app.widgets.buttons import TextButton
from gdsim.core.preparation import Answers
from gdsim.core.progress import progress_of

_WIDE = 1.3  # times its height, from which diagram and fit stand side by side
_WIDE_STUDIED = 1.0  # the same when a study's picture takes its share of the height
_SHARES = (2, 3)  # of the height, for the diagram and the fit
_STUDIED = (2, 3)  # of their room, for the diagram and a study's picture
_MOVED = (
    "The weights are moved by hand and training waits: take it up from here, as Play and Step do too, or put them back."
)
_QUICK = 200_000  # points times parameters up to which every point is asked again with every picture


class TrainTab(SessionTab):
    """Redraws all after the session's `changed`; while training plays, one picture a frame in turn."""

    session: TrainSession

    def build(self) -> Iterator[None]:
        context, session = self.context, self.session
        self._pictures = Pictures(session.scene)
        self._answers: Answers | None = None
        self._sentence_due, self._answers_due, self._ghosts_due = Due(0.25), Due(0.4), Due(1.0)
        self.diagram = NetworkView(context.themes)
        self.fit_view = FitView(context, whole=False)
        yield from self.fit_view.build()
        yield
        self.side = TrainSide(context, session, whole=False)
        self.controls = TrainControls(context, session, whole=False)
        self.epoch_button = TextButton("Epoch", "To the end of this pass through the training points (Ctrl+Right)")
        self.transport.add_button(self.epoch_button)
        self._fill_middle()
        self.set_controls(self.controls)
        self.column = TrainColumn(context, session, self.side)
        self.set_numbers(self.column)
        yield
        self.fine_fit = FineFit(context.ticker, self)
        yield from self.side.build()
        yield from self.controls.build()
        install_drop(self, self.controls.accept_file)
        others = (self.draw_transport, self.draw_diagram, self.draw_charts, self.draw_page)
        self._turns = Turns(self.draw_fit, others, time.process_time)
        self._connect()
        yield
        yield from self._drawn_in_turn()

    def _fill_middle(self) -> None:
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.setChildrenCollapsible(False)
        self.middle.setHandleWidth(8)
        self.upper = QSplitter(Qt.Orientation.Horizontal)
        self.upper.setChildrenCollapsible(False)
        self.upper.setHandleWidth(8)
        self.upper.addWidget(self.diagram)
        self.study_place = QStackedWidget()
        self.study_place.hide()
        self.upper.addWidget(self.study_place)
        self.middle.addWidget(self.upper)
        self.middle.addWidget(self.fit_view)
        for i, share in enumerate(_SHARES):
            self.middle.setStretchFactor(i, share)
        self.middle.setSizes([share * 100 for share in _SHARES])
        self._arranged = (False, False)
        self.set_picture(self.middle)

    # Drawing

    def synchronize(self) -> None:
        """Show the session as it is."""
        make_all(self._drawn_in_turn())

    def _drawn_in_turn(self) -> Iterator[None]:
        session = self.session
        if self._pictures.scene is not session.scene:
            before = self._pictures.scene.experiment
            self._pictures = Pictures(session.scene)
            self._answers = None
            if _is_another_task(before, session.experiment):
                self.fit_view.begin_anew()
        self._turns.begin(session.worked)
        self.controls.synchronize()
        self.transport.set_speed(session.speed)
        self.epoch_button.setEnabled(session.can_step)
        self.draw_transport()
        yield
        self.draw_fit()
        self.draw_diagram()
        yield
        self.column.synchronize()

    def draw_charts(self) -> None:
        """Losses and scores, while they are to be seen."""
        if self.column.study is None:
            self.side.draw_courses()

    def draw_page(self) -> None:
        """The open page of the run's charts, or what a study shows live."""
        if self.column.study is None:
            self.side.draw_weights()
        else:
            self.column.study.stepped()

    def draw_fit(self) -> None:
        session, view = self.session, self.fit_view
        parameters, predictions = session.parameters, self._at_points().output
        if session.data.dim == 1:
            neurons = view.neurons.isChecked()
            view.set_picture(self._pictures.fit(parameters, predictions, session.ghosts, neurons, view.extent(1)))
        else:
            self._draw_regions(predictions, session.playing or session.busy)

    def _draw_finely(self) -> None:
        """The fit of two inputs as fine as it is known."""
        if self.session.data.dim > 1:
            self._draw_regions(self._at_points().output, False)

    def _draw_regions(self, predictions: Array, moving: bool) -> None:
        session, view, pictures = self.session, self.fit_view, self._pictures
        parameters, ghosts, extent = session.parameters, pictures.over_these_points(session.ghosts), view.extent(2)
        fine = None
        if moving:
            self.fine_fit.cancel()
        else:
            part, held = view.regions.visible_part, session.preview is not None
            fine = self.fine_fit.grids(session.scene, parameters, ghosts, extent, (part.width, part.height), held)
        view.set_picture(pictures.decision(parameters, predictions, ghosts, extent, fine))

    def draw_diagram(self) -> None:
        trainer = self.session.trainer
        masks = trainer.dropped()
        dropped = None if masks is None else masks[:, 0] == 0.0
        message = "" if dropped is None else "crossed out: left out for the first point of the next step"
        self.diagram.set_picture(
            self._pictures.network(self.session.parameters, self._at_points(), dropped, self.session.selected, message)
        )

    def draw_transport(self) -> None:
        """The bar and the numbers, and a few times a second the sentence, which nobody reads faster."""
        session = self.session
        self.transport.synchronize(session.index, session.count, session.playing, session.index > 0, session.can_step)
        if self.column.study is None:
            self.side.draw_numbers()
        if self._sentence_due.ask() or not session.playing:
            self._say()
        if session.ghosts and self.column.study is None and self._ghosts_due.ask():
            self.side.draw_ghosts()

    def _say(self) -> None:
        if self.session.preview is not None:
            self.sentence.show(_MOVED, "warning")
            return
        progress = progress_of(self.session.trainer)
        text = self.controls.preset_words(progress.text)
        self.sentence.show(text, str(progress.tone), {"training loss": "training", "validation loss": "validation"})
        self.fit_view.plot.setAccessibleDescription(text)

    def _at_points(self) -> Answers:
        """What the network answers at every point: for each picture, or now and then where that takes long."""
        session = self.session
        costly = len(session.data) * session.trainer.network.parameter_count > _QUICK
        if self._answers is None or not costly or not session.playing or self._answers_due.ask():
            self._answers = session.scene.point_probe.ask(session.parameters)
        return self._answers

    def _previewed(self) -> None:
        """Other parameters are looked at, perhaps many times a second while a point is dragged."""
        self._answers = None
        self.draw_fit()
        self.draw_diagram()
        self._say()

    def _stepped(self) -> None:
        self._turns.next(self.session.worked)

    # What the window asks of a tab

    def actions(self) -> Sequence[Action]:
        session = self.session
        return (
            Action("Fit", "F", self.fit_view.fit, "View", "All of the data", separator=True),
            Action("Epoch", "Ctrl+Right", session.advance_epoch, "Run", "Steps to the end of the epoch"),
            Action("Keep as ghost", "Ctrl+G", session.keep_ghost, "Run", "Keep this run to compare with"),
            Action("Best step", "Ctrl+E", session.restore_best, "Run", "The lowest validation loss so far"),
            Action("Open a table…", "Ctrl+O", self.controls.open_table, "File", "Points of a CSV file", place=-1),
            Action("Save data points…", "", self._save_points, "File", "The points with their marks, as CSV"),
        )

    def advance(self, steps: int) -> None:
        self.session.advance(steps)
        self.session.finish()
        self.fine_fit.finish()

    def pictures(self) -> Sequence[Picture]:
        return (
            self._fit_picture(),
            self.diagram.picture_for_export(),
            self.picture_of("losses", "the losses", self.side.losses),
            self.picture_of("scores", "the score", self.side.scores),
            self.picture_of("weights", "the weights", self.side.histogram),
            self.picture_of("gradients", "the gradients", self.side.gradients),
            *(picture for study in self.column.studies for picture in study.pictures()),
        )

    def _fit_picture(self) -> Picture:
        """The fit in full detail, whenever it is painted."""
        picture = self.picture_of("fit", "the fit", self.fit_view.plot)

        def paint(painter: QPainter, place: QRectF) -> None:
            self._draw_finely()
            self.fine_fit.finish()
            picture.paint(painter, place)

        return picture._replace(paint=paint)

    def table(self) -> Table | None:
        """That of the study that is open, else the history of training."""
        study = self.column.study
        return (study.table() if study is not None else None) or history_table(self.session)

    def save_state(self) -> dict[str, Any]:
        return {
            **self.session.state(), "log": self.side.log.isChecked(), "neurons": self.fit_view.neurons.isChecked(),
            "column": self.column.save_state(),
        }  # fmt: skip

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.session.restore(state)
        self.side.log.setChecked(state.get("log") is True)
        self.fit_view.neurons.setChecked(state.get("neurons") is True)
        self.column.restore_state(state.get("column"))
        self.synchronize()

    def stop(self) -> None:
        self.session.play(False)
        self.controls.stop()
        self.column.stop()
        self.fine_fit.cancel()

    # How it is done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_middle()

    def _arrange_middle(self) -> None:
        """Diagram and fit side by side where it is wide, else one over the other; a study's picture by the diagram."""
        studied = not self.study_place.isHidden()
        wide = self.middle.width() >= (_WIDE_STUDIED if studied else _WIDE) * self.middle.height()
        if (wide, studied) == self._arranged:
            return
        self._arranged = (wide, studied)
        ways = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
        self.middle.setOrientation(ways[wide])
        self.middle.setSizes([100, 100] if wide else [share * 100 for share in _SHARES])
        self.upper.setOrientation(ways[not wide])
        self.upper.setSizes([share * 100 for share in _STUDIED])

    def _connect(self) -> None:
        session, diagram, fit = self.session, self.diagram, self.fit_view
        session.changed.connect(self.synchronize)
        session.stepped.connect(self._stepped)
        session.previewed.connect(self._previewed)
        session.refused.connect(self._refused)
        self.column.turned.connect(self._page_turned)
        session.announced.connect(self._announced)
        self.connect_transport()
        self.epoch_button.clicked.connect(session.advance_epoch)
        self.side.ghost_wanted.connect(session.keep_ghost)
        self.side.best_wanted.connect(session.restore_best)
        self.side.losses.picked.connect(session.seek)
        diagram.weight_entered.connect(session.set_weight)
        diagram.bias_entered.connect(session.set_bias)
        diagram.weight_chosen.connect(self._weight_chosen)
        diagram.layer_added.connect(session.add_layer)
        diagram.layer_removed.connect(session.remove_layer)
        diagram.unit_added.connect(self._unit_added)
        diagram.unit_removed.connect(self._unit_removed)
        fit.point_added.connect(session.add_point)
        fit.point_moved.connect(self._point_moved)
        fit.point_removed.connect(session.remove_point)
        fit.neurons_wanted.connect(self.draw_fit)
        fit.viewed.connect(self.draw_fit)
        self.fine_fit.changed.connect(self._draw_finely)
        for i, plot in enumerate((fit.curve, self.side.losses, self.side.scores, self.side.histogram)):
            plot.set_menu(self._plot_menu((0, 2, 3, 4)[i]))
        fit.regions.set_menu(self._plot_menu(0))
        self.side.gradients.set_menu(self._plot_menu(5))

    def _page_turned(self) -> None:
        """Another study's picture stands beside the diagram, or none."""
        study = self.column.study
        picture = study.picture if study is not None else None
        if picture is not None and self.study_place.indexOf(picture) < 0:
            self.study_place.addWidget(picture)
        if picture is not None:
            self.study_place.setCurrentWidget(picture)
        self.study_place.setVisible(picture is not None)
        self._arrange_middle()

    def _refused(self, sentence: str) -> None:
        self.context.notices.say(sentence, "bad")

    def _announced(self, sentence: str) -> None:
        self.context.notices.say(sentence, "neutral")

    def _weight_chosen(self, layer: int, i: int, j: int) -> None:
        self.session.select((layer, i, j))

    def _unit_added(self, layer: int) -> None:
        self.session.change_width(layer, 1)

    def _unit_removed(self, layer: int) -> None:
        self.session.change_width(layer, -1)

    def _point_moved(self, index: int, inputs: tuple[float, ...], target: float) -> None:
        self.session.move_point(index, inputs, None if math.isnan(target) else target)

    def _save_points(self) -> None:
        save_table(data_table(self.session), self.context, self)

    def _plot_menu(self, which: int) -> tuple[Action, ...]:
        return (
            *self.picture_entries(which),
            Action("Save the history of training…", "", self._save_history, "File"),
            Action("Save the data points…", "", self._save_points, "File"),
        )

    def _save_history(self) -> None:
        save_table(history_table(self.session), self.context, self)


def _is_another_task(before: Experiment, after: Experiment) -> bool:
    """Whether something else is to be learned, and not only other points of it or some that were changed by hand."""
    if changed_by_hand(after):
        return False
    one, other = ((each.name, each.spec.dataset, each.spec.formula) for each in (before, after))
    return one != other
