"""What a network of two inputs says, over its data: shades, boundary, the boundaries of ghosts.

`DecisionPicture` says it in data coordinates, the functions here turn it into pixels and lines.  No Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

import contourpy
import numpy as np

from gdsim.app.plots.clipping import clipped, in_short_pieces
from gdsim.app.plots.colour_maps import Table
from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.drawing import Array, Drawing, Stroke, Viewport
from gdsim.app.plots.fit_colours import Pixels, classes_rgba, ghost_style, rgba
from gdsim.app.plots.fit_picture import edge_label, no_points, spoken_range
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.point_marks import LegendEntry, LineSample
from gdsim.app.plots.surface_levels import Levels
from gdsim.app.plots.ticks import linear_ticks
from gdsim.app.ranges import Range, clamped, finite_range
from gdsim.app.tokens import Theme
from gdsim.app.widgets.figures import format_number

Domain = tuple[Range, Range]
_SURE = 1e-12  # closer to 0 or 1 a probability says no more about where the boundary is

_OWN_WIDTH, _GHOST_WIDTH = 2.0, 1.75  # pixels

BINARY, CLASSES, VALUES = "binary", "classes", "values"


@dataclass(frozen=True, eq=False)
class GhostGrid:
    """What a run that was kept says; `values` (h, w, k) as in the picture, `dashes` numbers its dash pattern."""

    label: str
    values: Array
    dashes: int = 0


@dataclass(frozen=True, eq=False)
class DecisionPicture:
    """`values` (h, w, k) stand at the centres of the cells that fill `extent`; row 0 is the lowest y.

    `kind` says what they are: the probability of class 1 ("binary", k = 1), of each class ("classes") or values
    ("values", k = 1, coloured over `value_range`).  `domain` is what a fit shows, `extent` (None: the domain) the
    rectangle that the grid covers, such as the visible part.  `alike` inputs have one unit, so that a circle is to look
    like one.
    """

    domain: Domain = ((-1.0, 1.0), (-1.0, 1.0))
    values: Array = field(default_factory=lambda: np.empty((0, 0, 1)))
    kind: str = BINARY
    value_range: Range = (0.0, 1.0)
    ghosts: tuple[GhostGrid, ...] = ()
    points: DataPoints = field(default_factory=DataPoints)
    x_name: str = "x₁"
    y_name: str = "x₂"
    value_name: str = "value"
    editable: bool = True
    extent: Domain | None = None
    alike: bool = True

    @property
    def covered(self) -> Domain:
        """The rectangle that the grid covers, finite and not empty."""
        (x_low, x_high), (y_low, y_high) = self.extent or self.domain
        return finite_range(x_low, x_high), finite_range(y_low, y_high)

    @property
    def colour_range(self) -> Range | None:
        """What the colours of points span; None where classes have colours of their own."""
        return self.value_range if self.kind == VALUES else None


def shades(picture: DecisionPicture, theme: Theme, table: Table) -> Pixels:
    """The image of the values, the highest row first; `table` colours values that are no probabilities."""
    values = np.asarray(picture.values, dtype=float)
    if values.ndim != 3 or 0 in values.shape:
        return np.empty((0, 0, 4), dtype=np.uint8)
    if picture.kind == VALUES:
        return rgba(values[..., 0], *picture.value_range, table)
    return classes_rgba(values, theme)


@lru_cache(maxsize=8)
def value_levels(value_range: Range) -> Levels:
    """An even scale of colours over `value_range`, with lines at round values."""
    low, high = finite_range(*value_range)
    lines = tuple(tick.position for tick in linear_ticks(low, high, 100.0, apart=17.0) if low < tick.position < high)
    return Levels("even", lines, np.array([low, high]), np.array([0.0, 1.0]))


def boundary(values: Array, kind: str, domain: Domain, level: float = 0.5) -> Array:
    """Points (n, 2) of the lines where the decision changes; rows of NaN part the pieces.

    For two classes where their probabilities are equal, for more where the two likeliest tie, for values where they
    are `level`.  Between cells the logarithm of the odds is taken as linear, as it is in a linear network: surer
    probabilities would otherwise make stairs of every slanting line.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 3 or min(values.shape[:2], default=0) < 2 or values.shape[2] == 0:
        return np.empty((0, 2))
    if kind == VALUES:
        return _lines(clamped(values[..., 0]), domain, level)
    with np.errstate(invalid="ignore"):
        sure = np.clip(values, _SURE, 1 - _SURE)
    if sure.shape[2] == 1:
        return _lines(np.log(sure[..., 0] / (1 - sure[..., 0])), domain, 0.0)
    # The greatest of the others: over whole planes, for a maximum along the strided last axis is slow.
    logs = [np.log(np.ascontiguousarray(sure[..., index])) for index in range(sure.shape[2])]
    before = list(accumulate(logs[:-1], np.maximum))
    after = list(accumulate(logs[:0:-1], np.maximum))[::-1]
    found = []
    for index, own in enumerate(logs[:-1]):
        others = np.maximum(before[index - 1], after[index]) if index else after[index]
        found.append(_lines(own - others, domain, 0.0))
    pieces = [piece for lines in found if len(lines) for piece in (lines, np.full((1, 2), np.nan))]
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


def _lines(values: Array, domain: Domain, level: float) -> Array:
    x, y = (centres(ends, count) for ends, count in zip(domain, values.shape[::-1], strict=True))
    generator = contourpy.contour_generator(
        x, y, np.ma.masked_invalid(values), line_type=contourpy.LineType.ChunkCombinedNan
    )
    points = generator.lines(level)[0][0]
    return np.empty((0, 2)) if points is None else np.asarray(points, dtype=float)


def centres(ends: Range, count: int) -> Array:
    """The middles of `count` equal cells between two ends."""
    low, high = ends
    return low + (high - low) * (np.arange(count) + 0.5) / count


@dataclass(frozen=True, eq=False)
class Boundary:
    """A line in the plane, the number of its look among the ghosts, and its name."""

    points: Array
    number: int = 0
    label: str = ""


def ghost_boundaries(picture: DecisionPicture) -> tuple[Boundary, ...]:
    """One dashed line for each ghost; for values the line at the middle of their range."""
    level = value_middle(picture.value_range)
    at = f", {picture.value_name} = {format_number(level, trim=True)}" if picture.kind == VALUES else ""
    return tuple(
        Boundary(boundary(ghost.values, picture.kind, picture.covered, level),
                 ghost.dashes, ghost.label + at)
        for ghost in picture.ghosts
    )  # fmt: skip


def value_middle(value_range: Range) -> float:
    """The line of the colour bar that is nearest to the middle of its range."""
    low, high = finite_range(*value_range)
    middle = (low + high) / 2
    return min(value_levels(value_range).lines, key=lambda line: abs(line - middle), default=middle)


def line_names(
    picture: DecisionPicture, own: Array, ghosts: tuple[Boundary, ...], theme: Theme
) -> tuple[LegendEntry, ...]:
    """What the legend says of the lines: of values which one is drawn, and whose the dashed ones are."""
    entries = []
    if picture.kind == VALUES and len(own):
        words = f"{picture.value_name} = {format_number(value_middle(picture.value_range), trim=True)}"
        entries.append(LegendEntry(LineSample("text", _OWN_WIDTH), "", words))
    for ghost in ghosts:
        sample = LineSample(ghost_style(ghost.number, theme)[0], _GHOST_WIDTH, ghost_style(ghost.number, theme)[1])
        entries.append(LegendEntry(sample, "", ghost.label))
    return tuple(entries)


def arrange_decision(
    picture: DecisionPicture, own: Array, ghosts: tuple[Boundary, ...], view: Viewport, measure: Measure, theme: Theme
) -> Drawing:
    """The network's own boundary over those of the ghosts; `line_names` says which is which."""
    if not view.usable:
        return Drawing()
    strokes: list[Stroke] = []
    for ghost in ghosts:
        strokes += _cased(view.to_pixels(ghost.points), view, _GHOST_WIDTH, *ghost_style(ghost.number, theme))
    strokes += _cased(view.to_pixels(own), view, _OWN_WIDTH, "text", ())
    labels = edge_label(_beyond_the_colours(picture), True, picture.points, view, measure)
    if not len(picture.points):
        labels = (*labels, no_points(view, measure, picture.editable))
    return Drawing(strokes=tuple(strokes), labels=labels)


def _beyond_the_colours(picture: DecisionPicture) -> str:
    """What the network says where all of it lies beyond an end of the colours; empty for any other."""
    values = clamped(picture.values[..., 0] if picture.values.size else np.empty(0))
    values = values[np.isfinite(values)]
    if picture.kind != VALUES or not values.size:
        return ""
    low, high = float(values.min()), float(values.max())
    if high < picture.value_range[0]:
        return f"network, below the colours: {spoken_range(picture.value_name, low, high)}"
    if low > picture.value_range[1]:
        return f"network, above the colours: {spoken_range(picture.value_name, low, high)}"
    return ""


def _cased(pixels: Array, view: Viewport, width: float, colour: str, dashes: tuple[float, ...]) -> list[Stroke]:
    points, joined = clipped(pixels, view)
    if not dashes:
        points, joined = in_short_pieces(points, joined)
    return [Stroke(points, "panel", width + 2.5, (), 1.0, joined), Stroke(points, colour, width, dashes, 1.0, joined)]
