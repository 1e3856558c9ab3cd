"""What the studies say is true: who moves and who is gone, of whom a share is, for what a map was made, who arrived."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.surface_image import NEVER_SETTLES
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.shown import Shown
from gdsim.app.tabs.descend.side import DescendSide
from gdsim.app.tabs.descend.studies.basin_page import BasinPage, _swatch
from gdsim.app.tabs.descend.studies.basins import BasinStudy
from gdsim.app.tabs.descend.studies.race import RaceStudy
from gdsim.app.tabs.descend.studies.race_page import _ARRIVED, RacePage
from gdsim.app.tabs.descend.studies.starts import StartsStudy
from gdsim.app.tabs.descend.studies.starts_page import StartsPage
from gdsim.app.tabs.descend.surface_readings import surface_picture_of
from gdsim.core.basins import GONE, MOVING, UNDEFINED, label_rows


@pytest.fixture
def session(ticker, clock, themes):
    session = DescendSession(ticker, clock=clock)
    session.set_surface("himmelblau")
    return session


@pytest.fixture
def basins(session, ticker):
    return BasinStudy(session, ticker, size=32)


@pytest.fixture
def basin_page(context, basins, shown):
    return shown(BasinPage(context, basins), 276, 700)


@pytest.fixture
def race(session, ticker):
    return RaceStudy(session, ticker)


@pytest.fixture
def race_page(context, race, shown):
    return shown(RacePage(context, race), 276, 1200)


def finish(study, ticker) -> None:
    study.start()
    ticker.finish()
    assert not study.running


def set_rate(session, rate) -> None:
    session.set_optimizer(replace(session.optimizer, lr=rate))


# Still moving is not gone


def test_a_bowl_at_half_the_limit_is_still_moving_and_not_gone(session, basins, basin_page, ticker):
    session.set_surface("stretched_100")
    set_rate(session, 0.005)  # the limit is 2/200; along x a step leaves 0.99 of the way, 300 steps leave 0.05
    finish(basins, ticker)
    labels = {row.label for row in basins.rows()}
    assert MOVING in labels
    assert GONE not in labels
    assert basins.describe(2.5, 0.5) == "From here it has not settled after 300 steps: it is still moving."
    titles = [row.title for row in basin_page.legend.rows]
    assert "Not settled after 300 steps (still moving)" in titles
    assert not any("never" in title for title in titles)
    assert [area.words for area in basins.basins().legend][-1] == "moving"
    assert NEVER_SETTLES not in basins.basins().labels


def test_moving_gone_and_no_value_look_different(session, basins, ticker):
    finish(basins, ticker)
    looks = {label: _swatch(basins, label) for label in (MOVING, GONE, UNDEFINED)}
    assert len({(swatch.kind, swatch.look.colour, swatch.look.pattern) for swatch in looks.values()}) == 3
    session.set_surface("stretched_100")
    for rate, words, hatched in ((0.005, "moving", False), (0.02, "gone", True)):
        set_rate(session, rate)
        finish(basins, ticker)
        drawn = basins.basins()
        assert drawn.legend[-1].words == words
        assert bool((drawn.labels == NEVER_SETTLES).any()) is hatched
    assert basins.describe(2.5, 0.5) == "From here it is gone within 300 steps: it diverged, or left for good."


def test_on_a_curve_they_differ_as_well(session, basins, ticker):
    session.set_surface("parabola")
    for rate, hatched, dotted in ((1e-4, False, True), (1.5, True, False)):
        set_rate(session, rate)
        finish(basins, ticker)
        assert any(basins.strip().hatched) is hatched
        assert any(basins.strip().dotted) is dotted


def test_more_steps_bring_them_home(session, basins, basin_page, ticker):
    session.set_surface("stretched_100")
    set_rate(session, 0.005)
    finish(basins, ticker)
    assert basins.moving > 0
    assert basin_page.more_steps.isVisible()
    basin_page.more_steps.click()
    ticker.finish()
    assert basins.steps == basins.result.steps == 1500
    assert basins.moving == 0.0
    assert not basin_page.more_steps.isVisible()


def test_where_steps_may_jump_over_a_pole_the_map_says_so(session, basins, basin_page, ticker):
    finish(basins, ticker)
    assert "jumps over" not in basin_page.covered.text()
    session.set_formula("1/x + y^2")
    finish(basins, ticker)
    assert "jumps over a place without a value counts as a step" in basin_page.covered.text()


# Shares are of what is seen


def test_shares_count_the_starts_that_are_seen(session, basins, basin_page, ticker):
    seen = ((-6.0, 0.0), (-6.0, 6.0))
    basins.set_visible(seen)
    finish(basins, ticker)
    x, y = basins.result.axes
    assert x[-1] > 0.0  # the map itself reaches beyond
    inside = basins.result.labels[np.ix_((y >= -6) & (y <= 6), (x >= -6) & (x <= 0))]
    assert inside.size < basins.result.labels.size
    for row in basins.rows():
        assert row.share == pytest.approx((inside == row.label).mean())
    assert {row.label for row in basins.rows()} == set(np.unique(inside).tolist())
    columns, rows = inside.shape[1], inside.shape[0]
    assert basin_page.covered.text().startswith(f"{columns} × {rows} starts, x from −5.8")


def test_a_part_without_a_start_counts_all(basins, session, ticker):
    finish(basins, ticker)
    rows = label_rows(basins.result, session.objective, ((0.0, 1e-9), (0.0, 1e-9)))
    assert sum(row.share for row in rows) == pytest.approx(1.0)


# An old map looks old


def test_a_map_for_another_rate_is_faded_and_says_what_it_was_made_for(session, basins, basin_page, ticker):
    finish(basins, ticker)
    fresh = basins.basins()
    assert fresh.note == ""
    assert basin_page.run_button.text() == "Draw map"
    set_rate(session, 0.02)
    old = basins.basins()
    assert old.opacity < fresh.opacity / 2
    assert old.note == "old map, made for rate 0.01"
    assert basin_page.run_button.text() == basin_page.run_button.accessibleName() == "Draw again"
    set_rate(session, 0.01)
    assert basins.basins().opacity == fresh.opacity
    assert basin_page.run_button.text() == "Draw map"


def test_a_part_that_was_panned_to_leaves_the_map_as_it_is(basins, ticker):
    finish(basins, ticker)
    basins.set_visible(((0.0, 9.0), (0.0, 9.0)))
    assert basins.outdated
    assert basins.basins().note == ""


# The race


@pytest.mark.parametrize("name", ["basin_page", "race_page"])
def test_results_of_another_function_are_put_away(request, session, ticker, name):
    page = request.getfixturevalue(name)
    finish(page.study, ticker)
    assert page.body.isVisible()
    session.set_surface("bowl")
    assert not page.body.isVisible()
    assert "another function" in page.note.text
    session.undo()
    assert page.body.isVisible()


def test_nor_are_they_saved_for_it(context, session, ticker, shown):
    side = shown(DescendSide(context, session), 300, 900)
    side.strip.setCurrentIndex(1)
    finish(side.race, ticker)
    assert side.table() is not None
    assert side.table_title
    session.set_surface("bowl")
    assert side.table() is None
    assert side.table_title == ""
    side.stop()


def test_the_rule_stands_between_the_chart_and_the_table(race, race_page, ticker):
    finish(race, ticker)
    chart, rule, table = (widget.geometry() for widget in (race_page.losses, race_page.rule, race_page.ranking))
    assert chart.bottom() < rule.top() < rule.bottom() < table.top()
    assert rule.top() - chart.bottom() < 20
    assert race_page.rule.text() == race.result.short_rule
    assert race_page.whole_rule.text() == race.result.rule


def test_what_counts_as_arrived_is_said_and_can_be_set(race, race_page, ticker):
    finish(race, ticker)
    first = 170.0  # of Himmelblau's function at (0, 0): 11² + 7²
    assert race.result.level == pytest.approx(0.001 * first)
    assert "Arrived: loss ≤ 0.17, with 0.1\u00a0% of the way down left." in race_page.rule.text()
    assert "down to the known minimum no more than 0.1 % is left" in race.result.rule
    race_page.tolerance.entered.emit(2.0)
    assert race.outdated
    assert "what counts as arrived" in race.note
    finish(race, ticker)
    assert race.result.level == pytest.approx(0.02 * first)
    for racer in race.result.racers:
        if racer.to_tolerance:
            assert (racer.losses[racer.to_tolerance :] <= 0.02 * first).all()
            assert racer.losses[racer.to_tolerance - 1] > 0.02 * first
    other = RaceStudy(race.session, ticker)
    other.restore(race.settings())
    assert other.tolerance == 0.02
    assert "start's loss down to the lowest" in _ARRIVED


def test_without_a_known_minimum_the_rule_names_the_lowest_loss(session, race, ticker):
    session.set_formula("x^4 + x + y^2")
    finish(race, ticker)
    assert "down to the lowest loss of this race" in race.result.rule


def test_every_curve_of_the_sweep_is_named(race, race_page, ticker):
    race.set_budget(20)
    race.set_tuned(True)
    finish(race, ticker)
    assert race_page.sweep_names.names == tuple(series.label for series in race.sweeps().series)
    race.set_racing("adam", False)
    finish(race, ticker)
    assert "Adam" not in race_page.sweep_names.names
    assert len(race_page.sweep_names.names) == 3


# Many starts


def test_the_lowest_minimum_found_is_drawn_last_and_larger(session, ticker):
    session.set_surface("rastrigin")
    starts = StartsStudy(session, ticker)
    finish(starts, ticker)
    ends = [marks for marks in starts.marks() if marks.radius > 4]
    best = starts.result.rows[0]
    assert ends[-1].points == pytest.approx(starts.result.ends[starts.result.labels == best.label])
    assert ends[-1].radius > max(marks.radius for marks in ends[:-1])
    assert [marks.label for marks in ends] == [""] * (len(ends) - 1) + ["lowest found"]


def test_known_minima_do_not_hide_the_ends(session, ticker):
    starts = StartsStudy(session, ticker)
    finish(starts, ticker)
    assert len(starts.result.rows) == 4
    assert len(surface_picture_of(session, Shown(), 1.0).minima) == 4
    assert len(surface_picture_of(session, Shown(), 1.0, marks=starts.marks()).minima) == 0


def test_starts_still_moving_are_told_from_those_that_are_gone(context, session, ticker, shown):
    page = shown(StartsPage(context, StartsStudy(session, ticker)), 276, 700)
    session.set_surface("stretched_100")
    for rate, title in (
        (1e-5, "Not settled after 1000 steps (still moving)"), (0.02, "Gone: diverged, or left for good"),
    ):  # fmt: skip
        set_rate(session, rate)
        finish(page.study, ticker)
        assert [row.title for row in page.found.rows] == [title]
