"""Where many starts end: how many at which loss, training losses upwards and validation losses downwards.

The two stand over one axis and never cover each other.  Losses that span decades stand on a logarithmic axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from gdsim.app.plots.drawing import Area, Array, Drawing, Label, Rect, Stroke, Viewport
from gdsim.app.plots.hatching import hatch_lines
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.line_labels import words_in_the_middle
from gdsim.app.ranges import Range, clamped, finite_range

BINS = 18
_DECADES = 1.0  # from which on the axis is logarithmic
_LOOKS = (("training", "rising"), ("validation", "falling"))


@dataclass(frozen=True, eq=False)
class EndsPicture:
    """`counts` (2, bins) of training and of validation losses between `edges` (bins + 1,), which are powers of ten if
    `log`.  `mark` is a loss that is pointed at.
    """

    edges: Array = field(default_factory=lambda: np.array([0.0, 1.0]))
    counts: Array = field(default_factory=lambda: np.zeros((2, 1)))
    log: bool = False
    mark: tuple[float, float] = (math.nan, math.nan)
    empty: str = ""

    @property
    def nothing(self) -> bool:
        return not self.counts.any()

    def place(self, loss: float) -> float:
        """Where a loss stands on the lying axis; NaN for none."""
        if not math.isfinite(loss) or (self.log and loss <= 0):
            return math.nan
        return math.log10(loss) if self.log else loss


def ends_picture(
    training: ArrayLike, validation: ArrayLike, mark: tuple[float, float] = (math.nan, math.nan), empty: str = ""
) -> EndsPicture:
    """Counted in bins of equal width; what is not finite is left out."""
    series = [clamped(losses)[np.isfinite(np.asarray(losses, dtype=float))] for losses in (training, validation)]
    every = np.concatenate(series)
    if not every.size:
        return EndsPicture(empty=empty)
    low, high = float(every.min()), float(every.max())
    log = low > 0 and math.log10(high / low) >= _DECADES
    if log:
        series, low, high = [np.log10(losses) for losses in series], math.log10(low), math.log10(high)
    low, high = finite_range(low, high)
    edges = np.linspace(low, high, BINS + 1)
    counts = np.stack([np.histogram(losses, edges)[0] for losses in series]).astype(float)
    return EndsPicture(edges, counts, log, mark, empty)


def ends_range(picture: EndsPicture) -> tuple[Range, Range]:
    """All bars, as far down as up if there are any below."""
    if picture.nothing:
        return (0.0, 1.0), (0.0, 1.0)
    up, down = (float(counts.max()) for counts in picture.counts)
    x_range = finite_range(float(picture.edges[0]), float(picture.edges[-1]), padding=0.03)
    return x_range, (-1.5 * down if down else 0.0, 1.5 * max(up, 1.0))


def arrange_ends(picture: EndsPicture, view: Viewport, measure: Measure) -> Drawing:
    """The bars in pixels with the names of the two series."""
    if not view.usable:
        return Drawing()
    if picture.nothing:
        return Drawing(labels=(words_in_the_middle(picture.empty, view, measure),) if picture.empty else ())
    areas: list[Area] = []
    strokes: list[Stroke] = []
    labels: list[Label] = []
    for counts, (name, hatch), sign in zip(picture.counts, _LOOKS, (1.0, -1.0), strict=True):
        if not counts.any():
            continue
        bars, outline = _bars(picture.edges, sign * counts, view, name, hatch)
        areas.append(bars)
        strokes.append(outline)
        width, height = measure(name)
        top = 2.0 if sign > 0 else view.height - height - 2.0
        labels.append(Label(Rect(view.width - width - 4.0, top, width, height), ((name, name),)))
    zero = float(view.to_pixels(np.array([view.x_low, 0.0]))[1])
    strokes.append(Stroke(np.array([[0.0, zero], [view.width, zero]]), "muted", 1.0))
    for loss, end in zip(picture.mark, (0.0, view.height), strict=True):
        place = picture.place(loss)
        if math.isfinite(place) and view.x_low <= place <= view.x_high:
            x = float(view.to_pixels(np.array([place, 0.0]))[0])
            strokes.append(Stroke(np.array([[x, zero], [x, end]]), "text", 2.0))
    return Drawing(strokes=tuple(strokes), labels=tuple(labels), areas=tuple(areas))


def _bars(edges: Array, heights: Array, view: Viewport, colour: str, hatch: str) -> tuple[Area, Stroke]:
    """All bars of a series as one outline from the axis and back along it, and a frame about each that is not empty."""
    x = np.repeat(edges, 2)[1:-1]
    tips = view.to_pixels(np.column_stack([x, np.repeat(heights, 2)]))
    feet = view.to_pixels(np.column_stack([x, np.zeros(len(x))]))
    columns = np.arange(math.ceil(view.width)) + 0.5
    at = np.searchsorted(tips[::2, 0], columns, side="right") - 1
    inside = (at >= 0) & (columns < tips[-1, 0])
    ends = np.where(inside, tips[np.clip(2 * at, 0, len(tips) - 1), 1], np.nan)
    zero = feet[0, 1]
    lines = hatch_lines(np.fmin(ends, zero), np.fmax(ends, np.where(inside, zero, np.nan)), hatch, 4.0)
    full = np.flatnonzero(heights)
    corners = np.stack([feet[2 * full], tips[2 * full], tips[2 * full + 1], feet[2 * full + 1]], axis=1)
    joined = np.tile([True, True, True, False], len(full))
    area = Area(np.concatenate([tips, feet[::-1]]), colour, 0.3, lines, 1.0)
    return area, Stroke(corners.reshape(-1, 2), colour, 1.25, (), 1.0, joined)
