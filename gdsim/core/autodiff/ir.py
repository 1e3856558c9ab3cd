"""The compiler's picture of a computation: a graph in which equal things are one thing.

Translating a trace through `Builder` removes common subexpressions, folds constants and undoes broadcasting until it
is needed (so that on an open grid what depends on x alone is computed once a column).  The rules of `algebra` and
`structure` simplify further while the graph is built.  Dead code never gets in, because code is generated from the
outputs back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable
from typing import Any

import numpy as np

from .node import Node, Operators, topological_order
from .primitive import PRIMITIVES, Primitive, as_value, compute

Shape = tuple[int, ...]
Rule = Callable[["Builder", tuple["Op", ...], dict[str, Any]], "Op"]

RULES: dict[str, Rule] = {}

LARGEST_FACTOR = 2.0**40


def rule(*keys: str) -> Callable[[Rule], Rule]:
    """Decorator: simplify these primitives by this function.  Elementwise ones get their arguments unbroadcast."""

    def add(function: Rule) -> Rule:
        for key in keys:
            RULES[key] = function
        return function

    return add


class Op(Operators):
    """One value of the simplified graph.  Kinds are the primitives' keys and `input const scale ssq vdot assemble`."""

    __slots__ = ("args", "builder", "index", "kind", "params", "shape", "value")

    def __init__(self, builder: Builder, kind: str, args: tuple[Op, ...], params: dict[str, Any], shape: Shape,
                 value: Any) -> None:  # fmt: skip
        self.builder = builder
        self.kind = kind
        self.args = args
        self.params = params
        self.shape = shape
        self.value = value
        self.index = len(builder.order)

    def __apply_primitive__(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Op:
        return self.builder.apply(primitive, args, params)

    @property
    def is_const(self) -> bool:
        return self.kind == "const"

    @property
    def number(self) -> float | None:
        """The value of a constant single number, else None."""
        return float(self.value) if self.kind == "const" and self.shape == () else None

    @property
    def size(self) -> int:
        return math.prod(self.shape)


def _freeze(value: Any) -> Any:
    """A hashable stand-in for a parameter (indices hold slices and arrays)."""
    if isinstance(value, slice):
        return ("slice", value.start, value.stop, value.step)
    if isinstance(value, np.ndarray):
        return ("array", value.shape, value.dtype.str, value.tobytes())
    if isinstance(value, (tuple, list)):
        return tuple(_freeze(part) for part in value)
    return value


def travels(*factors: float) -> bool:
    """Whether these are numbers of moderate size, which may be moved through an operation.

    Moving a factor makes what it leaves larger or smaller.  With an extreme number, or one that is known only at run
    time (a norm, by which somebody divides so that squares do not overflow), that could turn values to inf or 0.
    """
    return all(1.0 / LARGEST_FACTOR <= abs(c) <= LARGEST_FACTOR for c in factors)


def shape_of(key: str, args: tuple[Op, ...], params: dict[str, Any]) -> Shape:
    """Shape of the result, found by running the operation on arrays that hold one number."""
    hollow = tuple(arg.value if arg.is_const else np.broadcast_to(np.float64(1.0), arg.shape) for arg in args)
    return np.shape(compute(PRIMITIVES[key], hollow, params))


class Builder:
    """Makes Ops; asking twice for the same one gives the same one."""

    def __init__(self) -> None:
        self.order: list[Op] = []
        self._table: dict[Any, Op] = {}
        self._inputs = 0

    # -- making -------------------------------------------------------------------------------------------------
    def input(self, shape: Shape) -> Op:
        self._inputs += 1
        return self.make("input", (), {"position": self._inputs - 1}, shape)

    def const(self, value: Any) -> Op:
        array = np.asarray(as_value(value))
        if array.size > 1 and array.dtype == np.float64:
            first = array.flat[0]
            if (array == first).all() and (np.signbit(array) == np.signbit(first)).all():
                return self.broadcast(self.const(first), array.shape)
        frozen = array.copy() if array.ndim else array
        key = ("const", array.shape, array.dtype.str, array.tobytes())
        return self._remember(key, "const", (), {}, array.shape, frozen)

    def make(self, kind: str, args: tuple[Op, ...], params: dict[str, Any], shape: Shape) -> Op:
        key = (kind, tuple(arg.index for arg in args), tuple((k, _freeze(v)) for k, v in sorted(params.items())), shape)
        return self._remember(key, kind, args, params, shape, None)

    def _remember(self, key: Any, kind: str, args: tuple[Op, ...], params: dict[str, Any], shape: Shape,
                  value: Any) -> Op:  # fmt: skip
        op = self._table.get(key)
        if op is None:
            op = self._table[key] = Op(self, kind, args, params, shape, value)
            self.order.append(op)
        return op

    def lift(self, value: Any) -> Op:
        return value if isinstance(value, Op) else self.const(value)

    # -- translating --------------------------------------------------------------------------------------------
    def translate(self, inputs: Iterable[Node], outputs: Iterable[Any]) -> list[Op]:
        """The outputs of a trace as Ops; `inputs` become the inputs, in order."""
        known: dict[int, Op] = {id(node): self.input(node.shape) for node in inputs}
        results = list(outputs)
        for node in topological_order([out for out in results if isinstance(out, Node)]):
            if id(node) in known:
                continue
            if node.primitive is None:
                known[id(node)] = self.const(node.value)
                continue
            args = [known[id(arg)] if isinstance(arg, Node) else self.const(arg) for arg in node.args]
            known[id(node)] = self.apply(node.primitive, tuple(args), node.params)
        return [known[id(out)] if isinstance(out, Node) else self.const(out) for out in results]

    def apply(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Op:
        ops = tuple(self.lift(arg) for arg in args)
        if not primitive.keeps_truth:
            chooses = primitive.key == "where"
            ops = tuple(op if chooses and i == 0 else self.as_number(op) for i, op in enumerate(ops))
        if all(op.is_const for op in ops) and primitive.key != "broadcast_to":
            return self.const(compute(primitive, tuple(op.value for op in ops), params))
        if primitive.lower is not None:
            lowered: Op = primitive.lower(*ops, **params)
            return lowered
        if primitive.elementwise:
            return self._elementwise(primitive.key, ops, params)
        simplified = RULES.get(primitive.key)
        if simplified is not None:
            return simplified(self, ops, params)
        return self.make(primitive.key, ops, params, shape_of(primitive.key, ops, params))

    # -- elementwise --------------------------------------------------------------------------------------------
    def _elementwise(self, key: str, args: tuple[Op, ...], params: dict[str, Any]) -> Op:
        """Build on the arguments as they were before broadcasting; broadcast the result where needed."""
        wanted = np.broadcast_shapes(*(arg.shape for arg in args))
        bare = tuple(strip(arg) for arg in args)
        natural = np.broadcast_shapes(*(arg.shape for arg in bare))
        simplified = RULES.get(key)
        op = simplified(self, bare, params) if simplified else self.make(key, bare, params, natural)
        return self.broadcast(op, wanted)

    def broadcast(self, op: Op, shape: Shape) -> Op:
        return op if op.shape == shape else self.make("broadcast_to", (strip(op),), {"shape": shape}, shape)

    def as_number(self, op: Op) -> Op:
        """1.0 and 0.0 in place of true and false."""
        return self.op("where", op, 1.0, 0.0) if is_truth(op) else op

    def op(self, key: str, *args: Any) -> Op:
        return self.apply(PRIMITIVES[key], args, {})

    def scale(self, by: Op | float, x: Op) -> Op:
        """by · x for a single number `by`, merged with the factor that x may have already."""
        factor = self.lift(by)
        c = factor.number
        if c == 1.0:
            return x
        if c is not None and x.is_const:
            return self.const(compute(PRIMITIVES["mul"], (c, x.value), {}))
        if x.kind == "broadcast_to":
            return self.broadcast(self.scale(factor, x.args[0]), x.shape)
        if x.kind == "scale":
            inner = x.args[0]
            known = [k for k in (c, inner.number) if k is not None]
            if known and travels(*known, math.prod(known)):
                return self.scale(self.op("mul", factor, inner), x.args[1])
        return self.make("scale", (factor, x), {}, x.shape)

    def ordered(self, key: str, a: Op, b: Op) -> Op:
        """A commutative operation, with its arguments in a fixed order."""
        a, b = sorted((a, b), key=lambda op: op.index)
        return self.make(key, (a, b), {}, np.broadcast_shapes(a.shape, b.shape))

    def split(self, op: Op) -> tuple[float, Op]:
        """(factor, rest): the number that multiplies op and may travel, 1 if none; seen through a broadcast too."""
        inner = strip(op)
        factor = inner.args[0].number if inner.kind == "scale" else None
        if factor is None or not travels(factor):
            return 1.0, op
        return factor, self.broadcast(inner.args[1], op.shape)


def strip(op: Op) -> Op:
    """What a broadcast repeats."""
    return op.args[0] if op.kind == "broadcast_to" else op


def is_truth(op: Op) -> bool:
    """Whether the values are true and false, not numbers."""
    while op.kind in PRIMITIVES and PRIMITIVES[op.kind].keeps_truth:
        op = op.args[0]
    return op.value.dtype == np.bool_ if op.is_const else op.kind in PRIMITIVES and PRIMITIVES[op.kind].truth


def is_elementwise(op: Op) -> bool:
    """Whether every element of the result depends on the same element of the arguments alone."""
    return op.kind == "scale" or (op.kind in PRIMITIVES and PRIMITIVES[op.kind].elementwise)


def reachable(outputs: Iterable[Op], known: Container[int] = ()) -> list[Op]:
    """What the outputs need, arguments first; nothing beyond the ops whose index is `known` already."""
    seen: set[int] = set()
    stack = list(outputs)
    found: list[Op] = []
    while stack:
        op = stack.pop()
        if op.index not in seen:
            seen.add(op.index)
            found.append(op)
            if op.index not in known:
                stack.extend(op.args)
    return sorted(found, key=lambda op: op.index)
