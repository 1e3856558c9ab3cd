"""The same run again, to the last bit: split, taken back, sought, with settings changed on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.checkpoints import Checkpoint, Checkpoints

TRAINABLE = [key for key in OPTIMIZERS if "objective" not in OPTIMIZERS[key].needs]
VARIED = {"dropout": 0.2, "batch_size": 7, "l1": 1e-3, "l2": 1e-3, "weight_decay": 0.01}


def data(n=30):
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1.0, 1.0, (n, 2))
    return inputs, np.sin(3.0 * inputs[:, :1])


def trainer(seed=1, validated=False, n=30, sizes=(2, 4, 3, 1), **settings):
    inputs, targets = data(n)
    validation = data(12) if validated else None
    return Trainer(
        MLP(sizes), inputs, targets, validation=validation, rng=np.random.default_rng(seed),
        **{"optimizer": OPTIMIZERS["adam"](lr=0.01), **settings},
    )  # fmt: skip


def same(a, b):
    leaves = zip(
        np.hstack([np.ravel(x) for x in a.state] or [0]), np.hstack([np.ravel(x) for x in b.state] or [0]), strict=True
    )
    return a.step == b.step and np.array_equal(a.parameters, b.parameters) and all(x == y for x, y in leaves)


@pytest.mark.parametrize("key", TRAINABLE)
@pytest.mark.parametrize("settings", [{}, VARIED], ids=["plain", "varied"])
def test_a_hundred_steps_are_37_and_63_and_can_be_taken_back(key, settings):
    whole, split = (trainer(optimizer=OPTIMIZERS[key](lr=0.01), **settings) for _ in range(2))
    whole.advance(100)
    split.advance(37)
    early = split.parameters
    split.advance(63)
    assert same(whole, split)
    split.back(63)
    assert split.step == 37
    assert np.array_equal(split.parameters, early)
    split.seek(100)
    assert same(whole, split)


def test_another_seed_is_another_run():
    first, second = trainer(seed=1), trainer(seed=2)
    assert not np.array_equal(first.parameters, second.parameters)


def test_given_parameters_leave_batches_and_masks_as_they_were():
    drawn = trainer(**VARIED)
    given_again = trainer(parameters=drawn.parameters, **VARIED)
    drawn.advance(30)
    given_again.advance(30)
    assert same(drawn, given_again)


@given(st.lists(st.integers(0, 90), max_size=6), st.sampled_from([{}, VARIED, {"patience": 10**6}]))
@settings(max_examples=25, deadline=None)
def test_wherever_one_has_been_in_between(stops, chosen):
    wandering = trainer(validated=True, **chosen)
    for stop in stops:
        wandering.seek(stop)
        assert wandering.step == stop
    wandering.seek(90)
    straight = trainer(validated=True, **chosen)
    straight.advance(90)
    assert same(wandering, straight)
    assert wandering.history.as_columns().keys() == straight.history.as_columns().keys()
    for name, column in straight.history.as_columns().items():
        assert np.array_equal(wandering.history.as_columns()[name], column), name


def test_settings_hold_from_the_next_step_and_are_replayed():
    changes = [
        (20, {"l2": 0.01}), (30, {"optimizer": OPTIMIZERS["adam"](lr=0.03, beta1=0.5)}), (41, {"batch_size": 8}),
        (55, {"dropout": 0.3}), (70, {"optimizer": OPTIMIZERS["rmsprop"](lr=0.01)}),
        (80, {"schedule": SCHEDULES["exponential"]()}), (85, {"batch_size": None, "dropout": 0.0}),
    ]  # fmt: skip
    subject, seen = trainer(), {}
    for step, change in changes:
        subject.seek(step)
        subject.set(**change)
        assert subject.step == step
    subject.seek(150)
    for step in range(150, -1, -7):
        subject.seek(step)
        seen[step] = subject.parameters
    again = trainer()
    for step, change in changes:
        again.advance(step - again.step)
        again.set(**change)
    for step in sorted(seen):
        if step >= 85:
            again.advance(step - again.step)
            assert np.array_equal(again.parameters, seen[step])
    subject.seek(25)
    assert subject.settings.l2 == 0.01
    subject.seek(10)
    assert subject.settings.l2 == 0.0


def test_memory_survives_a_change_of_numbers_and_not_of_kind():
    subject = trainer()
    subject.advance(10)
    before = subject.state
    subject.set(optimizer=OPTIMIZERS["adam"](lr=0.5, beta1=0.3))
    assert subject.state.count == before.count == 10.0
    assert np.array_equal(subject.state.first_moment, before.first_moment)
    subject.set(optimizer=OPTIMIZERS["momentum"](lr=0.1))
    assert not subject.state.velocity.any()
    subject.set(optimizer=OPTIMIZERS["adam"](lr=0.5, beta1=0.3))  # before any step: as if nothing had been
    assert np.array_equal(subject.state.first_moment, before.first_moment)


def test_the_strength_of_a_penalty_acts_on_the_very_next_step():
    plain, pulled = trainer(optimizer=OPTIMIZERS["gd"](lr=0.1)), trainer(optimizer=OPTIMIZERS["gd"](lr=0.1))
    for subject in (plain, pulled):
        subject.advance(5)
    p, weights = plain.parameters, plain.network.weight_mask
    pulled.set(l2=0.4)
    assert pulled.penalty == pytest.approx(0.2 * (p[weights] ** 2).sum())
    plain.advance()
    pulled.advance()
    np.testing.assert_allclose(pulled.parameters, plain.parameters - 0.1 * 0.4 * weights * p, atol=1e-15)


def test_a_change_in_the_past_forgets_what_was_beyond():
    subject = trainer(validated=True)
    subject.advance(60)
    subject.seek(20)
    assert subject.furthest == 60
    assert subject.history.step[-1] == 60
    subject.set(l2=0.1)
    assert subject.furthest == 20
    assert subject.history.step[-1] == 20
    subject.advance(40)
    straight = trainer(validated=True)
    straight.advance(20)
    straight.set(l2=0.1)
    straight.advance(40)
    assert same(subject, straight)


def test_parameters_can_be_put_in_place():
    subject = trainer()
    subject.advance(10)
    moved = subject.parameters
    moved[3] += 1.0
    subject.place(moved)
    assert np.array_equal(subject.parameters, moved)
    assert subject.state.count == 0.0
    subject.set(l2=0.01)  # at the same step: the place stays
    assert np.array_equal(subject.parameters, moved)
    subject.advance(80)
    end = subject.parameters
    subject.seek(4)
    subject.seek(10)
    assert np.array_equal(subject.parameters, moved)
    subject.seek(90)
    assert np.array_equal(subject.parameters, end)


def test_weights_moved_before_the_first_step():
    subject = trainer()
    subject.place(np.full(subject.network.parameter_count, 0.25))
    subject.advance(3)
    subject.back(3)
    assert np.all(subject.parameters == 0.25)


def test_a_change_between_two_pulls_of_a_large_step():
    def large():
        return trainer(n=3000, sizes=(2, 32, 32, 1))

    changed, straight = large(), large()
    work = changed.pieces(4)
    for _ in range(9):
        next(work)
    at = changed.step
    changed.set(l2=0.1)
    for _ in work:
        pass
    straight.advance(at)
    straight.set(l2=0.1)
    straight.advance(4 - at)
    assert same(changed, straight)


def test_large_steps_can_be_taken_back():
    subject, straight = (
        trainer(n=3000, sizes=(2, 32, 32, 1), validated=True, **VARIED | {"batch_size": 1600}) for _ in "ab"
    )
    assert subject._timeline.engine.blocked
    straight.advance(12)
    subject.seek(9)
    subject.back(5)
    subject.seek(12)
    assert same(subject, straight)
    for name, column in straight.history.as_columns().items():
        assert np.array_equal(subject.history.as_columns()[name], column), name


@pytest.mark.parametrize("large", [False, True])
def test_two_pulls_of_the_same_trainer_do_not_disturb_each_other(large):
    shape = {"n": 3000, "sizes": (2, 32, 32, 1)} if large else {}
    subject, straight = trainer(**shape), trainer(**shape)
    first, second = subject.pieces(6), subject.pieces(4)
    for _ in range(5):
        next(first, None)
        next(second, None)
        subject.advance(1)
    straight.advance(subject.step)
    assert same(subject, straight)
    assert np.array_equal(subject.history.step, np.arange(subject.step + 1))


def test_memory_is_replayed_across_a_change_of_numbers():
    """The count of updates, which Adam's correction needs, goes on from segment to segment in a replay too."""
    subject = trainer()
    subject.advance(3)
    subject.set(optimizer=OPTIMIZERS["adam"](lr=0.02))
    subject.advance(4)
    end = subject.state
    subject.seek(0)
    subject.seek(7)
    assert subject.state.count == end.count == 7.0
    assert np.array_equal(subject.state.first_moment, end.first_moment)


def test_seeking_a_step_where_weights_were_moved_shows_them_moved():
    subject = trainer()
    subject.advance(10)
    subject.place(np.zeros(subject.network.parameter_count))
    subject.advance(5)
    for start in (0, 12, 15):
        subject.seek(start)
        subject.seek(10)
        assert not subject.parameters.any()


def test_seeking_can_be_given_up():
    subject, straight = trainer(), trainer()
    subject.advance(400)
    search = subject.seeking(130)
    next(search)
    search.close()
    straight.seek(subject.step)
    assert same(subject, straight)


def test_checkpoints_are_thinned_but_for_the_first_and_the_newest():
    kept = Checkpoints(bytes_each=1 << 20)
    for step in range(1000):
        kept.add(Checkpoint(step, np.zeros(1), ()))
    assert len(kept) <= 128
    assert 0 in kept
    assert all(step in kept for step in range(940, 1000))
    assert max(step - kept.before(step).step for step in range(1000)) <= 80


def test_epochs_go_on_from_a_new_batch_size():
    subject = trainer(batch_size=10)
    subject.advance(4)
    assert (subject.epoch, subject.epoch_steps, subject.steps_to_epoch) == (pytest.approx(4 / 3), 3, 2)
    subject.set(batch_size=15)
    assert subject.epoch == pytest.approx(4 / 3)
    assert subject.steps_to_epoch == 2
    subject.advance(2)
    assert subject.epoch == pytest.approx(7 / 3)


def test_masks_are_as_wide_as_the_batch_of_the_step():
    """30 points by 7 are batches of 7, 7, 7, 7 and 2; by 11 from step 3 on of 11, 11 and 8."""
    subject = trainer(batch_size=7, dropout=0.3)
    shapes = []
    for _ in range(6):
        shapes.append(subject.dropped().shape)
        subject.advance(1)
    assert shapes == [(7, 7), (7, 7), (7, 7), (7, 7), (7, 2), (7, 7)]
    subject.seek(3)
    subject.set(batch_size=11)
    shapes = []
    for _ in range(4):
        shapes.append(subject.dropped().shape)
        subject.advance(1)
    assert shapes == [(7, 11), (7, 11), (7, 8), (7, 11)]
    assert trainer().dropped() is None


def test_the_last_checkpoint_with_numbers_or_else_the_first():
    kept = Checkpoints(bytes_each=1 << 20)
    for step, value in ((0, np.nan), (5, 1.0), (9, np.inf)):
        kept.add(Checkpoint(step, np.full(2, value), ()))
    assert [kept.finite_before(step).step for step in (9, 5, 4)] == [5, 5, 0]


def test_a_history_is_filled_with_tables_of_its_own_width_only():
    history = trainer().history
    with pytest.raises(ValueError, match="not a table of shape"):
        history.fill(np.zeros((3, 2)))
