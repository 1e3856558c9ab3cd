"""What a network of one input says, over its data: curves, ghosts and each hidden neuron's own curve.

`FitPicture` says it in data coordinates, `arrange_fit` turns it into a `Drawing` in pixels.  No Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gdsim.app.plots.clipping import clipped, in_short_pieces
from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.drawing import Array, Drawing, Label, Rect, Stroke, Viewport
from gdsim.app.plots.end_labels import EndLabel
from gdsim.app.plots.fit_colours import ghost_style, neuron_colour
from gdsim.app.plots.labels import LabelRequest, Measure, place_labels
from gdsim.app.plots.line_labels import words_in_the_middle
from gdsim.app.ranges import Range, clamped, finite_range, value_range
from gdsim.app.tokens import Theme, mix
from gdsim.app.widgets.figures import format_number

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
    labels = edge_label(*_where_it_is(picture, view), picture.points, view, measure)
    if not len(picture.points):
        labels = (*labels, no_points(view, measure, picture.editable))
    return Drawing(strokes=tuple(strokes), labels=labels)


def edge_label(
    sentence: str, at_the_top: bool, points: DataPoints, view: Viewport, measure: Measure
) -> tuple[Label, ...]:
    """A sentence at an edge of the picture, off the points where that is possible; nothing if it has no room."""
    bounds = Rect(0, 0, view.width, view.height).grown(-6)
    lines = words_in_the_middle(sentence, view, measure).lines if sentence else ()
    if not lines or max(measure(line)[0] for line, _ in lines) > bounds.width:
        return ()
    words = tuple((line, "text") for line, _ in lines)
    ways = ("s", "se", "sw") if at_the_top else ("n", "ne", "nw")
    request = LabelRequest(words, (view.width / 2, 0.0 if at_the_top else view.height), ways, 6.0)
    return place_labels([request], measure, bounds, (), lines=view.to_pixels(points.places()))


def spoken_range(name: str, low: float, high: float) -> str:
    """y = 3, or y from 3 to 4."""
    first, last = (format_number(end, 3, trim=True) for end in (low, high))
    return f"{name} = {first}" if first == last else f"{name} from {first} to {last}"


def _where_it_is(picture: FitPicture, view: Viewport) -> tuple[str, bool]:
    """A sentence about a network's curve of which nothing is seen, empty for any other; whether it is above."""
    xs, ys = picture.xs, picture.fit
    seen = (xs >= view.x_low) & (xs <= view.x_high) if len(xs) == len(ys) else np.zeros(0, dtype=bool)
    if not seen.any():
        return "", True
    heights = clamped(ys[seen])
    if np.isnan(heights).all():
        return "The network’s answers are no numbers", True
    line, _ = clipped(view.to_pixels(np.column_stack([xs[seen], heights])), view)
    if len(line):
        return "", True
    values = spoken_range(picture.y_name, float(np.nanmin(heights)), float(np.nanmax(heights)))
    above = bool(np.nanmin(heights) > view.y_high)
    where = "\u2191 network, above the picture" if above else "\u2193 network, below the picture"
    return f"{where}: {values}", above


def end_labels(picture: FitPicture, view: Viewport, theme: Theme) -> tuple[EndLabel, ...]:
    """The names of the curves at the height where each leaves the picture to the right, the network's first.

    An arrow says that a curve is above or below the picture there.
    """
    labels = []
    for curve in reversed(curves_of(picture, theme)):
        if curve.name and float(curve.xs[0]) <= view.x_high:
            share = float(clamped((_height_at(curve, view.x_high) - view.y_low) / (view.y_high - view.y_low)))
            if math.isfinite(share):
                arrow = " \u2191" if share > 1 else " \u2193" if share < 0 else ""
                labels.append(EndLabel(curve.name + arrow, curve.colour, share, curve.width, curve.dashes))
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
