"""Formulas that have no value somewhere, and runs that fly away: where they start, what is said, what helps."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.options import Options
from gdsim.app.tabs.descend.cut import cut_sentence
from gdsim.app.tabs.descend.rate import RateControl
from gdsim.app.tabs.descend.readings import numbers_of, rate_words, worked_lines
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.tabs.descend.starting import moved_start
from gdsim.app.tabs.descend.surface_readings import surface_numbers, surface_picture_of
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, StopReason


@pytest.fixture
def session(ticker, clock, themes):
    return DescendSession(ticker, clock=clock)


def run_from(formula, start, domain):
    names = ("x", "y")[: len(start)]
    objective = Objective.from_expression(parse(formula, names), (domain,) * len(start), names)
    return Run(objective, OPTIMIZERS["gd"](), start)


# Infinite is not cut off


@pytest.mark.parametrize("formula", ["log(x) + y", "1/x + y", "log(abs(x)) + y^2"])
def test_a_pole_on_a_column_of_the_grid_does_not_cut_the_picture(formula):
    run = run_from(formula, (1.0, 1.0), (-5.0, 5.0))
    axis = np.linspace(-5.0, 5.0, 49)
    with np.errstate(all="ignore"):
        assert np.isinf(run.objective.grid(axis, axis)).sum() == 49  # a whole column
    assert cut_sentence(run.steps[0], run.objective) == ""


def test_the_ball_on_a_pole_is_not_cut_off():
    run = run_from("log(abs(x))", (0.0,), (-5.0, 5.0))
    assert run.steps[0].value == -np.inf
    assert cut_sentence(run.steps[0], run.objective) == ""


@pytest.mark.parametrize("formula", ["exp(1000x) + y", "1e200 x + y", "exp(exp(x^2)) + y"])
def test_numbers_too_large_do_cut_it(formula):
    run = run_from(formula, (0.0, 1.0), (-5.0, 5.0))
    assert "cut off" in cut_sentence(run.steps[0], run.objective)


# Where a formula starts that has no value at the usual start


def test_a_formula_of_the_command_line_starts_where_it_has_a_value(session):
    session.apply(Options(formula="log(x) + y"))
    x, y = session.experiment.start
    assert x > 0
    assert session.step.value == pytest.approx(np.log(x) + y)
    assert "so the ball has been put at" in session.verdict.text
    session.advance()
    assert "has been put" not in session.verdict.text


def test_the_place_is_the_nearest_inside(session):
    session.apply(Options(formula="sqrt(x - 1) + y^2"))
    assert session.experiment.domain[0] == (-1.8, 1.8)
    x, y = session.experiment.start
    cell = 3.6 / 24
    assert 1 + cell <= x <= 1 + 2.5 * cell  # not in the cell at the rim
    assert abs(y - 1.5) <= 0.125 + 0.005  # half a cell of y and the rounding to three digits


def test_a_start_that_was_asked_for_stays(session):
    session.apply(Options(formula="log(x) + y", start=(-1.0, 0.0)))
    assert session.experiment.start == (-1.0, 0.0)
    assert session.run.stop_reason is StopReason.NOT_A_NUMBER
    assert "no value at (−1, 0)" in session.verdict.text


def test_a_typed_formula_moves_a_start_that_nobody_chose_and_gives_it_back(session):
    usual = session.experiment.start
    assert usual[0] < 0
    session.set_formula("log(x)")
    assert session.experiment.start[0] > 0
    assert "has been put" in session.verdict.text
    session.set_formula("log(x + 9)")
    assert session.experiment.start == usual
    assert "has been put" not in session.verdict.text


def test_a_typed_formula_leaves_the_ball_where_it_was_placed(session):
    session.move_to((-0.75,))
    session.set_formula("log(x)")
    assert session.experiment.start == (-0.75,)
    assert "has been put" not in session.verdict.text


def test_a_formula_without_any_value_starts_where_it_did(session):
    session.set_formula("sqrt(-1 - x^2)")
    assert moved_start(session.experiment) == (session.experiment, "")


# No numbers of a step that is not made


def test_where_there_is_no_value_no_step_is_worked_out(session):
    session.apply(Options(formula="log(x) + y", start=(-1.55, 1.0)))
    assert np.isfinite(session.step.gradient).all()  # 1/x has a value there
    assert worked_lines(session) == ()
    assert set(map(surface_numbers(session).get, ("gradient", "step", "curvature"))) == {"undefined here"}
    picture = surface_picture_of(session, Shown(), 1.0)
    assert picture.gradient is None
    assert picture.delta is None
    assert rate_words(session) == ("", "neutral")
    session.move_to((1.0, 1.0))
    assert len(worked_lines(session)) == 1


def test_nor_on_a_curve(session):
    session.move_to((-0.5,))
    session.set_formula("log(x)")
    values = numbers_of(session)
    assert {values[key] for key in ("slope", "step", "curvature", "limit")} == {"undefined here"}


# A lower rate for a run that diverges


def test_a_run_that_diverges_goes_on_from_the_picture_at_a_rate_that_holds_it(session, ticker):
    session.apply(Options(surface="bowl", lr=1.2))
    assert session.remedy is None
    session.advance(100)
    assert session.run.stop_reason is StopReason.DIVERGED
    low, high = session.experiment.domain[0]
    inside = [step.index for step in session.run.steps if np.all((low <= step.point) & (step.point <= high))]
    remedy = session.remedy
    assert remedy.words == "Back to the start, rate 0.9\n(0.9 of 2/λ there)"  # the bowl's curvature is 2, its limit 1
    assert remedy.index == inside[-1]
    session.take_remedy()
    assert session.playing
    assert session.index == inside[-1]
    assert session.optimizer.lr == 0.9
    assert session.remedy is None
    session.play(False)
    session.advance(500)
    assert session.run.stop_reason is StopReason.CONVERGED
    session.undo()
    assert session.run.stop_reason is StopReason.DIVERGED


def test_without_a_known_limit_the_rate_is_halved(session):
    session.apply(Options(formula="x^4 - y^2", start=(0.0, 1.0), lr=0.1))
    session.advance(10_000)
    assert session.remedy is None  # falls for ever: that is no matter of the rate
    session.apply(Options(surface="rosenbrock", optimizer="nesterov", lr=0.01))
    session.advance(1000)
    assert session.run.stop_reason is StopReason.DIVERGED
    assert session.remedy.rate < session.optimizer.lr


def test_the_button_is_there_when_it_helps_and_only_then(session, shown):
    control = shown(RateControl(session), 264, 160)
    session.changed.connect(control.synchronize)
    session.apply(Options(surface="bowl", lr=1.2))
    assert not control.remedy.isVisible()
    session.advance(100)
    assert control.remedy.isVisible()
    assert control.remedy.text() == "Back to the start, rate 0.9\n(0.9 of 2/λ there)"
    assert control.remedy.sizeHint().width() <= control.width()
    assert control.remedy.height() > 1.5 * control.field.edit.fontMetrics().height(), "both lines are seen"
    control.remedy.click()
    assert not control.remedy.isVisible()
    assert control.field.value() == 0.9
    session.play(False)


def test_the_button_says_where_its_limit_holds(session):
    """On a surface that steepens every place has a limit of its own."""
    session.apply(Options(surface="himmelblau", lr=0.05))
    session.advance(20)
    remedy = session.remedy
    assert remedy.index == 4
    x, y = session.run.steps[4].coordinates
    hessian = np.array([[12 * x * x + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 4 * x + 12 * y * y - 26]])
    limit = 2 / np.linalg.eigvalsh(hessian)[-1]
    assert remedy.rate == pytest.approx(0.9 * limit, rel=1e-3)
    assert remedy.words == "Back to step 4, rate 0.006293\n(0.9 of 2/λ there)"
