"""gdsim's own icons: SVG strokes drawn in `currentColor`, painted in the theme's text colour at any size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gdsim.app.resources import resource, resource_text
from gdsim.app.tokens import mix

_SIZES = (16, 20, 24, 32, 40, 48, 64, 80, 128)


@lru_cache(maxsize=256)
def icon(name: str, colour: str, background: str = "#808080") -> QIcon:
    """The icon `name` in `colour`; disabled, it fades towards `background`."""
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(_pixmap(name, colour, size))
        result.addPixmap(_pixmap(name, mix(colour, background, 0.4), size), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=1)
def application_icon() -> QIcon:
    result = QIcon()
    renderer = QSvgRenderer(str(resource("icons", "gdsim.svg")))
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_painted(renderer, size))
    return result


def _pixmap(name: str, colour: str, size: int) -> QPixmap:
    source = resource_text("icons", f"{name}.svg").replace("currentColor", colour)
    return _painted(QSvgRenderer(QByteArray(source.encode())), size)


def _painted(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
