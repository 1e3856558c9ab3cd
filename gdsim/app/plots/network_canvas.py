"""The network diagram painted as a whole, with what is kept from one frame to the next: layout, lines, thumbnails.

The widget says what the pointer and the keyboard are at; a file gets the same drawing without buttons and bubbles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.network_bubble import UnitBubble, paint_unit_bubble, place_unit_bubble
from gdsim.app.plots.network_drawing import (
    Brush,
    bubble_lines,
    paint_bubble,
    paint_header,
    paint_line_mark,
    paint_ring,
    paint_units,
)
from gdsim.app.plots.network_grid import Button
from gdsim.app.plots.network_hairlines import Hairlines
from gdsim.app.plots.network_layout import NetworkLayout, line_height, make_layout, place_bubble
from gdsim.app.plots.network_legend import paint_legend
from gdsim.app.plots.network_lines import LinePlan, most_lines, paint_lines, plan_lines
from gdsim.app.plots.network_picture import INPUTS, NetworkPicture
from gdsim.app.plots.network_spots import Spot, button_words, spot_exists, spot_number, spot_words
from gdsim.app.plots.network_thumbnails import Thumbnails, make_thumbnails
from gdsim.app.theme import Theme, ThemeManager


@dataclass(frozen=True)
class Attention:
    """Where pointer and keyboard are.

    `present` shows the buttons that are there only while somebody is, `bubble` reads out what is hovered or focused.
    """

    hovered: Spot | None = None
    focused: Spot | None = None
    button: Button | None = None
    pointer: tuple[float, float] = (0.0, 0.0)
    present: bool = False
    framed: bool = False
    bubble: bool = True


class NetworkCanvas:
    """Paints `picture`, which is replaced whole."""

    def __init__(self, themes: ThemeManager) -> None:
        self.themes = themes
        self.picture = NetworkPicture()
        self._layout: tuple[object, NetworkLayout] | None = None
        self._plan: tuple[NetworkPicture, NetworkLayout, LinePlan] | None = None
        self._thumbnails: tuple[tuple[object, ...], Thumbnails] | None = None
        self._line_image: tuple[LinePlan, NetworkLayout, Theme, tuple[QImage, ...], QImage] | None = None
        self._hairlines = Hairlines()

    def layout(self, width: float, height: float) -> NetworkLayout:
        """Where everything is at this size."""
        picture = self.picture
        ends = (*picture.inputs, *picture.layers[-1]) if picture.layers else ()
        key = (
            picture.shape, tuple(unit.label for unit in ends), picture.activations, picture.editable_layers,
            bool(picture.message), width, height, self.themes.scale,
        )  # fmt: skip
        if self._layout is None or self._layout[0] != key:
            metrics = QFontMetricsF(self.themes.font("secondary"))

            def measure(text: str) -> tuple[float, float]:
                return metrics.horizontalAdvance(text), metrics.height()

            self._layout = (key, make_layout(picture, width, height, self.themes.scale, measure))
        return self._layout[1]

    def plan(self, layout: NetworkLayout) -> LinePlan:
        """How each weight is drawn."""
        if self._plan is None or self._plan[0] is not self.picture or self._plan[1] is not layout:
            self._plan = (self.picture, layout, plan_lines(self.picture, layout.unit, most_lines(layout.body)))
        return self._plan[2]

    def paint(self, painter: QPainter, size: QSize, ratio: float, attention: Attention) -> None:
        """Draw the diagram for a screen with `ratio` pixels a px."""
        layout = self.layout(size.width(), size.height())
        plan = self.plan(layout)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush = self._brush(painter, layout)
        painter.drawImage(QPoint(0, 0), self._lines(layout, plan, size, ratio))
        if not self.picture.columns:
            painter.setFont(brush.font)
            brush.text(layout.body, "The network is drawn here as soon as there is one.", "muted")
        self._paint_marks(brush, layout, plan, (self._chosen(), attention.focused, attention.hovered))
        paint_units(brush, self.picture, layout, self._small_pictures(layout))
        for spot in (attention.focused, attention.hovered):
            if spot is not None and not spot.is_weight and spot_exists(self.picture, spot):
                paint_ring(brush, layout.target(spot.layer + 1, spot.unit))
        paint_header(brush, layout, present=attention.present, hovered=attention.button)
        paint_legend(brush, self.picture, layout, plan)
        if attention.bubble:
            self._paint_bubble(brush, layout, attention)
        if attention.framed:
            brush.pen("accent", 2.0)
            painter.drawRect(QRectF(1, 1, size.width() - 2, size.height() - 2))

    @property
    def behind(self) -> bool:
        """Whether another frame would show more of the present picture."""
        return self._line_image is not None and self._line_image[0].many_hairlines and self._hairlines.behind

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """Draw the diagram into `place`, for a file: as vectors if the painter's device keeps them."""
        layout = self.layout(place.width(), place.height())
        plan = self.plan(layout)
        painter.save()
        painter.translate(place.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, place.width(), place.height()), QColor(self.themes.theme.panel))
        brush = self._brush(painter, layout)
        paint_lines(painter, plan, layout.lines, self.themes.theme, exact=True)
        self._paint_marks(brush, layout, plan, (self._chosen(),))
        paint_units(brush, self.picture, layout, self._small_pictures(layout).cut_out())
        paint_header(brush, layout.without_buttons(), present=False, hovered=None)
        paint_legend(brush, self.picture, layout, plan)
        painter.restore()

    def important(self, layout: NetworkLayout, spot: Spot) -> tuple[Rect, ...]:
        """What a bubble about `spot` had better not cover: units nearby, buttons, words, the line itself."""
        column = spot.layer + 1
        near = [layout.target(column, spot.unit).grown(4)]
        near += [button.rect for button in layout.buttons if button.steady]
        near += [*layout.legend, *([layout.message] if layout.message else [])]
        for other in (column - 1, column, column + 1):
            if 0 <= other < len(layout.boxes) and not layout.small[other]:
                near += [layout.target(other, index) for index in range(len(layout.boxes[other]))]
        if spot.source is not None:
            x0, _, x1, _ = map(float, layout.lines[spot.layer][spot.source, spot.unit])
            ends = layout.lines[spot.layer][spot.source : spot.source + 1, spot.unit : spot.unit + 1]
            for part in range(8):
                x = x0 + (part + 0.5) / 8 * (x1 - x0)
                near.append(Rect(x - (x1 - x0) / 16, float(line_height(ends, x)[0, 0]) - 4, (x1 - x0) / 8, 8))
            near.append(layout.target(column - 1, spot.source).grown(4))
        return tuple(near)

    def _paint_marks(self, brush: Brush, layout: NetworkLayout, plan: LinePlan, spots: tuple[Spot | None, ...]) -> None:
        """The lines that are chosen, focused or hovered, over the others."""
        for spot in dict.fromkeys(spots):
            if spot is None or spot.source is None or not spot_exists(self.picture, spot):
                continue
            value = spot_number(self.picture, spot)
            colour = "weight_negative" if value < 0 else "weight_positive" if value > 0 else "muted"
            width = float(plan.widths(spot.layer)[spot.source, spot.unit])
            paint_line_mark(brush, layout.lines[spot.layer][spot.source, spot.unit], width, colour, value < 0)

    def _paint_bubble(self, brush: Brush, layout: NetworkLayout, attention: Attention) -> None:
        spot, button = attention.hovered or attention.focused, attention.button
        if button is not None:
            text, rect = button_words(button), button.rect
            at, avoid = (rect.x + rect.width / 2, rect.bottom), (rect,)
        elif spot is not None and not spot.is_weight and spot_exists(self.picture, spot):
            paint_unit_bubble(brush, self.unit_bubble(layout, spot, brush), self.picture.unit(spot.layer, spot.unit),
                              self._enlarged(spot))  # fmt: skip
            return
        elif spot is not None and spot_exists(self.picture, spot):
            text, avoid = spot_words(self.picture, spot), self.important(layout, spot)
            at = self._anchor(layout, spot, attention)
        else:
            return
        text, width, height = bubble_lines(text, min(layout.width - 32, 240 * layout.unit), brush.font)
        size = (width + 16 * layout.unit, height + 8 * layout.unit)
        paint_bubble(brush, place_bubble(size, at, Rect(2, 2, layout.width - 4, layout.height - 4), avoid), text)

    def unit_bubble(self, layout: NetworkLayout, spot: Spot, brush: Brush) -> UnitBubble:
        """Beside a unit: its response enlarged, and what there is to say of it."""
        unit = self.picture.unit(spot.layer, spot.unit)
        lines = spot_words(self.picture, spot).split(", ")
        if spot.layer != INPUTS:
            bias = lines[0].partition(" = ")[2].replace(" (", "\n(", 1).split("\n")
            lines = [unit.label, f"bias\N{NO-BREAK SPACE}{bias[0]}", *bias[1:], *lines[1:]]
        bounds = Rect(2, 2, layout.width - 4, layout.height - 4)
        box = layout.target(spot.layer + 1, spot.unit)
        return place_unit_bubble(lines, unit.thumbnail is not None, box, bounds, brush)

    def _enlarged(self, spot: Spot) -> Thumbnails:
        """The response of one unit with all its cells."""
        unit = self.picture.unit(spot.layer, spot.unit)
        alone = NetworkPicture(
            (), ((unit,),), (np.zeros((0, 1)),), thumbnail_colours=self.picture.thumbnail_colours
        )  # fmt: skip
        return make_thumbnails(alone, self.themes.theme, (False, False))

    def _anchor(self, layout: NetworkLayout, spot: Spot, attention: Attention) -> tuple[float, float]:
        """The point of a unit or a line that its bubble stands by: at the pointer, or in the middle."""
        if spot.source is None:
            box = layout.target(spot.layer + 1, spot.unit)
            return box.x + box.width / 2, box.bottom
        ends = layout.lines[spot.layer]
        if spot == attention.hovered:
            x = attention.pointer[0]
        else:
            x = float(ends[spot.source, spot.unit, 0] + ends[spot.source, spot.unit, 2]) / 2
        return x, float(line_height(ends, x)[spot.source, spot.unit])

    def _lines(self, layout: NetworkLayout, plan: LinePlan, size: QSize, ratio: float) -> QImage:
        """The lines on the panel as an image, drawn anew only when one of them looks different."""
        theme = self.themes.theme
        pixels = (size.toSizeF() * ratio).toSize().expandedTo(QSize(1, 1))
        hairs = self._hairlines.images(plan, layout.lines, theme, pixels, ratio) if plan.many_hairlines else ()
        if self._line_image is not None:
            old_plan, old_layout, old_theme, old_hairs, image = self._line_image
            same = old_layout is layout and old_theme is theme and image.size() == pixels and old_hairs == hairs
            if same and plan.same_lines(old_plan):
                return image
        image = QImage(pixels, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(theme.panel))
        painter = QPainter(image)
        for hair in hairs:
            painter.drawImage(QPoint(0, 0), hair)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_lines(painter, plan, layout.lines, theme, exact=False)
        painter.end()
        self._line_image = (plan, layout, theme, hairs, image)
        return image

    def _small_pictures(self, layout: NetworkLayout) -> Thumbnails:
        key = (self.picture, self.themes.theme, layout.small, layout.coarse)
        if self._thumbnails is None or self._thumbnails[0] != key:
            self._thumbnails = (key, make_thumbnails(self.picture, self.themes.theme, layout.small, layout.coarse))
        return self._thumbnails[1]

    def _brush(self, painter: QPainter, layout: NetworkLayout) -> Brush:
        return Brush(painter, self.themes.theme, self.themes.font("secondary"), layout.unit)

    def _chosen(self) -> Spot | None:
        if self.picture.selected is None:
            return None
        layer, i, j = self.picture.selected
        return Spot(layer, j, i)
