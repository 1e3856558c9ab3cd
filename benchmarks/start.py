"""From the start of the process to the first usable window, beside a bare pyqtgraph window with one plot.

Both are started in turn, each time with a home of its own that is empty, and with everything compiled before.  A window
is usable when its plot has been painted and waits for the mouse.  Time is that of the processor, for starting is the
work of one thread and other processes do not count then; the time on the wall is told beside it.  The least of all
rounds counts.  Memory is the process's resident set and, where Linux tells, its proportional share.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

TIME_LIMIT, MEMORY_LIMIT = 1.3, 1.5
FIELDS = ("processor", "wall", "resident", "share")

_REPORT = """
import json, os, sys, time
def report(plot):
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication
    class Painted(QObject):
        yes = False
        def eventFilter(self, watched, event):
            self.yes = self.yes or event.type() == QEvent.Type.Paint
            return False
    painted = Painted()
    plot.viewport().installEventFilter(painted)
    while not painted.yes:
        QApplication.processEvents()
    processor, wall = time.process_time(), time.time()
    memory = {}
    if os.path.exists("/proc/self/smaps_rollup"):
        with open("/proc/self/smaps_rollup") as lines:
            memory = {line[:3]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("Rss:", "Pss:"))}
    print(json.dumps([processor, wall, memory.get("Rss", 0.0), memory.get("Pss", 0.0)]), flush=True)
    os._exit(0)
"""

BARE = (
    _REPORT
    + """
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import pyqtgraph as pg
application = pg.mkQApp()
plot = pg.PlotWidget()
plot.resize(1280, 800)
x = np.linspace(-2.0, 2.0, 1000)
plot.plot(x, (x**2 - 1) ** 2)
plot.show()
report(plot)
"""
)

OURS = (
    _REPORT
    + """
from gdsim.__main__ import main
import gdsim.__main__ as entry
def loop():
    from PySide6.QtWidgets import QApplication
    from gdsim.app.main_window import MainWindow
    (window,) = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
    report(window.tab.main_plot)
def run(options):
    from PySide6.QtWidgets import QApplication
    from gdsim.app.application import run_application
    QApplication.exec = staticmethod(loop)
    return run_application(options)
start = entry.start
entry.start = lambda argv: start(argv, run)
sys.exit(main(["--size", "1280x800"]))
"""
)


def started(code: str) -> list[float]:
    """What one process reports, in the order of FIELDS; seconds and MB."""
    with tempfile.TemporaryDirectory() as home:
        places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), home)
        environment = {**os.environ, **places, "QT_QPA_PLATFORM": "offscreen"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPATH"] = str(Path(__file__).parents[1])
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120
        )
    if not done.stdout.startswith("["):
        raise AssertionError(f"the window did not come: {done.stderr}")
    processor, wall, resident, share = json.loads(done.stdout.splitlines()[0])
    return [processor, wall - began, resident, share]


class Starts:
    """The least of each field in all rounds so far; more rounds only make it truer."""

    def __init__(self) -> None:
        self.bare: list[float] = []
        self.ours: list[float] = []

    def measure(self, rounds: int) -> None:
        for code in (BARE, OURS):  # what is not compiled yet will be
            started(code)
        for _ in range(rounds):
            self.bare = _least(self.bare, started(BARE))
            self.ours = _least(self.ours, started(OURS))

    @property
    def ratios(self) -> Mapping[str, float]:
        return {name: b / a for name, a, b in zip(FIELDS, self.bare, self.ours, strict=True) if a}

    @property
    def time(self) -> float:
        return self.ratios["processor"]

    @property
    def memory(self) -> float:
        """The larger of the two, 0 where the system tells neither."""
        return max((self.ratios.get(name, 0.0) for name in ("resident", "share")), default=0.0)

    def lines(self) -> list[str]:
        found = ["", f"{'start to the first usable window':42}{'bare':>12}{'gdsim':>14}{'ratio':>9}"]
        units = {"processor": ("s", TIME_LIMIT), "wall": ("s", None), "resident": ("MB", MEMORY_LIMIT),
                 "share": ("MB", MEMORY_LIMIT)}  # fmt: skip
        titles = {"processor": "processor time", "wall": "time on the wall", "resident": "memory, resident",
                  "share": "memory, proportional share"}  # fmt: skip
        for name, ratio in self.ratios.items():
            unit, limit = units[name]
            at = FIELDS.index(name)
            asked = "" if limit is None else f"   (asked for: at most {limit:g})"
            found.append(
                f"{titles[name]:42}{self.bare[at]:9.2f} {unit:2}{self.ours[at]:11.2f} {unit:2}{ratio:9.2f}{asked}"
            )
        return found


def _least(one: list[float], other: list[float]) -> list[float]:
    return [min(pair) for pair in zip(one, other, strict=True)] if one else other


def report(words: list[str], smoke: bool) -> None:
    """Print the table."""
    if words and not any(word.lower() in "start memory" for word in words):
        return
    starts = Starts()
    starts.measure(1 if smoke else 7)
    print("\n".join(starts.lines()), flush=True)
