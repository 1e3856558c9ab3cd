"""Chooses the next event: where there is something to do, and sometimes anywhere."""

from __future__ import annotations

import random
from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QSplitterHandle,
    QTabBar,
    QTabWidget,
    QWidget,
)

from gdsim.app.cli import SMALLEST_SIZE
from gdsim.app.plots.graph_view import GraphView
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.network_view import NetworkView
from gdsim.app.plots.surface_3d import Surface3D
from gdsim.app.widgets.number_field import NumberField
from tests.monkey import tables, texts
from tests.monkey.deeds import Event
from tests.monkey.places import name_of, visible_widgets
from tests.monkey.world import World

CHECK_EVERY = 100
_KEYS = (
    "Space", "Right", "Left", "Up", "Down", "R", "F", "Tab", "Backtab", "Return", "Escape", "Home", "End", "PageUp",
    "PageDown", "Delete", "Insert", "Plus", "Minus", "F1", "F9", "F11", "Backspace", "E", "0", "X",
)  # fmt: skip
_SHORTCUTS = (
    ("Z", "ctrl"), ("Z", "ctrl+shift"), ("S", "ctrl+shift"), ("C", "ctrl+shift"), ("D", "ctrl+shift"), ("L", "ctrl"),
    ("G", "ctrl"), ("B", "ctrl"), ("E", "ctrl"), ("P", "ctrl"), ("Right", "ctrl"), ("Left", "ctrl"), ("Up", "ctrl"),
    ("Plus", "ctrl"), ("Minus", "ctrl"), ("A", "ctrl"), ("V", "ctrl"), ("C", "ctrl"), ("X", "ctrl"), ("F", "alt"),
    ("Right", "shift"), ("Up", "shift"), ("O", "ctrl"), ("Right", "ctrl+shift"),
)  # fmt: skip
_SIZES = ((1000, 640), (1100, 700), (1280, 800), (1500, 900), (1920, 1080), (1000, 1400), (2400, 700))
_PICTURES = (MathPlot, NetworkView, GraphView, Surface3D)
_ANSWERS = ("", "", "picture", "a.png", "b.svg", "c.csv", "no_such_folder/d.png", "folder", "points.csv", "binary.csv")


class Monkey:
    """Draws events from a seed, looking at what can be seen."""

    def __init__(self, seed: int, world: World) -> None:
        self._rng, self._world = random.Random(seed), world
        self._made = 0
        self._kinds: dict[Callable[[], Event | None], int] = {
            self._click_button: 14, self._click_anywhere: 8, self._click_picture: 8, self._drag_picture: 12,
            self._drag_slider: 8, self._choose: 9, self._write: 14, self._key: 12, self._shortcut: 8, self._wheel: 5,
            self._hover: 4, self._frames: 9, self._menu: 3, self._turn_page: 5, self._tab: 3, self._resize: 2,
            self._drop: 2, self._answer: 2, self._dismiss: 2, self._drag_anywhere: 2, self._restart: 0.3,
            self._minimize: 0.3,
        }  # fmt: skip

    def next(self) -> Event:
        """The next event; every hundredth is a look at whether all is well."""
        self._made += 1
        if self._made % CHECK_EVERY == 0:
            return ["check", self._made // CHECK_EVERY % 3 == 0]
        if not self._world.window.isVisible():
            return ["restart"]
        if QApplication.activePopupWidget() is not None and self._rng.random() < 0.8:
            return ["popup", self._rng.randrange(6), self._rng.choice(("Return", "Return", "Escape"))]
        if QApplication.activeModalWidget() is not None and self._rng.random() < 0.1:
            return ["dismiss"]
        while True:
            event = self._rng.choices(list(self._kinds), list(self._kinds.values()))[0]()
            if event is not None:
                return event

    # Where

    def _name(self, widget: QWidget) -> str:
        return name_of(widget, self._world.window)

    def _seen(self, *kinds: type[QWidget]) -> QWidget | None:
        """Something of these kinds that can be seen and used."""
        found = [each for each in visible_widgets(self._world.scope) if isinstance(each, kinds) and each.isEnabled()]
        return self._rng.choice(found) if found else None

    def _pixel(self, widget: QWidget) -> tuple[int, int]:
        seen: QRect = widget.visibleRegion().boundingRect().united(QRect(0, 0, 1, 1))
        return self._rng.randint(seen.left(), seen.right()), self._rng.randint(seen.top(), seen.bottom())

    def _modifier(self) -> str:
        return self._rng.choice(("", "", "", "", "shift", "ctrl"))

    def _click(self, widget: QWidget | None) -> Event | None:
        if widget is None:
            return None
        button = self._rng.choices(("left", "right", "middle"), (12, 2, 0.5))[0]
        times = 2 if self._rng.random() < 0.12 else 1
        return ["click", self._name(widget), *self._pixel(widget), button, self._modifier(), times]

    def _path(self, widget: QWidget) -> list[list[int]]:
        x, y = self._pixel(widget)
        path, reach = [[x, y]], self._rng.choice((8, 60, 300))
        for _ in range(self._rng.randint(1, 8)):
            x, y = x + self._rng.randint(-reach, reach), y + self._rng.randint(-reach, reach)
            path.append([x, y])
        return path

    # What

    def _click_button(self) -> Event | None:
        button = self._seen(QAbstractButton)
        if button is not None and isinstance(button.parentWidget().parentWidget(), QTabWidget):
            return (
                None if self._rng.random() < 0.9 else self._click(button)
            )  # another theme takes as long as many events
        return self._click(button)

    def _click_anywhere(self) -> Event | None:
        return self._click(self._seen(QWidget))

    def _picture(self) -> QWidget | None:
        widget = self._seen(*_PICTURES, QAbstractItemView)
        return widget.viewport() if isinstance(widget, (MathPlot, QAbstractItemView)) else widget

    def _click_picture(self) -> Event | None:
        return self._click(self._picture())

    def _drag(self, widget: QWidget | None) -> Event | None:
        if widget is None:
            return None
        return ["drag", self._name(widget), self._path(widget), self._rng.choices(("left", "right"), (9, 1))[0]]

    def _drag_picture(self) -> Event | None:
        return self._drag(self._picture())

    def _drag_slider(self) -> Event | None:
        return self._drag(self._seen(QSlider, QSplitterHandle))

    def _drag_anywhere(self) -> Event | None:
        return self._drag(self._seen(QWidget))

    def _turn_page(self) -> Event | None:
        bar = self._seen(QTabBar)
        if not isinstance(bar, QTabBar) or not bar.count():
            return None
        pixel = bar.tabRect(self._rng.randrange(bar.count())).center()
        return ["click", self._name(bar), pixel.x(), pixel.y(), "left", "", 1]

    def _choose(self) -> Event | None:
        combo = self._seen(QComboBox)
        return None if combo is None else ["choose", self._name(combo), self._rng.randrange(40)]

    def _write(self) -> Event | None:
        field = self._seen(QLineEdit, QPlainTextEdit)
        if field is None:
            return None
        rng = self._rng
        if isinstance(field, QPlainTextEdit):
            text = texts.statements(rng)
        elif isinstance(field.parentWidget(), NumberField) == (rng.random() < 0.85):
            text = texts.number(rng)
        else:
            text = texts.formula(rng)
        how, end = rng.choice(("keys", "keys", "paste")), rng.choice(("Return", "Return", "Tab", "Escape", ""))
        return ["write", self._name(field), text, how, end]

    def _key(self) -> Event:
        return ["key", getattr(Qt.Key, f"Key_{self._rng.choice(_KEYS)}").value, self._modifier()]

    def _shortcut(self) -> Event:
        name, modifier = self._rng.choice(_SHORTCUTS)
        return ["key", getattr(Qt.Key, f"Key_{name}").value, modifier]

    def _wheel(self) -> Event | None:
        widget = self._picture() if self._rng.random() < 0.7 else self._seen(QWidget)
        if widget is None:
            return None
        return ["wheel", self._name(widget), *self._pixel(widget), self._rng.choice((-1200, -120, 120, 1200)),
                self._modifier()]  # fmt: skip

    def _hover(self) -> Event | None:
        widget = self._picture()
        return None if widget is None else ["hover", self._name(widget), *self._pixel(widget)]

    def _frames(self) -> Event:
        return ["frames", self._rng.choice((1, 5, 20, 60))]

    def _menu(self) -> Event | None:
        titles = [action.text() for action in self._world.window.menuBar().actions()]
        if self._world.scope is not self._world.window:
            return None
        title = self._rng.choice(titles)
        if title == "&View" and self._rng.random() < 0.7:
            return None  # for the same reason
        return ["menu", title, self._rng.randrange(24)]

    def _tab(self) -> Event:
        return ["tab", self._rng.choice(("slope", "descend", "backprop", "train"))]

    def _resize(self) -> Event:
        if self._rng.random() < 0.6:
            return ["resize", *self._rng.choice(_SIZES)]
        return ["resize", self._rng.randint(SMALLEST_SIZE[0], 2000), self._rng.randint(SMALLEST_SIZE[1], 1200)]

    def _drop(self) -> Event | None:
        widget = self._seen(QWidget)
        names = self._rng.sample(tables.NAMES, 1 if self._rng.random() < 0.9 else 2)
        return None if widget is None else ["drop", self._name(widget), names]

    def _answer(self) -> Event:
        return ["answer", self._rng.choice(_ANSWERS)]

    def _dismiss(self) -> Event:
        return ["dismiss"]

    def _restart(self) -> Event:
        return ["restart"]

    def _minimize(self) -> Event:
        return ["minimize"]
