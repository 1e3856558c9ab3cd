"""What every plot of data points has: the points, their legend, words about one of them, and what part is shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from gdsim.app.plots.data_points import DataPoints, describe, neighbour, same_values
from gdsim.app.plots.drawing import Drawing, Label, Rect, Viewport
from gdsim.app.plots.math_plot import MathPlot
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.point_layer import PointLayer, points_view
from gdsim.app.plots.point_legend import PointLegend
from gdsim.app.plots.point_marks import LegendEntry, legend_entries
from gdsim.app.plots.ticks import Tick, linear_ticks
from gdsim.app.ranges import Range, finite_range
from gdsim.app.theme import ThemeManager

_BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_POINTS_Z, _NAMES_Z, _READOUT_Z = 5.4, 5.8, 6.0
"""Points lie over the lines, which would cut through them, and under all words."""


class PointsPlot(MathPlot):
    """Shows points with a legend, reads out one of them, and keeps everything in view until the user zooms.

    Whoever gives it hands sets which point is `_held` (and where), which is `_chosen` and which is `_pointed` at.
    """

    hovered = Signal(str)
    """What is under the pointer, or chosen by a key, in words; empty when it is nothing."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        self._points = DataPoints()
        self._editable = True
        self._value_range: Range | None = None
        self._held: tuple[int, float, float] | None = None
        self._chosen: int | None = None
        self._chosen_by_key = False
        self._pointed: int | None = None
        self._said = ""
        self._follows = True
        self._steady = False
        self._shown_range: tuple[Range, ...] = ()
        self._point_layer: PointLayer | None = None
        super().__init__(themes, "x", "y", parent)
        self._point_layer = PointLayer(self.view_box, _POINTS_Z)
        self._names = Overlay(self.view_box, _NAMES_Z)
        self._readout = Overlay(self.view_box, _READOUT_Z)
        self.legend = PointLegend()
        self.plot_item.layout.addItem(self.legend, 4, 0, 1, 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.view_box.sigRangeChangedManually.connect(self._let_go)
        self._theme_changed()

    # What a subclass decides

    def words_for(self, index: int) -> str:
        """What is said of a point."""
        return describe(self._points, index, self._titles["bottom"], self._titles["left"])

    def whole_range(self) -> tuple[Range, Range]:
        """The part of the plane that a fit shows."""
        return (-1.0, 1.0), (-1.0, 1.0)

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        scale = self.themes.scale
        return (
            linear_ticks(viewport.x_low, viewport.x_high, viewport.width, apart=64.0 * scale),
            linear_ticks(viewport.y_low, viewport.y_high, viewport.height, apart=48.0 * scale),
        )

    def named_lines(self) -> tuple[LegendEntry, ...]:
        """What the legend says of lines, behind what it says of points."""
        return ()

    # For everyone

    @property
    def chosen(self) -> int | None:
        """The number of the point that the keys act upon."""
        return self._chosen

    @property
    def follows(self) -> bool:
        """False once the user has zoomed or panned, until the next `fit`."""
        return self._follows

    def fit(self) -> None:
        """Show everything, and follow it again."""
        self._follows, self._steady, self._shown_range = True, False, ()
        self._follow()

    def zoom_to(self, x_range: Range, y_range: Range) -> None:
        """Show this part and stay there, as after a zoom by the user."""
        self._follows = False
        self.show_range(x_range, y_range)

    def _show_points(self, points: DataPoints, value_range: Range | None, editable: bool) -> None:
        """For `set_picture` of a subclass: the points, and what the colours of their values span."""
        before, count = self._points, len(points)
        self._points, self._value_range, self._editable = points, value_range, editable
        if self._chosen is not None and self._chosen >= count:
            self._chosen = count - 1 if count else None
        if not _same_points(before, points):
            self._pointed = None  # who knows which point is under the pointer now
        self.legend.set_entries(self._legend_entries())
        if self._stays(before):
            self._steady = True
        elif before is not points and not _same_points(before, points):
            self._steady = False
        self.follow_data()
        self.redraw()

    def _legend_entries(self) -> tuple[LegendEntry, ...]:
        return (*legend_entries(self._points, self.themes.theme, self._value_range), *self.named_lines())

    def _stays(self, before: DataPoints) -> bool:
        """Whether what is shown stays where it is although the points changed."""
        return False

    def follow_data(self) -> None:
        """Show everything, unless the user has zoomed or is at work on the points."""
        if self._follows and self._held is None and not self._steady:
            self._follow()

    def _follow(self) -> None:
        wanted = tuple(finite_range(*ends) for ends in self.whole_range())
        if wanted != self._shown_range or not self._shows(wanted):
            self._shown_range = wanted
            self.show_range(*wanted)

    def _shows(self, wanted: tuple[Range, ...]) -> bool:
        return all(
            low - (high - low) * 1e-6 <= ends[0] and ends[1] <= high + (high - low) * 1e-6
            for ends, (low, high) in zip(wanted, self.view_box.viewRange(), strict=True)
        )

    def redraw(self) -> None:
        if self.closed:  # pyqtgraph has thrown the items away, but the focus leaves only now
            return
        super().redraw()
        if self._point_layer is None:
            return
        drawing = self.marks.drawing
        self._names.set_drawing(Drawing(labels=drawing.labels))
        self.marks.set_drawing(replace(drawing, labels=()))
        viewport = self._drawn_part()
        chosen = self._chosen if self.hasFocus() else None
        usable = viewport.usable
        view = points_view(self._points, viewport, self._value_range, self._held, chosen) if usable else None
        self._point_layer.set_view(view)
        self._read_out()

    def _drawn_part(self) -> Viewport:
        """The visible part in pixels before Large type."""
        part, scale = self.visible_part, self.themes.scale
        return Viewport(part.x_low, part.x_high, part.y_low, part.y_high, part.width / scale, part.height / scale)

    def _view_changed(self, *_: object) -> None:
        if self._point_layer is not None:
            rect = self.view_box.rect()
            self._point_layer.set_rect(rect)
            self._names.set_rect(rect)
            self._readout.set_rect(rect)
            self.legend.set_available(self.legend.rect().width() - self.plot_item.getAxis("left").width())
        super()._view_changed()

    def _theme_changed(self) -> None:
        theme, font = self.themes.theme, self.themes.font("secondary")
        if self._point_layer is not None:
            self._point_layer.set_style(theme, self.themes.scale)
            self._names.set_style(theme, font, self.themes.scale)
            self._readout.set_style(theme, font, self.themes.scale)
            self.legend.set_style(theme, font, self.themes.scale)
            self.legend.set_entries(self._legend_entries())
        super()._theme_changed()

    def _let_go(self, *_: object) -> None:
        self._follows = False

    # What is said

    def _read_out(self) -> None:
        """Words beside the point under the pointer, or else the one chosen by a key; silence while one is held."""
        index = self._pointed
        if index is None and self._chosen_by_key and self.hasFocus():
            index = self._chosen
        if index is None or self._held is not None:
            self._readout.set_drawing(Drawing())
            self._tell("")
            return
        text = self.words_for(index)
        part = self._drawn_part()
        x, y = part.to_pixels(self._points.places()[index]).tolist()
        inside = part.usable and math.isfinite(x) and math.isfinite(y) and part.shows(x, y)
        self._readout.set_drawing(Drawing(labels=(self._words_at(text, x, y, part),)) if inside else Drawing())
        self._tell(text)

    def _words_at(self, text: str, x: float, y: float, part: Viewport) -> Label:
        lines = _broken(text, part.width * 0.6, lambda words: self._readout.measure(words)[0])
        sizes = [self._readout.measure(line) for line in lines]
        width, height = max(size[0] for size in sizes), sum(size[1] for size in sizes)
        left = x + 16 if x + 22 + width < part.width else x - 16 - width
        top = y + 12 if y + 18 + height < part.height else y - 12 - height
        rect = Rect(left, top, width, height).within(Rect(0, 0, part.width, part.height).grown(-4))
        return Label(rect, tuple((line, "text") for line in lines))

    def _tell(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self.hovered.emit(text)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.closed:
            self._pointed = None
            self._read_out()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._chosen is None and len(self._points) and event.reason() in _BY_TAB:
            self._chosen = neighbour(self._points, self.visible_part, None, (1, 0))
            self._chosen_by_key = True
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.redraw()


def _same_points(one: DataPoints, other: DataPoints) -> bool:
    return same_values(one.inputs, other.inputs) and same_values(one.targets, other.targets)


def _broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text in lines not wider than `width`, broken after commas."""
    lines: list[str] = []
    for piece in text.split(", "):
        if lines and measure(f"{lines[-1]}, {piece}") <= max(width, 120.0):
            lines[-1] = f"{lines[-1]}, {piece}"
        else:
            lines.append(piece)
    return lines
