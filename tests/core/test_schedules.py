"""Schedules are factors between 0 and 1 of a step's index; the numbers are worked out by hand."""

from __future__ import annotations

import math

import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.run import Run
from gdsim.core.schedules import SCHEDULES

EXPECTED = {
    ("constant", ()): {0: 1.0, 7: 1.0},
    ("step", (("every", 3), ("gamma", 0.5))): {0: 1.0, 2: 1.0, 3: 0.5, 6: 0.25},
    ("exponential", (("gamma", 0.9),)): {0: 1.0, 2: 0.81},
    ("cosine", (("length", 10), ("floor", 0.2))): {0: 1.0, 5: 0.6, 10: 0.2, 16: 0.2, 50: 0.2},
    ("inverse_time", (("decay", 0.5),)): {0: 1.0, 2: 0.5, 6: 0.25},
    ("warmup", (("length", 4),)): {0: 0.25, 2: 0.75, 3: 1.0, 9: 1.0},
}


@pytest.mark.parametrize(("key", "keywords"), EXPECTED, ids=[key for key, _ in EXPECTED])
def test_factors(key, keywords):
    schedule = SCHEDULES[key](**dict(keywords))
    for index, factor in EXPECTED[key, keywords].items():
        assert schedule.factor(index) == pytest.approx(factor)


def test_every_schedule_has_expected_numbers():
    assert {key for key, _ in EXPECTED} == set(SCHEDULES)


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_a_factor_lies_between_0_and_1_and_is_always_the_same(key):
    schedule = SCHEDULES[key]()
    factors = [schedule.factor(index) for index in range(500)]
    assert all(0.0 <= factor <= 1.0 for factor in factors)
    assert factors == [schedule.factor(index) for index in range(500)]


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_a_run_multiplies_its_rate(key):
    schedule = SCHEDULES[key]()
    run = Run(Objective.from_expression(parse("x^2")), OPTIMIZERS["gd"](lr=0.1), 3.0, schedule=schedule)
    run.advance(30)
    for step in run.steps:
        assert step.lr == pytest.approx(0.1 * schedule.factor(step.index))
        assert step.delta[0] == pytest.approx(-step.lr * 2.0 * step.point[0])


def test_inverse_time_averages_noise_out_where_a_constant_rate_does_not():
    import numpy as np

    objective = Objective.from_expression(parse("x^2/2"))
    ends = {}
    for key, keywords in (("constant", {}), ("inverse_time", {"decay": 0.5})):
        run = Run(objective, OPTIMIZERS["gd"](lr=0.5), np.full((400, 1), 1.0), max_steps=400, noise=1.0,
                  rng=np.random.default_rng(5), schedule=SCHEDULES[key](**keywords), keep=False)  # fmt: skip
        ends[key] = float(np.std(run.advance(400).point))
    # Stationary spread of x ← x − η(x + noise) is sqrt(η/(2 − η)).
    assert ends["constant"] == pytest.approx(math.sqrt(0.5 / 1.5), rel=0.15)
    assert ends["inverse_time"] < 0.2 * ends["constant"]


@pytest.mark.parametrize("key", [key for key, kind in SCHEDULES.items() if params_of(kind)])
def test_bad_parameters_get_a_sentence(key):
    spec = params_of(SCHEDULES[key])[0]
    with pytest.raises(ValueError, match=spec.title):
        SCHEDULES[key](**{spec.name: -5})
