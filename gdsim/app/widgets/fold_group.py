"""A group of controls under a heading that folds away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gdsim.app.icons import icon
from gdsim.app.theme import theme_manager
from gdsim.app.widgets.buttons import press_or_pass_on


class FoldGroup(QWidget):
    """`toggled(open)` tells when the user opens or folds it; `set_open` is silent."""

    toggled = Signal(bool)

    def __init__(self, title: str, *, open: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = _Header(text=title, checkable=True, checked=open, focusPolicy=Qt.FocusPolicy.TabFocus)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.setProperty("role", "fold")
        self.header.setAccessibleName(title)
        self.body = QWidget()
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.header)
        layout.addWidget(self.body)
        self.header.clicked.connect(self._tell)
        theme_manager().changed.connect(self._follow)
        self._follow()

    def add(self, widget: QWidget) -> QWidget:
        """Append a widget to the group and return it."""
        self._column.addWidget(widget)
        return widget

    def set_title(self, title: str) -> None:
        """Another heading, such as one that says what is set inside."""
        if title != self.header.text():
            self.header.setText(title)
            self.header.setAccessibleName(title)
            self._follow()

    @property
    def open(self) -> bool:
        return self.header.isChecked()

    def set_open(self, open: bool) -> None:
        self.header.setChecked(open)
        self._follow()

    def _tell(self) -> None:
        self._follow()
        self.toggled.emit(self.open)

    def _follow(self) -> None:
        themes = theme_manager()
        name = "fold-open" if self.open else "fold-closed"
        self.header.setIcon(icon(name, themes.theme.muted))
        self.header.setIconSize(QSize(themes.px(16), themes.px(16)))
        self.header.setToolTip(f"{'Fold' if self.open else 'Open'} {self.header.text()}")
        self.header.setAccessibleDescription("open" if self.open else "folded")
        self.body.setVisible(self.open)


class _Header(QToolButton):
    """Space folds; the arrows are the window's, as on every button."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_or_pass_on(super().keyPressEvent, event)
