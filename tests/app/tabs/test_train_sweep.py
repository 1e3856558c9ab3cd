"""Sweeps: the best value is that of brute force, loading gives the fit shown, and taking a value over is one step."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdsim.app.tabs.train.experiment import Experiment, Net, Setting
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.sweep import SweepStudy
from gdsim.app.tabs.train.studies.sweep_knobs import KNOBS, Grid, usual_grid, value_now, with_strength, with_value
from gdsim.app.tabs.train.studies.sweep_page import SweepPage
from gdsim.app.tabs.train.training import begun
from gdsim.core.datasets import DataSpec
from gdsim.core.fan import Knob
from gdsim.core.network import REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS
from tests.app.gestures import click

STEPS = 60
SETTING = Setting(0, OPTIMIZERS["adam"](lr=0.05))
FEW = Experiment(
    DataSpec("sine", n=30, noise=0.3, validation_share=0.5), net=Net(("x",), (12,), loss="mse"), plan=(SETTING,)
)
GRIDS = {
    Knob.L2: Grid(1e-3, 1.0, 4), Knob.L1: Grid(1e-3, 0.1, 3), Knob.WEIGHT_DECAY: Grid(0.1, 10.0, 3),
    Knob.DROPOUT: Grid(0.1, 0.5, 3), Knob.LEARNING_RATE: Grid(0.001, 0.1, 3), Knob.WIDTH: Grid(1, 8, 3),
    Knob.POINTS: Grid(4, 15, 3),
}  # fmt: skip


@pytest.fixture
def session(ticker, clock) -> TrainSession:
    session = TrainSession(ticker, clock=clock)
    session.train_anew(FEW, 5)
    session.finish()
    return session


@pytest.fixture
def study(session, ticker) -> SweepStudy:
    study = SweepStudy(session, ticker)
    study.set_seeds(2)
    study.set_steps(STEPS)
    return study


def run(study: SweepStudy, knob: Knob) -> None:
    study.set_knob(knob.value)
    study.set_grid(GRIDS[knob])
    study.start()
    study._ticker.finish()
    assert not study.problem
    assert study.complete


@pytest.mark.parametrize("knob", list(Knob))
def test_each_point_is_a_training_of_its_own_and_the_best_is_that_of_brute_force(study, knob):
    run(study, knob)
    found = study.result.sweep
    assert study.sentence
    means = []
    for i, value in enumerate(found.values):
        losses = []
        for j, seed in enumerate(found.seeds):
            experiment = with_value(FEW, knob, value)
            trainer = begun(replace(experiment, net=replace(experiment.net, seed=seed))).trainer
            trainer.advance(STEPS)
            losses.append(trainer.validation_loss)
            np.testing.assert_allclose(found.parameters[i][j], trainer.parameters, rtol=0, atol=1e-10)
            assert found.losses[i, j] == pytest.approx(trainer.loss, abs=1e-10)
            weights = trainer.parameters[trainer.network.weight_mask]
            assert found.weight_norms[i, j] == pytest.approx(float(np.sqrt(weights @ weights)), abs=1e-9)
        means.append(np.mean(losses))
    assert found.best == int(np.argmin(means))
    assert study.chosen == found.best
    assert found.mean(found.validation_losses) == pytest.approx(means, abs=1e-10)


@pytest.mark.parametrize("knob", list(Knob))
def test_loading_a_value_gives_the_network_whose_fit_is_shown_and_is_undone_as_one(session, study, knob):
    run(study, knob)
    before = session.trainer.parameters
    study.load(1)
    session.finish()
    shown = study.result.shown[1]
    assert session.index == STEPS
    np.testing.assert_allclose(
        session.trainer.parameters, study.result.sweep.parameters[1][shown], rtol=0, atol=1e-10
    )  # fmt: skip
    losses = study.result.sweep.validation_losses[1]
    assert losses[shown] == sorted(losses)[0]  # of two the lower is the median
    session.undo()
    session.finish()
    assert session.index == 5
    np.testing.assert_array_equal(session.trainer.parameters, before)


@pytest.mark.parametrize("knob", [Knob.L1, Knob.L2, Knob.WEIGHT_DECAY, Knob.DROPOUT, Knob.LEARNING_RATE])
def test_a_live_value_is_used_from_the_next_step_without_a_reset(session, study, knob):
    run(study, knob)
    study.choose(len(study.result.sweep.values) - 1)
    assert study.can_use
    before = session.trainer.parameters
    study.use(study.chosen)
    assert session.index == 5
    np.testing.assert_array_equal(session.trainer.parameters, before)
    assert value_now(knob, session.experiment, session.setting) == study.result.sweep.values[-1]
    assert not study.can_use
    assert study.note == ""  # the sweep has values of its own for the knob it turns
    session.undo()
    assert value_now(knob, session.experiment, session.setting) == value_now(knob, FEW, SETTING)


@pytest.mark.parametrize("knob", [Knob.WIDTH, Knob.POINTS])
def test_width_and_amount_of_data_begin_anew_and_say_so(session, study, knob):
    run(study, knob)
    said = []
    session.announced.connect(said.append)
    study.use(0)
    session.finish()
    assert session.index == 0
    assert len(said) == 1
    assert "stays as the ghost" in said[0]
    assert value_now(knob, session.experiment, session.setting) == study.result.sweep.values[0]
    assert session.data.validation.sum() == FEW.data.validation.sum()


def test_none_at_all_takes_a_regularizer_off(session, study):
    session.set_regularizer(REGULARIZERS["l2"](strength=0.1))
    run(study, Knob.L2)
    assert study.result.sweep.values[0] == 0.0
    study.use(0)
    assert session.setting.regularizers == ()


@pytest.mark.parametrize("knob", [Knob.L1, Knob.L2])
@pytest.mark.parametrize("value", [0.0, 0.25])
def test_an_elastic_net_is_parted_and_its_other_part_stays(knob, value):
    elastic = REGULARIZERS["elastic"](strength=0.3, share=0.2)
    setting = replace(SETTING, regularizers=(elastic, REGULARIZERS["dropout"](rate=0.1)))
    changed = replace(setting, regularizers=with_strength(setting, knob, value))
    expected = {**setting.held_back, knob.value: value}
    assert changed.held_back == expected


def test_grids_are_rounded_each_value_once_and_none_comes_first():
    assert KNOBS["l2"].values(Grid(1e-3, 1e-1, 3)) == (0.0, 0.001, 0.01, 0.1)
    assert KNOBS["l1"].values(Grid(0.01234, 0.1, 3)) == (0.0, 0.01234, 0.035, 0.1)
    assert KNOBS["lr"].values(Grid(1e-2, 1.0, 3)) == (0.01, 0.1, 1.0)
    assert KNOBS["dropout"].values(Grid(0.2, 0.6, 3)) == (0.0, 0.2, 0.4, 0.6)
    assert KNOBS["width"].values(Grid(1, 4, 10)) == (1.0, 2.0, 3.0, 4.0)
    with pytest.raises(ValueError, match="below the highest"):
        KNOBS["l1"].values(Grid(0.1, 0.1, 3))
    assert usual_grid(KNOBS["points"], FEW).high == len(FEW.data.training_set)


def test_the_sentence_says_how_much_better_than_none(study):
    run(study, Knob.L2)
    found = study.result.sweep
    means = found.mean(found.validation_losses)
    if found.best == 0:
        assert "did better than none" in study.sentence
    else:
        share = 100 * (means[0] / means[found.best] - 1)
        assert (f", {share:.0f} % more" if share >= 1 else ", less than 1 % more") in study.sentence
    assert "From seed to seed it differs by ±" in study.sentence


def test_what_cannot_be_swept_is_said_in_a_sentence(session, study):
    session.set_hidden(())
    study.set_knob("width")
    study.start()
    assert study.problem == "The network has no hidden layer whose width could be changed."
    study.set_knob("dropout")
    study.start()
    assert study.problem == "The network has no hidden units to switch off."
    assert not study.running


def test_a_sweep_is_marked_out_of_date_but_not_by_its_own_knob(session, study):
    run(study, Knob.L2)
    session.set_regularizer(REGULARIZERS["l2"](strength=0.5))
    assert study.note == ""
    session.set_regularizer(REGULARIZERS["l1"](strength=0.5))
    assert study.differences == ("regularization",)
    session.undo()
    assert study.note == ""
    study.set_knob("l1")
    assert study.differences == ("knob",)
    study.set_knob("l2")
    study.set_seeds(3)
    assert study.differences == ("number of seeds",)


def test_cancel_keeps_what_was_found(study, ticker, clock):
    study.set_knob("width")
    study.set_grid(GRIDS[Knob.WIDTH])
    study.set_steps(5000)
    clock.pace = 0.001
    study.start()
    for _ in range(8):
        ticker.tick()
    assert study.running
    assert 0.0 < study.done < 1.0
    study.cancel()
    clock.pace = 0.0
    ticker.tick()
    assert not ticker.active
    assert study.note.startswith("Cancelled at ")
    assert study.result.known


def test_the_table_has_a_line_for_each_network(study):
    run(study, Knob.L1)
    rows = list(csv.DictReader(io.StringIO(study.table().csv())))
    found = study.result.sweep
    assert len(rows) == found.losses.size
    assert [float(row["l1"]) for row in rows] == np.repeat(found.values, 2).tolist()
    assert [float(row["validation_loss"]) for row in rows] == found.validation_losses.ravel().tolist()


# The page


@pytest.fixture
def page(context, session, shown):
    page = SweepPage(context, session)
    page.study.set_seeds(2)
    page.study.set_steps(STEPS)
    page.study.set_grid(GRIDS[Knob.L2])
    page.opened(True)
    shown(page.picture, 380, 260)
    shown(page, 276, 1000)
    page.synchronize()
    yield page
    page.stop()


def finished(page) -> None:
    QTest.mouseClick(page.run_button, Qt.MouseButton.LeftButton)
    page.context.ticker.finish()


def test_the_page_draws_the_sweep_and_its_fits(page):
    finished(page)
    found = page.study.result.sweep
    training, validation = page.losses.picture.lines
    np.testing.assert_array_equal(training.mean, found.losses.mean(axis=1))
    np.testing.assert_array_equal(validation.spread, found.validation_losses.std(axis=1))
    assert validation.lowest == found.best
    assert training.lowest is None
    np.testing.assert_array_equal(page.norms.picture.lines[0].mean, found.weight_norms.mean(axis=1))
    tiles = page.picture.tiles.picture.tiles
    assert len(tiles) == len(found.values)
    assert [tile.role for tile in tiles].index("best") == found.best
    assert page.sentence.text() == page.study.sentence
    for picture in page.pictures():
        assert len(picture.png()) > 1000
    assert page.table().rows


def test_a_click_in_the_chart_and_the_arrows_choose_a_value(page):
    finished(page)
    plot = page.losses
    x = plot.picture.places(plot.picture.values)
    click(plot, float(x[1]), 0.5 * sum(plot.view_box.viewRange()[1]))
    assert page.study.chosen == 1
    assert page.picture.tiles.chosen == 1
    assert page.chosen.text().startswith("L2 = 0.001, training loss")
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert page.study.chosen == 2
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert page.study.chosen == 0


def test_the_buttons_load_and_use_the_chosen_value(page, session):
    finished(page)
    page.picture.tiles.picked.emit(3)
    page.use_button.click()
    page.synchronize()
    assert session.setting.held_back["l2"] == page.study.result.sweep.values[3]
    assert not page.use_button.isEnabled()
    assert page.losses.picture.now == page.study.result.sweep.values[3]
    page.picture.tiles.picked.emit(1)
    page.load_button.click()
    session.finish()
    assert session.index == STEPS
    assert session.setting.held_back["l2"] == page.study.result.sweep.values[1]


def test_ends_in_disorder_are_refused_where_they_are_typed(page):
    page.high.edit.setFocus()
    page.high.edit.selectAll()
    QTest.keyClicks(page.high.edit, "0.0001")
    QTest.keyClick(page.high.edit, Qt.Key.Key_Return)
    assert page.high.problem.text() == "The highest value has to be above the lowest."
    assert page.study.grid == GRIDS[Knob.L2]


def test_each_knob_has_its_own_grid(page):
    page.knob.chosen.emit("dropout")
    assert page.low.value() == KNOBS["dropout"].usual.low
    assert "equal steps" in page.grid_words.text()
    page.knob.chosen.emit("l2")
    assert page.low.value() == GRIDS[Knob.L2].low
    assert math.isclose(page.high.value(), GRIDS[Knob.L2].high)
