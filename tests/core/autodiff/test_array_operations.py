"""Operations on arrays in all their forms: axes, ranks, indices, shapes, conditions, dense layers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import ShapeError, check_grad, compile, grad, hessian_vector_product, ops

RNG = np.random.default_rng

AXES = [None, 0, 1, -1, (0, 1), (-1, 0), (0, 1, 2), (2,)]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("key", ["sum", "mean", "amax", "amin", "logsumexp"])
def test_reductions(key: str, axis: Any, keepdims: bool) -> None:
    x = RNG(6).normal(size=(2, 3, 4))
    function = getattr(ops, key)
    expected = {
        "sum": np.sum, "mean": np.mean, "amax": np.max, "amin": np.min,
        "logsumexp": lambda x, **how: np.log(np.sum(np.exp(x), **how)),
    }[key](x, axis=axis, keepdims=keepdims)  # fmt: skip
    result = function(x, axis=axis, keepdims=keepdims)
    assert np.shape(result) == np.shape(expected)
    np.testing.assert_allclose(result, expected, rtol=1e-14)
    check_grad(lambda x: ops.sum(ops.sin(function(x, axis=axis, keepdims=keepdims))), x)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_softmax(axis: int) -> None:
    x = RNG(7).normal(size=(2, 3))
    np.testing.assert_allclose(ops.softmax(x, axis), np.exp(x) / np.exp(x).sum(axis, keepdims=True), rtol=1e-14)
    check_grad(lambda x: ops.sum(ops.softmax(x, axis) * np.arange(6.0).reshape(2, 3)), x)


MATMUL = [
    ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((4, 1, 2, 3), (5, 3, 2)), ((1, 1), (1, 1)),
    ((0, 3), (3, 2)), ((2, 0), (0, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), MATMUL)
def test_matrix_products_in_all_ranks(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    rng = RNG(8)
    x, y = rng.normal(size=left), rng.normal(size=right)
    result = ops.matmul(x, y)
    assert np.shape(result) == np.shape(x @ y)
    np.testing.assert_allclose(result, x @ y, atol=1e-14)

    def loss(x: Any, y: Any) -> Any:
        return ops.sum(ops.sin(x @ y))

    check_grad(loss, x, y)
    for mine, eager in zip(compile(grad(loss, (0, 1)), x, y)(x, y), grad(loss, (0, 1))(x, y), strict=True):
        np.testing.assert_allclose(mine, eager, atol=1e-13)
    by_right = grad(lambda y: ops.sum(ops.sin(x @ y)))  # numpy's operator meets a traced value
    np.testing.assert_allclose(by_right(y), grad(loss, 1)(x, y), atol=1e-14)


INDICES = [
    0, -1, slice(None), slice(1, None), slice(None, None, -1), slice(3, 0, -2), Ellipsis, None, (0, 1),
    (slice(None), 2), (Ellipsis, -1), (None, slice(None), None, 1), (slice(1, 1),), np.array([0, 2, 2, 0, 0]), [1, 1],
    (np.array([0, 1, 1]), np.array([2, 0, 0])), (slice(None), np.array([2, 2])), np.array([True, False, True, False]),
    (np.array([[0, 1], [1, 0]]), slice(0, 2)), np.arange(12).reshape(4, 3) % 3 == 1, (), np.int64(2), True,
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_indexing(index: Any) -> None:
    x = RNG(9).normal(size=(4, 3))
    np.testing.assert_array_equal(ops.getitem(x, index), x[index])

    def loss(x: Any) -> Any:
        part = x[index]
        return ops.sum(ops.sin(part) * np.arange(1.0, np.size(part) + 1.0).reshape(np.shape(part)))

    check_grad(loss, x)
    np.testing.assert_allclose(compile(grad(loss), x)(x), grad(loss)(x), atol=1e-15)
    np.testing.assert_array_equal(compile(lambda x: x[index], x)(x), x[index])


@pytest.mark.parametrize("among_others", [False, True])
def test_an_index_array_that_changes_afterwards_changes_nothing(among_others: bool) -> None:
    index = np.array([0, 1])
    given = (index, ...) if among_others else index
    program = compile(lambda x: x[given] * 2.0, np.zeros(3))

    def f(x: Any) -> Any:
        part = ops.sum(x[given] ** 2)
        index[:] = 2
        return part

    np.testing.assert_array_equal(grad(f)(np.array([1.0, 2.0, 3.0])), [2.0, 4.0, 0.0])
    np.testing.assert_array_equal(program(np.array([1.0, 2.0, 3.0])), [2.0, 4.0])


def test_joining() -> None:
    rng = RNG(10)
    x, y = rng.normal(size=(2, 3)), rng.normal(size=(1, 3))
    for axis in (0, -2):
        np.testing.assert_array_equal(ops.concatenate([x, y], axis=axis), np.concatenate([x, y], axis=axis))
    check_grad(lambda x, y: ops.sum(ops.concatenate([x, y, x]) ** 2 * np.arange(5.0)[:, None]), x, y)
    for axis in (0, 1, 2, -1):
        np.testing.assert_array_equal(ops.stack([x, -x], axis=axis), np.stack([x, -x], axis=axis))
        check_grad(lambda x: ops.sum(ops.stack([x, x * x], axis=axis) ** 2), x)  # noqa: B023
    check_grad(lambda a, b: ops.sum(ops.stack([a, b, a * b]) ** 2), 0.5, 2.0)


@pytest.mark.parametrize("shape", [(-1,), (6, -1), (3, 4), (2, 2, 3), (1, 12), -1, 12])
def test_reshape(shape: Any) -> None:
    x = RNG(11).normal(size=(4, 3))
    np.testing.assert_array_equal(ops.reshape(x, shape), x.reshape(shape))
    check_grad(lambda x: ops.sum(ops.reshape(x, shape) ** 3), x)


def test_to_the_shape_that_it_has_nothing_is_computed() -> None:
    x = np.ones((2, 3))
    assert ops.reshape(x, (2, -1)) is x


def test_reshape_of_what_is_empty() -> None:
    assert ops.reshape(np.zeros((0, 3)), (-1,)).shape == (0,)
    assert ops.reshape(np.zeros((0, 3)), (3, -1)).shape == (3, 0)
    assert ops.reshape(np.zeros((0, 3)), (-1, 0)).shape == (0, 0)


def test_transposing() -> None:
    x = RNG(12).normal(size=(2, 3, 4))
    for axes in itertools.permutations(range(3)):
        np.testing.assert_array_equal(ops.transpose(x, axes), x.transpose(axes))
        negative = tuple(a - 3 for a in axes)
        np.testing.assert_array_equal(ops.transpose(x, negative), x.transpose(axes))
    np.testing.assert_array_equal(ops.transpose(x), x.T)
    np.testing.assert_array_equal(ops.swapaxes(x, 0, -1), x.swapaxes(0, -1))
    check_grad(lambda x: ops.sum(ops.transpose(x, (1, 2, 0)) ** 2 * np.arange(4.0)[:, None]), x)
    assert ops.transpose(3.0) == 3.0
    for pair in ((3, 0), (0, 3), (-4, 0), (0, -4)):
        with pytest.raises(ShapeError, match="there is no axis"):
            ops.swapaxes(x, *pair)


def test_where_takes_numbers_as_conditions_too() -> None:
    c = np.array([0.0, 2.0, np.nan, -1.0])
    expected = np.where(c, 1.0, 5.0)
    np.testing.assert_array_equal(ops.where(c, 1.0, 5.0), expected)
    for x in (np.ones(4), 1.0):
        program = compile(lambda c, x: ops.where(c, x, 5.0), c, x)
        np.testing.assert_array_equal(program(c, x), expected)
    by_number = compile(lambda c, x: ops.where(c, x, 5.0), 1.0, 1.0)
    assert [by_number(value, 1.0) for value in (0.0, -0.0, 2.0, np.nan)] == [5.0, 5.0, 1.0, 1.0]


def test_gradient_of_where_ignores_the_side_not_chosen() -> None:
    x = np.array([-1.0, 4.0])
    slope = grad(lambda x: ops.sum(ops.where(x > 0.0, ops.sqrt(ops.where(x > 0.0, x, 1.0)), 0.0)))
    np.testing.assert_array_equal(slope(x), [0.0, 0.25])


def dense_by_hand(p: Any, a: Any, row: float) -> Any:
    return ops.swapaxes(p[..., :-1, :], -1, -2) @ a + row * ops.swapaxes(p[..., -1:, :], -1, -2)


@pytest.mark.parametrize("row", [1.0, 0.0])
@pytest.mark.parametrize(
    ("weights", "inputs"), [((4, 2), (3, 5)), ((6, 4, 2), (6, 3, 5)), ((6, 4, 2), (3, 5)), ((4, 2), (6, 3, 5))]
)
def test_dense_layers(row: float, weights: tuple[int, ...], inputs: tuple[int, ...]) -> None:
    """Against the same layer written with slices; value, gradient and curvature, eager and compiled."""
    rng = RNG(13)
    p, a, u, v = rng.normal(size=weights), rng.normal(size=inputs), rng.normal(size=weights), rng.normal(size=inputs)
    np.testing.assert_allclose(ops.dense(p, a, row=row), dense_by_hand(p, a, row), atol=1e-14)

    def losses(layer: Any) -> Any:
        return lambda both: ops.sum(ops.sin(layer(both[0], both[1])))

    ours = losses(lambda p, a: ops.dense(p, a, row=row))
    reference = losses(lambda p, a: dense_by_hand(p, a, row))
    for order in (lambda f: grad(f)((p, a)), lambda f: hessian_vector_product(f)((p, a), (u, v))):
        for mine, other in zip(order(ours), order(reference), strict=True):
            np.testing.assert_allclose(mine, other, atol=1e-12)
    compiled = compile(lambda p, a, u, v: hessian_vector_product(ours)((p, a), (u, v)), p, a, u, v)
    for mine, other in zip(compiled(p, a, u, v), hessian_vector_product(reference)((p, a), (u, v)), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-12)


def test_other_ways_to_write_an_operation() -> None:
    matrix, x = RNG(0).normal(size=(2, 3)), RNG(1).normal(size=3)
    np.testing.assert_allclose(grad(lambda y: ops.dot(y, matrix[0]))(x), matrix[0])
    np.testing.assert_allclose(
        grad(lambda y: ops.dot(ops.dot(matrix, y), np.array([2.0, -1.0])))(x), [2.0, -1.0] @ matrix
    )
    np.testing.assert_allclose(grad(lambda y: ops.sum(matrix @ y))(x), matrix.sum(axis=0))
    np.testing.assert_array_equal(grad(lambda y: ops.sum(ops.where(y >= x[1], y, 0.0)))(x), (x >= x[1]).astype(float))
    np.testing.assert_array_equal(ops.where([True, False, True], x, 0.0), [x[0], 0.0, x[2]])
    weights = np.arange(6.0)
    np.testing.assert_allclose(grad(lambda y: ops.sum(ops.ravel(y) * weights))(matrix), weights.reshape(2, 3))
    assert ops.ravel(matrix).shape == (6,)


def test_factors_too_far_apart_to_be_divided() -> None:
    x, y = np.full(3, 1e30), np.full(3, 2e-30)
    program = compile(lambda x, y: 1e-30 * x + 1e30 * y, x, y)
    np.testing.assert_allclose(program(x, y), 3.0)


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 1), (1, 1), (5, 1, 3), (1, 2, 1)])
def test_what_broadcasting_repeated_is_summed(shape: tuple[int, ...]) -> None:
    weights = RNG(3).normal(size=(5, 2, 3))
    repeated = np.broadcast_to(np.ones(shape), weights.shape)
    # The derivative by each entry, one by one.
    expected = np.zeros(shape)
    for place in np.ndindex(*shape):
        one = np.zeros(shape)
        one[place] = 1.0
        expected[place] = np.sum(weights * repeated * one)
    np.testing.assert_allclose(grad(lambda x: ops.sum(x * weights))(np.ones(shape)[()]), expected, rtol=1e-13)


def test_the_mean_of_rows_when_there_is_no_row() -> None:
    assert ops.mean(np.zeros((0, 3)), axis=1).shape == (0,)


def test_the_slope_of_the_power_zero_is_zero_on_both_sides() -> None:
    base, exponent = np.array([-2.0, 0.0, 3.0]), np.zeros(3)
    np.testing.assert_array_equal(grad(lambda x: ops.sum(x**exponent))(base), np.zeros(3))


def test_axes_in_their_order_need_no_transposing() -> None:
    x = np.ones((2, 3))
    assert ops.transpose(x, (0, 1)) is x
    assert ops.swapaxes(x, 1, 1) is x
    assert ops.broadcast_to(x, (2, 3)) is x


def test_the_slope_of_a_power_by_its_exponent_where_the_base_is_a_number() -> None:
    """(aˣ)′ = aˣ ln a; of 0ˣ it is 0 wherever there is a value, and for a base below 0 there is none."""
    for base in (2.0, 1.0, 0.5):
        assert grad(lambda y, base=base: base**y)(3.0) == pytest.approx(base**3 * np.log(base), rel=1e-15)
    assert [grad(lambda y: 0.0**y)(y) for y in (0.0, 1.0, 2.0)] == [0.0, 0.0, 0.0]
    assert np.isnan(grad(lambda y: (-2.0) ** y)(2.0))


def test_the_slope_of_powers_by_their_exponents_where_some_base_is_zero() -> None:
    base = np.array([0.0, 0.0, 2.0])
    slope = grad(lambda y: ops.sum(base**y))(np.array([0.0, 3.0, 0.0]))
    np.testing.assert_allclose(slope, [0.0, 0.0, np.log(2.0)], rtol=1e-15)
