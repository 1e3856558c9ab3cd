"""The derivative beneath its curve, over the same stretch of x, traced out as far as x has been moved."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.derivative_picture import DerivativePicture, arrange_derivative, traced_part
from gdsim.app.plots.drawing import Array, Drawing, Viewport
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.sampling import CurveSamples, sample_curve, screen_heights
from gdsim.app.plots.ticks import Tick, two_ticks
from gdsim.app.ranges import Range, value_range
from gdsim.app.theme import ThemeManager

_TICKS_APART = 34.0  # pixels
_BALL_ROOM = 6.0  # pixels, beside the margin that there is anyway


class DerivativePlot(MathPlot):
    """Follows the plot above: `show_stretch` says which x are seen; wheel and drag are left to that one."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._function: Callable[[Array], Array] | None = None
        self._samples: CurveSamples | None = None
        self._stretch: Range | None = None
        self._picture = DerivativePicture()
        super().__init__(themes, "x", "slope f′(x)", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view_box.setMouseEnabled(False, False)

    @property
    def picture(self) -> DerivativePicture:
        return self._picture

    def set_derivative(self, function: Callable[[Array], Array]) -> None:
        """Draw this derivative (array to array)."""
        self._function, self._samples, self._stretch = function, None, None

    def set_picture(self, picture: DerivativePicture) -> None:
        self._picture = picture
        self.redraw()

    def show_stretch(self, x_range: Range) -> None:
        """Show these x, and the heights that the derivative has there."""
        if self._function is None:
            return
        self._stretch = x_range
        self._samples = sample_curve(self._function, *x_range, samples=1200)
        low, high = value_range(self._samples.y, np.append(self._samples.turning_points, 0.0))
        room = self._room * (high - low)
        self.show_range(x_range, (low - room, high + room))

    @property
    def _room(self) -> float:
        """The share of the height that the ball at x needs beyond the highest and the lowest slope."""
        height = self.visible_part.height
        return min(_BALL_ROOM * self.themes.scale / height, 0.4) if height > 0 else 0.0

    def arrange(self, viewport: Viewport) -> Drawing:
        curve = None
        part = None
        if self._samples is not None and self._function is not None:
            curve = screen_heights(self._samples, viewport.y_low, viewport.y_high)
            part = traced_part(curve, self._picture.traced, self._function)
        return arrange_derivative(self._picture, viewport, self.marks.measure, curve, part)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        """Closer than elsewhere, since the plot is low."""
        across, _ = super().ticks(viewport)
        return across, two_ticks(viewport.y_low, viewport.y_high, viewport.height, _TICKS_APART, 28.0, 18.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._stretch is not None:
            self.show_stretch(self._stretch)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.ignore()
