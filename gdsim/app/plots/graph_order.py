"""In which column each vertex of a computation graph stands, and in which order the columns are filled.

The method is that of Sugiyama, Tagawa and Toda (1981): longest-path ranks, bends where an edge passes a column, and
sweeps of barycentres that leave few crossings.  Vertices stand in even columns; every edge has a bend in each column
that it passes.  Long edges of one value run as one line until they part; the last bend of each is its own, so that
there is always a place for its label and x·x has two edges that can be told apart.
Nothing here knows a size, so the order stays while values, labels and fonts change.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

_SWEEPS, _IDLE = 12, 2  # at most, and how many without a gain are the last
_STARTS = 3  # each takes some milliseconds in a graph of fifty vertices
_FAR = 2  # ranks; an input that is first used further away stands next to its use


@dataclass(frozen=True)
class Order:
    """Slots 0 ... `vertices`−1 are the vertices, all further ones bends of edges.

    `columns` lists slots from top to bottom; `chains` the slots of each edge from its source to its target, of which
    edges of one value share the first ones.
    """

    vertices: int
    columns: tuple[tuple[int, ...], ...]
    chains: tuple[tuple[int, ...], ...]
    crossings: int

    @property
    def slots(self) -> int:
        return sum(map(len, self.columns))

    def column_of(self) -> list[int]:
        """The column of each slot."""
        found = [0] * self.slots
        for number, column in enumerate(self.columns):
            for slot in column:
                found[slot] = number
        return found


def make_order(
    vertices: int, edges: Sequence[tuple[int, int]], inputs: Iterable[int] = (), values: Sequence[int] = ()
) -> Order:
    """The order of a graph whose `edges` (source, target) go from lower to higher numbers.

    `inputs` stand at the left, unless their first use is far from there.  `values` tell which edges carry the same
    value; without any it is those of one source.

    Raises ValueError for an edge that goes back.
    """
    if any(not 0 <= source < target < vertices for source, target in edges):
        raise ValueError("the vertices of a graph are numbered so that every edge goes to a higher number")
    ranks = _ranks(vertices, edges, frozenset(inputs))
    columns, chains = _filled(vertices, edges, ranks, values or [source for source, _ in edges])
    return _untangled(vertices, columns, chains)


def _ranks(vertices: int, edges: Sequence[tuple[int, int]], inputs: frozenset[int]) -> list[int]:
    """Longest paths, then everything as near to its use as makes the edges shorter together."""
    ranks = [0] * vertices
    uses: list[list[int]] = [[] for _ in range(vertices)]
    into: list[list[int]] = [[] for _ in range(vertices)]
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        ranks[target] = max(ranks[target], ranks[source] + 1)
        uses[source].append(target)
        into[target].append(source)
    for vertex in reversed(range(vertices)):
        if not uses[vertex]:
            continue
        latest = min(ranks[target] for target in uses[vertex]) - 1
        stays = vertex in inputs and latest < _FAR
        stretched = sum(len(set(uses[source])) > 1 for source in into[vertex])
        if not stays and stretched < len(uses[vertex]):
            ranks[vertex] = max(ranks[vertex], latest)
    return ranks


def _filled(
    vertices: int, edges: Sequence[tuple[int, int]], ranks: list[int], values: Sequence[int]
) -> tuple[list[list[int]], list[tuple[int, ...]]]:
    """The columns in the order of a walk from the results back to what they are made of, and the chains of slots."""
    columns: list[list[int]] = [[] for _ in range(2 * max(ranks, default=0) + 1)]
    into: list[list[int]] = [[] for _ in range(vertices)]
    for number, (_, target) in enumerate(edges):
        into[target].append(number)
    used = {source for source, _ in edges}
    chains: list[tuple[int, ...]] = [()] * len(edges)
    seen = [False] * vertices
    free = vertices
    trunks: dict[int, list[int]] = {}
    for root in reversed([vertex for vertex in range(vertices) if vertex not in used]):
        stack: list[tuple[int, int]] = [(root, -1)]
        while stack:
            vertex, edge = stack.pop()
            if edge >= 0:
                target = edges[edge][1]
                trunk, first = trunks.setdefault(values[edge], []), 2 * ranks[vertex] + 1
                shared = 2 * (ranks[target] - ranks[vertex]) - 2
                while len(trunk) < shared:
                    columns[first + len(trunk)].append(free)
                    trunk.append(free)
                    free += 1
                columns[first + shared].append(free)
                chains[edge] = (vertex, *trunk[:shared], free, target)
                free += 1
            if not seen[vertex]:
                seen[vertex] = True
                columns[2 * ranks[vertex]].append(vertex)
                stack.extend((edges[number][0], number) for number in reversed(into[vertex]))
    return columns, chains


def _untangled(vertices: int, columns: list[list[int]], chains: list[tuple[int, ...]]) -> Order:
    """The best order that sweeps come to from several starts: the columns as they are, and shuffled."""
    slots = sum(map(len, columns))
    before: list[list[int]] = [[] for _ in range(slots)]
    after: list[list[int]] = [[] for _ in range(slots)]
    for left, right in dict.fromkeys(pair for chain in chains for pair in pairwise(chain)):
        before[right].append(left)
        after[left].append(right)
    chance = Random(slots)
    fewest, best = _swept(columns, before, after)
    for _ in range(_STARTS - 1):
        if fewest == 0:
            break
        crossings, found = _swept([chance.sample(column, len(column)) for column in columns], before, after)
        if crossings < fewest:
            fewest, best = crossings, found
    return Order(vertices, tuple(map(tuple, best)), tuple(chains), fewest)


def _swept(
    columns: Sequence[Sequence[int]], before: list[list[int]], after: list[list[int]]
) -> tuple[int, list[list[int]]]:
    """Sweeps to and fro, each column sorted by the middle of its neighbours: the fewest crossings, and their order."""
    columns = [list(column) for column in columns]
    place = [0] * len(before)
    for column in columns:
        _number(column, place)
    best = [list(column) for column in columns]
    fewest, idle = _crossings(columns, after, place), 0
    for sweep in range(_SWEEPS):
        if fewest == 0 or idle == _IDLE:
            break
        forwards = sweep % 2 == 0
        neighbours = before if forwards else after
        for column in columns[1:] if forwards else columns[-2::-1]:
            middles = {
                slot: sum(place[other] for other in neighbours[slot]) / len(neighbours[slot])
                if neighbours[slot]
                else float(place[slot])
                for slot in column
            }
            column.sort(key=middles.__getitem__)
            _number(column, place)
        _swap_neighbours(columns, before, after, place)
        crossings = _crossings(columns, after, place)
        idle += 1
        if crossings < fewest:
            fewest, best, idle = crossings, [list(column) for column in columns], 0
    return fewest, best


def _number(column: list[int], place: list[int]) -> None:
    for number, slot in enumerate(column):
        place[slot] = number


def _swap_neighbours(
    columns: list[list[int]], before: list[list[int]], after: list[list[int]], place: list[int]
) -> None:
    """Exchange two slots that stand under one another wherever that removes crossings."""
    for column in columns:
        for upper in range(len(column) - 1):
            one, other = column[upper], column[upper + 1]
            gain = 0
            for neighbours in (before, after):
                for mine in neighbours[one]:
                    for theirs in neighbours[other]:
                        gain += (place[mine] > place[theirs]) - (place[mine] < place[theirs])
            if gain > 0:
                column[upper], column[upper + 1] = other, one
                place[one], place[other] = upper + 1, upper


def _crossings(columns: list[list[int]], after: list[list[int]], place: list[int]) -> int:
    """How often two edges cross, counted as inversions between the columns."""
    total = 0
    for column in columns[:-1]:
        met: list[int] = []
        for slot in column:
            ends = sorted(place[other] for other in after[slot])
            total += sum(len(met) - bisect_right(met, end) for end in ends)
            for end in ends:
                insort(met, end)
    return total
