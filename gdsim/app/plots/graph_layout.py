"""Where the vertices, edges and labels of a computation graph are drawn, from their order and their sizes.

Columns are as wide as their widest entry; heights are found in `graph_heights`.  The result depends on sizes alone, so
nothing moves while only values change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_heights import Ports, Spacing, find_heights
from gdsim.app.plots.graph_order import Order

Point = tuple[float, float]

_BEND = 4.0  # px, the height that a passing edge takes
_LOWEST_BOX = 24.0  # px, of one in a stack
_PORTS_APART = 9.0  # px, at most, between two edges at one side of a box


class Extent(NamedTuple):
    """The size of a box and how much is kept free above and below it, in px."""

    width: float
    height: float
    above: float = 0.0
    below: float = 0.0


@dataclass(frozen=True)
class Route:
    """An edge from the right side of its source to the left side of its target.

    Between points 0 and 1, 2 and 3, ... it swings from one height to another; from 1 to 2, 3 to 4, ... it is level.
    `label` is the place of its label, its middle on the line; None without labels.  Up to the point `own` it runs with
    other edges of the same value.
    """

    points: tuple[Point, ...]
    label: Rect | None
    own: int = 0

    @property
    def upright(self) -> bool:
        """Whether it leads straight up or down, from a box to the next one in a stack or from a constant."""
        return self.points[-1][0] <= self.points[0][0]

    def middle(self, share: float) -> Point:
        """The point a `share` of the way along, by x; by y if the edge is upright."""
        if self.upright:
            (x, top), (_, bottom) = self.points[0], self.points[-1]
            return x, top + share * (bottom - top)
        x = self.points[0][0] + share * (self.points[-1][0] - self.points[0][0])
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if x <= x1:
                part = (x - x0) / (x1 - x0) if x1 > x0 else 0.0
                eased = part * part * (3 - 2 * part)
                return x, y0 + eased * (y1 - y0)
        return self.points[-1]


@dataclass(frozen=True)
class GraphLayout:
    """Boxes of the vertices and routes of the edges, in px from the upper left corner of the whole."""

    boxes: tuple[Rect, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    columns: tuple[tuple[int, ...], ...]
    """The vertices from left to right, and in a column from top to bottom."""


def make_layout(
    order: Order,
    sizes: Sequence[Extent],
    labels: Sequence[tuple[float, float]],
    spacing: Spacing,
    tallest: float = float("inf"),
    ports: Sequence[Ports] = (),
) -> GraphLayout:
    """`labels` are (width, height) of the edges' labels; an empty list draws none.

    What would be taller than `tallest` px is pressed together as far as the distances allow.  `ports` tell where edges
    start and end; without any they do so at the middle of the boxes.
    """
    ports = ports or [(0.0, 0.0)] * len(order.chains)
    widths = column_widths(order, sizes, labels)
    lefts, x = [], 0.0
    for width in widths:
        lefts.append(x)
        x += width + spacing.column
    total = max(x - spacing.column, 0.0)
    reach = [(size.height / 2 + size.above, size.height / 2 + size.below) for size in sizes]
    reach += [(_BEND / 2, _BEND / 2)] * (order.slots - order.vertices)
    labelled = {chain[-2]: number for number, chain in enumerate(order.chains)} if labels else {}
    for slot, number in labelled.items():
        reach[slot] = (labels[number][1] / 2, labels[number][1] / 2)
    middles = find_heights(order, reach, spacing, set(labelled), tallest, ports)
    column_of = order.column_of()
    boxes = []
    for vertex, (width, height, _, _) in enumerate(sizes):
        at = column_of[vertex]
        left = lefts[at] + (widths[at] - width) / 2
        boxes.append(Rect(left, middles[vertex] - height / 2, width, height))
    routes = _routes(order, boxes, middles, lefts, widths, labels, ports)
    tall = max((middle + below for middle, (_, below) in zip(middles, reach, strict=True)), default=0.0)
    vertices = tuple(tuple(slot for slot in column if slot < order.vertices) for column in order.columns[::2])
    return GraphLayout(tuple(boxes), routes, total, tall, vertices)


def column_widths(order: Order, sizes: Sequence[Extent], labels: Sequence[tuple[float, float]]) -> list[float]:
    """How wide each column has to be."""
    widths = [0.0] * len(order.columns)
    for number, column in enumerate(order.columns):
        widths[number] = max((sizes[slot][0] for slot in column if slot < order.vertices), default=0.0)
    if labels:
        column_of = order.column_of()
        for chain, (width, _) in zip(order.chains, labels, strict=True):
            column = column_of[chain[-2]]
            widths[column] = max(widths[column], width)
    return widths


def least_size(
    order: Order, sizes: Sequence[Extent], labels: Sequence[tuple[float, float]], spacing: Spacing
) -> tuple[float, float]:
    """The width of the layout, and a height below which it cannot be; found without laying it out."""
    widths = column_widths(order, sizes, labels)
    tallest = 0.0
    for column in order.columns:
        boxes = [sum(sizes[slot][1:]) for slot in column if slot < order.vertices]
        tallest = max(tallest, sum(boxes) + spacing.row * max(len(boxes) - 1, 0))
    return sum(widths) + spacing.column * max(len(widths) - 1, 0), tallest


def _routes(
    order: Order,
    boxes: Sequence[Rect],
    middles: Sequence[float],
    lefts: Sequence[float],
    widths: Sequence[float],
    labels: Sequence[tuple[float, float]],
    ports: Sequence[Ports],
) -> tuple[Route, ...]:
    starts = _ports(order, boxes, middles, [start for start, _ in ports], start=True)
    ends = _ports(order, boxes, middles, [end for _, end in ports], start=False)
    column_of = order.column_of()
    used = Counter(bend for chain in order.chains for bend in chain[1:-1])
    routes = []
    for number, chain in enumerate(order.chains):
        source, target = boxes[chain[0]], boxes[chain[-1]]
        points: list[Point] = [(source.right, starts[number])]
        # Without labels there is nothing to be level for between two columns of boxes: one swing leads across.
        bends = chain[1:-1] if labels else chain[2:-2:2]
        for bend in bends:
            column = column_of[bend]
            points += [(lefts[column], middles[bend]), (lefts[column] + widths[column], middles[bend])]
        points.append((target.x, ends[number]))
        label = None
        if labels:
            width, height = labels[number]
            column = column_of[chain[-2]]
            label = Rect(lefts[column] + (widths[column] - width) / 2, middles[chain[-2]] - height / 2, width, height)
        routes.append(Route(tuple(points), label, 2 * sum(used[bend] > 1 for bend in bends)))
    return tuple(routes)


def _ports(
    order: Order, boxes: Sequence[Rect], middles: Sequence[float], offsets: Sequence[float], start: bool
) -> list[float]:
    """The heights at which edges leave their source, or reach their target: side by side, in the order of the bends.

    Edges that run together leave together.
    """
    at: dict[tuple[int, float], dict[int, list[int]]] = {}
    for number, (chain, offset) in enumerate(zip(order.chains, offsets, strict=True)):
        vertex, bend = (chain[0], chain[1]) if start else (chain[-1], chain[-2])
        at.setdefault((vertex, offset), {}).setdefault(bend, []).append(number)
    heights = [0.0] * len(order.chains)
    for (vertex, offset), lines in at.items():
        box = boxes[vertex]
        apart = min(_PORTS_APART, (box.height if offset == 0.0 else _LOWEST_BOX) / (len(lines) + 1))
        for place, bend in enumerate(sorted(lines, key=middles.__getitem__)):
            for number in lines[bend]:
                heights[number] = box.y + box.height / 2 + offset + (place - (len(lines) - 1) / 2) * apart
    return heights
