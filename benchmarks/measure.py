"""Timing of contenders in turn, so that a disturbance of the machine falls on all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Contender:
    """`run(n)` does n iterations, `result()` gives what they lead to (an array that is compared)."""

    run: Callable[[int], Any]
    result: Callable[[], np.ndarray]


@dataclass(frozen=True)
class Load:
    """One piece of work in several hands: "naive" and "tuned" numpy (or floats) and "gdsim"."""

    title: str
    unit: str
    build: Callable[[], Mapping[str, Contender]]
    check_rounds: int = 20
    tolerance: float = 1e-8


@dataclass(frozen=True)
class Row:
    """Seconds an iteration (minimum and median) and the ratio to the faster of the hand-written versions."""

    name: str
    least: float
    median: float
    ratio: float


_SAMPLES = 8
UNITS = {"µs": 1e6, "ms": 1e3}


def seconds(run: Callable[[int], Any], rounds: int) -> float:
    """Of this thread on the processor: what else the machine does meanwhile does not count."""
    start = time.thread_time()
    run(rounds)
    return (time.thread_time() - start) / rounds


def compare(load: Load, rounds: int, budget: float) -> list[Row]:
    """Check that all contenders agree, then time them round by round.

    The ratio is that of the minima, the steadiest figure on a shared machine.
    """
    contenders = load.build()
    for contender in contenders.values():
        contender.run(load.check_rounds)
    reference = next(iter(contenders.values())).result()
    for name, contender in contenders.items():
        worst = np.max(np.abs(contender.result() - reference)) / max(1.0, np.max(np.abs(reference)))
        if not worst <= load.tolerance:
            raise AssertionError(f"{load.title}: {name} differs by {worst:.3g}")
    counts = {name: _repeats(contender.run, budget) for name, contender in contenders.items()}
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            contender.run(1)  # warm the caches again after the others
            turns = _SAMPLES if counts[name] > 1 else 2  # of what is slow a few are enough
            samples[name] += [seconds(contender.run, counts[name]) for _ in range(turns)]
    base = min(min(times) for name, times in samples.items() if name != "gdsim")
    return [Row(name, min(times), statistics.median(times), min(times) / base) for name, times in samples.items()]


def _repeats(run: Callable[[int], Any], budget: float) -> int:
    """Iterations of one sample, an eighth of the budget."""
    once = min(seconds(run, 1) for _ in range(3))
    return max(1, int(budget / _SAMPLES / max(once, 1e-7)))
