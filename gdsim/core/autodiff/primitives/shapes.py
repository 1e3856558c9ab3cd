"""Operations that move numbers without changing them: reshape, transpose, broadcast, index, join."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gdsim.core.autodiff.primitive import PRIMITIVES, Operation, ShapeError, apply, define


def shape_of(x: Any) -> tuple[int, ...]:
    """Shape of a number, an array or a traced value."""
    dims = getattr(x, "shape", None)
    return np.shape(x) if dims is None else tuple(dims)


_reshape: Operation = define(
    "reshape", 1, lambda x, shape: np.reshape(x, shape),
    lambda g, ans, x, shape: reshape(g, shape_of(x)),
    elementwise=False, rule="the adjoint takes the old shape", keeps_truth=True,
)  # fmt: skip
_transpose: Operation = define(
    "transpose", 1, lambda x, axes: np.transpose(x, axes),
    lambda g, ans, x, axes: transpose(g, tuple(int(i) for i in np.argsort(axes))),
    symbol="ᵀ", elementwise=False, rule="the adjoint is transposed back", keeps_truth=True,
)  # fmt: skip
_broadcast_to: Operation = define(
    "broadcast_to", 1, lambda x, shape: np.broadcast_to(x, shape),
    lambda g, ans, x, shape: g,  # the backward pass sums over what was repeated
    elementwise=False, rule="the adjoints of the copies are summed", keeps_truth=True,
)  # fmt: skip
_getitem: Operation = define(
    "getitem", 1, lambda x, index: np.asarray(x)[index],
    lambda g, ans, x, index: apply(PRIMITIVES["embed"], g, index=index, shape=shape_of(x)),
    symbol="[·]", elementwise=False, rule="the adjoint goes to the elements that were taken", keeps_truth=True,
)  # fmt: skip


def _embed_values(x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape)
    np.add.at(out, index, x)
    return out


define(
    "embed", 1, _embed_values,
    lambda g, ans, x, index, shape: _getitem(g, index=index),
    symbol="[·]=", elementwise=False, rule="the adjoint of the elements that were put",
)  # fmt: skip


def _part(position: int, g: Any, ans: Any, *parts: Any, axis: int) -> Any:
    start = sum(shape_of(part)[axis] for part in parts[:position])
    index = (slice(None),) * axis + (slice(start, start + shape_of(parts[position])[axis]),)
    return _getitem(g, index=index)


_concatenate: Operation = define(
    "concatenate", 0, lambda *parts, axis: np.concatenate(parts, axis=axis), _part,
    symbol="join", elementwise=False, variadic=True, rule="each part gets its piece of the adjoint",
)  # fmt: skip


def reshape(x: Any, shape: int | Sequence[int]) -> Any:
    """x in another shape; one entry may be -1.  Raises ShapeError when the number of elements differs."""
    wanted = (shape,) if isinstance(shape, int) else tuple(int(n) for n in shape)
    if wanted.count(-1) == 1:
        known = math.prod(n for n in wanted if n != -1)
        rest = math.prod(shape_of(x)) // known if known else 0
        wanted = tuple(rest if n == -1 else n for n in wanted)
    return x if wanted == shape_of(x) else _reshape(x, shape=wanted)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """Axes permuted, reversed by default.  Raises ShapeError when `axes` is no permutation."""
    count = len(shape_of(x))
    order = tuple(range(count))[::-1] if axes is None else tuple(_axis(a, x) for a in axes)
    return x if order == tuple(range(count)) else _transpose(x, axes=order)


def broadcast_to(x: Any, shape: Sequence[int]) -> Any:
    """x repeated to `shape` by numpy's rules."""
    wanted = tuple(shape)
    return x if wanted == shape_of(x) else _broadcast_to(x, shape=wanted)


def getitem(x: Any, index: Any) -> Any:
    """x[index] with integers, slices, ellipsis, None, and integer or boolean arrays."""
    return _getitem(x, index=tuple(_kept(part) for part in index) if isinstance(index, tuple) else _kept(index))


def _kept(part: Any) -> Any:
    """Part of an index as it is now: arrays of the caller may change before the derivative is taken."""
    return np.array(part) if isinstance(part, (list, np.ndarray)) else part


def concatenate(parts: Sequence[Any], axis: int = 0) -> Any:
    """Parts joined along an existing axis.  Raises ShapeError when they do not fit."""
    return _concatenate(*parts, axis=_axis(axis, parts[0]))


def stack(parts: Sequence[Any], axis: int = 0) -> Any:
    """Parts of one shape joined along a new axis.  Raises ShapeError when their shapes differ."""
    dims = shape_of(parts[0])
    if any(shape_of(part) != dims for part in parts):
        raise ShapeError(f"stack needs parts of one shape, not {' and '.join(str(shape_of(part)) for part in parts)}")
    at = _axis(axis, parts[0], len(dims) + 1)
    return concatenate([reshape(part, (*dims[:at], 1, *dims[at:])) for part in parts], axis=at)


def ravel(x: Any) -> Any:
    """x as a vector."""
    return reshape(x, (-1,))


def swapaxes(x: Any, first: int, second: int) -> Any:
    """Two axes exchanged."""
    order = list(range(len(shape_of(x))))
    i, j = _axis(first, x), _axis(second, x)
    order[i], order[j] = j, i
    return transpose(x, order)


def _axis(axis: int, x: Any, count: int | None = None) -> int:
    """The axis counted from the front.  Raises ShapeError when there is none of that number."""
    axes = len(shape_of(x)) if count is None else count
    if not -axes <= axis < axes:
        raise ShapeError(f"there is no axis {axis} in shape {shape_of(x)}")
    return axis % axes
