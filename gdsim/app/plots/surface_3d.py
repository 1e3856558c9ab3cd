"""A surface of two variables in three dimensions, turned by mouse and keys; no OpenGL.

It holds no state of the experiment but what is seen and from where.  The surface is kept as a picture, so a run that
goes on over it repaints only its path and the ball.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QSizePolicy, QWidget

from gdsim.app.plots.camera_3d import Camera
from gdsim.app.plots.colour_bar import BarPicture, lying_bar_height, paint_lying_bar
from gdsim.app.plots.colour_maps import Table
from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.mesh_3d import FINEST, make_mesh
from gdsim.app.plots.pen_3d import Pen
from gdsim.app.plots.scene_3d import Scene, lens_for, paint_marks, paint_scene, paint_surface
from gdsim.app.plots.surface_levels import Levels
from gdsim.app.plots.surface_picture import SurfacePicture
from gdsim.app.plots.surface_tracks import NOWHERE, Track
from gdsim.app.ranges import clamped
from gdsim.app.theme import ThemeManager

_LEAST_WITH_BAR = 220  # px high; a lower picture has no room for a colour bar
_DEGREES_A_PIXEL = 0.4
_TURN, _LARGE_TURN = 5.0, 15.0
_ZOOM = 1.15
_SLOW = 0.028  # seconds a picture may take while it is turned before it is made coarser
_TURNS = {
    Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)
}  # fmt: skip
_ZOOMS = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}


class Surface3D(QWidget):
    """Drag or arrow keys turn it, wheel or plus and minus zoom, Home or a double click resets the view."""

    view_changed = Signal(float, float, float)
    """The user turned or zoomed: azimuth and elevation in degrees, zoom."""

    def __init__(
        self, themes: ThemeManager, parent: QWidget | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus, accessibleName="Surface in three dimensions")
        self.themes = themes
        self._scene = Scene()
        self._levels: Levels | None = None
        self._bar_shown = True
        self._camera = Camera()
        self._held: QPointF | None = None
        self._clock = clock
        self._slow = False
        self._turning = False
        self._picture: QImage | None = None
        self._words: tuple[Rect, ...] = ()  # where those of the axes stand in it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag to turn, wheel to zoom, Home for the first view")
        themes.changed.connect(self._forget_picture)
        self._describe()

    # What is shown

    def set_surface(
        self, x: ArrayLike, y: ArrayLike, values: ArrayLike, table: Table, levels: Levels | None = None, *,
        log_heights: bool = False, names: tuple[str, str] = ("x", "y"),
    ) -> None:  # fmt: skip
        """Show `values` (len(y), len(x)) on two evenly spaced rising axes; NaN where there is no value.

        `table` (256, 3) and `levels` are those of the heat map, so that a value has one colour.  Heights are cut where
        the levels end.  `log_heights` makes the heights logarithmic if the levels are.
        """
        mesh = make_mesh(x, y, values, levels, log_heights=log_heights, finest=FINEST)
        self._levels = levels
        self._scene = replace(self._scene, mesh=mesh, table=table, names=names)
        self._describe()
        self._forget_picture()

    def clear(self) -> None:
        """Show no surface."""
        self._scene, self._levels = Scene(), None
        self._describe()
        self._forget_picture()

    def set_path(self, points: ArrayLike) -> None:
        """The path of the run: rows (x, y), the last one the ball's."""
        self._scene = replace(self._scene, path=_rows(points))
        self.update()

    def set_paths(self, tracks: Sequence[Track]) -> None:
        """The runs of a race, each with its colour, dash and marker."""
        self._scene = replace(self._scene, tracks=tuple(replace(track, points=_rows(track.points)) for track in tracks))
        self.update()

    def set_ball(self, point: Sequence[float] | None) -> None:
        """Put the ball above this point (x, y) of the plane; None takes it away."""
        self._scene = replace(self._scene, ball=None if point is None else (float(point[0]), float(point[1])))
        self.update()

    def set_minima(self, points: ArrayLike) -> None:
        """Mark the known minima, rows (x, y)."""
        self._scene = replace(self._scene, minima=_rows(points))
        self.update()

    def set_about_ball(self, picture: SurfacePicture | None, alone: bool = False) -> None:
        """Lay arrows, ghost, memory and curvature of `picture` onto the surface, as far as it says they are shown.

        They are named where there is room, and always if no map that names them stands beside: `alone`.
        """
        self._scene = replace(self._scene, about=picture, alone=alone)
        self.update()

    def set_bar_shown(self, shown: bool) -> None:
        """Whether the colour bar lies under the surface."""
        if shown != self._bar_shown:
            self._bar_shown = shown
            self._forget_picture()

    # From where

    @property
    def view(self) -> tuple[float, float, float]:
        """Azimuth and elevation in degrees, zoom."""
        return self._camera.azimuth, self._camera.elevation, self._camera.zoom

    def set_view(self, azimuth: float, elevation: float, zoom: float = 1.0) -> None:
        """Look from there; tells nobody."""
        self._look(replace(self._camera, azimuth=azimuth, elevation=elevation, zoom=zoom))

    @property
    def perspective(self) -> bool:
        return self._camera.perspective

    def set_perspective(self, perspective: bool) -> None:
        """Whether what is further away is smaller."""
        self._look(replace(self._camera, perspective=perspective))

    def reset_view(self) -> None:
        self._look_by_user(Camera(perspective=self._camera.perspective))

    def paint_scene(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the same into `rect`, for a file; as vectors if the painter's device keeps them."""
        paint_scene(self._pen(painter), self._scene, self._camera, self._above_bar(rect))
        self._paint_bar(painter, rect)

    def _above_bar(self, rect: QRectF) -> Rect:
        """Where the surface is, above the colour bar if it has one and there is room."""
        bar = lying_bar_height(self.themes.font("secondary")) if self._has_bar(rect) else 0.0
        return Rect(rect.x(), rect.y(), rect.width(), rect.height() - bar)

    def _has_bar(self, rect: QRectF) -> bool:
        return self._bar_shown and self._levels is not None and rect.height() >= self.themes.px(_LEAST_WITH_BAR)

    def _paint_bar(self, painter: QPainter, rect: QRectF) -> None:
        if self._levels is None or not self._has_bar(rect):
            return
        height = lying_bar_height(self.themes.font("secondary"))
        place = QRectF(rect.x() + 12, rect.bottom() - height, rect.width() - 24, height)
        bar = BarPicture(self._levels, self._scene.table, "loss f(x, y)")
        paint_lying_bar(painter, place, bar, self.themes.theme, self.themes.font("secondary"))

    def _pen(self, painter: QPainter) -> Pen:
        return Pen(painter, self.themes.theme, self.themes.font("secondary"), self.themes.scale)

    def _look(self, camera: Camera) -> bool:
        if camera == self._camera:
            return False
        self._camera = camera
        self._describe()
        self._forget_picture()
        return True

    def _look_by_user(self, camera: Camera) -> None:
        if self._look(camera):
            self.view_changed.emit(*self.view)

    def _forget_picture(self) -> None:
        self._picture = None
        self.update()

    def _settle(self) -> None:
        """The turn is over: draw smoothly and with all vertices again."""
        if self._turning:
            self._turning = self._slow = False
            self._forget_picture()

    def _describe(self) -> None:
        azimuth, elevation, zoom = self.view
        mesh = self._scene.mesh
        words = [f"Seen from {azimuth:.0f} degrees around and {elevation:.0f} degrees up, zoom {zoom:.2g}."]
        words += [f"The heights are {cut}." for cut in mesh.cut] if mesh is not None else ["There is no surface yet."]
        words.append("Arrow keys turn, plus and minus zoom, Home resets the view.")
        self.setAccessibleDescription(" ".join(words))

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(self.themes.px(480), self.themes.px(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.themes.px(200), self.themes.px(160))

    def paintEvent(self, event: QPaintEvent) -> None:
        place = self._above_bar(QRectF(self.rect()))
        lens, bounds = lens_for(self._camera, place, self.themes.scale), place.grown(-6)
        on_widget = QPainter(self)
        # Also right where the widget is rendered into a picture of another resolution.
        ratio = on_widget.deviceTransform().m11()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        began = None
        if self._picture is None or self._picture.size() != size:
            began = self._clock()
            picture = QImage(size, QImage.Format.Format_RGB32)
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(self.themes.theme.panel))
            painter = QPainter(picture)
            turning = self._turning
            self._words = paint_surface(
                self._pen(painter), self._scene, lens, bounds, smooth=not turning, coarse=turning and self._slow
            )
            self._paint_bar(painter, QRectF(self.rect()))
            painter.end()
            self._picture = picture
        painter = on_widget
        painter.drawImage(QPointF(0, 0), self._picture)
        paint_marks(self._pen(painter), self._scene, lens, bounds, self._words)
        if self._turning and began is not None and self._clock() - began > _SLOW:
            self._slow = True
        if self._scene.mesh is None:
            painter.setFont(self.themes.font("text"))
            painter.setPen(QColor(self.themes.theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "A function of x and y is shown here.")
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.themes.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._held = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            event.ignore()
            return
        moved = event.position() - self._held
        self._held, self._turning = event.position(), True
        self._look_by_user(self._camera.turned(-moved.x() * _DEGREES_A_PIXEL, moved.y() * _DEGREES_A_PIXEL))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held is not None:
            self._held = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self._settle()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_view()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._look_by_user(self._camera.zoomed(_ZOOM ** (event.angleDelta().y() / 120)))
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._settle()
        super().keyReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A key that is held down turns as a drag does: quickly first, then smoothly.
        self._turning = event.isAutoRepeat() and event.key() in (*_TURNS, *_ZOOMS)
        turn = _TURNS.get(event.key())
        if turn is not None:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            degrees = _LARGE_TURN if large else _TURN
            self._look_by_user(self._camera.turned(turn[0] * degrees, turn[1] * degrees))
        elif event.key() in _ZOOMS:
            self._look_by_user(self._camera.zoomed(_ZOOMS[event.key()]))
        elif event.key() == Qt.Key.Key_Home:
            self.reset_view()
        elif event.key() == Qt.Key.Key_Escape and self.hasFocus():
            self.clearFocus()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # With the focus here the arrows turn the surface and are not the window's step keys.
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in (
            *_TURNS, *_ZOOMS, Qt.Key.Key_Home, Qt.Key.Key_Escape
        ) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:  # fmt: skip
            event.accept()
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._forget_picture()
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._held is None:
            self._settle()
        self.update()


def _rows(points: ArrayLike) -> np.ndarray:
    """Points as rows (x, y) within what can be plotted."""
    rows = clamped(points)
    return rows.reshape(-1, 2) if rows.size else NOWHERE
