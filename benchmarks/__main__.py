"""`python -m benchmarks`: the core beside hand-written numpy, as a table of ratios; then the frames of the window."""

from __future__ import annotations

import argparse
import os
import platform
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: small matrices are faster on one thread

import numpy as np

from benchmarks import baseline, landscape, network, start, surfaces, training
from benchmarks.measure import UNITS, compare

GOAL = 1.10


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("words", nargs="*", help="only work loads whose title contains one of these words")
    parser.add_argument("--rounds", type=int, default=7, help="turns of every contender (default 7)")
    parser.add_argument("--budget", type=float, default=0.2, help="seconds of a turn (default 0.2)")
    parser.add_argument("--smoke", action="store_true", help="one short turn: does everything run and agree?")
    parser.add_argument("--check", action="store_true", help="has a ratio become worse, or the start? exit code 1")
    parser.add_argument("--write-baseline", action="store_true", help="keep the ratios of now for --check")
    options = parser.parse_args(argv)
    loads = network.LOADS + training.LOADS + landscape.LOADS + surfaces.LOADS
    if options.check:
        return baseline.check(loads)
    if options.write_baseline:
        baseline.write(loads)
        return 0
    rounds, budget = (1, 0.01) if options.smoke else (options.rounds, options.budget)
    print(
        f"numpy {np.__version__}, Python {platform.python_version()}, one thread; ratio to the best hand-written code"
    )
    print(f"{'work load':42}{'':8}{'minimum':>12}{'median':>12}{'ratio':>9}")
    missed = []
    for load in loads:
        if options.words and not any(word.lower() in load.title.lower() for word in options.words):
            continue
        for row in compare(load, rounds, budget):
            scale = UNITS[load.unit]
            figures = f"{row.least * scale:9.2f} {load.unit}{row.median * scale:9.2f} {load.unit}{row.ratio:9.2f}"
            print(f"{load.title if row.name == 'naive' else '':42}{row.name:8}{figures}", flush=True)
            if row.name == "gdsim" and row.ratio > GOAL:
                missed.append(load.title)
    if missed and not options.smoke:
        print(f"above the goal of {GOAL:.2f}: {'; '.join(missed)}")
    landscape.report(options.words, options.smoke)
    start.report(options.words, options.smoke)
    from benchmarks import interface, playing  # only now: the core is timed in a process without Qt

    interface.report(options.words, options.smoke)
    playing.report(options.words, options.smoke)
    return 0


if __name__ == "__main__":
    sys.exit(main())
