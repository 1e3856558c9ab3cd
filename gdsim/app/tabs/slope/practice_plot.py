"""A wrong answer beside the right one: both curves, and the first place where they differ."""

from __future__ import annotations

import math

import numpy as np

from gdsim.app.plots.drawing import Array
from gdsim.app.plots.ranges import Range, value_range
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.widgets.figures import format_number
from gdsim.core.practice import Judgement

_HALVES = (4.0, 2.0, 1.0, 0.5, 0.25)
_SEEN = 0.12  # the share of the height by which two values are easily told apart


def comparison_picture(judgement: Judgement) -> SeriesPicture:
    """The derivative as a line, the answer dashed, both ringed where they first differ; empty without curves.

    Of the stretch around that place only so much is shown that the difference can be seen.
    """
    curves = judgement.curves
    if curves is None:
        return SeriesPicture()
    place = judgement.point[curves.variable]
    seen, heights = _window(curves.axis, curves.correct, place, judgement)
    axis = curves.axis[seen]
    at = int(np.searchsorted(axis, place))
    lines = []
    for values, at_place, colour, label, dashes, marker in (
        (curves.correct, judgement.correct, "gradient", "the derivative", (), "disc"),
        (curves.typed, judgement.yours, "step", "your answer", (6.0, 4.0), "square"),
    ):
        x, y = np.insert(axis, at, place), np.insert(_cut(values[seen], heights), at, at_place)
        chosen = (at,) if math.isfinite(at_place) else ()
        lines.append(Series(x, y, colour, label, dashes, marker, chosen))
    return SeriesPicture(tuple(lines), curves.variable, "value", False, False)


def comparison_words(judgement: Judgement) -> str:
    """What is what in the plot, for those who do not tell its colours apart."""
    if judgement.curves is None:
        return ""
    fixed = ", ".join(f"{name} = {format_number(value, trim=True)}" for name, value in judgement.curves.fixed.items())
    others = f" Here {fixed}." if fixed else ""
    return f"Solid: the derivative. Dashed: your answer. Ringed: where they first differ.{others}"


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


def _cut(values: Array, heights: Range) -> Array:
    """Without what towers far above or below the derivative's own heights."""
    low, high = heights
    margin = 0.5 * (high - low)
    with np.errstate(invalid="ignore"):
        return np.where((values > low - margin) & (values < high + margin), values, np.nan)
