"""What a picture shows of an optimizer's memory: the velocity's move and the effective rate of each coordinate."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run
from gdsim.core.surfaces import SURFACES

DIVIDES = {"adagrad", "rmsprop", "adadelta", "adam", "adamw", "nadam"}
REMEMBERS_VELOCITY = {"momentum", "nesterov"}


def steps(optimizer, count=8):
    run = Run(SURFACES["stretched_10"].objective(), optimizer, (-2.0, 1.0))
    run.advance(count)
    return run.steps


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_each_kind_offers_what_it_remembers(key):
    optimizer = OPTIMIZERS[key]()
    step = steps(optimizer, 1)[-1]
    assert (optimizer.effective_rates(step) is not None) == (key in DIVIDES)
    assert (optimizer.remembered_move(step) is not None) == (key in REMEMBERS_VELOCITY)


@pytest.mark.parametrize("key", ["adagrad", "rmsprop", "adadelta"])
def test_effective_rates_times_the_slope_are_the_move(key):
    optimizer = OPTIMIZERS[key](lr=0.1)
    for step in steps(optimizer):
        np.testing.assert_allclose(-optimizer.effective_rates(step) * step.gradient, step.delta, rtol=1e-12)


def test_adams_effective_rates_times_the_corrected_mean_are_the_move():
    optimizer = OPTIMIZERS["adam"](lr=0.1)
    for step in steps(optimizer):
        mean = step.next_state.first_moment / (1 - 0.9 ** (step.index + 1))
        np.testing.assert_allclose(-optimizer.effective_rates(step) * mean, step.delta, rtol=1e-12)


def test_the_heavy_balls_move_is_its_velocitys():
    optimizer = OPTIMIZERS["momentum"](lr=0.02)
    for step in steps(optimizer):
        np.testing.assert_allclose(optimizer.remembered_move(step), step.delta, rtol=1e-12)


def test_a_centered_rmsprop_divides_by_the_spread():
    plain, centered = (OPTIMIZERS["rmsprop"](lr=0.1, centered=flag) for flag in (False, True))
    assert (centered.effective_rates(steps(centered)[-1]) > plain.effective_rates(steps(plain)[-1])).all()
