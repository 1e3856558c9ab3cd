"""Several lines in one chart, each with a colour, a dash and a marker: losses of a race, final loss against rate.

On a logarithmic axis of values that reach zero or below, or whose lowest value is known, what is shown is the distance
from the lowest, and the axis says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.drawing import Array, Disc, Drawing, Label, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.legend_rows import BETWEEN, GAP, legend_rows
from gdsim.app.plots.line_labels import words_in_the_middle
from gdsim.app.plots.surface_tracks import marker_strokes
from gdsim.app.plots.ticks import Tick, linear_ticks, log_ticks, two_ticks, whole_ticks
from gdsim.app.ranges import Range, clamped, finite_range

_ROUNDING = 1e-18  # distances from the lowest value below this share of it are rounding
_UP, _DOWN = 2.0, 20.0  # decades above the highest first value, and below, that a fit shows
_APART = 56.0  # pixels between the markers of a line
_TOUCHING = 7.0  # pixels between the markers of neighbouring points
_NEAR = 24.0  # pixels between a label and its line, at most
_OTHERS_KEPT_OFF = 8.0  # pixels between a label and any line but its own
_BEGINNING, _BELOW = 0.05, 1.5  # of what rises steeply at first no more is shown than so many times what comes after
_EDGE = 0.02  # of the height, beyond a limit of the values
_MOST_LABELS = 5  # lines that are named in the chart itself
_SAMPLE = 16.0  # pixels of a line in the legend


@dataclass(frozen=True, eq=False)
class Series:
    """One line through points (x, y); a value that is not finite interrupts it.  `chosen` are points to be ringed.

    An empty `marker` leaves the line without any; with `every_point` one stands at each point, as far as they do not
    touch, in place of some along the line.
    """

    x: Array
    y: Array
    colour: str
    label: str = ""
    dashes: tuple[float, ...] = ()
    marker: str = "disc"
    chosen: tuple[int, ...] = ()
    every_point: bool = False


@dataclass(frozen=True, eq=False)
class SeriesPicture:
    """`level` is a height drawn across, NaN for none; `floor` the lowest value possible, NaN where unknown.
    Values can't lie outside `limits`, and no tick does; `empty` is what a chart without lines says.

    Lines against steps are to fall, and are shown up to where they began, unless `rises` says that they are to rise.
    With `all_seen` every value is shown, wherever the lines begin.  With `legend` the lines are named above them, not
    beside them.
    """

    series: tuple[Series, ...] = ()
    x_title: str = "x"
    y_title: str = "y"
    log_x: bool = True
    log_y: bool = True
    level: float = math.nan
    level_label: str = ""
    floor: float = math.nan
    whole_x: bool = False
    rises: bool = False
    limits: Range = (-math.inf, math.inf)
    empty: str = ""
    all_seen: bool = False
    legend: bool = False

    @property
    def nothing(self) -> bool:
        """Whether there is nothing yet to draw a line through, and `empty` is shown instead."""
        return bool(self.empty) and all(np.isfinite(line.y).sum() < 2 for line in self.series)

    @property
    def base(self) -> float:
        """What is subtracted before the logarithm is taken."""
        if not self.log_y:
            return 0.0
        if math.isfinite(self.floor):
            return self.floor
        values = np.concatenate([line.y for line in self.series] or [np.empty(0)])
        values = values[np.isfinite(values)]
        lowest = float(values.min()) if values.size else 0.0
        return lowest if lowest <= 0 else 0.0

    @property
    def upright_title(self) -> str:
        """The title of the upright axis: `loss`, or `loss − lowest known`."""
        if not self.base:
            return self.y_title
        return f"{self.y_title} − {'known minimum' if math.isfinite(self.floor) else 'lowest here'}"

    def heights(self, values: Array) -> Array:
        """Where values stand on the upright axis; NaN where they have no place."""
        values = np.asarray(values, dtype=float)
        finite = np.where(np.isfinite(values), clamped(values), np.nan)
        if not self.log_y:
            return finite
        above = finite - self.base
        with np.errstate(all="ignore"):
            return np.log10(np.where(above > _ROUNDING * abs(self.base), above, np.nan))

    def places(self, x: Array) -> Array:
        """Where the points stand on the lying axis; NaN for what a logarithm leaves out."""
        x = np.asarray(x, dtype=float)
        if not self.log_x:
            return x
        with np.errstate(all="ignore"):
            return np.log10(np.where(x > 0, x, np.nan))


def series_range(picture: SeriesPicture) -> tuple[Range, Range]:
    """The part of the plane that shows all lines, unless they fly away or fall to rounding."""
    across = np.concatenate([picture.places(line.x) for line in picture.series] or [np.empty(0)])
    lines = [heights[np.isfinite(heights)] for heights in (picture.heights(line.y) for line in picture.series)]
    lines = [heights for heights in lines if heights.size]
    across = across[np.isfinite(across)]
    left, right = (float(across.min()), float(across.max())) if across.size else (0.0, 1.0)
    low = min((float(heights.min()) for heights in lines), default=0.0)
    high = max((float(heights.max()) for heights in lines), default=1.0)
    first = max((float(heights[0]) for heights in lines), default=high)
    level = picture.heights(np.array([picture.level]))[0]
    if math.isfinite(level):
        low, high = min(low, float(level)), max(high, float(level))
    if picture.log_y:
        if not picture.all_seen:
            high = min(high, first + _UP)
            low = max(low, high - _DOWN)
        if high - low < 1:
            low, high = (low + high) / 2 - 0.5, (low + high) / 2 + 0.5
    elif lines and picture.rises:
        settled = _settled(picture, right)
        low = max(low, high - _BELOW * (high - float(settled.min()))) if settled.size else low
    elif lines and picture.whole_x and not picture.all_seen:
        low_reach = max(abs(first - low), 1e-12)
        high = min(high, first + low_reach)
    low, high = finite_range(low, high, padding=0.08)
    if not picture.log_y:  # a little beyond a limit, so that a line along it is to be seen whole
        edge = _EDGE * (high - low)
        low, high = max(low, picture.limits[0] - edge), min(high, picture.limits[1] + edge)
    return finite_range(left, right, padding=0.04), finite_range(low, high)


def _settled(picture: SeriesPicture, last: float) -> Array:
    """The finite heights of all lines after the first steep rise."""
    return np.concatenate([
        heights[(line.x >= _BEGINNING * last) & np.isfinite(heights)]
        for line in picture.series for heights in (picture.heights(line.y),)
    ])  # fmt: skip


def series_ticks(
    picture: SeriesPicture, view: Viewport, scale: float = 1.0
) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
    """Ticks of the lying and of the upright axis; `scale` is that of the type, which takes more room when large."""
    if picture.nothing:
        return (), ()
    if picture.log_x:
        lying = log_ticks(view.x_low, view.x_high, view.width, apart=40.0 * scale)
    else:
        lying = (whole_ticks if picture.whole_x else linear_ticks)(view.x_low, view.x_high, view.width / scale)
    if picture.log_y:
        return lying, log_ticks(view.y_low, view.y_high, view.height, apart=24.0 * scale)
    low, high = max(view.y_low, picture.limits[0]), min(view.y_high, picture.limits[1])
    height = view.height * (high - low) / (view.y_high - view.y_low)
    return lying, two_ticks(low, high, height, *(apart * scale for apart in (40.0, 28.0, 20.0, 12.0)))


def legend_height(picture: SeriesPicture, width: float, measure: Measure) -> float:
    """How much a legend needs above the lines, in pixels."""
    if not picture.legend or picture.nothing:
        return 0.0
    rows = legend_rows([line.label for line in picture.series], width, measure, _SAMPLE)
    return len(rows) * (measure("0")[1] + BETWEEN) + 2 * BETWEEN


def arrange_series(picture: SeriesPicture, view: Viewport, measure: Measure) -> Drawing:
    """The drawing of `picture` in pixels."""
    if not view.usable:
        return Drawing()
    if picture.nothing:
        return Drawing(labels=(words_in_the_middle(picture.empty, view, measure),))
    strokes: list[Stroke] = []
    discs: list[Disc] = []
    requests: list[LabelRequest] = []
    covered: list[Array] = []
    owners: dict[tuple[tuple[str, str], ...], int] = {}
    level = picture.heights(np.array([picture.level]))[0]
    if math.isfinite(level) and view.y_low <= level <= view.y_high:
        y = float(view.to_pixels(np.array([view.x_low, level]))[1])
        strokes.append(Stroke(np.array([[0.0, y], [view.width, y]]), "good", 1.25, (5.0, 3.0)))
        if picture.level_label:
            words = ((picture.level_label, "good"),)
            requests.append(LabelRequest(words, (0.0, y), ("ne", "se"), 4.0))
    named = len(picture.series) <= _MOST_LABELS and not picture.legend
    for number, line in enumerate(picture.series):
        pixels = view.to_pixels(np.column_stack([picture.places(line.x), picture.heights(line.y)]))
        finite = np.isfinite(pixels).all(axis=1)
        seen = pixels[finite]
        if not len(seen):
            continue
        drawn = _thinned(pixels, finite)
        strokes.append(Stroke(drawn, line.colour, 2.0, line.dashes))
        pieces = _pieces(pixels, finite)
        covered.append(np.concatenate([*(_along(piece, 6.0, 0.0) for piece in pieces), seen[-1:]]))
        if line.marker:
            first = _APART * (0.5 + 0.37 * number % 1.0)
            along = [_apart(piece) if line.every_point else _along(piece, _APART, first) for piece in pieces]
            spots = np.concatenate(along)
            strokes += marker_strokes(spots, line.colour, line.marker, 3.0)
            strokes += marker_strokes(seen[-1:], line.colour, line.marker, 4.0)
        for index in line.chosen:
            if finite[index]:
                x, y = (float(part) for part in pixels[index])
                strokes += marker_strokes(pixels[index : index + 1], line.colour, line.marker, 5.0)
                discs.append(Disc(x, y, 8.0, "", "text", 1.5))
        if named and line.label:
            anchor = _last_inside(seen, view)
            if anchor is not None:
                words = ((line.label, "text"),)
                owners[words] = len(covered) - 1
                requests.append(LabelRequest(words, anchor, ("nw", "sw", "n", "s", "ne", "se", "w"), 6.0))
    bounds = Rect(0, 0, view.width, view.height).grown(-4)
    rings = [square(disc.x, disc.y, 9.0) for disc in discs]
    lines = np.concatenate(covered) if covered else None
    placed = place_labels(requests, measure, bounds, rings, lines=lines)
    labels = tuple(label for label in placed if _is_clear(label, owners.get(label.lines), covered))
    if picture.legend:
        samples, names = _legend(picture, view, measure)
        strokes, labels = [*strokes, *samples], (*labels, *names)
    return Drawing((), tuple(strokes), (), (), tuple(discs), labels)


def _legend(picture: SeriesPicture, view: Viewport, measure: Measure) -> tuple[list[Stroke], tuple[Label, ...]]:
    samples: list[Stroke] = []
    labels: list[Label] = []
    y, height = BETWEEN, measure("0")[1]
    for row in legend_rows([line.label for line in picture.series], view.width, measure, _SAMPLE):
        for entry in row:
            x = entry.x
            if entry.place >= 0:
                line, middle = picture.series[entry.place], y + height / 2
                samples.append(Stroke(np.array([[x, middle], [x + _SAMPLE, middle]]), line.colour, 2.0, line.dashes))
                x += _SAMPLE + GAP
            labels.append(Label(Rect(x, y, measure(entry.text)[0], height), ((entry.text, "muted"),)))
        y += height + BETWEEN
    return samples, tuple(labels)


def _is_clear(label: Label, owner: int | None, lines: list[Array]) -> bool:
    """Whether there was room: the label covers no line, and stands nearer to its own than to any other."""
    if owner is None:
        return True
    others = [_distance(label.rect, line) for number, line in enumerate(lines) if number != owner]
    if min(others, default=math.inf) < _OTHERS_KEPT_OFF:
        return False
    return _distance(label.rect, lines[owner]) <= _NEAR and _count_inside(label.rect, lines[owner]) <= 1


def _distance(rect: Rect, points: Array) -> float:
    """From a rectangle to the nearest of some points."""
    if not len(points):
        return math.inf
    across = np.maximum(np.maximum(rect.x - points[:, 0], points[:, 0] - rect.right), 0.0)
    down = np.maximum(np.maximum(rect.y - points[:, 1], points[:, 1] - rect.bottom), 0.0)
    return float(np.hypot(across, down).min())


def _count_inside(rect: Rect, points: Array) -> int:
    across = (points[:, 0] > rect.x) & (points[:, 0] < rect.right)
    return int(np.count_nonzero(across & (points[:, 1] > rect.y) & (points[:, 1] < rect.bottom)))


def _pieces(pixels: Array, finite: np.ndarray) -> list[Array]:
    """The parts of a line between its gaps."""
    cut = np.split(pixels, np.flatnonzero(~finite))
    pieces = [piece[np.isfinite(piece).all(axis=1)] for piece in cut]
    return [piece for piece in pieces if len(piece)]


def _thinned(pixels: Array, finite: np.ndarray) -> Array:
    """Without points that fall on the pixel of the one before; gaps stay."""
    if len(pixels) < 400:
        return pixels
    cells = np.where(finite[:, None], np.round(pixels * 2), 1e9)
    keep = np.append(True, np.any(np.diff(cells, axis=0) != 0, axis=1))
    keep[-1] = True
    return pixels[keep]


def _apart(pixels: Array) -> Array:
    """Of points from left to right as many as do not touch, the same number left out between any two."""
    if len(pixels) < 2:
        return pixels
    distance = float(np.hypot(*np.diff(pixels, axis=0).T).mean())
    return pixels[:: max(1, math.ceil(_TOUCHING / max(distance, 1e-9)))]


def _along(pixels: Array, apart: float, first: float) -> Array:
    """Points on a polyline, `apart` px from one another, beginning `first` px after its start."""
    if len(pixels) < 2:
        return pixels[:0]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
    places = np.arange(first, min(along[-1], 500 * apart), apart)
    return np.column_stack([np.interp(places, along, pixels[:, axis]) for axis in (0, 1)])


def _last_inside(pixels: Array, view: Viewport) -> tuple[float, float] | None:
    inside = pixels[((pixels >= 0) & (pixels <= (view.width, view.height))).all(axis=1)]
    return (float(inside[-1, 0]), float(inside[-1, 1])) if len(inside) else None
