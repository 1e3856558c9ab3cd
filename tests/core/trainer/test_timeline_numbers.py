"""Where checkpoints lie, since when patience holds, the epoch counted in batches, and the penalty, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import History, Record, StopReason, Trainer
from gdsim.core.trainer.checkpoints import Checkpoint, Checkpoints
from gdsim.core.trainer.stop import Stop
from gdsim.core.trainer.timeline import Timeline

INPUTS = np.linspace(-1.0, 1.0, 10)[:, None]
TARGETS = INPUTS**2


def trained(**settings) -> Trainer:
    validation = (INPUTS[:3], TARGETS[:3])
    return Trainer(MLP((1, 2, 1)), INPUTS, TARGETS, optimizer=OPTIMIZERS["gd"](lr=0.01), validation=validation,
                   **settings)  # fmt: skip


def test_a_state_is_kept_every_256_steps(monkeypatch) -> None:
    trainer = trained()
    for _ in range(7):
        trainer.advance(100)
    kept = trainer._timeline._checkpoints
    assert [step for step in range(701) if step in kept] == [0, 256, 512]
    loaded = []
    load = trainer._timeline._load
    monkeypatch.setattr(trainer._timeline, "_load", lambda found: [loaded.append(found.step), load(found)][1])
    for step in (10, 20, 520, 530, 530, 257, 256):
        trainer.seek(step)
        assert trainer.step == step
    assert loaded == [0, 512, 256, 256]
    assert len(kept) == 3


def test_where_steps_take_long_a_state_is_kept_every_second_piece() -> None:
    trainer = trained()
    trainer._timeline.engine.piece = 10
    trainer.advance(50)
    assert [step for step in range(51) if step in trainer._timeline._checkpoints] == [0, 20, 40]


def test_a_stop_holds_at_its_step_alone() -> None:
    trainer = trained()
    trainer.advance(5)
    trainer._timeline._stop = stop = Stop(5, StopReason.EARLY, "enough")
    for step, found in ((5, stop), (4, None), (5, stop), (0, None)):
        trainer.seek(step)
        assert trainer.stop is found


def test_without_a_goal_it_goes_on_until_it_is_left() -> None:
    trainer = trained()
    for _ in trainer.pieces():
        if trainer.step >= 600:
            break
    assert 600 <= trainer.step == trainer.furthest


def test_patience_counts_from_where_it_was_set_last() -> None:
    trainer = trained()
    timeline = trainer._timeline
    assert timeline.patience_start == 0
    for step, patience, start in (
        (3, 70, 3),
        (5, 70, 3),
        (6, 70, 3),
        (8, 50, 8),
        (9, 50, 8),
        (12, None, 12),
        (15, 50, 15),
    ):
        trainer.advance(step - trainer.step)
        # Another rate with it makes a new segment even where the patience stays.
        trainer.set(patience=patience, optimizer=OPTIMIZERS["gd"](lr=0.001 * step))
        assert timeline.patience_start == start


def test_the_plan_tells_from_which_step_what_holds() -> None:
    trainer = trained()
    first = trainer.settings
    trainer.advance(3)
    trainer.set(batch_size=4)
    trainer.advance(2)
    trainer.seek(1)
    assert trainer.settings == first
    assert [(step, settings.batch_size) for step, settings in trainer.plan] == [(0, None), (3, 4)]


def test_epochs_are_counted_in_batches() -> None:
    """Ten points in batches of 4 are three steps an epoch; from step 5 on in batches of 6, two."""
    trainer = trained(batch_size=4)
    epochs, left = [], []
    for _ in range(5):
        epochs.append(trainer.epoch)
        left.append(trainer.steps_to_epoch)
        trainer.advance()
    trainer.set(batch_size=6)
    for _ in range(5):
        epochs.append(trainer.epoch)
        left.append(trainer.steps_to_epoch)
        trainer.advance()
    assert left == [3, 2, 1, 3, 2, 2, 1, 2, 1, 2]
    assert epochs == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 13 / 6, 8 / 3, 19 / 6, 11 / 3], rel=1e-12)


def test_the_penalty_is_of_weights_alone() -> None:
    parameters = np.array([3.0, -4.0, 100.0, 100.0, 1.0, -2.0, 100.0])  # biases are 100
    for l1, l2, expected in ((0.5, 0.0, 5.0), (0.0, 0.5, 7.5), (0.25, 0.1, 4.0), (0.0, 0.0, 0.0)):
        timeline = trained(l1=l1, l2=l2)._timeline
        assert timeline.penalty_of(parameters) == pytest.approx(expected, rel=1e-14)


def test_checkpoints_are_found_by_their_step() -> None:
    kept = Checkpoints(bytes_each=1)
    for step in (0, 20, 10, 30):
        kept.add(Checkpoint(step, np.array([np.nan if step in (0, 20) else 1.0]), None))
    assert [kept.before(step).step for step in (0, 9, 10, 19, 20, 99)] == [0, 0, 10, 10, 20, 30]
    assert kept.before(-1) is None
    assert [step in kept for step in (0, 5, 10, 30, 31)] == [True, False, True, True, False]
    assert [kept.finite_before(step).step for step in (9, 10, 20, 25, 30)] == [0, 10, 10, 10, 30]
    kept.cut(20)
    assert len(kept) == 3
    kept.cut(19)
    assert len(kept) == 2


def test_the_oldest_of_too_many_checkpoints_are_thinned_evenly() -> None:
    """48 MiB of states of 256 KiB are 192; the 129 before the newest 64 go down to one in every 128/64 steps."""
    kept = Checkpoints(bytes_each=256 * 1024)
    for step in range(193):
        assert len(kept) == step
        kept.add(Checkpoint(step, np.zeros(1), None))
    assert [step for step in range(193) if step in kept] == [*range(0, 129, 2), *range(129, 193)]
    for each, most in ((1, 4096), (48 * 1024 * 1024, 128), (0, 4096)):
        assert Checkpoints(bytes_each=each)._most == most


def test_the_best_step_is_that_up_to_which_one_looks() -> None:
    observer = trained()._timeline._observer
    found = [(3, 1.0), (5, 0.5), (8, 0.2)]
    observer.resume(np.zeros((0, 8 + 1)), list(found))
    assert [observer.best(step) for step in (2, 3, 4, 5, 99)] == [None, found[0], found[0], found[1], found[2]]
    assert [observer.improvements(step) for step in (2, 5, 7, 8)] == [[], found[:2], found[:2], found]
    observer.cut(5)
    assert observer.best(99) == found[1]
    observer.cut(4)
    assert observer.best(99) == found[0]


@pytest.mark.parametrize(("size", "limit"), [(0.1, 1e12), (20.0, 4e14)])
def test_a_loss_is_hopeless_a_million_million_times_the_first_or_1(size: float, limit: float) -> None:
    targets = np.full((10, 1), size)
    trainer = Trainer(MLP((1, 1)), INPUTS, targets, parameters=np.zeros(2), optimizer=OPTIMIZERS["gd"](lr=1e-6))
    assert trainer._timeline._limit == np.inf
    trainer.advance(0)
    assert trainer._timeline._limit == pytest.approx(limit)


def test_each_change_of_course_is_a_new_version() -> None:
    """What was paused before must not take the course for its own, wherever it stands."""
    trainer = trained()
    timeline = trainer._timeline
    trainer.advance(3)
    kept = timeline.finite_before(3)
    seen = [timeline.version]
    for change in (
        lambda: trainer.seek(5),  # onwards
        lambda: trainer.seek(2),
        lambda: timeline._load(kept),
        lambda: timeline._cut(0),
        lambda: trainer.set(l2=0.1),
        lambda: trainer.place(np.zeros(7)),
        lambda: trainer.resume(trainer.memo()),
    ):
        change()
        seen.append(timeline.version)
    assert sorted(set(seen)) == seen
    trainer.advance(9)
    assert timeline.version == seen[-1]


@pytest.mark.parametrize("first", [np.nan, np.inf, None])
def test_from_a_start_without_a_loss_none_is_hopeless(first) -> None:
    history = History(1)
    if first is not None:
        history.add(Record(0, 0.0, first, 0.0, 0.0, 0.0, 0.0, (0.0,)))
    assert Timeline._hopeless(SimpleNamespace(_observer=SimpleNamespace(history=history))) == np.inf


def test_what_was_beyond_a_change_is_forgotten() -> None:
    trainer = trained()
    timeline = trainer._timeline
    for step in (40, 90):
        trainer.advance(step - trainer.step)
        trainer.set(l2=0.01 * step)
    trainer.advance(610)
    trainer.seek(300)
    timeline._stop = "some"
    trainer.set(l1=0.1)
    assert [step for step, _ in trainer.plan] == [0, 40, 90, 300]
    assert [step for step in range(701) if step in timeline._checkpoints] == [0, 40, 90, 256, 300]
    assert (timeline.furthest, timeline.arrived, timeline._stop, trainer.history.step.max() <= 300) == (
        300, 300, None, True,
    )  # fmt: skip
    for step, arrived in ((301, 300), (90, 90)):
        timeline._cut(step)
        assert (timeline.furthest, timeline.arrived) == (step, arrived)
    assert [step for step, _ in trainer.plan] == [0, 40, 90]
    timeline._cut(89)
    assert [step for step, _ in trainer.plan] == [0, 40]


def test_what_is_taken_up_is_as_far_and_as_hopeless_as_it_was() -> None:
    one, other = trained(), trained()
    one.advance(30)
    one.seek(20)
    for begun in (False, True):
        if begun:
            other = trained()
            other.advance(10)
            other.set(l2=0.1)
            other.seek(0)
        other.resume(one.memo())
        timeline = other._timeline
        assert (timeline.step, timeline.furthest, timeline.arrived, other.plan) == (20, 20, 20, one.plan)
        assert timeline._limit == one._timeline._limit
        assert [step for step in range(31) if step in timeline._checkpoints] == [0, 20]


@pytest.mark.parametrize("settings", [{}, {"batch_size": 4}, {"schedule": SCHEDULES["cosine"]()}, {"blocked": True}])
def test_with_every_state_and_setting_what_was_bound_before_is_stale(settings, monkeypatch) -> None:
    settings = dict(settings)
    blocked = settings.pop("blocked", False)
    if blocked:
        monkeypatch.setattr("gdsim.core.trainer.programs.block_size", lambda network, points: 4)
    trainer = trained(**settings)
    engine = trainer._timeline.engine
    assert engine.blocked is blocked
    generations = [engine._generation]
    for change in (
        lambda: trainer.advance(1),
        lambda: engine.load(engine.parameters, engine.memory),
        lambda: trainer.advance(1),
        lambda: engine.enter(trainer._timeline.segment, None),
        lambda: trainer.advance(1),
    ):
        change()
        generations.append(engine._generation)
    assert len(set(generations)) == 6
