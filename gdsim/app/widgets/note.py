"""A remark in place that asks for attention, without being in the way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager


class Note(QWidget):
    """A remark with a warning's icon; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, visible=False)
        self._icon = QLabel()
        self.label = QLabel(wordWrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    @property
    def text(self) -> str:
        return self.label.text()

    def set_text(self, text: str) -> None:
        if text != self.label.text():
            self.label.setText(text)
            self.setAccessibleName(text)
        self.setVisible(bool(text))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        side = themes.px(16)
        picture = icon("warning", themes.theme.warning)
        self._icon.setPixmap(picture.pixmap(QSize(side, side), self.devicePixelRatioF()))
