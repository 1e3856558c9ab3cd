"""The walk over a graph: forward one operation a step, then back one operation a step, any step by its index.

A walk is a fixed list of events; a state is what stands on the graph after the first so many of them.  "Not yet
computed" is None, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from gdsim.core.backprop.computation import Computation


class Order(StrEnum):
    """In which order the backward pass visits vertices."""

    TOPOLOGICAL = "topological"
    """An operation passes its adjoint on when all contributions to it are in: backpropagation."""
    NOT_WAITING = "not_waiting"
    """Depth first; an operation passes on what it has when it is first reached, and never again: wrong at fan-out."""
    EVERY_PATH = "every_path"
    """Depth first; every contribution is passed on by itself: right, but a path at a time."""


class Phase(StrEnum):
    """What a step does."""

    START = "start"
    FORWARD = "forward"
    SEED = "seed"
    BACKWARD = "backward"


@dataclass(frozen=True)
class Contribution:
    """local × upstream along one edge.  `late`: it came after its receiver had passed its adjoint on."""

    edge: int
    source: int
    target: int
    local: float
    upstream: float
    amount: float
    late: bool = False


@dataclass(frozen=True)
class Event:
    """One step: the vertex at work and what flows back from it."""

    phase: Phase
    vertex: int | None
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Sum:
    """An adjoint being filled: the contributions so far and how many are awaited; the output's is 1 by itself."""

    parts: tuple[Contribution, ...]
    awaited: int
    seed: bool = False

    @property
    def partial(self) -> float | None:
        """The sum so far; None while nothing has come."""
        if self.seed:
            return 1.0
        return sum(part.amount for part in self.parts) if self.parts else None

    @property
    def complete(self) -> bool:
        return self.awaited == 0


@dataclass(frozen=True)
class State:
    """The graph after step `index` of 0 to `last`.

    `values` and `adjoints` are None where not yet computed; an adjoint counts as computed when no contribution is
    awaited, and in the wrong orders as soon as there is one, because these do not wait.  `sums` shows adjoints being
    filled (None for constants).  `working` is the vertex at work, `contributions` what it passed on in this step,
    `frontier` the vertices that could be worked on next, `order` those already worked on in this pass.
    """

    index: int
    last: int
    phase: Phase
    working: int | None
    values: tuple[float | None, ...]
    adjoints: tuple[float | None, ...]
    sums: tuple[Sum | None, ...]
    contributions: tuple[Contribution, ...]
    frontier: frozenset[int]
    order: tuple[int, ...]
    multiplications: int

    @property
    def finished(self) -> bool:
        return self.index == self.last

    @property
    def lost(self) -> tuple[int, ...]:
        """Edges along which a contribution came too late and was not passed on."""
        return tuple(part.edge for total in self.sums if total for part in total.parts if part.late)


@dataclass(frozen=True)
class Walk:
    """All steps of a pass over `computation`; step 0 is the start, where only inputs and constants are known.

    `cut` is the number of steps that are left out at the end because there are too many to be shown.
    """

    computation: Computation
    order: Order
    events: tuple[Event, ...]
    expected: tuple[int, ...]
    cut: int = 0

    @property
    def last(self) -> int:
        """The index of the last step; there are last + 1 states."""
        return len(self.events) - 1

    @cached_property
    def turning(self) -> int:
        """The last step of the forward pass."""
        return max(i for i, event in enumerate(self.events) if event.phase in (Phase.START, Phase.FORWARD))

    def step_of(self, vertex: int, phase: Phase = Phase.FORWARD) -> int | None:
        """The first step of that phase in which the vertex is at work: where to jump to."""
        return next((i for i, e in enumerate(self.events) if e.vertex == vertex and e.phase is phase), None)

    def adjoint_step(self, vertex: int) -> int | None:
        """The step in which the vertex's adjoint gets its last contribution."""
        found = [
            i
            for i, event in enumerate(self.events)
            if (event.phase is Phase.SEED and event.vertex == vertex)
            or any(part.source == vertex for part in event.contributions)
        ]
        return found[-1] if found else None

    def state(self, index: int) -> State:
        """The state after step `index`, which is brought into 0 to `last`; the one asked for last is kept."""
        index = min(max(index, 0), self.last)
        if index not in self._latest:
            self._latest.clear()
            self._latest[index] = _Replay(self).state(index)
        return self._latest[index]

    @cached_property
    def _latest(self) -> dict[int, State]:
        return {}

    @property
    def end(self) -> State:
        return self.state(self.last)


def forward_events(computation: Computation) -> list[Event]:
    """The start, and one event an operation; the walk stops where a value is undefined."""
    events = [Event(Phase.START, None)]
    trouble = computation.trouble.vertex if computation.trouble else None
    for vertex in computation.operations:
        if trouble is not None and vertex > trouble:
            break
        events.append(Event(Phase.FORWARD, vertex))
    return events


def walk(computation: Computation) -> Walk:
    """Forward in topological order, back in its reverse: every adjoint is complete before it is passed on."""
    events = forward_events(computation)
    fan_out = tuple(len(edges) for edges in computation.out_of)
    if computation.trouble is None:
        adjoints: dict[int, float] = {computation.output: 1.0}
        events.append(Event(Phase.SEED, computation.output))
        for vertex in reversed(computation.operations):
            upstream = adjoints[vertex]
            parts = tuple(contribute(computation, edge, upstream) for edge in differentiable(computation, vertex))
            for part in parts:
                adjoints[part.source] = adjoints.get(part.source, 0.0) + part.amount
            events.append(Event(Phase.BACKWARD, vertex, parts))
    return Walk(computation, Order.TOPOLOGICAL, tuple(events), fan_out)


def differentiable(computation: Computation, vertex: int) -> tuple[int, ...]:
    """Edges into a vertex along which something flows back: those that come from no constant."""
    return tuple(edge for edge in computation.into[vertex] if computation.edges[edge].local is not None)


def contribute(computation: Computation, edge: int, upstream: float, late: bool = False) -> Contribution:
    """local × upstream for one edge; a derivative that is 0 by definition passes nothing on, however large."""
    along = computation.edges[edge]
    local = along.local if along.local is not None else 0.0
    amount = 0.0 if along.flat else local * upstream
    return Contribution(edge, along.source, along.target, local, upstream, amount, late)


class _Replay:
    """The events up to some step, one after another."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.computation = walk.computation
        self.vertices = walk.computation.vertices

    def state(self, index: int) -> State:
        known = {vertex.index for vertex in self.vertices if not vertex.is_operation}
        parts: list[list[Contribution]] = [[] for _ in self.vertices]
        seeded = False
        order: list[int] = []
        multiplications = 0
        for event in self.walk.events[: index + 1]:
            if event.phase is Phase.SEED:
                seeded = True
                order = []
            elif event.vertex is not None:
                order.append(event.vertex)
            if event.phase is Phase.FORWARD and event.vertex is not None:
                known.add(event.vertex)
            for part in event.contributions:
                parts[part.source].append(part)
            multiplications += len(event.contributions)
        sums = tuple(self.sum(vertex.index, parts[vertex.index], seeded) for vertex in self.vertices)
        event = self.walk.events[index]
        return State(
            index,
            self.walk.last,
            event.phase,
            event.vertex,
            tuple(vertex.value if vertex.index in known else None for vertex in self.vertices),
            tuple(self.adjoint(total) for total in sums),
            sums,
            event.contributions,
            self.frontier(index, known, order, sums, seeded),
            tuple(order),
            multiplications,
        )

    def sum(self, vertex: int, parts: Sequence[Contribution], seeded: bool) -> Sum | None:
        if self.vertices[vertex].is_constant:
            return None
        if vertex == self.computation.output:
            return Sum((), 0 if seeded else 1, seeded)
        return Sum(tuple(parts), self.walk.expected[vertex] - len(parts))

    def adjoint(self, total: Sum | None) -> float | None:
        if total is None:
            return None
        waits = self.walk.order is Order.TOPOLOGICAL
        return total.partial if total.complete or not waits else None

    def frontier(
        self, index: int, known: set[int], order: list[int], sums: Sequence[Sum | None], seeded: bool
    ) -> frozenset[int]:
        """Forward: operations whose arguments are all known.  Back: those that could pass their adjoint on now."""
        if not seeded:
            if index >= self.walk.turning:
                return frozenset({self.computation.output} if self.computation.trouble is None else ())
            return frozenset(
                vertex
                for vertex in self.computation.operations
                if vertex not in known
                and all(self.computation.edges[edge].source in known for edge in self.computation.into[vertex])
            )
        if self.walk.order is not Order.TOPOLOGICAL:
            following = self.walk.events[index + 1 : index + 2]
            return frozenset(event.vertex for event in following if event.vertex is not None)
        done = set(order)
        return frozenset(
            vertex
            for vertex in self.computation.operations
            if vertex not in done and (total := sums[vertex]) is not None and total.complete
        )
