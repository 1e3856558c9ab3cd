"""What is drawn of losses against step while a network trains: the run, its penalty, ghosts, and the best step.

The penalty is stacked on the training loss as a hatched band, so that its upper edge is the objective that is
minimized.  `LossesPicture` says it in data, `arrange_losses` turns it into a `Drawing` in pixels.  No Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.clipping import clipped, in_short_pieces
from gdsim.app.plots.drawing import Area, Array, Disc, Drawing, Label, Rect, Stroke, Viewport, square
from gdsim.app.plots.fit_colours import ghost_style
from gdsim.app.plots.hatching import hatch_lines
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.line_labels import NamedLine, label_lines, named_line, named_point, words_in_the_middle
from gdsim.app.ranges import Range, clamped, finite_range
from gdsim.app.tokens import Theme

EMPTY = "The losses appear with the first step"
VALIDATION_DASHES = (6.0, 4.0)
_LONGER = 2.0  # so many times the run's own steps are shown of a ghost
_FEWEST = 10.0  # steps that are shown at least
_FIRST, _USUAL = 4.0, 2.0  # a loss above so many times the first, and so many times the usual ones, is cut off
_BEGINNING, _ABOVE = 0.05, 1.5  # of the first steep fall no more is shown than so many times what comes after
_GHOSTS_ABOVE = 3.0  # times the run's own highest loss are shown of ghosts
_DECADES = 12.0  # below the highest loss that a log axis shows


def _none() -> Array:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class LossCourse:
    """Losses and penalties at `steps`, all (n,); what is not known or not finite is left out of the picture."""

    label: str = ""
    steps: Array = field(default_factory=_none)
    training: Array = field(default_factory=_none)
    penalty: Array = field(default_factory=_none)
    validation: Array = field(default_factory=_none)
    style: int = 0
    """Of a ghost: which line it is drawn by."""

    @property
    def last(self) -> float:
        """The last step; 0 without any."""
        return float(self.steps[-1]) if len(self.steps) else 0.0

    @property
    def objective(self) -> Array:
        """Training loss and penalty together."""
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(self.training + self.penalty)

    @property
    def measure(self) -> Array:
        """What two runs are compared by: the validation loss, or the training loss where no points are held out."""
        return self.validation if np.isfinite(self.validation).any() else self.training


@dataclass(frozen=True, eq=False)
class LossesPicture:
    """`step` is the one that is looked at, `best` the one with the lowest validation loss, if there is any."""

    now: LossCourse = field(default_factory=LossCourse)
    ghosts: tuple[LossCourse, ...] = ()
    log: bool = False
    step: int = 0
    best: int | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet to draw a line through."""
        return len(self.now.steps) < 2

    @property
    def title(self) -> str:
        """The title of the upright axis."""
        return "loss, log scale" if self.log else "loss"

    def heights(self, values: Array) -> Array:
        """Where values stand on the upright axis; NaN for what is not finite, and for 0 where a logarithm is taken."""
        values = np.asarray(values, dtype=float)
        finite = np.where(np.isfinite(values), clamped(values), np.nan)
        if not self.log:
            return finite
        with np.errstate(all="ignore"):
            return np.log10(np.where(finite > 0, finite, np.nan))


def losses_range(picture: LossesPicture) -> tuple[Range, Range]:
    """The part of the plane that shows the run and as much of the ghosts as goes with it."""
    now = picture.now
    own = max(now.last, float(picture.step), _FEWEST)
    last = max(own, min(max((ghost.last for ghost in picture.ghosts), default=0.0), _LONGER * own))
    columns = [(now.steps, values) for values in (now.training, now.objective, now.validation)]
    most = _most_of_ghosts(picture, [values for _, values in columns])
    columns += [
        (ghost.steps, np.where(ghost.steps <= last, np.minimum(ghost.measure, most), np.nan))
        for ghost in picture.ghosts
    ]
    shown = [found for _, values in columns if (found := _finite(values)).size]
    if not shown:
        return (0.0, last * 1.03), ((-1.0, 0.0) if picture.log else (0.0, 1.0))
    every = np.concatenate(shown)
    first = max(float(values[0]) for values in shown)
    cut = max(_FIRST * first, _USUAL * float(np.quantile(every, 0.9)))
    high = min(float(every.max()), cut) if cut > 0 else float(every.max())
    if not picture.log:
        later = np.concatenate([_finite(values[steps >= _BEGINNING * last]) for steps, values in columns])
        high = min(high, _ABOVE * float(later.max())) if (later > 0).any() else high
        return (0.0, last * 1.03), finite_range(min(0.0, float(every.min())), high * 1.06 if high > 0 else 1.0)
    positive = every[every > 0]
    if not positive.size:
        return (0.0, last * 1.03), (-1.0, 0.0)
    top = math.log10(high)
    low = max(math.log10(float(positive.min())), top - _DECADES)
    if top - low < 1.0:
        low, top = (low + top) / 2 - 0.5, (low + top) / 2 + 0.5
    return (0.0, last * 1.03), finite_range(low, top, padding=0.06)


def _most_of_ghosts(picture: LossesPicture, own: list[Array]) -> float:
    """The highest loss of a ghost that the picture makes room for: one that diverged must not flatten the run."""
    tops = [float(found.max()) for values in own if (found := _finite(values)).size]
    return math.inf if picture.log or picture.empty or not tops or max(tops) <= 0 else _GHOSTS_ABOVE * max(tops)


def arrange_losses(picture: LossesPicture, view: Viewport, measure: Measure, theme: Theme) -> Drawing:
    """The drawing of `picture` in pixels."""
    if not view.usable:
        return Drawing()
    now = picture.now
    strokes: list[Stroke] = []
    discs: list[Disc] = []
    named: list[NamedLine] = []
    for ghost in picture.ghosts:
        line = _line(picture, ghost.steps, ghost.measure, view)
        strokes += _stroked(line, view, *_ghost_line(ghost.style, theme))
        named += named_line(ghost.label, "muted", line, view)
    if picture.empty:
        names = label_lines(named, view, measure, ())
        return Drawing(strokes=tuple(strokes), labels=names if named else (words_in_the_middle(EMPTY, view, measure),))
    x = _across(view, float(picture.step))
    if -1 <= x <= view.width + 1:
        strokes.insert(0, Stroke(np.array([[x, 0.0], [x, view.height]]), "muted", 1.0, (), 0.6))
    training = _line(picture, now.steps, now.training, view)
    validation = _line(picture, now.steps, now.validation, view)
    areas = _penalty(picture, view)
    if areas:
        edge = _line(picture, now.steps, now.objective, view)
        strokes += _stroked(edge, view, "penalty", 1.25, ())
        named += named_line("penalty", "penalty", edge, view)
    strokes += _stroked(validation, view, "validation", 1.75, VALIDATION_DASHES)
    strokes += _stroked(training, view, "training", 2.0, ())
    named += named_line("validation", "validation", validation, view)
    named += named_line("training", "training", training, view)
    best = None if picture.best is None else _at(picture, now.validation, float(picture.best), view)
    if best is not None:
        discs.append(Disc(*best, 5.0, "", "validation", 1.75))
        named.append(named_point("best", "validation", best, "validation", view))
    for values, colour in ((now.validation, "validation"), (now.training, "training")):
        spot = _at(picture, values, float(picture.step), view)
        if spot is not None:
            discs.append(Disc(*spot, 3.5, colour, "panel", 1.25))
    labels = _names(named[::-1], view, measure, [square(disc.x, disc.y, disc.radius + 2) for disc in discs])
    return Drawing(strokes=tuple(strokes), discs=tuple(discs), labels=labels, areas=areas)


def _names(named: list[NamedLine], view: Viewport, measure: Measure, forbidden: list[Rect]) -> tuple[Label, ...]:
    """Of all lines, or where that leaves no room for one of the two losses, first of these."""
    labels = label_lines(named, view, measure, forbidden)
    losses = [one for one in named if one.text in ("training", "validation")]
    if {one.text for one in losses} <= {label.lines[0][0] for label in labels}:
        return labels
    others = [one for one in named if one not in losses]
    return label_lines([*losses[::-1], *others], view, measure, forbidden)


def _ghost_line(number: int, theme: Theme) -> tuple[str, float, tuple[float, ...]]:
    colour, dashes = ghost_style(number, theme)
    return colour, 1.5, dashes


def nearest_step(picture: LossesPicture, x: float) -> int:
    """The step of the run that is nearest to a place on the lying axis."""
    last = max(picture.now.last, float(picture.step))
    return round(max(0.0, min(x, last))) if math.isfinite(x) else picture.step


def thinned(pixels: Array, width: float) -> Array:
    """A long polyline by the lowest and the highest point of each column of pixels: it looks the same."""
    if len(pixels) < 2 * max(width, 1.0):
        return pixels
    seen = pixels[np.isfinite(pixels[:, 0]) & np.isfinite(pixels[:, 1])]
    if not len(seen):
        return seen
    columns = np.floor(seen[:, 0])
    starts = np.flatnonzero(np.append(True, columns[1:] != columns[:-1]))
    ends = np.append(starts[1:], len(seen)) - 1
    low, high = np.minimum.reduceat(seen[:, 1], starts), np.maximum.reduceat(seen[:, 1], starts)
    up = seen[starts, 1] <= seen[ends, 1]
    first = np.column_stack([seen[starts, 0], np.where(up, low, high)])
    second = np.column_stack([seen[ends, 0], np.where(up, high, low)])
    return np.stack([first, second], axis=1).reshape(-1, 2)


def _finite(values: Array) -> Array:
    values = clamped(np.where(np.isfinite(values), values, np.nan))
    return np.asarray(values[np.isfinite(values)])


def _across(view: Viewport, step: float) -> float:
    return float(view.to_pixels(np.array([step, view.y_low]))[0])


def _line(picture: LossesPicture, steps: Array, values: Array, view: Viewport) -> Array:
    """In pixels; values that are not finite interrupt it."""
    count = min(len(steps), len(values))
    across = (steps[:count] - view.x_low) * view.scale[0]
    line = thinned(np.column_stack([across, values[:count]]), view.width)
    # Thinned by values, of which the heights are in the same order, so that few logarithms are taken.
    line[:, 1] = view.to_pixels(np.column_stack([line[:, 0], picture.heights(line[:, 1])]))[:, 1]
    return line


def _stroked(line: Array, view: Viewport, colour: str, width: float, dashes: tuple[float, ...]) -> list[Stroke]:
    finite = line[np.isfinite(line[:, 0]) & np.isfinite(line[:, 1])]
    if len(finite) == 1:  # one record is a dot, as long as its line is wide
        x, y = finite[0]
        return [Stroke(np.array([[x - 1.5, y], [x + 1.5, y]]), colour, width + 1.0)]
    points, joined = clipped(line, view, margin=2.0)
    if not len(points):
        return []
    if not dashes:
        points, joined = in_short_pieces(points, joined)
    return [Stroke(points, colour, width, dashes, 1.0, joined)]


def _penalty(picture: LossesPicture, view: Viewport) -> tuple[Area, ...]:
    """The band between training loss and objective, by columns of pixels; nothing without a penalty."""
    now = picture.now
    count = min(len(now.steps), len(now.training), len(now.penalty))
    if count < 2 or not (_finite(now.penalty) > 0).any():
        return ()
    columns = np.arange(math.ceil(view.width)) + 0.5
    places = view.to_pixels(np.column_stack([now.steps[:count], np.zeros(count)]))[:, 0]
    sides = []
    for values in (now.objective, now.training):
        heights = picture.heights(values[:count])
        if picture.log:  # where the training loss is 0 the band goes down to the floor
            heights = np.where((values[:count] == 0) & np.isfinite(heights).any(), view.y_low, heights)
        pixels = view.to_pixels(np.column_stack([np.zeros(count), heights]))[:, 1]
        found = np.interp(columns, places, pixels, left=math.nan, right=math.nan)
        sides.append(np.clip(found, -2.0, view.height + 2.0))
    top, bottom = sides
    seen = np.isfinite(top) & np.isfinite(bottom)
    areas = []
    for first, last in _stretches(seen):
        part = slice(first, last)
        outline = np.concatenate([
            np.column_stack([columns[part], top[part]]), np.column_stack([columns[part], bottom[part]])[::-1],
        ])  # fmt: skip
        lines = hatch_lines(top[part], bottom[part], "rising", 4.0)
        areas.append(Area(outline, "penalty", 0.12, np.add(lines, (float(first), 0.0)), 0.9))
    return tuple(areas)


def _stretches(seen: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _at(picture: LossesPicture, values: Array, step: float, view: Viewport) -> tuple[float, float] | None:
    """Where a line is at a step, if that is known and visible."""
    steps, heights = picture.now.steps, picture.heights(values)
    count = min(len(steps), len(heights))
    known = np.isfinite(heights[:count])
    if not known.any() or not steps[:count][known][0] <= step <= steps[:count][known][-1]:
        return None
    height = float(np.interp(step, steps[:count][known], heights[:count][known]))
    x, y = (float(part) for part in view.to_pixels(np.array([step, height])))
    return (x, y) if view.shows(x, y) else None
