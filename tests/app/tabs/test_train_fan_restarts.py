"""The restart fan: each member is the training it says it is, loading one gives just that, and nothing is stale."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSlider

from gdsim.app.tabs.train.experiment import Experiment, Net, Setting
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.restarts import MOST, RestartsStudy
from gdsim.app.tabs.train.studies.restarts_page import RestartsPage
from gdsim.app.tabs.train.training import begun
from gdsim.core.datasets import DataSpec
from gdsim.core.fan import Task
from gdsim.core.network import REGULARIZERS
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES

STEPS = 30
SETTING = Setting(0, OPTIMIZERS["adam"](lr=0.02), regularizers=(REGULARIZERS["l2"](strength=1e-3),))
MOONS = Experiment(DataSpec("moons", n=60, noise=0.2, validation_share=0.3), net=Net(hidden=(4,)), plan=(SETTING,))
CURVE = Experiment(
    DataSpec("sine", n=40, noise=0.2, validation_share=0.3), net=Net(("x",), (5,), loss="mse"), plan=(SETTING,)
)
UNHELD = replace(MOONS, spec=replace(MOONS.spec, validation_share=0.0))
RAGGED = replace(
    MOONS,
    plan=(
        replace(
            SETTING, batch_size=16, schedule=SCHEDULES["exponential"](gamma=0.95),
            regularizers=(REGULARIZERS["l1"](strength=1e-3), REGULARIZERS["dropout"](rate=0.3)),
        ),
    ),
)  # fmt: skip


@pytest.fixture
def session(ticker, clock) -> TrainSession:
    return TrainSession(ticker, clock=clock)


@pytest.fixture
def study(session, ticker) -> RestartsStudy:
    study = RestartsStudy(session, ticker)
    study.set_count(5)
    study.set_steps(STEPS)
    study.set_double(True)
    return study


def show(session: TrainSession, experiment: Experiment) -> None:
    session.train_anew(experiment, 1)
    session.finish()


def run(study: RestartsStudy) -> None:
    study.start()
    study._ticker.finish()
    assert not study.problem
    assert study.complete


def single(experiment: Experiment, seed: int, steps: int = STEPS) -> np.ndarray:
    """The parameters of one network trained by itself."""
    trainer = begun(replace(experiment, net=replace(experiment.net, seed=seed))).trainer
    trainer.advance(steps)
    return trainer.parameters


@pytest.mark.parametrize("experiment", [MOONS, CURVE, UNHELD, RAGGED], ids=["moons", "curve", "unheld", "ragged"])
def test_each_member_is_a_training_of_its_own(session, study, experiment):
    show(session, experiment)
    study.set_first(3)
    run(study)
    fan = study.result.fan
    assert fan.seeds == (3, 4, 5, 6, 7)
    for row, seed in enumerate(fan.seeds):
        np.testing.assert_allclose(fan.trained.parameters[row], single(experiment, seed), rtol=0, atol=1e-11)


@pytest.mark.parametrize("experiment", [MOONS, CURVE, RAGGED], ids=["moons", "curve", "ragged"])
def test_loading_a_member_makes_it_the_run_and_is_undone_as_one(session, study, experiment):
    show(session, experiment)
    session.advance(9)
    session.finish()
    before, step = session.trainer.parameters, session.index
    run(study)
    row = study.result.fan.best
    study.load(row)
    session.finish()
    assert session.index == STEPS
    assert session.experiment.net.seed == study.result.fan.seeds[row]
    np.testing.assert_allclose(
        session.trainer.parameters, study.result.fan.trained.parameters[row], rtol=0, atol=1e-11
    )  # fmt: skip
    assert session.trainer.loss == pytest.approx(study.result.fan.final_losses[row], abs=1e-11)
    assert study.loaded() == row
    assert not study.differences
    session.undo()
    session.finish()
    assert session.index == step
    np.testing.assert_array_equal(session.trainer.parameters, before)


def test_single_precision_is_the_same_to_its_digits_and_another_condition(session, study):
    show(session, MOONS)
    run(study)
    double = study.result.fan
    study.set_double(False)
    assert study.differences == ("precision",)
    run(study)
    single = study.result.fan
    np.testing.assert_allclose(single.final_losses, double.final_losses, rtol=1e-4)
    assert not np.array_equal(single.final_losses, double.final_losses)


def test_what_is_loaded_from_single_precision_is_what_was_clicked(session, study):
    show(session, MOONS)
    study.set_double(False)
    run(study)
    said: list[str] = []
    session.announced.connect(said.append)
    fan = study.result.fan
    study.load(2)
    session.finish()
    assert session.index == STEPS
    np.testing.assert_array_equal(session.trainer.parameters, fan.trained.parameters[2])
    assert session.trainer.loss == fan.final_losses[2]
    assert study.loaded() == 2
    assert not any("rounding" in text for text in said)
    before = session.trainer.parameters
    session.advance(1)
    session.back()
    session.finish()
    np.testing.assert_array_equal(session.trainer.parameters, before)
    session.undo()
    session.finish()
    assert session.index == 1
    session.redo()
    session.finish()
    np.testing.assert_array_equal(session.trainer.parameters, before)


def test_a_start_that_rounding_leads_elsewhere_is_told(session, study):
    show(session, MOONS)
    said: list[str] = []
    session.announced.connect(said.append)
    other = single(MOONS, 5, 400)
    session.train_anew(replace(MOONS, net=replace(MOONS.net, seed=4)), STEPS, other)
    session.finish()
    np.testing.assert_array_equal(session.trainer.parameters, other)
    assert "rounding alone led it elsewhere" in said[-1]


def test_a_run_with_live_changes_and_early_stopping_is_loaded_as_the_fan_trained_it(session, study):
    show(session, MOONS)
    session.advance(10)
    session.set_optimizer(replace(session.optimizer, lr=0.1))
    session.set_regularizer(REGULARIZERS["early_stopping"](patience=1))
    session.finish()
    assert "Early stopping" in study.left_out
    run(study)
    study.load(1)
    session.finish()
    assert session.index == STEPS
    assert session.optimizer.lr == 0.1
    np.testing.assert_allclose(
        session.trainer.parameters, study.result.fan.trained.parameters[1], rtol=0, atol=1e-11
    )  # fmt: skip


def test_the_sentence_is_modest_and_true(session, study):
    show(session, MOONS)
    run(study)
    validation = [begun(replace(MOONS, net=replace(MOONS.net, seed=seed))).trainer for seed in range(5)]
    for trainer in validation:
        trainer.advance(STEPS)
    losses = [trainer.validation_loss for trainer in validation]
    lowest = int(np.argmin(losses))
    assert study.sentence == (
        f"5 starts ended between {min(losses):.3g} and {max(losses):.3g} on validation points; the lowest so far is "
        f"seed {lowest}; there may be lower ones."
    )


def test_without_validation_points_training_losses_rank_and_it_is_said(session, study):
    show(session, UNHELD)
    run(study)
    assert "training points, since none are held out" in study.sentence
    ranked = study.result.fan.final_losses[list(study.result.fan.ranking)]
    assert (np.diff(ranked) >= 0).all()


def test_divergence_is_told_and_never_ranked_best(session, study):
    show(session, replace(CURVE, plan=(Setting(0, OPTIMIZERS["gd"](lr=1e3)),)))
    run(study)
    assert "All 5 starts diverged" in study.sentence
    assert {study.result.role(row) for row in range(5)} == {"diverged"}


def test_progress_is_pulled_and_cancel_keeps_what_was_found(session, study, ticker, clock):
    show(session, MOONS)
    study.set_steps(5000)
    clock.pace = 0.001  # so that a tick is over after some pulls
    study.start()
    shares = []
    for _ in range(12):
        ticker.tick()
        shares.append(study.done)
    assert study.running
    assert shares == sorted(shares)
    assert 0.0 < shares[-1] < 1.0
    study.stop_here()
    clock.pace = 0.0
    assert not study.running
    ticker.tick()
    assert study.done == shares[-1]
    fan = study.result.fan
    assert {step for step, _ in study.result.drawn} == {fan.trained.steps[-1]}, "all are drawn as they stand"
    answers = session.scene.thumb_probe.ask(fan.trained.parameters[0]).output[:, 0]
    np.testing.assert_allclose(study.result.fits[0][..., 0], session.scene.shaped(answers), rtol=0, atol=1e-6)
    assert study.note == f"Cancelled at {100 * shares[-1]:.0f} %: this is what had been found."
    assert not ticker.active


def test_a_result_is_marked_out_of_date_by_what_changed_and_fresh_again_when_it_is_undone(session, study):
    show(session, MOONS)
    run(study)
    assert study.note == ""
    session.advance(20)
    session.set_weight_seed(11)
    session.finish()
    assert study.note == ""  # neither more steps nor another seed of the run matters to the fan
    for change, name in (
        (lambda: session.set_optimizer(replace(session.optimizer, lr=0.5)), "optimizer"),
        (lambda: session.set_hidden((3,)), "network"),
        (lambda: session.set_data_seed(5), "data"),
        (lambda: session.set_regularizer(REGULARIZERS["l1"](strength=0.1)), "regularization"),
        (lambda: session.set_batch_size(8), "batch size"),
    ):
        change()
        session.finish()
        assert study.note == f"Out of date: made with other settings ({name})."
        session.undo()
        session.finish()
        assert study.note == ""
    study.set_count(4)
    assert study.differences == ("number of starts",)


def test_an_outdated_fan_still_loads_what_it_shows(session, study):
    show(session, MOONS)
    run(study)
    session.set_hidden((7, 2))
    session.finish()
    assert study.differences == ("network",)
    study.load(2)
    session.finish()
    assert session.experiment.net.hidden == (4,)
    np.testing.assert_allclose(
        session.trainer.parameters, study.result.fan.trained.parameters[2], rtol=0, atol=1e-11
    )  # fmt: skip


def test_the_same_again_gives_the_same(session, study):
    show(session, RAGGED)
    run(study)
    first = study.result.fan.trained.parameters
    run(study)
    np.testing.assert_array_equal(study.result.fan.trained.parameters, first)


def test_the_table_has_a_line_for_each_start_the_best_first(session, study):
    show(session, MOONS)
    assert study.table() is None
    run(study)
    rows = list(csv.DictReader(io.StringIO(study.table().csv())))
    fan = study.result.fan
    assert [int(row["seed"]) for row in rows] == [fan.seeds[row] for row in fan.ranking]
    losses = [float(row["validation_loss"]) for row in rows]
    assert losses == sorted(losses)
    assert [row["role"] for row in rows] == ["best", "", "median", "", "worst"]


def test_fits_are_what_the_loaded_run_draws(session, study):
    show(session, MOONS)
    run(study)
    study.load(3)
    session.finish()
    answers = session.scene.thumb_probe.ask(session.trainer.parameters).output[:, 0]
    np.testing.assert_allclose(study.result.fits[3][..., 0], session.scene.shaped(answers), rtol=0, atol=1e-10)


# The page


@pytest.fixture
def page(context, session, shown):
    show(session, MOONS)
    page = RestartsPage(context, session)
    page.study.set_count(6)
    page.study.set_steps(STEPS)
    page.opened(True)
    shown(page.picture, 380, 260)
    shown(page, 276, 900)
    page.synchronize()
    yield page
    page.stop()


def finished(page) -> None:
    QTest.mouseClick(page.run_button, Qt.MouseButton.LeftButton)
    page.context.ticker.finish()


def test_the_page_says_what_would_be_there_runs_and_draws(page):
    assert page.picture.empty.isVisible()
    assert "Train all" in page.picture.empty.text()
    assert not page.body.isVisible()
    assert page.pictures() == ()
    finished(page)
    assert page.body.isVisible()
    assert page.sentence.text() == page.study.sentence
    assert page.run_button.text() == "Train all again"
    fan = page.study.result.fan
    tiles = page.picture.tiles.picture.tiles
    assert [tile.title for tile in tiles] == [f"seed {fan.seeds[row]}" for row in fan.ranking]
    assert (tiles[0].role, tiles[2].role, tiles[-1].role) == ("best", "median", "worst")
    assert all(tile.values is not None for tile in tiles)
    assert page.ends.picture.counts.sum(axis=1).tolist() == [6.0, 6.0]
    assert dict(page.fan.picture.strong) == {"best": fan.best, "median": fan.median, "worst": fan.worst}
    assert {picture.name for picture in page.pictures()} == {"restarts-losses", "restarts-ends", "restarts-fits"}
    for picture in page.pictures():
        assert len(picture.png()) > 1000
        assert b"<svg" in picture.svg()
    assert len(page.table().rows) == 6


def test_the_validation_box_chooses_which_losses_are_drawn(page):
    finished(page)
    trained = page.study.result.fan.trained
    np.testing.assert_array_equal(page.fan.picture.losses, trained.validation_losses)
    page.validation.click()
    np.testing.assert_array_equal(page.fan.picture.losses, trained.losses)
    assert page.fan.picture.colour == "training"


def test_return_on_a_fit_loads_it(page, session):
    finished(page)
    tiles = page.picture.tiles
    tiles.setCurrentIndex(tiles.model().index(4, 0))
    QTest.keyClick(tiles, Qt.Key.Key_Return)
    session.finish()
    fan = page.study.result.fan
    assert session.experiment.net.seed == fan.seeds[fan.ranking[4]]
    assert session.index == STEPS
    page.synchronize()
    assert tiles.chosen == 4


def test_a_click_on_a_fit_loads_it(page, session):
    finished(page)
    tiles = page.picture.tiles
    place = tiles.visualRect(tiles.model().index(1, 0)).center()
    QTest.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=place)
    session.finish()
    fan = page.study.result.fan
    assert session.experiment.net.seed == fan.seeds[fan.ranking[1]]


def test_pointing_at_a_fit_says_its_numbers_and_lights_its_curve(page):
    finished(page)
    fan = page.study.result.fan
    page.picture.tiles.pointed.emit(5)
    assert page.pointed.text().startswith(f"Seed {fan.seeds[fan.worst]}, the worst: training loss 0.")
    assert page.fan.picture.lit == fan.worst
    assert page.ends.picture.mark[1] == fan.final_validation_losses[fan.worst]
    page.picture.tiles.pointed.emit(-1)
    assert page.fan.picture.lit is None
    assert math.isnan(page.ends.picture.mark[0])


def test_the_page_marks_an_outdated_result_and_keeps_it(page, session):
    finished(page)
    session.set_optimizer(replace(session.optimizer, lr=0.3))
    page.synchronize()
    assert page.note.isVisible()
    assert "optimizer" in page.note.text
    assert page.body.isVisible()
    session.undo()
    page.synchronize()
    assert not page.note.isVisible()


def test_steps_follow_the_run_until_they_are_typed(page, session):
    page.as_run.click()
    session.advance(40)
    session.finish()
    page.stepped()
    assert page.study.steps == session.count
    assert page.steps.edit.text() == str(session.count)
    page.steps.edit.setFocus()
    page.steps.edit.selectAll()
    QTest.keyClicks(page.steps.edit, "77")
    QTest.keyClick(page.steps.edit, Qt.Key.Key_Return)
    assert page.study.steps == 77
    assert not page.as_run.isChecked()


def test_slider_and_field_are_one_number(page):
    page.slider.take(40.0)
    assert page.study.count == 40
    assert page.count.edit.text() == "40"
    page.slider.track.setFocus()
    QTest.keyClick(page.slider.track, Qt.Key.Key_End)
    assert page.study.count == MOST


def test_every_control_has_a_name(page):
    finished(page)
    for kind in (QAbstractButton, QLineEdit, QSlider):
        for widget in page.findChildren(kind):
            named = widget.accessibleName() or widget.parent().accessibleName()
            assert named or not widget.isVisible(), widget
    assert page.picture.tiles.accessibleName()
    assert page.fan.accessibleName()
    assert page.ends.accessibleName()


def test_a_closed_page_stops_working(page, ticker, clock):
    page.study.set_steps(5000)
    clock.pace = 0.001
    page.study.start()
    ticker.tick()
    assert page.study.running
    page.stop()
    clock.pace = 0.0
    assert not page.study.running


def test_each_fit_has_the_loss_of_the_step_it_is_of(session, study):
    """While all train only some fits are drawn anew, so that their losses are not the newest ones."""
    show(session, MOONS)
    study.set_count(6)
    behind = 0
    task = Task.of(session.trainer, session.experiment.net.initializer)
    for found in study.work(task, session.scene, STEPS):
        steps = found.fan.trained.steps.tolist()
        for row, (step, loss) in enumerate(found.drawn):
            assert (found.fits[row] is None) == (step < 0)
            if step >= 0:
                np.testing.assert_equal(loss, found.fan.trained.validation_losses[row, steps.index(step)])
                behind += step < steps[-1]
    assert behind
    assert {step for step, _ in found.drawn} == {STEPS}
