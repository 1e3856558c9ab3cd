"""Matrix products, and the dense layer with its bias folded in.

`dense` works on columns: points lie along the last axis, and the last row of the parameters is the bias, as if the
inputs ended in a row of ones.  The generated code keeps that row in memory, so that neither the bias nor its
gradient costs a call; `dense_weights` and `dense_back` are the two halves of its derivative.  The three close
under differentiation (with `row` 0 where a derivative of the row of ones is meant).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gdsim.core.autodiff.primitive import Operation, ShapeError, define

from .shapes import reshape, shape_of, swapaxes


def _t(x: Any) -> Any:
    return swapaxes(x, -1, -2)


def with_row(x: Any, row: float = 1.0) -> Any:
    """x (..., k, n) with one more row of a constant below it: (..., k + 1, n)."""
    out = np.full((*x.shape[:-2], x.shape[-2] + 1, x.shape[-1]), row)
    out[..., :-1, :] = x
    return out


_matmul: Operation = define(
    "matmul", 2, np.matmul,
    lambda g, ans, x, y: _matmul(g, _t(y)),
    lambda g, ans, x, y: _matmul(_t(x), g),
    symbol="@", latex=r"{0} \, {1}", rule="product rule for matrices", elementwise=False, ufunc=None,
)  # fmt: skip


def matmul(x: Any, y: Any) -> Any:
    """Matrix product; vectors on either side and leading batch axes as in numpy.  Raises ShapeError."""
    first, second = shape_of(x), shape_of(y)
    if not first or not second or first[-1] != second[-2:][0]:
        raise ShapeError(f"matmul cannot combine shapes {first} and {second}")
    left, right = len(first) == 1, len(second) == 1
    if left:
        x = reshape(x, (1, -1))
    if right:
        y = reshape(y, (-1, 1))
    product = _matmul(x, y)
    dims = shape_of(product)
    if left and right:
        return reshape(product, dims[:-2])
    if left or right:
        return reshape(product, (*dims[:-2], dims[-1] if left else dims[-2]))
    return product


def dot(x: Any, y: Any) -> Any:
    """Another name for `matmul`, for vectors."""
    return matmul(x, y)


dense: Operation = define(
    "dense", 2, lambda p, a, row=1.0: np.matmul(np.swapaxes(p, -1, -2), with_row(a, row)),
    lambda g, ans, p, a, row=1.0: dense_weights(a, g, row=row),
    lambda g, ans, p, a, row=1.0: dense_back(p, g),
    symbol="W·x + b", rule="product rule for matrices", elementwise=False,
)  # fmt: skip
dense_weights: Operation = define(
    "dense_weights", 2, lambda a, d, row=1.0: np.matmul(with_row(a, row), np.swapaxes(d, -1, -2)),
    lambda g, ans, a, d, row=1.0: dense_back(g, d),
    lambda g, ans, a, d, row=1.0: dense(g, a, row=row),
    symbol="x·δᵀ", rule="product rule for matrices", elementwise=False,
)  # fmt: skip
dense_back: Operation = define(
    "dense_back", 2, lambda p, d: np.matmul(p[..., :-1, :], d),
    lambda g, ans, p, d: dense_weights(g, d, row=0.0),
    lambda g, ans, p, d: dense(p, g, row=0.0),
    symbol="W·δ", rule="product rule for matrices", elementwise=False,
)  # fmt: skip
