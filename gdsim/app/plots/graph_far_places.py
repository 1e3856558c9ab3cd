"""A free place anywhere in the picture for words on an edge that has none beside it; a line leads from there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_labels import Lines, Place, as_array, covers, own_points
from gdsim.app.plots.graph_layout import Route

_STEP = 6.0  # px between two places that are compared
_LINE = 4.0  # how bad a point of a line under the words is, in px
_OVER_BOX = 200.0  # how bad it is that the line to the words passes a box, in px
_AT_ONCE, _ENOUGH = 500, 150  # places that are held against the boxes together, and free ones to choose from
_SHARES = np.linspace(0.1, 0.9, 5)


def far_place(
    route: Route, size: tuple[float, float], taken: Sequence[Rect], bounds: Rect, lines: Lines
) -> Place | None:
    """The free place of this `size` within `bounds` that is nearest to the edge; None where all is `taken`."""
    width, height = size
    across = np.arange(bounds.x, bounds.right - width + 1e-9, _STEP)
    down = np.arange(bounds.y, bounds.bottom - height + 1e-9, _STEP)
    left, top = (part.ravel() for part in np.meshgrid(across, down))
    anchors = own_points(route, _SHARES)
    x, y = anchors[:, 0], anchors[:, 1]
    near_x = np.clip(x, left[:, None], left[:, None] + width)
    near_y = np.clip(y, top[:, None], top[:, None] + height)
    away = np.hypot(near_x - x, near_y - y)
    at = np.argmin(away, axis=1)
    rows = np.arange(len(left))
    cost = away[rows, at]
    # Most places are far worse than the nearest ones: only these are looked at closely.
    solid, order, found = as_array(taken), np.argsort(cost, kind="stable"), 0
    kept: list[NDArray[np.intp]] = []
    for begin in range(0, len(order), _AT_ONCE):
        some = order[begin : begin + _AT_ONCE]
        one, two = left[some], top[some]
        kept.append(some[~covers(one - 1.5, two - 1.0, one + width + 1.5, two + height + 1.0, solid)])
        found += len(kept[-1])
        if found >= _ENOUGH:
            break
    if not found:
        return None
    rows = np.concatenate(kept)
    left, top, at, cost = left[rows], top[rows], at[rows], cost[rows]
    on = (
        (lines.points[:, 0] > left[:, None] - 2) & (lines.points[:, 0] < left[:, None] + width + 2)
        & (lines.points[:, 1] > top[:, None] - 2) & (lines.points[:, 1] < top[:, None] + height + 2)
    )  # fmt: skip
    cost = cost + _LINE * on.sum(axis=1)
    start, end = anchors[at], np.column_stack([near_x[rows, at], near_y[rows, at]])
    for share in (0.15, 0.3, 0.45, 0.6, 0.75, 0.9):
        point = start + share * (end - start)
        cost = cost + _OVER_BOX / 6 * covers(point[:, 0], point[:, 1], point[:, 0], point[:, 1], solid)
    best = int(np.argmin(cost))
    return Place(Rect(float(left[best]), float(top[best]), width, height), (float(x[at[best]]), float(y[at[best]])))
