"""A state of the walk as the picture that the graph view shows, with the words for every vertex and edge."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gdsim.app.plots.graph_picture import CONSTANT, INPUT, NODE, OPERATION, EdgePicture, GraphPicture, NodePicture, Spot
from gdsim.core.backprop.computation import Computation, Edge, Vertex, is_undefined
from gdsim.core.backprop.notation import expression_text, factor_text
from gdsim.core.backprop.rules import is_number
from gdsim.core.backprop.walk import Contribution, Order, Phase, State, Walk
from gdsim.core.numerals import in_words

Flow = dict[int, list[Contribution]]


class GraphShown:
    """Makes the picture of each step; what depends on the definitions alone is kept while values change."""

    def __init__(self) -> None:
        self._symbols: tuple[str, tuple[str, ...]] = ("", ())

    def picture(self, walk: Walk, state: State, selected: int | None, kept_back: Collection[int] = ()) -> GraphPicture:
        """What is known after this step; `kept_back` are edges whose local derivatives are not to be told yet."""
        computation = walk.computation
        symbols = self.symbols(computation)
        flow = flow_of(walk, state)
        numbers = {vertex: place for place, vertex in reversed(list(enumerate(state.order, 1)))}
        wrong = wrong_now(walk, state)
        nodes = tuple(
            _node(computation, state, vertex, numbers.get(vertex.index), wrong) for vertex in computation.vertices
        )
        edges = tuple(
            _edge(state, edge, symbols[edge.index], flow.get(edge.index, []), is_undefined(computation, edge))
            for edge in computation.edges
        )
        edges = tuple(replace(edge, local=None) if index in kept_back else edge for index, edge in enumerate(edges))

        def describe(spot: Spot) -> str:
            kind, number = spot
            if kind == NODE:
                return node_words(computation, state, number)
            if number in kept_back and computation.edges[number].local is not None:
                return f"{computation.edges[number].partial_text} is told on the way back: you are asked first."
            return edge_words(computation, state, computation.edges[number], flow.get(number, []))

        return GraphPicture(nodes, edges, selected, describe=describe)

    def symbols(self, computation: Computation) -> tuple[str, ...]:
        """For each edge its local derivative in symbols (z), empty where that is a number."""
        text = computation.statements.text
        if self._symbols[0] != text:
            rules = [edge.symbol for edge in computation.edges]
            self._symbols = (text, tuple("" if is_number(rule) else expression_text(rule) for rule in rules))
        return self._symbols[1]


def flow_of(walk: Walk, state: State) -> Flow:
    """The contributions that have come along each edge up to this step."""
    flow: Flow = {}
    for event in walk.events[: state.index + 1]:
        for part in event.contributions:
            flow.setdefault(part.edge, []).append(part)
    return flow


def wrong_now(walk: Walk, state: State) -> frozenset[int]:
    """Vertices whose adjoint is final in this walk and not the right one; only a wrong order has any."""
    if walk.order is not Order.NOT_WAITING or not state.finished:
        return frozenset()
    right = [vertex.adjoint for vertex in walk.computation.vertices]
    found = set()
    for index, (mine, true) in enumerate(zip(state.adjoints, right, strict=True)):
        if mine is not None and true is not None and abs(mine - true) > 1e-9 * max(1.0, abs(true)):
            found.add(index)
    return frozenset(found)


def _node(
    computation: Computation, state: State, vertex: Vertex, order: int | None, wrong: frozenset[int]
) -> NodePicture:
    index = vertex.index
    value, total = state.values[index], state.sums[index]
    trouble = computation.trouble
    problem = trouble.text if trouble is not None and trouble.vertex == index and value is not None else ""
    partial = "" if vertex.is_constant else computation.partial_text(index)
    adjoint = state.adjoints[index]
    parts = tuple(part.amount for part in total.parts) if total is not None else ()
    awaited = 0 if total is None else total.awaited
    return NodePicture(
        title=vertex.title,
        kind=CONSTANT if vertex.is_constant else INPUT if vertex.key == "input" else OPERATION,
        symbol=vertex.symbol,
        value=value,
        partial=partial,
        adjoint=adjoint,
        sum_so_far=parts,
        awaited=awaited,
        uses=len(computation.out_of[index]),
        settled=awaited == 0,
        right=vertex.adjoint if index in wrong else None,
        working=state.working == index,
        frontier=index in state.frontier,
        output=index == computation.output,
        order=order,
        problem=problem,
    )


def node_words(computation: Computation, state: State, index: int) -> str:
    """A vertex read out: how it came about, and what is known of its derivative."""
    vertex, value = computation.vertices[index], state.values[index]
    if vertex.is_constant:
        return f"The constant {vertex.title}; nothing is derived by it."
    trouble = computation.trouble
    if trouble is not None and trouble.vertex == index and value is not None:
        return trouble.text
    partial, adjoint, total = computation.partial_text(index), state.adjoints[index], state.sums[index]
    text = vertex.numbers_text if value is not None else f"{vertex.rule_text}, not computed yet"
    if adjoint is not None and (total is None or len(total.parts) < 2):
        return f"{text}. {partial} = {in_words(adjoint)}."
    if total is not None and total.parts:
        parts = [part.amount for part in total.parts[:6]]
        terms = " + ".join([in_words(parts[0]), *(factor_text(amount) for amount in parts[1:])])
        more = " + …" if len(total.parts) > 6 else ""
        if total.awaited:
            return f"{text}. {partial} = {terms}{more} + ?, {total.awaited} still to come."
        result = f" = {in_words(adjoint)}" if adjoint is not None else ""
        return f"{text}. {partial} = {terms}{more}{result}."
    return f"{text}. {partial} is not computed yet."


def _edge(state: State, edge: Edge, symbol: str, came: list[Contribution], undefined: bool) -> EdgePicture:
    reached = state.values[edge.target] is not None
    last = came[-1] if came else None
    if state.phase is Phase.BACKWARD:
        working = any(part.edge == edge.index for part in state.contributions)
    else:
        working = state.working == edge.target and state.phase is Phase.FORWARD
    return EdgePicture(
        edge.source,
        edge.target,
        edge.local if reached else None,
        symbol,
        edge.local is not None,
        reached,
        None if last is None else last.upstream,
        None if last is None else last.amount,
        len(came),
        last is not None and last.late,
        working and edge.local is not None,
        undefined and reached and edge.local is not None,
    )


def edge_words(computation: Computation, state: State, edge: Edge, came: list[Contribution]) -> str:
    """An edge read out: its local derivative, why, and what has flowed back along it."""
    target = computation.vertices[edge.target]
    reached = state.values[edge.target] is not None
    if edge.local is None:
        return f"A constant in {target.rule_text}: nothing flows back to it."
    if not reached:
        return f"{edge.text}, its number is not known yet."
    if is_undefined(computation, edge):
        return f"{edge.partial_text} is undefined here, because {target.title} is."
    number = "" if edge.text.endswith(f"= {in_words(edge.local)}") else f" = {in_words(edge.local)}"
    text = f"{edge.text}{number}."
    if not came:
        return f"{text} {computation.kink_text(edge.target) or edge.why}"
    last = came[-1]
    flowed = f"{in_words(last.local)} × {factor_text(last.upstream)} = {in_words(last.amount)}"
    times = f" It came through {len(came)} times." if len(came) > 1 else ""
    late = " It came too late and was lost." if last.late else ""
    return f"{text} local × upstream = contribution: {flowed}.{times}{late}"
