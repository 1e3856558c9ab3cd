from __future__ import annotations

import gc

from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QLineEdit, QVBoxLayout, QWidget

from gdsim.app.widgets.tab_order import in_layout_order


def test_controls_come_in_the_order_of_nested_layouts_and_nothing_of_qt_is_kept(shown):
    root, rows = QWidget(), QVBoxLayout()
    fields = {name: QLineEdit(root) for name in ("last", "first", "second")}
    row = QHBoxLayout()
    rows.addLayout(row)
    root.setLayout(rows)
    row.addWidget(fields["first"])
    row.addWidget(fields["second"])
    rows.addWidget(fields["last"])
    shown(root)
    before = items_known()
    assert list(in_layout_order(root)) == [fields["first"], fields["second"], fields["last"]]
    assert items_known() == before


def items_known() -> int:
    """PySide6 takes a layout's item that it once gave out for whatever is later made at the same address."""
    return sum(isinstance(each, QLayoutItem) and not isinstance(each, QLayout) for each in gc.get_objects())
