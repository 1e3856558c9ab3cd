"""The legend of the network diagram: what width, colour, dash and bar mean, in numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.network_drawing import (
    LEFT,
    Brush,
    bubble_lines,
    largest_bias,
    paint_bias,
    paint_cross,
    paint_dead_mark,
    qrect,
)
from gdsim.app.plots.network_layout import LEGEND_GAP, LEGEND_SAMPLE, NetworkLayout, legend_rows
from gdsim.app.plots.network_lines import LinePlan, hair_colour
from gdsim.app.plots.network_picture import NetworkPicture
from gdsim.app.widgets.figures import format_number


def paint_legend(brush: Brush, picture: NetworkPicture, layout: NetworkLayout, plan: LinePlan) -> None:
    """What width, colour, dash and bar mean, in numbers; what has no room is left away from the end."""
    painter, metrics = brush.painter, QFontMetricsF(brush.font)
    painter.setFont(brush.font)
    if layout.message is not None:
        lines = bubble_lines(picture.message, layout.message.width, brush.font)[0].split("\n")
        most = max(1, round(layout.message.height / metrics.height()))
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        words = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, layout.message.width) for line in lines]
        brush.text(layout.message, "\n".join(words).strip(), "text", LEFT)
    if not picture.columns:
        return
    for sample, text, place in placed_legend(picture, layout, plan, metrics.horizontalAdvance):
        left = place.x
        if sample:
            _sample(brush, sample, Rect(place.x, place.y, 20.0 * brush.unit, place.height))
            left += LEGEND_SAMPLE * brush.unit
        colour = "bad" if sample == "broken" else "muted"
        brush.text(Rect(left, place.y, place.right - left + 4, place.height), text, colour, LEFT)


def placed_legend(
    picture: NetworkPicture, layout: NetworkLayout, plan: LinePlan, width_of: Callable[[str], float]
) -> list[tuple[str, str, Rect]]:
    """The samples, words and places of those pieces of the legend that there is room for."""
    rows = layout.legend
    pieces = [
        (sample, text if width_of(text) <= rows[0].width else text.partition(", ")[2] or text)
        for sample, text in legend_pieces(picture, plan)
    ]
    widths = [width_of(text) + (LEGEND_SAMPLE * layout.unit if sample else 0.0) for sample, text in pieces]
    gap, x, placed = LEGEND_GAP * layout.unit, [rect.x for rect in rows], []
    for (sample, text), width, row in zip(
        pieces, widths, legend_rows(widths, rows[0].width, gap, len(rows)), strict=True
    ):
        if row is not None:
            placed.append((sample, text, Rect(x[row], rows[row].y, width, rows[row].height)))
            x[row] += width + gap
    return placed


def legend_pieces(picture: NetworkPicture, plan: LinePlan) -> list[tuple[str, str]]:
    """The legend as pairs of a sample and words, the most important first."""
    largest = largest_bias(picture)
    pieces = [
        ("", f"width ∝ |w|, thickest {format_number(plan.largest, 3)}"),
        ("bias", f"bias, longest {format_number(largest, 3)}"),
        ("positive", "w > 0"),
        ("negative", "w < 0"),
    ]
    if plan.broken:
        pieces.append(("broken", f"{plan.broken} not finite"))
    if plan.hairlines:
        pieces.append(("thin", f"thin: below {format_number(plan.limit, 2)}" if plan.limit else "thin: all are 0"))
    units = [unit for column in picture.columns for unit in column]
    if any(unit.dead for unit in units):
        pieces.append(("dead", "dead"))
    if any(unit.dropped for unit in units) and not picture.message:
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
        width = 2.5
        if kind == "thin":
            colour, width = hair_colour(1, False, theme), 1.0
        pen = QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if kind not in ("positive", "thin"):
            pen.setDashPattern([2.2, 1.4])
        painter.setPen(pen)
        painter.drawLine(QLineF(rect.x, middle, rect.right - 1, middle))
