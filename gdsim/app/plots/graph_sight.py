"""Which part of the computation graph is in sight: the whole, until the user zooms or pans."""

from __future__ import annotations

from collections.abc import Sequence

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_canvas import GraphCanvas, View
from gdsim.app.plots.graph_layout import GraphLayout

SMALLEST_ZOOM, LARGEST_ZOOM = 0.15, 6.0
_STAYS = 60.0  # px of the graph that cannot be moved out of sight


class GraphSight:
    """The view of a widget of a size; as long as nothing else is chosen, the whole graph whatever the size."""

    def __init__(self, canvas: GraphCanvas) -> None:
        self._canvas = canvas
        self._chosen: View | None = None
        self.width = self.height = 1.0

    @property
    def view(self) -> View:
        return self._chosen or self._canvas.fit(self.width, self.height)

    @property
    def chosen(self) -> bool:
        """Whether the user has zoomed or panned."""
        return self._chosen is not None

    @property
    def layout(self) -> GraphLayout:
        """Where everything is, before zoom and pan."""
        return self._canvas.plan(self.width, self.height).layout

    def fit(self) -> None:
        self._chosen = None

    def resize(self, width: float, height: float) -> None:
        """What was in the middle stays there, if the user has chosen it."""
        view, before = self._chosen, self.layout if self._chosen else None
        x, y = view.point(self.width / 2, self.height / 2) if view else (0.0, 0.0)
        self.width, self.height = max(width, 1.0), max(height, 1.0)
        if view is not None and before is not None:
            across = self.layout.width / max(before.width, 1.0)
            down = self.layout.height / max(before.height, 1.0)
            left = self.width / 2 - view.zoom * x * across
            self._chosen = self._kept(View(left, self.height / 2 - view.zoom * y * down, view.zoom))

    def zoom_by(self, factor: float, x: float, y: float) -> None:
        """Larger about a point of the widget, no smaller than the whole graph."""
        view, whole = self.view, self._canvas.fit(self.width, self.height).zoom
        wanted = min(max(view.zoom * factor, min(SMALLEST_ZOOM, whole)), max(LARGEST_ZOOM, whole))
        self._chosen = self._kept(view.zoomed(wanted / view.zoom, x, y))

    def pan_to(self, view: View) -> None:
        self._chosen = self._kept(view)

    def reveal(self, nodes: Sequence[int]) -> None:
        """Pan just so far that these vertices are in sight; the whole graph is so already."""
        if self._chosen is None or not nodes:
            return
        view, boxes = self._chosen, self.layout.boxes
        room = self._canvas.room(self.width, self.height)
        seen = [view.seen(boxes[node]) for node in nodes]
        left, right = min(box.x for box in seen), max(box.right for box in seen)
        top, bottom = min(box.y for box in seen), max(box.bottom for box in seen)
        across = max(room.x - left, 0.0) - max(right - room.right, 0.0)
        down = max(room.y - top, 0.0) - max(bottom - room.bottom, 0.0)
        if abs(across) > 0.5 or abs(down) > 0.5:
            self._chosen = self._kept(View(view.left + across, view.top + down, view.zoom))

    def seen(self, node: int) -> Rect:
        """Where a vertex is on the widget."""
        return self.view.seen(self.layout.boxes[node])

    def shown(self, bounds: Rect) -> tuple[Rect, ...]:
        """The boxes and the words in sight."""
        view = self.view
        plan = self._canvas.plan(self.width, self.height)
        within = self._canvas.in_sight(plan, view, self.width, self.height)
        notes = self._canvas.notes(plan, self._canvas.words(plan, view.zoom), within)
        places = (*notes.words.values(), *notes.notes.values(), *notes.counts.values())
        rects = (view.seen(rect) for rect in (*plan.layout.boxes, *(place.rect for place in places)))
        return tuple(rect for rect in rects if rect.overlap(bounds) > 0)

    def _kept(self, view: View) -> View:
        """Some of the graph always stays in sight."""
        layout = self.layout
        left = min(max(view.left, _STAYS - view.zoom * layout.width), self.width - _STAYS)
        top = min(max(view.top, _STAYS - view.zoom * layout.height), self.height - _STAYS)
        return View(left, top, view.zoom)
