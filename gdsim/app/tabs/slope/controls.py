"""The left column of the Slope tab: the curve, x and Δx, what is shown, predicting and practising."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdsim.app.tabs.slope.dx_slider import DxSlider
from gdsim.app.tabs.slope.experiment import VARIABLE, check_domain, check_dx, check_x, parsed
from gdsim.app.tabs.slope.fitting import fitting_digits
from gdsim.app.tabs.slope.readings import SWITCHES, SlopeShown
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.buttons import CheckBox, TextButton
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.app.widgets.formula_edit import FormulaEdit
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.registry_combo import RegistryCombo
from gdsim.app.widgets.rows import FieldRow, say, secondary, stack, titled
from gdsim.core.slope import CURVES

_FIELD, _PADDING = 104, 24  # px, the width of a field and what of it is not for digits


class SlopeControls(QWidget):
    """Asks the session; `synchronize` shows what came of it, silently."""

    shown_changed = Signal()
    practice_requested = Signal()

    def __init__(self, session: SlopeSession, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.curve = RegistryCombo(CURVES, name="Curve")
        self.curve.setPlaceholderText("Own formula")
        self.curve.setMaxVisibleItems(len(CURVES))
        self.formula = FormulaEdit(
            session.set_formula, prefix="f(x) =", typeset=_typeset, name="Formula of x", ticker=ticker,
            remains="The picture still shows {}.",
        )  # fmt: skip
        self.about = secondary()
        self.x = NumberField(name="x", check=check_x)
        self.dx = NumberField(1.0, name="Δx", check=check_dx)
        self.x.setToolTip("Where the slope is asked for")
        self.dx.setToolTip("How far the second point is from the first, to the right (+) or to the left (−)")
        self.slider = DxSlider(session.dx)
        self.shrink = TextButton("Shrink Δx", "Let Δx shrink until the secant is the tangent")
        self.switches = {name: CheckBox(title, help_text) for name, (title, help_text) in SWITCHES.items()}
        self.predicts = CheckBox("Predict first", "Guess the sign or the value of each slope before it is shown")
        self.practice = TextButton("Practice derivatives", "Differentiate by hand and have it checked (Ctrl+P)")
        self.low, self.high = self._end("left end", 0), self._end("right end", 1)
        self._lay_out()
        self._connect()

    @property
    def shown(self) -> SlopeShown:
        return SlopeShown(**{name: box.isChecked() for name, box in self.switches.items()})

    def set_shown(self, shown: SlopeShown) -> None:
        for name, box in self.switches.items():
            box.blockSignals(True)
            box.setChecked(getattr(shown, name))
            box.blockSignals(False)

    def synchronize(self) -> None:
        session, experiment = self._session, self._session.experiment
        self.curve.set_key(experiment.curve or None)
        if self.formula.text() != experiment.formula:
            self.formula.set_text(experiment.formula)
        # What is said of a curve gives its slope away.
        say(self.about, session.curve.about if session.curve is not None and not session.hidden else "")
        _show(self.x, session.x)
        _show(self.dx, session.dx)
        self.slider.set_value(session.dx)
        self.shrink.setEnabled(session.can_shrink)
        self.predicts.blockSignals(True)
        self.predicts.setChecked(session.predicts)
        self.predicts.blockSignals(False)
        for field, value in zip((self.low, self.high), experiment.domain, strict=True):
            _show(field, value)

    def _follow_theme(self) -> None:
        for field in (self.x, self.dx, self.low, self.high):
            field.edit.setFixedWidth(theme_manager().px(_FIELD))
        self.synchronize()

    def _lay_out(self) -> None:
        shown = FoldGroup("Show")
        shown.add(stack(*self.switches.values(), spacing=0))
        domain = FoldGroup("Domain", open=False)
        domain.add(FieldRow("x from", self.low))
        domain.add(FieldRow("to", self.high))
        learn = QLabel("Your turn")
        learn.setProperty("role", "heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (
            titled("Curve", self.curve), self.formula, self.about, 8,
            FieldRow("x", self.x), FieldRow("Δx", self.dx), self.slider, _left(self.shrink), 8,
            shown, 8, stack(learn, self.predicts, self.practice, spacing=6), domain,
        ):  # fmt: skip
            layout.addSpacing(part) if isinstance(part, int) else layout.addWidget(part)
        layout.addStretch(1)
        self.set_shown(SlopeShown())

    def _connect(self) -> None:
        session = self._session
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()
        self.curve.chosen.connect(session.set_curve)
        self.formula.edit.editingFinished.connect(session.finish_formula)
        self.x.entered.connect(self._x_entered)
        self.dx.entered.connect(session.set_dx)
        self.slider.moved.connect(session.set_dx)
        self.shrink.clicked.connect(session.shrink)
        self.predicts.toggled.connect(session.set_predicts)
        self.practice.clicked.connect(self.practice_requested)
        for box in self.switches.values():
            box.toggled.connect(self._tell_shown)
        # After Return the keyboard is the window's again: Space plays, the arrows step.
        for field in (self.formula, self.x, self.dx, self.low, self.high):
            field.edit.returnPressed.connect(field.leave)

    def _x_entered(self, x: float) -> None:
        self._session.move_to("x", x)

    def _tell_shown(self) -> None:
        self.shown_changed.emit()

    def _end(self, name: str, which: int) -> NumberField:
        """The field of one end of the domain, which is refused in its own place."""

        def ends(value: float) -> tuple[float, float]:
            low, high = self._session.experiment.domain
            return (value, high) if which == 0 else (low, value)

        field = NumberField(name=name, check=lambda value: check_domain(*ends(value)))
        field.entered.connect(lambda value: self._session.set_domain(*ends(value)))
        return field


def _typeset(text: str) -> str:
    return f"f({VARIABLE}) = {parsed(text).to_latex()}"


def _show(field: NumberField, value: float) -> None:
    """A number in its field, with as many digits as there is room for: cut off it would be another one."""
    room = field.edit.maximumWidth() - theme_manager().px(_PADDING)
    field.set_value(value, fitting_digits(value, field.edit.fontMetrics().horizontalAdvance, room))


def _left(widget: QWidget) -> QWidget:
    """As wide as it needs to be, at the left."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget)
    row.addStretch(1)
    return holder
