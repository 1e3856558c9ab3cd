"""The monkey notices what it is there for: each kind of mistake is planted once."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer, qWarning
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QToolTip

from gdsim.app.main_window import MainWindow
from gdsim.app.widgets.number_field import NumberField
from gdsim.app.widgets.tab_order import stops
from tests.monkey.chance import Monkey
from tests.monkey.clock import VirtualClock
from tests.monkey.deeds import DEEDS
from tests.monkey.places import name_of, visible_widgets, widget_named
from tests.monkey.play import play
from tests.monkey.rough import RoughMonkey
from tests.monkey.shorten import shortened
from tests.monkey.watch import Watch
from tests.monkey.world import World

STEP = ["key", Qt.Key.Key_Right.value, ""]
CHECK = ["check", True]


@pytest.fixture(autouse=True)
def no_widget_is_left() -> None:
    """The one window outlives the tests, and is another after a restart; `world` looks at what is left of it."""


@pytest.fixture(scope="module")
def world(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("monkey"), VirtualClock(1))
    with world.without_blocking():
        yield world
    world.close()
    gc.collect()
    world.settle()
    assert not [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]


def found(world: World, *events: list[object]) -> str:
    """The kind of mistake that is found when these are played; empty when all is well."""
    left = iter(events)
    with Watch() as watch:
        problem = play(lambda: next(left, None), world, watch).problem
    return "" if problem is None else problem.kind


def test_where_nothing_is_wrong_nothing_is_found(world):
    assert found(world, STEP, STEP, CHECK, ["menu", "&View", 2], ["resize", 1100, 700], CHECK) == ""


def test_a_widget_that_pyside_takes_for_the_child_of_a_stranger(world):
    world.window.tab.transport.step_button.nextInFocusChain()
    assert found(world, CHECK) == "kinship"
    stops(world.window)
    assert found(world, CHECK) == ""


def test_what_rough_handling_does_is_done_and_leaves_all_well(world):
    """Each of its kinds once, where there is something to do for it."""
    monkey = RoughMonkey(3, world)
    makers = {make.__name__: make for make in monkey.kinds if make.__func__.__qualname__.startswith("RoughMonkey")}
    makers.pop("_desktop")  # as long as all others together
    events = [event for make in makers.values() if (event := make()) is not None]
    assert len(events) > 8
    assert found(world, *events, ["frames", 20], CHECK) == ""


def test_an_exception_in_a_slot(world):
    def stumble():
        raise ZeroDivisionError

    session = world.window.tab.session
    session.changed.connect(stumble)
    try:
        assert found(world, STEP) == "exception"
    finally:
        session.changed.disconnect(stumble)


@pytest.mark.parametrize(
    ("warn", "kind"),
    [(lambda: qWarning("planted"), "Qt warning"), (lambda: warnings.warn("planted", stacklevel=1), "warning")],
)
def test_a_warning(world, warn, kind):
    session = world.window.tab.session
    session.changed.connect(warn)
    try:
        assert found(world, STEP) == kind
    finally:
        session.changed.disconnect(warn)


@pytest.mark.parametrize(("text", "kind"), [("loss nan", "number"), ("\N{MINUS SIGN}inf", "number"), ("finance", "")])
def test_a_number_that_is_none(world, text, kind):
    label = QLabel(text, world.window.tab.transport)
    label.show()
    try:
        assert found(world, ["check", False]) == kind
    finally:
        label.setParent(None)


def test_a_timer_beside_the_ticker(world):
    timer = QTimer(world.window, interval=1_000_000)
    timer.start()
    assert found(world, CHECK) == "timer"
    timer.stop()
    assert found(world, CHECK) == ""


def test_dialogs_that_are_closed_and_kept(world):
    dialogs = [QDialog(world.window), QDialog(world.window)]
    try:
        assert found(world, CHECK) == "pile"
    finally:
        for dialog in dialogs:
            dialog.deleteLater()
        world.settle()


def test_a_view_that_does_not_follow_its_session(world):
    session = world.window.tab.session
    session.blockSignals(True)
    session.advance(3)
    session.blockSignals(False)
    assert found(world, CHECK) == "agreement"


@pytest.mark.parametrize(("window", "kind"), [(Qt.WindowType.ToolTip, ""), (Qt.WindowType.Widget, "agreement")])
def test_a_label_more_after_drawing_anew_unless_it_is_a_tooltip(world, monkeypatch, window, kind):
    tab = world.window.tab
    draw, labels = tab.synchronize, list[QLabel]()

    def draw_and_tell() -> None:
        draw()
        known = set(tab.findChildren(QLabel))
        if window == Qt.WindowType.ToolTip:
            QToolTip.showText(tab.mapToGlobal(QPoint(5, 5)), "planted", tab.transport)
        else:
            QLabel("planted", tab.transport).show()
        labels.extend(label for label in tab.findChildren(QLabel) if label not in known)

    monkeypatch.setattr(tab, "synchronize", draw_and_tell)
    assert found(world, CHECK) == kind
    assert [(label.text(), label.isVisible(), label.windowType()) for label in labels] == [("planted", True, window)]
    labels[0].deleteLater()
    world.settle()


def test_an_undo_that_does_not_undo(world, monkeypatch):
    session = world.window.tab.session
    session.set_noise(0.5)
    assert found(world, CHECK) == ""
    monkeypatch.setattr(session, "redo", session.changed.emit)
    assert found(world, CHECK) == "history"


def test_a_plan_that_training_does_not_follow(world):
    key = world.window.tab_key
    world.window.show_tab("train")
    session = world.window.tab.session
    assert found(world, STEP, STEP) == ""
    experiment = session.experiment
    session._training.experiment = experiment.changed_from(1, batch_size=7)
    assert found(world, ["frames", 1]) == "history"
    session._training.experiment = experiment
    world.window.show_tab(key)


def test_a_state_that_is_not_restored(world, monkeypatch):
    assert found(world, ["restart"]) == ""
    monkeypatch.setattr(type(world.window.tab), "restore_state", lambda tab, state: None)
    assert found(world, STEP, ["restart"]) == "restart"


def test_dialogs_of_the_system_do_not_wait(world):
    for name in ("", "picture.png", "no_such_folder/picture.png"):
        assert found(world, ["answer", name], ["menu", "&File", 0]) == ""
    assert (world.folder / "picture.png").exists()


def test_every_widget_is_found_again_by_its_name(world):
    widgets = visible_widgets(world.window)
    assert len(widgets) > 50
    assert [widget_named(name_of(widget, world.window), world.window) for widget in widgets] == widgets
    assert widget_named("QLabel:99", world.window) is None


def test_what_is_drawn_depends_on_the_seed_alone(world):
    one, same, other = (Monkey(seed, world) for seed in (5, 5, 6))
    drawn = [[monkey.next() for _ in range(30)] for monkey in (one, same, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert {kind for kind, *_ in drawn[0]} <= {*DEEDS, "check", "restart"}


def test_clicks_and_texts_reach_the_window(world):
    pressed = []
    button = QPushButton("planted", world.window.tab.transport)
    button.clicked.connect(lambda: pressed.append(True))
    button.resize(60, 20)
    button.show()
    world.settle()
    field = next(each for each in world.window.findChildren(NumberField) if each.isVisible() and each.isEnabled())
    events = (
        ["click", name_of(button, world.window), 10, 10, "left", "", 1],
        ["write", name_of(field.edit, world.window), "0.25", "keys", "Return"],
    )
    assert found(world, *events) == ""
    button.setParent(None)
    assert pressed == [True]
    assert field.value() == 0.25


def test_a_script_is_shortened_to_what_is_needed():
    tries = []

    def fails(events):
        tries.append(events)
        return {17, 40} <= set(events)

    assert shortened(list(range(100)), fails, lambda: True) == [17, 40]
    assert shortened(list(range(100)), fails, lambda: False) == list(range(100))
    assert len(tries) < 80
