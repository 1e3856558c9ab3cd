"""Sums, extremes and what is built from them, over all or some axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gdsim.core.autodiff.primitive import Operation, define

from .elementwise import add, div, equal, exp, log, mul, stop_gradient, sub, where
from .shapes import broadcast_to, reshape, shape_of

Axis = int | tuple[int, ...] | None


def _kept(x: Any, axis: Axis) -> tuple[int, ...]:
    """Shape of the reduction of x with keepdims."""
    dims = shape_of(x)
    axes = range(len(dims)) if axis is None else [a % len(dims) for a in ((axis,) if isinstance(axis, int) else axis)]
    return tuple(1 if i in axes else n for i, n in enumerate(dims))


def _spread(g: Any, x: Any, axis: Axis) -> Any:
    return broadcast_to(reshape(g, _kept(x, axis)), shape_of(x))


def _extreme_vjp(g: Any, ans: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Ties share the adjoint evenly, as in PyTorch's amax and amin."""
    hit = where(equal(x, reshape(ans, _kept(x, axis))), 1.0, 0.0)
    share = div(reshape(g, _kept(x, axis)), sum(hit, axis=axis, keepdims=True))
    return mul(hit, share)


def _sum_values(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims)


sum: Operation = define(
    "sum", 1, _sum_values,
    lambda g, ans, x, axis=None, keepdims=False: _spread(g, x, axis),
    symbol="Σ", latex=r"\sum {0}", rule="every summand gets the whole adjoint", elementwise=False,
)  # fmt: skip
amax: Operation = define(
    "amax", 1, lambda x, axis=None, keepdims=False: np.max(x, axis=axis, keepdims=keepdims), _extreme_vjp,
    symbol="max", latex=r"\max {0}", rule="the largest element gets the adjoint", elementwise=False,
)  # fmt: skip
amin: Operation = define(
    "amin", 1, lambda x, axis=None, keepdims=False: np.min(x, axis=axis, keepdims=keepdims), _extreme_vjp,
    symbol="min", latex=r"\min {0}", rule="the smallest element gets the adjoint", elementwise=False,
)  # fmt: skip
argmax: Operation = define(
    "argmax", 1, lambda x, axis=None: np.argmax(x, axis=axis), symbol="argmax", elementwise=False,
    flat="a position, not a quantity that changes smoothly",
)  # fmt: skip


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Arithmetic mean over `axis` (all by default)."""
    count = math.prod(shape_of(x)) // max(1, math.prod(_kept(x, axis)))
    return div(sum(x, axis=axis, keepdims=keepdims), float(count))


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """ln Σ eˣ, without overflow: the largest element is taken out first."""
    top = stop_gradient(amax(x, axis=axis, keepdims=True))
    total = add(log(sum(exp(sub(x, top)), axis=axis, keepdims=True)), top)
    return total if keepdims else sum(total, axis=axis)


def softmax(x: Any, axis: int = -1) -> Any:
    """eˣ / Σ eˣ along `axis`."""
    return exp(sub(x, logsumexp(x, axis=axis, keepdims=True)))
