"""What Descend says about the learning rate beside the picture."""

from __future__ import annotations

from gdsim.app.tabs.descend.readings import rate_words
from gdsim.app.tabs.descend.session import DescendSession
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
