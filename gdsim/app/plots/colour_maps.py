"""The colours of values on surfaces: cividis and viridis, evenly spaced for the eye and safe for colour-blind ones.

Each map is kept as 52 of its 256 colours, the rest is interpolated.  Heat maps, colour bars, the surface in three
dimensions and thumbnails all take their colours here, so a value looks the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tokens import mix

Table = NDArray[np.uint8]

# cividis: Nuñez, Anderton, Renslow 2018; viridis: Smith, van der Walt 2015 (both CC0).
_KNOTS = {
    "cividis": (
        "00204d00245500275e002b67002e6f00316f00356e12386d1f3c6d28406c30436c36476b3d4a6b"
        "424e6b48526b4d556c52596c575c6d5b606e60646f646770696b716d6e727272747676767a7a78"
        "7f7d788481798885798d8979928d789791789c9577a19976a69d75aca174b1a573b6a971bbae6f"
        "c1b26dc6b66bccbb69d1bf66d7c463dcc860e2cd5ce8d259edd654f3db4ff9e04affe544ffea46"
    ),
    "viridis": (
        "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a"
        "3a538b38598c355e8d33638d31688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d"
        "20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc7446c06f50c46a5ac864"
        "65cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725"
    ),
}
COLOUR_MAPS = tuple(_KNOTS)
"""The names of the maps, the usual one first."""

_CALMER = {False: ((255, 255, 255), 0.10), True: ((0, 0, 0), 0.16)}


@lru_cache(maxsize=8)
def colour_table(name: str = "cividis", dark: bool = False) -> Table:
    """256 colours (256, 3) from the lowest value to the highest; read-only.

    A little white (or, in the dark theme, black) is laid over all of them, so that the surface does not outshine what
    is drawn on it.
    """
    knots = np.frombuffer(bytes.fromhex(_KNOTS[name]), dtype=np.uint8).reshape(-1, 3).astype(float)
    places = np.linspace(0, len(knots) - 1, 256)
    full = np.column_stack([np.interp(places, np.arange(len(knots)), knots[:, part]) for part in range(3)])
    veil, share = _CALMER[dark]
    table = np.round(full * (1 - share) + np.array(veil) * share).astype(np.uint8)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=2)
def grey_table(dark: bool = False) -> Table:
    """256 greys from the lowest value to the highest, to lie under the colours of a basin map.

    Values stay visible as light and shade, and the colours of the map mean what they mean in its legend.
    """
    low, high = (40, 190) if dark else (110, 250)
    table = np.repeat(np.linspace(low, high, 256).round().astype(np.uint8)[:, None], 3, axis=1)
    table.flags.writeable = False
    return table


PATTERNS = 6
"""Plain, stripes in four directions, dots: with eight colours they tell 48 areas apart."""


def pattern_mask(pattern: int, rows: int, columns: int) -> NDArray[np.bool_]:
    """Which cells of an area get the second colour."""
    row, column = np.ogrid[:rows, :columns]
    drawn: tuple[NDArray[np.bool_], ...] = (
        (row + column) < 0,
        (row + column) % 6 < 2,
        (row - column) % 6 < 2,
        row + 0 * column - 6 * (row // 6) < 2,
        column + 0 * row - 6 * (column // 6) < 2,
        (row % 4 < 2) & (column % 4 < 2),
    )
    return np.broadcast_to(drawn[pattern % PATTERNS], (rows, columns))


def second_colour(colour: str) -> str:
    """What the stripes and dots of an area are drawn in: darker on light colours, lighter on dark ones."""
    red, green, blue = bytes.fromhex(colour[1:7])
    light = 0.299 * red + 0.587 * green + 0.114 * blue > 120
    return mix("#000000" if light else "#FFFFFF", colour, 0.42 if light else 0.5)


@dataclass(frozen=True)
class Area:
    """A kind of area and its words in a legend; `colour` is empty for what is hatched."""

    words: str
    colour: str = ""
    pattern: int = 0


@lru_cache(maxsize=512)
def area_pixels(area: Area, rows: int, columns: int) -> Table:
    """Colours (rows, columns, 3) of a piece of an area that has a colour "#rrggbb"; read-only."""
    pixels = np.empty((rows, columns, 3), dtype=np.uint8)
    pixels[:] = tuple(bytes.fromhex(area.colour[1:7]))
    pixels[pattern_mask(area.pattern, rows, columns)] = tuple(bytes.fromhex(second_colour(area.colour)[1:7]))
    pixels.flags.writeable = False
    return pixels


def contour_colour(table: Table, position: float) -> str:
    """The colour of the contour line at a value: its own, lightened on the dark half and darkened on the light one."""
    return mix("#FFFFFF" if position < 0.5 else "#000000", colour_at(table, position), 0.42)


def colour_at(table: Table, position: float) -> str:
    """The colour at 0 (lowest) to 1 (highest) as "#rrggbb"."""
    red, green, blue = table[round(max(0.0, min(1.0, position)) * 255)].tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"
