"""First weights, small weights, twins and histograms of networks, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.network import INITIALIZERS, MLP
from gdsim.core.network.inspection import near_zero, twin_units, weight_histogram

SHAPE = (5, 4)
DRAWS = {
    "xavier": lambda rng: math.sqrt(6.0 / 9.0) * (2.0 * rng.random(SHAPE) - 1.0),
    "he": lambda rng: math.sqrt(2.0 / 5.0) * rng.standard_normal(SHAPE),
    "uniform": lambda rng: rng.random(SHAPE) - 0.5,
    "zeros": lambda rng: np.zeros(SHAPE),
}


@pytest.mark.parametrize("key", list(INITIALIZERS))
def test_first_weights_are_numpys_draws_scaled(key) -> None:
    drawn = INITIALIZERS[key].draw(np.random.default_rng(8), *SHAPE)
    np.testing.assert_allclose(drawn, DRAWS[key](np.random.default_rng(8)), rtol=1e-14, atol=1e-16)


# Weights (2, 3) and biases, then (3, 2) and biases.
NETWORK = MLP((2, 3, 2))
PARAMETERS = np.array(
    [0.01, 0.0099, -0.0099, -0.01, 0.0, 5.0, 0.0, 0.0, 0.0, 1.0, -2.0, 3.0, 0.005, 0.5, 0.6, 0.0, 0.0]
)


def test_weights_below_a_hundredth_count_as_zero_and_biases_do_not() -> None:
    assert np.flatnonzero(near_zero(NETWORK, PARAMETERS)).tolist() == [1, 2, 4, 12]
    assert np.flatnonzero(near_zero(NETWORK, PARAMETERS, threshold=0.0099)).tolist() == [4, 12]


def test_twins_of_each_hidden_layer() -> None:
    """Columns are neurons: 0 and 2 of the first hidden layer and all of the second; alike outputs are no twins."""
    network = MLP((2, 3, 3, 2))
    first = [[1.0, 2.0, 1.0], [4.0, 4.0, 4.0], [0.5, 0.5, 0.5]]
    second = [[3.0] * 3] * 4
    last = [[7.0, 7.0]] * 4
    parameters = np.concatenate([np.ravel(part) for part in (first, second, last)])
    assert twin_units(network, parameters) == [(0, (0, 2)), (1, (0, 1, 2))]


@pytest.mark.parametrize(
    ("largest", "apart", "twins"),
    [(0.5, 1.0, True), (0.5, 1.05, False), (4.0, 3.95, True), (4.0, 4.05, False), (-4.0, 3.95, True)],
)
def test_twins_may_differ_by_a_share_of_the_largest_number_or_of_one(largest, apart, twins) -> None:
    network = MLP((1, 2, 1))
    parameters = np.array([0.0, apart * 2.0**-40, largest, largest, 1.0, 1.0, 0.0])
    assert twin_units(network, parameters, tolerance=2.0**-40) == ([(0, (0, 1))] if twins else [])


def test_a_histogram_is_symmetric_about_zero_and_holds_the_largest() -> None:
    histogram = weight_histogram(NETWORK, PARAMETERS, bins=5)
    np.testing.assert_allclose(histogram.edges, [-5, -3, -1, 1, 3, 5], rtol=1e-15)
    # A weight of 1 and one of 3 belong to the bins on their right.
    assert histogram.counts.tolist() == [[0, 0, 5, 0, 1], [0, 1, 3, 1, 1]]
    unclear = np.where(np.arange(17) == 5, np.nan, np.where(np.arange(17) == 11, np.inf, PARAMETERS))
    assert weight_histogram(NETWORK, unclear, bins=2).counts.tolist() == [[2, 3], [1, 4]]
    np.testing.assert_allclose(weight_histogram(NETWORK, np.zeros(17), bins=2).edges, [-1e-3, 0.0, 1e-3])
    assert len(weight_histogram(NETWORK, PARAMETERS).edges) == 32


def test_neurons_without_numbers_are_no_twins() -> None:
    assert twin_units(MLP((1, 2, 1)), np.full(7, np.nan)) == []


def test_a_mask_multiplies_the_answers_of_every_hidden_layer_and_no_output() -> None:
    """Layers of 2, 3 and 1 neurons with slopes 1, sums of ones: each mask entry shows in what follows."""
    network = MLP((1, 2, 3, 1, 1), "linear")
    parameters = np.where(network.weight_mask, 1.0, 0.0)
    mask = np.array([[1.0], [2.0], [1.0], [0.0], [4.0], [10.0]])
    found = network.layer_responses(parameters, network.columns([[1.0]]), mask)
    assert [part.ravel().tolist() for part in found] == [[1.0, 2.0], [3.0, 0.0, 12.0], [150.0], [150.0]]
    np.testing.assert_array_equal(network.forward(parameters, network.columns([[1.0]]), mask), [[150.0]])
    deep = MLP((1, 2, 3, 4, 1))
    assert deep.hidden_units == 9
    assert [layer.start for layer in deep.layers] == [0, 4, 13, 29]
    assert (deep.layers[1].stop, deep.parameter_count) == (13, 34)


def test_what_is_no_table_of_inputs_is_refused() -> None:
    for inputs in ([1.0, 2.0], [[[1.0, 2.0]]], [[1.0]]):
        with pytest.raises(ValueError, match=r"inputs of shape \(n, 2\)"):
            NETWORK.columns(inputs)


def test_the_mask_of_weights_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        NETWORK.weight_mask[0] = False


def test_answers_beyond_the_largest_number_are_silent() -> None:
    network = MLP((1, 1, 1), "linear")
    assert network.outputs(np.full(4, 1e200), [[1.0]]).tolist() == [[np.inf]]
    assert np.isnan(network.outputs(np.array([np.inf, -np.inf, 1.0, 0.0]), [[1.0]])).all()


def test_activations_of_as_many_hidden_layers_as_there_are() -> None:
    assert MLP((2, 1), activations=()).layers[0].activation == "linear"
    assert [layer.activation for layer in MLP((1, 2, 3, 4, 1), activations=("relu", "tanh", "sine")).layers] == [
        "relu", "tanh", "sine", "linear",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="3 hidden layers, but 2 "):
        MLP((1, 2, 3, 4, 1), activations=("relu", "tanh"))


def test_the_sine_of_what_is_beyond_the_largest_number_is_silently_undefined() -> None:
    assert np.isnan(MLP((1, 1, 1), "sine").outputs(np.array([np.inf, 0.0, 1.0, 0.0]), [[1.0]])).all()
