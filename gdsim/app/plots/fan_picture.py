"""The losses of many starts as a fan of thin curves, with the best, the median and the worst drawn strong and named.

`FanPicture` says it in data, `arrange_fan` turns it into a `Drawing` in pixels.  No Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.clipping import clipped, in_short_pieces
from gdsim.app.plots.drawing import Array, Disc, Drawing, Label, Rect, Stroke, Viewport
from gdsim.app.plots.labels import Measure
from gdsim.app.plots.line_labels import words_in_the_middle
from gdsim.app.plots.small_multiples import FRAMES
from gdsim.app.ranges import Range, clamped, finite_range

REACH = 10.0
"""Pixels about a curve within which the pointer has it."""
_THIN, _FAINT = 1.0, 0.4
_SAMPLE, _EDGE = 24.0, 6.0  # pixels of a line in the legend, and about it
_HIGHEST = 1.5  # of the first losses: what flies above so many times their highest is cut off
_DECADES = 8.0  # below the highest loss that a log axis shows


@dataclass(frozen=True, eq=False)
class FanPicture:
    """`losses` (n, r) at `steps` (r,), NaN where there is none.  `strong` are rows by their role; `lit` is the row
    that is pointed at.
    """

    steps: Array = field(default_factory=lambda: np.empty(0))
    losses: Array = field(default_factory=lambda: np.empty((0, 0)))
    names: tuple[str, ...] = ()
    strong: tuple[tuple[str, int], ...] = ()
    colour: str = "training"
    title: str = "loss"
    log: bool = True
    lit: int | None = None
    empty: str = ""

    @property
    def nothing(self) -> bool:
        return not len(self.steps) or not np.isfinite(self.losses).any()

    @property
    def heights(self) -> Array:
        """The losses on the upright axis (n, r)."""
        losses = clamped(self.losses)
        if not self.log:
            return losses
        with np.errstate(all="ignore"):
            return np.log10(np.where(losses > 0, losses, np.nan))


def fan_range(picture: FanPicture, words: float = 0.0) -> tuple[Range, Range]:
    """All curves from the first step to the last, but for what flies far above the beginning; a share of the height is
    left free at the top for `words`.
    """
    if picture.nothing:
        return (0.0, 1.0), (0.0, 1.0)
    heights = picture.heights
    known = heights[np.isfinite(heights)]
    if not known.size:
        return (0.0, max(1.0, float(picture.steps[-1]))), (0.0, 1.0)
    low, high = float(known.min()), float(known.max())
    first = picture.losses[:, 0]
    first = first[np.isfinite(first)]
    if first.size:
        top = _HIGHEST * float(first.max())
        high = min(high, math.log10(top) if picture.log and top > 0 else top) if top > 0 else high
    if picture.log:
        low = max(low, high - _DECADES)
    else:
        low = min(low, 0.0)
    x_range = finite_range(0.0, max(1.0, float(picture.steps[-1])) * 1.02)
    low, high = finite_range(low, max(high, low), padding=0.05)
    return x_range, (low, high + (high - low) * words / (1.0 - words))


def curve_at(picture: FanPicture, view: Viewport, pixel: tuple[float, float]) -> int | None:
    """The row of the curve nearest to a pixel, straight above or below it and within REACH."""
    if picture.nothing or not view.usable:
        return None
    step = float(view.to_data(np.array(pixel))[0])
    heights = picture.heights
    at = np.array([np.interp(step, picture.steps, row, left=math.nan, right=math.nan) for row in heights])
    pixels = view.to_pixels(np.column_stack([np.full(len(at), step), at]))[:, 1]
    away = np.abs(pixels - pixel[1])
    away[~np.isfinite(away)] = math.inf
    nearest = int(np.argmin(away))
    return nearest if away[nearest] <= REACH else None


def arrange_fan(picture: FanPicture, view: Viewport, measure: Measure) -> Drawing:
    """The drawing of `picture` in pixels."""
    if not view.usable:
        return Drawing()
    if picture.nothing:
        return Drawing(labels=(words_in_the_middle(picture.empty, view, measure),) if picture.empty else ())
    x = np.asarray(picture.steps, dtype=float)
    heights = picture.heights
    across = np.broadcast_to(x, heights.shape)
    curves = view.to_pixels(np.stack([across, heights], axis=2))
    apart = np.concatenate([curves, np.full((len(curves), 1, 2), np.nan)], axis=1).reshape(-1, 2)
    strokes = _stroked(apart, view, picture.colour, _THIN, (), _FAINT)
    discs: list[Disc] = []
    for role, row in reversed(picture.strong):
        strokes += _stroked(curves[row], view, "panel", 4.0, (), 0.9)
        strokes += _stroked(curves[row], view, picture.colour, 2.25, FRAMES[role], 1.0)
    if picture.lit is not None and 0 <= picture.lit < len(curves):
        row = curves[picture.lit]
        strokes += _stroked(row, view, "panel", 4.5, (), 1.0)
        strokes += _stroked(row, view, "text", 2.25, (), 1.0)
        end = row[np.isfinite(row).all(axis=1)][-1:]
        discs += [Disc(float(px), float(py), 3.5, "text", "panel", 1.25) for px, py in end]
    samples, labels = _legend(picture, view, measure)
    return Drawing(strokes=(*strokes, *samples), discs=tuple(discs), labels=labels)


def legend_height(picture: FanPicture, measure: Measure) -> float:
    """The room in pixels that the names of the strong curves need above all curves."""
    return len(picture.strong) * measure("0")[1] + 2 * _EDGE if picture.strong else 0.0


def _legend(picture: FanPicture, view: Viewport, measure: Measure) -> tuple[list[Stroke], tuple[Label, ...]]:
    """A line and a name for each strong curve, at the top right where the curves have long fallen."""
    words = [f"{role}: {picture.names[row]}" for role, row in picture.strong]
    width = max((measure(text)[0] for text in words), default=0.0)
    left, y = max(view.width - width - _EDGE, _SAMPLE + 2 * _EDGE), _EDGE / 2
    samples, labels = [], []
    for (role, _), text in zip(picture.strong, words, strict=True):
        height = measure(text)[1]
        line = np.array([[left - _SAMPLE - _EDGE, y + height / 2], [left - _EDGE, y + height / 2]])
        samples.append(Stroke(line, picture.colour, 2.25, FRAMES[role]))
        labels.append(Label(Rect(left, y, measure(text)[0], height), ((text, "text"),)))
        y += height
    return samples, tuple(labels)


def _stroked(
    line: Array, view: Viewport, colour: str, width: float, dashes: tuple[float, ...], opacity: float
) -> list[Stroke]:
    points, joined = clipped(line, view, margin=2.0)
    if not len(points):
        return []
    if not dashes:
        points, joined = in_short_pieces(points, joined)
    return [Stroke(points, colour, width, dashes, opacity, joined)]
