"""What of a computation graph is under the pointer, and where an arrow key leads from a vertex; plain arithmetic."""

from __future__ import annotations

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_layout import GraphLayout
from gdsim.app.plots.graph_picture import EDGE, NODE, GraphPicture, Spot


def spot_at(picture: GraphPicture, layout: GraphLayout, x: float, y: float, reach: float) -> Spot | None:
    """The vertex at a point of the layout, else the edge whose label is there or whose line is within `reach`."""
    for number, box in enumerate(layout.boxes):
        if _inside(box, x, y):
            return NODE, number
    best: tuple[float, int] | None = None
    for number, route in enumerate(layout.routes):
        label = route.label
        if label is not None and picture.edges[number].carries and _inside(label, x, y):
            return EDGE, number
        (x0, y0), (x1, y1) = route.points[0], route.points[-1]
        if route.upright and min(y0, y1) <= y <= max(y0, y1) and abs(x - x0) <= reach:
            return EDGE, number
        if x0 <= x <= x1 and x1 > x0:
            away = abs(route.middle((x - x0) / (x1 - x0))[1] - y)
            if away <= reach and (best is None or away < best[0]):
                best = away, number
    return None if best is None else (EDGE, best[1])


def next_node(picture: GraphPicture, layout: GraphLayout, node: int, direction: str) -> int:
    """The vertex beside this one: up and down within its column, right to one that uses it, left to one it uses."""
    column = next(column for column in layout.columns if node in column)
    if direction in ("up", "down"):
        place = column.index(node) + (1 if direction == "down" else -1)
        return column[min(max(place, 0), len(column) - 1)]
    near = picture.after(node) if direction == "right" else picture.before(node)
    middle = _middle(layout, node)
    return min(near, key=lambda other: (abs(_middle(layout, other) - middle), other), default=node)


def _middle(layout: GraphLayout, node: int) -> float:
    box = layout.boxes[node]
    return box.y + box.height / 2


def _inside(rect: Rect, x: float, y: float) -> bool:
    return rect.x <= x <= rect.right and rect.y <= y <= rect.bottom
