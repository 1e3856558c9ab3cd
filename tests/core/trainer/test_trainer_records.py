"""What is recorded on the way, dropout's expectation, and that turning knobs compiles nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.datasets import DATASETS
from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import History, Record, Settings, Trainer, programs
from gdsim.core.trainer.history import is_recorded, next_record
from gdsim.core.trainer.sampling import Masks


def data(n, seed=0):
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(-1.0, 1.0, (n, 2))
    return inputs, np.sin(3.0 * inputs[:, :1])


def test_records_are_dense_first_and_then_as_many_in_each_doubling():
    steps = [step for step in range(40_000) if is_recorded(step)]
    assert steps[:257] == list(range(257))
    for low in (256, 1024, 16_384):
        assert sum(low <= step < 2 * low for step in steps) == 128
    assert [next_record(a) for a in steps[:-1]] == steps[1:]


@pytest.mark.parametrize("base", [1, 4, 64])
def test_wider_records_are_multiples_of_the_base(base):
    steps = [step for step in range(20_000) if is_recorded(step, base)]
    assert all(step % base == 0 for step in steps)
    assert [next_record(a, base) for a in steps[:-1]] == steps[1:]


def test_a_record_holds_what_the_trainer_says_at_its_step():
    settings = {"l2": 0.01, "l1": 0.001, "batch_size": 12, "dropout": 0.25}
    trainer = Trainer(MLP((2, 4, 4, 1)), *data(40), validation=data(20, 1), **settings)
    trainer.advance(330)
    history = trainer.history
    for row in (0, 1, 100, 256, len(history) - 1):
        trainer.seek(int(history.step[row]))
        assert history.loss[row] == trainer.loss
        assert history.penalty[row] == trainer.penalty
        assert history.validation_loss[row] == trainer.validation_loss
        assert history.score[row] == trainer.r2
        assert history.validation_score[row] == trainer.validation_score
        assert history.epoch[row] == trainer.epoch
        parts = np.split(trainer.gradient, [layer.start for layer in trainer.network.layers[1:]])
        np.testing.assert_allclose(history.gradient_norms[row], [np.linalg.norm(part) for part in parts], rtol=1e-12)


def test_the_loss_is_without_penalty_and_without_dropout():
    inputs, targets = data(40)
    trainer = Trainer(MLP((2, 4, 1)), inputs, targets, l2=1.0, dropout=0.5)
    trainer.advance(3)
    outputs = trainer.network.outputs(trainer.parameters, inputs)
    assert trainer.loss == pytest.approx(np.mean((outputs - targets) ** 2), rel=1e-12)
    np.testing.assert_allclose(trainer.predict(inputs), outputs, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.1, 0.37, 0.5, 0.9])
def test_masks_have_expectation_one_and_the_rate_of_zeros(rate):
    masks, mask, total = Masks(8, 100, seed=3), np.empty((8, 100)), np.zeros((8, 100))
    steps = 500
    for step in range(steps):
        masks.fill(step, rate, mask)
        assert set(np.unique(mask)) <= {0.0, mask.max()}
        total += mask
    spread = math.sqrt(rate / (1.0 - rate) / total.size / steps)
    assert abs(total.mean() / steps - 1.0) < 4.0 * spread
    assert mask.max() == pytest.approx(1.0 / (1.0 - rate), rel=1e-4)


def test_dropout_is_the_gradient_with_that_mask():
    inputs, targets = data(15)
    network = MLP((2, 6, 1))
    trainer = Trainer(network, inputs, targets, dropout=0.4, optimizer=OPTIMIZERS["gd"](lr=0.1))
    trainer.advance(4)
    p, mask = trainer.parameters, trainer.dropped().T
    (w1, b1), (w2, b2) = ((network.weights(p, i), network.biases(p, i)) for i in range(2))
    hidden = np.tanh(inputs @ w1 + b1)
    delta = 2.0 * ((hidden * mask) @ w2 + b2 - targets) / 15.0
    inner = (delta @ w2.T) * mask * (1.0 - hidden**2)
    gradient = [inputs.T @ inner, inner.sum(axis=0), (hidden * mask).T @ delta, delta.sum(axis=0)]
    trainer.advance()
    expected = p - 0.1 * np.concatenate([part.ravel() for part in gradient])
    np.testing.assert_allclose(trainer.parameters, expected, atol=1e-14)
    assert 0.0 in mask


def test_knobs_compile_nothing():
    trainer = Trainer(MLP((2, 4, 1)), *data(20), optimizer=OPTIMIZERS["adam"](lr=0.01), l2=0.1, l1=0.1, dropout=0.1)
    trainer.advance(3)
    before = programs.whole_step.cache_info().misses
    for i in range(1, 6):
        optimizer = OPTIMIZERS["adam"](lr=0.01 * i, beta1=0.9 - 0.1 * i, eps=1e-8 * i)
        trainer.set(optimizer=optimizer, l2=0.1 * i, l1=0.01 * i, dropout=0.1 * i)
        trainer.advance(3)
    assert programs.whole_step.cache_info().misses == before


def test_two_trainers_of_one_program_do_not_disturb_each_other():
    def fresh(seed):
        return Trainer(
            MLP((2, 4, 1)), *data(20, seed), rng=np.random.default_rng(seed), optimizer=OPTIMIZERS["adam"](lr=0.01)
        )

    first, second, alone = fresh(1), fresh(2), fresh(1)
    for _ in range(20):
        first.advance()
        second.advance()
        alone.advance()
        assert np.array_equal(first.parameters, alone.parameters)
        assert np.array_equal(first.gradient, alone.gradient)


def test_history_grows_and_is_cut():
    history = History(layers=2)
    for step in range(3000):
        history.add(Record(step, step / 2, 1.0 / (step + 1), 0.0, 0.5, math.nan, math.nan, (step, 2.0 * step)))
    history.cut(2500)
    assert len(history) == 2501
    assert history.step[-1] == 2500
    assert history.loss[-1] == 1.0 / 2501.0
    assert history.gradient_norms[-1].tolist() == [2500.0, 5000.0]
    assert history.as_columns()["gradient_norm_2"][7] == 14.0


@pytest.mark.parametrize(
    ("optimizer", "decay", "words"),
    [("adamw", 0.2, "0.21 times the rate"), ("adamw", 0.0, "biases too"), ("adam", 0.2, ""), ("newton", 0.0, None)],
)
def test_a_second_weight_decay_is_said(optimizer, decay, words):
    if words is None:
        with pytest.raises(ValueError, match="not for networks"):
            Settings(OPTIMIZERS[optimizer]())
    else:
        note = Settings(OPTIMIZERS[optimizer](), weight_decay=decay).note
        assert words in note
        assert bool(note) == bool(words)


@pytest.mark.parametrize("seed", range(3))
def test_the_spiral_is_learned_by_eight_and_eight_neurons(seed):
    rng = np.random.default_rng(100 + seed)
    inputs, targets = DATASETS["spiral"](n=250, noise=0.1, rng=rng)
    trainer = Trainer(
        MLP((2, 8, 8, 1)), inputs, targets, "binary_cross_entropy", optimizer=OPTIMIZERS["adam"](lr=0.03),
        validation=DATASETS["spiral"](n=250, noise=0.1, rng=rng), rng=np.random.default_rng(seed),
    )  # fmt: skip
    trainer.advance(1000)
    assert trainer.history.validation_score.max() >= 0.95
    assert trainer.accuracy >= 0.95


@pytest.mark.parametrize("changes", [{}, {"dropout": 0.4}])
def test_the_gradient_shown_is_what_the_next_step_takes_off_also_after_another_batch_size(changes):
    """Of 20 points in batches of 6 from step 5 on, each fourth batch has 2."""
    gd = OPTIMIZERS["gd"](lr=0.125)
    trainer = Trainer(MLP((2, 3, 1)), *data(20), optimizer=gd, batch_size=7, l1=0.25, l2=0.5, **changes)
    trainer.advance(5)
    trainer.set(batch_size=6)
    points = []
    for _ in range(9):
        before, gradient = trainer.parameters, trainer.gradient
        points.append(len(trainer.dropped().T) if changes else 0)
        trainer.advance()
        np.testing.assert_allclose(trainer.parameters, before - 0.125 * gradient, rtol=0, atol=1e-14)
    assert points == ([6, 6, 6, 2, 6, 6, 6, 2, 6] if changes else [0] * 9)


def test_the_gradient_of_a_line_with_penalties_by_hand():
    inputs, targets = data(9)
    trainer = Trainer(MLP((2, 1)), inputs, targets, parameters=[0.5, -2.0, 0.0], l1=0.25, l2=0.5)
    wide = np.column_stack([inputs, np.ones(9)])
    pull = 0.25 * np.array([1.0, -1.0, 0.0]) + 0.5 * np.array([0.5, -2.0, 0.0])
    errors = wide @ trainer.parameters - targets[:, 0]
    np.testing.assert_allclose(trainer.gradient, 2.0 / 9.0 * wide.T @ errors + pull, atol=1e-14)
    _, loss, _ = trainer._timeline.engine._known
    assert loss == pytest.approx(np.square(errors).mean())


@pytest.mark.parametrize("patience", [None, 50])
def test_the_next_visit_is_the_next_step_that_is_recorded_or_looked_at(patience):
    """900 + 900 points in batches of 300 are recorded each fourth step; from step 5 on, epochs of 3 steps are looked
    at in twos: 11, 17, 23, ...
    """
    trainer = Trainer(MLP((2, 1)), *data(900), validation=data(900, 1), batch_size=400, patience=patience)
    trainer.advance(5)
    trainer.set(batch_size=300)
    observer, timeline = trainer._observer, trainer._timeline
    due = [step for step in range(6, 60) if step % 4 == 0 or (patience and (step - 5) % 6 == 0)]
    assert timeline.segment.epoch_start == 5
    for step in range(5, 50):
        trainer.seek(step)
        assert observer.next_visit(timeline) == next(found for found in due if found > step)
        assert observer._look_is_due(timeline) == (patience is not None and (step - 5) % 6 == 0)
