"""Numbers where the comma is the decimal sign: shown with a point everywhere, and typed either way."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QLocale, QRectF, QSize, Qt

from gdsim.app.pictures import Picture, Table
from gdsim.app.tabs import TABS
from gdsim.app.widgets.number_field import NumberField


@pytest.fixture(autouse=True)
def german():
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    assert QLocale().toString(0.5) == "0,5"
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize("typed", ["0,5", "0.5", "5e-1"])
def test_a_number_is_typed_either_way_and_shown_with_a_point(shown, qtbot, typed):
    field, entered = shown(NumberField(1.25, name="the learning rate")), []
    assert field.edit.text() == "1.25"
    field.entered.connect(entered.append)
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, typed)
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert entered == [0.5]
    assert field.edit.text() == "0.5"


def test_files_have_points(qapp):
    assert Table("t", "the table", ("x",), [(0.5,), (1234567.25,)]).csv() == "x\n0.5\n1234567.25\n"

    def paint(painter, rect):
        painter.drawText(QRectF(0.5, 0.25, 100.5, 50.5), "0.5")

    svg = Picture("c", "the curve", QSize(120, 90), "#FFFFFF", paint).svg().decode()
    assert re.findall(r'[ "]-?\d+,\d+"', svg) == []


@pytest.mark.parametrize("key", ["descend", "backprop"])
def test_the_numbers_of_a_tab_have_points(context, shown, key):
    tab = shown(TABS[key].make(context), 1000, 700)
    tab.advance(2)
    context.ticker.finish()
    texts = [field.edit.text() for field in tab.findChildren(NumberField)]
    assert any("." in text for text in texts)
    assert not any("," in text for text in texts)
    assert not re.search(r"\d,\d", tab.sentence.text)
    tab.stop()
