from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.surface_image import NEVER_SETTLES
from gdsim.app.tabs.descend.session import DescendSession
from gdsim.app.tabs.descend.studies.basins import BasinStudy
from gdsim.app.tabs.descend.studies.race import RaceStudy
from gdsim.app.tabs.descend.studies.starts import StartsStudy
from gdsim.app.tabs.descend.studies.strip import strip_of
from gdsim.app.theme import DARK, LIGHT
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES

WELLS = "himmelblau"


@pytest.fixture
def session(ticker, clock, themes):
    session = DescendSession(ticker, clock=clock)
    session.set_surface(WELLS)
    return session


@pytest.fixture
def race(session, ticker):
    return RaceStudy(session, ticker)


@pytest.fixture
def basins(session, ticker):
    return BasinStudy(session, ticker, size=32)


@pytest.fixture
def starts(session, ticker):
    return StartsStudy(session, ticker)


@pytest.fixture(params=["race", "basins", "starts"])
def study(request):
    return request.getfixturevalue(request.param)


def finish(study, ticker) -> None:
    """The fake clock stands still, so one frame has time for everything."""
    study.start()
    ticker.tick()
    assert not study.running


def set_rate(session, rate: float) -> None:
    session.set_optimizer(replace(session.optimizer, lr=rate))


# What all studies do


def test_a_new_study_is_at_rest_and_empty(study):
    assert not study.running
    assert study.result is None
    assert study.table() is None
    assert not study.outdated
    assert study.note == ""
    assert study.overlay().tracks == study.overlay().marks == ()


def test_it_is_pulled_to_its_end(study, ticker):
    finish(study, ticker)
    assert study.complete
    assert study.done == 1.0
    assert study.note == ""


def test_it_tells_at_most_once_a_frame(study, ticker, clock):
    told = []
    study.changed.connect(lambda: told.append(study.done))
    clock.pace = 0.001  # about eight pulls a frame
    study.start()
    frames = 0
    while study.running:
        before = len(told)
        ticker.tick()
        frames += 1
        assert len(told) - before <= 1
    assert frames > 1
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_cancelled_study_keeps_what_it_had_and_says_so(study, ticker, clock):
    clock.pace = 0.003
    study.start()
    while study.done < 0.3:
        ticker.tick()
    study.cancel()
    assert not study.running
    assert not study.complete
    assert study.result is not None
    assert study.note.startswith("Cancelled at ")
    done = study.done
    ticker.tick()
    assert study.done == done


def test_a_second_start_replaces_the_first(study, ticker, clock):
    clock.pace = 0.003
    study.start()
    ticker.tick()
    study.start()
    assert study.done == 0.0
    clock.pace = 0.0
    ticker.tick()
    assert study.complete


def test_stopping_the_ticker_stops_a_study(study, ticker, clock):
    clock.pace = 0.003
    study.start()
    ticker.stop()
    assert not study.running


def test_the_same_settings_give_the_same_result(study, ticker):
    finish(study, ticker)
    first = study.table().csv()
    finish(study, ticker)
    assert study.table().csv() == first


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda session: session.set_surface("bowl"), "function"),
        (lambda session: session.choose_optimizer("nadam"), "optimizer"),
        (lambda session: set_rate(session, 0.003), "learning rate"),
    ],
)
def test_other_settings_make_a_result_outdated_and_going_back_mends_it(study, session, ticker, change, words):
    finish(study, ticker)
    told = []
    study.changed.connect(lambda: told.append(study.note))
    change(session)
    assert study.outdated
    assert words in study.note
    assert "run again" in study.note
    assert told
    assert study.result is not None
    session.undo()
    assert not study.outdated


def test_settings_changed_while_it_runs_make_it_outdated_too(study, session, ticker, clock):
    clock.pace = 0.003
    study.start()
    ticker.tick()
    set_rate(session, 0.001)
    clock.pace = 0.0
    ticker.tick()
    assert study.complete
    assert study.outdated


def test_nothing_is_laid_over_a_function_that_it_was_not_made_for(study, session, ticker):
    finish(study, ticker)
    set_rate(session, 0.003)
    overlay = study.overlay()
    assert overlay.tracks or overlay.marks
    assert overlay.note
    session.set_surface("bowl")
    overlay = study.overlay()
    assert not overlay.tracks
    assert not overlay.marks
    assert overlay.basins is None


def test_noise_and_schedule_are_said_to_be_left_out(study, session):
    assert study.left_out == ""
    session.set_noise(0.5)
    assert study.left_out == "The run's gradient noise takes no part here."
    session.set_schedule(SCHEDULES["cosine"]())
    assert "gradient noise and learning-rate schedule take" in study.left_out


def test_an_error_of_the_core_is_a_sentence(study, session, ticker, monkeypatch):
    def refuse():
        raise ValueError("there is nothing to compute")

    monkeypatch.setattr(study, "work", refuse)
    study.start()
    assert study.problem == "There is nothing to compute."
    assert not study.running


def test_an_error_on_the_way_is_a_sentence(study, ticker, monkeypatch):
    def failing():
        yield from ()
        raise ValueError("it broke.")

    monkeypatch.setattr(study, "work", failing)
    study.start()
    ticker.tick()
    assert study.problem == "It broke."
    assert not study.running


def test_settings_survive_saving(study):
    again = type(study)(study.session, study._ticker)
    study.restore({"budget": 77, "racing": {"newton": True, "gd": False}, "tuned": True, "rates": {"adam": 0.5},
                   "steps": 55, "count": 12, "seed": 9})  # fmt: skip
    again.restore(study.settings())
    assert again.settings() == study.settings()
    assert 77 in again.settings().values() or 55 in again.settings().values() or 12 in again.settings().values()


def test_unusable_settings_are_left_out(study):
    before = study.settings()
    study.restore({"budget": "many", "racing": [1], "rates": {"nobody": 1.0, "gd": math.nan}, "steps": -3,
                   "count": 0.5, "seed": "x"})  # fmt: skip
    assert study.settings() == before


# The race


def test_the_usual_field_and_the_run_s_own_optimizer_race(race, session):
    assert race.racing == ("gd", "momentum", "rmsprop", "adam")
    session.choose_optimizer("nadam")
    assert race.racing == ("gd", "momentum", "rmsprop", "adam", "nadam")
    race.set_racing("nadam", False)
    race.set_racing("newton", True)
    assert race.racing == ("gd", "momentum", "rmsprop", "adam", "newton")


def test_rates_are_the_run_s_unless_an_optimizer_makes_its_own_steps(race, session):
    session.set_optimizer(OPTIMIZERS["momentum"](lr=0.004, momentum=0.5))
    assert race.entrant("momentum") == session.optimizer
    assert race.entrant("adam").lr == 0.004
    assert race.entrant("newton").lr == 1.0
    race.set_rate("adam", 0.2)
    assert race.entrant("adam").lr == 0.2
    assert race.has_own_rates
    race.forget_rates()
    assert race.entrant("adam").lr == 0.004


def test_all_start_where_the_ball_is(race, session, ticker):
    session.move_to((1.0, 2.5))
    session.advance(3)
    finish(race, ticker)
    here = session.step.point
    assert all((racer.run.steps[0].point == here).all() for racer in race.result.racers)
    session.advance()
    assert "start" in race.note


def test_a_ball_that_walks_on_from_the_start_still_belongs_to_the_race(race, session, ticker):
    finish(race, ticker)
    session.advance(5)
    assert not race.outdated
    session.move_to((0.5, 0.5))
    assert "start" in race.note


def test_tracks_are_the_racers_paths_each_with_its_own_look(race, ticker):
    for key in OPTIMIZERS:
        race.set_racing(key, True)
    finish(race, ticker)
    tracks = race.tracks()
    assert race.tracks() is tracks
    assert len({track.dashes for track in tracks}) == len(OPTIMIZERS)
    assert len({(track.colour, track.marker) for track in tracks}) == len(OPTIMIZERS)
    assert [track.colour for track in tracks[:2]] == list(LIGHT.classes[:2])
    for track, racer in zip(tracks, race.result.racers, strict=True):
        assert track.points.shape == (len(racer.losses), 2)


def test_an_optimizer_keeps_its_look_whoever_races(race, ticker):
    finish(race, ticker)
    before = {track.label: (track.colour, track.marker) for track in race.tracks()}
    race.set_racing("gd", False)
    finish(race, ticker)
    assert all(before[track.label] == (track.colour, track.marker) for track in race.tracks())


def test_tracks_follow_the_theme(race, ticker, themes):
    finish(race, ticker)
    themes.set_mode("dark")
    assert race.tracks()[0].colour == DARK.classes[0]


def test_the_charts_show_losses_and_sweeps(race, ticker):
    race.set_budget(40)
    race.set_tuned(True)
    finish(race, ticker)
    losses, sweeps = race.losses(), race.sweeps()
    assert [series.label for series in losses.series] == ["Gradient descent", "Momentum", "RMSProp", "Adam"]
    assert losses.level == race.result.level
    assert losses.floor == 0.0
    for series, sweep in zip(sweeps.series, race.result.sweeps, strict=True):
        assert series.x[series.chosen[0]] == sweep.best
    assert len(race.sweep_table().rows) == len(sweeps.series[0].x)


def test_when_rates_are_tuned_those_set_do_not_matter(race, ticker):
    race.set_budget(20)
    race.set_tuned(True)
    finish(race, ticker)
    race.set_rate("adam", 0.7)
    assert not race.outdated
    race.set_tuned(False)
    assert "tuning" in race.note


def test_the_losses_are_a_table_of_columns(race, ticker):
    finish(race, ticker)
    table = race.loss_table()
    assert table.header[:2] == ("step", "Gradient descent")
    assert table.rows[0][1] == race.result.racers[0].losses[0]
    assert len(table.rows) == max(len(racer.losses) for racer in race.result.racers)


def test_without_racers_there_is_a_sentence(race):
    for key in OPTIMIZERS:
        race.set_racing(key, False)
    race.start()
    assert race.problem == "A race needs at least one optimizer."


# The basin map


def test_the_map_has_the_four_minima_of_himmelblau(basins, ticker):
    finish(basins, ticker)
    drawn = basins.basins()
    assert drawn.labels.shape == (32, 32)
    assert len(basins.marks()) == 4
    for x, y in ((3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)):
        label = drawn.label_at(x, y)
        assert label >= 0
        mark = basins.marks()[label]
        assert tuple(mark.points[0]) == pytest.approx((x, y), abs=1e-5)
        assert mark.colour == drawn.colours[label]


def test_the_map_is_the_same_object_until_something_is_new(basins, ticker, themes):
    finish(basins, ticker)
    drawn = basins.basins()
    assert basins.basins() is drawn
    themes.set_mode("dark")
    assert basins.basins() is not drawn


def test_a_rate_too_large_never_settles(basins, session, ticker):
    session.set_surface("bowl")
    set_rate(session, 1.2)
    finish(basins, ticker)
    drawn = basins.basins()
    ends = {drawn.label_at(x, y) for x in (-1.0, 0.5, 1.0) for y in (-1.0, 0.5)}
    assert ends == {NEVER_SETTLES}
    assert basins.describe(1.0, 1.0) == "From here it is gone within 300 steps: it diverged, or left for good."


def test_the_cells_lie_about_their_starts(basins, ticker):
    finish(basins, ticker)
    drawn, axis = basins.basins(), basins.result.axes[0]
    for column in (0, 7, 31):
        assert drawn.label_at(axis[column], axis[5]) == drawn.labels[5, column]
    assert (drawn.x_range[1] - drawn.x_range[0]) / 32 == pytest.approx(axis[1] - axis[0])


def test_the_map_covers_what_is_seen(basins, session, ticker):
    basins.set_visible(((0.0, 1.0), (2.0, 4.0)))
    finish(basins, ticker)
    ends = [end for axis in basins.result.axes for end in (axis[0], axis[-1])]
    assert ends == pytest.approx([-0.04, 1.04, 1.92, 4.08])  # with a margin for a window that grows a little
    basins.set_visible(((0.0, 1.03), (2.0, 4.05)))
    assert not basins.outdated
    basins.set_visible(((0.0, 1.1), (2.0, 4.0)))
    assert basins.outdated
    assert basins.describe(-1.0, 3.0) == ""
    assert basins.describe(0.5, 3.0) != ""
    basins.set_visible(None)
    assert basins.domain == session.experiment.domain


def test_hovering_over_an_outdated_map_says_so(basins, session, ticker):
    finish(basins, ticker)
    told = basins.describe(3.0, 2.0)
    assert told == "From here it settles in the minimum at (3, 2), value 0."
    session.choose_optimizer("adam")
    assert basins.describe(3.0, 2.0) == f"{told}\n(made for other settings)"
    session.set_surface("bowl")
    assert basins.describe(3.0, 2.0) == ""


def test_in_one_dimension_the_map_is_a_strip(basins, session, ticker):
    session.set_surface("double_well")
    finish(basins, ticker)
    strip = basins.strip()
    assert basins.basins() is None
    assert len(strip.colours) == len(strip.hatched) == len(strip.edges) - 1
    assert (np.diff(strip.edges) > 0).all()
    left, right = strip.colours[0], strip.colours[-1]
    assert {left, right} <= set(LIGHT.classes)
    assert left != right
    assert not any(strip.hatched)
    assert basins.describe(1.0) == "From here it settles in the minimum at x = 1.036, value −0.3054."


def test_the_strip_hatches_what_never_settles(basins, session, ticker):
    session.set_surface("parabola")
    set_rate(session, 1.01)
    finish(basins, ticker)
    assert any(basins.strip().hatched)
    set_rate(session, 0.99)
    basins.set_steps(5000)
    finish(basins, ticker)
    assert not any(basins.strip().hatched)


def test_stretches_of_a_strip_end_half_way_between_two_starts():
    labels = np.array([0, 0, NEVER_SETTLES, 1, 1, -2, 2])
    strip = strip_of(np.arange(7.0), labels, ("#111111", "#222222", "#333333"), NEVER_SETTLES, 2)
    assert strip.edges.tolist() == [-0.5, 1.5, 2.5, 4.5, 5.5, 6.5]
    assert strip.colours == ("#111111", "muted", "#222222", "", "#333333")
    assert strip.hatched == (False, True, False, False, False)
    assert strip.dotted == (False, False, False, False, True)


def test_the_shares_add_up(basins, ticker):
    finish(basins, ticker)
    shares = [row[-1] for row in basins.table().rows]
    assert sum(shares) == pytest.approx(1.0)


# Many starts


def test_the_seed_decides_the_starts(starts, ticker):
    finish(starts, ticker)
    first = starts.result.starts
    starts.set_seed(1)
    assert "seed" in starts.note
    finish(starts, ticker)
    assert not (starts.result.starts == first).any()
    starts.set_seed(0)
    finish(starts, ticker)
    assert (starts.result.starts == first).all()


def test_marks_are_the_starts_and_the_ends_by_minimum(starts, ticker):
    starts.set_count(50)
    finish(starts, ticker)
    marks = starts.marks()
    assert marks[0].points.shape == (50, 2)
    assert marks[0].opacity < 1
    assert sum(len(mark.points) for mark in marks[1:]) == sum(row.count for row in starts.result.rows)
    assert len({mark.marker for mark in marks[1:]}) == len(starts.result.rows)


def test_every_start_is_counted_once(starts, session, ticker):
    session.set_surface("saddle")
    finish(starts, ticker)
    assert sum(row.count for row in starts.result.rows) + sum(count for _, count, _ in starts.others()) == 30
    assert sum(row[-2] for row in starts.table().rows) == 30
    assert len(starts.start_table().rows) == 30


def test_a_minimum_looks_the_same_in_the_map_and_among_the_starts(basins, starts, ticker):
    finish(starts, ticker)
    finish(basins, ticker)
    found = {tuple(np.round(row.point, 6)): starts.number(row) for row in starts.result.rows}
    mapped = {tuple(np.round(m.point, 6)): basins.number(n) for n, m in enumerate(basins.result.minima)}
    assert len(found) == 4
    assert found == mapped
