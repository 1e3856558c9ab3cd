"""Rougher handling: keys held down, a mouse button that stays pressed while keys come, Tab through everything, large
texts pasted, unfinished input of an input method, a desktop that changes its theme while something is open.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHelpEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QSlider,
    QSplitterHandle,
    QTabBar,
    QWidget,
)

from tests.monkey import texts
from tests.monkey.chance import Monkey
from tests.monkey.deeds import BUTTONS, MODIFIERS, Event, deed, pressed_along
from tests.monkey.places import widget_named
from tests.monkey.world import World

_HELD = ("Space", "Right", "Left", "Up", "Down", "R", "Delete", "Backspace", "Return", "Plus", "Minus", "PageDown")
_STORMS = (("Z", "ctrl"), ("Z", "ctrl+shift"), ("Tab", ""), ("Backtab", "shift"), ("G", "ctrl"), ("B", "ctrl"))
_MNEMONICS = ("F", "E", "R", "V", "H")
_MEANWHILE = ("Escape", "Tab", "Space", "Delete", "R", "Right", "Return", "F9", "F1")
_SIZES = ((1, 1), (200, 100), (16, 2000), (3000, 40), (3200, 1800), (1100, 700))
_MOST_HELD = 40


# What is done


@deed
def hold_key(world: World, name: str, modifier: str, times: int) -> None:
    """A key that repeats itself, as one does that is held down."""
    code = getattr(Qt.Key, f"Key_{name}")
    for number in range(times):
        target = QApplication.focusWidget() or world.window
        text = " " if name == "Space" else ""
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, code, MODIFIERS[modifier], text, number > 0))
        if number % 8 == 0:
            world.frames(1)
    target = QApplication.focusWidget() or world.window
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyRelease, code, MODIFIERS[modifier]))


@deed
def storm(world: World, name: str, modifier: str, times: int) -> None:
    """The same shortcut again and again, faster than frames."""
    for _ in range(times):
        handle = QApplication.focusWindow()
        if handle is not None:
            QTest.keyClick(handle, getattr(Qt.Key, f"Key_{name}"), MODIFIERS[modifier])


@deed
def go_through(world: World, count: int, forward: bool, end: str) -> None:
    """Tab from control to control, and do at the last what a key does there."""
    for name in [*["Tab" if forward else "Backtab"] * count, end]:
        handle = QApplication.focusWindow()
        if handle is not None and name:
            shift = "shift" if name == "Backtab" else ""
            QTest.keyClick(handle, getattr(Qt.Key, f"Key_{name}"), MODIFIERS[shift])


@deed
def press_and(world: World, place: str, path: list[list[int]], name: str, modifier: str) -> None:
    """Drag, press a key while the button is still down, and go on."""
    for number in pressed_along(world, place, path, "left"):
        if number == len(path) // 2 and QApplication.focusWindow() is not None:
            QTest.keyClick(QApplication.focusWindow(), getattr(Qt.Key, f"Key_{name}"), MODIFIERS[modifier])
            world.settle()
        world.frames(1)


@deed
def paste(world: World, place: str, text: str, times: int) -> None:
    """From the clipboard, into a field or onto whatever has the keyboard."""
    widget = widget_named(place, world.window)
    if widget is None or not widget.isVisible() or not widget.isEnabled():
        return
    QApplication.clipboard().setText(text * times)
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_V, MODIFIERS["ctrl"])


@deed
def compose(world: World, place: str, text: str, commit: bool) -> None:
    """What an input method shows before a letter is chosen."""
    widget = widget_named(place, world.window)
    if widget is not None and widget.isVisible() and widget.isEnabled():
        widget.setFocus()
        QApplication.sendEvent(widget, QInputMethodEvent(text, []))
        world.settle()
        chosen = QInputMethodEvent()
        chosen.setCommitString(text if commit else "")
        QApplication.sendEvent(widget, chosen)


@deed
def linger(world: World, place: str, x: int, y: int) -> None:
    """Rest over something until it says what it is."""
    found = widget_named(place, world.window)
    if found is not None and found.isVisible():
        pixel = QPoint(x, y)
        QApplication.sendEvent(found, QHelpEvent(QEvent.Type.ToolTip, pixel, found.mapToGlobal(pixel)))


@deed
def drag_text(world: World, place: str, text: str, dropped: bool) -> None:
    """Something that is no file is dragged over a widget, and dropped there or carried on."""
    widget = widget_named(place, world.window)
    while widget is not None and not widget.acceptDrops():
        widget = widget.parentWidget()
    if widget is None or QApplication.activeModalWidget() is not None:
        return
    data = QMimeData()
    data.setText(text)
    pixel, left, none = widget.rect().center(), BUTTONS["left"], MODIFIERS[""]
    enter = QDragEnterEvent(pixel, Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted() or not dropped:
        QApplication.sendEvent(widget, QDragLeaveEvent())
    else:
        QApplication.sendEvent(widget, QDropEvent(QPointF(pixel), Qt.DropAction.CopyAction, data, left, none))


@deed
def desktop(world: World, what: str) -> None:
    """The theme or the size of type changes, whatever is open."""
    change = world.window.toggle_theme if what == "theme" else world.window.toggle_large_type
    change()


@deed
def odd_size(world: World, width: int, height: int) -> None:
    """The scope - a dialog too - as small or as large as it lets itself be made."""
    scope = world.scope.window()
    if not scope.isFullScreen():
        scope.resize(QSize(width, height))


# When


class RoughMonkey(Monkey):
    """Does all that a monkey does, and this."""

    def __init__(self, seed: int, world: World) -> None:
        super().__init__(seed, world)
        self.kinds |= {
            self._hold_key: 3, self._storm: 1.5, self._go_through: 2, self._press_and: 3, self._paste: 1.5,
            self._compose: 0.7, self._linger: 2, self._drag_text: 0.5, self._desktop: 0.15, self._odd_size: 0.7,
            self._wheel_over: 3, self._mnemonic: 1, self._double: 1,
        }  # fmt: skip

    def _hold_key(self) -> Event:
        return ["hold_key", self.rng.choice(_HELD), self.modifier(), self.rng.randint(2, _MOST_HELD)]

    def _storm(self) -> Event:
        return ["storm", *self.rng.choice(_STORMS), self.rng.randint(3, 25)]

    def _go_through(self) -> Event:
        return ["go_through", self.rng.randint(1, 12), self.rng.random() < 0.7,
                self.rng.choice(("Space", "Return", "Down", "Up", "Escape", ""))]  # fmt: skip

    def _press_and(self) -> Event | None:
        widget = self.picture() if self.rng.random() < 0.6 else self.seen(QSlider, QSplitterHandle, QTabBar, QLineEdit)
        if widget is None:
            return None
        path = self.path(widget, self.rng.choice((20, 200, 3000)))
        return ["press_and", self.name(widget), path, self.rng.choice(_MEANWHILE), self.modifier()]

    def _paste(self) -> Event | None:
        field = self.seen(QLineEdit, QPlainTextEdit) if self.rng.random() < 0.9 else self.seen(QWidget)
        kind = self.rng.choice((texts.formula, texts.number, texts.statements, texts.noise))
        return field and ["paste", self.name(field), kind(self.rng), self.rng.choice((1, 1, 3, 400, 5000))]

    def _compose(self) -> Event | None:
        field = self.seen(QLineEdit, QPlainTextEdit)
        return field and ["compose", self.name(field), texts.noise(self.rng), self.rng.random() < 0.5]

    def _linger(self) -> Event | None:
        widget = self.picture() if self.rng.random() < 0.6 else self.seen(QWidget)
        return widget and ["linger", self.name(widget), *self.pixel(widget)]

    def _drag_text(self) -> Event | None:
        widget = self.seen(QWidget)
        return widget and ["drag_text", self.name(widget), texts.formula(self.rng), self.rng.random() < 0.6]

    def _desktop(self) -> Event:
        return ["desktop", self.rng.choice(("theme", "type"))]

    def _odd_size(self) -> Event:
        return ["odd_size", *self.rng.choice(_SIZES)]

    def _wheel_over(self) -> Event | None:
        widget = self.seen(QComboBox, QSlider, QLineEdit, QAbstractSpinBox, QTabBar, QScrollBar)
        turn = self.rng.choice((-1200, -120, -15, 15, 120, 1200))
        return widget and ["wheel", self.name(widget), *self.pixel(widget), turn, self.modifier()]

    def _mnemonic(self) -> Event:
        return ["key", getattr(Qt.Key, f"Key_{self.rng.choice(_MNEMONICS)}").value, "alt"]

    def _double(self) -> Event | None:
        widget = self.seen(QSplitterHandle, QTabBar, QSlider)
        return widget and ["click", self.name(widget), *self.pixel(widget), "left", self.modifier(), 2]


def monkey(seed: int, world: World) -> Monkey:
    """The one that plays: a rough one but for every fourth seed, whose events come closer to what people do."""
    return Monkey(seed, world) if seed % 4 == 0 else RoughMonkey(seed, world)
