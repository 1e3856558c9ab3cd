"""Training held against closed forms and against a plain numpy network written out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import Trainer


def regression_data(n=40, seed=3):
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(-1.0, 1.0, (n, 2))
    targets = np.sin(3.0 * inputs[:, :1]) + inputs[:, 1:] ** 2 + 0.1 * rng.standard_normal((n, 1))
    return inputs, targets


def unpacked(parameters, sizes):
    layers, start = [], 0
    for inputs, outputs in itertools.pairwise(sizes):
        weights = parameters[start : start + inputs * outputs].reshape(inputs, outputs)
        biases = parameters[start + inputs * outputs : start + (inputs + 1) * outputs]
        layers.append((weights, biases))
        start += (inputs + 1) * outputs
    return layers


def mse_gradient(parameters, sizes, inputs, targets, l1=0.0, l2=0.0):
    """Backpropagation through tanh layers, points as rows, textbook style."""
    layers = unpacked(parameters, sizes)
    responses = [inputs]
    for i, (weights, biases) in enumerate(layers):
        total = responses[-1] @ weights + biases
        responses.append(total if i == len(layers) - 1 else np.tanh(total))
    delta = 2.0 * (responses[-1] - targets) / targets.size
    parts = []
    for i in reversed(range(len(layers))):
        weights = layers[i][0]
        pull = l1 * np.sign(weights) + l2 * weights
        parts = [(responses[i].T @ delta + pull).ravel(), delta.sum(axis=0), *parts]
        if i:
            delta = (delta @ weights.T) * (1.0 - responses[i] ** 2)
    return np.concatenate(parts)


@pytest.mark.parametrize("sizes", [(2, 1), (2, 5, 1), (2, 4, 3, 1), (2, 4, 4, 4, 4, 4, 4, 1)])
@pytest.mark.parametrize(
    ("l1", "l2", "decay"), [(0.0, 0.0, 0.0), (1e-2, 0.0, 0.0), (0.0, 1e-2, 0.3), (2e-3, 1e-2, 0.1)]
)
def test_gradient_descent_step_by_step(sizes, l1, l2, decay):
    inputs, targets = regression_data()
    network = MLP(sizes)
    start = network.initialize(np.random.default_rng(1))
    trainer = Trainer(
        network, inputs, targets, optimizer=OPTIMIZERS["gd"](lr=0.1), l1=l1, l2=l2, weight_decay=decay, parameters=start
    )
    p, weights = start.copy(), network.weight_mask
    for _ in range(25):
        p = p - 0.1 * mse_gradient(p, sizes, inputs, targets, l1, l2) - 0.1 * decay * weights * p
        trainer.advance()
        np.testing.assert_allclose(trainer.parameters, p, rtol=0, atol=1e-12)
    layers = unpacked(p, sizes)
    penalty = sum(l1 * np.abs(w).sum() + 0.5 * l2 * (w**2).sum() for w, _ in layers)
    assert trainer.penalty == pytest.approx(penalty, rel=1e-12)


def test_adam_with_decay_of_its_own_and_a_schedule():
    sizes = (2, 5, 1)
    inputs, targets = regression_data()
    start = MLP(sizes).initialize(np.random.default_rng(1))
    schedule = SCHEDULES["exponential"](gamma=0.95)
    optimizer = OPTIMIZERS["adamw"](lr=0.02, beta1=0.8, beta2=0.9, weight_decay=0.1)
    trainer = Trainer(MLP(sizes), inputs, targets, optimizer=optimizer, schedule=schedule, parameters=start)
    p, m, v = start.copy(), 0.0, 0.0
    for t in range(1, 31):
        rate = 0.02 * 0.95 ** (t - 1)
        g = mse_gradient(p, sizes, inputs, targets)
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g * g
        p = p - rate * 0.1 * p - rate * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.9**t)) + 1e-8)
        trainer.advance()
        np.testing.assert_allclose(trainer.parameters, p, rtol=0, atol=1e-11)


def test_every_epoch_uses_every_point_once_in_a_new_order():
    """A network y = w·x + b at rate 0 would not move; the batches are told from the gradients of its bias."""
    n, batch = 10, 4
    targets = (2.0 ** np.arange(n))[:, None]
    trainer = Trainer(
        MLP((1, 1)), np.zeros((n, 1)), targets, optimizer=OPTIMIZERS["gd"](lr=1e-6), batch_size=batch,
        parameters=[0.0, 0.0], rng=np.random.default_rng(5),
    )  # fmt: skip
    orders = []
    for _ in range(6):
        seen = []
        for size in (4, 4, 2):
            bias = trainer.parameters[1]
            # the mean of 2·(b − t) over the batch, solved for the sum of its targets, a set of powers of 2
            total = round(size * (bias - trainer.gradient[1] / 2.0))
            seen.append(frozenset(i for i in range(n) if total >> i & 1))
            trainer.advance()
        assert sorted(i for batch_points in seen for i in batch_points) == list(range(n))
        assert [len(points) for points in seen] == [4, 4, 2]
        orders.append(tuple(seen))
    assert len(set(orders)) == 6
    assert trainer.epoch == 6.0
    # Batches of another size begin a new epoch in the midst of one; the gradient shown is that of the step made.
    trainer.seek(13)
    trainer.set(batch_size=5)
    for _ in range(3):
        before, gradient = trainer.parameters, trainer.gradient
        trainer.advance()
        np.testing.assert_allclose(trainer.parameters, before - 1e-6 * gradient, rtol=1e-12)


def test_ridge_regression_reaches_the_normal_equations():
    rng = np.random.default_rng(2)
    inputs, l2 = rng.standard_normal((60, 4)), 0.3
    targets = inputs @ rng.standard_normal((4, 2)) + 1.5 + 0.2 * rng.standard_normal((60, 2))
    trainer = Trainer(MLP((4, 2)), inputs, targets, optimizer=OPTIMIZERS["gd"](lr=0.3), l2=l2)
    trainer.advance(4000)
    wide = np.column_stack([inputs, np.ones(60)])
    # gradient of mean over 120 entries: 2/120·Xᵀ(Xw − t) + l2·w = 0, biases free
    pull = l2 * np.diag([1.0, 1.0, 1.0, 1.0, 0.0])
    solution = np.linalg.solve(wide.T @ wide * 2.0 / 120.0 + pull, wide.T @ targets * 2.0 / 120.0)
    np.testing.assert_allclose(trainer.parameters.reshape(5, 2), solution, atol=1e-10)


def test_logistic_regression_gradient():
    rng = np.random.default_rng(4)
    inputs, targets = rng.standard_normal((30, 3)), (rng.random((30, 1)) > 0.4).astype(float)
    start = rng.standard_normal(4)
    trainer = Trainer(MLP((3, 1)), inputs, targets, "binary_cross_entropy", parameters=start)
    wide = np.column_stack([inputs, np.ones(30)])
    probability = 1.0 / (1.0 + np.exp(-(wide @ start)))
    np.testing.assert_allclose(trainer.gradient, wide.T @ (probability - targets[:, 0]) / 30.0, atol=1e-14)
    np.testing.assert_allclose(trainer.predict(inputs)[:, 0], probability, atol=1e-14)
    likelihood = np.where(targets[:, 0] == 1.0, probability, 1.0 - probability)
    assert trainer.loss == pytest.approx(-np.log(likelihood).mean(), rel=1e-12)
    assert trainer.accuracy == np.mean((probability > 0.5) == (targets[:, 0] == 1.0))


def test_softmax_probabilities_and_accuracy():
    rng = np.random.default_rng(6)
    inputs, classes = rng.standard_normal((25, 2)), rng.integers(0, 3, 25)
    trainer = Trainer(MLP((2, 4, 3)), inputs, np.eye(3)[classes], "cross_entropy")
    logits = trainer.outputs(inputs)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(trainer.predict(inputs), probabilities, atol=1e-14)
    assert trainer.loss == pytest.approx(-np.log(probabilities[np.arange(25), classes]).mean(), rel=1e-12)
    assert trainer.accuracy == np.mean(logits.argmax(axis=1) == classes)
    assert np.isnan(trainer.r2)


def test_r_squared():
    inputs, targets = regression_data()
    trainer = Trainer(MLP((2, 3, 1)), inputs, targets)
    error = ((trainer.predict(inputs) - targets) ** 2).sum()
    assert trainer.r2 == pytest.approx(1.0 - error / ((targets - targets.mean()) ** 2).sum(), rel=1e-12)


@pytest.mark.parametrize("settings", [{}, {"batch_size": 1000, "dropout": 0.3}, {"l2": 1e-3, "weight_decay": 0.1}])
def test_blocks_of_a_large_set_add_up_to_the_whole(settings):
    """3,000 points at width 32 are worked through in blocks; with all points in one block the result is the same."""
    rng = np.random.default_rng(8)
    inputs, targets = rng.standard_normal((3000, 2)), rng.standard_normal((3000, 1))
    network, sizes = MLP((2, 32, 32, 1)), (2, 32, 32, 1)
    trainer = Trainer(
        network, inputs, targets, optimizer=OPTIMIZERS["gd"](lr=0.1), rng=np.random.default_rng(1), **settings
    )
    assert trainer._timeline.engine.blocked
    if not settings:
        p = trainer.parameters
        for _ in range(3):
            p = p - 0.1 * mse_gradient(p, sizes, inputs, targets)
        trainer.advance(3)
        np.testing.assert_allclose(trainer.parameters, p, atol=1e-13)
    else:
        pulled = Trainer(
            network, inputs, targets, optimizer=OPTIMIZERS["gd"](lr=0.1), rng=np.random.default_rng(1), **settings
        )
        trainer.advance(5)
        pieces = 0
        for _ in pulled.pieces(5):
            pieces += 1
            assert np.isfinite(pulled.loss)  # looking in between disturbs nothing
        assert pieces > 5
        assert np.array_equal(trainer.parameters, pulled.parameters)
