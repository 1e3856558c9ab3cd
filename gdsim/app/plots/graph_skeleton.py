"""What of the picture of a computation graph does not depend on sizes: who stands where beside whom.

It stays while values, type sizes and the window change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gdsim.app.plots.graph_heights import Spacing
from gdsim.app.plots.graph_layout import Extent, GraphLayout, make_layout
from gdsim.app.plots.graph_order import Order, make_order
from gdsim.app.plots.graph_picture import INPUT, OPERATION, GraphPicture
from gdsim.app.plots.graph_satellites import Reduced, reduce_graph
from gdsim.app.plots.graph_stacks import (
    Ends,
    Stacks,
    make_stacks,
    stacked_extents,
    stacked_ports,
    unstacked,
    without_stacks,
)

_DEEP = 10  # columns, from which on it is tried to do with fewer

Size = tuple[float, float]


@dataclass(frozen=True)
class Arrangement:
    """Columns of stacks; `ends` are those of all edges of the reduced graph."""

    reduced: Reduced
    ends: Ends
    stacks: Stacks
    order: Order

    def laid_out(
        self, sizes: Sequence[Extent], labels: Sequence[Size], spacing: Spacing, tallest: float, gap: float
    ) -> GraphLayout:
        """The layout of the stacks."""
        ports = stacked_ports(sizes, self.stacks, self.ends, gap)
        return make_layout(self.order, stacked_extents(sizes, self.stacks, gap), labels, spacing, tallest, ports)

    def of_vertices(self, layout: GraphLayout, sizes: Sequence[Extent], gap: float) -> GraphLayout:
        """The layout of the reduced graph."""
        return unstacked(layout, self.stacks, sizes, self.ends, gap)


@dataclass(frozen=True)
class Skeleton:
    """`arrangements` are to be compared, the plain one first."""

    picture: GraphPicture
    arrangements: tuple[Arrangement, ...]

    @staticmethod
    def of(picture: GraphPicture) -> Skeleton:
        reduced = reduce_graph(picture)
        place = {vertex: number for number, vertex in enumerate(reduced.vertices)}
        edges = [picture.edges[edge] for edge in reduced.edges]
        ends = [(place[edge.source], place[edge.target]) for edge in edges]
        plain = _arranged(picture, reduced, ends, without_stacks(len(reduced.vertices), ends))
        if len(plain.order.columns) < 2 * _DEEP - 1:
            return Skeleton(picture, (plain,))
        held = Counter(one.host for one in reduced.satellites)
        operations = [picture.nodes[vertex].kind == OPERATION and held[vertex] < 2 for vertex in reduced.vertices]
        stacks = make_stacks(len(reduced.vertices), ends, operations)
        return Skeleton(picture, (plain, _arranged(picture, _outside(reduced, stacks), ends, stacks)))


def _outside(reduced: Reduced, stacks: Stacks) -> Reduced:
    """With satellites over and under stacks instead of within them."""
    above: dict[int, bool] = {}
    for group in stacks.groups:
        if len(group) > 1:
            above |= {reduced.vertices[group[0]]: True, reduced.vertices[group[-1]]: False}
    moved = tuple(replace(one, above=above.get(one.host, one.above)) for one in reduced.satellites)
    return replace(reduced, satellites=moved)


def _arranged(picture: GraphPicture, reduced: Reduced, ends: Ends, stacks: Stacks) -> Arrangement:
    group = stacks.group_of()
    inputs = [group[place] for place, vertex in enumerate(reduced.vertices) if picture.nodes[vertex].kind == INPUT]
    outer = [(group[ends[edge][0]], group[ends[edge][1]]) for edge in stacks.outer]
    values = [ends[edge][0] for edge in stacks.outer]
    return Arrangement(reduced, ends, stacks, make_order(len(stacks.groups), outer, inputs, values))
