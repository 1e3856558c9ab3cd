from __future__ import annotations

import gc
import re

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QMainWindow,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import dump, isValid

from gdsim.app.widgets.tab_order import in_layout_order, next_stop


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


@pytest.mark.parametrize("forward", [True, False])
def test_a_control_that_the_way_round_came_by_takes_nothing_else_along_when_it_goes(shown, forward):
    window = QMainWindow()
    bar = window.menuBar()
    fields = [QLineEdit(window) for _ in range(3)]
    area = QScrollArea(window)
    area.viewport().setFocusPolicy(Qt.FocusPolicy.TabFocus)  # which hands the keyboard on to the area
    shown(window, 300, 200)
    assert {next_stop(each, forward) for each in (*fields, area)} == {*fields, area}
    assert hex(id(window)) in re.search("(?m)^parent.*", dump(area))[0], "and not its viewport"
    for field in fields:
        field.deleteLater()
        QCoreApplication.sendPostedEvents(field, QEvent.Type.DeferredDelete)
        assert isValid(bar)
        assert isValid(window)


def items_known() -> int:
    """PySide6 takes a layout's item that it once gave out for whatever is later made at the same address."""
    return sum(isinstance(each, QLayoutItem) and not isinstance(each, QLayout) for each in gc.get_objects())
