"""What is drawn of a derivative: the part that has been traced out, the rest faintly or not at all, and the slope at x.

Pure functions from a frozen `DerivativePicture` to a `Drawing` in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdsim.app.plots.arrows import BALL_RADIUS
from gdsim.app.plots.curve_picture import dotted, undefined_bands
from gdsim.app.plots.drawing import Array, Disc, Dots, Drawing, Rect, Stroke, Viewport, square
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.sampling import CurveSamples
from gdsim.app.widgets.figures import format_number

_BALL, _RING = 7.0, 5.0


@dataclass(frozen=True)
class DerivativePicture:
    """`slope` at x, or at a kink `left` and `right`; NaN where there is none.  `traced` are stretches of x.

    `whole` shows the rest faintly; `hidden` shows nothing at x, where the slope is being guessed; `words` says why
    there is no slope at x.
    """

    x: float = math.nan
    slope: float = math.nan
    left: float = math.nan
    right: float = math.nan
    traced: tuple[tuple[float, float], ...] = ()
    whole: bool = False
    hidden: bool = False
    words: str = ""


def traced_part(
    samples: CurveSamples, traced: tuple[tuple[float, float], ...], function: Callable[[Array], Array]
) -> tuple[Array, np.ndarray]:
    """The points (n, 2) of a sampled curve inside the stretches, whose ends are computed, and which are joined."""
    parts: list[Array] = []
    joins: list[np.ndarray] = []
    for low, high in traced:
        low, high = max(low, float(samples.x[0])), min(high, float(samples.x[-1]))
        if high <= low:
            continue
        first, last = np.searchsorted(samples.x, low, side="right"), np.searchsorted(samples.x, high, side="left")
        ends = np.array([low, high])
        heights = np.broadcast_to(np.asarray(function(ends), dtype=float), ends.shape)
        x = np.concatenate([[low], samples.x[first:last], [high]])
        y = np.concatenate([heights[:1], samples.y[first:last], heights[1:]])
        joined = np.concatenate([[samples.joined[max(first - 1, 0)]], samples.joined[first:last], [False]])
        parts.append(np.column_stack([x, y]))
        joins.append(joined)
    if not parts:
        return np.empty((0, 2)), np.zeros(0, dtype=bool)
    return np.concatenate(parts), np.concatenate(joins)


def arrange_derivative(
    picture: DerivativePicture,
    view: Viewport,
    measure: Measure,
    curve: CurveSamples | None = None,
    part: tuple[Array, np.ndarray] | None = None,
) -> Drawing:
    """The drawing: `curve` is the whole derivative as it is seen, `part` what `traced_part` says of it."""
    if not view.usable:
        return Drawing()
    strokes: list[Stroke] = []
    discs: list[Disc] = []
    dots: tuple[Dots, ...] = ()
    requests: list[LabelRequest] = []
    zero = float(view.to_pixels(np.array([view.x_low, 0.0]))[1])
    if 0 < zero < view.height:
        strokes.append(Stroke(np.array([[0.0, zero], [view.width, zero]]), "muted", 1.0, (1.0, 3.0)))
    bands = undefined_bands(curve, view) if picture.whole else ()
    if curve is not None and picture.whole and curve.defined:
        pixels = view.to_pixels(np.column_stack([curve.x, curve.y]))
        strokes.append(Stroke(pixels, "gradient", 1.25, (2.0, 3.0), 0.7, curve.joined))
    if part is not None and len(part[0]):
        strokes.append(Stroke(view.to_pixels(part[0]), "gradient", 2.5, joined=part[1]))
    x, _ = (float(at) for at in view.to_pixels(np.array([picture.x, 0.0]))) if math.isfinite(picture.x) else (-1.0, 0.0)
    if 0 <= x <= view.width:
        strokes.insert(0, Stroke(np.array([[x, 0.0], [x, view.height]]), "step", 1.0, (2.0, 3.0), 0.8))
        marks, requests = _at_x(picture, view, x)
        discs += marks
    if not picture.whole and not requests and not (part is not None and len(part[0])):
        words = (("Move x: its slope is traced out here.", "muted"),)
        requests.append(LabelRequest(words, (view.width / 2, view.height / 2), ("n", "s"), 4.0))
    lines = [dotted(view.to_pixels(part[0]), view)] if part is not None and len(part[0]) else []
    labels = place_labels(
        requests,
        measure,
        Rect(0, 0, view.width, view.height).grown(-4),
        forbidden=[square(disc.x, disc.y, disc.radius + 3) for disc in discs],
        lines=np.concatenate(lines) if lines else None,
    )
    return Drawing(bands, tuple(strokes), dots, (), tuple(discs), labels)


def _at_x(picture: DerivativePicture, view: Viewport, x: float) -> tuple[list[Disc], list[LabelRequest]]:
    """The slope at x as a ball, one-sided slopes as rings, or words where there is none."""
    sideways = ("e", "w", "ne", "nw", "se", "sw", "n", "s") if x < view.width * 0.7 else (
        "w", "e", "nw", "ne", "sw", "se", "n", "s")  # fmt: skip
    if picture.hidden:
        words = (("slope ?", "gradient"),)
        return [], [LabelRequest(words, (x, view.height / 2), sideways, 8.0)]
    found = [(picture.slope, "", _BALL)] if math.isfinite(picture.slope) else [
        (picture.left, " from the left", _RING), (picture.right, " from the right", _RING)]  # fmt: skip
    discs, requests = [], []
    for slope, side, radius in found:
        if not math.isfinite(slope):
            continue
        y = float(view.to_pixels(np.array([picture.x, slope]))[1])
        place = min(max(y, 0.0), view.height)
        if y == place:
            fill, ring = ("panel", "gradient") if side else ("gradient", "panel")
            discs.append(Disc(x, y, radius, fill, ring, 2.0))
        outside = "" if y == place else " ↑" if y < 0 else " ↓"
        text = f"f′(x) = {format_number(slope)}" if not side else f"{format_number(slope)}{side}"
        requests.append(LabelRequest(((text + outside, "gradient"),), (x, place), sideways, BALL_RADIUS + 2))
    if picture.words:
        height = view.height / 2 if not discs else 12.0
        requests.append(LabelRequest(((picture.words, "muted"),), (x, height), sideways, 8.0))
    return discs, requests
