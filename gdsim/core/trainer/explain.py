"""Why training stopped, in a sentence with its numbers."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from gdsim.core.numerals import in_words

from .history import History
from .sharpness import sharpness

if TYPE_CHECKING:
    from .timeline import Timeline


def early(step: int, best: int, lowest: float, now: float, patience: int) -> str:
    epochs = "1 epoch" if patience == 1 else f"{patience} epochs"
    return (
        f"Stopped early at step {step}: for {epochs} the validation loss has not fallen below {in_words(lowest)}, "
        f"which it had at step {best}; now it is {in_words(now)}."
    )


def divergence(timeline: Timeline, history: History, loss: float) -> Generator[None, None, str]:
    """The reason that can be named: shrinking beyond 0, a rate above its limit, or else only the rise."""
    step = timeline.step
    first = float(history.loss[0]) if len(history) else math.nan
    if step == 0 and not math.isfinite(first):
        return "The loss is no number at the start already: these weights are too large, or the data are."
    last = "beyond all numbers" if not math.isfinite(loss) else f"to {in_words(loss)}"
    rise = f"the loss went from {in_words(first)} {last}"
    kept = f"The last finite weights, those of step {step}, are kept."
    reason = _overshrunk(timeline) or (yield from _too_fast(timeline, history))
    if reason:
        return f"Diverged, {rise}: {reason} {kept}"
    return f"Diverged: {rise}. {kept} A smaller learning rate usually helps."


def _overshrunk(timeline: Timeline) -> str:
    """1 − rate·λ below −1: the penalty alone throws the weights ever further across 0."""
    settings = timeline.settings
    rate = settings.rate(timeline.step)
    causes = [(settings.weight_decay, "weight decay")]
    if settings.optimizer.key == "gd":
        causes.insert(0, (settings.l2, "L2"))
    for strength, name in causes:
        if rate * strength > 2.0:
            factor = in_words(1.0 - rate * strength)
            return (
                f"with {name} of λ = {in_words(strength)} and the learning rate {in_words(rate)} every step multiplies "
                f"the weights by 1 − {in_words(rate)}·{in_words(strength)} = {factor}, which is below −1, so they "
                f"change sign and grow. A rate below 2/λ = {in_words(2.0 / strength)} avoids that."
            )
    return ""


def _too_fast(timeline: Timeline, history: History) -> Generator[None, None, str]:
    """A rate above the optimizer's limit for the curvature where the loss was lowest."""
    settings, engine = timeline.settings, timeline.engine
    if settings.optimizer.rate_limit(1.0) is None:
        return ""
    losses = np.where(np.isfinite(history.loss), history.loss, np.inf)
    before = timeline.finite_before(int(history.step[np.argmin(losses)]))
    curvature = yield from sharpness(
        engine.network, engine.loss, before.parameters, engine.columns, engine.targets, settings.l2
    )
    limit = settings.optimizer.rate_limit(curvature) if math.isfinite(curvature) else None
    rate = settings.rate(before.step)
    if limit is None or rate <= limit:
        return ""
    return (
        f"the learning rate {in_words(rate)} is above {settings.optimizer.limit_text} = {in_words(limit)}, for the "
        f"largest curvature of the loss at step {before.step} is {in_words(curvature)}; so along that direction every "
        f"step overshoots further."
    )
