"""Depth and width are no limit: iterative walks, and work that grows with the number of nodes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import compile, grad, ops, trace, value_and_grad

DEEP = 100_000


def chain(x: Any, length: int) -> Any:
    for _ in range(length):
        x = ops.sin(x)
    return x


def by_hand(x: float, length: int) -> tuple[float, float]:
    slope = 1.0
    for _ in range(length):
        slope *= math.cos(x)
        x = math.sin(x)
    return x, slope


def test_a_chain_of_a_hundred_thousand_nodes() -> None:
    value, slope = value_and_grad(lambda x: chain(x, DEEP))(0.5)
    expected, expected_slope = by_hand(0.5, DEEP)
    assert value == pytest.approx(expected, rel=1e-9)
    assert slope == pytest.approx(expected_slope, rel=1e-6)


def test_a_long_chain_compiles_to_float_code() -> None:
    program = compile(lambda x: chain(x, DEEP), 0.5)
    assert program(0.5) == pytest.approx(by_hand(0.5, DEEP)[0], rel=1e-9)


@pytest.mark.parametrize("x", [0.5, np.array([0.5, 0.7])])
def test_the_gradient_of_a_long_chain_compiles(x: Any) -> None:
    length = 5_000
    program = compile(grad(lambda x: ops.sum(chain(x, length))), x)
    expected = [by_hand(float(start), length)[1] for start in np.atleast_1d(x)]
    np.testing.assert_allclose(program(x), expected if np.ndim(x) else expected[0], rtol=1e-6)


def test_sixty_doublings_are_sixty_nodes() -> None:
    def doubled(x: Any) -> Any:
        for _ in range(60):
            x = x + x
        return x

    assert value_and_grad(doubled)(3.0) == (3.0 * 2.0**60, 2.0**60)
    assert len(trace(doubled, 3.0).vertices) == 61
    assert compile(value_and_grad(doubled), 3.0)(3.0) == (3.0 * 2.0**60, 2.0**60)


def test_sixty_squarings_stay_linear_in_code() -> None:
    def squared(x: Any) -> Any:
        for _ in range(60):
            x = ops.sin(x * x)
        return x

    program = compile(value_and_grad(squared), 1.3)
    assert len(program.source) < 60 * 1000
    assert program(1.3) == pytest.approx(value_and_grad(squared)(1.3))


def test_many_elements_taken_one_by_one() -> None:
    """Rosenbrock's function in 300 dimensions, written as a loop: each element is an index and back."""

    def loop(x: Any) -> Any:
        total = 0.0
        for i in range(299):
            total = total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
        return total

    def whole(x: Any) -> Any:
        return ops.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    x = np.random.default_rng(0).normal(size=300)
    program = compile(value_and_grad(loop), x)
    value, gradient = value_and_grad(whole)(x)
    for result in (program(x), value_and_grad(loop)(x), compile(value_and_grad(whole), x)(x)):
        assert result[0] == pytest.approx(value)
        np.testing.assert_allclose(result[1], gradient, rtol=1e-10, atol=1e-9)
