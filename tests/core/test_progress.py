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
