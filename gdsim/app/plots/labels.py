"""Where a label goes: near what it names, inside the plot, off the ball, off other labels, off the curve.

A small search over candidate places, each with a cost; a label that would have to cover the ball is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.drawing import Array, Label, Rect

Measure = Callable[[str], tuple[float, float]]
"""Width and height in pixels of one line of text."""


@dataclass(frozen=True)
class LabelRequest:
    """Words, the pixel they belong to, and the directions to try, the best first.

    A direction is a compass point ("n", "ne", "e", ...): the label stands that way from the anchor.
    """

    lines: tuple[tuple[str, str], ...]
    anchor: tuple[float, float]
    directions: tuple[str, ...] = ("n", "s", "ne", "nw", "se", "sw", "e", "w")
    distance: float = 8.0


def place_labels(
    requests: Sequence[LabelRequest],
    measure: Measure,
    bounds: Rect,
    forbidden: Iterable[Rect],
    avoided: Iterable[Rect] = (),
    lines: Array | None = None,
) -> tuple[Label, ...]:
    """Labels for `requests`, the important ones first.

    Nothing is put on `forbidden` (the ball); `avoided` rectangles and the pixels `lines` (n, 2) of curves are
    covered only where there is no free place.
    """
    no_go, avoid = list(forbidden), list(avoided)
    placed: list[Label] = []
    for request in requests:
        sizes = [measure(text) for text, _ in request.lines]
        width, height = max(size[0] for size in sizes), sum(size[1] for size in sizes)
        best: tuple[float, Rect] | None = None
        for rank, (rect, away) in enumerate(_candidates(request, width, height)):
            if best is not None and rank + away * 0.35 >= best[0]:
                continue
            inside = rect.within(bounds)
            moved = abs(inside.x - rect.x) + abs(inside.y - rect.y)
            # The dear parts come last, and only for a place that may still win.
            cost = rank + away * 0.35 + moved * 0.5
            if best is not None and cost >= best[0]:
                continue
            if any(inside.overlap(other) > 0 for other in no_go):
                continue
            cost += sum(inside.overlap(other) for other in avoid) * 0.2
            if best is not None and cost >= best[0]:
                continue
            cost += points_inside(lines, inside.grown(2)) * 3.0
            if best is None or cost < best[0]:
                best = (cost, inside)
        if best is not None:
            placed.append(Label(best[1], request.lines))
            no_go.append(best[1].grown(3))
    return tuple(placed)


def _candidates(request: LabelRequest, width: float, height: float) -> Iterable[tuple[Rect, float]]:
    """Rectangles around the anchor, with the extra distance from it that each costs."""
    x, y = request.anchor
    for away in (0.0, 14.0, 32.0, 56.0):
        reach = request.distance + away
        for direction in request.directions:
            left = x + reach if "e" in direction else x - reach - width if "w" in direction else x - width / 2
            top = y - reach - height if "n" in direction else y + reach if "s" in direction else y - height / 2
            yield Rect(left, top, width, height), away


def points_inside(points: Array | None, rect: Rect) -> int:
    """How many of the `points` (n, 2) lie on a rectangle."""
    if points is None or points.size == 0:
        return 0
    x, y = points[:, 0], points[:, 1]
    with np.errstate(invalid="ignore"):
        return int(np.count_nonzero((x > rect.x) & (x < rect.right) & (y > rect.y) & (y < rect.bottom)))
