"""The left column of Descend: the function, the optimizer with its rate, the start, noise, and what is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.tabs.descend.experiment import VARIABLES, Setting
from gdsim.app.tabs.descend.look import Look
from gdsim.app.tabs.descend.rate import RateControl
from gdsim.app.tabs.descend.session import DescendSession, check_domain
from gdsim.app.tabs.descend.shown import TITLES, Shown
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.buttons import CheckBox
from gdsim.app.widgets.figures import digits_apart, format_number
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.formula_edit import FormulaEdit
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.param_panel import ParamPanel
from gdsim.app.widgets.registry_combo import ComboBox, RegistryCombo
from gdsim.app.widgets.slider import ValueSlider
from gdsim.core.expression import parse
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

_SELDOM = ("weight_decay", "eps")
_ALWAYS = ("lr",)
_NOISE_AND_SCHEDULE = "Noise and schedule"


class DescendControls(QWidget):
    """Asks the session; `synchronize` shows what came of it, silently."""

    shown_changed = Signal(object)
    look_chosen = Signal(object)

    def __init__(self, session: DescendSession, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.surface = RegistryCombo(SURFACES, name="Surface")
        self.surface.setPlaceholderText("Own formula")
        self.surface.setMaxVisibleItems(len(SURFACES))
        self.surface.insertSeparator(sum(surface.dim == 1 for surface in SURFACES.values()))
        self.formula = FormulaEdit(
            session.set_formula, prefix="f =", typeset=_typeset, name="Formula of x, or of x and y", ticker=ticker,
            remains="The picture still shows {}.",
        )  # fmt: skip
        self.about = _secondary("")
        self.optimizer = RegistryCombo(OPTIMIZERS, name="Optimizer")
        self.rate = RateControl(session)
        every = {spec.name for optimizer in OPTIMIZERS.values() for spec in params_of(optimizer)}
        self.parameters = ParamPanel(session.optimizer, leave_out=(*_ALWAYS, *_SELDOM))
        self.seldom = ParamPanel(session.optimizer, leave_out=tuple(every - set(_SELDOM)))
        self.start = NumberField(name="start x")
        self.start_y = NumberField(name="start y")
        self.low, self.high = self._end("left end", 0, 0), self._end("right end", 0, 1)
        self.bottom, self.top = self._end("lower end", 1, 0), self._end("upper end", 1, 1)
        self.look = ComboBox()
        self.look.setAccessibleName("Picture of the surface")
        for look in Look:
            self.look.addItem(str(look), look)
        self.noise = ValueSlider(0.0, 5.0, 0.0, name="Gradient noise")
        self.noise_field = NumberField(0.0, 0.0, 1e6, name="gradient noise")
        self.seed = NumberField(0.0, 0.0, 2**32 - 1, whole=True, name="seed")
        self.schedule = RegistryCombo(SCHEDULES, name="Learning-rate schedule")
        self.schedule_parameters = ParamPanel(session.setting.schedule)
        self.switches = {name: CheckBox(title) for name, (title, _, _) in TITLES.items()}
        self.more = FoldGroup("More parameters", open=False)
        self.randomness = FoldGroup(_NOISE_AND_SCHEDULE, open=False)
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
        self.about.setText(session.surface.about if session.surface is not None else "")
        self.about.setVisible(session.surface is not None)
        self.optimizer.set_key(setting.optimizer.key)
        self.rate.synchronize()
        for panel in (self.parameters, self.seldom):
            panel.set_instance(setting.optimizer)
            panel.setVisible(bool(panel.names()))
        self.more.setVisible(bool(self.seldom.names()))
        self._show_dimension(experiment.dim)
        for field, value in zip((self.start, self.start_y), experiment.start, strict=False):
            field.set_value(value)
        for ends, values in zip(((self.low, self.high), (self.bottom, self.top)), experiment.domain, strict=False):
            for field, value in zip(ends, values, strict=True):
                field.set_value(value, digits_apart(*values))
        self.noise.set_value(setting.noise)
        self.noise_field.set_value(setting.noise)
        self.seed.set_value(experiment.seed)
        self.schedule.set_key(setting.schedule.key)
        self.schedule_parameters.set_instance(setting.schedule)
        self.schedule_parameters.setVisible(bool(self.schedule_parameters.names()))
        self.randomness.set_title(noise_and_schedule(setting))

    def _show_dimension(self, dim: int) -> None:
        """Fields and switches that mean nothing for a curve, or nothing for a surface, go."""
        for row in self._second:
            row.setVisible(dim == 2)
        for name, box in self.switches.items():
            box.setVisible(dim in TITLES[name][2])

    def _lay_out(self) -> None:
        noise = self.randomness
        noise.add(_row("Gradient noise", self.noise_field))
        noise.add(self.noise)
        noise.add(_row("Seed of the noise", self.seed))
        noise.add(_stack(_label("Learning-rate schedule"), self.schedule))
        noise.add(self.schedule_parameters)
        domain = FoldGroup("Domain", open=False)
        domain.add(_row("x from", self.low))
        domain.add(_row("to", self.high))
        from_, to = _row("y from", self.bottom), _row("to", self.top)
        domain.add(from_)
        domain.add(to)
        look, start_y = _stack(_label("Picture"), self.look), _row("Start y", self.start_y)
        self._second = (from_, to, look, start_y)
        shown = FoldGroup("Show")
        boxes = QWidget()
        column = QVBoxLayout(boxes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for name, box in self.switches.items():
            box.setToolTip(TITLES[name][1])
            column.addWidget(box)
        shown.add(boxes)
        self.more.add(self.seldom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (
            _stack(_label("Surface"), self.surface), self.formula, self.about, 8,
            _stack(_label("Optimizer"), self.optimizer), self.rate, self.parameters, self.more, 8,
            _row("Start x", self.start), start_y, look, 8, shown, noise, domain,
        ):  # fmt: skip
            layout.addSpacing(part) if isinstance(part, int) else layout.addWidget(part)
        layout.addStretch(1)
        self.set_shown(Shown())

    def _connect(self) -> None:
        session = self._session
        self.surface.chosen.connect(session.set_surface)
        self.formula.edit.editingFinished.connect(session.finish_formula)
        self.optimizer.chosen.connect(session.choose_optimizer)
        self.parameters.changed.connect(session.set_optimizer)
        self.seldom.changed.connect(session.set_optimizer)
        for field in (self.start, self.start_y):
            field.entered.connect(self._start_entered)
        self.look.activated.connect(self._tell_look)
        self.noise.moved.connect(session.set_noise)
        self.noise_field.entered.connect(session.set_noise)
        self.seed.entered.connect(self._seed_entered)
        self.schedule.chosen.connect(self._schedule_chosen)
        self.schedule_parameters.changed.connect(session.set_schedule)
        for box in self.switches.values():
            box.toggled.connect(self._tell_shown)
        # After Return the keyboard is the window's again: Space plays, the arrows step.
        for field in (
            self.formula, self.start, self.start_y, self.rate.field, self.low, self.high, self.bottom, self.top,
            self.noise_field, self.seed,
        ):  # fmt: skip
            field.edit.returnPressed.connect(field.leave)

    def _start_entered(self) -> None:
        fields = (self.start, self.start_y)[: self._session.experiment.dim]
        self._session.move_to(tuple(field.value() for field in fields))

    def _seed_entered(self, seed: float) -> None:
        self._session.set_seed(int(seed))

    def _schedule_chosen(self, key: str) -> None:
        self._session.set_schedule(SCHEDULES[key]())

    def _end(self, name: str, axis: int, which: int) -> NumberField:
        """The field of one end of the domain, which is refused in its own place."""

        def ends(value: float) -> tuple[float, float]:
            low, high = self._session.experiment.domain[axis]
            return (value, high) if which == 0 else (low, value)

        field = NumberField(name=name, check=lambda value: check_domain(*ends(value), axis))
        field.entered.connect(lambda value: self._session.set_domain(*ends(value), axis))
        return field

    def _tell_look(self, index: int) -> None:
        self.look_chosen.emit(Look(self.look.itemData(index)))

    def _tell_shown(self) -> None:
        self.shown_changed.emit(self.shown)


def noise_and_schedule(setting: Setting) -> str:
    """The heading of their group; what is on is named, since it stays on with another surface while it is folded."""
    parts = [f"noise {format_number(setting.noise, trim=True)}"] if setting.noise else []
    if setting.schedule.key != "constant":
        parts.append(setting.schedule.title.lower())
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}" if parts else _NOISE_AND_SCHEDULE


def _typeset(text: str) -> str:
    formula = parse(text, VARIABLES)
    return f"f(x{', y' if 'y' in formula.variables else ''}) = {formula.to_latex()}"


def _label(text: str) -> QLabel:
    return QLabel(text)


def _secondary(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setProperty("role", "secondary")
    return label


def _row(title: str, field: NumberField) -> QWidget:
    """A title on the left, a field of one number on the right, and its problem across both."""
    label = QLabel(title)
    label.setBuddy(field)
    row = QWidget()
    top = QHBoxLayout()
    top.addWidget(label, 1, Qt.AlignmentFlag.AlignVCenter)
    top.addWidget(field, 1)
    layout = QVBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    layout.addLayout(top)
    layout.addWidget(field.problem)
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
