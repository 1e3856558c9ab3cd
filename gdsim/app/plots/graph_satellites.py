"""Constants stand at the box that uses them, above or below it, and take no place of their own in the columns.

So the 2 of x² is beside its x², and no edge has to be led to it.  The rest of the graph is laid out as if they were
not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_layout import Extent, GraphLayout, Route
from gdsim.app.plots.graph_picture import CONSTANT, GraphPicture

Size = tuple[float, float]


@dataclass(frozen=True)
class Satellite:
    """A constant, the edge by which it is used, the vertex that uses it, and whether it stands above that."""

    constant: int
    edge: int
    host: int
    above: bool


@dataclass(frozen=True)
class Reduced:
    """A graph without its satellites: the vertices and edges that are laid out, by their numbers in the picture."""

    vertices: tuple[int, ...]
    edges: tuple[int, ...]
    satellites: tuple[Satellite, ...]


def reduce_graph(picture: GraphPicture) -> Reduced:
    """Constants used once, by a vertex that also uses something else, become satellites: one above, one below."""
    uses = [0] * len(picture.nodes)
    into: list[list[int]] = [[] for _ in picture.nodes]
    for number, edge in enumerate(picture.edges):
        uses[edge.source] += 1
        into[edge.target].append(number)
    found: list[Satellite] = []
    for host, edges in enumerate(into):
        constants = [
            number
            for number in edges
            if picture.nodes[picture.edges[number].source].kind == CONSTANT and uses[picture.edges[number].source] == 1
        ]
        if len(constants) == len(edges):
            continue
        taken: set[bool] = set()
        for number in constants[:2]:
            above = number == edges[0] and True not in taken
            if above in taken:
                above = not above
            taken.add(above)
            found.append(Satellite(picture.edges[number].source, number, host, above))
    gone, cut = {one.constant for one in found}, {one.edge for one in found}
    vertices = tuple(number for number in range(len(picture.nodes)) if number not in gone)
    kept = tuple(number for number in range(len(picture.edges)) if number not in cut)
    return Reduced(vertices, kept, tuple(found))


def with_room(sizes: Sequence[Extent], reduced: Reduced, gap: float) -> list[Extent]:
    """The extents of the vertices that are laid out, each with room for its satellites a `gap` away."""
    grown = list(sizes)
    for one in reduced.satellites:
        width, height = sizes[one.constant][:2]
        host = grown[one.host]
        above = max(host.above, gap) + height if one.above else host.above
        below = host.below if one.above else max(host.below, gap) + height
        grown[one.host] = Extent(max(host.width, width), host.height, above, below)
    return [grown[vertex] for vertex in reduced.vertices]


def with_satellites(
    layout: GraphLayout, picture: GraphPicture, reduced: Reduced, sizes: Sequence[Extent], gap: float
) -> GraphLayout:
    """The layout of the whole from that of the reduced graph."""
    boxes = [Rect(0.0, 0.0, 0.0, 0.0)] * len(picture.nodes)
    for vertex, box in zip(reduced.vertices, layout.boxes, strict=True):
        boxes[vertex] = box
    routes = [Route((), None)] * len(picture.edges)
    for edge, route in zip(reduced.edges, layout.routes, strict=True):
        routes[edge] = route
    columns = [[reduced.vertices[vertex] for vertex in column] for column in layout.columns]
    for one in reduced.satellites:
        host, (width, height, _, _) = boxes[one.host], sizes[one.constant]
        middle = host.x + host.width / 2
        # Right over a box stands the number of its step: what is above keeps clear of it.
        top = host.y - max(sizes[one.host].above, gap) - height if one.above else host.bottom + gap
        boxes[one.constant] = Rect(middle - width / 2, top, width, height)
        ends = ((middle, top + height), (middle, host.y)) if one.above else ((middle, top), (middle, host.bottom))
        routes[one.edge] = Route(ends, None)
        column = next(column for column in columns if one.host in column)
        column.insert(column.index(one.host) + (0 if one.above else 1), one.constant)
    return GraphLayout(tuple(boxes), tuple(routes), layout.width, layout.height, tuple(map(tuple, columns)))
