"""Runs at the borders of their rules: how far is far, what is a rise, where a border lies, what is said of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, Step, StopReason, explain
from gdsim.core.run.border import border_of
from gdsim.core.run.crowd import Crowd, defined
from gdsim.core.run.noise import Noise


def function(formula, *domain):
    return Objective.from_expression(parse(formula), domain or None)


def run(formula, start, steps, *domain, key="gd", **settings):
    made = Run(function(formula, *domain), OPTIMIZERS[key](**settings), start)
    made.advance(steps)
    return made


# Far away, rises, rest


@pytest.mark.parametrize(
    ("formula", "domain", "start", "far"),
    [
        ("x", [(-7, 3)], 1.0, 700.0),
        ("x", [(-3, 7)], -9.0, 900.0),
        ("x + y", [(-1, 1), (-7, 2)], (1.0, 0.0), 700.0),
        ("x + y", [(-1, 1), (-7, 2)], (0.0, -8.0), 800.0),
        ("x + y", [], (0.0, 1.0), 1000.0),
        ("x + y", [(-1, 1), (-7, 2)], [(0.0, -8.0), (20.0, 0.0), (1.0, 1.0)], [800.0, 2000.0, 700.0]),
    ],
)
def test_far_is_a_hundred_times_the_farthest_corner_or_start(formula, domain, start, far):
    assert np.asarray(Run(function(formula, *domain), OPTIMIZERS["gd"](), start)._far).tolist() == far


def test_equal_values_are_no_rises():
    """A rate of 1/curvature·2 turns x to −x, one of 1.05 to −1.1x."""
    assert run("x^2", 1.0, 5, lr=1.0)._climbs == 0
    assert run("x^2", 1.0, 5, lr=1.05)._climbs == 5
    many = run("x^2", [[1.0], [2.0]], 5, lr=1.0)
    assert many._crowd.climbs.tolist() == [0, 0]
    many = run("min(1.05x^2, 1.05) + 0.95relu(abs(x) - 1)^2", [[1.0], [0.1]], 2, lr=1.0)
    assert many._crowd.climbs.max() <= 2
    falls = run("x^2 + 0.5x^3", [[0.5]], 3, lr=0.1)
    assert falls._crowd.climbs.tolist() == [0]


def test_rest_is_relative_to_the_size_of_the_place():
    """Each step takes four fifths of the way to 10⁶; the slope is below 1e-8 from a distance of 1.25e-5 on."""
    formula = "4(x - 1000000)^2/10000"
    made = run(formula, 1e6 + 1.0, 20, lr=1000.0)
    assert (made.stop_reason, made.steps[-1].index) == (StopReason.CONVERGED, 8)
    many = run(formula, [[1e6 + 1.0], [1e6 + 5.0]], 20, lr=1000.0)
    assert many.stop_reasons == [StopReason.CONVERGED] * 2
    assert many.steps[-1].point[:, 0] == pytest.approx([1e6 + 0.2**8, 1e6 + 5 * 0.2**9], rel=0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [((2e100, 1.0), math.nan, StopReason.DIVERGED), ((1.0, -2e100), math.nan, StopReason.DIVERGED),
     ((1.0, math.inf), 1.0, StopReason.DIVERGED), ((9e99, 1.0), math.nan, StopReason.NOT_A_NUMBER),
     ((1.0, 1.0), math.inf, StopReason.DIVERGED), ((1.0, 1.0), -math.inf, StopReason.NOT_A_NUMBER)],
)  # fmt: skip
def test_a_landing_without_numbers_is_an_overflow_or_a_hole(place, value, reason):
    made = run("x^2 + y^2", (1.0, 1.0), 2, lr=1.5)  # it has climbed from 2 to 8 and 32
    made._stop_undefined(made.steps[-1], place, value)
    assert made.stop_reason is reason


def test_usual_numbers():
    made = Run(function("x^2"), OPTIMIZERS["gd"](), 1.0)
    assert (made.max_steps, made.noise, made.tolerance, made.keep) == (1000, 0.0, 1e-8, True)


def test_a_value_is_defined_where_all_its_numbers_are_finite():
    place, value, slope = np.zeros((6, 2)), np.zeros(6), np.zeros((6, 2))
    place[1, 0] = place[2, 1] = value[3] = np.nan
    slope[4, 0], slope[5, 1] = np.inf, -np.inf
    assert defined(place, value, slope).tolist() == [True] + [False] * 5


def test_overflow_and_holes_are_told_apart():
    crowd = Crowd(np.full(6, 100.0))
    crowd.first_values = np.full(6, 5.0)
    last = Step(0, np.zeros((6, 1)), np.array([6.0, 6.0, 4.0, 6.0, 2e100, -2e100]), np.zeros((6, 1)), None, (), (), 0.1)
    places = np.array([[1.0], [2e100], [1.0], [1.0], [1.0], [1.0]])
    values = np.array([np.inf, np.nan, np.inf, -np.inf, np.nan, np.nan])
    crowd.stop_undefined(np.ones(6, bool), last, places, values)
    diverged = [reason is StopReason.DIVERGED for reason in crowd.reasons]
    assert diverged == [True, True, False, False, True, True]
    assert not crowd.going.any()
    assert crowd.summary() == "diverged: 4 of 6, not a number: 2 of 6"


@pytest.mark.parametrize("shape", [(2,), (3, 2)])
def test_noise_is_drawn_in_blocks_of_64_steps_and_added_in_its_size(shape):
    draws = np.random.default_rng(5).standard_normal((192, *shape))
    noise = Noise(np.random.default_rng(5), shape)
    for index in (130, 0, 63, 64, 127, 128):
        np.testing.assert_array_equal(noise[index], draws[index])
    plane, start = function("x^2 + 3y^2"), np.ones(shape)
    made = Run(plane, OPTIMIZERS["gd"](lr=0.01), start, noise=0.5, rng=np.random.default_rng(5))
    made.advance(3)
    for step, draw in zip(made.steps, draws[:4], strict=True):
        np.testing.assert_allclose(step.gradient, plane.gradient(step.point) + 0.5 * draw, rtol=1e-12)
    silent = made.fork(0, noise=0.0)
    np.testing.assert_array_equal(silent.steps[0].gradient, plane.gradient(start))
    quiet = Run(plane, OPTIMIZERS["gd"](lr=0.01), start)
    loud = quiet.fork(noise=2.0, rng=np.random.default_rng(5))
    np.testing.assert_allclose(loud.steps[0].gradient, plane.gradient(start) + 2.0 * draws[0], rtol=1e-12)
    assert quiet.noise == 0.0


def test_one_run_is_going_until_it_has_stopped():
    made = run("x^2", 1.0, 3, lr=0.1)
    assert (made.going.shape, bool(made.going), made.explanation) == ((), True, "")
    made.advance(1000)
    assert not made.going
    again = made.fork(2)
    assert (bool(again.going), again.explanation, again.kind) == (True, "", None)


# Borders


@pytest.mark.parametrize(
    ("formula", "start", "end", "where", "text"),
    [
        ("1/x + 1/(x - 2)", (-1.0,), (5.0,), "x = 0", "1/x"),
        ("1/x + 1/(x - 2)", (5.0,), (-1.0,), "x = 2", "1/(x - 2)"),
        ("1/(x - 2) + 1/x", (-1.0,), (5.0,), "x = 0", "1/x"),
        ("1/x", (1.0,), (-2.0,), "x = 0", "1/x"),
        ("1/x", (-1.0,), (2.3,), "x = 0", "1/x"),
        ("x/y", (1.0, -1.0), (4.0, 2.0), "y = 0", "x/y"),
        ("1/(x - y)", (0.0, 1.0), (2.0, 1.0), "(1, 1)", "1/(x - y)"),
        ("1/(x - 1)^2", (-1.0,), (4.0,), "x = 1", "1/(x - 1)^2"),
        ("asin(2sin(x))", (0.2,), (2.9,), "x = 0.5236", "asin(2sin(x))"),
        ("asin(2sin(x))", (-0.2,), (-2.9,), "x = −0.5236", "asin(2sin(x))"),
        ("acos(2sin(x))", (0.2,), (2.9,), "x = 0.5236", "acos(2sin(x))"),
        ("log(x^2 - 1)", (-2.0,), (3.0,), "x = −1", "ln(x^2 - 1)"),
        ("(x^2 - 1)^1.5", (-2.0,), (3.0,), "x = −1", "(x^2 - 1)^(1.5)"),
        ("(x^2 - 1)^(-1)", (-2.0,), (0.0,), "x = −1", "(x^2 - 1)^(-1)"),
    ],
)
def test_the_first_border_on_the_way(formula, start, end, where, text):
    border = border_of(function(formula, *[(-3.0, 3.0)] * len(start)))
    crossing = border.crossed(start, end)
    assert crossing.where == where
    assert crossing.text.replace(" ", "") in (text.replace(" ", ""), "thefunction")
    assert border.crossed(start, start) is None
    assert crossing.place == pytest.approx(crossing.place)
    share = (crossing.place - start) / np.subtract(end, start, where=np.array(start) != end, out=np.ones(len(start)))
    assert ((share > 0.0) | (np.array(start) == end)).all()


@pytest.mark.parametrize(
    "formula",
    ["1/(1 + x^4)", "1/(1 + x^6)", "1/(x^2 + 1)^3", "log(e^x + 1)", "sqrt(x^2 + 1)", "x^2", "x^(2 + 1)", "1/(2 + |x|)"],
)
def test_what_is_nowhere_without_a_value_needs_no_watching(formula):
    assert border_of(function(formula)) is None


@pytest.mark.parametrize("formula", ["1/(1 + x^3)", "x^0.5", "x^(-2)", "x^x", "1/(x^3)^2", "log(x)", "tan(x)"])
def test_what_may_be_without_a_value_is_watched(formula):
    assert border_of(function(formula)) is not None


def test_long_steps_are_those_of_a_share_of_the_narrower_side():
    assert border_of(function("1/(x y)", (-1.0, 4.0), (0.0, 2.0)))._long == pytest.approx(0.04 * 2.0)
    assert border_of(function("1/(x y)", (-1.0, 1.0), (0.0, 5.0)))._long == pytest.approx(0.04 * 2.0)
    assert border_of(function("1/(x - y)"))._long == pytest.approx(0.04 * 20.0)


# Sentences


def stepped(formula, *points, lr=0.1, key="gd"):
    objective = function(formula)
    steps = [
        Step(i, (x,), objective.value(x), tuple(objective.gradient([x])), (-1.0,), (), (), lr)
        for i, x in enumerate(points)
    ]
    return explain.diverged(steps, OPTIMIZERS[key](lr=lr), objective)


def test_a_divergence_is_explained_from_where_the_value_began_to_rise():
    assert stepped("x^2", 3.0, -1.0, 2.0, -2.0, 4.0, key="adam").startswith(
        "each of the last 3 steps went up, from the value 1 to 16"
    )
    assert stepped("x^2", 1.0, key="adam").startswith("the next step, from x = 1 by −1, leads to numbers larger than")
    assert stepped("x^2", 3.0, 1.0, key="adam").startswith("the next step, from x = 1 by −1")
    # 2/curvature of x⁴ is 1/(6x²).
    limit = "the learning rate 0.1 is larger than 2/curvature = {} at x = {}, so each step overshoots further"
    assert stepped("x^4", 1.0, 0.5, 2.0) == limit.format("0.04167", 2)
    assert stepped("x^4", 9.0, -1.5, 2.0) == limit.format("0.07407", "−1.5")
    assert stepped("x^4", 9.0, 0.1, 0.2).startswith("each of the last 1 steps went up")
    assert stepped("x^2", 1.0, 2.0, lr=1.0).startswith("each of the last 1 steps")  # at the limit, not above


@pytest.mark.parametrize(("place", "said"), [(0.9e-9, "x = 0"), (-0.9e-9, "x = 0"), (1e-8, "x = 10⁻⁸"), (2.0, "x = 2")])
def test_a_pole_next_to_0_is_read_as_0(place, said):
    step = Step(0, (place,), -5.0, (3.0,), (0.0,), (), (), 0.1)
    assert explain.pole(step, function("log(x)")) == (
        f"the function falls without bound near {said}: the value there is −5, the slope 3, and there is no minimum"
    )


def test_sizes_in_sentences():
    step = Step(7, (3.0, 4.0), 25.0, (6.0, 8.0), (-0.3, -0.4), (), (), 0.1)
    plane = function("x^2 + y^2")
    assert explain.budget(step, 9, plane) == "9 steps are used up; the slope is 10 and the next move 0.5"
    assert explain.converged(step, ("x", "y")) == (
        "settled at (3, 4) with the value 25: the slope there is 10 and the surface rises around"
    )
    assert explain._size(np.array([-3.0])) == -3.0
    assert explain._size(np.array([3e200, -4e200])) == pytest.approx(5e200)
    assert explain._size(np.array([0.0, 0.0])) == 0.0
    assert math.isinf(explain._size(np.array([0.0, -np.inf])))
