"""A single run takes its updates in plain floats: the same numbers as the optimizers' own rule on arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.optimizers.floats import FloatUpdate, float_update
from gdsim.core.optimizers.safeguarded import SearchingOptimizer, newton_direction
from gdsim.core.params import params_of
from gdsim.core.run import Run
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

GRADIENT_ONLY = [key for key in OPTIMIZERS if not issubclass(OPTIMIZERS[key], SearchingOptimizer)]
SEARCHING = [key for key in OPTIMIZERS if key not in GRADIENT_ONLY]
# Every on-off part of the rules, where an optimizer has it.
PARTS = ({}, {"weight_decay": 0.3}, {"weight_decay": 0.0}, {"bias_correction": False}, {"centered": True},
         {"momentum": 0.7}, {"momentum": 0.0}, {"centered": True, "momentum": 0.7, "weight_decay": 0.2})  # fmt: skip
FORMULAS = {1: "x^4 - x^2 + 0.2x", 2: "(1 - x)^2 + 100(y - x^2)^2", 3: "x^2 + 3y^2 + x*y*z + z^4"}
STARTS = {1: (1.3,), 2: (-1.2, 1.0), 3: (0.5, -0.7, 0.9)}


def _variants():
    for key in GRADIENT_ONLY:
        names = {spec.name for spec in params_of(OPTIMIZERS[key])}
        for part in PARTS:
            if set(part) <= names:
                yield pytest.param(key, part, id=f"{key}-{','.join(part) or 'plain'}")


VARIANTS = list(_variants())


def eager_path(objective, optimizer, start, steps, factor=lambda index: 1.0):
    """Points, gradients and last memory by the rule on arrays, written out here."""
    point = np.array(start)
    state = optimizer.init(point)
    points, gradients = [point], []
    for index in range(steps):
        gradient = objective.gradient(point)
        rate = optimizer.lr * factor(index)
        delta, state = optimizer.update(gradient, state, point=point, objective=objective, lr=rate)
        point = point + delta
        points.append(point)
        gradients.append(gradient)
    return np.array(points), np.array(gradients), state


@pytest.mark.parametrize("dim", FORMULAS)
@pytest.mark.parametrize(("key", "part"), VARIANTS)
def test_the_path_is_that_of_the_rule_on_arrays(key, part, dim):
    objective = Objective.from_expression(parse(FORMULAS[dim]))
    optimizer = OPTIMIZERS[key](lr=1e-3, **part)
    run = Run(objective, optimizer, STARTS[dim], max_steps=60, tolerance=0.0)
    run.advance(60)
    points, gradients, state = eager_path(objective, optimizer, STARTS[dim], 60)
    np.testing.assert_allclose([step.point for step in run.steps], points, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose([step.gradient for step in run.steps[:60]], gradients, rtol=1e-11, atol=1e-13)
    assert type(run.steps[59].next_state) is type(state)
    for mine, wanted in zip(run.steps[59].next_state, state, strict=True):
        assert np.shape(mine) == np.shape(wanted)
        np.testing.assert_allclose(mine, wanted, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize(("key", "part"), VARIANTS)
@settings(max_examples=25)
@given(numbers=st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=6), count=st.integers(0, 5000))
def test_one_update_agrees_to_the_last_digit(key, part, numbers, count):
    """Any gradient and any memory: the difference is rounding, a few units in the last place."""
    optimizer = OPTIMIZERS[key](**part)
    point, gradient, memory = np.array(numbers[:2]), np.array(numbers[2:4]), np.array(numbers[4:])
    rule = FloatUpdate(optimizer, 2)
    fields = [np.abs(memory) + memory**2 if np.shape(leaf) else float(count) for leaf in optimizer.init(point)]
    state = type(optimizer.init(point))(*fields)
    wanted, after = optimizer.update(gradient, state, point=point)
    with np.errstate(all="ignore"):
        move, mine = rule(optimizer.lr, tuple(point.tolist()), tuple(gradient.tolist()), rule.memory(state))
    # Adam's mean and Nadam's sum may cancel; the scale of what is added is then what counts.
    scale = optimizer.lr * (1.0 + np.abs(gradient).max() + np.abs(point).max()) * 4e-15
    np.testing.assert_allclose(move, wanted, rtol=4e-15, atol=scale)
    for one, other in zip(mine.state, after, strict=True):
        np.testing.assert_allclose(one, other, rtol=4e-15, atol=1e-12)


@pytest.mark.parametrize("key", GRADIENT_ONLY)
def test_another_setting_of_a_knob_is_not_compiled_anew(key):
    cls = OPTIMIZERS[key]
    first, gradient = FloatUpdate(cls(), 2), (3.0, -4.0)
    for spec in params_of(cls):
        if spec.kind is float and spec.default:
            turned = cls(**{spec.name: 0.37})
            rule, state = FloatUpdate(turned, 2), turned.init(np.zeros(2))
            assert rule._function is first._function
            move, _ = rule(turned.lr, (1.0, 2.0), gradient, rule.memory(state))
            wanted, _ = turned.update(np.array(gradient), state, point=np.array([1.0, 2.0]))
            np.testing.assert_allclose(move, wanted, rtol=1e-14)


def test_a_part_that_is_switched_on_is_a_program_of_its_own():
    plain, decaying = (FloatUpdate(OPTIMIZERS["adam"](weight_decay=decay), 2) for decay in (0.0, 0.5))
    assert plain._function is not decaying._function
    assert FloatUpdate(OPTIMIZERS["adamw"](), 2)._function is not plain._function


@pytest.mark.parametrize("key", list(OPTIMIZERS))
@pytest.mark.parametrize("schedule", ["cosine", "warmup"])
def test_a_schedule_scales_each_move(key, schedule):
    objective, chosen = SURFACES["himmelblau"].objective(), SCHEDULES[schedule]()
    optimizer = OPTIMIZERS[key](lr=1e-2)
    run = Run(objective, optimizer, (1.0, 0.5), max_steps=30, schedule=chosen, tolerance=0.0)
    run.advance(30)
    points, _, _ = eager_path(objective, optimizer, (1.0, 0.5), 30, chosen.factor)
    np.testing.assert_allclose([step.point for step in run.steps], points[: len(run.steps)], rtol=1e-11)
    assert [step.lr for step in run.steps] == [1e-2 * chosen.factor(step.index) for step in run.steps]


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_noise_is_added_to_what_the_optimizer_sees(key):
    objective = SURFACES["himmelblau"].objective()
    run = Run(objective, OPTIMIZERS[key](lr=1e-3), (1.0, 0.5), 20, noise=0.5, rng=np.random.default_rng(3))
    run.advance(20)
    draws = np.random.default_rng(3).standard_normal((64, 2))
    for step in run.steps:
        np.testing.assert_allclose(step.gradient, objective.gradient(step.point) + 0.5 * draws[step.index], rtol=1e-15)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_how_a_run_is_pulled_changes_no_digit(key):
    objective, optimizer = SURFACES["rastrigin"].objective(), OPTIMIZERS[key](lr=5e-3)
    at_once, one_by_one = (Run(objective, optimizer, (2.3, -1.7), 200) for _ in range(2))
    at_once.advance(200)
    for step in one_by_one:
        assert step.state is one_by_one.steps[step.index].state
    assert [step.coordinates for step in at_once.steps] == [step.coordinates for step in one_by_one.steps]
    forked = at_once.fork(len(at_once.steps) // 2)
    forked.advance(200)
    assert [step.coordinates for step in forked.steps] == [step.coordinates for step in at_once.steps]


def test_arrays_of_a_step_are_made_once_and_frozen():
    run = Run(SURFACES["himmelblau"].objective(), OPTIMIZERS["adam"](), (1.0, 0.5), 3)
    step = run.advance(2)
    for name in ("point", "gradient", "delta", "state", "next_state"):
        assert getattr(step, name) is getattr(step, name)
    assert step.coordinates == tuple(step.point)
    assert step.move == tuple(step.delta)
    assert type(step.next_state.count) is float
    np.testing.assert_array_equal(step.landing, step.point + step.delta)
    for name in ("index", "point", "value", "gradient", "delta", "state", "next_state", "lr", "penalty"):
        with pytest.raises(AttributeError):
            setattr(step, name, 0)


# The searching ones


@given(
    entries=st.tuples(*(st.floats(-1e4, 1e4).filter(lambda x: x == 0 or abs(x) > 1e-6) for _ in range(3))),
    gradient=st.tuples(st.floats(-10, 10), st.floats(-10, 10)),
)
def test_newtons_direction_for_one_point_is_that_for_many(entries, gradient):
    a, b, c = entries
    hessian = np.array([[a, b], [b, c]])
    values = np.linalg.eigvalsh(hessian)
    largest = np.abs(values).max()
    # On which side of "definite" rounding puts a nearly singular one is nobody's to say.
    assume(largest == 0 or not abs(values[0]) / largest < 1e-6)
    objective = Objective.from_expression(parse(f"({a!r})*x^2/2 + ({b!r})*x*y + ({c!r})*y^2/2"), None, ("x", "y"))
    newton = OPTIMIZERS["newton"](lr=1.0)
    point = (0.0, 0.0)
    wanted, kinds = newton_direction(np.array([gradient]), hessian[None], np.zeros((1, 2)))
    move, state = newton.update_one(1.0, point, gradient, newton.init(np.zeros(2)), objective)
    assert state.replaced == float(kinds[0, 0])
    if state.fraction:
        np.testing.assert_allclose(np.array(move) / state.fraction, wanted[0], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("key", SEARCHING)
def test_searching_optimizers_take_a_single_point_in_floats(key):
    objective, optimizer = SURFACES["rosenbrock"].objective(), OPTIMIZERS[key]()
    rule = float_update(optimizer, objective)
    start = np.array([-1.2, 1.0])
    move, after = rule(optimizer.lr, (-1.2, 1.0), tuple(objective.gradient(start).tolist()), optimizer.init(start))
    many, states = optimizer.update(
        objective.gradient(start[None]), optimizer.init(start[None]), point=start[None], objective=objective
    )
    np.testing.assert_allclose(move, many[0], rtol=1e-12)
    assert tuple(after) == tuple(float(np.ravel(leaf)[0]) for leaf in states)
