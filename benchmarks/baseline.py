"""Ratios that must not become much worse: each work load beside hand-written numpy in the same run, and the start.

A ratio hardly depends on the machine, and a disturbance falls on both sides of it, for they are timed in turn.  What
seems too slow is measured again, each time for longer, and its least ratio counts; only what stays too slow is told.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from benchmarks.measure import Load, compare
from benchmarks.start import MEMORY_LIMIT, TIME_LIMIT, Starts

FILE = Path(__file__).with_name("baseline.json")
ALLOWED = 1.25
"""By how much a ratio may be larger than its baseline."""
TRIES = ((4, 0.02), (12, 0.02), (30, 0.04))
"""Rounds and seconds a turn of the first try, the second and the third."""
NEW = "python -m benchmarks --write-baseline"

Measure = Callable[[int, float], float]
"""A ratio from so many rounds of so many seconds."""


def read() -> dict[str, float]:
    """The baseline, by the titles of the work loads."""
    ratios: dict[str, float] = json.loads(FILE.read_text("utf-8"))
    return ratios


def ratio_of(load: Load, rounds: int, budget: float) -> float:
    """Ours to the best by hand."""
    (ours,) = [row for row in compare(load, rounds, budget) if row.name == "gdsim"]
    return ours.ratio


def measures_of(loads: Iterable[Load]) -> dict[str, Measure]:
    return {load.title: lambda rounds, budget, load=load: ratio_of(load, rounds, budget) for load in loads}


def complaints(baseline: Mapping[str, float], measures: Mapping[str, Measure]) -> list[str]:
    """A sentence for each ratio that is too large at every try, and for each load that has no baseline or is gone."""
    found = []
    for title, measure in measures.items():
        if title not in baseline:
            found.append(f"'{title}' has no baseline: {NEW}")
            continue
        limit, least = ALLOWED * baseline[title], float("inf")
        for rounds, budget in TRIES:
            least = min(least, measure(rounds, budget))
            if least <= limit:
                break
        else:
            found.append(
                f"'{title}' takes {least:.2f} times as long as by hand; its baseline is {baseline[title]:.2f}, "
                f"and up to {limit:.2f} is allowed. If this is meant, write a new baseline: {NEW}"
            )
    return found + [f"'{title}' is in the baseline but is not measured: {NEW}" for title in baseline.keys() - measures]


def start_complaints(starts: Starts) -> list[str]:
    """Sentences for a start that takes too long or too much memory, at every try.

    What is asked for is what is allowed: of processor time, the least of ever more pairs is hardly disturbed by others.
    """
    for rounds in (4, 8, 16):
        starts.measure(rounds)
        if starts.time <= TIME_LIMIT and starts.memory <= MEMORY_LIMIT:
            return []
    found = []
    for what, ratio, limit in (
        ("long", starts.time, TIME_LIMIT),
        ("much memory", starts.memory, MEMORY_LIMIT),
    ):
        if ratio > limit:
            found.append(
                f"the start takes {ratio:.2f} times as {what} as that of a bare pyqtgraph window; {limit:g} is "
                "allowed. What the first picture does not need is imported and made later (tests/app/test_start.py)"
            )
    return found


def check(loads: Iterable[Load]) -> int:
    """Say what has become too slow; the exit code."""
    found = complaints(read(), measures_of(loads))
    starts = Starts()
    found += start_complaints(starts)
    print("\n".join(starts.lines()))
    for sentence in found:
        print(f"too slow: {sentence}", file=sys.stderr)
    if not found:
        print(f"no ratio is more than {ALLOWED:g} times its baseline")
    return 1 if found else 0


def write(loads: Iterable[Load]) -> None:
    """Measure for long, and keep the ratios."""
    rounds, budget = TRIES[-1]
    ratios = {}
    for title, measure in measures_of(loads).items():
        ratios[title] = round(measure(rounds, budget), 3)
        print(f"{title:42}{ratios[title]:9.3f}", flush=True)
    FILE.write_text(json.dumps(ratios, indent=2, ensure_ascii=False) + "\n", "utf-8")
