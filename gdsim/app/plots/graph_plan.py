"""Which detail, which layout and which words a computation graph gets in the room there is.

Several are tried, from the one that says most.  Type that can be read counts most, then how many edges say what they
carry.  Zoomed in there is room for more words: they are placed anew, while boxes and lines stay where they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_heights import Spacing
from gdsim.app.plots.graph_labels import NEAR, TOLERABLE, Lines, Place, places_beside
from gdsim.app.plots.graph_layout import Extent, GraphLayout, least_size, make_layout
from gdsim.app.plots.graph_order import Order
from gdsim.app.plots.graph_picture import GraphPicture
from gdsim.app.plots.graph_satellites import Reduced, order_of, reduce_graph, with_room, with_satellites
from gdsim.app.plots.graph_sizes import (
    BESIDE,
    DETAILS,
    PRODUCTS,
    Detail,
    Measure,
    box_sizes,
    label_sizes,
    satellite_gap,
    type_size,
)

LARGEST_FIT = 1.3
"""A small graph is not blown up further than this."""

_MOST_SPREAD = (24.0, 44.0)  # px that distances across and down grow by, at most, where there is room
_FILLED = 0.94  # the share of the height that rows are spread over
_BEYOND = 14.0  # px that words may reach out of the graph
_READABLE = 9.5  # px; larger type is nicer but says no more
_MOST_TRIES = 3  # layouts with words that are compared, each of which takes some milliseconds
_STEP_DOWN = 0.02  # what a detail further down the list has to be better by

MeasureAt = Callable[[float], Measure]
"""Measures text in type of a size in px."""


@dataclass(frozen=True)
class Words:
    """Where edges say what they carry; `products` tells that there is room for the whole product, `zoom` for which
    zoom the places hold.
    """

    places: tuple[Place | None, ...]
    products: bool
    zoom: float

    @property
    def rects(self) -> list[Rect]:
        return [place.rect for place in self.places if place is not None]


@dataclass(frozen=True)
class Plan:
    """`zoom` shows the whole graph."""

    detail: Detail
    layout: GraphLayout
    zoom: float
    words: Words
    lines: Lines
    bounds: Rect
    """Where words may stand."""


@dataclass(frozen=True)
class Skeleton:
    """What of a graph does not depend on sizes."""

    picture: GraphPicture
    reduced: Reduced
    order: Order

    @staticmethod
    def of(picture: GraphPicture) -> Skeleton:
        reduced = reduce_graph(picture)
        return Skeleton(picture, reduced, order_of(picture, reduced))


@dataclass(frozen=True)
class _Draft:
    """A detail with its sizes, before anything is laid out."""

    detail: Detail
    sizes: list[Extent]
    room: list[Extent]
    reserved: list[tuple[float, float]]
    spacing: Spacing
    handicap: float
    least: tuple[float, float]

    def worth(self, width: float, height: float) -> float:
        """What it can come to at best."""
        zoom = _fitting(*self.least, width, height)
        return -math.inf if self.reserved and zoom < 1.0 else _worth(self.detail, zoom, 1.0) - self.handicap


def make_plan(skeleton: Skeleton, width: float, height: float, scale: float, measure: MeasureAt) -> Plan:
    """For a room of this size; `scale` is that of Large type."""
    drafts = [_draft(skeleton, number, scale, measure) for number in range(len(DETAILS))]
    carrying = sum(edge.carries for edge in skeleton.picture.edges)
    best: Plan | None = None
    most = -1.0
    for draft in sorted(drafts, key=lambda one: -one.worth(width, height))[:_MOST_TRIES]:
        if draft.worth(width, height) <= most:
            break
        tallest = height * max(1.0, draft.least[0] / width)
        layout = make_layout(skeleton.order, draft.room, draft.reserved, draft.spacing, tallest)
        spread = _spread(draft.spacing, layout, skeleton.order, width, height, scale)
        layout = make_layout(skeleton.order, draft.room, draft.reserved, spread, tallest)
        plan = _plan(skeleton, draft.detail, layout, draft.sizes, (width, height), scale, measure)
        said = len(plan.words.rects) / carrying if carrying else 1.0
        worth = _worth(draft.detail, plan.zoom, said) - draft.handicap
        if worth > most:
            best, most = plan, worth
    if best is None:
        raise ValueError("there are no details to choose from")
    return best


def _draft(skeleton: Skeleton, number: int, scale: float, measure: MeasureAt) -> _Draft:
    detail = DETAILS[number]
    sizes = box_sizes(skeleton.picture, detail, scale, measure(detail.font * scale))
    reserved: list[tuple[float, float]] = []
    if detail.edges != BESIDE:
        edges = [skeleton.picture.edges[edge] for edge in skeleton.reduced.edges]
        reserved = label_sizes(edges, detail.edges == PRODUCTS, scale, measure(detail.edge_font * scale))
    room = with_room(sizes, skeleton.reduced, satellite_gap(scale))
    spacing = Spacing(detail.column * scale, detail.row * scale, max(4.0, detail.row / 3) * scale)
    least = least_size(skeleton.order, room, reserved, spacing)
    return _Draft(detail, sizes, room, reserved, spacing, _STEP_DOWN * number, least)


def _worth(detail: Detail, zoom: float, said: float) -> float:
    return 2.0 * min(detail.edge_font * zoom / _READABLE, 1.0) + said


def _fitting(across: float, down: float, width: float, height: float) -> float:
    return min(width / max(across, 1.0), height / max(down, 1.0), LARGEST_FIT)


def _spread(spacing: Spacing, layout: GraphLayout, order: Order, width: float, height: float, scale: float) -> Spacing:
    """Distances that use the room that is left, so far as it does not tear the graph apart."""
    gaps = max(len(order.columns) - 1, 1)
    rows = max((len(column) for column in layout.columns), default=1)
    across = min(max((width - layout.width) / gaps, 0.0), _MOST_SPREAD[0] * scale)
    down = min(max((_FILLED * height - layout.height) / max(rows - 1, 1), 0.0), _MOST_SPREAD[1] * scale)
    return Spacing(spacing.column + across, spacing.row + down, spacing.lane + down / 4)


def _plan(
    skeleton: Skeleton,
    detail: Detail,
    layout: GraphLayout,
    sizes: Sequence[Extent],
    room: tuple[float, float],
    scale: float,
    measure: MeasureAt,
) -> Plan:
    whole = with_satellites(layout, skeleton.picture, skeleton.reduced, sizes, satellite_gap(scale))
    zoom = _fitting(whole.width, whole.height, *room)
    lines = Lines.of(whole.routes)
    beyond = max((room[1] / zoom - whole.height) / 2, 0.0)
    bounds = Rect(0.0, -beyond, whole.width, whole.height + 2 * beyond).grown(_BEYOND * scale)
    plan = Plan(detail, whole, zoom, Words((), False, zoom), lines, bounds)
    return replace(plan, words=words_at(skeleton.picture, plan, zoom, scale, measure))


def words_at(picture: GraphPicture, plan: Plan, zoom: float, scale: float, measure: MeasureAt) -> Words:
    """Places for what edges carry at a zoom."""
    detail, layout = plan.detail, plan.layout
    kept = [None if route.label is None else Place(route.label, route.middle(0.5)) for route in layout.routes]
    reserved = tuple(
        place if edge.carries else None for place, edge in zip(kept, picture.edges, strict=True)
    )  # fmt: skip
    if detail.edges == PRODUCTS or (detail.edges != BESIDE and zoom <= plan.zoom):
        return Words(reserved, detail.edges == PRODUCTS, zoom)
    of_type = measure(type_size(detail.edge_font, zoom) * scale)
    taken = taken_by_boxes(picture, layout, scale)
    for products in (True, False):
        if not products and detail.edges != BESIDE:
            return Words(reserved, False, zoom)
        sizes = label_sizes(picture.edges, products, scale, of_type)
        wanted = [
            (number, width / zoom, height / zoom)
            for number, (edge, (width, height)) in enumerate(zip(picture.edges, sizes, strict=True))
            if edge.carries
        ]
        worst = NEAR if products and zoom <= plan.zoom else TOLERABLE
        found = places_beside(layout.routes, wanted, taken, plan.bounds, plan.lines, worst, all_or_none=products)
        if len(found) == len(wanted) or not products:
            return Words(tuple(found.get(number) for number in range(len(picture.edges))), products, zoom)
    raise AssertionError("numbers are placed as far as there is room")


def taken_by_boxes(picture: GraphPicture, layout: GraphLayout, scale: float) -> list[Rect]:
    """The boxes, the rim of the output, and the numbers over the boxes."""
    boxes = [
        box.grown(4.0 * scale if node.output else 0.0) for node, box in zip(picture.nodes, layout.boxes, strict=True)
    ]
    numbers = [number_place(box, scale) for node, box in zip(picture.nodes, layout.boxes, strict=True) if node.partial]
    return [*boxes, *numbers]


def number_place(box: Rect, scale: float) -> Rect:
    """The place of the number of a step, over the left end of its box."""
    return Rect(box.x + 2 * scale, box.y - 11 * scale, 15 * scale, 11 * scale)
