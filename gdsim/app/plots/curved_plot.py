"""What plots of a curve with a ball have in common: the curve is sampled for what is seen, and drawn under all else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.ball_plot import BallPlot
from gdsim.app.plots.drawing import Array, Drawing, Stroke, Viewport
from gdsim.app.plots.sampling import CurveSamples, sample_curve, screen_heights
from gdsim.app.ranges import Range, finite_range
from gdsim.app.theme import ThemeManager

_MOST_SAMPLES = 4000


class CurvedPlot(BallPlot):
    """A subclass says in `arrange_over` what is drawn over the curve."""

    def __init__(self, themes: ThemeManager, x_title: str, y_title: str, parent: QWidget | None = None) -> None:
        self._function: Callable[[Array], Array] | None = None
        self._domain: Range = (-1.0, 1.0)
        self._samples: CurveSamples | None = None
        self._reach: Range | None = None
        self._shape: CurveSamples | None = None
        super().__init__(themes, x_title, y_title, parent)

    def arrange_over(self, viewport: Viewport, curve: CurveSamples | None) -> Drawing:
        """The marks over the curve as it is seen."""
        raise NotImplementedError

    def set_curve(self, function: Callable[[Array], Array], domain: Range) -> None:
        """Draw this function (array to array); the visible part stays until `fit`."""
        self._function, self._domain = function, finite_range(*domain)
        self._samples = self._reach = None
        self._view_changed()

    def arrange(self, viewport: Viewport) -> Drawing:
        curve = self._curve_seen(viewport)
        drawing = self.arrange_over(viewport, curve)
        if curve is None or not curve.defined:
            return drawing
        pixels = viewport.to_pixels(np.column_stack([curve.x, curve.y]))
        return replace(drawing, strokes=(Stroke(pixels, "function", 2.0, joined=curve.joined), *drawing.strokes))

    def _curve_seen(self, viewport: Viewport) -> CurveSamples | None:
        """The curve sampled for what is visible, again only when that has changed or there is much more room for it."""
        if self._function is None:
            return None
        x_range, known = (viewport.x_low, viewport.x_high), self._samples
        coarse = known is not None and len(known.x) < min(_MOST_SAMPLES, viewport.width)
        if known is None or coarse or (known.x[0], known.x[-1]) != x_range:
            wanted = int(min(_MOST_SAMPLES, 1.5 * viewport.width))
            self._samples = sample_curve(self._function, *x_range, samples=wanted)
        return screen_heights(self._samples, viewport.y_low, viewport.y_high)

    def _shape_over(self, reach: Range) -> CurveSamples | None:
        """The curve over a stretch of x, sampled again only for another one."""
        if self._function is not None and (reach != self._reach or self._shape is None):
            self._reach, self._shape = reach, sample_curve(self._function, *reach)
        return self._shape
