"""Holding the ball with the mouse: where it was gripped, and whether a press has become a drag."""

from __future__ import annotations

from PySide6.QtCore import QPointF

_SLACK = 4.0  # pixels the pointer may tremble during a click


class BallGrip:
    """From press to release.  Once moved, it stays a drag even when the pointer comes back."""

    def __init__(self) -> None:
        self._pressed: QPointF | None = None
        self._offset: tuple[float, float] | None = None
        self._moved = False

    @property
    def pressed(self) -> bool:
        return self._pressed is not None

    @property
    def held(self) -> bool:
        """Whether the ball is in the hand."""
        return self._offset is not None

    def press(self, pixel: QPointF, offset: tuple[float, float] | None) -> None:
        """`offset` is the ball's place from the pointer's when it was gripped, None beside the ball."""
        self._pressed, self._offset, self._moved = QPointF(pixel), offset, False

    def move(self, pixel: QPointF) -> bool:
        """Whether this is a drag by now."""
        if self._pressed is not None and (pixel - self._pressed).manhattanLength() >= _SLACK:
            self._moved = True
        return self._moved

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where the ball is wanted when the pointer is at `point`."""
        offset = self._offset or (0.0, 0.0)
        return point[0] + offset[0], point[1] + offset[1]

    def release(self) -> None:
        self._pressed = self._offset = None
        self._moved = False
