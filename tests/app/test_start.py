"""What the first picture needs and no more, by the names of modules: times would depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

# What a start in Descend's curve has no use for.
LATER = (
    "contourpy", "ziamath", "ziafont", "latex2mathml", "urllib.request", "csv", "importlib.metadata", "email",
    "numpy.random", "numpy.ma", "numpy.fft", "numpy.polynomial", "scipy", "matplotlib",
    "gdsim.app.self_test", "gdsim.app.plots.surface_plot", "gdsim.app.plots.surface_3d",
    "gdsim.app.plots.surface_image", "gdsim.app.plots.series_plot",
    "gdsim.app.tabs.descend.surface_view", "gdsim.app.tabs.descend.studies.race",
    "gdsim.app.tabs.descend.studies.basins", "gdsim.app.tabs.descend.studies.starts",
    "gdsim.app.tabs.descend.studies.narration", "gdsim.app.tabs.descend.studies.page",
    "gdsim.app.tabs.slope.tab", "gdsim.app.tabs.backprop.tab", "gdsim.app.tabs.train.tab",
    "gdsim.core.backprop", "gdsim.core.basins", "gdsim.core.csv_table", "gdsim.core.datasets", "gdsim.core.fan",
    "gdsim.core.landscape", "gdsim.core.many_starts", "gdsim.core.narration", "gdsim.core.network",
    "gdsim.core.practice", "gdsim.core.race", "gdsim.core.slope", "gdsim.core.trainer",
)  # fmt: skip

START = """
import gc, json, sys
from gdsim.__main__ import start
def look():
    from PySide6.QtWidgets import QApplication
    from gdsim.app.main_window import MainWindow
    from gdsim.app.widgets.formula_label import FormulaLabel
    (window,) = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
    window.tab.main_plot.grab()
    at_first = sorted(sys.modules)
    inked = lambda: [label.sizeHint().width() > 0 for label in window.findChildren(FormulaLabel) if label.latex]
    before = inked()
    QApplication.processEvents()
    window.context.ticker.finish()
    print(json.dumps([at_first, before, inked(), gc.isenabled(), sorted(sys.modules)]))
    window.close()
    return 0
def run(options):
    from PySide6.QtWidgets import QApplication
    from gdsim.app.application import run_application
    QApplication.exec = staticmethod(look)
    return run_application(options)
gc.disable()
sys.exit(start([], run))
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    home = str(tmp_path_factory.mktemp("home"))
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", START]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_first_picture_imports_only_what_it_shows(started):
    at_first = started[0]
    assert "gdsim.app.tabs.descend.tab" in at_first
    too_early = [name for name in at_first if name.startswith(tuple(f"{late}." for late in LATER)) or name in LATER]
    assert not too_early, f"imported before the first picture: {', '.join(too_early)}"


def test_formulas_are_typeset_after_the_first_picture_and_garbage_is_collected_again(started):
    _, before, after, collected, in_the_end = started
    assert not any(before)
    assert len(after) >= 4
    assert all(after)
    assert collected
    assert "ziamath" in in_the_end
