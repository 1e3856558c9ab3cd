"""How points look and what the legend calls it: one shape a class, filled for training and hollow for validation.

What else there is to say of a point is said by shape: a cross over a wrong label, a diamond about an outlier, a ring
about a point that the network gets wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.colour_maps import Table, colour_at
from gdsim.app.plots.data_points import DataPoints
from gdsim.app.plots.drawing import Array
from gdsim.app.plots.fit_colours import class_style, values_table
from gdsim.app.ranges import Range, clamped
from gdsim.app.tokens import Theme

_BINS = 64  # colours of points that show a value
_SIZES = ((150, 5.0), (500, 4.25), (1500, 3.5), (math.inf, 2.75))
LEGEND_RADIUS = 4.5


@dataclass(frozen=True)
class Mark:
    """A point of one look; `outlined` ones stand on shades and have an edge in the text's colour."""

    marker: str
    colour: str
    hollow: bool = False
    outlined: bool = True


WRONG, OUTLIER, MISTAKEN = "wrong", "outlier", "mistaken"
"""What is drawn about a point besides its mark."""


def radius_for(count: int) -> float:
    """Pixels from the middle of a point to its edge: the more points, the smaller."""
    return next(radius for most, radius in _SIZES if count <= most)


def marks_of(points: DataPoints, theme: Theme, value_range: Range | None) -> tuple[tuple[Mark, ...], NDArray[np.int_]]:
    """The different marks, and for each point the number of its own.

    Without classes, `value_range` is what the targets' colours span, or None where a point's height says its value.
    """
    held_back = points.validation.astype(np.int_)
    if points.classes:
        styles = [class_style(index, theme) for index in range(len(points.classes))]
        marks = [Mark(marker, colour, hollow) for hollow in (False, True) for colour, marker in styles]
        return tuple(marks), points.class_indices + held_back * len(styles)
    if value_range is None:
        own = (Mark("disc", theme.training, False, False), Mark("disc", theme.validation, True, False))
        return own, held_back
    table = values_table(theme)
    marks = [Mark("disc", _binned(table, place), hollow) for hollow in (False, True) for place in range(_BINS)]
    return tuple(marks), _bins(points.targets, value_range) + held_back * _BINS


def _binned(table: Table, place: int) -> str:
    return colour_at(table, place / (_BINS - 1))


def _bins(targets: Array, value_range: Range) -> NDArray[np.int_]:
    low, high = (float(clamped(end)) for end in value_range)
    with np.errstate(all="ignore"):
        places = (np.clip(clamped(targets), low, high) - low) / (high - low) * (_BINS - 1)
    return np.nan_to_num(places, nan=0.0, posinf=0.0, neginf=0.0).round().astype(np.int_)


@dataclass(frozen=True)
class LineSample:
    """A line as it is drawn."""

    colour: str
    width: float
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True)
class LegendEntry:
    """A mark, or one of the signs about it, or a line, and what it means."""

    mark: Mark | LineSample
    sign: str
    text: str


def legend_entries(points: DataPoints, theme: Theme, value_range: Range | None) -> tuple[LegendEntry, ...]:
    """What is to be seen in this picture, the most important first; nothing that isn't there."""
    if not len(points):
        return ()
    marks, _ = marks_of(points, theme, value_range)
    entries: list[LegendEntry] = []
    if points.classes:
        present = sorted(set(points.class_indices.tolist()))
        entries += [LegendEntry(marks[index], "", points.classes[index]) for index in present]
    if points.classes or value_range is not None:
        # A class's colour would say more than is meant, so the words about all classes go with a grey disc.
        example = {hollow: Mark("disc", theme.muted, hollow, False) for hollow in (False, True)}
    else:
        example = {False: marks[0], True: marks[1]}
    if points.validation.any():
        if not points.validation.all():
            entries.append(LegendEntry(example[False], "", "training"))
        entries.append(LegendEntry(example[True], "", "validation"))
    elif not points.classes:
        entries.append(LegendEntry(example[False], "", "training"))
    signs = ((points.mistaken, MISTAKEN, "mistaken"), (points.wrong, WRONG, "wrong label"),
             (points.outlier, OUTLIER, "outlier"))  # fmt: skip
    entries += [LegendEntry(example[False], sign, text) for mask, sign, text in signs if mask.any()]
    return tuple(entries)


def outline(marker: str) -> Array | None:
    """The corners (k, 2) of a marker of radius 1, y downwards; None for a disc."""
    corners, first, stretch = {
        "square": (4, 0.125, 1.2), "triangle": (3, -0.25, 1.35), "diamond": (4, 0.0, 1.3), "inverted": (3, 0.25, 1.35),
        "pentagon": (5, -0.25, 1.15), "star": (10, -0.25, 1.4), "hexagon": (6, 0.0, 1.1),
    }.get(marker, (0, 0.0, 0.0))  # fmt: skip
    if not corners:
        return None
    angles = 2 * math.pi * (first + np.arange(corners) / corners)
    reach = np.where(np.arange(corners) % 2, 0.5, 1.0) if marker == "star" else np.ones(corners)
    points = np.column_stack([np.cos(angles), np.sin(angles)]) * (reach * stretch)[:, None]
    if corners == 3:  # about the middle of its height, so that it doesn't seem to stand off its place
        points[:, 1] -= (points[:, 1].max() + points[:, 1].min()) / 2
    return points
