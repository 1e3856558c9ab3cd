"""What is set in the studies is kept with the tab, and a study never begins with the settings of a step on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count

import pytest

from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.flatness_study import FlatnessStudy
from gdsim.app.tabs.train.studies.restarts import RestartsStudy
from gdsim.app.tabs.train.studies.slice_plane import Kind
from gdsim.app.tabs.train.studies.sweep_knobs import Grid
from gdsim.app.tabs.train.tab import TrainTab

PAGES = {"slice": 1, "sharpness": 2, "restarts": 3, "sweep": 4}


@pytest.fixture
def tab(context, clock, shown):
    tabs = []

    def make() -> TrainTab:
        tabs.append(TrainTab(context, TrainSession(context.ticker, clock)))
        return shown(tabs[-1], 1280, 800)

    yield make
    for made in tabs:
        made.stop()


def page(tab: TrainTab, name: str):
    tab.column.strip.setCurrentIndex(PAGES[name])
    return tab.column.study


def test_what_is_set_in_each_study_is_there_again(tab):
    one = tab()
    restarts = page(one, "restarts").study
    restarts.set_count(7)
    restarts.set_first(100)
    restarts.set_steps(55)
    sweep = page(one, "sweep").study
    sweep.set_knob("l1")
    sweep.set_grid(Grid(1e-4, 1e-2, 5))
    sweep.set_seeds(3)
    page(one, "sharpness").pair.set_seed(12)
    piece = page(one, "slice")
    piece.study.pick(0, 5)
    piece.study.choose(Kind.RANDOM)
    piece.study.set_seed(9)
    piece.kinds.setCurrentIndex(piece.kinds.findData(Kind.RANDOM))
    state = json.loads(json.dumps(one.save_state()))
    other = tab()
    other.restore_state(state)
    assert other.column.study is page(other, "slice")
    again = page(other, "slice")
    assert (again.study.choice.kind, again.study.choice.seed) == (Kind.RANDOM, 9)
    assert again.study.choice.picks == piece.study.choice.picks
    assert page(other, "sharpness").pair.seed == 12
    study = page(other, "restarts").study
    assert (study.count, study.first, study.steps, study.follows_run) == (7, 100, 55, False)
    study = page(other, "sweep").study
    assert (study.entry.knob.value, study.grid, study.seeds) == ("l1", Grid(1e-4, 1e-2, 5), 3)


def test_what_is_of_no_use_leaves_the_usual_settings(tab):
    fresh, other = tab(), tab()
    usual = {name: page(fresh, name).save_state() for name in PAGES}
    for spoilt in (None, 7, {"page": "nowhere", "studies": 3}, {"page": ["slice"], "studies": {"sweep": 1}}):
        other.restore_state({**other.session.state(), "column": spoilt})
        assert other.column.study is None
    studies = {
        "sweep": {"knob": ["l2"], "seeds": -1, "grids": {"l2": [1, 0, 3], "l1": "abc"}, "steps": 1e9},
        "restarts": {"count": 1, "first": "x", "steps": True},
        "slice": {"directions": {}, "weights": [3, 3], "seed": -1},
        "sharpness": {"seed": 1.5},
    }
    other.restore_state({**other.session.state(), "column": {"studies": studies}})
    assert {name: page(other, name).save_state() for name in PAGES} == usual


def test_a_study_that_is_started_while_the_run_is_on_its_way_begins_when_it_is_there(context):
    seconds = count()
    session = TrainSession(context.ticker, lambda: float(next(seconds)))  # so slow that all is done in the background
    session.advance(40)
    session.finish()
    session.set_optimizer(replace(session.optimizer, lr=0.125))
    session.advance(20)
    session.finish()
    study = RestartsStudy(session, context.ticker)
    study.set_count(2)
    session._recent.clear()  # as after many other runs
    session.undo()
    session.finish()
    session._recent.clear()
    session.redo()
    assert session.busy
    study.start()
    assert not study.running
    assert study.note == "Begins when the run is back at its step."
    context.ticker.finish()
    assert (study.waiting, study.result is not None) == (False, True)
    assert study.origin.plan[0].optimizer.lr == 0.125
    study.cancel()


def test_networks_of_nothing_but_zeros_are_told_of(context, clock):
    session = TrainSession(context.ticker, clock)
    session.set_net(initializer="zeros")
    assert "one and the same place" in RestartsStudy(session, context.ticker).left_out
    pair = FlatnessStudy(session, context.ticker)
    session.advance(2)
    session.keep_ghost()
    session.set_bias(0, 0, 0.5)
    pair.synchronize()
    assert pair.problem == "All weights of Ghost A are 0, so directions have no length there."
