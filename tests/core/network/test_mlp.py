"""The layout of parameters, what a network answers, and what a look at it tells."""

from __future__ import annotations

import itertools
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.autodiff import check_grad
from gdsim.core.network import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    MLP,
    dead_units,
    near_zero,
    twin_units,
    weight_histogram,
)

SIZES = st.lists(st.integers(1, 7), min_size=2, max_size=8).map(tuple)
FUNCTIONS = {
    "tanh": np.tanh, "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)), "relu": lambda z: z * (z > 0.0),
    "leaky_relu": lambda z: np.where(z > 0.0, z, 0.01 * z), "elu": lambda z: np.where(z > 0.0, z, np.exp(z) - 1.0),
    "softplus": lambda z: np.log(1.0 + np.exp(z)), "sine": np.sin, "linear": lambda z: z,
    "gelu": lambda z: z * np.array([[NormalDist().cdf(x) for x in row] for row in z]),
}  # fmt: skip


@given(SIZES, st.integers(1, 9), st.sampled_from(list(FUNCTIONS)), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_any_shape_answers_as_matrix_products_do(sizes, n, activation, seed):
    rng = np.random.default_rng(seed)
    network = MLP(sizes, activation)
    parameters, inputs = rng.standard_normal(network.parameter_count), rng.standard_normal((n, sizes[0]))
    hidden = inputs
    for i in range(len(sizes) - 1):
        hidden = hidden @ network.weights(parameters, i) + network.biases(parameters, i)
        if i < len(sizes) - 2:
            hidden = FUNCTIONS[activation](hidden)
        np.testing.assert_allclose(network.responses(parameters, inputs)[i], hidden, rtol=1e-10, atol=1e-12)
    assert network.outputs(parameters, inputs).shape == (n, sizes[-1])


@given(SIZES)
def test_the_views_tile_the_flat_vector_in_order(sizes):
    network = MLP(sizes)
    parameters = np.arange(float(network.parameter_count))
    pieces = []
    for i, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        assert network.weights(parameters, i).shape == (inputs, outputs)
        pieces += [network.weights(parameters, i).ravel(), network.biases(parameters, i)]
        assert network.weight_mask[pieces[-2].astype(int)].all()
        assert not network.weight_mask[pieces[-1].astype(int)].any()
    assert np.array_equal(np.concatenate(pieces), parameters)
    network.biases(parameters, 0)[0] = -1.0
    assert (parameters == -1.0).sum() == 1


def test_every_activation_is_compared():
    assert set(FUNCTIONS) == set(ACTIVATIONS)


def test_an_activation_for_each_layer_and_for_the_output():
    network = MLP((1, 1, 1, 1), activations=("relu", "sine"), output="sigmoid")
    found = network.responses(np.array([2.0, 0.5, -1.0, 0.0, 3.0, 1.0]), [[1.0]])
    assert [float(part.item()) for part in found] == pytest.approx(
        [2.5, np.sin(-2.5), 1.0 / (1.0 + np.exp(-(3.0 * np.sin(-2.5) + 1.0)))]
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [({"sizes": (2,)}, ValueError), ({"sizes": (2, 0, 1)}, ValueError), ({"activation": "tan"}, KeyError),
     ({"activations": ("tanh",)}, ValueError), ({"output": "softmax"}, KeyError)],
)  # fmt: skip
def test_networks_that_cannot_be(arguments, error):
    with pytest.raises(error):
        MLP(**arguments)


def test_wrong_shapes_are_said():
    with pytest.raises(ValueError, match=r"\(n, 2\)"):
        MLP().outputs(np.zeros(105), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="105 parameters"):
        MLP().outputs(np.zeros(3), np.zeros((3, 2)))


@pytest.mark.parametrize("key", INITIALIZERS)
def test_initializers_have_the_spread_they_promise(key):
    network = MLP((40, 60, 1))
    p = network.initialize(np.random.default_rng(0), key)
    spread = {"xavier": np.sqrt(2.0 / 100.0), "he": np.sqrt(2.0 / 40.0), "uniform": np.sqrt(1.0 / 12.0), "zeros": 0.0}
    assert network.weights(p, 0).std() == pytest.approx(spread[key], rel=0.05)
    assert not p[~network.weight_mask].any()
    assert np.array_equal(p, network.initialize(np.random.default_rng(0), key))


def test_dead_units_answer_zero_everywhere():
    network = MLP((1, 3, 1), "relu")
    p = np.array([1.0, 1.0, 1.0, 0.0, -5.0, -0.5, 1.0, 1.0, 1.0, 0.0])
    (dead,) = dead_units(network, p, np.linspace(0.0, 1.0, 9)[:, None])
    assert dead.tolist() == [False, True, False]


@pytest.mark.parametrize("activation", ["tanh", "sine", "linear", "leaky_relu", "gelu"])
def test_units_at_0_that_are_not_flat_there_are_not_dead(activation):
    network = MLP((1, 3, 1), activation)
    (dead,) = dead_units(network, np.zeros(network.parameter_count), np.linspace(-1.0, 1.0, 9)[:, None])
    assert not dead.any()


def test_weights_near_zero_leave_biases_out():
    network = MLP((1, 2, 1))
    p = np.array([0.0, 0.5, 0.0, 0.0, 0.009, -0.02, 0.0])
    assert near_zero(network, p).nonzero()[0].tolist() == [0, 4]
    assert near_zero(network, p, 0.1).sum() == 3


def test_twins_are_found():
    network = MLP((1, 4, 3, 1))
    p = network.initialize(np.random.default_rng(0))
    assert twin_units(network, p) == []
    network.weights(p, 0)[:, 2] = network.weights(p, 0)[:, 1]
    assert twin_units(network, p) == [(0, (1, 2))]
    assert twin_units(network, np.zeros_like(p)) == [(0, (0, 1, 2, 3)), (1, (0, 1, 2))]


@pytest.mark.parametrize(("size", "alike", "different"), [(-1e6, 5e-7, 2e-6), (0.01, 5e-13, 2e-12)])
def test_twins_differ_by_no_more_than_rounding(size, alike, different):
    """By 1e-12 of the layer's largest number, or of 1 if all are smaller."""
    network = MLP((1, 2, 1))
    for difference, found in ((alike, [(0, (0, 1))]), (different, [])):
        parameters = np.zeros(network.parameter_count)
        network.weights(parameters, 0)[0] = size, size + difference
        assert twin_units(network, parameters) == found


def test_the_histogram_counts_every_weight_once():
    network = MLP((3, 5, 2))
    p = network.initialize(np.random.default_rng(0))
    p[~network.weight_mask] = 99.0
    histogram = weight_histogram(network, p, bins=11)
    assert histogram.counts.sum(axis=1).tolist() == [15, 10]
    assert histogram.edges[0] == -histogram.edges[-1] == -np.abs(p[network.weight_mask]).max()
    empty = weight_histogram(network, np.zeros_like(p), bins=5)
    np.testing.assert_allclose(empty.edges, np.linspace(-0.001, 0.001, 6), atol=1e-18)
    assert empty.counts[:, 2].tolist() == [15, 10]


OUTPUTS = np.array([[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]])


@pytest.mark.parametrize("key", LOSSES)
class TestLosses:
    targets = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    def test_the_value_is_the_mean_of_the_points(self, key):
        loss = LOSSES[key]
        points = loss.pointwise(OUTPUTS, self.targets)
        assert points.shape == (2,)
        assert loss.value(OUTPUTS, self.targets) == pytest.approx(points.mean())
        assert loss.value(OUTPUTS.T, self.targets.T, 0) == pytest.approx(points.mean())

    def test_the_derivative(self, key):
        check_grad(lambda outputs: LOSSES[key].value(outputs, self.targets), OUTPUTS)

    def test_large_outputs_do_not_overflow(self, key):
        value = LOSSES[key].value(800.0 * OUTPUTS, self.targets)
        assert np.isfinite(value)
        assert np.isfinite(LOSSES[key].link(800.0 * OUTPUTS)).all()

    def test_predictions_of_classification_are_probabilities(self, key):
        prediction = LOSSES[key].link(OUTPUTS)
        if LOSSES[key].link_name == "identity":
            assert np.array_equal(prediction, OUTPUTS)
        elif LOSSES[key].link_name == "sigmoid":
            np.testing.assert_allclose(prediction, 1.0 / (1.0 + np.exp(-OUTPUTS)), rtol=1e-12)
        else:
            np.testing.assert_allclose(prediction.sum(axis=1), 1.0, rtol=1e-12)


def test_lists_are_as_good_as_tuples():
    network = MLP([2, np.int64(3), 4, 1], activations=["relu", "tanh"])
    assert network == MLP((2, 3, 4, 1), activations=("relu", "tanh"))
    with pytest.raises(ValueError, match="2 hidden layers, but 1 "):
        MLP((2, 3, 4, 1), activations=("relu",))
    assert hash(network) == hash(MLP((2, 3, 4, 1), activations=("relu", "tanh")))
