"""Paints the surface under the marks: colours, hatching where there is no value, contour lines.

All of it is drawn once into an image of the screen's resolution and copied from then on, so that dragging the ball
costs no more than a copy.  Files that keep drawings as vectors get the lines as vectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPaintEngine, QPainter, QRegion, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gdsim.app.plots.drawing import Drawing
from gdsim.app.plots.overlay import Overlay
from gdsim.app.plots.surface_image import Pixels

_LARGEST_SIDE = 8192

Place = tuple[float, float, float, float]
"""Left, top, width, height in px of the plot."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Colours in the rectangle (left, top, width, height) in px of the plot; `smooth` between cells or not.

    Of a mask, `opacity` is that of the grey under its hatching.
    """

    pixels: Pixels
    rect: Place
    smooth: bool = True
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class Backdrop:
    """Colours from the bottom to the top; masks (opacity, rows from the top) that are hatched; lines over both."""

    pictures: tuple[Picture, ...] = ()
    hatched: tuple[Picture, ...] = ()
    lines: Drawing = field(default_factory=Drawing)


class BackdropLayer(Overlay):
    """One `Backdrop`, kept as an image."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z)
        self._backdrop = Backdrop()
        self._baked: QImage | None = None
        self._baked_lines: QImage | None = None
        self._baked_for: tuple[float, float, float] = (0, 0, 0)
        self._moved: tuple[Place, Picture | None] | None = None

    def set_backdrop(self, backdrop: Backdrop) -> None:
        """Lines that are the same object as before are not painted again: they are what takes long."""
        if backdrop.lines is not self._backdrop.lines:
            self._baked_lines = None
        self._backdrop = backdrop
        self._baked = self._moved = None
        self.set_drawing(backdrop.lines)

    @property
    def has_image(self) -> bool:
        """Whether there is an image that can be moved."""
        return self._baked is not None

    def set_moved(self, place: Place, under: Picture | None) -> None:
        """Until the next backdrop show the image of this one at `place`, and `under` where it does not reach."""
        self._moved = (place, under)
        self.update()

    def set_rect(self, rect: QRectF) -> None:
        changed = rect != self._rect
        super().set_rect(rect)
        if changed and self._moved is None:
            self._baked_lines = None

    def set_style(self, theme: object, font: object) -> None:
        super().set_style(theme, font)  # type: ignore[arg-type]
        self._baked = self._baked_lines = self._moved = None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        rect = self.boundingRect()
        if self._theme is None or rect.width() < 1 or rect.height() < 1:
            return
        ratio = min(max(painter.deviceTransform().m11(), 0.1), _LARGEST_SIDE / max(rect.width(), rect.height()))
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            self._paint_colours_for_file(painter, 2.0)
            super().paint(painter, option, widget)
            return
        if self._moved is not None and self._baked is not None:
            self._paint_moved(painter, ratio, *self._moved)
            return
        wanted = (ratio, rect.width(), rect.height())
        if self._baked_for != wanted:
            self._baked, self._baked_lines, self._baked_for = None, None, wanted
        if self._baked is None:
            self._baked = self._bake(ratio, option)
        painter.drawImage(QPointF(0, 0), self._baked)

    def _paint_moved(self, painter: QPainter, ratio: float, place: Place, under: Picture | None) -> None:
        """The image where it belongs by now; what it does not cover in coarse colours."""
        rect, (left, top, width, height) = self.boundingRect(), place
        assert self._baked is not None
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        if under is not None:
            painter.save()
            inner = QRectF(left, top, width, height).toAlignedRect().adjusted(1, 1, -1, -1)
            painter.setClipRegion(QRegion(rect.toAlignedRect()) - QRegion(inner), Qt.ClipOperation.IntersectClip)
            _draw(painter, under, QImage.Format.Format_RGBA8888)
            painter.restore()
        if abs(width - rect.width()) < 0.5 and abs(height - rect.height()) < 0.5:
            # On whole pixels of the screen, which is a copy.
            painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), self._baked)
        else:
            painter.drawImage(QRectF(left, top, width, height), self._baked)

    def _bake(self, ratio: float, option: QStyleOptionGraphicsItem) -> QImage:
        if self._baked_lines is None:
            self._baked_lines = self._blank(ratio)
            painter = QPainter(self._baked_lines)
            super().paint(painter, option, None)
            painter.end()
        image = self._blank(ratio)
        painter = QPainter(image)
        self._paint_colours(painter, ratio)
        painter.drawImage(QPointF(0, 0), self._baked_lines)
        painter.end()
        return image

    def _blank(self, ratio: float) -> QImage:
        rect = self.boundingRect()
        size = (max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio)))
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        return image

    def _paint_colours(self, painter: QPainter, ratio: float) -> None:
        for picture in self._backdrop.pictures:
            _draw(painter, picture, QImage.Format.Format_RGBA8888)
        for mask in self._backdrop.hatched:
            painter.drawImage(QPointF(0, 0), self._hatching(mask, ratio))

    def _paint_colours_for_file(self, painter: QPainter, ratio: float) -> None:
        """Files of vectors know no clipping, so colours that reach over the edge go in as an image of what is seen."""
        rect = self.boundingRect().adjusted(-1, -1, 1, 1)
        if all(rect.contains(QRectF(*picture.rect)) for picture in (*self._backdrop.pictures, *self._backdrop.hatched)):
            self._paint_colours(painter, ratio)
            return
        image = self._blank(ratio)
        inner = QPainter(image)
        self._paint_colours(inner, ratio)
        inner.end()
        painter.drawImage(QPointF(0, 0), image)

    def _hatching(self, mask: Picture, ratio: float) -> QImage:
        """Grey with diagonal lines, as far as the mask reaches."""
        image = self._blank(ratio)
        painter = QPainter(image)
        painter.fillRect(self.boundingRect(), self._colour("window", mask.opacity))
        brush = QBrush(self._colour("text" if mask.opacity < 1 else "muted", 0.5), Qt.BrushStyle.BDiagPattern)
        brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio).scale(max(1, round(ratio)), max(1, round(ratio))))
        painter.fillRect(self.boundingRect(), brush)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        stencil = self._blank(ratio)
        cutter = QPainter(stencil)
        _draw(cutter, mask, QImage.Format.Format_Alpha8)
        cutter.end()
        painter.drawImage(QPointF(0, 0), stencil)
        painter.end()
        return image


def _draw(painter: QPainter, picture: Picture, kind: QImage.Format) -> None:
    pixels = np.ascontiguousarray(picture.pixels)
    rows, columns = pixels.shape[:2]
    left, top, width, height = picture.rect
    if not (rows and columns and np.isfinite(picture.rect).all() and max(map(abs, picture.rect)) < 1e6):
        return
    image = QImage(pixels.data, columns, rows, pixels.strides[0], kind)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.smooth)
    painter.drawImage(QRectF(left, top, width, height), image)
