"""A menu entry can say what it would do now."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar

from gdsim.app.actions import Action
from gdsim.app.menus import Menus


def test_an_entry_asks_for_its_words_when_its_menu_opens(shown):
    bar, now = shown(QMenuBar(), 200, 30), ["Save the steps of this run…"]
    filled = Menus(bar)
    filled.build([Action("Save data…", "Ctrl+D", lambda: None, "File", says=lambda: now[0])])
    (menu,) = bar.findChildren(QMenu)
    (entry,) = menu.actions()
    assert entry.text() == "Save data…"
    menu.aboutToShow.emit()
    assert entry.text() == "Save the steps of this run…"
    now[0] = "Save the results of the race…"
    menu.aboutToShow.emit()
    assert entry.text() == "Save the results of the race…"
    assert filled.entry("Save data…") is entry
