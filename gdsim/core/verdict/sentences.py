"""The sentences, the most telling first: why the run stopped, what pattern it makes, where the next step goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words, place_in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer
from gdsim.core.run import Kind, Run, Step, StopReason, explain
from gdsim.core.surfaces import Surface
from gdsim.core.verdict import patterns

Array = NDArray[np.float64]

# A settled run has reached a known minimum when it is so near to it, relative to max(1, |coordinate|).
_SAME_PLACE = 1e-3
# Two minima are equally low when their values differ by less than this, relative to max(1, |value|).
_SAME_VALUE = 1e-6


class VerdictKind(StrEnum):
    START = "start"
    DESCENDING = "descending"
    RISING = "rising"
    OVERSHOOTING = "overshooting"
    OSCILLATING = "oscillating"
    KINK = "kink"
    PLATEAU = "plateau"
    SADDLE_OR_MAXIMUM = "saddle_or_maximum"
    SETTLED = "settled"
    LOWEST_SO_FAR = "lowest_so_far"
    LOWEST_KNOWN = "lowest_known"
    DIVERGING = "diverging"
    LEFT_DOMAIN = "left_domain"
    UNDEFINED = "undefined"
    BUDGET = "budget"


class Tone(StrEnum):
    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Verdict:
    """What to say under the picture; `tone` chooses its icon and colour, `kind` is for tests and filters."""

    kind: VerdictKind
    text: str
    tone: Tone = Tone.NEUTRAL


def verdict_of(run: Run, position: int = -1, surface: Surface | None = None, found: Sequence[float] = ()) -> Verdict:
    """The verdict on a single run as of `run.steps[position]`.

    `surface` tells the known minima; `found` are the values of the minima that other runs of this session settled
    in, for "the lowest found so far".
    """
    with np.errstate(all="ignore"):
        return _on_many(run) if run.many else _on_one(run, position, surface, found)


def _on_one(run: Run, position: int, surface: Surface | None, found: Sequence[float]) -> Verdict:
    steps = run.steps[: position + 1 or None] if position < 0 else run.steps[: position + 1]
    if run.stop_reason is not None and len(steps) == len(run.steps):
        ended = _ended(run, surface, found)
        if ended is not None:
            return ended
    verdict = _under_way(steps, run.objective, run.optimizer)
    note = run.optimizer.note(steps[-1])
    text = f"{verdict.text} {_capital(note)}." if note else verdict.text
    if run.stop_reason is StopReason.BUDGET and len(steps) == len(run.steps):
        kind = VerdictKind.BUDGET if verdict.kind in (VerdictKind.DESCENDING, VerdictKind.START) else verdict.kind
        return Verdict(kind, f"All {run.max_steps} steps are used up. {text}", Tone.WARNING)
    return Verdict(verdict.kind, text, verdict.tone)


def slope_sentence(step: Step, objective: Objective) -> str:
    """Where the step goes and why: "The slope is negative here: step right, by 0.156."."""
    slope = patterns.true_gradient(step, objective)
    if not np.isfinite(slope).all():
        return f"{_capital(explain.no_slope(step, objective))}."
    if patterns.noise_of(step, objective) > 0.0:
        return _noisy_sentence(step, slope)
    if slope.size > 1:
        return _gradient_sentence(step)
    return _side_sentence(float(slope[0]), float(step.delta[0]))


def _side_sentence(slope: float, delta: float) -> str:
    if slope == 0.0 and delta == 0.0:
        return "The slope is zero here: no step."
    side = "right" if delta > 0.0 else "left"
    if slope == 0.0:
        return f"The slope is zero here, but earlier slopes still carry it {side}, by {in_words(abs(delta))}."
    sign = "negative" if slope < 0.0 else "positive"
    if delta == 0.0:
        return f"The slope is {sign} here, but the optimizer proposes no step."
    if (delta > 0.0) is (slope < 0.0):
        return f"The slope is {sign} here: step {side}, by {in_words(abs(delta))}."
    return f"The slope is {sign} here, yet earlier slopes carry it {side}, uphill, by {in_words(abs(delta))}."


def _gradient_sentence(step: Step) -> str:
    slope, length = patterns.length(step.gradient), patterns.length(step.delta)
    if length == 0.0:
        return "The gradient is zero here: no step." if slope == 0.0 else "The optimizer proposes no step here."
    if slope == 0.0:
        return f"The gradient is zero here, but earlier slopes still carry it on, by {in_words(length)}."
    along = patterns.cosine(step.gradient, step.delta)
    if along < -0.999999:
        return f"The gradient points uphill, slope {in_words(slope)}: step the other way, by {in_words(length)}."
    if along < 0.0:
        return f"The slope is {in_words(slope)} here: step downhill by {in_words(length)}, though not the steepest way."
    return f"The slope is {in_words(slope)} here, yet earlier slopes carry it uphill, by {in_words(length)}."


def _noisy_sentence(step: Step, slope: Array) -> str:
    """The true slope, what the optimizer saw of it, and where that leads."""
    seen, length = step.gradient, patterns.length(step.delta)
    here = f"The slope is {_size(slope)} here, the noisy gradient {_size(seen)}"
    if length == 0.0:
        return f"{here}: the optimizer proposes no step."
    way = "uphill" if patterns.cosine(slope, step.delta) > 0.0 else "downhill"
    if slope.size == 1:
        side = "right" if step.delta[0] > 0.0 else "left"
        way = f"{side}, {way}" if slope[0] != 0.0 else side
    led = "step" if patterns.opposed(seen, step.delta) else "earlier noisy gradients carry it"
    return f"{here}: {led} {way}, by {in_words(length)}."


def limit_sentence(step: Step, objective: Objective, optimizer: Optimizer) -> str:
    """A sentence when the learning rate in force is above the limit that the curvature here sets, else empty."""
    curvature = objective.curvature(step.point)
    limit = optimizer.rate_limit(curvature) if np.isfinite(curvature) else None
    if limit is None or step.lr <= limit:
        return ""
    return (
        f"The learning rate {in_words(step.lr)} is above {optimizer.limit_text} = {in_words(limit)} here: "
        "on a parabola of this curvature each step would overshoot further."
    )


def _under_way(steps: Sequence[Step], objective: Objective, optimizer: Optimizer) -> Verdict:
    verdict = _pattern(steps, objective, optimizer)
    if not patterns.far_outside(steps[-1].point, objective):
        return verdict
    tone = Tone.WARNING if verdict.tone is Tone.NEUTRAL else verdict.tone
    return Verdict(verdict.kind, f"{verdict.text} The ball is far outside the domain.", tone)


def _pattern(steps: Sequence[Step], objective: Objective, optimizer: Optimizer) -> Verdict:
    step = steps[-1]
    slope = slope_sentence(step, objective)
    limit = limit_sentence(step, objective, optimizer)
    bounce = patterns.bounce(steps, objective)
    climbed = patterns.climb(steps)
    if climbed >= 3 and (limit or (bounce is not None and bounce.growing)) and patterns.record(steps):
        rise = f"The last {climbed} steps went up, to {in_words(step.value)}."
        return Verdict(VerdictKind.DIVERGING, f"{rise} {limit or slope}", Tone.BAD)
    if bounce is not None:
        return _bouncing(bounce, steps, objective, limit)
    kind = patterns.small_slope_kind(step, objective)
    if kind is Kind.FLAT:
        return Verdict(VerdictKind.PLATEAU, _plateau_sentence(steps, objective), Tone.WARNING)
    if kind in (Kind.SADDLE, Kind.MAXIMUM):
        name = "a maximum" if kind is Kind.MAXIMUM else "an inflection point" if objective.dim == 1 else "a saddle"
        text = f"Close to {name}, where the slope vanishes without a minimum. {slope}"
        return Verdict(VerdictKind.SADDLE_OR_MAXIMUM, text)
    if len(steps) == 1:
        return Verdict(VerdictKind.START, f"{slope} {limit}".rstrip(), Tone.WARNING if limit else Tone.NEUTRAL)
    return _moved(steps[-2], step, objective, slope, limit)


def _plateau_sentence(steps: Sequence[Step], objective: Objective) -> str:
    step = steps[-1]
    length, slope = patterns.length(step.delta), patterns.length(patterns.true_gradient(step, objective))
    size, move = in_words(slope), in_words(length)
    if patterns.noise_counts(steps[-1:], objective):
        seen = _size(step.gradient)
        return f"A plateau: the slope is only {size} here; the noisy gradient {seen} decides the next step, {move}."
    if length > 10.0 * step.lr * slope:
        return f"A plateau: the slope is only {size}, but this optimizer still steps by {move}."
    return f"A plateau: the slope is only {size} here and so the next step only {move}."


def _moved(before: Step, step: Step, objective: Objective, slope: str, limit: str) -> Verdict:
    change = patterns.change(before, step)
    if change > 0.0:
        # Along the move the true slope first falls and then rises: so the lowest point of this way lies between.
        began_downhill = patterns.opposed(patterns.true_gradient(before, objective), before.delta)
        crossed = began_downhill and patterns.cosine(patterns.true_gradient(step, objective), before.delta) > 0.0
        misled = not began_downhill and patterns.opposed(before.gradient, before.delta)
        why = "it went uphill"
        if crossed:
            why = f"it went past the lowest point{'' if step.point.size == 1 else ' on its way'}"
        elif misled and patterns.noise_of(before, objective) > 0.0:
            why = "the noisy gradient led uphill"
        text = f"The value rose by {in_words(change)}: {why}. {limit or slope}"
        return Verdict(VerdictKind.OVERSHOOTING if crossed else VerdictKind.RISING, text, Tone.WARNING)
    fell = f"The value fell by {in_words(-change)}." if change < 0.0 else "The value stayed the same."
    tone = Tone.WARNING if limit else Tone.NEUTRAL
    return Verdict(VerdictKind.DESCENDING, f"{fell} {slope} {limit}".rstrip(), tone)


def _bouncing(bounce: patterns.Bounce, steps: Sequence[Step], objective: Objective, limit: str) -> Verdict:
    before, step = steps[-2], steps[-1]
    names = objective.variables
    place, other = place_in_words(step.point, names), place_in_words(before.point, names)
    between = f"between {other} and {place}"
    if patterns.noise_counts(steps, objective):
        rest = limit or "A smaller learning rate would keep it closer."
        text = f"It bounces {between}; with the noise in its gradients it does not settle. {rest}"
        return Verdict(VerdictKind.OSCILLATING, text, Tone.WARNING)
    if place == other and patterns.still(steps):
        slope = _size(patterns.true_gradient(step, objective))
        text = f"It stays at {place}: a slope as small as {slope} changes the value by no more than rounding errors."
        return Verdict(VerdictKind.OSCILLATING, text)
    fall = in_words(-patterns.change(before, step), 4) if patterns.falling(steps) else ""
    if bounce.kink:
        one, next_ = (_size(patterns.true_gradient(side, objective)) for side in (before, step))
        hops = (
            f"the steps keep hopping across it; the value still falls, by {fall} in this one."
            if fall
            else "steps of the same rate keep hopping across it. A shrinking rate would settle."
        )
        text = f"At a kink: {between} the slope jumps from {one} to {next_} without getting small, so {hops}"
        return Verdict(VerdictKind.KINK, text, Tone.WARNING)
    if fall and not bounce.shrinking:
        text = f"It zigzags: each slope points against the one before, yet the value falls, by {fall} in this step."
        return Verdict(VerdictKind.OSCILLATING, text)
    if bounce.wandering or (bounce.growing and not patterns.record(steps)):
        text = f"It bounces to and fro without settling, now {between}: the rate is too large for this curve."
        return Verdict(VerdictKind.OSCILLATING, text, Tone.WARNING)
    if bounce.growing:
        text = f"Each bounce is larger than the one before, now {between}. {limit}".rstrip()
        return Verdict(VerdictKind.DIVERGING, text, Tone.BAD)
    if bounce.shrinking:
        ratio = in_words(bounce.growth**0.5, 2)
        text = f"It bounces from side to side, but each bounce is {ratio} times the one before."
        return Verdict(VerdictKind.OSCILLATING, text)
    text = f"It bounces {between} and does not settle. {limit or 'A smaller learning rate would.'}"
    return Verdict(VerdictKind.OSCILLATING, text, Tone.WARNING)


def _ended(run: Run, surface: Surface | None, found: Sequence[float]) -> Verdict | None:
    """The verdict on a run that has stopped by itself; None where its budget is used up."""
    text = f"{_capital(run.explanation)}."
    match run.stop_reason:
        case StopReason.CONVERGED:
            return _settled(run.steps[-1], run.objective, surface, found)
        case StopReason.DIVERGED:
            return Verdict(VerdictKind.DIVERGING, f"Diverged: {run.explanation}. A lower rate may hold it.", Tone.BAD)
        case StopReason.NOT_A_NUMBER | StopReason.BORDER:
            return Verdict(VerdictKind.UNDEFINED, text, Tone.BAD)
        case StopReason.LEFT_DOMAIN:
            return Verdict(VerdictKind.LEFT_DOMAIN, text, Tone.WARNING)
        case StopReason.STATIONARY:
            kind = VerdictKind.PLATEAU if run.kind is Kind.FLAT else VerdictKind.SADDLE_OR_MAXIMUM
            return Verdict(kind, text, Tone.WARNING)
    return None


def _settled(step: Step, objective: Objective, surface: Surface | None, found: Sequence[float]) -> Verdict:
    value = float(step.value)
    near = patterns.snapped(step.point, objective)
    place = f"at {place_in_words(near, objective.variables)} with the value {in_words(value)}"
    if surface is not None and surface.minimum is not None:
        if _is_known_minimum(step, surface):
            text = f"Settled in the surface's known lowest point, {place} ({surface.known_by})."
            return Verdict(VerdictKind.LOWEST_KNOWN, text, Tone.GOOD)
        if value > surface.minimum:
            text = f"Settled in a minimum, {place}; the surface's known lowest value is {in_words(surface.minimum)}."
            return Verdict(VerdictKind.SETTLED, text, Tone.GOOD)
    if not found:
        return Verdict(VerdictKind.SETTLED, f"Settled in a minimum, {place}.", Tone.GOOD)
    best = min(found)
    if value <= best + _SAME_VALUE * max(1.0, abs(best)):
        text = f"Settled in a minimum, the lowest found so far, {place}. There may be lower ones."
        return Verdict(VerdictKind.LOWEST_SO_FAR, text, Tone.GOOD)
    text = f"Settled in a minimum, {place}. An earlier run found a lower one, {in_words(best)}."
    return Verdict(VerdictKind.SETTLED, text, Tone.GOOD)


def _is_known_minimum(step: Step, surface: Surface) -> bool:
    return any(
        all(abs(a - b) <= _SAME_PLACE * max(1.0, abs(b)) for a, b in zip(step.point.tolist(), minimum, strict=True))
        for minimum in surface.minima
    )


def _on_many(run: Run) -> Verdict:
    step = run.steps[-1]
    settled = np.array([reason is StopReason.CONVERGED for reason in run.stop_reasons])
    starts = settled.size
    if run.stop_reason is None or not settled.any():
        still = int(run.going.sum())
        text = f"{starts - still} of {starts} runs have stopped, {int(settled.sum())} of them in a minimum."
        return Verdict(VerdictKind.DESCENDING if still else VerdictKind.BUDGET, text)
    best = in_words(float(step.value[settled].min()))
    text = (
        f"{int(settled.sum())} of {starts} runs settled in a minimum. The lowest found so far, from {starts} starts, "
        f"has the value {best}; there may be lower ones."
    )
    return Verdict(VerdictKind.LOWEST_SO_FAR, text, Tone.GOOD)


def _size(vector: Array) -> str:
    """In words: the slope in one dimension with its sign, its size in more."""
    return in_words(float(vector[0]) if vector.size == 1 else patterns.length(vector))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
