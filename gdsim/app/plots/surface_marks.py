"""Arrows, ghost, memory and curvature at the ball on a surface, with the words for each.

The gradient arrow points uphill at a stated scale, the step arrow has its true length and ends on the ghost.
Momentum's velocity is a dashed arrow; the memory of squared gradients an ellipse as wide as a unit of gradient
would be stepped; the Hessian a cross along its eigenvectors, longer where the surface bends less, dashed where it
bends down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.drawing import Array, Arrow, Disc, Viewport
from gdsim.app.plots.labels import LabelRequest
from gdsim.app.plots.surface_tracks import CASING, Layers, cased, dotted, whole
from gdsim.app.widgets.figures import format_number

BALL_RADIUS = 9.0
HIT_RADIUS = 14.0
_CLEAR = BALL_RADIUS + 4.0  # where an arrow may begin: outside the ball's ring
_LARGEST_ARM, _SMALLEST_ARM = 58.0, 20.0
_ELLIPSE = 46.0  # the longer half axis of the memory's ellipse
_NOTHING = 0.01  # px; an arrow shorter than that has no direction worth showing
_COMPASS = ("e", "ne", "n", "nw", "w", "sw", "s", "se")


@dataclass(frozen=True)
class Pointer:
    """An arrow from the ball, before it is drawn: its vector in pixels and what is written beside it."""

    vector: tuple[float, float]
    colour: str
    lines: tuple[tuple[str, str], ...]
    dashed: bool = False


def pixel_vector(vector: tuple[float, float] | None, view: Viewport, factor: float = 1.0) -> tuple[float, float] | None:
    """A displacement in pixels; None where there is none or it is not finite."""
    if vector is None or not all(map(math.isfinite, vector)):
        return None
    across, down = (
        max(-1e9, min(1e9, part * factor * side)) for part, side in zip(vector, view.scale.tolist(), strict=True)
    )
    return (across, down) if math.isfinite(across) and math.isfinite(down) else None


def draw_pointer(pointer: Pointer, x: float, y: float, view: Viewport, lift: float, layers: Layers) -> tuple[
    list[Arrow], LabelRequest | None, bool]:  # fmt: skip
    """The arrow with its edge, its label, and whether it had to be cut at the edge of the view.

    `lift` moves it sideways, for arrows that would lie on one another.
    """
    length = math.hypot(*pointer.vector)
    if length < _NOTHING:
        return [], None, False
    along_x, along_y = pointer.vector[0] / length, pointer.vector[1] / length
    room = _room(x, y, along_x, along_y, view)
    drawn = min(length, max(room, _CLEAR + 11))
    x, y = x - along_y * lift, y + along_x * lift
    head = 11.0
    if drawn < _CLEAR + head:
        head = 9.0
        drawn = _CLEAR + head * 0.8
    tail = (x + along_x * _CLEAR, y + along_y * _CLEAR)
    tip = (x + along_x * drawn, y + along_y * drawn)
    casing_tip = (tip[0] + along_x * 3.2, tip[1] + along_y * 3.2)
    arrow = Arrow(tail, tip, pointer.colour, 3.0, head)
    edge = Arrow((tail[0] - along_x, tail[1] - along_y), casing_tip, CASING, 6.0, head + 6.0, 0.85)
    if pointer.dashed and drawn > _CLEAR + head + 4:
        neck = (tip[0] - along_x * head, tip[1] - along_y * head)
        layers.strokes += cased(*whole(np.array([tail, neck])), pointer.colour, 2.5, (5.0, 3.0))
        arrow = Arrow(neck, tip, pointer.colour, 2.5, head)
        edge = Arrow(neck, casing_tip, CASING, 2.5, head + 6.0, 0.85)
    middle = ((tail[0] + tip[0]) / 2, (tail[1] + tip[1]) / 2)
    request = LabelRequest(pointer.lines, middle, _sideways(along_x, along_y), 9.0)
    return [edge, arrow], request, length > drawn + 0.5 and drawn >= room


def draw_cross(
    eigenvalues: Array, eigenvectors: Array, x: float, y: float, view: Viewport, layers: Layers
) -> list[LabelRequest]:
    """Arms along the eigenvectors (columns), lengths as 1/√|λ| to scale with each other; solid up, dashed down."""
    known = np.isfinite(eigenvalues).all() and np.isfinite(eigenvectors).all() and len(eigenvalues) == 2
    if not known:
        return []
    sizes = 1 / np.sqrt(np.maximum(np.abs(eigenvalues), max(float(np.abs(eigenvalues).max()) * 1e-6, 1e-300)))
    vectors = eigenvectors * view.scale[:, None]
    vectors = vectors / np.maximum(np.hypot(*vectors), 1e-300)
    lengths = np.clip(sizes / sizes.max() * _LARGEST_ARM, _SMALLEST_ARM, None)
    requests = []
    for value, vector, length in zip(eigenvalues.tolist(), vectors.T, lengths.tolist(), strict=True):
        dashes = () if value >= 0 else (4.0, 3.0)
        for sign in (1.0, -1.0):
            start, end = sign * vector * _CLEAR, sign * vector * max(length, _CLEAR + 7)
            arm = np.add([start, end], (x, y))
            layers.strokes += cased(*whole(arm), "curvature", 2.0, dashes)
            layers.kept_clear.append(dotted(arm, view))
        tip = np.array([x, y]) + vector * length * (1 if vector[1] > 0 else -1)
        bend = "bends up" if value > 0 else "bends down" if value < 0 else "flat"
        words = ((f"λ {format_number(value, trim=True)}, {bend}", "curvature"),)
        requests.append(
            LabelRequest(words, (float(tip[0]), float(tip[1])), ("s", "se", "sw", "e", "w", "ne", "nw"), 4.0)
        )
    return requests


def draw_ellipse(rates: tuple[float, float], x: float, y: float, view: Viewport, layers: Layers) -> LabelRequest | None:
    """How far a unit of gradient is stepped along x and along y, one against the other; the size is fixed."""
    half = np.abs(np.clip(rates, -1e100, 1e100) * view.scale)
    if not np.isfinite(half).all() or half.max() <= 0:
        return None
    half = np.maximum(half / half.max() * _ELLIPSE, 1.5)
    angles = np.linspace(0, 2 * math.pi, 65)
    points = np.column_stack([x + half[0] * np.cos(angles), y + half[1] * np.sin(angles)])
    layers.strokes += cased(*whole(points), "step", 1.5, (6.0, 3.0))
    layers.kept_clear.append(dotted(points, view))
    across, up = (format_number(rate, 3, trim=True) for rate in rates)
    words = (("effective rate", "step"), (f"x {across}, y {up}", "muted"))
    place = (x + float(half[0]) * 0.71, y - float(half[1]) * 0.71)
    return LabelRequest(words, place, ("ne", "e", "n", "nw", "w", "se", "sw", "s"), 6.0)


def draw_ghost(x: float, y: float, layers: Layers) -> None:
    """Where the step lands."""
    layers.discs.append(Disc(x, y, BALL_RADIUS - 0.5, CASING, CASING, 4.0, opacity=0.7))
    layers.discs.append(Disc(x, y, BALL_RADIUS - 1, "", "step", 2.0, dashed=True))


def draw_ball(x: float, y: float, has_value: bool, focused: bool, held: bool, layers: Layers) -> None:
    """18 px with a ring of 2 px and a dark edge, so that it stands out on light and on dark colours."""
    layers.discs.append(Disc(x, y, BALL_RADIUS + 1.75, "", "text", 1.0, opacity=0.55))
    layers.discs.append(Disc(x, y, BALL_RADIUS, "step" if has_value else "bad", "panel", 2.0))
    if focused or held:
        layers.discs.append(Disc(x, y, HIT_RADIUS, "", "panel", 4.5, opacity=0.8))
        layers.discs.append(Disc(x, y, HIT_RADIUS, "", "accent", 2.0, opacity=1.0 if focused else 0.6))


def _room(x: float, y: float, along_x: float, along_y: float, view: Viewport) -> float:
    """Pixels from the ball to the edge of the view in a direction."""
    rooms = [1e9]
    for place, along, size in ((x, along_x, view.width), (y, along_y, view.height)):
        if abs(along) > 1e-9:
            rooms.append(((size - 6 if along > 0 else 6) - place) / along)
    return max(0.0, min(rooms))


def _sideways(along_x: float, along_y: float) -> tuple[str, ...]:
    """Compass points, those across the arrow first: a label there does not lie on it."""

    def across(point: str) -> float:
        east = ("e" in point) - ("w" in point)
        south = ("s" in point) - ("n" in point)
        return abs(east * along_x + south * along_y) / math.hypot(east, south)

    return tuple(sorted(_COMPASS, key=lambda point: (round(across(point), 3), _COMPASS.index(point))))
