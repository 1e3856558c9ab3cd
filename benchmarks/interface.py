"""The window's frames: a typed formula, a ball that is dragged, a surface that is turned, a basin map.

A frame lasts from the event until the event loop has painted what follows from it, as on a screen; each is checked to
have painted.  Times and frames a second are those of undisturbed frames; the share of numpy comes from a second pass
under a profiler (see `shares`).  Ratios are to hand-written numpy that computes the same values, in the same run.
"""

from __future__ import annotations

import cProfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from benchmarks.shares import Share, numpy_share
from benchmarks.surfaces import BASIN_GRID, BASIN_RATE, BASIN_STEPS, basin_tuned
from benchmarks.window import SIZE, Hand, Paints, clock, rest, shown
from gdsim.app.plots.colour_maps import colour_table
from gdsim.app.plots.surface_3d import Surface3D
from gdsim.app.plots.surface_levels import choose_levels
from gdsim.app.tabs.descend.look import Look
from gdsim.app.tabs.descend.runs import PREVIEW_STEPS
from gdsim.app.theme import theme_manager
from gdsim.core.basins import NEAR, UNKNOWN, basin_map
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.surfaces import SURFACES

FRAMES, FEW = 40, 3
WARM = 3  # frames that are not counted: caches, fonts, first compilation
GRID = 200
SOLID = 61
BOX = (-5.0, 5.0)

# Formulas of x and y, each with a constant that makes it new, and the same by hand.
TYPED: tuple[tuple[str, Callable[[Any, Any, float], Any]], ...] = (
    ("(x^2 + y - {c})^2 + (x + y^2 - 7)^2", lambda x, y, c: (x**2 + y - c) ** 2 + (x + y**2 - 7) ** 2),
    ("sin({c}*x)*cos(y) + 0.1*(x^2 + y^2)", lambda x, y, c: np.sin(c * x) * np.cos(y) + 0.1 * (x**2 + y**2)),
    ("exp(-(x^2 + {c}*y^2)/4) + 0.01*x^4", lambda x, y, c: np.exp(-(x**2 + c * y**2) / 4) + 0.01 * x**4),
    ("sqrt(x^2 + y^2 + {c}) - cos(3*x*y)", lambda x, y, c: np.sqrt(x**2 + y**2 + c) - np.cos(3 * x * y)),
    ("ln(1 + {c}*x^2 + y^2) + tanh(x - y)", lambda x, y, c: np.log(1 + c * x**2 + y**2) + np.tanh(x - y)),
)  # fmt: skip
# Rates at which the path goes on to its last step, for the rules to which 0.01 is not such a rate.
_SLOW = {"gd": 2e-4, "momentum": 1e-4, "nesterov": 1e-4, "line_search": 1.0}
DRAGS = (
    # title, surface, optimizer, rate: small enough for a path that goes on to its last step
    ("drag, gd on Himmelblau", "himmelblau", "gd", 2e-4),
    ("drag, Adam on Rosenbrock", "rosenbrock", "adam", 1e-2),
    ("drag, momentum on Rastrigin", "rastrigin", "momentum", 1e-6),
    ("drag in one dimension, gd", "double_well", "gd", 1e-3),
    *((f"drag, every rule, {key}", "rosenbrock", key, _SLOW.get(key, 1e-2)) for key in OPTIMIZERS),
)
_constants = count()


@dataclass(frozen=True)
class Row:
    """Seconds of each frame; `rate` in frames a second where it is not simply that of the median, 0 for none."""

    title: str
    samples: list[float]
    share: Share | None = None
    ratio: float | None = None
    rate: float | None = None

    def __str__(self) -> str:
        median, late = np.quantile(self.samples, [0.5, 0.95])
        rate = 1 / median if self.rate is None else self.rate
        often = f"{rate:.1f}" if rate else ""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        share = "" if self.share is None else str(self.share)
        times = "".join(f"{1e3 * seconds:9.2f} ms" for seconds in (min(self.samples), median, late))
        return f"{self.title:50}{times}{often:>10}{share:>12}{ratio:>9}"


Frame = Callable[[], Iterable[float]]
"""Does one frame and gives its times: one, or of several moments in it."""


def frames(frame: Frame, rounds: int, before: Callable[[], object] = lambda: None) -> tuple[list[list[float]], Share]:
    """Times of `rounds` frames, a list for each of their moments, and numpy's share in as many frames more.

    `before` is called ahead of each frame and not counted.
    """
    for _ in range(min(WARM, rounds)):
        before()
        frame()
    times = []
    for _ in range(rounds):
        before()
        times.append(tuple(frame()))
    profile = cProfile.Profile()
    for _ in range(rounds):
        before()
        profile.enable()
        frame()
        profile.disable()
    return [list(moment) for moment in zip(*times, strict=True)], numpy_share(profile)


@contextmanager
def painting(paints: Paints) -> Iterator[None]:
    """Raises AssertionError unless the widget is painted meanwhile."""
    before = paints.count
    yield
    if paints.count == before:
        raise AssertionError("a frame was not painted")


# -- a typed formula
def new_formula() -> tuple[str, Callable[[Any, Any], Any]]:
    """One that has never been shown in this process, and its values by hand."""
    number = next(_constants)
    text, by_hand = TYPED[number % len(TYPED)]
    constant = 1.0 + number / 1000
    return text.format(c=f"{constant:.3f}"), lambda x, y: by_hand(x, y, constant)


def typed_formula(rounds: int) -> Iterator[Row]:
    with shown(surface="himmelblau") as window:
        paints = Paints(window.tab.main_plot.viewport())
        image = QImage(*SIZE, QImage.Format.Format_RGB32)

        def frame() -> tuple[float]:
            text, _ = new_formula()
            began = clock()
            with painting(paints):
                error = window.tab.session.set_formula(text)
                QApplication.processEvents()
            if error is not None:
                raise AssertionError(f"{text}: {error}")
            return (clock() - began,)

        def whole_window() -> tuple[float]:
            began = clock()
            window.render(image, QPoint())
            return (clock() - began,)

        (times,), share = frames(frame, rounds, lambda: rest(window))
        yield Row("typed formula to picture", times, share)
        (times,), share = frames(whole_window, rounds)
        yield Row("the whole window painted into an image", times, share)
    yield from grid_values(rounds)


def grid_values(rounds: int) -> Iterator[Row]:
    """The same formulas without a window: from the text to values, and with the program that is there by then."""
    line = np.linspace(*BOX, GRID)
    by_hand: list[float] = []

    def frame() -> tuple[float, float]:
        text, numpy_values = new_formula()
        began = clock()
        objective = Objective.from_expression(parse(text, ("x", "y")), (BOX, BOX), ("x", "y"))
        values = objective.grid(line, line)
        first = clock()
        objective.grid(line, line)
        second = clock()
        wanted = numpy_values(line[None, :], line[:, None])
        by_hand.append(clock() - second)
        if not np.allclose(values, wanted, rtol=1e-10, atol=1e-10):
            raise AssertionError(f"{text}: values differ from numpy's")
        return first - began, second - first

    (first, again), _ = frames(frame, rounds)
    numpy_time = float(np.median(by_hand))
    yield Row(f"new formula to values on {GRID}×{GRID}", first, None, float(np.median(first)) / numpy_time, 0.0)
    yield Row(f"values again on {GRID}×{GRID}", again, None, float(np.median(again)) / numpy_time, 0.0)


# -- the ball dragged
def drag(title: str, surface: str, optimizer: str, rate: float, rounds: int) -> Iterator[Row]:
    """Two moments of a frame: the first picture, and that with the path to its last step."""
    with shown(surface=surface, optimizer=optimizer, lr=rate) as window:
        tab, ticker = window.tab, window.context.ticker
        plot, session = tab.main_plot, tab.session
        paints = Paints(plot.viewport())
        at = session.step.point.tolist()
        hand = Hand(plot.viewport(), plot.pixel_of(*(at if len(at) == 2 else (*at, session.step.value))), 30.0)

        def frame() -> tuple[float, float]:
            began = clock()
            with painting(paints):
                hand.move()
                QApplication.processEvents()
            first = clock()
            while session.run.stop_reason is None:
                with painting(paints):
                    ticker.tick()
                    QApplication.processEvents()
            whole = clock()
            steps = session.run.steps[-1].index
            if session.preview is None or steps != PREVIEW_STEPS:
                raise AssertionError(f"{title}: the path has {steps} steps")
            return first - began, whole - began

        (first, whole), share = frames(frame, rounds)
        hand.let_go()
        yield Row(f"{title}: first picture", first, share)
        yield Row(f"{title}: all {PREVIEW_STEPS} steps", whole, share)


# -- the map moved
def panning(rounds: int) -> Iterator[Row]:
    with shown(surface="rastrigin", optimizer="gd") as window:
        plot = window.tab.main_plot
        paints = Paints(plot.viewport())
        hand = Hand(plot.viewport(), QPointF(plot.viewport().rect().center()) + QPointF(80, 80), 40.0)

        def frame() -> tuple[float]:
            began = clock()
            before = plot.visible_part
            with painting(paints):
                hand.move()
                QApplication.processEvents()
            if plot.visible_part == before:
                raise AssertionError("the map was not moved")
            return (clock() - began,)

        (times,), share = frames(frame, rounds)
        hand.let_go()
        yield Row("pan on Rastrigin", times, share)


# -- in three dimensions
def turning(rounds: int) -> Iterator[Row]:
    with shown(surface="rosenbrock", optimizer="adam", steps=200) as window:
        window.tab.set_look(Look.SPACE)
        rest(window)
        space = window.tab.surface.space
        yield from turned("3-D while turning, in the window", space, rounds)
        yield from turned(f"3-D while turning, always {SOLID}×{SOLID}", solid(space), rounds)


def solid(like: Surface3D) -> Surface3D:
    """The same alone; its clock stands still, so that it never thinks itself slow and leaves vertices out."""
    surface = SURFACES["rosenbrock"]
    (x_low, x_high), (y_low, y_high) = surface.domain
    x, y = np.linspace(x_low, x_high, SOLID), np.linspace(y_low, y_high, SOLID)
    values = Objective.from_expression(parse(surface.formula), surface.domain, ("x", "y")).grid(x, y)
    alone = Surface3D(theme_manager(), clock=lambda: 0.0)
    alone.resize(like.size())
    alone.set_surface(x, y, values, colour_table(), choose_levels(values, surface.minimum))
    alone.show()
    QApplication.processEvents()
    return alone


def turned(title: str, space: Surface3D, rounds: int) -> Iterator[Row]:
    paints = Paints(space)
    hand = Hand(space, QPointF(space.rect().center()), 60.0)

    def frame() -> tuple[float]:
        began = clock()
        with painting(paints):
            hand.move()
            QApplication.processEvents()
        return (clock() - began,)

    (times,), share = frames(frame, rounds)
    hand.let_go()
    if space.isWindow():
        space.close()
    yield Row(title, times, share)


# -- a basin map
def basin(smoke: bool) -> Iterator[Row]:
    """Through the application's timer, which works for half of the time.

    Ratios are to the tuned loop of `surfaces`, which only walks: it finds no minima and tells nobody.
    """
    tuned = basin_tuned()
    by_hand = []
    for _ in range(1 if smoke else 5):
        began = clock()
        tuned.run(1)
        by_hand.append(clock() - began)
    ends, least = tuned.result(), min(by_hand)
    with shown(surface="himmelblau", optimizer="gd", lr=BASIN_RATE) as window:
        window.tab.side.strip.setCurrentIndex(2)
        rest(window)
        runs = [_basin_once(window, ends) for _ in range(1 if smoke else 5)]
        profile = cProfile.Profile()
        profile.enable()
        _basin_once(window, ends, idle=False)
        profile.disable()
        share = numpy_share(profile)
    coarse, total, rate, holds = zip(*runs, strict=True)
    size = f"{BASIN_GRID}×{BASIN_GRID}×{BASIN_STEPS}"
    meanwhile = float(np.median(rate))
    yield Row(f"basin map {size}: first coarse picture", list(coarse), share, rate=meanwhile)
    yield Row(f"basin map {size}: complete", list(total), share, float(np.median(total)) / least, meanwhile)
    yield Row(f"basin map {size}: longest hold", list(holds), rate=meanwhile)
    straight = [_basin_straight() for _ in range(1 if smoke else 3)]
    yield Row(f"basin map {size}: without a window", straight, ratio=min(straight) / least, rate=0.0)
    yield Row(f"basin map {size}: numpy by hand", by_hand, ratio=1.0, rate=0.0)


def _basin_once(window: Any, ends: np.ndarray, idle: bool = True) -> tuple[float, float, float, float]:
    """Seconds to the first coarse picture and to the last one, ticks a second, and the longest hold of the loop.

    Without `idle` the ticks follow on one another, for the time between them would count as not spent in numpy.
    """
    study, ticker = window.tab.side.basins, window.context.ticker
    paints = Paints(window.tab.main_plot.viewport())
    ticks: list[float] = []
    note = ticks.append
    ticker.frame.connect(note)
    study.result = None
    study.set_visible((BOX, BOX))
    # A map reaches a little beyond what is seen: see so much less that it covers just the starts by hand.
    low, high = study.domain[0]
    inner = (BOX[0] * BOX[0] / low, BOX[1] * BOX[1] / high)
    study.set_visible((inner, inner))
    study.set_steps(BASIN_STEPS)
    longest, coarse = 0.0, None
    began = clock()
    study.start()
    while study.running:
        before, seen = clock(), paints.count
        if not idle:
            ticker.tick()
        QApplication.processEvents()
        now = clock()
        longest = max(longest, now - before)
        known = study.result is not None and not (study.result.labels == UNKNOWN).any()
        if coarse is None and known and paints.count > seen:
            coarse = now - began
    QApplication.processEvents()
    total = clock() - began
    ticker.frame.disconnect(note)
    if coarse is None or study.result is None or not study.complete:
        raise AssertionError(f"the basin map was not drawn: {study.problem}")
    _check(study.result, ends)
    return coarse, total, len(ticks) / total, longest


def _check(result: Any, ends: np.ndarray) -> None:
    """Starts of the map's minima end there by hand, too."""
    places = np.array([minimum.point for minimum in result.minima])
    settled = result.labels >= 0
    wanted = places[result.labels[settled]]
    off = np.abs(ends[:, settled].T - wanted).max(axis=1)
    if settled.mean() < 0.9 or off.max() > NEAR * (BOX[1] - BOX[0]):
        raise AssertionError(f"the basin map differs from numpy's ends by up to {off.max():.3g}")


def _basin_straight() -> float:
    formula = parse(SURFACES["himmelblau"].formula)
    objective = Objective.from_expression(formula, (BOX, BOX), ("x", "y"))
    began = clock()
    for _ in basin_map(objective, OPTIMIZERS["gd"](lr=BASIN_RATE), (BOX, BOX), BASIN_GRID, BASIN_STEPS):
        pass
    return clock() - began


def report(words: Iterable[str], smoke: bool) -> None:
    """Print the table of all work whose title contains one of the words."""
    words, rounds = [word.lower() for word in words], FEW if smoke else FRAMES
    loads: list[tuple[str, Callable[[], Iterator[Row]]]] = [("typed formula values", lambda: typed_formula(rounds))]
    loads += [(one[0], lambda one=one: drag(*one, rounds)) for one in DRAGS]
    loads += [("pan", lambda: panning(rounds))]
    loads += [("3-D", lambda: turning(rounds)), ("basin map window", lambda: basin(smoke))]
    chosen = [rows for title, rows in loads if not words or any(word in title.lower() for word in words)]
    if not chosen:
        return
    print(f"\nthe window at {SIZE[0]}×{SIZE[1]}; the share of time in numpy is at least and at most what is given")
    print(f"{'frame':50}{'minimum':>12}{'median':>12}{'95 %':>12}{'a second':>10}{'numpy':>12}{'ratio':>9}")
    for rows in chosen:
        for row in rows():
            print(row, flush=True)
