"""The plot that all others are made of: pyqtgraph's view and axes, own ticks, grid, colours and context menu.

Ranges are only ever set by `show_range` (a fit) or by the user's wheel and drag, so a redraw never loses a zoom.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from gdsim.app.actions import Action
from gdsim.app.plots.drawing import Drawing, Stroke, Viewport
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.ticks import Tick, two_ticks
from gdsim.app.ranges import LARGEST, Range, finite_range
from gdsim.app.theme import ThemeManager

MARGINS = (8.0, 10.0, 12.0, 4.0)  # left, top, right, bottom, in px
_GRID_Z, _MARKS_Z = -5.0, 5.0
_ZOOM_KEYS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
_PAN_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_PAN = 0.1  # of what is seen


class _View(pg.ViewBox):
    """Wheel zooms, left drag pans; the right button is left to the context menu."""

    def mouseDragEvent(self, ev: object, axis: int | None = None) -> None:
        if ev.button() == Qt.MouseButton.RightButton:  # type: ignore[attr-defined]
            ev.ignore()  # type: ignore[attr-defined]
        else:
            super().mouseDragEvent(ev, axis)


class MathPlot(pg.PlotWidget):
    """No box, ticks outside, hairline grid; `arrange` of a subclass says what is painted over it."""

    viewed = Signal()
    """The visible part changed: by the user, a fit, or a new size."""

    def __init__(self, themes: ThemeManager, x_title: str, y_title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, viewBox=_View(enableMenu=False, defaultPadding=0), enableMenu=False)
        self.themes = themes
        self._titles = {"bottom": x_title, "left": y_title}
        self._actions: tuple[Action, ...] = ()
        self._left_width = 0.0
        self._closed = False
        self.plot_item = self.getPlotItem()
        self.plot_item.hideButtons()
        # pyqtgraph's own menu with its seven submenus is never shown, but made all the same, and each change of theme
        # would style it.  It goes with its last reference; `close` asks for something that can lose its parent.
        self.plot_item.ctrlMenu = QObject()
        for part in (self, self.viewport()):
            part.setAcceptDrops(False)  # pyqtgraph takes nothing, but would keep a file from the tab that does
        self.view_box = self.plot_item.getViewBox()
        self.view_box.disableAutoRange()
        self.plot_item.layout.setContentsMargins(*MARGINS)
        ends = {"xMin": -LARGEST, "xMax": LARGEST, "yMin": -LARGEST, "yMax": LARGEST}
        self.view_box.setLimits(**ends, minXRange=1e-12, minYRange=1e-300)
        for side in ("bottom", "left"):
            axis = self.plot_item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=5, hideOverlappingLabels=False)
            axis.setStyle(autoExpandTextSpace=False, autoReduceTextSpace=False)
        self.grid = Overlay(self.view_box, _GRID_Z)
        self.marks = Overlay(self.view_box, _MARKS_Z)
        self.view_box.sigRangeChanged.connect(self._view_changed)
        self.view_box.sigResized.connect(self._view_changed)
        themes.changed.connect(self._theme_changed)
        self._theme_changed()

    # What a subclass decides

    def arrange(self, viewport: Viewport) -> Drawing:
        """The marks for what is visible; `viewport` is in pixels before Large type, which enlarges the drawing."""
        return Drawing()

    def ticks(self, viewport: Viewport) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
        """Ticks of the x and of the y axis, at least two however small the plot is: one number gives no scale."""
        scale = self.themes.scale
        return (
            two_ticks(viewport.x_low, viewport.x_high, viewport.width, 84.0, 56.0 * scale, 40.0 * scale, 30.0 * scale),
            two_ticks(viewport.y_low, viewport.y_high, viewport.height, 56.0, 36.0 * scale, 20.0 * scale),
        )

    # For everyone

    @property
    def visible_part(self) -> Viewport:
        (x_low, x_high), (y_low, y_high) = self.view_box.viewRange()
        rect = self.view_box.rect()
        return Viewport(x_low, x_high, y_low, y_high, rect.width(), rect.height())

    def show_range(self, x_range: Range, y_range: Range) -> None:
        """Make this part of the plane visible."""
        self.view_box.setRange(xRange=finite_range(*x_range), yRange=finite_range(*y_range), padding=0)

    def redraw(self) -> None:
        """Paint the marks anew for the present state; the visible part stays."""
        part, scale = self.visible_part, self.themes.scale
        viewport = replace(part, width=part.width / scale, height=part.height / scale)
        self.marks.set_drawing(self.arrange(viewport) if viewport.usable else Drawing())

    def set_titles(self, x_title: str, y_title: str) -> None:
        if self._titles != {"bottom": x_title, "left": y_title}:
            self._titles = {"bottom": x_title, "left": y_title}
            self._theme_changed()

    def set_menu(self, actions: tuple[Action, ...]) -> None:
        """What a right click offers."""
        self._actions = actions

    def paint_into(self, painter: QPainter, place: QRectF) -> None:
        """Paint the plot as it is seen into `place`, for files and the clipboard."""
        self.render(painter, place, self.viewport().rect())

    @staticmethod
    def moves_view(event: QKeyEvent) -> bool:
        """Whether these keys zoom or move what is seen: Ctrl with plus, minus or an arrow."""
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) and event.key() in (
            *_ZOOM_KEYS, *_PAN_KEYS
        )  # fmt: skip

    def move_view(self, event: QKeyEvent) -> bool:
        """Zoom or move as wheel and drag do, if the keys ask for it; tells whether they did."""
        part = self.visible_part
        if not self.moves_view(event) or not part.usable:
            return False
        if event.key() in _ZOOM_KEYS:
            self.view_box.scaleBy((_ZOOM_KEYS[Qt.Key(event.key())],) * 2)
        else:
            across, up = _PAN_KEYS[Qt.Key(event.key())]
            self.view_box.translateBy(
                x=across * _PAN * (part.x_high - part.x_low), y=up * _PAN * (part.y_high - part.y_low)
            )
        self.view_box.sigRangeChangedManually.emit([True, True])
        return True

    def pixel_of(self, x: float, y: float) -> QPointF:
        """Where a point of the plane is on the widget's viewport, in its pixels."""
        local = self.visible_part.to_pixels(np.array([x, y]))
        return QPointF(self.mapFromScene(self.view_box.mapToScene(QPointF(*local))))

    def point_at(self, pixel: QPointF) -> tuple[float, float]:
        """The inverse of `pixel_of`; the lower left corner while there is no room to show anything."""
        part = self.visible_part
        if not part.usable:
            return part.x_low, part.y_low
        local = self.view_box.mapFromScene(self.mapToScene(pixel.toPoint()))
        x, y = part.to_data(np.array([local.x(), local.y()]))
        return float(x), float(y)

    def _view_changed(self, *_: object) -> None:
        viewport = self.visible_part
        for layer in (self.grid, self.marks):
            layer.set_rect(self.view_box.rect())
        if not viewport.usable:
            return
        x_ticks, y_ticks = self.ticks(viewport)
        for side, ticks in (("bottom", x_ticks), ("left", y_ticks)):
            self.plot_item.getAxis(side).setTicks([[(tick.position, tick.text) for tick in ticks]])
        self._widen_axis(y_ticks)
        self.grid.set_drawing(_grid(viewport, x_ticks, y_ticks))
        self.redraw()
        self.viewed.emit()

    def _widen_axis(self, ticks: tuple[Tick, ...]) -> None:
        """Room for the longest number beside the title; it only grows, so that the picture does not jump about."""
        text = max((self.grid.measure(tick.text)[0] for tick in ticks), default=0.0)
        needed = max(text, self.themes.px(24)) + self.themes.px(36)
        if needed > self._left_width:
            self._left_width = needed
            self.plot_item.getAxis("left").setWidth(round(needed))

    def _theme_changed(self) -> None:
        theme, font = self.themes.theme, self.themes.font("secondary")
        self.setBackground(theme.panel)
        for side, title in self._titles.items():
            axis = self.plot_item.getAxis(side)
            axis.setPen(theme.border)
            axis.setTickPen(theme.border)
            axis.setTextPen(theme.muted)
            axis.setTickFont(font)
            axis.label.setFont(font)
            axis.setLabel(title, color=theme.muted)
        self._left_width = 0.0
        self.plot_item.getAxis("bottom").setHeight(self.themes.px(40))
        self.grid.set_style(theme, font)
        self.marks.set_style(theme, font, self.themes.scale)
        self._view_changed()

    def close(self) -> bool:
        """Taken apart by pyqtgraph, a closed plot has no axes left to recolour."""
        if self._closed:
            return True
        self._closed = True
        self.themes.changed.disconnect(self._theme_changed)
        return bool(super().close())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._actions:
            entry = menu.addAction(action.title)
            entry.triggered.connect(partial(_carry_out, action))
            if action.separator:
                menu.insertSeparator(entry)
        menu.popup(event.globalPos())


def _carry_out(action: Action, _checked: bool = False) -> None:
    action.callback()


def _grid(viewport: Viewport, x_ticks: tuple[Tick, ...], y_ticks: tuple[Tick, ...]) -> Drawing:
    """Hairlines at the ticks, on whole pixels so that they stay one pixel wide."""
    columns = viewport.to_pixels(np.array([[tick.position, viewport.y_low] for tick in x_ticks]).reshape(-1, 2))[:, 0]
    rows = viewport.to_pixels(np.array([[viewport.x_low, tick.position] for tick in y_ticks]).reshape(-1, 2))[:, 1]
    strokes = [Stroke(np.array([[x, 0.0], [x, viewport.height]]), "grid") for x in np.floor(columns) + 0.5]
    strokes += [Stroke(np.array([[0.0, y], [viewport.width, y]]), "grid") for y in np.floor(rows) + 0.5]
    return Drawing(strokes=tuple(strokes))
