"""A surface as pixels and lines: the colours of a grid of values, where it has none, its contour lines.

Plain numpy and contourpy, no Qt.  Rows run from the top of the picture to its bottom, so the largest y comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import contourpy
import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.colour_maps import Area, Table, pattern_mask, second_colour
from gdsim.app.plots.drawing import Array, Viewport
from gdsim.app.plots.surface_levels import Levels
from gdsim.app.ranges import Range, clamped

Grid = Callable[[Array, Array], Array]
"""Values (len(y), len(x)) on the grid of two axes."""

Pixels = NDArray[np.uint8]

NEVER_SETTLES, UNKNOWN = -1, -2
"""Labels of a basin map besides the numbers of the minima: a run that is gone for good, and one not yet computed."""

_END = 0.15  # this much of the colour scale is its end


@dataclass(frozen=True, eq=False)
class Sampled:
    """Values (len(y), len(x)) on a grid that covers the whole of what is seen, edges included.

    `undefined` is a mask of the same area, on the same grid or a finer one.
    """

    x: Array
    y: Array
    values: Array
    undefined: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BasinMap:
    """Where each start ends: `labels` (rows from low y to high y) number the minima, or are negative as above.

    The cells fill `x_range` and `y_range`.  `colours` has one theme colour or "#rrggbb" a minimum,
    `patterns` what is drawn over it (0 for plain, as all are without `patterns`); `legend` says what is what, `note`
    what is to be said of the whole map.
    """

    labels: NDArray[np.int_]
    x_range: Range
    y_range: Range
    colours: tuple[str, ...]
    patterns: tuple[int, ...] = ()
    legend: tuple[Area, ...] = ()
    opacity: float = 0.72
    note: str = ""

    def label_at(self, x: float, y: float) -> int:
        """The label of the cell about a point, UNKNOWN outside."""
        rows, columns = self.labels.shape
        across = (x - self.x_range[0]) / (self.x_range[1] - self.x_range[0])
        up = (y - self.y_range[0]) / (self.y_range[1] - self.y_range[0])
        if not (0 <= across <= 1 and 0 <= up <= 1):
            return UNKNOWN
        return int(self.labels[min(rows - 1, int(up * rows)), min(columns - 1, int(across * columns))])


def sample_surface(grid: Grid, view: Viewport, most: int, finer: int = 1) -> Sampled:
    """Values for what is visible; `most` points along the longer side of the picture, fewer along the other.

    Where a part has no value, its border is looked for on a grid `finer` times as fine.
    """
    x, y, values = _values(grid, view, most)
    undefined = np.isnan(values)
    if finer > 1 and undefined.any() and not undefined.all():
        undefined = np.isnan(_values(grid, view, most * finer)[2])
    return Sampled(x, y, clamped(values), undefined)


def _values(grid: Grid, view: Viewport, most: int) -> tuple[Array, Array, Array]:
    longer = max(view.width, view.height)
    # In tens, so that a slightly different size of the window asks for the same grid, which is compiled already.
    across, down = (max(2, min(most, 10 * round(most * side / longer / 10))) for side in (view.width, view.height))
    x = np.linspace(view.x_low, view.x_high, across)
    y = np.linspace(view.y_low, view.y_high, down)
    with np.errstate(all="ignore"):
        values = np.asarray(grid(x, y), dtype=float)
    return x, y, np.broadcast_to(values, (down, across))


def heat_pixels(sampled: Sampled, levels: Levels, table: Table) -> Pixels:
    """Colours (rows, columns, 4) as red, green, blue, alpha; transparent where there is no value.

    Colours reach one cell into what is undefined, so that the finer hatching over it finds no gap.
    """
    places = levels.position(_spilled(sampled.values)[::-1])
    missing = np.isnan(places)
    places[missing] = 0.0
    pixels = np.empty((*places.shape, 4), dtype=np.uint8)
    np.take(table, np.round(places * 255).astype(np.intp), axis=0, out=pixels[..., :3], mode="clip")
    pixels[..., 3] = 255
    pixels[missing] = 0
    return pixels


def _spilled(values: Array) -> Array:
    """With the value of a neighbour where there is none."""
    if not np.isnan(values).any():
        return values
    spilled = values.copy()
    for axis in (0, 1):
        for shift in (1, -1):
            neighbours = np.roll(spilled, shift, axis)
            edge = (slice(None),) * axis + (0 if shift == 1 else -1,)
            neighbours[edge] = np.nan
            spilled = np.where(np.isnan(spilled), neighbours, spilled)
    return spilled


def basin_pixels(basins: BasinMap, colours: tuple[str, ...]) -> Pixels:
    """Colours of a basin map; transparent where nothing is known, and where a run is gone for good (hatched later)."""
    palette = np.zeros((len(colours) + 2, 4), dtype=np.uint8)
    for row, colour in enumerate(colours):
        palette[row] = (*bytes.fromhex(colour[1:7]), round(255 * basins.opacity))
    labels = basins.labels[::-1]
    rows = np.where(labels >= 0, labels % max(1, len(colours)), len(colours))
    pixels = np.asarray(palette[rows])
    if any(basins.patterns):
        _lay_patterns(pixels, rows, basins.patterns, colours)
    return pixels


def _lay_patterns(pixels: Pixels, rows: NDArray[np.int_], patterns: tuple[int, ...], colours: tuple[str, ...]) -> None:
    of_row = np.array([*patterns, *[0] * (len(colours) + 2 - len(patterns))])[rows]
    second = np.array([tuple(bytes.fromhex(second_colour(colour)[1:7])) for colour in colours], dtype=np.uint8)
    for pattern in sorted(set(patterns) - {0}):
        drawn = (of_row == pattern) & pattern_mask(pattern, *rows.shape)
        pixels[drawn, :3] = second[rows[drawn]]


def mask_pixels(mask: NDArray[np.bool_]) -> Pixels:
    """Opacity (rows, columns) of a mask whose rows run upwards."""
    return np.ascontiguousarray(np.where(mask[::-1], 255, 0).astype(np.uint8))


def contour_lines(sampled: Sampled, levels: Levels) -> tuple[Array, ...]:
    """One array (n, 2) of points in the plane for each line of `levels`; NaN rows part the pieces of a line.

    Neighbours at opposite ends of the colour scale are left out: across a pole there is no line.
    """
    lines = levels.lines
    if not lines or min(sampled.values.shape) < 2:
        return tuple(np.empty((0, 2)) for _ in lines)
    values = np.where(_leaps(sampled.values, levels), np.nan, sampled.values)
    generator = contourpy.contour_generator(
        sampled.x, sampled.y, np.ma.masked_invalid(values), line_type=contourpy.LineType.ChunkCombinedNan
    )
    found = []
    for level in lines:
        pieces = generator.lines(level)[0][0]
        found.append(np.empty((0, 2)) if pieces is None else np.asarray(pieces, dtype=float))
    return tuple(found)


def _leaps(values: Array, levels: Levels) -> NDArray[np.bool_]:
    """Which values have a neighbour at the other end of the scale."""
    places = levels.position(values)
    below, above = places < _END, places > 1 - _END
    leaps = np.zeros(values.shape, dtype=bool)
    if below.any() and above.any():
        for one, other in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
            here = (below[one] & above[other]) | (above[one] & below[other])
            leaps[one] |= here
            leaps[other] |= here
    return leaps


def deepest_place(mask: NDArray[np.bool_]) -> tuple[float, float] | None:
    """A cell (row, column) far inside `mask`, where words about it fit best; None where the mask is empty.

    Found by wearing the mask down cell by cell; the picture's edge counts as inside, but not as its middle.
    """
    if not mask.any():
        return None
    every = max(1, max(mask.shape) // 48)
    left = np.pad(mask[::every, ::every], 1)
    if not left.any():
        rows, columns = np.nonzero(mask)
        return float(rows[0]), float(columns[0])
    while True:
        core = left[1:-1, 1:-1]
        worn = core & left[:-2, 1:-1] & left[2:, 1:-1] & left[1:-1, :-2] & left[1:-1, 2:]
        if not worn.any():
            break
        left = np.pad(worn, 1)
    rows, columns = np.nonzero(left[1:-1, 1:-1])
    # Of several equally deep cells, the one nearest the middle of them.
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return float(rows[nearest] * every), float(columns[nearest] * every)
