"""What an event of a script does: each kind of event is a function of the world and of plain numbers and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QWidget

from tests.monkey.places import widget_named
from tests.monkey.world import World

Event = list[Any]
Deed = Callable[..., None]
DEEDS: dict[str, Deed] = {}
BUTTONS = {
    "left": Qt.MouseButton.LeftButton, "right": Qt.MouseButton.RightButton, "middle": Qt.MouseButton.MiddleButton,
}  # fmt: skip
MODIFIERS = {
    "": Qt.KeyboardModifier.NoModifier, "shift": Qt.KeyboardModifier.ShiftModifier,
    "ctrl": Qt.KeyboardModifier.ControlModifier, "alt": Qt.KeyboardModifier.AltModifier,
    "ctrl+shift": Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
}  # fmt: skip


def do(event: Event, world: World) -> None:
    """Carry out one event; what it is about may be gone, and then it does nothing."""
    kind, *arguments = event
    DEEDS[kind](world, *arguments)
    world.settle()


def deed(function: Deed) -> Deed:
    DEEDS[function.__name__] = function
    return function


@deed
def click(world: World, place: str, x: int, y: int, button: str, modifier: str, times: int = 1) -> None:
    found = place_of(world, place, x, y)
    if found is None:
        return
    handle, pixel = found
    QTest.mouseMove(handle, pixel)
    press = QTest.mouseDClick if times == 2 else QTest.mouseClick
    press(handle, BUTTONS[button], MODIFIERS[modifier], pixel)


@deed
def drag(world: World, place: str, path: list[list[int]], button: str) -> None:
    """Press at the first point, move through the others with a frame for each, let go at the last."""
    for _ in pressed_along(world, place, path, button):
        world.frames(1)


def pressed_along(world: World, place: str, path: list[list[int]], button: str) -> Iterator[int]:
    """With a button down; at each point, after it was reached, its number."""
    for number, (x, y) in enumerate(path):
        found = place_of(world, place, x, y, inside=number == 0)
        if found is None:
            break
        handle, pixel = found
        QTest.mouseMove(handle, pixel)
        if number == 0:
            QTest.mousePress(handle, BUTTONS[button], MODIFIERS[""], pixel)
        world.settle()
        yield number
    found = place_of(world, place, *path[-1], inside=False)
    handle, pixel = found or (QApplication.focusWindow() or world.window.windowHandle(), QPoint(0, 0))
    if handle is not None:
        QTest.mouseRelease(handle, BUTTONS[button], MODIFIERS[""], pixel)


@deed
def hover(world: World, place: str, x: int, y: int) -> None:
    found = place_of(world, place, x, y)
    if found is not None:
        QTest.mouseMove(*found)


@deed
def wheel(world: World, place: str, x: int, y: int, turn: int, modifier: str) -> None:
    found = place_of(world, place, x, y)
    if found is not None:
        handle, pixel = found
        with suppress(RuntimeError):  # a list that closes at this takes its native window along, which QTest minds
            QTest.wheelEvent(handle, QPointF(pixel), QPoint(0, turn), QPoint(0, 0), MODIFIERS[modifier])


@deed
def key(world: World, code: int, modifier: str) -> None:
    if QApplication.focusWindow() is None:
        world.window.activateWindow()
        world.settle()
    handle = QApplication.focusWindow()
    if handle is not None:
        QTest.keyClick(handle, Qt.Key(code), MODIFIERS[modifier])


@deed
def write(world: World, place: str, text: str, how: str, end: str) -> None:
    """Replace the text of a field, key by key or pasted at once, and end with a key or not at all."""
    widget = widget_named(place, world.window)
    if widget is None or not widget.isVisible() or not widget.isEnabled():
        return
    widget.setFocus()
    widget.selectAll()
    if how == "paste":
        event = QInputMethodEvent()
        event.setCommitString(text.replace("\x00", ""))
        QApplication.sendEvent(widget, event)
    else:
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        for letter in text:
            _letter(widget, letter)
    if end:
        QTest.keyClick(widget, getattr(Qt.Key, f"Key_{end}"))


@deed
def choose(world: World, place: str, number: int) -> None:
    """Open a combo box and take an entry with the keyboard."""
    combo = widget_named(place, world.window)
    if not isinstance(combo, QComboBox) or not combo.isVisible() or not combo.isEnabled() or not combo.count():
        return
    combo.setFocus()
    combo.showPopup()
    world.settle()
    view = combo.view()
    view.setCurrentIndex(combo.model().index(number % combo.count(), 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    combo.hidePopup()


@deed
def menu(world: World, title: str, entry: int) -> None:
    """Open a menu of the menu bar and take one of its entries, but never Quit."""
    for action in world.window.menuBar().actions():
        if action.text() == title:
            opened = action.menu()
            opened.popup(world.window.mapToGlobal(QPoint(20, 20)))
            world.settle()
            entries = [each for each in opened.actions() if not each.isSeparator() and each.text() != "Quit"]
            chosen = entries[entry % len(entries)]
            opened.close()
            chosen.trigger()  # at once, as a click does
            return


@deed
def popup(world: World, downs: int, end: str) -> None:
    """What to do with an open menu or list."""
    widget = QApplication.activePopupWidget()
    if widget is None:
        return
    for _ in range(downs):
        QTest.keyClick(widget, Qt.Key.Key_Down)
    QTest.keyClick(widget, getattr(Qt.Key, f"Key_{end}"))
    world.settle()
    left = QApplication.activePopupWidget()
    if left is not None:
        left.close()


@deed
def dismiss(world: World) -> None:
    """Close a page or dialog beside the window."""
    for widget in world.window.findChildren(QWidget):
        if widget.isWindow() and widget.isVisible():
            widget.close()
            return


@deed
def drop(world: World, place: str, names: list[str]) -> None:
    """Files dragged over a widget and dropped."""
    widget = widget_named(place, world.window)
    while widget is not None and not widget.acceptDrops():
        widget = widget.parentWidget()
    if widget is None or QApplication.activeModalWidget() is not None:
        return
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(world.folder / name)) for name in names])
    pixel, left, none = QPoint(widget.rect().center()), BUTTONS["left"], MODIFIERS[""]
    enter = QDragEnterEvent(pixel, Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(QPointF(pixel), Qt.DropAction.CopyAction, data, left, none))


@deed
def resize(world: World, width: int, height: int) -> None:
    if not world.window.isFullScreen():
        world.window.resize(QSize(width, height))


@deed
def tab(world: World, title: str) -> None:
    world.window.show_tab(title)


@deed
def minimize(world: World) -> None:
    world.window.showMinimized()
    world.settle()
    world.window.showNormal()
    world.window.activateWindow()


@deed
def frames(world: World, count: int) -> None:
    world.frames(count)


@deed
def answer(world: World, name: str) -> None:
    world.answer = name


def place_of(world: World, name: str, x: int, y: int, inside: bool = True) -> tuple[Any, QPoint] | None:
    """The native window of a visible widget, and a pixel of the widget in it."""
    widget = widget_named(name, world.window)
    if widget is None or not widget.isVisible() or (inside and not widget.rect().contains(x, y)):
        return None
    owner = widget.window()
    handle = owner.windowHandle()
    if handle is None or not shiboken6.isValid(handle):
        return None  # a native window that was made anew
    return handle, widget.mapTo(owner, QPoint(x, y))


def _letter(widget: QWidget, letter: str) -> None:
    if letter == "\n" and isinstance(widget, QPlainTextEdit):
        QTest.keyClick(widget, Qt.Key.Key_Return)
        return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, 0, MODIFIERS[""], letter))
