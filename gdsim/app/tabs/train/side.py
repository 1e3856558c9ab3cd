"""The right column of Train: the numbers, losses and score against steps, and one of weights, gradients, classes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabBar, QVBoxLayout, QWidget

from gdsim.app.context import Context
from gdsim.app.pieces import make_all
from gdsim.app.plots.drawing import Array
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.plots.training_losses import LossCourse, LossesPicture, LossesPlot
from gdsim.app.plots.weight_histogram import HistogramPicture, HistogramPlot
from gdsim.app.tabs.train.comparison import comparable, comparison
from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.ghost_list import GhostList
from gdsim.app.tabs.train.ghosts import Ghost
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.widgets.buttons import CheckBox, TextButton
from gdsim.app.widgets.confusion_table import ConfusionTable
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.number_table import NumberRow, NumberTable
from gdsim.core.network import near_zero, weight_histogram

ROWS = (
    NumberRow("training", "training loss", "training", main=True,
              help="The mean loss on the points that are trained on, without penalty and without dropout."),
    NumberRow("validation", "validation loss", "validation",
              help="The same on points that are held out: how well the network does on what it has not seen."),
    NumberRow("penalty", "penalty", "penalty", help="What L1 and L2 add to the loss for the size of the weights."),
    NumberRow("score", "accuracy", "training", help="The share of training points that are classed rightly."),
    NumberRow("unseen", "accuracy, validation", "validation", help="The same on the validation points."),
    NumberRow("epoch", "epoch", help="Passes through all training points so far."),
    NumberRow("rate", "learning rate", help="Of the next step, with the schedule's factor."),
)  # fmt: skip
_WEIGHTS, _GRADIENTS, _CLASSES = range(3)


class TrainSide(QWidget):
    """Draws from the session when told to: `draw_numbers`, `draw_courses`, `draw_weights`."""

    ghost_wanted = Signal()
    best_wanted = Signal()

    def __init__(
        self, context: Context, session: TrainSession, parent: QWidget | None = None, *, whole: bool = True
    ) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        if whole:
            make_all(self.build())

    def build(self) -> Iterator[None]:
        session, themes = self._session, self._context.themes
        self.table = NumberTable(ROWS)
        self.keep = TextButton("Keep as ghost", "Keep this run as it stands, to compare with what comes")
        self.best = TextButton("Best step", "Go to the step with the lowest validation loss so far")
        self.log = CheckBox("Log axis", "Shows the losses by powers of ten")
        yield
        self.losses = LossesPlot(themes)
        self.losses.setAccessibleName("Training and validation loss against step")
        yield
        self.scores = SeriesPlot(themes)
        self.scores.set_log(False, False)
        self.scores.setAccessibleName("Accuracy or R² against step")
        yield
        self.histogram = HistogramPlot(themes)
        self.histogram.setAccessibleName("Histogram of the weights")
        yield
        self.gradients = SeriesPlot(themes)
        self.gradients.set_log(False, True)
        self.gradients.setAccessibleName("Size of the gradient by layer against step")
        yield
        self.confusion = ConfusionTable()
        self.ghosts = GhostList(session)
        self.score_title = _heading("Accuracy")
        self.strip = QTabBar(expanding=True, drawBase=False, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.strip.setAccessibleName("Weights, gradients or classes")
        self._pages = (self.histogram, self.gradients, self.confusion)
        for title in ("Weights", "Gradients", "Classes"):
            self.strip.addTab(title)
        yield
        self._lay_out()
        self.keep.clicked.connect(self.ghost_wanted)
        self.best.clicked.connect(self.best_wanted)
        self.log.toggled.connect(self.draw_courses)
        self.strip.currentChanged.connect(self._turn_to)
        self._turn_to(_WEIGHTS)
        themes.changed.connect(self._follow_theme)
        self._follow_theme()
        yield

    def synchronize(self) -> None:
        """Everything."""
        session = self._session
        classes = bool(session.data.classes)
        self.table.set_name("score", "accuracy" if classes else "R²")
        self.table.set_name("unseen", "accuracy, validation" if classes else "R², validation")
        self.score_title.setText("Accuracy" if classes else "R²")
        self.strip.setTabVisible(_CLASSES, classes)
        if not classes and self.strip.currentIndex() == _CLASSES:
            self.strip.setCurrentIndex(_WEIGHTS)
        self.draw_ghosts()
        self.draw_numbers()
        self.draw_courses()
        self.draw_weights()

    def draw_ghosts(self) -> None:
        """Each kept run beside the one under way."""
        session = self._session
        now = session.as_ghost("This run")
        self.ghosts.set_lines(tuple(comparison(ghost, now) for ghost in session.ghosts), comparison(now, now))

    def draw_numbers(self) -> None:
        trainer = self._session.trainer
        percent = trainer.classes
        self.table.synchronize({
            "training": trainer.loss,
            "validation": _or_words(trainer.validation_loss, "no points held out"),
            "penalty": trainer.penalty,
            "score": _share(trainer.score, percent),
            "unseen": _share(trainer.validation_score, percent),
            "epoch": format_number(trainer.epoch, trim=True),
            "rate": trainer.learning_rate,
        })  # fmt: skip
        best = trainer.best
        self.best.setEnabled(best is not None and best[0] != trainer.step)
        self.keep.setEnabled(trainer.furthest > 0)

    def draw_courses(self) -> None:
        """Losses and scores against steps."""
        session = self._session
        history = session.trainer.history
        steps = history.step.astype(np.float64)
        best = session.trainer.best
        self.losses.set_picture(LossesPicture(
            now=LossCourse("", steps, history.loss, history.penalty, history.validation_loss),
            ghosts=tuple(_ghost_course(ghost, session.experiment) for ghost in session.ghosts),
            log=self.log.isChecked(), step=session.index, best=best[0] if best is not None else None,
        ))  # fmt: skip
        scores = (
            ("training", "training", (), history.score),
            ("validation", "validation", (6, 4), history.validation_score),
        )
        self.scores.set_picture(_course_picture(steps, scores, "accuracy" if session.trainer.classes else "R²", True))

    def draw_weights(self) -> None:
        """The page that is open: weights, gradients or classes."""
        session = self._session
        trainer, network = session.trainer, session.trainer.network
        page = self.strip.currentIndex()
        if page == _WEIGHTS:
            parameters = trainer.parameters
            spread = weight_histogram(network, parameters)
            zeros, weights = int(near_zero(network, parameters).sum()), int(network.weight_mask.sum())
            self.histogram.set_picture(HistogramPicture(
                spread.edges, spread.counts.astype(np.float64),
                tuple(f"layer {layer.index + 1}" for layer in network.layers),
                f"{zeros} of {weights} weights are smaller than 0.01",
            ))  # fmt: skip
        elif page == _GRADIENTS:
            history = trainer.history
            colours = self._context.themes.theme.classes
            lines = tuple(
                (f"layer {layer.index + 1}", colours[(layer.index + 2) % len(colours)], _DASHES[layer.index % 4],
                 history.gradient_norms[:, layer.index])
                for layer in network.layers
            )  # fmt: skip
            self.gradients.set_picture(_course_picture(
                history.step.astype(np.float64), lines, "gradient size"
            ))  # fmt: skip
        elif session.data.classes:
            self._draw_classes()

    def _draw_classes(self) -> None:
        session = self._session
        data = session.data
        held_out = data.validation if data.validation.any() else ~data.validation
        answers = session.scene.labels(session.scene.point_probe.ask(session.trainer.parameters).output)
        counts = np.zeros((data.classes, data.classes), dtype=np.int64)
        np.add.at(counts, (data.labels[held_out], answers[held_out]), 1)
        self.confusion.set_counts(counts, data.class_names, "validation" if data.validation.any() else "training")

    def _turn_to(self, page: int) -> None:
        for i, widget in enumerate(self._pages):
            widget.setVisible(i == page)
        self.draw_weights()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.keep, 1)
        buttons.addWidget(self.best, 1)
        head = QHBoxLayout()
        head.addWidget(_heading("Loss"))
        head.addStretch(1)
        head.addWidget(self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table)
        column.addLayout(buttons)
        column.addLayout(head)
        column.addWidget(self.losses, 3)
        column.addWidget(self.ghosts)
        column.addWidget(self.score_title)
        column.addWidget(self.scores, 2)
        column.addWidget(self.strip)
        for page, stretch in zip(self._pages, (2, 2, 0), strict=True):
            column.addWidget(page, stretch)
        column.addStretch(0)

    def _follow_theme(self) -> None:
        px = self._context.themes.px
        for plot, least, most in (
            (self.losses, 150, 230), (self.scores, 100, 160), (self.histogram, 130, 200), (self.gradients, 130, 200),
        ):  # fmt: skip
            plot.setMinimumHeight(px(least))
            plot.setMaximumHeight(px(most))


_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 4), (2, 3), (8, 3, 2, 3))


def _course_picture(
    steps: Array, lines: tuple[tuple[str, str, tuple[float, ...], Array], ...], title: str, rises: bool = False
) -> SeriesPicture:
    """Lines (label, colour, dashes, values) against steps."""
    series = tuple(
        Series(steps, values, colour, label, dashes, marker="")
        for label, colour, dashes, values in lines
        if np.isfinite(values).any()
    )
    limits = {"accuracy": (0.0, 1.0), "R²": (-math.inf, 1.0)}.get(title, (-math.inf, math.inf))
    empty = f"The {title} appears with the first step"
    return SeriesPicture(series, "step", title, whole_x=True, rises=rises, limits=limits, empty=empty, legend=True)


def _ghost_course(ghost: Ghost, now: Experiment) -> LossCourse:
    """Nothing but the name where its losses are another measure."""
    if not comparable(ghost.experiment, now):
        return LossCourse(ghost.label)
    course = ghost.course
    return LossCourse(ghost.label, course.steps, course.training, course.penalty, course.validation, ghost.style)


def _or_words(value: float, words: str) -> float | str:
    return words if math.isnan(value) else value


def _share(value: float, percent: bool) -> float | str:
    if math.isnan(value):
        return "–"
    return f"{100 * value:.1f} %" if percent else value


def _heading(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "heading")
    return label
