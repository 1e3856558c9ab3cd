from __future__ import annotations

from gdsim.app.widgets.pause import Seldom


def test_what_happens_seldom_happens_at_once_then_every_so_often_and_once_after_the_last_ask(ticker, clock):
    done: list[float] = []
    seldom = Seldom(ticker, 0.1, lambda: done.append(round(clock.now, 2)))
    for _ in range(13):
        seldom.ask()
        clock.now += 0.03
        ticker.tick()
    assert done == [0.0, 0.12, 0.24, 0.36]
    clock.now += 0.2
    ticker.tick()
    assert done[4:] == [0.59], "asked for after 0.36"
    clock.now += 0.2
    ticker.tick()
    assert len(done) == 5
    assert not ticker.active


def test_what_is_cancelled_is_not_done_and_the_next_is_done_at_once(ticker, clock):
    done: list[float] = []
    seldom = Seldom(ticker, 0.1, lambda: done.append(clock.now))
    seldom.ask()
    seldom.ask()
    seldom.cancel()
    clock.now += 1.0
    ticker.tick()
    assert done == [0.0]
    seldom.ask()
    assert done == [0.0, 1.0]
    seldom.cancel()
