"""Settings of training at the very ends of their ranges, and the rate of a step."""

from __future__ import annotations

import math

import pytest

from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import Settings

GD = OPTIMIZERS["gd"](lr=0.5)


@pytest.mark.parametrize(
    "given",
    [{"l1": 0.0}, {"l2": 0.0}, {"weight_decay": 0.0}, {"dropout": 0.0}, {"dropout": 0.95}, {"batch_size": 1},
     {"patience": 1}, {"l1": 1e300}],
)  # fmt: skip
def test_the_ends_of_the_ranges_are_taken(given) -> None:
    (name, value), = given.items()  # fmt: skip
    assert getattr(Settings(GD, **given), name) == value


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"l1": -1e-300}, "the strength of L1 has to be a finite number of 0 or more"),
        ({"l2": math.inf}, "the strength of L2 has"),
        ({"l2": -1.0}, "the strength of L2 has"),
        ({"weight_decay": math.nan}, "weight decay has"),
        ({"dropout": -1e-9}, "between 0 and 0.95"),
        ({"dropout": 0.951}, "between 0 and 0.95"),
        ({"dropout": math.nan}, "between 0 and 0.95"),
        ({"batch_size": 0}, "at least one point"),
        ({"patience": 0}, "at least one epoch"),
        ({"optimizer": OPTIMIZERS["newton"]()}, "is not for networks"),
    ],
)
def test_beyond_them_there_is_a_sentence(given, words) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(**{"optimizer": GD, **given})


def test_the_rate_of_a_step() -> None:
    halved = Settings(GD, schedule=SCHEDULES["step"](every=2, gamma=0.5))
    assert [halved.rate(step) for step in range(5)] == [0.5, 0.5, 0.25, 0.25, 0.125]
    assert Settings(GD).rate(99) == 0.5


def test_two_decays_are_told_with_their_sum() -> None:
    adamw = OPTIMIZERS["adamw"](weight_decay=0.01)
    assert Settings(adamw, weight_decay=0.03).note == (
        "AdamW has a weight decay of its own, 0.01: every step shrinks the weights by 0.04 times the rate, and the "
        "biases by 0.01 times the rate."
    )
    own = "'s own weight decay of 0.01 pulls on the biases too, and the penalty does not show it."
    assert Settings(adamw).note == f"AdamW{own}"
    assert Settings(OPTIMIZERS["adam"](weight_decay=0.01), weight_decay=0.03).note == f"Adam{own}"
    assert Settings(OPTIMIZERS["adam"](), weight_decay=0.03).note == ""
