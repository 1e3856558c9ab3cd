"""A surface of two variables seen from above, with the ball on it, to be dragged, clicked and moved by keys.

The plot holds no state of the experiment: it shows a `SurfacePicture` and tells where the user wants the ball.  What is
seen is computed for the visible part of the plane when it rests; while it moves the picture at hand moves along, with
coarse colours where it does not reach.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.colour_bar import BarPicture
from gdsim.app.plots.drawing import Array, Drawing, Viewport
from gdsim.app.plots.math_plot import MARGINS
from gdsim.app.plots.plane_plot import PlanePlot
from gdsim.app.plots.surface_image import BasinMap, Grid
from gdsim.app.plots.surface_levels import Levels
from gdsim.app.plots.surface_picture import SurfacePicture, arrange_surface
from gdsim.app.plots.surface_reach import Domain, has_one_scale, plane_reach, spare_room
from gdsim.app.plots.surface_scene import AT_REST, SurfaceScene
from gdsim.app.ranges import finite_range
from gdsim.app.theme import ThemeManager
from gdsim.app.ticker import Ticker

_QUIET = 0.12  # seconds without motion after which the picture is made fine
_FRAME = 0.05  # seconds: the longest that counts of one frame


class SurfacePlot(PlanePlot):
    """Emits where the ball is wanted; whoever listens answers with a new picture.

    Both axes have one scale, so that gradients stand at right angles on contour lines, unless the domain is much wider
    than high or the reverse: then exactly the domain fills the picture, and the title of x says so.  Without a ticker
    the picture is always computed finely at once.
    """

    dragged = Signal(float, float)
    """The ball is held at this x, y."""
    dropped = Signal(float, float)
    """The ball was let go, or put somewhere by a click."""
    nudged = Signal(float, float)
    """An arrow key asks for the ball at this x, y."""
    hovered = Signal(float, float)
    """The pointer is over this x, y without a button held; NaN when it leaves."""
    levels_chosen = Signal()
    """Colours and lines were chosen anew; others who show the same values have to follow."""

    _waiting = False  # of the class, too: a plot that is being taken apart is hidden when it has lost its own
    _ticker: Ticker | None = None

    def __init__(self, themes: ThemeManager, ticker: Ticker | None = None, parent: QWidget | None = None) -> None:
        self._ticker = ticker
        self._scene = SurfaceScene()
        self._picture = SurfacePicture()
        self._domain: Domain = ((-1.0, 1.0), (-1.0, 1.0))
        self._title = "loss f(x, y)"
        self._wanted: Domain = self._domain
        self._equal = True
        self._blank = (0.0, 0.0)
        self._bar_shown = True
        self._quiet_for = 0.0
        self._waiting = False
        self._away = False
        super().__init__(themes, "x", "y", parent)
        self.view_box.setAspectLocked(True, ratio=1.0)
        self.view_box.sigResized.connect(self._refit)

    # What is shown

    @property
    def picture(self) -> SurfacePicture:
        return self._picture

    @property
    def levels(self) -> Levels:
        """The contour levels and colour scale in force, for others who show the same values."""
        return self._scene.levels

    @property
    def reach(self) -> Domain:
        """The part of the plane that is to be seen: the domain, or more of it where a run has gone further."""
        return self._wanted if self._follows else self._domain

    def set_surface(self, grid: Grid, domain: Domain, lowest: float = math.nan, title: str = "loss f(x, y)") -> None:
        """Draw this function; the visible part stays until `fit`.  `lowest` is its known minimum, if there is one."""
        self._domain = (finite_range(*domain[0]), finite_range(*domain[1]))
        self._title = title
        self._scene.set_function(grid, lowest, self._domain)
        self._view_changed()
        self.settle()

    def set_picture(self, picture: SurfacePicture) -> None:
        self._picture = replace(picture, focused=self.hasFocus(), held=self._grip.held)
        self.redraw()

    def set_basins(self, basins: BasinMap | None) -> None:
        """Lay a map of where each start ends over the colours, or take it away."""
        if basins is not self._scene.basins:
            self._scene.set_basins(basins)
            self._show_bar()
            self._show_scene()

    def set_colour_map(self, name: str) -> None:
        """Either "cividis" or "viridis"."""
        self._scene.set_colour_map(name)
        self._show_scene()

    def set_bar_shown(self, shown: bool) -> None:
        """Whether the colour bar stands beside the picture; a basin map has its legend there in any case."""
        self._bar_shown = shown
        self._show_bar()

    def _show_bar(self) -> None:
        self.colour_bar.set_shown(self._bar_shown or self._scene.basins is not None)

    def set_contours(self, shown: bool) -> None:
        self._scene.set_contours(shown)
        self._show_scene()

    def fit(self, include: Array | None = None) -> None:
        """Show the whole domain, the points (n, 2) that are not too far outside, and the ball; then follow again,
        unless the ball is further away than is followed.
        """
        self._follows = True
        ball = np.array([[self._picture.x, self._picture.y]])
        self.follow(ball if include is None else include)
        if np.isfinite(ball).all() and not self.visible_part.contains(*ball[0]):
            self._want(plane_reach(self._domain, ball, furthest=math.inf))
            self._follows = False
        self.settle()

    def follow(self, points: Array) -> None:
        """Keep the points (n, 2) in view by showing more than the domain, unless the user has zoomed or panned."""
        if not self._follows:
            return
        self._want(plane_reach(self._domain, points))

    def _want(self, wanted: Domain) -> None:
        """Show this part; colours and lines are chosen for it."""
        self._wanted = wanted
        chosen_anew = self._scene.set_shown_part(wanted)
        self._refit()
        if not chosen_anew or self._backdrop is None:
            return
        if self._away:  # seen in three dimensions alone, in the colours of this picture
            self._sample()
        else:
            self._follow_view()
            self.redraw()

    def _refit(self, *_: object) -> None:
        """Show what is wanted with equal scales, or exactly what is wanted where its sides are too unequal for that."""
        rect = self.view_box.rect()
        if not self._follows or rect.width() < 1 or rect.height() < 1 or self.closed:
            return
        self._leave_blank(*spare_room(self._wanted, rect.width() + self._blank[0], rect.height() + self._blank[1]))
        equal = has_one_scale(self._wanted, rect.width(), rect.height(), self._equal)
        if equal != self._equal:
            self._equal = equal
            self.view_box.setAspectLocked(equal, ratio=1.0)
        self.set_titles("x" if equal else "x (not at the scale of y)", "y")
        self.show_range(*self._wanted)

    def _leave_blank(self, across: float, down: float) -> None:
        """Keep so many pixels about the picture free, where it would show too much beside the domain."""
        if max(abs(across - self._blank[0]), abs(down - self._blank[1])) >= 1.0:
            self._blank = (across, down)
            left, top, right, bottom = MARGINS
            self.plot_item.layout.setContentsMargins(
                left + across / 2, top + down / 2, right + across / 2, bottom + down / 2
            )
            self.plot_item.layout.activate()

    def settle(self) -> None:
        """Make the picture fine now, without waiting until the view rests."""
        self._stop_waiting()
        if self._sample():
            self._show_scene()

    def _sample(self) -> bool:
        """Compute finely what is visible; False where it is computed already."""
        sampled = self._scene.sample(self.visible_part, AT_REST)
        if sampled:
            self.levels_chosen.emit()
        return sampled

    def _stop_waiting(self) -> None:
        if self._waiting and self._ticker is not None:
            self._ticker.frame.disconnect(self._count_quiet)
        self._waiting = False

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_surface(self._picture, viewport, self.marks.measure, self._scene.captions(viewport))

    def redraw(self) -> None:
        if self.closed:  # pyqtgraph has thrown the items away, but the focus leaves only now
            return
        if self._away:  # drawn when it is shown again
            return
        super().redraw()
        if self._backdrop is not None:
            value = self._picture.value
            mark = float(self.levels.position(value)) if math.isfinite(value) else None
            legend = self._scene.basins.legend if self._scene.basins is not None else ()
            self.colour_bar.set_picture(BarPicture(self.levels, self._scene.table, self._title, mark, legend))

    # The surface under the marks

    def _view_changed(self, *_: object) -> None:
        if self._backdrop is not None and not self._away:
            self._follow_view()
        super()._view_changed()

    def _follow_view(self) -> None:
        """The picture at hand is moved along until the view rests; only where there is none, it is made at once."""
        view = self.visible_part
        moved = (
            self._scene.moved(view, self.themes.theme)
            if self._ticker is not None and self._backdrop.has_image
            else None
        )
        if moved is not None:
            self._backdrop.set_moved(*moved)
            self._wait_for_rest()
        elif self._sample():
            self._show_backdrop()

    def _show_scene(self) -> None:
        self._show_backdrop()
        self.redraw()

    def _show_backdrop(self) -> None:
        viewport = self.visible_part
        if self._backdrop is not None and viewport.usable and not self._away:
            self._backdrop.set_backdrop(self._scene.backdrop(viewport, self.themes.theme))

    def _wait_for_rest(self) -> None:
        self._quiet_for = 0.0
        if self._ticker is not None and not self._waiting:
            self._waiting = True
            self._ticker.frame.connect(self._count_quiet)

    def _count_quiet(self, elapsed: float) -> None:
        self._quiet_for += min(elapsed, _FRAME)  # a frame that took long is no pause
        if self._quiet_for >= _QUIET:
            self.settle()

    def _theme_changed(self) -> None:
        self._scene.set_dark(self.themes.theme.dark)
        super()._theme_changed()

    # The ball under mouse and keys

    def ball_at(self) -> tuple[float, float] | None:
        x, y = self._picture.x, self._picture.y
        return (x, y) if math.isfinite(x) and math.isfinite(y) else None

    def drag_ball(self, x: float, y: float) -> None:
        self.dragged.emit(x, y)

    def drop_ball(self, x: float, y: float) -> None:
        self.dropped.emit(x, y)

    def nudge_ball(self, x: float, y: float) -> None:
        self.nudged.emit(x, y)

    def hovered_at(self, x: float, y: float) -> None:
        self.hovered.emit(x, y)

    def show_again(self) -> None:
        self.set_picture(self._picture)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._away = False
        if not self.closed:
            self.settle()
            self._show_scene()

    def hideEvent(self, event: QHideEvent) -> None:
        self._away = True
        self._stop_waiting()
        super().hideEvent(event)
