"""Descend on functions of x and y, as a user has it: by mouse and keys, against closed forms."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdsim.app.options import Options
from gdsim.app.tabs import TABS
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.surface_view import Look
from gdsim.app.widgets.figures import parse_number
from tests.app.gestures import keys, type_over

START = (-2.2, 1.6)  # of the round bowl x² + y², whose gradient is (2x, 2y) and whose rate is 0.1


@pytest.fixture
def open_tab(context, shown):
    """Opens Descend as the command line would, with these options."""
    tabs = []

    def opened(**options):
        tab = shown(TABS["descend"].make(replace(context, options=Options(**options))), 1280, 740)
        tabs.append(tab)
        return tab

    yield opened
    for tab in tabs:
        tab.stop()


@pytest.fixture
def tab(open_tab):
    return open_tab(surface="bowl")


@pytest.fixture
def plot(tab):
    return tab.surface.plot


@pytest.fixture
def rest(ticker, clock):
    """Lets so much time pass that a view which has moved counts as resting."""

    def wait():
        QApplication.processEvents()  # a hidden plot is told its new size only now
        for _ in range(3):
            clock.now += 0.1
            ticker.tick()

    return wait


@pytest.fixture
def session(ticker, themes):
    return DescendSession(ticker)


def point_of(tab) -> tuple[float, ...]:
    return tuple(tab.session.step.point.tolist())


def enter(field, text) -> None:
    type_over(field.edit, text)
    keys(field.edit, Qt.Key.Key_Return)


def press_box(box) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))


def choose(combo, key) -> None:
    """Walk to an entry of a closed combo box with the arrow keys."""
    combo.setFocus()
    while combo.currentData() != key:
        down = combo.findData(key) > combo.currentIndex()
        keys(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def turn_wheel(plot, x, y, clicks) -> None:
    pixel = plot.pixel_of(x, y)
    event = QWheelEvent(
        pixel, QPointF(plot.viewport().mapToGlobal(pixel)), QPoint(), QPoint(0, 120 * clicks),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), event)


def words(plot) -> list[str]:
    """Everything that is written over the picture."""
    return [text for label in plot.marks._drawing.labels for text, _ in label.lines]


def colours(plot) -> set[str]:
    drawing = plot.marks._drawing
    return {item.colour for item in (*drawing.strokes, *drawing.arrows)}


def pair(text: str) -> list[float]:
    """The two numbers of a row of the table."""
    return [parse_number(part) for part in text.split(", ")]


def test_what_is_saved_is_shown_again(tab, plot, open_tab):
    tab.session.set_surface("himmelblau")
    tab.advance(5)
    press_box(tab.controls.switches["curvature"])
    choose(tab.controls.look, Look.BOTH)
    tab.side.strip.setCurrentIndex(2)
    QApplication.processEvents()
    plot.zoom_to((1.0, 4.0), (0.0, 3.0))
    saved = tab.save_state()
    twin = open_tab()
    twin.restore_state(json.loads(json.dumps(saved)))
    QApplication.processEvents()
    assert point_of(twin) == point_of(tab)
    assert twin.surface.look is Look.BOTH
    assert twin.side.strip.currentIndex() == 2
    assert not twin.surface.plot.follows
    (x_low, x_high), (y_low, y_high) = twin.surface.plot.view_box.viewRange()
    assert (x_low + x_high) / 2 == pytest.approx(2.5, abs=0.05)
    assert (y_low + y_high) / 2 == pytest.approx(1.5, abs=0.05)
    assert words(twin.surface.plot) == words(plot)


def test_retyping_a_formula_keeps_start_and_domain_of_y(tab):
    tab.session.set_surface("himmelblau")
    tab.session.move_to((1.0, -4.0))
    type_over(tab.controls.formula.edit, "x+y")
    assert tab.session.experiment.start == (1.0, -4.0)
    assert tab.session.experiment.domain == ((-6.0, 6.0), (-6.0, 6.0))


def test_the_cursor_stays_while_a_wrong_formula_is_typed_and_the_run_goes_on(tab):
    edit = tab.controls.formula.edit
    edit.setFocus()
    keys(edit, Qt.Key.Key_End)
    QTest.keyClicks(edit, "+")
    tab.advance(1)  # as each frame of playing does
    QTest.keyClicks(edit, "y")
    assert edit.text() == "x^2 + y^2+y"


def test_an_enormous_domain_is_refused_and_the_tab_lives_on(tab, plot):
    enter(tab.controls.top, "1e308")
    assert tab.controls.top.problem.text()
    tab.advance(1)
    enter(tab.controls.bottom, "-2")
    enter(tab.controls.top, "2")
    assert tab.session.experiment.domain == ((-3.0, 3.0), (-2.0, 2.0))
