"""An error in a method that Qt calls is told and survived, whoever raised it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QWidget

from gdsim.app.overrides import guarded, overrides

PROGRAM = """
import sys
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

def run(options):
    from PySide6.QtWidgets import QApplication
    from gdsim.app.application import start_qt
    from gdsim.app.plots.surface_3d import Surface3D
    from gdsim.app.theme import theme_manager

    start_qt()
    told = []
    sys.excepthook = lambda kind, error, trace: told.append(f"{kind.__name__}: {error}")

    def wrong(*arguments):
        return {}[1] if told else 1 / 0

    Surface3D.reset_view = wrong
    surface = Surface3D(theme_manager())
    for _ in range(2):
        QApplication.postEvent(surface, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Home, Qt.KeyboardModifier(0)))
        QApplication.processEvents()
    print(*told, sep="\\n")
    return 0

from gdsim.__main__ import start
sys.exit(start([], run))
"""


def test_what_c_code_raises_in_an_override_ends_nothing():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr
    assert "ZeroDivisionError" in done.stdout
    assert "KeyError" in done.stdout


PAINTING = """
import sys
from PySide6.QtCore import QObject, QRectF, QSize
from PySide6.QtGui import QPainter

def run(options):
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication, QGraphicsItem, QHBoxLayout, QWidget
    from gdsim.app.application import start_qt

    start_qt()
    told = set()
    sys.excepthook = lambda kind, error, trace: told.add(f"{kind.__name__} in {trace.tb_next.tb_frame.f_code.co_name}")

    class Item(QGraphicsItem):
        def boundingRect(self):
            return QRectF(0, 0, 9, 9)

        def paint(self, painter, option, widget=None):
            painter.save()
            {}["x"]

    class Endless(QGraphicsItem):
        def boundingRect(self):
            1 / 0

        def paint(self, painter, option, widget=None):
            pass

    class Card(QWidget):
        def sizeHint(self):
            return QSize([][0], 9)

    class Canvas(QWidget):
        def paintEvent(self, event):
            painter = QPainter(self)
            painter.save()
            {}["x"]

    class Deaf(QWidget):
        def event(self, event):
            return [][0]

    class Filter(QObject):
        def eventFilter(self, watched, event):
            raise ValueError("at each event, also when the window is made, closed and let go")

    class Spacer(pg.GraphicsWidget):
        def sizeHint(self, which, constraint=None):
            raise ValueError("no size")

    window = QWidget()
    layout = QHBoxLayout(window)
    plot = pg.PlotWidget()
    for item in (Item(), Endless()):
        item.setParentItem(plot.getViewBox())
    plot.plotItem.layout.addItem(Spacer(), 5, 1)
    layout.addWidget(plot)
    layout.addWidget(Card())
    canvas = Canvas()
    canvas.setMinimumSize(20, 20)
    layout.addWidget(canvas)
    layout.addWidget(Deaf())
    window.installEventFilter(Filter(window))
    QWidget(window)
    window.show()
    for _ in range(5):
        QApplication.processEvents()
        window.grab()
    print(*sorted(told), sep="\\n")
    return 0

from gdsim.__main__ import start
sys.exit(start([], run))
"""


def test_errors_amid_painting_and_laying_out_are_told_and_end_nothing():
    done = subprocess.run([sys.executable, "-c", PAINTING], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "IndexError in event", "IndexError in sizeHint", "KeyError in paint", "KeyError in paintEvent",
        "ValueError in eventFilter", "ValueError in sizeHint", "ZeroDivisionError in boundingRect",
    ]  # fmt: skip


def test_overrides_of_qt_are_told_from_methods_of_ones_own():
    class Own(QWidget):
        def sizeHint(self):
            return QSize(3, 4)

        def heading(self):
            return "of ones own"

    class Further(Own):
        def sizeHint(self):
            return QSize(5, 6)

    assert [overrides(Further, name) for name in ("sizeHint", "heading", "__init__")] == [True, False, False]
    assert not overrides(QObject, "event")


def test_a_guarded_method_takes_and_gives_what_it_did():
    def method(self, event, axis=None, *more, **named):
        return self, event, axis, more, named

    guard = guarded(method)
    assert guard(1, 2) == method(1, 2)
    assert guard(1, event=2, axis=3) == method(1, event=2, axis=3)
    assert guard(1, 2, 3, 4, 5, six=6) == method(1, 2, 3, 4, 5, six=6)
    assert (guard.__name__, guard.__code__.co_argcount) == ("method", 3)


def test_only_errors_are_kept_back(monkeypatch):
    def method(self, error):
        raise error

    told = []
    monkeypatch.setattr(sys, "excepthook", lambda *of: told.append(of))
    guard = guarded(method, lambda: "nothing")
    error = ValueError("no size")
    assert guard(None, error) == "nothing"
    assert told == [(ValueError, error, error.__traceback__)]
    for other in (KeyboardInterrupt(), SystemExit(3)):
        with pytest.raises(type(other)):
            guard(None, other)
    assert len(told) == 1
