"""The Descend tab: puts curve, controls and numbers round one session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget

from gdsim.app.actions import Action
from gdsim.app.pictures import Picture, Table
from gdsim.app.plots.curve_plot import CurvePlot
from gdsim.app.saving import save_table
from gdsim.app.session_tab import SessionTab
from gdsim.app.tabs.descend.controls import DescendControls
from gdsim.app.tabs.descend.look import Look
from gdsim.app.tabs.descend.readings import coloured, picture_of, scale_of, table_of
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.tabs.descend.side import DescendSide
from gdsim.app.widgets.pause import Seldom

if TYPE_CHECKING:
    from gdsim.app.plots.surface_plot import SurfacePlot
    from gdsim.app.tabs.descend.surface_view import SurfaceView

_BESIDE_EVERY = 0.1  # seconds between two readings of the numbers beside a ball that is being dragged


class DescendTab(SessionTab):
    """Redraws after the session's `changed`; the visible part changes only with the function, or when asked."""

    session: DescendSession

    def build(self) -> Iterator[None]:
        context, session = self.context, self.session
        self._drawn: tuple[str, object] = ("", None)
        self._scale = 1.0
        self._named: object = None
        self._seldom = Seldom(context.ticker, _BESIDE_EVERY, self._show_beside)
        self.curve = CurvePlot(context.themes)
        self.curve.setAccessibleName("Loss curve with the ball")
        yield
        self.surface: SurfaceView | None = None  # made when the first surface is shown
        self.pages = QStackedWidget()
        self.pages.addWidget(self.curve)
        self.controls = DescendControls(session, context.ticker)
        yield
        self.side = DescendSide(context, session)
        self.numbers = self.side.numbers
        yield
        self.set_picture(self.pages)
        self.set_controls(self.controls)
        self.set_numbers(self.side)
        self._connect()
        yield
        self.synchronize()

    def synchronize(self) -> None:
        """Show the session as it is."""
        session = self.session
        self._show_function()
        self._show_picture()
        if session.preview is None:
            self._seldom.cancel()
            self._show_beside()
        else:  # every frame of a drag is the picture's alone
            self._seldom.ask()

    def _show_beside(self) -> None:
        """All but the picture."""
        session = self.session
        self.controls.synchronize()
        self.numbers.synchronize(typing=self.controls.formula.typing)
        count = 0 if session.preview else session.count
        self.transport.synchronize(session.index, count, session.playing, session.index > 0, session.can_step)
        self.transport.set_speed(session.experiment.speed)
        verdict = session.verdict
        self.sentence.show(verdict.text, str(verdict.tone), coloured(verdict.text))
        self.main_plot.setAccessibleDescription(verdict.text)

    @property
    def main_plot(self) -> CurvePlot | SurfacePlot:
        """The plot with the ball: of the curve, or of the surface from above."""
        return self.surface.plot if self.surface is not None and self.session.experiment.dim == 2 else self.curve

    def fit(self) -> None:
        """The whole domain, the path as far as it is near, and all of the loss chart."""
        if self.main_plot is self.curve:
            self.curve.fit(self.session.trace.rows())
        else:
            self.main_plot.fit(self.session.trace.rows()[:, :2])
        self.numbers.losses.fit()

    # What the window asks of a tab

    def actions(self) -> Sequence[Action]:
        return (
            Action("Fit", "F", self.fit, "View", "The whole curve, and the ball", separator=True),
            Action("Move the ball with the arrow keys", "Ctrl+B", self._focus_ball, "Run", "Escape ends it"),
        )

    def pictures(self) -> Sequence[Picture]:
        return (
            self.picture_of("descend", "the picture", self.main_plot),
            self.picture_of("loss", "loss against step", self.numbers.losses),
            *self._picture_in_space(),
            *self.side.pictures(),
        )

    def table(self) -> Table | None:
        """That of the study that is open, else the steps of this run."""
        return self.side.table() or table_of(self.session)

    def save_state(self) -> dict[str, Any]:
        return {
            **self.session.state(),
            "shown": asdict(self.controls.shown),
            "log": self.numbers.log_choice,
            "view": self.main_plot.view_box.viewRange(),
            "look": str(self.controls.look.currentData()),
            "side": self.side.settings(),
            "zoomed": not self.main_plot.follows,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self.session.restore(state)
        shown = state.get("shown", {})
        self.controls.set_shown(Shown(**{name: bool(shown[name]) for name in asdict(Shown()) if name in shown}))
        log = state.get("log")
        self.numbers.choose_log(log if isinstance(log, bool) else None)
        self.synchronize()
        if state.get("look") in {str(look) for look in Look}:
            self.set_look(Look(state["look"]))
        side = state.get("side")
        self.side.restore(side if isinstance(side, Mapping) else {})
        (x_low, x_high), (y_low, y_high) = state["view"]
        if state.get("zoomed") is True:
            self.main_plot.zoom_to((float(x_low), float(x_high)), (float(y_low), float(y_high)))

    def undo(self) -> None:
        self._travel(self.session.undo)

    def redo(self) -> None:
        self._travel(self.session.redo)

    def stop(self) -> None:
        self._seldom.cancel()
        self.session.play(False)
        self.controls.formula.stop()
        self.side.stop()

    # How it is done

    def _travel(self, there: Callable[[], None]) -> None:
        """Another function was seen in another part of the plane, so it is shown whole."""
        before = self.session.experiment.formula
        there()
        if self.session.experiment.formula != before:
            self.fit()

    def _show_function(self) -> None:
        """Another domain is shown whole; another formula on the same domain keeps the stretch of x that is seen."""
        session, experiment = self.session, self.session.experiment
        drawn = (experiment.formula, experiment.domain)
        if drawn == self._drawn:
            return
        same_domain = experiment.domain == self._drawn[1]
        self._drawn = drawn
        if experiment.dim == 2:
            from gdsim.app.tabs.descend.surface_readings import surface_scale_of

            view = self._surface_view()
            self.pages.setCurrentWidget(view)
            self._scale = surface_scale_of(session)
            view.set_surface(session.objective, session.surface)
            if not same_domain:
                self._show_picture()  # with the ball where it is now
                view.plot.fit(session.trace.rows(0, 1)[:, :2])
            return
        self.pages.setCurrentWidget(self.curve)
        self._scale = scale_of(session)
        self.curve.set_curve(session.objective.grid, experiment.domain[0])
        self._show_picture()
        if same_domain:
            self.curve.fit_heights()
        else:
            self.curve.fit(session.trace.rows(0, 1))

    def _show_curve(self) -> None:
        session = self.session
        if session.preview is None:
            self.curve.follow(session.trace.rows(0, session.index + 1))
        picture = picture_of(session, self.controls.shown, self._scale, self.side.stretches)
        stage = self.side.stage
        if stage is not None:
            told = replace(picture.shown, step=stage.colour == "step", tangent=stage.colour == "gradient")
            picture = replace(picture, stage=stage, shown=told)
        self.curve.set_picture(picture)

    def _show_surface(self, view: SurfaceView) -> None:
        from gdsim.app.tabs.descend.surface_readings import surface_picture_of

        session = self.session
        if session.preview is None:
            view.plot.follow(session.trace.rows(0, session.index + 1)[:, :2])
        overlay = self.side.overlay
        view.plot.set_basins(overlay.basins)
        picture = surface_picture_of(session, self.controls.shown, self._scale, overlay.tracks, overlay.marks)
        named = replace(picture.shown, minima=overlay.basins is None)
        view.set_picture(replace(picture, stage=self.side.stage, shown=named))

    def _surface_view(self) -> SurfaceView:
        if self.surface is None:
            from gdsim.app.tabs.descend.surface_view import SurfaceView

            self.surface = SurfaceView(self.context)
            self.pages.addWidget(self.surface)
            plot = self.surface.plot
            plot.dragged.connect(self._dragged)
            plot.dropped.connect(self._dropped)
            plot.nudged.connect(self._nudged)
            plot.viewed.connect(self._viewed)
            plot.set_describe(self.side.describe)
            self._name_data()
            self.surface.set_look(Look(self.controls.look.currentData()))
        return self.surface

    def set_look(self, look: Look) -> None:
        """From where a surface is seen."""
        self.controls.look.setCurrentIndex(self.controls.look.findData(look))
        if self.surface is not None:
            self.surface.set_look(look)

    def _viewed(self) -> None:
        """A basin map is made of what is seen."""
        part = self.main_plot.visible_part
        across, up = (part.x_low, part.x_high), (part.y_low, part.y_high)
        self.side.set_visible((across,) if self.main_plot is self.curve else (across, up))

    def _show_picture(self) -> None:
        if self._drawn != (self.session.experiment.formula, self.session.experiment.domain):
            return  # a study was told of another function first; the whole tab is drawn anew in a moment
        if self.surface is not None and self.session.experiment.dim == 2:
            self._show_surface(self.surface)
        else:
            self._show_curve()

    def _focus_ball(self) -> None:
        self.main_plot.setFocus()

    def _connect(self) -> None:
        session, curve = self.session, self.curve
        session.changed.connect(self.synchronize)
        self.controls.formula.paused.connect(self.numbers.synchronize)
        self.side.changed.connect(self._show_picture)
        self.side.changed.connect(self._name_data)
        self.connect_transport()
        curve.dragged.connect(self._dragged)
        curve.dropped.connect(self._dropped)
        curve.nudged.connect(self._nudged)
        curve.viewed.connect(self._viewed)
        self.numbers.picked.connect(session.seek)
        self.controls.shown_changed.connect(self.synchronize)
        self.controls.look_chosen.connect(self.set_look)
        self.numbers.set_menu(self._plot_menu(1))
        self._name_data()

    def _dragged(self, *point: float) -> None:
        self.session.drag_to(point)

    def _dropped(self, *point: float) -> None:
        self.session.move_to(point)

    def _nudged(self, *point: float) -> None:
        self.session.move_to(point, merge="nudge")

    def _plot_menu(self, which: int) -> tuple[Action, ...]:
        found = self.side.table_title
        return (
            Action("Fit", "", self.fit, "View"),
            *self.picture_entries(which),
            Action("Save the steps of this run…", "", self._save_steps, "File"),
            *((Action(f"Save {found}…", "", self._save_study, "File"),) if which == 0 and found else ()),
        )

    def _name_data(self) -> None:
        """The picture's menu names what can be saved: the run's steps, and the table of the study that is open."""
        if self._named == (self.side.table_title, self.surface):
            return
        self._named = (self.side.table_title, self.surface)
        plots = (self.curve,) if self.surface is None else (self.curve, self.surface.plot)
        for plot in plots:
            plot.set_menu(self._plot_menu(0))

    def _save_steps(self) -> None:
        save_table(table_of(self.session), self.context, self)

    def _save_study(self) -> None:
        table = self.side.table()
        if table is not None:
            save_table(table, self.context, self)

    def _picture_in_space(self) -> tuple[Picture, ...]:
        if self.surface is None or self.surface.look is Look.MAP or self.session.experiment.dim != 2:
            return ()
        space = self.surface.space
        return (
            Picture("space", "the surface in 3-D", space.size(), self.context.themes.theme.panel, space.paint_scene),
        )
