"""A single update told in stages: the gradient, what the memory makes of it, the move, and where it lands.

The stages follow the lines in which an optimizer describes itself (`Optimizer.lines`), so a new optimizer is narrated
without a change here; a symbol that is new gets a plain title.  All numbers are those of the Step.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_latex, in_words, place_in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer
from gdsim.core.optimizers.base import aligned
from gdsim.core.run import Step, explain
from gdsim.core.run.beyond import LARGEST_IN_WORDS

Array = NDArray[np.float64]
Vector = tuple[float, ...]


class Arrow(StrEnum):
    """What a stage's vector is, for drawing; every arrow starts at the step's point, sizes are drawn as an ellipse."""

    NONE = "none"
    GRADIENT = "gradient"
    """Points uphill, in units of slope; with gradient noise, where the optimizer believes uphill to be."""
    VELOCITY = "velocity"
    """A sum or mean of gradients: points uphill, in units of slope."""
    SIZE = "size"
    """A memory of squared gradients, one number a coordinate: not an arrow but an extent."""
    REACH = "reach"
    """A memory of squared moves, one number a coordinate: an extent, in squared units of length."""
    DIRECTION = "direction"
    """Points uphill, in units of length: the move is against it."""
    STEP = "step"
    """The move itself."""


@dataclass(frozen=True)
class Stage:
    """One stage: a title, a sentence with numbers, the same as a formula, and what to draw (`vector` may be empty)."""

    title: str
    text: str
    latex: str
    arrow: Arrow
    vector: Vector


def narrate(step: Step, optimizer: Optimizer, objective: Objective) -> tuple[Stage, ...]:
    """The stages of the update that `optimizer` proposes in `step`, which is one point's (not a batch's).

    `optimizer` is the one that made the step.  The first stage is the gradient, the last the landing.
    """
    with np.errstate(all="ignore"):
        if not math.isfinite(step.value):
            return (_no_update(step, objective),)
        true = objective.gradient(step.point)
        noisy = bool(np.isfinite(true).all() and not np.allclose(step.gradient, true, rtol=1e-12, atol=0.0))
        told = _Told(step, dataclasses.asdict(optimizer), noisy)
        stages = [_noisy_gradient(step, objective, true) if noisy else _gradient(step, objective)]
        lines = [line for line in optimizer.lines(step) if line]
        for title, group in itertools.groupby(lines, key=lambda line: _term(line, told).title):
            together = list(group)
            term = _term(together[0], told)
            vector = term.vector(told)
            text = term.text(told)
            if term.arrow is Arrow.STEP and (note := optimizer.note(step)):
                text = f"{text} Safeguard: {note}."
            stages.append(Stage(title, text, aligned(*together), term.arrow, vector))
        stages.append(_landing(step, objective))
    return tuple(stages)


@dataclass(frozen=True)
class _Told:
    """What a sentence may need: the step, the optimizer's parameters by name, whether there is gradient noise."""

    step: Step
    params: dict[str, Any]
    noisy: bool = False

    @property
    def gradient(self) -> str:
        """The word for what the optimizer was given."""
        return "noisy gradient" if self.noisy else "gradient"

    @property
    def against(self) -> str:
        """Where a velocity points: with noise not surely uphill."""
        return "The step goes against it." if self.noisy else "It points uphill; the step goes against it."

    @property
    def memory(self) -> dict[str, Any]:
        """The fields of the memory after the update."""
        return dict(self.step.next_state._asdict())

    def after(self, name: str) -> Vector:
        return _vector(getattr(self.step.next_state, name))

    def change(self, name: str) -> str:
        """`from 0 to 0.26`, of a field of the memory."""
        return f"from {_in_words(getattr(self.step.state, name))} to {_in_words(self.after(name))}"

    def kept(self, name: str) -> str:
        return in_words(self.params[name])

    def decayed(self) -> Vector:
        return _vector(self.step.gradient + self.params.get("weight_decay", 0.0) * self.step.point)

    def direction(self) -> Vector:
        """What the move is a multiple of: −delta divided by the rate in force; without a rate there is no move."""
        rate = self.step.lr * float(self.memory.get("fraction", 1.0))
        return _vector(-self.step.delta / rate) if rate else _vector(self.step.delta)


@dataclass(frozen=True)
class _Term:
    """How a line is told whose left-hand side is a certain symbol; `field` is the memory that has to be there."""

    symbol: str
    field: str
    title: str
    arrow: Arrow
    text: Callable[[_Told], str]
    vector: Callable[[_Told], Vector]


def _nothing(told: _Told) -> Vector:
    return ()


def _of(name: str) -> Callable[[_Told], Vector]:
    return lambda told: told.after(name)


def _correction(told: _Told) -> str:
    count = float(told.memory["count"])
    divisors = [
        f"{mean} by 1 − {beta}ᵗ = {in_words(1.0 - told.params[name] ** count)}"
        for mean, beta, name in (("m", "β₁", "beta1"), ("v", "β₂", "beta2"))
        if name in told.params
    ]
    return (
        f"Both means started at 0 and are still drawn towards it. After update {count:.0f} it is undone by dividing "
        f"{' and '.join(divisors)}."
    )


def _second_correction(told: _Told) -> str:
    count = float(told.memory["count"])
    second = 1.0 - told.params["beta2"] ** count
    return (
        f"The mean v started at 0; after update {count:.0f}, dividing it by 1 − β₂ᵗ = {in_words(second)} undoes that."
    )


def _squares(told: _Told) -> str:
    return (
        f"The memory of squared {told.gradient}s goes {told.change('second_moment')}, coordinate by coordinate: "
        "where slopes have been large, steps are made short."
    )


def _and_noise(told: _Told) -> str:
    return " and the noisy gradient" if told.noisy else ""


def _move(told: _Told) -> str:
    step = told.step
    return (
        f"The step is {_in_words(step.delta)}: from {_in_words(step.point)} to {_in_words(step.landing)}, "
        f"with the learning rate {in_words(step.lr)}."
    )


_TERMS: tuple[_Term, ...] = (
    _Term(
        "g", "replaced", "Direction of the gradient", Arrow.DIRECTION,
        lambda told: "There is no usable curvature here (none, next to none, or beyond all numbers), so the "
        f"{told.gradient} itself is taken: {_in_words(told.direction())}.",
        _Told.direction,
    ),
    _Term(
        "g", "", "Weight decay", Arrow.GRADIENT,
        lambda told: f"Weight decay adds {told.kept('weight_decay')} times the point: g = {_in_words(told.decayed())}.",
        _Told.decayed,
    ),
    _Term("v", "second_moment", "Second moment", Arrow.SIZE, _squares, _of("second_moment")),
    _Term(
        "v", "velocity", "Velocity", Arrow.VELOCITY,
        lambda told: f"The velocity keeps {told.kept('momentum')} of itself and takes the {told.gradient} on: it goes "
        f"{told.change('velocity')}. {told.against}",
        _of("velocity"),
    ),
    _Term(
        "b", "velocity", "Velocity of scaled gradients", Arrow.VELOCITY,
        lambda told: f"The velocity keeps {told.kept('momentum')} of itself and takes on the {told.gradient} "
        f"divided by its usual size: it goes {told.change('velocity')}.",
        _of("velocity"),
    ),
    _Term(
        "s", "squared_sum", "Sum of squares", Arrow.SIZE,
        lambda told: f"The sum of all squared {told.gradient}s grows {told.change('squared_sum')}; it never shrinks, "
        "so the steps get ever shorter.",
        _of("squared_sum"),
    ),
    _Term(
        "m", "first_moment", "First moment", Arrow.VELOCITY,
        lambda told: f"The decaying mean of the {told.gradient}s goes {told.change('first_moment')}: it keeps most of "
        f"itself and takes on a share of the new {told.gradient}.",
        _of("first_moment"),
    ),
    _Term(
        r"\tilde v", "first_moment", "Spread", Arrow.NONE,
        lambda told: f"The square of the mean {told.gradient} is taken off: what is left is how much they vary.",
        _nothing,
    ),
    _Term(r"\hat m", "count", "Bias correction", Arrow.NONE, _correction, _nothing),
    _Term(
        r"\tilde m", "momentum_product", "Look ahead", Arrow.NONE,
        lambda told: f"The mean as it will be at the next update is mixed with the fresh {told.gradient}, each without "
        "the pull of its start at 0.",
        _nothing,
    ),
    _Term(r"\hat v", "momentum_product", "Bias correction of the squares", Arrow.NONE, _second_correction, _nothing),
    _Term(r"\hat v", "count", "Bias correction", Arrow.NONE, _correction, _nothing),
    _Term(
        r"\Delta", "squared_delta", "Scaled gradient", Arrow.DIRECTION,
        lambda told: f"The {told.gradient} is divided by its own usual size and multiplied by the usual size of past "
        "moves: "
        f"Δ = {_in_words(told.direction())}.",
        _Told.direction,
    ),
    _Term(
        "u", "squared_delta", "Memory of moves", Arrow.REACH,
        lambda told: f"The decaying mean of squared moves goes {told.change('squared_delta')}; it sets the length of "
        "the next one.",
        _of("squared_delta"),
    ),
    _Term(
        "t", "fraction", "Line search", Arrow.NONE,
        lambda told: f"Beginning with {in_words(told.step.lr)}, the rate is shortened until the value falls enough: "
        f"{in_words(float(told.memory['fraction']))} of it is taken, after "
        f"{float(told.memory['evaluations']) - float(told.step.state.evaluations):.0f} evaluations.",
        _nothing,
    ),
    _Term(
        "H^{-1} g", "fraction", "Newton's direction", Arrow.DIRECTION,
        lambda told: f"The lowest point of the parabola that fits the curvature{_and_noise(told)} here lies against "
        f"{_in_words(told.direction())}.",
        _Told.direction,
    ),
    _Term(
        r"\frac{g}{|\lambda|_{\max}}", "replaced", "Direction of the gradient", Arrow.DIRECTION,
        lambda told: f"No parabola with a lowest point fits here, so the {told.gradient} divided by the largest "
        f"curvature is taken: {_in_words(told.direction())}.",
        _Told.direction,
    ),
    _Term("x", "", "Step", Arrow.STEP, _move, lambda told: _vector(told.step.delta)),
)  # fmt: skip

_OTHER = _Term(
    "", "", "Next quantity", Arrow.NONE, lambda told: "The rule's next quantity, with its numbers put in.", _nothing
)


def _term(line: str, told: _Told) -> _Term:
    symbol = line.partition("&")[0].strip()
    fields = told.memory
    for term in _TERMS:
        if term.symbol == symbol and (not term.field or term.field in fields):
            return term
    return _OTHER


def _no_update(step: Step, objective: Objective) -> Stage:
    """Where the function has no value there is no update, though its derivative as a formula may have one."""
    text = explain.undefined(step, objective)
    return Stage("No update", f"{text[:1].upper()}{text[1:]}.", "", Arrow.NONE, ())


def _gradient(step: Step, objective: Objective) -> Stage:
    where = place_in_words(step.point, objective.variables)
    vector = _vector(step.gradient)
    if not all(map(math.isfinite, vector)):
        text = f"{explain.undefined(step, objective)}."
        text = text[:1].upper() + text[1:]
    elif not any(vector):
        text = f"The gradient at {where} is {_in_words(vector)}: there is no slope here."
    elif len(vector) == 1:
        side = "right" if vector[0] > 0.0 else "left"
        text = f"The slope at {where} is {_in_words(vector)}: uphill is to the {side}."
    else:
        text = f"The gradient at {where} is {_in_words(vector)}: it points uphill, where the surface rises fastest."
    return Stage("Gradient", text, f"g = {in_latex(step.gradient)}", Arrow.GRADIENT, vector)


def _noisy_gradient(step: Step, objective: Objective, true: Array) -> Stage:
    """What the optimizer is given, and of what it is the sum."""
    where = place_in_words(step.point, objective.variables)
    seen, noise = _in_words(step.gradient), _in_words(step.gradient - true)
    word = "slope" if true.size == 1 else "gradient"
    text = (
        f"The {word} at {where} is {_in_words(true)}. Noise of {noise} is added to it: the optimizer sees the noisy "
        f"gradient {seen} and goes by that."
    )
    return Stage("Noisy gradient", text, f"g = {in_latex(step.gradient)}", Arrow.GRADIENT, _vector(step.gradient))


def _landing(step: Step, objective: Objective) -> Stage:
    value = float(objective.value(step.landing))
    before = float(step.value)
    where = place_in_words(step.landing, objective.variables)
    if math.isnan(value):
        text = f"The function has no value at {where}, where this step leads."
    elif math.isinf(value):
        text = f"The value at {where}, where this step leads, is infinite, or larger than {LARGEST_IN_WORDS}."
    elif value == before:
        text = f"At {where} the value is {in_words(value)}, as before."
    else:
        way = "falls" if value < before else "rises"
        change = in_words(abs(value - before))
        text = f"At {where} the value {way} by {change}, from {in_words(before)} to {in_words(value)}."
    latex = rf"f\left({', '.join(objective.variables)}\right) = {in_latex(before)} \quad\to\quad {in_latex(value)}"
    return Stage("Landing", text, latex, Arrow.NONE, ())


def _vector(values: Any) -> Vector:
    return tuple(np.asarray(values, dtype=np.float64).ravel().tolist())


def _in_words(values: Any) -> str:
    """A number for one coordinate, `(1, 2)` for more."""
    vector: Sequence[float] = _vector(values)
    if len(vector) == 1:
        return in_words(vector[0])
    return "(" + ", ".join(in_words(value) for value in vector) + ")"
