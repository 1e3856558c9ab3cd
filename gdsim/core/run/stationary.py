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
# How far around a point its values are compared, relative to max(1, |coordinate|), the nearest first.
_PROBES = np.array([1e-3, 1e-2, 5e-2])
# Values so many times lower than slope and curvature together allow belong to no minimum.
_TOO_LOW = 2.0
# Where the curvature vanishes, this share of the largest one, and of the value itself, is still put down to rounding.
_BLURRED, _NOISE = 1e-6, 1e-12
# Next to a pole, going back a hundredth of the way undoes more than this share of the fall.
_POLE = 0.65
# Slopes of functions with values below this underflow, so they explain nothing.
_UNDERFLOW = 1e-150


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
        around = _Surroundings(objective, points, gradients, size, vectors)

    any_up, any_down = up.any(axis=1), down.any(axis=1)
    all_level = level.all(axis=1)
    bowl, dome = (up | level).all(axis=1) & any_up, (down | level).all(axis=1) & any_down
    # A sharp point such as that of √|x| is a minimum between two arcs that bend downwards.
    sharp = any_down & around.all_higher
    bottom = bowl & ~around.too_low | sharp | (all_level & around.higher & ~around.lower)
    top = dome & ~around.too_high | (all_level & around.lower & ~around.higher)
    turning = bowl & around.too_low | dome & around.too_high | all_level & around.too_high & around.too_low
    mixed = any_up & any_down | turning
    return [
        Kind.MINIMUM if is_bottom else Kind.MAXIMUM if is_top else Kind.SADDLE if is_mixed else Kind.FLAT
        for is_bottom, is_top, is_mixed in zip(bottom, top, mixed, strict=True)
    ]


class _Surroundings:
    """What the values around each of n points say: along the axes, two pairs of diagonals, and the Hessian's own.

    A saddle that is much steeper in one direction falls within a narrow wedge along the other alone.

    `higher`, `lower` and `all_higher` compare the nearest values alone.  `too_high` and `too_low` tell whether a value
    is further from the point's own than its slope and curvature explain: around the inflection of x³, where both
    vanish, some are, but in the tail of e^x, where everything is tiny, none is too low.  The curvature is that along
    each direction: x² − y⁴ falls along y, where its curvature explains nothing.
    """

    def __init__(self, objective: Objective, points: Array, gradients: Array, size: Array, vectors: Array) -> None:
        own = np.swapaxes(vectors, 1, 2)
        fixed = _directions(points.shape[1])
        directions = np.concatenate([np.broadcast_to(fixed, (len(points), *fixed.shape)), own, -own], axis=1)
        along = (np.square(directions @ vectors) * size[:, None, :]).sum(axis=2)
        curvature = along + _BLURRED * size.max(axis=1, keepdims=True)
        far = _PROBES * np.maximum(1.0, np.abs(points).max(axis=1, keepdims=True))
        around = points[:, None, None, :] + far[:, :, None, None] * directions[:, None]
        here = np.asarray(objective.value(points))[:, None, None]
        rise = np.asarray(objective.value(around)) - here
        near = rise[:, 0]
        slope = np.sqrt((gradients**2).sum(axis=1))[:, None]
        explained = _TOO_LOW * ((slope * far)[:, :, None] + curvature[:, None, :] * far[:, :, None] ** 2)
        explained += _UNDERFLOW + _NOISE * np.abs(here)
        self.higher: Any = (near > 0.0).any(axis=1)
        self.lower: Any = (near < 0.0).any(axis=1)
        self.all_higher: Any = (near > 0.0).all(axis=1)
        self.too_high: Any = (rise > explained).any(axis=(1, 2))
        self.too_low: Any = (-rise > explained).any(axis=(1, 2))


def _directions(dim: int) -> Array:
    directions = np.concatenate([np.eye(dim), np.ones((1, dim)) / np.sqrt(dim)])
    if dim > 1:
        # The saddle x·y³ and the monkey saddle show on the other diagonal or in between.
        turned = np.ones((2, dim))
        turned[0, 0], turned[1, 0] = -1.0, 0.5
        directions = np.concatenate([directions, turned / np.linalg.norm(turned, axis=1, keepdims=True)])
    return np.concatenate([directions, -directions])


def beside_pole(objective: Objective, points: Array, gradients: Array) -> NDArray[np.bool_]:
    """Whether the values fall without bound towards each of the points (n, dim), as −1/x² and log x do towards 0.

    On a line along the gradient the point lies far below both sides, and nearly as far below close by.
    """
    with np.errstate(all="ignore"):
        slope = np.sqrt(((gradients / np.abs(gradients).max(axis=1, keepdims=True)) ** 2).sum(axis=1, keepdims=True))
        along = gradients / np.abs(gradients).max(axis=1, keepdims=True) / slope
        far = _PROBES[0] * np.maximum(1.0, np.abs(points).max(axis=1))
        ways = np.array([1.0, -1.0, 0.01, -0.01])
        around = points[:, None, :] + ways[:, None] * far[:, None, None] * along[:, None, :]
        rise = np.asarray(objective.value(around)) - np.asarray(objective.value(points))[:, None]
        wide, close = rise[:, :2], rise[:, 2:]
        undefined = ~np.isfinite(wide)
        return np.asarray(((wide > 0.0) & (close > _POLE * wide) | undefined).all(axis=1) & ~undefined.all(axis=1))
