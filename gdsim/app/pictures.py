"""Pictures and tables that leave the program: PNG, SVG, the clipboard, CSV.

A picture is a function that paints into a rectangle, so the file is drawn afresh at its own resolution and not copied
from the screen.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gdsim.app.files import FileProblem, save_bytes

PNG_SCALE = 2.0
PICTURE_FILTER = "PNG picture (*.png);;SVG drawing (*.svg)"
TABLE_FILTER = "CSV table (*.csv)"


class Picture(NamedTuple):
    """`paint(painter, rect)` draws into `rect`, which has `size` (px of the screen); `name` becomes the file name."""

    name: str
    title: str
    size: QSize
    background: str
    paint: Callable[[QPainter, QRectF], object]

    def image(self, scale: float = PNG_SCALE) -> QImage:
        """The picture in pixels, `scale` of them for one px of the screen."""
        image = QImage(self.size * scale, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(self.background))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        self.paint(painter, QRectF(0, 0, self.size.width(), self.size.height()))
        painter.end()
        return image

    def png(self) -> bytes:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image().save(buffer, "PNG")
        return data.data()

    def svg(self) -> bytes:
        data = QByteArray()
        buffer = QBuffer(data)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size)
        # In the screen's resolution, or text and what pyqtgraph measures by it come out at another size than the rest.
        generator.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInch()))
        generator.setViewBox(QRectF(0, 0, self.size.width(), self.size.height()))
        generator.setTitle(self.title)
        painter = QPainter(generator)
        place = QRectF(0, 0, self.size.width(), self.size.height())
        painter.fillRect(place, QColor(self.background))
        self.paint(painter, place)
        painter.end()
        return data.data()

    def save(self, path: str | Path) -> Path:
        """Write PNG or SVG, as the name ends (PNG without an ending).  Raises FileProblem."""
        target = with_suffix(path, ".png")
        suffix = target.suffix.lower()
        if suffix not in (".png", ".svg"):
            raise FileProblem(f"gdsim saves pictures as .png or .svg, not as {target.suffix}.")
        save_bytes(target, self.svg() if suffix == ".svg" else self.png())
        return target


class Table(NamedTuple):
    """Rows under headings; numbers are written with all their digits."""

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[float | int | str]]

    def csv(self) -> str:
        import csv

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows([_cell(value) for value in row] for row in self.rows)
        return out.getvalue()

    def save(self, path: str | Path) -> Path:
        """Write CSV.  Raises FileProblem."""
        target = with_suffix(path, ".csv")
        save_bytes(target, self.csv().encode("utf-8"))
        return target


def with_suffix(path: str | Path, suffix: str) -> Path:
    """`path`, ending in `suffix` unless it has an ending of its own."""
    path = Path(path)
    return path if path.suffix else path.with_name(path.name + suffix)


def _cell(value: float | int | str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return repr(float(value)) if isinstance(value, float) else str(value)
