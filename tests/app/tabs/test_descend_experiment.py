from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from gdsim.app.options import Options
from gdsim.app.tabs.descend.experiment import (
    Experiment,
    Setting,
    from_json,
    of_options,
    of_surface,
    optimizer_after,
    to_json,
)
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

PLAIN = of_surface(SURFACES["parabola"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_what_is_saved_comes_back(optimizer, schedule):
    plan = (PLAIN.plan[0], Setting(7, OPTIMIZERS[optimizer](lr=0.123), SCHEDULES[schedule](), noise=0.5))
    experiment = replace(PLAIN, surface="", formula="x^2 + 1", plan=plan, seed=5, speed=math.inf)
    assert from_json(json.loads(json.dumps(to_json(experiment), allow_nan=False))) == experiment


@pytest.mark.parametrize(
    "damage",
    [
        {"surface": "no such"}, {"surface": "", "formula": "x +"}, {"domain": [[1, -1]]}, {"domain": []},
        {"start": []}, {"start": ["a"]}, {"start": [math.nan]}, {"plan": []}, {"plan": [{}]}, {"seed": None},
        {"speed": "slow"}, {"formula": None, "surface": ""}, {"domain": 3},
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_a_value_error(damage):
    with pytest.raises(ValueError):
        from_json({**to_json(PLAIN), **damage})


def test_a_missing_part_is_refused():
    values = to_json(PLAIN)
    for key in values.keys() - {"formula"}:  # the gallery knows its formulas
        with pytest.raises(ValueError, match="not a description"):
            from_json({other: values[other] for other in values if other != key})


def test_a_change_applies_from_its_step_and_drops_what_was_planned_later():
    first, second, third = (OPTIMIZERS["gd"](lr=rate) for rate in (0.1, 0.2, 0.3))
    experiment = replace(PLAIN, plan=(Setting(0, first),))
    experiment = experiment.changed_from(8, optimizer=second).changed_from(5, optimizer=third)
    assert [experiment.setting_at(step).optimizer.lr for step in (0, 4, 5, 8, 99)] == [0.1, 0.1, 0.3, 0.3, 0.3]


def test_beginning_anew_keeps_the_settings_in_force():
    experiment = PLAIN.changed_from(4, noise=0.7).started_at((1.0,), 6)
    assert experiment.plan == (Setting(0, PLAIN.plan[0].optimizer, noise=0.7),)
    assert experiment.start == (1.0,)


def test_a_newly_chosen_optimizer_takes_over_the_rate():
    assert optimizer_after(OPTIMIZERS["gd"](lr=0.03), "adam", None).lr == 0.03


def test_an_optimizer_that_makes_its_own_steps_keeps_its_own_rate():
    newton = optimizer_after(OPTIMIZERS["gd"](lr=0.03), "newton", None)
    assert newton.lr == 1.0
    assert optimizer_after(newton, "gd", SURFACES["parabola"]).lr == SURFACES["parabola"].lr


def test_the_command_line_says_what_to_show():
    options = Options(formula="x^4", start=(0.5,), optimizer="adam", lr=0.3)
    shown = of_options(options, PLAIN)
    assert (shown.surface, shown.formula, shown.start) == ("", "x^4", (0.5,))
    assert shown.plan == (Setting(0, OPTIMIZERS["adam"](lr=0.3)),)
    assert of_options(Options(), PLAIN) == PLAIN
    assert of_options(Options(surface="kink"), PLAIN) == of_surface(SURFACES["kink"])


def test_the_command_line_can_ask_for_two_variables():
    assert of_options(Options(surface="himmelblau"), PLAIN) == of_surface(SURFACES["himmelblau"])
    shown = of_options(Options(formula="x*y", start=(0.5, 9.0)), PLAIN)
    assert (shown.dim, shown.start, shown.domain[0]) == (2, (0.5, 9.0), PLAIN.domain[0])


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (Options(formula="x+"), "something is missing|missing"),
        (Options(formula="x*z"), "z"),
        (Options(formula="x^4", start=(1.0, 2.0)), "2 coordinates"),
        (Options(surface="himmelblau", start=(1.0,)), "1 coordinate,"),
    ],
)
def test_what_the_command_line_cannot_have_is_refused(options, why):
    with pytest.raises(ValueError, match=why):
        of_options(options, PLAIN)


def test_a_formula_that_gains_or_loses_a_variable_keeps_the_rest_of_the_start():
    surface = PLAIN.with_formula("x^2 + y^2")
    assert (surface.dim, surface.start[0], surface.domain[0]) == (2, PLAIN.start[0], PLAIN.domain[0])
    curve = surface.with_formula("x^3")
    assert (curve.start, curve.domain) == (PLAIN.start, PLAIN.domain)
    assert surface.with_formula("3").dim == 2
    assert curve.with_formula("y^2").dim == 2
    assert from_json(to_json(surface)) == surface


def test_the_objective_is_made_once():
    assert PLAIN.objective() is replace(PLAIN, seed=9).objective()
    assert isinstance(PLAIN, Experiment)


def test_a_y_that_is_gained_comes_back_from_the_surface_before():
    surface = replace(PLAIN.with_formula("x*y"), start=(0.5, -7.0), domain=((-1.0, 1.0), (-9.0, 2.0)))
    curve = surface.with_formula("x^2")
    again = curve.with_formula("x^2 + y", surface)
    assert (again.start, again.domain) == (surface.start, surface.domain)
    assert curve.with_formula("x^2 + y").start == (0.5, 1.5)
