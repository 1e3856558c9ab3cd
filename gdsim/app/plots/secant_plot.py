"""The curve with two points on it, x and x + Δx, to be dragged, clicked and moved by keys.

The plot holds no state of the session: it shows a `SecantPicture` and tells where the user wants a point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.arrows import HIT_RADIUS
from gdsim.app.plots.ball_grip import BallGrip
from gdsim.app.plots.drawing import Array, Drawing, Stroke, Viewport
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.sampling import CurveSamples, sample_curve, screen_heights
from gdsim.app.plots.secant_picture import SecantPicture, arrange_secant, place_of
from gdsim.app.ranges import Range, finite_range, reach_of, value_range
from gdsim.app.theme import ThemeManager

FIRST, SECOND = "x", "beside"
_TOGETHER = 4.0  # pixels between the points below which the hand takes x
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_SWITCH = (Qt.Key.Key_Up, Qt.Key.Key_Down)
_HINTS = {
    FIRST: "← → move x, with Shift further; ↑ ↓ take x + Δx; Esc ends it",
    SECOND: "← → move x + Δx, with Shift further; ↑ ↓ take x; Esc ends it",
}


class SecantPlot(MathPlot):
    """Each signal names a point, "x" or "beside", and where it is wanted; who listens answers with a new picture."""

    dragged = Signal(str, float)
    dropped = Signal(str, float)
    nudged = Signal(str, float)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._function: Callable[[Array], Array] | None = None
        self._domain: Range = (-1.0, 1.0)
        self._samples: CurveSamples | None = None
        self._reach: Range | None = None
        self._shape: CurveSamples | None = None
        self._picture = SecantPicture(math.nan, math.nan, math.nan, math.nan)
        self._follows = True
        self._taken = FIRST
        self._held = ""
        self._grip = BallGrip(HIT_RADIUS)
        super().__init__(themes, "x", "f(x)", parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view_box.sigRangeChangedManually.connect(self._let_go)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    # What is shown

    @property
    def picture(self) -> SecantPicture:
        return self._picture

    def set_curve(self, function: Callable[[Array], Array], domain: Range) -> None:
        """Draw this function (array to array); the visible part stays until `fit`."""
        self._function, self._domain = function, finite_range(*domain)
        self._samples = self._reach = None
        self._view_changed()

    def set_picture(self, picture: SecantPicture) -> None:
        focused = self._taken if self.hasFocus() else ""
        hint = _HINTS[focused] if focused else picture.hint if picture.hint not in _HINTS.values() else ""
        self._picture = replace(picture, focused=focused, held=self._held, hint=hint)
        self.redraw()

    def fit(self) -> None:
        """Show the whole domain, and both points where they are not too far outside."""
        self._follows = True
        self.follow()
        part, place = self.visible_part, (self._picture.x, self._picture.value)
        if self._function is not None and np.isfinite(place).all() and not part.contains(*place):
            reach = reach_of(self._domain, [place[0]], furthest=math.inf)
            heights = value_range(sample_curve(self._function, *reach).y, [place[1]])
            self.show_range(finite_range(*reach, padding=0.04), heights)

    @property
    def follows(self) -> bool:
        """False once the user has zoomed or panned, until the next `fit`."""
        return self._follows

    def zoom_to(self, x_range: Range, y_range: Range) -> None:
        """Show this part and stay there, as after a zoom by the user."""
        self._follows = False
        self.show_range(x_range, y_range)

    def follow(self) -> None:
        """Keep both points in view by showing more than the domain, unless the user has zoomed or panned."""
        if not self._follows or self._function is None:
            return
        points = self._picture.points
        points = points[np.isfinite(points).all(axis=1)]
        reach = reach_of(self._domain, points[:, 0])
        if reach != self._reach or self._shape is None:
            self._reach, self._shape = reach, sample_curve(self._function, *reach)
        near = points[(points[:, 0] >= reach[0]) & (points[:, 0] <= reach[1]), 1]
        heights = value_range(self._shape.y, np.concatenate([self._shape.turning_points, near]))
        self.show_range(finite_range(*reach, padding=0.04), heights)

    def arrange(self, viewport: Viewport) -> Drawing:
        curve = self._curve_seen(viewport)
        drawing = arrange_secant(self._picture, viewport, self.marks.measure, curve)
        if curve is None or not curve.defined:
            return drawing
        pixels = viewport.to_pixels(np.column_stack([curve.x, curve.y]))
        return replace(drawing, strokes=(Stroke(pixels, "function", 2.0, joined=curve.joined), *drawing.strokes))

    def _curve_seen(self, viewport: Viewport) -> CurveSamples | None:
        """The curve sampled for what is visible, again only when that has changed."""
        if self._function is None:
            return None
        x_range = (viewport.x_low, viewport.x_high)
        if self._samples is None or (self._samples.x[0], self._samples.x[-1]) != x_range:
            self._samples = sample_curve(self._function, *x_range, samples=int(min(4000, 1.5 * viewport.width)))
        return screen_heights(self._samples, viewport.y_low, viewport.y_high)

    def _let_go(self, *_: object) -> None:
        self._follows = False

    # The points under mouse and keys

    def point_pixel(self, which: str) -> QPointF:
        """Where a point is on the widget's viewport."""
        part = self.visible_part
        x, y = part.to_data(np.array(place_of(self._picture, which, part)))
        return self.pixel_of(float(x), float(y))

    def _under(self, pixel: QPointF) -> str:
        """The point under the hand: the nearer one, and x where they cannot be told apart."""
        if not math.isfinite(self._picture.x):
            return ""
        pixels = {which: self.point_pixel(which) for which in (FIRST, SECOND)}
        away = {which: math.hypot(*(pixel - place).toTuple()) for which, place in pixels.items()}
        reach = HIT_RADIUS * self.themes.scale
        together = math.hypot(*(pixels[FIRST] - pixels[SECOND]).toTuple()) < _TOGETHER
        nearer = FIRST if together or away[FIRST] <= away[SECOND] else SECOND
        return nearer if away[nearer] <= reach else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        which = self._under(event.position())
        if which:
            x, _ = self.point_at(event.position())
            own = self._picture.x if which == FIRST else self._picture.beside
            self._held = which
            self._grip.press(event.position(), (own - x, 0.0))
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
            return
        self._grip.press(event.position(), None)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = self._grip.move(event.position())
        if self._grip.held:
            if moved:
                self.dragged.emit(self._held, self._wanted(event))
            return
        if not event.buttons():
            over = self._under(event.position())
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._grip.pressed:
            super().mouseReleaseEvent(event)
            return
        moved, which, place = self._grip.move(event.position()), self._held, self._wanted(event)
        self._held = ""
        self._grip.release()
        if not which:
            super().mouseReleaseEvent(event)
            if not moved and self.view_box.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint())):
                self.dropped.emit(FIRST, self.point_at(event.position())[0])
            return
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        self._taken = which
        if moved:
            self.dropped.emit(which, place)
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.set_picture(self._picture)

    def _wanted(self, event: QMouseEvent) -> float:
        """At most at the edge of what is seen, so that a point is never lost while it is held."""
        return self.visible_part.nearest(*self._grip.place(self.point_at(event.position())))[0]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = _ARROWS.get(event.key())
        if direction is not None and math.isfinite(self._picture.x):
            part = self.visible_part
            share = 0.05 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.005
            own = self._picture.x if self._taken == FIRST else self._picture.beside
            self.nudged.emit(self._taken, own + direction * (part.x_high - part.x_low) * share)
        elif event.key() in _SWITCH:
            self._taken = SECOND if self._taken == FIRST else FIRST
            self.set_picture(self._picture)
        elif event.key() == Qt.Key.Key_Escape and self.hasFocus():
            self.clearFocus()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # While a point has the focus the arrows are its own, not the window's step keys.
        own = (*_ARROWS, *_SWITCH, Qt.Key.Key_Escape)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in own:
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_picture(self._picture)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_picture(self._picture)
