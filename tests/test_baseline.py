"""The guard of the speed itself: noise does not set it off, a loss of speed does, and it says what to do."""

from __future__ import annotations

import pytest

from benchmarks import baseline, landscape, network, surfaces, training
from benchmarks.baseline import TRIES, complaints, start_complaints

TITLES = {load.title for load in network.LOADS + training.LOADS + landscape.LOADS + surfaces.LOADS}


def test_every_work_load_has_a_baseline_that_is_no_disgrace():
    kept = baseline.read()
    assert set(kept) == TITLES
    assert all(0.2 < ratio < 1.3 for ratio in kept.values())


@pytest.mark.parametrize("quiet_at", range(len(TRIES)))
def test_a_disturbance_is_measured_again(quiet_at):
    asked = []

    def measure(rounds, budget):
        asked.append(rounds)
        return 1.2 if len(asked) > quiet_at else 3.0

    assert complaints({"step": 1.0}, {"step": measure}) == []
    assert asked == [rounds for rounds, _ in TRIES[: quiet_at + 1]]


def test_a_ratio_that_stays_too_large_is_named_with_what_to_do():
    (sentence,) = complaints({"step": 1.0, "fine": 1.0}, {"step": lambda *_: 1.26, "fine": lambda *_: 1.24})
    for part in ("'step'", "1.26", "1.00", "1.25", "--write-baseline"):
        assert part in sentence


def test_loads_and_baseline_have_to_match():
    assert "no baseline" in complaints({}, {"new": lambda *_: 0.1})[0]
    assert "not measured" in complaints({"gone": 1.0}, {})[0]


class _Starts:
    """Becomes quicker with each measurement."""

    def __init__(self, time, memory):
        self.time, self.memory = time, memory

    def measure(self, rounds):
        self.time -= 0.1


@pytest.mark.parametrize(("time", "memory", "words"), [(1.55, 1.0, ""), (1.65, 1.0, "1.35"), (1.0, 1.6, "1.60")])
def test_a_slow_start_is_told(time, memory, words):
    found = start_complaints(_Starts(time, memory))
    assert len(found) == bool(words)
    assert all(words in sentence for sentence in found)
