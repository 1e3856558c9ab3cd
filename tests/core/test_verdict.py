"""The sentence under the picture: its kind, its tone, and the numbers it has to contain."""

from __future__ import annotations

import dataclasses
import re
import sys

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run
from gdsim.core.surfaces import SURFACES
from gdsim.core.verdict import Tone, VerdictKind, limit_sentence, slope_sentence, verdict_of


def run(formula, start, steps, key="gd", domain=((-3, 3),), max_steps=1000, **keywords):
    made = Run(Objective.from_expression(parse(formula), domain), OPTIMIZERS[key](**keywords), start, max_steps)
    made.advance(steps)
    return made


def said(made):
    return slope_sentence(made.steps[0], made.objective)


def on_surface(key, steps=2000, start=None, optimizer="gd", **keywords):
    surface = SURFACES[key]
    kind = OPTIMIZERS[optimizer](**{"lr": surface.lr, **keywords})
    made = Run(surface.objective(), kind, surface.start if start is None else start, 2000)
    made.advance(steps)
    return made, surface


# Where the step goes


def test_the_first_sentence_that_a_user_reads():
    made, surface = on_surface("double_well", steps=0)
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.START
    assert verdict.tone is Tone.NEUTRAL
    assert verdict.text == "The slope is negative here: step right, by 0.1799."


@pytest.mark.parametrize(("start", "side", "sign"), [(2.0, "left", "positive"), (-2.0, "right", "negative")])
def test_slope_and_side(start, side, sign):
    assert said(run("x^2", start, 0, lr=0.1)) == f"The slope is {sign} here: step {side}, by 0.4."


def test_momentum_may_carry_the_ball_uphill_and_the_sentence_says_so():
    made = run("x^2", -1.0, 60, key="momentum", lr=0.02)
    uphill = [step for step in made.steps if step.gradient[0] * step.delta[0] > 0.0]
    assert uphill
    for step in uphill:
        assert "yet earlier slopes carry it" in slope_sentence(step, made.objective)


def test_zero_slope():
    assert said(run("x^4 - x^2", 0.0, 0, lr=0.1)) == "The slope is zero here: no step."


def test_two_dimensions_name_the_gradient_and_the_opposite_way():
    made = run("x^2 + y^2", (3.0, 4.0), 0, domain=None, lr=0.1)
    assert said(made) == "The gradient points uphill, slope 10: step the other way, by 1."
    turned = run("x^2 + 9y^2", (3.0, 0.4), 0, key="adam", domain=None, lr=0.1)
    assert "not the steepest way" in said(turned)


@pytest.mark.parametrize("point", [(1.5, 1.5), (0.0, -1e-3)])
def test_a_gradient_whose_square_overflows_is_a_gradient(point):
    made = run("1e200*x^2 + 1e200*y^2", point, 0, domain=((-3, 3),) * 2, lr=0.1)
    size = 2e200 * float(np.hypot(*point))
    assert f"slope {in_words(size)}: step the other way" in said(made)


def test_a_fall_is_said_with_its_size():
    verdict = verdict_of(run("x^2", 2.0, 1, lr=0.1))
    assert verdict.kind is VerdictKind.DESCENDING
    assert verdict.text == "The value fell by 1.44. The slope is positive here: step left, by 0.32."


def test_an_earlier_step_is_judged_as_it_was():
    made = run("x^2", 2.0, 1000, lr=0.1)
    assert verdict_of(made).kind is VerdictKind.SETTLED
    assert verdict_of(made, position=0).kind is VerdictKind.START
    assert verdict_of(made, position=1).kind is VerdictKind.DESCENDING
    assert verdict_of(made, position=len(made.steps) - 1).kind is VerdictKind.SETTLED


# Settled: modestly


def test_settled_in_a_minimum_claims_no_more():
    verdict = verdict_of(run("x^4 - 2x^2 + 0.5x", 1.5, 1000, lr=0.02))
    assert verdict.kind is VerdictKind.SETTLED
    assert verdict.tone is Tone.GOOD
    assert verdict.text.startswith("Settled in a minimum, at x = 0.93")
    assert not re.search("global|lowest", verdict.text)


def test_the_lowest_found_so_far_needs_other_finds():
    made = run("x^4 - 2x^2 + 0.5x", -1.5, 1000, lr=0.02)
    low = float(made.steps[-1].value)
    verdict = verdict_of(made, found=[low + 1.0, low + 0.2])
    assert verdict.kind is VerdictKind.LOWEST_SO_FAR
    assert "the lowest found so far" in verdict.text
    assert "may be lower" in verdict.text
    verdict = verdict_of(made, found=[low - 0.25])
    assert verdict.kind is VerdictKind.SETTLED
    assert "An earlier run found a lower one" in verdict.text


def test_the_known_lowest_point_is_named_with_its_source():
    made, surface = on_surface("himmelblau")
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.LOWEST_KNOWN
    assert "at (3, 2)" in verdict.text
    assert "known from Himmelblau" in verdict.text


def test_another_minimum_of_a_known_surface_is_told_apart():
    made, surface = on_surface("double_well")
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.SETTLED
    assert "known lowest value is −0.3054" in verdict.text
    assert verdict_of(made).kind is VerdictKind.SETTLED


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.minima and key != "ackley"])
def test_a_run_from_each_known_minimum_says_so(key):
    surface = SURFACES[key]
    for minimum in surface.minima:
        made = Run(surface.objective(), OPTIMIZERS["gd"](lr=1e-4), minimum)
        assert verdict_of(made, surface=surface).kind is VerdictKind.LOWEST_KNOWN


def test_rounding_errors_are_not_shown_as_places():
    made, surface = on_surface("parabola")
    assert "at x = 0 with" in verdict_of(made, surface=surface).text


# Not settled


def test_a_bounce_that_shrinks_is_neutral_and_gives_its_ratio():
    verdict = verdict_of(run("x^2", 2.0, 8, lr=0.9))
    assert verdict.kind is VerdictKind.OSCILLATING
    assert verdict.tone is Tone.NEUTRAL
    assert "0.8 times the one before" in verdict.text


def test_a_cycle_of_four_places_never_seems_to_shrink():
    made = run("x*log(x)", 1.5, 60, lr=0.9)
    path = np.array([step.coordinates[0] for step in made.steps])
    assert path[-16:-4] == pytest.approx(path[-12:], rel=1e-4), "it goes round"
    assert np.abs(np.diff(path[-6:])).min() > 0.3, "and stays apart"
    for position in range(12, len(made.steps)):
        verdict = verdict_of(made, position)
        assert "without settling" in verdict.text
        assert (verdict.kind, verdict.tone) == (VerdictKind.OSCILLATING, Tone.WARNING)


@pytest.mark.parametrize(("rate", "ratio"), [(0.6, "0.2"), (0.95, "0.9"), (0.97, "0.94")])
def test_the_ratio_is_that_of_the_parabola_from_the_first_to_the_last_bounce(rate, ratio):
    made = run("x^2", 2.0, 8, lr=rate)  # each step multiplies x by 1 - 2 lr
    for position in range(3, 9):
        assert f"each bounce is {ratio} times" in verdict_of(made, position).text


def test_a_bounce_that_stays_is_a_warning():
    verdict = verdict_of(run("x^2", 2.0, 8, lr=1.0))
    assert verdict.kind is VerdictKind.OSCILLATING
    assert verdict.tone is Tone.WARNING
    assert "between x = −2 and x = 2" in verdict.text or "between x = 2 and x = −2" in verdict.text


def test_diverging_under_way_and_at_the_end_gives_the_numbers():
    made = run("x^2", 1.0, 6, lr=1.05)
    verdict = verdict_of(made)
    assert verdict.kind is VerdictKind.DIVERGING
    assert verdict.tone is Tone.BAD
    assert "The learning rate 1.05 is above 2/curvature = 1 here" in verdict.text
    made.advance(1000)
    ended = verdict_of(made)
    assert ended.kind is VerdictKind.DIVERGING
    assert "1.05 is larger than 2/curvature = 1" in ended.text
    assert "nan" not in ended.text.lower()


def test_a_kink_is_told_from_a_bowl():
    made, surface = on_surface("kink", steps=40)
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.KINK
    assert verdict.tone is Tone.WARNING
    assert re.search("jumps from −1 to 1|jumps from 1 to −1", verdict.text)


def test_equal_hops_to_both_sides_of_a_kink_are_told_from_a_bowl():
    """In the middle of the way lies the kink itself, where the derivative is 0."""
    verdict = verdict_of(run("abs(x)", 0.5, 12, lr=1.0))
    assert (verdict.kind, verdict.tone) == (VerdictKind.KINK, Tone.WARNING)
    assert "the slope jumps from −1 to 1" in verdict.text


def test_a_plateau_is_told_from_a_flat_bottom():
    made, surface = on_surface("plateau", steps=3)
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.PLATEAU
    assert "A plateau: the slope is only 0.00" in verdict.text
    made.advance(2000)
    assert verdict_of(made, surface=surface).kind is VerdictKind.LOWEST_KNOWN


def test_on_a_plateau_adam_is_said_to_move_all_the_same():
    made, surface = on_surface("plateau", steps=0, optimizer="adam", lr=0.1)
    assert "this optimizer still steps by 0.1" in verdict_of(made, surface=surface).text


@pytest.mark.parametrize("key", ["bowl", "stretched_10", "stretched_100", "rosenbrock", "booth", "shifted_square"])
def test_the_way_down_a_bowl_or_a_valley_is_no_plateau(key):
    made, surface = on_surface(key)
    kinds = {verdict_of(made, i, surface).kind for i in range(0, len(made.steps), 7)}
    assert VerdictKind.PLATEAU not in kinds


@pytest.mark.parametrize("key", ["beale", "goldstein_price", "ackley", "himmelblau", "six_hump_camel"])
def test_where_the_slope_could_lead_down_to_the_lowest_value_is_no_plateau(key):
    """A plateau: even the whole width of the domain at this slope would not be a fifth of the height that is left."""
    surface = SURFACES[key]
    width = min(high - low for low, high in surface.domain)
    starts = np.random.default_rng(3).uniform(*np.transpose(surface.domain), (60, surface.dim))
    for start in [surface.start, *starts]:
        verdict = verdict_of(Run(surface.objective(), OPTIMIZERS["gd"](lr=surface.lr), start))
        fall = width * float(np.linalg.norm(surface.objective().gradient(start)))
        if verdict.kind is VerdictKind.PLATEAU:
            assert fall < 0.25 * (surface.objective().value(start) - surface.minimum)


def test_the_way_along_beales_valley_is_no_plateau():
    made, surface = on_surface("beale")
    slopes = [float(np.linalg.norm(step.gradient)) for step in made.steps]
    assert max(slopes) > 10.0
    assert min(slopes) < 0.01
    kinds = {verdict_of(made, position, surface).kind for position in range(0, len(made.steps), 5)}
    assert VerdictKind.PLATEAU not in kinds


@pytest.mark.parametrize("height", [1e-6, 1.0, 1e9])
def test_a_plateau_is_one_at_every_height(height):
    made = run(f"{height:f}*(1 - e^(-x^2))", -2.7, 3, domain=((-4, 4),), lr=0.5)
    assert verdict_of(made).kind is VerdictKind.PLATEAU


def test_nothing_moves_on_a_maximum():
    verdict = verdict_of(run("x^4 - x^2", 0.0, 100, lr=0.1))
    assert verdict.kind is VerdictKind.SADDLE_OR_MAXIMUM
    assert "maximum" in verdict.text


def test_passing_a_saddle_is_noticed():
    made, surface = on_surface("saddle", steps=22, start=(-1.6, 1e-4))
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.SADDLE_OR_MAXIMUM
    assert "saddle" in verdict.text


def test_leaving_the_domain_is_added_to_what_the_step_does():
    made, surface = on_surface("saddle", steps=40)
    verdict = verdict_of(made, surface=surface)
    assert verdict.tone is Tone.WARNING
    assert verdict.text.startswith("The value fell by")
    assert verdict.text.endswith("The ball is far outside the domain.")
    made.advance(1000)
    ended = verdict_of(made, surface=surface)
    assert ended.kind is VerdictKind.LEFT_DOMAIN
    assert "far out of the domain" in ended.text


def test_a_ball_a_little_outside_the_domain_is_no_news():
    verdict = verdict_of(run("x^2", 4.0, 0, lr=0.1))
    assert verdict.text == "The slope is positive here: step left, by 0.8."
    made, surface = on_surface("parabola", steps=1, lr=1.5)
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.OVERSHOOTING
    assert "1.5 is above 2/curvature = 1" in verdict.text
    assert "outside" not in verdict.text


def test_far_outside_comes_after_the_divergence():
    made, surface = on_surface("parabola", steps=6, lr=1.5)
    verdict = verdict_of(made, surface=surface)
    assert verdict.kind is VerdictKind.DIVERGING
    assert "1.5 is above 2/curvature = 1" in verdict.text
    assert verdict.text.endswith("The ball is far outside the domain.")


@pytest.mark.parametrize(
    ("key", "optimizer", "lr"), [("double_well", "gd", 0.3), ("ripple", "gd", 0.3), ("cos(x)", "nesterov", 1.5)]
)
def test_a_bounded_run_is_never_called_diverging(key, optimizer, lr):
    if key in SURFACES:
        made, _ = on_surface(key, steps=60, optimizer=optimizer, lr=lr)
    else:
        made = run(key, 2.7, 60, key=optimizer, lr=lr)
    verdicts = [verdict_of(made, position) for position in range(len(made.steps))]
    assert all(verdict.tone is not Tone.BAD for verdict in verdicts)
    assert all("larger than the one before" not in verdict.text for verdict in verdicts)


def test_a_zigzag_down_a_valley_is_not_called_bouncing_without_settling():
    """A line search lowers the value at every step."""
    made, surface = on_surface("beale", steps=200, optimizer="line_search", lr=1.0)
    values = [float(step.value) for step in made.steps]
    told = 0
    for index in range(6, len(values), 5):
        text = verdict_of(made, index, surface).text
        assert "without settling" not in text
        assert "does not settle" not in text
        if "zigzags" in text:
            told += 1
            assert all(values[k] < values[k - 1] for k in range(index - 4, index + 1))
            assert f"by {in_words(values[index - 1] - values[index], 4)} in this step." in text
    assert told


def test_steps_lost_in_rounding_are_not_called_bounces():
    made, surface = on_surface("goldstein_price", steps=200, optimizer="line_search", lr=0.003)
    (low, high) = sorted(float(step.value) for step in made.steps[-6:])[::5]
    assert high - low < 1e-12
    assert verdict_of(made, surface=surface).text.startswith("It stays at (−0.6, −0.4): a slope as small as ")


def test_growing_bounces_below_the_start_are_said_to_stay():
    made, surface = on_surface("double_well", steps=10, lr=0.3)
    verdict = verdict_of(made, surface=surface)
    assert verdict.tone is Tone.WARNING
    assert "bounces to and fro without settling" in verdict.text
    assert "the rate is too large for this curve" in verdict.text


def test_a_steep_bend_is_no_kink():
    made, surface = on_surface("cliff", optimizer="adagrad", lr=100.0, steps=12)
    kinds = [verdict_of(made, position, surface).kind for position in range(len(made.steps))]
    assert VerdictKind.KINK not in kinds
    assert VerdictKind.OSCILLATING in kinds


@pytest.mark.parametrize("position", [8, -1])
def test_an_underflowed_tail_is_a_plateau(position):
    made, surface = on_surface("sigmoid", optimizer="adam", lr=100.0)
    verdict = verdict_of(made, position, surface)
    assert verdict.kind is VerdictKind.PLATEAU
    assert "inflection" not in verdict.text


def test_an_inflection_point_is_no_minimum():
    verdict = verdict_of(run("x^3", 2.7, 2000, key="newton"))
    assert verdict.kind is VerdictKind.SADDLE_OR_MAXIMUM
    assert "an inflection point" in verdict.text


@pytest.mark.parametrize(
    ("formula", "start", "optimizer", "lr"),
    [
        ("1/x", -1.55, "newton", 1.0),
        ("1/x", -1.55, "line_search", 1.0),
        ("log(x)", 2.7, "newton", 1.5),
        ("log(x)", 1.3, "line_search", 1.0),
    ],
)
def test_beside_a_pole_nothing_has_settled(formula, start, optimizer, lr):
    verdict = verdict_of(run(formula, start, 2000, key=optimizer, max_steps=2000, lr=lr))
    assert verdict.kind is VerdictKind.UNDEFINED
    assert verdict.tone is Tone.BAD
    assert verdict.text.startswith("The function falls without bound near x = ")


def test_a_sharp_point_is_a_minimum():
    verdict = verdict_of(run("sqrt(abs(x))", -1.55, 2000, key="line_search"))
    assert verdict.kind is VerdictKind.SETTLED


def test_what_is_computed_is_not_called_known():
    made, surface = on_surface("parabola")
    assert verdict_of(made, surface=surface).text.endswith("(computed from its formula).")


def test_undefined():
    verdict = verdict_of(run("log(x)", 1.0, 100, lr=0.8))
    assert verdict.kind is VerdictKind.UNDEFINED
    assert verdict.tone is Tone.BAD
    assert "x = −3.8" in verdict.text


def test_budget():
    verdict = verdict_of(run("x^2", 2.0, 100, lr=0.001, max_steps=20))
    assert verdict.kind is VerdictKind.BUDGET
    assert verdict.text.startswith("All 20 steps are used up.")


def test_what_a_safeguard_did_is_said():
    verdict = verdict_of(run("x^4 - x^2", 0.3, 0, key="newton"))
    assert "The Hessian is not positive definite here" in verdict.text
    verdict = verdict_of(run("x^4", 2.0, 0, key="line_search"))
    assert "of it was taken" in verdict.text


def test_the_limit_sentence_appears_only_above_the_limit():
    made = run("x^2", 1.0, 0, lr=0.99)
    assert limit_sentence(made.steps[0], made.objective, made.optimizer) == ""
    made = run("x^2", 1.0, 0, key="nesterov", lr=1.0, momentum=0.5)
    assert "above 2(1 + β)/((1 + 2β)·curvature) = 0.75 here" in limit_sentence(
        made.steps[0], made.objective, made.optimizer
    )
    made = run("x^2", 1.0, 0, key="adam", lr=100.0)
    assert limit_sentence(made.steps[0], made.objective, made.optimizer) == ""


@pytest.mark.parametrize(("formula", "sign"), [("1e-320x", "positive"), ("-1e-320x", "negative")])
def test_a_step_below_the_smallest_number_is_none(formula, sign):
    words = f"The slope is {sign} here, but the optimizer proposes no step."
    assert said(run(formula, 1.0, 0, lr=1e-6)) == words


def test_where_the_gradient_is_zero_earlier_slopes_may_carry_it_on():
    made = run("relu(x)^2 + 0y", (1.0, 0.0), 40, key="momentum", domain=((-3, 3),) * 2, lr=0.1)
    flat = [step for step in made.steps if not step.gradient.any()]
    assert flat
    for step in flat:
        words = f"by {in_words(abs(step.delta[0]))}."
        assert slope_sentence(step, made.objective) == (
            f"The gradient is zero here, but earlier slopes still carry it on, {words}"
        )


def test_without_a_slope_the_sentence_says_so():
    text = "The function has the value 0 but no slope at x = 0: it is infinitely steep there."
    assert said(run("sqrt(x)", 0.0, 0)) == text


def test_bounces_between_a_steep_and_a_gentle_side_grow_though_every_second_step_goes_down():
    """With rate 0.9 a step turns x > 0 into −0.8·x, and x < 0 into −(1 − 0.9·2.7)·x = 1.43·|x|."""
    made = run("x^2 + 0.35relu(-x)^2", 0.01, 9, lr=0.9)
    values = [step.value for step in made.steps]
    assert values[-1] < values[-2] > values[-3]
    verdict = verdict_of(made)
    assert verdict.kind is VerdictKind.DIVERGING
    assert verdict.text.startswith("Each bounce is larger than the one before, now between x = ")
    assert made.steps[-1].point == pytest.approx(-0.8 * 0.01 * (0.8 * 1.43) ** 4)


def test_a_place_as_low_as_the_known_one_is_not_measured_against_it():
    made, surface = on_surface("double_well", start=1.0)
    assert "lowest value" not in verdict_of(made, surface=dataclasses.replace(surface, minima=((9.0,),))).text


# Gradient noise


def noisy(formula, start, steps, noise, seed=0, domain=((-3, 3),), key="gd", **keywords):
    rng = np.random.default_rng(seed)
    objective = Objective.from_expression(parse(formula), domain)
    made = Run(objective, OPTIMIZERS[key](**keywords), start, 1000, noise=noise, rng=rng)
    made.advance(steps)
    return made


def test_with_noise_both_gradients_are_named_and_the_way_is_judged_by_the_true_one():
    ways = set()
    for seed in range(8):
        made = noisy("x^2", 0.5, 0, 5.0, seed, lr=0.1)
        step = made.steps[0]
        seen, delta = float(step.gradient[0]), float(step.delta[0])
        way = "uphill" if delta > 0.0 else "downhill"
        ways.add(way)
        side = "right" if delta > 0.0 else "left"
        assert said(made) == (
            f"The slope is 1 here, the noisy gradient {in_words(seen)}: step {side}, {way}, by {in_words(abs(delta))}."
        )
    assert ways == {"uphill", "downhill"}


def test_with_noise_the_slope_of_a_surface_is_the_true_one():
    made = noisy("x^2 + y^2", (3.0, 4.0), 0, 20.0, domain=((-5, 5),) * 2, lr=0.1)
    assert "The slope is 10 here, the noisy gradient " in verdict_of(made).text


def test_noise_hides_no_plateau_and_makes_none():
    made = noisy("1 - e^(-x^2)", -2.7, 0, 1.0, domain=((-4, 4),), lr=0.5)
    verdict = verdict_of(made)
    assert verdict.kind is VerdictKind.PLATEAU
    assert f"the slope is only {in_words(5.4 * np.exp(-7.29))} here; the noisy gradient" in verdict.text
    steep = 2.0 * 0.8 * np.exp(-0.64)
    draw = float(np.random.default_rng(0).standard_normal((64, 1))[0, 0])
    made = noisy("1 - e^(-x^2)", 0.8, 0, abs(steep / draw), seed=0, domain=((-4, 4),), lr=0.5)
    seen = steep + abs(steep / draw) * draw
    assert float(made.steps[0].gradient[0]) == pytest.approx(seen)
    assert verdict_of(made).kind is VerdictKind.START


def test_alternating_noise_is_no_bounce():
    """Far up the left slope the noise turns the seen gradient to and fro, but the ball crosses nothing."""
    for seed in range(20):
        made = noisy("x^2", -1.0, 10, 60.0, seed, lr=1e-5)
        assert all(verdict_of(made, i).kind is not VerdictKind.OSCILLATING for i in range(len(made.steps)))


def test_a_bounce_that_noise_keeps_up_is_said_to_be_so():
    texts = []
    for seed in range(20):
        made = noisy("x^2", 0.01, 60, 1.0, seed, lr=0.9)
        texts += [verdict_of(made, i).text for i in range(20, 60)]
    bounces = [text for text in texts if text.startswith("It bounces")]
    assert bounces
    assert all("with the noise in its gradients it does not settle" in text for text in bounces)


def test_a_search_that_noise_leads_uphill_proposes_no_step():
    made = noisy("x^2", 2.0, 30, 1.0, key="line_search", lr=1.0)
    [stuck] = [step for step in made.steps if not step.delta.any()][:1]
    assert slope_sentence(stuck, made.objective).endswith(
        f"the noisy gradient {in_words(abs(stuck.gradient[0]))}: the optimizer proposes no step."
    )
    assert stuck.gradient[0] * 2.0 * stuck.point[0] < 0.0


def test_without_noise_nothing_is_called_noisy():
    for key in ("double_well", "beale", "kink"):
        made, surface = on_surface(key, steps=30)
        assert not any("nois" in verdict_of(made, i, surface).text for i in range(len(made.steps)))


# Numbers that are too large


BEYOND = f"{in_words(sys.float_info.max, 2)}, the largest number that a computer's double can hold"


@pytest.mark.parametrize(
    ("formula", "start", "sentence"),
    [
        ("1e308*x", (3.0,), f"The value at x = 3 is larger than {BEYOND}, so no step can be computed from it."),
        ("exp(1000x)", (1.5,), f"The value at x = 1.5 is larger than {BEYOND}, so no step can be computed from it."),
        ("-exp(1000x)", (1.5,), f"The value at x = 1.5 is a negative number beyond {BEYOND}, so no step"),
        ("x^2 + y^2", (1e308, 1.0), f"The value at ({in_words(1e308)}, 1) is larger than {BEYOND}"),
        ("exp(1000x) - exp(999x + y)", (1.5, 0.0), "To compute the value at (1.5, 0) would take numbers larger than"),
        ("1e308*x^2", (0.9,), f"the value {in_words(8.1e307)} at x = 0.9, but its slope there is larger than"),
        ("1/x", (1e-200,), f"but its slope there is larger than {BEYOND}"),
        ("1/x", (0.0,), "The value at x = 0 is infinite."),
        ("log(x)", (0.0,), "The value at x = 0 is infinite."),
        ("log(x)", (-1.0,), "The function has no value at x = −1."),
        ("1/exp(1000x) + log(-x)", (1.5,), "The function has no value at x = 1.5."),
        ("sqrt(x)", (0.0,), "The function has the value 0 but no slope at x = 0: it is infinitely steep there."),
    ],
)  # fmt: skip
def test_what_is_too_large_is_told_from_what_is_undefined(formula, start, sentence):
    verdict = verdict_of(run(formula, start, 3, domain=((-3, 3),) * len(start), lr=0.1))
    assert verdict.kind is VerdictKind.UNDEFINED
    assert sentence in verdict.text


def test_a_step_to_where_numbers_end_is_told():
    verdict = verdict_of(run("-exp(1000x)", (0.5,), 5, lr=0.1))
    assert BEYOND in verdict.text
    verdict = verdict_of(run("log(x)", (1.0,), 5, lr=5.0))
    assert "The function has no value at x = −4" in verdict.text


def test_many_runs_get_one_modest_sentence():
    surface = SURFACES["double_well"]
    starts = np.random.default_rng(0).uniform(-1.8, 1.8, (30, 1))
    made = Run(surface.objective(), OPTIMIZERS["gd"](lr=0.02), starts, 2000)
    assert "0 of 30 runs have stopped" in verdict_of(made).text
    made.advance(2000)
    verdict = verdict_of(made)
    assert verdict.kind is VerdictKind.LOWEST_SO_FAR
    assert "from 30 starts, has the value −0.3054; there may be lower ones" in verdict.text


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize("key", list(SURFACES))
def test_every_run_has_something_to_say_at_every_step(key, optimizer):
    surface = SURFACES[key]
    made = Run(surface.objective(), OPTIMIZERS[optimizer](), surface.start, 40)
    made.advance(40)
    for position in range(len(made.steps)):
        verdict = verdict_of(made, position, surface)
        assert verdict.text.endswith((".", ")."))
        assert verdict.text[0].isupper()
        assert not re.search(r"nan|\binf\b|None|array|  ", verdict.text)
        assert len(verdict.text) < 420


@pytest.mark.parametrize(("key", "lr", "noise"), [("himmelblau", 0.01, 30.0), ("rosenbrock", 0.001, 30.0)])
@pytest.mark.parametrize("optimizer", ["gd", "momentum"])
def test_past_the_lowest_point_is_said_only_where_one_lies_on_the_way(key, lr, noise, optimizer):
    """Whatever the noise made of the gradients: the values along the step are asked."""
    surface, said_so = SURFACES[key], 0
    near = np.geomspace(1e-7, 0.5, 400)
    shares = np.concatenate([near, 1.0 - near])[:, None]  # both ends are looked at closely
    for seed in range(4):
        objective, rng = surface.objective(), np.random.default_rng(seed)
        made = Run(objective, OPTIMIZERS[optimizer](lr=lr), surface.start, 150, noise=noise, rng=rng)
        made.advance(150)
        for position in range(1, len(made.steps)):
            if "went past the lowest point" not in verdict_of(made, position, surface).text:
                continue
            before, after = made.steps[position - 1], made.steps[position]
            between = objective.value(before.point + shares * (after.point - before.point))
            assert between.min() < min(before.value, after.value)
            said_so += 1
    assert said_so
