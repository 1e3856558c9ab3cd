"""What plots with a ball have in common: it is dragged, put somewhere by a click, moved by keys, and has the focus.

A plot holds no state of the experiment: it shows a picture and tells where the user wants the ball.
"""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.arrows import HIT_RADIUS
from gdsim.app.plots.ball_grip import BallGrip
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.ranges import Range
from gdsim.app.theme import ThemeManager

Direction = tuple[int, int]
ALONG = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0)}
IN_THE_PLANE = {**ALONG, Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_SMALL, _LARGE = 0.005, 0.05  # of what is seen: a move by a key, and one with Shift


class BallPlot(MathPlot):
    """A subclass says where the ball is, and tells others where it is wanted."""

    directions: ClassVar[dict[Qt.Key, Direction]] = ALONG
    """The keys that move the ball."""
    other_keys: ClassVar[tuple[Qt.Key, ...]] = ()
    """Further keys that are the ball's own while it has the focus."""
    idle_cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.ArrowCursor
    moved_by_click: ClassVar[bool] = True
    """Whether a click beside the ball sends it there."""

    def __init__(self, themes: ThemeManager, x_title: str, y_title: str, parent: QWidget | None = None) -> None:
        self._follows = True
        self._grip = BallGrip()
        super().__init__(themes, x_title, y_title, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.view_box.sigRangeChangedManually.connect(self._let_go)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    # What a subclass decides

    def ball_at(self) -> tuple[float, float] | None:
        """Where the ball is in the plot; None where there is none to be held."""
        raise NotImplementedError

    def drag_ball(self, x: float, y: float) -> None:
        """The ball is held here."""
        raise NotImplementedError

    def drop_ball(self, x: float, y: float) -> None:
        """The ball was let go here, or is sent here by a click."""
        raise NotImplementedError

    def nudge_ball(self, x: float, y: float) -> None:
        """A key asks for the ball here."""
        raise NotImplementedError

    def show_again(self) -> None:
        """Draw the same picture, with the focus and the hand as they are now."""
        raise NotImplementedError

    def hover(self, event: QMouseEvent) -> None:
        """The pointer moves over the plot without a button held."""

    def clear_hover(self) -> None:
        """The pointer has something else to do, or is gone."""

    def escape(self) -> bool:
        """What Escape does; whether anything."""
        if not self.hasFocus():
            return False
        self.clearFocus()
        return True

    # The part that is seen

    @property
    def follows(self) -> bool:
        """False once the user has zoomed or panned, until the next `fit`."""
        return self._follows

    def zoom_to(self, x_range: Range, y_range: Range) -> None:
        """Show this part and stay there, as after a zoom by the user."""
        self._follows = False
        self.show_range(x_range, y_range)

    def _let_go(self, *_: object) -> None:
        self._follows = False

    # The ball under mouse and keys

    def over_ball(self, pixel: QPointF) -> bool:
        """Whether the hand would take the ball here."""
        ball = self.ball_at()
        if ball is None:
            return False
        away = pixel - self.pixel_of(*ball)
        return math.hypot(away.x(), away.y()) <= HIT_RADIUS * self.themes.scale

    def grip_at(self, pixel: QPointF) -> tuple[float, float] | None:
        """The place of the ball, if the hand takes it here."""
        return self.ball_at() if self.over_ball(pixel) else None

    def click_ball(self) -> None:
        """The ball was pressed and let go where it was: the keys are its own now."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.show_again()

    def inside(self, pixel: QPointF) -> bool:
        """Whether this is within the axes."""
        return self.view_box.sceneBoundingRect().contains(self.mapToScene(pixel.toPoint()))

    def _held_place(self, event: QMouseEvent) -> tuple[float, float]:
        """Where the ball is wanted: at most at the edge of what is seen, so that it is never lost while it is held."""
        return self.visible_part.nearest(*self._grip.place(self.point_at(event.position())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            ball = self.grip_at(event.position())
            x, y = self.point_at(event.position())
            # The ball keeps its place under the pointer where it was gripped.
            self._grip.press(event.position(), None if ball is None else (ball[0] - x, ball[1] - y))
            self.clear_hover()
            if ball is not None:
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = self._grip.move(event.position())
        if self._grip.held:
            if moved:
                self.drag_ball(*self._held_place(event))
            return
        if not event.buttons():
            over = self.over_ball(event.position())
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if over else self.idle_cursor)
            self.hover(event)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._grip.pressed:
            super().mouseReleaseEvent(event)
            return
        moved, held, place = self._grip.move(event.position()), self._grip.held, self._held_place(event)
        self._grip.release()
        if not held:
            super().mouseReleaseEvent(event)
            if self.moved_by_click and not moved and self.inside(event.position()):
                self.drop_ball(*place)
            return
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        if moved:
            self.drop_ball(*place)
        else:
            self.click_ball()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.move_view(event):
            return
        direction, ball = self.directions.get(Qt.Key(event.key())), self.ball_at()
        if direction is not None and ball is not None:
            part = self.visible_part
            share = _LARGE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _SMALL
            across, up = share * (part.x_high - part.x_low), share * (part.y_high - part.y_low)
            self.nudge_ball(ball[0] + direction[0] * across, ball[1] + direction[1] * up)
        elif event.key() != Qt.Key.Key_Escape or not self.escape():
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # While the ball has the focus the arrows are its own, not the window's step keys.
        if event.type() == QEvent.Type.ShortcutOverride and (
            event.key() in (*self.directions, *self.other_keys, Qt.Key.Key_Escape) or self.moves_view(event)
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.show_again()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_again()
