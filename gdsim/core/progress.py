"""One modest sentence about training: what the two losses do, what that is called, and what stands in the way.

Pure functions of a Trainer's present step and history; nothing is claimed that its numbers do not show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gdsim.core.network import dead_units, twin_units
from gdsim.core.numerals import in_words
from gdsim.core.trainer import History, StopReason, Trainer
from gdsim.core.verdict import Tone

_RISEN = 1.15  # the validation loss against its lowest, from which it is called overfitting
_APART = 1.5  # the validation loss against the training loss
_STILL = 0.005  # share of change over the last third of the history, below which nothing moves
_ENOUGH = 12  # records needed to speak of a trend
_POOR = {True: 0.8, False: 0.5}  # accuracy and R² below which a network at rest is said to underfit


class ProgressKind(StrEnum):
    START = "start"
    LEARNING = "learning"
    OVERFITTING = "overfitting"
    AT_REST = "at_rest"
    UNDERFITTING = "underfitting"
    RISING = "rising"
    SYMMETRIC = "symmetric"
    DEAD = "dead"
    STOPPED_EARLY = "stopped_early"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Progress:
    """What to say under the picture; `tone` chooses its icon and colour, `kind` is for tests."""

    kind: ProgressKind
    text: str
    tone: Tone = Tone.NEUTRAL


def progress_of(trainer: Trainer) -> Progress:
    """The sentence about the trainer's present step."""
    stop = trainer.stop
    if stop is not None:
        if stop.reason is StopReason.EARLY:
            return Progress(ProgressKind.STOPPED_EARLY, stop.explanation, Tone.GOOD)
        return Progress(ProgressKind.DIVERGED, stop.explanation, Tone.BAD)
    if trainer.step == 0:
        return _at_the_start(trainer)
    return _trouble(trainer) or _trend(trainer)


def _at_the_start(trainer: Trainer) -> Progress:
    text = (
        f"The network starts from {_start_words(trainer)}: the loss on {trainer.training.points} training points is "
        f"{in_words(trainer.loss)}. A step moves every weight against its part of the gradient."
    )
    return Progress(ProgressKind.START, text)


def _start_words(trainer: Trainer) -> str:
    weights = trainer.parameters[trainer.network.weight_mask]
    return "weights that are all 0" if not weights.any() else "random weights"


def _trouble(trainer: Trainer) -> Progress | None:
    """Symmetry that was never broken, and units that answer 0 to every point."""
    network, parameters = trainer.network, trainer.parameters
    twins = twin_units(network, parameters)
    if any(len(units) == network.sizes[layer + 1] > 1 for layer, units in twins):
        text = (
            "All units of a layer have the same weights, so they get the same gradient and stay copies of each other: "
            "the layer works as a single unit. Random start weights break this symmetry."
        )
        return Progress(ProgressKind.SYMMETRIC, text, Tone.WARNING)
    dead = dead_units(network, parameters, trainer.training.inputs)
    count = int(sum(units.sum() for units in dead))
    total = network.hidden_units
    if count and count >= total / 4:
        text = (
            f"{count} of {total} hidden units {'is' if count == 1 else 'are'} dead: 0 for every training point, with "
            f"gradient 0, so no step brings them back. {_losses(trainer)}"
        )
        return Progress(ProgressKind.DEAD, text, Tone.WARNING)
    return None


def _trend(trainer: Trainer) -> Progress:
    history = trainer.history
    if len(history) < _ENOUGH:
        return Progress(ProgressKind.LEARNING, _losses(trainer))
    best = trainer.best
    loss, validation = trainer.loss, trainer.validation_loss
    if best is not None and validation > _RISEN * best[1] and validation > _APART * loss and trainer.step > best[0]:
        text = (
            f"Overfitting: the training loss is down to {in_words(loss)}, but the validation loss was lowest at step "
            f"{best[0]} with {in_words(best[1])} and has risen to {in_words(validation)}: the network learns the noise."
        )
        return Progress(ProgressKind.OVERFITTING, text, Tone.WARNING)
    change = _change(history, trainer.step)
    if change > 0.05:
        text = f"The loss rises over the last steps, so the rate may be too large here. {_losses(trainer)}"
        return Progress(ProgressKind.RISING, text, Tone.WARNING)
    if abs(change) < _STILL:
        return _at_rest(trainer)
    return Progress(ProgressKind.LEARNING, f"Learning. {_losses(trainer)}")


def _at_rest(trainer: Trainer) -> Progress:
    score = trainer.score
    if score < _POOR[trainer.classes]:
        text = (
            f"The losses hardly move any more and are still high. {_losses(trainer)} It underfits: the network may be "
            "too small, held back too much, or resting in a poor local minimum."
        )
        return Progress(ProgressKind.UNDERFITTING, text, Tone.WARNING)
    text = (
        f"The loss hardly moves any more. {_losses(trainer)} It rests near a minimum; from another seed it may find a "
        "better one, or a worse one."
    )
    return Progress(ProgressKind.AT_REST, text, Tone.GOOD)


def _change(history: History, step: int) -> float:
    """By what share the objective changed over the last third of what was recorded; nan counts as none."""
    reached = int(np.searchsorted(history.step, step, side="right"))
    total = (history.loss + history.penalty)[:reached]
    if reached < _ENOUGH:
        return -1.0
    third = max(2, reached // 6)
    before, now = float(np.mean(total[-2 * third : -third])), float(np.mean(total[-third:]))
    if not (math.isfinite(before) and math.isfinite(now)) or before == 0.0:
        return 0.0
    return (now - before) / abs(before)


def _losses(trainer: Trainer) -> str:
    """Both losses and what the score says, as a sentence."""
    text = f"the training loss is {in_words(trainer.loss)}"
    if trainer.validation is not None:
        text += f", on validation points {in_words(trainer.validation_loss)}"
    if trainer.classes:
        share = trainer.validation_score if trainer.validation is not None else trainer.score
        where = "validation" if trainer.validation is not None else "training"
        text += f"; {100 * share:.1f} % of the {where} points are classed rightly"
    return text[:1].upper() + text[1:] + "."
