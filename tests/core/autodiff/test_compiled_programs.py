"""What compile promises beyond equal numbers: forms of results, memory, blocks, numbers of rounds."""

from __future__ import annotations

import gc
import itertools
import math
import weakref
from typing import Any, NamedTuple

import numpy as np
import pytest

from gdsim.core.autodiff import ShapeError, compile, grad, ops, value_and_grad

RNG = np.random.default_rng


class State(NamedTuple):
    position: Any
    count: Any


def make_other_state() -> type:
    class State(NamedTuple):
        count: Any

    return State


class Nothing(NamedTuple):
    pass


# -- results --------------------------------------------------------------------------------------------------------
def test_results_are_nested_as_the_function_nests_them() -> None:
    other = make_other_state()

    def f(state: State, x: Any) -> Any:
        moved = State(state.position + x, state.count + 1.0)
        return moved, [other(x), (None, x)], (), Nothing(), (x,), []

    for x in (1.5, np.array([1.0, 2.0])):
        result = compile(f, State(x, 0.0), x)(State(x, 3.0), x)
        moved, (inner, (nothing, same)), *rest = result
        assert type(moved) is State
        assert type(inner) is other
        assert moved.count == 4.0
        assert nothing is None
        np.testing.assert_array_equal(moved.position, 2.0 * np.asarray(x))
        np.testing.assert_array_equal(same, x)
        assert rest[0] == ()
        assert type(rest[1]) is Nothing
        assert isinstance(rest[2], tuple)
        assert rest[3] == []


def test_single_numbers_are_floats() -> None:
    x = np.array([1.0, 2.0])
    program = compile(lambda x, a: (ops.sum(x), x[0], ops.amax(x), a, 2, np.float32(3.0), x @ x), x, 1.0)
    result = program(x, 1)
    assert result == (3.0, 1.0, 2.0, 1.0, 2.0, 3.0, 5.0)
    assert {type(value) for value in result} == {float}
    assert {type(value) for value in compile(lambda a: (a, a * a, 7), 1.0)(2)} == {float}


def test_numbers_in_every_form_also_when_the_arrays_are_those_of_the_call_before() -> None:
    x = np.array([1.0, 2.0])
    program = compile(lambda x, a: (x * a, a), x, 1.0)
    for _ in range(2):
        for number in (3.0, 3, np.float64(3.0), np.array(3.0), np.float32(3.0)):
            scaled, same = program(x, number)
            np.testing.assert_array_equal(scaled, 3.0 * x)
            assert type(same) is float
        with pytest.raises(ShapeError):
            program(x, np.ones(2))


def test_comparisons_stay_truth_values() -> None:
    x = np.array([1.0, -2.0])
    for reuse in (False, True):
        mask, filled = compile(lambda x: (x > 0.0, ops.where(x > 0.0, x, 9.0)), x, reuse=reuse)(x)
        assert mask.dtype == np.bool_
        np.testing.assert_array_equal(mask, [True, False])
        np.testing.assert_array_equal(filled, [1.0, 9.0])
    assert compile(lambda a: a > 0.0, 1.0)(2.0) is True


def test_functions_without_arguments_and_of_constants() -> None:
    constant, number, ones = compile(lambda: (np.arange(3.0), ops.sin(1.0), np.ones((2, 2))))()
    np.testing.assert_array_equal(constant, [0.0, 1.0, 2.0])
    np.testing.assert_array_equal(ones, np.ones((2, 2)))
    assert number == math.sin(1.0)


def test_constants_are_copied_when_the_function_is_compiled() -> None:
    w = np.array([1.0, 2.0])
    program = compile(lambda x: w * x, np.ones(2))
    w[:] = 0.0
    np.testing.assert_array_equal(program(np.ones(2)), [1.0, 2.0])


@pytest.mark.parametrize("reuse", [False, True])
def test_a_result_that_is_a_constant_survives_what_the_caller_does_to_it(reuse: bool) -> None:
    def f(x: Any) -> Any:
        return ops.broadcast_to(2.5, (2, 3)), np.arange(3.0), 0.0 * x

    program = compile(f, np.ones(3), reuse=reuse)
    for _ in range(3):
        for result, expected in zip(
            program(np.ones(3)), (np.full((2, 3), 2.5), np.arange(3.0), np.zeros(3)), strict=True
        ):
            np.testing.assert_array_equal(result, expected)
            result += 1.0


@pytest.mark.parametrize("shape", [(0,), (1,), (1, 1), (0, 3), (3, 0), (2, 0, 3)])
def test_empty_and_single_element_arrays(shape: tuple[int, ...]) -> None:
    x = np.full(shape, 0.5)

    def f(x: Any) -> Any:
        y = ops.tanh(x) * 2.0 + 1.0
        return ops.sum(y * y) + ops.sum(ops.mean(ops.concatenate([y, x]), axis=0) if x.size else y)

    both = value_and_grad(f)
    value, gradient = both(x)
    for _ in range(2):
        compiled = compile(both, x)(x)
        assert compiled[0] == pytest.approx(value)
        np.testing.assert_allclose(compiled[1], gradient)


# -- memory ---------------------------------------------------------------------------------------------------------
def test_donated_memory_takes_the_result() -> None:
    p, x = np.ones(4), np.arange(4.0)
    program = compile(lambda p, x: p - 0.1 * x, p, x, donate=0)
    result = program(p, x)
    assert result is p
    np.testing.assert_allclose(p, 1.0 - 0.1 * np.arange(4.0))
    assert program.bind(p, x)() is p


def test_donated_memory_is_not_overwritten_before_it_is_read() -> None:
    a, b = np.arange(4.0), np.arange(4.0, 8.0)

    def swap(a: Any, b: Any) -> Any:
        return b, a + b, a[::-1], ops.sum(a)

    for reuse in (False, True):
        first, second = a.copy(), b.copy()
        result = compile(swap, a, b, donate=(0, 1), reuse=reuse)(first, second)
        for mine, expected in zip(result, (b, a + b, a[::-1], 6.0), strict=True):
            np.testing.assert_array_equal(mine, expected)


def test_reused_memory_is_the_same_in_every_call() -> None:
    program = compile(lambda x: (x * 2.0, x + 1.0), np.ones(3), reuse=True)
    bound = program.bind(np.ones(3))
    first, second = bound(), bound()
    assert first[0] is second[0]
    assert not np.shares_memory(first[0], first[1])


def test_a_program_does_not_keep_the_values_of_its_trace() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        y = ops.sin(x)
        kept.append(weakref.ref(y.value))
        return ops.cos(y)

    program = compile(f, np.ones((100, 100)))
    gc.collect()
    assert kept[0]() is None
    assert program(np.ones((100, 100))).shape == (100, 100)


def test_buffers_are_shared_by_what_does_not_live_at_the_same_time() -> None:
    def f(x: Any) -> Any:
        for _ in range(40):
            x = ops.sin(x + x[::-1]) * ops.cos(x)
        return x

    x = RNG(1).normal(size=1000)
    program = compile(f, x)
    assert program.source.splitlines()[0].count(" b") <= 4  # buffers handed to the code
    np.testing.assert_allclose(program(x), f(x), rtol=1e-12)


# -- iteration ------------------------------------------------------------------------------------------------------
def test_iteration_goes_on_from_the_round_in_which_float_code_gave_up() -> None:
    """Division by zero in the third round: the careful code takes over there, not from the start."""

    def step(x: Any, k: Any) -> Any:
        return x + 1.0 / (k - 3.0), k + 1.0

    program = compile(step, 0.0, 0.0, iterate=True)
    assert program(3, 0.0, 1.0) == (math.inf, 4.0)
    assert program(10, 0.0, 1.0)[1] == 11.0
    assert program(5, 0.0, 3.5)[0] == pytest.approx(sum(1.0 / (k + 0.5) for k in range(5)))


def test_iteration_of_numbers_and_arrays_together() -> None:
    def step(x: Any, state: Any) -> Any:
        velocity, count = state
        g = grad(lambda x: ops.sum((x - 1.0) ** 2))(x)
        velocity = 0.9 * velocity + g
        return x - 0.05 * velocity / count, (velocity, count + 1.0)

    x, state = np.array([3.0, -2.0]), (np.zeros(2), 1.0)
    program = compile(step, x, state, iterate=True)
    expected: Any = (x, state)
    for _ in range(7):
        expected = step(*expected)
    got_x, (got_velocity, got_count) = program(7, x, state)
    np.testing.assert_allclose(got_x, expected[0], rtol=1e-13)
    np.testing.assert_allclose(got_velocity, expected[1][0], rtol=1e-13)
    assert got_count == 8.0
    np.testing.assert_array_equal(x, [3.0, -2.0])
    np.testing.assert_array_equal(state[0], [0.0, 0.0])


def test_iteration_that_exchanges_and_keeps_arguments() -> None:
    def step(a: Any, b: Any, c: Any, d: Any) -> Any:
        return b, a, c, a + d

    args = (np.array([1.0]), np.array([2.0]), np.array([3.0]), np.array([4.0]))
    result = compile(step, *args, iterate=True)(3, *args)
    assert [value.item() for value in result] == [2.0, 1.0, 3.0, 4.0 + 1.0 + 2.0 + 1.0]
    same = compile(lambda x: x, args[0], iterate=True)(3, args[0])
    assert same is not args[0]
    assert same.item() == 1.0
    for shape in ((), (2,), (331, 250)):
        x = np.full(shape, 2.0)[()]
        flags = compile(lambda x: x > 1.0, x, iterate=True)(2, x)
        np.testing.assert_array_equal(flags, np.zeros(shape))
        assert np.asarray(flags).dtype == np.float64


# -- networks -------------------------------------------------------------------------------------------------------
SIZES = (2, 5, 4, 3)


def network(p: Any, inputs: Any) -> Any:
    start = 0
    for k, (rows, columns) in enumerate(itertools.pairwise(SIZES)):
        layer = p[start : start + (rows + 1) * columns].reshape(rows + 1, columns)
        start += (rows + 1) * columns
        inputs = ops.dense(layer, inputs)
        if k < len(SIZES) - 2:
            inputs = ops.tanh(inputs)
    return inputs


def cross_entropy(p: Any, inputs: Any, targets: Any) -> Any:
    logits = network(p, inputs)
    return ops.mean(ops.logsumexp(logits, axis=0) - ops.sum(logits * targets, axis=0))


@pytest.mark.parametrize("points", [1, 7])
def test_a_training_step_of_a_classifier(points: int) -> None:
    rng = RNG(9)
    count = sum((a + 1) * b for a, b in itertools.pairwise(SIZES))
    p, inputs = rng.normal(size=count), rng.normal(size=(2, points))
    targets = np.eye(3)[:, rng.integers(0, 3, points)]

    def step(p: Any, inputs: Any, targets: Any, rate: Any) -> Any:
        value, gradient = value_and_grad(cross_entropy)(p, inputs, targets)
        return p - rate * gradient, value

    program = compile(step, p, inputs, targets, 0.1, donate=0, reuse=True)
    ours, reference = p.copy(), p.copy()
    bound = program.bind(ours, inputs, targets, ...)
    for k in range(20):
        reference, expected = step(reference, inputs, targets, 0.1 / (k + 1))
        _, value = bound(0.1 / (k + 1))
        assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(ours, reference, rtol=1e-11)
    by_hand = value_and_grad(cross_entropy)(p, inputs, targets)[1]
    h = 1e-6 * np.eye(count)
    numeric = [(cross_entropy(p + e, inputs, targets) - cross_entropy(p - e, inputs, targets)) / 2e-6 for e in h]
    np.testing.assert_allclose(by_hand, numeric, rtol=1e-6, atol=1e-8)


def test_many_networks_at_once() -> None:
    """A leading axis of independent networks through batched dense layers."""
    rng = RNG(10)
    weights, inputs = rng.normal(size=(6, 3, 4)), rng.normal(size=(2, 8))

    def losses(w: Any) -> Any:
        return ops.mean(ops.square(ops.tanh(ops.dense(w, inputs))), axis=(1, 2))

    def total(w: Any) -> Any:
        return ops.sum(losses(w))

    gradient = compile(grad(total), weights)(weights)
    for i in range(6):
        alone = compile(grad(lambda w: ops.mean(ops.square(ops.tanh(ops.dense(w, inputs))))), weights[i])(weights[i])
        np.testing.assert_allclose(gradient[i], alone, rtol=1e-12)
