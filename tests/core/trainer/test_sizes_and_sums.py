"""How work is cut into pieces and blocks, and what the pieces add up to, by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.checkpoints import Checkpoint, Checkpoints
from gdsim.core.trainer.evaluation import DataSet
from gdsim.core.trainer.history import is_recorded, next_record, record_stride
from gdsim.core.trainer.programs import block_size, responses
from gdsim.core.trainer.sharpness import sharpness

INPUTS = np.linspace(-1.0, 1.0, 10)[:, None]


def trainer_on(points, sizes, **settings):
    inputs = np.linspace(-1.0, 1.0, points)[:, None]
    return Trainer(MLP(sizes), inputs, inputs**2, optimizer=OPTIMIZERS["momentum"](lr=0.01), **settings)


@pytest.mark.parametrize(
    ("base", "strides"),
    [
        (1, {0: 1, 127: 1, 128: 1, 255: 1, 256: 2, 511: 2, 512: 4, 1023: 4, 1024: 8, 100_000: 512}),
        (4, {0: 4, 512: 4, 1023: 4, 1024: 8, 2047: 8, 2048: 16, 4096: 32}),
    ],
)
def test_the_distance_of_records_doubles_with_the_step(base, strides):
    assert {step: record_stride(step, base) for step in strides} == strides
    recorded = [step for step in range(3000) if is_recorded(step, base)]
    assert recorded[:4] == [0, base, 2 * base, 3 * base]
    assert [step for step in recorded if 2040 <= step <= 2100] == [*range(2040, 2048, 2 * 4), *range(2048, 2100, 16)]
    for step, following in (
        (0, base),
        (1, 2 if base == 1 else 4),
        (1030, 1032),
        (1032, 1040),
        (2047, 2048),
        (2049, 2064),
    ):
        assert next_record(step, base) == following


@pytest.mark.parametrize(
    ("sizes", "points", "size"),
    [((1, 64, 1), 300, 300), ((1, 64, 1), 383, 383), ((1, 64, 1), 385, 193), ((1, 64, 1), 601, 301),
     ((1, 64, 1), 1000, 250), ((2, 4000, 1), 9000, 9000), ((2, 4000, 1), 13000, 6500), ((1, 1), 5, 5)],
)  # fmt: skip
def test_blocks_are_of_nearly_equal_size(sizes, points, size):
    """128 KiB are 16,384 numbers, 256 points of 64 neurons; of wide layers twice as many points as neurons."""
    assert block_size(MLP(sizes), points) == size


@pytest.mark.parametrize(
    ("points", "batch", "sizes"), [(200, None, (1, 8, 8, 1)), (200, 20, (1, 8, 1)), (9000, None, (1, 1))]
)
def test_a_piece_takes_five_milliseconds_by_a_rough_count(points, batch, sizes):
    engine = trainer_on(points, sizes, batch_size=batch)._timeline.engine
    parameters = sum((before + 1) * after for before, after in itertools.pairwise(sizes))
    assert engine.piece == int(5e-3 / (2e-5 + 6.0 * 1.5e-10 * parameters * (batch or points)))
    assert trainer_on(20_000, (1, 64, 64, 1))._timeline.engine.piece == 1


def test_programs_are_made_ready_once_for_every_size_of_a_batch():
    for batch, pulls in ((4, 4), (5, 2), (None, 2)):
        engine = trainer_on(10, (1, 2, 1), batch_size=batch)._timeline.engine
        assert [len(list(engine.preparing())) for _ in range(2)] == [pulls, 0]
    engine = trainer_on(601, (1, 64, 1))._timeline.engine  # blocks of 301 and 300, and the move
    assert engine.blocked
    assert [len(list(engine.preparing())) for _ in range(2)] == [5, 0]
    assert set(engine._parts) == {300, 301}
    engine = trainer_on(1203, (1, 64, 1), batch_size=602)._timeline.engine  # 602 in two, 601 in two
    assert [len(list(engine.preparing())) for _ in range(2)] == [5, 0]
    assert set(engine._parts) == {300, 301}


def test_epochs_are_of_whole_batches_and_a_last_that_is_shorter():
    for batch, steps, last in ((4, 3, 2), (5, 2, 5), (10, 1, 10), (None, 1, 10)):
        engine = trainer_on(10, (1, 2, 1), batch_size=batch)._timeline.engine
        assert (engine.epoch_steps, engine.batch) == (steps, min(batch or 10, 10))
        assert [engine._batch_points(step) for step in (steps - 1, steps, 2 * steps - 1)] == [
            last, min(batch or 10, 10), last,
        ]  # fmt: skip


def test_a_snapshot_and_what_was_loaded_stay_as_they_are():
    trainer = trainer_on(10, (1, 2, 1))
    trainer.advance(3)
    engine = trainer._timeline.engine
    kept = engine.snapshot()
    before = kept.velocity.copy()
    trainer.advance(3)
    assert (kept.velocity == before).all()
    assert not (engine.snapshot().velocity == before).all()
    parameters = engine.parameters.copy()
    engine.load(parameters, kept)
    trainer.advance(3)
    assert (kept.velocity == before).all()
    assert not (engine.parameters == parameters).all()


@pytest.mark.parametrize("points", [10, 601])
def test_the_loss_and_the_score_are_those_of_all_points(points):
    rng = np.random.default_rng(0)
    network = MLP((3, 64, 2))
    inputs, targets = rng.normal(size=(points, 3)), rng.normal([5.0, -3.0], [1.0, 9.0], size=(points, 2))
    parameters = network.initialize(rng)
    found = DataSet(network, "mse", False, inputs, targets, "points").measure(parameters)
    outputs = network.outputs(parameters, inputs)
    squares = (outputs - targets) ** 2
    assert found.loss == pytest.approx(squares.mean(), rel=1e-12)
    assert found.score == pytest.approx(1.0 - squares.sum() / ((targets - targets.mean(axis=0)) ** 2).sum(), rel=1e-12)
    last = responses(network, parameters, inputs, last_only=True)
    np.testing.assert_allclose(last[0], outputs, rtol=1e-12)
    labels = (np.arange(points) % 3 == 0).astype(float)[:, None] * [1.0, -1.0] + [0.0, 1.0]
    found = DataSet(network, "cross_entropy", True, inputs, labels, "points").measure(parameters)
    logits = outputs - outputs.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert found.loss == pytest.approx(-(labels * logs).sum(axis=1).mean(), rel=1e-12)
    assert found.score == np.mean(outputs.argmax(axis=1) == labels.argmax(axis=1))


def test_constant_and_enormous_targets_have_no_score():
    network = MLP((1, 1))
    parameters = np.zeros(2)
    for value, score in ((2.0, math.nan), (1e200, math.nan)):
        found = DataSet(network, "mse", False, INPUTS, np.full((10, 1), value), "points").measure(parameters)
        assert found.score == pytest.approx(score, nan_ok=True)
    wide = DataSet(network, "mae", False, INPUTS, 1e200 * INPUTS, "points")
    assert wide._spread == math.inf
    for wrong in (-0.1, 1.1):
        with pytest.raises(ValueError, match="lie between 0 and 1"):
            DataSet(network, "binary_cross_entropy", True, [[0.0]], [[wrong]], "points")


def test_checkpoints_that_begin_late_are_thinned_by_their_own_span():
    kept = Checkpoints(bytes_each=256 * 1024)
    for step in range(1000, 1193):
        kept.add(Checkpoint(step, np.zeros(1), None))
    assert [step for step in range(1200) if step in kept] == [*range(1000, 1129, 2), *range(1129, 1193)]


@pytest.mark.parametrize(
    ("points", "held_out", "batch", "base"),
    [(10, 0, None, 1), (200, 0, 1, 1), (201, 0, 1, 1), (202, 0, 1, 2), (3000, 1000, 50, 16), (3200, 800, 50, 16),
     (3200, 801, 50, 32), (4000, 1, 50, 32)],
)  # fmt: skip
def test_records_are_as_far_apart_as_their_cost_asks_for(points, held_out, batch, base):
    """All points against a batch and 200 more: up to a whole power of two."""
    inputs = np.zeros((points, 1))
    validation = (np.zeros((held_out, 1)), np.zeros((held_out, 1))) if held_out else None
    trainer = Trainer(
        MLP((1, 1)), inputs, inputs, optimizer=OPTIMIZERS["gd"](lr=0.1), batch_size=batch, validation=validation
    )
    assert trainer._timeline._observer._base == base


@pytest.mark.parametrize(("l2", "points"), [(0.0, 7), (5.0, 7), (0.5, 1100)])
def test_the_sharpness_of_a_linear_network_is_that_of_its_normal_matrix(l2, points):
    """Of mean((w·x + b − y)²) the Hessian is 2/n times the matrix of all products of x and 1; L2 pulls on w alone."""
    rng = np.random.default_rng(1)
    inputs, targets = rng.normal([3.0, -1.0], [1.0, 0.2], (points, 2)), rng.normal(size=(points, 1))
    network = MLP((2, 1))
    work = sharpness(network, "mse", rng.normal(size=3), network.columns(inputs), targets.T, l2)
    pulls = 0
    while True:
        try:
            next(work)
        except StopIteration as finished:
            found = finished.value
            break
        pulls += 1
    looked_at = inputs[:: max(1, points // 512)]
    ones = np.column_stack([looked_at, np.ones(len(looked_at))])
    hessian = 2.0 / len(ones) * ones.T @ ones + np.diag([l2, l2, 0.0])
    assert found == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-9)
    assert pulls <= 3


def test_as_many_states_are_kept_as_fit_into_48_mebibytes():
    """Parameters and three vectors of memory, 8 bytes a number, and 400 beside."""
    for sizes in ((1, 64, 64, 1), (1, 2, 1), (2, 300, 300, 1)):
        trainer = trainer_on(5, sizes) if sizes[0] == 1 else Trainer(MLP(sizes), np.zeros((5, 2)), np.zeros((5, 1)))
        numbers = sum((before + 1) * after for before, after in itertools.pairwise(sizes))
        most = 48 * 2**20 // (8 * 4 * numbers + 400)
        assert trainer._timeline._checkpoints._most == max(128, min(4096, most))
        assert 0 in trainer._timeline._checkpoints
    assert trainer.settings.optimizer == OPTIMIZERS["gd"](lr=0.1)


def test_columns_of_the_history_are_copies():
    trainer = trainer_on(10, (1, 2, 1))
    trainer.advance(3)
    history = trainer.history
    columns = history.as_columns()
    assert list(columns) == [
        "step", "epoch", "loss", "penalty", "score", "validation_loss", "validation_score", "gradient_norm_1",
        "gradient_norm_2",
    ]  # fmt: skip
    assert columns["step"].tolist() == [0.0, 1.0, 2.0, 3.0]
    for read in (lambda: history.loss, lambda: history.gradient_norms, lambda: history.rows(9)):
        before = read()
        read()[:] = -7.0
        np.testing.assert_array_equal(read(), before)
    assert history.rows(1)[:, 0].tolist() == [0.0, 1.0]
    history.cut(2)
    assert history.step.tolist() == [0, 1, 2]
