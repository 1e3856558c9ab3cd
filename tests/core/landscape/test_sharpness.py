"""Sharpness against the eigenvalues of the whole Hessian, and what is said about the edge of stability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.autodiff import hessian
from gdsim.core.landscape import LossSurface, Regime, preconditioner, sharpness, stability_limit, stability_of
from gdsim.core.network import LOSSES, MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import Trainer


def trainer(sizes=(2, 5, 4, 1), points=40, loss="mse", **changes):
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1.0, 1.0, (points, 2))
    targets = np.sin(3.0 * inputs[:, :1]) * np.arange(1, sizes[-1] + 1)
    if LOSSES[loss].task == "classification":
        targets = (targets > 0).astype(float) if sizes[-1] == 1 else np.eye(sizes[-1])[targets.argmax(axis=1)]
    return Trainer(MLP(sizes), inputs, targets, loss, rng=np.random.default_rng(1), **changes)


def dense(at):
    entry, rows, columns = at.loss_entry, at.training.rows, at.training.columns
    found = hessian(lambda p: entry.value(at.network.forward(p, columns), rows, 0))(at.parameters)
    return 0.5 * (found + found.T)


def last(pulled):
    *_, found = pulled
    return found


@pytest.mark.parametrize("loss", ["mse", "huber", "binary_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("steps", [0, 200])
def test_the_largest_eigenvalue_of_the_whole_hessian(loss, steps):
    at = trainer(
        (2, 5, 4, 3) if loss == "cross_entropy" else (2, 5, 4, 1), loss=loss, optimizer=OPTIMIZERS["gd"](lr=0.1)
    )
    at.advance(steps)
    values = np.linalg.eigvalsh(dense(at))
    found = last(sharpness(LossSurface.of(at), at.parameters))
    assert found.converged
    assert found.value == pytest.approx(values[-1], rel=0.01)
    assert found.value <= values[-1] * (1.0 + 1e-9)
    assert np.abs(values - found.value).min() <= found.residual + 1e-12
    residual = np.linalg.norm(dense(at) @ found.vector - found.value * found.vector)
    assert found.residual == pytest.approx(residual, rel=1e-6, abs=1e-10)
    assert np.linalg.norm(found.vector) == pytest.approx(1.0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 5), max_size=2), st.integers(1, 30), st.integers(0, 100))
def test_any_shape(hidden, points, seed):
    at = trainer((2, *hidden, 1), points)
    at.place(np.random.default_rng(seed).standard_normal(at.network.parameter_count))
    largest = np.linalg.eigvalsh(dense(at))[-1]
    found = last(sharpness(LossSurface.of(at), at.parameters, tolerance=1e-6))
    assert found.value == pytest.approx(largest, rel=0.01, abs=1e-9)


def test_with_the_penalty():
    at = trainer(l2=0.5, l1=0.1)
    largest = np.linalg.eigvalsh(dense(at) + 0.5 * np.diag(at.network.weight_mask.astype(float)))[-1]
    found = last(sharpness(LossSurface.of(at), at.parameters, with_penalty=True))
    assert found.value == pytest.approx(largest, rel=0.01)
    assert last(sharpness(LossSurface.of(at), at.parameters)).value < found.value
    divisor = np.linspace(0.1, 3.0, at.parameters.size)
    whole = dense(at) + 0.5 * np.diag(at.network.weight_mask.astype(float))
    largest = np.linalg.eigvals(whole / divisor[:, None]).real.max()
    found = last(sharpness(LossSurface.of(at), at.parameters, with_penalty=True, preconditioner=divisor))
    assert found.value == pytest.approx(largest, rel=0.01)


def test_preconditioned_by_what_adam_divides_by():
    at = trainer(optimizer=OPTIMIZERS["adam"](lr=0.01, beta2=0.9))
    at.advance(50)
    state = at.state
    divisor = np.sqrt(state.second_moment / (1.0 - 0.9**50)) + 1e-8
    found = preconditioner(at.settings.optimizer, state)
    np.testing.assert_allclose(found, divisor, rtol=1e-12)
    largest = np.linalg.eigvals(dense(at) / divisor[:, None]).real.max()
    seen = last(sharpness(LossSurface.of(at), at.parameters, preconditioner=found))
    assert seen.value == pytest.approx(largest, rel=0.01)


def test_a_warm_start_takes_fewer_products():
    at = trainer((2, 8, 8, 1), 200, optimizer=OPTIMIZERS["gd"](lr=0.1))
    at.advance(300)
    surface = LossSurface.of(at)
    cold = last(sharpness(surface, at.parameters, tolerance=1e-4))
    at.advance(3)
    warm = last(sharpness(surface, at.parameters, warm=cold, tolerance=1e-4))
    again = last(sharpness(surface, at.parameters, tolerance=1e-4))
    assert warm.value == pytest.approx(again.value, rel=1e-3)
    assert warm.products < again.products


def test_a_warm_start_from_another_eigenvector_does_not_stay_there():
    at = trainer()
    values, vectors = np.linalg.eigh(dense(at))
    surface = LossSurface.of(at)
    cold = last(sharpness(surface, at.parameters))
    wrong = type(cold)(values[-2], vectors[:, -2], 0.0, 1, True, False)
    assert last(sharpness(surface, at.parameters, warm=wrong)).value == pytest.approx(values[-1], rel=0.01)


def test_large_data_take_several_pulls_a_product():
    at = trainer((2, 32, 32, 32, 32, 1), 6000)
    pulls = list(sharpness(LossSurface.of(at), at.parameters, most=4))
    assert len(pulls) > 8
    assert pulls[-1].products == 4
    direction, start, step = pulls[-1].vector, at.parameters, 1e-4
    slopes = []
    for sign in (1.0, -1.0):
        at.place(start + sign * step * direction)
        slopes.append(at.gradient @ direction)
    assert pulls[-1].value == pytest.approx((slopes[0] - slopes[1]) / (2.0 * step), rel=1e-5)


def test_weights_without_a_curvature():
    at = trainer((2, 3, 1))
    huge = np.full(at.network.parameter_count, 1e200)
    found = last(sharpness(LossSurface.of(at), huge))
    assert np.isnan(found.value)
    assert not found.converged
    said = stability_of(found, OPTIMIZERS["gd"](lr=0.1), 0.1)
    assert said.regime is Regime.UNKNOWN


# -- the edge of stability ----------------------------------------------------------------------------------------
def known(value):
    at = trainer((2, 1))
    found = last(sharpness(LossSurface.of(at), at.parameters))
    return type(found)(value, found.vector, 0.0, 1, True, False)


@pytest.mark.parametrize(
    ("key", "options", "limit"),
    [("gd", {}, 2.0), ("momentum", {"momentum": 0.9}, 3.8), ("nesterov", {"momentum": 0.5}, 1.5)],
)
def test_limits_of_rate_times_sharpness(key, options, limit):
    optimizer = OPTIMIZERS[key](lr=0.1, **options)
    for share, regime in ((0.5, Regime.STABLE), (0.99, Regime.EDGE), (1.05, Regime.EDGE), (1.3, Regime.BEYOND)):
        said = stability_of(known(share * limit / 0.1), optimizer, 0.1)
        assert said.regime is regime
        assert said.limit == pytest.approx(limit)
        assert said.share == pytest.approx(share)


def test_nothing_is_claimed_for_adam_without_its_divisors():
    adam = OPTIMIZERS["adam"](lr=0.1)
    said = stability_of(known(100.0), adam, 0.1)
    assert said.regime is Regime.UNKNOWN
    assert "says nothing" in said.text
    assert "0: the loss curves up in no direction" in stability_of(known(0.0), adam, 0.1).text
    seen = stability_of(known(380.0), adam, 0.1, preconditioned=True)
    assert seen.regime is Regime.EDGE
    assert seen.limit == pytest.approx(38.0)  # 2·(1 + 0.9)/(1 − 0.9), Cohen et al. (2022)


def test_a_frozen_adam_leaves_a_parabola_at_its_limit():
    """With the divisor held at 1, Adam is momentum on averaged gradients: it diverges just above 38, not below."""
    for share, stays in ((0.98, True), (1.02, False)):
        x, mean = 1.0, 0.0
        for _ in range(4000):
            mean = 0.9 * mean + 0.1 * (38.0 * share) * x
            x -= mean
        assert (abs(x) < 1.0) is stays


def test_no_curvature_sets_no_limit():
    said = stability_of(known(-0.5), OPTIMIZERS["gd"](lr=0.1), 0.1)
    assert said.regime is Regime.UNKNOWN
    assert "no direction" in said.text


@pytest.mark.parametrize("key", ["gd", "momentum", "adagrad", "adadelta", "nadam"])
def test_no_divisors_where_there_are_none(key):
    at = trainer(optimizer=OPTIMIZERS[key](lr=0.01))
    at.advance(3)
    assert preconditioner(at.settings.optimizer, at.state) is None


def test_gradient_descent_comes_to_the_edge_of_stability():
    """Cohen et al. (2021): sharpness rises until rate × sharpness is about 2."""
    at = trainer((2, 16, 16, 1), 40, optimizer=OPTIMIZERS["gd"](lr=0.3))
    found, shares = None, []
    for _ in range(60):
        at.advance(100)
        found = last(sharpness(LossSurface.of(at), at.parameters, warm=found))
        shares.append(stability_of(found, at.settings.optimizer, 0.3).share)
    assert max(shares) > 0.9
    assert max(shares) < 1.5


def test_what_each_optimizer_divides_by():
    """Adam: √(v/(1 − β₂ᵗ)) + ε; RMSprop: √v + ε; nothing before the first step, nor for the others."""
    kinds = OPTIMIZERS["adam"](beta2=0.9, eps=0.5), OPTIMIZERS["rmsprop"](eps=0.5), OPTIMIZERS["gd"]()
    adam, rmsprop, _ = kinds
    point, gradient = np.zeros(2), np.array([1.0, -3.0])
    for kind in kinds:
        assert preconditioner(kind, kind.init(point)) is None
    state = adam.update(gradient, adam.update(gradient, adam.init(point))[1])[1]
    np.testing.assert_allclose(preconditioner(adam, state), np.abs(gradient) + 0.5, rtol=1e-12)
    uncorrected = OPTIMIZERS["adam"](beta2=0.9, eps=0.5, bias_correction=False)
    np.testing.assert_allclose(preconditioner(uncorrected, state), np.sqrt(0.19) * np.abs(gradient) + 0.5, rtol=1e-12)
    state = rmsprop.update(gradient, rmsprop.init(point))[1]
    np.testing.assert_allclose(preconditioner(rmsprop, state), 0.1 * np.abs(gradient) + 0.5, rtol=1e-12)
    assert preconditioner(OPTIMIZERS["rmsprop"](centered=True), state) is None


def test_the_limits_of_rate_times_curvature():
    assert stability_limit(OPTIMIZERS["gd"](), 3.0) == pytest.approx(2.0)
    assert stability_limit(OPTIMIZERS["momentum"](momentum=0.5), 3.0) == pytest.approx(3.0)
    assert stability_limit(OPTIMIZERS["adam"](beta1=0.5), 3.0, preconditioned=True) == pytest.approx(6.0)
    assert stability_limit(OPTIMIZERS["rmsprop"](momentum=0.5), 3.0, preconditioned=True) == pytest.approx(3.0)
    for kind, curvature, divided in (("gd", 0.0, False), ("gd", 1.0, True), ("adam", 1.0, False)):
        assert np.isnan(stability_limit(OPTIMIZERS[kind](), curvature, divided))
