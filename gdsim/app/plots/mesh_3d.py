"""A surface as a mesh in a box: the height and the colour of each vertex, and paths laid onto it.

Heights are cut where the colours end, and the cut is said.  Cells without a value are left out.  Plain numpy, no Qt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import contourpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.app.plots.camera_3d import BOX
from gdsim.app.plots.drawing import Array
from gdsim.app.plots.surface_levels import LOGARITHMIC, Levels, choose_levels
from gdsim.app.plots.ticks import Tick, log_ticks, two_ticks
from gdsim.app.ranges import Range, clamped, finite_range
from gdsim.app.widgets.figures import format_number

FINEST = 61
"""Vertices along a side at most; more are not seen, but take time."""
_FINER = 4  # the table in which heights between vertices are looked up has so many entries a cell
_MOST_OF_CONTOURS = 4000  # points
MOST_SAMPLES = 2500  # of one path on the surface


@dataclass(frozen=True)
class HeightScale:
    """Which values stand at the floor and at the top of the box.

    With a `floor` heights are logarithms of the distance above `base`, and what is closer than `floor` to it stands at
    the floor.
    """

    low: float
    high: float
    base: float = 0.0
    floor: float | None = None

    @property
    def decades(self) -> Range:
        """The exponents at the floor and the top of a logarithmic scale."""
        first = math.log10(self.floor or 1.0)
        return first, max(first + 1e-6, math.log10(max(self.high - self.base, self.floor or 1.0)))

    def of(self, values: ArrayLike) -> Array:
        """Where values stand in the box; what lies beyond its ends is put at the end."""
        heights = clamped(values)
        if self.floor is None:
            # Halves first: the difference of two huge ends would overflow.
            share = (heights / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        else:
            first, last = self.decades
            share = (np.log10(np.maximum(heights - self.base, self.floor)) - first) / (last - first)
        return np.asarray((2 * np.clip(share, 0.0, 1.0) - 1) * BOX[2])


@dataclass(frozen=True)
class Mesh:
    """Vertices row by row from low y to high y, in the coordinates of the box; NaN where there is no value.

    `places` are the vertices' places 0..1 on the colour scale, `above` and `below` say which lie beyond its ends.
    `fine` holds the heights once more, `_FINER` times as dense.  `contour_lines` (n, 3) are parted by rows of NaN.
    """

    x_range: Range
    y_range: Range
    levels: Levels
    scale: HeightScale
    heights: Array
    places: Array
    above: NDArray[np.bool_]
    below: NDArray[np.bool_]
    fine: NDArray[np.float32]
    contour_lines: Array

    @property
    def vertices(self) -> Array:
        """(rows, columns, 3)."""
        rows, columns = self.heights.shape
        x, y = np.meshgrid(np.linspace(-1, 1, columns) * BOX[0], np.linspace(-1, 1, rows) * BOX[1])
        return np.stack([x, y, self.heights], axis=-1)

    @property
    def cut(self) -> tuple[str, ...]:
        """What is said about the heights that are not shown."""
        words = []
        if self.above.any():
            words.append(f"cut at {format_number(self.scale.high, 3, trim=True)}")
        if self.below.any():
            words.append(f"cut below {format_number(self.scale.low, 3, trim=True)}")
        return tuple(words)

    @property
    def height_title(self) -> str:
        """The title of the upright axis."""
        if self.scale.floor is None:
            return "loss f(x, y)"
        return "f(x, y) − lowest, log" if self.scale.base else "loss f(x, y), log"

    def height_ticks(self, length: float) -> tuple[Tick, ...]:
        """Ticks on `length` pixels; their positions are heights in the box."""
        if self.scale.floor is None:
            ticks = two_ticks(self.scale.low, self.scale.high, length, 42.0, 28.0, 20.0)
            return tuple(Tick(float(self.scale.of(tick.position)), tick.text) for tick in ticks)
        first, last = self.scale.decades
        return tuple(Tick(float((2 * (tick.position - first) / (last - first) - 1) * BOX[2]), tick.text)
                     for tick in log_ticks(first, last, length, apart=30.0))  # fmt: skip

    def coarser(self) -> Mesh:
        """With every other vertex, where the last one is among these."""
        if not all(side % 2 and side > 31 for side in self.heights.shape):
            return self
        every = (slice(None, None, 2), slice(None, None, 2))
        return replace(
            self, heights=self.heights[every], places=self.places[every], above=self.above[every],
            below=self.below[every],
        )  # fmt: skip

    def across(self, points: ArrayLike) -> Array:
        """Points (n, 2) of the plane in the coordinates of the box; 1 is its edge."""
        low = np.array([self.x_range[0], self.y_range[0]])
        high = np.array([self.x_range[1], self.y_range[1]])
        flat = clamped(points).reshape(-1, 2)
        return np.asarray((flat - low) / (high - low) * 2 - 1)

    def height_at(self, across: Array) -> Array:
        """Heights of the drawn surface at (n, 2) within the box: between four vertices it is interpolated."""
        return _bilinear(self.heights, across)

    def on_surface(self, points: ArrayLike) -> Array:
        """Points (n, 2) of the plane as (n, 3) in the box; NaN outside the domain and where there is no value."""
        across = self.across(points)
        inside = (np.abs(across) <= 1 + 1e-9).all(axis=1)
        result = np.full((len(across), 3), np.nan)
        result[inside, :2] = across[inside] * BOX[:2]
        result[inside, 2] = self.height_at(across[inside])
        return result

    def draped(self, points: ArrayLike, most: int = MOST_SAMPLES) -> Array:
        """A polyline (n, 2) of the plane laid onto the surface, (k, 3), cut at the edge of the domain.

        A row of NaN parts the pieces.  Between the points it follows the surface, at about `most` places in all.
        """
        across = self.across(points)
        if len(across) < 2:
            return np.empty((0, 3))
        start, end = across[:-1], across[1:]
        with np.errstate(invalid="ignore"):
            entry, leave = _inside(start, end)
            seen = leave > entry
        start, end, entry, leave = start[seen], end[seen], entry[seen], leave[seen]
        if not len(start):
            return np.empty((0, 3))
        first, last = start + (end - start) * entry[:, None], start + (end - start) * leave[:, None]
        spacing = 1.4 / max(self.heights.shape)
        lengths = np.hypot(*(last - first).T)
        counts = np.maximum(1, np.ceil(lengths / max(spacing, lengths.sum() / most))).astype(int)
        if counts.sum() > 3 * MOST_SAMPLES:  # so many short steps: the newest are kept
            kept = np.cumsum(counts[::-1])[::-1] <= 3 * MOST_SAMPLES
            first, last, entry, leave, counts = first[kept], last[kept], entry[kept], leave[kept], counts[kept]
        # Each segment gives its samples 0 .. count; the last one coincides with the next segment's first.
        rows = np.repeat(np.arange(len(counts)), counts + 2)
        step = np.arange(len(rows)) - np.repeat(np.cumsum(counts + 2) - (counts + 2), counts + 2)
        share = np.minimum(step / counts[rows], 1.0)
        flat = first[rows] + (last - first)[rows] * share[:, None]
        heights = self.height_at(np.clip(flat, -1, 1))
        result = np.column_stack([flat * BOX[:2], heights])
        parted = np.abs(last[:-1] - first[1:]).max(axis=1) > 1e-9
        extra = step == counts[rows] + 1
        result[extra] = np.nan
        joined_extra = np.zeros(len(rows), dtype=bool)
        joined_extra[np.flatnonzero(extra)[:-1]] = ~parted
        return np.asarray(result[~joined_extra])


def make_mesh(
    x: ArrayLike, y: ArrayLike, values: ArrayLike, levels: Levels | None = None, *, log_heights: bool = False,
    finest: int = FINEST,
) -> Mesh:  # fmt: skip
    """The mesh of `values` (len(y), len(x)) on two evenly spaced rising axes; denser grids are thinned.

    Without `levels` they are chosen as for the heat map.  Never raises for numbers, whatever they are.
    """
    x_axis, y_axis = clamped(x).ravel(), clamped(y).ravel()
    grid = clamped(values)
    if grid.shape != (len(y_axis), len(x_axis)) or min(grid.shape) < 2:
        grid = np.full((2, 2), np.nan)
    x_range = finite_range(*((x_axis[0], x_axis[-1]) if len(x_axis) else (0.0, 1.0)))
    y_range = finite_range(*((y_axis[0], y_axis[-1]) if len(y_axis) else (0.0, 1.0)))
    rows, columns = (min(finest, side) for side in grid.shape)
    if (rows, columns) != grid.shape:
        grid = _resampled(grid, rows, columns)
    levels = choose_levels(grid) if levels is None else levels
    scale = _height_scale(grid, levels, log_heights)
    heights = scale.of(grid)
    fine = _resampled(heights, (rows - 1) * _FINER + 1, (columns - 1) * _FINER + 1).astype(np.float32)
    with np.errstate(invalid="ignore"):
        above, below = grid > scale.high, grid < scale.low
    # On logarithmic heights lines between two vertices have to follow the logarithm, or they would zigzag.
    logarithmic = scale.floor is not None
    lines = scale.of(np.array(levels.lines)).tolist() if logarithmic else levels.lines
    contours = _contours(heights if logarithmic else grid, heights, lines)
    return Mesh(x_range, y_range, levels, scale, heights, levels.position(grid), above, below, fine, contours)


def _height_scale(grid: Array, levels: Levels, log_heights: bool) -> HeightScale:
    """The levels' own ends, moved out to the values where these end soon after."""
    low, high = levels.low, levels.high
    slack = high / 10 - low / 10
    if np.isfinite(grid).any():
        lowest, highest = float(np.nanmin(grid)), float(np.nanmax(grid))
        low = lowest if low - slack <= lowest < low else low
        high = highest if high < highest <= high + slack else high
    # On the colour scale the first knot above the base is where the decades begin.
    floors = levels.knots[levels.knots > levels.base] - levels.base
    if not log_heights or levels.rule != LOGARITHMIC or not len(floors) or floors[0] <= 0:
        return HeightScale(low, high)
    return HeightScale(low, high, levels.base, float(floors[0]))


def _contours(grid: Array, heights: Array, lines: Sequence[float]) -> Array:
    """The contour lines on the surface, (n, 3) in the box."""
    rows, columns = grid.shape
    generator = contourpy.contour_generator(
        np.linspace(-1, 1, columns), np.linspace(-1, 1, rows), np.ma.masked_invalid(grid),
        line_type=contourpy.LineType.ChunkCombinedNan,
    )  # fmt: skip
    pieces = [piece for level in lines if (piece := generator.lines(level)[0][0]) is not None]
    # So many lines would blot the surface out: of these, every second or third.
    every = 1 + sum(map(len, pieces)) // _MOST_OF_CONTOURS
    parted = [part for piece in pieces[::every] for part in (np.asarray(piece, dtype=float), np.full((1, 2), np.nan))]
    across = np.concatenate(parted) if parted else np.empty((0, 2))
    return np.column_stack([across * BOX[:2], _bilinear(heights, across)])


def _bilinear(grid: Array, across: Array) -> Array:
    rows, columns = grid.shape
    column = np.clip((across[:, 0] + 1) / 2 * (columns - 1), 0, columns - 1)
    row = np.clip((across[:, 1] + 1) / 2 * (rows - 1), 0, rows - 1)
    left = np.minimum(np.nan_to_num(column).astype(int), columns - 2)
    low = np.minimum(np.nan_to_num(row).astype(int), rows - 2)
    right_share, high_share = column - left, row - low
    bottom = grid[low, left] * (1 - right_share) + grid[low, left + 1] * right_share
    top = grid[low + 1, left] * (1 - right_share) + grid[low + 1, left + 1] * right_share
    return np.asarray(bottom * (1 - high_share) + top * high_share)


def _resampled(grid: Array, rows: int, columns: int) -> Array:
    x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    return _bilinear(grid, np.column_stack([x.ravel(), y.ravel()])).reshape(rows, columns)


def _inside(start: Array, end: Array) -> tuple[Array, Array]:
    """The shares of each segment at which it enters and leaves the square ±1 (Liang, Barsky)."""
    entry, leave = np.zeros(len(start)), np.ones(len(start))
    for axis in (0, 1):
        begin, move = start[:, axis], end[:, axis] - start[:, axis]
        with np.errstate(divide="ignore", invalid="ignore"):
            one, other = (-1 - begin) / move, (1 - begin) / move
        still = move == 0
        within = np.abs(begin) <= 1
        near = np.where(still, np.where(within, -math.inf, math.inf), np.minimum(one, other))
        far = np.where(still, np.where(within, math.inf, -math.inf), np.maximum(one, other))
        entry, leave = np.maximum(entry, near), np.minimum(leave, far)
    # A step that stays where it is has no length: nothing to draw.
    return entry, np.where((start == end).all(axis=1), -1.0, leave)
