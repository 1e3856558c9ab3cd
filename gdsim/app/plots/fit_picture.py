"""What a network of one input says, over its data: curves, ghosts and each hidden neuron's own curve.

`FitPicture` says it in data coordinates, `arrange_fit` turns it into a `Drawing` in pixels.  No Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.clipping import clipped, in_short_pieces
from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.drawing import Array, Drawing, Label, Rect, Stroke, Viewport
from gdsim.app.plots.end_labels import EndLabel
from gdsim.app.plots.fit_colours import ghost_style, neuron_colour
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.ranges import Range, clamped, finite_range, value_range
from gdsim.app.tokens import Theme, mix

_MOST_NAMED_NEURONS = 12
_NO_POINTS = "No points yet"
_HOW_TO_ADD = "choose Add and click here"


def _no_values() -> Array:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class GhostCurve:
    """The curve of a run that was kept; `dashes` numbers its dash pattern."""

    label: str
    xs: Array
    ys: Array
    dashes: int = 0


@dataclass(frozen=True, eq=False)
class NeuronCurve:
    """A hidden neuron's output over the `xs` of the picture; `colour` numbers its hue."""

    label: str
    colour: int
    ys: Array


@dataclass(frozen=True, eq=False)
class FitPicture:
    """`xs` and `fit` (m,) are the network's curve: values, or probabilities of class 1 where the points have classes.

    `truth` (m,) is the curve that the data come from, if it is known.  A point stands at its input and its target.
    """

    domain: Range = (-1.0, 1.0)
    xs: Array = field(default_factory=_no_values)
    fit: Array = field(default_factory=_no_values)
    truth: Array | None = None
    neurons: tuple[NeuronCurve, ...] = ()
    ghosts: tuple[GhostCurve, ...] = ()
    points: DataPoints = field(default_factory=DataPoints)
    x_name: str = "x"
    y_name: str = "y"
    editable: bool = True


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of the picture, `ys` over `xs`; `name` stands at its end unless it is empty."""

    xs: Array
    ys: Array
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    name: str = ""
    cased: bool = False


def curves_of(picture: FitPicture, theme: Theme) -> tuple[Curve, ...]:
    """From the bottom to the top; the network's own curve is the last."""
    curves: list[Curve] = []
    few = len(picture.neurons) <= _MOST_NAMED_NEURONS
    for neuron in picture.neurons:
        colour = neuron_colour(neuron.colour, theme)
        curves.append(Curve(picture.xs, neuron.ys, colour, 1.0, (), neuron.label if few else ""))
    if picture.truth is not None:
        # A wide pale band, so that no thin line can be taken for it.
        curves.append(Curve(picture.xs, picture.truth, mix(theme.muted, theme.panel, 0.4), 4.0, (), "true curve"))
    for ghost in picture.ghosts:
        colour, dashes = ghost_style(ghost.dashes, theme)
        curves.append(Curve(ghost.xs, ghost.ys, colour, 1.75, dashes, ghost.label, cased=True))
    curves.append(Curve(picture.xs, picture.fit, "text", 2.0, (), "network", cased=True))
    return tuple(curve for curve in curves if len(curve.xs) and np.shape(curve.xs) == np.shape(curve.ys))


def fit_range(picture: FitPicture) -> tuple[Range, Range]:
    """The part of the plane that shows the data and the true curve, whatever the network says just now."""
    points, truth = picture.points, picture.truth
    x_range = finite_range(*picture.domain, padding=0.04)
    if points.classes:
        return x_range, finite_range(0.0, max(1.0, len(points.classes) - 1.0), padding=0.1)
    heights = points.places()[:, 1] if len(points) else np.empty(0)
    if points.outlier.any():  # put far off on purpose, and still to be seen
        seen = value_range(heights, heights if truth is None else np.concatenate([heights, truth]))
        return x_range, finite_range(*seen, padding=0.04)
    return x_range, value_range(heights if len(points) or truth is None else truth, () if truth is None else truth)


def arrange_fit(picture: FitPicture, view: Viewport, measure: Measure, theme: Theme) -> Drawing:
    """The curves in pixels, and what to do where there are no points; the names of curves are `end_labels`."""
    if not view.usable:
        return Drawing()
    strokes: list[Stroke] = []
    for curve in curves_of(picture, theme):
        line, joined = clipped(view.to_pixels(np.column_stack([curve.xs, clamped(curve.ys)])), view)
        pieces, apart = in_short_pieces(line, joined)
        if curve.cased:
            strokes.append(Stroke(pieces, "panel", curve.width + 2.0, (), 1.0, apart))
        if curve.dashes:  # in one piece, so that the dashes run on
            pieces, apart = line, joined
        strokes.append(Stroke(pieces, curve.colour, curve.width, curve.dashes, 1.0, apart))
    bounds = Rect(0, 0, view.width, view.height).grown(-6)
    requests = [name for name in _names_inside(picture, view, theme) if measure(name.lines[0][0])[0] < bounds.width]
    labels = place_labels(requests, measure, bounds, (), lines=view.to_pixels(picture.points.places()))
    if not len(picture.points):
        labels = (*labels, no_points(view, measure, picture.editable))
    return Drawing(strokes=tuple(strokes), labels=labels)


def _names_inside(picture: FitPicture, view: Viewport, theme: Theme) -> list[LabelRequest]:
    """The names of curves that leave the picture above or below, at the last place where they are seen."""
    requests = []
    for curve in reversed(curves_of(picture, theme)):
        if curve.name and not _ends_inside(curve, view):
            pixels = view.to_pixels(np.column_stack([curve.xs, clamped(curve.ys)]))
            with np.errstate(invalid="ignore"):
                inside = pixels[((pixels >= 0) & (pixels <= (view.width, view.height))).all(axis=1)]
            if len(inside):
                words = ((curve.name, "text"),)
                requests.append(LabelRequest(words, (float(inside[-1, 0]), float(inside[-1, 1])), distance=6.0))
    return requests


def _ends_inside(curve: Curve, view: Viewport) -> bool:
    """Whether a curve is still in the picture at its right end."""
    height = _height_at(curve, view.x_high)
    return float(curve.xs[0]) <= view.x_high and view.y_low <= height <= view.y_high


def end_labels(picture: FitPicture, view: Viewport, theme: Theme) -> tuple[EndLabel, ...]:
    """The names of the curves at the height where each leaves the picture to the right, the network's first.

    What isn't in the picture there has no name at its edge, which would point at nothing.
    """
    labels = []
    for curve in reversed(curves_of(picture, theme)):
        if curve.name and _ends_inside(curve, view):
            share = (_height_at(curve, view.x_high) - view.y_low) / (view.y_high - view.y_low)
            labels.append(EndLabel(curve.name, curve.colour, float(clamped(share)), curve.width, curve.dashes))
    return tuple(labels)


def _height_at(curve: Curve, x: float) -> float:
    """The curve's height at x, or at its own last point before it; NaN where it has none."""
    x = min(x, float(curve.xs[-1]))
    return float(np.interp(x, curve.xs, clamped(curve.ys)))


def no_points(view: Viewport, measure: Measure, editable: bool) -> Label:
    """What an empty picture says in its middle, in two lines where one is too long."""
    whole = f"{_NO_POINTS}: {_HOW_TO_ADD}"
    lines = [whole] if measure(whole)[0] < view.width - 24 else [f"{_NO_POINTS}:", _HOW_TO_ADD]
    if not editable:
        lines = [_NO_POINTS]
    sizes = [measure(line) for line in lines]
    width, height = max(size[0] for size in sizes), sum(size[1] for size in sizes)
    rect = Rect((view.width - width) / 2, (view.height - height) / 2, width, height)
    return Label(rect, tuple((line, "muted") for line in lines))
