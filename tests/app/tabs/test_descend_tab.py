from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from gestures import click, drag, keys, let_go, line, type_over
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from gdsim.app.options import Options
from gdsim.app.tabs import TABS
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.surfaces import SURFACES


@pytest.fixture
def tab(context, shown):
    tab = shown(TABS["descend"].make(context), 1280, 740)
    yield tab
    tab.stop()


@pytest.fixture
def session(tab):
    return tab.session


def x_of(session) -> float:
    return float(session.step.point[0])


def ball(tab) -> tuple[float, float]:
    return float(tab.session.step.point[0]), float(tab.session.step.value)


def formula(x: float) -> float:
    return (x * x - 1) ** 2 - 0.3 * x


def test_the_first_ten_seconds(tab, session):
    drawing = tab.curve.marks._drawing
    assert any(stroke.colour == "tangent" for stroke in drawing.strokes)
    assert "slope is negative here: step right" in tab.sentence.text
    before = x_of(session)
    tab.transport.step_button.click()
    assert x_of(session) > before
    assert tab.transport.position.text() == "step 1"


def test_dragging_the_ball_shows_the_whole_path_and_letting_go_starts_there(tab, session):
    session.advance(3)
    drag(tab.curve, line(ball(tab), (0.6, 0.2)), release=False)
    assert len(session.preview.rows()) > 50
    assert x_of(session) == pytest.approx(0.6, abs=0.02)
    assert not tab.numbers.worked.isVisible()
    let_go(tab.curve, tab.curve.pixel_of(0.6, 0.2))
    assert (session.preview, session.index) == (None, 0)
    assert session.experiment.start[0] == pytest.approx(0.6, abs=0.02)
    assert tab.numbers.table.value_text("value") == f"{formula(x_of(session)):.4f}".replace("-", "−")


def test_a_click_moves_the_ball_and_undo_brings_it_back(tab, session):
    click(tab.curve, 0.9, 2.0)
    assert x_of(session) == pytest.approx(0.9, abs=0.02)
    assert tab.can_undo()
    tab.undo()
    assert x_of(session) == -1.55


def test_arrow_keys_in_a_row_are_undone_as_one(tab, session):
    tab.curve.setFocus()
    keys(tab.curve, *[Qt.Key.Key_Right] * 5)
    assert -1.55 < x_of(session) < -1.3
    tab.undo()
    assert x_of(session) == -1.55


def test_a_start_can_be_typed(tab, session):
    type_over(tab.controls.start.edit, "0.25")
    keys(tab.controls.start.edit, Qt.Key.Key_Return)
    assert x_of(session) == 0.25


def test_after_return_the_keyboard_is_the_windows_again(tab):
    for edit in (tab.controls.formula.edit, tab.controls.start.edit, tab.controls.rate.field.edit):
        edit.setFocus()
        keys(edit, Qt.Key.Key_Return)
        assert not edit.hasFocus()


def test_a_formula_is_descended_as_it_is_typed(tab, session):
    type_over(tab.controls.formula.edit, "x^2/2")
    assert session.experiment.formula == "x^2/2"
    assert tab.controls.surface.currentIndex() == -1
    assert tab.controls.formula.message.text() == ""
    assert float(session.step.gradient[0]) == x_of(session)


def enter_formula(tab, text):
    type_over(tab.controls.formula.edit, text)
    keys(tab.controls.formula.edit, Qt.Key.Key_Return)


def test_each_finished_formula_is_undone_by_itself(tab, session):
    for text in ("x^2", "x^4", "sin(x)"):
        enter_formula(tab, text)
    for text in ("x^4", "x^2", SURFACES["double_well"].formula):
        tab.undo()
        assert session.experiment.formula == text
        assert tab.controls.formula.text() == text
    tab.redo()
    assert session.experiment.formula == "x^2"


def test_undo_of_a_formula_shows_the_whole_curve_again(tab, session):
    before = tab.curve.visible_part
    enter_formula(tab, "x^4")
    tab.curve.zoom_to((-7.0, 7.0), (0.0, 2500.0))
    tab.undo()
    assert session.surface is SURFACES["double_well"]
    assert tab.curve.visible_part == pytest.approx(before)
    tab.redo()
    assert tab.curve.visible_part.x_high < 3.0


def test_the_last_readable_formula_stays_while_an_unfinished_one_is_typed(tab, session):
    enter_formula(tab, "x^4")
    type_over(tab.controls.formula.edit, "x^2+foo")
    session.advance(3)
    QTest.keyClicks(tab.controls.formula.edit, "(")
    assert (session.experiment.formula, session.count) == ("x^2", 3)
    assert tab.controls.formula.edit.text() == "x^2+foo("
    assert tab.controls.formula.message.isVisible()
    assert tab.controls.formula.message.text().endswith("The picture still shows x^2.")
    keys(tab.controls.formula.edit, Qt.Key.Key_Escape)
    assert tab.controls.formula.edit.text() == "x^2"
    tab.undo()
    assert session.experiment.formula == "x^4"


def test_the_derivative_of_a_typed_formula_waits_for_a_pause(tab, context, clock):
    before = tab.numbers.derivative.lines
    type_over(tab.controls.formula.edit, "x^3")
    assert tab.numbers.derivative.lines == before
    assert not tab.numbers.derivative.isVisible()
    clock.now += 0.2
    context.ticker.tick()
    assert "3" in tab.numbers.derivative.lines[0]
    assert tab.numbers.derivative.isVisible()


def test_what_is_wrong_with_a_rate_is_said_across_the_column(tab, session):
    rate = tab.controls.rate
    type_over(rate.field.edit, "1e300")
    keys(rate.field.edit, Qt.Key.Key_Return)
    assert rate.field.problem.isVisible()
    assert rate.field.problem.width() == rate.width()
    session.advance()
    assert not rate.field.problem.isVisible()


def test_a_wrong_formula_keeps_the_last_readable_curve_and_is_explained_in_place(tab, session):
    enter_formula(tab, "x^2")
    type_over(tab.controls.formula.edit, "x^2+foo")
    assert session.experiment.formula == "x^2"
    assert "foo" in tab.controls.formula.message.text()
    assert tab.controls.formula.edit.text() == "x^2+foo"
    assert tab.curve._samples.defined


@pytest.mark.parametrize("key", SURFACES)
def test_every_surface_of_the_gallery_can_be_shown_and_stepped(tab, session, key):
    combo = tab.controls.surface
    row = combo.findData(key)
    combo.setCurrentIndex(row)
    combo.activated.emit(row)
    assert session.experiment.surface == key
    assert tab.main_plot is (tab.curve if SURFACES[key].dim == 1 else tab.surface.plot)
    assert tab.main_plot.visible_part.contains(*ball(tab) if SURFACES[key].dim == 1 else SURFACES[key].start)
    tab.transport.step_button.click()
    assert session.index == 1


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_every_optimizer_can_be_chosen_steps_and_shows_its_rule(tab, session, key):
    combo = tab.controls.optimizer
    row = combo.findData(key)
    combo.setCurrentIndex(row)
    combo.activated.emit(row)
    tab.transport.step_button.click()
    assert (session.optimizer.key, session.index) == (key, 1)
    assert tab.numbers.rule.latex == OPTIMIZERS[key].latex
    assert tab.numbers.worked.lines


def test_the_rate_slider_is_live(tab, session):
    session.advance(2)
    here = x_of(session)
    tab.controls.rate.slider.take(0.05)
    assert (session.index, x_of(session)) == (2, here)
    assert float(session.step.delta[0]) == pytest.approx(-0.05 * float(session.step.gradient[0]))


def test_the_limit_is_marked_on_the_rate_slider(tab, session):
    (mark,) = tab.controls.rate.slider.marks()
    assert mark.value == pytest.approx(2 / (12 * 1.55**2 - 4))
    assert mark.label == "2/λ"
    session.choose_optimizer("momentum")
    (mark,) = tab.controls.rate.slider.marks()
    assert mark.value == pytest.approx(2 * 1.9 / (12 * 1.55**2 - 4))
    assert mark.label == "2(1+β)/λ"
    session.move_to((0.0,))
    assert tab.controls.rate.slider.marks() == []


def test_a_rate_above_the_limit_is_said(tab):
    tab.controls.rate.slider.take(0.2)
    assert tab.controls.rate.words.text().startswith("Above 2/λ = 0.08055")
    tab.controls.rate.slider.take(0.01)
    assert tab.controls.rate.words.text().startswith("Below 2/λ = 0.08055")


def test_divergence_is_explained_and_step_back_is_offered(tab, session):
    session.set_surface("parabola")
    tab.controls.rate.slider.take(1.3)
    tab.advance(10_000)
    assert "1.3" in tab.sentence.text
    assert "2/curvature = 1" in tab.sentence.text
    assert tab.sentence.tone == "bad"
    assert "nan" not in tab.sentence.text.lower()
    assert math.isfinite(float(session.step.value))
    assert tab.transport.back_button.isEnabled()
    assert not tab.transport.step_button.isEnabled()


def test_scrubbing_goes_through_the_steps(tab, session):
    tab.advance(10)
    tab.transport.timeline.moved.emit(4.0)
    assert session.index == 4
    assert tab.transport.position.text() == "step 4 of 10"
    click(tab.numbers.losses, 7.0, 1.0)
    assert session.index == 7


def test_reset_leaves_a_ghost_in_both_pictures(tab, session):
    tab.advance(6)
    tab.transport.reset_button.click()
    assert session.index == 0
    assert len(tab.numbers.losses.picture.ghost) == 7
    assert any(stroke.dashes == (4.0, 4.0) for stroke in tab.curve.marks._drawing.strokes)


def test_play_moves_at_the_chosen_speed(tab, session, ticker, clock):
    tab.transport.play_button.click()
    assert tab.transport.playing
    for _ in range(10):
        clock.now += 0.1
        ticker.tick()
    assert 4 <= session.index <= 5
    tab.transport.play_button.click()
    assert not tab.transport.playing


def test_what_is_shown_can_be_chosen(tab):
    tab.controls.switches["tangent"].setChecked(False)
    assert not any(stroke.colour == "tangent" for stroke in tab.curve.marks._drawing.strokes)


def test_a_zoom_survives_steps_and_another_formula(tab, session):
    tab.curve.zoom_to((-1.7, -1.4), (0.0, 3.0))
    tab.advance(3)
    assert tab.curve.view_box.viewRange()[0] == pytest.approx([-1.7, -1.4])
    session.set_formula("x^2 + 40")
    assert tab.curve.view_box.viewRange()[0] == pytest.approx([-1.7, -1.4])
    assert tab.curve.visible_part.y_low > 20
    tab.fit()
    assert tab.curve.visible_part.contains(1.7, 42.0)


def test_what_is_saved_is_shown_again(tab, context, shown):
    tab.session.set_surface("ripple")
    tab.advance(5)
    tab.controls.switches["path"].setChecked(False)
    tab.numbers.log.setChecked(True)
    tab.curve.zoom_to((0.0, 5.0), (-1.0, 4.0))
    twin = shown(TABS["descend"].make(context), 1280, 740)
    twin.restore_state(tab.save_state())
    assert twin.save_state() == tab.save_state()
    assert twin.sentence.text == tab.sentence.text


def test_the_command_line_decides_what_is_shown(context, ticker, shown):
    options = Options(formula="x^4", start=(1.2,), optimizer="adam", lr=0.3)
    tab = shown(TABS["descend"].make(replace(context, options=options)), 1280, 740)
    tab.advance(4)
    assert tab.session.index == 4
    assert tab.controls.formula.text() == "x^4"
    assert tab.controls.start.value() == 1.2
    assert tab.controls.optimizer.key() == "adam"
    ticker.finish()  # what is still typeset would be so for labels that are gone


def test_an_option_that_fits_nothing_is_answered_with_a_remark(context, shown):
    said = []
    context.notices.said.connect(lambda text, tone: said.append((text, tone)))
    tab = shown(TABS["descend"].make(replace(context, options=Options(formula="x*z"))), 1280, 740)
    assert tab.session.surface is not None
    assert [tone for _, tone in said] == ["bad"]


def test_the_pictures_are_drawn_in_both_formats(tab):
    for picture in tab.pictures():
        image = picture.image()
        background = QColor(picture.background)
        width, height = image.width(), image.height()
        colours = {image.pixelColor(x, y).name() for x in range(0, width, 3) for y in range(0, height, 3)}
        assert background.name() in colours
        assert len(colours) > 10
        assert b"<path" in picture.svg() or b"<polyline" in picture.svg()


def test_the_table_holds_every_step_exactly(tab, session):
    tab.advance(6)
    rows = list(csv.DictReader(io.StringIO(tab.table().csv())))
    assert [int(row["step"]) for row in rows] == list(range(7))
    x = np.array([float(row["x"]) for row in rows])
    assert np.array_equal(x, session.trace.rows()[:, 0])
    assert [float(row["f(x)"]) for row in rows] == pytest.approx([formula(value) for value in x])


def test_everything_that_acts_has_a_name_for_screen_readers(tab):
    controls = tab.controls
    for widget in (
        tab.curve, tab.numbers.losses, controls.surface, controls.formula.edit, controls.optimizer,
        controls.rate.field.edit, controls.rate.slider, controls.start.edit, controls.noise, controls.schedule,
    ):  # fmt: skip
        assert widget.accessibleName()
    assert tab.curve.accessibleDescription() == tab.sentence.text


def test_a_place_without_a_value_is_said_and_drawn(tab, session):
    session.move_to((-1.0,))
    session.set_formula("sqrt(x)")
    assert "no value" in tab.sentence.text
    assert tab.numbers.table.value_text("value") == "undefined"
    assert tab.numbers.worked_title.text() == "no step here: there is no value"
    assert len(tab.curve.marks._drawing.bands) == 1


def test_the_domain_can_be_typed_and_an_empty_one_is_refused(tab, session):
    controls = tab.controls
    controls.high.entered.emit(controls.high.value())
    type_over(controls.high.edit, "5")
    keys(controls.high.edit, Qt.Key.Key_Return)
    assert session.experiment.domain == ((-1.8, 5.0),)
    type_over(controls.high.edit, "-9")
    keys(controls.high.edit, Qt.Key.Key_Return)
    assert "left end" in controls.high.problem.text()
    assert session.experiment.domain == ((-1.8, 5.0),)


def test_the_log_axis_follows_the_losses_until_the_user_chooses(tab, session):
    assert not tab.numbers.log.isChecked()
    session.set_formula("x^2")
    session.set_optimizer(replace(session.optimizer, lr=0.1))
    session.advance(60)
    assert tab.numbers.log.isChecked()
    assert tab.numbers.losses.picture.log
    assert tab.save_state()["log"] is None
    tab.numbers.log.click()
    session.advance(5)
    assert not tab.numbers.losses.picture.log
    state = tab.save_state()
    assert state["log"] is False
    tab.restore_state({**state, "log": True})
    session.reset()
    assert tab.numbers.losses.picture.log


def test_what_stands_beside_a_held_ball_follows_it_a_few_times_a_second_and_to_its_end(tab, session, clock, ticker):
    told, drawn = [], []
    for number in range(40):
        clock.now += 0.02
        ticker.tick()
        session.drag_to((0.5 + number / 100,))
        told.append(tab.numbers.told.text())
        drawn.append(tab.curve.ball_at())
    assert tab.numbers.told.isVisible()
    assert not tab.numbers.worked.isVisible()
    assert len(set(drawn)) == 40, "the picture follows in every frame"
    assert 7 <= len(set(told)) <= 9
    clock.now += 0.2
    ticker.tick()
    told.append(tab.numbers.told.text())
    assert told[-1].startswith("x ← 0.89 "), "the last place is told, too, though nothing moves any more"
    session.move_to((0.5,))
    assert not tab.numbers.told.isVisible()
    assert tab.numbers.worked.isVisible()


def test_ctrl_with_plus_minus_and_arrows_moves_what_is_seen(tab, session):
    before, x = tab.curve.visible_part, x_of(session)
    tab.curve.setFocus()
    QTest.keyClick(tab.curve, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    closer = tab.curve.visible_part
    assert closer.x_high - closer.x_low == pytest.approx(0.8 * (before.x_high - before.x_low))
    QTest.keyClick(tab.curve, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    moved = tab.curve.visible_part
    assert moved.x_low - closer.x_low == pytest.approx(0.1 * (closer.x_high - closer.x_low))
    assert not tab.curve.follows
    assert x_of(session) == x
    keys(tab.curve, Qt.Key.Key_Right)
    assert x_of(session) > x


def test_ends_of_the_domain_that_are_close_together_can_be_told_apart(tab, session):
    session.set_domain(-6.0, -5.9999999999999)
    tab.synchronize()
    low, high = tab.controls.low.edit.text(), tab.controls.high.edit.text()
    assert low != high
    assert low.startswith("−6")
