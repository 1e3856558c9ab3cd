"""Data points that can be looked at, moved, added and removed, by mouse and by keys.

The plot holds no data of its own: it shows the points of a picture and tells what the user wants done with them.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.ball_grip import BallGrip
from gdsim.app.plots.data_points import DataPoints, changed_by_hand, changed_rows, nearest, neighbour
from gdsim.app.plots.points_plot import PointsPlot
from gdsim.app.ranges import Range
from gdsim.app.theme import ThemeManager

LOOK, MOVE, ADD, REMOVE = "look", "move", "add", "remove"
TOOLS = (LOOK, MOVE, ADD, REMOVE)
KEYS = (
    "Arrow keys choose a point, Home and End the first and the last. With Ctrl the arrows move it, with Shift as well"
    " further. Delete removes it, Insert adds one. Escape ends it."
)
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_OWN_KEYS = (*_ARROWS, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Delete, Qt.Key.Key_Insert, Qt.Key.Key_Escape)
_IDLE_CURSORS = {ADD: Qt.CursorShape.CrossCursor, MOVE: Qt.CursorShape.SizeAllCursor}
_CURSORS = {MOVE: Qt.CursorShape.OpenHandCursor, REMOVE: Qt.CursorShape.PointingHandCursor}


class PointsEditor(PointsPlot):
    """Emits what is wanted of a point; whoever listens answers with a new picture.

    Points have numbers from 0.  Where a point's height is its class, heights are rounded to classes.
    """

    point_added = Signal(float, float, float)
    """A point is wanted at x, y, of a class (NaN where the points have values)."""
    point_moving = Signal(int, float, float)
    """Point number is held at x, y."""
    point_moved = Signal(int, float, float)
    """Point number was let go at x, y, or moved there by a key."""
    point_removed = Signal(int)

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._tool, self._class_index = LOOK, 0
        self._grip = BallGrip()
        super().__init__(themes, parent)
        self.setAccessibleDescription(KEYS)

    @property
    def tool(self) -> str:
        return self._tool

    def set_tool(self, tool: str, class_index: int = 0) -> None:
        """What the left button does with points: "look", "move", "add" (points of this class) or "remove"."""
        if tool not in TOOLS:
            raise ValueError(f"a tool is one of {', '.join(TOOLS)}, not {tool!r}")
        self._tool, self._class_index = tool, class_index
        self.viewport().setCursor(self._idle_cursor)
        if tool == LOOK and self._steady:
            self._steady = False
            self.follow_data()

    @property
    def _idle_cursor(self) -> Qt.CursorShape:
        """The cursor beside the points."""
        return _IDLE_CURSORS.get(self._working_tool, Qt.CursorShape.ArrowCursor)

    def _stays(self, before: DataPoints) -> bool:
        """A point that was added, moved or removed within the picture stays under the pointer."""
        if self._working_tool == LOOK or not changed_by_hand(before, self._points):
            return False
        part = self.visible_part
        places = self._points.places()
        return part.usable and all(part.contains(x, y) for x, y in places[changed_rows(before, self._points)].tolist())

    def _show_points(self, points: DataPoints, value_range: Range | None, editable: bool) -> None:
        if self._held is not None and self._held[0] >= len(points):
            self._held = None
            self._grip.release()
        super()._show_points(points, value_range, editable)

    # Points under the mouse

    def _at(self, pixel: QPointF) -> int | None:
        local = self.view_box.mapFromScene(self.mapToScene(pixel.toPoint()))
        scale = self.themes.scale
        return nearest(self._points, self._drawn_part(), (local.x() / scale, local.y() / scale))

    @property
    def _working_tool(self) -> str:
        return self._tool if self._editable else LOOK

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            index = self._at(event.position()) if self._inside(event) else None
            held = index is not None and self._working_tool == MOVE
            offset = None
            if held:
                x, y = self._points.places()[index].tolist()
                at = self.point_at(event.position())
                offset = (x - at[0], y - at[1])
            self._grip.press(event.position(), offset)
            self._pointed = None
            if held:
                self._held = (index, x, y)
            self._read_out()
            if held:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = self._grip.move(event.position())
        if self._held is not None:
            if moved:
                self._held = (self._held[0], *self._settled(*self._grip.place(self.point_at(event.position()))))
                self.redraw()
                self.point_moving.emit(*self._held)
            return
        if not event.buttons():
            index = self._at(event.position()) if self._inside(event) else None
            self._pointed = index
            self._read_out()
            idle = self._idle_cursor
            self.viewport().setCursor(idle if index is None else _CURSORS.get(self._working_tool, idle))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._grip.pressed:
            super().mouseReleaseEvent(event)
            return
        moved, held = self._grip.move(event.position()), self._held
        place = self.point_at(event.position())
        end = self._settled(*self._grip.place(place))
        self._grip.release()
        self._held = None
        if held is not None:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            if moved:
                self.point_moved.emit(held[0], *end)
                self.redraw()
            else:
                self._choose(held[0], by_key=False)
            return
        super().mouseReleaseEvent(event)
        if moved or not self._inside(event):
            return
        index = self._at(event.position())
        if self._working_tool == ADD:
            self._add(*place)
        elif self._working_tool == REMOVE and index is not None:
            self.point_removed.emit(index)
        elif index is not None:
            self._choose(index, by_key=False)

    def _inside(self, event: QMouseEvent) -> bool:
        return self.view_box.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint()))

    def _add(self, x: float, y: float) -> None:
        points = self._points
        if not points.classes:
            self.point_added.emit(x, y, math.nan)
            return
        index = min(self._class_index, len(points.classes) - 1)
        self.point_added.emit(x, float(index) if self._height_is_class else y, float(index))

    @property
    def _height_is_class(self) -> bool:
        return bool(self._points.classes) and self._points.inputs.shape[1] < 2

    def _settled(self, x: float, y: float) -> tuple[float, float]:
        """Where a point can be: anywhere, or at the height of a class."""
        if self._height_is_class:
            y = float(min(max(round(y), 0), len(self._points.classes) - 1))
        return x, y

    # Points under the keys

    def _choose(self, index: int | None, by_key: bool = True) -> None:
        self._chosen, self._chosen_by_key = index, by_key
        self._pointed = None if by_key else index
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.redraw()
        words = self.words_for(index) + ". " if index is not None else ""
        self.setAccessibleDescription(words + KEYS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), len(self._points)
        if key == Qt.Key.Key_Escape and self.hasFocus():
            self.clearFocus()
        elif key == Qt.Key.Key_Insert:
            if self._editable:
                part = self.visible_part
                self._add((part.x_low + part.x_high) / 2, (part.y_low + part.y_high) / 2)
        elif not count or key not in _OWN_KEYS:
            event.ignore()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(0 if key == Qt.Key.Key_Home else count - 1)
        elif key == Qt.Key.Key_Delete:
            if self._editable and self._chosen is not None:
                self.point_removed.emit(self._chosen)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._nudge(_ARROWS[Qt.Key(key)], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            self._choose(neighbour(self._points, self.visible_part, self._chosen, _ARROWS[Qt.Key(key)]))

    def _nudge(self, direction: tuple[int, int], far: bool) -> None:
        if self._chosen is None or not self._editable:
            return
        part, share = self.visible_part, 0.05 if far else 0.005
        x, y = self._points.places()[self._chosen].tolist()
        up = direction[1] * (1.0 if self._height_is_class else share * (part.y_high - part.y_low))
        x, y = self._settled(x + direction[0] * share * (part.x_high - part.x_low), y + up)
        if math.isfinite(x) and math.isfinite(y):
            self.point_moved.emit(self._chosen, x, y)

    def event(self, event: QEvent) -> bool:
        # While the points have the focus these keys are their own, not the window's.
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)
