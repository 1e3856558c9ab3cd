"""Where the words of the Slope picture stand: each close to its own point, side or line, and on nothing else.

A name that has no place within reach is left out, since further off it would be read as another's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.clipping import clipped
from gdsim.app.plots.drawing import Array, Label, Rect, Stroke, Viewport
from gdsim.app.plots.labels import Measure, points_inside

_SWATCH, _GAP = 18.0, 5.0  # pixels of a line's own dash before its name, and between the two
_OFF = 4.0  # pixels between a line and its name
_SHARES = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)  # of the line's visible part, from its outer end
_COVERED = 4.0  # the cost of covering a pixel of a line
_MOST_COVERED = 40.0


@dataclass(frozen=True)
class Wanted:
    """Words in a colour, and the rectangles (for a width and a height) to try, the best first.

    `line` is drawn as a swatch before them.  What `must` be said covers lines rather than being left out.
    """

    text: str
    colour: str
    places: Callable[[float, float], Iterable[Rect]]
    line: Stroke | None = None
    must: bool = False


def beside_point(
    text: str,
    colour: str,
    place: tuple[float, float],
    directions: Sequence[str],
    distance: float,
    *,
    must: bool = False,
) -> Wanted:
    """The name of a point (or of the middle of a side), which way it stands from there, the best first."""

    def places(width: float, height: float) -> Iterable[Rect]:
        x, y = place
        for away in (0.0, 5.0):
            reach = distance + away
            for direction in directions:
                aside = reach * (0.75 if len(direction) == 2 else 1.0)
                left = x + aside if "e" in direction else x - aside - width if "w" in direction else x - width / 2
                top = y - aside - height if "n" in direction else y + aside if "s" in direction else y - height / 2
                yield Rect(left, top, width, height)

    return Wanted(text, colour, places, must=must)


def along_line(text: str, stroke: Stroke, view: Viewport, origin: tuple[float, float]) -> Wanted | None:
    """The name of a straight line, beside it on either side, rather far from `origin`; none where it is not seen."""
    seen, _ = clipped(stroke.points, view, -4.0)
    if len(seen) < 2 or not np.isfinite(seen).all():
        return None
    start, end = sorted((seen[0], seen[-1]), key=lambda point: float(np.hypot(*(point - origin))))
    across = np.array([-(end - start)[1], (end - start)[0]])
    length = float(np.hypot(*across))
    if length < 1.0:
        return None
    normal = across / length

    def places(width: float, height: float) -> Iterable[Rect]:
        reach = abs(normal[0]) * width / 2 + abs(normal[1]) * height / 2 + _OFF
        for share in _SHARES:
            for side in (1.0, -1.0):
                x, y = start + share * (end - start) + side * reach * normal
                yield Rect(float(x) - width / 2, float(y) - height / 2, width, height)

    return Wanted(text, stroke.colour, places, stroke)


def place_names(
    wanted: Sequence[Wanted], measure: Measure, bounds: Rect, forbidden: Iterable[Rect], lines: Array
) -> tuple[tuple[Label, ...], tuple[Stroke, ...]]:
    """Labels, the important ones first, and the swatches before those of lines; `lines` (n, 2) are kept off."""
    taken, labels, swatches = list(forbidden), [], []
    drawn = [one.line for one in wanted if one.line is not None]
    for one in wanted:
        width, height = measure(one.text)
        before = _SWATCH + _GAP if one.line is not None else 0.0
        best, least = None, math.inf if one.must else _MOST_COVERED
        for rank, rect in enumerate(one.places(width + before, height)):
            if rank >= least:
                break
            fits = rect.x >= bounds.x and rect.right <= bounds.right and rect.y >= bounds.y
            if not fits or rect.bottom > bounds.bottom or any(rect.overlap(other) > 0 for other in taken):
                continue
            if one.line is not None and any(_nearer(rect, other, one.line) for other in drawn if other is not one.line):
                continue
            cost = rank + _COVERED * points_inside(lines, rect.grown(1))
            if cost < least:
                best, least = rect, cost
        if best is None:
            continue
        taken.append(best.grown(3))
        labels.append(Label(Rect(best.x + before, best.y, width, height), ((one.text, one.colour),)))
        if one.line is not None:
            middle = best.y + height / 2
            ends = np.array([[best.x, middle], [best.x + _SWATCH, middle]])
            swatches.append(Stroke(ends, one.colour, one.line.width, one.line.dashes))
    return tuple(labels), tuple(swatches)


def _nearer(rect: Rect, one: Stroke, other: Stroke) -> bool:
    """Whether a name would be read as that of `one`; lines that can't be told apart share their names."""
    middle = np.array([rect.x + rect.width / 2, rect.y + rect.height / 2])
    return _distance(middle, one) < _distance(middle, other) - 1.0


def _distance(point: Array, stroke: Stroke) -> float:
    start, along = stroke.points[0], stroke.points[-1] - stroke.points[0]
    share = float(np.clip(np.dot(point - start, along) / max(float(np.dot(along, along)), 1e-300), 0.0, 1.0))
    return float(np.hypot(*(point - start - share * along)))
