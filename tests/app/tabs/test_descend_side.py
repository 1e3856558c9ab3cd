"""The right column of Descend: the page that is open decides what lies over the picture of curve or surface."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gdsim.app.options import Options
from gdsim.app.tabs import TABS
from gdsim.app.tabs.descend.look import Look
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.side import DescendSide
from gdsim.app.widgets.fold_group import FoldGroup
from gdsim.core.surfaces import SURFACES
from tests.app.gestures import click, keys, type_over

LEFT = Qt.MouseButton.LeftButton
RUN, RACE, BASINS, STARTS = range(4)


@pytest.fixture
def open_tab(context, shown):
    """Opens Descend on a surface, with studies small enough for a test."""
    tabs = []

    def opened(**options):
        tab = shown(TABS["descend"].make(replace(context, options=Options(**options))), 1280, 740)
        tab.side.basins.size = 32
        tab.side.race.set_budget(60)
        tab.side.starts.set_count(12)
        tabs.append(tab)
        return tab

    yield opened
    for tab in tabs:
        tab.stop()


@pytest.fixture
def tab(open_tab):
    return open_tab(surface="himmelblau")


@pytest.fixture
def side(context, ticker, shown):
    """The column alone, on a session of its own."""
    session = DescendSession(ticker)
    session.set_surface("himmelblau")
    side = shown(DescendSide(context, session), 300, 900)
    side.session = session
    side.basins.size = 16
    yield side
    side.stop()


def turn_to(tab, page) -> None:
    strip = tab.side.strip
    QTest.mouseClick(strip, LEFT, pos=strip.tabRect(page).center())


def run(tab, ticker, page):
    """Open a page, press its button and wait for the result."""
    turn_to(tab, page)
    QTest.mouseClick(tab.side.page(page).run_button, LEFT)
    ticker.finish()
    assert not tab.side.study.running
    return tab.side.study


def hover(plot, x, y) -> str:
    """What is said beside the pointer."""
    pixel, none = plot.pixel_of(x, y), Qt.MouseButton.NoButton
    where = QPointF(plot.viewport().mapToGlobal(pixel))
    event = QMouseEvent(QEvent.Type.MouseMove, pixel, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(plot.viewport(), event)
    return "\n".join(text for label in plot._readout._drawing.labels for text, _ in label.lines)


def over(tab) -> tuple[bool, bool, bool]:
    """Whether tracks, basins, and marks lie over the surface."""
    plot = tab.surface.plot
    return bool(plot.picture.tracks), plot._scene.basins is not None, bool(plot.picture.marks)


# One page at a time


def test_the_first_surface_may_be_chosen_on_the_page_of_a_study(open_tab):
    tab = open_tab(surface="double_well")
    turn_to(tab, BASINS)
    tab.session.advance(3)
    tab.session.set_surface("himmelblau")
    assert tab.main_plot is tab.surface.plot
    tab.session.set_surface("double_well")
    assert tab.main_plot is tab.curve


def test_the_open_page_decides_what_lies_over_the_surface(tab, ticker):
    for page in (RACE, BASINS, STARTS):
        run(tab, ticker, page)
    assert over(tab) == (False, False, True)
    turn_to(tab, RACE)
    assert over(tab) == (True, False, False)
    turn_to(tab, BASINS)
    assert over(tab)[:2] == (False, True)
    turn_to(tab, RUN)
    assert over(tab) == (False, False, False)
    assert tab.numbers.isVisible()
    turn_to(tab, STARTS)
    assert not tab.numbers.isVisible()
    assert over(tab) == (False, False, True)


def test_the_strip_is_walked_by_keys(side):
    side.strip.setFocus()
    for page in (RACE, BASINS, STARTS):
        keys(side.strip, Qt.Key.Key_Right)
        assert [side.page(number).isVisible() for number in range(4)] == [number == page for number in range(4)]
    assert side.strip.accessibleName()
    assert all(side.strip.tabToolTip(number) for number in range(4))


def test_nothing_is_told_by_a_page_that_is_not_open(side, ticker):
    told = []
    side.changed.connect(lambda: told.append(side.strip.currentIndex()))
    side.starts.start()
    ticker.finish()
    assert side.starts.complete
    assert told == []
    side.strip.setCurrentIndex(STARTS)
    side.starts.start()
    ticker.finish()
    assert len(told) > 1


def test_another_function_takes_the_overlay_away(tab, ticker):
    run(tab, ticker, STARTS)
    type_over(tab.controls.formula.edit, "x^2+y^4")
    assert over(tab) == (False, False, False)
    turn_to(tab, BASINS)
    assert over(tab) == (False, False, False)


# Race


def test_the_race_begins_at_the_ball_and_its_tracks_are_drawn_in_both_pictures(tab, ticker):
    tab.set_look(Look.BOTH)
    QApplication.processEvents()
    click(tab.surface.plot, 1.0, 1.0)
    start = tab.session.step.point
    run(tab, ticker, RACE)
    tracks = tab.surface.plot.picture.tracks
    assert len(tracks) == 4
    assert all(track.points[0].tolist() == start.tolist() for track in tracks)
    assert len({track.colour for track in tracks}) == len({track.marker for track in tracks}) == 4
    in_space = tab.surface.space._scene.tracks
    assert [track.label for track in in_space] == [track.label for track in tracks]
    assert all(np.array_equal(a.points, b.points) for a, b in zip(in_space, tracks, strict=True))
    tab.advance(20)
    own = next(racer for racer in tab.side.race.result.racers if racer.key == "gd").run
    assert np.array([step.point for step in own.steps[:21]]) == pytest.approx(tab.session.trace.rows()[:, :2])
    assert not tab.side.race.outdated
    assert tab.table().name == "race"
    assert "race" in [picture.name for picture in tab.pictures()]
    turn_to(tab, RUN)
    assert tab.table().name == "descend"
    assert "race" not in [picture.name for picture in tab.pictures()]
    assert tab.surface.space._scene.tracks == ()


# Basins


def test_the_map_covers_what_is_seen_and_agrees_with_single_runs(tab, ticker):
    plot = tab.surface.plot
    plot.zoom_to((-5.0, 5.0), (-4.0, 4.0))
    study = run(tab, ticker, BASINS)
    part = plot.visible_part
    basins = plot._scene.basins
    wide, high = part.x_high - part.x_low, part.y_high - part.y_low
    cell = 1.08 * wide / 31  # starts stand in the middle of their cells, the outermost at the edges
    reach = (part.x_low - 0.04 * wide, part.x_high + 0.04 * wide)  # a little more than is seen
    assert basins.x_range == pytest.approx((reach[0] - cell / 2, reach[1] + cell / 2))
    assert study.result.axes[1][[0, -1]] == pytest.approx([part.y_low - 0.04 * high, part.y_high + 0.04 * high])
    minima = np.array(SURFACES["himmelblau"].minima)
    assert len(study.result.minima) == 4
    x_axis, y_axis = study.result.axes
    inside = 0
    for column, row in ((3, 5), (10, 20), (16, 16), (25, 9), (28, 30), (6, 27)):
        x, y = float(x_axis[column]), float(y_axis[row])
        if abs(x) > 5 or abs(y) > 4:
            continue
        tab.session.move_to((x, y))
        tab.advance(2000)
        end = tab.session.step.point
        nearest = minima[np.argmin(np.hypot(*(minima - end).T))]
        label = basins.label_at(x, y)
        if label >= 0:
            inside += 1
            assert study.result.minima[label].point == pytest.approx(tuple(nearest), abs=1e-3)
    assert inside >= 3


def test_the_pointer_tells_where_a_start_goes_and_a_click_puts_the_ball_there(tab, ticker):
    plot = tab.surface.plot
    assert hover(plot, 3.0, 2.5) == ""
    run(tab, ticker, BASINS)
    assert hover(plot, 2.8, 2.2) == "From here it settles in the minimum at (3, 2), value 0."
    click(plot, 2.8, 2.2)
    assert tab.session.step.point.tolist() == pytest.approx([2.8, 2.2], abs=0.05)
    assert over(tab)[1]
    tab.advance(2000)
    assert "(3, 2)" in tab.sentence.text
    turn_to(tab, RUN)
    assert hover(plot, -3.0, 3.0) == ""


def test_another_rate_makes_the_map_outdated(tab, ticker):
    study = run(tab, ticker, BASINS)
    assert not study.outdated
    tab.controls.rate.slider.take(0.02)
    assert study.outdated
    assert "learning rate" in tab.side.page(BASINS).note.text
    assert over(tab)[1]
    assert "made for other settings" in hover(tab.surface.plot, 2.8, 2.2)
    run(tab, ticker, BASINS)
    assert not tab.side.page(BASINS).note.isVisible()


def test_a_larger_rate_leaves_only_the_flatter_well(open_tab, ticker):
    tab = open_tab(surface="two_wells")
    study = run(tab, ticker, BASINS)
    assert {round(minimum.point[0], 3) for minimum in study.result.minima} == {-1.5, 1.5}
    tab.controls.rate.slider.take(0.13)  # 2/16 = 0.125 is the sharp well's limit
    study = run(tab, ticker, BASINS)
    (row,) = [row for row in study.rows() if row.label >= 0 and row.share > 0.01]
    assert row.point == pytest.approx((1.5, 0.0), abs=1e-3)
    assert row.share > 0.9


def test_the_map_of_a_curve_is_a_bar_of_stretches_that_change_at_the_hilltop(open_tab, ticker):
    tab = open_tab()
    assert tab.curve._picture.basins == ()
    run(tab, ticker, BASINS)
    left, right = tab.curve._picture.basins
    hilltop = np.sort(np.roots([4.0, 0.0, -4.0, -0.3]).real)[1]
    cell = (right.high - left.low) / 32
    assert left.high == right.low == pytest.approx(hilltop, abs=cell)
    part = tab.curve.visible_part
    assert left.low < part.x_low < part.x_high < right.high  # all that is seen, and a little more
    assert left.colour != right.colour
    assert left.settles
    assert right.settles
    assert {left.colour, right.colour} <= {stroke.colour for stroke in tab.curve.marks._drawing.strokes}
    turn_to(tab, RUN)
    assert tab.curve._picture.basins == ()


def test_where_a_rate_is_too_large_the_stretches_are_broken(open_tab, ticker):
    tab = open_tab(surface="parabola", lr=1.01)
    run(tab, ticker, BASINS)
    assert tab.curve._picture.basins
    assert not any(stretch.settles for stretch in tab.curve._picture.basins)
    tab.controls.rate.slider.take(0.99)
    tab.side.basins.set_steps(2000)
    run(tab, ticker, BASINS)
    assert [stretch.settles for stretch in tab.curve._picture.basins] == [True]


# Many starts


def test_the_ends_of_many_starts_lie_on_the_minima(tab, ticker):
    study = run(tab, ticker, STARTS)
    assert sum(row.count for row in study.result.rows) > 6
    minima = np.array(SURFACES["himmelblau"].minima)
    ends = [mark for mark in tab.surface.plot.picture.marks if mark.colour != "muted"]
    assert len(ends) == len(study.result.rows)
    for mark in ends:
        away = np.hypot(*(mark.points[:, None] - minima[None]).T).min(axis=0)
        assert away.max() < 0.01
    assert tab.table().name == "starts"


# Cancelling, saving


@pytest.mark.parametrize("name", ["race", "basins", "starts"])
def test_leaving_the_tab_cancels_what_is_computed(side, ticker, clock, name):
    study = getattr(side, name)
    clock.pace = 0.003
    study.start()
    ticker.tick()
    assert study.running
    side.stop()
    assert not study.running
    done = study.done
    ticker.finish()
    assert study.done == done < 1


def test_what_is_set_on_the_pages_is_saved_and_restored(side, context, ticker, shown):
    side.race.set_racing("newton", True)
    side.race.set_rate("adam", 0.25)
    side.race.set_tuned(True)
    side.basins.set_steps(77)
    side.starts.set_count(9)
    side.starts.set_seed(5)
    side.strip.setCurrentIndex(STARTS)
    saved = json.loads(json.dumps(side.settings()))
    session = DescendSession(ticker)
    twin = shown(DescendSide(context, session), 300, 900)
    twin.restore(saved)
    assert twin.settings() == side.settings()
    assert twin.strip.currentIndex() == STARTS
    assert twin.starts.seed == 5
    assert "newton" in twin.race.racing
    assert twin.page(STARTS).isVisible()
    assert twin.basins.steps == 77
    for unusable in ({}, {"page": 99}, {"page": "x", "studies": {"Race": 7, "Basins": {"steps": -1}}}):
        twin.restore(unusable)
        assert twin.strip.currentIndex() == RUN
    assert twin.basins.steps == 77


def test_a_zoom_makes_the_map_outdated(tab, ticker):
    study = run(tab, ticker, BASINS)
    tab.surface.plot.zoom_to((0.0, 2.0), (0.0, 2.0))
    assert study.outdated
    run(tab, ticker, BASINS)
    assert not study.outdated


def test_after_a_surface_the_map_of_a_curve_covers_the_curve(tab, ticker):
    tab.session.set_surface("double_well")
    study = run(tab, ticker, BASINS)
    assert study.problem == ""
    assert len(tab.side.stretches) == 2


def test_the_saved_tab_opens_on_its_page(tab, open_tab):
    turn_to(tab, STARTS)
    tab.side.starts.set_seed(5)
    twin = open_tab()
    twin.restore_state(json.loads(json.dumps(tab.save_state())))
    assert twin.side.strip.currentIndex() == STARTS
    assert twin.side.starts.seed == 5


# What is told and what is saved


def titles(plot) -> list[str]:
    return [
        action.title for action in plot._actions if action.title.startswith("Save") and "picture" not in action.title
    ]


def test_menus_say_what_they_save(tab, ticker, monkeypatch):
    saved = []
    monkeypatch.setattr(
        "gdsim.app.tabs.descend.tab.save_table", lambda table, context, parent: saved.append(table.name)
    )
    plot = tab.surface.plot
    assert titles(plot) == ["Save the steps of this run…"]
    run(tab, ticker, RACE)
    assert titles(plot) == ["Save the steps of this run…", "Save the results of the race…"]
    for action in plot._actions:
        if action.title.startswith("Save the"):
            action.callback()
    assert saved == ["descend", "race"]
    run(tab, ticker, BASINS)
    assert titles(plot)[1] == "Save the table of the basin map…"
    assert tab.table().title == "the table of the basin map"
    turn_to(tab, RUN)
    assert titles(plot) == ["Save the steps of this run…"]


@pytest.mark.parametrize("surface", ["himmelblau", "double_well"])
def test_the_stage_that_is_told_is_drawn_while_it_is_told(open_tab, surface):
    tab = open_tab(surface=surface, optimizer="momentum", steps=2)
    plot = tab.main_plot
    (group,) = [fold for fold in tab.side.findChildren(FoldGroup) if "stage by stage" in fold.header.text()]
    assert plot._picture.stage is None
    QTest.mouseClick(group.header, LEFT)
    assert plot._picture.stage.colour == "gradient"
    QTest.mouseClick(tab.side.narration.next_button, LEFT)
    assert plot._picture.stage.vector == pytest.approx(tuple(tab.session.step.next_state.velocity))
    said = [text for label in plot.marks._drawing.labels for text, _ in label.lines]
    assert any(text.startswith("velocity") for text in said)
    assert not any(text.startswith("gradient") for text in said)
    turn_to(tab, RACE)
    assert plot._picture.stage is None
    turn_to(tab, RUN)
    QTest.mouseClick(group.header, LEFT)
    assert plot._picture.stage is None


def test_the_picture_keeps_its_size_whatever_is_said(tab):
    before = tab.surface.plot.size()
    for sentence in ("Short.", "The step is larger than two over the curvature here. " * 4, ""):
        tab.sentence.show(sentence)
        QApplication.processEvents()
        assert tab.surface.plot.size() == before


def test_a_window_that_grows_a_little_shows_no_edge_of_the_map(tab, ticker):
    study = run(tab, ticker, BASINS)
    tab.resize(tab.width() + 12, tab.height() + 12)
    QApplication.processEvents()
    part, basins = tab.surface.plot.visible_part, tab.surface.plot._scene.basins
    assert basins.x_range[0] <= part.x_low < part.x_high <= basins.x_range[1]
    assert basins.y_range[0] <= part.y_low < part.y_high <= basins.y_range[1]
    assert not study.outdated


def test_many_minima_are_numbered_on_the_map(open_tab, ticker):
    tab = open_tab(surface="rastrigin")
    tab.side.basins.size = 64
    study = run(tab, ticker, BASINS)
    count = len(study.result.minima)
    assert count > 48
    (marks,) = tab.surface.plot.picture.marks
    assert marks.badges == tuple(study.name(label) for label in range(count))
    assert len(set(marks.badges)) == count
    seen = {text for label in tab.surface.plot.marks._drawing.labels for text, _ in label.lines}
    assert len(seen & set(marks.badges)) > 48
    labels = study.result.labels
    looks = {label: (area.colour, area.pattern) for label in range(count)
             for area in study.basins().legend if area.words == study.name(label)}  # fmt: skip
    pairs = {(int(a), int(b)) for a, b in zip(labels[:, :-1].ravel(), labels[:, 1:].ravel(), strict=True)}
    pairs |= {(int(a), int(b)) for a, b in zip(labels[:-1].ravel(), labels[1:].ravel(), strict=True)}
    beside = [(a, b) for a, b in pairs if a != b and a >= 0 and b >= 0]
    assert beside
    assert all(looks[a] != looks[b] for a, b in beside)


def test_the_map_of_a_curve_covers_what_is_seen(open_tab, ticker):
    tab = open_tab(surface="double_well")
    study = run(tab, ticker, BASINS)
    part, (axis,) = tab.curve.visible_part, study.result.axes
    assert axis[0] <= part.x_low < part.x_high <= axis[-1]
