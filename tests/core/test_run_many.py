"""Many runs in one call are the same runs, one by one: paths, stop reasons, and nobody moves after stopping."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, Step, StopReason
from gdsim.core.run.crowd import Crowd
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

every_optimizer = pytest.mark.parametrize("key", list(OPTIMIZERS))

OBJECTIVES = {
    "himmelblau": SURFACES["himmelblau"].objective(),
    "a hole": Objective.from_expression(parse("log(x + 1) + 3(x - 1)^2 + y^2"), [(-2, 2), (-2, 2)]),
    "saddle": SURFACES["saddle"].objective(),
    "double well": SURFACES["double_well"].objective(),
}
RATES = {"gd": 0.02, "momentum": 0.005, "line_search": 1.0, "newton": 1.0}


def both_ways(key, objective, starts, steps=120):
    optimizer = OPTIMIZERS[key](lr=RATES.get(key, 0.05))
    together = Run(objective, optimizer, starts, steps)
    together.advance(steps)
    apart = [Run(objective, optimizer, start, steps) for start in starts]
    for single in apart:
        single.advance(steps)
    return together, apart


def assert_the_same(together, apart):
    assert together.stop_reasons == [single.stop_reason for single in apart]
    for i, single in enumerate(apart):
        path = np.array([step.point for step in single.steps])
        stack = np.array([step.point[i] for step in together.steps])
        np.testing.assert_allclose(stack[: len(path)], path, rtol=1e-7, atol=1e-9)
        # After the end the row stands still, and proposes no move.
        if len(stack) > len(path):
            np.testing.assert_array_equal(
                stack[len(path) :], np.broadcast_to(stack[len(path) - 1], stack[len(path) :].shape)
            )
            assert not together.steps[-1].delta[i].any()


@every_optimizer
@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_many_starts_are_the_same_as_one_by_one(key, name):
    objective = OBJECTIVES[name]
    low, high = np.array(objective.domain).T
    starts = np.random.default_rng(11).uniform(low, high, (9, objective.dim))
    assert_the_same(*both_ways(key, objective, starts))


@given(starts=arrays(float, (3, 1), elements=st.floats(-1.8, 1.8).map(lambda x: round(x, 2))))
def test_gradient_descent_from_any_starts(starts):
    assert_the_same(*both_ways("gd", OBJECTIVES["double well"], starts))


@pytest.fixture
def mixed():
    """Four fates at once: settles, diverges, falls into a hole, starts on a maximum."""
    objective = Objective.from_expression(parse("x^4/4 - x^2/2 + 0sqrt((x - 3)^2 - 0.01)"), [(-2, 2)])
    run = Run(objective, OPTIMIZERS["gd"](lr=0.3), np.array([[0.5], [-2.8], [5.0], [0.0]]), max_steps=200)
    run.advance(200)
    return run


def test_each_has_its_own_reason(mixed):
    assert mixed.stop_reasons == [
        StopReason.CONVERGED, StopReason.NOT_A_NUMBER, StopReason.DIVERGED, StopReason.STATIONARY,
    ]  # fmt: skip
    assert not mixed.going.any()
    assert mixed.stop_reason is StopReason.CONVERGED
    assert "converged: 1 of 4" in mixed.explanation


def test_all_points_stay_finite(mixed):
    for step in mixed.steps:
        assert np.isfinite(step.point).all()
        assert np.isfinite(step.value).all()
        assert np.isfinite(step.gradient).all()


def test_shapes(mixed):
    step = mixed.steps[3]
    assert step.point.shape == step.gradient.shape == step.delta.shape == (4, 1)
    assert step.value.shape == (4,)


def test_memory_of_those_that_stopped_is_frozen():
    objective = SURFACES["double_well"].objective()
    run = Run(objective, OPTIMIZERS["adam"](lr=0.05), np.array([[0.3], [1.03557871], [-0.9]]), max_steps=400,
              tolerance=1e-4)  # fmt: skip
    run.advance(400)
    stopped = next(step for step in run.steps if not step.delta[1].any())
    assert stopped.index < run.steps[-1].index
    for then, now in zip(stopped.next_state, run.steps[-1].state, strict=True):
        np.testing.assert_array_equal(then[1], now[1])
    assert run.steps[-1].state.count[1] < run.steps[-1].state.count.max()


def test_a_fork_lets_everyone_go_on(mixed):
    again = mixed.fork(0, optimizer=OPTIMIZERS["gd"](lr=0.02), max_steps=5000)
    again.advance(5000)
    assert again.stop_reasons.count(StopReason.CONVERGED) == 3
    assert again.stop_reasons[3] is StopReason.STATIONARY


def test_a_fork_on_the_way_goes_where_all_went(mixed):
    again = mixed.fork(3)
    again.advance(4)
    assert [step.index for step in again.steps] == list(range(8))
    for ours, theirs in zip(again.steps[3:], mixed.steps[3:], strict=False):
        np.testing.assert_array_equal(ours.point, theirs.point)


def test_starts_without_a_value_stop_at_once():
    objective = Objective.from_expression(parse("x - log(x)"))
    run = Run(objective, OPTIMIZERS["adam"](lr=0.1), np.array([[-1.0], [2.0]]), max_steps=2000)
    assert run.going.tolist() == [False, True]
    run.advance(2000)
    assert run.stop_reasons == [StopReason.NOT_A_NUMBER, StopReason.CONVERGED]
    assert run.steps[-1].point[:, 0].tolist() == [-1.0, pytest.approx(1.0)]


def test_a_basin_map_from_thousands_of_starts_agrees_with_brute_force():
    surface = SURFACES["himmelblau"]
    axis = np.linspace(-4.0, 4.0, 24)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    run = Run(surface.objective(), OPTIMIZERS["gd"](lr=0.01), starts, max_steps=1000, keep=False)
    ends = run.advance(1000).point
    x, y = starts.T
    with np.errstate(all="ignore"):
        for _ in range(1000):
            first, second = x * x + y - 11, x + y * y - 7
            x, y = x - 0.01 * (4 * x * first + 2 * second), y - 0.01 * (2 * first + 4 * y * second)
    brute = np.stack([x, y], axis=-1)
    settled = np.array([reason is StopReason.CONVERGED for reason in run.stop_reasons])
    assert settled.mean() > 0.9
    np.testing.assert_allclose(ends[settled], brute[settled], atol=1e-6)
    assert len({tuple(end) for end in np.round(ends[settled], 4)}) == 4


def test_a_schedule_holds_for_many_as_for_one():
    """η = 0.1·½ᵗ on x²: each step multiplies the point by 1 − 0.2·½ᵗ."""
    schedule = SCHEDULES["step"](every=1, gamma=0.5)
    objective = Objective.from_expression(parse("x^2"))
    run = Run(objective, OPTIMIZERS["gd"](lr=0.1), np.array([[1.0], [-3.0]]), max_steps=3, schedule=schedule)
    path = np.array([step.point[:, 0] for step in run])
    np.testing.assert_allclose(path[:, 0], np.cumprod([1.0, 0.8, 0.9, 0.95]), rtol=1e-14)
    np.testing.assert_allclose(path[:, 1], -3.0 * path[:, 0], rtol=1e-14)


def outcomes(crowd):
    return ["going" if going else reason for going, reason in zip(crowd.going, crowd.reasons, strict=True)]


def step_at(points, values, gradients=None, deltas=None):
    points, values = np.array(points), np.array(values)
    none = np.zeros_like(points)
    return Step(0, points, values, none if gradients is None else np.array(gradients),
                none + 1.0 if deltas is None else np.array(deltas), (), (), 0.1)  # fmt: skip


def test_why_a_run_without_a_value_ends():
    nan, inf = math.nan, math.inf
    rows = [  # where it landed, the value there, the value before; the first was 1
        (inf, nan, 1.0, StopReason.DIVERGED), (-2e100, nan, 1.0, StopReason.DIVERGED),
        (1.0, nan, -2e100, StopReason.DIVERGED), (1.0, inf, 1.5, StopReason.DIVERGED),
        (1.0, inf, 1.0, StopReason.NOT_A_NUMBER), (1.0, nan, 1.5, StopReason.NOT_A_NUMBER),
        (1.0, -inf, 1.5, StopReason.NOT_A_NUMBER), (inf, inf, 2.0, "going"),
    ]  # fmt: skip
    landed, values, before, expected = map(list, zip(*rows, strict=True))
    crowd = Crowd(np.full(len(rows), 100.0))
    crowd.first_values = np.ones(len(rows))
    points = np.array([[0.0, place] for place in landed])
    crowd.stop_undefined(np.arange(len(rows)) < 7, step_at(points, before), points, np.array(values))
    assert outcomes(crowd) == expected


def test_why_a_run_far_away_ends():
    objective = Objective.from_expression(parse("x + 0*y", ("x", "y")), ((-1.0, 1.0),) * 2, ("x", "y"))
    rows = [  # coordinate, value, rises in a row; far is beyond 100, and the first value was 1
        (-101.0, 2.0, 3, StopReason.DIVERGED), (101.0, 2.0, 2, "going"), (101.0, 1.0, 3, StopReason.LEFT_DOMAIN),
        (101.0, 0.0, 0, StopReason.LEFT_DOMAIN), (1.1e8, 2.0, 0, StopReason.DIVERGED),
        (0.9e8, 2.0, 0, "going"), (100.0, 2.0, 9, "going"), (99.0, 0.0, 0, "going"),
    ]  # fmt: skip
    places, values, climbs, expected = map(list, zip(*rows, strict=True))
    crowd = Crowd(np.full(len(rows), 100.0))
    crowd.first_values, crowd.climbs = np.ones(len(rows)), np.array(climbs)
    crowd.judge(step_at([[0.0, place] for place in places], values), objective, 1e-9, searches=False)
    assert outcomes(crowd) == expected


def test_a_search_that_finds_no_move_is_at_rest():
    """Of x² at 0 and at 1, with no move: at 0 the slope is 0 too; at 1 only a search that found nothing ends."""
    objective = Objective.from_expression(parse("x^2", ("x",)), ((-1.0, 1.0),), ("x",))
    step = step_at([[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0], [[0.0], [2.0], [4.0]], [[0.0], [0.0], [-1.0]])
    for searches, second in ((True, StopReason.STATIONARY), (False, "going")):
        crowd = Crowd(np.full(3, 100.0))
        crowd.judge(step, objective, 1e-9, searches)
        assert outcomes(crowd) == [StopReason.CONVERGED, second, "going"]
