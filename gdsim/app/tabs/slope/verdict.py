"""What is said to an answer: an icon for the tone and as many lines as it takes, announced to a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.sentence_bar import TONES


class Verdict(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, visible=False)
        self.tone = "neutral"
        self._icon = QLabel()
        self._label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._label.setProperty("role", "sentence")
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        theme_manager().changed.connect(self._follow_theme)

    @property
    def text(self) -> str:
        return self._label.text()

    def say(self, text: str, tone: str = "neutral") -> None:
        """Nothing for an empty text."""
        new = text != self.text
        self.tone = tone
        self._label.setText(text)
        self._label.setAccessibleName(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self._follow_theme()
        if new and text and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.NameChanged))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        side = themes.px(20)
        picture = icon(self.tone, themes.theme.colour(TONES[self.tone]))
        self._icon.setPixmap(picture.pixmap(QSize(side, side), self.devicePixelRatioF()))
