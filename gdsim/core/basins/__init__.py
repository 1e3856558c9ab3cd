"""Where descent ends for every start on a grid: the basins of attraction of an optimizer at one learning rate."""

from __future__ import annotations

from gdsim.core.basins.labels import GONE, MOVING, RESTING, UNDEFINED, UNKNOWN
from gdsim.core.basins.minima import NEAR, SETTLED_RULE, Crowd, Minimum
from gdsim.core.basins.picture import BasinPicture, basin_map
from gdsim.core.basins.walkers import Ends, Walker, walker
from gdsim.core.basins.words import LabelRow, label_rows, where_from

__all__ = [
    "GONE",
    "MOVING",
    "NEAR",
    "RESTING",
    "SETTLED_RULE",
    "UNDEFINED",
    "UNKNOWN",
    "BasinPicture",
    "Crowd",
    "Ends",
    "LabelRow",
    "Minimum",
    "Walker",
    "basin_map",
    "label_rows",
    "walker",
    "where_from",
]
