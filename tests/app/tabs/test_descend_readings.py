"""What Descend says about the learning rate beside the picture."""

from __future__ import annotations

import pytest

from gdsim.app.tabs.descend.readings import coloured, numbers_of, rate_words, worked_lines
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.tabs.descend.surface_readings import surface_numbers, surface_picture_of
from gdsim.core.optimizers import OPTIMIZERS


def test_above_the_limit_only_a_parabola_is_said_to_be_left(ticker, clock):
    session = DescendSession(ticker, clock=clock)
    session.set_surface("parabola")
    session.set_optimizer(OPTIMIZERS["gd"](lr=1.5))
    words = "Above 2/λ = 1: on a parabola bent like this, each step would overshoot further."
    assert rate_words(session) == (words, "warning")


def test_exactly_at_the_limit_it_bounces_for_ever(ticker, clock):
    session = DescendSession(ticker, clock=clock)
    session.set_surface("stretched_10")
    session.set_optimizer(OPTIMIZERS["gd"](lr=0.1))
    words, tone = rate_words(session)
    assert words.startswith("Exactly 2/λ = 0.1")
    assert tone == "warning"


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        (
            "The gradient points uphill, slope 26.08: step the other way, by 0.2608.",
            {"slope 26.08": "gradient", "step the other way, by 0.2608": "step"},
        ),
        (
            "The slope is 13.9 here: step downhill by 6·10⁻⁵, though not the steepest way.",
            {"slope is 13.9": "gradient", "step downhill by 6·10⁻⁵": "step"},
        ),
        (
            "The slope is 5 here, yet earlier slopes carry it uphill, by 0.01.",
            {"slope is 5": "gradient", "carry it uphill, by 0.01": "step"},
        ),
        (
            "The slope is −4.8 here, the noisy gradient 10⁻⁵: step left, uphill, by 10⁻⁶.",
            {"slope is −4.8": "gradient", "noisy gradient 10⁻⁵": "gradient", "step left, uphill, by 10⁻⁶": "step"},
        ),
        (
            "A plateau: the slope is only 10⁻⁷² here and so the next step only 3.5·10⁻⁵.",
            {"slope is only 10⁻⁷²": "gradient", "the next step only 3.5·10⁻⁵": "step"},
        ),
        (
            "The learning rate 1 is above 2(1 + β)/((1 + 2β)·curvature) = 0.02 here",
            {"2(1 + β)/((1 + 2β)·curvature) = 0.02": "curvature"},
        ),
    ],
)
def test_a_quantity_has_its_colour_in_the_sentence(text, colours):
    assert coloured(text) == colours


@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize("optimizer", ["gd", "momentum"])
def test_every_sentence_that_tells_the_way_on_a_surface_has_both_colours(ticker, clock, optimizer, noise):
    session = DescendSession(ticker, clock=clock)
    session.set_surface("himmelblau")
    session.choose_optimizer(optimizer)
    session.set_noise(noise)
    for _ in range(30):
        session.advance()
        if ": step " in session.verdict.text or "carry it" in session.verdict.text:
            assert {"gradient", "step"} <= set(coloured(session.verdict.text).values())


def test_numbers_too_large_are_not_called_infinite(ticker, clock):
    session = DescendSession(ticker, clock=clock)
    for formula, start, words in (("exp(1000x)", 1.5, "too large"), ("1/x", 0.0, "infinite")):
        session.set_formula(formula)
        session.move_to((start,))
        numbers = numbers_of(session)
        assert [numbers[key] for key in ("value", "slope", "step", "curvature")] == [words] * 4
    session.set_formula("1e200*(x^2+y^2)")
    session.move_to((3.0, 4.0))
    assert surface_numbers(session)["size"] == pytest.approx(1e201)
    assert surface_picture_of(session, Shown(), 1.0).missing == "the loss here is too large to draw"
    session.set_formula("log(x) + y")
    session.move_to((-3.0, 4.0))
    assert surface_picture_of(session, Shown(), 1.0).missing == ""
    assert surface_numbers(session)["gradient"] == "undefined here"


@pytest.mark.parametrize("later", ["line_search", "newton", "adam"])
@pytest.mark.parametrize("first", ["gd", "line_search", "adam"])
def test_a_step_before_the_optimizer_was_changed_is_told_by_its_own_rule(ticker, clock, first, later):
    session = DescendSession(ticker, clock=clock)
    session.set_optimizer(OPTIMIZERS[first]())
    session.advance(2)
    expected = []
    for index in (1, 0):
        session.seek(index)
        expected.append(worked_lines(session))
    session.seek(2)
    session.choose_optimizer(later)
    for index, lines in zip((1, 0), expected, strict=True):
        session.seek(index)
        assert worked_lines(session) == lines
        assert session.verdict.text
