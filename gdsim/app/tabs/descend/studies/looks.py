"""How the things of a study are told apart: a colour, a dash and a marker for each, always together.

An optimizer keeps its look for good; minima get theirs in the order of their discovery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gdsim.app.plots.colour_maps import PATTERNS
from gdsim.app.plots.surface_tracks import DASHES, MARKERS
from gdsim.app.theme import Theme
from gdsim.core.optimizers import OPTIMIZERS

_MORE_DASHES: tuple[tuple[float, ...], ...] = (
    (12.0, 3.0, 2.0, 3.0), (4.0, 4.0), (18.0, 3.0), (2.0, 2.0, 6.0, 2.0, 2.0, 6.0),
)  # fmt: skip
_MORE_COLOURS = {False: ("#882255", "#7A5C3E", "#59626B"), True: ("#D98CB3", "#C9A37E", "#A0AAB4")}
"""For the light and the dark theme: wine, brown and grey, so that each optimizer has a colour of its own."""
_SHORT = {"line_search": "Line search", "nesterov": "Nesterov"}
RESTING_COLOUR = "control"
MOVING_COLOUR, MOVING_PATTERN = "control", 5
"""Starts that are still moving are dotted, those that are gone hatched."""
UNDEFINED_COLOUR, UNDEFINED_PATTERN = "control", 3


@dataclass(frozen=True)
class Look:
    """`colour` is "#rrggbb" or a theme token; `pattern` is what is drawn over it where it fills an area."""

    colour: str
    dashes: tuple[float, ...] = ()
    marker: str = "disc"
    pattern: int = 0


def racer_look(key: str, theme: Theme) -> Look:
    """The look of an optimizer; no two have the same dash or the same colour."""
    number = tuple(OPTIMIZERS).index(key)
    colours = (*theme.classes, *_MORE_COLOURS[theme.dark])
    return replace(look_of(number, theme), colour=colours[number % len(colours)])


def look_of(number: int, theme: Theme) -> Look:
    """The look with this number.  After eight, colours come again in another order, with other dashes, markers and
    patterns.
    """
    dashes = (*DASHES, *_MORE_DASHES)
    again = number // len(theme.classes)
    return Look(
        theme.classes[(number + again) % len(theme.classes)],
        dashes[number % len(dashes)],
        MARKERS[(number + 3 * again) % len(MARKERS)],
        again % PATTERNS,
    )


def racer_name(key: str) -> str:
    """The optimizer's name where there is little room."""
    return _SHORT.get(key, OPTIMIZERS[key].title)
