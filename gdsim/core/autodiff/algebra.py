"""Simplification of arithmetic: constant factors travel outwards until they meet.

2/n, a learning rate and a minus sign so become one multiplication, often of a smaller array or of a single number.
Rounding may differ in the last digit from the order in which the function was written, and overflow may set in a
moderate factor (`travels`) earlier or later.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .ir import Builder, Op, is_truth, rule, travels

LARGEST_UNROLLED_POWER = 8
ABSORBABLE = 1e150  # larger constants stay as they are, lest a division by a factor overflows

Args = tuple[Op, ...]
Params = dict[str, Any]


def _plain(b: Builder, key: str, x: Op, y: Op) -> Op:
    return b.make(key, (x, y), {}, np.broadcast_shapes(x.shape, y.shape))


@rule("identity", "stop_gradient")
def _same(b: Builder, args: Args, params: Params) -> Op:
    return args[0]


@rule("neg")
def _neg(b: Builder, args: Args, params: Params) -> Op:
    return b.scale(-1.0, args[0])


@rule("mul")
def _mul(b: Builder, args: Args, params: Params) -> Op:
    (c, p), (d, q) = (b.split(arg) for arg in args)
    if p is q:
        product = b.op("square", p)
    elif p.number is not None or (p.shape == () and q.shape != ()):
        product = b.scale(p, q)
    elif q.number is not None or (q.shape == () and p.shape != ()):
        product = b.scale(q, p)
    else:
        product = b.ordered("mul", p, q)
    return b.scale(c, b.scale(d, product))


@rule("square")
def _square(b: Builder, args: Args, params: Params) -> Op:
    c, p = b.split(args[0])
    return b.scale(c * c, b.make("square", (p,), {}, p.shape))


@rule("add")
def _add(b: Builder, args: Args, params: Params) -> Op:
    x, y = args
    if x.number == 0.0:
        return y
    if y.number == 0.0:
        return x
    (c, p), (d, q) = b.split(x), b.split(y)
    if p is q:
        return b.scale(c + d, p)
    joined = _join(b, c, p, d, q)
    if joined is not None:
        return joined
    if c == d != 1.0:
        return b.scale(c, b.op("add", p, q))
    if d == -1.0:
        return _plain(b, "sub", x, q)
    if c == -1.0:
        return _plain(b, "sub", y, p)
    if 1.0 not in (c, d):
        if c == -d:
            return b.scale(c, b.op("sub", p, q))
        if p.shape or q.shape:
            return _common_factor(b, c, p, d, q)
    mixed = _interpolation(b, x, d, q) or _interpolation(b, y, c, p)
    if mixed is not None:
        return mixed
    for factor, rest, other in ((c, p, y), (d, q, x)):
        absorbed = _absorb(b, factor, other)
        if absorbed is not None:
            return b.scale(factor, b.op("add", rest, absorbed))
    return _regroup(b, x, y) or _regroup(b, y, x) or b.ordered("add", x, y)


def _regroup(b: Builder, x: Op, y: Op) -> Op | None:
    """(row + column) + column as row + (column + column): small arrays are added before the large sum is formed."""
    if x.kind not in ("add", "sub") or y.size >= x.size:
        return None
    p, q = x.args
    if math.prod(np.broadcast_shapes(p.shape, y.shape)) < x.size:
        return b.op(x.kind, b.op("add", p, y), q)
    if math.prod(np.broadcast_shapes(q.shape, y.shape)) < x.size:
        return b.op(x.kind, p, b.op(x.kind, q, y))
    return None


@rule("sub")
def _sub(b: Builder, args: Args, params: Params) -> Op:
    return b.op("add", args[0], b.scale(-1.0, args[1]))


def _common_factor(b: Builder, first: float, p: Op, second: float, q: Op) -> Op:
    """c·p + d·q as c·(p + (d/c)·q), so that one of the factors travels on."""
    if abs(first) > abs(second):
        first, second, p, q = second, first, q, p
    if not travels(second / first):
        return b.ordered("add", b.scale(first, p), b.scale(second, q))
    return b.scale(first, b.op("add", p, b.scale(second / first, q)))


def _interpolation(b: Builder, x: Op, factor: float, rest: Op) -> Op | None:
    """x + k·(y − x) as (1 − k)·x + k·y, whose factors merge with those of x and y."""
    if not 0.0 < factor < 1.0 or rest.kind != "sub" or rest.args[1] is not x or x.kind == "scale":
        return None
    return b.op("add", b.scale(1.0 - factor, x), b.scale(factor, rest.args[0]))


def _absorb(b: Builder, factor: float, other: Op) -> Op | None:
    """other / factor where a constant array in `other` takes the division for nothing."""
    if factor == 1.0 or other.kind != "mul":
        return None
    for array, rest in (other.args, other.args[::-1]):
        if array.is_const and array.shape != () and (np.abs(array.value) < ABSORBABLE).all():
            return b.op("mul", b.const(array.value / factor), rest)
    return None


def _join(b: Builder, c: float, p: Op, d: float, q: Op) -> Op | None:
    """Sum of disjoint pieces of one array: an assembly that is written piece by piece, never added."""
    if p.shape != q.shape or p.kind != "assemble" or q.kind != "assemble":
        return None
    indices = (*p.params["indices"], *q.params["indices"])
    covered = np.zeros(p.shape, dtype=np.int64)
    for index in indices:
        covered[index] += 1
    if covered.max(initial=0) > 1:
        return None
    first, second = p.args, q.args
    if c != d:
        first, second = tuple(b.scale(c, arg) for arg in first), tuple(b.scale(d, arg) for arg in second)
        c = 1.0
    params = {"indices": indices, "full": bool(covered.min(initial=1) == 1)}
    return b.scale(c, b.make("assemble", first + second, params, p.shape))


@rule("div")
def _div(b: Builder, args: Args, params: Params) -> Op:
    k = args[1].number
    if k is not None:
        return b.scale(1.0 / k, args[0]) if travels(k) else _plain(b, "div", *args)
    (c, p), (d, q) = (b.split(arg) for arg in args)
    if p.number is not None:
        return _plain(b, "div", b.scale(1.0 / d, p), q)
    return b.scale(c / d, _plain(b, "div", p, q))


@rule("where")
def _where(b: Builder, args: Args, params: Params) -> Op:
    """A choice known in advance is none; a condition that is a number holds unless it is 0."""
    condition, x, y = args
    k = condition.number
    if k is not None:
        return x if k else y
    if not is_truth(condition):
        condition = b.op("not_equal", condition, 0.0)
    return b.make("where", (condition, x, y), {}, np.broadcast_shapes(condition.shape, x.shape, y.shape))


@rule("pow")
def _pow(b: Builder, args: Args, params: Params) -> Op:
    """Small whole powers by repeated squaring; np.power is ten times slower."""
    k = args[1].number
    if k is None or not math.isfinite(k) or k != int(k) or not 1 <= abs(k) <= LARGEST_UNROLLED_POWER:
        return _plain(b, "pow", *args)
    power, base, left = None, args[0], int(abs(k))
    while left:
        if left & 1:
            power = base if power is None else b.op("mul", power, base)
        left >>= 1
        if left:
            base = b.op("square", base)
    assert power is not None
    return power if k > 0 else b.op("div", 1.0, power)
