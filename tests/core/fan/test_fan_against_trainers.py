"""Many networks trained by one program end where single Trainers end, seed by seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.fan import Task, cost, group, restart_fan, trained_together
from gdsim.core.fan.group import group_size
from gdsim.core.fan.layout import Layout
from gdsim.core.network import LOSSES, MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.programs import block_size

TRAINABLE = [key for key in OPTIMIZERS if "objective" not in OPTIMIZERS[key].needs]


def data(n=30, outputs=1, classes=False):
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1.0, 1.0, (n, 2))
    if classes:
        kinds = (inputs @ rng.standard_normal((2, outputs))).argmax(axis=1)
        return inputs, (kinds[:, None] > 0).astype(float) if outputs == 1 else np.eye(outputs)[kinds]
    return inputs, np.sin(3.0 * inputs[:, :1]) * np.arange(1, outputs + 1)


def single(seed, network, points=30, loss="mse", validated=True, **changes):
    outputs, classes = network.sizes[-1], LOSSES[loss].task == "classification"
    return Trainer(
        network, *data(points, outputs, classes), loss, validation=data(11, outputs, classes) if validated else None,
        rng=np.random.default_rng(seed), **changes,
    )  # fmt: skip


def last(pulled):
    *_, found = pulled
    return found


def assert_same_as_single(network, seeds, steps, **changes):
    fan = last(restart_fan(Task.of(single(seeds[0], network, **changes)), seeds, steps))
    assert fan.done == 1.0
    for row, seed in enumerate(seeds):
        trainer = single(seed, network, **changes)
        trainer.advance(steps)
        found = fan.trained
        np.testing.assert_allclose(found.parameters[row], trainer.parameters, rtol=0, atol=1e-12)
        assert fan.final_losses[row] == pytest.approx(trainer.loss, abs=1e-12)
        assert fan.final_validation_losses[row] == pytest.approx(trainer.validation_loss, abs=1e-12, nan_ok=True)
        assert found.scores[row, -1] == pytest.approx(trainer.score, abs=1e-12, nan_ok=True)
        assert found.validation_scores[row, -1] == pytest.approx(trainer.validation_score, abs=1e-12, nan_ok=True)
        assert found.penalties[row] == pytest.approx(trainer.penalty, abs=1e-12)


@pytest.mark.parametrize("key", TRAINABLE)
def test_every_optimizer(key):
    assert_same_as_single(MLP((2, 4, 3, 1)), (3, 0, 8), 25, optimizer=OPTIMIZERS[key](lr=0.01))


@pytest.mark.parametrize("key", TRAINABLE)
@pytest.mark.parametrize("changes", [{}, {"dropout": 0.3, "batch_size": 8, "l1": 1e-3, "weight_decay": 0.01}])
def test_in_single_precision_to_as_many_digits(key, changes):
    """Few and small steps: rounding of 6e-8 has no time to grow."""
    network = MLP((2, 4, 3, 1))
    task = Task.of(single(0, network, optimizer=OPTIMIZERS[key](lr=0.003), **changes))
    double, short = (last(restart_fan(replace(task, single=on), (0, 1, 2), 5)) for on in (False, True))
    np.testing.assert_allclose(short.trained.parameters, double.trained.parameters, rtol=0, atol=1e-5)
    np.testing.assert_allclose(short.final_losses, double.final_losses, rtol=1e-5)
    assert short.trained.parameters.dtype == np.float64
    np.testing.assert_array_equal(short.trained.parameters, short.trained.parameters.astype(np.float32))
    assert not np.array_equal(short.trained.parameters, double.trained.parameters)


@pytest.mark.parametrize(
    "changes",
    [
        {"l1": 1e-2},
        {"l1": 1e-3, "l2": 1e-2, "weight_decay": 0.1},
        {"batch_size": 7},
        {"batch_size": 10, "schedule": SCHEDULES["exponential"](gamma=0.9)},
        {"dropout": 0.3},
        {"dropout": 0.5, "batch_size": 8, "l2": 1e-3, "schedule": SCHEDULES["cosine"]()},
        {"validated": False},
    ],
)
def test_every_setting(changes):
    optimizer = OPTIMIZERS["adamw"](lr=0.02, weight_decay=0.05)
    assert_same_as_single(MLP((2, 5, 4, 1)), (1, 2, 5, 30), 20, optimizer=optimizer, **changes)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_loss(loss):
    sizes = (2, 4, 3) if loss == "cross_entropy" else (2, 4, 1)
    assert_same_as_single(MLP(sizes, activation="relu"), (0, 1, 2), 20, loss=loss, batch_size=12)
    assert_same_as_single(MLP(sizes), (0, 1, 2), 20, loss=loss)


@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize(("loss", "cut"), [("mse", 0.5), ("binary_cross_entropy", 0.0)])
def test_the_score_asked_for_by_hand(loss, cut, classes):
    """Of lines wx + b: points on the right side of the cut, or R² of what is predicted, whatever the loss is for."""
    x = np.linspace(-3.0, 3.0, 61)
    t = (x > 0.3).astype(float)
    trainer = Trainer(MLP((1, 1)), x, t, loss, classes=classes, optimizer=OPTIMIZERS["gd"](lr=0.1))
    trainer.advance(2)
    found = last(restart_fan(Task.of(trainer), (0, 1, 2), 2)).trained
    pairs = [(trainer.parameters, trainer.score), *zip(found.parameters, found.scores[:, -1], strict=True)]
    for (w, b), score in pairs:
        y = w * x + b
        assert ((y > 0.0) != (y > 0.5)).any()
        predicted = y if loss == "mse" else 1.0 / (1.0 + np.exp(-y))
        r2 = 1.0 - np.square(predicted - t).sum() / np.square(t - t.mean()).sum()
        assert score == pytest.approx(np.mean((y > cut) == (t == 1.0)) if classes else r2, rel=1e-12)


@pytest.mark.parametrize("classes", [True, False])
def test_blocks_of_unequal_size_count_by_their_points(classes):
    """The last block is shorter than the others and holds the largest errors; the network is written out by hand."""
    network, points = MLP((1, 300, 1)), 5003
    x = np.linspace(-1.0, 1.0, points)
    t = (x > 0.0) + 0.0 if classes else np.exp(3.0 * x)
    trainer = Trainer(network, x, t, classes=classes, optimizer=OPTIMIZERS["gd"](lr=1e-3))
    task = Task.of(trainer)
    assert points % block_size(network, points)
    assert points % cost.block_size(network, points, times=2.0)
    found = last(restart_fan(task, (0, 1), 1)).trained
    cases = [(trainer.parameters, trainer.loss, trainer.score)]
    cases += zip(found.parameters, found.losses[:, -1], found.scores[:, -1], strict=True)
    for p, loss, score in cases:
        y = np.tanh(x[:, None] * p[:300] + p[300:600]) @ p[600:900] + p[900]
        r2 = 1.0 - np.square(y - t).sum() / np.square(t - t.mean()).sum()
        assert loss == pytest.approx(np.square(y - t).mean(), rel=1e-10)
        assert score == pytest.approx(np.mean((y > 0.5) == (t == 1.0)) if classes else r2, rel=1e-10)


@settings(max_examples=15, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 5), max_size=3),
    outputs=st.integers(1, 3),
    seeds=st.lists(st.integers(0, 1000), min_size=2, max_size=7, unique=True),
    points=st.integers(1, 40),
    batch=st.none() | st.integers(1, 40),
    dropout=st.sampled_from([0.0, 0.4]),
)
def test_any_shape(hidden, outputs, seeds, points, batch, dropout):
    batch = None if batch is None else min(batch, points)
    network = MLP((2, *hidden, outputs))
    assert_same_as_single(network, seeds, 6, points=points, batch_size=batch, dropout=dropout)


def test_several_groups_and_blocks_of_points():
    """1,500 points at width 32: groups of a few networks, and each step in blocks of points."""
    network = MLP((2, 32, 32, 32, 1))
    assert group_size(Task.of(single(0, network, 1500)), 1500, 5) < 5
    assert_same_as_single(network, (0, 1, 2, 3, 4), 2, points=1500, dropout=0.2)
    large = MLP((2, *[32] * 6, 1))
    assert_same_as_single(large, (0, 1), 2, points=3000, batch_size=2900)


@pytest.mark.parametrize("changes", [{}, {"batch_size": 130, "dropout": 0.4}])
def test_many_small_pieces(changes, monkeypatch):
    """With no time for a piece and little room: one network a group, and blocks of 64 points at most."""
    monkeypatch.setattr(cost, "PIECE_SECONDS", 1e-9)
    monkeypatch.setattr(cost, "TOGETHER_BYTES", 1)
    monkeypatch.setattr(group, "_DRAWN", 10)
    assert [cost.block_size(MLP((2, 1)), points) for points in (64, 65, 128, 130)] == [64, 33, 64, 44]
    assert_same_as_single(MLP((2, 5, 4, 1)), (0, 1, 2), 4, points=150, l2=0.01, **changes)


def test_records_are_what_the_trainer_had_at_their_steps():
    network = MLP((2, 4, 1))
    fan = last(restart_fan(Task.of(single(0, network)), (4, 9), 300))
    steps = fan.trained.steps
    assert steps[0] == 0
    assert steps[-1] == 300
    assert (np.diff(steps) > 0).all()
    assert len(steps) < 150
    trainer = single(9, network)
    for place in (0, 1, 5, 40):
        trainer.seek(int(steps[place]))
        assert fan.trained.losses[1, place] == pytest.approx(trainer.loss, abs=1e-12)


def test_each_pull_is_a_frozen_picture_of_a_prefix():
    pictures = list(restart_fan(Task.of(single(0, MLP((2, 3, 1)))), (0, 1, 2), 40))
    final = pictures[-1].trained
    shares = [picture.done for picture in pictures]
    assert shares == sorted(shares)
    for picture in pictures:
        known = picture.trained.losses.shape[1]
        np.testing.assert_array_equal(picture.trained.losses, final.losses[:, :known])
    before = next(picture.trained for picture in reversed(pictures) if picture.trained is not final)
    for name in (
        "losses",
        "validation_losses",
        "scores",
        "validation_scores",
        "parameters",
        "penalties",
        "diverged_at",
    ):
        assert not np.shares_memory(getattr(before, name), getattr(final, name))


def test_a_diverging_network_leaves_the_others_alone():
    network = MLP((2, 6, 1), activation="relu")
    task = Task.of(single(0, network, optimizer=OPTIMIZERS["gd"](lr=0.05)))
    first, second, third = (task.member(seed) for seed in (0, 1, 2))
    calm = last(trained_together(task, [first, replace(second, lr=0.06), third], 60))
    mixed = last(trained_together(task, [first, replace(second, lr=1e6), third], 60))
    assert mixed.diverged_at[1] > 0
    assert list(mixed.diverged_at[[0, 2]]) == [-1, -1]
    assert np.isfinite(mixed.parameters).all()
    assert np.isnan(mixed.losses[1, -1])
    np.testing.assert_array_equal(mixed.parameters[[0, 2]], calm.parameters[[0, 2]])


def test_a_loss_that_is_hopeless_ends_a_network():
    """Mean of (wx + b)² at x = ±1 has curvature 2, so a rate of 6 multiplies w by −11 and the loss by 121."""
    inputs, targets = np.array([[-1.0], [1.0]]), np.zeros((2, 1))
    task = Task.of(Trainer(MLP((1, 1)), inputs, targets, optimizer=OPTIMIZERS["gd"](lr=6.0)))
    members = [replace(task.member(seed), start=np.array([w, 0.0])) for seed, w in enumerate((1e3, 0.1, 1e149))]
    found = last(trained_together(task, members, 9))
    # 121⁶ = 3.1·10¹² times the first loss of 10⁶; 121⁷ = 3.8·10¹⁴ times the other, 0.01, so that it is above 10¹².
    # The last may grow to any number, and 11⁵·10¹⁴⁹ squared is none.
    assert found.diverged_at.tolist() == [6, 7, 5]
    np.testing.assert_allclose(found.losses[0, :6], 1e6 * 121.0 ** np.arange(6))
    assert np.isnan(found.losses[0, 6:]).all()
    np.testing.assert_allclose(found.parameters[:, 0], [1e3 * (-11.0) ** 5, 0.1 * 11.0**6, 1e149 * 11.0**4])


def test_best_median_and_worst_by_validation_loss():
    fan = last(restart_fan(Task.of(single(0, MLP((2, 2, 1)))), range(7), 30))
    order = sorted(range(7), key=lambda row: fan.final_validation_losses[row])
    assert (fan.best, fan.median, fan.worst) == (order[0], order[3], order[6])
    assert list(fan.ranking) == order
    assert f"(seed {fan.seeds[fan.best]})" in fan.sentence


def test_all_diverged_is_said():
    fan = last(restart_fan(Task.of(single(0, MLP((2, 2, 1)), optimizer=OPTIMIZERS["gd"](lr=1e3))), (0, 1), 200))
    assert (fan.trained.diverged_at > 0).all()
    assert fan.sentence.startswith("All 2 networks diverged")


@pytest.mark.parametrize("seeds", [(1,), range(65), (1, 1), (-1, 2)])
def test_seeds_that_are_refused(seeds):
    with pytest.raises(ValueError, match=r"networks|seeds"):
        restart_fan(Task.of(single(0, MLP((2, 2, 1)))), seeds, 10)


@pytest.mark.parametrize("shared", [True, False])
def test_the_layout_is_a_permutation(shared):
    layout = Layout(MLP((3, 4, 2)), 5, shared)
    assert sorted(layout.places.ravel()) == list(range(layout.size))
    parameters = np.random.default_rng(0).standard_normal((5, layout.network.parameter_count))
    np.testing.assert_array_equal(layout.unpacked(layout.packed(parameters)), parameters)
    inputs = np.random.default_rng(1).standard_normal((6, 3))
    columns = layout.network.columns(inputs)
    outputs = layout.forward(layout.packed(parameters), columns if shared else np.stack([columns] * 5))
    for row in range(5):
        np.testing.assert_allclose(outputs[row].T, layout.network.outputs(parameters[row], inputs), atol=1e-14)


@pytest.mark.parametrize(("count", "steps"), [(0, 3), (2, 0)])
def test_no_networks_and_no_steps_are_refused(count, steps):
    task = Task.of(single(0, MLP((2, 1))))
    with pytest.raises(ValueError, match="one network and one step"):
        trained_together(task, [task.member(seed) for seed in range(count)], steps)


def test_at_first_it_is_said_that_they_are_made_ready():
    assert next(iter(restart_fan(Task.of(single(0, MLP((2, 1)))), (0, 1), 3))).sentence == "2 networks are made ready."
