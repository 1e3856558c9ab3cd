"""Which detail, which layout and which words a computation graph gets in the room there is.

Several are tried, from the one that says most.  Type that can be read counts most, then how many edges say what they
carry.  Zoomed in there is room for more words: they are placed anew, while boxes and lines stay where they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_heights import Spacing
from gdsim.app.plots.graph_labels import NEAR, TOLERABLE, Lines, Place, places_beside
from gdsim.app.plots.graph_layout import Extent, GraphLayout, least_size
from gdsim.app.plots.graph_picture import GraphPicture, NodePicture
from gdsim.app.plots.graph_satellites import with_room, with_satellites
from gdsim.app.plots.graph_sizes import (
    BESIDE,
    DETAILS,
    PRODUCTS,
    RIM,
    Detail,
    Measure,
    box_sizes,
    label_sizes,
    satellite_gap,
    type_size,
)
from gdsim.app.plots.graph_skeleton import Arrangement, Skeleton
from gdsim.app.plots.graph_stacks import stacked_extents

LARGEST_FIT = 1.3
"""A small graph is not blown up further than this."""

_MOST_SPREAD = (24.0, 44.0)  # px that distances across and down grow by, at most, where there is room
_FILLED = 0.94  # the share of the height that rows are spread over
_BEYOND = 14.0  # px that words may reach out of the graph
_SURE = 0.96  # the share of free room for words: the widget may be a little larger, and the graph with it
_READABLE = 9.5  # px; larger type is nicer but says no more
_MOST_TRIES = 3  # layouts with words that are compared, each of which takes some milliseconds
_STACKED = 0.12  # what it has to be better by, not to be laid out from left to right alone
_STACK_GAP = 20.0  # px within a stack
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
class _Draft:
    """A detail with its sizes, before anything is laid out."""

    arrangement: Arrangement
    detail: Detail
    sizes: list[Extent]
    room: list[Extent]
    reserved: list[tuple[float, float]]
    spacing: Spacing
    handicap: float
    gap: float
    least: tuple[float, float]

    def worth(self, width: float, height: float) -> float:
        """What it can come to at best."""
        zoom = fitting_zoom(*self.least, width, height)
        return -math.inf if self.reserved and zoom < 1.0 else _worth(self.detail, zoom, 1.0) - self.handicap

    def laid_out(self, width: float, height: float, scale: float) -> GraphLayout:
        """With distances that use the room there is."""
        tallest = height * max(1.0, self.least[0] / width)
        layout = self.arrangement.laid_out(self.room, self.reserved, self.spacing, tallest, self.gap)
        spread = _spread(self.spacing, layout, width, height, scale)
        layout = self.arrangement.laid_out(self.room, self.reserved, spread, tallest, self.gap)
        return self.arrangement.of_vertices(layout, self.room, self.gap)


def make_plan(skeleton: Skeleton, width: float, height: float, scale: float, measure: MeasureAt) -> Plan:
    """For a room of this size; `scale` is that of Large type."""
    drafts = [_draft(skeleton, number, scale, measure) for number in range(len(DETAILS))]
    drafts += [_stacked(one, other, scale) for other in skeleton.arrangements[1:] for one in drafts if not one.reserved]
    carrying = sum(edge.carries for edge in skeleton.picture.edges)
    best: Plan | None = None
    most = -1.0
    for draft in sorted(drafts, key=lambda one: -one.worth(width, height))[:_MOST_TRIES]:
        if draft.worth(width, height) <= most:
            break
        layout = draft.laid_out(width, height, scale)
        plan = _plan(skeleton.picture, draft, layout, (width, height), scale, measure)
        said = len(plan.words.rects) / carrying if carrying else 1.0
        worth = _worth(draft.detail, plan.zoom, said) - draft.handicap
        if worth > most:
            best, most = plan, worth
    if best is None:
        raise ValueError("there are no details to choose from")
    return best


def _draft(skeleton: Skeleton, number: int, scale: float, measure: MeasureAt) -> _Draft:
    detail, plain = DETAILS[number], skeleton.arrangements[0]
    sizes = box_sizes(skeleton.picture, detail, scale, measure(detail.font * scale))
    reserved: list[tuple[float, float]] = []
    if detail.edges != BESIDE:
        edges = [skeleton.picture.edges[edge] for edge in plain.reduced.edges]
        reserved = label_sizes(edges, detail.edges == PRODUCTS, scale, measure(detail.edge_font * scale))
    room = with_room(sizes, plain.reduced, satellite_gap(scale))
    spacing = Spacing(detail.column * scale, detail.row * scale, max(4.0, detail.row / 3) * scale)
    least = least_size(plain.order, room, reserved, spacing)
    return _Draft(plain, detail, sizes, room, reserved, spacing, _STEP_DOWN * number, _STACK_GAP * scale, least)


def _stacked(draft: _Draft, arrangement: Arrangement, scale: float) -> _Draft:
    """The same with fewer columns."""
    room = with_room(draft.sizes, arrangement.reduced, satellite_gap(scale))
    least = least_size(arrangement.order, stacked_extents(room, arrangement.stacks, draft.gap), [], draft.spacing)
    return replace(draft, arrangement=arrangement, room=room, least=least, handicap=draft.handicap + _STACKED)


def _worth(detail: Detail, zoom: float, said: float) -> float:
    return 3.0 * min(detail.edge_font * zoom / _READABLE, 1.0) + said


def fitting_zoom(across: float, down: float, width: float, height: float) -> float:
    """At which a graph of a size is seen whole in a room of a width and a height."""
    return min(width / max(across, 1.0), height / max(down, 1.0), LARGEST_FIT)


def _spread(spacing: Spacing, layout: GraphLayout, width: float, height: float, scale: float) -> Spacing:
    """Distances that use the room that is left, so far as it does not tear the graph apart."""
    gaps = max(2 * len(layout.columns) - 2, 1)  # there is a column of bends between two of boxes
    rows = max((len(column) for column in layout.columns), default=1)
    across = min(max((width - layout.width) / gaps, 0.0), _MOST_SPREAD[0] * scale)
    down = min(max((_FILLED * height - layout.height) / max(rows - 1, 1), 0.0), _MOST_SPREAD[1] * scale)
    return Spacing(spacing.column + across, spacing.row + down, spacing.lane + down / 4)


def _plan(
    picture: GraphPicture,
    draft: _Draft,
    layout: GraphLayout,
    room: tuple[float, float],
    scale: float,
    measure: MeasureAt,
) -> Plan:
    whole = with_satellites(layout, picture, draft.arrangement.reduced, draft.sizes, satellite_gap(scale))
    zoom = fitting_zoom(whole.width, whole.height, *room)
    lines = Lines.of(whole.routes)
    across, down = (
        max((_SURE * space / zoom - size) / 2, 0.0)
        for space, size in zip(room, (whole.width, whole.height), strict=True)
    )
    bounds = Rect(-across, -down, whole.width + 2 * across, whole.height + 2 * down)
    bounds = bounds.grown(_BEYOND * scale / max(zoom, 1.0))
    plan = Plan(draft.detail, whole, zoom, Words((), False, zoom), lines, bounds)
    return replace(plan, words=words_at(picture, plan, zoom, scale, measure))


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
    nodes = list(zip(picture.nodes, layout.boxes, strict=True))
    boxes = [box.grown(RIM * scale if node.output else 0.0) for node, box in nodes]
    return [*boxes, *(number_place(node, box, scale) for node, box in nodes if node.partial)]


def number_place(node: NodePicture, box: Rect, scale: float) -> Rect:
    """The place of the number of a step, over the left end of its box and clear of the rim of the output."""
    rim = RIM * scale if node.output else 0.0
    return Rect(box.x + 2 * scale, box.y - 11 * scale - rim, 15 * scale, 11 * scale)
