"""In which column each vertex of a computation graph stands, and in which order the columns are filled.

The method is that of Sugiyama, Tagawa and Toda (1981): longest-path ranks, bends where an edge passes a column, and
sweeps of barycentres that leave few crossings.  Vertices stand in even columns; every edge has a bend in each column
that it passes, so that there is always a place of its own for its label and x·x has two edges that can be told apart.
Nothing here knows a size, so the order stays while values, labels and fonts change.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12
_FAR = 2  # ranks; an input that is first used further away stands next to its use


@dataclass(frozen=True)
class Order:
    """Slots 0 ... `vertices`−1 are the vertices, all further ones bends of edges.

    `columns` lists slots from top to bottom; `chains` the slots of each edge from its source to its target.
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


def make_order(vertices: int, edges: Sequence[tuple[int, int]], inputs: Iterable[int] = ()) -> Order:
    """The order of a graph whose `edges` (source, target) go from lower to higher numbers.

    `inputs` stand at the left, unless their first use is far from there.

    Raises ValueError for an edge that goes back.
    """
    if any(not 0 <= source < target < vertices for source, target in edges):
        raise ValueError("the vertices of a graph are numbered so that every edge goes to a higher number")
    ranks = _ranks(vertices, edges, frozenset(inputs))
    columns, chains = _filled(vertices, edges, ranks)
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
    vertices: int, edges: Sequence[tuple[int, int]], ranks: list[int]
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
    for root in reversed([vertex for vertex in range(vertices) if vertex not in used]):
        stack: list[tuple[int, int]] = [(root, -1)]
        while stack:
            vertex, edge = stack.pop()
            if edge >= 0:
                target = edges[edge][1]
                bends = list(range(free, free + 2 * (ranks[target] - ranks[vertex]) - 1))
                free += len(bends)
                chains[edge] = (vertex, *bends, target)
                for place, bend in enumerate(bends):
                    columns[2 * ranks[vertex] + 1 + place].append(bend)
            if not seen[vertex]:
                seen[vertex] = True
                columns[2 * ranks[vertex]].append(vertex)
                stack.extend((edges[number][0], number) for number in reversed(into[vertex]))
    return columns, chains


def _untangled(vertices: int, columns: list[list[int]], chains: list[tuple[int, ...]]) -> Order:
    """Sweeps to and fro, each column sorted by the middle of its neighbours; the best order of all is kept."""
    slots = sum(map(len, columns))
    before: list[list[int]] = [[] for _ in range(slots)]
    after: list[list[int]] = [[] for _ in range(slots)]
    for chain in chains:
        for left, right in pairwise(chain):
            before[right].append(left)
            after[left].append(right)
    place = [0] * slots
    for column in columns:
        _number(column, place)
    best = [list(column) for column in columns]
    fewest = _crossings(columns, after, place)
    for sweep in range(_SWEEPS):
        if fewest == 0:
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
        if crossings < fewest:
            fewest, best = crossings, [list(column) for column in columns]
    return Order(vertices, tuple(map(tuple, best)), tuple(chains), fewest)


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
