"""check_grad accepts right gradients and names the entry of a wrong one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import GradientMismatchError, check_grad, grad, hessian, ops
from gdsim.core.autodiff.check import central_difference


def f(x: Any, y: Any) -> Any:
    return ops.sum(x * x * ops.sin(y)) + y**3


X, Y = np.array([[1.0, -2.0], [0.5, 30.0]]), 0.7


def right(x: Any, y: Any) -> Any:
    return 2.0 * x * np.sin(y), np.sum(x * x) * np.cos(y) + 3.0 * y * y


def test_right_gradients_pass() -> None:
    check_grad(f, X, Y)
    check_grad(f, X, Y, gradient=right)
    check_grad(lambda x: x**3, 2, gradient=lambda x: 3.0 * x * x)
    check_grad(lambda x: x**3, 2.0, gradient=lambda x: (3.0 * x * x,))
    check_grad(lambda x: ops.sum(x**3), X, gradient=grad(lambda x: ops.sum(x**3)))
    check_grad(lambda p: p[0] * ops.sum(p[1]), (2.0, X))
    check_grad(lambda p: p[0] * ops.sum(p[1]), (2.0, X), gradient=lambda p: ((np.sum(X), np.full((2, 2), 2.0)),))
    check_grad(lambda x: ops.sum(x), np.zeros((0, 2)))


def test_arguments_are_left_as_they_are() -> None:
    x = X.copy()
    check_grad(f, x, Y)
    np.testing.assert_array_equal(x, X)


def test_wrong_sign() -> None:
    with pytest.raises(
        GradientMismatchError, match=r"^argument 0, entry \(1, 1\): gradient -38\.6530\d+, central difference 38\.6530"
    ):
        check_grad(f, X, Y, gradient=lambda x, y: (-right(x, y)[0], right(x, y)[1]))


def test_wrong_number() -> None:
    with pytest.raises(GradientMismatchError, match=r"^argument 1, entry \(\): gradient "):
        check_grad(f, X, Y, gradient=lambda x, y: (right(x, y)[0], right(x, y)[1] + 1e-3))


@pytest.mark.parametrize("entry", [(0, 0), (1, 0)])
@pytest.mark.parametrize("wrong", [1e-3, np.nan, np.inf, -np.inf])
def test_one_wrong_entry_is_named(entry: tuple[int, int], wrong: float) -> None:
    def one_off(x: Any, y: Any) -> Any:
        by_x, by_y = right(x, y)
        by_x[entry] += wrong
        return by_x, by_y

    with pytest.raises(GradientMismatchError, match=rf"^argument 0, entry \({entry[0]}, {entry[1]}\): gradient "):
        check_grad(f, X, Y, gradient=one_off)


def test_nan_is_worse_than_any_number() -> None:
    def off(x: Any) -> Any:
        return np.array([5.0, np.nan, 0.0])

    with pytest.raises(GradientMismatchError, match=r"entry \(1,\): gradient nan, central difference 0"):
        check_grad(lambda x: 0.0 * ops.sum(x), np.ones(3), gradient=off)
    with pytest.raises(GradientMismatchError, match=r"entry \(\): gradient nan"):
        check_grad(lambda x: x, 1.0, gradient=lambda x: np.nan)


def test_wrong_shape() -> None:
    with pytest.raises(GradientMismatchError, match=r"argument 0: the gradient has shape \(2,\), not \(2, 2\)"):
        check_grad(f, X, Y, gradient=lambda x, y: (np.zeros(2), 0.0))
    with pytest.raises(GradientMismatchError, match="the gradient has 1 parts for 2 arguments"):
        check_grad(f, X, Y, gradient=lambda x, y: right(x, y)[0])
    with pytest.raises(GradientMismatchError, match="argument 0: the gradient has 1 parts, not 2"):
        check_grad(lambda p: p[0] * p[1], (1.0, 2.0), gradient=lambda p: ((2.0,),))


def test_wrong_part_of_a_nested_argument() -> None:
    with pytest.raises(GradientMismatchError, match=r"argument 0, part 1, entry \(0, 1\): "):
        check_grad(
            lambda p: p[0] * ops.sum(p[1]), (2.0, X), gradient=lambda p: ((np.sum(X), np.array([[2, 3], [2, 2]])),)
        )


def test_a_wrong_rule_is_caught() -> None:
    """As if the derivative of x³ had been written 2x²."""

    def cube_with_wrong_rule(x: Any) -> Any:
        # The value of x³, but of the derivative only two thirds.
        return x**3 * (2.0 / 3.0) + ops.stop_gradient(x**3) / 3.0

    with pytest.raises(GradientMismatchError, match="gradient 8, central difference 12"):
        check_grad(cube_with_wrong_rule, 2.0)


def test_precision_can_be_asked_for() -> None:
    with pytest.raises(GradientMismatchError):
        check_grad(lambda x: ops.exp(x), 1.0, rtol=1e-16, atol=0.0)
    check_grad(lambda x: x, 1.0, gradient=lambda x: 1.001, rtol=1e-2)


@pytest.mark.parametrize(("slope", "allowed"), [(3.0, 3.01e-6), (-3.0, 3.01e-6), (0.5, 1.01e-6)])
def test_how_far_off_a_gradient_may_be(slope: float, allowed: float) -> None:
    """By 1e-8 and a millionth of the slope, or of 1 if that is more; the difference of a line is exact to 1e-10."""
    for off in (0.9995 * allowed, -0.9995 * allowed):
        check_grad(lambda x: slope * x, 0.25, gradient=lambda x, off=off: slope + off)
    for off in (1.0005 * allowed, -1.0005 * allowed):
        with pytest.raises(GradientMismatchError):
            check_grad(lambda x: slope * x, 0.25, gradient=lambda x, off=off: slope + off)
    check_grad(lambda x: slope * x, 0.25, gradient=lambda x: slope + 0.01, rtol=0.0, atol=0.011)
    check_grad(lambda x: slope * x, 0.25, gradient=lambda x: slope + 0.01, rtol=0.011, atol=0.0)


@pytest.mark.parametrize(("place", "step"), [(0.0, 6e-6), (0.5, 6e-6), (-2.0, 1.2e-5)])
def test_the_step_of_a_central_difference(place: float, step: float) -> None:
    """Of (x − a)³ at a it gives the step squared."""
    (found,) = central_difference(lambda x: (x - place) ** 3, (place,), 0)
    assert found == pytest.approx(step**2, rel=1e-5, abs=0.0)


def test_the_hessian_of_nothing_is_empty_and_its_entries_are_in_their_places() -> None:
    assert hessian(lambda x: ops.sum(x))(np.zeros((0, 2))).shape == (0, 2, 0, 2)
    found = hessian(lambda x: x[0, 1] ** 2 * x[1, 0] + x[1, 1])(np.array([[1.0, 2.0], [3.0, 4.0]]))
    expected = np.zeros((2, 2, 2, 2))
    expected[0, 1, 0, 1] = 6.0
    expected[0, 1, 1, 0] = expected[1, 0, 0, 1] = 4.0
    np.testing.assert_array_equal(found, expected)


def test_a_second_derivative_is_taken_at_the_point_and_is_a_number() -> None:
    assert hessian(lambda x: x**4)(2.0) == 48.0
    assert type(hessian(lambda x: x**4)(2.0)) is float
