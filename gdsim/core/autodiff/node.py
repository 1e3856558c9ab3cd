"""A traced value: what it is, and which operation made it from which others.

Running a function on nodes leaves behind the graph of its computation (define-by-run).  Nodes never change;
differentiation only adds further nodes, which is why gradients nest.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from . import ops
from .primitive import PRIMITIVES, Operation, Primitive, apply, as_value, compute


class Operators:
    """Python's operators in terms of `ops`, for everything that records."""

    __slots__ = ()
    __array_priority__ = 1000.0

    def __neg__(self) -> Any:
        return ops.neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return ops.abs(self)

    def __add__(self, other: Any) -> Any:
        return ops.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return ops.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return ops.sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return ops.sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return ops.mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return ops.mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return ops.div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.div(other, self)

    def __pow__(self, other: Any) -> Any:
        return ops.pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)


class Node(Operators):
    """A float64 value of some shape with its origin.

    `args` mixes nodes and plain numbers or arrays, in the operation's order, repeated where used twice (x·x has two
    edges).  A node without a primitive is an input; it is `live` while somebody differentiates by it.  `opaque`
    values belong to a trace for `compile`: no Python branch may depend on them.
    """

    __slots__ = ("args", "live", "opaque", "params", "primitive", "value")

    def __init__(self, value: Any, primitive: Primitive | None = None, args: tuple[Any, ...] = (),
                 params: dict[str, Any] | None = None, opaque: bool = False) -> None:  # fmt: skip
        self.value = value
        self.primitive = primitive
        self.args = args
        self.params = params or {}
        self.live = primitive is None
        self.opaque = opaque

    def __apply_primitive__(self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Node:
        """Compute the operation and record it."""
        inputs = tuple(arg if isinstance(arg, Node) else as_value(arg) for arg in args)
        values = tuple(arg.value if isinstance(arg, Node) else arg for arg in inputs)
        value = compute(primitive, values, params)
        opaque = any(arg.opaque for arg in inputs if isinstance(arg, Node))
        return Node(value, primitive, inputs, params, opaque)

    @property
    def parents(self) -> tuple[Node, ...]:
        return tuple(arg for arg in self.args if isinstance(arg, Node))

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.size(self.value))

    @property
    def T(self) -> Any:  # noqa: N802  (numpy's name)
        return ops.transpose(self)

    def reshape(self, *shape: Any) -> Any:
        return ops.reshape(self, shape[0] if len(shape) == 1 else shape)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        return ops.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        return ops.mean(self, axis=axis, keepdims=keepdims)

    def __matmul__(self, other: Any) -> Any:
        return ops.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matmul(other, self)

    def __getitem__(self, index: Any) -> Any:
        return ops.getitem(self, index)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a single number has no length")
        return self.shape[0]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> Any:
        return ops.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return ops.not_equal(self, other)

    __hash__ = object.__hash__

    def __gt__(self, other: Any) -> Any:
        return ops.greater(self, other)

    def __lt__(self, other: Any) -> Any:
        return ops.less(self, other)

    def __ge__(self, other: Any) -> Any:
        return ops.greater_equal(self, other)

    def __le__(self, other: Any) -> Any:
        return ops.less_equal(self, other)

    def __bool__(self) -> bool:
        if self.opaque:
            raise TypeError("a compiled function cannot branch on a traced value; use ops.where instead of if")
        return bool(self.value)

    def __float__(self) -> float:
        raise TypeError(
            "a traced value cannot become a plain number without losing its gradient; "
            "use the functions of gdsim.core.autodiff.ops (ops.sin, not math.sin)"
        )

    __int__ = __float__

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "a traced value cannot become a numpy array without losing its gradient; use gdsim.core.autodiff.ops"
        )

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """numpy's own functions and operators record too, where there is a primitive of the same meaning."""
        operation = _BY_UFUNC.get(ufunc)
        if operation is None or method != "__call__" or kwargs:
            raise _not_recorded(ufunc.__name__)
        return operation(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """What else numpy has computes without recording; only questions about the shape are answered."""
        question = _QUESTIONS.get(function)
        if question is None:
            raise _not_recorded(function.__name__)
        return getattr(args[0], question)

    def __repr__(self) -> str:
        return f"Node({self.primitive.key if self.primitive else 'input'}, {self.value!r})"


_BY_UFUNC: dict[np.ufunc, Operation] = {
    **{p.ufunc: functools.partial(apply, p) for p in PRIMITIVES.values() if p.ufunc is not None},
    np.matmul: ops.matmul,
}
_QUESTIONS: dict[Any, str] = {np.shape: "shape", np.ndim: "ndim", np.size: "size"}


def _not_recorded(name: str) -> TypeError:
    instead = (
        f"ops.{name} of gdsim.core.autodiff" if name in ops.__all__ else "the functions of gdsim.core.autodiff.ops"
    )
    return TypeError(f"np.{name} does not record what it does to a traced value; use {instead}")


def value_of(x: Any) -> Any:
    """The number or array behind a node; anything else unchanged."""
    return x.value if isinstance(x, Node) else x


def topological_order(outputs: Iterable[Node]) -> list[Node]:
    """Every node that the outputs depend on, each after all its arguments.  Iterative, so depth is no limit."""
    order: list[Node] = []
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(node, False) for node in outputs][::-1]
    while stack:
        node, finished = stack.pop()
        if finished:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(node.parents) if id(parent) not in seen)
    return order
