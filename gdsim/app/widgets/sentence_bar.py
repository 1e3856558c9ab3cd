"""The one plain sentence under the pictures: what just happened and why."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager

_LINES = 3
TONES = {"neutral": "muted", "good": "good", "warning": "warning", "bad": "bad"}


class SentenceBar(QWidget):
    """An icon for the tone and the sentence, which a screen reader announces when it changes.

    It keeps room for three lines whatever it says, so that the picture above never jumps; a longer sentence scrolls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = "", "neutral"
        self._colours: dict[str, str] = {}
        self.icon = QLabel()
        self.label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setProperty("role", "sentence")
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.icon)
        self.scroll = QScrollArea(focusPolicy=Qt.FocusPolicy.NoFocus)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.viewport().setAutoFillBackground(False)
        self.scroll.setWidget(self.label)
        self.scroll.viewport().installEventFilter(self)
        layout.addWidget(self.scroll, 1)
        self._follow_theme()
        theme_manager().changed.connect(self._follow_theme)

    @property
    def text(self) -> str:
        return self._text

    @property
    def tone(self) -> str:
        return self._tone

    def show(self, text: str | None = None, tone: str = "neutral", colours: Mapping[str, str] | None = None) -> None:
        """Say `text`.  `colours` maps phrases of it to theme tokens, so that a quantity keeps its colour here too.

        Without a text it is QWidget's `show`.
        """
        if text is None:
            super().show()
            return
        tone = tone if tone in TONES else "neutral"
        if (text, tone, dict(colours or {})) == (self._text, self._tone, self._colours):
            return
        spoken = text != self._text
        self._text, self._tone, self._colours = text, tone, dict(colours or {})
        self._follow_theme()
        self.label.setAccessibleName(text)
        self.setAccessibleName(text)
        if spoken and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self.label, QAccessible.Event.NameChanged))

    def _follow_theme(self) -> None:
        themes = theme_manager()
        token = TONES[self._tone]
        side = themes.px(20)
        self.icon.setPixmap(
            icon(self._tone, themes.theme.colour(token)).pixmap(QSize(side, side), self.devicePixelRatioF())
        )
        self.icon.setFixedSize(side, side)
        self.icon.setVisible(bool(self._text))
        self.label.setText(_coloured(self._text, self._colours))
        spacing = QFontMetrics(themes.font("sentence")).lineSpacing()
        self.setFixedHeight(max(themes.px(44), _LINES * spacing + 4))
        self._fit()
        self.scroll.verticalScrollBar().setValue(0)

    def _fit(self) -> None:
        """The label is as wide as there is room and as high as it needs; only a too long one gets a scroll bar."""
        width, height = self.scroll.width(), self.scroll.height()
        needed = self.label.heightForWidth(width)
        if needed > height:
            width -= self.scroll.verticalScrollBar().sizeHint().width()
            needed = self.label.heightForWidth(width)
        self.label.resize(width, max(needed, height))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The icon comes and grows without this widget's own size changing; the label follows the room that is left."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.layout().activate()
        self._fit()


def _coloured(text: str, colours: Mapping[str, str]) -> str:
    """`text` as HTML with each phrase of `colours` in its colour."""
    if not colours:
        return html.escape(text)
    theme = theme_manager().theme
    longest_first = sorted(colours, key=len, reverse=True)
    pattern = re.compile("(" + "|".join(re.escape(phrase) for phrase in longest_first) + ")")
    parts = []
    for part in pattern.split(text):
        shown = html.escape(part)
        parts.append(f'<b style="color:{theme.colour(colours[part])}">{shown}</b>' if part in colours else shown)
    return "".join(parts)
