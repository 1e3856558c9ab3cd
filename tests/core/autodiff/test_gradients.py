"""grad and its relatives: argument forms, nesting, second order, grids."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from gdsim.core.autodiff import (
    check_grad,
    compile,
    elementwise_grad,
    grad,
    hessian,
    hessian_vector_product,
    ops,
    value_and_grad,
)
from gdsim.core.autodiff.backward import sum_to

RNG = np.random.default_rng


def rosenbrock(p: Any) -> Any:
    return (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2


class Layer(NamedTuple):
    weights: Any
    bias: Any


# -- forms of arguments ---------------------------------------------------------------------------------------------
def test_gradient_of_numbers_is_a_float() -> None:
    value, slope = value_and_grad(lambda x: x * x)(3)
    assert (value, slope) == (9.0, 6.0)
    assert type(value) is type(slope) is float


def test_gradient_has_the_shape_of_the_argument() -> None:
    for shape in ((), (1,), (1, 1), (2, 3), (0,), (0, 3)):
        x = np.ones(shape)
        value, gradient = value_and_grad(lambda x: ops.sum(x * x))(x)
        assert value == float(x.size)
        assert np.shape(gradient) == shape
        np.testing.assert_array_equal(gradient, 2.0 * x)


def test_argnum() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return x * y + ops.sin(z)

    args = (2.0, 3.0, 0.5)
    assert grad(f)(*args) == 3.0
    assert grad(f, 1)(*args) == 2.0
    assert grad(f, -1)(*args) == np.cos(0.5)
    assert grad(f, (2, 0))(*args) == (np.cos(0.5), 3.0)
    assert grad(f, (1,))(*args) == (2.0,)
    assert value_and_grad(f, (0, 1))(*args) == (6.0 + np.sin(0.5), (3.0, 2.0))


def test_nested_arguments_give_nested_gradients() -> None:
    def f(layers: Any, scale: Any) -> Any:
        (first, (second, third)) = layers
        return scale * ops.sum(first.weights * first.bias) + ops.sum(second) * third

    layers = [Layer(np.array([1.0, 2.0]), np.array([3.0, 4.0])), (np.ones((2, 2)), 5.0)]
    gradient, by_scale = grad(f, (0, 1))(layers, 2.0)
    assert isinstance(gradient, list)
    assert isinstance(gradient[0], Layer)
    np.testing.assert_array_equal(gradient[0].weights, [6.0, 8.0])
    np.testing.assert_array_equal(gradient[0].bias, [2.0, 4.0])
    np.testing.assert_array_equal(gradient[1][0], np.full((2, 2), 5.0))
    assert gradient[1][1] == 4.0
    assert by_scale == 11.0


def test_results_do_not_share_memory_with_arguments() -> None:
    x, w = np.ones(3), np.array([1.0, 2.0, 3.0])
    gradient = grad(lambda x: ops.sum(w * x))(x)
    gradient[:] = 0.0
    np.testing.assert_array_equal(w, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(x, np.ones(3))


def test_integers_lists_and_truth_values_count_as_numbers() -> None:
    np.testing.assert_array_equal(grad(lambda x: ops.sum(x * x))(np.array([1, 2])), [2.0, 4.0])
    assert ops.sum(np.array([True, True, False])) == 2.0
    np.testing.assert_array_equal(ops.add(np.array([True, False]), True), [2.0, 1.0])
    np.testing.assert_array_equal(
        grad(lambda x: ops.sum((x > 0.0) * x + (x > 1.0) + (x > 0.0)))(np.array([-1.0, 2.0])), [0, 1]
    )


def test_every_operator_of_a_traced_value() -> None:
    def f(x: Any) -> Any:
        return (+x - 1.0) * (2.0 - x) / (3.0 / x) + (x + 1.0) ** 2 + 2.0**x + abs(-x) + (1.0 + x) + (5.0 - x)

    x = 1.7
    exact = ((2.0 - x) * x - (x - 1.0) * x + (x - 1.0) * (2.0 - x)) / 3.0
    exact += 2.0 * (x + 1.0) + np.log(2.0) * 2.0**x + 1.0 + 1.0 - 1.0
    assert grad(f)(x) == pytest.approx(exact, rel=1e-14)


def test_numpy_operators_on_the_left_record_too() -> None:
    w = np.array([1.0, 2.0, 3.0])

    def f(x: Any) -> Any:
        return (
            ops.sum(w + x)
            + ops.sum(w * x)
            + ops.sum(w - x)
            + ops.sum(w / x)
            + ops.sum(w**x)
            + w @ x
            + np.float64(2.0) * x[0]
        )

    check_grad(f, np.array([0.5, 1.5, 2.5]))
    assert grad(lambda x: np.sin(x) + np.exp(x))(0.3) == np.cos(0.3) + np.exp(0.3)
    np.testing.assert_array_equal(grad(lambda x: ops.sum(np.maximum(x, 1.0)))(np.array([0.5, 2.0])), [0.0, 1.0])
    np.testing.assert_array_equal(grad(lambda x: ops.sum(np.matmul(w, x)))(np.ones((3, 2))), np.outer(w, [1, 1]))


def test_comparisons_choose_branches_outside_of_compile() -> None:
    def f(x: Any) -> Any:
        return x * x if x > 1.0 and x != 2.0 else (-x if x == 2.0 else 5.0 * x)

    assert [grad(f)(x) for x in (3.0, 2.0, 0.0)] == [6.0, -1.0, 5.0]


def test_attributes_of_a_traced_value() -> None:
    def f(x: Any) -> Any:
        assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
        assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)
        rows = list(x)
        return (
            (x.T.reshape(3, 2).reshape((-1,)) * np.arange(6.0)).sum() + x.mean() + x.mean(axis=0).sum() + rows[1].sum()
        )

    check_grad(f, RNG(0).normal(size=(2, 3)))


# -- nesting --------------------------------------------------------------------------------------------------------
def test_higher_derivatives() -> None:
    f: Any = lambda x: x**4  # noqa: E731
    for expected in (4.0 * 8.0, 12.0 * 4.0, 24.0 * 2.0, 24.0):
        f = grad(f)
        assert f(2.0) == expected


def test_perturbations_are_not_confused() -> None:
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 12.0  # of 2·x·x
    assert grad(lambda x: x * grad(lambda y: y * y)(x) + grad(lambda y: x * y)(y_fixed))(5.0) == 21.0
    assert grad(lambda x: grad(lambda y: grad(lambda z: x * y * z)(2.0) * y)(3.0))(7.0) == 6.0
    f = grad(lambda x: grad(lambda x: x * x * x)(x) + grad(lambda y: ops.sin(x) * y)(x))
    assert f(0.5) == pytest.approx(6.0 * 0.5 + np.cos(0.5))


y_fixed = 4.0


def test_a_traced_value_that_escapes_is_no_longer_differentiated_by() -> None:
    kept: list[Any] = []

    def leak(x: Any) -> Any:
        kept.append(x)
        return x * x

    assert grad(leak)(3.0) == 6.0
    assert grad(lambda y: y * kept[0])(2.0) == 3.0
    assert isinstance(grad(lambda y: y * kept[0])(2.0), float)


def test_gradient_of_a_gradient_step() -> None:
    """Differentiating through an inner descent by the learning rate."""

    def loss_after(rate: Any) -> Any:
        w = 1.0
        for _ in range(3):
            w = w - rate * grad(lambda v: (v - 4.0) ** 2)(w)
        return (w - 4.0) ** 2

    # w − 4 shrinks by (1 − 2·rate) each time.
    assert grad(loss_after)(0.1) == pytest.approx(9.0 * 6.0 * 0.8**5 * -2.0)


# -- second order ---------------------------------------------------------------------------------------------------
def test_hessian_of_rosenbrock() -> None:
    x, y = -1.2, 1.0
    expected = [[2.0 - 400.0 * y + 1200.0 * x * x, -400.0 * x], [-400.0 * x, 200.0]]
    np.testing.assert_allclose(hessian(rosenbrock)(np.array([x, y])), expected, rtol=1e-14)
    np.testing.assert_allclose(compile(hessian(rosenbrock), np.zeros(2))(np.array([x, y])), expected, rtol=1e-14)


def test_hessian_of_a_quadratic_form_is_its_matrix() -> None:
    a = RNG(1).normal(size=(4, 4))
    result = hessian(lambda x: 0.5 * x @ (a @ x))(RNG(2).normal(size=4))
    np.testing.assert_allclose(result, 0.5 * (a + a.T), atol=1e-14)


def test_hessian_shapes() -> None:
    assert hessian(lambda x: x**3)(2.0) == 12.0
    assert hessian(lambda x: ops.sum(x**3))(np.array([2.0])).tolist() == [[12.0]]
    assert hessian(lambda x: ops.sum(x**3))(np.zeros((0,))).shape == (0, 0)
    matrix = hessian(lambda x: ops.sum(ops.sin(x @ x.T)))(RNG(3).normal(size=(2, 3)))
    assert matrix.shape == (2, 3, 2, 3)
    np.testing.assert_allclose(matrix.reshape(6, 6), matrix.reshape(6, 6).T, atol=1e-14)


def test_hessian_of_a_linear_function_is_zero() -> None:
    np.testing.assert_array_equal(hessian(lambda x: ops.sum(3.0 * x))(np.ones(2)), np.zeros((2, 2)))


def test_hessian_vector_product_is_the_hessian_times_the_vector() -> None:
    def f(x: Any) -> Any:
        return ops.sum(ops.exp(ops.sin(x)) * x) + rosenbrock(x) * x[2]

    x, v = RNG(4).normal(size=(2, 3))
    np.testing.assert_allclose(hessian_vector_product(f)(x, v), hessian(f)(x) @ v, rtol=1e-13)


def test_hessian_vector_product_of_nested_arguments() -> None:
    def f(p: Any) -> Any:
        w, (b, c) = p
        return ops.sum(ops.tanh(w @ np.array([0.3, -0.7]) + b) ** 2) * c

    rng = RNG(5)
    x, v = ((rng.normal(size=(3, 2)), (rng.normal(size=3), float(rng.normal()))) for _ in range(2))

    def flat(q: Any) -> Any:
        return f((q[:6].reshape(3, 2), (q[6:9], q[9])))

    def joined(p: Any) -> Any:
        return np.concatenate([p[0].ravel(), p[1][0], [p[1][1]]])

    product = hessian_vector_product(f)(x, v)
    assert isinstance(product[1][1], float)
    np.testing.assert_allclose(joined(product), hessian(flat)(joined(x)) @ joined(v), rtol=1e-12)


# -- grids ----------------------------------------------------------------------------------------------------------
def test_elementwise_gradient_on_an_open_grid() -> None:
    x, y = np.linspace(-1.0, 1.0, 5)[None, :], np.linspace(0.0, 2.0, 4)[:, None]

    def f(x: Any, y: Any) -> Any:
        return x * x * y + ops.sin(y) + x

    by_x, by_y = elementwise_grad(f, (0, 1))(x, y)
    np.testing.assert_allclose(by_x, 2.0 * x * y + 1.0, atol=1e-15)
    np.testing.assert_allclose(by_y, x * x + np.cos(y), atol=1e-15)
    np.testing.assert_array_equal(elementwise_grad(f, -1)(x, y), by_y)
    compiled = compile(elementwise_grad(f, (0, 1)), x, y)(x, y)
    for mine, eager in zip(compiled, (by_x, by_y), strict=True):
        np.testing.assert_allclose(mine, eager, atol=1e-15)
    twice = elementwise_grad(elementwise_grad(f), 1)(x, y)
    np.testing.assert_allclose(twice, np.broadcast_to(2.0 * x, (4, 5)), atol=1e-15)


def test_elementwise_gradient_of_numbers_and_mixed_arguments() -> None:
    assert elementwise_grad(lambda x: x**3)(2.0) == 12.0
    slope = elementwise_grad(lambda x, a: a * x * x, 1)(np.array([1.0, 2.0]), 5.0)
    np.testing.assert_array_equal(slope, [1.0, 4.0])


@pytest.mark.filterwarnings("ignore:the output does not depend")
def test_elementwise_gradient_of_what_does_not_depend_on_the_argument() -> None:
    np.testing.assert_array_equal(elementwise_grad(lambda x: 3.0)(np.ones(2)), np.zeros(2))
    np.testing.assert_array_equal(
        elementwise_grad(lambda x, y: ops.sin(y), (0, 1))(np.zeros((1, 2)), np.zeros((2, 1)))[0], np.zeros((2, 2))
    )


def test_what_an_inner_gradient_holds_fixed_still_counts_further_out() -> None:
    """∂/∂y of ∂/∂x of x²y³ is 6xy²; within, y is no constant but nothing to differentiate by."""
    mixed = grad(lambda y: grad(lambda x: x * x * y**3)(2.0))
    assert mixed(5.0) == 6.0 * 2.0 * 25.0
    assert grad(lambda y: grad(lambda x: x + y)(2.0) * y)(5.0) == 1.0


def test_what_does_not_depend_on_the_argument_needs_no_derivative() -> None:
    program = compile(lambda x, y: grad(lambda x: x * x * ops.floor(y))(x), 1.0, 1.5)
    assert program(2.0, 3.7) == 12.0


@pytest.mark.parametrize(
    ("dims", "shape", "axes"),
    [
        ((1, 3, 4), (1, 4), (1,)), ((3, 1, 4), (1, 4), (0,)), ((2, 1, 3), (1, 1), (0, 2)), ((2, 3), (2, 3), ()),
        ((5, 2, 3), (), (0, 1, 2)), ((2, 2, 3, 4), (3, 1), (0, 1, 3)), ((4, 3, 2, 1), (3, 1, 1), (0, 2)),
    ],
)  # fmt: skip
def test_what_was_repeated_is_summed_to_the_old_shape(dims, shape, axes) -> None:
    x = RNG(2).normal(size=dims)
    expected = x.sum(axis=axes).reshape(shape) if axes else x
    np.testing.assert_allclose(sum_to(x, shape), expected, rtol=1e-13)


def test_a_gradient_is_an_array_of_its_own_in_double_precision() -> None:
    factors, counts = np.array([1.0, 2.0]), np.array([3, 4])
    for given in (factors, counts):
        slope = grad(lambda x, given=given: ops.sum(x * given))(np.zeros(2))
        assert slope.dtype == np.float64
        slope[:] = 9.0
    assert (factors.tolist(), counts.tolist()) == ([1.0, 2.0], [3, 4])


def test_whole_numbers_are_differentiated_at_as_decimal_ones() -> None:
    """30·10²⁹ is beyond an integer of the machine."""
    assert grad(lambda x: ops.sum(x**30))(np.array([10])).tolist() == pytest.approx([3e30])
    assert grad(lambda x: x**30)(10) == pytest.approx(3e30)


def test_arguments_are_counted_from_either_end() -> None:
    assert [grad(lambda x, y: x * x * y, argnum)(3.0, 5.0) for argnum in (0, 1, -1, -2)] == [30.0, 9.0, 9.0, 30.0]
    for argnum in (2, -3):
        with pytest.raises(ValueError, match=f"argnum {argnum} does not fit a call with 2 arguments"):
            grad(lambda x, y: x * y, argnum)(3.0, 5.0)


def test_a_part_of_an_argument_without_influence_is_no_mistake() -> None:
    """Only an argument of which nothing matters is warned of."""
    assert grad(lambda p: 2.0 * p[0])((1.0, 3.0)) == (2.0, 0.0)


def test_a_gradient_can_be_written_to() -> None:
    slope = grad(lambda x: ops.sum(x))(np.zeros(3))
    slope[0] = 5.0
    assert slope.tolist() == [5.0, 1.0, 1.0]
