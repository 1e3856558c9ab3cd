"""What is drawn for loss against step: the run, the run before it, and the step that is looked at.

On a logarithmic axis a loss that reaches zero or below is shown as its distance from the lowest value, and the axis
says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from gdsim.app.plots.drawing import Array, Disc, Dots, Drawing, Label, Rect, Stroke, Viewport
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels, points_inside
from gdsim.app.plots.surface_tracks import LONGEST_SMOOTH, dotted, in_pieces, length_seen
from gdsim.app.ranges import Range, clamped, finite_range

_NONE = np.empty(0)
_FEW = 40  # so many steps are drawn with a dot each
_LONGER = 2  # so many times the run's own steps are shown of the run before
_AROUND = ("ne", "n", "nw", "e", "w", "se", "s", "sw")
_LOG_ABOVE, _LINEAR_BELOW = 3.0, 1.5  # decades
_HOPE = 1e-18  # distances from the lowest value below this are rounding


@dataclass(frozen=True)
class LossPicture:
    """Values by step (from 0), the step looked at, the run before; `floor` is the known lowest value, if any;
    `function` is what the loss is called.
    """

    values: Array = field(default_factory=lambda: _NONE)
    index: int = 0
    ghost: Array = field(default_factory=lambda: _NONE)
    log: bool = False
    floor: float = math.nan
    function: str = "f(x)"

    @property
    def decades(self) -> float:
        """How many powers of ten the losses of this run span above what a logarithm counts from.

        0 where only the run itself says how low the loss can be: its own lowest value is no measure.
        """
        finite = self.values[np.isfinite(self.values)]
        known = math.isfinite(self.floor) or (finite.size and float(finite.min()) > 0)
        heights = replace(self, log=True, ghost=_NONE).heights(self.values)
        heights = heights[np.isfinite(heights)]
        return float(heights.max() - heights.min()) if known and heights.size else 0.0

    @property
    def base(self) -> float:
        """What is subtracted before the logarithm is taken: 0 where all values are above it."""
        every = np.concatenate([self.values, self.ghost, [self.floor]])
        every = every[np.isfinite(every)]
        lowest = float(every.min()) if every.size else 0.0
        return lowest if self.log and lowest <= 0 else 0.0

    @property
    def title(self) -> str:
        """The title of the upright axis."""
        return f"{self.function} − lowest" if self.base else f"loss {self.function}"

    def heights(self, values: Array) -> Array:
        """Where values stand on the upright axis; NaN where a logarithm has none."""
        finite = np.where(np.isfinite(values), clamped(values), np.nan)
        if not self.log:
            return finite
        above = finite - self.base
        with np.errstate(all="ignore"):
            return np.log10(np.where(above > _HOPE * max(1.0, abs(self.base)), above, np.nan))


def wants_log(picture: LossPicture, log: bool) -> bool:
    """Whether a logarithmic axis shows the losses better; one that is `log` already stays so a while longer."""
    return picture.decades > (_LINEAR_BELOW if log else _LOG_ABOVE)


def loss_range(picture: LossPicture) -> tuple[Range, Range]:
    """The part of the plane that shows the run, with a little room; of a much longer run before only the beginning."""
    own = max(len(picture.values), 11) - 1
    last = max(own, min(len(picture.ghost) - 1, _LONGER * own))
    heights = np.concatenate([picture.heights(picture.values), picture.heights(picture.ghost)[: last + 1]])
    heights = heights[np.isfinite(heights)]
    low, high = (float(heights.min()), float(heights.max())) if heights.size else (0.0, 1.0)
    if picture.log and high - low < 1:
        middle = (low + high) / 2
        low, high = middle - 0.5, middle + 0.5
    return (-0.03 * last, last * 1.03), finite_range(low, high, padding=0.08)


def arrange_loss(picture: LossPicture, view: Viewport, measure: Measure) -> Drawing:
    """The drawing of `picture` in pixels."""
    if not view.usable:
        return Drawing()
    strokes: list[Stroke] = []
    dots: list[Dots] = []
    discs: list[Disc] = []
    requests: list[LabelRequest] = []
    before: LabelRequest | None = None
    ghost = _line(picture, picture.ghost, view)
    if len(ghost) > 1:
        strokes.append(Stroke(ghost, "muted", 1.5, (4.0, 3.0), 0.8))
        finite = ghost[np.isfinite(ghost).all(axis=1)]
        if len(finite):
            further = len(picture.ghost) - 1 > view.x_high
            text = f"run before, on to step {len(picture.ghost) - 1}" if further else "run before"
            words = ((text, "muted"),)
            before = LabelRequest(words, _middle(finite, view), _AROUND, 6.0)
    line = _line(picture, picture.values, view)
    drawn = decimated(line)
    if len(line) > 1:
        points, joined = in_pieces(drawn)
        # Of losses that leap at every step the chart is full: nobody sees its edges, and they would take long.
        smooth = length_seen(drawn, view.width, view.height) <= LONGEST_SMOOTH
        strokes.append(Stroke(points, "training", 2.0, joined=joined, smooth=smooth))
    if 0 < len(line) <= _FEW:
        dots.append(Dots(line, "training", 2.5))
    if 0 <= picture.index < len(line):
        x, y = (float(part) for part in line[picture.index])
        strokes.insert(0, Stroke(np.array([[x, 0.0], [x, view.height]]), "muted", 1.0, (2.0, 3.0), 0.8))
        if math.isfinite(y):
            discs.append(Disc(x, y, 5.0, "training", "panel", 2.0))
    if len(line) == 1 and len(ghost) < 2:
        words = (("each step adds a point", "muted"),)
        requests.append(LabelRequest(words, (view.width / 2, view.height / 2), ("n",), 0.0))
    ball = [Rect(disc.x - 8, disc.y - 8, 16, 16) for disc in discs]
    bounds = Rect(0, 0, view.width, view.height).grown(-4)
    labels = place_labels(requests, measure, bounds, ball, lines=drawn)
    if before is not None:
        labels += _clear_label(before, measure, bounds, ball, (drawn, ghost), view)
    return Drawing((), tuple(strokes), tuple(dots), (), tuple(discs), labels)


def _clear_label(
    request: LabelRequest, measure: Measure, bounds: Rect, ball: list[Rect], curves: tuple[Array, ...], view: Viewport
) -> tuple[Label, ...]:
    """The label beside its curve, or in a corner where no curve runs; beside it all the same where there is none."""
    parts = [dotted(line[np.isfinite(line).all(axis=1)], view) for line in map(decimated, curves) if len(line) > 1]
    lines = np.concatenate(parts) if parts else np.empty((0, 2))
    corners = [
        ("sw", (bounds.right, bounds.y)),
        ("ne", (bounds.x, bounds.bottom)),
        ("nw", (bounds.right, bounds.bottom)),
    ]
    tried = [request, *(replace(request, anchor=at, directions=(way,), distance=2.0) for way, at in corners)]
    placed = [place_labels([one], measure, bounds, ball, lines=lines) for one in tried]
    clear = [labels for labels in placed if labels and not points_inside(lines, labels[0].rect.grown(1))]
    return next(iter(clear), placed[0])


def decimated(line: Array) -> Array:
    """A line in pixels (n, 2), x rising, with at most four points in a column of pixels: first, lowest, highest, last.

    It covers the same pixels; gaps (NaN) stay.
    """
    if len(line) < 3:
        return line
    columns = np.floor(line[:, 0])
    gaps = np.isnan(line[:, 1])
    heights = np.where(gaps, -np.inf, line[:, 1])
    starts = np.flatnonzero(np.concatenate([[True], np.diff(columns) != 0]))
    if 4 * len(starts) >= len(line):
        return line
    ends = np.append(starts[1:], len(line)) - 1
    number = np.repeat(np.arange(len(starts)), ends - starts + 1)
    rising = np.lexsort((heights, number))
    keep = np.unique(np.concatenate([starts, ends, rising[starts], rising[ends], np.flatnonzero(gaps)]))
    return line[keep]


def _line(picture: LossPicture, values: Array, view: Viewport) -> Array:
    heights = picture.heights(values)
    return view.to_pixels(np.column_stack([np.arange(len(heights), dtype=float), heights]))


def _middle(points: Array, view: Viewport) -> tuple[float, float]:
    """A visible place in the second half of a line, for its label."""
    seen = points[(points[:, 0] >= 0) & (points[:, 0] <= view.width)]
    x, y = (seen if len(seen) else points)[len(seen) * 2 // 3 if len(seen) else 0]
    return float(x), float(y)
