"""How far a computation has come."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from gdsim.app.theme import theme_manager


class ProgressLine(QProgressBar):
    """How far a computation has come, as a thin line."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, textVisible=False, minimum=0, maximum=1000, visible=False)
        self.setAccessibleName(f"Progress: {what}")

    def set_share(self, share: float) -> None:
        """`share` is 0 to 1."""
        self.setValue(round(1000 * max(0.0, min(1.0, share))))
        self.setToolTip(f"{100 * share:.0f} %")

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(80), theme_manager().px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_manager().theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        for colour, share in ((theme.border, 1.0), (theme.accent, self.value() / self.maximum())):
            if share > 0:
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(
                    0, 0, max(round(self.width() * share), self.height()), self.height(), radius, radius
                )
        painter.end()
