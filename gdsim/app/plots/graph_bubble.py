"""What is told of a vertex or an edge of the computation graph, in a bubble beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QPainter

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_labels import as_array
from gdsim.app.plots.graph_sight import GraphSight
from gdsim.app.plots.network_drawing import Brush, bubble_lines, paint_bubble
from gdsim.app.theme import ThemeManager

_STEP = 10.0  # px between two places that are compared
_FAR = 12.0  # how many px² covered are as bad as a px away


def paint_graph_bubble(painter: QPainter, themes: ThemeManager, text: str, box: Rect, sight: GraphSight) -> None:
    """Near `box`, and where there is room on no box and no words."""
    font, unit = themes.font("secondary"), themes.scale
    lines, width, height = bubble_lines(text, min(sight.width - 32, 300 * unit), font)
    bounds = Rect(2, 2, sight.width - 4, sight.height - 4)
    size = (width + 16 * unit, height + 8 * unit)
    painter.setFont(font)
    paint_bubble(Brush(painter, themes.theme, font, unit), bubble_place(size, box, bounds, sight.shown(bounds)), lines)


def bubble_place(size: tuple[float, float], box: Rect, bounds: Rect, shown: Sequence[Rect]) -> Rect:
    """The place within `bounds` that covers least of what is `shown`, never `box`, and is near it."""
    width, height = size
    across = np.arange(bounds.x, max(bounds.right - width, bounds.x) + 1e-9, _STEP)
    down = np.arange(bounds.y, max(bounds.bottom - height, bounds.y) + 1e-9, _STEP)
    left, top = (part.ravel() for part in np.meshgrid(across, down))
    solid = as_array([*shown, box.grown(4.0)])
    wide = np.minimum(left[:, None] + width, solid[:, 2]) - np.maximum(left[:, None], solid[:, 0])
    tall = np.minimum(top[:, None] + height, solid[:, 3]) - np.maximum(top[:, None], solid[:, 1])
    covered = np.clip(wide, 0.0, None) * np.clip(tall, 0.0, None)
    covered[:, -1] *= 100.0
    away = np.hypot(
        np.maximum(np.maximum(box.x - left - width, left - box.right), 0.0),
        np.maximum(np.maximum(box.y - top - height, top - box.bottom), 0.0),
    )
    middle = np.abs(left + width / 2 - box.x - box.width / 2)
    best = int(np.argmin(covered.sum(axis=1) + _FAR * away + middle))
    return Rect(float(left[best]), float(top[best]), width, height)
