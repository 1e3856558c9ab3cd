"""Paints the parts of a computation graph: boxes, edges with what they carry, the note on the work, the legend.

Nothing here decides where; places come from the layout.  Only finite numbers reach the painter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_layout import GraphLayout, Route
from gdsim.app.plots.graph_picture import (
    CONSTANT,
    INPUT,
    NO_VALUE,
    OPERATION,
    UNDEFINED,
    EdgePicture,
    NodePicture,
    Width,
    adjoint_text,
    fitting,
    local_text,
    product_text,
    value_text,
)
from gdsim.app.plots.graph_sizes import NOTHING, PRODUCTS, Detail, padding
from gdsim.app.theme import Theme
from gdsim.app.tokens import mix

_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LOCAL, FLOWING = "tangent", "gradient"
"""The colours of a local derivative, which is a slope, and of what flows back, which is a gradient."""

Piece = tuple[str, str]
"""Words and their colour."""


@dataclass(frozen=True, eq=False)
class Ink:
    """A painter with the theme, the interface font and the scale of Large type."""

    painter: QPainter
    theme: Theme
    family: QFont
    scale: float
    detail: Detail

    def font(self, size: float, bold: bool = False) -> QFont:
        font = QFont(self.family)
        font.setPixelSize(max(1, round(size * self.scale)))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def text(self, rect: Rect, text: str, colour: str, flags: Qt.AlignmentFlag = _CENTRE) -> None:
        self.painter.setPen(QColor(self.theme.colour(colour)))
        self.painter.drawText(QRectF(rect.x, rect.y, rect.width, rect.height), flags, text)

    def whole(self, rect: Rect, text: str, colour: str) -> None:
        """A number in the present font or a smaller one, never cut: without its exponent it would be another."""
        font, width = QFont(self.painter.font()), self.width(text)
        if width > rect.width:
            smaller = QFont(font)
            smaller.setPixelSize(max(1, math.floor(font.pixelSize() * rect.width / width)))
            self.painter.setFont(smaller)
        self.text(rect, text, colour, _CENTRE | Qt.TextFlag.TextDontClip)
        self.painter.setFont(font)

    def pieces(self, centre: float, top: float, height: float, pieces: Sequence[Piece]) -> None:
        """Words in several colours on one line about `centre`."""
        metrics = QFontMetricsF(self.painter.font())
        widths = [metrics.horizontalAdvance(text) for text, _ in pieces]
        left = centre - sum(widths) / 2
        for (text, colour), width in zip(pieces, widths, strict=True):
            self.text(Rect(left, top, width + 2, height), text, colour, _LEFT)
            left += width

    def width(self, text: str) -> float:
        """In the painter's present font."""
        return QFontMetricsF(self.painter.font()).horizontalAdvance(text)


def paint_edges(ink: Ink, edges: Sequence[EdgePicture], layout: GraphLayout) -> None:
    """The lines, those at work last so that they lie over the others, and then all words."""
    for working in (False, True):
        for edge, route in zip(edges, layout.routes, strict=True):
            if edge.working == working:
                _line(ink, edge, route)
    for edge, route in zip(edges, layout.routes, strict=True):
        if edge.passes > 1:
            _times(ink, edge, route)
    if ink.detail.edges != NOTHING:
        for edge, route in zip(edges, layout.routes, strict=True):
            noted = edge.working and edge.contribution is not None and ink.detail.edges != PRODUCTS
            if route.label is not None and edge.carries and not noted:
                _edge_words(ink, edge, route.label)


def _line(ink: Ink, edge: EdgePicture, route: Route) -> None:
    flowing = edge.contribution is not None
    colour = FLOWING if flowing else "accent" if edge.working else "control" if edge.carries else "border"
    pen = QPen(QColor(ink.theme.colour(colour)), (2.6 if edge.working else 1.6 if flowing else 1.2) * ink.scale)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if edge.lost:
        pen.setColor(QColor(ink.theme.bad))
        pen.setDashPattern([3.0, 2.0])
    elif not edge.reached:
        pen.setDashPattern([2.0, 2.5])
    ink.painter.setPen(pen)
    ink.painter.setBrush(Qt.BrushStyle.NoBrush)
    ink.painter.drawPath(path_of(route))
    if not edge.carries:
        return
    head = (7.0 if edge.working else 5.0) * ink.scale
    x, y = route.points[0] if flowing else route.points[-1]
    back = head if flowing else -head
    tip = QPointF(x, y)
    ink.painter.setPen(Qt.PenStyle.NoPen)
    ink.painter.setBrush(QColor(ink.theme.colour(colour)))
    ink.painter.drawPolygon(QPolygonF([tip, tip + QPointF(back * 1.3, -head / 2), tip + QPointF(back * 1.3, head / 2)]))


def _times(ink: Ink, edge: EdgePicture, route: Route) -> None:
    """How often a walk along every path came through here."""
    x, y = route.middle(0.5)
    ink.painter.setFont(ink.font(9))
    height = 11 * ink.scale
    top = y - height - 1 if y <= route.points[0][1] else y + 1  # of two edges side by side, on the outer side
    ink.text(Rect(x - 30 * ink.scale, top, 60 * ink.scale, height), f"{edge.passes}×", FLOWING)


def path_of(route: Route) -> QPainterPath:
    """Level where the edge passes a column, swinging in between."""
    path = QPainterPath(QPointF(*route.points[0]))
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(route.points)):
        if number % 2 or abs(y1 - y0) < 0.5:
            path.lineTo(x1, y1)
        else:
            middle = (x0 + x1) / 2
            path.cubicTo(middle, y0, middle, y1, x1, y1)
    return path


def _edge_words(ink: Ink, edge: EdgePicture, place: Rect) -> None:
    """The local derivative over the line, what flows back under it."""
    painter = ink.painter
    painter.setFont(ink.font(ink.detail.edge_font))
    half = place.height / 2
    if edge.reached:
        shown = edge if ink.detail.edges == PRODUCTS else _without_symbol(edge)
        text = local_text(shown, ink.width, place.width, 3)
        ink.whole(Rect(place.x, place.y - 1, place.width, half), text, "bad" if edge.undefined else LOCAL)
    if edge.contribution is None:
        return
    pieces = product_pieces(edge, ink.width, place.width if ink.detail.edges == PRODUCTS else 0.0)
    ink.pieces(place.x + place.width / 2, place.y + half + 1, half, pieces)


def _without_symbol(edge: EdgePicture) -> EdgePicture:
    return replace(edge, symbol="")


def product_pieces(edge: EdgePicture, width: Width, room: float) -> tuple[Piece, ...]:
    """Local × upstream = contribution in their colours; where that is too long, the contribution alone."""
    text = product_text(edge)
    if text and width(text) > room:
        text = product_text(edge, 2)
    if not text or width(text) > room:
        value = 0.0 if edge.contribution is None else edge.contribution
        return ((fitting(value, width, max(room, width("−0.0000")), 3), FLOWING),)
    local, rest = text.split(" ", 1)
    return (local, LOCAL), (f" {rest}", FLOWING)


def paint_note(ink: Ink, edge: EdgePicture, place: Rect) -> None:
    """What an edge at work carries, where not every edge says it."""
    painter = ink.painter
    painter.setFont(ink.font(ink.detail.edge_font))
    painter.setPen(QPen(QColor(ink.theme.colour(FLOWING if edge.contribution is not None else "accent")), 1.0))
    painter.setBrush(QColor(ink.theme.raised))
    painter.drawRoundedRect(_qrect(place), 4, 4)
    ink.pieces(place.x + place.width / 2, place.y, place.height, note_pieces(edge))


def note_pieces(edge: EdgePicture) -> tuple[Piece, ...]:
    """The whole product once it is known, before that the local derivative."""
    text = product_text(edge)
    if text:
        local, rest = text.split(" ", 1)
        return (local, LOCAL), (f" {rest}", FLOWING)
    return ((local_text(edge, len, 99.0, 3), "bad" if edge.undefined else LOCAL),)


def paint_node(ink: Ink, node: NodePicture, box: Rect, selected: bool, numbered: bool) -> None:
    """A box with the name, the value and the adjoint, told apart by place, colour and sign."""
    _frame(ink, node, box)
    painter, detail = ink.painter, ink.detail
    known = node.value is not None
    pad = padding(detail) * ink.scale
    if node.kind == CONSTANT:
        painter.setFont(ink.font(detail.font))
        ink.text(box, node.title, "muted")
    else:
        lines = 3 if node.partial else 2
        height = (box.height - pad * 0.6) / lines
        inner = Rect(box.x + pad, box.y + pad * 0.3, box.width - 2 * pad, height)
        _title(ink, node, inner, known)
        painter.setFont(ink.font(detail.font))
        row = Rect(inner.x - 2, inner.y + height, inner.width + 4, height)
        if node.problem:
            ink.text(row, UNDEFINED if ink.width(UNDEFINED) <= row.width else NO_VALUE, "bad")
        else:
            ink.whole(row, value_text(node, ink.width, row.width, detail.digits), "text" if known else "muted")
        if node.partial:
            painter.setPen(QPen(QColor(ink.theme.border), 1.0))
            painter.drawLine(QPointF(box.x + pad, row.bottom), QPointF(box.right - pad, row.bottom))
            _adjoint(ink, node, Rect(row.x, row.bottom, row.width, height))
    if numbered and node.order is not None:
        painter.setFont(ink.font(9))
        above = (15 if node.output else 12) * ink.scale
        ink.text(Rect(box.x + 2, box.y - above, 30 * ink.scale, 11 * ink.scale), str(node.order), "muted", _LEFT)
    if selected:
        painter.setPen(QPen(QColor(ink.theme.text), 1.5 * ink.scale, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_qrect(box.grown(4 * ink.scale)), 8, 8)


def _title(ink: Ink, node: NodePicture, place: Rect, known: bool) -> None:
    painter, detail = ink.painter, ink.detail
    painter.setFont(ink.font(detail.font, bold=True))
    if node.kind == OPERATION and node.symbol and node.symbol != node.title:
        ink.text(place, node.title, "text" if known else "muted", _LEFT)
        painter.setFont(ink.font(detail.font))
        ink.text(place, node.symbol, "muted", _RIGHT)
    else:
        ink.text(place, node.title, "text" if known else "muted")


def _adjoint(ink: Ink, node: NodePicture, place: Rect) -> None:
    """Its own sign in front, so that it is not told from the value by colour alone."""
    filling = not node.settled and bool(node.sum_so_far)
    text = adjoint_text(node, ink.width, place.width - (0.0 if filling else ink.width("∂ ")), ink.detail.digits)
    colour = "bad" if node.right is not None else FLOWING if node.adjoint is not None or filling else "muted"
    whole = text if filling or node.right is not None else f"∂ {text}"
    ink.whole(place, whole if ink.width(whole) <= place.width else text, colour)


def _frame(ink: Ink, node: NodePicture, box: Rect) -> None:
    theme, painter = ink.theme, ink.painter
    fill, rim, width = theme.raised, theme.control, 1.0
    if node.kind == CONSTANT:
        fill, rim = theme.panel, theme.border
    elif node.problem:
        fill, rim, width = mix(theme.bad, theme.panel, 0.12), theme.bad, 2.0
    elif node.working:
        fill, rim, width = mix(theme.accent, theme.panel, 0.16), theme.accent, 2.5
    elif node.frontier:
        rim = theme.accent if node.value is None else theme.gradient  # next on the way forward, or back
        fill, width = mix(rim, theme.panel, 0.10), 1.5
    elif node.value is None:
        fill, rim = theme.panel, theme.border
    elif node.kind == INPUT:
        fill = mix(theme.text, theme.panel, 0.05)
    pen = QPen(QColor(rim), width * ink.scale)
    if node.frontier and not node.working and not node.problem:
        pen.setDashPattern([3.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(QColor(fill))
    radius = (box.height / 2 if node.kind == CONSTANT else 12.0 if node.kind == INPUT else 5.0) * min(ink.scale, 1.0)
    painter.drawRoundedRect(_qrect(box), radius, radius)
    if node.output:  # a second rim: here the walk forward ends and the walk back begins
        painter.setPen(QPen(QColor(rim), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_qrect(box.grown(3 * ink.scale)), radius + 2, radius + 2)


def legend_pieces(detail: Detail) -> list[tuple[Piece, ...]]:
    """What the colours and signs mean, in the order of their importance."""
    pieces: list[tuple[Piece, ...]] = [
        (("3", "text"), ("  value", "muted")),
        (("∂ −4", FLOWING), ("  derivative of the output by it", "muted")),
        (("?", "muted"), ("  not computed yet", "muted")),
    ]
    if detail.edges == NOTHING:
        return pieces
    pieces.insert(1, (("1", LOCAL), ("  local derivative", "muted")))
    if detail.edges == PRODUCTS:
        pieces.append((("1", LOCAL), (" × (−4) = −4", FLOWING), ("  contribution", "muted")))
    return pieces


def paint_legend(ink: Ink, place: Rect) -> None:
    """As many of its parts as there is room for."""
    ink.painter.setFont(ink.font(11))
    left, gap = place.x, 20 * ink.scale
    for pieces in legend_pieces(ink.detail):
        width = sum(ink.width(text) for text, _ in pieces)
        if left + width > place.right:
            break
        ink.pieces(left + width / 2, place.y, place.height, pieces)
        left += width + gap


def _qrect(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)
