"""Quantities and their values, one a line, each with the colour it has in the plot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from gdsim.app.theme import theme_manager
from gdsim.app.widgets.figures import format_number


class NumberRow(NamedTuple):
    """`token` is the quantity's colour; `main` marks the one number that matters on the tab."""

    key: str
    name: str
    token: str = ""
    help: str = ""
    main: bool = False


class NumberTable(QWidget):
    """Names on the left, values on the right in figures of equal width; values can be selected and copied."""

    def __init__(self, rows: Iterable[NumberRow] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._rows: dict[str, NumberRow] = {}
        self._names: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        for row in rows:
            self._add(row)

    def synchronize(self, values: Mapping[str, float | str]) -> None:
        """Show the values by key; a key that is missing shows a dash."""
        for key in self._rows:
            self.set_value(key, values.get(key, "–"))

    def set_value(self, key: str, value: float | str) -> None:
        """A number is shown with four significant digits, a text as it is."""
        text = value if isinstance(value, str) else format_number(value)
        label = self._values[key]
        if label.text() != text:
            label.setText(text)
            label.setAccessibleName(f"{self._rows[key].name}: {text}")

    def set_name(self, key: str, name: str) -> None:
        """Change a quantity's name, e.g. when the variable is called differently."""
        self._names[key].setText(name)

    def value_text(self, key: str) -> str:
        return self._values[key].text()

    def _add(self, row: NumberRow) -> None:
        line = len(self._rows)
        self._rows[row.key] = row
        name = QLabel(row.name)
        value = QLabel("–")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setProperty("role", "number" if row.main else "")
        name.setProperty("role", "muted")
        for label in (name, value):
            label.setToolTip(row.help)
        value.setAccessibleName(f"{row.name}: –")
        self._names[row.key], self._values[row.key] = name, value
        self._grid.addWidget(_Swatch(row.token), line, 0)
        self._grid.addWidget(name, line, 1)
        self._grid.addWidget(value, line, 2)


class _Swatch(QWidget):
    """A small bar in the quantity's colour; empty for a quantity without one."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        themes = theme_manager()
        return QSize(themes.px(4), themes.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._token:
            return
        themes = theme_manager()
        height = themes.px(14)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(themes.theme.colour(self._token)))
        painter.drawRoundedRect(QRectF(0, (self.height() - height) / 2, self.width(), height), 2, 2)
        painter.end()
