"""All that can be said about one vertex: its chain rule, a check by finite differences, its part in the last step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gdsim.core.autodiff import PRIMITIVES
from gdsim.core.autodiff.primitive import compute as apply_plain
from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.descent import Nudge, Share
from gdsim.core.backprop.paths import ChainRule, chain_rule
from gdsim.core.numerals import in_words

_STEP: Final = 6e-6  # near the cube root of the rounding error, which balances truncation and round-off
_KINK: Final = 1e-3  # a smooth function's slopes on both sides are nearer to each other than that
_EPSILON: Final = 2.220446049250313e-16


@dataclass(frozen=True)
class DifferenceCheck:
    """∂output/∂vertex by central differences: the vertex's value is moved by ±`step` and what follows recomputed."""

    step: float
    estimate: float
    adjoint: float
    agrees: bool
    text: str

    @property
    def difference(self) -> float:
        return abs(self.estimate - self.adjoint)


@dataclass(frozen=True)
class Inspection:
    """`chain` and `check` are None for a constant and where the output is undefined; `share` without a last step."""

    vertex: int
    text: str
    chain: ChainRule | None
    check: DifferenceCheck | None
    share: Share | None


def inspect(computation: Computation, vertex: int, last: Nudge | None = None) -> Inspection:
    """Everything about a vertex; `last` is the step that led to this computation, if any."""
    at = computation.vertices[vertex]
    if at.is_constant:
        return Inspection(vertex, f"{at.title} is a constant: no derivative by it is needed.", None, None, None)
    if computation.trouble is not None:
        return Inspection(vertex, computation.trouble.text, None, None, None)
    adjoint = 0.0 if at.adjoint is None else at.adjoint
    share = last.share_of(vertex) if last is not None and _same_graph(last.before, computation) else None
    text = f"{at.numbers_text}; {computation.partial_text(vertex)} = {in_words(adjoint)}."
    if share is not None:
        text += (
            f" In the last step {at.title} moved by {in_words(share.move)}, which accounts for "
            f"{in_words(share.amount)} of the change in {computation.vertices[computation.output].title}."
        )
    return Inspection(
        vertex, text, chain_rule(computation, vertex, adjoint), difference_check(computation, vertex), share
    )


def _same_graph(before: Computation, now: Computation) -> bool:
    return before.statements.text == now.statements.text


def recomputed(computation: Computation, changed: Mapping[int, float]) -> float:
    """The output when some vertices have other values and all that follows from them is computed again."""
    values = [vertex.value for vertex in computation.vertices]
    stale = set(changed)
    for index, value in changed.items():
        values[index] = value
    for vertex in computation.operations:
        arguments = [computation.edges[edge].source for edge in computation.into[vertex]]
        if vertex in changed or not stale.intersection(arguments):
            continue
        primitive = PRIMITIVES[computation.vertices[vertex].key]
        values[vertex] = float(apply_plain(primitive, tuple(values[source] for source in arguments), {}))
        stale.add(vertex)
    return values[computation.output]


def difference_check(computation: Computation, vertex: int) -> DifferenceCheck:
    """Compare a vertex's adjoint with the central difference of the output.

    How exact the difference can be is estimated from a second one with twice the step, and from the rounding error of
    the output; at a kink or where the output overflows they do not agree, and the text says so.  At a kink the two
    sides are compared as well, since their mean may agree by chance.
    """
    at = computation.vertices[vertex]
    adjoint = 0.0 if at.adjoint is None else at.adjoint
    step = _STEP * max(1.0, abs(at.value))
    estimate = _central(computation, vertex, step)
    uncertain = abs(estimate - _central(computation, vertex, 2.0 * step))
    rounding = 8.0 * _EPSILON * abs(computation.value) / step
    allowed = 1e-7 * max(1.0, abs(adjoint)) + min(uncertain, 1e-3 * max(1.0, abs(adjoint))) + rounding
    agrees = bool(abs(estimate - adjoint) <= allowed)
    output = computation.vertices[computation.output].title
    left, right = (_one_sided(computation, vertex, side * step) for side in (-1.0, 1.0))
    if computation.kinks and abs(left - right) > _KINK * max(1.0, abs(left), abs(right)):
        text = (
            f"Moving {at.title} a little changes {output} at the rate {in_words(left)} to the left and "
            f"{in_words(right)} to the right: a kink, where no derivative exists. "
            f"Backpropagation takes {in_words(adjoint)}."
        )
        return DifferenceCheck(step, estimate, adjoint, False, text)
    moved = f"Moving {at.title} by ±{in_words(step)} changes {output} at the rate {in_words(estimate, 8)}"
    exact = f"backpropagation says {in_words(adjoint, 8)}"
    if agrees:
        text = f"{moved}; {exact}: they agree."
    elif not math.isfinite(estimate):
        text = f"{moved}; {exact}: the neighbourhood is not all defined, so there is nothing to compare."
    else:
        text = f"{moved}; {exact}: they differ, as at a kink or where {output} bends within the step."
    return DifferenceCheck(step, estimate, adjoint, agrees, text)


def _one_sided(computation: Computation, vertex: int, move: float) -> float:
    moved = computation.vertices[vertex].value + move
    return (recomputed(computation, {vertex: moved}) - computation.value) / (moved - computation.vertices[vertex].value)


def _central(computation: Computation, vertex: int, step: float) -> float:
    value = computation.vertices[vertex].value
    high, low = value + step, value - step
    rise = recomputed(computation, {vertex: high}) - recomputed(computation, {vertex: low})
    return rise / (high - low)
