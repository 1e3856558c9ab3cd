"""What is shown beside a unit under the pointer or the keyboard: its response enlarged, its name, bias and state."""

from __future__ import annotations

from dataclasses import dataclass

from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.network_drawing import LEFT, Brush, bubble_lines, paint_response, qrect
from gdsim.app.plots.network_picture import UnitPicture
from gdsim.app.plots.network_thumbnails import Thumbnails

SIDE = 96.0
"""The side of the enlarged response, px."""
_PAD, _LEAST_WORDS, _MOST_WORDS, _AWAY = 8.0, 56.0, 150.0, 12.0


@dataclass(frozen=True)
class UnitBubble:
    """Rectangles of the bubble, of the response (None where there is none) and of the words."""

    rect: Rect
    response: Rect | None
    words: Rect
    text: str


def place_unit_bubble(lines: list[str], pictured: bool, box: Rect, bounds: Rect, brush: Brush) -> UnitBubble:
    """Beside the unit at `box`, on the side where there is more room, within `bounds` as far as it is small enough."""
    unit, metrics = brush.unit, QFontMetricsF(brush.font)
    pad = _PAD * unit
    side = min(SIDE * unit, max(bounds.height - 2 * pad, 8.0)) if pictured else 0.0
    right = bounds.right - box.right >= box.x - bounds.x
    room = max(bounds.right - box.right, box.x - bounds.x) - (3 * pad + side + _AWAY * unit)
    most = min(max(room, _LEAST_WORDS * unit), _MOST_WORDS * unit)
    broken = [bubble_lines(line, most, brush.font) for line in lines]
    wide = max(width for _, width, _ in broken)
    high = sum(height for _, _, height in broken)
    width = wide + 2 * pad + (side + pad if pictured else 0.0)
    height = max(side, high) + 2 * pad
    left = box.right + _AWAY * unit if right else box.x - _AWAY * unit - width
    rect = Rect(left, box.y + box.height / 2 - height / 2, width, height).within(bounds)
    response = Rect(rect.x + pad, rect.y + (rect.height - side) / 2, side, side) if pictured else None
    start = response.right + pad if response is not None else rect.x + pad
    words = Rect(start, rect.y + (rect.height - high) / 2, wide + metrics.averageCharWidth(), high)
    return UnitBubble(rect, response, words, "\n".join(text for text, _, _ in broken))


def paint_unit_bubble(brush: Brush, bubble: UnitBubble, unit: UnitPicture, thumbnails: Thumbnails) -> None:
    """`thumbnails` has the response of the unit at (1, 0)."""
    painter, theme = brush.painter, brush.theme
    painter.setPen(QPen(QColor(theme.control), 1.0))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(qrect(bubble.rect), 5, 5)
    if bubble.response is not None:
        painter.fillRect(qrect(bubble.response), QColor(theme.panel))
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        paint_response(brush, bubble.response, unit.dropped, (1, 0), thumbnails, PrimitiveArray(QLineF, 4))
    painter.setFont(brush.font)
    brush.text(bubble.words, bubble.text, "text", LEFT | Qt.AlignmentFlag.AlignVCenter)
