"""An exception inside a paint ends the process on current PySide6, so this is tried in a process of its own."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import itertools, math, warnings
import numpy as np
from PySide6.QtWidgets import QApplication
application = QApplication([])
from gdsim.app.plots.curve_picture import CurvePicture
from gdsim.app.plots.curve_plot import CurvePlot
from gdsim.app.plots.loss_picture import LossPicture
from gdsim.app.plots.loss_plot import LossPlot
from gdsim.app.theme import theme_manager

warnings.simplefilter("error")
HOSTILE = [0.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 1e150]
curve, losses = CurvePlot(theme_manager()), LossPlot(theme_manager())
curve.resize(400, 300)
losses.resize(300, 200)
curve.show()
losses.show()
for value, other in itertools.product(HOSTILE, HOSTILE):
    curve.set_curve(lambda x: np.where(x > 0, value, other), (0.0, 1.0) if math.isnan(other) else (-abs(other), 1.0))
    points = np.array([[value, other], [other, value]])
    curve.set_picture(CurvePicture(value, other, value, other, value, points, points, points, points, points))
    curve.fit()
    curve.follow(points)
    curve.show_range((value, other), (other, value))
    for log in (False, True):
        losses.set_picture(LossPicture(np.array([value, other, 1.0]), 1, np.array([other]), log, other))
        losses.fit()
    application.processEvents()
    curve.grab()
    losses.grab()
curve.set_curve(lambda x: x, (-1.0, 1.0))
for size in ((1, 1), (5, 400), (400, 5), (60, 60)):
    curve.resize(*size)
    losses.resize(*size)
    application.processEvents()
    curve.grab()
print("alive")
"""


def test_no_numbers_end_the_process():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=110)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, "alive", "")
