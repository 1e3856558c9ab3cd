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
        self.rng, self.world = random.Random(seed), world
        self._made = 0
        self.kinds: dict[Callable[[], Event | None], int] = {
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
        if not self.world.window.isVisible():
            return ["restart"]
        if QApplication.activePopupWidget() is not None and self.rng.random() < 0.8:
            return ["popup", self.rng.randrange(6), self.rng.choice(("Return", "Return", "Escape"))]
        if QApplication.activeModalWidget() is not None and self.rng.random() < 0.1:
            return ["dismiss"]
        while True:
            event = self.rng.choices(list(self.kinds), list(self.kinds.values()))[0]()
            if event is not None:
                return event

    # Where

    def name(self, widget: QWidget) -> str:
        return name_of(widget, self.world.window)

    def seen(self, *kinds: type[QWidget]) -> QWidget | None:
        """Something of these kinds that can be seen and used."""
        found = [each for each in visible_widgets(self.world.scope) if isinstance(each, kinds) and each.isEnabled()]
        return self.rng.choice(found) if found else None

    def pixel(self, widget: QWidget) -> tuple[int, int]:
        seen: QRect = widget.visibleRegion().boundingRect().united(QRect(0, 0, 1, 1))
        return self.rng.randint(seen.left(), seen.right()), self.rng.randint(seen.top(), seen.bottom())

    def modifier(self) -> str:
        return self.rng.choice(("", "", "", "", "shift", "ctrl"))

    def _click(self, widget: QWidget | None) -> Event | None:
        if widget is None:
            return None
        button = self.rng.choices(("left", "right", "middle"), (12, 2, 0.5))[0]
        times = 2 if self.rng.random() < 0.12 else 1
        return ["click", self.name(widget), *self.pixel(widget), button, self.modifier(), times]

    def path(self, widget: QWidget, reach: int) -> list[list[int]]:
        """From a pixel of the widget on, each step at most `reach` away."""
        x, y = self.pixel(widget)
        path = [[x, y]]
        for _ in range(self.rng.randint(1, 8)):
            x, y = x + self.rng.randint(-reach, reach), y + self.rng.randint(-reach, reach)
            path.append([x, y])
        return path

    # What

    def _click_button(self) -> Event | None:
        button = self.seen(QAbstractButton)
        if button is not None and isinstance(button.parentWidget().parentWidget(), QTabWidget):
            return (
                None if self.rng.random() < 0.9 else self._click(button)
            )  # another theme takes as long as many events
        return self._click(button)

    def _click_anywhere(self) -> Event | None:
        return self._click(self.seen(QWidget))

    def picture(self) -> QWidget | None:
        widget = self.seen(*_PICTURES, QAbstractItemView)
        return widget.viewport() if isinstance(widget, (MathPlot, QAbstractItemView)) else widget

    def _click_picture(self) -> Event | None:
        return self._click(self.picture())

    def _drag(self, widget: QWidget | None) -> Event | None:
        if widget is None:
            return None
        path = self.path(widget, self.rng.choice((8, 60, 300)))
        return ["drag", self.name(widget), path, self.rng.choices(("left", "right"), (9, 1))[0]]

    def _drag_picture(self) -> Event | None:
        return self._drag(self.picture())

    def _drag_slider(self) -> Event | None:
        return self._drag(self.seen(QSlider, QSplitterHandle))

    def _drag_anywhere(self) -> Event | None:
        return self._drag(self.seen(QWidget))

    def _turn_page(self) -> Event | None:
        bar = self.seen(QTabBar)
        if not isinstance(bar, QTabBar) or not bar.count():
            return None
        pixel = bar.tabRect(self.rng.randrange(bar.count())).center()
        return ["click", self.name(bar), pixel.x(), pixel.y(), "left", "", 1]

    def _choose(self) -> Event | None:
        combo = self.seen(QComboBox)
        return None if combo is None else ["choose", self.name(combo), self.rng.randrange(40)]

    def _write(self) -> Event | None:
        field = self.seen(QLineEdit, QPlainTextEdit)
        if field is None:
            return None
        rng = self.rng
        if isinstance(field, QPlainTextEdit):
            text = texts.statements(rng)
        elif isinstance(field.parentWidget(), NumberField) == (rng.random() < 0.85):
            text = texts.number(rng)
        else:
            text = texts.formula(rng)
        how, end = rng.choice(("keys", "keys", "paste")), rng.choice(("Return", "Return", "Tab", "Escape", ""))
        return ["write", self.name(field), text, how, end]

    def _key(self) -> Event:
        return ["key", getattr(Qt.Key, f"Key_{self.rng.choice(_KEYS)}").value, self.modifier()]

    def _shortcut(self) -> Event:
        name, modifier = self.rng.choice(_SHORTCUTS)
        return ["key", getattr(Qt.Key, f"Key_{name}").value, modifier]

    def _wheel(self) -> Event | None:
        widget = self.picture() if self.rng.random() < 0.7 else self.seen(QWidget)
        if widget is None:
            return None
        return ["wheel", self.name(widget), *self.pixel(widget), self.rng.choice((-1200, -120, 120, 1200)),
                self.modifier()]  # fmt: skip

    def _hover(self) -> Event | None:
        widget = self.picture()
        return None if widget is None else ["hover", self.name(widget), *self.pixel(widget)]

    def _frames(self) -> Event:
        return ["frames", self.rng.choice((1, 5, 20, 60))]

    def _menu(self) -> Event | None:
        titles = [action.text() for action in self.world.window.menuBar().actions()]
        if self.world.scope is not self.world.window:
            return None
        title = self.rng.choice(titles)
        if title == "&View" and self.rng.random() < 0.7:
            return None  # for the same reason
        return ["menu", title, self.rng.randrange(24)]

    def _tab(self) -> Event:
        return ["tab", self.rng.choice(("slope", "descend", "backprop", "train"))]

    def _resize(self) -> Event:
        if self.rng.random() < 0.6:
            return ["resize", *self.rng.choice(_SIZES)]
        return ["resize", self.rng.randint(SMALLEST_SIZE[0], 2000), self.rng.randint(SMALLEST_SIZE[1], 1200)]

    def _drop(self) -> Event | None:
        widget = self.seen(QWidget)
        names = self.rng.sample(tables.NAMES, 1 if self.rng.random() < 0.9 else 2)
        return None if widget is None else ["drop", self.name(widget), names]

    def _answer(self) -> Event:
        return ["answer", self.rng.choice(_ANSWERS)]

    def _dismiss(self) -> Event:
        return ["dismiss"]

    def _restart(self) -> Event:
        return ["restart"]

    def _minimize(self) -> Event:
        return ["minimize"]
