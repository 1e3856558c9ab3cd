"""A sweep's networks are those of single Trainers, and what it says of its values follows from its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gdsim.core.fan import Knob, Task, sweep
from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.schedules import SCHEDULES
from gdsim.core.trainer import Trainer

RNG = np.random.default_rng(2)
INPUTS = RNG.uniform(-1.0, 1.0, (36, 1))
TARGETS = np.sin(4.0 * INPUTS) + 0.3 * RNG.standard_normal((36, 1))
TRAINING, HELD_OUT = (INPUTS[:24], TARGETS[:24]), (INPUTS[24:], TARGETS[24:])


def trainer(seed, sizes=(1, 6, 1), data=TRAINING, lr=0.02, **changes):
    return Trainer(
        MLP(sizes), *data, validation=HELD_OUT, optimizer=OPTIMIZERS["adam"](lr=lr),
        rng=np.random.default_rng(seed), **changes,
    )  # fmt: skip


def swept(knob, values, seeds=(0, 3), steps=30, **changes):
    *_, found = sweep(Task.of(trainer(0, **changes)), knob, values, seeds, steps)
    return found


@pytest.mark.parametrize(
    ("knob", "values"),
    [
        (Knob.L1, (0.0, 1e-3, 0.1)), (Knob.L2, (1e-4, 1.0)), (Knob.WEIGHT_DECAY, (0.0, 0.5)),
        (Knob.DROPOUT, (0.0, 0.2, 0.6)), (Knob.LEARNING_RATE, (1e-3, 0.1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("batch", [None, 7])
def test_each_value_and_seed_is_a_single_training(knob, values, batch):
    found = swept(knob, values, batch_size=batch)
    for i, value in enumerate(values):
        for j, seed in enumerate(found.seeds):
            one = trainer(seed, batch_size=batch, **{knob.value: value})
            one.advance(30)
            np.testing.assert_allclose(found.parameters[i][j], one.parameters, rtol=0, atol=1e-12)
            assert found.losses[i, j] == pytest.approx(one.loss, abs=1e-12)
            assert found.validation_losses[i, j] == pytest.approx(one.validation_loss, abs=1e-12)
            weights = one.parameters[one.network.weight_mask]
            assert found.weight_norms[i, j] == pytest.approx(np.linalg.norm(weights), abs=1e-12)


def test_width_trains_networks_of_several_shapes():
    found = swept(Knob.WIDTH, (1, 4, 9), sizes=(1, 6, 6, 1))
    for i, width in enumerate((1, 4, 9)):
        one = trainer(3, sizes=(1, width, width, 1))
        one.advance(30)
        assert found.tasks[i].network == one.network
        np.testing.assert_allclose(found.parameters[i][1], one.parameters, rtol=0, atol=1e-12)
        assert found.validation_losses[i, 1] == pytest.approx(one.validation_loss, abs=1e-12)


def test_fewer_points_are_nested_parts_of_all():
    found = swept(Knob.POINTS, (3, 10, 24), batch_size=8)
    rows = [{tuple(row) for row in np.hstack([t.training.inputs, t.training.targets])} for t in found.tasks]
    assert [len(part) for part in rows] == [3, 10, 24]
    assert rows[0] < rows[1] < rows[2] == {tuple(row) for row in np.hstack(TRAINING)}
    part = found.tasks[1].training
    one = trainer(3, data=(part.inputs, part.targets), batch_size=8)
    one.advance(30)
    np.testing.assert_allclose(found.parameters[1][1], one.parameters, rtol=0, atol=1e-12)


def test_mean_spread_and_best():
    found = swept(Knob.L2, np.geomspace(1e-4, 10.0, 4), seeds=(0, 1, 2))
    np.testing.assert_allclose(found.mean(found.losses), found.losses.mean(axis=1))
    np.testing.assert_allclose(found.spread(found.losses), found.losses.std(axis=1))
    assert found.best == int(np.argmin(found.validation_losses.mean(axis=1)))
    assert (np.diff(found.mean(found.weight_norms)) < 0.0).all()  # the stronger the pull, the smaller the weights


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([[3.0, 3.1], [1.0, 1.1], [2.0, 2.1]], "both ends"),
        ([[1.0, 1.1], [2.0, 2.1], [3.0, 3.1]], "largest value"),
        ([[3.0, 3.1], [2.0, 2.1], [1.0, 1.1]], "smallest value"),
        ([[1.0, 1.3], [1.1, 1.3], [1.0, 1.4]], "No end"),
    ],
)
def test_the_sentence_says_whether_it_is_a_u(rows, said):
    found = replace(swept(Knob.L2, (0.1, 0.2, 0.3), steps=2), validation_losses=np.array(rows))
    assert said in found.sentence


def test_the_order_in_which_values_are_given_does_not_matter():
    found = replace(
        swept(Knob.L2, (0.3, 0.2, 0.1), steps=2), validation_losses=np.array([[1, 1.1], [2, 2.1], [3, 3.1]])
    )
    assert "smallest value" in found.sentence


def test_values_at_which_seeds_diverged_are_not_the_best():
    *_, found = sweep(
        Task.of(Trainer(MLP((1, 6, 1), activation="relu"), *TRAINING, validation=HELD_OUT)),
        Knob.LEARNING_RATE, (0.01, 900.0), (0, 1), 200,
    )  # fmt: skip
    assert found.diverged.tolist() == [[False, False], [True, True]]
    assert np.isnan(found.losses[1]).all()
    assert found.best == 0
    assert "At 1 of 2 values every network diverged" in found.sentence


def test_the_same_sweep_gives_the_same_numbers_and_tells_its_progress():
    task = Task.of(trainer(0, dropout=0.2, batch_size=5))
    first, second = (list(sweep(task, Knob.L1, (0.0, 0.01), (0, 1), 20)) for _ in range(2))
    np.testing.assert_array_equal(first[-1].validation_losses, second[-1].validation_losses)
    shares = [picture.done for picture in first]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert first[0].best is None


@pytest.mark.parametrize(
    ("knob", "values"),
    [
        (Knob.L2, (-1.0,)), (Knob.DROPOUT, (1.0,)), (Knob.WIDTH, (2.5,)), (Knob.WIDTH, (0,)), (Knob.POINTS, (25,)),
        (Knob.L1, ()), (Knob.L1, (0.1, 0.1)), (Knob.LEARNING_RATE, (0.0,)),
    ],
)  # fmt: skip
def test_values_that_are_refused(knob, values):
    with pytest.raises(ValueError, match=r"has to|training points|values|between"):
        sweep(Task.of(trainer(0)), knob, values, (0,), 10)


def test_the_width_of_no_layer_cannot_be_swept():
    with pytest.raises(ValueError, match="no hidden layer"):
        sweep(Task.of(trainer(0, sizes=(1, 1))), Knob.WIDTH, (2.0, 3.0), (0,), 5)


def test_one_seed_is_said_to_tell_nothing_of_the_spread():
    found = swept(Knob.L2, (0.0, 1.0), seeds=(0,), steps=3)
    assert found.sentence.endswith("One seed tells nothing of the spread.")
    assert replace(found, done=0.5).sentence == "No value can be compared yet."
    nothing = np.full_like(found.losses, np.nan)
    gone = replace(found, losses=nothing, validation_losses=nothing, diverged=np.ones_like(found.diverged))
    assert gone.sentence == "All networks diverged."


def test_a_schedule_is_followed_from_each_rate():
    found = swept(Knob.LEARNING_RATE, (1e-3, 0.1), schedule=SCHEDULES["exponential"](gamma=0.8))
    for i, lr in enumerate((1e-3, 0.1)):
        one = trainer(3, lr=lr, schedule=SCHEDULES["exponential"](gamma=0.8))
        one.advance(30)
        np.testing.assert_allclose(found.parameters[i][1], one.parameters, rtol=0, atol=1e-12)


def test_as_many_values_and_seeds_as_can_be_swept():
    task = Task.of(trainer(0))
    for values, seeds, fits in ((32, 1, True), (33, 1, False), (1, 16, True), (1, 17, False)):
        if fits:
            sweep(task, Knob.L2, range(values), range(seeds), 1)
        else:
            with pytest.raises(ValueError, match=r"32 different values|16 networks"):
                sweep(task, Knob.L2, range(values), range(seeds), 1)


def test_of_fewer_points_a_part_is_drawn_once_for_all():
    found = swept(Knob.POINTS, (5, 8, 9), seeds=(0,), steps=1, batch_size=8)
    for task, batch in zip(found.tasks, (None, None, 8), strict=True):
        rows = np.sort(np.random.default_rng(0).permutation(24)[: task.training.points])
        np.testing.assert_array_equal(task.training.inputs, INPUTS[rows])
        np.testing.assert_array_equal(task.training.targets, TARGETS[rows])
        assert task.settings.batch_size == batch


def test_what_is_lost_at_the_start_is_lost():
    found = swept(Knob.L2, (0.0, 1.0), seeds=(0, 1), steps=1, data=(INPUTS, 1e200 * TARGETS))
    assert found.diverged.all()
    assert found.sentence == "All networks diverged."


def test_data_of_another_width_are_measured_by_that_network():
    task = Task.of(trainer(0))
    for changed in (task.with_network(MLP((1, 3, 1))), task.with_network(MLP((1, 1)))):
        p = np.zeros(changed.network.parameter_count)
        assert changed.training.measure(p).loss == pytest.approx(np.square(TRAINING[1]).mean())
        assert changed.validation.measure(p).loss == pytest.approx(np.square(HELD_OUT[1]).mean())
