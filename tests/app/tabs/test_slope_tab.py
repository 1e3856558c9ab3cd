from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from gestures import click, drag, keys, let_go, line, type_over
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle, QStyleFactory, QWidget

from gdsim.app.options import Options
from gdsim.app.tabs import TABS
from gdsim.app.tabs.slope.dx_slider import LARGEST, SMALLEST, SignedLogScale
from gdsim.app.tabs.slope.motion import SlideIn, motion_reduced
from gdsim.app.tabs.slope.prediction import Guess
from gdsim.app.tabs.slope.readings import coloured, quotient_of, sentence_of
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.core.slope import CURVES


@pytest.fixture
def tab(context, shown):
    tab = shown(TABS["slope"].make(context), 1280, 740)
    yield tab
    tab.stop()


@pytest.fixture
def session(tab):
    return tab.session


def settle(context) -> None:
    """Whatever is set frame by frame, to its end."""
    context.ticker.finish()
    QApplication.processEvents()


def labels(plot) -> list[str]:
    return [text for label in plot.marks.drawing.labels for text, _ in label.lines]


def test_the_first_look(tab):
    assert "secant has slope 3" in tab.sentence.text
    assert tab.side.table.value_text("slope") == "2.000"
    assert {"secant: slope 3", "tangent: slope 2"} <= set(labels(tab.middle.secant))
    assert tab.side.fraction.quotient.spoken == "slope = (4 − 1) / (2 − 1) = 3 / 1 = 3"


def test_dragging_the_second_point_changes_dx(tab, session):
    drag(tab.middle.secant, line((2.0, 4.0), (1.5, 2.25)))
    assert session.dx == pytest.approx(0.5, abs=0.03)
    assert tab.controls.dx.value() == session.dx
    assert tab.side.table.value_text("secant") == f"{2 + session.dx:.3f}"
    tab.undo()
    assert session.dx == 1.0


def test_dragging_x_traces_the_derivative(tab, session):
    plot = tab.middle.secant
    drag(plot, line((1.0, 1.0), (-1.0, 1.0), moves=20), release=False)
    (low, high) = session.visited[-1]
    assert (low, high) == pytest.approx((-1.0, 1.0), abs=0.05)
    traced = [
        stroke for stroke in tab.middle.derivative.marks.drawing.strokes
        if stroke.colour == "gradient" and not stroke.dashes
    ]  # fmt: skip
    points = tab.middle.derivative.visible_part.to_data(traced[0].points)
    assert points[:, 1] == pytest.approx(2 * points[:, 0], abs=1e-6)
    let_go(plot, plot.pixel_of(-1.0, 1.0))
    assert not session.held


def test_both_plots_stand_under_one_another(tab):
    above, below = tab.middle.secant, tab.middle.derivative
    for part in ((-1.0, 2.0), (-2.5, 0.25)):
        above.zoom_to(part, (0.0, 4.0))
        for x in part:
            places = [plot.viewport().mapTo(tab, plot.pixel_of(x, 1.0).toPoint()).x() for plot in (above, below)]
            assert places[0] == pytest.approx(places[1], abs=1)


def test_dx_by_slider_field_and_step(tab, session):
    tab.controls.slider.take(-0.01)
    assert session.dx == -0.01
    type_over(tab.controls.dx.edit, "0.5")
    keys(tab.controls.dx.edit, Qt.Key.Key_Return)
    assert session.dx == 0.5
    tab.transport.step_button.click()
    tab.transport.step_button.click()
    assert session.dx == 0.125
    assert tab.transport.position.text() == "step 2"
    tab.transport.back_button.click()
    assert session.dx == 0.25
    tab.transport.timeline.moved.emit(2.0)
    assert session.dx == 0.125
    tab.transport.reset_button.click()
    assert session.dx == 1.0


@pytest.mark.parametrize("text", ["0", "1e-20", "abc"])
def test_a_dx_that_cannot_be_is_refused_in_place(tab, session, text):
    type_over(tab.controls.dx.edit, text)
    keys(tab.controls.dx.edit, Qt.Key.Key_Return)
    assert tab.controls.dx.problem.isVisible()
    assert session.dx == 1.0


def test_the_shrink_button_turns_the_secant_into_the_tangent(tab, session, ticker, clock):
    tab.controls.shrink.click()
    frames = 0
    while session.playing:
        clock.now += 1 / 60
        ticker.tick()
        frames += 1
    assert frames > 60
    assert tab.sentence.tone == "good"
    assert "the secant is the tangent now" in tab.sentence.text
    assert not tab.controls.shrink.isEnabled()


def test_ever_smaller_a_dx_is_lost_to_round_off_and_that_is_said(tab, session):
    session.set_curve("sine")
    session.move_to("x", 1.0)
    session.set_dx(1e-12)
    assert "round-off" in tab.sentence.text
    assert tab.sentence.tone == "warning"
    session.set_dx(1e-4)
    assert "round-off" not in tab.sentence.text


def test_a_formula_is_drawn_as_it_is_typed(tab, session, context):
    type_over(tab.controls.formula.edit, "x^3")
    assert session.experiment.formula == "x^3"
    assert tab.side.table.value_text("slope") == "3.000"
    keys(tab.controls.formula.edit, Qt.Key.Key_Return)
    assert not tab.controls.formula.edit.hasFocus()
    type_over(tab.controls.formula.edit, "x^3+y")
    assert "y" in tab.controls.formula.message.text()
    assert session.experiment.formula == "x^3"
    settle(context)


@pytest.mark.parametrize(
    ("key", "x", "words", "sentence"),
    [("absolute", 0.0, "kink: two slopes", "kink"), ("reciprocal", 0.0, "none: a pole", "no value"),
     ("jump", 0.0, "none: a jump", "jumps"), ("sinc", 0.0, "none: a gap", "leaves this point out"),
     ("vertical", 0.0, "vertical", "vertical"), ("root", 0.0, "none: the edge", "curve ends")],
)  # fmt: skip
def test_places_without_a_derivative_are_named(tab, session, key, x, words, sentence):
    session.set_curve(key)
    session.move_to("x", x)
    assert tab.side.table.value_text("slope") == words
    assert sentence in tab.sentence.text
    assert "nan" not in tab.sentence.text.lower()


def test_a_cusp_has_no_slope_and_a_vertical_tangent(tab, session):
    session.set_formula("2√|x|")
    session.move_to("x", 0.0)
    assert tab.side.table.value_text("slope") == "none: a cusp"
    assert "slope −∞ from the left, +∞ from the right" in tab.sentence.text
    assert any(
        text == "tangent: vertical" for label in tab.middle.secant.marks.drawing.labels for text, _ in label.lines
    )


def test_no_table_is_shown_where_there_is_no_secant(tab, session):
    session.set_formula("x ln(x)")
    tab.side.strip.setCurrentIndex(1)
    assert tab.side.numbers.table.isVisible()
    session.move_to("x", 0.0)
    assert not tab.side.numbers.table.isVisible()
    assert "it begins to the right, where it leads to 0" in tab.side.numbers.words.text()


def test_no_point_is_closed_where_only_doubles_have_a_value(tab, session):
    session.set_formula("1/(1 + e^(1/x))")
    ends = [(round(end.value), end.closed) for end in tab.middle.secant.picture.ends]
    assert ends == [(1, False), (0, False)]


def test_no_derivative_is_drawn_where_the_curve_has_no_value(tab, session):
    session.set_formula("ln(x)")
    tab.controls.switches["whole"].setChecked(True)
    samples = tab.middle.derivative._samples
    assert np.isnan(samples.y[samples.x < 0]).all()
    right = samples.x > 0.05
    assert samples.y[right] == pytest.approx(1 / samples.x[right])


def test_the_algebra_ends_at_the_derivative(tab, context):
    settle(context)
    lines = tab.side.algebra.lines.lines
    assert [line.words for line in lines][:2] == ["Put x + Δx in for x.", "Multiply out."]
    assert lines[-1].formulas[-2].endswith("= 2 x")
    assert lines[-1].formulas[-1].endswith("f'\\left(1\\right) = 2")
    tab.session.set_curve("sine")
    settle(context)
    assert not tab.side.algebra.lines.isVisible()
    assert tab.side.algebra.numbers.isVisible()


def test_the_table_closes_in_on_the_slope_from_both_sides(tab, session):
    tab.side.strip.setCurrentIndex(1)
    table = tab.side.numbers.table
    session.set_curve("absolute")
    cells = [[table.item(row, column).text() for column in range(3)] for row in range(table.rowCount())]
    assert len(cells) == 17
    assert {(right, left) for _, right, left in cells[:14]} == {("1.00000", "−1.00000")}
    session.set_curve("cube")
    right = [float(table.item(row, 1).text().replace("−", "-")) for row in range(5)]
    assert right == pytest.approx([3 + 3 * 10.0**-row + 10.0 ** (-2 * row) for row in range(5)], rel=1e-5)


def test_the_error_chart_has_both_differences_and_the_flat_line(tab, session, context):
    session.set_curve("sine")
    session.move_to("x", 1.0)
    tab.side.strip.setCurrentIndex(2)
    settle(context)
    picture = tab.side.error.plot.picture
    forward, central = picture.series
    steps = np.array([1e-3, 1e-4])
    errors = np.interp(np.log(steps), np.log(forward.x), forward.y)
    assert errors == pytest.approx(steps * math.sin(1.0) / 2, rel=0.1)
    assert picture.level < 1e-15
    for line_, best in ((forward, 1e-8), (central, 1e-5)):
        [chosen] = line_.chosen
        assert line_.y[chosen] == np.nanmin(line_.y)
        assert best / 30 < line_.x[chosen] < best * 30
    session.set_curve("absolute")
    settle(context)
    assert not tab.side.error.plot.isVisible()
    assert "kink" in tab.side.error.note.text


def test_the_rules_come_one_by_one_or_all(tab, session, context):
    session.set_formula("x^2 e^(-2x)")
    session.finish_formula()
    tab.controls.formula.stop()
    tab.side.strip.setCurrentIndex(3)
    view = tab.side.rules.view
    settle(context)
    assert (view.count, len(view.lines.lines)) == (0, 1)
    view.next.click()
    settle(context)
    assert view.lines.lines[1].heading == "1. Product rule"
    view.all.click()
    settle(context)
    assert view.count == view.total > 3
    assert not view.next.isEnabled()
    session.set_formula("x^2")
    tab.controls.formula.stop()
    tab.synchronize()
    assert view.count == 0
    settle(context)


def test_the_pages_wait_while_a_point_is_held(tab, session, context):
    settle(context)
    before = tab.side.algebra.lines.lines
    session.drag_to("x", 0.5)
    assert tab.side.algebra.lines.lines == before
    session.move_to("x", 0.5)
    assert tab.side.algebra.lines.lines != before
    settle(context)


def test_predict_first_hides_every_slope_until_the_guess(tab, session, context):
    settle(context)
    tab.controls.predicts.click()
    assert tab.side.predict.isVisible()
    assert [tab.side.table.value_text(key) for key in ("slope", "secant", "gap")] == ["?"] * 3
    assert not tab.side.page.isVisible()
    said = [
        tab.sentence.text,
        *labels(tab.middle.secant),
        *labels(tab.middle.derivative),
        tab.side.fraction.quotient.slope,
    ]
    assert not any("slope 2" in text or "slope 3" in text for text in said)
    tab.side.predict.signs[Guess.RISES].click()
    assert tab.sentence.text.startswith("Right.")
    assert tab.side.table.value_text("slope") == "2.000"
    assert not tab.side.predict.isVisible()
    settle(context)


def test_a_value_can_be_guessed_with_the_keyboard(tab, session, context):
    settle(context)
    session.set_predicts(True)
    type_over(tab.side.predict.value.edit, "5")
    keys(tab.side.predict.value.edit, Qt.Key.Key_Return)
    assert "off by 3" in tab.sentence.text
    assert tab.sentence.tone == "warning"
    settle(context)


def test_in_a_narrow_window_the_question_is_brought_forward(context, shown):
    tab = shown(TABS["slope"].make(context), 1100, 640)
    tab.controls.predicts.click()
    assert tab.side.predict.isVisible()
    tab.stop()


def test_the_keyboard_moves_the_points(tab, session):
    tab._focus_points()
    keys(tab.middle.secant, *[Qt.Key.Key_Right] * 3)
    assert session.x > 1.0
    assert session.visited[-1][0] == 1.0
    tab.undo()
    assert session.x == 1.0
    keys(tab.middle.secant, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert session.dx < 1.0


def test_another_curve_is_shown_whole_and_a_zoom_survives_steps(tab, session):
    tab.middle.secant.zoom_to((0.5, 1.5), (0.0, 2.0))
    session.advance(3)
    assert tab.middle.secant.view_box.viewRange()[0] == pytest.approx([0.5, 1.5])
    session.set_curve("sine")
    part = tab.middle.secant.visible_part
    assert part.x_low < -6.0
    assert part.x_high > 6.0


def test_what_is_saved_is_shown_again(tab, context, shown):
    tab.session.set_curve("tanh")
    tab.session.move_to("x", -1.0, merge="nudge")
    tab.session.advance(4)
    tab.controls.switches["triangle"].setChecked(False)
    tab.side.strip.setCurrentIndex(1)
    tab.middle.secant.zoom_to((-2.0, 1.0), (-1.0, 1.0))
    twin = shown(TABS["slope"].make(context), 1280, 740)
    twin.restore_state(tab.save_state())
    assert twin.save_state() == tab.save_state()
    assert twin.sentence.text == tab.sentence.text


def test_the_command_line_decides_what_is_shown(context, shown):
    options = Options(tab="slope", formula="x^4", start=(-1.2,))
    tab = shown(TABS["slope"].make(replace(context, options=options)), 1280, 740)
    tab.advance(4)
    assert (tab.session.x, tab.session.dx) == (-1.2, 2.0**-4)
    assert tab.controls.formula.text() == "x^4"
    tab.stop()


def test_a_formula_for_another_tab_is_answered_with_a_remark(context, shown):
    said = []
    context.notices.said.connect(lambda text, tone: said.append(tone))
    tab = shown(TABS["slope"].make(replace(context, options=Options(formula="x*y"))), 1280, 740)
    assert said == ["warning"]
    assert tab.session.curve is CURVES["square"]
    tab.stop()


def test_the_table_of_secants_is_saved_exactly(tab, session):
    session.set_curve("cube")
    session.advance(6)
    rows = list(csv.DictReader(io.StringIO(tab.table().csv())))
    dx = np.array([float(row["dx"]) for row in rows])
    assert dx == pytest.approx(0.8 / 2.0 ** np.arange(7))
    slopes = [float(row["secant slope"]) for row in rows]
    assert slopes == pytest.approx(3 + 3 * dx + dx**2)
    assert [float(row["error"]) for row in rows] == pytest.approx(3 * dx + dx**2)


def test_everything_that_acts_has_a_name_for_screen_readers(tab):
    controls = tab.controls
    for widget in (
        tab.middle.secant, tab.middle.derivative, controls.curve, controls.formula.edit, controls.x.edit,
        controls.dx.edit, controls.slider, controls.shrink, controls.practice, tab.side.strip, tab.side.fraction,
        tab.side.numbers.table, tab.side.error.plot, *tab.side.predict.signs.values(),
    ):  # fmt: skip
        assert widget.accessibleName()
    assert tab.middle.secant.accessibleDescription() == tab.sentence.text


def test_a_slope_has_its_colour_in_the_sentence(tab):
    assert coloured(tab.sentence.text) == {"secant has slope 3": "tangent", "has 2": "gradient"}


def test_the_fraction_shows_as_many_digits_as_tell_the_points_apart():
    session = SlopeSession()
    session.set_dx(1e-9)
    quotient = quotient_of(session)
    assert quotient.bottom == "1.000000001 − 1"
    assert quotient.top.startswith("1.000000002")
    session.move_to("x", -1.0)
    session.set_dx(0.5)
    assert quotient_of(session).bottom == "−0.5 − (−1)"
    assert sentence_of(session)[1] == "neutral"


def test_the_slider_reaches_both_signs_and_never_zero():
    scale = SignedLogScale()
    assert (scale.share(-LARGEST), scale.share(0.0), scale.share(LARGEST)) == (0.0, 0.5, 1.0)
    for share in np.linspace(0, 1, 41):
        value = scale.value(float(share))
        assert SMALLEST <= abs(value) <= LARGEST
        assert scale.share(value) == pytest.approx(share, abs=1e-3)
    value, seen = LARGEST, []
    for _ in range(110):
        value = scale.nudged(value, -1)
        seen.append(value)
    assert seen == sorted(seen, reverse=True)
    assert 0.0 not in seen
    assert seen[-1] == -LARGEST
    assert scale.nudged(0.5, math.inf) == LARGEST


def test_the_card_slides_in_unless_motion_is_reduced(shown, ticker, clock, monkeypatch):
    window = shown(QWidget(), 400, 300)
    card = QWidget(window)
    card.setGeometry(200, 8, 190, 280)
    slide = SlideIn(ticker, card)
    monkeypatch.setattr("gdsim.app.tabs.slope.motion.motion_reduced", lambda: False)
    slide.start()
    places = [card.x()]
    while slide.running:
        clock.now += 1 / 60
        ticker.tick()
        places.append(card.x())
    assert places == sorted(places, reverse=True)
    assert places[0] > places[-1] == 200
    monkeypatch.setattr("gdsim.app.tabs.slope.motion.motion_reduced", lambda: True)
    slide.start()
    assert (card.x(), slide.running) == (200, False)


def test_reduced_motion_is_read_from_the_desktop(qapp):
    duration = QStyleFactory.create("Fusion").styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    assert motion_reduced() is (duration == 0)


def test_a_click_in_the_picture_moves_x(tab, session):
    click(tab.middle.secant, -2.0, 7.0)
    assert session.x == pytest.approx(-2.0, abs=0.03)
    assert session.visited == ((session.x, session.x), (1.0, 1.0))
