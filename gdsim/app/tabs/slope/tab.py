"""The Slope tab: puts pictures, controls, numbers and the Practice card round one session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from gdsim.app.actions import Action
from gdsim.app.pictures import Picture, Table
from gdsim.app.saving import save_table
from gdsim.app.session_tab import SessionTab
from gdsim.app.tabs.slope.controls import SlopeControls
from gdsim.app.tabs.slope.motion import SlideIn
from gdsim.app.tabs.slope.pictures import SlopePictures
from gdsim.app.tabs.slope.practice_card import PracticeCard
from gdsim.app.tabs.slope.practice_session import PracticeSession
from gdsim.app.tabs.slope.readings import SlopeShown, coloured, sentence_of, table_of
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.tabs.slope.side import SlopeSide
from gdsim.app.widgets.tab_frame import NUMBERS

_KEPT = "practice"


class SlopeTab(SessionTab):
    """Redraws after the session's `changed`."""

    step_words = "halve Δx"
    roomy_numbers = 380

    session: SlopeSession

    def build(self) -> Iterator[None]:
        context, session = self.context, self.session
        settings = context.settings
        self.exercise = PracticeSession(
            settings.mapping(_KEPT), partial(settings.set, _KEPT), context.options.seed or 0, self, context.ticker
        )
        self.middle = SlopePictures(context, session)
        self.set_picture(self.middle)
        yield
        self.controls = SlopeControls(session, context.ticker)
        self.set_controls(self.controls)
        yield
        self.side = SlopeSide(context, session)
        yield
        self.set_numbers(self.side)
        yield
        self.card: PracticeCard | None = None  # made when practice is first opened
        self.transport.step_button.setToolTip("Halve Δx (Right)")
        self.transport.reset_button.describe("Reset", "Back to the Δx that the curve began with (R)")
        self.transport.back_button.describe("Step back", "One halving of Δx less (Left)")
        self._connect()
        yield
        self.synchronize()

    def synchronize(self) -> None:
        """Show the session as it is."""
        session = self.session
        self.middle.synchronize(self.controls.shown)
        self.controls.synchronize()
        self.side.synchronize(typing=self.controls.formula.typing)
        can_back = session.dx != session.experiment.dx
        self.transport.synchronize(session.index, session.count, session.playing, can_back, session.can_step)
        self.transport.set_speed(session.experiment.speed)
        text, tone = sentence_of(session)
        self.sentence.show(text, tone, coloured(text))
        self.middle.secant.setAccessibleDescription(text)
        self.middle.derivative.setAccessibleDescription("" if session.hidden else session.here.text)

    def fit(self) -> None:
        """The whole domain, and the points as far as they are near."""
        self.middle.fit()
        self.side.error.plot.fit()

    # Practice

    @property
    def practising(self) -> bool:
        return self.card is not None and not self.card.isHidden()

    def open_practice(self, *, moving: bool = True) -> None:
        """Lay the card over the right half, with the keyboard where the answer is typed."""
        self._lay_card()
        if moving:
            self._slide.start()
            self.card.open_at_answer()

    def _lay_card(self) -> None:
        if self.card is None:
            self.card = PracticeCard(self.context, self.exercise, self)
            self.card.closed.connect(self.close_practice)
            self._slide = SlideIn(self.context.ticker, self.card)
        self.set_card(self.card)
        self.card.host(self.side.predict)

    def close_practice(self) -> None:
        if self.card is not None:
            self.side.take_question()
            self._slide.finish()
            self.card.stop()
            self.set_card(None)
            self.window().setFocus()

    def toggle_practice(self) -> None:
        (self.close_practice if self.practising else self.open_practice)()

    # What the window asks of a tab

    def actions(self) -> Sequence[Action]:
        return (
            Action("Shrink Δx", "Ctrl+K", self.session.shrink, "Run", "Until it is the tangent", separator=True),
            Action("Move the points with the arrow keys", "Ctrl+B", self._focus_points, "Run", "Escape ends it"),
            Action("Predict first", "Ctrl+G", self._toggle_predict, "Run", "Guess each slope before it is shown",
                   checked=self._predicts),
            Action("Practice", "Ctrl+P", self.toggle_practice, "Run", "Differentiate by hand", checked=self._practises),
            Action("Save the practice score…", "", self._save_score, "File", "As CSV", enabled=self._has_score),
            Action("Fit", "F", self.fit, "View", "The whole curve, and both points", separator=True),
        )  # fmt: skip

    def pictures(self) -> Sequence[Picture]:
        shown = [self.picture_of("slope", "the picture", self.middle.secant),
                 self.picture_of("derivative", "the derivative", self.middle.derivative)]  # fmt: skip
        if self.side.error.chart is not None and self.side.page is self.side.error:
            shown.append(self.picture_of("errors", "the errors against Δx", self.side.error.plot))
        return shown

    def table(self) -> Table | None:
        return table_of(self.session)

    def save_state(self) -> dict[str, Any]:
        plot = self.middle.secant
        return {
            **self.session.state(),
            "shown": asdict(self.controls.shown),
            "side": self.side.settings(),
            "practising": self.practising,
            "view": plot.view_box.viewRange(),
            "zoomed": not plot.follows,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.session.restore(state)
        shown = state.get("shown", {})
        names = asdict(SlopeShown())
        self.controls.set_shown(SlopeShown(**{name: bool(shown.get(name, names[name])) for name in names}))
        side = state.get("side")
        self.side.restore(side if isinstance(side, Mapping) else {})
        self.synchronize()
        if state.get("zoomed") is True:
            (x_low, x_high), (y_low, y_high) = state["view"]
            self.middle.secant.zoom_to((float(x_low), float(x_high)), (float(y_low), float(y_high)))
        if state.get("practising") is True:
            self.open_practice(moving=False)

    def stop(self) -> None:
        self.session.play(False)
        self.controls.formula.stop()
        self.side.stop()
        if self.card is not None:
            self._slide.finish()
            self.card.stop()
            self.exercise.finish()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.card is not None:
            self._slide.finish()
        super().resizeEvent(event)

    # How it is done

    def _connect(self) -> None:
        session, plot = self.session, self.middle.secant
        session.changed.connect(self.synchronize)
        self.controls.formula.paused.connect(self.synchronize)
        self.controls.shown_changed.connect(self.synchronize)
        self.controls.predicts.toggled.connect(self._show_question)
        self.controls.practice_requested.connect(self.toggle_practice)
        self.connect_transport()
        plot.dragged.connect(session.drag_to)
        plot.dropped.connect(session.move_to)
        plot.nudged.connect(self._nudged)
        for which, shown in enumerate((plot, self.middle.derivative)):
            shown.set_menu(self._plot_menu(which))
        self.side.error.plot.set_menu(self._plot_menu(2))

    def _show_question(self, asked: bool) -> None:
        """In a narrow window the question stands on the page of numbers, during practice at the top of the card."""
        if asked:
            self.show_page(NUMBERS)
            if self.practising:
                self.card.show_guest(self.side.predict)
                self.side.predict.first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _nudged(self, which: str, place: float) -> None:
        self.session.move_to(which, place, merge="nudge")

    def _plot_menu(self, which: int) -> tuple[Action, ...]:
        return (
            Action("Fit", "", self.fit, "View"),
            *self.picture_entries(which),
            Action("Save the secants so far…", "", self._save_secants, "File"),
        )

    def _save_secants(self) -> None:
        save_table(table_of(self.session), self.context, self)

    def _save_score(self) -> None:
        save_table(self.exercise.table(), self.context, self)

    def _has_score(self) -> bool:
        return bool(self.exercise.score.attempts)

    def _practises(self) -> bool:
        return self.practising

    def _predicts(self) -> bool:
        return self.session.predicts

    def _toggle_predict(self) -> None:
        self.session.set_predicts(not self.session.predicts)
        self._show_question(self.session.predicts)

    def _focus_points(self) -> None:
        self.middle.secant.setFocus()
