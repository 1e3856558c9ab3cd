"""A passing remark at the top of the window ("Saved to curve.svg"), gone after some seconds and never in the way."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager
from gdsim.app.ticker import Ticker
from gdsim.app.widgets.buttons import IconButton
from gdsim.app.widgets.sentence_bar import TONES

SECONDS = 5.0


class Notice(QFrame):
    """Lies over the upper edge of `below`, a widget in the same window, where the row of tabs is empty.

    The ticker counts its time.
    """

    def __init__(self, parent: QWidget, below: QWidget, ticker: Ticker) -> None:
        super().__init__(parent, visible=False)
        self._below = below
        self._ticker = ticker
        self._left = 0.0
        self._listening = False
        self._tone = "neutral"
        self.setProperty("role", "notice")
        self.icon = QLabel()
        self.label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.close_button = IconButton("close", "Dismiss")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 2, 4)
        layout.addWidget(self.icon)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.close_button)
        self.close_button.clicked.connect(self.dismiss)
        below.installEventFilter(self)
        theme_manager().changed.connect(self._follow_theme)

    @property
    def text(self) -> str:
        return self.label.text()

    def say(self, text: str, tone: str = "good", *, stays: bool = False) -> None:
        """Show `text` for some seconds; a problem stays twice as long, and what `stays` until it is dismissed."""
        self._tone = tone if tone in TONES else "neutral"
        self._left = math.inf if stays else SECONDS * (2 if tone in ("warning", "bad") else 1)
        self.label.setText(text)
        self.label.setAccessibleName(text)
        self._follow_theme()
        self._place()
        self.show()
        self.raise_()
        self._listen(not stays)

    def dismiss(self) -> None:
        self.hide()
        self._listen(False)

    def _listen(self, on: bool) -> None:
        if on != self._listening:
            self._listening = on
            (self._ticker.frame.connect if on else self._ticker.frame.disconnect)(self._count)

    def _count(self, elapsed: float) -> None:
        self._left -= elapsed
        if self._left <= 0:
            self.dismiss()

    def _follow_theme(self) -> None:
        themes = theme_manager()
        side = themes.px(20)
        self.icon.setPixmap(
            icon(self._tone, themes.theme.colour(TONES[self._tone])).pixmap(QSize(side, side), self.devicePixelRatioF())
        )

    def _place(self) -> None:
        """As wide as the text, at most half the window, and right of the middle, clear of tabs and corner buttons."""
        themes = theme_manager()
        place = QRect(self._below.mapTo(self.parentWidget(), QPoint(0, 0)), self._below.size())
        frame = self.sizeHint().width() - self.label.sizeHint().width()
        text_width = self.label.fontMetrics().horizontalAdvance(self.label.text()) + 4
        width = min(place.width() // 2, text_width + frame)
        border = self.contentsMargins()  # which the layout does not count
        height = self.layout().heightForWidth(width - border.left() - border.right()) + border.top() + border.bottom()
        height = max(height, themes.px(36))
        self.setGeometry(place.right() - width - themes.px(96), place.top(), width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is said before the window is laid out finds its place then."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)
