"""An exception inside a paint ends the process on current PySide6, so odd networks are drawn in one of their own."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import itertools, math, warnings
import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
application = QApplication([])
from gdsim.app.plots.network_picture import NetworkPicture, UnitPicture
from gdsim.app.plots.network_view import NetworkView
from gdsim.app.theme import theme_manager

warnings.simplefilter("error")
HOSTILE = [0.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324]
view = NetworkView(theme_manager())
view.setMinimumSize(0, 0)
view.resize(400, 280)
view.show()

def picture(value, other, thumbnail, *sizes):
    def units(count):
        return tuple(
            UnitPicture("u" * (j % 30), thumbnail, value, other, value, j % 2 == 0, j % 3 == 0, j if j % 5 else None)
            for j in range(count)
        )
    weights = tuple(np.where(np.arange(a * b).reshape(a, b) % 2, value, other) for a, b in zip(sizes, sizes[1:]))
    raw = weights if sizes[0] % 2 else None
    return NetworkPicture(units(sizes[0]), tuple(map(units, sizes[1:])), weights, ("tanh",) * 9, raw_weights=raw,
                          selected=(0, 0, 0), message="m" * 300)

def show(shown):
    view.set_picture(shown)
    application.processEvents()
    view.grab()
    for x in range(20, 400, 60):
        QTest.mouseMove(view, QPoint(x, 150))
        view.grab()

for value, other in itertools.product(HOSTILE, HOSTILE):
    for thumbnail in (None, np.array([[value, other], [other, value]]), np.array([value, other, 1.0])):
        show(picture(value, other, thumbnail, 2, 3, 1))
for sizes in ((1, 1), (20, 1), (1, 32, 32, 32, 32, 32, 32, 8), (0, 2, 1), (2, 0, 1), (2, 0), (0, 0)):
    for thumbnail in (None, np.zeros((0, 4)), np.zeros(0), np.zeros((2, 2, 2)), np.full((3, 3), math.nan), np.zeros(1)):
        show(picture(1.0, -1.0, thumbnail, *sizes))
    for size in ((1, 1), (5, 400), (400, 5), (240, 160), (2000, 90)):
        view.resize(*size)
        application.processEvents()
        view.grab()
        view.picture_for_export().svg()
    view.resize(400, 280)
view.set_picture(NetworkPicture())
view.grab()
print("alive")
"""


def test_no_network_ends_the_process():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=110)
    assert (done.returncode, done.stdout.strip(), done.stderr.strip()) == (0, "alive", "")
