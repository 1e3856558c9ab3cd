"""The legend of the network diagram: what width, colour, dash and bar mean, in numbers."""

from __future__ import annotations

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.network_drawing import LEFT, Brush, largest_bias, paint_bias, paint_cross, paint_dead_mark, qrect
from gdsim.app.plots.network_layout import NetworkLayout
from gdsim.app.plots.network_lines import LinePlan
from gdsim.app.plots.network_picture import NetworkPicture
from gdsim.app.widgets.figures import format_number


def paint_legend(brush: Brush, picture: NetworkPicture, layout: NetworkLayout, plan: LinePlan) -> None:
    """What width, colour, dash and bar mean, in numbers; what has no room is left away from the end."""
    painter, metrics = brush.painter, QFontMetricsF(brush.font)
    painter.setFont(brush.font)
    if layout.message is not None:
        words = metrics.elidedText(picture.message, Qt.TextElideMode.ElideRight, layout.message.width)
        brush.text(layout.message, words, "text", LEFT)
    if not picture.columns:
        return
    row, x, gap = 0, layout.legend[0].x, 14.0 * brush.unit
    for sample, text in legend_pieces(picture, plan):
        wide = metrics.horizontalAdvance(text) + (24.0 * brush.unit if sample else 0.0)
        if x + wide > layout.legend[row].right:
            if row + 1 == len(layout.legend):
                continue
            row, x = row + 1, layout.legend[0].x
            if x + wide > layout.legend[row].right:
                continue
        rect = layout.legend[row]
        if sample:
            _sample(brush, sample, Rect(x, rect.y, 20.0 * brush.unit, rect.height))
        left = x + (24.0 * brush.unit if sample else 0.0)
        brush.text(Rect(left, rect.y, wide + 4, rect.height), text, "bad" if sample == "broken" else "muted", LEFT)
        x += wide + gap


def legend_pieces(picture: NetworkPicture, plan: LinePlan) -> list[tuple[str, str]]:
    """The legend as pairs of a sample and words."""
    largest = largest_bias(picture)
    pieces = [
        ("", f"width ∝ |w|, thickest {format_number(plan.largest, 3)}"),
        ("positive", "w > 0"),
        ("negative", "w < 0"),
    ]
    if plan.broken:
        pieces.append(("broken", f"{plan.broken} not finite"))
    if plan.left_out:
        pieces.append(("", f"{plan.left_out} below {format_number(plan.limit, 2)} not drawn"))
    pieces.append(("bias", f"bias, longest {format_number(largest, 3)}"))
    units = [unit for column in picture.columns for unit in column]
    if any(unit.dead for unit in units):
        pieces.append(("dead", "dead"))
    if any(unit.dropped for unit in units):
        pieces.append(("dropped", "dropped"))
    return pieces


def _sample(brush: Brush, kind: str, rect: Rect) -> None:
    painter, theme = brush.painter, brush.theme
    middle = rect.y + rect.height / 2
    side = min(10.0 * brush.unit, rect.height - 3)
    box = Rect(rect.right - side - 1, middle - side / 2, side, side)
    if kind == "bias":
        tall = rect.height - 3
        paint_bias(brush, Rect(rect.right - 14 * brush.unit, middle - tall / 2, 5 * brush.unit, tall), 1.0, 1.0)
        paint_bias(brush, Rect(rect.right - 6 * brush.unit, middle - tall / 2, 5 * brush.unit, tall), -1.0, 1.0)
    elif kind == "dead":
        brush.pen("control")
        painter.drawRect(qrect(box))
        paint_dead_mark(brush, box, small=False)
    elif kind == "dropped":
        brush.pen("control")
        painter.drawRect(qrect(box))
        paint_cross(brush, box)
    else:
        colour = {"positive": theme.weight_positive, "negative": theme.weight_negative}.get(kind, theme.bad)
        pen = QPen(QColor(colour), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if kind != "positive":
            pen.setDashPattern([2.2, 1.4])
        painter.setPen(pen)
        painter.drawLine(QLineF(rect.x, middle, rect.right - 1, middle))
