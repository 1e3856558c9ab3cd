"""The brush of the computation graph: a painter with the theme, the type and how large everything is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_sizes import Detail, type_size
from gdsim.app.theme import Theme

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LOCAL, FLOWING = "tangent", "gradient"
"""The colours of a local derivative, which is a slope, and of what flows back, which is a gradient."""

Piece = tuple[str, str]
"""Words and their colour."""


_NOTE_TYPE = 10.0  # px before Large type; notes are to be read even where the graph is shrunk


def pixel_size(size: float, zoom: float, scale: float) -> int:
    """Of type on the screen, never larger than its share of the box."""
    return max(1, math.floor(type_size(size, zoom) * scale + 0.05))


def note_pixel_size(size: float, zoom: float, scale: float) -> int:
    """Of type on the screen for the notes on edges at work, which have no box to fit into."""
    return max(pixel_size(size, zoom, scale), round(_NOTE_TYPE * scale))


@dataclass(frozen=True, eq=False)
class Ink:
    """A painter with the theme, the interface font, the scale of Large type, and the zoom of the graph.

    Everything is painted in px of the screen, so that type and lines stay sharp and need not grow as boxes do.
    """

    painter: QPainter
    theme: Theme
    family: QFont
    scale: float
    detail: Detail
    zoom: float = 1.0

    def font(self, size: float, bold: bool = False) -> QFont:
        font = QFont(self.family)
        font.setPixelSize(pixel_size(size, self.zoom, self.scale))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def note_font(self) -> QFont:
        """Of the notes on edges at work."""
        font = QFont(self.family)
        font.setPixelSize(note_pixel_size(self.detail.edge_font, self.zoom, self.scale))
        return font

    def length(self, px: float) -> float:
        """Of what grows with the boxes."""
        return px * self.scale * self.zoom

    def stroke(self, px: float) -> float:
        """Of a line, which does not get coarse when zoomed in."""
        return px * self.scale * min(max(self.zoom, 0.5), 1.2)

    def text(self, rect: Rect, text: str, colour: str, flags: Qt.AlignmentFlag = CENTRE) -> None:
        self.painter.setPen(QColor(self.theme.colour(colour)))
        self.painter.drawText(QRectF(rect.x, rect.y, rect.width, rect.height), flags, text)

    def whole(self, rect: Rect, text: str, colour: str, flags: Qt.AlignmentFlag = CENTRE) -> None:
        """Words in the present font or a smaller one, never cut: a number without its exponent would be another."""
        font, width = QFont(self.painter.font()), self.width(text)
        if width > rect.width:
            smaller = QFont(font)
            smaller.setPixelSize(max(1, math.floor(font.pixelSize() * rect.width / width)))
            self.painter.setFont(smaller)
        self.text(rect, text, colour, flags | Qt.TextFlag.TextDontClip)
        self.painter.setFont(font)

    def pieces(self, centre: float, top: float, height: float, pieces: Sequence[Piece]) -> None:
        """Words in several colours on one line about `centre`."""
        metrics = QFontMetricsF(self.painter.font())
        widths = [metrics.horizontalAdvance(text) for text, _ in pieces]
        left = centre - sum(widths) / 2
        for (text, colour), width in zip(pieces, widths, strict=True):
            self.text(Rect(left, top, width + 2, height), text, colour, LEFT | Qt.TextFlag.TextDontClip)
            left += width

    def width(self, text: str) -> float:
        """In the painter's present font."""
        return QFontMetricsF(self.painter.font()).horizontalAdvance(text)
