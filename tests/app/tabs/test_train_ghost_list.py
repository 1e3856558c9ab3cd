from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from gdsim.app.plots.surface_tracks import DASHES
from gdsim.app.tabs.train.comparison import GhostLine
from gdsim.app.tabs.train.ghost_list import NONE_KEPT, GhostList, _DashSample, figures_of
from gdsim.app.widgets.buttons import IconButton


class Session:
    def __init__(self):
        self.removed = []

    def remove_ghost(self, label):
        self.removed.append(label)


def ghost(label="Ghost A", differs="L2 0.01 (now none)", validation=0.2134):
    verdict = f"This run is better than {label} on validation data by 24 %: loss 0.1621 against 0.2134."
    return GhostLine(label, 1500, 0.0123, validation, 0.913, differs, verdict, "accuracy 91.3 %")


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


def test_each_ghost_has_its_numbers_the_verdict_and_what_differs(ghosts):
    shown = texts(ghosts)
    assert ghost().verdict in shown
    assert "Differs: L2 0.01 (now none)." in shown
    assert "Nothing differs." in shown
    figures = next(text for text in shown if text.startswith("step")).replace("\N{NO-BREAK SPACE}", " ")
    assert figures == "step 1500 · validation loss 0.2134 · accuracy 91.3 %"


def test_without_validation_points_the_training_loss_is_said():
    line = GhostLine("Ghost A", 12, 0.5, math.nan, math.nan, "", "")
    assert figures_of(line).replace("\N{NO-BREAK SPACE}", " ") == "step 12 · training loss 0.5000"


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


def test_samples_have_the_dashes_of_the_plots(shown, themes):
    widths = []
    for index in range(5):
        sample = _DashSample(index)
        shown(sample)
        image = sample.grab().toImage()
        row = [image.pixelColor(x, image.height() // 2) for x in range(image.width())]
        back = QColor(themes.theme.window).lightness()
        drawn = [abs(colour.lightness() - back) > 30 for colour in row]
        first = drawn.index(False)
        assert first == pytest.approx(DASHES[1 + index][0], abs=1.1)
        widths.append(tuple(drawn))
    assert len(set(widths)) == 5


def test_five_ghosts_fit_the_column_and_nothing_is_cut_off(ghosts, themes):
    for large in (False, True):
        themes.set_large(large)
        long = (
            "hidden layers 32 · 32 (now 8); activation tanh (now relu); learning rate 0.03 (now 0.1); step 1500 (now 3)"
        )
        ghosts.set_lines(tuple(ghost(name, long) for name in ("Ghost A", "Ghost B", "Ghost C", "Ghost D", "Last run")))
        width = themes.px(276)
        assert ghosts.minimumSizeHint().width() <= width
        ghosts.resize(width, ghosts.heightForWidth(width))
        ghosts.grab()
        for label in ghosts.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width())
        assert len(buttons(ghosts)) == 5
        assert min(button.height() for button in buttons(ghosts)) >= 24


def test_entries_are_told_to_a_screen_reader(ghosts):
    names = [child.accessibleName() for child in ghosts.children() if child.isWidgetType() and child.accessibleName()]
    assert names[0].startswith("Ghost A: This run is better than Ghost A")
