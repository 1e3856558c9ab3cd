from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.datasets import DATASETS
from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import Trainer


def fresh(**settings) -> Trainer:
    inputs, targets = DATASETS["moons"](n=120, noise=0.2, rng=np.random.default_rng(3))
    settings = {"optimizer": OPTIMIZERS["adam"](lr=0.02), "batch_size": 16, "dropout": 0.2, **settings}
    return Trainer(
        MLP((2, 6, 5, 1)), inputs[:80], targets[:80], "binary_cross_entropy",
        validation=(inputs[80:], targets[80:]), rng=np.random.default_rng(1), **settings,
    )  # fmt: skip


def same(one: Trainer, other: Trainer) -> None:
    assert (one.step, one.epoch, one.best) == (other.step, other.epoch, other.best)
    np.testing.assert_array_equal(one.parameters, other.parameters)
    for name, column in one.history.as_columns().items():
        known = column[one.history.step <= other.step]
        np.testing.assert_array_equal(known, other.history.as_columns()[name], err_msg=name)


@pytest.mark.parametrize("step", [0, 1, 37, 200, 700])
def test_another_trainer_takes_up_at_the_same_step_and_goes_on_to_the_last_bit(step):
    one, other = fresh(), fresh()
    one.advance(step)
    other.resume(one.memo())
    same(one, other)
    one.advance(53)
    other.advance(53)
    same(one, other)


def test_settings_that_changed_on_the_way_and_parameters_moved_by_hand_are_followed():
    one = fresh()
    changes = (
        (40, {"l2": 0.01}),
        (90, {"batch_size": 32, "schedule": SCHEDULES["cosine"]()}),
        (130, {"optimizer": OPTIMIZERS["momentum"](lr=0.05)}),
    )
    for step, given in changes:
        one.seek(step)
        one.set(**given)
    one.seek(160)
    moved = one.parameters
    moved[3] = 1.5
    one.place(moved)
    one.advance(45)
    other = fresh()
    other.resume(one.memo(), changes)
    same(one, other)
    for step in (171, 100, 35, 205, 230):
        one.seek(step)
        other.seek(step)
        assert (one.settings, one.step) == (other.settings, other.step)
        np.testing.assert_array_equal(one.parameters, other.parameters)


def test_a_memo_of_the_past_leaves_out_what_came_later():
    one, other = fresh(), fresh()
    one.advance(300)
    one.seek(120)
    other.resume(one.memo())
    assert other.furthest == 120
    one.seek(300)
    other.advance(180)
    same(one, other)


def test_a_memo_of_another_optimizer_or_network_is_refused():
    one = fresh()
    one.advance(10)
    with pytest.raises(ValueError, match="memory"):
        fresh(optimizer=OPTIMIZERS["gd"](lr=0.1)).resume(one.memo())
    inputs, targets = DATASETS["moons"](n=20, noise=0.2, rng=np.random.default_rng(3))
    with pytest.raises(ValueError, match="parameters"):
        Trainer(MLP((2, 1)), inputs, targets).resume(one.memo())


def test_changes_beyond_the_step_of_the_memo_are_left_out():
    one, other = fresh(), fresh()
    one.advance(20)
    other.resume(one.memo(), ((30, {"l2": 0.5}),))
    same(one, other)
    one.advance(25)
    other.advance(25)
    same(one, other)


def test_wherever_going_on_is_paused_the_memory_is_that_of_the_optimizer_in_force():
    first, change, last = OPTIMIZERS["adam"](lr=0.02), 40, {"optimizer": OPTIMIZERS["momentum"](lr=0.05)}
    one = fresh()
    one.advance(change)
    one.set(**last)
    one.advance(10)
    one.seek(30)
    paused = set()
    for _ in one.pieces(20):
        paused.add(one.step)
        assert one.settings.optimizer == (first if one.step < change else last["optimizer"])
        other = fresh()
        other.resume(one.memo(), ((change, last),))
        np.testing.assert_array_equal(one.parameters, other.parameters)
    assert change in paused


def test_a_change_where_going_on_is_paused_replaces_the_one_planned_there():
    one, other = fresh(), fresh()
    for trainer in (one, other):
        trainer.advance(40)
        trainer.set(optimizer=OPTIMIZERS["momentum"](lr=0.05), l2=0.3)
        trainer.advance(10)
    one.seek(30)
    for _ in one.pieces(20):
        if one.step == 40:
            break
    other.seek(40)
    for trainer in (one, other):
        trainer.set(optimizer=OPTIMIZERS["gd"](lr=0.05))
        trainer.advance(20)
    assert one.settings == other.settings
    same(one, other)


def test_a_change_back_where_a_run_was_taken_up_begins_a_new_memory_each_time_it_is_passed():
    change = {"optimizer": OPTIMIZERS["momentum"](lr=0.05)}
    one, other = fresh(), fresh()
    one.advance(40)
    one.set(**change)
    other.resume(one.memo(), ((40, change),))
    other.set(optimizer=OPTIMIZERS["adam"](lr=0.02))
    assert other.state.count == 0
    other.advance(20)
    there = other.parameters
    other.seek(10)
    for _ in other.pieces(50):
        pass
    np.testing.assert_array_equal(other.parameters, there)
