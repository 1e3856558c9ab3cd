"""The curve of a function of one variable with the ball on it, to be dragged, clicked and moved by keys.

The plot holds no state of the experiment: it shows a `CurvePicture` and tells where the user wants the ball.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.curve_picture import HIT_RADIUS, CurvePicture, arrange
from gdsim.app.plots.drawing import Array, Drawing, Stroke, Viewport
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.sampling import CurveSamples, sample_curve, screen_heights
from gdsim.app.ranges import Range, finite_range, reach_of, value_range
from gdsim.app.theme import ThemeManager

_KEYS_HINT = "← → move the ball, with Shift further; Esc ends it"
_CLICK_SLACK = 4.0
_ARROW_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class CurvePlot(MathPlot):
    """Emits where the ball is wanted; whoever listens answers with a new picture."""

    dragged = Signal(float)
    """The ball is held at this x."""
    dropped = Signal(float)
    """The ball was let go, or put somewhere by a click."""
    nudged = Signal(float)
    """An arrow key asks for the ball at this x."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._function: Callable[[Array], Array] | None = None
        self._domain: Range = (-1.0, 1.0)
        self._samples: CurveSamples | None = None
        self._seen: CurveSamples | None = None
        self._picture = CurvePicture(math.nan, math.nan)
        self._reach: Range | None = None
        self._shape: CurveSamples | None = None
        self._follows = True
        self._grip: float | None = None
        self._pressed: QPointF | None = None
        super().__init__(themes, "x", "loss f(x)", parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view_box.sigRangeChangedManually.connect(self._let_go)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    # What is shown

    def set_curve(self, function: Callable[[Array], Array], domain: Range) -> None:
        """Draw this function (array to array); the visible part stays until `fit`."""
        self._function, self._domain = function, finite_range(*domain)
        self._samples = self._reach = None
        self._view_changed()

    def set_picture(self, picture: CurvePicture) -> None:
        focused = self.hasFocus()
        hint = _KEYS_HINT if focused else picture.hint if picture.hint != _KEYS_HINT else ""
        self._picture = replace(picture, focused=focused, held=self._grip is not None, hint=hint)
        self.redraw()

    def fit(self, include: Array | None = None) -> None:
        """Show the whole domain, the points (n, 2) that are not too far outside, and the ball wherever it is."""
        ball = np.array([[self._picture.x, self._picture.value]])
        self._follows = True
        self.follow(ball if include is None else include)
        part = self.visible_part
        if self._function is not None and np.isfinite(ball).all() and not part.contains(*ball[0]):
            reach = reach_of(self._domain, ball[:, 0], furthest=math.inf)
            self.zoom_to(finite_range(*reach), _heights(sample_curve(self._function, *reach), ball[:, 1]))

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
        if not self._follows or self._function is None:
            return
        points = points[np.isfinite(points).all(axis=1)]
        reach = reach_of(self._domain, points[:, 0])
        if reach != self._reach:
            self._reach, self._shape = reach, sample_curve(self._function, *reach)
        near = (points[:, 0] >= reach[0]) & (points[:, 0] <= reach[1])
        self.show_range(finite_range(*reach), _heights(self._shape, points[near, 1]))

    def fit_heights(self) -> None:
        """Keep the stretch of x that is seen and show the curve over it."""
        part = self.visible_part
        x_range = (part.x_low, part.x_high)
        if self._function is not None:
            inside = part.x_low <= self._picture.x <= part.x_high
            seen = np.array([self._picture.value] if inside else [])
            self.show_range(x_range, _heights(sample_curve(self._function, *x_range), seen))

    def arrange(self, viewport: Viewport) -> Drawing:
        drawing = arrange(self._picture, viewport, self.marks.measure, self._curve_seen(viewport))
        curve = self._seen
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
        self._seen = screen_heights(self._samples, viewport.y_low, viewport.y_high)
        return self._seen

    def _let_go(self, *_: object) -> None:
        self._follows = False

    # The ball under mouse and keys

    def _ball_pixel(self) -> QPointF | None:
        if not math.isfinite(self._picture.x):
            return None
        value = self._picture.value
        part = self.visible_part
        return self.pixel_of(self._picture.x, value if math.isfinite(value) else (part.y_low + part.y_high) / 2)

    @property
    def _reach_of_hand(self) -> float:
        return HIT_RADIUS * self.themes.scale

    def _over_ball(self, pixel: QPointF) -> bool:
        ball = self._ball_pixel()
        return ball is not None and math.hypot(pixel.x() - ball.x(), pixel.y() - ball.y()) <= self._reach_of_hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            if self._over_ball(event.position()):
                # The ball keeps its place under the pointer where it was gripped.
                self._grip = self._picture.x - self.point_at(event.position())[0]
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            if self._moved(event):
                self.dragged.emit(self._held_place(event, self._grip))
            return
        shape = Qt.CursorShape.OpenHandCursor if self._over_ball(event.position()) else Qt.CursorShape.ArrowCursor
        if not event.buttons():
            self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            super().mouseReleaseEvent(event)
            return
        moved, grip = self._moved(event), self._grip
        self._pressed = self._grip = None
        if grip is None:
            super().mouseReleaseEvent(event)
        if grip is not None:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            if moved:
                self.dropped.emit(self._held_place(event, grip))
            else:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self.set_picture(self._picture)
        elif not moved and self._inside(event.position()):
            self.dropped.emit(self.point_at(event.position())[0])

    def _held_place(self, event: QMouseEvent, grip: float) -> float:
        """Where the ball is wanted: at most at the edge of what is seen, so that it is never lost while it is held."""
        x, y = self.point_at(event.position())
        return self.visible_part.nearest(x + grip, y)[0]

    def _moved(self, event: QMouseEvent) -> bool:
        if self._pressed is None:
            return False
        if (event.position() - self._pressed).manhattanLength() >= _CLICK_SLACK:
            self._pressed = QPointF(-1e6, -1e6)  # once moved, it stays a drag even when it comes back
        return self._pressed.x() < -1e5

    def _inside(self, pixel: QPointF) -> bool:
        return self.view_box.sceneBoundingRect().contains(self.mapToScene(pixel.toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.move_view(event):
            return
        direction = _ARROW_KEYS.get(event.key())
        if direction is not None and math.isfinite(self._picture.x):
            part = self.visible_part
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(self._picture.x + direction * (part.x_high - part.x_low) * (0.05 if large else 0.005))
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


def _heights(curve: CurveSamples | None, include: Array) -> Range:
    """The heights that show `curve` with its turning points and the heights `include`."""
    if curve is None:
        return value_range((), include)
    return value_range(curve.y, np.concatenate([curve.turning_points, include]))
