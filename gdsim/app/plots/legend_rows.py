"""A legend above the lines or bars of a small chart: names behind samples, in as many rows as the width asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gdsim.app.plots.labels import Measure

GAP = 5.0  # pixels beside a sample
BETWEEN = 2.0  # pixels between rows
EDGE = 4.0


@dataclass(frozen=True)
class Entry:
    """Words at `x` of their row; `place` is the number of the name whose sample stands before them, -1 for none."""

    place: int
    text: str
    x: float


def legend_rows(names: Sequence[str], width: float, measure: Measure, sample: float) -> list[list[Entry]]:
    """The legend row by row, samples `sample` pixels long: "layer", then a number for each, where all begin alike."""
    shared = {name.rpartition(" ")[0] for name in names}
    entries = list(enumerate(names))
    if len(names) > 1 and len(shared) == 1 and "" not in shared:
        entries = [(-1, shared.pop()), *((place, name.rpartition(" ")[2]) for place, name in entries)]
    rows: list[list[Entry]] = []
    x = math.inf
    for place, text in entries:
        needed = measure(text)[0] + (sample + GAP if place >= 0 else 0.0)
        if x + needed > width - EDGE:
            rows.append([])
            x = EDGE
        rows[-1].append(Entry(place, text, x))
        x += needed + 2 * GAP
    return rows
