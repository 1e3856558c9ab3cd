"""What an overlay paints, as frozen records in pixels of the plot's area.

Colours are names of theme tokens, so that a drawing does not change with the theme; sizes are logical pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Viewport:
    """The visible part of the plane and the size in pixels at which it is shown; y grows upwards in data."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    width: float
    height: float

    @property
    def usable(self) -> bool:
        """Whether anything can be drawn: finite, not empty."""
        ends = (self.x_low, self.x_high, self.y_low, self.y_high, self.width, self.height)
        if not np.isfinite(ends).all():
            return False
        return self.x_high > self.x_low and self.y_high > self.y_low and self.width > 0 and self.height > 0

    @property
    def scale(self) -> Array:
        """Pixels a unit of x and of y; y is negative because screens count downwards."""
        return np.array([self.width / (self.x_high - self.x_low), -self.height / (self.y_high - self.y_low)])

    def contains(self, x: float, y: float) -> bool:
        return self.x_low <= x <= self.x_high and self.y_low <= y <= self.y_high

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The point of the visible part that is nearest, a hair inside its edges."""
        edge_x, edge_y = 1e-6 * (self.x_high - self.x_low), 1e-6 * (self.y_high - self.y_low)
        return (
            max(self.x_low + edge_x, min(x, self.x_high - edge_x)),
            max(self.y_low + edge_y, min(y, self.y_high - edge_y)),
        )

    def shows(self, x: float, y: float) -> bool:
        """Whether a pixel is inside."""
        return 0 <= x <= self.width and 0 <= y <= self.height

    def to_pixels(self, points: Array) -> Array:
        """Data (..., 2) to pixels (..., 2), kept within a thousand screens so that painting stays exact."""
        limit = 1000.0 * max(self.width, self.height)
        with np.errstate(invalid="ignore", over="ignore"):
            pixels = (np.asarray(points, dtype=float) - (self.x_low, self.y_high)) * self.scale
            return np.asarray(np.clip(pixels, -limit, limit))

    def to_data(self, pixels: Array) -> Array:
        """The inverse of `to_pixels`."""
        return np.asarray(np.asarray(pixels, dtype=float) / self.scale + (self.x_low, self.y_high))


class Rect(NamedTuple):
    """An upright rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlap(self, other: Rect) -> float:
        """The shared area in square pixels."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, across) * max(0.0, down)

    def grown(self, margin: float) -> Rect:
        return Rect(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)

    def scaled(self, factor: float) -> Rect:
        """The same in pixels of another size."""
        return Rect(self.x * factor, self.y * factor, self.width * factor, self.height * factor)

    def within(self, bounds: Rect) -> Rect:
        """Moved, not shrunk, to lie inside `bounds` (the top left corner wins where it is too large)."""
        x = max(bounds.x, min(self.x, bounds.right - self.width))
        y = max(bounds.y, min(self.y, bounds.bottom - self.height))
        return Rect(x, y, self.width, self.height)


def square(x: float, y: float, radius: float) -> Rect:
    """The rectangle about a disc."""
    return Rect(x - radius, y - radius, 2 * radius, 2 * radius)


class Stroke(NamedTuple):
    """A polyline; `joined` (one flag a point, meaning "to the next") interrupts it.

    Without `smooth` its edges may be jagged, which is many times quicker where it is thicker than a pixel.
    """

    points: Array
    colour: str
    width: float = 1.0
    dashes: tuple[float, ...] = ()
    opacity: float = 1.0
    joined: NDArray[np.bool_] | None = None
    smooth: bool = True


class Dots(NamedTuple):
    """Discs of one size, for the steps of a path."""

    points: Array
    colour: str
    radius: float
    opacity: float = 1.0


class Disc(NamedTuple):
    """One disc with a ring: the ball, its ghost, a minimum."""

    x: float
    y: float
    radius: float
    fill: str
    ring: str
    ring_width: float = 2.0
    dashed: bool = False
    opacity: float = 1.0


class Arrow(NamedTuple):
    """A straight arrow with a filled head; too short an arrow is a head alone.  A `hollow` one is thin and outlined."""

    tail: tuple[float, float]
    tip: tuple[float, float]
    colour: str
    width: float = 2.5
    head: float = 11.0
    opacity: float = 1.0
    hollow: bool = False


class Band(NamedTuple):
    """A hatched rectangle, for places where the function has no value."""

    rect: Rect
    colour: str
    opacity: float = 0.25


@dataclass(frozen=True)
class Area:
    """A filled polygon (n, 2) and the straight lines (m, 2, 2) that hatch it."""

    outline: Array
    colour: str
    opacity: float = 0.25
    hatch: Array = field(default_factory=lambda: np.empty((0, 2, 2)))
    hatch_width: float = 1.0


class Label(NamedTuple):
    """Words at a place; `lines` are (text, theme colour) from top to bottom."""

    rect: Rect
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """Everything of one layer, painted in the order of the fields, but areas before all else."""

    bands: tuple[Band, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Dots, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    discs: tuple[Disc, ...] = ()
    labels: tuple[Label, ...] = field(default=())
    areas: tuple[Area, ...] = ()
