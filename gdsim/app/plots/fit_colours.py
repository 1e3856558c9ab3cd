"""The colours of what a network says: shades between classes, values, and one colour and one marker for each class.

The large picture, the thumbnails on the network and every legend take them here, so that a colour means the same
everywhere.  Grids come in with their lowest row first and go out as images, whose first row is at the top.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.app.plots.colour_maps import Table, colour_table
from gdsim.app.plots.surface_tracks import DASHES
from gdsim.app.ranges import clamped
from gdsim.app.tokens import Theme, mix

_GHOSTS = (2, 5, 6, 4)  # green, purple, olive, vermilion: the first classes, training and validation keep their own

Pixels = NDArray[np.uint8]

CLASS_MARKERS = ("disc", "square", "triangle", "diamond", "inverted", "pentagon", "star", "hexagon")
"""The shape of the points of each class, in the order of the classes; all of them can be filled or hollow."""

_SHADE = {False: 0.55, True: 0.46}  # how much of a class's colour its surest shade has; its points have all of it


def class_style(index: int, theme: Theme) -> tuple[str, str]:
    """The colour "#rrggbb" and the marker of a class; the ninth class begins anew."""
    return theme.classes[index % len(theme.classes)], CLASS_MARKERS[index % len(CLASS_MARKERS)]


def shade(index: int, theme: Theme) -> str:
    """The shade of a place that surely belongs to a class: lighter (darker in the dark theme) than its points."""
    return mix(class_style(index, theme)[0], theme.panel, _SHADE[theme.dark])


@lru_cache(maxsize=4)
def classes_table(theme: Theme) -> Table:
    """256 colours (256, 3) from class 0 (surely) over the panel's colour (undecided) to class 1; read-only."""
    ends = [_rgb(shade(0, theme)), _rgb(theme.panel), _rgb(shade(1, theme))]
    places = np.linspace(0.0, 2.0, 256)
    table = np.column_stack([np.interp(places, (0, 1, 2), [end[part] for end in ends]) for part in range(3)])
    table = np.round(table).astype(np.uint8)
    table.flags.writeable = False
    return table


def values_table(theme: Theme) -> Table:
    """256 colours (256, 3) for values, those of the surfaces; read-only."""
    return colour_table("cividis", theme.dark)


def ghost_style(index: int, theme: Theme) -> tuple[str, tuple[float, ...]]:
    """The colour "#rrggbb" and the dashes of a run that was kept, in every plot; neither is that of a class in use."""
    hue = theme.classes[_GHOSTS[index % len(_GHOSTS)]]
    return mix(hue, theme.text, 0.66), DASHES[1 + index % (len(DASHES) - 1)]


def neuron_colour(index: int, theme: Theme) -> str:
    """A quiet hue for the curve of a hidden neuron."""
    return mix(theme.classes[(index + 2) % (len(theme.classes) - 1)], theme.muted, 0.6)


def rgba(values: ArrayLike, low: float, high: float, table: Table) -> Pixels:
    """The image (h, w, 4) of a grid (h, w): red, green, blue, alpha (premultiplied), the highest row first.

    `low` and `high` get the first and the last colour, what lies outside gets the nearer of them.  NaN is
    transparent.  Where `low` is not below `high`, everything has the middle colour.
    """
    grid = clamped(values)[::-1]
    missing = np.isnan(grid)
    low, high = (float(clamped(end)) for end in (low, high))
    with np.errstate(all="ignore"):
        places = (np.clip(grid, low, high) - low) * (255.0 / (high - low)) if high > low else np.full(grid.shape, 127.5)
    places[~np.isfinite(places)] = 0.0
    pixels = np.empty((*grid.shape, 4), dtype=np.uint8)
    pixels[..., :3] = table[(places + 0.5).astype(np.intp)]
    pixels[..., 3] = 255
    pixels[missing] = 0
    return pixels


def classes_rgba(probabilities: ArrayLike, theme: Theme) -> Pixels:
    """The image (h, w, 4) of probabilities (h, w, k): the shade of the likeliest class, the paler the less sure.

    With one column it is the probability of class 1.  A place where a class has no more than its even share is as pale
    as the panel.  NaN is transparent.
    """
    grid = np.asarray(probabilities, dtype=float)
    if grid.ndim == 2 or grid.shape[2] == 1:
        return rgba(grid.reshape(grid.shape[:2]), 0.0, 1.0, classes_table(theme))
    grid = grid[::-1]
    count = grid.shape[2]
    missing = np.isnan(grid).any(axis=2)
    # A maximum over the strided last axis is slow; over a few planes it isn't.
    planes = [np.ascontiguousarray(grid[..., index]) for index in range(count)]
    surest, winner = planes[0].copy(), np.zeros(grid.shape[:2], dtype=np.intp)
    with np.errstate(invalid="ignore"):
        for index in range(1, count):
            better = planes[index] > surest
            winner[better] = index
            np.copyto(surest, planes[index], where=better)
    share = np.where(missing, 0.0, np.clip((surest - 1.0 / count) / (1.0 - 1.0 / count), 0.0, 1.0))
    panel = np.array(_rgb(theme.panel))
    palette = np.array([_rgb(shade(index, theme)) for index in range(count)])
    pixels = np.empty((*share.shape, 4), dtype=np.uint8)
    pixels[..., :3] = (panel + (palette[winner] - panel) * share[..., None] + 0.5).astype(np.uint8)
    pixels[..., 3] = 255
    pixels[missing] = 0
    return pixels


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (float(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return red, green, blue
