"""The names of curves, each beside the end of its own, in a column at the right of a plot.

In a column of their own they cover no point, and they move as calmly as the curves do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdsim.app.theme import Theme

_LEADER, _GAP, _WIDEST = 18.0, 4.0, 110.0


@dataclass(frozen=True)
class EndLabel:
    """A name, the look of its curve (a token or "#rrggbb"), and the share 0 (bottom) to 1 (top) where the curve ends.

    A share that is NaN has no leader and comes last.  A curve that ends outside is named at the edge, behind a sample
    of its line.
    """

    text: str
    colour: str
    share: float
    width: float = 2.0
    dashes: tuple[float, ...] = ()


def spread(wanted: Sequence[float], length: float, apart: float) -> list[float]:
    """Places as near as possible to those `wanted`, in their order, `apart` from one another, within 0..length.

    Where they do not all fit they are as far apart as fits.
    """
    count = len(wanted)
    if count == 0:
        return []
    apart = min(apart, length / count)
    order = sorted(range(count), key=lambda index: wanted[index])
    # Pool adjacent violators: places minus their rank times the gap only have to be in order.
    blocks: list[list[float]] = []
    for rank, index in enumerate(order):
        blocks.append([min(max(wanted[index], apart / 2), length - apart / 2) - rank * apart, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, size), (other, more) = blocks[-2], blocks[-1]
            blocks[-2:] = [[(mean * size + other * more) / (size + more), size + more]]
    places = [mean for mean, size in blocks for _ in range(int(size))]
    result = [0.0] * count
    top, bottom = apart / 2, length - apart / 2 - (count - 1) * apart
    for rank, index in enumerate(order):
        result[index] = min(max(places[rank], top), max(top, bottom)) + rank * apart
    return result


class EndLabels(pg.GraphicsWidget):
    """Stands in the plot's layout at the right of the view and is as high as it."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[EndLabel, ...] = ()
        self._theme: Theme | None = None
        self._font = QFont()
        self._scale = 1.0
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFixedWidth(0)

    @property
    def labels(self) -> tuple[EndLabel, ...]:
        """The labels for which there is room, the first ones being the important ones."""
        most = int(self.rect().height() // QFontMetricsF(self._font).height())
        return self._labels[: max(0, most)]

    def set_style(self, theme: Theme, font: QFont, scale: float) -> None:
        self._theme, self._font, self._scale = theme, font, scale
        self._widen()

    def set_labels(self, labels: tuple[EndLabel, ...]) -> None:
        if labels != self._labels:
            before, self._labels = self._labels, labels
            if [label.text for label in before] != [label.text for label in labels]:
                self._widen()
            self.update()

    def places(self) -> list[float]:
        """The middle of each label, in pixels from the top."""
        height = self.rect().height()
        wanted = [height * (1 - min(max(label.share, 0.0), 1.0)) if math.isfinite(label.share) else height
                  for label in self.labels]  # fmt: skip
        return spread(wanted, height, QFontMetricsF(self._font).height())

    def _widen(self) -> None:
        metrics = QFontMetricsF(self._font)
        longest = max((metrics.horizontalAdvance(label.text) for label in self._labels), default=0.0)
        width = math.ceil((_LEADER + _GAP) * self._scale + min(longest, _WIDEST * self._scale)) + 2 if longest else 0
        if width != self.minimumWidth():
            self.setFixedWidth(width)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme, height = self._theme, self.rect().height()
        if theme is None or height < 10:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        for label, middle in zip(self.labels, self.places(), strict=True):
            if math.isfinite(label.share):
                end = height * (1 - label.share) if 0 <= label.share <= 1 else middle
                pen = QPen(QColor(theme.colour(label.colour)), label.width * self._scale)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                if label.dashes:
                    pen.setDashPattern([length / label.width for length in label.dashes])
                painter.setPen(pen)
                painter.drawLine(QPointF(2, end), QPointF(_LEADER * self._scale, middle))
            left = (_LEADER + _GAP) * self._scale
            room = self.rect().width() - left
            painter.setPen(QColor(theme.text if label.colour == "text" else theme.muted))
            text = metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, room + 1)
            box = QRectF(left, middle - metrics.height() / 2, room + 2, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
