"""The words of the network diagram, and the way of the keys over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.network_picture import (
    NetworkPicture,
    UnitPicture,
    bias_text,
    column_title,
    network_summary,
    subscript,
    weight_text,
)
from gdsim.app.plots.network_spots import Spot, moved_spot, spot_description, spot_exists, spot_words
from tests.app.plots.network_examples import network, one_weight


def test_a_weight_is_read_with_four_digits_and_both_ends():
    picture = replace(network(2, 3, 1), weights=(np.full((2, 3), -0.83124), np.ones((3, 1))))
    assert weight_text(picture, 0, 0, 1) == "w(x₁→h₂) = −0.8312"
    raw = replace(picture, raw_weights=(np.full((2, 3), 12.3456), np.ones((3, 1))))
    assert weight_text(raw, 0, 0, 1) == "w(x₁→h₂) = −0.8312 (12.35 in raw units)"


def test_a_bias_is_read_likewise():
    picture = one_weight(1.0, bias=0.125)
    assert bias_text(picture, 0, 0) == "b(y) = 0.1250"
    assert bias_text(replace(picture, raw_biases=(np.array([2.0]),)), 0, 0) == "b(y) = 0.1250 (2.000 in raw units)"


@pytest.mark.parametrize(("value", "text"), [(np.nan, "not a number"), (np.inf, "∞"), (-np.inf, "−∞"), (0.0, "0")])
def test_odd_numbers_have_words(value, text):
    assert weight_text(one_weight(value), 0, 0, 0) == f"w(x→y) = {text}"


def test_marks_are_read_out():
    unit = UnitPicture("h₁", bias=1.0, dropped=True, dead=True)
    picture = NetworkPicture((UnitPicture("x"),), ((unit,),), (np.ones((1, 1)),))
    assert spot_words(picture, Spot(0, 0)) == (
        "b(h₁) = 1.000, dropped in this step, dead: its response is the same everywhere"
    )


def test_weights_have_to_fit_the_layers():
    with pytest.raises(ValueError, match="no weights for layers"):
        NetworkPicture((UnitPicture("x"),), ((UnitPicture("y"),),), (np.ones((2, 1)),))


def test_names_of_columns_and_of_the_whole():
    picture = network(2, 8, 4, 3)
    assert [column_title(picture, column) for column in range(4)] == ["Inputs", "Hidden 1", "Hidden 2", "Outputs"]
    assert network_summary(picture) == "2 inputs, hidden layers of 8 and 4 units, 3 outputs"
    assert network_summary(network(1, 1, 1)) == "1 input, a hidden layer of 1 unit, 1 output"
    assert network_summary(network(1, 1)) == "1 input, 1 output"
    assert network_summary(NetworkPicture()) == "No network"
    assert subscript("h", 12) == "h₁₂"


def test_arrows_walk_along_a_weight_and_over_a_column():
    picture = network(2, 8, 1)
    weight = moved_spot(picture, Spot(-1, 1), "right")
    assert weight.is_weight
    assert (weight.layer, weight.source) == (0, 1)
    assert moved_spot(picture, weight, "right") == Spot(0, weight.unit)
    assert moved_spot(picture, weight, "left") == Spot(-1, 1)
    assert moved_spot(picture, weight, "down") == replace(weight, unit=weight.unit + 1)
    assert moved_spot(picture, weight, "up", shift=True) == replace(weight, source=0)
    assert moved_spot(picture, Spot(0, 7), "down") == Spot(0, 7)
    assert moved_spot(picture, Spot(-1, 0), "left") == Spot(-1, 0)
    assert moved_spot(picture, Spot(1, 0), "right") == Spot(1, 0)


def test_every_unit_can_be_reached():
    picture = network(3, 5, 2)
    seen, todo = set(), [Spot(-1, 0)]
    while todo:
        spot = todo.pop()
        if spot not in seen:
            assert spot_exists(picture, spot)
            assert spot_description(picture, spot)
            seen.add(spot)
            todo += [
                moved_spot(picture, spot, key, shift) for key in ("up", "down", "left", "right") for shift in (0, 1)
            ]
    assert len(seen) == 3 + 5 + 2 + 3 * 5 + 5 * 2
