"""What plots of a plane seen from above have in common: colours under the marks, a colour bar, words at the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.ball_plot import IN_THE_PLANE, BallPlot, Direction
from gdsim.app.plots.colour_bar import ColourBar
from gdsim.app.plots.drawing import Drawing, Rect, square
from gdsim.app.plots.labels import LabelRequest, place_labels
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.surface_backdrop import BackdropLayer
from gdsim.app.plots.surface_picture import boxes_along
from gdsim.app.theme import ThemeManager

_BACKDROP_Z, _READOUT_Z = -20.0, 6.0


class PlanePlot(BallPlot):
    """A subclass paints its colours when `_show_backdrop` asks for them."""

    directions: ClassVar[dict[Qt.Key, Direction]] = IN_THE_PLANE
    idle_cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    def __init__(self, themes: ThemeManager, x_title: str, y_title: str, parent: QWidget | None = None) -> None:
        self._describe: Callable[[float, float], str] | None = None
        self._backdrop: BackdropLayer | None = None  # none while MathPlot is being made
        super().__init__(themes, x_title, y_title, parent)
        self.grid.setVisible(False)
        self.colour_bar = ColourBar()
        self.plot_item.layout.addItem(self.colour_bar, 2, 3)
        self._readout = Overlay(self.view_box, _READOUT_Z)
        self._backdrop = BackdropLayer(self.view_box, _BACKDROP_Z)
        self._theme_changed()

    def set_describe(self, describe: Callable[[float, float], str] | None) -> None:
        """What is said beside the pointer at x, y; an empty text says nothing."""
        self._describe = describe
        self.clear_hover()

    def hovered_at(self, x: float, y: float) -> None:
        """The pointer is here without a button held; NaN when it has left."""

    def _show_backdrop(self) -> None:
        raise NotImplementedError

    def _view_changed(self, *_: object) -> None:
        if self._backdrop is not None and not self._closed:
            for layer in (self._backdrop, self._readout):
                layer.set_rect(self.view_box.rect())
        super()._view_changed()

    def _theme_changed(self) -> None:
        if self._backdrop is not None:
            theme, font = self.themes.theme, self.themes.font("secondary")
            self.colour_bar.set_style(theme, font)
            for layer in (self._backdrop, self._readout):
                layer.set_style(theme, font)
            self._show_backdrop()
        super()._theme_changed()

    # Words at the pointer

    def clear_hover(self) -> None:
        self._readout.set_drawing(Drawing())

    def hover(self, event: QMouseEvent) -> None:
        inside = self.inside(event.position())
        x, y = self.point_at(event.position()) if inside else (math.nan, math.nan)
        wanted = inside and self._describe is not None and not self.over_ball(event.position())
        text = self._describe(x, y) if wanted and self._describe is not None else ""
        self._readout.set_drawing(self._words_at(event, text) if text else Drawing())
        self.hovered_at(x, y)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.closed:
            self.clear_hover()
            self.hovered_at(math.nan, math.nan)
        super().leaveEvent(event)

    def _words_at(self, event: QMouseEvent, text: str) -> Drawing:
        """The read-out beside the pointer, clear of ball, arrows and all other words where there is room."""
        local = self.view_box.mapFromScene(self.mapToScene(event.position().toPoint()))
        part, scale, marks = self.visible_part, self.themes.scale, self.marks.drawing
        words = [label.rect.scaled(scale).grown(4) for label in marks.labels]
        pointer = square(local.x(), local.y(), 10.0)
        arrows = [box.scaled(scale) for arrow in marks.arrows for box in boxes_along(arrow)]
        balls = [square(disc.x, disc.y, disc.radius + 2).scaled(scale) for disc in marks.discs]
        bounds = Rect(0, 0, part.width, part.height).grown(-6)
        request = LabelRequest(
            tuple((line, "text") for line in text.split("\n")), (local.x(), local.y()),
            ("se", "sw", "ne", "nw", "e", "w", "s", "n"), 13.0,
        )  # fmt: skip
        measure = self._readout.measure
        placed = place_labels([request], measure, bounds, [*words, pointer], [*arrows, *balls])
        return Drawing(labels=placed or place_labels([request], measure, bounds, [pointer], words))
