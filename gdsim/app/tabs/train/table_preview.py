"""The first rows of a table as they were understood, with the lines that they came from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gdsim.app.theme import theme_manager
from gdsim.core.csv_table import Table

_ROWS = 20
_NARROWEST, _LINE = 96, 26  # px


class TablePreview(QTableWidget):
    """Only to be looked at; the heads of the columns say what they are used for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self.setAccessibleName("The first rows")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        themes = theme_manager()
        self.horizontalHeader().setMinimumSectionSize(themes.px(_NARROWEST))
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(themes.px(_LINE))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def set_table(self, table: Table, inputs: Sequence[str], target: str) -> None:
        if table is not self._table:
            self._table = table
            self._fill(table)
        for i, name in enumerate(table.names):
            use = "input" if name in inputs else "target" if name == target else "not used"
            item = self.horizontalHeaderItem(i)
            item.setText(f"{name}\n{use}")
            item.setToolTip(f"{name}: {use}")
        self.resizeColumnsToContents()
        muted = QColor(theme_manager().theme.muted)
        plain = QColor(theme_manager().theme.text)
        for i, name in enumerate(table.names):
            used = name in inputs or name == target
            for row in range(self.rowCount()):
                self.item(row, i).setForeground(plain if used else muted)

    def _fill(self, table: Table) -> None:
        rows = table.preview(_ROWS)
        self.setColumnCount(len(table.names))
        self.setRowCount(len(rows))
        self.setVerticalHeaderLabels([str(line) for line in table.lines[: len(rows)]])
        for i, column in enumerate(table.columns):
            side = Qt.AlignmentFlag.AlignLeft if column.is_text else Qt.AlignmentFlag.AlignRight
            head = QTableWidgetItem(column.name)
            head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(i, head)
            for row, cells in enumerate(rows):
                item = QTableWidgetItem(cells[i] or "–")
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, i, item)
