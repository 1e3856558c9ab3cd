"""Free places beside edges for words about them: near the edge, on no box and no other words, on few lines.

Every place is a rectangle near a point of its edge; of all that are free the one with the lowest cost is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_layout import Point, Route

Array = NDArray[np.float64]

_SHARES = np.array([0.5, 0.3, 0.7, 0.12, 0.88])
_SIDES = np.array([0.5, -0.08, 1.08])  # the point is at this share of the width: its middle, just left or right of it
_AWAY = np.array(
    [0.0, *(sign * (1.0 + part) for part in (0.0, 0.06, 0.15, 0.27, 0.4, 0.55, 0.77, 1.0) for sign in (-1.0, 1.0))]
)
_REACH = 70.0  # px that words may be away from their edge, at least
_AT = np.repeat(np.arange(len(_SHARES)), len(_SIDES) * len(_AWAY))
_SIDE = np.tile(np.repeat(_SIDES, len(_AWAY)), len(_SHARES))
_OFF = np.tile(_AWAY, len(_SHARES) * len(_SIDES))
_ASIDE = np.abs(_SHARES[_AT] - 0.5)
_SAMPLES = 24  # points of an edge that a place is held against
_OTHER_LINE, _OWN_LINE = 9.0, 4.0  # how bad a point of a line under the words is, in px
_OFF_MIDDLE = 14.0  # how bad it is to stand at an end of the edge, in px
_LOOKED_AT, _FOREIGN = 16, 15.0  # places compared in the end; how bad it is to be nearer to another line, in px
_CLEAR = 1.5  # px between words and boxes


NEAR, TOLERABLE, ANYWHERE = 32.0, 50.0, 110.0
"""A place that costs more is none."""


@dataclass(frozen=True, eq=False)
class Lines:
    """All edges as points, each with the number of its edge."""

    points: Array
    owners: NDArray[np.intp]

    @staticmethod
    def of(routes: Sequence[Route]) -> Lines:
        shares = np.linspace(0.0, 1.0, _SAMPLES)
        points = [points_along(route, shares) for route in routes]
        return Lines(np.array(points, dtype=float).reshape(-1, 2), np.repeat(np.arange(len(routes)), _SAMPLES))


@dataclass(frozen=True)
class Place:
    """Where words stand, and the point of the edge that they belong to."""

    rect: Rect
    anchor: Point


def points_along(route: Route, shares: Array) -> Array:
    """`Route.middle` for many shares, as an array (n, 2)."""
    ends = np.array(route.points)
    if ends[-1, 0] <= ends[0, 0]:
        return np.asarray(ends[0] + shares[:, None] * (ends[-1] - ends[0]))
    x = ends[0, 0] + shares * (ends[-1, 0] - ends[0, 0])
    piece = np.clip(np.searchsorted(ends[:, 0], x, side="left") - 1, 0, len(ends) - 2)
    (x0, y0), (x1, y1) = ends[piece].T, ends[piece + 1].T
    part = np.clip((x - x0) / np.where(x1 > x0, x1 - x0, 1.0), 0.0, 1.0)
    return np.column_stack([x, y0 + part * part * (3 - 2 * part) * (y1 - y0)])


def own_points(route: Route, shares: Array) -> Array:
    """The same along the part that it does not run with other edges."""
    (left, _), (begin, _), (right, _) = route.points[0], route.points[route.own], route.points[-1]
    shared = (begin - left) / (right - left) if route.own else 0.0
    return points_along(route, shared + (1.0 - shared) * shares)


def as_array(rects: Sequence[Rect]) -> Array:
    """Left, top, right, bottom of each."""
    return np.array([(r.x, r.y, r.right, r.bottom) for r in rects], dtype=float).reshape(-1, 4)


def places_beside(
    routes: Sequence[Route],
    wanted: Sequence[tuple[int, float, float]],
    taken: Sequence[Rect],
    bounds: Rect,
    lines: Lines,
    worst: float = TOLERABLE,
    all_or_none: bool = False,
) -> dict[int, Place]:
    """A place for each (edge, width, height) that is `wanted`, so far as there is one.

    Nothing stands on what is `taken`, on another place or outside `bounds`.  Short edges, which have the fewest places,
    choose first.
    """
    found: dict[int, Place] = {}
    solid = as_array(taken)
    sizes = {edge: (width, height) for edge, width, height in wanted}

    def best(edge: int, others: Sequence[Place]) -> Place | None:
        words = as_array([place.rect for place in others])
        return _best(routes[edge], edge, sizes[edge], np.vstack([solid, words]), bounds, lines, worst)

    for edge in sorted(sizes, key=lambda number: _length(routes[number])):
        place = best(edge, list(found.values()))
        if place is not None:
            found[edge] = place
            continue
        # Others may make way, if there is another place for them.
        place = best(edge, [])
        if place is not None:
            moved = {edge: place}
            kept = {other: at for other, at in found.items() if at.rect.overlap(place.rect) == 0.0}
            for other in found.keys() - kept.keys():
                way = best(other, [*kept.values(), *moved.values()])
                if way is None:
                    break
                moved[other] = way
            else:
                found = {**kept, **moved}
                continue
        if all_or_none:
            return {}
    return found


def _length(route: Route) -> float:
    (x0, y0), (x1, y1) = route.points[0], route.points[-1]
    return abs(x1 - x0) + abs(y1 - y0)


def _best(
    route: Route, edge: int, size: tuple[float, float], solid: Array, bounds: Rect, lines: Lines, worst: float
) -> Place | None:
    width, height = size
    anchors = own_points(route, _SHARES)
    x, y = anchors[_AT, 0], anchors[_AT, 1]
    left = x - _SIDE * width
    # At 1 the words just touch the line from above or below, at 2 they are as far away as they may be.
    touch = height / 2 + 2.0
    away = np.minimum(np.abs(_OFF), 1.0) * touch + np.maximum(np.abs(_OFF) - 1.0, 0.0) * max(3.5 * touch, _REACH)
    top = y - height / 2 + np.sign(_OFF) * away
    inner = (left >= bounds.x) & (left + width <= bounds.right) & (top >= bounds.y) & (top + height <= bounds.bottom)
    kept = np.flatnonzero(inner)
    if not len(kept):
        return None
    left, top, x, y = left[kept], top[kept], x[kept], y[kept]
    right, bottom = left + width, top + height
    low_x, low_y, high_x, high_y = left.min() - 4, top.min() - 4, right.max() + 4, bottom.max() + 4
    near = solid[
        (solid[:, 0] < high_x) & (solid[:, 2] > low_x) & (solid[:, 1] < high_y) & (solid[:, 3] > low_y)
    ]  # fmt: skip
    free = ~covers(left - _CLEAR, top - _CLEAR / 2, right + _CLEAR, bottom + _CLEAR / 2, near)
    # The way from the words to their edge leads over no box either.
    near_x, near_y = np.clip(x, left, right), np.clip(y, top, bottom)
    free &= ~covers(
        np.minimum(x, near_x), np.minimum(y, near_y), np.maximum(x, near_x), np.maximum(y, near_y), near
    )  # fmt: skip
    chosen = np.flatnonzero(free)
    if not len(chosen):
        return None
    left, top, right, bottom = left[chosen], top[chosen], right[chosen], bottom[chosen]
    x, y, near_x, near_y, number = x[chosen], y[chosen], near_x[chosen], near_y[chosen], kept[chosen]
    at_x, at_y = lines.points[:, 0], lines.points[:, 1]
    close = (at_x > low_x) & (at_x < high_x) & (at_y > low_y) & (at_y < high_y)
    at_x, at_y, mine = at_x[close], at_y[close], lines.owners[close] == edge
    inside = (
        (at_x > left[:, None] - 2) & (at_x < right[:, None] + 2)
        & (at_y > top[:, None] - 2) & (at_y < bottom[:, None] + 2)
    )  # fmt: skip
    # Its own line may pass between two rows of words, as over and under a level edge.
    between = np.abs(at_y - (top + height / 2)[:, None]) < 2.0
    cost = np.where(mine, _OWN_LINE * (inside & ~between), _OTHER_LINE * inside).sum(axis=1)
    cost = cost + np.hypot(near_x - x, near_y - y) + _OFF_MIDDLE * _ASIDE[number]
    cost = cost + 0.25 * np.abs(y - (top + height / 2)) + number * 1e-3
    cost[cost > worst] = np.inf
    if np.isinf(cost).all():
        return None
    # What is nearer to another line would be taken for its words; only for the best places is it worth while to look.
    first = np.argsort(cost, kind="stable")[:_LOOKED_AT]
    gap_x = np.maximum(np.maximum(left[first, None] - at_x, at_x - right[first, None]), 0.0)
    gap_y = np.maximum(np.maximum(top[first, None] - at_y, at_y - bottom[first, None]), 0.0)
    gap = np.hypot(gap_x, gap_y)
    own, other = (np.where(which, gap, np.inf).min(axis=1, initial=np.inf) for which in (mine, ~mine))
    cost[first] += _FOREIGN * (other < own - 0.5)
    best = first[int(np.argmin(cost[first]))]
    return Place(Rect(float(left[best]), float(top[best]), width, height), (float(x[best]), float(y[best])))


def covers(left: Array, top: Array, right: Array, bottom: Array, solid: Array) -> NDArray[np.bool_]:
    """Whether each rectangle lies on one of the `solid` ones."""
    return np.asarray(
        (
            (left[:, None] < solid[:, 2])
            & (right[:, None] > solid[:, 0])
            & (top[:, None] < solid[:, 3])
            & (bottom[:, None] > solid[:, 1])
        ).any(axis=1)
    )
