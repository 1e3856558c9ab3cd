"""gdsim's own icons: SVG strokes drawn in `currentColor`, painted in the theme's text colour at any size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gdsim.app.resources import resource, resource_text
from gdsim.app.tokens import mix

_SIZES = (16, 20, 24, 30)  # in normal and in large type


def icon(name: str, colour: str, background: str = "#808080") -> QIcon:
    """The icon `name` in `colour`, for the screens there are; disabled, it fades towards `background`."""
    scales = tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}))
    return _icon(name, colour, background, scales)


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, background: str, scales: tuple[float, ...]) -> QIcon:
    result = QIcon()
    sizes = {round(size * scale) for size in _SIZES for scale in scales}
    strokes = resource_text("icons", f"{name}.svg")
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, mix(colour, background, 0.4))):
        renderer = QSvgRenderer(QByteArray(strokes.replace("currentColor", ink).encode()))
        for size in sorted(sizes):
            result.addPixmap(_painted(renderer, size), mode)
    return result


@lru_cache(maxsize=1)
def application_icon() -> QIcon:
    result = QIcon()
    renderer = QSvgRenderer(str(resource("icons", "gdsim.svg")))
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_painted(renderer, size))
    return result


def _painted(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
