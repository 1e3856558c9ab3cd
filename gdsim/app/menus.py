"""Builds the menu bar from a list of actions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from operator import attrgetter

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar
from shiboken6 import isValid

from gdsim.app.actions import MENUS, Action


class Menus:
    """Fills `bar` and answers plain keys.  Entries are greyed only while their menu is open, so that a shortcut never
    meets a state of long ago; each action is asked again before it is carried out.
    """

    def __init__(self, bar: QMenuBar) -> None:
        self._bar = bar
        self._entries: list[tuple[QMenu, QAction, Action]] = []
        self._plain: dict[str, Action] = {}
        self._open: QMenu | None = None
        self._next: list[Action] | None = None

    def build(self, actions: Iterable[Action]) -> None:
        """Replace all menus; if one of them is open, as soon as it is closed."""
        self._next = list(actions)
        self._replace_closed()

    def _replace_closed(self) -> None:
        if self._open is not None or self._next is None or not isValid(self._bar):
            return
        listed, self._next = self._next, None
        for menu in {menu for menu, _, _ in self._entries}:
            menu.deleteLater()  # the bar forgets its menus and keeps them as children
        self._bar.clear()
        self._entries.clear()
        self._plain.clear()
        for name in MENUS:
            of_menu = sorted((action for action in listed if action.menu == name), key=attrgetter("place"))
            if of_menu:
                self._add_menu(name, of_menu)

    def act_on(self, key: str) -> bool:
        """Carry out the action of a plain key; False when there is none."""
        action = self._plain.get(key)
        if action is None:
            return False
        carry_out(action)
        return True

    def entry(self, title: str) -> QAction:
        """The entry with this title, for tests."""
        return next(entry for _, entry, action in self._entries if action.title == title)

    def _add_menu(self, name: str, actions: list[Action]) -> None:
        menu = QMenu(f"&{name}", self._bar)
        menu.setToolTipsVisible(True)
        self._bar.addMenu(menu)
        for action in actions:
            if action.separator and not menu.isEmpty():
                menu.addSeparator()
            entry = QAction(action.title, menu, checkable=action.checked is not None)
            entry.setToolTip(action.help or action.title)
            if action.plain_key:
                entry.setText(action.title + _key_of(action))
                self._plain[action.shortcut] = action
            elif action.shortcut:
                entry.setShortcut(QKeySequence(action.shortcut))
            entry.triggered.connect(partial(carry_out, action))
            menu.addAction(entry)
            self._entries.append((menu, entry, action))
        menu.aboutToShow.connect(partial(self._ask, menu))
        menu.aboutToHide.connect(partial(self._free, menu))
        menu.aboutToHide.connect(self._replace_closed, Qt.ConnectionType.QueuedConnection)

    def _ask(self, menu: QMenu) -> None:
        self._open = menu
        for owner, entry, action in self._entries:
            if owner is menu:
                entry.setEnabled(action.enabled is None or action.enabled())
                if action.says is not None:
                    entry.setText(action.says() + _key_of(action))
                if action.checked is not None:
                    entry.setChecked(action.checked())

    def _free(self, menu: QMenu) -> None:
        if self._open is menu:
            self._open = None
        for owner, entry, _ in self._entries:
            if owner is menu:
                entry.setEnabled(True)


def _key_of(action: Action) -> str:
    """What a menu shows behind a title for a plain key, which is no shortcut of Qt's."""
    if not action.plain_key:
        return ""
    return "\t" + QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def carry_out(action: Action, _checked: bool = False) -> None:
    """Do it, if it can be done now."""
    if action.enabled is None or action.enabled():
        action.callback()
