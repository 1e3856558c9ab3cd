"""Paints the boxes of a computation graph: the name, the value and the adjoint, and the number of its step."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.graph_ink import FLOWING, LEFT, RIGHT, Ink
from gdsim.app.plots.graph_picture import (
    CONSTANT,
    INPUT,
    NO_VALUE,
    UNDEFINED,
    NodePicture,
    adjoint_text,
    value_text,
)
from gdsim.app.plots.graph_sizes import FLAT, NUMBER_TYPE, TALL, has_sign, padding
from gdsim.app.tokens import mix

_ZOOMED_DIGITS = 6


def paint_node(ink: Ink, node: NodePicture, box: Rect, selected: bool) -> None:
    """Name, value and adjoint are told apart by place, colour and sign."""
    _frame(ink, node, box)
    painter, detail = ink.painter, ink.detail
    pad = ink.length(padding(detail))
    if node.kind == CONSTANT:
        painter.setFont(ink.font(detail.font))
        ink.whole(box, node.title, "muted")
    elif detail.shape == FLAT:
        _flat(ink, node, box, pad)
    else:
        tall = detail.shape == TALL and has_sign(node)
        lines = 2 + bool(node.partial) + tall
        height = (box.height - pad * 0.6) / lines
        row = Rect(box.x + pad - 1, box.y + pad * 0.3, box.width - 2 * pad + 2, height)
        _title(ink, node, row, beside=not tall)
        if tall:
            row = _below(row)
            painter.setFont(ink.font(detail.font))
            ink.whole(row, node.symbol, "muted")
        row = _below(row)
        _value(ink, node, row)
        if node.partial:
            row = _below(row)
            _rule(ink, box, pad, row.y)
            _adjoint(ink, node, row)
    if selected:
        painter.setPen(QPen(QColor(ink.theme.text), ink.stroke(1.5), Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_qrect(box.grown(ink.length(4))), 8, 8)


def paint_number(ink: Ink, node: NodePicture, place: Rect) -> None:
    """The number of the step that reached it, over its box."""
    if node.order is not None and ink.detail.shape != FLAT:
        ink.painter.setFont(ink.font(NUMBER_TYPE))
        ink.whole(place, str(node.order), "muted", LEFT)


def _below(row: Rect) -> Rect:
    return Rect(row.x, row.bottom, row.width, row.height)


def _rule(ink: Ink, box: Rect, pad: float, y: float) -> None:
    ink.painter.setPen(QPen(QColor(ink.theme.border), 1.0))
    ink.painter.drawLine(QPointF(box.x + pad, y), QPointF(box.right - pad, y))


def _flat(ink: Ink, node: NodePicture, box: Rect, pad: float) -> None:
    """Name and value side by side, the adjoint and the number of the step under them."""
    lines = 1 + bool(node.partial)
    height = (box.height - pad * 0.6) / lines
    row = Rect(box.x + pad, box.y + pad * 0.3, box.width - 2 * pad, height)
    painter, detail = ink.painter, ink.detail
    known = node.value is not None
    painter.setFont(ink.font(detail.font, bold=True))
    left = ink.width(node.title)
    ink.text(row, node.title, "text" if known else "muted", LEFT)
    painter.setFont(ink.font(detail.font))
    if has_sign(node):
        sign = f" {node.symbol}"
        ink.text(Rect(row.x + left, row.y, ink.width(sign) + 2, height), sign, "muted", LEFT)
        left += ink.width(sign)
    left += ink.width(" ")
    _value(ink, node, Rect(row.x + left, row.y, row.width - left, height), RIGHT)
    if node.partial:
        row = _below(row)
        _rule(ink, box, pad, row.y)
        _adjoint(ink, node, row, RIGHT)
        if node.order is not None:
            painter.setFont(ink.font(NUMBER_TYPE))
            ink.whole(Rect(row.x, row.y, ink.length(14), height), str(node.order), "muted", LEFT)


def _title(ink: Ink, node: NodePicture, place: Rect, beside: bool) -> None:
    """The name, and `beside` it the sign of the operation."""
    painter, detail = ink.painter, ink.detail
    colour = "text" if node.value is not None else "muted"
    painter.setFont(ink.font(detail.font, bold=True))
    if beside and has_sign(node):
        ink.text(place, node.title, colour, LEFT)
        painter.setFont(ink.font(detail.font))
        ink.text(place, node.symbol, "muted", RIGHT)
    else:
        ink.whole(place, node.title, colour)


def _digits(ink: Ink) -> int:
    return ink.detail.digits if ink.zoom < 1.2 else _ZOOMED_DIGITS


def _value(ink: Ink, node: NodePicture, place: Rect, flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter) -> None:
    ink.painter.setFont(ink.font(ink.detail.font))
    if node.problem:
        ink.text(place, UNDEFINED if ink.width(UNDEFINED) <= place.width else NO_VALUE, "bad", flags)
    else:
        text = value_text(node, ink.width, place.width, _digits(ink))
        ink.whole(place, text, "text" if node.value is not None else "muted", flags)


def _adjoint(ink: Ink, node: NodePicture, place: Rect, flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter) -> None:
    """Its own sign in front, so that it is not told from the value by colour alone."""
    ink.painter.setFont(ink.font(ink.detail.font))
    filling = not node.settled and bool(node.sum_so_far)
    mark = "" if filling or node.right is not None else "∂ "
    if ink.width(mark + adjoint_text(node, ink.width, math.inf, 2)) > place.width:
        mark = ""  # its place and its colour tell it too, a single digit would tell too little
    text = mark + adjoint_text(node, ink.width, place.width - ink.width(mark), _digits(ink))
    colour = "bad" if node.right is not None else FLOWING if node.adjoint is not None or filling else "muted"
    ink.whole(place, text, colour, flags)


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
    pen = QPen(QColor(rim), ink.stroke(width))
    if node.frontier and not node.working and not node.problem:
        pen.setDashPattern([3.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(QColor(fill))
    round_by = min(ink.zoom, 1.5)
    radius = box.height / 2 if node.kind == CONSTANT else (10.0 if node.kind == INPUT else 5.0) * round_by
    painter.drawRoundedRect(_qrect(box), radius, radius)
    if node.output:  # a second rim: here the walk forward ends and the walk back begins
        painter.setPen(QPen(QColor(rim), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_qrect(box.grown(ink.length(3))), radius + 2, radius + 2)


def _qrect(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)
