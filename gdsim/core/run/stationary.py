"""What a point with (nearly) vanishing gradient is: a minimum, a maximum, a saddle, or just flat country.

The Hessian decides where it can.  Its zero eigenvalues say nothing (x⁴, |x|, a valley floor), so there the values
around the point are compared.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.objective import Objective

Array = NDArray[np.float64]

# A stationary point is near when slope/curvature, the distance at which the parabola that fits here has its vertex,
# is below this; for a maximum it has to be nearer, since out in the tail of a bump the curvature points down too.
_NEAR_VERTEX = 0.05
_NEAR_SUMMIT = 0.02
# Eigenvalues below this share of the largest are rounding errors.
_ROUNDING = 1e-9
_FEW, _MANY = 16, 1024
# How far around a point its values are compared, relative to max(1, |coordinate|).
_PROBE = 1e-3


class Kind(StrEnum):
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    FLAT = "flat"


def stationary_kind(objective: Objective, point: Array, gradient: Array) -> Kind:
    """The kind of one point, (dim,)."""
    return stationary_kinds(objective, point[None, :], gradient[None, :])[0]


def stationary_kinds(objective: Objective, points: Array, gradients: Array) -> list[Kind]:
    """The kind of each of n points (n, dim) whose gradients are small.

    They are taken in blocks of one of two sizes, the last filled up, since the objective compiles for each size it
    meets.
    """
    kinds: list[Kind] = []
    block = _FEW if len(points) <= 4 * _FEW else _MANY
    for first in range(0, len(points), block):
        chosen = np.resize(np.arange(first, min(first + block, len(points))), block)
        kinds += _kinds_of_block(objective, points[chosen], gradients[chosen])[: len(points) - first]
    return kinds


def _kinds_of_block(objective: Objective, points: Array, gradients: Array) -> list[Kind]:
    with np.errstate(all="ignore"):
        eigenvalues, vectors = objective.curvatures(points)
        along = np.abs((vectors * gradients[:, :, None]).sum(axis=1))
        size = np.abs(eigenvalues)
        curved = (size > _ROUNDING * size.max(axis=1, keepdims=True)) & (size > 0.0)
        distance = along / np.where(curved, size, np.inf)
        up = curved & (eigenvalues > 0.0) & (distance <= _NEAR_VERTEX)
        down = curved & (eigenvalues < 0.0) & (distance <= _NEAR_SUMMIT)
        level = ~curved
        higher, lower = _surroundings(objective, points)

    any_up, any_down = up.any(axis=1), down.any(axis=1)
    bottom = (up | level).all(axis=1) & any_up | (level.all(axis=1) & higher & ~lower)
    top = (down | level).all(axis=1) & any_down | (level.all(axis=1) & lower & ~higher)
    mixed = any_up & any_down | (level.all(axis=1) & higher & lower)
    return [
        Kind.MINIMUM if is_bottom else Kind.MAXIMUM if is_top else Kind.SADDLE if is_mixed else Kind.FLAT
        for is_bottom, is_top, is_mixed in zip(bottom, top, mixed, strict=True)
    ]


def _surroundings(objective: Objective, points: Array) -> tuple[Any, Any]:
    """Whether any higher and any lower values lie around each point: along the axes and one pair of diagonals."""
    dim = points.shape[1]
    directions = np.concatenate([np.eye(dim), np.ones((1, dim)) / np.sqrt(dim)])
    if dim > 1:
        # The saddle x·y³ and the monkey saddle show on the other diagonal or in between.
        turned = np.ones((2, dim))
        turned[0, 0], turned[1, 0] = -1.0, 0.5
        directions = np.concatenate([directions, turned / np.linalg.norm(turned, axis=1, keepdims=True)])
    directions = np.concatenate([directions, -directions])
    scale = np.maximum(1.0, np.abs(points).max(axis=1, keepdims=True))
    around = points[:, None, :] + _PROBE * scale[:, :, None] * directions
    values = np.asarray(objective.value(around))
    centre = np.asarray(objective.value(points))[:, None]
    return np.any(values > centre, axis=1), np.any(values < centre, axis=1)
