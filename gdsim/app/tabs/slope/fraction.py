"""rise/run with its numbers as a fraction, painted in the interface's own figures so that it keeps up with a drag."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdsim.app.tabs.slope.readings import Quotient
from gdsim.app.theme import theme_manager

_GAP = 6.0


class SlopeFraction(QWidget):
    """Two rows: the differences over one another, then both worked out and the slope."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quotient = Quotient("", "", "", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_manager().changed.connect(self._follow_theme)

    @property
    def quotient(self) -> Quotient:
        return self._quotient

    def set_quotient(self, quotient: Quotient) -> None:
        if quotient != self._quotient:
            self._quotient = quotient
            self.setAccessibleName(quotient.spoken)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(120), theme_manager().px(96))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_manager().px(40), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown, themes = self._quotient, theme_manager()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(themes.font())
        height = self.height() / 2
        first = [("=", "text"), (shown.top, shown.bottom)]
        second = [("=", "text"), (shown.rise, shown.run), ("=", "text"), (shown.slope, "tangent")]
        for row, parts in enumerate((first, second)):
            painter.save()
            painter.translate(0.0, row * height)
            _paint_row(painter, parts, self.width(), height)
            painter.restore()
        painter.end()

    def _follow_theme(self) -> None:
        self.updateGeometry()
        self.update()


_SIGNS = ("text", "tangent")


def _paint_row(painter: QPainter, parts: list[tuple[str, str]], room: float, height: float) -> None:
    """Texts with a colour and fractions, beside one another; a row too wide for its place is made smaller."""
    theme = theme_manager().theme
    metrics = QFontMetricsF(painter.font())
    widths = [
        metrics.horizontalAdvance(one) if other in _SIGNS else
        max(metrics.horizontalAdvance(one), metrics.horizontalAdvance(other)) + 8
        for one, other in parts
    ]  # fmt: skip
    needed = sum(widths) + _GAP * (len(parts) - 1)
    share = min(1.0, room / needed) if needed else 1.0
    painter.translate(0.0, height / 2)
    painter.scale(share, share)
    line, x = metrics.height(), 0.0
    centre = Qt.AlignmentFlag.AlignCenter
    for (one, other), width in zip(parts, widths, strict=True):
        if other in _SIGNS:
            painter.setPen(QColor(theme.colour(other)))
            painter.drawText(QRectF(x, -line / 2, width + 1, line), centre, one)
        else:
            painter.setPen(QPen(QColor(theme.text), 1.2))
            painter.drawLine(QPointF(x, 0), QPointF(x + width, 0))
            painter.drawText(QRectF(x, -line - 2, width, line), centre, one)
            painter.drawText(QRectF(x, 2, width, line), centre, other)
        x += width + _GAP
