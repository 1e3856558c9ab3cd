"""Several lines against one axis, each axis linear or logarithmic."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.drawing import Drawing, Viewport
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.series_picture import (
    SeriesPicture,
    arrange_series,
    legend_height,
    series_range,
    series_ticks,
)
from gdsim.app.plots.ticks import Tick
from gdsim.app.ranges import Range
from gdsim.app.theme import ThemeManager

_MOST_LEGEND = 0.5  # of the height


class SeriesPlot(MathPlot):
    """The visible part follows the lines until the user zooms or pans, and again after `fit`."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = SeriesPicture()
        self._follows = True
        super().__init__(themes, "x", "y", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view_box.sigRangeChangedManually.connect(self._let_go)
        self.view_box.sigResized.connect(self._resized)

    @property
    def picture(self) -> SeriesPicture:
        return self._picture

    def set_picture(self, picture: SeriesPicture) -> None:
        """Show these lines on the axes that are switched on."""
        self._show(replace(picture, log_x=self._picture.log_x, log_y=self._picture.log_y))

    def set_log(self, log_x: bool, log_y: bool) -> None:
        """Linear or logarithmic axes; all lines are shown anew."""
        if (log_x, log_y) != (self._picture.log_x, self._picture.log_y):
            self._follows = True
            self._show(replace(self._picture, log_x=log_x, log_y=log_y))

    def fit(self) -> None:
        """Show all lines, and follow them again."""
        self._follows = True
        self._show(self._picture)

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_series(self._picture, viewport, self.marks.measure)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        return series_ticks(self._picture, viewport, self.themes.scale)

    def _show(self, picture: SeriesPicture) -> None:
        self._picture = picture
        self.set_titles(picture.x_title, picture.upright_title)
        if self._follows:
            across, up = series_range(picture)
            self.show_range(across, self._with_legend(up))
        self.redraw()

    def _with_legend(self, up: Range) -> Range:
        """The upright range, and room for the legend above it."""
        part, scale = self.visible_part, self.themes.scale
        if not part.usable:
            return up
        share = legend_height(self._picture, part.width / scale, self.marks.measure) * scale / part.height
        low, high = up
        return low, low + (high - low) / (1.0 - min(share, _MOST_LEGEND))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls: the chart follows by itself."""
        event.ignore()

    def _resized(self, *_: object) -> None:
        if self._picture.legend:  # whose rows depend on the width
            self._show(self._picture)

    def _let_go(self, *_: object) -> None:
        self._follows = False
