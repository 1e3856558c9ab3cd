from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.race import SWEEP_RATES, Sweep, default_entrants, race, race_rule
from gdsim.core.run import Run, StopReason
from gdsim.core.surfaces import SURFACES


def finished(*args, **options):
    *_, result = race(*args, **options)
    return result


def himmelblau():
    surface = SURFACES["himmelblau"]
    return surface.objective(), surface.start


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_racer_is_a_plain_run(key):
    objective, start = himmelblau()
    optimizer = OPTIMIZERS[key](lr=0.01)
    (racer,) = finished(objective, [optimizer], start, budget=60).racers
    run = Run(objective, optimizer, start, max_steps=60)
    values = [step.value for step in run]
    assert racer.losses.tolist() == values
    assert racer.gradients == len(values) - 1 <= 60
    assert racer.final == values[-1]


def test_everybody_gets_the_same_start_and_the_same_number_of_gradients():
    surface = SURFACES["rosenbrock"]
    entrants = [kind(lr=1e-4) for kind in OPTIMIZERS.values() if "objective" not in kind.needs]
    result = finished(surface.objective(), entrants, surface.start, budget=80)
    assert {racer.gradients for racer in result.racers} == {80}
    assert len({racer.losses[0] for racer in result.racers}) == 1


@pytest.mark.parametrize("key", ["gd", "momentum", "adam", "line_search"])
def test_the_sweep_agrees_with_brute_force(key):
    objective, start = himmelblau()
    entrant = OPTIMIZERS[key]()
    result = finished(objective, [entrant], start, budget=40, tuned=True)
    (sweep,) = result.sweeps
    finals = []
    for rate in SWEEP_RATES:
        run = Run(objective, dataclasses.replace(entrant, lr=rate), start, max_steps=40)
        run.advance(40)
        bad = run.stop_reason in (StopReason.DIVERGED, StopReason.NOT_A_NUMBER)
        finals.append(math.inf if bad else run.steps[-1].value)
    assert list(sweep.finals) == finals
    assert finals[sweep.rates.index(sweep.best)] <= min(finals) + 1e-9
    assert result.racers[0].optimizer == dataclasses.replace(entrant, lr=sweep.best)
    assert result.racers[0].final == finals[sweep.rates.index(sweep.best)]


def test_on_a_parabola_the_sweep_finds_the_rate_next_to_one_over_the_curvature():
    objective = Objective.from_expression(parse("50x^2"), ((-1, 1),))
    result = finished(objective, [OPTIMIZERS["gd"]()], [0.7], budget=10, tuned=True)
    assert result.sweeps[0].best == 0.01
    assert all(
        math.isinf(f) or f > 1e3 for f, rate in zip(result.sweeps[0].finals, SWEEP_RATES, strict=True) if rate > 0.1
    )


def test_of_equal_rates_the_quickest_then_the_smallest_wins():
    assert Sweep("gd", (0.1, 0.2, 0.3, 0.4), (0.0, 0.0, 0.0, 5.0), (9, 4, 4, None)).best == 0.2
    assert Sweep("gd", (0.1, 0.2), (math.inf, math.inf), (None, None)).best is None


def test_where_every_rate_fails_the_entrant_keeps_its_own_and_fails():
    objective = Objective.from_expression(parse("log(x)"), ((-1, 1),))
    result = finished(objective, [OPTIMIZERS["gd"](lr=0.02)], [-0.5], budget=10, tuned=True)
    assert result.sweeps[0].best is None
    assert result.racers[0].optimizer.lr == 0.02
    assert "no value" in result.racers[0].failure


def test_failed_runs_come_last_with_their_reason():
    objective, _ = himmelblau()
    entrants = [OPTIMIZERS["gd"](lr=0.1), OPTIMIZERS["gd"](lr=1e-6), OPTIMIZERS["adam"](lr=0.1)]
    result = finished(objective, entrants, (5, 5), budget=100)
    assert [racer.optimizer for racer in result.ranking] == [entrants[2], entrants[1], entrants[0]]
    assert result.ranking[-1].failure.startswith("diverged: the learning rate 0.1 is larger than 2/curvature")
    assert [bool(racer.failure) for racer in result.ranking] == [False, False, True]
    assert result.level < result.racers[0].losses[0]


def test_who_settles_early_is_done_with_fewer_gradients_and_keeps_its_loss():
    objective = Objective.from_expression(parse("x^2 + 10y^2"), ((-3, 3), (-3, 3)))
    result = finished(objective, [OPTIMIZERS["newton"](), OPTIMIZERS["gd"](lr=0.01)], (2, 1), budget=50, minimum=0.0)
    newton, descent = result.racers
    assert newton.gradients < 5 < descent.gradients == 50
    assert newton.to_tolerance == 1
    assert newton.run.stop_reason is StopReason.CONVERGED
    assert result.ranking[0] is newton


def test_arriving_means_staying():
    # Momentum shoots through the minimum: the first time at the level is not the arrival.
    objective = Objective.from_expression(parse("x^2"), ((-3, 3),))
    result = finished(objective, [OPTIMIZERS["momentum"](lr=0.05)], [2.0], budget=300, minimum=0.0, tolerance=0.01)
    (racer,) = result.racers
    assert result.level == pytest.approx(0.04)
    assert np.flatnonzero(racer.losses <= 0.04)[0] < racer.to_tolerance
    assert (racer.losses[racer.to_tolerance :] <= 0.04).all()
    assert racer.losses[racer.to_tolerance - 1] > 0.04


def test_searches_count_what_they_evaluate():
    objective, start = himmelblau()
    result = finished(objective, [OPTIMIZERS[key]() for key in ("gd", "line_search", "newton")], start, budget=10)
    by_key = {racer.key: racer for racer in result.racers}
    assert (by_key["gd"].values, by_key["gd"].hessians) == (0, 0)
    assert by_key["line_search"].values >= 2 * by_key["line_search"].gradients
    assert by_key["newton"].hessians == by_key["newton"].gradients


def test_the_table_is_ranked_and_complete():
    objective, start = himmelblau()
    result = finished(objective, [kind(lr=0.01) for kind in OPTIMIZERS.values()], start, budget=50)
    rows = result.rows()
    assert [row["place"] for row in rows] == list(range(1, len(OPTIMIZERS) + 1))
    assert {row["optimizer"] for row in rows} == {kind.title for kind in OPTIMIZERS.values()}
    assert len({tuple(row) for row in rows}) == 1


def test_adam_in_the_default_field_corrects_its_bias_and_without_says_so():
    field = {optimizer.key: optimizer for optimizer in default_entrants(0.01)}
    assert field["adam"].bias_correction
    assert set(field) == {key for key, kind in OPTIMIZERS.items() if "objective" not in kind.needs}
    objective, start = himmelblau()
    result = finished(objective, [OPTIMIZERS["adam"](bias_correction=False)], start, budget=3)
    assert result.racers[0].title == "Adam without bias correction"


def test_the_rule_says_all_that_matters():
    rule = race_rule(200, tuned=True, level=0.5)
    for part in (
        "Same start",
        "200 gradient evaluations",
        "25 rates from 10⁻⁵ to 10",
        "at most 0.5",
        "nothing clipped",
    ):
        assert part in rule
    assert "as it is set" in race_rule(200, tuned=False, level=None)


def test_progress_and_determinism():
    objective, start = himmelblau()

    def results():
        return list(race(objective, default_entrants(), start, budget=30, tuned=True))

    first, second = results(), results()
    done = [result.done for result in first]
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert first[-1].sweeps == second[-1].sweeps
    assert len(first) == len(second)


def test_refusals_are_sentences():
    objective, start = himmelblau()
    with pytest.raises(ValueError, match="at least one optimizer"):
        race(objective, [], start)
    with pytest.raises(ValueError, match="2 coordinates"):
        race(objective, default_entrants(), (1.0, 2.0, 3.0))
    with pytest.raises(ValueError, match="one start for all"):
        race(objective, default_entrants(), [(1.0, 2.0), (3.0, 4.0)])
