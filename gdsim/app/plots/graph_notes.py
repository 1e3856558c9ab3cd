"""Where edges at work say what they carry, in a graph that has no room to say it on every edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_layout import GraphLayout, Route
from gdsim.app.plots.graph_picture import EdgePicture

_SHARES = (0.5, 0.62, 0.38, 0.75, 0.25, 0.85, 0.15)  # places along an edge, by preference
_AWAY = (0.0, -1.0, 1.0, -1.6, 1.6, -2.3, 2.3, -3.0, 3.0, -3.8, 3.8)  # heights of a note, up or down
_OTHER_NOTES, _FAR = 3.0, 6.0  # how bad it is to cover these, in px², and to be a height away, in px
_BEYOND = 12.0  # px that a note may reach out of the graph at its sides

Note = tuple[EdgePicture, Rect]
Size = Callable[[EdgePicture], tuple[float, float]]


def place_notes(edges: Sequence[EdgePicture], layout: GraphLayout, noted: Callable[[EdgePicture], bool],
                size: Size) -> list[Note]:  # fmt: skip
    """A place near its line for each edge that is `noted`, on no box; an edge without such a place has no note."""
    labels = [
        route.label
        for edge, route in zip(edges, layout.routes, strict=True)
        if route.label is not None and edge.carries and not noted(edge)
    ]
    notes: list[Note] = []
    for edge, route in zip(edges, layout.routes, strict=True):
        if noted(edge):
            place = _best(_places(route, size(edge), layout.width), layout.boxes, labels, [note for _, note in notes])
            if place is not None:
                notes.append((edge, place))
    return notes


def _places(route: Route, size: tuple[float, float], whole: float) -> list[Rect]:
    width, height = size
    found = []
    for share in _SHARES:
        x, y = route.middle(share)
        left = max(-_BEYOND, min(x - width / 2, whole + _BEYOND - width))
        found += [Rect(left, y + (away - 0.5) * height, width, height) for away in _AWAY]
    return found


def _best(places: list[Rect], boxes: Sequence[Rect], labels: Sequence[Rect], taken: Sequence[Rect]) -> Rect | None:
    left, right = min(place.x for place in places), max(place.right for place in places)
    top, bottom = min(place.y for place in places), max(place.bottom for place in places)
    reach = Rect(left, top, right - left, bottom - top)
    near = [box for box in boxes if box.overlap(reach) > 0.0]
    free = [number for number, place in enumerate(places) if not any(place.overlap(box) > 0.0 for box in near)]

    def cost(number: int) -> float:
        place = places[number]
        return (
            _OTHER_NOTES * sum(place.overlap(other) for other in taken)
            + sum(place.overlap(label) for label in labels)
            + _FAR * abs(_AWAY[number % len(_AWAY)]) * place.height
            + number
        )

    return places[min(free, key=cost)] if free else None
