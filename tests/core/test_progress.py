from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.datasets import DataSpec, make_data
from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.progress import ProgressKind, progress_of
from gdsim.core.trainer import Trainer


def trainer_on(spec, hidden, lr, *, seed=0, rule="adam", **more) -> Trainer:
    data = make_data(spec, seed)
    training, held_out = data.training_set, data.validation_set
    loss = "mse" if data.kind == "regression" else "binary_cross_entropy"
    network = MLP((data.dim, *hidden, data.outputs), activation=more.pop("activation", "tanh"))
    return Trainer(
        network, training.inputs, training.targets, loss, OPTIMIZERS[rule](lr=lr),
        validation=(held_out.inputs, held_out.targets) if len(held_out) else None, **more,
    )  # fmt: skip


MOONS = DataSpec("moons", n=300, noise=0.15)
SINE = DataSpec("sine", n=120, noise=0.2)


def test_the_start_says_the_loss_and_what_a_step_does():
    trainer = trainer_on(MOONS, (8,), 0.01)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.START
    assert "210 training points" in progress.text
    assert "random weights" in progress.text


def test_learning_is_said_while_the_loss_falls():
    trainer = trainer_on(MOONS, (8,), 0.01)
    trainer.advance(60)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.LEARNING
    assert "classed rightly" in progress.text


def test_overfitting_names_the_best_step_and_both_losses():
    trainer = trainer_on(DataSpec("sine", n=40, noise=0.3, validation_share=0.5), (32, 32), 0.01, seed=1)
    trainer.advance(2500)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.OVERFITTING
    step, loss = trainer.best
    assert f"step {step}" in progress.text
    assert trainer.validation_loss > 2 * loss
    parameters = trainer.parameters
    parameters[-1] += 0.5 * (trainer.validation_loss - trainer.loss) ** 0.5
    trainer.place(parameters)
    assert "is down to" not in progress_of(trainer).text, "what was changed by hand has raised the training loss"


def test_a_straight_line_on_a_sine_underfits():
    trainer = trainer_on(SINE, (), 0.05)
    trainer.advance(600)
    assert progress_of(trainer).kind is ProgressKind.UNDERFITTING


def test_a_good_fit_at_rest_is_said_to_rest_near_a_minimum_only():
    trainer = trainer_on(DataSpec("linear", n=100, noise=0.1), (), 0.05)
    trainer.advance(3000)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.AT_REST
    assert "global" not in progress.text


def test_zero_weights_are_symmetric_for_ever():
    trainer = trainer_on(MOONS, (8,), 0.3, rule="gd", initializer="zeros")
    assert "all 0" in progress_of(trainer).text
    trainer.advance(50)
    assert progress_of(trainer).kind is ProgressKind.SYMMETRIC


def test_dead_units_are_counted():
    trainer = trainer_on(MOONS, (8,), 0.01, activation="relu")
    parameters = trainer.parameters
    biases = trainer.network.layers[0].biases
    parameters[biases.start : biases.start + 3] = -100.0
    trainer.place(parameters)
    trainer.advance(5)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.DEAD
    assert progress.text.startswith("3 of 8")
    assert "no step brings them back" in progress.text
    deep = trainer_on(MOONS, (8, 4), 0.01, activation="relu")
    parameters = deep.parameters
    parameters[deep.network.layers[1].biases] = -100.0
    deep.place(parameters)
    deep.advance(5)
    assert "4 of 12" in progress_of(deep).text
    assert "behind other units they revive only if those change" in progress_of(deep).text


def test_divergence_and_early_stopping_are_told_as_the_trainer_explains_them():
    diverging = trainer_on(SINE, (8, 8), 0.5, rule="gd")
    diverging.advance(500)
    assert progress_of(diverging).kind is ProgressKind.DIVERGED
    assert progress_of(diverging).text == diverging.explanation
    stopped = trainer_on(DataSpec("moons", n=150, noise=0.15, wrong_labels=0.15), (32, 32), 0.02, patience=50)
    stopped.advance(5000)
    assert progress_of(stopped).kind is ProgressKind.STOPPED_EARLY


@pytest.mark.parametrize("step", [1, 5, 11, 12, 13, 40])
def test_every_early_step_has_a_sentence(step):
    trainer = trainer_on(MOONS, (4,), 0.01)
    trainer.advance(step)
    text = progress_of(trainer).text
    assert text.endswith(".")
    assert "nan" not in text.lower()
    assert np.isfinite(trainer.loss)


def on_table(inputs, targets, hidden, lr, **more) -> Trainer:
    return Trainer(
        MLP((inputs.shape[1], *hidden, 1), activation=more.pop("activation", "tanh")), inputs, targets,
        more.pop("loss", "mse"), OPTIMIZERS["adam"](lr=lr), **more,
    )  # fmt: skip


def prices():
    """Salaries and what comes of them, in their own units, as a table has them."""
    rng = np.random.default_rng(0)
    x = rng.uniform(50_000.0, 109_000.0, (80, 1))
    return x, (x - 80_000.0) / 20_000.0 + 0.1 * rng.standard_normal((80, 1))


def test_inputs_far_from_unit_scale_are_named_first():
    inputs, targets = prices()
    trainer = on_table(inputs, targets, (8, 8), 0.01)
    assert "far from unit scale" in progress_of(trainer).text
    trainer.advance(800)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.UNSCALED
    assert "Standardize features" in progress.text
    assert "saturated" in progress.text
    assert f"mean {inputs.mean():.0f}" in progress.text
    scaled = on_table((inputs - inputs.mean()) / inputs.std(), targets, (8, 8), 0.01)
    assert "unit scale" not in progress_of(scaled).text
    scaled.advance(800)
    assert progress_of(scaled).kind in (ProgressKind.LEARNING, ProgressKind.AT_REST)


def test_targets_far_from_unit_scale_are_named_for_values_only():
    inputs, _ = prices()
    small = (inputs - inputs.mean()) / inputs.std()
    trainer = on_table(small, inputs, (4,), 0.001)
    trainer.advance(300)
    assert progress_of(trainer).kind is ProgressKind.UNSCALED
    assert "values to learn" in progress_of(trainer).text


def test_saturated_units_are_named_where_the_inputs_are_not_to_blame():
    rng = np.random.default_rng(1)
    inputs = rng.uniform(-1.0, 1.0, (60, 1))
    trainer = on_table(inputs, np.sin(6.0 * inputs), (6,), 1e-3)
    parameters = trainer.parameters
    parameters[trainer.network.layers[0].biases] = 30.0
    trainer.place(parameters)
    trainer.advance(3000)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.SATURATED
    assert "100 %" in progress.text


def test_one_training_point_is_one():
    trainer = on_table(np.zeros((1, 1)), np.ones((1, 1)), (2,), 0.01)
    assert "the loss on 1 training point is" in progress_of(trainer).text


def test_a_validation_loss_that_has_begun_to_rise_is_not_called_learning():
    trainer = trainer_on(DataSpec("sine", n=40, noise=0.3, validation_share=0.5), (32, 32), 0.003, seed=1, l2=0.01)
    kinds = []
    for step in range(500, 9001, 500):
        trainer.seek(step)
        validation = trainer.history.validation_loss
        part = len(validation) // 6
        third, second, last = (validation[len(validation) - k * part :][:part].mean() for k in (3, 2, 1))
        progress = progress_of(trainer)
        kinds.append(progress.kind)
        if third < second < 0.99 * last and trainer.validation_loss > 1.06 * trainer.best[1]:
            assert progress.kind is ProgressKind.TURNED
            assert "has begun to rise" in progress.text
            assert f"step {trainer.best[0]} with" in progress.text
    assert kinds.index(ProgressKind.LEARNING) < kinds.index(ProgressKind.TURNED)
    typed = trainer.parameters.copy()
    typed[-1] += 0.04
    assert progress_of(trainer).kind is ProgressKind.TURNED
    before = trainer.loss
    trainer.place(typed)
    text = progress_of(trainer).text
    assert trainer.loss > before
    assert "falls" not in text
    assert "Something was changed" in text


def test_back_at_the_best_step_it_is_said_to_be_the_best():
    trainer = trainer_on(DataSpec("sine", n=40, noise=0.3, validation_share=0.5), (32, 32), 0.003, seed=1)
    trainer.advance(2500)
    trainer.restore_best()
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.BEST
    assert progress.text.startswith(f"Step {trainer.step} has the lowest validation loss of the 2500 steps")
    trainer.advance(4)
    assert progress_of(trainer).kind is not ProgressKind.BEST


def test_weights_that_are_0_and_stay_0_are_told_from_copies():
    trainer = trainer_on(SINE, (8,), 0.1, initializer="zeros")
    trainer.advance(100)
    assert not trainer.parameters[:-1].any()
    assert "gradient of every weight is 0" in progress_of(trainer).text
    copies = trainer_on(SINE, (8,), 0.1, initializer="zeros", activation="sigmoid")
    copies.advance(100)
    assert copies.parameters.all()
    assert "copies of each other" in progress_of(copies).text


def test_a_change_by_hand_is_not_called_rest():
    trainer = trainer_on(DataSpec("linear", n=100, noise=0.1), (), 0.05)
    trainer.advance(3000)
    assert progress_of(trainer).kind is ProgressKind.AT_REST
    trainer.set(l2=5.0)
    progress = progress_of(trainer)
    assert progress.kind is ProgressKind.LEARNING
    assert "changed" in progress.text


def test_a_plateau_on_which_the_gradient_is_not_small_is_no_minimum():
    network = MLP((2, 8, 8, 1), activation="tanh")
    data = make_data(DataSpec("moons", n=300, noise=0.15), 0)
    inputs, targets = data.training_set.inputs, data.training_set.targets
    trainer = Trainer(network, inputs, targets, "binary_cross_entropy", OPTIMIZERS["gd"](lr=0.8))
    trainer.advance(400)
    seen = {}
    for step in range(12, 60):
        trainer.seek(step)
        seen.setdefault(progress_of(trainer).kind, step)
    assert ProgressKind.AT_REST not in seen
    step = seen[ProgressKind.PLATEAU]
    trainer.seek(step)
    assert "may go on falling" in progress_of(trainer).text
    assert trainer.history.loss[trainer.history.step > step].min() < 0.5 * trainer.loss


def test_a_loss_that_rises_step_by_step_is_blamed_on_the_rate():
    """Of mean((w·x + b − y)²) with x = ±1 the curvature is 2, and so a rate above 1 too large."""
    inputs = np.array([[-1.0], [1.0]])
    for rate, kind in ((1.01, ProgressKind.RISING), (0.9, ProgressKind.LEARNING)):
        trainer = Trainer(MLP((1, 1)), inputs, inputs, "mse", OPTIMIZERS["gd"](lr=rate), initializer="zeros")
        trainer.advance(60)
        assert progress_of(trainer).kind is kind
        trainer.seek(3)  # too few are before it to speak of a trend
        assert progress_of(trainer).kind is ProgressKind.LEARNING


def test_where_nothing_is_to_be_learnt_it_rests():
    trainer = on_table(np.array([[-1.0], [1.0]]), np.zeros((2, 1)), (), 0.1, initializer="zeros")
    trainer.advance(40)
    assert trainer.loss == 0.0
    assert progress_of(trainer).kind is ProgressKind.AT_REST


def test_units_without_flat_ends_are_not_called_saturated():
    trainer = trainer_on(SINE, (1,), 0.01, activation="leaky_relu")
    trainer.advance(1500)
    assert progress_of(trainer).kind is ProgressKind.UNDERFITTING
