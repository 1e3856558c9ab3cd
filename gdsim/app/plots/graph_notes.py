"""Where edges at work say all that they carry, and where it is said how often a walk came along an edge.

These edges come first.  A note takes the place of what its edge says otherwise, or another free one; where all is full
it hides words of edges that rest, or stands further off and a line leads to it.  It lies on no box, no other note and
no words of another edge at work.  What has no place in the whole picture is listed at its foot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_far_places import far_place
from gdsim.app.plots.graph_labels import ANYWHERE, NEAR, TOLERABLE, Place, places_beside
from gdsim.app.plots.graph_picture import EdgePicture
from gdsim.app.plots.graph_plan import Plan, Words

_INSIDE = 8.0  # px that a note far off its edge keeps from the rim of the picture

Size = tuple[float, float]
Sizes = Callable[[int, bool], Sequence[Size]]
"""Sizes that the note of an edge can have, without and with its name, the best first; none for an edge without one."""


@dataclass(frozen=True)
class Notes:
    """Places by edge: of notes, of the words that are still to be read, and of counts."""

    notes: dict[int, Place]
    words: dict[int, Place]
    counts: dict[int, Place]
    far: frozenset[int] = frozenset()
    """Edges whose notes stand so far off that they have to name them."""
    foot: tuple[int, ...] = ()
    """Edges at work whose notes have no place."""

    def silent(self, edges: Sequence[EdgePicture]) -> int:
        """How many edges have something to say and no place to say it."""
        said = {*self.notes, *self.words, *self.foot}
        return sum(edge.carries and edge.reached and number not in said for number, edge in enumerate(edges))


def place_notes(
    edges: Sequence[EdgePicture],
    plan: Plan,
    words: Words,
    boxes: Sequence[Rect],
    sizes: Sizes,
    count: Size,
    within: Rect | None = None,
) -> Notes:
    """`boxes` are taken by the graph itself, and `count` is the size of a count.

    Notes stand `within` what is in sight, None for the whole picture.
    """
    within = within or plan.bounds
    said = {number: place for number, place in enumerate(words.places) if place is not None}
    wanted = {number: list(sizes(number, False)) for number in range(len(edges))}
    wanted = {number: found for number, found in wanted.items() if found}
    speaking = [place.rect for number, place in said.items() if edges[number].working and number not in wanted]
    resting = [place.rect for number, place in said.items() if not edges[number].working]
    routes, solid = plan.layout.routes, [*boxes, *speaking]
    notes: dict[int, Place] = {}
    for spared, worst in ((resting, NEAR), ([], NEAR), (resting, TOLERABLE), ([], TOLERABLE)):
        for shape in range(max(map(len, wanted.values()), default=0)):
            missing = [
                (number, *choices[shape])
                for number, choices in wanted.items()
                if number not in notes and shape < len(choices)
            ]
            taken = [*solid, *spared, *(place.rect for place in notes.values())]
            notes |= places_beside(routes, missing, taken, within, plan.lines, worst)
    far = frozenset(wanted.keys() - notes.keys())
    for number in sorted(far):
        for size in sizes(number, True):
            taken = [*solid, *(place.rect for place in notes.values())]
            found = far_place(routes[number], size, taken, within.grown(-_INSIDE), plan.lines)
            if found is not None:
                notes[number] = found
                break
    covered = [place.rect for place in notes.values()]
    left = {
        number: place
        for number, place in said.items()
        if number not in notes and not any(place.rect.overlap(note) > 0.0 for note in covered)
    }
    taken = [*boxes, *covered, *(place.rect for place in left.values())]
    # Words that had to make way may stand elsewhere.
    away = [
        (number, place.rect.width, place.rect.height)
        for number, place in said.items()
        if number not in notes and number not in left
    ]
    moved = places_beside(routes, away, taken, plan.bounds, plan.lines)
    left |= moved
    taken += [place.rect for place in moved.values()]
    several = [(number, *count) for number, edge in enumerate(edges) if edge.passes > 1]
    counts = places_beside(routes, several, taken, plan.bounds, plan.lines, ANYWHERE)
    return Notes(notes, left, counts, far, tuple(sorted(far - notes.keys())))
