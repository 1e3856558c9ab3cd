"""The counting in a race: rates, levels, ties, the share done, and the rule in words."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.race import (
    SWEEP_RATES,
    Racer,
    RaceResult,
    _arrival,
    _sweep,
    default_entrants,
    failed,
    race,
    short_race_rule,
)
from gdsim.core.run import StopReason

RAISED = Objective.from_expression(parse("x^2 + 5"), ((-3, 3),))


def gd(*rates):
    return [OPTIMIZERS["gd"](lr=rate) for rate in rates]


def test_the_rates_of_a_sweep_are_four_a_decade():
    assert SWEEP_RATES[:5] == (1e-5, 1.778e-5, 3.162e-5, 5.623e-5, 1e-4)
    assert SWEEP_RATES[-5:] == (1.0, 1.778, 3.162, 5.623, 10.0)
    assert len(SWEEP_RATES) == 25


def test_the_default_field_has_one_rate_or_those_of_the_kinds():
    assert {optimizer.lr for optimizer in default_entrants(0.25)} == {0.25}
    assert [optimizer.lr for optimizer in default_entrants()] == [kind().lr for kind in map(type, default_entrants())]
    assert len({optimizer.lr for optimizer in default_entrants()}) > 1


@pytest.mark.parametrize(
    ("tuned", "budget", "done"),
    [
        (False, 130, [0, 0, 0, 1 / 2, 1 / 2, 1 / 2, 1 / 2, 1]),  # three pulls and the outcome, twice
        (True, 5, [k / 52 for k in [*range(26), *range(26, 53)]]),
    ],
)
def test_the_share_done_is_that_of_the_runs(tuned, budget, done):
    results = [result.done for result in race(RAISED, gd(1e-4, 2e-4), [2.0], budget=budget, tuned=tuned)]
    if tuned:  # after each entrant the share is told once more
        done = [*done[:26], 26 / 52, *done[26:]]
    assert results == pytest.approx(done)


def test_searches_are_pulled_in_shorter_pieces():
    results = list(race(RAISED, [OPTIMIZERS["line_search"](lr=1e-6)], [2.0], budget=30))
    assert len(results) == 3 + 1


def test_the_level_is_measured_from_the_lowest_that_did_not_fail():
    *_, result = race(RAISED, gd(0.1, 0.01), [2.0], budget=10, tolerance=0.01)
    low = 5.0 + (2.0 * 0.8**10) ** 2
    level = low + 0.01 * (9.0 - low)
    assert result.level == pytest.approx(level)
    assert result.short_rule.startswith(
        "Same start, 10 gradients each, rates as set. Arrived: loss ≤ 5.086, with 1\u00a0%"
    )
    assert result.rule.startswith("Same start, 10 gradient evaluations for each")
    assert "from the start's loss down to the lowest loss of this race no more than 1 % is left" in result.rule
    assert short_race_rule(9, True, None) == "Same start, 9 gradients each, rates tuned by one sweep."
    *_, known = race(RAISED, gd(0.1), [2.0], budget=10, minimum=4.0, tolerance=0.01)
    assert known.level == pytest.approx(4.05)
    assert "down to the known minimum no more" in known.rule
    *_, below = race(RAISED, gd(0.1), [2.0], budget=10, minimum=10.0)
    assert below.level == 10.0
    falling = Objective.from_expression(parse("log(x)"), ((-1, 3),))
    *_, result = race(falling, gd(0.6, 1e-3), [1.0], budget=10)
    bad, good = result.racers
    assert bad.failure
    assert bad.final < good.final == pytest.approx(-0.01, rel=0.01)
    assert result.level == pytest.approx(0.999 * good.final)


def test_a_run_has_failed_where_it_ended_without_a_finite_loss():
    def ended(reason, *values):
        return failed(SimpleNamespace(stop_reason=reason, steps=[SimpleNamespace(value=value) for value in values]))

    assert not ended(StopReason.BUDGET, 1.0)
    assert not ended(StopReason.BUDGET, 1.0, math.inf, 2.0)
    assert ended(StopReason.BUDGET, 1.0, 2.0, math.inf)
    for reason in StopReason:
        bad = reason in (StopReason.DIVERGED, StopReason.NOT_A_NUMBER, StopReason.BORDER)
        assert ended(reason, 1.0) is bad


INF = math.inf


@pytest.mark.parametrize(
    ("trials", "arrivals"),
    [
        # Of a fall of 10 to 1, differences of 1e-11 are none.
        ([[11.0, 1.0], [11.0, 5.0, 1.0 + 0.9e-11], [11.0, 1.0 + 1.1e-11]], (1, 2, None)),
        ([[11.0, 1.0 + 0.9e-11, 1.0], [INF]], (1, None)),
        ([[10.0, 1e-13, 0.0], [10.0, 2e-11]], (1, None)),
        # Of a loss that is large beside its fall, what rounding leaves of it.
        ([[-1e6 + 1.0, -1e6], [-1e6 + 1.0, -1e6 + 0.9e-6], [-1e6 + 1.0, -1e6 + 1.2e-6]], (1, 1, None)),
        ([[1e6 + 1.0, 1e6], [1e6 + 1.0, 1e6 + 0.9e-6], [1e6 + 1.0, 1e6 + 1.2e-6]], (1, 1, None)),
        # All went up: by 4, to 5.
        ([[1.0, 5.0], [1.0, 5.0 + 4e-12], [1.0, 5.0 + 7e-12]], (0, 0, None)),
        ([[-10.0, -1.0], [-10.0, -1.0 + 8e-12], [-10.0, -1.0 + 1e-11]], (0, 0, None)),
        ([[INF], [INF]], (None, None)),
    ],
)
def test_finals_that_differ_by_rounding_alone_are_equal(trials, arrivals):
    sweep = _sweep("gd", [np.array(losses) for losses in trials])
    assert sweep.arrivals == arrivals
    assert sweep.finals == tuple(losses[-1] for losses in trials)
    assert sweep.rates == SWEEP_RATES


def racer(key, losses, failure=""):
    return Racer(key, key, gd(0.1)[0], None, np.array(losses), 3, 0, 0, None, failure, "")


@pytest.mark.parametrize(
    ("losses", "arrival"),
    [
        ([5.0, 2.0, 2.0, 1.0], 1),
        ([2.0, 1.0], 0),
        ([5.0, 1.0, 3.0, 2.0], 3),
        ([5.0, 1.0, 2.1], None),
        ([math.nan, 1.0], 1),
    ],
)
def test_arriving_is_staying_at_or_below_the_level(losses, arrival):
    assert _arrival(racer("gd", losses), 2.0) == arrival
    assert _arrival(racer("gd", losses, "diverged"), 2.0) is None
    assert _arrival(racer("gd", losses), None) is None


def test_the_ranking_is_by_arrival_then_by_loss_with_failures_last():
    field = [racer("late", [0.0]), racer("failed", [-9.0], "diverged"), racer("never", [3.0]), racer("soon", [1.0]),
             racer("nearly", [2.0]), racer("tied", [0.5])]  # fmt: skip
    steps = {"late": 9, "soon": 4, "tied": 9}
    field = tuple(dataclasses.replace(one, to_tolerance=steps.get(one.key)) for one in field)
    ranking = RaceResult(field, (), 1.0, "", "", 1.0).ranking
    assert [one.key for one in ranking] == ["soon", "late", "tied", "nearly", "never", "failed"]


def test_the_usual_budget_and_what_searches_evaluated_of_the_function():
    *_, result = race(RAISED, gd(1e-4), [2.0])
    assert result.racers[0].gradients == 200
    assert result.level == pytest.approx(result.racers[0].final + 1e-3 * (9.0 - result.racers[0].final))
    counts = []
    for budget in (1, 2, 3):  # the same share of the way in each step
        *_, result = race(RAISED, [OPTIMIZERS["line_search"](lr=0.8)], [2.0], budget=budget)
        counts.append(result.racers[0].values)
    assert counts == [counts[0], 2 * counts[0], 3 * counts[0]]
    assert counts[0] > 0
