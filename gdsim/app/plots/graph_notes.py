"""Where edges at work say all that they carry, and where it is said how often a walk came along an edge.

A note takes the place of what its edge says otherwise, or another free one.  Where all is full it hides words of
edges that rest; it lies on no box and no other note, and an edge without such a place goes on saying what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_labels import ANYWHERE, Place, places_beside
from gdsim.app.plots.graph_picture import EdgePicture
from gdsim.app.plots.graph_plan import Plan, Words

Size = tuple[float, float]
Sizes = Callable[[int], Sequence[Size]]
"""Sizes that the note of an edge can have, the best first; none for an edge without a note."""


@dataclass(frozen=True)
class Notes:
    """Places by edge: of notes, of the words that are still to be read, and of counts."""

    notes: dict[int, Place]
    words: dict[int, Place]
    counts: dict[int, Place]


def place_notes(
    edges: Sequence[EdgePicture], plan: Plan, words: Words, boxes: Sequence[Rect], sizes: Sizes, count: Size
) -> Notes:
    """`boxes` are taken by the graph itself, and `count` is the size of a count."""
    said = {number: place for number, place in enumerate(words.places) if place is not None}
    wanted = {number: list(sizes(number)) for number in range(len(edges))}
    wanted = {number: found for number, found in wanted.items() if found}
    notes: dict[int, Place] = {}
    for polite in (True, False):
        for number, choices in wanted.items():
            for width, height in choices if number not in notes else ():
                others = [place.rect for other, place in said.items() if other not in wanted and polite]
                taken = [*boxes, *others, *(place.rect for place in notes.values())]
                place = places_beside(plan.layout.routes, [(number, width, height)], taken, plan.bounds, plan.lines)
                if place:
                    notes.update(place)
                    break
    covered = [place.rect for place in notes.values()]
    left = {
        number: place
        for number, place in said.items()
        if number not in notes and not any(place.rect.overlap(note) > 0.0 for note in covered)
    }
    taken = [*boxes, *covered, *(place.rect for place in left.values())]
    several = [(number, *count) for number, edge in enumerate(edges) if edge.passes > 1]
    return Notes(notes, left, places_beside(plan.layout.routes, several, taken, plan.bounds, plan.lines, ANYWHERE))
