"""A plane through a network's weights seen from above, with the point on it, to be dragged and moved by keys.

The plot holds no state of the training: it shows a `LossSlicePicture` and tells where the user wants the point.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.arrows import HIT_RADIUS
from gdsim.app.plots.ball_grip import BallGrip
from gdsim.app.plots.colour_bar import BarPicture, ColourBar
from gdsim.app.plots.colour_maps import Table, colour_table, contour_colour
from gdsim.app.plots.drawing import Array, Drawing, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, place_labels
from gdsim.app.plots.loss_slice_picture import LossSlicePicture, arrange_slice, contour_sets
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.surface_backdrop import Backdrop, BackdropLayer, Picture
from gdsim.app.plots.surface_image import Sampled, contour_lines, heat_pixels, mask_pixels
from gdsim.app.plots.surface_levels import Levels, choose_levels
from gdsim.app.plots.surface_tracks import in_pieces
from gdsim.app.ranges import Range
from gdsim.app.theme import ThemeManager

_BACKDROP_Z, _READOUT_Z = -20.0, 6.0
_ARROW_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_SMALL, _LARGE = 0.005, 0.05  # of what is seen: a nudge, and one with Shift


class LossSlicePlot(MathPlot):
    """Emits where the point is wanted; whoever listens answers with a new picture."""

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
        self._backdrop: BackdropLayer | None = None
        self._describe: Callable[[float, float], str] | None = None
        super().__init__(themes, "", "", parent)
        self.grid.setVisible(False)
        self.colour_bar = ColourBar()
        self.plot_item.layout.addItem(self.colour_bar, 2, 3)
        self._backdrop = BackdropLayer(self.view_box, _BACKDROP_Z)
        self._readout = Overlay(self.view_box, _READOUT_Z)
        self._grip = BallGrip(HIT_RADIUS)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view_box.sigRangeChangedManually.connect(self._zoomed)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self._theme_changed()

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

    def set_describe(self, describe: Callable[[float, float], str]) -> None:
        """What is said beside the pointer at x, y."""
        self._describe = describe

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
        if self._backdrop is not None:
            for layer in (self._backdrop, self._readout):
                layer.set_rect(self.view_box.rect())
            self._show_backdrop()
        super()._view_changed()

    def _theme_changed(self) -> None:
        theme, font = self.themes.theme, self.themes.font("secondary")
        if self._backdrop is not None:
            self.colour_bar.set_style(theme, font)
            for layer in (self._backdrop, self._readout):
                layer.set_style(theme, font)
            self._show_backdrop()
        super()._theme_changed()

    def _zoomed(self, *_: object) -> None:
        part = self.visible_part
        self._shown_window = ((part.x_low, part.x_high), (part.y_low, part.y_high))
        self.zoomed.emit(self._shown_window)

    # The point under mouse and keys

    def _over_ball(self, event: QMouseEvent) -> bool:
        x, y = self._picture.x, self._picture.y
        return math.isfinite(x) and math.isfinite(y) and self._grip.reaches(event.position(), self.pixel_of(x, y))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at, over = self.point_at(event.position()), self._over_ball(event)
            self._grip.press(event.position(), (self._picture.x - at[0], self._picture.y - at[1]) if over else None)
            self._readout.set_drawing(Drawing())
            if over:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip.held:
            if self._grip.move(event.position()):
                self.dragged.emit(*self._held_place(event))
            return
        self._grip.move(event.position())
        if not event.buttons():
            over = self._over_ball(event)
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.CrossCursor)
            self._hover(event)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._grip.held:
            self._grip.release()
            super().mouseReleaseEvent(event)
            return
        moved, place = self._grip.move(event.position()), self._held_place(event)
        self._grip.release()
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        if moved:
            self.dropped.emit(*place)
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.set_picture(self._picture)

    def _held_place(self, event: QMouseEvent) -> tuple[float, float]:
        """Where the point is wanted: at most at the edge of what is seen, so that it is never lost while it is held."""
        return self.visible_part.nearest(*self._grip.place(self.point_at(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        if not self.closed:
            self._readout.set_drawing(Drawing())
        super().leaveEvent(event)

    def _hover(self, event: QMouseEvent) -> None:
        inside = self.view_box.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint()))
        wanted = inside and self._describe is not None and not self._over_ball(event)
        text = self._describe(*self.point_at(event.position())) if wanted and self._describe is not None else ""
        if not text:
            self._readout.set_drawing(Drawing())
            return
        local = self.view_box.mapFromScene(self.mapToScene(event.position().toPoint()))
        part = self.visible_part
        request = LabelRequest(
            tuple((line, "text") for line in text.split("\n")), (local.x(), local.y()),
            ("se", "sw", "ne", "nw", "e", "w", "s", "n"), 13.0,
        )  # fmt: skip
        bounds, pointer = Rect(0, 0, part.width, part.height).grown(-6), square(local.x(), local.y(), 10.0)
        words = [label.rect.scaled(self.themes.scale).grown(4) for label in self.marks.drawing.labels]
        self._readout.set_drawing(
            Drawing(labels=place_labels([request], self._readout.measure, bounds, [pointer], words))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.move_view(event):
            return
        direction = _ARROW_KEYS.get(Qt.Key(event.key()))
        if direction is not None and math.isfinite(self._picture.x) and math.isfinite(self._picture.y):
            part = self.visible_part
            share = _LARGE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _SMALL
            across, up = share * (part.x_high - part.x_low), share * (part.y_high - part.y_low)
            wanted = self._picture.x + direction[0] * across, self._picture.y + direction[1] * up
            self.dropped.emit(*part.nearest(*wanted))
        elif event.key() == Qt.Key.Key_Escape:
            self.refused.emit()
            self.clearFocus()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # While the point has the focus the arrows are its own, not the window's step keys.
        if event.type() == QEvent.Type.ShortcutOverride and (
            event.key() in (*_ARROW_KEYS, Qt.Key.Key_Escape) or self.moves_view(event)
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.set_picture(self._picture)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.set_picture(self._picture)


def _frame(sampled: Sampled, view: Viewport) -> tuple[float, float, float, float]:
    """Where the colours go: cells are centred on the samples, so they reach half a cell over the edge."""
    half_x, half_y = (sampled.x[1] - sampled.x[0]) / 2, (sampled.y[1] - sampled.y[0]) / 2
    corners = np.array([
        [sampled.x[0] - half_x, sampled.y[-1] + half_y], [sampled.x[-1] + half_x, sampled.y[0] - half_y]
    ])  # fmt: skip
    (left, top), (right, bottom) = view.to_pixels(corners).tolist()
    return left, top, right - left, bottom - top
