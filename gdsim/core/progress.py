"""One modest sentence about training: what the two losses do, what that is called, and what stands in the way.

Pure functions of a Trainer's present step and history; nothing is claimed that its numbers do not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gdsim.core.network import dead_units, twin_units
from gdsim.core.numerals import in_words
from gdsim.core.trainer import History, StopReason, Trainer
from gdsim.core.verdict import Tone

Array = NDArray[np.float64]

_RISEN = 1.15  # the validation loss against its lowest, from which it is called overfitting
_APART = 1.5  # the validation loss against the training loss
_STILL = 0.005  # share of change over the last third of the history, below which nothing moves
_AHEAD = 200  # steps over which a gradient that is not small would still lower the objective
_AHEAD_SHARE = 0.02  # of the objective: what the gradient may promise over them at rest
_ENOUGH = 12  # records needed to speak of a trend
_POOR = {True: 0.8, False: 0.5}  # accuracy and R² below which a network at rest is said to underfit
_TURNED = 1.05  # the validation loss against its lowest, from which a steady rise is spoken of
_FAR = 10.0  # mean or deviation of inputs and targets, from which they are far from the scale of start weights
_SLOW = 0.02  # share of change over the last third, below which it is asked what holds training up
_MOSTLY = 0.9  # of all responses, from which saturation is what holds it up
_SATURATED = 0.02  # how near to its end a response is where the slope is almost 0
_POINTS = 500  # looked at to tell whether units are saturated


class ProgressKind(StrEnum):
    START = "start"
    LEARNING = "learning"
    BEST = "best"
    TURNED = "turned"
    OVERFITTING = "overfitting"
    AT_REST = "at_rest"
    PLATEAU = "plateau"
    UNDERFITTING = "underfitting"
    UNSCALED = "unscaled"
    SATURATED = "saturated"
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
            text = f"{stop.explanation} Best step (Ctrl+E) shows them."
            return Progress(ProgressKind.STOPPED_EARLY, text)
        return Progress(ProgressKind.DIVERGED, stop.explanation, Tone.BAD)
    if trainer.step == 0:
        return _at_the_start(trainer)
    return _trouble(trainer) or _trend(trainer)


def _at_the_start(trainer: Trainer) -> Progress:
    points = "1 training point" if trainer.training.points == 1 else f"{trainer.training.points} training points"
    scale = _scale(trainer)
    advice = f"{scale}: standardize the features." if scale else "A step moves every weight against its gradient."
    text = (
        f"The network starts from {_start_words(trainer)}: the loss on {points} is {in_words(trainer.loss)}. {advice}"
    )
    return Progress(ProgressKind.START, text, Tone.WARNING if scale else Tone.NEUTRAL)


def _start_words(trainer: Trainer) -> str:
    weights = trainer.parameters[trainer.network.weight_mask]
    return "weights that are all 0" if not weights.any() else "random weights"


def _trouble(trainer: Trainer) -> Progress | None:
    """Symmetry that was never broken, and units that answer 0 to every point."""
    network, parameters = trainer.network, trainer.parameters
    twins = twin_units(network, parameters)
    alike = any(len(units) == network.sizes[layer + 1] > 1 for layer, units in twins)
    if alike and not parameters[network.weight_mask].any():
        text = (
            "All weights are 0 and stay 0: the gradient of every weight is 0, so only the output's bias learns. Random "
            "start weights break this symmetry."
        )
        return Progress(ProgressKind.SYMMETRIC, text, Tone.WARNING)
    if alike:
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
            f"gradient 0, so {_way_back(count, any(units.any() for units in dead[1:]))}. {_losses(trainer)}"
        )
        return Progress(ProgressKind.DEAD, text, Tone.WARNING)
    return None


def _way_back(count: int, deep: bool) -> str:
    """What dead units wait for: a unit behind another hidden layer may answer again when that layer changes."""
    if deep:
        return "no step moves their own weights; behind other units they revive only if those change"
    return f"no step brings {'it' if count == 1 else 'them'} back"


def _trend(trainer: Trainer) -> Progress:
    history = trainer.history
    if len(history) < _ENOUGH:
        return Progress(ProgressKind.LEARNING, _losses(trainer))
    best = trainer.best
    loss, validation = trainer.loss, trainer.validation_loss
    if (
        best is not None and validation > _RISEN * best[1] and validation > _APART * loss and trainer.step > best[0]
        and loss <= _loss_at(history, best[0])
    ):  # fmt: skip
        text = (
            f"Overfitting: the training loss is down to {in_words(loss)}, but the validation loss was lowest at step "
            f"{best[0]} with {in_words(best[1])} and has risen to {in_words(validation)}: the network learns the noise."
        )
        return Progress(ProgressKind.OVERFITTING, text, Tone.WARNING)
    if best is not None and best[0] == trainer.step < trainer.furthest and _is_lowest(history, best[1]):
        text = (
            f"Step {best[0]} has the lowest validation loss of the {trainer.furthest} steps so far. {_losses(trainer)}"
        )
        return Progress(ProgressKind.BEST, text, Tone.GOOD)
    change = _change(history.loss + history.penalty, history.step, trainer.step)
    if change > 0.05:
        text = f"The loss rises over the last steps, so the rate may be too large here. {_losses(trainer)}"
        return Progress(ProgressKind.RISING, text, Tone.WARNING)
    poor = trainer.score < _POOR[trainer.classes]
    held_up = _held_up(trainer) if poor and (change > -_SLOW or _scale(trainer)) else None
    if held_up is not None:
        return held_up
    if _just_changed(trainer):
        objective = in_words(trainer.loss + trainer.penalty)
        text = f"Something was changed: the objective is {objective} now. Train on from here."
        return Progress(ProgressKind.LEARNING, text)
    if (
        best is not None
        and validation > _TURNED * best[1]
        and loss <= _loss_at(history, best[0])
        and _rises(history.validation_loss, history.step, trainer.step)
    ):
        falling = f"while the training loss {'falls' if change < 0 else 'stays'}"
        text = (
            f"The validation loss has begun to rise: it was lowest at step {best[0]} with {in_words(best[1])} and is "
            f"{in_words(validation)} now, {falling} at {in_words(loss)}. From here on overfitting may begin."
        )
        return Progress(ProgressKind.TURNED, text)
    if abs(change) < _STILL:
        if _promised(trainer) > _AHEAD_SHARE:
            return _plateau(trainer)
        return _underfitting(trainer) if poor else _at_rest(trainer)
    return Progress(ProgressKind.LEARNING, f"Learning. {_losses(trainer)}")


def _just_changed(trainer: Trainer) -> bool:
    """Whether the objective is not what it was at the last record: something was changed by hand since."""
    history = trainer.history
    last = int(np.searchsorted(history.step, trainer.step, side="right")) - 1
    before, recorded = (float(history.loss[i] + history.penalty[i]) for i in (max(0, last - 1), last))
    usual = 0.0 if history.step[last] == trainer.step else 2.0 * abs(recorded - before)  # training itself goes on
    return abs(trainer.loss + trainer.penalty - recorded) > max(_STILL * abs(recorded), usual)


def _promised(trainer: Trainer) -> float:
    """The share of the objective that steps against the last recorded gradient would take off if it stayed as it is.

    To first order a step of rate η lowers the objective by η‖g‖².  With mini-batches g is that of the next batch, whose
    noise promises a fall that does not come, so the smallest of the last sixth of the records counts.  Nothing is
    promised with L1: its gradient stays large at the kinks where the minimum lies.
    """
    if trainer.settings.l1 > 0.0:
        return 0.0
    history = trainer.history
    reached = int(np.searchsorted(history.step, trainer.step, side="right"))
    squares = np.sum(history.gradient_norms[max(0, reached - max(2, reached // 6)) : reached] ** 2, axis=1)
    objective = abs(trainer.loss + trainer.penalty)
    if objective == 0.0 or not squares.size or not np.isfinite(squares).all():
        return 0.0
    return _AHEAD * trainer.learning_rate * float(squares.min()) / objective


def _plateau(trainer: Trainer) -> Progress:
    text = (
        f"The loss hardly moves: a plateau. {_losses(trainer)} The gradient is not small yet, so it may go on falling "
        "later."
    )
    return Progress(ProgressKind.PLATEAU, text)


def _at_rest(trainer: Trainer) -> Progress:
    text = (
        f"The loss hardly moves any more. {_losses(trainer)} It rests near a minimum; from another seed it may find a "
        "better one, or a worse one."
    )
    return Progress(ProgressKind.AT_REST, text, Tone.GOOD)


def _underfitting(trainer: Trainer) -> Progress:
    text = (
        f"The losses hardly move any more and are still high. {_losses(trainer)} It underfits: the network may be too "
        "small, held back too much, or resting in a poor local minimum."
    )
    return Progress(ProgressKind.UNDERFITTING, text, Tone.WARNING)


def _held_up(trainer: Trainer) -> Progress | None:
    """What is known to keep a loss high: numbers of the wrong size, and units that are saturated by them or others."""
    high = "The losses are high and hardly fall."  # no numbers: what helps has to be seen
    share, scale = _saturated(trainer), _scale(trainer)
    if scale:
        flat = f", and {100 * share:.0f} % of a layer's responses are saturated" if share > 0.5 else ""
        text = f"{high} {scale}{flat}. Standardize features, under Data, helps."
        return Progress(ProgressKind.UNSCALED, text, Tone.WARNING)
    if share > _MOSTLY:
        text = (
            f"{high} {100 * share:.0f} % of a layer's responses lie at the flat ends of the activation, where the "
            "gradient is almost 0: smaller start weights, a smaller rate or standardized features help."
        )
        return Progress(ProgressKind.SATURATED, text, Tone.WARNING)
    return None


def _scale(trainer: Trainer) -> str:
    """Inputs or values far from the scale of 1 that start weights and rates are made for, as a clause; or nothing."""
    columns = [("inputs", trainer.training.inputs)]
    if not trainer.classes:
        columns.append(("values to learn", trainer.training.targets))
    for name, values in columns:
        means, deviations = values.mean(axis=0), values.std(axis=0)
        sizes = np.maximum(np.abs(means), deviations)
        worst = int(np.argmax(sizes))
        if sizes[worst] > _FAR:
            return (
                f"The {name} are far from unit scale (mean {in_words(means[worst])}, deviation "
                f"{in_words(deviations[worst])})"
            )
    return ""


def _saturated(trainer: Trainer) -> float:
    """Of the layer of tanh or sigmoid units where it is largest: the share of responses that lie at a flat end."""
    ends = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
    inputs = trainer.training.inputs[:: max(1, trainer.training.points // _POINTS)]
    flat: list[float] = []
    for layer, response in zip(trainer.network.layers[:-1], trainer.responses(inputs), strict=False):
        if layer.activation in ends:
            low, high = ends[layer.activation]
            near = _SATURATED * (high - low)
            flat.append(float(np.mean((response < low + near) | (response > high - near))))
    return max(flat, default=0.0)


def _loss_at(history: History, step: int) -> float:
    """The training loss recorded last up to `step`."""
    return float(history.loss[max(0, int(np.searchsorted(history.step, step, side="right")) - 1)])


def _is_lowest(history: History, loss: float) -> bool:
    known = history.validation_loss[np.isfinite(history.validation_loss)]
    return bool(len(known)) and loss <= known.min()


def _thirds(column: Array, steps: NDArray[np.int64], step: int) -> tuple[float, float, float] | None:
    """Means of the last three sixths of what was recorded up to `step`; None where that is too little."""
    reached = int(np.searchsorted(steps, step, side="right"))
    if reached < _ENOUGH:
        return None
    part = max(2, reached // 6)
    found = column[:reached]
    means = [float(np.mean(piece)) for piece in (found[-3 * part : -2 * part], found[-2 * part : -part], found[-part:])]
    return (means[0], means[1], means[2]) if np.isfinite(means).all() else None


def _change(column: Array, steps: NDArray[np.int64], step: int) -> float:
    """By what share the column changed over the last third of what was recorded; falling while there is little."""
    parts = _thirds(column, steps, step)
    if parts is None:
        return -1.0
    if parts[1] == 0.0:
        return 0.0
    return (parts[2] - parts[1]) / abs(parts[1])


def _rises(column: Array, steps: NDArray[np.int64], step: int) -> bool:
    """Whether it rose from part to part."""
    parts = _thirds(column, steps, step)
    return parts is not None and parts[0] < parts[1] < parts[2] and parts[2] > (1.0 + _STILL) * parts[1]


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
