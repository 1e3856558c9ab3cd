"""Loss against step: linear or logarithmic, with the step that is looked at; a click goes to a step."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.drawing import Drawing, Viewport
from gdsim.app.plots.loss_picture import LossPicture, arrange_loss, loss_range
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.ticks import Tick, linear_ticks, log_ticks, whole_ticks
from gdsim.app.theme import ThemeManager


class LossPlot(MathPlot):
    """The visible part follows the run until the user zooms or pans, and again after `fit`."""

    picked = Signal(int)
    """A click near this step."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = LossPicture()
        self._follows = True
        self._pressed = QPointF()
        super().__init__(themes, "step", "loss f(x)", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view_box.sigRangeChangedManually.connect(self._let_go)

    @property
    def picture(self) -> LossPicture:
        return self._picture

    def set_picture(self, picture: LossPicture) -> None:
        if picture.log != self._picture.log:
            self._follows = True
        self._picture = picture
        self.set_titles("step", picture.title)
        if self._follows:
            self.show_range(*loss_range(picture))
        self.redraw()

    def set_log(self, log: bool) -> None:
        self.set_picture(replace(self._picture, log=log))

    def fit(self) -> None:
        self._follows = True
        self.show_range(*loss_range(self._picture))

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_loss(self._picture, viewport, self.marks.measure)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        low, high, height = viewport.y_low, viewport.y_high, viewport.height
        upright = (
            log_ticks(low, high, height, apart=24.0) if self._picture.log else linear_ticks(low, high, height, 40.0)
        )
        if len(upright) < 2 and not self._picture.log:  # one number alone gives no scale
            upright = linear_ticks(low, high, height, apart=20.0)
        return whole_ticks(viewport.x_low, viewport.x_high, viewport.width), upright

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls: the chart follows by itself."""
        event.ignore()

    def _let_go(self, *_: object) -> None:
        self._follows = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        still = (event.position() - self._pressed).manhattanLength() < 4
        if event.button() == Qt.MouseButton.LeftButton and still and len(self._picture.values):
            step = round(self.point_at(event.position())[0])
            self.picked.emit(max(0, min(step, len(self._picture.values) - 1)))
