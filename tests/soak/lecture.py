"""What a lecturer does with gdsim, tab by tab, through mouse and keyboard where it matters.

Each round differs from the one before in some numbers, so that what is kept for every new number is noticed.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from gdsim.app.plots.math_plot import MathPlot
from tests.monkey.deeds import do
from tests.monkey.places import name_of
from tests.monkey.world import World

REST = 2000  # frames in which a study comes to its end
_SHORT = 40  # frames of playing


def give_round(world: World, number: int) -> None:
    """All four tabs once, about four minutes of a lecture."""
    for scene in (*SCENES, around):
        scene(world, number)
        world.frames(REST)
        world.settle()


def slope(world: World, number: int) -> None:
    """From a secant to a tangent, and one problem of practice."""
    tab = world.window.show_tab("slope")
    tab.session.set_curve("square")
    _drag(world, _plot(tab), number)
    tab.session.move_to("x", 1 + number % 7 / 10)
    tab.session.shrink()
    world.frames(_SHORT)
    _type(world, tab, f"x^2 + {number % 9}x + sin({number % 5}x)")
    world.frames(_SHORT)
    tab.open_practice(moving=False)
    tab.exercise.answer(f"{number}x")
    world.frames(REST)
    tab.exercise.next()
    tab.close_practice()
    _back_and_forth(world)


def descend(world: World, number: int) -> None:
    """A curve: the ball dragged, stepped and played, and a typed formula."""
    tab = world.window.show_tab("descend")
    tab.session.set_surface("double_well")
    _drag(world, tab.curve, number)
    for _ in range(5):
        do(["key", Qt.Key.Key_Right.value, ""], world)
    _play(world)
    _type(world, tab, f"x^4 - {1 + number % 9}x^2 + x/{2 + number % 4}")
    tab.session.advance(20)
    _back_and_forth(world)


def surfaces(world: World, number: int) -> None:
    """A surface, from above and in space, and the three studies."""
    tab = world.window.show_tab("descend")
    tab.session.set_surface(("himmelblau", "rosenbrock", "saddle")[number % 3])
    tab.session.choose_optimizer(("gd", "adam", "momentum")[number % 3])
    do(["choose", name_of(tab.controls.look, world.window), 1 + number % 2], world)
    _drag(world, tab.surface.plot, number)
    _play(world)
    tab.side.race.set_budget(60)
    tab.side.basins.size = 32
    tab.side.starts.set_count(12)
    for page, study in enumerate((tab.side.race, tab.side.basins, tab.side.starts), start=1):
        tab.side.strip.setCurrentIndex(page)
        study.start()
        world.frames(REST)
    tab.side.strip.setCurrentIndex(0)
    do(["choose", name_of(tab.controls.look, world.window), 0], world)


def backprop(world: World, number: int) -> None:
    """A graph walked there and back, with other inputs, and definitions typed."""
    tab = world.window.show_tab("backprop")
    tab.session.set_example("notes")
    tab.session.set_input("x", -2 + number % 8 / 10)
    _play(world)
    tab.session.advance(20)
    tab.session.select(2)
    tab.session.nudge()
    tab.session.set_text(f"q = x^2 + {number % 6}y\nf = tanh(q)*y")
    tab.session.advance(4)
    _back_and_forth(world)


def train(world: World, number: int) -> None:
    """A network that learns, a point added, a file dropped, a ghost kept and let go."""
    tab = world.window.show_tab("train")
    session = tab.session
    session.apply_preset("fits")
    session.set_weight_seed(number % 5)
    world.frames(REST)
    _play(world)
    session.keep_ghost()
    _drag(world, tab.side.losses, number)
    for ghost in session.kept:
        session.remove_ghost(ghost.label)
    do(["drop", name_of(tab, world.window), ["classes.csv"]], world)
    world.frames(REST)
    dialog = world.window.findChild(QDialog)
    if dialog is not None:
        dialog.import_button.click()
    session.advance(30)
    world.frames(REST)
    _back_and_forth(world)


def studies(world: World, number: int) -> None:
    """The pages of Train's right column, each opened, and the long ones run small."""
    tab = world.window.show_tab("train")
    tab.session.apply_preset("fits")
    world.frames(REST)
    tab.session.advance(50 + number % 10)
    world.frames(REST)
    strip = tab.column.strip
    for page in range(1, strip.count()):
        strip.setCurrentIndex(page)
        world.frames(_SHORT)
        study = getattr(tab.column.study, "study", None)
        if hasattr(study, "set_steps"):
            study.set_steps(20)
        if hasattr(study, "set_count"):
            study.set_count(6)
        if hasattr(study, "set_seeds"):
            study.set_seeds(2)
        if hasattr(study, "start"):
            study.start()
            world.frames(REST)
    strip.setCurrentIndex(0)


SCENES = (slope, descend, surfaces, backprop, train, studies)


def around(world: World, number: int) -> None:
    """What belongs to the window: another theme and type, another size, help, a picture saved."""
    window = world.window
    window.toggle_theme()
    do(["resize", *((1100, 700), (1280, 800), (1600, 900))[number % 3]], world)
    do(["menu", "&Help", number], world)
    do(["dismiss"], world)
    world.answer = f"picture{number % 4}.svg"
    do(["menu", "&File", 0], world)
    do(["menu", "&File", 1], world)
    if number % 4 == 0:
        window.toggle_large_type()
        window.toggle_large_type()
    window.toggle_controls()
    window.toggle_controls()


def _plot(tab: QWidget) -> MathPlot:
    """The plot that is seen at largest."""
    return max(
        (plot for plot in tab.findChildren(MathPlot) if plot.isVisible()), key=lambda plot: plot.width() * plot.height()
    )


def _drag(world: World, plot: MathPlot, number: int) -> None:
    """Across the middle of a plot, and back by less."""
    size = plot.viewport().size()
    shares = np.concatenate([np.linspace(0.3, 0.7, 12), np.linspace(0.7, 0.4 + number % 7 / 70, 6)])
    path = [[round(share * size.width()), size.height() // 2] for share in shares]
    do(["drag", name_of(plot.viewport(), world.window), path, "left"], world)


def _type(world: World, tab: QWidget, formula: str) -> None:
    place = name_of(tab.controls.formula.edit, world.window)
    do(["write", place, formula, "keys", "Return"], world)
    world.frames(_SHORT)


def _play(world: World) -> None:
    session = world.window.tab.session
    session.set_speed(float("inf"))
    session.play(True)
    world.frames(_SHORT)
    session.play(False)


def _back_and_forth(world: World) -> None:
    for _ in range(3):
        do(["key", Qt.Key.Key_Z.value, "ctrl"], world)
        world.frames(REST)
    for _ in range(3):
        do(["key", Qt.Key.Key_Z.value, "ctrl+shift"], world)
        world.frames(REST)
