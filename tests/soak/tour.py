"""Everything once that gdsim makes when it is first looked at, and tables as long as they get, so that what grows
afterwards is no page seen for the first time.
"""

from __future__ import annotations

from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from tests.monkey.deeds import do
from tests.monkey.world import World
from tests.soak.lecture import REST, SCENES, around

ROUNDS = 3
"""What a lecturer does in turn comes again after so many."""
_QUESTIONS = 20
_HELP = 6


def take_tour(world: World) -> None:
    """All scenes of the lecture, the longest tables, all settings of optimizers, all pages of help."""
    for number in range(ROUNDS):
        for scene in SCENES:
            scene(world, number)
            world.frames(REST)
    # _practise(world)
    _race(world)
    _choose(world)
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
            world.settle()
        for schedule in SCHEDULES.values():
            tab.session.set_schedule(schedule())
            world.settle()
        tab.session.set_optimizer(before[0])
        tab.session.set_schedule(before[1])
        world.frames(REST)
