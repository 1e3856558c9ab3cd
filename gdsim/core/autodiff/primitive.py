"""One kind of operation: how it computes, how it differentiates and how it is written.

Every operation that gdsim knows is one entry of `PRIMITIVES`.  The formula parser, the generated code, the graph
view, the symbolic rules and the tests all read that table, so an operation is described once.  The derivative
rules are written in operations themselves; gradients of gradients therefore come for free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gdsim.core.registry import Registry

Vjp = Callable[..., Any]
Operation = Callable[..., Any]


class ShapeError(ValueError):
    """Arrays whose shapes do not fit the operation."""


@dataclass(frozen=True)
class Primitive:
    """An operation on float64 arrays.

    `forward(*args, **params)` computes.  `vjps[i](g, ans, *args, **params)` is the share of argument i in the
    vector-Jacobian product, given the adjoint `g` of the result `ans`; None marks an argument on which the result
    depends only by jumps (a comparison, a sign), whose derivative is zero almost everywhere.  An empty `vjps`
    marks an operation that must not be differentiated.  A variadic operation has one rule with `i` first.

    Truth values: `truth` marks a comparison, whose result is true or false; `keeps_truth` an operation that only
    moves or chooses values.  All others count false and true as 0.0 and 1.0.
    """

    key: str
    arity: int
    forward: Callable[..., Any]
    vjps: tuple[Vjp | None, ...]
    symbol: str = ""
    names: tuple[str, ...] = ()
    latex: str = ""
    rule: str = ""
    elementwise: bool = True
    variadic: bool = False
    truth: bool = False
    keeps_truth: bool = False
    ufunc: np.ufunc | None = None
    scalar: str = ""
    lower: Callable[..., Any] | None = None
    flat: str = field(default="", repr=False)

    @property
    def differentiable(self) -> bool:
        return bool(self.vjps)

    def vjp(self, position: int, g: Any, ans: Any, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Contribution to the adjoint of argument `position`, or None where it is zero by definition."""
        if self.variadic:
            rule = self.vjps[0]
            return None if rule is None else rule(position, g, ans, *args, **params)
        rule = self.vjps[position]
        return None if rule is None else rule(g, ans, *args, **params)


_FLOAT64 = np.dtype(np.float64)

PRIMITIVES: Registry[Primitive] = Registry("primitive")


def as_value(value: Any) -> Any:
    """A float or an array of float64 (boolean arrays stay boolean).  Raises TypeError for anything else."""
    if type(value) is float or (type(value) is np.ndarray and value.dtype in (np.float64, np.bool_)):
        return value
    if isinstance(value, (bool, np.bool_)):
        return np.bool_(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    array = np.asarray(value)
    if array.dtype == np.bool_:
        return array
    if array.dtype.kind not in "iuf":
        raise TypeError(f"expected numbers, got {type(value).__name__} of {array.dtype}")
    return array.astype(np.float64)


def as_number(value: Any) -> Any:
    """The same with 0.0 and 1.0 in place of false and true."""
    value = as_value(value)
    if isinstance(value, np.bool_):
        return float(value)
    return value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype == np.bool_ else value


def compute(primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Run the operation on plain values; overflow and undefined values give inf and nan without a warning."""
    values = args
    for arg in args:
        if type(arg) is not float and not (type(arg) is np.ndarray and arg.dtype is _FLOAT64):
            values = tuple(as_value(arg) if primitive.keeps_truth else as_number(arg) for arg in args)
            break
    try:
        with np.errstate(all="ignore"):
            return primitive.forward(*values, **params)
    except ValueError as error:
        shapes = " and ".join(str(np.shape(value)) for value in values)
        refused = "does not work on shape" if len(values) == 1 else "cannot combine shapes"
        raise ShapeError(f"{primitive.key} {refused} {shapes}: {error}") from None


def apply(primitive: Primitive, *args: Any, **params: Any) -> Any:
    """Compute on numbers and arrays; let the first argument that records (`__apply_primitive__`) record instead."""
    for arg in args:
        record = getattr(type(arg), "__apply_primitive__", None)
        if record is not None:
            return record(arg, primitive, args, params)
    return compute(primitive, args, params)


def define(key: str, arity: int, forward: Callable[..., Any], *vjps: Vjp | None, **details: Any) -> Operation:
    """Add a primitive to the table and return the function that applies it."""
    details.setdefault("symbol", key)
    if isinstance(forward, np.ufunc):
        details.setdefault("ufunc", forward)
    primitive = PRIMITIVES.add(key, Primitive(key, arity, forward, vjps, **details))

    def operation(*args: Any, **params: Any) -> Any:
        return apply(primitive, *args, **params)

    operation.__name__ = operation.__qualname__ = key
    operation.__doc__ = f"{key}: {primitive.rule or 'see PRIMITIVES'}."
    return operation
