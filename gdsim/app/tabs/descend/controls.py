"""The left column of Descend: the function, the optimizer with its rate, the start, noise, and what is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.plots.curve_picture import Shown
from gdsim.app.tabs.descend.rate import RateControl
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.formula_edit import FormulaEdit
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.param_panel import ParamPanel
from gdsim.app.widgets.registry_combo import RegistryCombo
from gdsim.app.widgets.slider import ValueSlider
from gdsim.core.expression import parse
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

_SELDOM = ("weight_decay", "eps")
_ALWAYS = ("lr",)
_SHOWN = {
    "tangent": ("Tangent", "The line with the slope of the curve at the ball"),
    "gradient": ("Gradient, uphill", "An arrow for f′(x), drawn at the scale written beside it"),
    "step": ("Next step", "An arrow of the step's true length, and where it lands"),
    "path": ("Path", "The steps so far, the newest largest"),
    "ahead": ("Path ahead", "Where the run would go from here with the settings of now"),
}


class DescendControls(QWidget):
    """Asks the session; `synchronize` shows what came of it, silently."""

    shown_changed = Signal(object)

    def __init__(self, session: DescendSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        gallery = {key: surface for key, surface in SURFACES.items() if surface.dim == 1}
        self.surface = RegistryCombo(gallery, name="Surface")
        self.surface.setPlaceholderText("Own formula")
        self.formula = FormulaEdit(session.set_formula, prefix="f(x) =", typeset=_typeset, name="Formula of x")
        self.about = _secondary("")
        self.optimizer = RegistryCombo(OPTIMIZERS, name="Optimizer")
        self.rate = RateControl(session)
        every = {spec.name for optimizer in OPTIMIZERS.values() for spec in params_of(optimizer)}
        self.parameters = ParamPanel(session.optimizer, leave_out=(*_ALWAYS, *_SELDOM))
        self.seldom = ParamPanel(session.optimizer, leave_out=tuple(every - set(_SELDOM)))
        self.start = NumberField(name="start x")
        self.low, self.high = NumberField(name="left end"), NumberField(name="right end")
        self.noise = ValueSlider(0.0, 5.0, 0.0, name="Gradient noise")
        self.noise_field = NumberField(0.0, 0.0, 1e6, name="gradient noise")
        self.seed = NumberField(0.0, 0.0, 2**32 - 1, whole=True, name="seed")
        self.schedule = RegistryCombo(SCHEDULES, name="Learning-rate schedule")
        self.schedule_parameters = ParamPanel(session.setting.schedule)
        self.switches = {name: QCheckBox(title) for name, (title, _) in _SHOWN.items()}
        self.more = FoldGroup("More parameters", open=False)
        self._lay_out()
        self._connect()

    @property
    def shown(self) -> Shown:
        return Shown(**{name: box.isChecked() for name, box in self.switches.items()})

    def set_shown(self, shown: Shown) -> None:
        for name, box in self.switches.items():
            box.blockSignals(True)
            box.setChecked(getattr(shown, name))
            box.blockSignals(False)

    def synchronize(self) -> None:
        session, experiment = self._session, self._session.experiment
        setting = session.setting
        self.surface.set_key(experiment.surface or None)
        if self.formula.text() != experiment.formula:
            self.formula.set_text(experiment.formula)
            self.formula.edit.setCursorPosition(0)
        self.about.setText(session.surface.about if session.surface is not None else "")
        self.about.setVisible(session.surface is not None)
        self.optimizer.set_key(setting.optimizer.key)
        self.rate.synchronize()
        for panel in (self.parameters, self.seldom):
            panel.set_instance(setting.optimizer)
            panel.setVisible(bool(panel.names()))
        self.more.setVisible(bool(self.seldom.names()))
        self.start.set_value(experiment.start[0])
        (low, high), *_ = experiment.domain
        self.low.set_value(low)
        self.high.set_value(high)
        self.noise.set_value(setting.noise)
        self.noise_field.set_value(setting.noise)
        self.seed.set_value(experiment.seed)
        self.schedule.set_key(setting.schedule.key)
        self.schedule_parameters.set_instance(setting.schedule)
        self.schedule_parameters.setVisible(bool(self.schedule_parameters.names()))

    def _lay_out(self) -> None:
        noise = FoldGroup("Noise and schedule", open=False)
        noise.add(_row("Gradient noise", self.noise_field))
        noise.add(self.noise)
        noise.add(_row("Seed of the noise", self.seed))
        noise.add(_stack(_label("Learning-rate schedule"), self.schedule))
        noise.add(self.schedule_parameters)
        domain = FoldGroup("Domain", open=False)
        domain.add(_row("x from", self.low))
        domain.add(_row("to", self.high))
        shown = FoldGroup("Show")
        boxes = QWidget()
        column = QVBoxLayout(boxes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for name, box in self.switches.items():
            box.setToolTip(_SHOWN[name][1])
            column.addWidget(box)
        shown.add(boxes)
        self.more.add(self.seldom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (
            _stack(_label("Surface"), self.surface), self.formula, self.about, 8,
            _stack(_label("Optimizer"), self.optimizer), self.rate, self.parameters, self.more, 8,
            _row("Start x", self.start), 8, shown, noise, domain,
        ):  # fmt: skip
            layout.addSpacing(part) if isinstance(part, int) else layout.addWidget(part)
        layout.addStretch(1)
        self.set_shown(Shown())

    def _connect(self) -> None:
        session = self._session
        self.surface.chosen.connect(session.set_surface)
        self.optimizer.chosen.connect(session.choose_optimizer)
        self.parameters.changed.connect(session.set_optimizer)
        self.seldom.changed.connect(session.set_optimizer)
        self.start.entered.connect(self._start_entered)
        self.low.entered.connect(self._domain_entered)
        self.high.entered.connect(self._domain_entered)
        self.noise.moved.connect(session.set_noise)
        self.noise_field.entered.connect(session.set_noise)
        self.seed.entered.connect(self._seed_entered)
        self.schedule.chosen.connect(self._schedule_chosen)
        self.schedule_parameters.changed.connect(session.set_schedule)
        for box in self.switches.values():
            box.toggled.connect(self._tell_shown)
        # After Return the keyboard is the window's again: Space plays, the arrows step.
        for field in (self.formula, self.start, self.rate.field, self.low, self.high, self.noise_field, self.seed):
            field.edit.returnPressed.connect(field.edit.clearFocus)

    def _start_entered(self, x: float) -> None:
        self._session.move_to((x,))

    def _seed_entered(self, seed: float) -> None:
        self._session.set_seed(int(seed))

    def _schedule_chosen(self, key: str) -> None:
        self._session.set_schedule(SCHEDULES[key]())

    def _domain_entered(self) -> None:
        try:
            self._session.set_domain(self.low.value(), self.high.value())
        except ValueError as error:
            self.high.say(f"{error}.".capitalize())
        else:
            self.high.say("")

    def _tell_shown(self) -> None:
        self.shown_changed.emit(self.shown)


def _typeset(text: str) -> str:
    return f"f(x) = {parse(text, ('x',)).to_latex()}"


def _label(text: str) -> QLabel:
    return QLabel(text)


def _secondary(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "secondary")
    return label


def _row(title: str, field: QWidget) -> QWidget:
    """A title on the left and a field of one number on the right."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    label = QLabel(title)
    label.setBuddy(field)
    layout.addWidget(label, 1, Qt.AlignmentFlag.AlignVCenter)
    layout.addWidget(field, 1)
    return row


def _stack(*widgets: QWidget) -> QWidget:
    """Widgets close under one another."""
    stack = QWidget()
    layout = QVBoxLayout(stack)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    for widget in widgets:
        layout.addWidget(widget)
    return stack
