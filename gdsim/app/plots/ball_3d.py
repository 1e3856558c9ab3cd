"""What lies on a surface about the ball in three dimensions: arrows, the ghost of the next step, memory, curvature.

The same vectors of the plane as on the map, with the same words, laid onto the surface.  Lines follow the surface;
heads stand upright on the screen, where a flat one would be a sliver.  Plain numpy, no Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.arrows import NOTHING, OUTSIDE, SHORT, TICK, head_for
from gdsim.app.plots.camera_3d import Lens
from gdsim.app.plots.drawing import Array, Label, Rect, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.mesh_3d import Mesh
from gdsim.app.plots.occlusion_3d import shows
from gdsim.app.plots.surface_marks import (
    CLEAR,
    Length,
    Pointer,
    arm_lengths,
    arm_lines,
    ellipse_lines,
    ellipse_scale,
    has_cross,
    sideways,
)  # fmt: skip
from gdsim.app.plots.surface_picture import SurfacePicture, close, pointers_of
from gdsim.app.plots.surface_stage import StageMark, extent_lines, stage_roots
from gdsim.app.widgets.figures import format_number

_ELLIPSE = 46.0  # pixels, the longer half axis of the ellipse, at most
_LARGEST = 0.4  # of half the surface: arms and half axes are not longer, however small the picture
_ROOM = 460.0  # pixels a side; in a smaller picture words would hide the surface
_INSIDE = 0.97  # of the way to the border: what is drawn enlarged ends before it
_LIFT = 12.0  # pixels between arrows that would lie on one another
_AROUND = ("e", "w", "n", "s", "ne", "nw", "se", "sw")


@dataclass(frozen=True, eq=False)
class Line:
    """A polyline in pixels, parted by rows of NaN, with a flag a point whether it shows.

    An arrow has a `head` of so many pixels at its end, which is `hollow` if it is drawn longer than it is.
    """

    pixels: Array
    seen: NDArray[np.bool_]
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    head: float = 0.0
    hollow: bool = False


@dataclass(frozen=True)
class AboutBall:
    """Lines from the bottom up, the place (n, 2) of the ghost in the plane, and labels."""

    lines: tuple[Line, ...] = ()
    ghost: Array = field(default_factory=lambda: np.empty((0, 2)))
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, eq=False)
class _Flat:
    """What is to be laid onto the surface: a polyline of the plane, and the pointer or the words that belong to it."""

    points: Array
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    pointer: Pointer | None = None
    words: tuple[tuple[str, str], ...] = ()


def arrange_about_ball(
    picture: SurfacePicture, mesh: Mesh, lens: Lens, bounds: Rect, measure: Measure, taken: tuple[Rect, ...] = (),
    scale: float = 1.0, alone: bool = False,
) -> AboutBall:  # fmt: skip
    """All that belongs to the ball of `picture` where it stands on the surface; labels keep off `taken`.

    `scale` is that of the type: heads and ball grow with it.  A small picture, unless it is `alone`, stands beside the
    map and has no words, and so no ellipse, whose scale would not be said.
    """
    ball = np.array([picture.x, picture.y])
    on_surface = mesh.on_surface(ball)
    if not (np.isfinite(on_surface).all() and math.isfinite(picture.value)):
        return AboutBall(labels=_without_arrows(picture, mesh, bounds, measure))
    middle = lens.to_pixels(on_surface)[0]
    labelled = alone or min(bounds.width, bounds.height) >= _ROOM * scale
    with np.errstate(all="ignore"):  # vectors as long as numbers go are left out, or cut at the edge
        flats = _flats(picture, ball, mesh, lens, scale, labelled)
        draped = [_without_end(mesh.draped(flat.points)) for flat in flats]
    # All at once: most of the time of looking whether something shows does not depend on how much it is.
    seen = shows(np.concatenate([on_surface, *draped]), mesh, lens.camera)
    ball_shows = bool(seen[0])
    lines: list[Line] = []
    requests: list[LabelRequest] = []
    first = 1
    for flat, piece in zip(flats, draped, strict=True):
        part = seen[first : first + len(piece)]
        first += len(piece)
        if len(piece) < 2:
            continue
        pixels = lens.to_pixels(piece)
        if flat.pointer is None:
            lines.append(Line(pixels, part, flat.colour, flat.width * scale, flat.dashes))
            if flat.words:
                requests.append(LabelRequest(flat.words, _end(pixels), _AROUND, 6.0 * scale))
            continue
        ends = (
            flat.points[-1:] if flat.pointer.slope else (ball + flat.pointer.move)[None, :]
        )  # a move's: where it lands
        cut = bool(np.abs(mesh.across(ends)).max() > 1 + 1e-9)
        line, request = _arrow(flat, flat.pointer, pixels, part, middle, ball_shows, cut, scale)
        lines.append(line)
        requests.append(request)
        if cut and labelled:
            lines += _break_mark(line)
    step = next((pointer.move for pointer in pointers_of(picture) if pointer.colour == "step"), None)
    ghost = np.empty((0, 2)) if step is None or not any(step) else (ball + step)[None, :]
    requests = requests[::-1] if labelled else []  # arrows are drawn last, but their words come first
    forbidden = [square(*middle.tolist(), CLEAR * scale), *(rect.grown(4) for rect in taken)]
    covered = np.concatenate([line.pixels for line in lines]) if lines else None
    return AboutBall(tuple(lines), ghost, place_labels(requests, measure, bounds, forbidden, lines=covered))


def _without_arrows(picture: SurfacePicture, mesh: Mesh, bounds: Rect, measure: Measure) -> tuple[Label, ...]:
    """Why nothing is drawn about the ball, in the upper left corner; nothing where there is no ball."""
    if not (math.isfinite(picture.x) and math.isfinite(picture.y)):
        return ()
    text, colour = picture.missing or "the loss has no value at the ball", "bad"
    if np.abs(mesh.across([(picture.x, picture.y)])).max() > 1 + 1e-9:
        place = f"x = {format_number(picture.x)}, y = {format_number(picture.y)}"
        text, colour = f"the ball is outside this picture, at {place}", "step"
    elif math.isfinite(picture.value):
        text = "the surface has no height at the ball"
    return (Label(Rect(bounds.x + 4, bounds.y + 2, *measure(text)), ((text, colour),)),)


def _flats(picture: SurfacePicture, ball: Array, mesh: Mesh, lens: Lens, scale: float, labelled: bool) -> list[_Flat]:
    """From the bottom up: ellipse, cross, arrows, the step's on top."""
    low = np.array([mesh.x_range[0], mesh.y_range[0]])
    half = (np.array([mesh.x_range[1], mesh.y_range[1]]) - low) / 2  # of the plane, along x and y
    pixel = scale / lens.scale
    flats: list[_Flat] = []
    if picture.stage is not None and picture.stage.extent:
        flats += _extent(picture.stage, ball, picture.gradient_scale, half, pixel)
    elif labelled and picture.stage is None and picture.shown.memory and picture.rates is not None:
        rates = np.abs(np.clip(picture.rates, -1e100, 1e100))
        factor = ellipse_scale(rates / half, min(_ELLIPSE * pixel, _LARGEST))
        if math.isfinite(factor):
            words = ellipse_lines(picture.rates, factor)
            flats.append(_Flat(_ellipse(ball, rates * factor), "step", 1.5, (6.0, 3.0), words=words))
    values, vectors = picture.eigenvalues, picture.eigenvectors
    if picture.shown.curvature and values is not None and vectors is not None and has_cross(values, vectors):
        for value, vector, length in zip(values.tolist(), vectors.T, arm_lengths(values).tolist(), strict=True):
            arm = vector / max(float(np.hypot(*(vector / half))), 1e-300) * min(length * pixel, _LARGEST)
            dashes = () if value >= 0 else (4.0, 3.0)
            flats.append(_Flat(np.array([ball - arm, ball + arm]), "curvature", 2.0, dashes, words=arm_lines(value)))
    arrows: list[_Flat] = []
    for pointer in pointers_of(picture, _length_on(half, pixel), _room_on(mesh.across([ball])[0], half, pixel)):
        vector = np.array(pointer.vector)
        length = float(np.hypot(*(vector / half)))
        if not 0 < length < math.inf:
            continue
        start = ball
        if any(close(pointer.vector, other.pointer.vector) for other in arrows if other.pointer is not None):
            along = vector / half / length
            start = ball + np.array([-along[1], along[0]]) * half * _LIFT * pixel
        dashes = (5.0, 3.0) if pointer.dashed else ()
        end = np.clip(start + vector, -1e150, 1e150)
        arrows.append(_Flat(np.array([start, end]), pointer.colour, 1.5 if pointer.hollow else 2.75, dashes, pointer))
    return flats + arrows[::-1]


def _ellipse(ball: Array, half: Array) -> Array:
    angles = np.linspace(0, 2 * math.pi, 41) + math.pi / 4
    return np.asarray(ball + np.column_stack([np.cos(angles), np.sin(angles)]) * half)


def _extent(mark: StageMark, ball: Array, gradient_scale: float, half: Array, pixel: float) -> list[_Flat]:
    """The ellipse of a memory of squares that is being told."""
    if len(mark.vector) != 2:
        return []
    roots = np.minimum(stage_roots(mark), 1e100)
    factor = mark.factor(gradient_scale)
    enlarged = ellipse_scale(roots * factor / half, min(_ELLIPSE * pixel, _LARGEST))
    if not math.isfinite(enlarged):
        return []
    words = extent_lines(mark, factor * enlarged)
    return [_Flat(_ellipse(ball, roots * factor * enlarged), mark.colour, 2.0, words=words)]


def _length_on(half: Array, pixel: float) -> Length:
    """How many pixels long a vector of the plane is, about, on a surface with these half sides."""
    return lambda vector: math.hypot(vector[0] / half[0], vector[1] / half[1]) / pixel


def _room_on(across: Array, half: Array, pixel: float) -> Length:
    """How many pixels there are, about, from the ball to the border of the surface in the direction of a vector.

    `across` (2,) is where the ball is on it, from -1 to 1 in both directions.
    """

    def room(vector: tuple[float, float]) -> float:
        along = np.array(vector) / half
        length = math.hypot(*along)
        moving = np.abs(along) > 1e-9 * length
        if not 0 < length < math.inf or not moving.any():
            return math.inf
        times = (1 - np.sign(along[moving]) * across[moving]) / np.abs(along[moving])
        return max(0.0, float(times.min())) * length / pixel * _INSIDE

    return room


def _arrow(
    flat: _Flat, pointer: Pointer, pixels: Array, seen: NDArray[np.bool_], middle: Array, ball_shows: bool, cut: bool,
    scale: float,
) -> tuple[Line, LabelRequest]:  # fmt: skip
    """The line of an arrow, shortened by its head, or a tick where it ends inside the ball; and its label."""
    tip = np.array(_end(pixels))
    start = pixels[np.isfinite(pixels).all(axis=1)][0]
    away = tip - start
    length = float(np.hypot(*away))
    head = head_for(length, CLEAR * scale)
    if not head:
        along = away / length if length > NOTHING else np.zeros(2)
        ends = middle + along * np.array([[CLEAR], [CLEAR + TICK]]) * scale
        line = Line(ends, np.full(2, ball_shows), flat.colour, flat.width * scale)
        return line, LabelRequest(pointer.lines(SHORT), (float(ends[1, 0]), float(ends[1, 1])), _AROUND, 8.0 * scale)
    head *= min(scale, (length - CLEAR * scale) / head)
    words = pointer.lines(OUTSIDE if cut else "")
    centre = (start + tip) / 2
    place = (float(centre[0]), float(centre[1]))
    request = LabelRequest(words, place, sideways(*(away / length).tolist()), 9.0 * scale)
    if cut:  # nothing lands at the edge
        return Line(pixels, seen, flat.colour, flat.width * scale, flat.dashes), request
    return Line(pixels, seen, flat.colour, flat.width * scale, flat.dashes, head, pointer.hollow), request


def _break_mark(line: Line) -> list[Line]:
    """Two slanting lines across the end of an arrow that goes on outside."""
    finite = line.pixels[np.isfinite(line.pixels).all(axis=1)]
    away = finite[-1] - finite[0]
    along = away / max(float(np.hypot(*away)), 1e-9)
    slant = np.array([-along[1], along[0]]) * 6 + along * 3
    places = (finite[-1] - along * 8, finite[-1] - along * 3)
    return [replace(line, pixels=np.array([at - slant, at + slant]), seen=line.seen[-2:], dashes=()) for at in places]


def _without_end(points: Array) -> Array:
    """A polyline without what cannot be drawn at its end."""
    finite = np.flatnonzero(np.isfinite(points).all(axis=1))
    return points[: finite[-1] + 1] if len(finite) else points[:0]


def _end(pixels: Array) -> tuple[float, float]:
    """The last point of a polyline."""
    x, y = pixels[-1].tolist()
    return x, y


def head_corners(line: Line) -> tuple[Array, Array, int]:
    """The triangle (3, 2) at the end of an arrow, tip first, the point at which its line ends, and how many points of
    the line are kept before that.
    """
    tip = line.pixels[-1]
    away = np.hypot(*(line.pixels - tip).T)
    before = np.flatnonzero(away >= line.head)
    back = line.pixels[before[-1]] if len(before) else line.pixels[0]
    length = float(np.hypot(*(tip - back)))
    along = (tip - back) / length if length > 0 else np.array([1.0, 0.0])
    neck = tip - along * line.head
    half = np.array([-along[1], along[0]]) * line.head * 0.48
    return np.array([tip, neck + half, neck - half]), neck + along, int(before[-1]) + 1 if len(before) else 0
