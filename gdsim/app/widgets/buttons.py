"""Buttons that carry one of gdsim's icons in the theme's colour."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QToolButton, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class IconButton(QToolButton):
    """An icon with a name for screen readers and a tooltip.

    A click leaves the keyboard where it was, so that Space and the arrows go on meaning play and step; Tab reaches it.
    """

    def __init__(self, icon_name: str, name: str, tooltip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.TabFocus)
        self._icon_name = icon_name
        self.describe(name, tooltip)
        theme_manager().changed.connect(self._follow_theme)
        self._follow_theme()

    def describe(self, name: str, tooltip: str = "") -> None:
        self.setAccessibleName(name)
        self.setToolTip(tooltip or name)

    def set_icon(self, icon_name: str) -> None:
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._follow_theme()

    def _follow_theme(self) -> None:
        themes = theme_manager()
        self.setIcon(icon(self._icon_name, themes.theme.text, themes.theme.panel))
        self.setIconSize(QSize(themes.px(20), themes.px(20)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_or_pass_on(super().keyPressEvent, event)


class TextButton(QPushButton):
    """A button with words; `primary` is the one filled button of a tab."""

    def __init__(self, text: str, tooltip: str = "", *, primary: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent, focusPolicy=Qt.FocusPolicy.TabFocus, autoDefault=False)
        if primary:
            self.setProperty("role", "primary")
        self.setAccessibleName(text)
        self.setToolTip(tooltip or text)

    def sizeHint(self) -> QSize:
        """Room for the words in bold, too, as they are while it is checked."""
        hint = super().sizeHint()
        if self.isCheckable():
            bold = self.font()
            bold.setWeight(QFont.Weight.DemiBold)
            plain, wide = (QFontMetrics(font).horizontalAdvance(self.text()) for font in (self.font(), bold))
            hint.setWidth(hint.width() + max(0, wide - plain))
        return hint

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_or_pass_on(super().keyPressEvent, event)


class CheckBox(QCheckBox):
    """A switch with words; like the other buttons it leaves the keyboard where it was and the arrows to the window."""

    def __init__(self, text: str, tooltip: str = "", *, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent, checked=checked, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text)
        self.setToolTip(tooltip or text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_or_pass_on(super().keyPressEvent, event)


def press_or_pass_on(press: Callable[[QKeyEvent], None], event: QKeyEvent) -> None:
    """Arrows are left to the window: Right is one step, not the next button."""
    if event.key() in _ARROWS:
        event.ignore()
    else:
        press(event)
