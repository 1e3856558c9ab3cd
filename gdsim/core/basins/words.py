"""The basin map in words: what becomes of a start, and the rows of its legend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gdsim.core.basins.labels import GONE, MOVING, RESTING, UNDEFINED, UNKNOWN
from gdsim.core.basins.minima import Minimum
from gdsim.core.basins.picture import BasinPicture
from gdsim.core.numerals import in_words, place_in_words
from gdsim.core.objective import Domain, Objective


@dataclass(frozen=True)
class LabelRow:
    """One line of a legend or table: `label` as in the picture; `point` and `value` None unless it is a minimum."""

    label: int
    title: str
    point: tuple[float, ...] | None
    value: float | None
    share: float


def where_from(picture: BasinPicture, objective: Objective, *point: float) -> str:
    """What becomes of a start at this point, as a sentence: that of the nearest start on the grid."""
    return f"From here it {ending(picture.label_at(*point), picture.minima, picture.steps, objective)}."


def ending(label: int, minima: tuple[Minimum, ...], steps: int, objective: Objective) -> str:
    """`settles in the minimum at (3, 2), value 0`, as a predicate."""
    if label >= 0:
        minimum = minima[label]
        place = place_in_words(minimum.point, objective.variables)
        return f"settles in the minimum at {place}, value {in_words(minimum.value)}"
    return {
        MOVING: f"has not settled after {steps} steps: it is still moving",
        GONE: f"is gone within {steps} steps: it diverged, or left for good",
        UNDEFINED: "stops at a place where the function has no value or no slope",
        RESTING: "comes to rest where the surface is level, but not in a minimum that stands by itself",
        UNKNOWN: "is not known yet where it ends",
    }[label]


_TITLES = {
    MOVING: "not settled after {steps} steps (still moving)",
    GONE: "gone: diverged, or left for good",
    UNDEFINED: "no value or no slope",
    RESTING: "rests, but in no minimum",
    UNKNOWN: "not computed yet",
}


def label_rows(picture: BasinPicture, objective: Objective, within: Domain | None = None) -> tuple[LabelRow, ...]:
    """The minima by falling share of the starts, then what else became of starts, if anything.

    Only the starts `within` a part of the map count if that is given.
    """
    labels = picture.labels_within(within)
    there, counts = np.unique(labels, return_counts=True)
    shares = dict(zip(there.tolist(), (counts / labels.size).tolist(), strict=True))
    rows = [
        LabelRow(label, f"minimum at {place_in_words(m.point, objective.variables)}", m.point, m.value, share)
        for label, m in enumerate(picture.minima)
        if (share := shares.get(label, 0.0)) > 0.0
    ]
    rows.sort(key=lambda row: -row.share)
    others = [
        LabelRow(label, title.format(steps=picture.steps), None, None, shares.get(label, 0.0))
        for label, title in _TITLES.items()
    ]
    return (*rows, *(row for row in others if row.share > 0.0))
