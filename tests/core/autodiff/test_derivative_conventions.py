"""What holds at kinks, ties and the edges of a domain, and the error function against the standard library's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import PRIMITIVES, compile, grad, ops
from gdsim.core.autodiff.special import erf

HOSTILE = np.array([
    0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 2.0, 3.5, -7.0, 30.0, -30.0, 710.0, -710.0, 1e5, -1e5, 1e154, -1e154,
    1e300, 1e-300, -1e-300, 5e-324, -5e-324, math.inf, -math.inf, math.nan,
])  # fmt: skip


@pytest.mark.parametrize(
    ("f", "point", "expected"),
    [
        (ops.relu, 0.0, 0.0),
        (ops.relu, -0.0, 0.0),
        (ops.abs, 0.0, 0.0),
        (ops.leaky_relu, 0.0, 0.01),
        (lambda x: ops.leaky_relu(x, slope=0.3), 0.0, 0.3),
        (ops.elu, 0.0, 1.0),
        (lambda x: ops.elu(x, alpha=0.5), 0.0, 0.5),
        (ops.sign, 0.0, 0.0),
        (ops.step, 0.0, 0.0),
        (lambda x: ops.maximum(x, 2.0), 2.0, 0.5),
        (lambda x: ops.maximum(2.0, x), 2.0, 0.5),
        (lambda x: ops.minimum(x, 2.0), 2.0, 0.5),
        (lambda x: ops.minimum(2.0, x), 2.0, 0.5),
        (lambda x: ops.maximum(x, x), 2.0, 1.0),
        (lambda x: ops.pow(x, 2.0), 0.0, 0.0),
        (lambda x: ops.pow(x, 1.0), 0.0, 1.0),
        (lambda x: ops.pow(x, 0.0), 0.0, 0.0),
        (lambda x: ops.pow(0.0, x), 2.0, 0.0),
        (lambda x: ops.pow(x, 3.0), -2.0, 12.0),
        (lambda x: ops.pow(x, -1.0), -2.0, -0.25),
        (lambda x: x**0.5, 0.0, math.inf),
        (ops.sqrt, 0.0, math.inf),
        (ops.log, 0.0, math.inf),
        (lambda x: ops.where(x > 0.0, x * x, -x), 0.0, -1.0),
    ],
)
@pytest.mark.filterwarnings("ignore:the output does not depend")
def test_derivative_at_a_kink(f: Any, point: float, expected: float) -> None:
    assert grad(f)(point) == expected
    assert compile(grad(f), point)(point) == expected
    column = np.full(3, point)
    whole = grad(lambda x: ops.sum(f(x)))
    np.testing.assert_array_equal(whole(column), np.full(3, expected))
    np.testing.assert_array_equal(compile(whole, column)(column), np.full(3, expected))


def test_extremes_share_the_adjoint_among_ties() -> None:
    x = np.array([[1.0, 3.0, 3.0], [3.0, 0.0, -1.0]])
    third = 1.0 / 3.0
    np.testing.assert_allclose(grad(ops.amax)(x), [[0.0, third, third], [third, 0.0, 0.0]])
    by_row = grad(lambda x: ops.sum(ops.amax(x, axis=1) * np.array([1.0, 10.0])))
    np.testing.assert_allclose(by_row(x), [[0.0, 0.5, 0.5], [10.0, 0.0, 0.0]])
    np.testing.assert_allclose(grad(ops.amin)(-x), [[0.0, third, third], [third, 0.0, 0.0]])


def test_a_power_with_a_traced_exponent_keeps_its_derivative_at_zero() -> None:
    assert grad(lambda x, k: ops.pow(x, k))(0.0, 0.0) == 0.0
    np.testing.assert_array_equal(
        grad(lambda x: ops.sum(ops.pow(x, np.array([0.0, 1.0, 2.0]))))(np.zeros(3)), [0.0, 1.0, 0.0]
    )
    np.testing.assert_allclose(
        grad(lambda k: ops.sum(ops.pow(np.array([0.0, 2.0]), k)))(np.array([3.0, 3.0])), [0.0, 8.0 * math.log(2.0)]
    )


ONE_ARGUMENT = [key for key, p in PRIMITIVES.items() if p.elementwise and p.arity == 1]
TWO_ARGUMENTS = [key for key, p in PRIMITIVES.items() if p.elementwise and p.arity == 2]


@pytest.mark.parametrize("key", ONE_ARGUMENT)
def test_undefined_and_overflowing_values_are_the_same_everywhere(key: str) -> None:
    """As numpy gives them, without a warning: operation by operation, as float code, as array code, in blocks."""
    function = getattr(ops, key)
    with np.errstate(all="ignore"):
        expected = np.asarray(PRIMITIVES[key].forward(HOSTILE), dtype=np.float64)
    np.testing.assert_array_equal(np.asarray(function(HOSTILE), float), expected)
    as_float, as_array = compile(function, 1.0), compile(function, HOSTILE)
    mixed = compile(lambda x, row: ops.sum(row) + function(x), 1.0, np.zeros(2))
    close = {"rtol": 1e-14, "atol": 0.0}
    np.testing.assert_allclose([float(as_float(float(x))) for x in HOSTILE], expected, **close)
    np.testing.assert_allclose([mixed(float(x), np.zeros(2)) for x in HOSTILE], expected, **close)
    np.testing.assert_allclose(np.asarray(as_array(HOSTILE), float), expected, **close)
    large = np.broadcast_to(np.resize(HOSTILE, 250), (331, 250)).copy()

    def in_blocks(x: Any) -> Any:
        half, more = ops.mul(x, 0.5), ops.add(x, 0.5)
        return function(x), function(half), ops.mul(x, 3.0), ops.square(x), function(more)

    for mine, other in zip(compile(in_blocks, large)(large), in_blocks(large), strict=True):
        np.testing.assert_allclose(np.asarray(mine[-3:], float), np.asarray(other[-3:], float), **close)


@pytest.mark.parametrize("key", TWO_ARGUMENTS)
def test_undefined_values_of_two_arguments_are_the_same_everywhere(key: str) -> None:
    function = getattr(ops, key)
    x, y = (grid.ravel() for grid in np.meshgrid(HOSTILE, HOSTILE))
    with np.errstate(all="ignore"):
        expected = np.asarray(PRIMITIVES[key].forward(x, y), dtype=np.float64)
    close = {"rtol": 1e-14, "atol": 0.0}
    as_float = compile(function, 1.0, 1.0)
    np.testing.assert_allclose([float(as_float(float(a), float(b))) for a, b in zip(x, y)], expected, **close)  # noqa: B905
    np.testing.assert_allclose(np.asarray(compile(function, x, y)(x, y), float), expected, **close)
    right = compile(function, x, 1.0)
    left = compile(function, 1.0, y)
    for value in HOSTILE:
        with np.errstate(all="ignore"):
            by_right = np.asarray(PRIMITIVES[key].forward(x, value), float)
            by_left = np.asarray(PRIMITIVES[key].forward(value, y), float)
        np.testing.assert_allclose(np.asarray(right(x, float(value)), float), by_right, **close)
        np.testing.assert_allclose(np.asarray(left(float(value), y), float), by_left, **close)


@pytest.mark.parametrize("constant", [float(x) for x in HOSTILE])
@pytest.mark.parametrize("key", ["add", "sub", "mul", "div", "maximum", "minimum", "pow"])
def test_hostile_constants_are_folded_without_changing_the_value(key: str, constant: float) -> None:
    function = getattr(ops, key)
    points, close = HOSTILE, {"rtol": 4e-16, "atol": 0.0}
    if key == "pow":
        # Small powers are repeated multiplications; (−∞)^½ is inf or nan, depending on how one asks numpy.
        points, close = HOSTILE[~np.isneginf(HOSTILE)], {"rtol": 1e-13, "atol": 0.0}
    for f in (lambda x: function(x, constant), lambda x: function(constant, x)):
        expected = np.asarray(f(points), float)
        np.testing.assert_allclose(compile(f, points)(points), expected, **close)
        as_float = compile(f, 1.0)
        np.testing.assert_allclose([as_float(float(x)) for x in points], expected, **close)


def test_sums_that_overflow() -> None:
    for x in (np.array([1e308, 1e308]), np.array([math.inf, -math.inf]), np.array([math.nan, 1.0])):
        for f in (ops.sum, ops.mean, lambda x: ops.sum(ops.square(x)), lambda x: ops.sum(x, axis=0, keepdims=True)):
            np.testing.assert_array_equal(compile(f, x)(x), f(x))


def test_logsumexp_and_softmax_do_not_overflow() -> None:
    x = np.array([[1000.0, 1000.0], [-1000.0, 0.0]])
    np.testing.assert_allclose(ops.logsumexp(x, axis=1), [1000.0 + math.log(2.0), 0.0])
    np.testing.assert_allclose(ops.softmax(x), [[0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(compile(ops.softmax, x)(x), [[0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(grad(lambda x: ops.sum(ops.logsumexp(x, axis=0)))(x), [[1.0, 1.0], [0.0, 0.0]])


def test_dividing_by_the_largest_number_protects_from_overflow() -> None:
    """The norm as one should compute it: a factor known only at run time must not be moved out of the square."""

    def norm(x: Any) -> Any:
        largest = ops.amax(ops.abs(x))
        return largest * ops.sqrt(ops.sum(ops.square(x / largest)))

    for size in (1e200, 1e-200, 1.0):
        x = size * np.array([3.0, -4.0])
        assert compile(norm, x)(x) == pytest.approx(5.0 * size, rel=1e-14)


def test_extreme_constants_stay_where_they_are() -> None:
    for f in (
        lambda x: ops.square(1e-200 * x),
        lambda x: (1e-200 * x) * x,
        lambda x: (1e200 * x) * (1e-200 * x),
        lambda x: (1e-200 * x) / (1e-200 * x),
        lambda x: 1e-200 * x + 1e-200 * x,
        lambda x: ops.sum(1e-200 * x) * 1e200,
        lambda x: 1e-3 * ops.sin(x) + np.array([1e306, 2e306, 1.0]) * (1e-300 * x),
    ):
        x = np.array([1e200, 2e200, 1e-3])
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(compile(f, x)(x), f(x), rtol=1e-14)


def test_error_function_agrees_with_the_standard_library() -> None:
    grid = np.concatenate(
        [np.linspace(-7.0, 7.0, 28_001), np.geomspace(5e-324, 1e-3, 500), -np.geomspace(1e-300, 1e-3, 500)]
    )
    grid = np.concatenate(
        [grid, [0.46875, np.nextafter(0.46875, 1.0), -0.46875, 4.0, 5.9, 6.0, 6.1, 30.0, 1e308, -1e308]]
    )
    expected = np.array([math.erf(x) for x in grid])
    np.testing.assert_allclose(erf(grid), expected, rtol=1e-15, atol=1e-323)
    assert erf(0.3) == math.erf(0.3)


def test_error_function_at_the_ends_and_for_what_is_no_number() -> None:
    values = erf(np.array([math.inf, -math.inf, math.nan, 0.0, -0.0]))
    np.testing.assert_array_equal(values, [1.0, -1.0, math.nan, 0.0, -0.0])
    assert math.copysign(1.0, values[4]) == -1.0
    assert erf(np.zeros((0, 2))).shape == (0, 2)
    assert erf(np.array(0.5)) == pytest.approx(math.erf(0.5), rel=1e-15)


def test_elu_far_to_the_right_is_a_straight_line() -> None:
    """Where e^x is beyond any double, which the rule must not touch."""
    for f in (ops.elu, lambda x: ops.elu(x, alpha=0.5)):
        assert grad(f)(800.0) == 1.0
        np.testing.assert_array_equal(grad(lambda x, f=f: ops.sum(f(x)))(np.array([800.0, 3.0])), [1.0, 1.0])


def test_a_power_of_a_negative_number_has_no_slope_by_its_exponent() -> None:
    assert math.isnan(grad(lambda x: ops.pow(-2.0, x))(2.0))
    assert grad(lambda x: ops.pow(2.0, x))(3.0) == pytest.approx(8.0 * math.log(2.0), rel=1e-15)
