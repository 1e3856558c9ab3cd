"""The second step of every rule down x² from 1.5, with its numbers put in, worked out on paper (g = 2x + λx)."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.optimizers.safeguarded import Search
from gdsim.core.run import Run, Step

_BETAS = {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "eps": 0.25, "weight_decay": 0.5}

LINES = [
    ("gd", {"lr": 0.1, "weight_decay": 0.5}, [
        r"g &\leftarrow 2.25 + 0.5 \cdot 1.125 = 2.812",
        r"x &\leftarrow 1.125 - 0.1 \cdot 2.812 = 0.8438",
    ]),
    ("momentum", {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.5}, [
        r"g &\leftarrow 2.25 + 0.5 \cdot 1.125 = 2.812",
        r"v &\leftarrow 0.5 \cdot 3.75 + 2.812 = 4.688",
        r"x &\leftarrow 1.125 - 0.1 \cdot 4.688 = 0.6562",
    ]),
    ("nesterov", {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.5}, [
        r"g &\leftarrow 1.875 + 0.5 \cdot 0.9375 = 2.344",
        r"v &\leftarrow 0.5 \cdot 3.75 + 2.344 = 4.219",
        r"x &\leftarrow 0.9375 - 0.1 \cdot \left(2.344 + 0.5 \cdot 4.219\right) = 0.4922",
    ]),
    ("adagrad", {"lr": 0.1, "eps": 0.25, "weight_decay": 0.5}, [
        r"g &\leftarrow 2.812 + 0.5 \cdot 1.406 = 3.516",
        r"s &\leftarrow 14.06 + 3.516^2 = 26.42",
        r"x &\leftarrow 1.406 - 0.1 \cdot \frac{3.516}{\sqrt{26.42} + 0.25} = 1.341",
    ]),
    ("rmsprop", {"lr": 0.1, "alpha": 0.75, "eps": 0.25, "momentum": 0.5, "centered": True, "weight_decay": 0.5}, [
        r"g &\leftarrow 2.6 + 0.5 \cdot 1.3 = 3.25",
        r"v &\leftarrow 0.75 \cdot 3.516 + 0.25 \cdot 3.25^2 = 5.277",
        r"m &\leftarrow 0.75 \cdot 0.9375 + 0.25 \cdot 3.25 = 1.516",
        r"\tilde v &= v - m^2 = 2.98",
        r"b &\leftarrow 0.5 \cdot 2.001 + \frac{3.25}{\sqrt{2.98} + 0.25} = 2.645",
        r"x &\leftarrow 1.3 - 0.1 \cdot 2.645 = 1.035",
    ]),
    ("rmsprop", {"lr": 0.1, "alpha": 0.75, "eps": 0.25}, [
        "",
        r"v &\leftarrow 0.75 \cdot 2.25 + 0.25 \cdot 2.657^2 = 3.453",
        r"x &\leftarrow 1.329 - 0.1 \cdot \frac{2.657}{\sqrt{3.453} + 0.25} = 1.203",
    ]),
    ("adadelta", {"lr": 0.5, "rho": 0.75, "eps": 0.25, "weight_decay": 0.5}, [
        r"g &\leftarrow 2.034 + 0.5 \cdot 1.017 = 2.542",
        r"v &\leftarrow 0.75 \cdot 3.516 + 0.25 \cdot 2.542^2 = 4.252",
        r"\Delta &= \frac{\sqrt{0.2334 + 0.25}}{\sqrt{4.252 + 0.25}} \cdot 2.542 = 0.833",
        r"u &\leftarrow 0.75 \cdot 0.2334 + 0.25 \cdot 0.833^2 = 0.3485",
        r"x &\leftarrow 1.017 - 0.5 \cdot 0.833 = 0.6004",
    ]),
    ("adam", _BETAS, [
        r"g &\leftarrow 2.812 + 0.5 \cdot 1.406 = 3.516",
        r"m &\leftarrow 0.5 \cdot 1.875 + 0.5 \cdot 3.516 = 2.695",
        r"v &\leftarrow 0.75 \cdot 3.516 + 0.25 \cdot 3.516^2 = 5.727",
        r"\hat m &= \frac{2.695}{1 - 0.5^{2}} = 3.594",
        r"\hat v &= \frac{5.727}{1 - 0.75^{2}} = 13.09",
        r"x &\leftarrow 1.406 - 0.1 \cdot \frac{3.594}{\sqrt{13.09} + 0.25} = 1.313",
    ]),
    ("adamw", _BETAS, [
        r"m &\leftarrow 0.5 \cdot 1.5 + 0.5 \cdot 2.665 = 2.083",
        r"v &\leftarrow 0.75 \cdot 2.25 + 0.25 \cdot 2.665^2 = 3.464",
        r"\hat m &= \frac{2.083}{1 - 0.5^{2}} = 2.777",
        r"\hat v &= \frac{3.464}{1 - 0.75^{2}} = 7.917",
        r"x &\leftarrow 1.333 - 0.1 \cdot 0.5 \cdot 1.333 - 0.1 \cdot \frac{2.777}{\sqrt{7.917} + 0.25} = 1.175",
    ]),
    ("nadam", {**_BETAS, "momentum_decay": 1.0}, [
        r"g &\leftarrow 2.785 + 0.5 \cdot 1.393 = 3.482",
        r"m &\leftarrow 0.5 \cdot 1.875 + 0.5 \cdot 3.482 = 2.678",
        r"v &\leftarrow 0.75 \cdot 3.516 + 0.25 \cdot 3.482^2 = 5.667",
        r"\tilde m &= 0.2844 \cdot 2.678 + 0.7855 \cdot 3.482 = 3.496",
        r"\hat v &= 12.95",
        r"x &\leftarrow 1.393 - 0.1 \cdot \frac{3.496}{\sqrt{12.95} + 0.25} = 1.302",
    ]),
    ("newton", {"lr": 0.5}, [r"H^{-1} g &= 0.75", r"x &\leftarrow 0.75 - 0.5 \cdot 0.75 = 0.375"]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "settings", "lines"), LINES, ids=[f"{key}-{len(lines)}" for key, _, lines in LINES])
def test_the_second_step_with_its_numbers(key, settings, lines) -> None:
    run = Run(Objective.from_expression(parse("x^2")), OPTIMIZERS[key](**settings), (1.5,), 2)
    run.advance(1)
    assert list(run.optimizer.lines(run.steps[1])) == lines


def test_what_a_line_search_took_of_the_rate() -> None:
    """From 1.5 at rate 2 to −4.5, which is higher; a quarter of it ends at 0."""
    run = Run(Objective.from_expression(parse("x^2")), OPTIMIZERS["line_search"](lr=2.0, shrink=0.25), (1.5,), 1)
    assert run.optimizer.lines(run.steps[0]) == (r"t &= 0.25 \cdot 2 = 0.5", r"x &\leftarrow 1.5 - 0.5 \cdot 3 = 0")


@pytest.mark.parametrize(
    ("formula", "start", "lines"),
    [
        (
            "x^4 - x^2", 0.25,
            (r"\frac{g}{|\lambda|_{\max}} &= -0.35", r"x &\leftarrow 0.25 - 1 \cdot \left(-0.35\right) = 0.6"),
        ),
        ("3x", 2.0, ("g &= 3", r"x &\leftarrow 2 - 1 \cdot 3 = -1")),
    ],
)  # fmt: skip
def test_newton_says_what_it_took_in_place_of_its_direction(formula, start, lines) -> None:
    run = Run(Objective.from_expression(parse(formula)), OPTIMIZERS["newton"](), (start,), 1)
    assert run.optimizer.lines(run.steps[0]) == lines


def test_newton_shows_the_direction_that_was_shortened() -> None:
    """x⁴/4 from 1 at rate 6: H⁻¹g is 1/3, and half of the move is taken."""
    run = Run(Objective.from_expression(parse("x^4/4")), OPTIMIZERS["newton"](lr=6.0), (1.0,), 1)
    assert run.optimizer.lines(run.steps[0]) == (r"H^{-1} g &= 0.3333", r"x &\leftarrow 1 - 3 \cdot 0.3333 = 0")


def test_newton_that_found_no_move_shows_none() -> None:
    one, none = np.array([1.0]), np.array([0.0])
    step = Step(0, one, 1.0, one, none, Search(0.0, 0.0, 1.0, 0.0), Search(1.0, 61.0, 0.0, 0.0), 0.5)
    assert OPTIMIZERS["newton"]().lines(step) == (r"H^{-1} g &= 0", r"x &\leftarrow 1 - 0 \cdot 0 = 1")


def test_newton_without_curvature_shows_the_gradient_alone() -> None:
    one, move = np.array([1.0]), np.array([-3.0])
    step = Step(0, one, 1.0, 3.0 * one, move, Search(0.0, 0.0, 1.0, 0.0), Search(1.0, 2.0, 1.0, 2.0), 1.0)
    assert OPTIMIZERS["newton"]().lines(step) == ("g &= 3", r"x &\leftarrow 1 - 1 \cdot 3 = -2")
