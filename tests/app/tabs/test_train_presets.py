"""What the presets say has to be true when it is seen first, and still when they are left to play."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.tabs.train.presets import PRESETS, usual
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.training import begun
from gdsim.core.network import near_zero
from gdsim.core.progress import ProgressKind, progress_of
from gdsim.core.trainer import Trainer

_TIMES = (1, 5, 20)  # of the steps that a preset names; the last is what ten seconds at full speed make of many
_LONGEST_TITLE = 26  # letters that the list shows whole

_FITTING = {ProgressKind.LEARNING, ProgressKind.AT_REST}
_KINDS = {
    "fits": _FITTING,
    "underfits": {ProgressKind.UNDERFITTING},
    "fits_curve": _FITTING,
    "spiral": _FITTING,
    "overfits_large": {ProgressKind.OVERFITTING},
    "overfits_labels": {ProgressKind.OVERFITTING},
    "overfits_few": {ProgressKind.OVERFITTING},
    "cured_l2": _FITTING,
    "cured_l1": _FITTING,
    "cured_dropout": _FITTING | {ProgressKind.TURNED},  # its loss is noisy, up and down
    "cured_early": {ProgressKind.STOPPED_EARLY},
    "seed_one": {ProgressKind.UNDERFITTING},
    "seed_two": {ProgressKind.AT_REST},
    "zeros": {ProgressKind.SYMMETRIC},
    "diverges": {ProgressKind.DIVERGED},
    "dead_relu": {ProgressKind.DEAD},
}


def trained(key: str, times: int = 1) -> Trainer:
    trainer = begun(PRESETS[key].experiment).trainer
    trainer.advance(times * PRESETS[key].steps)
    return trainer


@pytest.mark.parametrize("key", list(PRESETS))
def test_every_preset_tells_its_story_however_long_it_plays(key):
    trainer = begun(PRESETS[key].experiment).trainer
    for times in _TIMES:
        trainer.seek(times * PRESETS[key].steps)
        progress = progress_of(trainer)
        assert progress.kind in _KINDS[key], f"after {trainer.step} steps: {progress.text}"
        if progress.kind in _FITTING:
            assert trainer.validation_loss < 1.15 * trainer.best[1]
        if progress.kind is ProgressKind.OVERFITTING:
            assert trainer.validation_loss > 3 * trainer.best[1]


@pytest.mark.parametrize("key", list(PRESETS))
def test_titles_are_short_enough_for_the_list(key):
    assert len(PRESETS[key].title) <= _LONGEST_TITLE
    assert len(PRESETS[key].look_for) <= 240


def test_the_first_start_is_a_good_fit_for_ever_with_the_network_that_solves_the_spiral():
    assert usual().net.hidden == PRESETS["spiral"].experiment.net.hidden == (8, 8)
    assert trained("fits", 20).validation_score > 0.95
    for times in _TIMES:
        assert trained("spiral", times).validation_score > 0.95


def test_the_curve_that_fits_comes_down_near_its_noise_and_stays():
    for times in _TIMES:
        trainer = trained("fits_curve", times)
        assert 0.03 < trainer.validation_loss < 0.05
        assert trainer.training.points == 140  # as the sentence about too little data says


@pytest.mark.parametrize("key", ["cured_l2", "cured_l1", "cured_dropout"])
def test_the_cures_are_better_on_unseen_data_than_the_ghost_beside_them(qtbot, key):
    session = TrainSession()
    session.apply_preset(key)
    session.advance(PRESETS[key].steps)
    (ghost,) = session.ghosts
    assert ghost.step == PRESETS[key].steps
    assert session.trainer.validation_loss < 0.5 * ghost.validation_loss


def test_early_stopping_says_where_its_best_weights_are_and_they_are_there(qtbot):
    session = TrainSession()
    session.apply_preset("cured_early")
    session.advance(PRESETS["cured_early"].steps)
    step, lowest = session.trainer.best
    said = progress_of(session.trainer)
    assert session.trainer.validation_loss > 1.5 * lowest
    assert f"The weights of step {step} are kept. Best step (Ctrl+E) shows them." in said.text
    assert said.tone != "good"
    (ghost,) = session.ghosts
    session.restore_best()
    assert session.trainer.validation_loss == lowest < 0.3 * ghost.validation_loss
    assert progress_of(session.trainer).text.startswith(f"Step {step} has the lowest validation loss of the ")


def test_l1_leaves_more_weights_near_zero_than_no_penalty():
    counts = []
    for key in ("overfits_large", "cured_l1"):
        trainer = trained(key)
        counts.append(int(near_zero(trainer.network, trainer.parameters).sum()))
    assert counts[1] > 10 * max(1, counts[0])


def test_two_seeds_come_to_rest_in_two_minima():
    for times in _TIMES:
        one, other = trained("seed_one", times), trained("seed_two", times)
        assert one.loss == pytest.approx(0.447, abs=0.002)
        assert other.loss == pytest.approx(0.238, abs=0.002)


def test_zeros_learn_what_a_single_unit_can_and_no_more():
    trainer = trained("zeros", 0)
    hidden = trainer.network.layers[0].weights
    assert not trainer.gradient[hidden].any()
    assert trainer.gradient.any()
    trainer.advance(600)
    weights = trainer.network.weights(trainer.parameters, 0)
    assert np.ptp(weights) <= 1e-12 * abs(weights).max()
    assert abs(weights).max() > 1  # and yet they are no longer 0: the picture shows it
    assert trained("zeros", 20).loss > 5 * trained("fits_curve").loss


def test_after_divergence_the_button_leads_to_a_fit(qtbot):
    session = TrainSession()
    session.apply_preset("diverges")
    session.advance(PRESETS["diverges"].steps)
    assert not session.can_step
    sound = session.trainer.stop.sound_step
    session.retreat()
    assert session.index == sound
    session.advance(5000)
    assert session.trainer.stop is None
    assert session.trainer.loss < 0.06
