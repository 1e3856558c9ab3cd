"""Why training diverged, where it was still sound, and with which rate it may go on from there."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words

from .history import History
from .sharpness import sharpness
from .stop import Stop, StopReason

if TYPE_CHECKING:
    from .timeline import Timeline

Array = NDArray[np.float64]

_SOUND = 1.5  # times the lowest objective, up to which a step counts as sound
# Of the limit.  The curvature grows while a network learns, and a batch may be more curved than all points together.
_SHARE, _SHARE_OF_BATCHES = 0.5, 0.25
# Where no limit is known: of the rate, and of the optimizer's usual rate.
_DEFAULT_CUT, _MOST_OF_USUAL = 0.1, 10.0
_FAR_OUT = 100.0  # times the loss of the sound step
_AHEAD = (0, 10, 100, 1000, 10_000)  # steps at which a schedule's factor is looked up
_LEAST_RATE = 1e-6  # the least that an optimizer takes


def sound_step(history: History) -> int:
    """The last recorded step whose objective is at most 1.5 times the lowest; 0 where none is finite."""
    objective = _objective(history)
    sound = np.flatnonzero(objective <= _SOUND * objective.min(initial=math.inf))
    return int(history.step[sound[-1]]) if np.isfinite(objective).any() else 0


def _objective(history: History) -> Array:
    total = history.loss + history.penalty
    return np.where(np.isfinite(total), total, np.inf)


@dataclass(frozen=True)
class _Cause:
    """Why it diverged, as a clause (empty: not for this); `rate` below the `bound` with which it does not."""

    reason: str
    rate: float
    bound: str


def stopped(
    timeline: Timeline, history: History, sound: int, parameters: Array, loss: float
) -> Generator[None, None, Stop]:
    """What to say at the present step; `parameters` are those of the step `sound`, and `loss` is where it ended."""
    step, settings = timeline.step, timeline.settings
    losses = history.loss
    if step == 0 and not math.isfinite(losses[0]):
        text = "The loss is no number at the start already: these weights are too large, or the data are."
        return Stop(step, StopReason.NOT_A_NUMBER, text)
    highest = max(settings.rate(int(at)) for at in (*history.step[history.step >= sound], step))
    cause = yield from _cause(timeline, parameters, highest)
    sound_loss = float(losses[np.searchsorted(history.step, sound)])
    begun = float(losses[np.searchsorted(history.step, timeline.segment.start, side="right") - 1])
    lost = sound < timeline.segment.start and not begun <= _FAR_OUT * sound_loss
    before = in_words(sound_loss, 3)
    rise = f"from {before} to {in_words(loss, 2)}" if math.isfinite(loss) else f"from {before} beyond all numbers"
    if lost:
        text = (
            f"the weights kept from step {timeline.segment.start} are already far out (loss {in_words(begun, 2)}), and "
            "a lower rate alone does not bring them back"
        )
    elif cause is not None and cause.reason:
        text = f"{cause.reason}: the loss went {rise}"
    else:
        text = f"the loss rose {rise} between steps {sound} and {step}"
        cause = None
    if cause is not None:
        suggested, bound = min(highest, cause.rate), f", below {cause.bound}"
    else:
        usual = _MOST_OF_USUAL * type(settings.optimizer)().lr
        suggested, bound = (highest if lost else min(_DEFAULT_CUT * highest, usual)), ""
    rate = suggested / max(settings.rate(sound + ahead) for ahead in _AHEAD) * settings.optimizer.lr
    if rate < _LEAST_RATE:
        return Stop(step, StopReason.DIVERGED, f"Diverged: {text}. No rate is small enough for this.", sound)
    rate = _rounded_down(rate)
    go = f"Go back to step {sound} with" if sound < step else "Go on with"
    return Stop(step, StopReason.DIVERGED, f"Diverged: {text}. {go} a rate of {in_words(rate)}{bound}.", sound, rate)


def _cause(timeline: Timeline, parameters: Array, rate: float) -> Generator[None, None, _Cause | None]:
    """What can be said in numbers: shrinking beyond 0, or the limit that the curvature sets."""
    shrunk = _overshrunk(timeline, rate)
    curved = yield from _too_fast(timeline, parameters, rate)
    if shrunk is None or curved is None:
        return shrunk or curved
    return replace(shrunk, rate=min(shrunk.rate, curved.rate))


def _overshrunk(timeline: Timeline, rate: float) -> _Cause | None:
    """1 − rate·λ below −1: the penalty alone throws the weights ever further across 0."""
    settings = timeline.settings
    causes = [(settings.weight_decay, "weight decay")]
    if settings.optimizer.key == "gd":
        causes.insert(0, (settings.l2, "L2"))
    for strength, name in causes:
        if rate * strength > 2.0:
            product = f"1 − {in_words(rate)}·{in_words(strength)} = {in_words(1.0 - rate * strength)}"
            reason = f"{name} multiplies the weights by 1 − rate·λ = {product}, below −1, in every step"
            return _Cause(reason, _SHARE_OF_BATCHES * 2.0 / strength, f"2/λ = {in_words(2.0 / strength)}")
    return None


def _too_fast(timeline: Timeline, parameters: Array, rate: float) -> Generator[None, None, _Cause | None]:
    """The optimizer's limit for the largest curvature at the sound step, and whether the rate is above it."""
    settings, engine = timeline.settings, timeline.engine
    optimizer = settings.optimizer
    if optimizer.rate_limit(1.0) is None:
        return None
    pull = settings.l2 + settings.weight_decay
    curvature = yield from sharpness(engine.network, engine.loss, parameters, engine.columns, engine.targets, pull)
    limit = optimizer.rate_limit(curvature) if math.isfinite(curvature) else None
    if limit is None:
        return None
    reason = ""
    if rate > limit:
        numbers = f"{in_words(rate)}·{in_words(curvature)} = {in_words(rate * curvature, 3)}"
        reason = f"rate·curvature = {numbers} is above {in_words(limit * curvature, 3)}, so every step overshoots"
    share = _SHARE if engine.batch == engine.points else _SHARE_OF_BATCHES
    # Momentum's limit is that of a fixed bowl; where the curvature changes, twice as much is too much already.
    return _Cause(reason, share * min(limit, 2.0 / curvature), f"{optimizer.limit_text} = {in_words(limit)}")


def _rounded_down(rate: float) -> float:
    """To two digits, as one would type it."""
    size = math.floor(math.log10(rate)) - 1
    return float(f"{math.floor(rate / 10.0**size * (1.0 + 1e-12))}e{size}")
