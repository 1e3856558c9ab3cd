"""Where the vertices, edges and labels of a computation graph are drawn, from their order and their sizes.

Columns are as wide as their widest entry.  Heights follow from sweeps in which each entry goes as near to the middle of
its neighbours as those above and below allow: in one column that is a least-squares problem under order constraints,
solved exactly by pooling adjacent violators (Brunk and others, 1972).  The result depends on sizes alone, so nothing
moves while only values change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_order import Order

Point = tuple[float, float]

_SWEEPS = 10
_STRAIGHT, _HALF_STRAIGHT, _SLANTED = 8.0, 2.0, 1.0  # how much two bends, a bend and a vertex, two vertices pull
_BEND = 4.0  # px, the height that a passing edge takes
_PORTS_APART = 9.0  # px, at most, between two edges at one side of a box


@dataclass(frozen=True)
class Spacing:
    """Distances in px: beside every column, between two boxes of a column, and between an edge and its neighbours."""

    column: float
    row: float
    lane: float = 6.0


@dataclass(frozen=True)
class Route:
    """An edge from the right side of its source to the left side of its target.

    Between points 0 and 1, 2 and 3, ... it swings from one height to another; from 1 to 2, 3 to 4, ... it is level.
    `label` is the place of its label, its middle on the line; None without labels.
    """

    points: tuple[Point, ...]
    label: Rect | None

    def middle(self, share: float) -> Point:
        """The point a `share` of the way along, by x."""
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
    order: Order, sizes: Sequence[tuple[float, float]], labels: Sequence[tuple[float, float]], spacing: Spacing
) -> GraphLayout:
    """`sizes` are (width, height) of the vertices, `labels` those of the edges' labels; an empty list draws none."""
    widths = column_widths(order, sizes, labels)
    lefts, x = [], 0.0
    for width in widths:
        lefts.append(x)
        x += width + spacing.column
    total = max(x - spacing.column, 0.0)
    heights = [height for _, height in sizes] + [_BEND] * (order.slots - order.vertices)
    labelled = {chain[-2]: number for number, chain in enumerate(order.chains)} if labels else {}
    for slot, number in labelled.items():
        heights[slot] = labels[number][1]
    middles = _heights(order, heights, spacing, set(labelled))
    column_of = order.column_of()
    boxes = []
    for vertex, (width, height) in enumerate(sizes):
        column = column_of[vertex]
        left = lefts[column] + (widths[column] - width) / 2
        boxes.append(Rect(left, middles[vertex] - height / 2, width, height))
    routes = _routes(order, boxes, middles, lefts, widths, labels)
    tall = max((middle + height / 2 for middle, height in zip(middles, heights, strict=True)), default=0.0)
    vertices = tuple(tuple(slot for slot in column if slot < order.vertices) for column in order.columns[::2])
    return GraphLayout(tuple(boxes), routes, total, tall, vertices)


def column_widths(
    order: Order, sizes: Sequence[tuple[float, float]], labels: Sequence[tuple[float, float]]
) -> list[float]:
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
    order: Order, sizes: Sequence[tuple[float, float]], labels: Sequence[tuple[float, float]], spacing: Spacing
) -> tuple[float, float]:
    """The width of the layout, and a height below which it cannot be; found without laying it out."""
    widths = column_widths(order, sizes, labels)
    tallest = 0.0
    for column in order.columns:
        boxes = [sizes[slot][1] for slot in column if slot < order.vertices]
        tallest = max(tallest, sum(boxes) + spacing.row * max(len(boxes) - 1, 0))
    return sum(widths) + spacing.column * max(len(widths) - 1, 0), tallest


def _heights(order: Order, heights: list[float], spacing: Spacing, labelled: set[int]) -> list[float]:
    """The middle of each slot."""
    big = [slot < order.vertices or slot in labelled for slot in range(order.slots)]
    before: list[list[tuple[int, float]]] = [[] for _ in range(order.slots)]
    after: list[list[tuple[int, float]]] = [[] for _ in range(order.slots)]
    for chain in order.chains:
        for left, right in pairwise(chain):
            bends = (left >= order.vertices) + (right >= order.vertices)
            pull = (_SLANTED, _HALF_STRAIGHT, _STRAIGHT)[bends]
            before[right].append((left, pull))
            after[left].append((right, pull))
    both = [[*one, *other] for one, other in zip(before, after, strict=True)]
    apart: list[list[float]] = []
    middles = [0.0] * order.slots
    for column in order.columns:
        steps, y = [0.0], 0.0
        for upper, lower in pairwise(column):
            gap = spacing.row if big[upper] and big[lower] else spacing.lane
            y += (heights[upper] + heights[lower]) / 2 + gap
            steps.append(y)
        for slot, step in zip(column, steps, strict=False):
            middles[slot] = step - y / 2
        apart.append(steps)
    numbered = list(zip(order.columns, apart, strict=True))
    for sweep in range(_SWEEPS):
        if sweep >= _SWEEPS - 4:
            neighbours, columns = both, numbered if sweep % 2 else numbered[::-1]
        else:
            neighbours, columns = (before, numbered[1:]) if sweep % 2 else (after, numbered[-2::-1])
        for column, steps in columns:
            _settle(column, steps, neighbours, middles)
    _straighten(order, apart, middles, before, after)
    top = min((middle - height / 2 for middle, height in zip(middles, heights, strict=True)), default=0.0)
    return [middle - top for middle in middles]


def _settle(
    column: Sequence[int], steps: Sequence[float], neighbours: list[list[tuple[int, float]]], middles: list[float]
) -> None:
    """Bring the slots of a column as near to their neighbours as their order and distances allow."""
    blocks: list[list[float]] = []  # [weight, weighted sum of wishes, how many slots]
    for slot, step in zip(column, steps, strict=False):
        weight, wish = 1e-3, 1e-3 * middles[slot]
        for other, pull in neighbours[slot]:
            weight += pull
            wish += pull * middles[other]
        blocks.append([weight, wish - weight * step, 1.0])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][0] > blocks[-1][1] * blocks[-2][0]:
            last = blocks.pop()
            blocks[-1] = [mine + theirs for mine, theirs in zip(blocks[-1], last, strict=True)]
    number = 0
    for weight, wish, count in blocks:
        for _ in range(int(count)):
            middles[column[number]] = wish / weight + steps[number]
            number += 1


def _straighten(
    order: Order,
    apart: list[list[float]],
    middles: list[float],
    before: list[list[tuple[int, float]]],
    after: list[list[tuple[int, float]]],
) -> None:
    """Level long edges as far as their neighbours leave room, with inputs that have no other use."""
    above: dict[int, tuple[int, float]] = {}
    below: dict[int, tuple[int, float]] = {}
    for column, steps in zip(order.columns, apart, strict=True):
        for (upper, lower), (step, following) in zip(pairwise(column), pairwise(steps), strict=True):
            below[upper] = lower, following - step
            above[lower] = upper, following - step

    def room(slot: int) -> tuple[float, float]:
        low = middles[above[slot][0]] + above[slot][1] if slot in above else float("-inf")
        high = middles[below[slot][0]] - below[slot][1] if slot in below else float("inf")
        return low, high

    for chain in sorted(order.chains, key=len, reverse=True):
        loose = chain[0] if len(after[chain[0]]) == 1 and not before[chain[0]] else -1
        run: list[int] = []
        low, high = float("-inf"), float("inf")
        for slot in (*chain[1:-1][::-1], *((loose,) if loose >= 0 else ())):
            least, most = room(slot)
            if max(low, least) > min(high, most):
                _level(run, low, high, middles)
                run, low, high = [], float("-inf"), float("inf")
            run.append(slot)
            low, high = max(low, least), min(high, most)
        _level(run, low, high, middles)


def _level(run: list[int], low: float, high: float, middles: list[float]) -> None:
    """One height for all of them, within what is free."""
    if len(run) > 1:
        wish = sum(middles[slot] for slot in run) / len(run)
        for slot in run:
            middles[slot] = min(max(wish, low), high)


def _routes(
    order: Order,
    boxes: Sequence[Rect],
    middles: Sequence[float],
    lefts: Sequence[float],
    widths: Sequence[float],
    labels: Sequence[tuple[float, float]],
) -> tuple[Route, ...]:
    starts = _ports(order, boxes, middles, start=True)
    ends = _ports(order, boxes, middles, start=False)
    column_of = order.column_of()
    routes = []
    for number, chain in enumerate(order.chains):
        source, target = boxes[chain[0]], boxes[chain[-1]]
        points: list[Point] = [(source.right, starts[number])]
        for bend in chain[1:-1]:
            column = column_of[bend]
            points += [(lefts[column], middles[bend]), (lefts[column] + widths[column], middles[bend])]
        points.append((target.x, ends[number]))
        label = None
        if labels:
            width, height = labels[number]
            column = column_of[chain[-2]]
            label = Rect(lefts[column] + (widths[column] - width) / 2, middles[chain[-2]] - height / 2, width, height)
        routes.append(Route(tuple(points), label))
    return tuple(routes)


def _ports(order: Order, boxes: Sequence[Rect], middles: Sequence[float], start: bool) -> list[float]:
    """The heights at which edges leave their source, or reach their target: side by side, in the order of the bends."""
    at: dict[int, list[int]] = {}
    for number, chain in enumerate(order.chains):
        at.setdefault(chain[0] if start else chain[-1], []).append(number)
    heights = [0.0] * len(order.chains)
    for vertex, numbers in at.items():
        box = boxes[vertex]
        numbers.sort(key=lambda number: middles[order.chains[number][1 if start else -2]])
        apart = min(_PORTS_APART, box.height / (len(numbers) + 1))
        for place, number in enumerate(numbers):
            heights[number] = box.y + box.height / 2 + (place - (len(numbers) - 1) / 2) * apart
    return heights
