"""Every loss by hand: values and predictions at plain numbers, with a point a row and with a point a column."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from gdsim.core.autodiff import grad
from gdsim.core.network import LOSSES

OUTPUTS = np.array([[0.5, -2.0], [3.0, 0.0]])
TARGETS = np.array([[0.0, 1.0], [1.0, 0.0]])


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + exp(-z))


def binary(z: float, t: float) -> float:
    return -t * log(sigmoid(z)) - (1.0 - t) * log(1.0 - sigmoid(z))


BINARY = [[binary(z, t) for z, t in zip(*rows, strict=True)] for rows in zip(OUTPUTS, TARGETS, strict=True)]
SURPRISES = [log(exp(0.5) + exp(-2.0)) + 2.0, log(exp(3.0) + 1.0) - 3.0]

# The loss of each entry, or of each point for the softmax.
ENTRIES = {
    "mse": [[0.25, 9.0], [4.0, 0.0]],
    "mae": [[0.5, 3.0], [2.0, 0.0]],
    "huber": [[0.125, 2.5], [1.5, 0.0]],
    "binary_cross_entropy": BINARY,
    "cross_entropy": [[SURPRISES[0]], [SURPRISES[1]]],
}
SUMS = [exp(0.5) + exp(-2.0), exp(3.0) + 1.0]
PREDICTIONS = {
    "mse": OUTPUTS,
    "mae": OUTPUTS,
    "huber": OUTPUTS,
    "binary_cross_entropy": np.array([[sigmoid(z) for z in row] for row in OUTPUTS]),
    "cross_entropy": np.array([[exp(z) / total for z in row] for row, total in zip(OUTPUTS, SUMS, strict=True)]),
}


@pytest.mark.parametrize("key", list(LOSSES))
def test_values_and_predictions(key) -> None:
    loss, entries = LOSSES[key], np.array(ENTRIES[key])
    for axis, turned in ((-1, np.array), (1, np.array), (0, np.transpose)):
        outputs, targets = turned(OUTPUTS), turned(TARGETS)
        assert loss.value(outputs, targets, axis) == pytest.approx(entries.mean(), rel=1e-14)
        np.testing.assert_allclose(loss.pointwise(outputs, targets, axis), entries.mean(axis=1), rtol=1e-14)
        np.testing.assert_allclose(loss.link(outputs, axis), turned(PREDICTIONS[key]), rtol=1e-14)
    assert loss.value(OUTPUTS, TARGETS) == pytest.approx(entries.mean(), rel=1e-14)
    np.testing.assert_allclose(loss.pointwise(OUTPUTS, TARGETS), entries.mean(axis=1), rtol=1e-14)
    np.testing.assert_allclose(loss.link(OUTPUTS), PREDICTIONS[key], rtol=1e-14)


SLOPES = {
    "mse": [[2 * 0.5, 2 * -3.0], [2 * 2.0, 0.0]],
    "mae": [[1.0, -1.0], [1.0, 0.0]],
    "huber": [[0.5, -1.0], [1.0, 0.0]],
    "binary_cross_entropy": PREDICTIONS["binary_cross_entropy"] - TARGETS,
    "cross_entropy": 2.0 * (PREDICTIONS["cross_entropy"] - TARGETS),  # a mean over points, not over entries
}


@pytest.mark.parametrize("key", list(LOSSES))
def test_slopes(key) -> None:
    slope = grad(lambda outputs: LOSSES[key].value(outputs, TARGETS))(OUTPUTS)
    np.testing.assert_allclose(slope, np.array(SLOPES[key]) / 4.0, rtol=1e-13, atol=1e-16)


def test_what_the_losses_are_for() -> None:
    """Key: task, name of the link, the output above which it is class 1, and how many outputs are needed."""
    assert {
        key: (loss.key, loss.task, loss.link_name, loss.cut, loss.least_columns) for key, loss in LOSSES.items()
    } == {
        "mse": ("mse", "regression", "identity", 0.5, 1),
        "mae": ("mae", "regression", "identity", 0.5, 1),
        "huber": ("huber", "regression", "identity", 0.5, 1),
        "binary_cross_entropy": ("binary_cross_entropy", "classification", "sigmoid", 0.0, 1),
        "cross_entropy": ("cross_entropy", "classification", "softmax", 0.5, 2),
    }
