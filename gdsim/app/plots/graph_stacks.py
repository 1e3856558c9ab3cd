"""Two steps of a deep graph in one column: a value that is used once stands over the one that uses it.

So a chain that is too long for the width takes half as many columns.  Edges still lead to the right, or straight down
within a stack; the graph is laid out as if a stack were one box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_heights import Ports
from gdsim.app.plots.graph_layout import Extent, GraphLayout, Route

Ends = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Stacks:
    """`groups` are stacks from top to bottom, most of them of one vertex; `outer` and `inner` are the numbers of the
    edges between stacks and within them.
    """

    groups: tuple[tuple[int, ...], ...]
    outer: tuple[int, ...]
    inner: tuple[int, ...]

    def group_of(self) -> dict[int, int]:
        return {vertex: number for number, group in enumerate(self.groups) for vertex in group}


def without_stacks(vertices: int, ends: Ends) -> Stacks:
    return Stacks(tuple((vertex,) for vertex in range(vertices)), tuple(range(len(ends))), ())


def make_stacks(vertices: int, ends: Ends, stackable: Sequence[bool]) -> Stacks:
    """Pairs of `stackable` vertices along the longest paths.  Every edge leads to a higher number."""
    uses, rank = [0] * vertices, [0] * vertices
    into: list[list[int]] = [[] for _ in range(vertices)]
    for number, (source, target) in enumerate(ends):
        uses[source] += 1
        into[target].append(number)
    over: dict[int, int] = {}  # the edge from the upper to the lower of a pair, by the lower
    taken: set[int] = set()
    for vertex in range(vertices):
        before = [ends[number][0] for number in into[vertex]]
        rank[vertex] = max((rank[source] + 1 for source in before), default=0)
        for number in into[vertex]:
            source = ends[number][0]
            deepest = rank[source] + 1 == rank[vertex] and uses[source] == 1 and source not in taken
            if deepest and stackable[source] and stackable[vertex]:
                over[vertex] = number
                taken |= {source, vertex}
                # From here on the pair counts as one; another source may still be as deep.
                others = [rank[other] + 1 for other in before if other != source]
                rank[vertex] = max([rank[source], *others])
                break
    gone = {ends[number][0] for number in over.values()}
    groups = tuple(
        (ends[over[vertex]][0], vertex) if vertex in over else (vertex,)
        for vertex in range(vertices)
        if vertex not in gone
    )
    inner = tuple(sorted(over.values()))
    return Stacks(groups, tuple(number for number in range(len(ends)) if number not in set(inner)), inner)


def stacked_extents(sizes: Sequence[Extent], stacks: Stacks, gap: float) -> list[Extent]:
    """The extents of whole stacks, whose boxes are a `gap` apart."""
    found = []
    for group in stacks.groups:
        top, bottom = sizes[group[0]], sizes[group[-1]]
        height = sum(sizes[vertex].height for vertex in group)
        height += sum(sizes[vertex].above + gap for vertex in group[1:]) + sum(
            sizes[vertex].below for vertex in group[:-1]
        )
        found.append(Extent(max(sizes[vertex].width for vertex in group), height, top.above, bottom.below))
    return found


def stacked_ports(sizes: Sequence[Extent], stacks: Stacks, ends: Ends, gap: float) -> list[Ports]:
    """Where the edges between stacks start and end, for `make_layout`."""
    below: dict[int, float] = {}
    for group, whole in zip(stacks.groups, stacked_extents(sizes, stacks, gap), strict=True):
        for vertex, top in zip(group, _tops(sizes, group, gap), strict=True):
            below[vertex] = top + sizes[vertex].height / 2 - whole.height / 2
    return [(below[ends[number][0]], below[ends[number][1]]) for number in stacks.outer]


def unstacked(layout: GraphLayout, stacks: Stacks, sizes: Sequence[Extent], ends: Ends, gap: float) -> GraphLayout:
    """The layout of the vertices from that of the stacks."""
    boxes = [Rect(0.0, 0.0, 0.0, 0.0)] * sum(map(len, stacks.groups))
    for group, whole in zip(stacks.groups, layout.boxes, strict=True):
        for vertex, top in zip(group, _tops(sizes, group, gap), strict=True):
            width = whole.width if len(group) == 1 else sizes[vertex].width
            left = whole.x + (whole.width - width) / 2
            boxes[vertex] = Rect(left, whole.y + top, width, sizes[vertex].height)
    routes = [Route((), None)] * len(ends)
    for number, route in zip(stacks.outer, layout.routes, strict=True):
        (_, first), *bends, (_, last) = route.points
        start, end = boxes[ends[number][0]].right, boxes[ends[number][1]].x
        routes[number] = Route(((start, first), *bends, (end, last)), route.label, route.own)
    for number in stacks.inner:
        upper, lower = boxes[ends[number][0]], boxes[ends[number][1]]
        middle = upper.x + upper.width / 2
        routes[number] = Route(((middle, upper.bottom), (middle, lower.y)), None)
    columns = tuple(tuple(vertex for stack in column for vertex in stacks.groups[stack]) for column in layout.columns)
    return GraphLayout(tuple(boxes), tuple(routes), layout.width, layout.height, columns)


def _tops(sizes: Sequence[Extent], group: Sequence[int], gap: float) -> list[float]:
    """The upper ends of the boxes of a stack, from that of the first."""
    tops = [0.0]
    for upper, lower in pairwise(group):
        tops.append(tops[-1] + sizes[upper].height + sizes[upper].below + gap + sizes[lower].above)
    return tops
