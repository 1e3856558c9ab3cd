"""Compiled programs against the same function run operation by operation, for random functions."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from random_programs import RandomProgram, large_programs, number_programs, programs

from gdsim.core.autodiff import IndependentOutputWarning, compile, grad, ops, value_and_grad
from gdsim.core.autodiff.trees import leaves


def assert_same(got: Any, expected: Any, tolerance: float = 1e-9) -> None:
    """Equal nesting, shapes and numbers (up to rounding, relative to the largest number)."""
    if isinstance(expected, (tuple, list)):
        assert type(got) is type(expected)
        assert len(got) == len(expected)
        for mine, other in zip(got, expected, strict=True):
            assert_same(mine, other, tolerance)
        return
    if expected is None:
        assert got is None
        return
    assert np.shape(got) == np.shape(expected)
    size = np.abs(expected).max(initial=1.0)
    np.testing.assert_allclose(
        np.asarray(got, float), np.asarray(expected, float), rtol=tolerance, atol=tolerance * size
    )


def copies(args: Any) -> list[Any]:
    return [np.array(arg) if isinstance(arg, np.ndarray) else arg for arg in args]


def floats(result: Any) -> list[Any]:
    return [np.array(leaf, dtype=np.float64) for leaf in leaves(result)]


def gradient_of(program: RandomProgram) -> Any:
    every = tuple(range(len(program.shapes)))

    def both(*args: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IndependentOutputWarning)
            return value_and_grad(program.loss, every)(*args)

    return both


def test_single_precision_holds_on_the_whole_way() -> None:
    """Results agree to single precision, and no array of double precision slows the program down."""
    rng = np.random.default_rng(0)
    w, x = rng.standard_normal((4, 3)), rng.standard_normal((2, 5))

    def loss(w: Any, x: Any, c: float) -> Any:
        h = ops.tanh(ops.dense(w[:3], x)) + ops.where(ops.greater(x[0], 0.0), c * 0.3, ops.exp(-c))
        spread = ops.sum(ops.square(h), axis=0, keepdims=True)
        return ops.mean(ops.log(1.0 + h / ops.sqrt(1.0 + spread + c)) + ops.maximum(h, 0.1) * np.arange(5.0))

    args = w, x, 0.7
    double, single = (compile(value_and_grad(loss, (0, 1, 2)), *args, single=on) for on in (False, True))
    assert_same(single(*args), double(*args), 1e-5)
    gradients = [leaf for leaf in leaves(single(*args)) if isinstance(leaf, np.ndarray)]
    owned = [one for one in inspect.getclosurevars(single.function).nonlocals.values() if isinstance(one, np.ndarray)]
    assert len(owned) > 5
    assert {array.dtype for array in (*gradients, *owned)} <= {np.dtype(np.float32), np.dtype(np.bool_)}


def test_single_precision_in_blocks_of_rows_and_rounds() -> None:
    x = np.linspace(-1.0, 1.0, 40_000).reshape(200, 200)

    def f(x: Any) -> Any:
        return ops.tanh(x) * ops.exp(-x) + ops.sin(3.0 * x) / (2.0 + ops.square(x))

    for rounds in ((), (3,)):
        double, single = (compile(f, x, iterate=bool(rounds), single=on) for on in (False, True))
        (got,) = leaves(single(*rounds, x))
        assert got.dtype == np.float32
        assert_same(single(*rounds, x), double(*rounds, x), 1e-5)


@given(programs())
def test_values(program: RandomProgram) -> None:
    compiled = compile(program, *program.arguments())
    for offset in (0, 1, 0):
        args = program.arguments(offset)
        assert_same(compiled(*args), program(*args))


@given(programs())
def test_values_and_gradients(program: RandomProgram) -> None:
    both = gradient_of(program)
    compiled = compile(both, *program.arguments())
    for offset in (0, 1):
        args = program.arguments(offset)
        assert_same(compiled(*args), both(*args), 1e-7)


@given(programs(most=7))
def test_second_derivatives(program: RandomProgram) -> None:
    def curvature(x: Any, *rest: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IndependentOutputWarning)
            return grad(lambda y: ops.sum(ops.sin(grad(lambda z: program.loss(z, *rest))(y))))(x)

    args = program.arguments()
    assert_same(compile(curvature, *args)(*args), curvature(*args), 1e-6)


@given(number_programs())
def test_numbers(program: RandomProgram) -> None:
    both = gradient_of(program)
    compiled, compiled_both = compile(program, *program.arguments()), compile(both, *program.arguments())
    for offset in (0, 1):
        args = program.arguments(offset)
        assert_same(compiled(*args), program(*args))
        assert_same(compiled_both(*args), both(*args), 1e-7)


@given(programs())
def test_repeated_calls_with_arrays_that_change_in_place(program: RandomProgram) -> None:
    args = copies(program.arguments())
    compiled = compile(program, *args)
    for offset in (1, 2, 3):
        for array, other in zip(args, program.arguments(offset), strict=True):
            if isinstance(array, np.ndarray):
                array[...] = other
        assert_same(compiled(*args), program(*args))


@given(programs())
def test_alternating_arrays(program: RandomProgram) -> None:
    compiled = compile(program, *program.arguments())
    first, second = program.arguments(1), program.arguments(2)
    for args in (first, first, second, first, second, second):
        assert_same(compiled(*args), program(*args))


@given(programs())
def test_reused_results_are_right_until_the_next_call(program: RandomProgram) -> None:
    compiled = compile(program, *program.arguments(), reuse=True)
    for offset in (0, 1, 1, 0):
        args = program.arguments(offset)
        assert_same(compiled(*args), program(*args))


@given(programs())
def test_results_are_nobody_elses_memory(program: RandomProgram) -> None:
    compiled = compile(program, *program.arguments())
    args = program.arguments()
    expected = program(*args)
    kept = [compiled(*args) for _ in range(3)]
    compiled(*program.arguments(1))
    for result in kept:
        assert_same(result, expected)
        for leaf in leaves(result):
            if isinstance(leaf, np.ndarray):
                assert leaf.flags.writeable
                leaf[...] = np.nan
    assert_same(compiled(*args), expected)
    assert_same(list(args), list(program.arguments()))


@given(programs())
def test_bound_programs(program: RandomProgram) -> None:
    args, other = copies(program.arguments()), program.arguments(1)
    compiled = compile(program, *args)
    everything = compiled.bind(*args)
    last_open = compiled.bind(*args[:-1], ...)
    all_open = compiled.bind(*(... for _ in args))
    with np.errstate(all="ignore"):
        assert_same(last_open(other[-1]), program(*args[:-1], other[-1]))
        assert_same(all_open(*other), program(*other))
        assert_same(everything(), program(*args))
        for array, new in zip(args, other, strict=True):
            if isinstance(array, np.ndarray):
                array[...] = new
        assert_same(everything(), program(*args))


@given(programs())
def test_arguments_in_other_forms(program: RandomProgram) -> None:
    """Lists, views with gaps, another order in memory, whole numbers, 0-d arrays."""
    compiled = compile(program, *program.arguments())
    args = program.arguments(1)
    gaps = [np.repeat(arg, 2, axis=-1)[..., ::2] if isinstance(arg, np.ndarray) else np.float64(arg) for arg in args]
    other_order = [np.asfortranarray(arg) if isinstance(arg, np.ndarray) else np.array(arg) for arg in args]
    lists = [arg.tolist() if isinstance(arg, np.ndarray) else arg for arg in args]
    for form in (gaps, other_order, lists):
        assert_same(compiled(*form), program(*args))
    whole = [np.round(arg).astype(int) if isinstance(arg, np.ndarray) else round(arg) for arg in args]
    assert_same(compiled(*whole), program(*(w.astype(float) if isinstance(w, np.ndarray) else float(w) for w in whole)))


@given(programs())
@pytest.mark.parametrize("reuse", [False, True])
def test_donated_arguments(reuse: bool, program: RandomProgram) -> None:
    every = tuple(range(len(program.shapes)))
    compiled = compile(program, *program.arguments(), donate=every, reuse=reuse)
    for offset in (0, 1):
        expected = floats(program(*program.arguments(offset)))
        args = copies(program.arguments(offset))
        assert_same(floats(compiled(*args)), expected)


def step_of(program: RandomProgram) -> Any:
    """Maps the arguments to values of the same shapes that stay bounded."""

    def step(*args: Any) -> Any:
        values = program.values(*args)[::-1]
        results = []
        for position, shape in enumerate(program.shapes):
            fitting = [value for value in values if ops.shape_of(value) == shape]
            chosen = fitting[(program.seed + position) % len(fitting)]
            results.append(chosen if program.seed % 3 == 0 else ops.sin(chosen))
        return tuple(results)

    return step


@given(programs())
def test_iterated_programs(program: RandomProgram) -> None:
    check_iteration(program)


@given(number_programs())
def test_iterated_numbers(program: RandomProgram) -> None:
    check_iteration(program)


@settings(max_examples=25)
@given(large_programs())
def test_iterated_blocks(program: RandomProgram) -> None:
    full = RandomProgram(tuple((331, 250) for _ in program.shapes), program.instructions, program.result, program.seed)
    check_iteration(full)


def check_iteration(program: RandomProgram) -> None:
    step = step_of(program)
    compiled = compile(step, *program.arguments(), iterate=True)
    donated = compile(step, *program.arguments(), iterate=True, donate=tuple(range(len(program.shapes))))
    for rounds in (0, 1, 2):
        expected: Any = program.arguments(1)
        for _ in range(rounds):
            expected = step(*expected)
        args = program.arguments(1)
        assert_same(floats(compiled(rounds, *args)), floats(expected), 1e-6)
        assert_same(list(args), list(program.arguments(1)))
        assert_same(floats(donated(rounds, *copies(args))), floats(expected), 1e-6)


@settings(max_examples=25)
@given(large_programs())
@pytest.mark.parametrize("reuse", [False, True])
def test_blocks(reuse: bool, program: RandomProgram) -> None:
    compiled = compile(program, *program.arguments(), reuse=reuse)
    for offset in (0, 1):
        args = program.arguments(offset)
        expected = program(*args)
        assert_same(compiled(*args), expected)
        assert_same(compiled(*args), expected)
