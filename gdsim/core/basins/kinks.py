"""Minima where no parabola fits: the tip of a cone, a fold, a fourth power.

They are found by comparing values alone (compass search), and believed only if the gradients all around, however
near, leave no direction in which the surface falls.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from gdsim.core.objective import Objective

Array = NDArray[np.float64]

_DIRECTIONS = 16
_FINEST = 1e-9
# Radii of the rings of gradients, in shares of the reach: the first is a quick look, the others the proof.
_RINGS = (1.0, 1e-2, 1e-4)


def lowest_nearby(objective: Objective, start: Array, reach: Array) -> Array | None:
    """The minimum within `reach` (one length a coordinate) of the start; None if there is none, or none is sure."""
    with np.errstate(all="ignore"):
        if not _rises_around(objective, start, _RINGS[0] * reach):
            return None
        place = _compass(objective, start, reach)
        if place is None or not all(_rises_around(objective, place, radius * reach) for radius in _RINGS[1:]):
            return None
    return place


def _compass(objective: Objective, start: Array, reach: Array) -> Array | None:
    """Go to the best of the neighbours; where none is better, look nearer.  None when it leads out of reach."""
    ring = _ring(start.size)
    point, value, step = start, float(objective.value(start)), 0.5
    while step > _FINEST:
        trials = [point + step * reach * direction for direction in ring]
        values = [float(objective.value(tuple(trial.tolist()))) for trial in trials]
        best = int(np.argmin(values))
        if values[best] < value:
            point, value = trials[best], values[best]
            if (np.abs(point - start) >= reach).any():
                return None
        else:
            step *= 0.5
    return point


def _rises_around(objective: Objective, point: Array, radius: Array) -> bool:
    """Whether no direction leads downhill from all points of a ring: the gradients do not fit into a half-plane."""
    gradients = np.array([objective.gradient(point + radius * direction) for direction in _ring(point.size)])
    if not np.isfinite(gradients).all() or not gradients.any(axis=1).all():
        return False
    if point.size == 1:
        return bool(gradients[0, 0] > 0.0 > gradients[1, 0])
    angles = np.sort(np.arctan2(gradients[:, 1] * radius[1], gradients[:, 0] * radius[0]))
    gaps = np.diff(angles, append=angles[0] + 2.0 * math.pi)
    return bool(gaps.max() < math.pi)


def _ring(dim: int) -> Array:
    """Unit vectors in all directions, the first along the first axis."""
    if dim == 1:
        return np.array([[1.0], [-1.0]])
    angles = np.arange(_DIRECTIONS) * (2.0 * math.pi / _DIRECTIONS)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)
