from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.options import Options
from gdsim.app.tabs.slope.experiment import from_json, of_curve, of_options, to_json
from gdsim.app.tabs.slope.prediction import Guess, judge_sign, judge_value, true_sign
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.tabs.slope.state import NEAR
from gdsim.app.tabs.slope.visited import moved, put
from gdsim.core.slope import CURVES, local


@pytest.fixture
def session(ticker, clock):
    return SlopeSession(ticker, clock=clock)


def play(ticker, clock, seconds: float, frame: float = 1 / 60) -> None:
    for _ in range(round(seconds / frame)):
        clock.now += frame
        ticker.tick()


def test_the_secant_is_rise_over_run_and_the_slope_comes_from_the_rules(session):
    assert (session.x, session.dx) == (1.0, 1.0)
    assert (session.secant.rise, session.secant.slope) == (3.0, 3.0)
    assert session.here.derivative == pytest.approx(2.0)


def test_a_step_halves_dx_and_back_undoes_it(session):
    session.advance(5)
    assert (session.dx, session.index, session.count) == (2.0**-5, 5, 5)
    session.back()
    assert (session.dx, session.index, session.count) == (2.0**-4, 4, 5)
    session.seek(99)
    assert session.index == 5


def test_halving_ends_where_floats_end(session):
    session.advance(500)
    assert 1e-16 <= session.dx < 2e-16
    assert not session.can_step


def test_every_action_tells_once(session):
    seen = []
    session.changed.connect(lambda: seen.append(session.index))
    session.advance()
    session.back()
    session.reset()
    session.set_dx(0.3)
    session.drag_to("x", 0.5)
    session.move_to("x", 0.7)
    session.set_curve("sine")
    session.set_formula("x^4")
    session.set_domain(-2.0, 2.0)
    session.undo()
    assert len(seen) == 10


def test_shrink_goes_a_little_each_frame_until_the_secant_is_the_tangent(session, ticker, clock):
    session.shrink()
    sizes = [session.dx]
    while session.playing:
        clock.now += 1 / 60
        ticker.tick()
        sizes.append(session.dx)
    assert all(0.8 < after / before <= 1.0 for before, after in itertools.pairwise(sizes))
    assert NEAR / 1.2 < sizes[-1] <= NEAR
    assert session.secant.slope == pytest.approx(2.0, abs=2e-6)
    assert not session.can_shrink


def test_under_reduced_motion_shrink_is_there_at_once(ticker, clock):
    session = SlopeSession(ticker, reduced_motion=lambda: True, clock=clock)
    session.shrink()
    assert session.dx <= NEAR
    assert not session.playing


def test_play_halves_at_the_chosen_speed_and_shows_what_is_between(session, ticker, clock):
    session.set_speed(2.0)
    session.play(True)
    between = set()
    for _ in range(60):
        clock.now += 1 / 60
        ticker.tick()
        between.add(session.dx)
    session.play(False)
    assert 1 <= session.index <= 3
    assert len(between) > 10
    session.advance()
    assert math.log2(session.dx) == round(math.log2(session.dx))


def test_a_shrink_to_the_left_stays_on_the_left(session):
    session.set_dx(-1.0)
    session.advance(3)
    assert session.dx == -0.125


def test_reset_is_the_dx_of_the_beginning_at_the_same_x(session):
    session.set_formula("x^3")
    session.move_to("x", -0.5)
    session.set_dx(1e-5)
    session.advance(4)
    session.reset()
    assert (session.dx, session.x, session.index) == (1.0, -0.5, 0)


def test_moving_x_keeps_dx_and_moving_the_other_point_changes_it(session):
    session.advance(2)
    session.move_to("x", -1.0)
    assert (session.x, session.dx) == (-1.0, 0.25)
    session.move_to("beside", -1.5)
    assert (session.x, session.dx) == (-1.0, -0.5)


def test_the_second_point_put_on_the_first_leaves_the_smallest_secant(session):
    session.move_to("beside", 1.0)
    assert session.dx == 1e-16
    session.set_dx(-0.5)
    session.move_to("beside", 1.0)
    assert session.dx == -1e-16


@pytest.mark.parametrize(("dx", "why"), [(0.0, "0/0"), (1e-17, "10⁻¹⁶"), (1e9, "1000"), (math.nan, "1000")])
def test_a_dx_that_makes_no_secant_is_refused_in_a_sentence(session, dx, why):
    with pytest.raises(ValueError, match=why):
        session.set_dx(dx)
    assert session.dx == 1.0


def test_a_whole_drag_is_undone_at_once_with_its_trace(session):
    before = session.visited
    for place in (1.1, 1.3, 1.7):
        session.drag_to("x", place)
    assert session.held
    session.move_to("x", 2.0)
    assert (session.held, session.visited) == (False, ((1.0, 2.0),))
    session.undo()
    assert (session.x, session.visited) == (1.0, before)
    session.redo()
    assert session.x == 2.0


def test_a_click_elsewhere_traces_nothing_in_between(session):
    session.move_to("x", -2.0)
    assert session.visited == ((-2.0, -2.0), (1.0, 1.0))
    session.move_to("x", -1.5, merge="nudge")
    assert session.visited == ((-2.0, -1.5), (1.0, 1.0))


def test_another_curve_begins_an_empty_trace(session):
    session.move_to("x", 2.0, merge="nudge")
    session.set_curve("sine")
    assert session.visited == ((0.0, 0.0),)


def test_a_wrong_formula_changes_nothing(session):
    error = session.set_formula("x^2+")
    assert error.column >= 3
    assert session.experiment.formula == "x^2"
    assert session.set_formula("x*y") is not None


def test_the_last_readable_formula_stays_while_an_unfinished_one_is_typed(session):
    for text in ("sin(x)", "sin(x)+", "sin(x)+3", "sin(x)+3*"):
        session.set_formula(text)
    assert session.experiment.formula == "sin(x)+3"
    session.undo()
    assert session.curve is CURVES["square"]


def test_a_formula_typed_key_by_key_is_undone_as_one(session):
    for text in ("x", "x^3", "x^3-x"):
        session.set_formula(text)
    session.finish_formula()
    session.set_formula("sin(x)")
    session.undo()
    assert session.experiment.formula == "x^3-x"
    session.undo()
    assert session.curve is CURVES["square"]


@pytest.mark.parametrize("key", CURVES)
def test_every_curve_can_be_shown_halved_and_saved(session, key):
    session.set_curve(key)
    session.advance(60)
    assert session.secant.text
    state = json.loads(json.dumps(session.state(), allow_nan=False))
    twin = SlopeSession()
    twin.restore(state)
    assert twin.state() == session.state()
    assert twin.secant.text == session.secant.text


@pytest.mark.parametrize(
    "damage",
    [
        {"experiment": {}}, {"experiment": {**to_json(of_curve("sine")), "x": math.inf}}, {"part": "a"},
        {"visited": [[1.0]]}, {"visited": 3}, {"experiment": {**to_json(of_curve("sine")), "dx": 0.0}},
        {"experiment": {**to_json(of_curve("sine")), "curve": "", "formula": "x+"}},
    ],
)  # fmt: skip
def test_what_cannot_be_restored_is_refused(session, damage):
    with pytest.raises(ValueError):
        session.restore({**session.state(), **damage})


def test_the_fastest_speed_is_saved_too():
    experiment = replace(of_curve("cube"), speed=math.inf)
    assert from_json(json.loads(json.dumps(to_json(experiment), allow_nan=False))) == experiment


def test_the_command_line_decides_formula_and_place():
    shown = of_options(Options(formula="x^4", start=(7.5,)), of_curve("square"))
    assert (shown.curve, shown.formula, shown.x, shown.dx) == ("", "x^4", 7.5, 1.0)
    assert shown.domain[0] < 7.5 < shown.domain[1]
    for options, why in ((Options(formula="x*y"), "x alone"), (Options(start=(1.0, 2.0)), "one variable")):
        with pytest.raises(ValueError, match=why):
            of_options(options, of_curve("square"))


def test_predicting_hides_the_slope_until_it_is_guessed_or_skipped(session):
    session.set_predicts(True)
    assert session.hidden
    session.guess_sign(Guess.FALLS)
    assert not session.hidden
    assert not session.judged.right
    session.move_to("x", -1.0)
    assert session.hidden
    assert session.judged is None
    session.guess_sign(Guess.FALLS)
    assert session.judged.right
    session.move_to("x", 2.0)
    session.skip_guess()
    assert (session.hidden, session.judged) == (False, None)
    session.advance()
    assert not session.hidden


@pytest.mark.parametrize(
    ("key", "x", "truth"),
    [("square", 1.0, Guess.RISES), ("square", 0.0, Guess.FLAT), ("square", -1.0, Guess.FALLS),
     ("absolute", 0.0, Guess.NONE), ("reciprocal", 0.0, Guess.NONE), ("root", -0.2, Guess.NONE)],
)  # fmt: skip
def test_the_right_sign(key, x, truth):
    here = local(CURVES[key].expression(), x)
    assert true_sign(here) is truth
    assert [guess for guess in Guess if judge_sign(guess, here).right] == [truth]


@pytest.mark.parametrize(("value", "right"), [(2.0, True), (2.15, True), (2.3, False), (-2.0, False)])
def test_a_guessed_value_counts_when_it_is_near(value, right):
    judged = judge_value(value, local(CURVES["square"].expression(), 1.0))
    assert judged.right is right
    assert "slope is 2" in judged.text


@pytest.mark.parametrize(("x", "flat"), [(0.0005, True), (-0.0005, True), (0.1, False)])
def test_a_slope_too_small_to_be_seen_may_be_called_flat(session, x, flat):
    # On 6 wide and about 9 high, the slope 2x of x^2 is seen from about 0.0015 on.
    session.set_curve("square")
    session.set_domain(-3.0, 3.0)
    session.move_to("x", x)
    session.guess_sign(Guess.FLAT)
    assert session.judged.right is flat
    session.guess_sign(Guess.RISES if x > 0 else Guess.FALLS)
    assert session.judged.right
    session.guess_sign(Guess.FALLS if x > 0 else Guess.RISES)
    assert not session.judged.right
    session.guess_value(0.0)
    assert session.judged.right is flat


def test_no_value_is_right_where_there_is_no_slope():
    assert not judge_value(0.0, local(CURVES["absolute"].expression(), 0.0)).right


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), max_size=30))
def test_what_has_been_visited_is_in_order_apart_and_complete(ways):
    stretches = ()
    for before, after in ways:
        stretches = moved(stretches, before, after)
    assert all(low <= high for low, high in stretches)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(stretches))
    for before, after in ways:
        for place in (before, (before + after) / 2, after):
            assert any(low <= place <= high for low, high in stretches)
    assert put(stretches, 99.0)[-1] == (99.0, 99.0)
