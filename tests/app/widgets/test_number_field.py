from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gdsim.app.widgets.number_field import NumberField


@pytest.fixture
def field(shown):
    return shown(NumberField(0.1, 0.0, 3.0, name="learning rate"), 200)


def type_in(qtbot, field, text, end=Qt.Key.Key_Return):
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, text)
    if end is not None:
        qtbot.keyClick(field.edit, end)


@pytest.mark.parametrize(("text", "value"), [("0.25", 0.25), ("1e-3", 1e-3), ("0,5", 0.5), ("2", 2.0)])
def test_a_number_is_taken_with_return(field, qtbot, text, value):
    with qtbot.waitSignal(field.entered) as entered:
        type_in(qtbot, field, text)
    assert entered.args == [value]
    assert field.value() == value
    assert not field.problem.isVisible()


def test_return_gives_the_keyboard_back_but_keeps_it_where_the_text_is_refused(field, qtbot):
    field.edit.returnPressed.connect(field.leave)
    type_in(qtbot, field, "-1")
    assert field.problem.isVisible()
    assert field.edit.hasFocus()
    assert field.edit.selectedText() == "-1"
    with qtbot.waitSignal(field.entered) as entered:
        qtbot.keyClicks(field.edit, "0.5")
        qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert entered.args == [0.5]
    assert not field.edit.hasFocus()


def test_a_number_is_taken_when_the_field_is_left(field, qtbot):
    field.edit.setFocus()
    with qtbot.waitSignal(field.entered):
        type_in(qtbot, field, "0.7", end=None)
        field.edit.clearFocus()
    assert field.edit.text() == "0.7"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("abc", "Please type a number, such as 0.1 or 1e-3."),
        ("", "Please type a number, such as 0.1 or 1e-3."),
        ("7", "Learning rate has to lie between 0 and 3."),
        ("inf", "Learning rate has to be a finite number."),
        ("nan", "Learning rate has to be a finite number."),
    ],
)
def test_what_will_not_do_is_said_under_the_field(field, qtbot, text, sentence):
    with qtbot.assertNotEmitted(field.entered):
        field.edit.setFocus()
        field.edit.selectAll()
        qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
        type_in(qtbot, field, text)
    assert field.problem.isVisible()
    assert field.problem.text() == sentence
    assert field.edit.accessibleDescription() == sentence
    assert field.value() == 0.1
    assert field.edit.text() == text


def test_escape_gives_the_last_good_number_back(field, qtbot):
    type_in(qtbot, field, "7")
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.edit.text() == "0.1"
    assert not field.problem.isVisible()


def test_whole_numbers(shown, qtbot):
    field = shown(NumberField(3, 1, 10, name="patience", whole=True), 200)
    type_in(qtbot, field, "2.5")
    assert field.problem.text() == "Patience has to be a whole number."


def test_a_check_of_its_own_speaks(shown, qtbot):
    def check(value):
        if value == 1.0:
            raise ValueError("one is taken")

    field = shown(NumberField(0.0, name="x", check=check), 200)
    type_in(qtbot, field, "1")
    assert field.problem.text() == "One is taken."


@pytest.mark.parametrize(
    ("start", "key", "modifier", "value"),
    [
        (0.1, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 0.11),
        (0.1, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 0.09),
        (0.25, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 0.35),
        (0.0, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 0.01),
        (2.95, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 3.0),
        (0.005, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, 0.004),
        (5e-324, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 1e-323),
    ],
)
def test_up_and_down_change_the_second_digit(field, qtbot, start, key, modifier, value):
    field.set_value(start)
    with qtbot.waitSignal(field.entered) as entered:
        qtbot.keyClick(field.edit, key, modifier)
    assert entered.args[0] == pytest.approx(value, rel=1e-9)


def test_four_digits_are_shown_and_all_are_kept(field, qtbot):
    field.edit.clearFocus()
    field.set_value(0.123456789)
    assert field.edit.text() == "0.1235"
    field.edit.setFocus()
    assert field.edit.text() == "0.123456789"
    field.edit.clearFocus()
    assert field.edit.text() == "0.1235"
    assert field.value() == 0.123456789


def test_setting_is_silent_and_leaves_typing_alone(field, qtbot):
    type_in(qtbot, field, "0.", end=None)
    with qtbot.assertNotEmitted(field.entered):
        field.set_value(0.2)
    assert field.edit.text() == "0."
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.edit.text() == "0.2"


def test_a_number_set_from_outside_takes_the_problem_away(field, qtbot):
    type_in(qtbot, field, "7")
    field.edit.clearFocus()
    assert field.problem.isVisible()
    field.set_value(0.1)
    assert field.edit.text() == "0.1"
    assert not field.problem.isVisible()
    assert not field.edit.property("wrong")
    assert field.edit.accessibleDescription() == ""


def test_a_refused_text_gives_way_to_what_is_in_force(field, qtbot):
    type_in(qtbot, field, "9")
    assert field.problem.text()
    field.set_value(0.2)
    assert (field.problem.text(), field.edit.text(), field.value()) == ("", "0.2", 0.2)


def test_a_pasted_book_is_refused_at_once(shown):
    field = shown(NumberField(1.0, name="rate"))
    field.edit.selectAll()
    field.edit.insert("1" * 1_000_000)
    assert len(field.edit.text()) < 1000
    field.edit.setModified(True)
    field.commit()
    assert field.problem.text()
    assert field.value() == 1.0
