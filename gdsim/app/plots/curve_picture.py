"""What is drawn over a curve of one variable: the ball, its tangent, the two arrows, the path and their labels.

`CurvePicture` says it in data coordinates, `arrange` turns it into a `Drawing` in pixels.  The gradient arrow points
uphill and is drawn at a stated scale; the step arrow has its true length and ends above the place where it lands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gdsim.app.plots.arrows import (
    BALL_RADIUS,
    HEAD,
    HIT_RADIUS,
    NOTHING,
    OUTSIDE,
    SHORT,
    TICK,
    enlargement,
    head_for,
    visible_factor,
)  # fmt: skip
from gdsim.app.plots.drawing import Array, Arrow, Band, Disc, Dots, Drawing, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.sampling import CurveSamples
from gdsim.app.plots.text import signed
from gdsim.app.widgets.figures import format_number
from gdsim.core.quantiles import quantiles

if TYPE_CHECKING:
    from gdsim.app.plots.surface_stage import StageMark

_CLEAR = HIT_RADIUS  # where an arrow may begin: outside the ball and its focus ring
_TANGENT_REACH = 120.0
_NEWEST = 500  # so many of the newest steps are drawn: more would be a blot
_NOWHERE = np.empty((0, 2))


@dataclass(frozen=True)
class Shown:
    """What the user wants to see."""

    tangent: bool = True
    gradient: bool = True
    step: bool = True
    path: bool = True
    ahead: bool = False


class Stretch(NamedTuple):
    """A part of the x axis in which every start has one end; `colour` is empty where nothing is known."""

    low: float
    high: float
    colour: str
    settles: bool = True
    moving: bool = False


@dataclass(frozen=True)
class CurvePicture:
    """One moment of a run over a curve.  Points are rows (x, f(x)); `ahead` are steps after the current one,
    `preview` the run that would start at a ball being dragged, `ghost` the run before this one.  `stage` is what is
    told of the next step: its vector alone is drawn at the ball.
    """

    x: float
    value: float
    slope: float = math.nan
    delta: float = math.nan
    landing: float = math.nan
    path: Array = field(default_factory=lambda: _NOWHERE)
    ahead: Array = field(default_factory=lambda: _NOWHERE)
    preview: Array = field(default_factory=lambda: _NOWHERE)
    ghost: Array = field(default_factory=lambda: _NOWHERE)
    minima: Array = field(default_factory=lambda: _NOWHERE)
    basins: tuple[Stretch, ...] = ()
    gradient_scale: float = 0.1
    shown: Shown = Shown()
    focused: bool = False
    held: bool = False
    hint: str = ""
    stage: StageMark | None = None


def gradient_scale(slopes: Array, span: float) -> float:
    """Units of x a unit of slope is drawn as: 1, 2 or 5 times a power of ten, so that a steep place of the
    curve (four fifths of it are flatter) gets an arrow of at most an eighth of `span`.
    """
    sizes = np.abs(slopes[np.isfinite(slopes)])
    steep = quantiles(sizes, 0.8)[0] if sizes.size else 0.0
    if not (1e-150 < steep < 1e150 and 1e-150 < span < 1e150):
        return 0.1
    wanted = span / 8 / steep
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= wanted * (1 + 1e-9))


def arrange(picture: CurvePicture, view: Viewport, measure: Measure, curve: CurveSamples | None = None) -> Drawing:
    """The drawing of `picture`; `measure` gives the size of a line of text, `curve` is what labels keep off."""
    if not view.usable:
        return Drawing()
    bounds = Rect(0, 0, view.width, view.height - (8 if picture.basins else 0)).grown(-6)
    strokes, dots, discs = _paths(picture, view)
    strokes = _basins(picture, view) + strokes
    bands = undefined_bands(curve, view)
    minima = [(float(x), float(y)) for x, y in _defined(view.to_pixels(picture.minima))]
    discs += [Disc(x, y, 4.5, "panel", "good", ring_width=1.5) for x, y in minima]
    words = (("known lowest point", "good"),)
    known = [LabelRequest(words, (x, y), ("s", "n", "se", "sw"), 8.0) for x, y in minima if view.shows(x, y)]
    if not math.isfinite(picture.x):
        return Drawing(bands, tuple(strokes), tuple(dots), (), tuple(discs))
    has_value = math.isfinite(picture.value)
    height = picture.value if has_value else (view.y_low + view.y_high) / 2
    ball_x, ball_y = (float(part) for part in view.to_pixels(np.array([picture.x, height])))
    if not view.shows(ball_x, ball_y):
        arrow, request = _off_screen(picture, ball_x, ball_y, bounds)
        labels = place_labels([request], measure, bounds, [square(*arrow.tip, 4)])
        return Drawing(bands, tuple(strokes), tuple(dots), (arrow,), tuple(discs), labels)
    if has_value and math.isfinite(picture.slope) and picture.shown.tangent:
        strokes.append(_tangent(picture, view, ball_x, ball_y))
    arrows, requests = _arrows(picture, view, ball_x, ball_y) if has_value else ([], [])
    if picture.shown.step and math.isfinite(picture.landing) and math.isfinite(picture.delta):
        ghost_x, ghost_y = (float(p) for p in view.to_pixels(np.array([picture.x + picture.delta, picture.landing])))
        if abs(ghost_x - ball_x) > 1:
            strokes.append(Stroke(np.array([[ghost_x, ball_y], [ghost_x, ghost_y]]), "step", 1.0, (2.0, 3.0), 0.8))
            discs.append(Disc(ghost_x, ghost_y, BALL_RADIUS - 1, "panel", "step", 1.75, dashed=True))
    discs.append(Disc(ball_x, ball_y, BALL_RADIUS, "step" if has_value else "bad", "panel", 2.0))
    if picture.focused or picture.held:
        discs.append(Disc(ball_x, ball_y, HIT_RADIUS, "", "accent", 2.0, opacity=1.0 if picture.focused else 0.5))
    labels = place_labels(
        [*requests, *_tangent_label(picture, strokes, ball_x), *known, *_hint(picture, view)],
        measure,
        bounds,
        forbidden=[square(ball_x, ball_y, HIT_RADIUS + 2)],
        avoided=[square(disc.x, disc.y, disc.radius + 3) for disc in discs] + [_box(arrow) for arrow in arrows],
        lines=_lines(view, curve, strokes),
    )
    return Drawing(bands, tuple(strokes), tuple(dots), tuple(arrows), tuple(discs), labels)


def _basins(picture: CurvePicture, view: Viewport) -> list[Stroke]:
    """A bar above the x axis: each start in the colour of where it ends, in dashes where it is still moving, dotted
    where it is gone.
    """
    strokes = []
    for stretch in picture.basins:
        ends = view.to_pixels(np.array([[stretch.low, view.y_low], [stretch.high, view.y_low]]))
        left, right = (min(max(float(x), 0.0), view.width) for x in ends[:, 0])
        if stretch.colour and right > left:
            points = np.array([[left, view.height - 6.0], [right, view.height - 6.0]])
            dashes = (0.9, 0.3) if stretch.moving else () if stretch.settles else (0.3, 0.3)
            strokes.append(Stroke(points, stretch.colour, 10.0, dashes))
    return strokes


def _paths(picture: CurvePicture, view: Viewport) -> tuple[list[Stroke], list[Dots], list[Disc]]:
    strokes: list[Stroke] = []
    dots: list[Dots] = []
    ends: list[Disc] = []
    if not picture.shown.path:
        return strokes, dots, ends
    faint = [(picture.ghost, "muted", 0.45, (4.0, 4.0)), (picture.ahead, "path", 0.35, ()),
             (picture.preview, "path", 0.5, ())]  # fmt: skip
    for points, colour, opacity, dashes in faint:
        pixels = _thinned(view.to_pixels(points if points is not picture.ghost else points[-_NEWEST:]))
        if len(pixels) > 1:
            strokes.append(Stroke(pixels, colour, 1.0, dashes, opacity * 0.8))
            dots.append(Dots(pixels, colour, 2.0, opacity))
            if points is not picture.ahead:
                ends.append(Disc(*pixels[-1], 4.0, "panel", colour, ring_width=1.5, opacity=opacity + 0.3))
    pixels = _thinned(view.to_pixels(picture.path[-_NEWEST:]))
    if len(pixels) > 1:
        strokes.append(Stroke(pixels, "path", 1.0, (), 0.45))
        for newest, oldest, radius in ((1, 3, 4.5), (3, 9, 3.5), (9, len(pixels), 2.5)):
            some = pixels[max(0, len(pixels) - 1 - oldest) : max(0, len(pixels) - newest)]
            if len(some):
                dots.append(Dots(some, "path", radius, 0.7))
    return strokes, dots, ends


def _defined(points: Array) -> Array:
    return points[np.isfinite(points).all(axis=1)]


def _thinned(pixels: Array) -> Array:
    """Without the points that are not to be drawn or fall on the pixel of the one before."""
    pixels = _defined(pixels)
    if len(pixels) < 3:
        return pixels
    moved = np.abs(np.diff(np.round(pixels * 2), axis=0)).max(axis=1) > 0
    return pixels[np.concatenate([[True], moved[:-1], [True]])]


def _tangent(picture: CurvePicture, view: Viewport, x: float, y: float) -> Stroke:
    direction = np.array([1.0, picture.slope]) * view.scale
    direction = np.clip(direction, -1e9, 1e9)
    half = direction / max(float(np.hypot(*direction)), 1e-300) * _TANGENT_REACH
    return Stroke(np.array([[x - half[0], y - half[1]], [x + half[0], y + half[1]]]), "tangent", 2.0)


def _tangent_label(picture: CurvePicture, strokes: list[Stroke], ball_x: float) -> list[LabelRequest]:
    tangent = next((stroke for stroke in strokes if stroke.colour == "tangent"), None)
    if tangent is None:
        return []
    upper, lower = sorted((tuple(map(float, end)) for end in tangent.points), key=lambda end: end[1])
    anchor = upper if upper[1] > 24 else lower
    sideways = ("e", "w") if anchor[0] > ball_x else ("w", "e")
    words = f"slope {format_number(picture.slope)}"
    return [LabelRequest(((words, "tangent"),), anchor, (*sideways, "n", "s", "ne", "nw", "se", "sw"), 6.0)]


def _hint(picture: CurvePicture, view: Viewport) -> list[LabelRequest]:
    """What can be done, at the top where most curves leave room."""
    lines = ((picture.hint, "muted"),)
    return [LabelRequest(lines, (view.width / 2, 0.0), ("s", "se", "sw"), 10.0)] if picture.hint else []


def _arrows(picture: CurvePicture, view: Viewport, x: float, y: float) -> tuple[list[Arrow], list[LabelRequest]]:
    """The two arrows along x at the height of the ball, one above the other where both point the same way."""
    if picture.stage is not None:
        from gdsim.app.plots.surface_stage import stage_on_curve

        return stage_on_curve(picture.stage, view, x, y, picture.gradient_scale)
    arrows: list[Arrow] = []
    requests: list[LabelRequest] = []
    pixels_a_unit = float(view.scale[0])
    step_length = picture.delta * pixels_a_unit if picture.shown.step and math.isfinite(picture.delta) else 0.0
    slope = picture.slope if picture.shown.gradient and math.isfinite(picture.slope) else 0.0
    scale = visible_factor(picture.gradient_scale, abs(slope) * picture.gradient_scale * pixels_a_unit)
    wanted = slope * scale * pixels_a_unit
    least, most = -max(x - 8, _CLEAR + HEAD), max(view.width - 8 - x, _CLEAR + HEAD)
    gradient_length = max(least, min(most, wanted))
    if abs(step_length) > NOTHING:
        times = enlargement(abs(step_length), (view.width - x if step_length > 0 else x) - 6)
        arrow = _along_x(x, y, step_length * times, "step", hollow=times != 1)
        arrows.append(arrow)
        outside = not 0 <= x + step_length <= view.width
        enlarged = f", drawn ×{format_number(times, 1, trim=True)}" if times != 1 else ""
        words = f"step {signed(picture.delta)}{enlarged}" + (f", {OUTSIDE}" if outside else "")
        directions = ("n", "s", "ne", "nw", "se", "sw")
        requests.append(LabelRequest(((words, "step"),), _seen_middle(arrow, view), directions, 8.0))
    if abs(gradient_length) > NOTHING:
        lifted = 20.0 if gradient_length * step_length > 0 else 0.0
        arrow = _along_x(x, y - lifted, gradient_length, "gradient")
        arrows.append(arrow)
        cut = ", cut short" if abs(wanted) > abs(gradient_length) else ""
        factor = f"×{format_number(scale, 1, trim=True)}"
        how = f"uphill, drawn {factor}{cut}" if arrow.head else f"uphill, at {factor} {SHORT}"
        lines = ((f"gradient ∇f {format_number(picture.slope)}", "gradient"), (how, "muted"))
        sideways = ("w", "e") if gradient_length < 0 else ("e", "w")
        directions = ("n", "s", *sideways, "nw", "ne", "sw", "se")
        requests.append(LabelRequest(lines, _seen_middle(arrow, view), directions, 8.0))
    return arrows, requests


def _along_x(x: float, y: float, length: float, colour: str, hollow: bool = False) -> Arrow:
    """An arrow from the ball's rim to `length` pixels from its middle; where that is inside the ball or just beside
    it, a tick that shows the direction alone.
    """
    sign = math.copysign(1.0, length)
    head = head_for(abs(length), _CLEAR)
    reach = abs(length) if head else _CLEAR + TICK
    tail, tip = (x + sign * _CLEAR, y), (x + sign * reach, y)
    return Arrow(tail, tip, colour, 1.5 if hollow else 2.5, head, hollow=hollow)


def _seen_middle(arrow: Arrow, view: Viewport) -> tuple[float, float]:
    """The middle of the part of an arrow that is inside the view."""
    ends = [max(0.0, min(view.width, end)) for end in (arrow.tail[0], arrow.tip[0])]
    return (ends[0] + ends[1]) / 2, arrow.tip[1]


def _box(arrow: Arrow) -> Rect:
    left, right = sorted((arrow.tail[0], arrow.tip[0]))
    return Rect(left, arrow.tip[1] - 6, right - left, 12)


def _lines(view: Viewport, curve: CurveSamples | None, strokes: list[Stroke]) -> Array:
    """Pixels that labels keep off where they can: the curve, the tangent, the way down to the landing place."""
    parts = [dotted(stroke.points, view) for stroke in strokes if stroke.colour in ("tangent", "step")]
    if curve is not None:
        parts.append(dotted(view.to_pixels(np.column_stack([curve.x, curve.y])), view))
    return np.concatenate(parts) if parts else _NOWHERE


def dotted(pixels: Array, view: Viewport) -> Array:
    """Points along a polyline, 4 px apart, as far as they are in or near the view."""
    with np.errstate(invalid="ignore"):
        near = (np.abs(pixels - (view.width / 2, view.height / 2)) < (view.width, view.height)).all(axis=1)
    pixels = pixels[near]
    if len(pixels) < 2:
        return pixels
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
    places = np.arange(0.0, along[-1], 4.0)
    return np.column_stack([np.interp(places, along, pixels[:, axis]) for axis in (0, 1)])


def undefined_bands(curve: CurveSamples | None, view: Viewport) -> tuple[Band, ...]:
    """A hatched band over each stretch of x, wider than two pixels, without a value."""
    bands = []
    for low, high in curve.undefined if curve is not None else ():
        left, right = (float(view.to_pixels(np.array([end, view.y_low]))[0]) for end in (low, high))
        left, right = max(0.0, left), min(view.width, right)
        if right - left > 2:
            bands.append(Band(Rect(left, 0, right - left, view.height), "muted"))
    return tuple(bands)


def _off_screen(picture: CurvePicture, x: float, y: float, bounds: Rect) -> tuple[Arrow, LabelRequest]:
    """A pointer at the edge towards a ball that is outside the view."""
    edge_x, edge_y = max(bounds.x, min(x, bounds.right)), max(bounds.y, min(y, bounds.bottom))
    away = np.array([x - edge_x, y - edge_y])
    away = away / max(float(np.hypot(*away)), 1e-300) * 26
    tip = (edge_x, edge_y)
    arrow = Arrow((edge_x - float(away[0]), edge_y - float(away[1])), tip, "step")
    words = ((f"the ball is at x = {format_number(picture.x)}", "step"), ("press F to bring it into view", "muted"))
    return arrow, LabelRequest(words, arrow.tail, ("s", "n", "w", "e", "sw", "se", "nw", "ne"), 10.0)
