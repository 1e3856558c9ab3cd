"""The backward pass in the wrong order on purpose: depth first, without waiting for what is still to come.

Either a vertex passes on what it has when it is first reached, and later contributions are lost; or each
contribution is passed on by itself, which gives the right sums but walks every path afresh.
"""

from __future__ import annotations

from typing import Final

from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.counts import multiplications
from gdsim.core.backprop.paths import path_counts
from gdsim.core.backprop.walk import (
    Event,
    Order,
    Phase,
    Walk,
    contribute,
    differentiable,
    forward_events,
    walk,
)

MOST_STEPS: Final = 1000


def walk_in_order(computation: Computation, order: Order) -> Walk:
    """The walk in any of the three orders."""
    match order:
        case Order.NOT_WAITING:
            return not_waiting(computation)
        case Order.EVERY_PATH:
            return every_path(computation)
    return walk(computation)


def not_waiting(computation: Computation) -> Walk:
    """Depth first; an operation passes its adjoint on once, when first reached.

    One step is one edge.  Adjoints below an operation that is used more than once come out wrong.
    """
    fan_out = tuple(len(edges) for edges in computation.out_of)
    return Walk(computation, Order.NOT_WAITING, (*forward_events(computation), *_back(computation, True)), fan_out)


def every_path(computation: Computation) -> Walk:
    """Depth first; every contribution is passed on by itself, so that each path from the output is walked.

    One step is one edge of one path.  Only the first MOST_STEPS are kept; `cut` counts the others exactly.
    """
    events = _back(computation, False)
    total = multiplications(computation).afresh if computation.trouble is None else 0
    cut = total - max(len(events) - 1, 0)
    counts = path_counts(computation)
    return Walk(computation, Order.EVERY_PATH, (*forward_events(computation), *events), counts, cut)


def _back(computation: Computation, once: bool) -> list[Event]:
    """The seed, then an event an edge; `once` passes every operation's adjoint on a single time."""
    if computation.trouble is not None:
        return []
    events = [Event(Phase.SEED, computation.output)]
    passed = {computation.output}
    stack = [(list(differentiable(computation, computation.output)), 1.0)]
    while stack and len(events) <= MOST_STEPS:
        edges, upstream = stack[-1]
        if not edges:
            stack.pop()
            continue
        edge = edges.pop(0)
        source = computation.edges[edge].source
        late = once and source in passed
        part = contribute(computation, edge, upstream, late)
        events.append(Event(Phase.BACKWARD, part.target, (part,)))
        if not late and computation.vertices[source].is_operation:
            if once:
                passed.add(source)
            # The first contribution is all that the vertex has yet, so both ways hand on the same.
            stack.append((list(differentiable(computation, source)), part.amount))
    return events


def mistaken(wrong: Walk) -> dict[int, tuple[float, float]]:
    """Vertices whose adjoint came out wrong: (what came out, the right one) by index."""
    right = walk(wrong.computation).end
    pairs = enumerate(zip(wrong.end.adjoints, right.adjoints, strict=True))
    return {
        index: (mine, true)
        for index, (mine, true) in pairs
        if mine is not None and true is not None and abs(mine - true) > 1e-9 * max(1.0, abs(true))
    }
