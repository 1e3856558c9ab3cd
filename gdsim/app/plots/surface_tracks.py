"""Paths over a surface, as strokes and dots with an edge that keeps them readable on any colour.

One run has the path colour and dots at its steps.  Runs of a race have a colour, a dash and a marker each, so that
none is told by its colour alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.drawing import Array, Disc, Dots, Stroke, Viewport

Flags = NDArray[np.bool_]

NOWHERE = np.empty((0, 2))
MARKERS = ("disc", "square", "triangle", "diamond", "cross", "plus", "inverted", "bar")
"""Shapes for runs and minima, in the order in which they are handed out."""
DASHES: tuple[tuple[float, ...], ...] = (
    (), (8.0, 4.0), (2.0, 3.0), (9.0, 3.0, 2.0, 3.0), (14.0, 4.0), (5.0, 2.0), (1.5, 5.0),
    (9.0, 3.0, 2.0, 3.0, 2.0, 3.0),
)  # fmt: skip
CASING = "panel"
"""The colour of edges: light in the light theme, dark in the dark one."""
_ALONG = 90.0  # pixels between the small markers of a race's path
_PIECE = 16  # segments painted at once
_MANY = 150  # dots above this number have no edge of their own
LONGEST_SMOOTH = 20_000.0  # pixels of a path whose edges are smooth; painting a thousand so takes a millisecond
LONGEST_SMOOTH_HELD = 3_000.0  # while the ball is held, and the path is another in each frame


@dataclass(frozen=True, eq=False)
class Track:
    """One run of a race: rows (x, y); the last one is where it is now."""

    points: Array
    colour: str
    label: str = ""
    dashes: tuple[float, ...] = ()
    marker: str = "disc"


@dataclass(frozen=True, eq=False)
class Marks:
    """Separate places of one kind: ends of many starts, say.  `label` stands beside the first that is seen; `badges`,
    one a point, always right above their points.
    """

    points: Array
    colour: str
    marker: str = "disc"
    radius: float = 4.0
    label: str = ""
    opacity: float = 1.0
    badges: tuple[str, ...] = ()


@dataclass
class Layers:
    """What has been drawn so far, from the bottom to the top; `kept_clear` are pixels (n, 2) that labels keep off."""

    strokes: list[Stroke] = field(default_factory=list)
    dots: list[Dots] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    kept_clear: list[Array] = field(default_factory=list)


def cased(points: Array, joined: Flags, colour: str, width: float, dashes: tuple[float, ...] = (),
          smooth: bool = True) -> tuple[Stroke, Stroke]:  # fmt: skip
    """A line with an edge on both sides.  Both are opaque: that is quicker, and hides how a line is pieced together.

    Where it need not be `smooth` the line is so thin that it is so nevertheless, and its edge is jagged.
    """
    edge = Stroke(points, CASING, width + 2.5, (), 1.0, joined, smooth)
    return edge, Stroke(points, colour, width if smooth else min(width, 1.0), dashes, 1.0, joined, smooth)


def length_seen(pixels: Array, width: float, height: float) -> float:
    """About how many pixels of a polyline lie in a picture of this size."""
    inside = np.clip(pixels[np.isfinite(pixels).all(axis=1)], 0.0, (width, height))
    return float(np.abs(np.diff(inside, axis=0)).max(axis=1).sum()) if len(inside) > 1 else 0.0


def whole(points: Array) -> tuple[Array, Flags]:
    """A polyline without gaps."""
    return points, np.ones(len(points), dtype=bool)


def in_pieces(points: Array, piece: int = _PIECE) -> tuple[Array, Flags]:
    """The same polyline in short pieces: a painter takes several times as long over a long one that turns about."""
    count = len(points)
    order = np.sort(np.concatenate([np.arange(count), np.arange(piece, count - 1, piece)]))
    return points[order], np.append(np.diff(order) == 1, False)


def walked(pixels: Array) -> tuple[Array, Flags]:
    """A path in pieces, without the moves to and fro that cover a line that is there already."""
    cells = np.round(pixels).astype(np.int64)
    codes = cells[:, 0] * (1 << 31) + cells[:, 1]
    moves = np.sort(np.column_stack([codes[:-1], codes[1:]]), axis=1)
    first = np.zeros(len(moves), dtype=bool)
    first[np.unique(moves, axis=0, return_index=True)[1]] = True
    order = np.sort(np.concatenate([np.arange(len(pixels)), np.arange(_PIECE, len(pixels) - 1, _PIECE)]))
    joined = np.append((np.diff(order) == 1) & first[np.minimum(order[:-1], len(moves) - 1)], False)
    return pixels[order], joined


def draw_path(points: Array, view: Viewport, into: Layers) -> None:
    """The path of the run: a line, and a dot at each step, the newest largest.  The last point is the ball's."""
    pixels = thinned(view.to_pixels(points))
    if len(pixels) < 2:
        return
    into.kept_clear.append(dotted(pixels, view))
    into.strokes += cased(*walked(pixels), "text", 1.25, (), _length_in(view, pixels) <= LONGEST_SMOOTH)
    sized = []
    for newest, oldest, radius in ((9, len(pixels), 2.0), (3, 9, 2.75), (1, 3, 3.5)):
        some = pixels[max(0, len(pixels) - 1 - oldest) : max(0, len(pixels) - newest)]
        if len(some):
            sized.append((_apart(some), radius))
    into.dots += [Dots(some, CASING, radius + 1.25) for some, radius in sized if len(some) <= _MANY]
    into.dots += [Dots(some, "text", radius) for some, radius in sized]


def draw_faint(
    points: Array, colour: str, dashes: tuple[float, ...], ends: bool, view: Viewport, into: Layers, held: bool = False
) -> None:
    """A path beside the run, thinner: what lies ahead, what would be, what was.  `held`: the ball is being dragged."""
    pixels = thinned(view.to_pixels(points))
    if len(pixels) < 2:
        return
    smooth = _length_in(view, pixels) <= (LONGEST_SMOOTH_HELD if held else LONGEST_SMOOTH)
    into.strokes += cased(*walked(pixels), colour, 1.0, dashes, smooth)
    into.dots.append(Dots(_apart(pixels), colour, 1.75))
    if ends:
        into.discs.append(Disc(*pixels[-1], 4.5, CASING, colour, ring_width=2.0))


def draw_track(track: Track, view: Viewport, into: Layers) -> tuple[float, float] | None:
    """A run of a race; returns the pixel of its newest point."""
    pixels = thinned(view.to_pixels(track.points))
    if not len(pixels):
        return None
    if len(pixels) > 1:
        into.kept_clear.append(dotted(pixels, view))
        smooth = _length_in(view, pixels) <= LONGEST_SMOOTH
        into.strokes += cased(*walked(pixels), track.colour, 2.0, track.dashes, smooth)
        into.strokes += marker_strokes(_every(pixels, _ALONG)[:-1], track.colour, track.marker, 3.0)
    into.strokes += marker_strokes(pixels[-1:], track.colour, track.marker, 5.5)
    return float(pixels[-1, 0]), float(pixels[-1, 1])


def draw_marks(marks: Marks, view: Viewport, into: Layers) -> tuple[float, float] | None:
    """Separate markers; returns the pixel of the first that is inside the view."""
    pixels = view.to_pixels(marks.points)
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    seen = pixels[((pixels >= 0) & (pixels <= (view.width, view.height))).all(axis=1)]
    if not len(seen):
        return None
    into.strokes += marker_strokes(seen, marks.colour, marks.marker, marks.radius, marks.opacity)
    return float(seen[0, 0]), float(seen[0, 1])


def marker_strokes(pixels: Array, colour: str, marker: str, radius: float, opacity: float = 1.0) -> tuple[Stroke, ...]:
    """Markers as outlines so thick that they are filled, over the same with an edge."""
    if not len(pixels):
        return ()
    thick = radius * 0.8 if marker in ("cross", "plus", "bar") else radius
    outline = _outline(marker, radius - thick * 0.5)
    points = (pixels[:, None, :] + outline).reshape(-1, 2)
    joined = np.tile(np.arange(len(outline)) < len(outline) - 1, len(pixels))
    return (
        Stroke(points, CASING, thick + 2.5, (), 0.85 * opacity, joined),
        Stroke(points, colour, thick, (), opacity, joined),
    )


def thinned(pixels: Array) -> Array:
    """Without the points that are not to be drawn or fall on the pixel of the one before."""
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    if len(pixels) < 3:
        return pixels
    moved = np.abs(np.diff(np.round(pixels * 2), axis=0)).max(axis=1) > 0
    return pixels[np.concatenate([[True], moved[:-1], [True]])]


def _length_in(view: Viewport, pixels: Array) -> float:
    return length_seen(pixels, view.width, view.height)


def dotted(pixels: Array, view: Viewport, apart: float = 5.0) -> Array:
    """Points along a polyline, `apart` px from one another, as far as they are in or near the view."""
    near = (np.abs(pixels - (view.width / 2, view.height / 2)) < (view.width, view.height)).all(axis=1)
    return _every(pixels[near], apart)


def _every(pixels: Array, apart: float) -> Array:
    if len(pixels) < 2:
        return pixels
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
    places = np.arange(0.0, min(along[-1], 4000 * apart), apart)
    return np.column_stack([np.interp(places, along, pixels[:, axis]) for axis in (0, 1)])


def _apart(pixels: Array) -> Array:
    """Without dots that would stand on a dot two pixels away: in a narrow end they only cost time."""
    cells = np.unique(np.round(pixels / 2).astype(np.int64), axis=0, return_index=True)[1]
    return pixels[np.sort(cells)]


def _outline(marker: str, radius: float) -> Array:
    """A closed polyline about the origin; y counts downwards."""
    if marker in ("cross", "plus", "bar"):
        turn = math.pi / 4 if marker == "cross" else 0.0
        arms = [(1, 0), (-1, 0), (0, 0), (0, 1), (0, -1)] if marker != "bar" else [(-1, 0), (1, 0)]
        arm = np.array(arms, dtype=float) * radius * 1.25
        return np.asarray(arm @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]))
    corners, first = {"square": (4, 0.25), "diamond": (4, 0.0), "triangle": (3, 0.75), "inverted": (3, 0.25)}.get(
        marker, (10, 0.0)
    )
    first = 0.125 if marker == "square" else first
    angles = 2 * math.pi * (first + np.arange(corners + 1) / corners)
    stretch = 1.25 if corners == 3 else 1.15 if corners == 4 else 1.0
    return np.column_stack([np.cos(angles), np.sin(angles)]) * radius * stretch
