"""A command of the menus as data: the window builds menus, shortcuts and the keyboard page from lists of these."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

MENUS = ("File", "Edit", "Run", "View", "Help")


class Action(NamedTuple):
    """One menu entry.

    `shortcut` is Qt's portable text ("Ctrl+Z").  A shortcut without a modifier ("Space", "Right", "R") is a *plain*
    key: the window acts on it only when the focused widget has no use for it, so that arrows still move a focused
    slider and letters still go into a field.  `checked` makes the entry a switch and tells its state; `enabled` is
    asked when the menu opens and before the callback is called.  `separator` draws a line above the entry.  `says`
    gives other words than the title, asked when the menu opens.  Entries with a lower `place` stand above the others of
    their menu, those with a higher one below.
    """

    title: str
    shortcut: str
    callback: Callable[[], object]
    menu: str
    help: str = ""
    checked: Callable[[], bool] | None = None
    enabled: Callable[[], bool] | None = None
    separator: bool = False
    says: Callable[[], str] | None = None
    place: int = 0

    @property
    def plain_key(self) -> bool:
        return bool(self.shortcut) and re.match(r"(Ctrl|Alt|Shift|Meta)\+|F\d", self.shortcut) is None
