"""What is drawn over a surface of two variables: the ball, its arrows, paths, memory, curvature and their labels.

`SurfacePicture` says it in data coordinates, `arrange_surface` turns it into a `Drawing` in pixels.  What lies under
it, colours and contour lines, belongs to `surface_image`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.arrows import BALL_RADIUS, HIT_RADIUS
from gdsim.app.plots.curve_picture import gradient_scale
from gdsim.app.plots.drawing import Array, Arrow, Disc, Drawing, Rect, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.surface_marks import (
    Length,
    Pointer,
    draw_ball,
    draw_cross,
    draw_ellipse,
    draw_ghost,
    draw_pointer,
    pixel_vector,
    room_along,
)  # fmt: skip
from gdsim.app.plots.surface_stage import StageMark, draw_stage_extent, stage_pointers
from gdsim.app.plots.surface_tracks import (
    NOWHERE,
    Layers,
    Marks,
    Track,
    draw_faint,
    draw_marks,
    draw_path,
    draw_track,
)  # fmt: skip
from gdsim.app.plots.track_labels import end_labels, number_badges
from gdsim.app.widgets.figures import format_number

Vector = tuple[float, float]
_NARROW = 420.0  # pixels: a picture in which several names would crowd
_MOST_LABELLED_MINIMA = 4
_MOST_AVOIDED = 20  # numbers of minima that labels keep off: more would take long


@dataclass(frozen=True)
class SurfaceShown:
    """What the user wants to see."""

    gradient: bool = True
    step: bool = True
    path: bool = True
    ahead: bool = False
    memory: bool = True
    curvature: bool = False
    minima: bool = True


@dataclass(frozen=True, eq=False)
class SurfacePicture:
    """One moment of a run, or of a race, over a surface.  Points are rows (x, y).

    `gradient` and `delta` (the next step) are vectors in the plane; `velocity` is what momentum remembers, as the
    move it asks for; `rates` the effective rate along x and y where squared gradients are remembered; `eigenvalues`
    (2,) and `eigenvectors` (2, 2, as columns) those of the Hessian.  `ahead` are steps after the current one, `preview`
    the run that would start at a ball being dragged, `ghost` the run before this one.  `stage` is what is
    told of the next step: its vector alone is drawn at the ball.  `missing` says why there is no `value`, when it is
    not that the loss is undefined.
    """

    x: float = math.nan
    y: float = math.nan
    value: float = math.nan
    gradient: Vector | None = None
    delta: Vector | None = None
    velocity: Vector | None = None
    rates: Vector | None = None
    eigenvalues: Array | None = None
    eigenvectors: Array | None = None
    path: Array = field(default_factory=lambda: NOWHERE)
    ahead: Array = field(default_factory=lambda: NOWHERE)
    preview: Array = field(default_factory=lambda: NOWHERE)
    ghost: Array = field(default_factory=lambda: NOWHERE)
    minima: Array = field(default_factory=lambda: NOWHERE)
    tracks: tuple[Track, ...] = ()
    marks: tuple[Marks, ...] = ()
    gradient_scale: float = 0.1
    shown: SurfaceShown = SurfaceShown()
    focused: bool = False
    held: bool = False
    stage: StageMark | None = None
    missing: str = ""


def surface_gradient_scale(gradients: tuple[Array, ...], domain: tuple[tuple[float, float], ...]) -> float:
    """At which scale gradient arrows are drawn; `gradients` are the partial derivatives on a grid.

    One for the whole function, so that lengths can be compared; chosen by the middle one of all gradients, because
    on many surfaces they span decades and the interesting ones are short.
    """
    with np.errstate(all="ignore"):
        sizes = np.hypot(*gradients).ravel()
    sizes = np.sort(sizes[np.isfinite(sizes)])
    return gradient_scale(sizes[: max(1, round(0.62 * sizes.size))], min(high - low for low, high in domain))


def arrange_surface(
    picture: SurfacePicture, view: Viewport, measure: Measure, captions: tuple[LabelRequest, ...] = ()
) -> Drawing:
    """The drawing of `picture`; `captions` are further words to be placed last, in pixels."""
    if not view.usable:
        return Drawing()
    bounds = Rect(0, 0, view.width, view.height).grown(-8)
    layers = Layers()
    requests: list[LabelRequest] = []
    minima = _minima(picture, view, layers)
    _paths(picture, view, layers)
    requests += _tracks_and_marks(picture, view, bounds, layers)
    badges = number_badges(picture.marks, view, measure)
    arrows: list[Arrow] = []
    forbidden: list[Rect] = []
    if math.isfinite(picture.x) and math.isfinite(picture.y):
        x, y = view.to_pixels(np.array([picture.x, picture.y])).tolist()
        if 0 <= x <= view.width and 0 <= y <= view.height:
            arrows, mine = _at_ball(picture, x, y, view, layers)
            requests = mine + requests
            forbidden.append(square(x, y, HIT_RADIUS + 2))
        else:
            arrow, request = _off_screen(picture, x, y, bounds)
            arrows, requests = [arrow], [request, *requests]
            forbidden.append(square(*arrow.tip, 4))
    avoided = [square(disc.x, disc.y, disc.radius + 3) for disc in layers.discs]
    avoided += [box for arrow in arrows for box in boxes_along(arrow)]
    avoided += [badge.rect for badge in badges] if len(badges) <= _MOST_AVOIDED else []
    lines = np.concatenate(layers.kept_clear) if layers.kept_clear else NOWHERE
    labels = place_labels([*requests, *minima, *captions], measure, bounds, forbidden, avoided, lines)
    labels = (*badges, *labels)
    return Drawing((), tuple(layers.strokes), tuple(layers.dots), tuple(arrows), tuple(layers.discs), labels)


def _paths(picture: SurfacePicture, view: Viewport, layers: Layers) -> None:
    if not picture.shown.path:
        return
    held = bool(len(picture.preview))
    draw_faint(picture.ghost, "muted", (4.0, 4.0), True, view, layers, held)
    draw_faint(picture.ahead, "muted", (), False, view, layers)
    draw_faint(picture.preview, "text", (), True, view, layers, held)
    draw_path(picture.path, view, layers)


def _tracks_and_marks(picture: SurfacePicture, view: Viewport, bounds: Rect, layers: Layers) -> list[LabelRequest]:
    marked = [(item.label, draw_marks(item, view, layers)) for item in picture.marks]
    runs = [(track.label, draw_track(track, view, layers)) for track in picture.tracks]
    ends, others = ([(name, end) for name, end in found if name and end is not None] for found in (runs, marked))
    return end_labels(ends, bounds, "{} runs end here") + end_labels(others, bounds)


def _minima(picture: SurfacePicture, view: Viewport, layers: Layers) -> list[LabelRequest]:
    """Rings at the minima that the surface itself knows; named where they are few."""
    if not picture.shown.minima or not len(picture.minima):
        return []
    places = [(float(x), float(y)) for x, y in view.to_pixels(picture.minima)]
    seen = [(x, y) for x, y in places if 0 <= x <= view.width and 0 <= y <= view.height]
    for x, y in seen:
        layers.discs.append(Disc(x, y, 6.5, "", "text", 1.0, opacity=0.5))
        layers.discs.append(Disc(x, y, 5.0, "panel", "good", ring_width=2.0))
    if len(seen) > _MOST_LABELLED_MINIMA:
        return []
    words = (("known minimum", "good"),)
    ball = np.nan_to_num(view.to_pixels(np.array([picture.x, picture.y])), nan=-1e6).tolist()
    away = [math.dist(place, ball) for place in seen]
    named = [place for place, distance in zip(seen, away, strict=True) if distance > HIT_RADIUS]
    if view.width < _NARROW and len(named) > 1:
        named = [seen[int(np.argmax(away))]]  # one tells what the marks mean
    return [LabelRequest(words, place, ("s", "n", "e", "w", "se", "sw"), 9.0) for place in named]


def _at_ball(
    picture: SurfacePicture, x: float, y: float, view: Viewport, layers: Layers
) -> tuple[list[Arrow], list[LabelRequest]]:
    """Everything about the ball, the ball itself last; the labels of the arrows first."""
    shown, has_value = picture.shown, math.isfinite(picture.value)
    requests: list[LabelRequest] = []
    arrows: list[Arrow] = []
    if picture.stage is not None and has_value:
        extent = draw_stage_extent(picture.stage, x, y, view, picture.gradient_scale, layers)
        requests += [extent] if extent is not None else []
    elif shown.memory and picture.rates is not None and has_value:
        ellipse = draw_ellipse(picture.rates, x, y, view, layers)
        requests += [ellipse] if ellipse is not None else []
    pointers = pointers_of(
        picture,
        lambda vector: math.hypot(*pixel_vector(vector, view)),
        lambda vector: room_along(x, y, pixel_vector(vector, view), view),
    )
    own: list[LabelRequest] = []
    has_cross = shown.curvature and has_value
    if has_cross and picture.eigenvalues is not None and picture.eigenvectors is not None:
        vectors = [pixel_vector(pointer.vector, view) for pointer in pointers]
        own += draw_cross(picture.eigenvalues, picture.eigenvectors, x, y, view, layers, vectors)
    placed: list[Vector] = []
    for pointer in pointers:
        vector = pixel_vector(pointer.vector, view)
        lift = 12.0 if any(close(vector, other) for other in placed) else 0.0
        drawn, request = draw_pointer(pointer, x, y, view, lift, layers)
        arrows += drawn
        if request is not None:
            placed.append(vector)
            own.append(request)
        move = pixel_vector(pointer.move, view)
        if pointer.colour == "step" and math.hypot(*move) > 1:
            draw_ghost(x + move[0], y + move[1], layers)
    if not has_value:
        words = ((picture.missing or "the loss has no value here", "bad"),)
        own.append(LabelRequest(words, (x, y), ("n", "s", "e", "w"), HIT_RADIUS + 4))
    draw_ball(x, y, has_value, picture.focused, picture.held, layers)
    return arrows, own + requests


def pointers_of(picture: SurfacePicture, length: Length | None = None, room: Length | None = None) -> list[Pointer]:
    """The arrows that are to be seen, with vectors of the plane and what is written beside them; none without a value.

    The step comes first: it stays where it is when another points the same way.  Where `length` tells how many pixels
    long a vector is, those are drawn at another scale that could not be seen; moves no larger than the `room` that
    there is in their direction.
    """
    if not math.isfinite(picture.value):
        return []
    pointers = [pointer for pointer in _pointers(picture) if _finite(pointer)]
    return pointers if length is None else [pointer.seen(length, room) for pointer in pointers]


def _pointers(picture: SurfacePicture) -> list[Pointer]:
    shown, scale = picture.shown, picture.gradient_scale
    if picture.stage is not None:
        return stage_pointers(picture.stage, scale)
    pointers = []
    if shown.step and picture.delta is not None:
        pointers.append(Pointer(picture.delta, "step", "step", math.hypot(*picture.delta)))
    if shown.gradient and picture.gradient is not None:
        across, up = picture.gradient
        vector, size = (across * scale, up * scale), math.hypot(across, up)
        pointers.append(Pointer(vector, "gradient", "gradient ∇f", size, "uphill", factor=scale, slope=True))
    if shown.memory and picture.velocity is not None:
        size = math.hypot(*picture.velocity)
        pointers.append(Pointer(picture.velocity, "tangent", "velocity", size, "remembered move", dashed=True))
    return pointers


def _finite(pointer: Pointer) -> bool:
    return all(map(math.isfinite, pointer.vector))


def close(one: Vector, other: Vector) -> bool:
    """Whether two arrows from one place would lie on one another."""
    sizes = math.hypot(*one) * math.hypot(*other)
    return sizes > 0 and (one[0] * other[0] + one[1] * other[1]) / sizes > 0.94


def boxes_along(arrow: Arrow) -> list[Rect]:
    """Squares along an arrow, for labels to keep off."""
    (x0, y0), (x1, y1) = arrow.tail, arrow.tip
    pieces = max(1, min(40, int(math.hypot(x1 - x0, y1 - y0) / 14)))
    return [square(x0 + (x1 - x0) * i / pieces, y0 + (y1 - y0) * i / pieces, 6) for i in range(pieces + 1)]


def _off_screen(picture: SurfacePicture, x: float, y: float, bounds: Rect) -> tuple[Arrow, LabelRequest]:
    """A pointer at the edge towards a ball that is outside the view."""
    middle = np.array([bounds.x + bounds.width / 2, bounds.y + bounds.height / 2])
    away = np.clip([x, y], -1e12, 1e12) - middle
    edge_x, edge_y = (middle + away / max(*np.abs(away) / (bounds.width / 2, bounds.height / 2), 1e-300)).tolist()
    away = away / max(float(np.hypot(*away)), 1e-300) * 26
    arrow = Arrow((edge_x - float(away[0]), edge_y - float(away[1])), (edge_x, edge_y), "step", 3.0)
    place = f"the ball is at x = {format_number(picture.x)}, y = {format_number(picture.y)}"
    words = ((place, "step"), ("press F to bring it into view", "muted"))
    return arrow, LabelRequest(words, arrow.tail, ("s", "n", "w", "e", "sw", "se", "nw", "ne"), 10.0)


__all__ = [
    "BALL_RADIUS", "HIT_RADIUS", "Marks", "SurfacePicture", "SurfaceShown", "Track", "arrange_surface", "boxes_along",
    "surface_gradient_scale",
]  # fmt: skip
