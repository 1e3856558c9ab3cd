"""The responses of the units as small pictures: images over two inputs, curves over one.

All images of one size are made in a single call and kept side by side in one image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from gdsim.app.plots.colour_maps import Table
from gdsim.app.plots.drawing import Array, Rect
from gdsim.app.plots.fit_colours import classes_table, rgba, shade, values_table
from gdsim.app.plots.network_picture import NetworkPicture, UnitPicture
from gdsim.app.ranges import clamped
from gdsim.app.theme import Theme

Place = tuple[int, int]
"""Column and number of a unit."""


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """Images by unit, as parts of larger ones, and curves by unit, as (m,) heights of 0 to 1 (NaN where there is none).

    `zeros` is the height of zero for the curves, outside 0 to 1 where it is not seen.
    """

    images: dict[Place, tuple[QImage, QRectF]]
    curves: dict[Place, Array]
    zeros: dict[Place, float]

    def cut_out(self) -> Thumbnails:
        """The same with an image of its own for each unit, for files: Qt's SVG writer knows no parts of images."""
        images = {}
        for place, (atlas, part) in self.images.items():
            image = atlas.copy(part.toRect())
            images[place] = (image, QRectF(image.rect()))
        return Thumbnails(images, self.curves, self.zeros)


def make_thumbnails(
    picture: NetworkPicture, theme: Theme, without: tuple[bool, ...], coarse: tuple[bool, ...] = ()
) -> Thumbnails:
    """Thumbnails of all units that have one, but for the columns `without` room for them.

    Those of `coarse` columns are made of every other cell of the response.
    """
    stacks: dict[tuple[tuple[int, ...], int | None, bool], list[Place]] = {}
    curves, zeros = {}, {}
    for column, units in enumerate(picture.columns):
        if without[column]:
            continue
        rough = column < len(coarse) and coarse[column]
        for index, unit in enumerate(units):
            values = unit.thumbnail
            if values is None or values.size == 0 or values.ndim > 2:
                continue
            if values.ndim == 2:
                stacks.setdefault((values.shape, unit.class_index, rough), []).append((column, index))
            else:
                scaled = _shares([unit], np.append(values, 0.0)[None])[0]
                curves[column, index], zeros[column, index] = scaled[:-1], float(scaled[-1])
    images = {}
    for (shape, class_index, rough), places in stacks.items():
        units = [picture.columns[column][index] for column, index in places]
        every = np.stack([unit.thumbnail for unit in units])
        if rough and min(shape) > 1:
            every = every[:, 1::2, 1::2]
        height, width = every.shape[1:]
        grid = _shares(units, every.reshape(len(units), -1))
        grid = grid.reshape(-1, width)
        pixels = rgba(grid, 0.0, 1.0, _table(picture, class_index, theme))
        data = pixels.tobytes()  # has to outlive the image made over it
        raw = QImage(data, width, len(grid), 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
        atlas = raw.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        for number, place in enumerate(places):
            # The highest row comes first, so the first unit's image is the last.
            images[place] = (atlas, QRectF(0, len(grid) - (number + 1) * height, width, height))
    return Thumbnails(images, curves, zeros)


def curve_lines(heights: Array, box: Rect) -> Array:
    """A curve as straight lines (n, 4) within a box; it is interrupted where it has no value."""
    inside = box.grown(-2.0)
    x = inside.x + inside.width * np.linspace(0.0, 1.0, len(heights))
    y = inside.bottom - inside.height * np.clip(heights, 0.0, 1.0)
    lines = np.stack([x[:-1], y[:-1], x[1:], y[1:]], axis=1)
    return np.asarray(lines[np.isfinite(lines).all(axis=1)])


def _shares(units: list[UnitPicture], values: Array) -> Array:
    """Values (unit, m) as shares of each unit's scale; one half where the scale is empty."""
    low, high = clamped([[unit.low for unit in units], [unit.high for unit in units]])[:, :, None]
    values = clamped(values)
    usable = high > low
    with np.errstate(invalid="ignore", over="ignore"):
        shares = (values - low) / np.where(usable, high - low, 1.0)
    return np.where(usable, shares, np.where(np.isnan(values), np.nan, 0.5))


def _table(picture: NetworkPicture, class_index: int | None, theme: Theme) -> Table:
    if class_index is not None:
        ends = [
            [int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (theme.panel, shade(class_index, theme))
        ]
        return np.round(np.linspace(*np.array(ends, dtype=float), 256)).astype(np.uint8)
    return classes_table(theme) if picture.thumbnail_colours == "classes" else values_table(theme)
