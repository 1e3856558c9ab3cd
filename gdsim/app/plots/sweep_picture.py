"""What comes of one knob at a row of values: the mean over seeds as a line, their spread as a band, each as a dot.

On a logarithmic axis 0 has a place of its own at the left, set off by a gap.  The lowest point is ringed and named.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.drawing import Area, Array, Disc, Dots, Drawing, Label, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.line_labels import words_in_the_middle
from gdsim.app.plots.surface_tracks import marker_strokes
from gdsim.app.plots.ticks import Tick, linear_ticks, log_ticks
from gdsim.app.ranges import Range, clamped, finite_range
from gdsim.app.widgets.figures import format_number

_DECADES = 1.2  # that the means span, from which on the upright axis is logarithmic
_GAP, _LEAST_GAP = 0.22, 0.35  # of the width, and in decades, between 0 and the lowest value
_SAMPLE, _SHORT_SAMPLE, _EDGE = 22.0, 14.0, 6.0  # pixels of a line in the legend, and about it
_CUT = 6.0  # times the middle mean: what towers above is cut off on a linear axis


@dataclass(frozen=True, eq=False)
class SweepLine:
    """`mean` and `spread` (v,) and `each` (v, s), NaN where nothing is known; `lowest` is a place to be ringed."""

    label: str
    colour: str
    mean: Array
    spread: Array
    each: Array
    dashes: tuple[float, ...] = ()
    marker: str = "disc"
    lowest: int | None = None

    @property
    def edges(self) -> tuple[Array, Array, Array]:
        """The mean, and the band's upper and lower edge."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.mean, self.mean + self.spread, self.mean - self.spread


@dataclass(frozen=True, eq=False)
class SweepPicture:
    """`values` (v,) rise.  `chosen` is the place that is looked at, `now` where the run stands (NaN: nowhere).

    With `each_named` the ticks are the values themselves, as far as there is room.
    """

    values: Array = field(default_factory=lambda: np.empty(0))
    lines: tuple[SweepLine, ...] = ()
    x_title: str = "value"
    y_title: str = "loss"
    log: bool = True
    each_named: bool = False
    chosen: int | None = None
    now: float = math.nan
    lowest_label: str = ""
    empty: str = ""

    @property
    def nothing(self) -> bool:
        return not len(self.values) or not any(np.isfinite(line.mean).any() for line in self.lines)

    @property
    def log_y(self) -> bool:
        """Whether the means span decades."""
        known = np.concatenate([line.mean[np.isfinite(line.mean)] for line in self.lines] or [np.empty(0)])
        return bool(known.size and known.min() > 0 and math.log10(known.max()) - math.log10(known.min()) >= _DECADES)

    @property
    def zero(self) -> float:
        """Where 0 stands on a logarithmic axis."""
        logs = np.log10(self.values[self.values > 0])
        if not logs.size:
            return 0.0
        return float(logs.min() - max(_GAP * (logs.max() - logs.min()), _LEAST_GAP))

    def places(self, values: Array) -> Array:
        """Where values stand on the lying axis."""
        values = np.asarray(values, dtype=float)
        if not self.log:
            return values
        with np.errstate(all="ignore"):
            return np.where(values > 0, np.log10(values), np.where(values == 0, self.zero, np.nan))

    def heights(self, values: Array) -> Array:
        """Where losses stand on the upright axis."""
        values = clamped(values)
        if not self.log_y:
            return values
        with np.errstate(all="ignore"):
            return np.log10(np.where(values > 0, values, np.nan))


def sweep_range(picture: SweepPicture, words: float = 0.0) -> tuple[Range, Range]:
    """All means, with the bands about them, unless a few tower over the rest; a share of the height is left free at the
    top for `words`.
    """
    if picture.nothing:
        return (0.0, 1.0), (0.0, 1.0)
    x = picture.places(picture.values)
    x_range = finite_range(float(x.min()), float(x.max()), padding=0.05)
    heights = np.concatenate([
        picture.heights(edge) for line in picture.lines
        for edge in line.edges
    ])  # fmt: skip
    heights = heights[np.isfinite(heights)]
    low, high = float(heights.min()), float(heights.max())
    means = np.concatenate([picture.heights(line.mean) for line in picture.lines])
    means = means[np.isfinite(means)]
    if picture.log_y:
        low = max(low, float(means.min()) - 0.5)
    else:
        low, high = 0.0, min(high, _CUT * max(float(np.median(means)), 1e-300))
    low, high = finite_range(low, high, padding=0.06)
    return x_range, (low, high + (high - low) * words / (1.0 - words))


def sweep_ticks(
    picture: SweepPicture, view: Viewport, scale: float = 1.0
) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:  # fmt: skip
    if picture.nothing:
        return (), ()
    has_zero = picture.log and not picture.each_named and bool((picture.values == 0).any())
    if picture.each_named:
        lying = _value_ticks(picture, view, 30.0 * scale)
    elif picture.log:
        low = float(np.log10(picture.values[picture.values > 0].min())) - 1e-9 if has_zero else view.x_low
        lying = log_ticks(low, view.x_high, view.width, apart=44.0 * scale)
        lying = ((Tick(picture.zero, "0"),) if has_zero else ()) + lying
    else:
        lying = linear_ticks(view.x_low, view.x_high, view.width, apart=48.0 * scale)
    if picture.log_y:
        return lying, log_ticks(view.y_low, view.y_high, view.height, apart=24.0 * scale)
    return lying, linear_ticks(view.y_low, view.y_high, view.height, apart=26.0 * scale)


def _value_ticks(picture: SweepPicture, view: Viewport, apart: float) -> tuple[Tick, ...]:
    """At the values, those too near to the one before left out."""
    found: list[Tick] = []
    for place, value in zip(picture.places(picture.values), picture.values, strict=True):
        gap = (place - found[-1].position) * view.scale[0] if found else math.inf
        if gap >= apart and view.x_low <= place <= view.x_high:
            found.append(Tick(float(place), number_words(float(value))))
    return tuple(found)


def value_at(picture: SweepPicture, place: float) -> int | None:
    """The place of the value nearest to a point of the lying axis."""
    if picture.nothing or not math.isfinite(place):
        return None
    return int(np.argmin(np.abs(picture.places(picture.values) - place)))


def arrange_sweep(picture: SweepPicture, view: Viewport, measure: Measure) -> Drawing:
    """The drawing of `picture` in pixels."""
    if not view.usable:
        return Drawing()
    if picture.nothing:
        return Drawing(labels=(words_in_the_middle(picture.empty, view, measure),) if picture.empty else ())
    x = picture.places(picture.values)
    areas: list[Area] = []
    strokes: list[Stroke] = []
    dots: list[Dots] = []
    discs: list[Disc] = []
    requests: list[LabelRequest] = []
    if picture.chosen is not None and picture.chosen < len(x):
        strokes.append(_upright(view, float(x[picture.chosen]), "accent", 1.5, ()))
    now = picture.places(np.array([picture.now]))[0]
    if math.isfinite(now) and view.x_low <= now <= view.x_high:
        strokes.append(_upright(view, float(now), "muted", 1.0, (2.0, 3.0)))
        place = float(view.to_pixels(np.array([now, 0.0]))[0])
        if picture.lowest_label:
            requests.append(LabelRequest((("this run", "muted"),), (place, view.height), ("ne", "nw"), 3.0))
    every = []
    for line in picture.lines:
        mean = _pixels(picture, view, x, line.mean)
        areas += _band(picture, view, x, line)
        joined = ~((picture.values == 0) & picture.log)  # 0 is set off
        strokes.append(Stroke(mean, line.colour, 2.0, line.dashes, 1.0, joined))
        if line.each.shape[1] > 1:
            spots = [_pixels(picture, view, x, line.each[:, seed]) for seed in range(line.each.shape[1])]
            dots.append(Dots(np.concatenate(spots), line.colour, 1.25, 0.55))
        known = mean[np.isfinite(mean).all(axis=1)]
        strokes += marker_strokes(known, line.colour, line.marker, 3.0)
        every.append(known)
        if line.lowest is not None and np.isfinite(mean[line.lowest]).all():
            px, py = (float(part) for part in mean[line.lowest])
            discs.append(Disc(px, py, 7.5, "", "text", 1.75))
            if picture.lowest_label:
                words = ((picture.lowest_label, "text"),)
                requests.append(LabelRequest(words, (px, py), ("n", "s", "nw", "ne", "sw", "se"), 11.0))
    rings = [square(disc.x, disc.y, 9.0) for disc in discs]
    top = legend_height(picture, measure)
    bounds = Rect(4.0, top, view.width - 8.0, view.height - top - 2.0)
    places = np.concatenate([_along(points) for points in every]) if every else None
    placed = place_labels(requests, measure, bounds, rings, lines=places)
    samples, names = _legend(picture, view, measure)
    return Drawing((), (*strokes, *samples), tuple(dots), (), tuple(discs), (*placed, *names), tuple(areas))


def legend_height(picture: SweepPicture, measure: Measure) -> float:
    """The room in pixels that the names of the lines need above all points."""
    return measure("0")[1] + _EDGE if any(line.label for line in picture.lines) else 0.0


def _legend(picture: SweepPicture, view: Viewport, measure: Measure) -> tuple[list[Stroke], tuple[Label, ...]]:
    """A line with its marker and its name for each, side by side at the top, closer together in a narrow chart."""
    samples: list[Stroke] = []
    labels: list[Label] = []
    names = sum(measure(line.label)[0] for line in picture.lines)
    needed = _EDGE + names + (_SAMPLE + 3 * _EDGE) * len(picture.lines)
    sample, apart = (_SAMPLE, 3 * _EDGE) if needed <= view.width else (_SHORT_SAMPLE, 2 * _EDGE)
    x = _EDGE
    for line in picture.lines:
        width, height = measure(line.label)
        y = height / 2 + 1.0
        samples.append(Stroke(np.array([[x, y], [x + sample, y]]), line.colour, 2.0, line.dashes))
        samples += marker_strokes(np.array([[x + sample / 2, y]]), line.colour, line.marker, 3.0)
        labels.append(Label(Rect(x + sample + _EDGE, 1.0, width, height), ((line.label, line.colour),)))
        x += sample + width + apart
    return (samples, tuple(labels)) if legend_height(picture, measure) else ([], ())


def number_words(value: float) -> str:
    """A value under its small picture."""
    return format_number(value, 3, trim=True)


def _pixels(picture: SweepPicture, view: Viewport, x: Array, values: Array) -> Array:
    return view.to_pixels(np.column_stack([x, picture.heights(values)]))


def _upright(view: Viewport, place: float, colour: str, width: float, dashes: tuple[float, ...]) -> Stroke:
    x = float(view.to_pixels(np.array([place, view.y_low]))[0])
    return Stroke(np.array([[x, 0.0], [x, view.height]]), colour, width, dashes)


def _band(picture: SweepPicture, view: Viewport, x: Array, line: SweepLine) -> list[Area]:
    """Mean ± spread, as one area for each row of neighbours; what stands alone has a bar."""
    if line.each.shape[1] < 2:
        return []
    with np.errstate(invalid="ignore"):
        upper, lower = (picture.heights(edge) for edge in line.edges[1:])
    lower = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), view.y_low, np.nan))
    alone = (picture.values == 0) & picture.log
    areas = []
    known = np.isfinite(upper)
    for part in (alone & known, ~alone & known):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], part, [False]]).astype(np.int8)))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            top = view.to_pixels(np.column_stack([x[first:last], upper[first:last]]))
            low = view.to_pixels(np.column_stack([x[first:last], lower[first:last]]))
            if len(top) == 1:
                top, low = (np.array([[p[0] - 3.0, p[1]], [p[0] + 3.0, p[1]]]) for p in (top[0], low[0]))
            areas.append(Area(np.concatenate([top, low[::-1]]), line.colour, 0.16))
    return areas


def _along(points: Array, apart: float = 6.0) -> Array:
    """Points on a polyline, that labels keep off."""
    if len(points) < 2:
        return points
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    places = np.arange(0.0, min(float(along[-1]), 3000.0), apart)
    return np.column_stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)])
