"""A plane through a network's weights seen from above, with the point on it, to be dragged and moved by keys.

The plot holds no state of the training: it shows a `LossSlicePicture` and tells where the user wants the point.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.colour_bar import BarPicture
from gdsim.app.plots.colour_maps import Table, colour_table, contour_colour
from gdsim.app.plots.drawing import Array, Drawing, Stroke, Viewport
from gdsim.app.plots.loss_slice_picture import LossSlicePicture, arrange_slice, contour_sets
from gdsim.app.plots.plane_plot import PlanePlot
from gdsim.app.plots.surface_backdrop import Backdrop, Picture
from gdsim.app.plots.surface_image import Sampled, contour_lines, heat_pixels, mask_pixels
from gdsim.app.plots.surface_levels import Levels, choose_levels
from gdsim.app.plots.surface_tracks import in_pieces
from gdsim.app.ranges import Range
from gdsim.app.theme import ThemeManager


class LossSlicePlot(PlanePlot):
    """Emits where the point is wanted; whoever listens answers with a new picture."""

    moved_by_click = False

    dragged = Signal(float, float)
    """The point is held at these coordinates."""
    dropped = Signal(float, float)
    """It was let go here, or sent here by an arrow key."""
    zoomed = Signal(object)
    """The user wants to see another part: ((x low, x high), (y low, y high))."""
    refused = Signal()
    """Escape: the point is to go back."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._picture = LossSlicePicture()
        self._levels: Levels = choose_levels(())
        self._lines: tuple[Array, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._shown_window: tuple[Range, Range] | None = None
        super().__init__(themes, "", "", parent)
        self.view_box.sigRangeChangedManually.connect(self._zoomed)

    # What is shown

    @property
    def picture(self) -> LossSlicePicture:
        return self._picture

    @property
    def levels(self) -> Levels:
        return self._levels

    @property
    def table(self) -> Table:
        return colour_table("cividis", self.themes.theme.dark)

    def set_picture(self, picture: LossSlicePicture) -> None:
        """Values that are the same object as before are not looked at again."""
        before, self._picture = self._picture, replace(picture, focused=self.hasFocus(), held=self._grip.held)
        if picture.values is not before.values:
            sampled = picture.sampled
            self._levels = choose_levels(picture.values)
            self._lines = () if sampled is None else contour_lines(sampled, self._levels)
        self.set_titles(picture.x_title, picture.y_title)
        if picture.window is not None and picture.window != self._shown_window:
            self._shown_window = picture.window
            self.show_range(*picture.window)
        if picture.values is not before.values or picture.loss is not before.loss:
            self._show_backdrop()
        self.redraw()

    def fit(self) -> None:
        """The usual part about the point."""
        self.zoomed.emit(None)

    def arrange(self, viewport: Viewport) -> Drawing:
        return arrange_slice(self._picture, viewport, self.marks.measure)

    def redraw(self) -> None:
        if self.closed:  # pyqtgraph has thrown the items away, but the focus leaves only now
            return
        super().redraw()
        if self._backdrop is not None:
            value = self._picture.value
            mark = float(self._levels.position(value)) if math.isfinite(value) else None
            self.colour_bar.set_picture(BarPicture(self._levels, self.table, self._picture.title, mark))

    def _show_backdrop(self) -> None:
        view, sampled = self.visible_part, self._picture.sampled
        if self._backdrop is None or self.closed or not view.usable:
            return
        if sampled is None:
            self._backdrop.set_backdrop(Backdrop())
            return
        frame = _frame(sampled, view)
        hatched = (Picture(mask_pixels(sampled.undefined), frame),) if sampled.undefined.any() else ()
        self._backdrop.set_backdrop(
            Backdrop((Picture(heat_pixels(sampled, self._levels, self.table), frame),), hatched, self._contours(view))
        )

    def _contours(self, view: Viewport) -> Drawing:
        """Lines of what is coloured, or those of its two parts where both are to be seen."""
        parts = contour_sets(self._picture, view)
        if parts:
            return Drawing(strokes=parts)
        strokes = []
        for line, level in zip(self._lines, self._levels.lines, strict=True):
            if len(line):
                points, joined = in_pieces(view.to_pixels(line), 32)
                colour = contour_colour(self.table, float(self._levels.position(level)))
                strokes.append(Stroke(points, colour, 1.0, joined=joined))
        return Drawing(strokes=tuple(strokes))

    def _view_changed(self, *_: object) -> None:
        if self._closed:  # its axes are gone, but a move of the view may still be told
            return
        super()._view_changed()
        self._show_backdrop()

    def _zoomed(self, *_: object) -> None:
        part = self.visible_part
        self._shown_window = ((part.x_low, part.x_high), (part.y_low, part.y_high))
        self.zoomed.emit(self._shown_window)

    # The point under mouse and keys

    def ball_at(self) -> tuple[float, float] | None:
        x, y = self._picture.x, self._picture.y
        return (x, y) if math.isfinite(x) and math.isfinite(y) else None

    def drag_ball(self, x: float, y: float) -> None:
        self.dragged.emit(x, y)

    def drop_ball(self, x: float, y: float) -> None:
        self.dropped.emit(x, y)

    def nudge_ball(self, x: float, y: float) -> None:
        self.dropped.emit(*self.visible_part.nearest(x, y))

    def show_again(self) -> None:
        self.set_picture(self._picture)

    def escape(self) -> bool:
        self.refused.emit()
        self.clearFocus()
        return True


def _frame(sampled: Sampled, view: Viewport) -> tuple[float, float, float, float]:
    """Where the colours go: cells are centred on the samples, so they reach half a cell over the edge."""
    half_x, half_y = (sampled.x[1] - sampled.x[0]) / 2, (sampled.y[1] - sampled.y[0]) / 2
    corners = np.array([
        [sampled.x[0] - half_x, sampled.y[-1] + half_y], [sampled.x[-1] + half_x, sampled.y[0] - half_y]
    ])  # fmt: skip
    (left, top), (right, bottom) = view.to_pixels(corners).tolist()
    return left, top, right - left, bottom - top
