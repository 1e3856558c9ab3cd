"""The numbers of a narrated step, stage by stage, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.narration import Arrow, narrate
from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, Step

PLANE = Objective.from_expression(parse("x^2 + y^2"), ((-3, 3), (-3, 3)))
LINE = Objective.from_expression(parse("x^2"), ((-3, 3),))


def told(objective, point, key, updates=0, **settings):
    optimizer = OPTIMIZERS[key](**settings)
    run = Run(objective, optimizer, point)
    step = run.advance(updates) if updates else run.steps[0]
    return step, {stage.title: stage for stage in narrate(step, optimizer, objective)}


def test_weight_decay_is_added_with_the_point():
    _, stages = told(PLANE, (1.0, -2.0), "gd", lr=0.5, weight_decay=0.1)
    decay = stages["Weight decay"]
    assert decay.text == "Weight decay adds 0.1 times the point: g = (2.1, −4.2)."
    assert decay.vector == pytest.approx((2.1, -4.2))
    assert decay.arrow is Arrow.GRADIENT
    assert stages["Step"].text == "The step is (−1.05, 2.1): from (1, −2) to (−0.05, 0.1), with the learning rate 0.5."


def test_a_direction_is_the_move_over_the_rate_and_the_share_that_was_taken():
    """Newton on √(1 + x²) leads from x to −x³: from 2 to −8, and a part of the way is taken."""
    objective = Objective.from_expression(parse("sqrt(1 + x^2)"), ((-3, 3),))
    step, stages = told(objective, 2.0, "newton", lr=1.0)
    share = float(step.next_state.fraction)
    assert 0.0 < share < 1.0
    assert stages["Newton's direction"].vector == pytest.approx((10.0,))
    assert stages["Newton's direction"].text.endswith("here lies against 10.")
    assert step.delta[0] == pytest.approx(-10.0 * share)


def test_without_a_rate_there_is_no_direction():
    optimizer = OPTIMIZERS["newton"](lr=1.0)
    step = Run(PLANE, optimizer, (1.0, 2.0)).steps[0]
    still = Step(0, step.point, step.value, step.gradient, np.zeros(2), step.state, step.next_state, 0.0)
    (direction,) = [stage for stage in narrate(still, optimizer, PLANE) if stage.arrow is Arrow.DIRECTION]
    assert direction.vector == (0.0, 0.0)


@pytest.mark.parametrize(("formula", "point"), [("2x", 0.5), ("1e-9*x^2 + 2x", 0.0)])
def test_without_a_curvature_newton_takes_the_gradient_itself(formula, point):
    objective = Objective.from_expression(parse(formula), ((-3, 3),))
    _, stages = told(objective, point, "newton", lr=0.5)
    direction = stages["Direction of the gradient"]
    assert direction.text == (
        "There is no usable curvature here (none, next to none, or beyond all numbers), so the gradient itself is "
        "taken: 2."
    )
    assert (direction.latex, direction.vector, direction.arrow) == ("g = 2", (2.0,), Arrow.DIRECTION)
    assert "Safeguard: there is no usable curvature here" in stages["Step"].text


def test_the_second_mean_is_corrected_by_the_count():
    _, stages = told(LINE, 1.0, "nadam", 2, lr=0.1)
    assert stages["Bias correction of the squares"].text == (
        "The mean v started at 0; after update 3, dividing it by 1 − β₂ᵗ = 0.002997 undoes that."
    )
    _, stages = told(LINE, 1.0, "adam", 2, lr=0.1)
    assert "After update 3 it is undone by dividing m by 1 − β₁ᵗ = 0.271 and v by 1 − β₂ᵗ = 0.002997." in (
        stages["Bias correction"].text
    )


def seen(objective, point, noise):
    place = np.array(point, dtype=float, ndmin=1)
    run = Run(objective, OPTIMIZERS["gd"](lr=0.1), place)
    first = run.steps[0]
    gradient = objective.gradient(place) + noise
    step = Step(0, place, first.value, gradient, -0.1 * gradient, first.state, first.next_state, 0.1)
    return narrate(step, run.optimizer, objective)[0]


@pytest.mark.parametrize(
    ("point", "noise", "noisy"),
    [((1.0, 2.0), (0.0, 4e-10), True), ((1.0, 2.0), (0.0, 1e-13), False), ((1e-9, 2e-9), (0.0, 1e-12), True),
     ((0.0, 1.0), (0.0, 0.5), True), ((0.0, 1.0), (0.0, 0.0), False)],
)  # fmt: skip
def test_noise_is_told_from_rounding(point, noise, noisy):
    assert (seen(PLANE, point, np.array(noise)).title == "Noisy gradient") is noisy


def test_gradients_in_words():
    assert seen(LINE, 1.0, 0.5).text == (
        "The slope at x = 1 is 2. Noise of 0.5 is added to it: the optimizer sees the noisy gradient 2.5 and goes by "
        "that."
    )
    assert seen(PLANE, (1.0, -0.5), np.array([0.5, 1.0])).text.startswith(
        "The gradient at (1, −0.5) is (2, −1). Noise of (0.5, 1) is added to it: the optimizer sees the "
        "noisy gradient (2.5, 0)"
    )
    assert seen(LINE, -1.0, 0.0).text == "The slope at x = −1 is −2: uphill is to the left."
    assert seen(PLANE, (0.0, 1.0), 0.0).text.startswith("The gradient at (0, 1) is (0, 2): it points uphill")
    assert seen(PLANE, (0.0, 0.0), 0.0).text == "The gradient at (0, 0) is (0, 0): there is no slope here."


def test_a_landing_higher_up_and_one_as_high():
    _, stages = told(LINE, 1.0, "gd", lr=1.5)
    assert stages["Landing"].text == "At x = −2 the value rises by 3, from 1 to 4."
    _, stages = told(LINE, 1.0, "gd", lr=1.0)
    assert stages["Landing"].text == "At x = −1 the value is 1, as before."
    assert stages["Landing"].latex == rf"f\left(x\right) = {in_words(1.0)} \quad\to\quad {in_words(1.0)}"
