"""Training at full speed in the window: frames a second, how long the event loop is held, and the share of steps.

The share is that of the processor's time, so that waiting for the next frame counts for nobody.  It holds on any
platform that Qt draws on: set QT_QPA_PLATFORM=xcb for a screen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.window import rest, shown
from gdsim.app.tabs.train.session import TrainSession

SECONDS, FEW_SECONDS = 5.0, 0.3
WARM = 1.0


def _usual(session: TrainSession) -> None:
    """What the tab opens with: 2-8-1 on 210 points."""


def _spiral(session: TrainSession) -> None:
    session.set_dataset("spiral")
    session.set_hidden((8, 8))


def _largest(session: TrainSession) -> None:
    session.set_data(replace(session.experiment.spec, n=5000))
    session.set_hidden((32,) * 6)


LOADS: tuple[tuple[str, Callable[[TrainSession], None]], ...] = (
    ("training 2-8-1, 210 points", _usual),
    ("training 2-8-8-1 on the spiral", _spiral),
    ("training 6 × 32, 3500 points", _largest),
)


def measure(prepare: Callable[[TrainSession], None], seconds: float) -> str:
    """One line of the table."""
    with shown(tab="train") as window:
        session = window.tab.session
        prepare(session)
        rest(window)
        session.set_speed(math.inf)
        session.play(True)
        _run(seconds=min(WARM, seconds))
        ticks: list[float] = []
        note = ticks.append
        window.context.ticker.frame.connect(note)
        step, worked, processor = session.index, session.worked, time.process_time()
        began = time.perf_counter()
        holds = _run(seconds)
        elapsed = time.perf_counter() - began
        share = (session.worked - worked) / (time.process_time() - processor)
        window.context.ticker.frame.disconnect(note)
        steps = session.index - step
    frames = np.array([hold for hold in holds if hold > 1e-3]) * 1e3
    held = f"{np.median(frames):6.1f} ms {np.percentile(frames, 95):8.1f} ms {frames.max():8.1f} ms"
    return f"{held} {len(ticks) / elapsed:10.1f} {100 * share:9.0f} % {steps / elapsed:12.0f}"


def _run(seconds: float) -> list[float]:
    """Let the event loop run; how long it was held each time."""
    holds = []
    now = began = time.perf_counter()
    while now - began < seconds:
        before = now
        QApplication.processEvents()
        now = time.perf_counter()
        holds.append(now - before)
    return holds


def report(words: Iterable[str], smoke: bool) -> None:
    """Print the table of the loads whose title contains one of the words."""
    words = [word.lower() for word in words]
    chosen = [load for load in LOADS if not words or any(word in load[0].lower() for word in words)]
    if not chosen:
        return
    print("\ntraining at full speed; how long the event loop is held, frames a second, share of steps in the work")
    print(f"{'':34}{'median':>9}{'95 %':>12}{'longest':>12}{'a second':>11}{'steps':>12}{'steps/s':>13}")
    for title, prepare in chosen:
        print(f"{title:34}{measure(prepare, FEW_SECONDS if smoke else SECONDS)}", flush=True)
