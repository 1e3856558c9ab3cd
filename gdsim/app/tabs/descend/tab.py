"""The Descend tab: puts curve, controls and numbers round one session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from gdsim.app.actions import Action
from gdsim.app.context import Context
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.curve_picture import Shown
from gdsim.app.plots.curve_plot import CurvePlot
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.saving import copy_picture, save_picture, save_table
from gdsim.app.tabs.descend.controls import DescendControls
from gdsim.app.tabs.descend.numbers import DescendNumbers
from gdsim.app.tabs.descend.readings import coloured, picture_of, scale_of, table_of
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.widgets.tab_frame import TabFrame


class DescendTab(TabFrame):
    """Redraws after the session's `changed`; the visible part changes only with the function, or when asked."""

    def __init__(self, context: Context, session: DescendSession) -> None:
        super().__init__()
        self.context, self.session = context, session
        self._drawn: tuple[str, object] = ("", None)
        self._scale = 1.0
        session.setParent(self)
        self.curve = CurvePlot(context.themes)
        self.curve.setAccessibleName("Loss curve with the ball")
        self.controls = DescendControls(session)
        self.numbers = DescendNumbers(context, session)
        self.set_picture(self.curve)
        self.set_controls(self.controls)
        self.set_numbers(self.numbers)
        self._connect()
        self.synchronize()

    def synchronize(self) -> None:
        """Show the session as it is."""
        session = self.session
        self._show_function()
        if session.preview is None:
            self.curve.follow(session.trace.rows(0, session.index + 1))
        self.curve.set_picture(picture_of(session, self.controls.shown, self._scale))
        self.controls.synchronize()
        self.numbers.synchronize()
        count = 0 if session.preview else session.count
        self.transport.synchronize(session.index, count, session.playing, session.index > 0, session.can_step)
        self.transport.set_speed(session.experiment.speed)
        verdict = session.verdict
        self.sentence.show(verdict.text, str(verdict.tone), coloured(verdict.text))
        self.curve.setAccessibleDescription(verdict.text)

    def fit(self) -> None:
        """The whole domain, the path as far as it is near, and all of the loss chart."""
        self.curve.fit(self.session.trace.rows())
        self.numbers.losses.fit()

    # What the window asks of a tab

    def actions(self) -> Sequence[Action]:
        return (
            Action("Fit", "F", self.fit, "View", "The whole curve, and the ball", separator=True),
            Action("Move the ball with the arrow keys", "Ctrl+B", self.curve.setFocus, "Run", "Escape ends it"),
        )

    def advance(self, steps: int) -> None:
        self.session.advance(steps)

    def pictures(self) -> Sequence[Picture]:
        return (
            self._picture("descend", "the curve", self.curve),
            self._picture("loss", "loss against step", self.numbers.losses),
        )

    def table(self) -> Table | None:
        return table_of(self.session)

    def save_state(self) -> dict[str, Any]:
        return {
            **self.session.state(),
            "shown": asdict(self.controls.shown),
            "log": self.numbers.log.isChecked(),
            "view": self.curve.view_box.viewRange(),
            "zoomed": not self.curve.follows,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.session.restore(state)
        shown = state.get("shown", {})
        self.controls.set_shown(Shown(**{name: bool(shown[name]) for name in asdict(Shown()) if name in shown}))
        self.numbers.log.setChecked(state.get("log") is True)
        (x_low, x_high), (y_low, y_high) = state["view"]
        if state.get("zoomed") is True:
            self.curve.zoom_to((float(x_low), float(x_high)), (float(y_low), float(y_high)))
        self.synchronize()

    def undo(self) -> None:
        self.session.undo()

    def redo(self) -> None:
        self.session.redo()

    def can_undo(self) -> bool:
        return self.session.can_undo

    def can_redo(self) -> bool:
        return self.session.can_redo

    def stop(self) -> None:
        self.session.play(False)

    # How it is done

    def _show_function(self) -> None:
        """Another domain is shown whole; another formula on the same domain keeps the stretch of x that is seen."""
        experiment = self.session.experiment
        drawn = (experiment.formula, experiment.domain)
        if drawn == self._drawn:
            return
        same_domain = experiment.domain == self._drawn[1]
        self._drawn = drawn
        self._scale = scale_of(self.session)
        self.curve.set_curve(self.session.objective.grid, experiment.domain[0])
        if same_domain and not self.curve.follows:
            self.curve.fit_heights()
        else:
            self.curve.fit(self.session.trace.rows(0, 1))

    def _connect(self) -> None:
        session, transport, curve = self.session, self.transport, self.curve
        session.changed.connect(self.synchronize)
        transport.reset_requested.connect(session.reset)
        transport.back_requested.connect(session.back)
        transport.play_requested.connect(session.play)
        transport.step_requested.connect(session.advance)
        transport.speed_changed.connect(session.set_speed)
        transport.seek_requested.connect(session.seek)
        curve.dragged.connect(self._dragged)
        curve.dropped.connect(self._dropped)
        curve.nudged.connect(self._nudged)
        self.numbers.losses.picked.connect(session.seek)
        self.controls.shown_changed.connect(self.synchronize)
        curve.set_menu(self._plot_menu(0))
        self.numbers.losses.set_menu(self._plot_menu(1))

    def _dragged(self, x: float) -> None:
        self.session.drag_to((x,))

    def _dropped(self, x: float) -> None:
        self.session.move_to((x,))

    def _nudged(self, x: float) -> None:
        self.session.move_to((x,), merge="nudge")

    def _plot_menu(self, which: int) -> tuple[Action, ...]:
        return (
            Action("Fit", "", self.fit, "View"),
            Action("Copy picture", "", partial(self._copy, which), "File"),
            Action("Save picture…", "", partial(self._save, which), "File"),
            Action("Save data…", "", self._save_data, "File"),
        )

    def _copy(self, which: int) -> None:
        copy_picture(self.pictures()[which], self.context)

    def _save(self, which: int) -> None:
        save_picture(self.pictures()[which], self.context, self)

    def _save_data(self) -> None:
        save_table(table_of(self.session), self.context, self)

    def _picture(self, name: str, title: str, plot: MathPlot) -> Picture:
        return Picture(name, title, plot.viewport().size(), self.context.themes.theme.panel, plot.paint_into)
