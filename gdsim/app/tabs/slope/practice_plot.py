"""A wrong answer beside the right one: both curves, and a place where they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from gdsim.app.plots.drawing import Array
from gdsim.app.plots.sampling import sample_curve
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.ranges import Range, value_range
from gdsim.app.widgets.figures import format_number
from gdsim.core.expression import Expr
from gdsim.core.practice import Judgement
from gdsim.core.slope.words import shown_name

_SAMPLES = 241
_HALVES = (4.0, 2.0, 1.0, 0.5, 0.25)
_SEEN = 0.12  # the share of the height by which two values are easily told apart


def comparison_picture(judgement: Judgement, answer: Expr) -> SeriesPicture:
    """The derivative as a line, the answer dashed, both ringed at the judgement's point; empty without curves.

    Of the stretch around that place only so much is shown that the difference can be seen.  A jump of either is not
    joined; `answer` is the derivative.
    """
    curves = judgement.curves
    if curves is None or judgement.typed is None:
        return SeriesPicture()
    place = judgement.point[curves.variable]
    seen, heights = _window(curves.axis, curves.correct, place, judgement)
    axis = curves.axis[seen]
    lines = []
    for formula, at_place, colour, label, dashes, marker in (
        (answer, judgement.correct, "gradient", "the derivative", (), "disc"),
        (judgement.typed, judgement.yours, "step", "your answer", (6.0, 4.0), "square"),
    ):
        x, values = _strokes(formula, curves.variable, curves.fixed, float(axis[0]), float(axis[-1]))
        at = int(np.searchsorted(x, place))
        x, y = np.insert(x, at, place), np.insert(_cut(values, heights), at, at_place)
        chosen = (at,) if math.isfinite(at_place) else ()
        lines.append(Series(x, y, colour, label, dashes, marker, chosen))
    return SeriesPicture(tuple(lines), curves.variable, "value", False, False)


def comparison_words(judgement: Judgement) -> str:
    """What is what in the plot, for those who do not tell its colours apart."""
    if judgement.curves is None:
        return ""
    curves = judgement.curves
    fixed = ", ".join(_at(name, value) for name, value in curves.fixed.items())
    others = f" Here {fixed}." if fixed else ""
    place = _at(curves.variable, judgement.point[curves.variable])
    return f"Solid: the derivative. Dashed: your answer. Ringed: {place}, where they differ.{others}"


def _at(name: str, value: float) -> str:
    return f"{shown_name(name)} = {format_number(value, trim=True)}"


def _window(axis: Array, correct: Array, place: float, judgement: Judgement) -> tuple[np.ndarray, Range]:
    """Which points to show, and the heights: the widest window in which the two values are apart on the screen."""
    own = np.array([judgement.correct, judgement.yours])
    own = own[np.isfinite(own)]
    apart = abs(judgement.correct - judgement.yours)
    for half in _HALVES:
        seen = np.abs(axis - place) <= half
        heights = value_range(correct[seen], own)
        if not apart < _SEEN * (heights[1] - heights[0]):
            break
    return seen, heights


def _strokes(formula: Expr, variable: str, fixed: Mapping[str, float], low: float, high: float) -> tuple[Array, Array]:
    """A formula sampled in order of the variable, with a NaN wherever it jumps."""

    def values(x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(formula(**{variable: x}, **fixed), dtype=float), np.shape(x))

    sampled = sample_curve(values, low, high, samples=_SAMPLES)
    torn = np.flatnonzero(~sampled.joined[:-1] & np.isfinite(sampled.y[:-1]) & np.isfinite(sampled.y[1:])) + 1
    return np.insert(sampled.x, torn, sampled.x[torn]), np.insert(sampled.y, torn, np.nan)


def _cut(values: Array, heights: Range) -> Array:
    """Without what towers far above or below the derivative's own heights."""
    low, high = heights
    margin = 0.5 * (high - low)
    with np.errstate(invalid="ignore"):
        return np.where((values > low - margin) & (values < high + margin), values, np.nan)
