"""Paints the parts of the network diagram that are not lines: units, biases, buttons, names, bubble.

Nothing here decides where: rectangles come from the layout.  Only finite numbers reach the painter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gdsim.app.plots.drawing import Array, Rect
from gdsim.app.plots.network_grid import Button
from gdsim.app.plots.network_layout import NetworkLayout
from gdsim.app.plots.network_lines import dash_lengths, draw_lines, line_path
from gdsim.app.plots.network_picture import NetworkPicture
from gdsim.app.plots.network_thumbnails import Place, Thumbnails, curve_lines
from gdsim.app.theme import Theme
from gdsim.app.tokens import mix

_CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, eq=False)
class Brush:
    """A painter with the theme, the font and the scale of lengths."""

    painter: QPainter
    theme: Theme
    font: QFont
    unit: float

    def text(self, rect: Rect, text: str, colour: str, flags: Qt.AlignmentFlag = _CENTRE) -> None:
        self.painter.setPen(QColor(self.theme.colour(colour)))
        self.painter.drawText(qrect(rect), flags, text)

    def pen(self, colour: str, width: float = 1.0) -> None:
        self.painter.setPen(_pen(self.theme.colour(colour), width))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)


@lru_cache(maxsize=64)
def _pen(colour: str, width: float) -> QPen:
    return QPen(QColor(colour), width)


@lru_cache(maxsize=64)
def _shade(one: str, other: str, share: float) -> QColor:
    return QColor(mix(one, other, share))


def qrect(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def largest_bias(picture: NetworkPicture) -> float:
    """What the longest bias bar means; 0 where all biases are zero."""
    sizes = [abs(unit.bias) for layer in picture.layers for unit in layer if math.isfinite(unit.bias)]
    return max(sizes, default=0.0)


def paint_units(brush: Brush, picture: NetworkPicture, layout: NetworkLayout, thumbnails: Thumbnails) -> None:
    """Boxes with their responses, names, bias bars and marks."""
    painter, theme, largest = brush.painter, brush.theme, largest_bias(picture)
    buffer = PrimitiveArray(QLineF, 4)
    for column, units in enumerate(picture.columns):
        boxes, small = layout.boxes[column], layout.small[column]
        if not boxes:
            continue
        # Smoothing makes a difference of a few milliseconds for two hundred boxes, and none to the eye in tiny ones.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not layout.coarse[column])
        thin = small and boxes[0].height <= 3
        painter.setPen(QPen(Qt.PenStyle.NoPen) if thin else _pen(theme.control, 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRects([qrect(box) for box in boxes])
        for index, unit in enumerate(units):
            box = boxes[index]
            if not small:
                paint_response(brush, box, unit.dropped, (column, index), thumbnails, buffer)
            if column and not (layout.coarse[column] and not small):
                paint_bias(brush, layout.bars[column][index], unit.bias, largest)
            if unit.dropped:
                paint_cross(brush, box)
            elif unit.dead:
                paint_dead_mark(brush, box, small)
        if column and layout.coarse[column] and not small:
            _small_biases(brush, layout.bars[column], [unit.bias for unit in units], largest)
    _names(brush, picture, layout)


def paint_response(
    brush: Brush, box: Rect, dropped: bool, place: Place, thumbnails: Thumbnails, buffer: PrimitiveArray
) -> None:
    """The thumbnail of a unit, paler if it is dropped."""
    painter, theme = brush.painter, brush.theme
    image, curve = thumbnails.images.get(place), thumbnails.curves.get(place)
    if image is None and curve is None:
        return
    if dropped:
        painter.setOpacity(0.25)
    if image is not None:
        painter.drawImage(qrect(box), *image)
    if curve is not None:
        zero = thumbnails.zeros[place]
        if 0.0 < zero < 1.0:
            height = box.bottom - 2 - (box.height - 4) * zero
            painter.setPen(_pen(theme.border, 1.0))
            painter.drawLine(QLineF(box.x, height, box.right, height))
        painter.setPen(_pen(theme.function, min(1.5, 1.2 * brush.unit)))
        draw_lines(painter, buffer, curve_lines(curve, box))
    if dropped:
        painter.setOpacity(1.0)
    brush.pen("control")
    painter.drawRect(qrect(box))


def _names(brush: Brush, picture: NetworkPicture, layout: NetworkLayout) -> None:
    brush.painter.setFont(brush.font)
    metrics = QFontMetricsF(brush.font)
    sides = {"left": Qt.AlignmentFlag.AlignRight, "right": Qt.AlignmentFlag.AlignLeft}
    for column, rects in enumerate(layout.labels):
        if not rects:
            continue
        flags = sides.get(layout.label_at[column], Qt.AlignmentFlag.AlignHCenter) | Qt.AlignmentFlag.AlignVCenter
        for rect, unit in zip(rects, picture.columns[column], strict=True):
            text = metrics.elidedText(unit.label, Qt.TextElideMode.ElideRight, rect.width + 2)
            brush.text(rect.grown(1.5), text, "muted" if unit.dropped else "text", flags)


def paint_bias(brush: Brush, bar: Rect, bias: float, largest: float) -> None:
    """A bar from the middle: up (or right) and filled for a positive bias, down (or left) and hollow for a negative."""
    painter, theme = brush.painter, brush.theme
    upright = bar.height > bar.width
    x, y = bar.x + bar.width / 2, bar.y + bar.height / 2
    zero = QLineF(bar.x - 1, y, bar.right + 1, y) if upright else QLineF(x, bar.y, x, bar.bottom)
    if not math.isfinite(bias):
        brush.pen("bad", 2.0)
        painter.drawLine(QLineF(x, bar.y, x, bar.bottom) if upright else QLineF(bar.x, y, bar.right, y))
        return
    if upright:
        painter.fillRect(qrect(bar), _shade(theme.control, theme.panel, 0.25))
    share = abs(bias) / largest if largest > 1e-300 else 0.0
    length = share * (bar.height if upright else bar.width) / 2
    if length > 0.25:
        if upright:
            rect = QRectF(bar.x, y - length if bias > 0 else y, bar.width, length)
        else:
            inset = 0.75 if bar.height >= 4 else 0.0
            rect = QRectF(x if bias > 0 else x - length, bar.y + inset, length, bar.height - 2 * inset)
        if bias > 0 or min(rect.width(), rect.height()) < 2.5:
            painter.fillRect(rect, QColor(theme.weight_positive if bias > 0 else theme.weight_negative))
        else:
            painter.setPen(QPen(QColor(theme.weight_negative), 1.25))
            painter.setBrush(QColor(theme.panel))
            painter.drawRect(rect.adjusted(0.6, 0.6, -0.6, -0.6))
    brush.pen("text" if max(bar.width, bar.height) >= 14 else "muted", 1.0)
    painter.drawLine(zero)


def _small_biases(brush: Brush, bars: tuple[Rect, ...], biases: list[float], largest: float) -> None:
    """The same for bars that are too narrow to be hollow, all of a layer in a few calls."""
    painter, theme = brush.painter, brush.theme
    kinds: dict[str, list[QRectF]] = {"weight_positive": [], "weight_negative": [], "bad": []}
    for bar, bias in zip(bars, biases, strict=True):
        if not math.isfinite(bias):
            kinds["bad"].append(qrect(bar))
            continue
        length = (abs(bias) / largest if largest > 1e-300 else 0.0) * bar.height / 2
        middle = bar.y + bar.height / 2
        rect = QRectF(bar.x, middle - length if bias > 0 else middle, bar.width, length)
        kinds["weight_positive" if bias > 0 else "weight_negative"].append(rect)
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(_shade(theme.control, theme.panel, 0.25))
    painter.drawRects([qrect(bar) for bar in bars])
    for colour, rects in kinds.items():
        if rects:
            painter.setBrush(QColor(theme.colour(colour)))
            painter.drawRects(rects)


def paint_header(brush: Brush, layout: NetworkLayout, *, present: bool, hovered: Button | None) -> None:
    """Titles and buttons; `present` shows those that are there only while somebody is in the diagram."""
    brush.painter.setFont(brush.font)
    for caption in layout.captions:
        brush.text(caption.rect.grown(2), caption.text, "muted")
    for caption in layout.counts:
        brush.text(caption.rect.grown(2), caption.text, "text")
    for button in layout.buttons:
        if button.steady or present:
            _button(brush, button, hovered == button)


def _button(brush: Brush, button: Button, hovered: bool) -> None:
    painter, theme, rect = brush.painter, brush.theme, button.rect
    ink = mix(theme.text, theme.panel, 0.35) if not button.enabled else theme.text
    quiet = button.kind == "remove_layer"
    inset = min(2.0 * brush.unit, rect.width * 0.1)
    face = qrect(rect.grown(-inset))
    if hovered and button.enabled:
        painter.setPen(QPen(QColor(theme.accent), 1.0))
        painter.setBrush(QColor(mix(theme.accent, theme.panel, 0.14)))
        ink = theme.accent
        painter.drawRoundedRect(face, 5, 5)
    elif not quiet:
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(face, 5, 5)
    if quiet and not hovered:
        ink = theme.muted
    if button.kind == "add_layer" and rect.width > 1.5 * rect.height:
        painter.setPen(QColor(ink))
        painter.drawText(qrect(rect), _CENTRE, "+ layer")
        return
    painter.setPen(QPen(QColor(ink), 1.5 * brush.unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
    arm = min(4.5 * brush.unit, rect.width * 0.24)
    if quiet:
        arm *= 0.75
        painter.drawLine(QLineF(x - arm, y - arm, x + arm, y + arm))
        painter.drawLine(QLineF(x - arm, y + arm, x + arm, y - arm))
        return
    painter.drawLine(QLineF(x - arm, y, x + arm, y))
    if button.kind != "remove_unit":
        painter.drawLine(QLineF(x, y - arm, x, y + arm))


def paint_line_mark(brush: Brush, ends: Array, width: float, colour: str, negative: bool) -> None:
    """One line on top of the others, with a rim, for what is hovered, chosen or focused."""
    painter = brush.painter
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = line_path(ends)
    width = max(width, 1.5)
    painter.setPen(QPen(QColor(brush.theme.panel), width + 5.0))
    painter.drawPath(path)
    halo = QPen(QColor(mix(brush.theme.accent, brush.theme.panel, 0.38)), width + 3.0)
    painter.setPen(halo)
    painter.drawPath(path)
    pen = QPen(QColor(brush.theme.colour(colour)), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if negative:
        pen.setDashPattern([length / width for length in dash_lengths(width)])
    painter.setPen(pen)
    painter.drawPath(path)


def paint_ring(brush: Brush, rect: Rect) -> None:
    """The ring about the unit that has the keyboard or the pointer."""
    brush.pen("accent", 2.0)
    brush.painter.drawRoundedRect(qrect(rect.grown(3.0)), 4, 4)


def paint_bubble(brush: Brush, rect: Rect, text: str) -> None:
    painter, theme = brush.painter, brush.theme
    painter.setPen(QPen(QColor(theme.control), 1.0))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(qrect(rect), 5, 5)
    painter.setFont(brush.font)
    brush.text(rect, text, "text")


def bubble_lines(text: str, width: float, font: QFont) -> tuple[str, float, float]:
    """The text, broken where it is wider than there is room, with its width and height."""
    metrics = QFontMetricsF(font)
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and metrics.horizontalAdvance(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    lines.append(line)
    return "\n".join(lines), max(map(metrics.horizontalAdvance, lines)), metrics.height() * len(lines)


def paint_cross(brush: Brush, box: Rect) -> None:
    brush.pen("muted", 1.5)
    brush.painter.drawLine(QLineF(box.x, box.y, box.right, box.bottom))
    brush.painter.drawLine(QLineF(box.x, box.bottom, box.right, box.y))


def paint_dead_mark(brush: Brush, box: Rect, small: bool) -> None:
    """A dashed rim and, where there is room, a struck-out circle at the corner."""
    painter, theme = brush.painter, brush.theme
    pen = QPen(QColor(theme.warning), 1.5)
    pen.setDashPattern([2.5, 2.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(qrect(box))
    if small or box.height < 14:
        return
    radius = min(5.0 * brush.unit, box.height * 0.2)
    x, y = box.right - 1, box.y + 1
    painter.setPen(QPen(QColor(theme.warning), 1.5))
    painter.setBrush(QColor(theme.panel))
    painter.drawEllipse(QPointF(x, y), radius, radius)
    reach = radius * 0.7
    painter.drawLine(QLineF(x - reach, y + reach, x + reach, y - reach))
