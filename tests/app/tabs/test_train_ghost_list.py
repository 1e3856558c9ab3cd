from __future__ import annotations

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from gdsim.app.plots.fit_colours import ghost_style
from gdsim.app.tabs.train.comparison import GhostLine
from gdsim.app.tabs.train.ghost_list import NONE_KEPT, GhostList, _LineSample, cells_of, words_of
from gdsim.app.widgets.buttons import IconButton

BRIEF = "This run is better: validation loss lower by 24 %."


class Session:
    def __init__(self):
        self.removed = []

    def remove_ghost(self, label):
        self.removed.append(label)


def ghost(label="Ghost A", differs="L2 0.01 (now none)", validation=0.2134):
    verdict = f"This run is better than {label} on validation data by 24 %: loss 0.1621 against 0.2134."
    return GhostLine(label, 1500, 0.0123, validation, 0.913, differs, verdict, "accuracy 91.3 %", BRIEF)


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def ghosts(shown, session):
    ghosts = GhostList(session)
    ghosts.set_lines((ghost(), ghost("Ghost B", differs="")))
    return shown(ghosts, 276, 400)


def texts(ghosts):
    return [label.text() for label in ghosts.findChildren(QLabel) if label.isVisible()]


def buttons(ghosts):
    return [button for button in ghosts.findChildren(IconButton) if button.isVisible()]


def test_without_ghosts_it_says_how_to_get_one(ghosts):
    assert NONE_KEPT not in texts(ghosts)
    ghosts.set_lines(())
    assert texts(ghosts) == ["Ghosts", NONE_KEPT]
    assert buttons(ghosts) == []


def test_each_ghost_is_a_row_with_the_verdict_and_what_differs_below_it(ghosts):
    this = GhostLine("This run", 7, 0.05, 0.1621, 0.95, "", "", "accuracy 95.0 %")
    ghosts.set_lines((ghost(), ghost("Ghost B", differs="")), this)
    shown = texts(ghosts)
    assert shown[1:6] == ["", "run", "training", "validation", "accuracy"]
    assert shown[6:10] == ["This run", "0.05000", "0.1621", "95.0 %"]
    at = shown.index("Ghost A")
    assert shown[at : at + 4] == ["Ghost A", "0.01230", "0.2134", "91.3 %"]
    ghosts.set_lines((ghost(),), replace(this, score_text="R² 0.5"))
    assert texts(ghosts)[5] == "score"
    ghosts.set_lines((ghost(), ghost("Ghost B", differs="")), this)
    words = f"{BRIEF} Differs: L2 0.01 (now none)."
    assert words in shown
    assert f"{BRIEF} Nothing differs." in shown
    labels = {label.text(): label for label in ghosts.findChildren(QLabel) if label.isVisible()}
    assert labels["0.1621"].geometry().right() == labels["validation"].geometry().right()
    assert labels[words].y() > labels["Ghost A"].y()


def test_what_cannot_be_said_has_its_reason_below():
    line = GhostLine("Ghost A", 12, 0.5, math.nan, math.nan, "", "It can't be said.")
    assert cells_of(line) == ("Ghost A", "0.5000", "–", "–")
    assert words_of(line) == "It can't be said. Nothing differs."
    gone = GhostLine("Run 2", 12, 1.3125e12, 2.25e-7, -2.3e12, "", "", "R² −2.300·10¹²", "Run 2 is better.")
    assert cells_of(gone) == ("Run 2", "1.3·10¹²", "2.2·10⁻⁷", "−2.3·10¹²")


def test_a_click_removes_the_ghost_it_belongs_to(ghosts, session):
    first, second = buttons(ghosts)
    assert second.accessibleName() == "Remove Ghost B"
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert session.removed == ["Ghost B"]
    ghosts.set_lines((ghost("Ghost B"),))
    (only,) = buttons(ghosts)
    assert only is first
    QTest.mouseClick(only, Qt.MouseButton.LeftButton)
    assert session.removed == ["Ghost B", "Ghost B"]


def test_samples_have_the_colour_and_the_dashes_of_the_plots(shown, themes):
    for index in range(4):
        colour, dashes = ghost_style(index, themes.theme)
        sample = shown(_LineSample())
        sample.set_style(index)
        image = sample.grab().toImage()
        row = [image.pixelColor(x, image.height() // 2) for x in range(image.width())]
        back = QColor(themes.theme.window).lightness()
        drawn = [abs(each.lightness() - back) > 30 for each in row]
        assert (drawn.index(False) if False in drawn else 22) == pytest.approx(min(dashes[0], 22), abs=1.1)
        middle = row[max(0, min(int(dashes[0]) // 2, 10))]
        assert abs(middle.hue() - QColor(colour).hue()) < 12


def test_five_ghosts_fit_the_column_and_nothing_is_cut_off(ghosts, themes):
    for large in (False, True):
        themes.set_large(large)
        long = (
            "hidden layers 32 · 32 (now 8); activation tanh (now relu); learning rate 0.03 (now 0.1); step 1500 (now 3)"
        )
        names = ("Ghost A", "Ghost B", "Ghost C", "Ghost D", "Last run")
        gone = GhostLine("This run", 123456, 1.3e12, 1.3e12, -2e12, "", "", "R² −2.300·10¹²")
        ghosts.set_lines(tuple(ghost(name, long) for name in names), gone)
        QApplication.processEvents()
        width = themes.px(276)
        assert ghosts.minimumSizeHint().width() <= width
        ghosts.resize(width, ghosts.heightForWidth(width))
        QApplication.processEvents()
        ghosts.grab()
        for label in ghosts.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width())
        assert len(buttons(ghosts)) == 5
        assert min(button.height() for button in buttons(ghosts)) >= 24


def test_rows_are_told_to_a_screen_reader(ghosts):
    names = [label.accessibleName() for label in ghosts.findChildren(QLabel) if label.accessibleName()]
    assert names[0].startswith("Ghost A: This run is better than Ghost A")
