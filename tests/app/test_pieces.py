"""A tab that is chosen is made in pieces between frames, and at once when somebody cannot wait for it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import isValid

from gdsim.app.actions import Action
from gdsim.app.main_window import MainWindow
from gdsim.app.settings import Settings
from gdsim.app.widgets.formula_label import FormulaLabel, typesetter
from gdsim.app.widgets.tab_frame import TabFrame


class SlowTab(TabFrame):
    """Takes five pieces; a formula is in the first of them."""

    breaks = False

    def __init__(self):
        super().__init__()
        self.done, self.epochs = 0, 0
        self.restored = None

    def build(self):
        self.formula = FormulaLabel(r"\eta + 1")
        self.set_picture(QLabel("picture"))
        self.set_numbers(QLabel("numbers"))
        self.set_controls(self.formula)
        for _ in range(5):
            if self.breaks and self.done == 2:
                raise ValueError("broken")
            self.done += 1
            yield

    def actions(self):
        return [Action("Epoch", "E", self.note_epoch, "Run")]

    def note_epoch(self):
        self.epochs += 1

    def save_state(self):
        return {"done": self.done}

    def restore_state(self, state):
        assert self.done == 5
        self.restored = state


class Spec(NamedTuple):
    title: str

    def begin(self, context):
        return SlowTab()


@pytest.fixture
def window(context, clock, shown):
    settings = Settings()
    settings.set_tab_state("slope", {"done": 3})
    clock.pace = 0.01  # one pull a frame
    return shown(MainWindow(replace(context, settings=settings), {"slope": Spec("Slope"), "descend": Spec("Descend")}))


def choose(window, qtbot, key):
    bar = window._pages.tabBar()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(list(window._specs).index(key)).center())


def slow_tabs(window):
    return {tab.done: tab for tab in window.findChildren(SlowTab)}


def test_a_chosen_tab_is_made_in_pieces_and_shown_when_it_is_whole(window, qtbot, ticker):
    assert list(slow_tabs(window)) == [5]
    choose(window, qtbot, "slope")
    seen = []
    for _ in range(9):
        ticker.tick()
        (tab,) = [tab for tab in window.findChildren(SlowTab) if tab is not window._tabs["descend"]]
        seen.append((tab.done, tab.isVisible(), tab.restored))
    assert [done for done, _, _ in seen] == [0, 1, 2, 3, 4, 5, 5, 5, 5]
    assert [visible for _, visible, _ in seen] == [False] * 7 + [True] * 2
    assert seen[-1] == (5, True, {"done": 3})
    assert window.tab is tab
    assert [entry.text() for entry in window.menuBar().actions()] == ["&File", "&Edit", "&Run", "&View", "&Help"]
    assert window.menus.entry("Epoch")


def test_who_cannot_wait_for_it_gets_it_at_once(window, qtbot, ticker):
    first = window.tab
    choose(window, qtbot, "slope")
    ticker.tick()
    ticker.tick()
    qtbot.keyClick(window, Qt.Key.Key_E)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.tab is not first
    assert window.tab.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_E)
    assert (first.epochs, window.tab.epochs) == (0, 1)
    for _ in range(4):
        ticker.tick()
    assert len(window.findChildren(SlowTab)) == 2


def test_it_is_made_also_while_another_tab_is_looked_at(window, qtbot, ticker):
    first = window.tab
    choose(window, qtbot, "slope")
    ticker.tick()
    choose(window, qtbot, "descend")
    assert window.menus.act_on("E")
    for _ in range(9):
        ticker.tick()
    assert (first.epochs, first.isVisible(), window._tabs["slope"].isVisible()) == (1, True, False)
    choose(window, qtbot, "slope")
    assert window._tabs["slope"].isVisible()
    assert window.menus.act_on("E")
    assert (first.epochs, window.tab.epochs) == (1, 1)


def test_a_menu_that_is_opened_meanwhile_stays_and_then_gives_way_to_that_of_the_tab(window, qtbot, ticker):
    choose(window, qtbot, "slope")
    ticker.tick()
    (menu,) = [entry.menu() for entry in window.menuBar().actions() if entry.text() == "&Run"]
    menu.popup(window.pos())  # to grey its entries the tab is asked, which is made at once
    for _ in range(9):
        ticker.tick()
        QApplication.processEvents()
    assert window.tab.isVisible()
    assert menu.isVisible()
    (step,) = [entry for entry in menu.actions() if entry.text().endswith("\tRight")]
    asked = []
    window.tab.transport.step_requested.connect(lambda: asked.append("step"))
    menu.close()
    step.trigger()
    assert asked == ["step"]
    qtbot.waitUntil(lambda: not isValid(menu))
    assert window.menus.entry("Epoch")


def test_one_that_breaks_leaves_nothing_and_can_be_tried_again(window, qtbot, ticker, clock, monkeypatch):
    clock.pace = 0.0  # all in one frame
    monkeypatch.setattr(SlowTab, "breaks", True)
    choose(window, qtbot, "slope")
    with pytest.raises(ValueError, match="broken"):
        ticker.tick()
    qtbot.waitUntil(lambda: len(window.findChildren(SlowTab)) == 1)
    monkeypatch.undo()
    choose(window, qtbot, "descend")
    choose(window, qtbot, "slope")
    for _ in range(9):
        ticker.tick()
    assert window.tab.isVisible()


def test_a_window_may_be_closed_while_a_tab_is_made(window, qtbot, ticker):
    choose(window, qtbot, "slope")
    for _ in range(3):
        ticker.tick()
    window.context.themes.changed.emit()
    window.close()
    assert window.context.settings.tab_state("slope") == {"done": 3}  # as it was
    assert not ticker.working


def test_formulas_of_the_pieces_are_set_after_them_and_others_at_once(shown):
    holder = shown(QWidget(), 300, 200)
    labels = []

    def pieces():
        for latex in (r"x^2", r"\eta"):
            labels.append(FormulaLabel(latex, parent=holder))
            yield

    making = typesetter.after(pieces())
    next(making)
    other = FormulaLabel("y", parent=holder)
    assert (labels[0].sizeHint().width(), other.sizeHint().width() > 0) == (0, True)
    labels[0].set_latex("x^3")  # what comes from elsewhere does not wait
    next(making)
    assert [label.sizeHint().width() > 0 for label in labels] == [True, False]
    labels[1].show()
    next(making)
    assert labels[1].sizeHint().width() > 0
    assert next(making, "nothing more") is None
    assert next(making, "nothing more") == "nothing more"
