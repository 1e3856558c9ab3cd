"""The curve of a function of one variable with the ball on it, to be dragged, clicked and moved by keys.

The plot holds no state of the experiment: it shows a `CurvePicture` and tells where the user wants the ball.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.curve_picture import CurvePicture, arrange
from gdsim.app.plots.curved_plot import CurvedPlot
from gdsim.app.plots.drawing import Array, Drawing, Viewport
from gdsim.app.plots.sampling import CurveSamples, sample_curve
from gdsim.app.ranges import Range, finite_range, reach_of, value_range
from gdsim.app.theme import ThemeManager

_KEYS_HINT = "← → move the ball, with Shift further; Esc ends it"


class CurvePlot(CurvedPlot):
    """Emits where the ball is wanted; whoever listens answers with a new picture."""

    dragged = Signal(float)
    """The ball is held at this x."""
    dropped = Signal(float)
    """The ball was let go, or put somewhere by a click."""
    nudged = Signal(float)
    """An arrow key asks for the ball at this x."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = CurvePicture(math.nan, math.nan)
        super().__init__(themes, "x", "loss f(x)", parent)

    # What is shown

    def set_picture(self, picture: CurvePicture) -> None:
        focused = self.hasFocus()
        hint = _KEYS_HINT if focused else picture.hint if picture.hint != _KEYS_HINT else ""
        self._picture = replace(picture, focused=focused, held=self._grip.held, hint=hint)
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

    def follow(self, points: Array) -> None:
        """Keep the points (n, 2) in view by showing more than the domain, unless the user has zoomed or panned."""
        if not self._follows or self._function is None:
            return
        points = points[np.isfinite(points).all(axis=1)]
        reach = reach_of(self._domain, points[:, 0])
        shape = self._shape_over(reach)
        near = (points[:, 0] >= reach[0]) & (points[:, 0] <= reach[1])
        self.show_range(finite_range(*reach), _heights(shape, points[near, 1]))

    def fit_heights(self) -> None:
        """Keep the stretch of x that is seen and show the curve over it."""
        part = self.visible_part
        x_range = (part.x_low, part.x_high)
        if self._function is not None:
            inside = part.x_low <= self._picture.x <= part.x_high
            seen = np.array([self._picture.value] if inside else [])
            self.show_range(x_range, _heights(sample_curve(self._function, *x_range), seen))

    def arrange_over(self, viewport: Viewport, curve: CurveSamples | None) -> Drawing:
        return arrange(self._picture, viewport, self.marks.measure, curve)

    # The ball under mouse and keys

    def ball_at(self) -> tuple[float, float] | None:
        """At half the height where it has no value, to be taken from there."""
        x, value, part = self._picture.x, self._picture.value, self.visible_part
        if not math.isfinite(x):
            return None
        return x, value if math.isfinite(value) else (part.y_low + part.y_high) / 2

    def drag_ball(self, x: float, y: float) -> None:
        self.dragged.emit(x)

    def drop_ball(self, x: float, y: float) -> None:
        self.dropped.emit(x)

    def nudge_ball(self, x: float, y: float) -> None:
        self.nudged.emit(x)

    def show_again(self) -> None:
        self.set_picture(self._picture)


def _heights(curve: CurveSamples | None, include: Array) -> Range:
    """The heights that show `curve` with its turning points and the heights `include`."""
    if curve is None:
        return value_range((), include)
    return value_range(curve.y, np.concatenate([curve.turning_points, include]))
