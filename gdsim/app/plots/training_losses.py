"""Training and validation loss against step, with the penalty stacked apart; a click goes to a step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.drawing import Drawing, Viewport
from gdsim.app.plots.losses_picture import LossCourse, LossesPicture, arrange_losses, losses_range, nearest_step
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.ticks import Tick, log_ticks, two_ticks, whole_ticks
from gdsim.app.theme import ThemeManager

__all__ = ["LossCourse", "LossesPicture", "LossesPlot"]

_STILL = 4  # pixels that a click may move
_RIGHT = 11.0  # pixels at the right of the axis


class LossesPlot(MathPlot):
    """The visible part follows the run until the user zooms or pans, and again after `fit` or a double click."""

    picked = Signal(int)
    """A click near this step."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = LossesPicture()
        self._follows = True
        self._pressed: QPointF | None = None
        super().__init__(themes, "step", self._picture.title, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip("Click: go to that step. Drag: another part. Double click: all of it.")
        self.view_box.sigRangeChangedManually.connect(self._let_go)

    @property
    def picture(self) -> LossesPicture:
        return self._picture

    def set_picture(self, picture: LossesPicture) -> None:
        if picture.log != self._picture.log:
            self._follows = True
        self._picture = picture
        self.set_titles("step", picture.title)
        self._show()

    def fit(self) -> None:
        """Show all of the run, and follow it again."""
        self._follows = True
        self._show()

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_losses(self._picture, viewport, self.marks.measure, self.themes.theme)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        if self._picture.empty and not self._picture.ghosts:
            return (), ()
        scale = self.themes.scale
        upright = (
            log_ticks(viewport.y_low, viewport.y_high, viewport.height, apart=24.0 * scale)
            if self._picture.log
            else two_ticks(viewport.y_low, viewport.y_high, viewport.height, 40.0 * scale, 28.0 * scale, 20.0 * scale)
        )
        lying = whole_ticks(viewport.x_low, viewport.x_high, viewport.width / scale)
        return tuple(tick for tick in lying if self._has_room(tick, viewport)), upright

    def _has_room(self, tick: Tick, viewport: Viewport) -> bool:
        """Whether the number of a tick ends before the plot does."""
        place = viewport.to_pixels(np.array([tick.position, viewport.y_low]))[0]
        half = self.marks.measure(tick.text)[0] * self.themes.scale / 2
        return bool(place + half <= viewport.width + _RIGHT)

    def _show(self) -> None:
        """Draws once: a new range draws by itself."""
        before = self.view_box.viewRange()
        if self._follows:
            self.show_range(*losses_range(self._picture))
        if self.view_box.viewRange() == before:
            self.redraw()

    def _let_go(self, *_: object) -> None:
        self._follows = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls: the chart follows by itself."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton or not len(self._picture.now.steps):
            return
        if (event.position() - pressed).manhattanLength() < _STILL:
            self.picked.emit(nearest_step(self._picture, self.point_at(event.position())[0]))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._pressed = None
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit()
