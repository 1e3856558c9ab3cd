from __future__ import annotations

import math

import pytest

from gdsim.app.playback import Playback
from gdsim.app.ticker import Ticker


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("cost", [1e-6, 1e-4, 3e-3])
def test_as_fast_as_it_goes_fills_the_budget_and_no_more_than_a_portion_beyond(qtbot, cost):
    clock = Clock()
    ticker = Ticker(clock)
    playback = Playback(ticker, clock, budget=0.010)
    playback.speed = math.inf
    made: list[int] = []

    def forward(steps: int) -> bool:
        clock.now += steps * cost
        made.append(steps)
        return True

    playback.switch(True, forward, lambda: None)
    spent = []
    for _ in range(20):
        before = clock.now
        ticker.tick()
        spent.append(clock.now - before)
    assert all(0.010 <= seconds <= 0.010 + max(0.010 / 4, cost) * 1.01 for seconds in spent[5:])
    assert sum(made) * cost == pytest.approx(clock.now)
    ticker.stop()


def test_a_slow_speed_takes_the_steps_that_are_due(qtbot):
    clock = Clock()
    ticker = Ticker(clock)
    playback = Playback(ticker, clock)
    playback.speed = 4.0
    made: list[int] = []
    playback.switch(True, lambda steps: made.append(steps) is None, lambda: None)
    for _ in range(60):
        clock.now += 1 / 60
        ticker.tick()
    assert sum(made) in (4, 5)  # the first comes at once
    ticker.stop()


def test_steps_that_fail_end_the_playing(ticker, clock):
    asked = []

    def fail(steps):
        asked.append(steps)
        raise ValueError("no such step")

    playback = Playback(ticker, clock)
    playback.switch(True, fail, lambda: asked.append("told"))
    with pytest.raises(ValueError, match="no such step"):
        playback._frame(1.0)
    assert not playback.on
    ticker.tick()
    assert asked == [2]
