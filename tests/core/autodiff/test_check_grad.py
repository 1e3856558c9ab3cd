"""check_grad accepts right gradients and names the entry of a wrong one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import GradientMismatchError, check_grad, grad, ops


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
