"""How Train trains: the optimizer with its rate, the batch, and the schedule."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gdsim.app.tabs.train.changes import largest_batch
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import TextButton
from gdsim.app.widgets.formula_label import FormulaLabel
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.param_panel import ParamPanel
from gdsim.app.widgets.registry_combo import RegistryCombo
from gdsim.app.widgets.rows import FieldRow, secondary, stack, subgroup, titled
from gdsim.app.widgets.slider import LogSlider, ValueSlider
from gdsim.core.numerals import in_words
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.schedules import SCHEDULES

_LOWEST, _HIGHEST = 1e-4, 10.0
_OFTEN = ("momentum",)
_SCHEDULE = "Learning-rate schedule"
_REST = "Batch and schedule"


class TrainingPanel(QWidget):
    """Everything here applies from the next step on, without a reset."""

    def __init__(self, session: TrainSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        offered = {key: kind for key, kind in OPTIMIZERS.items() if "objective" not in kind.needs}
        self.optimizer = RegistryCombo(offered, name="Optimizer")
        self.rate = RateRow(session)
        every = {spec.name for kind in offered.values() for spec in params_of(kind)}
        self.parameters = ParamPanel(session.optimizer, leave_out=tuple(every - set(_OFTEN)))
        self.seldom = ParamPanel(session.optimizer, leave_out=("lr", *_OFTEN))
        self.more = subgroup("More parameters")
        self.retreat = TextButton("Back", "Where training was still sound, with a learning rate that holds")
        self.rest = subgroup(_REST)
        self.batch = NumberField(1.0, 1.0, name="batch size", whole=True, check=self._check_batch)
        self.batch.setToolTip("Training points in one step.")
        self.batch_slider = ValueSlider(1.0, 2.0, log=True, whole=True, name="Batch size")
        self.batch_words = secondary()
        self.schedule = RegistryCombo(SCHEDULES, name=_SCHEDULE)
        self.schedule_formula = FormulaLabel(colour="muted")
        self.schedule_parameters = ParamPanel(session.setting.schedule)
        self.schedule_group = subgroup(_SCHEDULE)
        self._lay_out()
        self._connect()

    def synchronize(self) -> None:
        session, setting = self._session, self._session.setting
        optimizer, schedule = setting.optimizer, setting.schedule
        self.optimizer.set_key(optimizer.key)
        self.rate.synchronize()
        for panel in (self.parameters, self.seldom):
            panel.set_instance(optimizer)
            panel.setVisible(bool(panel.names()))
        self.more.setVisible(bool(self.seldom.names()))
        self._show_retreat()
        points = session.trainer.training.points
        size = setting.batch_size or points
        self.batch.set_value(size)
        self.batch_slider.set_range(1.0, float(points))
        self.batch_slider.set_value(size)
        self.batch_words.setText(batch_words(size, points))
        self.schedule.set_key(schedule.key)
        self.schedule_formula.set_latex(schedule.latex)
        self.schedule_parameters.set_instance(schedule)
        self.schedule_parameters.setVisible(bool(self.schedule_parameters.names()))
        constant = schedule.key == "constant"
        self.schedule_group.set_title(_SCHEDULE if constant else f"Schedule: {schedule.title}")
        set_here = [] if size == points else [f"batch of {size}"]
        set_here += [] if constant else [schedule.title.lower()]
        self.rest.set_title(f"{_REST}: {', '.join(set_here)}" if set_here else _REST)

    def _show_retreat(self) -> None:
        """After divergence: the way back, which is not looked for among the steps."""
        stop = self._session.trainer.stop
        possible = stop is not None and stop.sound_step is not None and stop.suggested_rate is not None
        if possible:
            rate = in_words(stop.suggested_rate)
            text = f"Back to step {stop.sound_step} with rate {rate}"
            if stop.sound_step == self._session.index:
                text = f"Go on with rate {rate}"
            self.retreat.setText(text)
            self.retreat.setAccessibleName(text)
            self.retreat.setToolTip(f"{text}: where training was still sound")
        self.retreat.setVisible(possible)

    def _lay_out(self) -> None:
        self.more.add(self.seldom)
        for widget in (self.schedule, self.schedule_formula, self.schedule_parameters):
            self.schedule_group.add(widget)
        batch = stack(FieldRow("Batch size", self.batch), self.batch_slider, self.batch_words, spacing=0)
        for widget in (batch, self.schedule_group, self.more):
            self.rest.add(widget)
        self.retreat.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # never widens the column
        self.retreat.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (titled("Optimizer", self.optimizer), self.rate, self.retreat, self.parameters, self.rest):
            layout.addWidget(part)

    def _connect(self) -> None:
        session = self._session
        self.optimizer.chosen.connect(session.choose_optimizer)
        self.retreat.clicked.connect(lambda: session.retreat())
        self.parameters.changed.connect(session.set_optimizer)
        self.seldom.changed.connect(session.set_optimizer)
        self.batch.entered.connect(self._batch_set)
        self.batch_slider.moved.connect(self._batch_set)
        self.schedule.chosen.connect(self._schedule_chosen)
        self.schedule_parameters.changed.connect(session.set_schedule)

    def _check_batch(self, size: float) -> None:
        points = self._session.trainer.training.points
        if size > points:
            raise ValueError(largest_batch(points))

    def _batch_set(self, size: float) -> None:
        self._session.set_batch_size(int(size))

    def _schedule_chosen(self, key: str) -> None:
        self._session.set_schedule(SCHEDULES[key]())


class RateRow(QWidget):
    """The learning rate: a field, and a logarithmic slider."""

    def __init__(self, session: TrainSession) -> None:
        super().__init__()
        self._session = session
        spec = next(spec for spec in params_of(session.optimizer) if spec.name == "lr")
        self.field = NumberField(session.optimizer.lr, spec.low, spec.high, name=spec.title)
        self.slider = LogSlider(_LOWEST, _HIGHEST, name="Learning rate")
        title = QLabel("Learning rate")
        title.setBuddy(self.field.edit)
        for widget in (title, self.field, self.slider):
            widget.setToolTip("How far a step goes for a slope of 1.\nA change applies from the next step.")
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(title)
        top.addWidget(FormulaLabel(spec.symbol, colour="muted", spoken="eta"), 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        top.addWidget(self.field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.field.problem)
        layout.addWidget(self.slider)
        self.slider.moved.connect(self._rate_set)
        self.field.entered.connect(self._rate_set)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def synchronize(self) -> None:
        rate = self._session.optimizer.lr
        self.field.set_value(rate)
        self.slider.set_value(rate)

    def _rate_set(self, rate: float) -> None:
        self._session.set_optimizer(replace(self._session.optimizer, lr=rate))

    def _follow_theme(self) -> None:
        self.field.edit.setFixedWidth(theme_manager().px(84))


def batch_words(size: int, points: int) -> str:
    """What a batch of `size` of `points` means for a step and an epoch."""
    if points == 1:
        return "There is one training point, so a step is an epoch."
    if size >= points:
        return f"All {points} training points in every step, so an epoch is one step."
    steps = math.ceil(points / size)
    return f"{size} of {points} training points in a step, drawn anew every epoch of {steps} steps."
