"""What is drawn over a curve for its slope: two points, the secant through them with rise and run, and the tangent.

`SecantPicture` says it in data coordinates, `arrange_secant` turns it into a `Drawing` in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.arrows import BALL_RADIUS, HIT_RADIUS
from gdsim.app.plots.clipping import clipped
from gdsim.app.plots.curve_picture import dotted, undefined_bands
from gdsim.app.plots.drawing import Area, Array, Disc, Drawing, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.sampling import CurveSamples
from gdsim.app.plots.secant_ends import ABOVE_AXIS, BranchEnd, end_discs, no_value_mark
from gdsim.app.plots.secant_labels import Wanted, along_line, beside_point, place_names
from gdsim.app.widgets.figures import format_number

SECOND_RADIUS = 7.0
_TANGENT_REACH = 120.0  # pixels on each side
_SIDE_REACH = 90.0  # of a one-sided tangent
_READABLE = 26.0  # pixels; a shorter side of the triangle has no room for its number
_TINY = 1.0


@dataclass(frozen=True)
class SecantShown:
    """What the user wants to see."""

    secant: bool = True
    triangle: bool = True
    tangent: bool = True


@dataclass(frozen=True)
class SecantPicture:
    """Two points of a curve, `slope` of the secant, `derivative` at x, and at a kink the slopes `left` and `right`.

    What has no value is NaN.  `ends` are those of the curve's branches.  `hidden` puts a question mark for every slope
    and for the rise, and leaves the tangent out.  `focused` and `held` name a point: "x", "beside" or none.
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
    ends: tuple[BranchEnd, ...] = ()

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
    bounds = Rect(0, 0, view.width, view.height).grown(-4)
    strokes: list[Stroke] = []
    names: list[Wanted] = []
    areas: tuple[Area, ...] = ()
    first, second = place_of(picture, "x", view), place_of(picture, "beside", view)
    whole = bool(np.isfinite(picture.points).all())
    apart = math.hypot(second[0] - first[0], second[1] - first[1])
    if not picture.hidden and picture.shown.tangent:
        for words, line in _tangents(picture, view, first):
            strokes.append(line)
            names += filter(None, [along_line(words, line, view, first)])
    if whole and picture.shown.secant and math.isfinite(picture.slope):
        line = _secant(picture, view, first)
        strokes.append(line)
        slope = "?" if picture.hidden else format_number(picture.slope, trim=True)
        names += filter(None, [along_line(f"secant: slope {slope}", line, view, first)])
    if whole and picture.shown.triangle and apart > _TINY:
        areas, sides, numbers = _triangle(picture, first, second)
        strokes = sides + strokes
        names += numbers
    marks, discs = _points(picture, first, second)
    ends = end_discs(picture.ends, view)
    names = _names(picture, first, second, apart) + names
    if picture.hint:
        names.append(_hint(picture.hint, view))
    forbidden = [square(*first, BALL_RADIUS + 2), square(*second, SECOND_RADIUS + 2)]
    forbidden += [square(disc.x, disc.y, disc.radius + 2) for disc in ends]
    labels, swatches = place_names(names, measure, bounds, forbidden, _lines(view, curve, strokes))
    return Drawing(bands, (*strokes, *marks, *swatches), (), (), (*ends, *discs), labels, areas)


def place_of(picture: SecantPicture, which: str, view: Viewport) -> tuple[float, float]:
    """The pixel of a point; one without a value has its mark near the lower edge."""
    x, value = (picture.x, picture.value) if which == "x" else (picture.beside, picture.beside_value)
    across, down = view.to_pixels(np.array([x, value if math.isfinite(value) else view.y_low]))
    return float(across), float(down) - (0.0 if math.isfinite(value) else ABOVE_AXIS)


def _triangle(
    picture: SecantPicture, first: tuple[float, float], second: tuple[float, float]
) -> tuple[tuple[Area, ...], list[Stroke], list[Wanted]]:
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
        words = f"Δx = {format_number(picture.beside - picture.x, trim=True)}"
        numbers.append(beside_point(words, "text", ((first[0] + corner[0]) / 2, first[1]), below, 5.0))
    if abs(rise) > _READABLE:
        outside = ("e", "w") if run > 0 else ("w", "e")
        height = "?" if picture.hidden else format_number(picture.beside_value - picture.value, trim=True)
        middle = (corner[0], (first[1] + second[1]) / 2)
        numbers.append(beside_point(f"Δy = {height}", "text", middle, outside, 6.0))
    return (Area(outline, "tangent", 0.10),), sides, numbers


def _direction(slope: float, view: Viewport) -> Array:
    """One pixel along a line of this slope."""
    with np.errstate(over="ignore"):
        direction = np.clip(np.array([1.0, slope]) * view.scale, -1e9, 1e9)
    return np.asarray(direction / max(float(np.hypot(*direction)), 1e-300))


def _secant(picture: SecantPicture, view: Viewport, first: tuple[float, float]) -> Stroke:
    """The line through both points, from edge to edge."""
    direction = _direction(picture.slope, view)
    reach = 2.0 * math.hypot(view.width, view.height)
    start = np.array(first)
    return Stroke(np.array([start - reach * direction, start + reach * direction]), "tangent", 1.75, (7.0, 4.0))


def _tangents(picture: SecantPicture, view: Viewport, first: tuple[float, float]) -> list[tuple[str, Stroke]]:
    """The tangent, or at a kink one from each side, with its words."""
    if not math.isfinite(picture.value):
        return []
    if math.isfinite(picture.derivative):
        wanted = [(picture.derivative, -_TANGENT_REACH, _TANGENT_REACH, "tangent: slope {}")]
    else:
        wanted = [
            (picture.left, -_SIDE_REACH, 0.0, "from the left {}"),
            (picture.right, 0.0, _SIDE_REACH, "from the right {}"),
        ]
    found = []
    if math.isinf(picture.left) or math.isinf(picture.right):
        upright = np.array(first) + np.outer((-_TANGENT_REACH, _TANGENT_REACH), (0.0, 1.0))
        found.append(("tangent: vertical", Stroke(upright, "tangent", 2.5)))
    for slope, back, on, words in wanted:
        if math.isfinite(slope):
            ends = np.array(first) + np.outer((back, on), _direction(slope, view))
            found.append((words.format(format_number(slope, trim=True)), Stroke(ends, "tangent", 2.5)))
    return found


def _points(
    picture: SecantPicture, first: tuple[float, float], second: tuple[float, float]
) -> tuple[list[Stroke], list[Disc]]:
    """A ring for x + Δx under the ball for x, a cross for one without a value, a halo for what is held or focused."""
    marks: list[Stroke] = []
    discs: list[Disc] = []
    if math.isfinite(picture.beside_value):
        discs.append(Disc(*second, SECOND_RADIUS, "panel", "tangent", 2.5))
    elif math.isfinite(picture.beside):
        marks += no_value_mark(second, "tangent")
    if math.isfinite(picture.value):
        discs.append(Disc(*first, BALL_RADIUS, "step", "panel", 2.0))
    elif math.isfinite(picture.x):
        marks += no_value_mark(first, "bad")
    for which, place in (("x", first), ("beside", second)):
        if which in (picture.focused, picture.held):
            opacity = 1.0 if which == picture.focused else 0.5
            discs.insert(0, Disc(*place, HIT_RADIUS, "", "accent", 2.0, opacity=opacity))
    return marks, discs


def _names(
    picture: SecantPicture, first: tuple[float, float], second: tuple[float, float], apart: float
) -> list[Wanted]:
    """x and x + Δx at their points, while these can be told apart, and which of them has no value."""
    leftwards = ("nw", "w", "sw", "n", "s", "ne", "se", "e")
    rightwards = ("se", "e", "ne", "s", "n", "nw", "sw", "w")
    away, opposite = (leftwards, rightwards) if second[0] >= first[0] else (rightwards, leftwards)
    nothing = "" if math.isfinite(picture.value) else ": no value here"
    names = [beside_point(f"x{nothing}", "bad" if nothing else "step", first, away, BALL_RADIUS + 2, must=True)]
    if apart > HIT_RADIUS + SECOND_RADIUS:
        nothing = "" if math.isfinite(picture.beside_value) else ": no value"
        words = f"x + Δx{nothing}"
        names.append(beside_point(words, "tangent", second, opposite, SECOND_RADIUS + 3, must=True))
    return names


def _hint(words: str, view: Viewport) -> Wanted:
    """At the top, or at the bottom, where it covers least."""

    def places(width: float, height: float) -> Iterable[Rect]:
        for y in (8.0, view.height - height - 8.0):
            for share in (0.5, 0.02, 0.98):
                yield Rect(share * (view.width - width), y, width, height)

    return Wanted(words, "muted", places)


def _lines(view: Viewport, curve: CurveSamples | None, strokes: list[Stroke]) -> Array:
    """Pixels that labels keep off where they can: the curve and all that is drawn over it."""
    parts = [dotted(clipped(stroke.points, view)[0], view) for stroke in strokes]
    if curve is not None:
        parts.append(dotted(view.to_pixels(np.column_stack([curve.x, curve.y])), view))
    return np.concatenate(parts) if parts else np.empty((0, 2))
