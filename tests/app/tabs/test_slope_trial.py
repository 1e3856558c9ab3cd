"""What a strict trial of Slope and Practice found, each seen at the window."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from gestures import keys, type_over
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from gdsim.app.main_window import MainWindow
from gdsim.app.tabs import TABS
from gdsim.app.tabs.slope.practice_plot import comparison_picture
from gdsim.app.tabs.slope.practice_session import PracticeSession
from gdsim.app.tabs.slope.prediction import judge_value
from gdsim.app.widgets.figures import parse_number
from gdsim.core.expression import parse
from gdsim.core.practice import Question, check
from gdsim.core.slope import local


@pytest.fixture
def tab(context, shown):
    tab = shown(TABS["slope"].make(context), 1280, 740)
    yield tab
    tab.stop()


@pytest.fixture
def session(tab):
    return tab.session


def settle(context) -> None:
    """A layout asks for lines of another width, which change the layout once more."""
    for _ in range(3):
        context.ticker.finish()
        QApplication.processEvents()


def enter(card, text: str) -> None:
    type_over(card.answer.edit, text)
    keys(card.answer.edit, Qt.Key.Key_Return)
    card.session.finish()


@pytest.mark.parametrize(("formula", "x"), [("sin(x)", 0.0), ("x^2", 0.0), ("tanh(x)", 0.0), ("e^x", 1.0)])
def test_the_whole_v_of_the_errors_is_seen(tab, session, context, formula, x):
    session.set_formula(formula)
    session.move_to("x", x)
    tab.controls.formula.stop()
    tab.side.strip.setCurrentIndex(2)
    tab.synchronize()
    settle(context)
    plot = tab.side.error.plot
    part = plot.visible_part
    for line in plot.picture.series:
        heights = plot.picture.heights(line.y)
        heights = heights[np.isfinite(heights)]
        assert part.y_low < heights.min()
        assert heights.max() < part.y_high


@pytest.mark.parametrize(
    ("formula", "x", "holes"),
    [("sin(x)/x", 0.0, [1.0]), ("√x", -1.0, []), ("1/x", 0.0, []), ("x sin(1/x)", 0.0, [0.0])],
)
def test_a_point_without_a_value_has_no_disc(tab, session, formula, x, holes):
    session.set_formula(formula)
    session.move_to("x", x)
    tab.controls.formula.stop()
    plot = tab.middle.secant
    drawing = plot.marks.drawing
    assert not [disc for disc in drawing.discs if disc.fill in ("step", "bad")]
    opened = [disc for disc in drawing.discs if (disc.fill, disc.ring) == ("panel", "function")]
    heights = [float(plot.visible_part.to_data(np.array([disc.x, disc.y]))[1]) for disc in opened]
    assert heights == pytest.approx(holes, abs=0.01)
    assert any(text == "x: no value here" for label in drawing.labels for text, _ in label.lines)


def test_the_ends_of_a_jump_are_told_apart(tab, session):
    session.set_curve("stairs")
    circles = {(round(end.x), round(end.value), end.closed) for end in tab.middle.secant.picture.ends}
    assert circles == {(x, x + 1 + up, not up) for x in (-1, 0, 1) for up in (0, 1)}


def test_the_small_plot_does_not_join_a_jump():
    question = Question("regularization", 1, parse("a |x|", ("a", "x")), "x")
    judgement = check(question, "a")
    derivative, _ = comparison_picture(judgement, question.answer).series
    steep = np.abs(np.diff(derivative.y)) > 0.5 * np.nanmax(np.abs(derivative.y))
    assert not steep.any()
    assert np.isnan(derivative.y).any()
    assert np.nanmin(derivative.y) < 0 < np.nanmax(derivative.y)


@pytest.mark.parametrize(
    ("formula", "guess", "right"),
    [("x^2/100", 0.02, True), ("x^2/100", -0.05, False), ("x^2/100", 0.0, False), ("x^2/100", 0.09, False),
     ("x^2/100", 0.025, True), ("x^2", 2.19, True), ("x^2", 2.3, False), ("x/2", 0.59, True), ("x-x", 0.05, False),
     ("x-x", 0.0, True), ("100x", 109.0, True), ("100x", 111.0, False)],
)  # fmt: skip
def test_a_guess_of_another_sign_is_never_right(formula, guess, right):
    assert judge_value(guess, local(parse(formula, ("x",)), 1.0)).right is right


def test_nothing_gives_the_slope_away_before_the_guess(tab, session, context):
    settle(context)
    assert "2x" in tab.controls.about.text()
    session.set_predicts(True)
    assert not tab.controls.about.isVisible()
    assert tab.side.table.value_text("dy") == "?"
    quotient = tab.side.fraction.quotient
    assert (quotient.rise, quotient.slope) == ("?", "?")
    assert "4" not in quotient.spoken
    session.set_dx(1e-6)
    texts = [text for label in tab.middle.secant.marks.drawing.labels for text, _ in label.lines]
    assert not any("slope 2" in text or "Δy = 0" in text for text in texts)
    session.skip_guess()
    assert tab.controls.about.isVisible()
    settle(context)


@pytest.mark.parametrize("width", [1280, 1100])
def test_the_question_is_reached_while_practising(context, shown, width):
    tab = shown(TABS["slope"].make(context), width, 740)
    settle(context)
    tab.open_practice(moving=False)
    tab.session.set_predicts(True)
    QApplication.processEvents()
    button = next(iter(tab.side.predict.signs.values()))
    assert button.isVisible()
    place = button.mapTo(tab, button.rect().center())
    assert tab.childAt(place) is button
    tab.close_practice()
    tab.show_page(1)
    QApplication.processEvents()
    assert tab.childAt(button.mapTo(tab, button.rect().center())) is button
    settle(context)
    tab.stop()


def test_in_large_type_the_card_is_not_clipped(context, shown, themes):
    themes.set_large(True)
    tab = shown(TABS["slope"].make(context), 1100, 640)
    tab.open_practice(moving=False)
    QApplication.processEvents()
    card = tab.card
    view = card.scroll.viewport()
    assert card.scroll.widget().width() <= view.width()
    for widget in (card.topic, card.difficulty, card.answer.edit, card.check, card.hint, card.steps, card.next):
        left, right = (widget.mapTo(view, point).x() for point in (widget.rect().topLeft(), widget.rect().topRight()))
        assert 0 <= left < right <= view.width()
    settle(context)
    tab.stop()


def test_the_traced_ball_is_seen_whole_in_large_type(context, shown, themes):
    themes.set_large(True)
    tab = shown(TABS["slope"].make(context), 1100, 640)
    tab.session.set_curve("sine")
    tab.session.move_to("x", 0.0)
    QApplication.processEvents()
    [ball] = tab.middle.derivative.marks.drawing.discs
    assert ball.y - ball.radius >= 0
    settle(context)
    tab.stop()


@pytest.mark.parametrize("page", [0, 3])
def test_no_line_scrolls_sideways_and_the_wheel_is_the_page_s(tab, session, context, page):
    session.set_formula("x^4 - 3x^3 + 2x - 7" if page == 0 else "x^2 e^(-2x)/(1+x^2)")
    tab.controls.formula.stop()
    tab.side.strip.setCurrentIndex(page)
    tab.synchronize()
    if page == 3:
        tab.side.rules.view.show_all()
    settle(context)
    lines = tab.side.algebra.lines if page == 0 else tab.side.rules.view.lines
    windows = [window for window in lines.findChildren(QScrollArea) if window.isVisible()]
    assert len(windows) > 5
    assert not any(window.scrolls for window in windows)
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    windows[0].wheelEvent(wheel)
    assert not wheel.isAccepted()


def test_the_right_column_is_wider_where_there_is_room(context, shown):
    widths = []
    for width in (1400, 1920):
        tab = shown(TABS["slope"].make(context), width, 740)
        QApplication.processEvents()
        widths.append(tab.side.width())
        settle(context)
        tab.stop()
    assert widths[1] - widths[0] == 80


def test_no_number_of_another_x_stands_while_a_point_is_held(tab, session, context):
    settle(context)
    passing = [window for block in tab.side.algebra.lines._blocks
               for window, is_passing in zip(block._formulas, block._passing, strict=False) if is_passing]  # fmt: skip
    assert len(passing) > 3
    session.drag_to("x", 0.5)
    assert not any(window.label.isVisible() for window in passing)
    session.move_to("x", 0.5)
    settle(context)
    assert all(window.label.isVisible() for window in passing)
    tab.side.strip.setCurrentIndex(1)
    table = tab.side.numbers.table
    assert table.item(0, 1).text() != "…"
    session.drag_to("x", 0.75)
    assert {table.item(row, column).text() for row in range(5) for column in (1, 2)} == {"…"}
    session.move_to("x", 0.75)
    assert float(table.item(4, 1).text()) == pytest.approx(1.5, abs=1e-3)
    settle(context)


@pytest.mark.parametrize("text", ["2e^(", "-2e^(-2z)", "-2e^(-2x) + sqrt(x-3) - sqrt(x-3)"])
def test_bad_input_is_said_once_and_costs_no_point(context, tab, text):
    tab.open_practice(moving=False)
    enter(tab.card, text)
    said = tab.card.verdict.text
    assert said.count("No point lost.") == 1
    others = [label.text() for label in tab.card.answer.findChildren(QLabel) if label.isVisible() and label.text()]
    assert others == []
    settle(context)


def test_an_answer_that_no_longer_counts_says_why(context, tab):
    tab.open_practice(moving=False)
    enter(tab.card, "e^(-2x)")
    assert "count" not in tab.card.verdict.text
    enter(tab.card, "-2e^(-2x)")
    assert "It doesn't count, since only the first answer does." in tab.card.verdict.text
    tab.card.next.click()
    tab.card.steps.click()
    answer = str(tab.card.session.question.answer)
    enter(tab.card, answer)
    assert tab.card.verdict.text.count("count") == 1
    assert "since the steps were shown" in tab.card.verdict.text
    settle(context)


@pytest.mark.parametrize("value", [-0.005939, -2.19243e-5, 123456.7, -1e-12 / 3])
@pytest.mark.parametrize("large", [False, True])
def test_a_field_shows_all_of_its_number(context, shown, themes, value, large):
    themes.set_large(large)
    tab = shown(TABS["slope"].make(context), 1280, 740)
    tab.session.move_to("x", value)
    edit = tab.controls.x.edit
    QApplication.processEvents()
    assert edit.fontMetrics().horizontalAdvance(edit.text()) <= edit.width() - 20
    assert parse_number(edit.text()) == pytest.approx(value, rel=0.01)
    settle(context)
    tab.stop()


@pytest.mark.parametrize("large", [False, True])
def test_no_cell_of_the_table_is_cut(context, shown, themes, large):
    themes.set_large(large)
    tab = shown(TABS["slope"].make(context), 1280, 740)
    tab.session.set_curve("jump")
    tab.side.strip.setCurrentIndex(1)
    settle(context)
    table = tab.side.numbers.table
    for row in range(table.rowCount()):
        for column in range(3):
            text = table.item(row, column).text()
            assert table.fontMetrics().horizontalAdvance(text) <= table.columnWidth(column) - 8
    assert parse_number(table.item(10, 1).text()) == pytest.approx(1e10, rel=0.1)
    tab.stop()


def test_the_arrows_go_through_the_topics(context, tab):
    tab.open_practice(moving=False)
    topic = tab.card.topic
    topic.setFocus()
    seen = []
    for _ in range(3):
        keys(topic, Qt.Key.Key_Down)
        seen.append(tab.exercise.topic)
        assert topic.hasFocus()
    assert len(set(seen)) == 3
    settle(context)


def test_an_answer_is_judged_in_pieces(context, tab, ticker, clock):
    tab.open_practice(moving=False)
    clock.pace = 0.02  # each look at the clock is beyond the budget, so that a frame has one pull
    type_over(tab.card.answer.edit, "-2e^(-2x)")
    tab.card.answer.stop()
    keys(tab.card.answer.edit, Qt.Key.Key_Return)
    assert tab.exercise.judging
    assert not tab.card.check.isEnabled()
    frames = 0
    while tab.exercise.judging:
        ticker.tick()
        frames += 1
    assert frames > 3
    assert tab.exercise.solved
    clock.pace = 0.0
    settle(context)


def test_the_menu_says_what_a_step_is(context, shown):
    window = shown(MainWindow(context, TABS, "slope"), 1280, 800)
    run = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Run")
    entry = window.menus.entry("Step")
    run.aboutToShow.emit()
    assert entry.text().startswith("Step: halve Δx\t")
    shortcuts = {action.title: action.shortcut for action in window.tab.actions()}
    assert shortcuts["Shrink Δx"] == "Ctrl+K"
    settle(context)
    window.tab.stop()
    window.close()


def test_a_seed_asks_the_same_again_whatever_was_answered(qapp):
    sequences = []
    for answers in (True, False):
        practice = PracticeSession({}, lambda state: None, seed=5)
        practice.choose("chain", 2)
        asked = []
        for _ in range(12):
            asked.append(practice.question)
            if answers:
                practice.answer(str(practice.question.answer))
            practice.next()
        sequences.append(asked)
    assert sequences[0] == sequences[1]
    formulas = [str(question.formula) for question in sequences[0]]
    assert all(one != other for one, other in itertools.pairwise(formulas))
