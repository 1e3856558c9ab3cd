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


@pytest.mark.parametrize("key", ["adam", "adamw"])
def test_adams_effective_rates_times_the_corrected_mean_are_the_move(key):
    # An ε that counts; AdamW's decay moves the point besides.
    optimizer = OPTIMIZERS[key](lr=0.1, eps=0.5)
    decay = optimizer.lr * optimizer.weight_decay if key == "adamw" else 0.0
    for step in steps(optimizer):
        mean = step.next_state.first_moment / (1 - 0.9 ** (step.index + 1))
        move = -optimizer.effective_rates(step) * mean - decay * step.point
        np.testing.assert_allclose(move, step.delta, rtol=1e-12)


def test_adams_effective_rates_without_bias_correction():
    optimizer = OPTIMIZERS["adam"](lr=0.1, eps=0.5, bias_correction=False)
    for step in steps(optimizer):
        np.testing.assert_allclose(
            -optimizer.effective_rates(step) * step.next_state.first_moment, step.delta, rtol=1e-12
        )


def test_nadams_effective_rates_times_the_look_ahead_are_the_move():
    """μₜ = β₁(1 − ½·0.96^(tψ)) as Dozat has it, and all products by hand."""
    optimizer = OPTIMIZERS["nadam"](lr=0.1, eps=0.5, momentum_decay=0.3, weight_decay=0.2)
    factors = [0.9 * (1.0 - 0.5 * 0.96 ** (0.3 * t)) for t in range(1, 12)]
    for step in steps(optimizer):
        now, ahead = factors[step.index], factors[step.index + 1]
        product = float(np.prod(factors[: step.index + 1]))
        gradient = step.gradient + 0.2 * step.point
        mean = ahead * step.next_state.first_moment / (1 - product * ahead) + (1 - now) * gradient / (1 - product)
        np.testing.assert_allclose(-optimizer.effective_rates(step) * mean, step.delta, rtol=1e-12)
        size = np.sqrt(step.next_state.second_moment / (1 - 0.999 ** (step.index + 1))) + 0.5
        np.testing.assert_allclose(optimizer.effective_rates(step), 0.1 / size, rtol=1e-12)


@pytest.mark.parametrize(("key", "more"), [("momentum", {}), ("nesterov", {}), ("rmsprop", {"momentum": 0.5})])
def test_the_remembered_move_is_the_velocitys(key, more):
    optimizer = OPTIMIZERS[key](lr=0.02, **more)
    for step in steps(optimizer):
        np.testing.assert_allclose(optimizer.remembered_move(step), -0.02 * step.next_state.velocity, rtol=1e-15)
        if key != "nesterov":  # which goes by the slope at the place that it carries to
            np.testing.assert_allclose(optimizer.remembered_move(step), step.delta, rtol=1e-12)


def test_a_centered_rmsprop_divides_by_the_spread():
    plain, centered = (OPTIMIZERS["rmsprop"](lr=0.1, centered=flag) for flag in (False, True))
    assert (centered.effective_rates(steps(centered)[-1]) > plain.effective_rates(steps(plain)[-1])).all()
