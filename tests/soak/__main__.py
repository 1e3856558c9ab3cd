"""`python -m tests.soak --minutes M`: a lecture of M minutes in fast motion; exit code 1 when something grew.

The warm-up visits everything once.  After it memory has to be flat within 10 %, frames may not become slower, and of
timers, widgets, plot items, Qt's and Python's objects there may not be more and more.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

from tests.monkey.clock import VirtualClock

ROUND = 4.0  # minutes of a lecture that one round stands for
WARM_UP = 3  # rounds after the tour, after which what is done comes again
SHORT_WARM_UP = 1
LEAST = 4  # rounds: the first and the last of a short soak do the same things, which come again after three


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="of the lecture (default 60)")
    parser.add_argument("--seconds", type=float, help="a short soak: so long on the clock, a few rounds at least")
    parser.add_argument("--seed", type=int, default=0, help="another lecture: what differs from round to round")
    parser.add_argument("--kinds", action="store_true", help="say which Python objects became more")
    options = parser.parse_args(argv)
    real = time.monotonic
    clock = VirtualClock(1)
    time.perf_counter = time.process_time = clock  # type: ignore[assignment]
    return _run(options, clock, real)


def _run(options: argparse.Namespace, clock: VirtualClock, real: Callable[[], float]) -> int:
    from PySide6.QtCore import QStandardPaths

    QStandardPaths.setTestModeEnabled(True)
    from gdsim.app.application import start_qt
    from tests.monkey.watch import Watch
    from tests.monkey.world import World
    from tests.soak.lecture import give_round
    from tests.soak.measure import LIMITS, SHORT_LIMITS, Reading, growth, kinds, reading
    from tests.soak.tour import ROUNDS, take_tour

    faulthandler.enable()
    application = start_qt()
    readings: list[Reading] = []
    frames: list[float] = []
    short = options.seconds is not None
    warm_up = SHORT_WARM_UP if short else WARM_UP
    least = warm_up + LEAST
    with tempfile.TemporaryDirectory(prefix="soak") as folder, Watch() as watch:
        world = World(Path(folder), clock, frames)
        with world.without_blocking():
            take_tour(world)
            number, before, deadline = 0, None, real() + (options.seconds or 0.0)
            while number < least or (real() < deadline if short else number < warm_up + options.minutes / ROUND):
                frames.clear()
                give_round(world, number + ROUNDS * options.seed)
                number += 1
                readings.append(reading(1e3 * float(np.percentile(frames, 90))))
                print(f"minute {number * ROUND:4.0f}: {_said(readings[-1])}", flush=True)
                if options.kinds and number == warm_up:
                    before = kinds()
        if before is not None:
            for kind, more in (kinds() - before).most_common(25):
                print(f"    {more:+7d}  {kind}")
        world.close()
    application.quit()
    limits = SHORT_LIMITS if short else LIMITS
    problems = [problem.text for problem in watch.problems[:3]] + growth(readings[warm_up:], limits)
    print("\n".join(problems) if problems else f"{number * ROUND:.0f} minutes of a lecture, and nothing grew")
    return 1 if problems else 0


def _said(found: object) -> str:
    return ", ".join(f"{name} {value:.1f}" if isinstance(value, float) else f"{name} {value}"
                     for name, value in vars(found).items())  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
