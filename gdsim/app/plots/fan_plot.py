"""The fan of losses and the histogram of where they end, as plots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.drawing import Drawing, Viewport
from gdsim.app.plots.fan_histogram import EndsPicture, arrange_ends, ends_range
from gdsim.app.plots.fan_picture import FanPicture, arrange_fan, curve_at, fan_range, legend_height
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.ticks import Tick, linear_ticks, log_ticks, two_ticks, whole_ticks
from gdsim.app.theme import ThemeManager


class FanPlot(MathPlot):
    """`pointed(row)` tells of the curve under the pointer, -1 for none.  All of the fan is seen; there is no zoom."""

    pointed = Signal(int)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = FanPicture()
        self._told = -1
        super().__init__(themes, "step", "loss", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view_box.setMouseEnabled(False, False)
        self.view_box.sigResized.connect(self.fit)
        self.setMouseTracking(True)

    @property
    def picture(self) -> FanPicture:
        return self._picture

    def set_picture(self, picture: FanPicture) -> None:
        self._picture = picture
        self.set_titles("step", picture.title)
        self.fit()

    def set_lit(self, row: int | None) -> None:
        """Draw one curve over all others."""
        if row != self._picture.lit:
            self._picture = replace(self._picture, lit=row)
            self.redraw()

    def fit(self, *_: object) -> None:
        """Show all curves, and room for the names above them."""
        before = self.view_box.viewRange()
        part, scale = self.visible_part, self.themes.scale
        words = legend_height(self._picture, self.marks.measure) * scale / part.height if part.usable else 0.0
        self.show_range(*fan_range(self._picture, min(words, 0.5)))
        if self.view_box.viewRange() == before:
            self.redraw()

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_fan(self._picture, viewport, self.marks.measure)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        if self._picture.nothing:
            return (), ()
        scale = self.themes.scale
        upright = (
            log_ticks(viewport.y_low, viewport.y_high, viewport.height, apart=24.0 * scale)
            if self._picture.log
            else linear_ticks(viewport.y_low, viewport.y_high, viewport.height, apart=40.0 * scale)
        )
        return whole_ticks(viewport.x_low, viewport.x_high, viewport.width / scale), upright

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls."""
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        local = self.view_box.mapFromScene(self.mapToScene(event.position().toPoint()))
        row = curve_at(self._picture, self.visible_part, (local.x(), local.y()))
        self._tell(-1 if row is None else row)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._tell(-1)

    def _tell(self, row: int) -> None:
        if row != self._told:
            self._told = row
            self.pointed.emit(row)


class EndsPlot(MathPlot):
    """How many starts end at which loss."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = EndsPicture()
        super().__init__(themes, "final loss", "starts", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view_box.setMouseEnabled(False, False)

    @property
    def picture(self) -> EndsPicture:
        return self._picture

    def set_picture(self, picture: EndsPicture) -> None:
        self._picture = picture
        self.fit()

    def set_mark(self, mark: tuple[float, float]) -> None:
        """Mark the training and the validation loss of one start."""
        if not np.array_equal(mark, self._picture.mark, equal_nan=True):
            self._picture = replace(self._picture, mark=mark)
            self.redraw()

    def fit(self) -> None:
        """Show all bars."""
        before = self.view_box.viewRange()
        self.show_range(*ends_range(self._picture))
        if self.view_box.viewRange() == before:
            self.redraw()

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_ends(self._picture, viewport, self.marks.measure)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        if self._picture.nothing:
            return (), ()
        scale = self.themes.scale
        lying = (
            log_ticks(viewport.x_low, viewport.x_high, viewport.width, apart=44.0 * scale)
            if self._picture.log
            else two_ticks(viewport.x_low, viewport.x_high, viewport.width, 56.0 * scale, 40.0 * scale)
        )
        counts = two_ticks(viewport.y_low, viewport.y_high, viewport.height, 24.0 * scale, 14.0 * scale)
        upright = tuple(  # downwards is as many as upwards, not less than none
            Tick(tick.position, str(abs(round(tick.position))))
            for tick in counts
            if abs(tick.position - round(tick.position)) < 1e-9
        )
        return lying, upright

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls."""
        event.ignore()
