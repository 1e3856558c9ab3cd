"""The training loss about a network's weights: slices through it, directions to slice along, and its sharpness."""

from __future__ import annotations

from .directions import (
    Plane,
    filter_normalized,
    parameter_name,
    principal_plane,
    random_plane,
    two_parameters,
)
from .flatness import Surroundings, flat_and_sharp
from .sharpness import Sharpness, sharpness
from .slices import Slice1D, Slice2D, slice_1d, slice_2d
from .stability import Regime, Stability, preconditioner, stability_limit, stability_of
from .surface import Height, LossSurface

__all__ = [
    "Height",
    "LossSurface",
    "Plane",
    "Regime",
    "Sharpness",
    "Slice1D",
    "Slice2D",
    "Stability",
    "Surroundings",
    "filter_normalized",
    "flat_and_sharp",
    "parameter_name",
    "preconditioner",
    "principal_plane",
    "random_plane",
    "sharpness",
    "slice_1d",
    "slice_2d",
    "stability_limit",
    "stability_of",
    "two_parameters",
]
