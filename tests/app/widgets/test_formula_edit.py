from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt

from gdsim.app.widgets.formula_edit import FormulaEdit


@dataclass
class Wrong:
    message: str
    column: int


def check(text):
    if text.endswith("+"):
        return Wrong("Something has to follow the plus sign.", len(text) - 1)
    return Wrong("Please type a formula.", 0) if not text else None


@pytest.fixture
def edit(shown):
    return shown(FormulaEdit(check, "x^2", prefix="f(x) =", typeset=lambda text: f"f(x) = {text}"), 240, 120)


def test_a_good_formula_is_typeset_back_at_every_key(edit, qtbot):
    told = []
    edit.accepted.connect(told.append)
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+x")
    assert told == ["x^2+x"]
    assert edit.typeset.latex == "f(x) = x^2+x"
    assert edit.typeset.isVisible()
    assert edit.typeset.accessibleName() == "x^2+x"


def test_an_error_stands_under_its_column(edit, qtbot):
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+")
    assert edit.message.isVisible()
    assert edit.message.text() == "Something has to follow the plus sign."
    assert edit.pointer.column == 3
    assert not edit.typeset.isVisible()
    metrics = edit.edit.fontMetrics()
    before = metrics.horizontalAdvance("x^2")
    cursor = edit.edit.cursorRect().center().x()
    assert cursor - metrics.horizontalAdvance("+") <= edit.pointer.tip().x() <= cursor
    assert edit.pointer.tip().x() > before


def test_the_pointer_follows_a_long_text_that_scrolls(edit, qtbot):
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+x" * 40 + "+")
    assert edit.pointer.column == 83
    assert 0 < edit.pointer.tip().x() < edit.pointer.width()
    qtbot.keyClick(edit.edit, Qt.Key.Key_Home)
    assert edit.pointer.tip().x() > edit.pointer.width() - 10  # out of sight to the right: at the edge


def test_the_field_does_not_change_its_height(edit, qtbot):
    before = edit.answer.height()
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+")
    assert edit.answer.height() == before


def test_escape_gives_the_last_good_formula_back(edit, qtbot):
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+x+")
    qtbot.keyClick(edit.edit, Qt.Key.Key_Escape)
    assert edit.text() == "x^2+x"
    assert edit.typeset.isVisible()
    assert edit.edit.accessibleDescription() == ""


def test_an_empty_field_is_wrong_and_says_so(edit, qtbot):
    edit.edit.setFocus()
    edit.edit.selectAll()
    qtbot.keyClick(edit.edit, Qt.Key.Key_Delete)
    assert edit.message.text() == "Please type a formula."
    assert edit.text() == ""


def test_setting_is_silent(edit, qtbot):
    with qtbot.assertNotEmitted(edit.accepted):
        edit.set_text("x^3")
    assert edit.text() == "x^3"
    assert edit.typeset.latex == "f(x) = x^3"


def test_a_synchronize_does_not_hide_an_error(edit, qtbot):
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+")
    edit.set_text("x^2")
    assert edit.text() == "x^2+"
    assert edit.message.isVisible()


def test_another_formula_takes_the_place_of_an_error(edit, qtbot):
    edit.edit.setFocus()
    qtbot.keyClicks(edit.edit, "+")
    edit.set_text("x^4")
    assert edit.text() == "x^4"
    assert edit.typeset.isVisible()


def test_with_a_ticker_a_formula_is_set_when_the_keys_pause(shown, qtbot, ticker, clock):
    edit = shown(FormulaEdit(check, "x^2", typeset=lambda text: f"f = {text}", ticker=ticker), 240, 120)
    edit.edit.setFocus()
    for key in "+x":
        qtbot.keyClicks(edit.edit, key)
        clock.now += 0.1
        ticker.tick()
    assert edit.typing
    assert edit.typeset.latex == "f = x^2"
    with qtbot.waitSignal(edit.paused):
        clock.now += 0.1
        ticker.tick()
    assert edit.typeset.latex == "f = x^2+x"
    assert not edit.typing
