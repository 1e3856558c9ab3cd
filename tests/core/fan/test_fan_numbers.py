"""What a fan counts, by hand: records, pieces, penalties, seeds, and the order of networks that diverged or did not."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gdsim.core.fan import Knob, cost, group, programs
from gdsim.core.fan.crowd import Trained, _penalties, trained_together
from gdsim.core.fan.group import Group
from gdsim.core.fan.layout import Layout
from gdsim.core.fan.restarts import Fan
from gdsim.core.fan.sweep import Sweep
from gdsim.core.fan.task import Task, checked_seeds, record_steps
from gdsim.core.network import MLP
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.programs import Kind

NAN = np.nan


@pytest.mark.parametrize(
    ("steps", "records", "expected"),
    [
        (1, 120, (0, 1)),
        (3, 120, (0, 1, 2, 3)),
        (40, 4, (0, 1, 2, 4, 8, 10, 20, 30, 40)),
        (41, 4, (0, 1, 2, 4, 8, 11, 22, 33, 41)),
        (32, 4, (0, 1, 2, 4, 8, 16, 24, 32)),
    ],
)
def test_records_are_dense_at_first_and_then_even(steps, records, expected) -> None:
    assert record_steps(steps, records) == expected
    assert len(record_steps(12_000)) == 120 + 1 + 7  # every 100 steps, the start, and 1, 2, 4, ... 64


def test_what_a_piece_of_work_is() -> None:
    network = MLP((2, 8, 8, 1))  # 105 parameters, 17 responses
    assert cost.seconds_a_point(network) == pytest.approx(1.05e-8 + 5.95e-8, rel=1e-12)
    # 4 ms are 57,142 points, in two parts of 30,000; a third of that in four of 15,000.
    assert [cost.block_size(network, points) for points in (57_142, 60_000, 57_143)] == [57_142, 30_000, 28_572]
    assert cost.block_size(network, 60_000, times=3.0) == 15_000
    assert cost.block_size(network, 640, times=1e9) == 64
    # 224 KiB of numbers of 8 bytes (or 4), for 8 neurons and 100 points each.
    assert (cost.together(network, 100), cost.together(network, 100, single=True)) == (35, 71)
    assert cost.together(network, 10**9) == 1


def test_the_penalty_of_each_network_at_its_own_strengths() -> None:
    members = [SimpleNamespace(l1=0.5, l2=0.0), SimpleNamespace(l1=0.0, l2=0.5), SimpleNamespace(l1=0.25, l2=0.1)]
    parameters = np.array([3.0, -4.0, 100.0, 100.0, 1.0, -2.0, 100.0]) * np.ones((3, 1))  # biases are 100
    found = _penalties(SimpleNamespace(network=MLP((1, 2, 1))), members, parameters)
    np.testing.assert_allclose(found, [5.0, 7.5, 4.0], rtol=1e-14)
    huge = _penalties(SimpleNamespace(network=MLP((1, 2, 1))), members, 1e200 * parameters)
    assert huge[1:].tolist() == [np.inf, np.inf]


def task_of(points=100, hidden=(8, 8), **settings) -> Task:
    x = np.linspace(-1.0, 1.0, points)
    return Task.of(Trainer(MLP((1, *hidden, 1)), x, x, validation=(x[:3], x[:3]), **settings))


def group_of(task, count) -> Group:
    return Group(task, [task.member(seed) for seed in range(count)], Kind.of(task.network, task.loss, task.settings))


@pytest.mark.parametrize(
    ("points", "settings", "count", "seconds", "block", "epoch"),
    [
        # 97 parameters and 17 responses are 6.92e-8 s a point; three times that for a gradient, and 8e-9 s a number.
        (100, {}, 3, 6e-5 + 3 * 300 * 6.92e-8 + 3 * 97 * 8e-9, 100, 1),
        # A point put into a batch is 3e-8 s, a mask 4e-9 s for each of 16 neurons.
        (100, {"batch_size": 30}, 3, 6e-5 + 90 * (3 * 6.92e-8 + 3e-8) + 3 * 97 * 8e-9, 30, 4),
        (100, {"dropout": 0.1}, 2, 6e-5 + 200 * (3 * 6.92e-8 + 6.4e-8) + 2 * 97 * 8e-9, 100, 1),
        (100, {"dropout": 0.1, "batch_size": 25}, 1, 6e-5 + 25 * (3 * 6.92e-8 + 9.4e-8) + 97 * 8e-9, 25, 4),
        # 4 ms are 57,803 points: of three gradients 6,422, in two parts.
        (9_001, {}, 3, 1.0, 4_501, 1),
        (9_001, {"batch_size": 6_423}, 3, 1.0, 3_212, 2),
    ],
)  # fmt: skip
def test_what_a_group_makes_in_one_pull(points, settings, count, seconds, block, epoch) -> None:
    found = group_of(task_of(points, **settings), count)
    assert (found.piece, found._block, found.epoch_steps) == (max(1, int(4e-3 / seconds)), block, epoch)


def test_a_pull_for_every_piece() -> None:
    """The group, two for its program, a measure of either data at steps 0 and 1, a step, and two records."""
    task = task_of(5, (2,))
    pictures = list(trained_together(task, [task.member(0), task.member(1)], 1))
    assert [picture.steps.size for picture in pictures] == [0] * 5 + [1] * 4 + [2]
    assert [picture.done for picture in pictures] == [0.0] * 9 + [1.0]


@pytest.mark.parametrize(("piece", "pulls"), [(4e-3, 6), (1e-9, 8)])
def test_orders_are_drawn_once_an_epoch(piece, pulls, monkeypatch) -> None:
    """Two for the program, one for the orders of three members in each of two epochs, and the steps."""
    monkeypatch.setattr(cost, "PIECE_SECONDS", piece)
    monkeypatch.setattr(group, "_DRAWN", 6)
    assert len(list(group_of(task_of(6, (2,), batch_size=3), 3).advancing(4))) == pulls


@pytest.mark.parametrize(("seeds", "fits"), [((0, 1), True), ((5, 0, 3), True), ((1, 2, 3, 4), False), ((1,), False),
                                             ((-1, 2), False), ((2, 2), False)])  # fmt: skip
def test_seeds(seeds, fits) -> None:
    if fits:
        assert checked_seeds(seeds, 2, 3) == seeds
    else:
        with pytest.raises(ValueError, match=r"networks can be trained at once|different whole numbers"):
            checked_seeds(seeds, 2, 3)


def fan_of(losses, validation, diverged, by_validation=True) -> Fan:
    n = len(losses)
    table = np.column_stack([np.ones(n), losses])
    held_out = np.column_stack([np.ones(n), validation])
    trained = Trained(np.array([0, 50]), table, held_out, table, held_out, np.zeros((n, 3)), np.zeros(n),
                      np.array(diverged), 1.0)  # fmt: skip
    return Fan(tuple(range(10, 10 + n)), trained, by_validation)


def test_best_median_and_worst_of_those_that_did_not_diverge() -> None:
    fan = fan_of([0.4, NAN, 0.1, 0.2, 0.3], [0.5, NAN, 0.9, 0.7, 0.8], [-1, 20, -1, -1, -1])
    assert fan.ranking == (0, 3, 4, 2, 1)
    assert (fan.best, fan.median, fan.worst) == (0, 3, 2)
    assert fan.sentence == (
        "After 50 steps from 5 seeds the validation loss lies between 0.5 (seed 10) and 0.9 (seed 12), "
        "its median is 0.7. 1 of 5 diverged."
    )
    other = fan_of([0.4, 0.6, 0.1], [NAN] * 3, [-1] * 3, by_validation=False)
    assert (other.ranking, other.best, other.median, other.worst) == ((2, 0, 1), 2, 0, 1)
    assert other.sentence.startswith("After 50 steps from 3 seeds the training loss lies between 0.1 (seed 12)")
    assert other.sentence.endswith("its median is 0.4.")
    losses = np.array([0.3, 0.1, NAN, 0.2] * 10)
    tied = fan_of(losses, losses, np.where(np.isnan(losses), 5, -1))
    assert tied.ranking == (*range(1, 40, 4), *range(3, 40, 4), *range(0, 40, 4), *range(2, 40, 4))
    assert not np.shares_memory(tied.final_losses, tied.trained.losses)
    gone = fan_of([NAN, NAN], [NAN, NAN], [3, 4])
    assert (gone.best, gone.median, gone.worst) == (0, 0, 0)
    assert gone.sentence == "All 2 networks diverged: a smaller learning rate usually helps."


def swept(losses, diverged=None, values=(0.1, 0.2, 0.3), held_out=True) -> Sweep:
    table = np.array(losses)
    other = np.zeros_like(table)
    first, second = (other, table) if held_out else (table, other)
    gone = np.isnan(table) if diverged is None else np.array(diverged)
    task = SimpleNamespace(validation="some" if held_out else None)
    seeds = tuple(range(table.shape[1]))
    return Sweep(Knob.L2, values[: len(table)], seeds, first, second, other, gone, (task,), (None,), 1.0)


def test_the_best_value_has_the_fewest_lost_seeds_and_then_the_lowest_mean() -> None:
    assert swept([[1.0, NAN], [2.0, 3.0], [2.2, 2.0]]).best == 2
    assert swept([[1.0, NAN], [2.0, NAN], [NAN, NAN]]).best == 0
    assert swept([[3.0, 1.0], [2.5, 1.0], [9.0, 0.0]], held_out=False).best == 1
    assert swept([[NAN, NAN]]).best is None
    assert "lowest at L2 = 0.2: 1 (from one seed). One seed tells" in swept([[2.0], [1.0]]).sentence


@pytest.mark.parametrize(
    ("low", "best", "high", "said"),
    [
        # Means 1.5 and 1.8: between them less than the spread of 0.5, of the best or of the end.
        ((1.8, 1.8), (1.0, 2.0), (1.8, 1.8), "No end differs from it by more than its spread."),
        ((1.3, 2.3), (1.5, 1.5), (1.3, 2.3), "No end differs from it by more than its spread."),
        ((2.0, 2.0), (1.0, 2.0), (2.0, 2.0), "No end differs from it by more than its spread."),
        ((2.1, 2.1), (1.0, 2.0), (2.1, 2.1), "Towards both ends it is higher by more than its spread: a U."),
        ((2.1, 2.1), (1.0, 2.0), (1.8, 1.8), "Only towards the smallest value is it higher by more than its spread."),
        ((1.8, 1.8), (1.0, 2.0), (2.1, 2.1), "Only towards the largest value is it higher by more than its spread."),
        ((2.1, 2.1), (1.0, 2.0), (NAN, NAN), "At 1 of 3 values every network diverged. Only towards the smallest"),
    ],
)
@pytest.mark.parametrize("held_out", [True, False])
def test_an_end_is_higher_by_more_than_the_larger_spread(low, best, high, said, held_out) -> None:
    found = swept([low, best, high], held_out=held_out).sentence
    name = "validation" if held_out else "training"
    assert found.startswith(f"The {name} loss is lowest at L2 = 0.2: 1.5 (mean of 2 seeds). {said}")


@pytest.mark.parametrize("single", [False, True])
def test_both_halves_of_a_step_on_large_data_keep_their_precision(single) -> None:
    """wx at x = 1 towards 0 for w = 1 and 2: half of the gradient 2w, and a move by a tenth of it in place."""
    task = task_of(1, ())
    kind, layout = Kind.of(task.network, task.loss, task.settings), Layout(task.network, 2, True, single)
    p = layout.packed(np.array([[1.0, 0.0], [2.0, 0.0]]))
    one = np.ones((1, 1), layout.real)
    gradient = programs.gradient_part(kind, layout, 1)(p, 0.5, np.vstack([one, one]), 0.0 * one, ())
    np.testing.assert_array_equal(layout.unpacked(gradient), [[1.0, 1.0], [2.0, 2.0]])
    _, moved, _ = programs.move(kind, layout, False)(p, (), 0.125, (), (), gradient)
    np.testing.assert_array_equal(layout.unpacked(moved), [[0.875, -0.125], [1.75, -0.25]])
    assert gradient.dtype == moved.dtype == p.dtype == layout.real


@pytest.mark.parametrize(("size", "r2"), [(0.1, 0.75), (0.0, NAN)])
def test_r2_of_targets_that_hardly_differ_or_do_not(size, r2) -> None:
    """Of 0.1x a line 0.05x leaves a quarter of Σ(0.1x)² = 0.025."""
    x = np.linspace(-1.0, 1.0, 5)
    task = Task.of(Trainer(MLP((1, 1)), x, size * x))
    members = [replace(task.member(0), start=np.array([0.05, 0.0]))]
    *_, found = trained_together(task, members, 1)
    np.testing.assert_allclose(found.scores[0, 0], r2, rtol=1e-12)
    assert found.losses[0, 0] == pytest.approx(0.5 * (0.05 - size) ** 2, rel=1e-12)
