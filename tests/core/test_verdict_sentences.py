"""Sentences at the borders of what they claim, on steps made by hand: which is said, with which numbers."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, Step
from gdsim.core.surfaces import SURFACES
from gdsim.core.verdict import Tone, VerdictKind, limit_sentence, sentences, slope_sentence, verdict_of
from gdsim.core.verdict.patterns import Bounce


def function(formula, *domain):
    return Objective.from_expression(parse(formula), domain or ((-3.0, 3.0),))


def step_at(objective, point, delta=(0.0,), noise=0.0, lr=0.1):
    place = np.array(point, dtype=float, ndmin=1)
    return Step(
        0, place, objective.value(place), objective.gradient(place) + noise, np.array(delta, dtype=float), (), (), lr
    )


def under_way(objective, *points, lr=0.1, key="gd"):
    """The verdict on steps that lead from each of these places to the next."""
    places = np.array([*points, points[-1]], dtype=float).reshape(len(points) + 1, -1)
    steps = [step_at(objective, here, there - here, lr=lr) for here, there in itertools.pairwise(places)]
    return sentences._under_way(steps, objective, OPTIMIZERS[key](lr=lr))


def test_three_steps_upwards_diverge_where_they_pass_all_that_was():
    parabola, far = function("x^2"), "The learning rate 1.5 is above 2/curvature = 1 here"
    verdict = under_way(parabola, 0.1, 0.2, 0.3, 0.4, lr=1.5)
    assert (verdict.kind, verdict.tone) == (VerdictKind.DIVERGING, Tone.BAD)
    assert verdict.text.startswith(f"The last 3 steps went up, to 0.16. {far}")
    for points, lr, rise in (((0.2, 0.3, 0.4), 1.5, "0.07"), ((2.0, 0.1, 0.2, 0.3, 0.4), 1.5, "0.07")):
        verdict = under_way(parabola, *points, lr=lr)
        assert (verdict.kind, verdict.tone) == (VerdictKind.RISING, Tone.WARNING)
        assert verdict.text.startswith(f"The value rose by {rise}: it went uphill. {far}")
    verdict = under_way(parabola, 0.1, 0.2, 0.3, 0.4, lr=0.5)
    assert verdict.text.startswith("The value rose by 0.07: it went uphill. The slope is positive here")


def test_growing_bounces_without_a_limit_diverge_too():
    verdict = under_way(function("x^2"), *(0.01 * (-1.1) ** k for k in range(7)), key="adam")
    assert (verdict.kind, verdict.tone) == (VerdictKind.DIVERGING, Tone.BAD)
    assert verdict.text.startswith("The last 6 steps went up, to 0.0003138. The slope is positive here")
    cliff = function("x^2 + 0.35relu(-x)^2")
    bounces = (0.01, -0.008, 0.0114, -0.0092, 0.0131, -0.0105)  # each second one is lower than the one before
    verdict = under_way(cliff, *bounces, key="adam")
    assert verdict.text == ("Each bounce is larger than the one before, now between x = 0.0131 and x = −0.0105.")


def test_what_a_bounce_is_called_goes_by_its_growth_and_by_the_fall():
    objective = function("x^2")
    steps = [step_at(objective, point) for point in (1.0, -1.0, 1.0, -1.0)]

    def said(*found):
        return sentences._bouncing(Bounce(*found), steps, objective, "")

    between = "between x = 1 and x = −1"
    assert said(1.0, 1.0, False, False, False).text == (
        f"It bounces {between} and does not settle. A smaller learning rate would."
    )
    assert said(1.0, 1.0, False, True, False).text.startswith(f"It bounces to and fro without settling, now {between}:")
    shrinking = said(0.81, 0.5, True, False, False)
    assert (shrinking.text, shrinking.tone) == (
        "It bounces from side to side, but each bounce is 0.9 times the one before.",
        Tone.NEUTRAL,
    )
    assert said(1.21, 1.2, True, False, False).text.startswith("It bounces to and fro")  # it was as far out before


def test_the_same_height_and_noise_that_keeps_a_bounce_up_are_said():
    parabola = function("x^2")
    assert under_way(parabola, 1.0, -1.0).text.startswith("The value stayed the same. The slope is negative here")
    steps = [step_at(parabola, point, noise=1.0) for point in (1.0, -1.0, 1.0, -1.0)]
    for limit, rest in (("", "A smaller learning rate would keep it closer."), ("The rate.", "The rate.")):
        assert sentences._bouncing(Bounce(1.0, 1.0, False, False, False), steps, parabola, limit).text == (
            f"It bounces between x = 1 and x = −1; with the noise in its gradients it does not settle. {rest}"
        )


def test_places_that_read_alike_are_the_same_only_if_the_value_stays():
    steep = function("1e12(x - 1)^2")
    near = (1.0 + 1e-6, 1.0 - 2e-6) * 3
    assert under_way(steep, *near).text.startswith("It bounces between x = 1 and x = 1 and does not settle.")
    gentle = function("1e-9(x - 1)^2")
    verdict = under_way(gentle, *near)
    assert verdict.text == (
        f"It stays at x = 1: a slope as small as {sentences.in_words(-4e-15)} changes the value by no more than "
        "rounding errors."
    )


@pytest.mark.parametrize(("share", "said"), [(1.01, "but this optimizer still steps by"), (0.99, "so the next step")])
def test_a_move_of_ten_times_rate_and_slope_is_the_optimizer_s_own(share, said):
    plane = function("0.3x + 0.4y", (0, 1), (0, 1))
    step = step_at(plane, (0.5, 0.5), (share * 10.0 * 0.02 * 0.5, 0.0), lr=0.02)
    assert said in sentences._plateau_sentence([step], plane)


def test_on_a_noisy_plateau_the_size_of_what_was_seen_is_said():
    plane = function("0.3x + 0.4y", (0, 1), (0, 1))
    step = step_at(plane, (0.5, 0.5), (0.0, 0.25), noise=np.array([2.7, 3.6]))
    assert sentences._plateau_sentence([step], plane) == (
        "A plateau: the slope is only 0.5 here; the noisy gradient 5 decides the next step, 0.25."
    )


@pytest.mark.parametrize(
    ("before", "delta", "noise", "after", "why"),
    [
        (-1.0, 3.0, 0.0, 2.0, "it went past the lowest point"),
        (1.0, 1.0, -5.0, 2.0, "the noisy gradient led uphill"),
        (1.0, 1.0, 5.0, 2.0, "it went uphill"),  # the noise did not lead there: the memory did
        (1.0, 1.0, 0.0, 2.0, "it went uphill"),
    ],
)
def test_why_the_value_rose(before, delta, noise, after, why):
    objective = function("x^2")
    first, second = step_at(objective, before, (delta,), noise), step_at(objective, after)
    verdict = sentences._moved(first, second, objective, "Slope.", "")
    assert verdict.text == f"The value rose by 3: {why}. Slope."
    assert verdict.kind is (VerdictKind.OVERSHOOTING if "past" in why else VerdictKind.RISING)


@pytest.mark.parametrize(
    ("point", "delta", "noise", "sentence"),
    [
        ((1.0,), (-1.0,), 0.5, "The slope is 2 here, the noisy gradient 2.5: step left, downhill, by 1."),
        ((1.0,), (1.0,), 0.5, "2.5: earlier noisy gradients carry it right, uphill, by 1."),
        ((0.0,), (1.0,), -0.5, "The slope is 0 here, the noisy gradient −0.5: step right, by 1."),
        ((3.0, 4.0), (-3.0, -4.0), np.array([3.0, 4.0]), "is 10 here, the noisy gradient 15: step downhill, by 5."),
        ((3.0, 4.0), (0.0, 0.0), np.array([3.0, 4.0]), "gradient 15: the optimizer proposes no step."),
        ((3.0, 4.0), (0.0, 0.0), 0.0, "The optimizer proposes no step here."),
        ((0.0, 0.0), (0.0, 0.0), 0.0, "The gradient is zero here: no step."),
        ((3.0, 4.0), (0.6, 0.8), 0.0, "The slope is 10 here, yet earlier slopes carry it uphill, by 1."),
        ((3.0, 4.0), (-1.0, 0.0), 0.0, "The slope is 10 here: step downhill by 1, though not the steepest way."),
        ((3.0, 4.0), (-0.602, -0.798), 0.0, "step downhill by 0.9996, though not the steepest way."),
        ((3.0, 4.0), (-0.60001, -0.79999), 0.0, "The gradient points uphill, slope 10: step the other way, by 1."),
        ((0.0,), (-1.0,), 0.0, "The slope is zero here, but earlier slopes still carry it left, by 1."),
        ((1.0,), (1.0,), 0.0, "The slope is positive here, yet earlier slopes carry it right, uphill, by 1."),
        ((-1.0,), (-1.0,), 0.0, "The slope is negative here, yet earlier slopes carry it left, uphill, by 1."),
    ],
)  # fmt: skip
def test_where_the_step_goes(point, delta, noise, sentence):
    objective = function("x^2") if len(point) == 1 else function("x^2 + y^2", (-5, 5), (-5, 5))
    assert slope_sentence(step_at(objective, point, delta, noise), objective).endswith(sentence)


def test_no_limit_is_named_at_it_and_where_nothing_is_known_of_the_curvature():
    parabola = function("x^2")
    assert limit_sentence(step_at(parabola, 1.0, lr=1.0), parabola, OPTIMIZERS["gd"](lr=1.0)) == ""
    assert "1.001 is above" in limit_sentence(step_at(parabola, 1.0, lr=1.001), parabola, OPTIMIZERS["gd"](lr=9.0))
    for sharp in (function("abs(x)^1.5"), function("x^1.5")):
        assert limit_sentence(step_at(sharp, 0.0), sharp, OPTIMIZERS["gd"](lr=0.1)) == ""


@pytest.mark.parametrize(
    ("best", "above", "lowest"),
    [(0.5, 0.9e-6, True), (0.5, 1.1e-6, False), (-2000.0, 1.9e-3, True), (-2000.0, 2.1e-3, False), (0.5, -1.0, True)],
)
def test_the_lowest_found_is_so_up_to_a_millionth(best, above, lowest):
    objective = function("x^2")
    step = Step(0, (0.0,), best + above, (0.0,), (0.0,), (), (), 0.1)
    verdict = sentences._settled(step, objective, None, [best + 3.0, best])
    assert verdict.kind is (VerdictKind.LOWEST_SO_FAR if lowest else VerdictKind.SETTLED)


@pytest.mark.parametrize(
    ("point", "known"),
    [((2001.9, 0.5), True), ((2002.1, 0.5), False), ((2002.001, 0.5), False),
     ((2000.0, 0.5009), True), ((2000.0, 0.4991), True),
     ((2000.0, 0.5011), False), ((-2001.9, 7.0), True), ((-2002.1, 7.0), False), ((2000.0, 7.0), False)],
)  # fmt: skip
def test_a_known_minimum_is_within_a_thousandth(point, known):
    surface = dataclasses.replace(SURFACES["bowl"], minima=((2000.0, 0.5), (-2000.0, 7.0)))
    assert sentences._is_known_minimum(Step(0, point, 0.0, point, point, (), (), 0.1), surface) is known


def test_the_last_step_is_meant_where_none_is_named():
    made = Run(function("x^2"), OPTIMIZERS["gd"](lr=0.1), 2.0, 1000)
    made.advance(3)
    assert verdict_of(made) == verdict_of(made, 3) != verdict_of(made, 2) == verdict_of(made, -2)
    assert verdict_of(made).text.startswith("The value fell by 0.5898.")


def test_a_rate_above_the_limit_is_a_warning_and_far_outside_makes_nothing_milder():
    parabola = function("x^2")
    for points, kind in (((2.0,), VerdictKind.START), ((2.0, 1.0), VerdictKind.DESCENDING)):
        for lr, tone in ((0.9, Tone.NEUTRAL), (1.1, Tone.WARNING)):
            verdict = under_way(parabola, *points, lr=lr)
            assert (verdict.kind, verdict.tone) == (kind, tone)
    for points, lr, tone in (((1.0, 4.0, 9.0, 20.0), 1.5, Tone.BAD), ((20.0, 19.0), 0.1, Tone.WARNING)):
        verdict = under_way(parabola, *points, lr=lr)
        assert verdict.tone is tone
        assert verdict.text.endswith("The ball is far outside the domain.")


def test_of_many_runs_the_lowest_that_settled_is_told():
    """x³ − 3x has a minimum of −2 at 1, and falls for ever on the left."""
    made = Run(function("x^3 - 3x"), OPTIMIZERS["gd"](lr=0.01), np.array([[0.5], [2.0], [-3.0]]), 900)
    verdict = verdict_of(made)
    assert (verdict.kind, verdict.text) == (VerdictKind.DESCENDING, "0 of 3 runs have stopped, 0 of them in a minimum.")
    made.advance(900)
    assert verdict_of(made).text.startswith(
        "2 of 3 runs settled in a minimum. The lowest found so far, from 3 starts, has the value −2;"
    )
    short = Run(function("x^2"), OPTIMIZERS["gd"](lr=0.01), np.array([[0.5], [2.0]]), 3)
    short.advance(3)
    assert verdict_of(short).kind is VerdictKind.BUDGET
