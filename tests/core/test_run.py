"""Runs: steps, stop reasons, going back, forking, noise."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Kind, Run, StopReason, explain, stationary_kinds
from gdsim.core.run.beyond import Beyond, why_no_slope, why_no_value
from gdsim.core.run.crowd import rowwise
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

every_optimizer = pytest.mark.parametrize("key", list(OPTIMIZERS))


def objective(formula, domain=None):
    return Objective.from_expression(parse(formula), domain)


def run(formula, start, key="gd", max_steps=1000, domain=None, **keywords):
    return Run(objective(formula, domain), OPTIMIZERS[key](**keywords), start, max_steps)


def finished(*args, **keywords):
    made = run(*args, **keywords)
    made.advance(10**6)
    return made


def points(run):
    return np.array([step.point for step in run.steps])


# Steps


@every_optimizer
def test_each_step_follows_from_the_one_before(key):
    surface = SURFACES["rosenbrock"]
    made = Run(surface.objective(), OPTIMIZERS[key](), surface.start, max_steps=25)
    steps = list(made)
    assert [step.index for step in steps] == list(range(len(steps)))
    np.testing.assert_array_equal(steps[0].point, surface.start)
    for before, step in itertools.pairwise(steps):
        np.testing.assert_array_equal(step.point, before.point + before.delta)
        np.testing.assert_array_equal(before.landing, step.point)
        assert step.state is before.next_state
        assert step.value == surface.objective().value(step.point)
        np.testing.assert_array_equal(step.gradient, surface.objective().gradient(step.point))
        assert step.penalty == 0.0


def test_gradient_descent_by_hand():
    made = run("x^2", 3.0, lr=0.25, max_steps=4)
    assert [float(step.point[0]) for step in made] == [3.0, 1.5, 0.75, 0.375, 0.1875]
    assert made.stop_reason is StopReason.BUDGET


def test_iterating_pulls_and_starts_again_from_the_beginning():
    made = run("x^2", 3.0, lr=0.25, max_steps=6)
    first_three = list(itertools.islice(made, 3))
    assert len(made.steps) == 3
    assert list(made)[:3] == first_three
    assert len(list(made)) == 7


def test_advance_returns_the_newest_step_and_stops_at_the_end():
    made = run("x^2", 3.0, lr=0.25, max_steps=5)
    assert made.advance(2) is made.steps[2]
    assert made.advance(0) is made.steps[2]
    assert made.advance(100).index == 5
    assert made.advance(100).index == 5


def test_steps_and_their_start_are_frozen():
    start = np.array([3.0])
    made = run("x^2", start, lr=0.25)
    start[0] = 99.0
    assert made.steps[0].point[0] == 3.0
    with pytest.raises(AttributeError):
        made.steps[0].value = 0.0


def test_only_the_newest_step_can_be_kept():
    kept = run("x^2 + y^2", (1.0, 2.0), lr=0.1, max_steps=20)
    lean = Run(kept.objective, kept.optimizer, (1.0, 2.0), 20, keep=False)
    assert [step.index for step in lean] == list(range(21))
    kept.advance(20)
    assert len(lean.steps) == 1
    np.testing.assert_array_equal(lean.steps[0].point, kept.steps[-1].point)


@pytest.mark.parametrize(
    ("formula", "start", "sentence"),
    [
        ("x^2", (1.0, 2.0), "1 coordinate "),
        ("x + y", 1.0, "2 coordinates"),
        ("x + y", np.ones((2, 2, 2)), "shape"),
        ("x", np.empty((0, 1)), "shape"),
        ("x", math.nan, "finite"),
        ("x", math.inf, "finite"),
    ],
)
def test_a_bad_start_gets_a_sentence(formula, start, sentence):
    with pytest.raises(ValueError, match=sentence):
        run(formula, start)


# Why it stops


def test_settles_in_a_minimum():
    made = finished("x^2 - 2x", 3.0, lr=0.1)
    assert made.stop_reason is StopReason.CONVERGED
    assert made.stop_reason == "converged"
    assert made.steps[-1].point[0] == pytest.approx(1.0, abs=1e-8)
    assert "settled at x = 1" in made.explanation


def test_a_small_gradient_at_full_speed_is_not_settled():
    """A heavy ball in a wide bowl passes the bottom with a tiny gradient and a large velocity, again and again."""
    optimizer = OPTIMIZERS["momentum"](lr=1.0, momentum=0.999)
    made = Run(objective("x^2/200"), optimizer, -1.0, tolerance=2e-4, max_steps=50_000)
    passing = [step for step in made if abs(step.gradient[0]) <= 2e-4 and abs(step.delta[0]) > 0.05]
    assert len(passing) > 10
    assert made.stop_reason is StopReason.CONVERGED
    assert made.steps[-1].index > passing[-1].index
    assert abs(made.steps[-1].delta[0]) <= 2e-4


def test_a_small_step_alone_is_not_settled():
    made = finished("x^2", 1.0, lr=1e-6, max_steps=50)
    assert made.stop_reason is StopReason.BUDGET
    tiny = Run(objective("x^2"), OPTIMIZERS["gd"](lr=1e-6), 1.0, max_steps=50, tolerance=1e-4)
    tiny.advance(50)
    assert tiny.stop_reason is StopReason.BUDGET


@pytest.mark.parametrize(
    ("formula", "start", "words"),
    [
        ("x^4 - x^2", 0.0, "maximum"),
        ("cos(x)", 0.0, "maximum"),
        ("-x^4", 0.0, "maximum"),
        ("x^3", 0.0, "inflection"),
        ("x^2 - y^2", (0.0, 0.0), "saddle"),
        ("x^3 - 3x y^2", (0.0, 0.0), "saddle"),
        ("x y", (0.0, 0.0), "saddle"),
        ("e^(-2x)", 12.0, "flat"),
        ("1 - e^(-x^2)", 5.5, "flat"),
        ("7", 1.0, "flat"),
        ("1/(1 + e^(-x))", -25.0, "flat"),
    ],
)
def test_nothing_else_than_a_minimum_counts_as_settled(formula, start, words):
    made = finished(formula, start, lr=0.1)
    assert made.stop_reason is StopReason.STATIONARY
    assert made.steps[-1].index == 0
    assert words in made.explanation


@pytest.mark.parametrize(
    ("formula", "start"),
    [
        ("x^4", 0.0),
        ("x^2", 0.0),
        ("|x|", 0.0),
        ("x^2", (0.0, 1.0)),
        ("(x - y)^2", (1.0, 1.0)),
        ("x^4 + y^4", (0.0, 0.0)),
    ],
)
def test_flat_bottoms_and_valley_floors_are_minima(formula, start):
    made = Run(
        Objective.from_expression(parse(formula), variables=("x", "y")[: np.size(start)]), OPTIMIZERS["gd"](), start
    )
    assert made.stop_reason is StopReason.CONVERGED


def test_diverging_keeps_the_last_finite_point_and_gives_the_numbers():
    made = finished("x^2", 1.0, lr=1.01)
    assert made.stop_reason is StopReason.DIVERGED
    assert np.isfinite(points(made)).all()
    assert np.isfinite([step.value for step in made.steps]).all()
    assert "1.01 is larger than 2/curvature = 1 at x = 1" in made.explanation


def test_the_explanation_names_the_limit_of_momentum():
    made = finished("x^2", 1.0, key="momentum", lr=1.5, momentum=0.25)
    assert made.stop_reason is StopReason.DIVERGED
    assert "1.5 is larger than 2(1 + β)/curvature = 1.25" in made.explanation


def test_overflow_is_a_divergence():
    made = finished("e^x + e^(-x)", 2.0, lr=50.0)
    assert made.stop_reason is StopReason.DIVERGED
    assert np.isfinite([step.value for step in made.steps]).all()


@pytest.mark.parametrize("start", [1.0, 5.0])
def test_a_rate_just_below_the_limit_is_never_called_diverging(start):
    made = finished("x^2", start, lr=0.999, max_steps=30_000)
    assert made.stop_reason is StopReason.CONVERGED


@pytest.mark.parametrize(
    ("formula", "start", "lr", "words"),
    [
        ("log(x)", 1.0, 0.8, "no value at x = −3.8"),
        ("log(x)", -1.0, 0.8, "no value at x = −1"),
        ("1/x", 0.0, 0.1, "infinite"),
        ("sqrt(x)", 0.0, 0.1, "no slope at x = 0"),
        ("sqrt(x)", 0.25, 0.25, "no slope at x = 0"),
        ("1e308 x^2", 2.0, 0.1, "larger than 1.8"),
        ("1/cosh(x)", 800.0, 0.1, "the value 0 at x = 800, but to compute its slope would take numbers larger than"),
        ("x + e^(-1e5x - 11.5)", 0.007, 0.01415, "the slope at x = −0.00715, where the step from x = 0.007 leads, is"),
    ],
)
def test_a_hole_in_the_function_stops_the_run_with_a_sentence(formula, start, lr, words):
    made = finished(formula, start, lr=lr)
    assert made.stop_reason is StopReason.NOT_A_NUMBER
    assert made.stop_reason == "not a number"
    assert words in made.explanation
    assert np.isfinite(made.steps[-1].point).all()


def test_falling_for_ever_is_leaving_the_domain():
    made = finished("x^2 - y^2", (-1.6, 0.01), lr=0.1, domain=[(-2, 2), (-2, 2)])
    assert made.stop_reason is StopReason.LEFT_DOMAIN
    assert np.abs(made.steps[-1].point).max() > 200.0
    assert "far out of the domain" in made.explanation


def test_a_short_excursion_is_not():
    """A jump far out that comes back: Newton at an almost flat place of x⁴ − x²/2."""
    made = Run(objective("|x|^1.5", [(-1, 1)]), OPTIMIZERS["gd"](lr=8.0), 90.0)
    assert np.abs(points(made)).max() < 100.0
    made.advance(5)
    assert made.stop_reason is None


@pytest.mark.parametrize("start", [[1.0], [[1.0]]], ids=["one", "many"])
def test_a_value_that_wavers_far_away_is_given_up_where_there_is_no_hope(start):
    """x goes to -4x from the right and to -x/2 from the left: 1, -4, 2, -8, 4 … with values 5, 24, 20, 96, 80 …

    No two rises follow each other.  Far is 100 for this domain and hopeless 10⁸; -4·2²⁵ is the first beyond it.
    """
    made = finished("5relu(x)^2 + 1.5relu(-x)^2", start, lr=0.5, domain=((-1.0, 1.0),))
    assert [np.asarray(step.value).item() for step in made.steps[:5]] == [5.0, 24.0, 20.0, 96.0, 80.0]
    assert made.stop_reasons == [StopReason.DIVERGED]
    assert (made.steps[-1].index, made.steps[-1].point.item()) == (51, -4.0 * 2.0**25)


def test_the_budget_counts_updates():
    made = finished("x^2", 1.0, lr=0.001, max_steps=17)
    assert made.stop_reason is StopReason.BUDGET
    assert made.steps[-1].index == 17
    assert made.explanation.startswith("17 steps are used up")


def test_a_line_search_that_finds_nothing_lower_ends_the_run():
    made = finished("|x| + |y|", (1.0, 0.4), key="line_search")
    assert made.stop_reason in (StopReason.CONVERGED, StopReason.STATIONARY)
    assert made.steps[-1].index < 1000


def test_kinds_of_stationary_points():
    made = objective("x^4 - x^2 + y^2")
    places = np.array([[0.0, 0.0], [math.sqrt(0.5), 0.0], [-math.sqrt(0.5), 0.0]])
    assert stationary_kinds(made, places, made.gradient(places)) == [Kind.SADDLE, Kind.MINIMUM, Kind.MINIMUM]


# Going back, forking, live knobs


@every_optimizer
def test_a_fork_that_changes_nothing_walks_the_same_path(key):
    surface = SURFACES["beale"]
    made = Run(surface.objective(), OPTIMIZERS[key](), surface.start, max_steps=30)
    made.advance(30)
    before = list(made.steps)
    middle = len(before) // 2
    twin = made.fork(middle)
    assert len(twin.steps) == middle + 1
    twin.advance(30)
    np.testing.assert_array_equal(points(twin), points(made))
    assert made.steps == before


@every_optimizer
def test_a_changed_rate_applies_from_the_next_step_and_keeps_the_memory(key):
    surface = SURFACES["beale"]
    made = Run(surface.objective(), OPTIMIZERS[key](lr=0.002), surface.start, max_steps=30)
    made.advance(10)
    changed = made.with_optimizer(OPTIMIZERS[key](lr=0.001))
    assert changed.steps[:10] == made.steps[:10]
    np.testing.assert_array_equal(changed.steps[10].point, made.steps[10].point)
    for old, new in zip(made.steps[10].state, changed.steps[10].state, strict=True):
        np.testing.assert_array_equal(old, new)
    if "objective" not in made.optimizer.needs:
        np.testing.assert_allclose(changed.steps[10].delta, made.steps[10].delta / 2, rtol=1e-12)
    assert changed.steps[10].lr == 0.001
    assert changed.advance().index == 11


def test_another_kind_of_optimizer_starts_with_an_empty_memory():
    made = run("x^2 + y^2", (1.0, 2.0), key="momentum", lr=0.01)
    made.advance(5)
    other = made.with_optimizer(OPTIMIZERS["nesterov"](lr=0.01))
    np.testing.assert_array_equal(other.steps[5].state.velocity, [0.0, 0.0])
    np.testing.assert_array_equal(other.steps[5].point, made.steps[5].point)


def test_a_fork_from_another_point():
    made = run("x^2", 1.0, key="momentum", lr=0.01)
    made.advance(5)
    moved = made.fork(3, point=0.5)
    assert [step.index for step in moved.steps] == [0, 1, 2, 3]
    assert moved.steps[3].point[0] == 0.5
    assert moved.steps[3].state.velocity[0] == 0.0
    with pytest.raises(ValueError, match="coordinate"):
        made.fork(3, point=(1.0, 2.0))


def test_a_point_far_out_is_as_good_a_start_as_any():
    moved = run("x^2", 1.0, lr=0.1, domain=[(-1, 1)]).fork(0, point=5000.0)
    assert moved.stop_reason is None
    moved.advance(1000)
    assert moved.stop_reason is StopReason.CONVERGED


def test_a_diverged_run_goes_on_with_a_lower_rate():
    made = finished("x^2", 1.0, lr=1.2)
    assert made.stop_reason is StopReason.DIVERGED
    rescued = made.with_optimizer(OPTIMIZERS["gd"](lr=0.3))
    rescued.advance(1000)
    assert rescued.stop_reason is StopReason.CONVERGED
    assert made.stop_reason is StopReason.DIVERGED


def test_a_run_out_of_budget_goes_on_with_a_larger_one():
    made = finished("x^2", 1.0, lr=0.1, max_steps=5)
    assert made.fork(max_steps=500).advance(1000).index > 50


def test_a_schedule_can_be_put_on():
    made = run("x^2", 1.0, lr=0.1)
    made.advance(10)
    slowed = made.fork(schedule=SCHEDULES["exponential"](gamma=0.5))
    assert slowed.steps[10].lr == pytest.approx(0.1 * 0.5**10)


@pytest.mark.parametrize("index", [6, 99, -7])
def test_a_fork_from_a_step_that_is_not_there_gets_a_sentence(index):
    made = run("x^2", 1.0, lr=0.1)
    made.advance(5)
    with pytest.raises(ValueError, match="there is no step"):
        made.fork(index)


# Noise


def test_noise_needs_a_generator():
    with pytest.raises(ValueError, match="generator"):
        Run(objective("x^2"), OPTIMIZERS["gd"](), 1.0, noise=0.1)


def noisy(noise=0.5, seed=3, start=1.0):
    return Run(objective("x^2"), OPTIMIZERS["gd"](lr=0.1), start, 300, noise=noise, rng=np.random.default_rng(seed))


def test_noise_is_seeded_and_stays_with_its_step():
    one, same, other = noisy(), noisy(), noisy(seed=4)
    for made in (one, same, other):
        made.advance(300)
    np.testing.assert_array_equal(points(one), points(same))
    assert not np.array_equal(points(one), points(other))
    again = one.fork(100)
    again.advance(300)
    np.testing.assert_array_equal(points(again), points(one))


def test_noise_is_in_the_gradient_with_the_stated_size():
    made = noisy(noise=2.0)
    made.advance(300)
    noise = np.array([step.gradient[0] - 2.0 * step.point[0] for step in made.steps])
    assert noise.std() == pytest.approx(2.0, rel=0.15)
    assert abs(noise.mean()) < 0.4
    for step in made.steps:
        assert step.value == float(step.point[0] ** 2)
        assert step.delta[0] == pytest.approx(-0.1 * step.gradient[0])


def test_noise_is_a_live_knob():
    made = noisy(noise=0.0)
    made.advance(5)
    louder = made.fork(noise=3.0)
    assert louder.steps[5].gradient[0] != made.steps[5].gradient[0]
    quiet = louder.fork(noise=0.0)
    np.testing.assert_array_equal(quiet.steps[5].gradient, made.steps[5].gradient)
    with pytest.raises(ValueError, match="generator"):
        run("x^2", 1.0).fork(noise=1.0)


def test_noise_leaves_the_sharp_well_for_the_flat_one():
    surface = SURFACES["two_wells"]
    starts = np.tile(surface.minima[0], (60, 1))
    shaken = Run(surface.objective(), OPTIMIZERS["gd"](lr=0.09), starts, 500, noise=5.0,
                 rng=np.random.default_rng(0), keep=False)  # fmt: skip
    settled = shaken.advance(500).point
    in_flat_well = np.linalg.norm(settled - surface.minima[1], axis=1) < 2.5
    assert in_flat_well.mean() > 0.7


@pytest.mark.parametrize("formula", ["x^3", "x^5", "-x^3"])
def test_both_sides_of_an_inflection_point_decide_where_its_curvature_is_tiny(formula):
    made = objective(formula)
    for x in (1e-8, -1e-8, 1e-5):
        place = np.array([[x]])
        assert stationary_kinds(made, place, made.gradient(place)) == [Kind.SADDLE]


@pytest.mark.parametrize("formula", ["cos(200x)", "x^2/1000 - x^3/1000", "(x^2 - 0.0001)^2"])
def test_a_lower_well_nearby_does_not_unmake_a_minimum(formula):
    made = objective(formula)
    start = {"cos(200x)": np.pi / 200, "x^2/1000 - x^3/1000": 0.0}.get(formula, 0.01)
    place = np.array([[start]])
    assert stationary_kinds(made, place, made.gradient(place)) == [Kind.MINIMUM]


def test_many_runs_into_a_pole_have_not_settled():
    made = Run(objective("log(x)"), OPTIMIZERS["line_search"](), np.array([[1.3], [2.7]]), 200)
    made.advance(200)
    assert made.stop_reasons == [StopReason.NOT_A_NUMBER] * 2


def test_a_huge_slope_is_never_explained_as_a_stationary_point():
    step = Run(objective("1/x"), OPTIMIZERS["gd"](), -1e-6, 1).steps[0]
    for kind in (Kind.MAXIMUM, Kind.SADDLE, Kind.FLAT):
        text = explain.stationary(step, kind, "", ("x",))
        assert text.endswith("yet no step along it lowers the value: the function has a jump or a pole here")


def test_a_step_shows_its_numbers():
    objective = Objective.from_expression(parse("x^2"))
    (step,) = Run(objective, OPTIMIZERS["gd"](lr=0.1), 1.5, max_steps=0)
    assert repr(step) == "Step(0, [1.5], value=2.25, gradient=[3.], delta=[-0.3])"


def test_another_number_of_points_is_no_fork():
    run = Run(Objective.from_expression(parse("x^2")), OPTIMIZERS["gd"](), 1.5)
    with pytest.raises(ValueError, match=r"the point has shape \(2, 1\), but the run's points have \(1,\)"):
        run.fork(0, point=[[1.0], [2.0]])


def test_many_columns_are_reduced_as_few_are():
    table = np.random.default_rng(0).random((3, 20)) > 0.1
    np.testing.assert_array_equal(rowwise(np.logical_and, table), table.all(axis=1))
    np.testing.assert_array_equal(rowwise(np.logical_and, table[:, :2]), table[:, :2].all(axis=1))


def test_where_there_is_a_value_or_a_slope_nothing_is_beyond():
    objective = Objective.from_expression(parse("√x"))
    assert why_no_value(objective, np.array([4.0])) is None
    assert why_no_slope(objective, np.array([4.0])) is None
    assert why_no_value(objective, np.array([-4.0])) is Beyond.UNDEFINED
    assert why_no_slope(objective, np.array([0.0])) is Beyond.INFINITE


def test_far_away_three_rises_in_a_row_are_a_divergence():
    """A rate of 50 turns x to −99x: far away, beyond 300, from the second step on."""
    made = Run(Objective.from_expression(parse("x^2"), ((-3, 3),)), OPTIMIZERS["gd"](lr=50.0), 1.0)
    made.advance(10)
    assert (made.stop_reason, made.steps[-1].index) == (StopReason.DIVERGED, 3)
    many = Run(made.objective, made.optimizer, [[1.0], [0.0]])
    many.advance(10)
    assert many.stop_reasons == [StopReason.DIVERGED, StopReason.CONVERGED]
    assert many.steps[-1].point[0] == made.steps[-1].point
