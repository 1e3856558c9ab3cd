"""The computation graph painted as a whole, with what is kept from one frame to the next: order, layout, places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_edge_drawing import (
    count_text,
    edge_name,
    note_lines,
    note_pieces,
    paint_count,
    paint_lines,
    paint_note,
)
from gdsim.app.plots.graph_edge_drawing import paint_words as paint_edge_words
from gdsim.app.plots.graph_ink import Ink, Piece, note_pixel_size, pixel_size
from gdsim.app.plots.graph_labels import Place
from gdsim.app.plots.graph_layout import Route
from gdsim.app.plots.graph_legend import paint_foot, paint_legend
from gdsim.app.plots.graph_node_drawing import paint_node, paint_number
from gdsim.app.plots.graph_notes import Notes, place_notes
from gdsim.app.plots.graph_picture import GraphPicture, product_text
from gdsim.app.plots.graph_plan import Plan, Words, fitting_zoom, make_plan, number_place, taken_by_boxes, words_at
from gdsim.app.plots.graph_sizes import NUMBER_TYPE, Measure
from gdsim.app.plots.graph_skeleton import Skeleton
from gdsim.app.theme import ThemeManager

MARGIN, LEGEND = 16.0, 24.0
_SIGHT_STEP, _LEAST_SIGHT = 32.0, 160.0  # px by which the view moves before notes do, and the least room for them
_SIZE_STEP = 16.0  # px of the widget
_ZOOM_STEP = 1.2  # places of words are found anew whenever the zoom has grown by so much


@dataclass(frozen=True)
class View:
    """A point (x, y) of the layout is seen at (left + zoom·x, top + zoom·y)."""

    left: float = 0.0
    top: float = 0.0
    zoom: float = 1.0

    def seen(self, rect: Rect) -> Rect:
        return Rect(self.left + self.zoom * rect.x, self.top + self.zoom * rect.y, self.zoom * rect.width,
                    self.zoom * rect.height)  # fmt: skip

    def seen_point(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.left + self.zoom * point[0], self.top + self.zoom * point[1]

    def seen_route(self, route: Route) -> Route:
        return Route(tuple(map(self.seen_point, route.points)), None, route.own)

    def seen_place(self, place: Place) -> Place:
        return Place(self.seen(place.rect), self.seen_point(place.anchor))

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
        self._skeleton: tuple[object, Skeleton] | None = None
        self._plan: tuple[object, Plan] | None = None
        self._words: tuple[Plan, Words] | None = None
        self._notes: tuple[GraphPicture, Words, Rect | None, Notes] | None = None

    def plan(self, width: float, height: float) -> Plan:
        """How much is said and where everything is, for a widget of this size."""
        shape = self.picture.shape
        if self._skeleton is None or self._skeleton[0] != shape:
            self._skeleton = (shape, Skeleton.of(self.picture))
        room = self.room(width, height)
        # A window that is being resized has not to be laid out anew at every pixel: `fit` does the rest.
        size = (max(room.width // _SIZE_STEP, 1.0) * _SIZE_STEP, max(room.height // _SIZE_STEP, 1.0) * _SIZE_STEP)
        key = (shape, size, self.themes.scale)
        if self._plan is None or self._plan[0] != key:
            self._plan = (key, make_plan(self._skeleton[1], *size, self.themes.scale, self._measure))
        return self._plan[1]

    def room(self, width: float, height: float) -> Rect:
        """Where the graph may be in a widget of this size."""
        margin, legend = MARGIN * self.themes.scale, LEGEND * self.themes.scale
        return Rect(margin, margin, max(width - 2 * margin, 1.0), max(height - 2 * margin - legend, 1.0))

    def fit(self, width: float, height: float) -> View:
        """The view that shows the whole graph in the middle."""
        plan = self.plan(width, height)
        room = self.room(width, height)
        layout = plan.layout
        zoom = fitting_zoom(layout.width, layout.height, room.width, room.height)
        left = room.x + (room.width - zoom * layout.width) / 2
        top = room.y + (room.height - zoom * layout.height) / 2
        return View(left, top, zoom)

    def words(self, plan: Plan, zoom: float) -> Words:
        """Where edges say what they carry at this zoom."""
        if zoom <= plan.zoom * _ZOOM_STEP:
            return plan.words
        step = plan.zoom * _ZOOM_STEP ** math.floor(math.log(zoom / plan.zoom, _ZOOM_STEP))
        if self._words is None or self._words[0] is not plan or self._words[1].zoom != step:
            self._words = (plan, words_at(self.picture, plan, step, self.themes.scale, self._measure))
        return self._words[1]

    def paint(self, painter: QPainter, width: float, height: float, view: View) -> None:
        """Graph and legend in a widget of this size; what is out of sight is left out."""
        plan = self.plan(width, height)
        ink = Ink(painter, self.themes.theme, self.themes.font(), self.themes.scale, plan.detail)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.picture.nodes:
            painter.setFont(self.themes.font())
            ink.text(Rect(0, 0, width, height), self.picture.message, "muted")
            return
        words = self.words(plan, view.zoom)
        painter.save()
        self._paint_graph(Ink(painter, ink.theme, ink.family, ink.scale, plan.detail, view.zoom), plan, words, view,
                          Rect(0.0, 0.0, width, height))  # fmt: skip
        painter.restore()
        margin, legend = 12 * self.themes.scale, LEGEND * self.themes.scale
        foot = Rect(margin, height - legend, width - 2 * margin, legend)
        painter.fillRect(QRectF(0, foot.y, width, legend), QColor(self.themes.theme.panel))
        notes = self.notes(plan, words, self.in_sight(plan, view, width, height))
        if notes.foot:
            paint_foot(ink, foot, self.picture, notes.foot)
        else:
            paint_legend(ink, foot, bool(words.rects), words.products, notes.silent(self.picture.edges))

    def _paint_graph(self, ink: Ink, plan: Plan, words: Words, view: View, sight: Rect) -> None:
        edges = self.picture.edges
        paint_lines(ink, edges, [view.seen_route(route) for route in plan.layout.routes])
        for number, (node, box) in enumerate(zip(self.picture.nodes, plan.layout.boxes, strict=True)):
            seen = view.seen(box)
            if seen.grown(20).overlap(sight) > 0.0:
                paint_node(ink, node, seen, number == self.picture.selected)
                if self.picture.ordered:
                    paint_number(ink, node, view.seen(number_place(node, box, self.themes.scale)))
        notes = self.notes(plan, words, self.in_sight(plan, view, sight.width, sight.height))
        for edge, place in notes.words.items():
            paint_edge_words(ink, edges[edge], view.seen_place(place), words.products)
        for edge, place in notes.counts.items():
            paint_count(ink, edges[edge], view.seen_place(place))
        for edge, place in notes.notes.items():
            name = edge_name(self.picture, edges[edge]) if edge in notes.far else ""
            paint_note(ink, edges[edge], view.seen_place(place), name)

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """The whole graph in `place`, for a file: as vectors if the painter's device keeps them."""
        painter.save()
        painter.translate(place.topLeft())
        painter.fillRect(QRectF(0, 0, place.width(), place.height()), QColor(self.themes.theme.panel))
        self.paint(painter, place.width(), place.height(), self.fit(place.width(), place.height()))
        painter.restore()

    def whole_size(self, width: float, height: float) -> tuple[float, float]:
        """The size of a picture of the whole graph in which nothing has to be shrunk."""
        layout, room = self.plan(width, height).layout, self.room(width, height)
        return max(layout.width - room.width, 0.0) + width, max(layout.height - room.height, 0.0) + height

    def notes(self, plan: Plan, words: Words, within: Rect | None = None) -> Notes:
        """Where edges at work say all that they carry, `within` a part in sight, and what the others go on saying."""
        kept = self._notes
        if kept is None or kept[0] is not self.picture or kept[1] is not words or kept[2] != within:
            self._notes = kept = (self.picture, words, within, self._placed_notes(plan, words, within))
        return kept[3]

    def in_sight(self, plan: Plan, view: View, width: float, height: float) -> Rect | None:
        """The part of the layout that a widget of this size shows, in coarse steps; None if that is all or little."""
        seen = view.seen(plan.bounds)
        foot = height - LEGEND * self.themes.scale
        if min(seen.x, seen.y, width - seen.right, foot - seen.bottom) >= -_SIGHT_STEP:
            return None
        left, top = (math.ceil(-start / _SIGHT_STEP) * _SIGHT_STEP for start in (view.left, view.top))
        right = math.floor((width - view.left) / _SIGHT_STEP) * _SIGHT_STEP
        bottom = math.floor((foot - view.top) / _SIGHT_STEP) * _SIGHT_STEP
        if min(right - left, bottom - top) < _LEAST_SIGHT:
            return None
        zoom = view.zoom
        return Rect(left / zoom, top / zoom, (right - left) / zoom, (bottom - top) / zoom)

    def _placed_notes(self, plan: Plan, words: Words, within: Rect | None) -> Notes:
        scale, zoom = self.themes.scale, words.zoom
        metrics = QFontMetricsF(self._font(note_pixel_size(plan.detail.edge_font, zoom, scale)))
        usual = QFontMetricsF(self._font(pixel_size(plan.detail.edge_font, zoom, scale)))
        small = QFontMetricsF(self._font(pixel_size(NUMBER_TYPE, zoom, scale)))

        def size(lines: list[tuple[Piece, ...]]) -> tuple[float, float]:
            wide = max(metrics.horizontalAdvance("".join(text for text, _ in line)) for line in lines)
            return (wide + 10 * scale) / zoom, (len(lines) * metrics.height() + 2) / zoom

        def sizes(number: int, named: bool) -> list[tuple[float, float]]:
            edge, place = self.picture.edges[number], words.places[number]
            said = place is not None and edge.contribution is None
            if place is not None and words.products:
                said = usual.horizontalAdvance(product_text(edge)) <= zoom * place.rect.width
            if said or not (edge.working and edge.carries and edge.reached):
                return []
            name = edge_name(self.picture, edge) if named else ""
            return [size([note_pieces(edge, name)]), size(note_lines(edge, name))]

        widest = max((small.horizontalAdvance(count_text(edge)) for edge in self.picture.edges), default=0.0)
        count = (1.15 * widest + 3) / zoom, small.height() / zoom
        boxes = taken_by_boxes(self.picture, plan.layout, scale)
        return place_notes(self.picture.edges, plan, words, boxes, sizes, count, within)

    def _measure(self, size: float) -> Measure:
        metrics = QFontMetricsF(self._font(size))

        @cache
        def measure(text: str) -> tuple[float, float]:
            return metrics.horizontalAdvance(text), metrics.height()

        return measure

    def _font(self, size: float) -> QFont:
        font = QFont(self.themes.font())
        font.setPixelSize(max(1, round(size)))
        return font
