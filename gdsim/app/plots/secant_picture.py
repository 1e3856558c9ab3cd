"""What is drawn over a curve for its slope: two points, the secant through them with rise and run, and the tangent.

`SecantPicture` says it in data coordinates, `arrange_secant` turns it into a `Drawing` in pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.arrows import BALL_RADIUS, HIT_RADIUS
from gdsim.app.plots.clipping import clipped
from gdsim.app.plots.curve_picture import dotted, undefined_bands
from gdsim.app.plots.drawing import Area, Array, Disc, Drawing, Label, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.sampling import CurveSamples
from gdsim.app.widgets.figures import format_number

SECOND_RADIUS = 7.0
_TANGENT_REACH = 120.0  # pixels on each side
_SIDE_REACH = 90.0  # of a one-sided tangent
_READABLE = 26.0  # pixels; a shorter side of the triangle has no room for its number
_FURTHEST = 24.0  # pixels between a side of the triangle and its number
_TINY = 1.0
_ANY_SIDE = ("e", "se", "s", "ne", "sw", "n", "nw", "w")


@dataclass(frozen=True)
class SecantShown:
    """What the user wants to see."""

    secant: bool = True
    triangle: bool = True
    tangent: bool = True


@dataclass(frozen=True)
class SecantPicture:
    """Two points of a curve, `slope` of the secant, `derivative` at x, and at a kink the slopes `left` and `right`.

    What has no value is NaN.  `hidden` puts a question mark for every slope and leaves the tangent out.  `focused` and
    `held` name a point: "x", "beside" or none.
    """

    x: float
    value: float
    beside: float
    beside_value: float
    slope: float = math.nan
    derivative: float = math.nan
    left: float = math.nan
    right: float = math.nan
    hidden: bool = False
    shown: SecantShown = SecantShown()
    focused: str = ""
    held: str = ""
    hint: str = ""

    @property
    def points(self) -> Array:
        return np.array([[self.x, self.value], [self.beside, self.beside_value]])


def arrange_secant(
    picture: SecantPicture, view: Viewport, measure: Measure, curve: CurveSamples | None = None
) -> Drawing:
    """The drawing of `picture`; `curve` is what labels keep off."""
    if not view.usable:
        return Drawing()
    bands = undefined_bands(curve, view)
    bounds = Rect(0, 0, view.width, view.height).grown(-6)
    strokes: list[Stroke] = []
    requests: list[LabelRequest] = []
    areas: tuple[Area, ...] = ()
    first, second = place_of(picture, "x", view), place_of(picture, "beside", view)
    whole = bool(np.isfinite(picture.points).all())
    apart = math.hypot(second[0] - first[0], second[1] - first[1])
    if whole and picture.shown.triangle and apart > _TINY:
        areas, sides, numbers = _triangle(picture, first, second)
        strokes += sides
        requests += numbers
    if whole and picture.shown.secant and math.isfinite(picture.slope):
        strokes.append(_secant(picture, view, first, second))
        requests.append(_secant_label(picture, strokes[-1], bounds, first))
    if not picture.hidden and picture.shown.tangent:
        tangents, names = _tangents(picture, view, first)
        strokes += tangents
        requests = names + requests
    discs = _points(picture, first, second)
    requests += _names(picture, first, second, apart)
    if picture.hint:
        requests.append(LabelRequest(((picture.hint, "muted"),), (view.width / 2, 0.0), ("s", "se", "sw"), 10.0))
    seen = [request for request in requests if view.shows(*request.anchor)]
    labels = place_labels(
        seen,
        measure,
        bounds,
        forbidden=[square(*first, HIT_RADIUS), square(*second, SECOND_RADIUS + 4)],
        lines=_lines(view, curve, strokes),
    )
    anchors = {request.lines: request.anchor for request in seen}
    near = tuple(label for label in labels if not _strayed(label, anchors[label.lines]))
    return Drawing(bands, tuple(strokes), (), (), tuple(discs), near, areas)


def place_of(picture: SecantPicture, which: str, view: Viewport) -> tuple[float, float]:
    """The pixel of a point; one without a value stands at half height."""
    x, value = (picture.x, picture.value) if which == "x" else (picture.beside, picture.beside_value)
    height = value if math.isfinite(value) else (view.y_low + view.y_high) / 2
    across, down = view.to_pixels(np.array([x, height]))
    return float(across), float(down)


def _triangle(
    picture: SecantPicture, first: tuple[float, float], second: tuple[float, float]
) -> tuple[tuple[Area, ...], list[Stroke], list[LabelRequest]]:
    """Run along x at the height of the first point, then the rise, each with its number where there is room."""
    corner = (second[0], first[1])
    outline = np.array([first, corner, second])
    run, rise = second[0] - first[0], second[1] - first[1]
    sides = [
        Stroke(np.array([first, corner]), "path", 1.5),
        Stroke(np.array([corner, second]), "path", 1.5),
    ]
    numbers = []
    if abs(run) > _READABLE:
        below = ("s", "n") if rise <= 0 else ("n", "s")
        words = ((f"Δx = {format_number(picture.beside - picture.x, trim=True)}", "text"),)
        numbers.append(LabelRequest(words, ((first[0] + corner[0]) / 2, first[1]), below, 5.0))
    if abs(rise) > _READABLE:
        outside = ("e", "w") if run > 0 else ("w", "e")
        words = ((f"Δy = {format_number(picture.beside_value - picture.value, trim=True)}", "text"),)
        numbers.append(LabelRequest(words, (corner[0], (first[1] + second[1]) / 2), outside, 6.0))
    return (Area(outline, "tangent", 0.10),), sides, numbers


def _strayed(label: Label, anchor: tuple[float, float]) -> bool:
    """Whether the number of a side has found its place so far off that it would not be read as that side's."""
    if not label.lines[0][0].startswith("Δ"):
        return False
    across = max(label.rect.x - anchor[0], anchor[0] - label.rect.right, 0.0)
    down = max(label.rect.y - anchor[1], anchor[1] - label.rect.bottom, 0.0)
    return math.hypot(across, down) > _FURTHEST


def _direction(slope: float, view: Viewport) -> Array:
    """One pixel along a line of this slope."""
    with np.errstate(over="ignore"):
        direction = np.clip(np.array([1.0, slope]) * view.scale, -1e9, 1e9)
    return np.asarray(direction / max(float(np.hypot(*direction)), 1e-300))


def _secant(picture: SecantPicture, view: Viewport, first: tuple[float, float], second: tuple[float, float]) -> Stroke:
    """The line through both points, from edge to edge."""
    direction = _direction(picture.slope, view)
    reach = 2.0 * math.hypot(view.width, view.height)
    start = np.array(first)
    return Stroke(np.array([start - reach * direction, start + reach * direction]), "tangent", 1.75, (7.0, 4.0))


def _secant_label(picture: SecantPicture, line: Stroke, bounds: Rect, first: tuple[float, float]) -> LabelRequest:
    """Near the end of the secant that is further from the first point, inside the picture."""
    ends = _inside(line.points, bounds.grown(-16))
    anchor = max(ends, key=lambda end: math.hypot(end[0] - first[0], end[1] - first[1]))
    words = "secant: slope ?" if picture.hidden else f"secant: slope {format_number(picture.slope, trim=True)}"
    sideways = ("w", "sw", "nw", "e", "se", "ne", "s", "n") if anchor[0] > bounds.width / 2 else (
        "e", "se", "ne", "w", "sw", "nw", "s", "n")  # fmt: skip
    return LabelRequest(((words, "tangent"),), anchor, sideways, 8.0)


def _inside(ends: Array, bounds: Rect) -> list[tuple[float, float]]:
    """Where a line crosses the edges of a rectangle, or its middle where it does not meet it."""
    start, along = ends[0], ends[1] - ends[0]
    places = []
    edges = ((0, bounds.x), (0, bounds.right), (1, bounds.y), (1, bounds.bottom))
    for axis, edge in edges:
        if along[axis] != 0:
            point = start + along * (edge - start[axis]) / along[axis]
            if bounds.x - 1 <= point[0] <= bounds.right + 1 and bounds.y - 1 <= point[1] <= bounds.bottom + 1:
                places.append((float(point[0]), float(point[1])))
    return places or [(bounds.x + bounds.width / 2, bounds.y + bounds.height / 2)]


def _tangents(
    picture: SecantPicture, view: Viewport, first: tuple[float, float]
) -> tuple[list[Stroke], list[LabelRequest]]:
    """The tangent, or at a kink one from each side."""
    if not math.isfinite(picture.value):
        return [], []
    if math.isfinite(picture.derivative):
        wanted = [(picture.derivative, -_TANGENT_REACH, _TANGENT_REACH, "tangent: slope {}")]
    else:
        wanted = [
            (picture.left, -_SIDE_REACH, 0.0, "from the left {}"),
            (picture.right, 0.0, _SIDE_REACH, "from the right {}"),
        ]
    strokes, requests = [], []
    for slope, back, on, words in wanted:
        if not math.isfinite(slope):
            continue
        ends = np.array(first) + np.outer((back, on), _direction(slope, view))
        strokes.append(Stroke(ends, "tangent", 2.5))
        named = ((words.format(format_number(slope, trim=True)), "tangent"),)
        requests.append(_at_an_end(named, ends, view, back < 0.0 and (on == 0.0 or picture.beside > picture.x)))
    return strokes, requests


def _at_an_end(words: tuple[tuple[str, str], ...], ends: Array, view: Viewport, leftwards: bool) -> LabelRequest:
    """Beside the end on one side, or where the line leaves the picture there."""
    seen, _ = clipped(ends, view, -6.0)
    x, y = (float(part) for part in (seen if len(seen) == 2 else ends)[0 if leftwards else 1])
    sideways = ("w", "nw", "sw", "n", "s", "ne", "se", "e") if leftwards else _ANY_SIDE
    return LabelRequest(words, (x, y), sideways, 6.0)


def _points(picture: SecantPicture, first: tuple[float, float], second: tuple[float, float]) -> list[Disc]:
    """A ring for x + Δx under the ball for x, each with a halo while it is held or has the keyboard."""
    discs = []
    missing = not math.isfinite(picture.beside_value)
    discs.append(Disc(*second, SECOND_RADIUS, "panel", "bad" if missing else "tangent", 2.5, dashed=missing))
    discs.append(Disc(*first, BALL_RADIUS, "step" if math.isfinite(picture.value) else "bad", "panel", 2.0))
    for which, place in (("x", first), ("beside", second)):
        if which in (picture.focused, picture.held):
            opacity = 1.0 if which == picture.focused else 0.5
            discs.insert(0, Disc(*place, HIT_RADIUS, "", "accent", 2.0, opacity=opacity))
    return discs


def _names(
    picture: SecantPicture, first: tuple[float, float], second: tuple[float, float], apart: float
) -> list[LabelRequest]:
    """x and x + Δx at their points, while these can be told apart."""
    away = ("nw", "sw", "w", "n", "s") if second[0] >= first[0] else ("ne", "se", "e", "n", "s")
    opposite = ("ne", "se", "e", "n", "s") if second[0] >= first[0] else ("nw", "sw", "w", "n", "s")
    requests = [LabelRequest((("x", "step"),), first, away, BALL_RADIUS + 3)]
    if apart > HIT_RADIUS + SECOND_RADIUS:
        requests.append(LabelRequest((("x + Δx", "tangent"),), second, opposite, SECOND_RADIUS + 3))
    return requests


def _lines(view: Viewport, curve: CurveSamples | None, strokes: list[Stroke]) -> Array:
    """Pixels that labels keep off where they can: the curve and all that is drawn over it."""
    parts = [dotted(clipped(stroke.points, view)[0], view) for stroke in strokes]
    if curve is not None:
        parts.append(dotted(view.to_pixels(np.column_stack([curve.x, curve.y])), view))
    return np.concatenate(parts) if parts else np.empty((0, 2))
