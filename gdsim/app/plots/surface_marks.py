"""Arrows, ghost, memory and curvature at the ball on a surface, with the words for each.

The gradient arrow points uphill at a stated scale, the step arrow has its true length and ends on the ghost, or is
drawn hollow and enlarged where it would end inside the ball.
Momentum's velocity is a dashed arrow; the memory of squared gradients an ellipse as wide as a unit of gradient
would be stepped, at a stated scale; the Hessian a cross along its eigenvectors, longer where the surface bends less,
dashed where it bends down.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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
from gdsim.app.plots.drawing import Array, Arrow, Disc, Viewport
from gdsim.app.plots.labels import LabelRequest
from gdsim.app.plots.surface_tracks import CASING, Layers, cased, dotted, whole
from gdsim.app.widgets.figures import format_number

CLEAR = BALL_RADIUS + 4.0  # where an arrow may begin: outside the ball's ring
_LARGEST_ARM, _SMALLEST_ARM = 72.0, 34.0  # an arm is seen beyond ball and heads
_ELLIPSE = 46.0  # the longer half axis of the memory's ellipse, at most
_COMPASS = ("e", "ne", "n", "nw", "w", "sw", "s", "se")


@dataclass(frozen=True)
class Pointer:
    """An arrow from the ball, before it is drawn: its vector in the plane as drawn, and what is written beside it.

    `size` is the true vector's; `about` is said of it, `note` in place of "to scale".  `factor` is how many times as
    long as it is it is drawn; a `slope` has units of its own, so that its factor is always said.
    """

    vector: tuple[float, float]
    colour: str
    name: str
    size: float
    about: str = ""
    note: str = ""
    factor: float = 1.0
    slope: bool = False
    dashed: bool = False

    @property
    def hollow(self) -> bool:
        """Whether it is a move that is drawn longer than it is."""
        return not self.slope and self.factor != 1.0

    @property
    def move(self) -> tuple[float, float]:
        """The true vector of a move."""
        return (self.vector[0] / self.factor, self.vector[1] / self.factor) if self.hollow else self.vector

    def seen(self, length: Length, room: Length | None = None) -> Pointer:
        """The same at a factor at which it can be seen; `length` tells how many pixels long a vector is, `room` how
        many there are in its direction.
        """
        pixels = length(self.vector)
        space = room(self.vector) if room is not None else math.inf
        factor = visible_factor(self.factor, pixels) if self.slope else enlargement(pixels, space)
        times = factor / self.factor if self.factor else 1.0
        if not 1e-290 < times < 1e290:
            return self
        return replace(self, vector=(self.vector[0] * times, self.vector[1] * times), factor=factor)

    def lines(self, remark: str = "") -> tuple[tuple[str, str], ...]:
        """What is written, with the `remark` of an arrow that isn't drawn as it should be."""
        times = f"×{format_number(self.factor, 1, trim=True)}"
        scale = f"drawn {times}" if self.slope or self.hollow else self.note or "to scale"
        if remark == SHORT:
            scale = f"at {times} {SHORT}" if self.slope else ", ".join(filter(None, (self.note, SHORT)))
        elif self.note and self.hollow:
            scale = f"{self.note}, {scale}"
        size = format_number(self.size, trim=True)
        if self.colour == "step":
            words = f"{self.name} {OUTSIDE}, {size} long" if remark == OUTSIDE else f"{self.name} {size}, {scale}"
            return ((words, self.colour),)
        if remark == OUTSIDE:
            scale = f"{scale}, {OUTSIDE}" if self.slope else OUTSIDE
        words = ", ".join(filter(None, (self.about, scale)))
        return ((f"{self.name} {size}", self.colour), (words, "muted"))


Length = Callable[[tuple[float, float]], float]
"""How many pixels long a vector of the plane is seen."""


def pixel_vector(vector: tuple[float, float], view: Viewport) -> tuple[float, float]:
    """A finite displacement in pixels, at most so long that painting stays exact; its direction stays."""
    largest = max(map(abs, vector))
    if not 0 < largest < math.inf:
        return 0.0, 0.0
    across, down = (part / largest * side for part, side in zip(vector, view.scale.tolist(), strict=True))
    times = min(largest, 1e9 / max(abs(across), abs(down), 1e-290))
    return across * times, down * times


def draw_pointer(pointer: Pointer, x: float, y: float, view: Viewport, lift: float, layers: Layers) -> tuple[
    list[Arrow], LabelRequest | None]:  # fmt: skip
    """The arrow with its edge, and its label, which says if it had to be cut at the edge of the view.

    `lift` moves it sideways, for arrows that would lie on one another.
    """
    vector = pixel_vector(pointer.vector, view)
    length = math.hypot(*vector)
    if length < NOTHING:
        return [], None
    along_x, along_y = vector[0] / length, vector[1] / length
    room = room_along(x, y, vector, view)
    # A move ends where it lands: one that lands in the picture is never cut.
    move = pixel_vector(pointer.move, view)
    leaves = length > room if pointer.slope else math.hypot(*move) > room_along(x, y, vector, view, margin=0.0)
    drawn = min(length, max(room, CLEAR + HEAD)) if leaves else length
    head = head_for(drawn, CLEAR)
    drawn = drawn if head else CLEAR + TICK
    cut = leaves and (not pointer.slope or (bool(head) and length > drawn + 0.5 and drawn >= room))
    remark = OUTSIDE if cut else "" if head else SHORT
    x, y = x - along_y * lift, y + along_x * lift
    tail = (x + along_x * CLEAR, y + along_y * CLEAR)
    tip = (x + along_x * drawn, y + along_y * drawn)
    middle = ((tail[0] + tip[0]) / 2, (tail[1] + tip[1]) / 2)
    request = LabelRequest(pointer.lines(remark), middle, sideways(along_x, along_y), 9.0)
    if remark == OUTSIDE:  # nothing lands at the edge, so there is no head
        layers.strokes += cased(
            *whole(np.array([tail, tip])), pointer.colour, 3.0, (5.0, 3.0) if pointer.dashed else ()
        )
        for points in _break_mark(tip, along_x, along_y):
            layers.strokes += cased(*whole(points), pointer.colour, 2.0)
        layers.kept_clear.append(dotted(np.array([tail, tip]), view))
        return [], request
    if pointer.hollow and head:
        edge = Arrow(tail, tip, CASING, 4.5, head, 0.85, hollow=True)
        return [edge, Arrow(tail, tip, pointer.colour, 1.5, head, hollow=True)], request
    casing_tip = (tip[0] + along_x * 3.2, tip[1] + along_y * 3.2) if head else tip
    arrow = Arrow(tail, tip, pointer.colour, 3.0, head)
    edge = Arrow((tail[0] - along_x, tail[1] - along_y), casing_tip, CASING, 6.0, head + 6.0 if head else 0.0, 0.85)
    if pointer.dashed and drawn > CLEAR + head + 4 and head:
        neck = (tip[0] - along_x * head, tip[1] - along_y * head)
        layers.strokes += cased(*whole(np.array([tail, neck])), pointer.colour, 2.5, (5.0, 3.0))
        arrow = Arrow(neck, tip, pointer.colour, 2.5, head)
        edge = Arrow(neck, casing_tip, CASING, 2.5, head + 6.0, 0.85)
    return [edge, arrow], request


def _break_mark(tip: tuple[float, float], along_x: float, along_y: float) -> tuple[Array, ...]:
    """Two slanting lines across the end of a shaft that goes on."""
    along = np.array([along_x, along_y])
    slant = np.array([-along_y, along_x]) * 6 + along * 3
    return tuple(np.array([place - slant, place + slant]) for place in (tip - along * 8, tip - along * 3))


def has_cross(eigenvalues: Array, eigenvectors: Array) -> bool:
    return bool(np.isfinite(eigenvalues).all() and np.isfinite(eigenvectors).all() and len(eigenvalues) == 2)


def arm_lengths(eigenvalues: Array) -> Array:
    """Pixels from the ball to the ends of the cross, as 1/√|λ| to each other where both can be seen."""
    sizes = 1 / np.sqrt(np.maximum(np.abs(eigenvalues), max(float(np.abs(eigenvalues).max()) * 1e-6, 1e-300)))
    return np.asarray(np.clip(sizes / sizes.max() * _LARGEST_ARM, _SMALLEST_ARM, None))


def draw_cross(
    eigenvalues: Array, eigenvectors: Array, x: float, y: float, view: Viewport, layers: Layers,
    arrows: Sequence[tuple[float, float]] = (),
) -> list[LabelRequest]:  # fmt: skip
    """Arms along the eigenvectors (columns), lengths as 1/√|λ| to scale with each other; solid up, dashed down.

    Each is named at the end that is further from the `arrows`, vectors in pixels.
    """
    if not has_cross(eigenvalues, eigenvectors):
        return []
    vectors = eigenvectors * view.scale[:, None]
    vectors = vectors / np.maximum(np.hypot(*vectors), 1e-300)
    lengths = arm_lengths(eigenvalues)
    requests = []
    for value, vector, length in zip(eigenvalues.tolist(), vectors.T, lengths.tolist(), strict=True):
        dashes = () if value >= 0 else (4.0, 3.0)
        for sign in (1.0, -1.0):
            start, end = sign * vector * CLEAR, sign * vector * max(length, CLEAR + 7)
            arm = np.add([start, end], (x, y))
            layers.strokes += cased(*whole(arm), "curvature", 2.0, dashes)
            layers.kept_clear.append(dotted(arm, view))
        outwards = vector * free_end(vector, arrows)
        place = (x + float(outwards[0]) * length, y + float(outwards[1]) * length)
        requests.append(LabelRequest(arm_lines(value), place, ahead(*outwards.tolist()), 3.0))
    return requests


def free_end(arm: Array, arrows: Sequence[tuple[float, float]]) -> float:
    """1 where an `arm` (2,) is less near to the `arrows` than its other side is, else -1; downwards without any."""
    nearness = {sign: max((sign * float(arm @ np.array(arrow)) / max(math.hypot(*arrow), 1e-300) for arrow in arrows),
                          default=-sign * float(arm[1])) for sign in (1.0, -1.0)}  # fmt: skip
    return min(nearness, key=lambda sign: nearness[sign])


def arm_lines(eigenvalue: float) -> tuple[tuple[str, str], ...]:
    """What is written beside an arm of the cross."""
    bend = "bends up" if eigenvalue > 0 else "bends down" if eigenvalue < 0 else "flat"
    return ((f"λ {format_number(eigenvalue, trim=True)}, {bend}", "curvature"),)


def ellipse_scale(half: Array, longest: float) -> float:
    """How many times longer the half axes (2,) are drawn: 1, 2 or 5 times a power of ten, so that the longer one is
    at most `longest`.  NaN where there is nothing to draw.
    """
    largest = float(half.max()) if np.isfinite(half).all() else 0.0
    wanted = longest / largest if largest > 0 else 0.0
    if not 1e-290 < wanted < 1e290:
        return math.nan
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(factor * power for factor in (1, 2, 5, 10) if factor * power <= wanted * (1 + 1e-9))


def ellipse_lines(rates: tuple[float, float], factor: float) -> tuple[tuple[str, str], ...]:
    """What is written beside the ellipse that is drawn `factor` times as large as it is."""
    across, up = (format_number(rate, 3, trim=True) for rate in rates)
    scale = "to scale" if abs(factor - 1) < 1e-9 else f"drawn ×{format_number(factor, 1, trim=True)}"
    return ("effective rate", "step"), (f"x {across}, y {up}, {scale}", "muted")


def draw_ellipse(rates: tuple[float, float], x: float, y: float, view: Viewport, layers: Layers) -> LabelRequest | None:
    """How far a gradient of 1 is stepped along x and along y, at a scale that makes it fit."""
    half = np.abs(np.clip(rates, -1e100, 1e100) * view.scale)
    factor = ellipse_scale(half, _ELLIPSE)
    if math.isnan(factor):
        return None
    half = np.maximum(half * factor, 1.5)
    angles = np.linspace(0, 2 * math.pi, 65)
    points = np.column_stack([x + half[0] * np.cos(angles), y + half[1] * np.sin(angles)])
    layers.strokes += cased(*whole(points), "step", 1.5, (6.0, 3.0))
    layers.kept_clear.append(dotted(points, view))
    place = (x + float(half[0]) * 0.71, y - float(half[1]) * 0.71)
    return LabelRequest(ellipse_lines(rates, factor), place, ("ne", "e", "n", "nw", "w", "se", "sw", "s"), 6.0)


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


def room_along(x: float, y: float, vector: tuple[float, float], view: Viewport, margin: float = 6.0) -> float:
    """Pixels from the ball in the direction of a vector (in pixels) to `margin` before the edge of the view."""
    length, rooms = math.hypot(*vector), [1e9]
    for place, part, size in ((x, vector[0], view.width), (y, vector[1], view.height)):
        along = part / length if length else 0.0
        if abs(along) > 1e-9:
            rooms.append(((size - margin if along > 0 else margin) - place) / along)
    return max(0.0, min(rooms))


def ahead(along_x: float, along_y: float) -> tuple[str, ...]:
    """Compass points, those along a direction first: a label there goes on from its end."""
    across = sideways(along_y, -along_x)
    forward = [point for point in across if _dot(point, along_x, along_y) > 0.3]
    return tuple(sorted(forward, key=lambda point: -_dot(point, along_x, along_y)))


def _dot(point: str, along_x: float, along_y: float) -> float:
    east, south = ("e" in point) - ("w" in point), ("s" in point) - ("n" in point)
    return round((east * along_x + south * along_y) / math.hypot(east, south), 3)


def sideways(along_x: float, along_y: float) -> tuple[str, ...]:
    """Compass points, those across the arrow first: a label there does not lie on it."""

    def across(point: str) -> float:
        east = ("e" in point) - ("w" in point)
        south = ("s" in point) - ("n" in point)
        return abs(east * along_x + south * along_y) / math.hypot(east, south)

    return tuple(sorted(_COMPASS, key=lambda point: (round(across(point), 3), _COMPASS.index(point))))
