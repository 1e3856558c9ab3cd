"""What every test of the application gets: no screen, no settings of the user, a clock that moves by hand, no leaks."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

import pytest
from PySide6.QtCore import QEvent, QStandardPaths
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gdsim.app.context import Context
from gdsim.app.settings import Settings
from gdsim.app.theme import ThemeManager, theme_manager
from gdsim.app.ticker import Ticker

QStandardPaths.setTestModeEnabled(True)

W = TypeVar("W", bound=QWidget)


class FakeClock:
    """A clock that stands still; `now` is set by the test, and `pace` passes at each look."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pace = 0.0

    def __call__(self) -> float:
        self.now += self.pace
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ticker(qapp: QApplication, clock: FakeClock) -> Iterator[Ticker]:
    """A ticker on the fake clock.  Whatever was started has to be at rest in the end."""
    ticker = Ticker(clock)
    yield ticker
    ticker.tick()
    active = ticker.active
    ticker.stop()
    assert not active, "something still listens to the ticker or is computed by it"


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[ThemeManager]:
    """The application's themes, light and in normal size before and after the test."""
    manager = theme_manager()
    manager.set_mode("light")
    yield manager
    if manager.large:
        manager.set_large(False)
    if manager.mode != "light":
        manager.set_mode("light")


@pytest.fixture
def context(ticker: Ticker, themes: ThemeManager) -> Context:
    """A context with settings that are never written."""
    return Context(ticker, themes, Settings())


@pytest.fixture
def shown(qtbot: QtBot, themes: ThemeManager) -> Iterator[Callable[[W], W]]:
    """Shows a widget, waits until it is on the screen, and closes it after the test.

    It is held until then: pytest-qt remembers it weakly and draws once more when the test's own variables are gone, and
    a tree of widgets that the garbage collector takes away while it is painted ends the process.
    """
    held: list[QWidget] = []

    def show(widget: W, width: int = 0, height: int = 0) -> W:
        held.append(widget)
        qtbot.addWidget(widget)
        if width:
            widget.resize(width, height or widget.sizeHint().height())
        with qtbot.waitExposed(widget):
            QWidget.show(widget)
        return widget

    yield show
    held.clear()


@pytest.fixture(autouse=True)
def no_widget_is_left(qapp: QApplication) -> Iterator[None]:
    """Every top-level widget of a test is gone after it."""
    before = set(map(id, QApplication.topLevelWidgets()))
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if any(id(widget) not in before for widget in QApplication.topLevelWidgets()):
        gc.collect()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before]
    assert not left, f"left behind: {left}"
