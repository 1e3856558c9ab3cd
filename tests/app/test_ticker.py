from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QObject, Signal
from shiboken6 import delete

from gdsim.app.ticker import BUDGET, LONGEST, Ticker


class Teller(QObject):
    told = Signal()

    def tell(self, *_):
        self.told.emit()


class Listener(QObject):
    def __init__(self):
        super().__init__()
        self.frames = []

    def take(self, elapsed):
        self.frames.append(elapsed)


def test_it_rests_until_somebody_listens(ticker):
    assert not ticker.active
    listener = Listener()
    ticker.frame.connect(listener.take)
    assert ticker.active
    ticker.frame.disconnect(listener.take)
    ticker.tick()
    assert not ticker.active


def test_it_rests_when_the_listener_is_gone(ticker):
    listener = Listener()
    ticker.frame.connect(listener.take)
    del listener
    ticker.tick()
    assert not ticker.active


def test_frames_tell_the_time_that_passed(ticker, clock):
    listener = Listener()
    clock.now = 7.0
    ticker.frame.connect(listener.take)
    clock.now = 7.5
    ticker.tick()
    ticker.tick()
    assert listener.frames == [0.5, 0.0]
    ticker.frame.disconnect(listener.take)


def test_a_long_pause_is_not_caught_up(ticker, clock):
    listener = Listener()
    ticker.frame.connect(listener.take)
    clock.now = 3600.0
    ticker.tick()
    clock.now = 3000.0  # a clock set back
    ticker.tick()
    assert listener.frames == [LONGEST, 0.0]
    ticker.frame.disconnect(listener.take)


def test_a_job_runs_to_its_end_and_says_so_once(ticker):
    done, seen = [], []
    job = ticker.pull(iter("abc"), done=lambda: done.append(True), progress=seen.append)
    assert job.running
    assert ticker.active
    ticker.tick()
    ticker.tick()
    assert not job.running
    assert (done, seen) == ([True], ["c"])
    assert not ticker.active


def test_a_job_stops_for_the_frame_when_the_budget_is_spent(ticker, clock):
    clock.pace = BUDGET / 4
    seen = []
    job = ticker.pull(itertools.count(), progress=seen.append)
    ticker.tick()
    assert seen == [3]
    ticker.tick()
    assert seen == [3, 7]
    job.cancel()


def test_jobs_take_turns_even_when_each_pull_is_long(ticker, clock):
    clock.pace = 2 * BUDGET
    pulls = []

    def work(name):
        while True:
            pulls.append(name)
            yield

    jobs = [ticker.pull(work(name)) for name in "ab"]
    for _ in range(4):
        ticker.tick()
    assert pulls == ["a", "b", "a", "b"]
    for job in jobs:
        job.cancel()


def test_a_cancelled_job_is_closed_and_not_done(ticker):
    closed, done = [], []

    def work():
        try:
            yield from itertools.count()
        finally:
            closed.append(True)

    job = ticker.pull(work(), done=lambda: done.append(True))
    job.advance()
    job.cancel()
    ticker.tick()
    assert (closed, done, job.running) == ([True], [], False)
    assert not ticker.active


def test_a_job_that_fails_ends_and_the_others_go_on(ticker):
    def work():
        yield 1
        raise ValueError("no such thing")

    other = []
    ticker.pull(work())
    ticker.pull(iter([1, 2]), done=lambda: other.append(True))
    with pytest.raises(ValueError, match="no such thing"):
        ticker.tick()
    ticker.tick()
    assert other == [True]


def test_stop_ends_everything(ticker):
    job = ticker.pull(itertools.count())
    ticker.stop()
    assert not job.running
    assert not ticker.active


def test_the_real_clock_makes_frames(qtbot):
    ticker = Ticker()
    with qtbot.waitSignal(ticker.frame, timeout=2000):
        assert ticker.active
    ticker.tick()
    assert not ticker.active


def test_a_job_that_is_cancelled_by_its_own_step_ends_quietly(qtbot):
    ticker = Ticker()
    steps = []

    def work():
        steps.append(1)
        job.cancel()
        yield
        steps.append(2)

    job = ticker.pull(work())
    ticker.tick()
    ticker.tick()
    assert steps == [1]
    assert not job.running


def test_a_job_whose_progress_fails_is_ended_and_not_asked_again(ticker):
    told = []

    def tell(value):
        told.append(value)
        raise ValueError("no such picture")

    job = ticker.pull(itertools.count(), progress=tell)
    job.advance()
    ticker._jobs = [job]
    with pytest.raises(ValueError, match="no such picture"):
        job.publish()
    assert (told, job.running) == ([0], False)
    ticker.tick()
    assert told == [0]


def test_a_chore_is_done_from_time_to_time_also_at_rest(ticker, clock):
    done = []
    ticker.every(5.0, lambda: done.append(clock.now))
    assert not ticker.active  # no frames are made for it
    assert ticker._timer.isActive()
    for clock.now in (1.0, 4.0, 5.0, 6.0, 9.0, 10.0):
        ticker.tick()
    assert done == [5.0, 10.0]
    listener = Listener()
    ticker.frame.connect(listener.take)
    assert ticker.active
    clock.now = 3.0  # a clock set back
    ticker.tick()
    assert done == [5.0, 10.0, 3.0]
    ticker.frame.disconnect(listener.take)
    ticker.stop()
    assert not ticker._timer.isActive()


def test_a_job_ends_with_its_owner(ticker):
    owner, ended, told = QObject(), [], []

    def work():
        try:
            while True:
                told.append(owner.objectName())  # raises once the object is gone
                yield
        finally:
            ended.append(True)

    job = ticker.pull(work(), done=lambda: ended.append("done"), progress=lambda _: owner.objectName(), owner=owner)
    job.advance()
    delete(owner)
    ticker.tick()
    assert told == [""]
    assert ended == [True]
    assert not job.running
    assert not ticker.active


@pytest.mark.parametrize("which", ["done", "progress"])
def test_a_job_ends_with_the_object_whose_method_it_calls(ticker, which):
    teller = Teller()
    job = ticker.pull(iter(range(3)), **{which: teller.tell})
    job.advance()
    delete(teller)
    for _ in range(4):
        ticker.tick()  # what is told by one who is gone raises
    assert not job.running
