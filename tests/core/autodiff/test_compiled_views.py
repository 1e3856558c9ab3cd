"""Values that are the memory of others, seen differently: views of buffers, pieces of a whole, results that overlap."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import compile, grad, ops

RNG = np.random.default_rng

VIEWS: dict[str, Callable[[Any], Any]] = {
    "flat": lambda x: ops.reshape(x, (-1,)),
    "column": lambda x: ops.reshape(x, (-1, 1)),
    "halves": lambda x: ops.reshape(x, (2, -1)),
    "transposed": ops.transpose,
    "backwards": lambda x: x[::-1],
    "all but the first": lambda x: x[1:],
    "every second": lambda x: x[::2],
    "last column": lambda x: x[..., -1:],
    "first": lambda x: x[0],
    "new axis": lambda x: x[None],
    "repeated": lambda x: ops.broadcast_to(x, (2, *ops.shape_of(x))),
    "chosen": lambda x: x[np.array([0, -1, 0])],
    "computed": ops.sin,
}


@pytest.mark.parametrize(("first", "second"), list(itertools.product(VIEWS, VIEWS)))
def test_views_of_views_follow_what_they_show(first: str, second: str) -> None:
    """The second call would show what a view that was copied too early still holds from the first."""

    def f(x: Any) -> Any:
        start = ops.cos(x)
        view = VIEWS[second](VIEWS[first](start))
        return view, VIEWS[second](VIEWS[first](x)), ops.tanh(view) * 2.0, ops.sum(view)

    def loss(x: Any) -> Any:
        return ops.sum(ops.exp(f(x)[2])) + ops.sum(f(x)[1] * f(x)[0])

    x = np.zeros((4, 6))
    programs = [compile(f, x), compile(f, x, reuse=True), compile(f, x, donate=0)]
    slope = compile(grad(loss), x)
    bound = compile(f, x).bind(x)
    for seed in range(3):
        data = RNG(seed).normal(size=(4, 6))
        expected = f(data)
        x[...] = data
        for result in (bound(), *(program(data.copy()) for program in programs)):
            for mine, other in zip(result, expected, strict=True):
                assert np.shape(mine) == np.shape(other)
                np.testing.assert_allclose(mine, other, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(slope(data), grad(loss)(data), rtol=1e-12, atol=1e-13)


def test_what_a_result_shows_is_not_overwritten_by_later_work() -> None:
    def f(x: Any) -> Any:
        shown = ops.sin(x).T
        for _ in range(5):
            x = ops.cos(x) + ops.exp(-x * x)
        return shown, x

    x = RNG(0).normal(size=(3, 3))
    for how in ({}, {"reuse": True}, {"donate": 0}):
        for mine, other in zip(compile(f, x, **how)(x.copy()), f(x), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-13)


def test_the_same_result_twice_is_two_arrays() -> None:
    def f(x: Any) -> Any:
        y = ops.sin(x)
        return y, y, y.T, x, x

    x = RNG(1).normal(size=(3, 3))
    for reuse in (False, True):
        results = compile(f, x, reuse=reuse)(x)
        for a, b in itertools.combinations((*results, x), 2):
            assert not np.shares_memory(a, b)


def test_a_piece_that_is_needed_elsewhere_too() -> None:
    """cos p[:2] is a piece of the gradient, which is scaled in place, and a result of its own."""

    def f(p: Any) -> Any:
        gradient = grad(lambda p: ops.sum(ops.sin(p[:2])) + ops.sum(ops.exp(p[2:])))(p)
        return p - 0.1 * gradient, ops.cos(p[:2])

    p = RNG(2).normal(size=5)
    for how in ({}, {"reuse": True}, {"donate": 0}):
        moved, piece = compile(f, p, **how)(p.copy())
        np.testing.assert_allclose(piece, np.cos(p[:2]), rtol=1e-14)
        np.testing.assert_allclose(moved, p - 0.1 * np.array([*np.cos(p[:2]), *np.exp(p[2:])]), rtol=1e-14)


PIECES = [
    (slice(0, 3), slice(3, 6)), (slice(0, 3), slice(1, 4)), (slice(0, 2), slice(4, 6)), (slice(3, 6), slice(0, 3)),
    (slice(0, 6, 2), slice(1, 6, 2)), (slice(None), slice(2, 4)), (slice(None, None, -1), slice(0, 2)),
    (slice(0, 3), slice(0, 3)), (0, slice(1, 6)), (-1, 5), (0, 1), (slice(0, 0), 3),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), PIECES)
@pytest.mark.parametrize("shape", [(6,), (6, 2)])
def test_gradients_of_pieces_that_meet_overlap_or_leave_gaps(first: Any, second: Any, shape: tuple[int, ...]) -> None:
    def loss(x: Any) -> Any:
        return ops.sum(ops.sin(x[first]) * 3.0) + 0.5 * ops.sum(ops.exp(x[second]))

    x = RNG(3).normal(size=shape)
    expected = np.zeros(shape)
    expected[first] += 3.0 * np.cos(x[first])
    expected[second] += 0.5 * np.exp(x[second])
    np.testing.assert_allclose(grad(loss)(x), expected, rtol=1e-14)
    program = compile(grad(loss), x)
    for _ in range(2):
        np.testing.assert_allclose(program(x), expected, rtol=1e-14)
    stepped = compile(lambda x: x - 0.1 * grad(loss)(x), x, donate=0)(x.copy())
    np.testing.assert_allclose(stepped, x - 0.1 * expected, rtol=1e-14)


def test_parameters_of_layers_taken_from_one_vector() -> None:
    """As a network does: pieces of a vector as matrices, and their gradients back into a vector, after other work."""
    cuts, shapes = (0, 6, 14, 18), ((2, 3), (4, 2), (4,))
    inputs = RNG(4).normal(size=(4, 5))

    def loss(p: Any) -> Any:
        a, b, c = (ops.reshape(p[i:j], s) for i, j, s in zip(cuts, cuts[1:], shapes, strict=False))
        hidden = ops.tanh(b.T @ inputs)
        return ops.mean(ops.square(a.T @ hidden)) + c @ c + ops.sum(a) * ops.sum(c)

    def by_hand(p: np.ndarray) -> np.ndarray:
        a, b, c = (p[i:j].reshape(s) for i, j, s in zip(cuts, cuts[1:], shapes, strict=False))
        hidden = np.tanh(b.T @ inputs)
        back = 2.0 * (a.T @ hidden) / 15.0
        by_b = inputs @ ((a @ back) * (1.0 - hidden**2)).T
        return np.concatenate([(hidden @ back.T + c.sum()).ravel(), by_b.ravel(), 2.0 * c + a.sum()])

    p = RNG(5).normal(size=18)
    np.testing.assert_allclose(grad(loss)(p), by_hand(p), rtol=1e-12)
    program = compile(lambda p: p - 0.1 * grad(loss)(p), p, iterate=True)
    expected = p
    for _ in range(4):
        expected = expected - 0.1 * by_hand(expected)
    np.testing.assert_allclose(program(4, p), expected, rtol=1e-11)


def test_truth_values_that_are_moved() -> None:
    def f(x: Any, a: Any) -> Any:
        mask = ops.transpose(x > 2.0)
        flat = ops.reshape(mask, (6,))
        repeated = ops.transpose(ops.broadcast_to(a > 2.0, (3, 2)))
        return (
            ops.where(flat, 1.0, 5.0),
            mask[::-1],
            ops.where(repeated, x, 5.0),
            ops.where(mask[0, 0], x, -x),
            mask[:, 0] * 2.0,
        )

    x = np.arange(6.0).reshape(2, 3)
    program = compile(f, x, 3.0)
    for data, a in ((x, 3.0), (5.0 - x, 1.0), (x, 1.0)):
        for mine, other in zip(program(data, a), f(data, a), strict=True):
            assert mine.dtype == other.dtype
            np.testing.assert_array_equal(mine, other)
