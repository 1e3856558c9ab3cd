"""Sharpness: the largest curvature of the training loss at the present weights, without forming the Hessian.

Lanczos' method on compiled Hessian-vector products: each product is a few pulls, and a few products do when the last
eigenvector is at hand, so that sharpness can be watched while a network trains.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.autodiff import Program, compile, hessian_vector_product
from gdsim.core.fan import cost
from gdsim.core.network import LOSSES, MLP

from .surface import LossSurface

Array = NDArray[np.float64]

# A product with the Hessian takes about so many times as long as asking the network.
_TIMES = 8.0
# A start from the last eigenvector alone could miss another that has overtaken it, so some chance is mixed in.
_CHANCE = 0.1
_LEAST_PRODUCTS = 4


@dataclass(frozen=True, eq=False)
class Sharpness:
    """The largest eigenvalue of the Hessian (with its sign), as far as it is known.

    `vector` is its unit eigenvector, for which `residual` = ‖H·vector − value·vector‖: some eigenvalue lies within
    `residual` of `value`, and the largest is not below `value` (but for rounding).  `products` were taken.
    `converged` is false while it is worked on, and where products ran out or the loss is not finite.
    """

    value: float
    vector: Array
    residual: float
    products: int
    converged: bool
    with_penalty: bool


def sharpness(
    surface: LossSurface,
    parameters: ArrayLike,
    warm: Sharpness | None = None,
    with_penalty: bool = False,
    preconditioner: Array | None = None,
    tolerance: float = 1e-3,
    most: int = 60,
) -> Iterator[Sharpness]:
    """Pull to work, a few milliseconds a pull; the last of what it gives is the result.

    `tolerance` is the residual's share of the value at which it ends.  With the penalty, L2 adds its strength to the
    weights' curvature; L1 has none.  With a `preconditioner` d (parameter_count,), positive, it is the sharpness of
    diag(d)^−1/2 · H · diag(d)^−1/2, what an optimizer that divides by d sees.
    Lanczos, An iteration method for the solution of the eigenvalue problem (1950), fully orthogonalized.
    """
    vector = np.array(parameters, np.float64)
    scale: Array = np.ones_like(vector)
    if preconditioner is not None:
        scale = np.asarray(1.0 / np.sqrt(preconditioner), np.float64)
    rng = np.random.default_rng(0)
    start: Array = rng.standard_normal(vector.size)
    start = np.asarray(start / np.linalg.norm(start))
    if warm is not None and warm.vector.shape == vector.shape and np.isfinite(warm.vector).all():
        start = warm.vector + _CHANCE * start
    pull = np.where(surface.network.weight_mask, surface.l2 if with_penalty else 0.0, 0.0)
    start = np.asarray(start / np.linalg.norm(start))
    return _lanczos(surface, vector, start, scale, pull, with_penalty, tolerance, most)


def _lanczos(
    surface: LossSurface, parameters: Array, start: Array, scale: Array, pull: Array, with_penalty: bool,
    tolerance: float, most: int,
) -> Iterator[Sharpness]:  # fmt: skip
    size = parameters.size
    most = min(most, size)
    basis = np.empty((most + 1, size))
    basis[0] = start
    alphas, betas = np.zeros(most), np.zeros(most)
    found = Sharpness(math.nan, start, math.inf, 0, False, with_penalty)
    for k in range(most):
        image: Array = np.zeros(size)
        for _ in _product(surface, parameters, scale * basis[k], image):
            yield found
        with np.errstate(all="ignore"):
            image = scale * (image + pull * scale * basis[k])
            defined = math.isfinite(float(image @ image))
        if not defined:  # or so large that its length is beyond all numbers
            yield Sharpness(math.nan, np.full(size, math.nan), math.nan, k + 1, False, with_penalty)
            return
        alphas[k] = image @ basis[k]
        known = basis[: k + 1]
        for _ in range(2):  # twice is enough: Kahan and Parlett
            image -= (known @ image) @ known
        betas[k] = np.linalg.norm(image)
        inner = betas[:k]
        values, vectors = np.linalg.eigh(np.diag(alphas[: k + 1]) + np.diag(inner, 1) + np.diag(inner, -1))
        value, ritz = float(values[-1]), vectors[:, -1] @ known
        residual = float(betas[k] * abs(vectors[-1, -1]))
        span = float(np.abs(values).max())
        whole = bool(k + 1 == size or betas[k] <= 1e-13 * span)
        small = residual <= tolerance * max(abs(value), 1e-6 * span) and k + 1 >= _LEAST_PRODUCTS
        found = Sharpness(value, ritz / np.linalg.norm(ritz), residual, k + 1, whole or small, with_penalty)
        yield found
        if found.converged:
            return
        basis[k + 1] = image / betas[k]


def _product(surface: LossSurface, parameters: Array, direction: Array, out: Array) -> Generator[None, None, None]:
    """Add the Hessian of the mean training loss times `direction` to `out`, a block of points a pull."""
    data, network = surface.training, surface.network
    size = cost.block_size(network, data.points, times=_TIMES)
    for first in range(0, data.points, size):
        columns, rows = data.columns[:, first : first + size], data.rows[:, first : first + size]
        program = _hessian_product(network, surface.loss, columns.shape[1])
        with np.errstate(all="ignore"):
            out += program(parameters, direction, columns, rows) * (columns.shape[1] / data.points)
        if size < data.points:
            yield


@functools.lru_cache(maxsize=16)
def _hessian_product(network: MLP, loss: str, points: int) -> Program:
    """(p, v, columns, targets) -> the Hessian of the mean loss times v."""

    def product(p: Any, v: Any, columns: Any, targets: Any) -> Any:
        def value(q: Any) -> Any:
            return LOSSES[loss].value(network.forward(q, columns), targets, 0)

        return hessian_vector_product(value)(p, v)

    p = np.zeros(network.parameter_count)
    columns, targets = np.ones((network.sizes[0] + 1, points)), np.zeros((network.sizes[-1], points))
    return compile(product, p, p.copy(), columns, targets)
