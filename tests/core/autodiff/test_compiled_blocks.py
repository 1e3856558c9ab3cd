"""Large elementwise work in blocks of rows: every shape, constants, iteration, and whose memory the results are."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import compile, elementwise_grad, ops

RNG = np.random.default_rng
ROWS, COLUMNS = 331, 250  # no good divisor: the last block is smaller


def heavy(x: Any, y: Any) -> Any:
    t = ops.sin(x) * y + ops.exp(-x * x)
    return t * t + ops.cos(y) * x - t


def is_blocked(program: Any) -> bool:
    return "def block" in program.source


def test_large_elementwise_work_goes_in_blocks_and_small_work_does_not() -> None:
    x = RNG(2).normal(size=(ROWS, COLUMNS))
    assert is_blocked(compile(heavy, x, x))
    assert not is_blocked(compile(heavy, x[:3], x[:3]))
    assert not is_blocked(compile(lambda x, y: ops.sum(heavy(x, y)), x, x))


@pytest.mark.parametrize("shapes", [
    ((ROWS, COLUMNS), (ROWS, COLUMNS)), ((1, COLUMNS), (ROWS, 1)), ((ROWS, COLUMNS), (COLUMNS,)),
    ((ROWS, 1), (COLUMNS,)), ((ROWS, COLUMNS), ()), ((), (ROWS, COLUMNS)), ((100_003,), (100_003,)),
    ((40_001, 2), (2,)), ((37, 50, 41), (50, 41)),
    ((37, 50, 41), (37, 1, 1)), ((37, 1, 41), (50, 1)), ((1, 100_003), (1, 1)), ((2, 1, 50_001), (1, 1, 1)),
], ids=repr)  # fmt: skip
def test_blocks_of_all_shapes(shapes: tuple[tuple[int, ...], ...]) -> None:
    rng = RNG(3)
    args = [rng.normal(size=shape)[()] for shape in shapes]

    def both(x: Any, y: Any) -> Any:
        return heavy(x, y), *elementwise_grad(heavy, (0, 1))(x, y)

    program = compile(both, *args)
    for _ in range(2):
        for mine, expected in zip(program(*args), both(*args), strict=True):
            assert np.shape(mine) == np.shape(expected)
            np.testing.assert_allclose(mine, expected, rtol=1e-12, atol=1e-12)


def test_blocks_with_constants_of_every_shape() -> None:
    rng = RNG(4)
    full, row, column = rng.normal(size=(ROWS, COLUMNS)), rng.normal(size=(1, COLUMNS)), rng.normal(size=(ROWS, 1))
    mask = full > 0.3

    def f(x: Any, a: Any) -> Any:
        chosen = ops.where(mask, ops.sin(x) * full, column)
        return ops.where(a > 0.0, chosen * row, chosen + a) + a * full[0], ops.where(x > a, 1.0, x), x > column

    x = rng.normal(size=(ROWS, COLUMNS))
    for reuse in (False, True):
        program = compile(f, x, 1.0, reuse=reuse)
        assert is_blocked(program)
        for a in (0.7, -0.7):
            for mine, expected in zip(program(x, a), f(x, a), strict=True):
                assert mine.dtype == expected.dtype
                np.testing.assert_allclose(mine.astype(float), expected, rtol=1e-13)


def test_iterated_blocks_with_constants_of_every_shape() -> None:
    rng = RNG(5)
    full, row, column = rng.normal(size=(ROWS, COLUMNS)), rng.normal(size=(1, COLUMNS)), rng.normal(size=(ROWS, 1))

    def step(x: Any, y: Any, z: Any) -> Any:
        moved = ops.sin(x) * full + row * column
        return moved * 0.5 - y, ops.broadcast_to(row, (ROWS, COLUMNS)), ops.where(moved > column, z, 2.0 * row) + 0.5

    args = [rng.normal(size=(ROWS, COLUMNS)) for _ in range(3)]
    program = compile(step, *args, iterate=True)
    assert is_blocked(program)
    expected: Any = args
    for _ in range(3):
        expected = step(*expected)
    for mine, other in zip(program(3, *args), expected, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-11)


def test_iterated_blocks_that_exchange_arguments() -> None:
    rng = RNG(6)
    x, y = rng.normal(size=(2, ROWS, COLUMNS))

    def step(x: Any, y: Any) -> Any:
        return y, ops.sin(x) + ops.cos(x) * ops.tanh(y) - 0.5

    program = compile(step, x, y, iterate=True)
    assert is_blocked(program)
    expected: Any = (x, y)
    for _ in range(5):
        expected = step(*expected)
    for mine, other in zip(program(5, x, y), expected, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-11)


def test_results_of_blocks_that_are_arguments_constants_or_twice_the_same() -> None:
    x = RNG(7).normal(size=(ROWS, COLUMNS))
    row = RNG(8).normal(size=(1, COLUMNS))

    def f(x: Any, row: Any) -> Any:
        y = heavy(x, row)
        return y, x, row, ops.broadcast_to(ops.sin(row), (ROWS, COLUMNS)), y, 3.0, ops.broadcast_to(2.0, (4, 4))

    for reuse in (False, True):
        program = compile(f, x, row, reuse=reuse)
        assert is_blocked(program)
        result = program(x, row)
        for mine, expected in zip(result, f(x, row), strict=True):
            np.testing.assert_allclose(mine, expected, rtol=1e-13)
        arrays = [value for value in result if isinstance(value, np.ndarray)]
        for i, value in enumerate(arrays):
            assert value.flags.writeable
            assert not any(np.shares_memory(value, other) for other in (*arrays[:i], x, row))


def test_reused_blocks_do_not_allocate() -> None:
    def f(x: Any, y: Any) -> Any:
        t = ops.sin(x * y) + x
        return t * t + ops.cos(t) - y, ops.exp(-t)

    x, y = RNG(0).normal(size=(2, 331, 250))
    program = compile(f, x, y, reuse=True)
    program(x, y)
    program(x, y)
    tracemalloc.start()
    program(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000  # less than a fortieth of one array
