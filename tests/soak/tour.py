"""Everything once that gdsim makes when it is first looked at, and tables as long as they get, so that what grows
afterwards is no page seen for the first time.
"""

from __future__ import annotations

from gdsim.app.tabs import TABS
from gdsim.app.tabs.descend.runs import MAX_STEPS
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from tests.monkey.deeds import do
from tests.monkey.world import World
from tests.soak.lecture import REST, SCENES, around

ROUNDS = 3
"""What a lecturer does in turn comes again after so many."""
_QUESTIONS = 20
_HELP = 6
_CHANGES, _LONG_RUNS = 210, 4


def take_tour(world: World) -> None:
    """All scenes of the lecture, the longest tables, all settings of optimizers, as much to undo as there can be, all
    pages of help.
    """
    do(["resize", 1600, 900], world)  # so wide that all columns stand beside one another
    world.settle()
    _fill_undo(world)
    _race(world)
    _choose(world)
    for number in range(ROUNDS):
        for scene in SCENES:
            scene(world, number)
            world.frames(REST)
    _practise(world)
    for entry in range(_HELP):
        do(["menu", "&Help", entry], world)
        do(["dismiss"], world)
    around(world, 0)
    world.frames(REST)
    world.settle()


def _practise(world: World) -> None:
    """Questions of so many topics that the score has all its rows."""
    tab = world.window.show_tab("slope")
    tab.open_practice(moving=False)
    for _ in range(_QUESTIONS):
        tab.exercise.answer("0")
        world.frames(REST)
        tab.exercise.next()
    tab.close_practice()


def _fill_undo(world: World) -> None:
    """Changes in every tab, unseen, and long runs at the end, of which fewer are kept."""
    slope, descend, backprop, train = (world.window.show_tab(key).session for key in TABS)
    descend.set_surface("rosenbrock")
    descend.set_optimizer(OPTIMIZERS["gd"](lr=1e-6))
    for session in (slope, descend, backprop, train):
        session.blockSignals(True)
    for number in range(_CHANGES):
        slope.move_to("x", number / 100)
        backprop.set_input("x", number / 100)
        train.set_weight_seed(number)
        descend.move_to((number / 100, 1.0))
        if number >= _CHANGES - _LONG_RUNS:
            descend.advance(MAX_STEPS)
        for session in (slope, descend, backprop, train):
            session._history.interrupt()  # so that no two are undone as one
    for session in (slope, descend, backprop, train):
        session.blockSignals(False)
        session.undo()
        world.frames(REST)


def _race(world: World) -> None:
    """All optimizers, and a surface with more minima than a table has rows."""
    tab = world.window.show_tab("descend")
    tab.session.set_surface("rastrigin")
    for key in OPTIMIZERS:
        tab.side.race.set_racing(key, True)
    tab.side.starts.set_count(60)
    for page, study in enumerate((tab.side.race, tab.side.basins, tab.side.starts), start=1):
        tab.side.strip.setCurrentIndex(page)
        study.start()
        world.frames(REST)
    tab.side.strip.setCurrentIndex(0)
    tab.side.told.header.click()
    world.frames(REST)


def _choose(world: World) -> None:
    """Each optimizer and each schedule in both tabs that have them, and those of before again."""
    for key in ("descend", "train"):
        tab = world.window.show_tab(key)
        before = tab.session.optimizer, tab.session.setting.schedule
        for optimizer in OPTIMIZERS:
            tab.session.choose_optimizer(optimizer)
            world.frames(REST)
        for schedule in SCHEDULES.values():
            tab.session.set_schedule(schedule())
            world.settle()
        tab.session.set_optimizer(before[0])
        tab.session.set_schedule(before[1])
        world.frames(REST)
