"""Paints the edges of a computation graph, what they carry, and the notes on those at work.

Nothing here decides where; places come from the layout.  Only finite numbers reach the painter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_ink import FLOWING, LOCAL, Ink, Piece
from gdsim.app.plots.graph_labels import Place
from gdsim.app.plots.graph_layout import Route
from gdsim.app.plots.graph_picture import EdgePicture, GraphPicture, Width, fitting, local_text, product_text
from gdsim.app.plots.graph_sizes import NUMBER_TYPE

_FAR = 5.0  # px from an edge, beyond which a hairline leads from the words to it


def paint_lines(ink: Ink, edges: Sequence[EdgePicture], routes: Sequence[Route]) -> None:
    """Those at work last and those that something flows along before them, so that they lie over the others."""
    for edge, route in sorted(zip(edges, routes, strict=True), key=lambda pair: _rank(pair[0])):
        _line(ink, edge, route)


def _rank(edge: EdgePicture) -> tuple[bool, bool, bool]:
    return edge.working, edge.contribution is not None, edge.reached


def _line(ink: Ink, edge: EdgePicture, route: Route) -> None:
    flowing = edge.contribution is not None
    colour = FLOWING if flowing else "accent" if edge.working else "control"
    pen = QPen(QColor(ink.theme.colour(colour)), ink.stroke(2.6 if edge.working else 1.6 if flowing else 1.2))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if edge.lost:
        pen.setColor(QColor(ink.theme.bad))
        pen.setDashPattern([3.0, 2.0])
    elif edge.carries and not edge.reached:
        pen.setDashPattern([2.0, 2.5])
    ink.painter.setPen(pen)
    ink.painter.setBrush(Qt.BrushStyle.NoBrush)
    ink.painter.drawPath(path_of(route))
    if not edge.carries:
        return
    head = ink.stroke(7.0 if edge.working else 5.0)
    x, y = route.points[0] if flowing else route.points[-1]
    back = head if flowing else -head
    tip, along, across = QPointF(x, y), QPointF(back * 1.3, 0.0), QPointF(0.0, head / 2)
    if route.upright:
        along, across = QPointF(0.0, back * 1.3), QPointF(head / 2, 0.0)
    ink.painter.setPen(Qt.PenStyle.NoPen)
    ink.painter.setBrush(QColor(ink.theme.colour(colour)))
    ink.painter.drawPolygon(QPolygonF([tip, tip + along - across, tip + along + across]))


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


def paint_count(ink: Ink, edge: EdgePicture, place: Place) -> None:
    """How often a walk along every path came through here."""
    _lead(ink, place)
    ink.painter.setFont(ink.font(NUMBER_TYPE, bold=True))
    ink.whole(place.rect, count_text(edge), FLOWING)


def count_text(edge: EdgePicture) -> str:
    return f"{edge.passes}×"


def paint_words(ink: Ink, edge: EdgePicture, place: Place, products: bool) -> None:
    """The local derivative over the line, what flows back under it."""
    painter, rect = ink.painter, place.rect
    if not edge.reached:
        return
    painter.setFont(ink.font(ink.detail.edge_font))
    text = local_text(edge if products else replace(edge, symbol=""), ink.width, rect.width, 3)
    flowing: tuple[Piece, ...] = ()
    if edge.contribution is not None:
        flowing = product_pieces(edge, ink.width, rect.width if products else 0.0)
    half = rect.height / 2
    over = _row(place, ink.width(text), rect.y - 1)
    under = _row(place, ink.width("".join(words for words, _ in flowing)), rect.y + half + 1)
    _lead(ink, Place(_around(over, under) if flowing else over, place.anchor))
    _clear(ink, over)
    ink.whole(over, text, "bad" if edge.undefined else LOCAL)
    if flowing:
        _clear(ink, under)
        ink.pieces(under.x + under.width / 2, under.y, half, flowing)


def _row(place: Place, width: float, top: float) -> Rect:
    """One of two rows of words, at that end of its place which is nearer to the edge."""
    rect = place.rect
    wide = min(width, rect.width)
    left = min(max(place.anchor[0] - wide / 2, rect.x), rect.right - wide)
    return Rect(left, top, wide, rect.height / 2)


def _around(one: Rect, other: Rect) -> Rect:
    left, top = min(one.x, other.x), min(one.y, other.y)
    return Rect(left, top, max(one.right, other.right) - left, max(one.bottom, other.bottom) - top)


def _clear(ink: Ink, place: Rect) -> None:
    """The ground under words, so that a line that passes there does not strike them through."""
    ground = QColor(ink.theme.panel)
    ground.setAlphaF(0.8)
    ink.painter.fillRect(QRectF(place.x, place.y + 1, place.width, place.height - 2), ground)


def _lead(ink: Ink, place: Place, colour: str = "control", style: Qt.PenStyle = Qt.PenStyle.DotLine) -> None:
    """A hairline to the edge from words that do not touch it."""
    (x, y), rect = place.anchor, place.rect
    near_x, near_y = min(max(x, rect.x + 4), rect.right - 4), min(max(y, rect.y), rect.bottom)
    if abs(near_x - x) + abs(near_y - y) > ink.length(_FAR):
        ink.painter.setPen(QPen(QColor(ink.theme.colour(colour)), 0.8 * ink.scale, style))
        ink.painter.drawLine(QPointF(x, y), QPointF(near_x, near_y))


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


def paint_note(ink: Ink, edge: EdgePicture, place: Place, name: str = "") -> None:
    """All that an edge at work carries, on as many lines as there is room for; with its name if it stands far off."""
    painter, rect = ink.painter, place.rect
    colour = FLOWING if edge.contribution is not None else "accent"
    _lead(ink, place, colour, Qt.PenStyle.SolidLine)
    painter.setFont(ink.note_font())
    painter.setPen(QPen(QColor(ink.theme.colour(colour)), 1.0))
    painter.setBrush(QColor(ink.theme.raised))
    painter.drawRoundedRect(QRectF(rect.x, rect.y, rect.width, rect.height), 4, 4)
    pieces = note_pieces(edge, name)
    lines = [pieces]
    if ink.width("".join(text for text, _ in pieces)) > rect.width:
        lines = note_lines(edge, name)
    height = (rect.height - 2) / len(lines)
    for number, line in enumerate(lines):
        ink.pieces(rect.x + rect.width / 2, rect.y + 1 + number * height, height, line)


def note_pieces(edge: EdgePicture, name: str = "") -> tuple[Piece, ...]:
    """The whole product once it is known, before that the local derivative; after the edge's name if there is one."""
    text = product_text(edge)
    head: tuple[Piece, ...] = ((f"{name}:  ", "text"),) if name else ()
    if text:
        local, rest = text.split(" ", 1)
        return *head, (local, LOCAL), (f" {rest}", FLOWING)
    return *head, (local_text(edge, len, 99.0, 3), "bad" if edge.undefined else LOCAL)


def note_lines(edge: EdgePicture, name: str = "") -> list[tuple[Piece, ...]]:
    """The same on two lines, broken before the equals sign."""
    *first, (last, colour) = note_pieces(edge, name)
    if "=" not in last:
        return [(*first, (last, colour))]
    factor, result = last.split("=", 1)
    return [(*first, (factor.rstrip(), colour)), ((f"={result}", colour),)]


def edge_name(picture: GraphPicture, edge: EdgePicture) -> str:
    """From where to where its line points."""
    source, target = picture.nodes[edge.source].title, picture.nodes[edge.target].title
    return f"{source} → {target}" if edge.contribution is None else f"{target} → {source}"
