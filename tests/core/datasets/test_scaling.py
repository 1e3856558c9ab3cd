"""Standardization, and that converted weights make the same function."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gdsim.core.datasets import Scaling

COLUMNS = np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]])


def test_scaled_columns_have_mean_0_and_deviation_1():
    scaling = Scaling.fit(COLUMNS)
    assert scaling.mean == pytest.approx((3.0, 20.0))
    assert scaling.scale == pytest.approx((np.sqrt(14 / 3), np.sqrt(200 / 3)))
    np.testing.assert_allclose(scaling.apply(COLUMNS).mean(axis=0), 0.0, atol=1e-15)
    np.testing.assert_allclose(scaling.apply(COLUMNS).std(axis=0), 1.0)
    np.testing.assert_allclose(scaling.undo(scaling.apply(COLUMNS)), COLUMNS)


@pytest.mark.parametrize("value", [0.0, 0.1, 5.0, 1e9])
def test_a_constant_column_has_scale_1_and_is_named(value):
    scaling = Scaling.fit(np.column_stack([np.arange(1000.0), np.full(1000, value)]))
    assert scaling.constant == (1,)
    assert scaling.scale[1] == 1.0
    np.testing.assert_array_equal(scaling.apply([[0.0, value]])[:, 1], 0.0)
    assert scaling.sentence(("a", "b")).startswith("b has the same value")


def test_a_column_that_varies_a_little_is_not_constant():
    scaling = Scaling.fit([[1.0], [1.0 + 1e-9]])
    assert scaling.constant == ()
    assert scaling.sentence(("a",)) == ""


def test_two_constant_columns_are_named_together():
    assert "a, b have" in Scaling.fit(np.ones((4, 2))).sentence(("a", "b"))


def test_none_changes_nothing():
    np.testing.assert_array_equal(Scaling.none(2).apply(COLUMNS), COLUMNS)


def test_the_first_layer_is_the_same_function_in_both_units():
    rng = np.random.default_rng(0)
    weights, bias = rng.normal(size=(2, 4)), rng.normal(size=4)
    scaling = Scaling.fit(COLUMNS)
    raw_weights, raw_bias = scaling.first_layer_to_raw(weights, bias)
    np.testing.assert_allclose(COLUMNS @ raw_weights + raw_bias, scaling.apply(COLUMNS) @ weights + bias)
    for back, expected in zip(scaling.first_layer_to_scaled(raw_weights, raw_bias), (weights, bias), strict=True):
        np.testing.assert_allclose(back, expected)


def test_the_last_layer_is_the_same_function_in_both_units():
    rng = np.random.default_rng(0)
    hidden, weights, bias = rng.normal(size=(5, 4)), rng.normal(size=(4, 2)), rng.normal(size=2)
    scaling = Scaling.fit(COLUMNS)
    raw_weights, raw_bias = scaling.last_layer_to_raw(weights, bias)
    np.testing.assert_allclose(hidden @ raw_weights + raw_bias, scaling.undo(hidden @ weights + bias))
    for back, expected in zip(scaling.last_layer_to_scaled(raw_weights, raw_bias), (weights, bias), strict=True):
        np.testing.assert_allclose(back, expected)


def test_it_goes_through_json():
    scaling = Scaling.fit(COLUMNS)
    mean, scale = json.loads(json.dumps([scaling.mean, scaling.scale]))
    assert Scaling(tuple(mean), tuple(scale)) == scaling


def test_nothing_to_fit_on_is_refused():
    with pytest.raises(ValueError, match="one training point at least"):
        Scaling.fit(np.zeros((0, 2)))
