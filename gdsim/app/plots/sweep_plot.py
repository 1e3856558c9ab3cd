"""The chart of a sweep: a click or the arrow keys choose a value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.drawing import Drawing, Stroke, Viewport
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.sweep_picture import SweepPicture, arrange_sweep, legend_height, sweep_range, sweep_ticks, value_at
from gdsim.app.plots.ticks import Tick
from gdsim.app.theme import ThemeManager

_STILL = 4  # pixels that a click may move
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class SweepPlot(MathPlot):
    """`picked(place)` tells of a value that was chosen, `pointed(place)` of the one under the pointer, -1 for none."""

    picked = Signal(int)
    pointed = Signal(int)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = SweepPicture()
        self._pressed: QPointF | None = None
        self._told = -1
        super().__init__(themes, "value", "loss", parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view_box.setMouseEnabled(False, False)
        self.view_box.sigResized.connect(self.fit)
        self.setMouseTracking(True)

    @property
    def picture(self) -> SweepPicture:
        return self._picture

    def set_picture(self, picture: SweepPicture) -> None:
        self._picture = picture
        self.set_titles(picture.x_title, picture.y_title)
        self.fit()

    def set_chosen(self, place: int | None) -> None:
        if place != self._picture.chosen:
            self._picture = replace(self._picture, chosen=place)
            self.redraw()

    def fit(self, *_: object) -> None:
        """Show all values, and room for the names above them."""
        before = self.view_box.viewRange()
        part, scale = self.visible_part, self.themes.scale
        words = legend_height(self._picture, self.marks.measure) * scale / part.height if part.usable else 0.0
        self.show_range(*sweep_range(self._picture, min(words, 0.5)))
        if self.view_box.viewRange() == before:
            self.redraw()

    def arrange(self, viewport: Viewport) -> Drawing:
        drawing = arrange_sweep(self._picture, viewport, self.marks.measure)
        if self.hasFocus() and viewport.usable:
            corners = [[1.0, 1.0], [viewport.width - 1, 1.0], [viewport.width - 1, viewport.height - 1],
                       [1.0, viewport.height - 1], [1.0, 1.0]]  # fmt: skip
            ring = Stroke(np.array(corners), "accent", 2.0)
            drawing = replace(drawing, strokes=(*drawing.strokes, ring))
        return drawing

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        return sweep_ticks(self._picture, viewport, self.themes.scale)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the column, which scrolls."""
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """The arrows are shortcuts of the window; while the chart has the keyboard they are its own."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _is_own(event) or self._picture.nothing:
            event.ignore()
            return
        here = self._picture.chosen if self._picture.chosen is not None else 0
        there = here + _KEYS[Qt.Key(event.key())]
        self.picked.emit(max(0, min(there, len(self._picture.values) - 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and (event.position() - pressed).manhattanLength() < _STILL:
            place = value_at(self._picture, self.point_at(event.position())[0])
            if place is not None:
                self.picked.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = value_at(self._picture, self.point_at(event.position())[0])
        self._tell(-1 if place is None else place)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._tell(-1)

    def _tell(self, place: int) -> None:
        if place != self._told:
            self._told = place
            self.pointed.emit(place)


def _is_own(event: QKeyEvent) -> bool:
    return event.key() in _KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
