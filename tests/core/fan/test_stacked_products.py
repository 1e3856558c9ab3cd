"""Dense layers of many networks at once in compiled programs, against one network at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.autodiff import compile, hessian_vector_product, ops, value_and_grad

SIZES = st.tuples(*[st.integers(1, 4)] * 5)


def arrays(stack, inputs, middle, outputs, points, seed=0):
    rng = np.random.default_rng(seed)
    first = rng.standard_normal((stack, inputs + 1, middle))
    return first, rng.standard_normal((stack, middle + 1, outputs)), rng.standard_normal((stack, inputs, points))


def outputs_of(first, second, x):
    return ops.dense(second, ops.tanh(ops.dense(first, x)))


def loss(first, second, x):
    return ops.sum(ops.square(outputs_of(first, second, x)))


def by_hand(first, second, x):
    """Values, and the gradients of Σ y² by the chain rule, one network at a time with the bias added."""
    found = []
    for w1, w2, points in zip(first, second, x, strict=True):
        hidden = np.tanh(w1[:-1].T @ points + w1[-1][:, None])
        y = w2[:-1].T @ hidden + w2[-1][:, None]
        slope = (w2[:-1] @ (2.0 * y)) * (1.0 - hidden**2)
        gradients = [np.vstack([a @ d.T, d.sum(axis=1)]) for a, d in ((points, slope), (hidden, 2.0 * y))]
        found.append((y, *gradients))
    return [np.stack(part) for part in zip(*found, strict=True)]


@settings(max_examples=40, deadline=None)
@given(SIZES, st.booleans())
def test_values_and_gradients(sizes, reuse):
    args = arrays(*sizes)
    y, by_first, by_second = by_hand(*args)
    np.testing.assert_allclose(compile(outputs_of, *args, reuse=reuse)(*args), y, atol=1e-12)
    program = compile(value_and_grad(loss, argnum=(0, 1)), *args, reuse=reuse)
    for _ in range(2):  # the second call finds the first one's numbers in its memory
        value, (first, second) = program(*args)
        assert value == pytest.approx(np.square(y).sum())
        np.testing.assert_allclose(first, by_first, atol=1e-11)
        np.testing.assert_allclose(second, by_second, atol=1e-11)


def test_every_layer_can_be_looked_at_and_reshaped():
    """Hidden responses lie above a row of ones, matrix by matrix: flattened, that row must not come along."""
    first, second, x = arrays(3, 2, 4, 1, 5)

    def both(p, q, points):
        hidden = ops.tanh(ops.dense(p, points))
        return ops.dense(q, hidden), hidden, ops.reshape(hidden, (12, 5)), ops.sum(ops.square(hidden))

    hidden = np.stack([np.tanh(w[:-1].T @ points + w[-1][:, None]) for w, points in zip(first, x, strict=True)])
    for reuse in (True, False):
        y, seen, flat, total = compile(both, first, second, x, reuse=reuse)(first, second, x)
        np.testing.assert_allclose(seen, hidden, atol=1e-14)
        np.testing.assert_allclose(flat, hidden.reshape(12, 5), atol=1e-14)
        assert total == pytest.approx(np.square(hidden).sum())
        np.testing.assert_allclose(y, by_hand(first, second, x)[0], atol=1e-13)


def test_joined_stacks_as_the_inputs_of_a_layer():
    first, second, x = arrays(4, 3, 3, 2, 5)

    def joined(p, q, points):
        halves = ops.concatenate([ops.sin(points[:2]), ops.cos(points[2:])], axis=0)
        return ops.dense(q, ops.tanh(ops.dense(p, halves)))

    halves = np.concatenate([np.sin(x[:2]), np.cos(x[2:])])
    np.testing.assert_allclose(
        compile(joined, first, second, x)(first, second, x), by_hand(first, second, halves)[0], atol=1e-13
    )


def test_one_matrix_for_a_whole_stack_of_inputs():
    first, _, x = arrays(3, 2, 4, 1, 5)
    found = compile(ops.dense, first[0], x)(first[0], x)
    np.testing.assert_allclose(found, first[0][:-1].T @ x + first[0][-1][:, None], atol=1e-14)


def test_second_derivatives_of_a_stack():
    args = arrays(3, 2, 4, 1, 5)

    def product(p, v):
        return hessian_vector_product(lambda q: loss(q, *args[1:]))(p, v)

    direction = np.random.default_rng(9).standard_normal(args[0].shape)
    step = 1e-5
    slopes = [by_hand(args[0] + sign * step * direction, *args[1:])[1] for sign in (1.0, -1.0)]
    found = compile(product, args[0], direction)(args[0], direction)
    np.testing.assert_allclose(found, (slopes[0] - slopes[1]) / (2.0 * step), atol=1e-6)
