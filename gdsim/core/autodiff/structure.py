"""Simplification of sums, views and products: factors go outside, repeated values are not summed one by one."""

from __future__ import annotations

import math
from typing import Any

from .indices import is_basic
from .ir import Builder, Op, Shape, rule, shape_of, strip
from .primitive import PRIMITIVES

Args = tuple[Op, ...]
Params = dict[str, Any]


def _linear(b: Builder, key: str, args: Args, params: Params, scaled: tuple[int, ...]) -> Op:
    """An operation that is linear in the arguments at `scaled`: their factors go outside."""
    factor, bare = 1.0, list(args)
    for i in scaled:
        c, bare[i] = b.split(args[i])
        factor *= c
    rest = tuple(bare)
    return b.scale(factor, b.make(key, rest, params, shape_of(key, rest, params)))


@rule("matmul")
def _matmul(b: Builder, args: Args, params: Params) -> Op:
    return _linear(b, "matmul", args, params, (0, 1))


@rule("dense_back")
def _dense_back(b: Builder, args: Args, params: Params) -> Op:
    return _linear(b, "dense_back", args, params, (0, 1))


@rule("dense")
def _dense(b: Builder, args: Args, params: Params) -> Op:
    """The row of ones below the inputs cannot take a factor; a row of zeros can."""
    return _linear(b, "dense", args, params, (0,) if params.get("row", 1.0) else (0, 1))


@rule("dense_weights")
def _dense_weights(b: Builder, args: Args, params: Params) -> Op:
    return _linear(b, "dense_weights", args, params, (1,) if params.get("row", 1.0) else (0, 1))


def _view(b: Builder, key: str, args: Args, params: Params) -> Op:
    """Of a repeated single number a view is again a repeated single number."""
    if strip(args[0]).shape == ():
        return b.broadcast(strip(args[0]), shape_of(key, args, params))
    return _linear(b, key, args, params, (0,))


@rule("amax")
def _amax(b: Builder, args: Args, params: Params) -> Op:
    return _extreme(b, "amax", args, params)


@rule("amin")
def _amin(b: Builder, args: Args, params: Params) -> Op:
    return _extreme(b, "amin", args, params)


def _extreme(b: Builder, key: str, args: Args, params: Params) -> Op:
    """Of a single number it is the number itself."""
    return args[0] if args[0].shape == () else b.make(key, args, params, shape_of(key, args, params))


@rule("argmax")
def _argmax(b: Builder, args: Args, params: Params) -> Op:
    return b.const(0.0) if args[0].shape == () else b.make("argmax", args, params, shape_of("argmax", args, params))


@rule("getitem")
def _getitem(b: Builder, args: Args, params: Params) -> Op:
    return _view(b, "getitem", args, params)


@rule("reshape")
def _reshape(b: Builder, args: Args, params: Params) -> Op:
    c, p = b.split(args[0])
    while p.kind == "reshape":
        (p,) = p.args
    if p.shape == tuple(params["shape"]):
        return b.scale(c, p)
    return b.scale(c, _view(b, "reshape", (p,), params))


@rule("transpose")
def _transpose(b: Builder, args: Args, params: Params) -> Op:
    """A transpose undone by another is none; into a matrix product it is carried, where it costs nothing."""
    factor, core = b.split(args[0])
    axes = params["axes"]
    if core.kind == "transpose" and tuple(core.params["axes"][i] for i in axes) == tuple(range(len(axes))):
        return b.scale(factor, core.args[0])
    if core.kind == "matmul" and all(len(arg.shape) == 2 for arg in core.args):
        left, right = (b.apply(PRIMITIVES["transpose"], (arg,), params) for arg in core.args)
        return b.scale(factor, b.op("matmul", right, left))
    return _view(b, "transpose", args, params)


@rule("broadcast_to")
def _broadcast(b: Builder, args: Args, params: Params) -> Op:
    return b.broadcast(strip(args[0]), tuple(params["shape"]))


@rule("embed")
def _embed(b: Builder, args: Args, params: Params) -> Op:
    """Placed in zeros by a plain index: an assembly of one piece, which others may join."""
    shape, index = tuple(params["shape"]), params["index"]
    if shape == ():
        return args[0]
    c, p = b.split(args[0])
    if not is_basic(index):
        return b.scale(c, b.make("embed", (p,), params, shape))
    full = p.size == math.prod(shape)
    return b.scale(c, b.make("assemble", (p,), {"indices": (index,), "full": full}, shape))


@rule("sum")
def _sum(b: Builder, args: Args, params: Params) -> Op:
    """Sum what is there; multiply by how often it is repeated."""
    (x,) = args
    if x.shape == ():
        return x
    rank, axis = len(x.shape), params.get("axis")
    axes = tuple(range(rank)) if axis is None else tuple(a % rank for a in ((axis,) if isinstance(axis, int) else axis))
    kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    wanted = kept if params.get("keepdims") else tuple(n for i, n in enumerate(x.shape) if i not in axes)
    factor, core = b.split(strip(x))
    there = (1,) * (rank - len(core.shape)) + core.shape
    repeats = math.prod(n for i, n in enumerate(x.shape) if i in axes and there[i] == 1)
    real = tuple(i for i in axes if there[i] != 1)
    if all(n == 1 or i in real for i, n in enumerate(there)):
        total = b.broadcast(_total(b, core), wanted)
    else:
        total = _partial(b, core, there, real)
        total = _reshape(b, (b.broadcast(total, kept),), {"shape": wanted})
    return b.scale(float(repeats), b.scale(factor, total))


def _total(b: Builder, core: Op) -> Op:
    """Sum of all elements; of squares or products as an inner product."""
    if core.size == 1:
        return _reshape(b, (core,), {"shape": ()})
    if core.kind == "square":
        return b.make("ssq", core.args, {}, ())
    if core.kind == "mul" and core.args[0].shape == core.args[1].shape:
        return b.make("vdot", core.args, {}, ())
    return b.make("sum", (core,), {"axis": None, "keepdims": False}, ())


def _partial(b: Builder, core: Op, there: Shape, axes: tuple[int, ...]) -> Op:
    """Sum over some axes, which stay with length 1."""
    wide = _reshape(b, (core,), {"shape": there})
    if not axes:
        return wide
    shape = tuple(1 if i in axes else n for i, n in enumerate(there))
    return b.make("sum", (wide,), {"axis": axes, "keepdims": True}, shape)
