from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.datasets import Data, DataSpec, make_data
from gdsim.core.features import FeatureMap
from gdsim.core.network import MLP
from gdsim.core.preparation import Preparation, Probe


def uneven_data() -> Data:
    rng = np.random.default_rng(5)
    inputs = rng.normal([100.0, -3.0], [20.0, 0.1], (60, 2))
    targets = 1000.0 + 50.0 * inputs[:, :1] - 7.0 * inputs[:, 1:]
    validation = np.arange(60) % 3 == 0
    return Data(inputs, targets, "regression", validation=validation)


def test_scaled_training_columns_have_mean_0_and_deviation_1():
    data = uneven_data()
    preparation = Preparation.of(data, FeatureMap(("x1", "x2", "x1_x2")), scaled=True)
    columns = preparation.network_inputs(data.training_set.inputs)
    targets = preparation.network_targets(data.training_set.targets)
    for array in (columns, targets):
        np.testing.assert_allclose(array.mean(axis=0), 0.0, atol=1e-10)
        np.testing.assert_allclose(array.std(axis=0), 1.0, atol=1e-10)


def test_without_scaling_nothing_is_changed():
    data = uneven_data()
    preparation = Preparation.of(data, FeatureMap(("x1", "x2")), scaled=False)
    np.testing.assert_array_equal(preparation.network_inputs(data.inputs), data.inputs)
    np.testing.assert_array_equal(preparation.network_targets(data.targets), data.targets)


@pytest.mark.parametrize("hidden", [(), (4,), (5, 3)])
def test_raw_weights_are_the_same_function_on_raw_inputs(hidden):
    data = uneven_data()
    preparation = Preparation.of(data, FeatureMap(("x1", "x2")), scaled=True)
    network = MLP((2, *hidden, 1))
    parameters = network.initialize(np.random.default_rng(1)) + 0.1
    weights, biases = preparation.raw_weights(network, parameters)
    layer = data.inputs
    for i, (matrix, bias) in enumerate(zip(weights, biases, strict=True)):
        layer = layer @ matrix + bias
        if i < len(weights) - 1:
            layer = np.tanh(layer)
    probe = Probe(preparation, network, "mse", data.inputs)
    np.testing.assert_allclose(probe.ask(parameters).output, layer, rtol=1e-9)


@pytest.mark.parametrize(("loss", "outputs"), [("binary_cross_entropy", 1), ("cross_entropy", 3)])
def test_a_probe_answers_with_probabilities_in_blocks_as_in_one(loss, outputs):
    data = make_data(DataSpec("gaussians" if outputs == 1 else "three_gaussians", n=3000), 1)
    preparation = Preparation.of(data, FeatureMap(("x1", "x2")), scaled=False)
    network = MLP((2, 32, 7, outputs))
    parameters = network.initialize(np.random.default_rng(1))
    answers = Probe(preparation, network, loss, data.inputs).ask(parameters)
    logits = network.outputs(parameters, data.inputs)
    if outputs == 1:
        expected = 1 / (1 + np.exp(-logits))
    else:
        expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers.output, expected, rtol=1e-12)
    assert [hidden.shape for hidden in answers.hidden] == [(3000, 32), (3000, 7)]


def test_constant_columns_are_named():
    inputs = np.column_stack([np.arange(10.0), np.full(10, 3.0)])
    data = Data(inputs, np.full((10, 1), 2.0), "regression")
    preparation = Preparation.of(data, FeatureMap(("x1", "x2")), scaled=True)
    first, second = preparation.sentences(data)
    assert "x₂ has the same value" in first
    assert "y has the same value" in second


def test_no_training_point_is_refused_in_a_sentence():
    data = Data(np.zeros((2, 1)), np.zeros((2, 1)), "regression", validation=[True, True])
    with pytest.raises(ValueError, match="no point to train on"):
        Preparation.of(data, FeatureMap(("x",)), scaled=False)


def test_classes_are_not_scaled_and_so_nothing_is_said_of_them():
    inputs = np.column_stack([np.full(20, 3.0), np.arange(20.0)])
    data = Data(inputs, np.zeros((20, 1)), "classification", class_names=("a", "b"), validation=np.arange(20) % 4 == 0)
    (sentence,) = Preparation.of(data, FeatureMap(("x1", "x2")), scaled=True).sentences(data)
    assert sentence.endswith("so it is shifted but not scaled.")
    assert len(Probe(Preparation.of(data, FeatureMap(("x1", "x2")), scaled=True), MLP((2, 1)), "mse", inputs)) == 20


def test_a_feature_that_never_varies_is_named_though_its_inputs_do():
    data = Data([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0]], [[1.0], [2.0], [3.0]], "regression")
    (sentence,) = Preparation.of(data, FeatureMap(("x1", "x1_x2")), scaled=True).sentences(data)
    assert sentence.startswith("x₁x₂ has the same value")
