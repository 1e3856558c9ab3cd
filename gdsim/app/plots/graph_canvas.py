"""The computation graph painted as a whole, with what is kept from one frame to the next: order and layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_drawing import Ink, note_pieces, paint_edges, paint_legend, paint_node, paint_note
from gdsim.app.plots.graph_layout import GraphLayout
from gdsim.app.plots.graph_notes import Note, place_notes
from gdsim.app.plots.graph_order import Order
from gdsim.app.plots.graph_picture import EdgePicture, GraphPicture
from gdsim.app.plots.graph_sizes import NOTHING, PRODUCTS, Detail, Measure, choose_detail, smallest_zoom
from gdsim.app.theme import ThemeManager

MARGIN, LEGEND = 20.0, 24.0
LARGEST_FIT = 1.3


@dataclass(frozen=True)
class View:
    """A point (x, y) of the layout is seen at (left + zoom·x, top + zoom·y)."""

    left: float = 0.0
    top: float = 0.0
    zoom: float = 1.0

    def seen(self, rect: Rect) -> Rect:
        return Rect(self.left + self.zoom * rect.x, self.top + self.zoom * rect.y, self.zoom * rect.width,
                    self.zoom * rect.height)  # fmt: skip

    def point(self, x: float, y: float) -> tuple[float, float]:
        """The inverse, for a point on the screen."""
        return (x - self.left) / self.zoom, (y - self.top) / self.zoom

    def zoomed(self, factor: float, x: float, y: float) -> View:
        """Larger by `factor`, with what is seen at (x, y) staying there."""
        return View(x - (x - self.left) * factor, y - (y - self.top) * factor, self.zoom * factor)


class GraphCanvas:
    """Paints `picture`, which is replaced whole."""

    def __init__(self, themes: ThemeManager) -> None:
        self.themes = themes
        self.picture = GraphPicture()
        self._order: tuple[object, Order] | None = None
        self._notes: tuple[GraphPicture, GraphLayout, list[Note]] | None = None
        self._layout: tuple[object, tuple[Detail, GraphLayout]] | None = None

    @property
    def order(self) -> Order:
        shape = self.picture.shape
        if self._order is None or self._order[0] != shape:
            self._order = (shape, self.picture.order())
        return self._order[1]

    def layout(self, width: float, height: float) -> tuple[Detail, GraphLayout]:
        """How much is said and where everything is, for a widget of this size."""
        key = (self.picture.shape, width, height, self.themes.scale)
        if self._layout is None or self._layout[0] != key:
            room = self.room(width, height)
            found = choose_detail(self.picture, self.order, room.width, room.height, self.themes.scale, self._measure())
            self._layout = (key, found)
        return self._layout[1]

    def room(self, width: float, height: float) -> Rect:
        """Where the graph may be in a widget of this size."""
        margin, legend = MARGIN * self.themes.scale, LEGEND * self.themes.scale
        return Rect(margin, margin, max(width - 2 * margin, 1.0), max(height - 2 * margin - legend, 1.0))

    def fit(self, width: float, height: float) -> View:
        """The view that shows the whole graph, or as much from its left as stays readable."""
        detail, layout = self.layout(width, height)
        room = self.room(width, height)
        wanted = min(room.width / max(layout.width, 1.0), room.height / max(layout.height, 1.0), LARGEST_FIT)
        zoom = max(wanted, smallest_zoom(detail))
        left = room.x + max(room.width - zoom * layout.width, 0.0) / 2
        top = room.y + max(room.height - zoom * layout.height, 0.0) / 2
        return View(left, top, zoom)

    def paint(self, painter: QPainter, width: float, height: float, view: View) -> None:
        """Graph and legend in a widget of this size; boxes out of sight are left out."""
        detail, layout = self.layout(width, height)
        ink = Ink(painter, self.themes.theme, self.themes.font(), self.themes.scale, detail)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.picture.nodes:
            painter.setFont(self.themes.font())
            ink.text(Rect(0, 0, width, height), self.picture.message, "muted")
            return
        painter.save()
        painter.translate(QPointF(view.left, view.top))
        painter.scale(view.zoom, view.zoom)
        paint_edges(ink, self.picture.edges, layout)
        numbered = self.picture.ordered and detail.row >= 12
        for number, (node, box) in enumerate(zip(self.picture.nodes, layout.boxes, strict=True)):
            seen = view.seen(box)
            if seen.right >= 0 and seen.bottom >= 0 and seen.x <= width and seen.y <= height:
                paint_node(ink, node, box, number == self.picture.selected, numbered)
        for edge, place in self.notes(width, height):
            paint_note(ink, edge, place)
        painter.restore()
        margin, legend = 12 * self.themes.scale, LEGEND * self.themes.scale
        foot = Rect(margin, height - legend, width - 2 * margin, legend)
        painter.fillRect(QRectF(0, foot.y, width, legend), QColor(self.themes.theme.panel))
        paint_legend(ink, foot)

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """The whole graph in `place`, for a file: as vectors if the painter's device keeps them."""
        painter.save()
        painter.translate(place.topLeft())
        painter.fillRect(QRectF(0, 0, place.width(), place.height()), QColor(self.themes.theme.panel))
        view = self.fit(place.width(), place.height())
        _, layout = self.layout(place.width(), place.height())
        room = self.room(place.width(), place.height())
        zoom = min(view.zoom, room.width / max(layout.width, 1.0), room.height / max(layout.height, 1.0))
        left = room.x + (room.width - zoom * layout.width) / 2
        top = room.y + (room.height - zoom * layout.height) / 2
        self.paint(painter, place.width(), place.height(), View(left, top, zoom))
        painter.restore()

    def whole_size(self, width: float, height: float) -> tuple[float, float]:
        """The size of a picture of the whole graph that says as much as a widget of this size does."""
        _, layout = self.layout(width, height)
        room = self.room(width, height)
        return max(layout.width - room.width, 0.0) + width, max(layout.height - room.height, 0.0) + height

    def notes(self, width: float, height: float) -> list[Note]:
        """Where edges at work say what they carry, if not every edge says all of it."""
        detail, layout = self.layout(width, height)
        if self._notes is None or self._notes[0] is not self.picture or self._notes[1] is not layout:
            self._notes = (self.picture, layout, self._placed_notes(detail, layout))
        return self._notes[2]

    def _placed_notes(self, detail: Detail, layout: GraphLayout) -> list[Note]:
        metrics = QFontMetricsF(self._font(detail.edge_font * self.themes.scale))

        def noted(edge: EdgePicture) -> bool:
            known = edge.contribution is not None or detail.edges == NOTHING
            return edge.working and edge.carries and edge.reached and known

        def size(edge: EdgePicture) -> tuple[float, float]:
            words = "".join(text for text, _ in note_pieces(edge))
            return metrics.horizontalAdvance(words) + 10 * self.themes.scale, metrics.height() + 2

        return [] if detail.edges == PRODUCTS else place_notes(self.picture.edges, layout, noted, size)

    def _measure(self) -> Callable[[float], Measure]:
        def of_size(size: float) -> Measure:
            metrics = QFontMetricsF(self._font(size))

            def measure(text: str) -> tuple[float, float]:
                return metrics.horizontalAdvance(text), metrics.height()

            return measure

        return of_size

    def _font(self, size: float) -> QFont:
        font = QFont(self.themes.font())
        font.setPixelSize(max(1, round(size)))
        return font
