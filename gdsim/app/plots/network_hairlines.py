"""The thinnest weights of a large network: thousands of lines, drawn once and kept as one image a layer.

While a network trains the weights change with each frame, but of a hairline only its sign is to be seen.  So images
are made anew only where signs have changed, and of a large network only one layer with each frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gdsim.app.plots.drawing import Array
from gdsim.app.plots.network_lines import ZERO, LinePlan, draw_lines, hair_colour, piece_points
from gdsim.app.theme import Theme

_PIECES = 5  # of a curve; of a negative weight's every other one is drawn
_AT_ONCE = 1100  # lines that one frame has time for


@dataclass(frozen=True, eq=False)
class _Layer:
    """The hairlines of one layer as an image, and the signs that it shows."""

    thin: NDArray[np.int8]
    faded: NDArray[np.bool_]
    ends: Array
    theme: Theme
    image: QImage

    def shows(self, plan: LinePlan, layer: int) -> bool:
        return np.array_equal(self.thin, plan.thin[layer]) and np.array_equal(self.faded, plan.faded[layer])


class Hairlines:
    """Keeps the images from one frame to the next."""

    def __init__(self) -> None:
        self._layers: list[_Layer] = []
        self._next = 0
        self.behind = False
        """Whether some layer still shows earlier signs, for which another frame is needed."""

    def images(
        self, plan: LinePlan, lines: tuple[Array, ...], theme: Theme, pixels: QSize, ratio: float
    ) -> tuple[QImage, ...]:
        """One image of the size of the diagram a layer; those of other signs are made anew as far as there is time."""
        fits = len(self._layers) == len(lines) and all(
            kept.ends is ends and kept.theme is theme and kept.image.size() == pixels
            for kept, ends in zip(self._layers, lines, strict=True)
        )
        if not fits:
            self._layers = [_painted(plan, layer, ends, theme, pixels, ratio) for layer, ends in enumerate(lines)]
        count, drawn = len(lines), 0
        old = [layer for layer in range(count) if not self._layers[layer].shows(plan, layer)]
        # In turn, so that none waits for ever.
        for layer in sorted(old, key=lambda layer: (layer - self._next) % count):
            size = plan.thin[layer].size
            if drawn and drawn + size > _AT_ONCE:
                break
            self._layers[layer] = _painted(plan, layer, lines[layer], theme, pixels, ratio)
            self._next = layer + 1
            drawn += size
            old.remove(layer)
        self.behind = bool(old)
        return tuple(each.image for each in self._layers)


def _painted(plan: LinePlan, layer: int, ends: Array, theme: Theme, pixels: QSize, ratio: float) -> _Layer:
    image = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    thin, faded = plan.thin[layer], plan.faded[layer]
    painter = QPainter(image)
    buffer = PrimitiveArray(QLineF, 4)
    for gone in (True, False):
        # Half of each sign over half of the other, so that neither hides the other.
        for sign, half in ((ZERO, 0), (ZERO, 1), (-1, 0), (1, 0), (-1, 1), (1, 1)):
            chosen = ends[(thin == sign) & (faded == gone)][half::2]
            if len(chosen):
                painter.setPen(QPen(QColor(hair_colour(sign, gone, theme, many=True)), 0))
                draw_lines(painter, buffer, _pieces(chosen, dashed=sign < 0))
    painter.end()
    return _Layer(thin, faded, ends, theme, image)


def _pieces(ends: Array, dashed: bool) -> Array:
    """Straight pieces (n, 4) of lines (n, 4)."""
    x, y = piece_points(ends, np.linspace(0.0, 1.0, 2 * _PIECES if dashed else _PIECES + 1))
    pieces = np.stack([x[:, :-1], y[:, :-1], x[:, 1:], y[:, 1:]], axis=-1)
    return np.asarray(pieces[:, ::2] if dashed else pieces).reshape(-1, 4)
