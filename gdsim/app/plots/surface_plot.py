"""A surface of two variables seen from above, with the ball on it, to be dragged, clicked and moved by keys.

The plot holds no state of the experiment: it shows a `SurfacePicture` and tells where the user wants the ball.  What is
seen is computed for the visible part of the plane when it rests; while it moves the picture at hand moves along, with
coarse colours where it does not reach.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.ball_grip import BallGrip
from gdsim.app.plots.colour_bar import BarPicture, ColourBar
from gdsim.app.plots.drawing import Array, Drawing, Rect, Viewport, square
from gdsim.app.plots.labels import LabelRequest, place_labels
from gdsim.app.plots.math_plot import MARGINS, MathPlot
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.surface_backdrop import BackdropLayer
from gdsim.app.plots.surface_image import BasinMap, Grid
from gdsim.app.plots.surface_levels import Levels
from gdsim.app.plots.surface_picture import HIT_RADIUS, SurfacePicture, arrange_surface, boxes_along
from gdsim.app.plots.surface_reach import Domain, has_one_scale, plane_reach, spare_room
from gdsim.app.plots.surface_scene import AT_REST, SurfaceScene
from gdsim.app.ranges import Range, finite_range
from gdsim.app.theme import ThemeManager
from gdsim.app.ticker import Ticker

_BACKDROP_Z, _READOUT_Z = -20.0, 6.0
_ARROW_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_QUIET = 0.12  # seconds without motion after which the picture is made fine
_FRAME = 0.05  # seconds: the longest that counts of one frame


class SurfacePlot(MathPlot):
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

    def __init__(self, themes: ThemeManager, ticker: Ticker | None = None, parent: QWidget | None = None) -> None:
        self._ticker = ticker
        self._scene = SurfaceScene()
        self._picture = SurfacePicture()
        self._domain: Domain = ((-1.0, 1.0), (-1.0, 1.0))
        self._title = "loss f(x, y)"
        self._describe: Callable[[float, float], str] | None = None
        self._backdrop: BackdropLayer | None = None
        self._follows = True
        self._wanted: Domain = self._domain
        self._equal = True
        self._blank = (0.0, 0.0)
        self._bar_shown = True
        self._quiet_for = 0.0
        self._waiting = False
        self._away = False
        super().__init__(themes, "x", "y", parent)
        self.view_box.setAspectLocked(True, ratio=1.0)
        self.grid.setVisible(False)
        self.colour_bar = ColourBar()
        self.plot_item.layout.addItem(self.colour_bar, 2, 3)
        self._backdrop = BackdropLayer(self.view_box, _BACKDROP_Z)
        self._readout = Overlay(self.view_box, _READOUT_Z)
        self._grip = BallGrip(HIT_RADIUS)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view_box.sigRangeChangedManually.connect(self._let_go)
        self.view_box.sigResized.connect(self._refit)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._theme_changed()

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

    def set_describe(self, describe: Callable[[float, float], str] | None) -> None:
        """What is said beside the pointer at x, y; an empty text says nothing."""
        self._describe = describe
        self._readout.set_drawing(Drawing())

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

    @property
    def follows(self) -> bool:
        """False once the user has zoomed or panned, until the next `fit`."""
        return self._follows

    def zoom_to(self, x_range: Range, y_range: Range) -> None:
        """Show this part and stay there, as after a zoom by the user."""
        self._follows = False
        self.show_range(x_range, y_range)

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
            self._scene.sample(self.visible_part, AT_REST)
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
        if self._scene.sample(self.visible_part, AT_REST):
            self._show_scene()

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
        if self._backdrop is not None:
            for layer in (self._backdrop, self._readout):
                layer.set_rect(self.view_box.rect())
            if not self._away:
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
        elif self._scene.sample(view, AT_REST):
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
        theme, font = self.themes.theme, self.themes.font("secondary")
        if self._backdrop is not None:
            self.colour_bar.set_style(theme, font)
            for layer in (self._backdrop, self._readout):
                layer.set_style(theme, font)
            self._scene.set_dark(theme.dark)
            self._show_backdrop()
        super()._theme_changed()

    def _let_go(self, *_: object) -> None:
        self._follows = False

    # The ball under mouse and keys

    def _over_ball(self, event: QMouseEvent) -> bool:
        if not (math.isfinite(self._picture.x) and math.isfinite(self._picture.y)):
            return False
        return self._grip.reaches(event.position(), self.pixel_of(self._picture.x, self._picture.y))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at = self.point_at(event.position())
            over = self._over_ball(event)
            self._grip.press(event.position(), (self._picture.x - at[0], self._picture.y - at[1]) if over else None)
            self._readout.set_drawing(Drawing())
            if over:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip.held:
            if self._grip.move(event.position()):
                self.dragged.emit(*self._held_place(event))
            return
        self._grip.move(event.position())
        if not event.buttons():
            open_hand = self._over_ball(event)
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if open_hand else Qt.CursorShape.CrossCursor)
            self._hover(event)
        super().mouseMoveEvent(event)

    def _held_place(self, event: QMouseEvent) -> tuple[float, float]:
        """Where the ball is wanted: at most at the edge of what is seen, so that it is never lost while it is held."""
        return self.visible_part.nearest(*self._grip.place(self.point_at(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._grip.pressed:
            super().mouseReleaseEvent(event)
            return
        moved, held = self._grip.move(event.position()), self._grip.held
        place = self._held_place(event)
        self._grip.release()
        if not held:
            super().mouseReleaseEvent(event)
        if held:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            if moved:
                self.dropped.emit(*place)
            else:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self.set_picture(self._picture)
        elif not moved and self._inside(event):
            self.dropped.emit(*place)

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

    def leaveEvent(self, event: QEvent) -> None:
        if not self.closed:
            self._readout.set_drawing(Drawing())
            self.hovered.emit(math.nan, math.nan)
        super().leaveEvent(event)

    def _hover(self, event: QMouseEvent) -> None:
        inside = self._inside(event)
        x, y = self.point_at(event.position()) if inside else (math.nan, math.nan)
        text = self._describe(x, y) if inside and self._describe is not None and not self._over_ball(event) else ""
        self._readout.set_drawing(self._words_at(event, text) if text else Drawing())
        self.hovered.emit(x, y)

    def _words_at(self, event: QMouseEvent, text: str) -> Drawing:
        """The read-out beside the pointer, clear of ball, arrows and all other words where there is room."""
        local = self.view_box.mapFromScene(self.mapToScene(event.position().toPoint()))
        part, scale, marks = self.visible_part, self.themes.scale, self.marks.drawing
        words = [label.rect.scaled(scale).grown(4) for label in marks.labels]
        pointer = square(local.x(), local.y(), 10.0)
        arrows = [box.scaled(scale) for arrow in marks.arrows for box in boxes_along(arrow)]
        balls = [square(disc.x, disc.y, disc.radius + 2).scaled(scale) for disc in marks.discs]
        bounds = Rect(0, 0, part.width, part.height).grown(-6)
        request = LabelRequest(
            tuple((line, "text") for line in text.split("\n")), (local.x(), local.y()),
            ("se", "sw", "ne", "nw", "e", "w", "s", "n"), 13.0,
        )  # fmt: skip
        measure = self._readout.measure
        placed = place_labels([request], measure, bounds, [*words, pointer], [*arrows, *balls])
        return Drawing(labels=placed or place_labels([request], measure, bounds, [pointer], words))

    def _inside(self, event: QMouseEvent) -> bool:
        return self.view_box.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.move_view(event):
            return
        direction = _ARROW_KEYS.get(event.key())
        if direction is not None and math.isfinite(self._picture.x) and math.isfinite(self._picture.y):
            part = self.visible_part
            share = 0.05 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.005
            across, up = share * (part.x_high - part.x_low), share * (part.y_high - part.y_low)
            self.nudged.emit(self._picture.x + direction[0] * across, self._picture.y + direction[1] * up)
        elif event.key() == Qt.Key.Key_Escape and self.hasFocus():
            self.clearFocus()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # While the ball has the focus the arrows are its own, not the window's step keys.
        if event.type() == QEvent.Type.ShortcutOverride and (
            event.key() in (*_ARROW_KEYS, Qt.Key.Key_Escape) or self.moves_view(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_picture(self._picture)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_picture(self._picture)
