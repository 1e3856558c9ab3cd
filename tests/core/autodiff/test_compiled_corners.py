"""What compiled programs rarely meet: factors far apart, arrays with gaps, numbers that are no input, pieces in 3-D."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gdsim.core.autodiff import compile, grad, ops, value_and_grad


def test_factors_that_are_too_far_apart_for_one_stay_two() -> None:
    x, y = np.array([1.0, -2.0]), np.array([3.0, 5.0])
    program = compile(lambda x, y: 1e-8 * x + 1e8 * y, x, y)
    np.testing.assert_allclose(program(x, y), [3e8 + 1e-8, 5e8 - 2e-8], rtol=1e-15)
    small = program(x, np.zeros(2))  # one factor for both would have to be 1e16, and this 1e-8 a quotient by it
    np.testing.assert_array_equal(small, [1e-8, -2e-8])


def test_the_product_of_arrays_with_gaps() -> None:
    a, b = np.arange(12.0).reshape(3, 4), np.arange(12.0, 0.0, -1.0).reshape(3, 4)
    program = compile(lambda a, b: ops.sum(a[:, ::2] * b[:, 1::2]), a, b)
    # 0·11 + 2·9 + 4·7 + 6·5 + 8·3 + 10·1
    assert program(a, b) == 110.0


def test_the_inner_variable_of_a_gradient_is_a_number() -> None:
    program = compile(lambda x: grad(lambda y: x * y**2)(3.0), 2.0)
    assert program(2.0) == 12.0
    assert program(-0.5) == -3.0


def test_a_number_may_be_indexed_by_nothing() -> None:
    value, slope = compile(value_and_grad(lambda x: ops.sin(x[()])), 0.5)(2.0)
    assert (value, slope) == pytest.approx((np.sin(2.0), np.cos(2.0)), rel=1e-15)


def test_a_matrix_in_brackets_times_a_vector() -> None:
    weights = [[0.0, 1.0], [2.0, 3.0]]
    slope = grad(lambda x: ops.sum(weights @ x))(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(slope, [2.0, 4.0])  # sums of the columns


@pytest.mark.parametrize("axis", [0, 1])
def test_inputs_of_many_layers_that_come_in_pieces(axis: int) -> None:
    rng = np.random.default_rng(0)
    x, parameters = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 4, 2))
    first = (slice(None),) * axis + (slice(None, 1),)
    rest = (slice(None),) * axis + (slice(1, None),)

    def pieces(x: Any) -> Any:
        return ops.sum(ops.sin(x[first])) + ops.sum(ops.cos(x[rest]))

    program = compile(lambda p, x: ops.dense(p, grad(pieces)(x)), parameters, x)
    inputs = np.concatenate([np.cos(x[first]), -np.sin(x[rest])], axis=axis)
    expected = np.einsum("kio,kin->kon", parameters[:, :3], inputs) + parameters[:, 3, :, None]
    np.testing.assert_allclose(program(parameters, x), expected, rtol=1e-13, atol=1e-13)


def test_a_program_says_what_shapes_it_takes() -> None:
    assert repr(compile(lambda a, b: a * b, 1.0, np.ones((2, 3)))) == "Program((), (2, 3))"


def test_a_choice_that_is_known_in_advance_is_none():
    for condition, chosen in ((2.0, 3.0), (0.0, 5.0)):
        program = compile(lambda x, y, k=condition: ops.where(0.0 * x + k, 3.0 * x, 5.0 * y), 1.0, 1.0)
        assert program(1.0, 1.0) == chosen
        known = compile(lambda x, y, k=condition: ops.where(k, 3.0 * x, 5.0 * y), 1.0, 1.0)
        assert known(1.0, 1.0) == chosen
