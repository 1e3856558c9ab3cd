"""What is told of a vertex or an edge of the computation graph, in a bubble beside it."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_sight import GraphSight
from gdsim.app.plots.network_drawing import Brush, bubble_lines, paint_bubble
from gdsim.app.plots.network_layout import place_bubble
from gdsim.app.theme import ThemeManager


def paint_graph_bubble(painter: QPainter, themes: ThemeManager, text: str, box: Rect, sight: GraphSight) -> None:
    """Near `box`, and where there is room on no other box."""
    font, unit = themes.font("secondary"), themes.scale
    lines, width, height = bubble_lines(text, min(sight.width - 32, 300 * unit), font)
    bounds = Rect(2, 2, sight.width - 4, sight.height - 4)
    near = (box.grown(4), *sight.boxes_within(bounds))
    size = (width + 16 * unit, height + 8 * unit)
    place = place_bubble(size, (box.x + box.width / 2, box.bottom), bounds, near)
    painter.setFont(font)
    paint_bubble(Brush(painter, themes.theme, font, unit), place, lines)
