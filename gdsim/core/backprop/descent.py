"""Steps against the gradient on the inputs of a graph: f falls, and how much of that each input accounts for."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.notation import name_text
from gdsim.core.backprop.tracing import compute
from gdsim.core.numerals import in_words


@dataclass(frozen=True)
class Share:
    """First-order change of the output due to one value: derivative · move."""

    title: str
    derivative: float
    move: float

    @property
    def amount(self) -> float:
        return self.derivative * self.move


@dataclass(frozen=True)
class Nudge:
    """One step: the computation before and after, with the rate and the inputs that were held fixed."""

    before: Computation
    after: Computation
    rate: float
    held: frozenset[str]

    @property
    def shares(self) -> tuple[Share, ...]:
        """What each input that moved accounts for, in order of appearance."""
        return tuple(
            Share(
                name_text(name),
                self.before.gradient.get(name, 0.0),
                self.after.inputs[name] - self.before.inputs[name],
            )
            for name in self.before.inputs
            if name not in self.held
        )

    @property
    def predicted(self) -> float:
        """The change that the gradient promises: the sum of the shares, −rate · |gradient|²."""
        return math.fsum(share.amount for share in self.shares)

    @property
    def change(self) -> float:
        """The change that came."""
        return self.after.value - self.before.value

    def share_of(self, vertex: int) -> Share:
        """The same for any vertex: its own change times the output's derivative by it, where the step began."""
        start, end = self.before.vertices[vertex], self.after.vertices[vertex]
        return Share(start.title, start.adjoint or 0.0, end.value - start.value)

    @property
    def text(self) -> str:
        """What the step did, in a sentence."""
        name = self.before.vertices[self.before.output].title
        start, end = in_words(self.before.value), in_words(self.after.value)
        promised = f"the gradient promised a change of {in_words(self.predicted)}, and {in_words(self.change)} came"
        if not any(share.derivative for share in self.shares):
            kink = f" {self.before.kinks[0].short}" if self.before.kinks else ""
            return f"The gradient is 0 here, so that the step moves nothing: {name} stays at {end}.{kink}"
        if not any(share.move for share in self.shares):
            return f"The step is too small to change any input in its last digit: {name} stays at {end}."
        if self.change < 0.0:
            return f"{name} fell from {start} to {end}: {promised}."
        if self.change == 0.0:
            return f"{name} stayed at {end}: {promised}."
        return f"{name} rose from {start} to {end}: {promised}. The rate is too large for how the graph bends here."


def nudge(
    computation: Computation, rate: float, held: Collection[str] = (),
    compute_at: Callable[[Mapping[str, float]], Computation] | None = None,
) -> Nudge:  # fmt: skip
    """Every input moves to input − rate · ∂f/∂input, but for those `held`; `compute_at` gives the same graph at other
    inputs, if the caller has it already.

    Raises ValueError, in a sentence, where there is no gradient, and when the step leads to where the output is
    undefined or out of the range of numbers.
    """
    if computation.trouble is not None:
        raise ValueError(f"There is no gradient to step against: {computation.trouble.text}")
    gradient = computation.gradient
    moved = dict(computation.inputs)
    for name, slope in gradient.items():
        if name in held:
            continue
        if not math.isfinite(slope):
            raise ValueError(f"There is no gradient to step against: by {name_text(name)} it is {in_words(slope)}.")
        moved[name] -= rate * slope
        if not math.isfinite(moved[name]):
            raise ValueError(f"The step takes {name_text(name)} out of the range of numbers: take a smaller rate.")
    after = compute(computation.statements, moved) if compute_at is None else compute_at(moved)
    if after.trouble is not None:
        raise ValueError(
            f"A step with the rate {in_words(rate)} goes too far, so the inputs stay. There {after.trouble.text} "
            "Take a smaller rate."
        )
    return Nudge(computation, after, rate, frozenset(held))


@dataclass(frozen=True)
class History:
    """The steps taken so far on one graph, oldest first."""

    nudges: tuple[Nudge, ...] = ()

    def then(self, step: Nudge) -> History:
        return History((*self.nudges, step))

    def without_last(self) -> History:
        return History(self.nudges[:-1])

    @property
    def last(self) -> Nudge | None:
        return self.nudges[-1] if self.nudges else None

    @property
    def values(self) -> tuple[float, ...]:
        """The output before the first step and after each."""
        if not self.nudges:
            return ()
        return (self.nudges[0].before.value, *(step.after.value for step in self.nudges))
