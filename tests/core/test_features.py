"""Input features against their formulas."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gdsim.core.features import FEATURES, MOST_INPUTS, FeatureMap, features_for

X = np.linspace(-2.0, 2.0, 9)[:, None]
XY = np.random.default_rng(0).normal(size=(9, 2))

PLANE = {
    "x1": lambda x, y: x,
    "x2": lambda x, y: y,
    "x1_squared": lambda x, y: x * x,
    "x2_squared": lambda x, y: y * y,
    "x1_x2": lambda x, y: x * y,
    "sin_x1": lambda x, y: np.sin(x),
    "sin_x2": lambda x, y: np.sin(y),
}


def test_two_inputs_offer_what_the_playground_does():
    assert features_for(2) == tuple(PLANE)


@pytest.mark.parametrize("key", PLANE)
def test_features_of_two_inputs(key):
    np.testing.assert_allclose(FeatureMap((key,)).apply(XY)[:, 0], PLANE[key](*XY.T))


def test_features_of_one_input():
    assert features_for(1) == ("x", *(f"x_power_{degree}" for degree in range(2, 10)), "sin_x")
    np.testing.assert_allclose(FeatureMap(("sin_x",)).apply(X), np.sin(X))


@pytest.mark.parametrize("degree", [1, 2, 5, 9])
def test_a_polynomial_has_all_powers(degree):
    powers = FeatureMap.polynomial(degree)
    np.testing.assert_allclose(powers.apply(X), np.vander(X[:, 0], degree + 1, increasing=True)[:, 1:])
    assert [feature.degree for feature in powers.features] == list(range(1, degree + 1))


@pytest.mark.parametrize("dim", range(1, MOST_INPUTS + 1))
def test_raw_features_are_the_inputs(dim):
    inputs = np.random.default_rng(dim).normal(size=(4, dim))
    np.testing.assert_array_equal(FeatureMap.raw(dim).apply(inputs), inputs)
    assert set(FeatureMap.raw(dim).keys) <= set(features_for(dim))


@pytest.mark.parametrize("dim", range(1, MOST_INPUTS + 1))
def test_all_that_is_offered_can_be_made(dim):
    features = FeatureMap(features_for(dim))
    assert features.fits(dim)
    assert features.apply(np.ones((3, dim))).shape == (3, len(features))


def test_every_feature_is_offered_somewhere_and_has_its_own_name():
    assert {key for dim in range(1, MOST_INPUTS + 1) for key in features_for(dim)} == set(FEATURES)
    for dim in range(1, MOST_INPUTS + 1):
        features = FeatureMap(features_for(dim))
        assert len(set(features.names)) == len(set(features.latex)) == len(features)


def test_the_order_is_the_one_asked_for():
    features = FeatureMap(("x1_x2", "x1"))
    assert features.names == ("x₁x₂", "x₁")
    assert features.latex == ("x_1 x_2", "x_1")
    np.testing.assert_allclose(features.apply([[2.0, 3.0]]), [[6.0, 2.0]])


def test_it_goes_through_json():
    features = FeatureMap(("x1", "sin_x2"))
    assert FeatureMap(json.loads(json.dumps(features.keys))) == features


@pytest.mark.parametrize(
    ("keys", "words"), [((), "choose a feature"), (("x3", "z"), "no feature called 'z'"), (("x1", "x1"), "once")]
)
def test_impossible_choices_are_refused_in_a_sentence(keys, words):
    with pytest.raises(ValueError, match=words):
        FeatureMap(keys)


def test_a_feature_of_an_input_that_is_not_there():
    assert not FeatureMap(("x", "x1")).fits(2)
    for keys, inputs in [(("x2",), X), (("x",), XY), (("x1_x2",), np.ones((2, 3)))]:
        with pytest.raises(ValueError, match=f"cannot be made from {inputs.shape[1]} inputs"):
            FeatureMap(keys).apply(inputs)


def test_numbers_of_inputs_and_degrees_out_of_range_get_a_sentence():
    for dim in (0, MOST_INPUTS + 1):
        with pytest.raises(ValueError, match=f"inputs, not {dim}"):
            FeatureMap.raw(dim)
    with pytest.raises(ValueError, match="degree lies between 1 and"):
        FeatureMap.polynomial(0)
    with pytest.raises(ValueError, match=r"rows of points, shape \(n, d\), not \(3,\)"):
        FeatureMap(("x",)).apply([1.0, 2.0, 3.0])
