"""The names at the ends of a race's paths, and the numbers beside minima.

Runs that end together share one label, so that names neither cover one another nor move far from what they name.
Numbers stand at a fixed place beside their marker: there may be a hundred of them, too many for a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from gdsim.app.plots.drawing import Label, Rect, Viewport
from gdsim.app.plots.labels import LabelRequest, Measure
from gdsim.app.plots.surface_tracks import Marks

End = tuple[str, tuple[float, float]]
"""A name and the pixel where its path ends."""

_TOGETHER = 44.0  # px within which ends share a label
_MOST_NAMES = 5
_ROUND = ("e", "w", "n", "s", "ne", "se", "nw", "sw")


def end_labels(ends: Iterable[End], bounds: Rect, heap: str = "") -> list[LabelRequest]:
    """One request for each group of ends; an end out of view is named at the edge, and it is said.

    `heap` is said of three or more at one place, with {} for how many: a heap of names would hide what they name.
    """
    groups: list[tuple[tuple[float, float], bool, list[str]]] = []
    for name, (x, y) in ends:
        at = (max(bounds.x, min(bounds.right, x)), max(bounds.y, min(bounds.bottom, y)))
        outside = max(abs(at[0] - x), abs(at[1] - y)) > 12.0
        for place, other_outside, names in groups:
            if outside == other_outside and max(abs(place[0] - at[0]), abs(place[1] - at[1])) < _TOGETHER:
                names.append(name)
                break
        else:
            groups.append((at, outside, [name]))
    return [_request(place, outside, names, heap) for place, outside, names in groups]


def number_badges(marks: Sequence[Marks], view: Viewport, measure: Measure) -> list[Label]:
    """The `badges` of `marks`, each right above its point; left out where it would cover another."""
    texts = [text for item in marks for text in item.badges]
    if not texts:
        return []
    points = np.concatenate([item.points for item in marks if item.badges])
    radii = np.concatenate([np.full(len(item.badges), item.radius) for item in marks if item.badges])
    pixels, size = view.to_pixels(points), np.array((view.width, view.height))
    digit, height = measure("0")
    widths = np.array([digit * len(text) for text in texts])
    sizes = np.column_stack([widths, np.full(len(texts), height)])
    corners = pixels + np.column_stack([radii + 4, 3 - radii - height])
    corners = np.clip(corners, 4, np.maximum(size - 4 - sizes, 4))
    seen = np.isfinite(pixels).all(axis=1) & (pixels >= 0).all(axis=1) & (pixels <= size).all(axis=1)
    apart = np.abs((corners + sizes / 2)[:, None] - (corners + sizes / 2)) - (sizes[:, None] + sizes) / 2
    covers = (apart < 3).all(axis=2)
    kept = np.zeros(len(texts), dtype=bool)
    for number in np.flatnonzero(seen).tolist():
        kept[number] = not (covers[number] & kept).any()
    return [
        Label(Rect(*corners[number].tolist(), float(widths[number]), height), ((texts[number], "text"),))
        for number in np.flatnonzero(kept).tolist()
    ]


def _request(place: tuple[float, float], outside: bool, names: list[str], heap: str) -> LabelRequest:
    if heap and len(names) > 2:
        names = [heap.format(len(names))]
    shown = names if len(names) <= _MOST_NAMES else names[: _MOST_NAMES - 1]
    lines = [(name, "text") for name in shown]
    if len(shown) < len(names):
        lines.append((f"and {len(names) - len(shown)} more", "muted"))
    if outside:
        lines.append(("out of view", "muted"))
    return LabelRequest(tuple(lines), place, _ROUND, 12.0)
