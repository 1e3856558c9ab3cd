"""The curve with two points on it, x and x + Δx, to be dragged, clicked and moved by keys.

The plot holds no state of the session: it shows a `SecantPicture` and tells where the user wants a point.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.arrows import HIT_RADIUS
from gdsim.app.plots.curved_plot import CurvedPlot
from gdsim.app.plots.drawing import Drawing, Viewport
from gdsim.app.plots.sampling import CurveSamples, sample_curve
from gdsim.app.plots.secant_picture import SecantPicture, arrange_secant, place_of
from gdsim.app.ranges import finite_range, reach_of, value_range
from gdsim.app.theme import ThemeManager

FIRST, SECOND = "x", "beside"
_TOGETHER = 4.0  # pixels between the points below which the hand takes x
_SWITCH = (Qt.Key.Key_Up, Qt.Key.Key_Down)
_HINTS = {
    FIRST: "← → move x, with Shift further; ↑ ↓ take x + Δx; Esc ends it",
    SECOND: "← → move x + Δx, with Shift further; ↑ ↓ take x; Esc ends it",
}


class SecantPlot(CurvedPlot):
    """Each signal names a point, "x" or "beside", and where it is wanted; who listens answers with a new picture."""

    other_keys = _SWITCH

    dragged = Signal(str, float)
    dropped = Signal(str, float)
    nudged = Signal(str, float)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = SecantPicture(math.nan, math.nan, math.nan, math.nan)
        self._taken = FIRST
        self._held = ""
        super().__init__(themes, "x", "f(x)", parent)

    # What is shown

    @property
    def picture(self) -> SecantPicture:
        return self._picture

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

    def follow(self) -> None:
        """Keep both points in view by showing more than the domain, unless the user has zoomed or panned."""
        if not self._follows or self._function is None:
            return
        points = self._picture.points
        points = points[np.isfinite(points).all(axis=1)]
        reach = reach_of(self._domain, points[:, 0])
        shape = self._shape_over(reach)
        near = points[(points[:, 0] >= reach[0]) & (points[:, 0] <= reach[1]), 1]
        heights = value_range(shape.y, np.concatenate([shape.turning_points, near]))
        self.show_range(finite_range(*reach, padding=0.04), heights)

    def arrange_over(self, viewport: Viewport, curve: CurveSamples | None) -> Drawing:
        return arrange_secant(self._picture, viewport, self.marks.measure, curve)

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

    def over_ball(self, pixel: QPointF) -> bool:
        return bool(self._under(pixel))

    def grip_at(self, pixel: QPointF) -> tuple[float, float] | None:
        self._held = self._under(pixel)
        return self._place(self._held) if self._held else None

    def ball_at(self) -> tuple[float, float] | None:
        """The point that the keys move."""
        return self._place(self._taken) if math.isfinite(self._picture.x) else None

    def click_ball(self) -> None:
        self._taken, self._held = self._held, ""
        super().click_ball()

    def drag_ball(self, x: float, y: float) -> None:
        self.dragged.emit(self._held, x)

    def drop_ball(self, x: float, y: float) -> None:
        which, self._held = self._held, ""
        self._taken = which or self._taken
        self.dropped.emit(which or FIRST, x)

    def nudge_ball(self, x: float, y: float) -> None:
        self.nudged.emit(self._taken, x)

    def show_again(self) -> None:
        self.set_picture(self._picture)

    def _place(self, which: str) -> tuple[float, float]:
        return (self._picture.x if which == FIRST else self._picture.beside), 0.0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SWITCH and not self.moves_view(event):
            self._taken = SECOND if self._taken == FIRST else FIRST
            self.show_again()
        else:
            super().keyPressEvent(event)
