from __future__ import annotations

import json
import math

import numpy as np
import pytest

from gdsim.app.tabs.descend.session import DescendSession
from gdsim.core.numerals import in_words
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import StopReason
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES


@pytest.fixture
def session(ticker, clock):
    return DescendSession(ticker, clock=clock)


@pytest.fixture
def parabola(session):
    """x² from −2.4 at a rate of 0.1: each step multiplies x by 0.8."""
    session.set_surface("parabola")
    return session


@pytest.fixture
def changes(session):
    seen = []
    session.changed.connect(lambda: seen.append(session.index))
    return seen


def x_of(session) -> float:
    return float(session.step.point[0])


def test_it_opens_on_the_left_slope_of_the_tilted_double_well(session):
    assert session.surface is SURFACES["double_well"]
    assert float(session.step.gradient[0]) < 0
    assert "slope is negative here: step right" in session.verdict.text


def test_a_step_goes_against_the_gradient_times_the_rate(session):
    x, slope = x_of(session), float(session.step.gradient[0])
    session.advance()
    assert x_of(session) == pytest.approx(x - 0.02 * slope)
    assert slope == pytest.approx(4 * x**3 - 4 * x - 0.3)


def test_every_action_tells_once(session, changes):
    session.advance(5)
    session.back()
    session.reset()
    session.move_to((1.0,))
    session.set_optimizer(OPTIMIZERS["adam"](lr=0.1))
    session.undo()
    session.drag_to((0.3,))
    assert len(changes) == 7


def test_back_then_on_again_is_the_same_walk(parabola):
    parabola.advance(4)
    there = x_of(parabola)
    parabola.back(2)
    assert x_of(parabola) == pytest.approx(-2.4 * 0.8**2)
    parabola.advance(2)
    assert x_of(parabola) == there
    assert parabola.count == 4


def test_seeking_stays_within_the_steps_made(parabola):
    parabola.advance(3)
    parabola.seek(99)
    assert parabola.index == 3
    parabola.seek(-1)
    assert parabola.index == 0


def test_reset_is_the_same_start_and_keeps_the_run_as_a_ghost(parabola):
    parabola.advance(3)
    parabola.reset()
    assert (parabola.index, parabola.count, x_of(parabola)) == (0, 0, -2.4)
    assert parabola.ghost.rows()[:, 0] == pytest.approx(-2.4 * 0.8 ** np.arange(4))


def test_a_new_rate_applies_from_the_next_step_without_a_reset(parabola):
    parabola.advance(3)
    here = x_of(parabola)
    parabola.set_optimizer(OPTIMIZERS["gd"](lr=0.25))
    assert (parabola.index, x_of(parabola)) == (3, here)
    parabola.advance()
    assert x_of(parabola) == pytest.approx(here * 0.5)


def test_a_change_at_an_earlier_step_replaces_the_later_ones(parabola):
    parabola.advance(6)
    parabola.seek(2)
    parabola.set_optimizer(OPTIMIZERS["gd"](lr=0.25))
    assert parabola.count == 2
    parabola.undo()
    assert (parabola.count, parabola.index) == (6, 2)


def test_moving_the_ball_begins_a_run_there(parabola):
    parabola.advance(2)
    parabola.move_to((1.5,))
    assert (parabola.index, parabola.count, x_of(parabola)) == (0, 0, 1.5)
    assert parabola.experiment.start == (1.5,)


def test_while_dragging_the_whole_path_is_there_and_nothing_is_changed(parabola):
    parabola.advance(2)
    before = parabola.experiment
    parabola.drag_to((2.0,))
    assert parabola.preview.rows()[:5, 0] == pytest.approx(2.0 * 0.8 ** np.arange(5))
    assert abs(parabola.preview.rows()[-1, 0]) < 1e-6
    assert (x_of(parabola), parabola.index) == (2.0, 0)
    assert parabola.experiment == before
    parabola.seek(2)
    assert parabola.preview is None
    assert x_of(parabola) == pytest.approx(-2.4 * 0.8**2)


def test_a_slow_preview_goes_on_in_the_next_frames(session, clock, ticker):
    session.set_optimizer(OPTIMIZERS["gd"](lr=1e-5))
    clock.pace = 0.004  # each look at the clock costs 4 ms: a slow machine
    session.drag_to((1.7,))
    assert 1 < len(session.preview.rows()) < 501
    for _ in range(40):
        ticker.tick()
    assert len(session.preview.rows()) == 501
    session.move_to((1.7,))


def test_the_ghost_is_never_drawn_over_another_function(parabola):
    parabola.advance(3)
    parabola.reset()
    parabola.set_formula("x^4")
    assert parabola.ghost is None


def test_a_wrong_formula_is_returned_and_changes_nothing(session, changes):
    error = session.set_formula("x^2 +")
    assert error.column >= 4
    assert error.message
    assert session.experiment.formula == SURFACES["double_well"].formula
    assert changes == []


def test_a_typed_formula_is_descended_from_the_same_start(session):
    assert session.set_formula("(x - 3)^2/2") is None
    assert session.surface is None
    assert x_of(session) == SURFACES["double_well"].start[0]
    assert float(session.step.gradient[0]) == pytest.approx(x_of(session) - 3)


def test_a_formula_typed_key_by_key_is_undone_as_one(session):
    for text in ("x", "x^2", "x^2 + 1"):
        session.set_formula(text)
    session.undo()
    assert session.surface is SURFACES["double_well"]
    session.redo()
    assert session.experiment.formula == "x^2 + 1"


def test_undo_brings_back_the_run_with_its_steps(parabola):
    parabola.advance(5)
    parabola.move_to((1.0,))
    parabola.undo()
    assert (parabola.index, parabola.count) == (5, 5)
    assert x_of(parabola) == pytest.approx(-2.4 * 0.8**5)
    parabola.redo()
    assert x_of(parabola) == 1.0
    assert not parabola.can_redo


def test_undo_of_long_runs_takes_bounded_memory(parabola, monkeypatch):
    """What is kept is counted by walking all of it."""
    monkeypatch.setattr("gdsim.app.history.MOST_BYTES", 750 * 1000)  # of a thousand steps
    parabola.set_optimizer(OPTIMIZERS["gd"](lr=1e-6))
    for start in range(12):
        parabola.move_to((float(start),))
        parabola.advance(150)
    kept = {id(step) for moment in parabola._history._past for step in moment.trace.run.steps}
    assert 700 < len(kept) <= 1000


def test_a_long_run_whose_rate_is_changed_again_and_again_is_undone_all_the_way(parabola, monkeypatch):
    monkeypatch.setattr("gdsim.app.history.MOST_BYTES", 750 * 1000)
    parabola.set_optimizer(OPTIMIZERS["gd"](lr=1e-6))
    parabola.advance(500)
    for number in range(20):  # each shares the steps of the one before
        parabola.set_optimizer(OPTIMIZERS["gd"](lr=2e-6 + 1e-7 * number))
        parabola.advance(2)
    kept = {id(step) for moment in parabola._history._past for step in moment.trace.run.steps}
    assert len(parabola._history._past) >= 20
    assert len(kept) <= 1000


def test_divergence_keeps_the_last_finite_point_and_is_explained(parabola):
    parabola.set_optimizer(OPTIMIZERS["gd"](lr=1.1))
    parabola.advance(5000)
    assert parabola.run.stop_reason is StopReason.DIVERGED
    assert math.isfinite(x_of(parabola))
    assert "2/curvature = 1" in parabola.verdict.text
    assert not parabola.can_step
    parabola.back()
    assert parabola.can_step


@pytest.mark.parametrize(("rate", "settles"), [(0.99, True), (1.01, False)])
def test_the_stability_limit_is_where_theory_says(parabola, rate, settles):
    parabola.set_optimizer(OPTIMIZERS["gd"](lr=rate))
    parabola.advance(5000)
    assert (parabola.run.stop_reason is StopReason.CONVERGED) is settles


def test_a_minimum_found_before_is_remembered(session):
    session.set_formula("x^4 - 2x^2 + 0.3x")
    session.move_to((1.5,))
    session.advance(10_000)
    higher = float(session.step.value)
    session.move_to((-1.5,))
    assert session.found == (higher,)
    session.advance(10_000)
    assert "the lowest found so far" in session.verdict.text


def test_a_start_without_a_value_is_said(session):
    session.set_formula("log(x)")
    session.move_to((-1.0,))
    assert "no value" in session.verdict.text
    assert not session.can_step


def test_noise_is_the_same_after_reset_and_another_with_another_seed(parabola):
    parabola.set_noise(0.5)
    parabola.advance(10)
    walk = parabola.trace.rows().copy()
    parabola.reset()
    parabola.advance(10)
    assert np.array_equal(parabola.trace.rows(), walk)
    parabola.set_seed(3)
    parabola.advance(10)
    assert not np.array_equal(parabola.trace.rows(), walk)


def test_a_schedule_shrinks_the_rate(parabola):
    parabola.set_schedule(SCHEDULES["inverse_time"](decay=1.0))
    parabola.advance(3)
    assert parabola.step.lr == pytest.approx(0.1 / 4)


def test_an_empty_domain_is_refused(session):
    with pytest.raises(ValueError, match="left end"):
        session.set_domain(1.0, 1.0)


def test_what_is_saved_is_made_again_exactly(session, ticker):
    session.set_noise(0.3)
    session.advance(4)
    session.set_optimizer(OPTIMIZERS["momentum"](lr=0.03))
    session.advance(6)
    session.set_schedule(SCHEDULES["step"]())
    session.advance(3)
    session.seek(7)
    twin = DescendSession(ticker)
    twin.restore(json.loads(json.dumps(session.state(), allow_nan=False)))
    assert twin.index == 7
    assert np.array_equal(twin.trace.rows(), session.trace.rows())
    assert twin.state() == session.state()


@pytest.mark.parametrize("state", [{}, {"experiment": {}}, {"experiment": 3, "count": 0, "index": 0}])
def test_a_state_that_cannot_be_used_is_refused(session, state):
    with pytest.raises(ValueError):
        session.restore(state)
    assert session.surface is SURFACES["double_well"]


class TestPlaying:
    def test_the_speed_is_in_steps_a_second(self, session, ticker, clock):
        session.set_speed(4.0)
        session.play(True)
        for _ in range(60):
            clock.now += 0.05
            ticker.tick()
        session.play(False)
        assert session.count == pytest.approx(4.0 * 3.0, abs=1.01)

    def test_one_frame_tells_at_most_once(self, session, ticker, clock, changes):
        session.set_optimizer(OPTIMIZERS["gd"](lr=1e-6))
        session.set_speed(1000.0)
        session.play(True)
        changes.clear()
        for _ in range(10):
            clock.now += 0.1
            ticker.tick()
        assert len(changes) == 10
        assert session.count > 900
        session.play(False)

    def test_as_fast_as_it_goes_keeps_to_the_budget(self, session, ticker, clock):
        session.set_optimizer(OPTIMIZERS["gd"](lr=1e-6))
        session.set_speed(math.inf)
        session.play(True)
        clock.pace = 0.001
        ticker.tick()
        clock.pace = 0.0
        session.play(False)
        assert 20 <= session.count <= 400

    def test_it_stops_by_itself_when_the_run_ends(self, parabola, ticker, clock):
        parabola.set_speed(1000.0)
        parabola.play(True)
        for _ in range(30):
            clock.now += 0.1
            ticker.tick()
        assert not parabola.playing
        assert parabola.run.stop_reason is StopReason.CONVERGED

    def test_a_finished_run_does_not_play(self, parabola):
        parabola.advance(10_000)
        parabola.play(True)
        assert not parabola.playing

    def test_moving_the_ball_pauses(self, parabola):
        parabola.play(True)
        parabola.move_to((0.4,))
        assert not parabola.playing


def type_in(session, *texts):
    for text in texts:
        session.set_formula(text)


def test_start_and_domain_of_y_come_back_within_one_typing(session):
    session.set_surface("himmelblau")
    session.move_to((1.0, -4.0))
    session.set_domain(-5.0, 2.0, axis=1)
    before = session.experiment
    type_in(session, "x", "xy", "xy^2")
    assert (session.experiment.start, session.experiment.domain) == (before.start, before.domain)
    type_in(session, "x^2", "x^2 + 2", "x^2 + 2y")
    assert (session.experiment.start, session.experiment.domain) == (before.start, before.domain)
    session.undo()
    assert session.experiment == before
    type_in(session, "x")
    session.finish_formula()
    type_in(session, "x*y")
    assert session.experiment.start == (1.0, 1.5)  # another typing: that curve never had a y


def test_a_start_is_never_moved_silently(session):
    session.move_to((1e308,))
    assert session.experiment.start == (1e308,)
    assert session.step.point.tolist() == [1e308]
    assert "larger than 1.8·10³⁰⁸" in session.verdict.text
    assert "The picture ends at ±10¹⁵⁰, and the ball is further out." in session.verdict.text


@pytest.mark.parametrize(
    ("formula", "start", "words"),
    [
        ("1e200*x^2", 1.5, "The picture is cut off at ±10¹⁵⁰, and the value here is beyond that."),
        ("1e200*x^2", 1e-60, "The picture is cut off at ±10¹⁵⁰, which some values here exceed."),
        ("exp(1000x)", 1.5, "and the value here is beyond that."),
        ("exp(1000x)", -1.0, "which some values here exceed."),
        ("exp(10x)", 1.5, ""),
        ("1/x", 0.5, ""),
        ("x^2", 1e70, ""),
    ],
)
def test_what_the_picture_cuts_off_is_said(session, formula, start, words):
    session.set_formula(formula)
    session.move_to((start,))
    said = session.verdict.text
    assert words in said if words else "cut off" not in said
    assert "no value" not in said


def test_the_slope_in_the_sentence_is_the_true_one(session):
    session.set_surface("parabola")
    session.set_noise(5.0)
    seen = float(session.step.gradient[0])
    assert seen != -4.8
    assert f"The slope is −4.8 here, the noisy gradient {in_words(seen)}:" in session.verdict.text
