"""A combo box built by walking a registry: titles to choose from, keys to speak about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager


class ComboBox(QComboBox):
    """Qt's combo box with gdsim's arrow; the wheel scrolls the panel around it instead of changing the choice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose; Left and Right are the window's, which steps."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        themes = theme_manager()
        side = themes.px(16)
        place = QRect(QPoint(self.width() - side - themes.px(6), (self.height() - side) // 2), QSize(side, side))
        painter = QPainter(self)
        icon("chevron-down", themes.theme.muted).paint(painter, place)
        painter.end()


class RegistryCombo(ComboBox):
    """`chosen(key)` tells of a choice by the user; `set_key` is silent.

    Entries need a `title`; an `about` sentence becomes the tooltip.
    """

    chosen = Signal(str)

    def __init__(
        self, registry: Mapping[str, Any], key: str | None = None, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name or str(getattr(registry, "kind", ""))
        self.set_registry(registry, key)
        self.activated.connect(self._tell)

    def set_registry(self, registry: Mapping[str, Any], key: str | None = None) -> None:
        """Show the entries of `registry`, with `key` (or the first) chosen."""
        self.clear()
        for entry_key, entry in registry.items():
            self.addItem(str(getattr(entry, "title", entry_key)), entry_key)
            about = getattr(entry, "about", "")
            if about:
                self.setItemData(self.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
        if key is not None:
            self.set_key(key)
        self._describe()

    def key(self) -> str | None:
        """The chosen entry's key; None when nothing of the registry is chosen."""
        return self.currentData()

    def set_key(self, key: str | None) -> None:
        """Show `key` silently; None (or an unknown key) shows no choice."""
        self.setCurrentIndex(self.findData(key) if key is not None else -1)
        self._describe()

    def _tell(self, index: int) -> None:
        self._describe()
        self.chosen.emit(self.itemData(index))

    def _describe(self) -> None:
        """The chosen title is also in the tooltip, since the box may be too narrow for it."""
        about = self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole) or ""
        title = self.currentText()
        self.setAccessibleName(f"{self._name}: {title}" if title else self._name)
        self.setToolTip("\n".join(filter(None, (title, about))) or self._name)
