from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gestures import keys, type_over
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gdsim.app.main_window import MainWindow
from gdsim.app.settings import Settings
from gdsim.app.tabs import TABS
from gdsim.app.tabs.slope.practice_plot import comparison_picture, comparison_words
from gdsim.core.expression import parse
from gdsim.core.practice import NOTES, Question, check


@pytest.fixture
def tab(context, shown):
    tab = shown(TABS["slope"].make(context), 1280, 740)
    tab.open_practice()
    yield tab
    tab.stop()


@pytest.fixture
def card(tab):
    return tab.card


def settle(context) -> None:
    context.ticker.finish()
    QApplication.processEvents()


def enter(card, text: str) -> None:
    type_over(card.answer.edit, text)
    keys(card.answer.edit, Qt.Key.Key_Return)
    card.session.finish()


def choose(combo, data) -> None:
    row = combo.findData(data)
    combo.setCurrentIndex(row)
    combo.activated.emit(row)


def test_the_card_lies_over_the_right_half_and_the_pictures_stay_whole(tab, card):
    tab._slide.finish()
    assert card.isVisible()
    assert card.geometry().right() <= tab.width()
    for plot in (tab.middle.secant, tab.middle.derivative):
        right = plot.mapTo(tab, plot.rect().topRight()).x()
        assert 300 < right < card.x()
    assert card.answer.edit.hasFocus()
    tab.close_practice()
    assert not card.isVisible()
    assert tab.side.isVisible()


def test_in_a_narrow_window_the_controls_make_room(context, shown):
    tab = shown(TABS["slope"].make(context), 1100, 640)
    tab.open_practice()
    tab.stop()
    assert tab.middle.width() > 400
    assert not tab.controls.isVisible()
    tab.close_practice()
    assert tab.controls.isVisible()


def test_answer_next_answer_all_with_the_keyboard(card):
    enter(card, "-2e^(-2x)")
    assert card.verdict.text.startswith("Right.")
    assert card.verdict.tone == "good"
    assert "1 of 1 right" in card.score.text()
    keys(card.answer.edit, Qt.Key.Key_Return)
    assert card.session.question == NOTES[1]
    assert card.answer.text() == ""
    assert not card.verdict.isVisible()
    enter(card, "2(x-2)")
    assert card.session.solved


def test_a_wrong_answer_is_shown_beside_the_right_one(card):
    enter(card, "e^(-2x)")
    assert card.verdict.tone == "bad"
    assert "Not equal: at x" in card.verdict.text
    assert card.plot.isVisible()
    derivative, typed = card.plot.picture.series
    at = derivative.chosen[0]
    assert derivative.x[at] == card.session.judgement.point["x"]
    assert (derivative.y[at], typed.y[at]) == pytest.approx(
        (card.session.judgement.correct, card.session.judgement.yours)
    )
    assert card.session.judgement.slip.text in card.verdict.text


def test_the_answer_is_typeset_as_it_is_typed(card, context):
    type_over(card.answer.edit, "x^2/3")
    settle_typing(card, context)
    assert "frac" in card.answer.typeset.latex
    type_over(card.answer.edit, "f'(x) = x^2")
    assert not card.answer.edit.property("wrong")
    type_over(card.answer.edit, "x^2+z")
    assert "z" in card.answer.message.text()
    type_over(card.answer.edit, "f'(x) = x+?")
    assert card.answer.pointer.column >= 8
    card.answer.stop()


def settle_typing(card, context) -> None:
    card.answer._pause.cancel()
    card.answer._rest()


@pytest.mark.parametrize("text", ["-2e^(-2z)", "2^", "1..2"])
def test_bad_input_is_answered_with_a_sentence_and_costs_nothing(card, text):
    enter(card, text)
    assert card.verdict.isVisible()
    assert card.verdict.tone == "warning"
    assert card.session.score.attempts == 0
    assert card.score.text() == "No answer yet."


def test_hints_come_one_by_one(card, context):
    for number in (1, 2, 3):
        assert card.hint.text() == f"Hint {number} of 3"
        card.hint.click()
        settle(context)
        assert [line.heading for line in card.hints.lines] == [f"Hint {n}" for n in range(1, number + 1)]
    assert not card.hint.isEnabled()
    assert r"\frac{d}{d x}" in card.hints.lines[2].formulas[0]


def test_the_whole_derivation_ends_at_the_answer(card, context):
    card.steps.click()
    settle(context)
    last = card.derivation.lines.lines[-1]
    assert card.session.question.answer.to_latex() in last.formulas[0]
    enter(card, "-2e^(-2x)")
    assert card.verdict.text.startswith("Right. It doesn't count, since the steps were shown.")
    settle(context)


def test_a_topic_and_a_difficulty_can_be_chosen(card):
    choose(card.topic, "partial")
    choose(card.difficulty, 2)
    question = card.session.question
    assert (question.topic, question.difficulty) == ("partial", 2)
    assert "hold" in card.prompt.text()
    assert "partial" in card.wanted.latex
    assert question.formula.to_latex() in card.formula.label.latex


def test_the_score_is_forgotten_only_after_asking(card):
    enter(card, "-2e^(-2x)")
    asked = []
    card.record.confirm = lambda: bool(asked.append(1))
    card.record.reset.click()
    assert (len(asked), card.session.score.attempts) == (1, 1)
    card.record.confirm = lambda: True
    card.record.reset.click()
    assert card.session.score.attempts == 0
    assert card.score.text() == "No answer yet."
    assert not card.record.reset.isEnabled()


def test_the_score_outlives_the_window(context, shown, tmp_path):
    settings = Settings(tmp_path / "settings.json")
    first = shown(TABS["slope"].make(replace(context, settings=settings)), 1280, 740)
    first.open_practice()
    enter(first.card, "-2e^(-2x)")
    settings.save()
    first.stop()
    again = shown(TABS["slope"].make(replace(context, settings=Settings(settings.path))), 1280, 740)
    again.open_practice()
    assert "1 of 1 right" in again.card.score.text()
    again.stop()


def test_escape_closes_the_card(tab, card):
    keys(card, Qt.Key.Key_Escape)
    assert not tab.practising


def test_in_the_window_it_is_reached_and_left_by_keys_alone(context, shown, qtbot):
    window = shown(MainWindow(context, TABS, "slope"), 1280, 800)
    window.activateWindow()
    tab = window.tab
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert tab.practising
    edit = QApplication.focusWidget()
    assert edit is tab.card.answer.edit
    qtbot.keyClicks(edit, "-2e^(-2x)")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.exercise.solved)
    assert tab.session.index == 0
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not tab.practising
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert tab.session.dx == 0.5
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert tab.session.playing
    window.close()


def test_the_menu_opens_and_closes_it(tab):
    (action,) = (action for action in tab.actions() if action.title == "Practice")
    assert (action.shortcut, action.checked()) == ("Ctrl+P", True)
    action.callback()
    assert not action.checked()
    action.callback()
    assert tab.practising
    (save,) = (action for action in tab.actions() if action.title == "Save the practice score…")
    assert not save.enabled()


def test_everything_that_acts_has_a_name(card):
    for widget in (
        card, card.answer.edit, card.topic, card.difficulty, card.check, card.hint, card.steps, card.next, card.plot,
        card.close_button, card.record.seed.edit, card.record.reset, card.record.save,
    ):  # fmt: skip
        assert widget.accessibleName()


def test_the_difference_is_large_enough_to_be_seen():
    question = NOTES[0]
    judgement = check(question, "e^(-2x)")
    derivative, typed = comparison_picture(judgement, question.answer).series
    heights = np.concatenate([derivative.y, typed.y])
    apart = abs(judgement.correct - judgement.yours)
    assert apart > 0.03 * (np.nanmax(heights) - np.nanmin(heights))
    assert "Dashed: your answer" in comparison_words(judgement)


def test_what_is_held_fixed_is_said():
    question = Question("partial", 1, parse("x^2 y"), "x")
    judgement = check(question, "2x")
    assert "Here y = " in comparison_words(judgement)
    assert comparison_picture(judgement, question.answer).x_title == "x"


def test_an_answer_without_a_value_at_the_place_is_drawn_all_the_same():
    question = Question("power", 1, parse("x^2"), "x")
    judgement = check(question, "2x + √(x - 3) - √(x - 3)")
    picture = comparison_picture(judgement, question.answer)
    assert not judgement.right
    assert len(picture.series) in (0, 2)
    assert all(np.isfinite(line.x).all() for line in picture.series)


def test_the_verdict_is_scrolled_to(context, shown):
    tab = shown(TABS["slope"].make(context), 1100, 420)
    tab.open_practice()
    tab._slide.finish()
    settle(context)
    card = tab.card
    card.scroll.verticalScrollBar().setValue(0)
    enter(card, "123")
    QApplication.processEvents()
    top = card.verdict.mapTo(card.scroll.viewport(), card.verdict.rect().topLeft()).y()
    assert 0 <= top <= card.scroll.viewport().height() - card.verdict.height()
    tab.stop()


def test_a_prediction_asked_for_during_practice_is_scrolled_to_and_has_the_keyboard(tab, card, context):
    tab._slide.finish()
    settle(context)
    enter(card, "123")
    QApplication.processEvents()
    bar = card.scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    tab._toggle_predict()
    QApplication.processEvents()
    question = tab.side.predict
    assert question.first.hasFocus()
    assert question.mapTo(card.scroll.viewport(), question.rect().topLeft()).y() >= 0


def test_the_caption_names_the_ringed_place(card):
    enter(card, "123")
    judgement = card.session.judgement
    assert f"Ringed: x = {judgement.point['x']:g}, where they differ." in card.plot_words.text()
