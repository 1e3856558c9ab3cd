"""A menu entry can say what it would do now, and stands where it is looked for."""

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


def test_what_opens_stands_first_in_its_menu_and_quit_last(shown):
    bar = shown(QMenuBar(), 200, 30)
    places = {"Save": 0, "Quit": 1, "Save points": 0, "Open": -1}
    Menus(bar).build([Action(title, "", lambda: None, "File", place=place) for title, place in places.items()])
    (menu,) = bar.findChildren(QMenu)
    assert [entry.text() for entry in menu.actions()] == ["Open", "Save", "Save points", "Quit"]
