"""Reverse mode: one walk back over the graph gives the derivative by everything that went in.

The adjoints are themselves computed with `ops`, hence recorded when somebody further out differentiates: gradients
nest.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import ops, trees
from .node import Node, topological_order
from .primitive import Primitive, as_number

Function = Callable[..., Any]
ArgNum = int | tuple[int, ...]


class NotDifferentiableError(TypeError):
    """A gradient was asked through an operation that has none."""


class IndependentOutputWarning(UserWarning):
    """The output does not depend on an argument by which it is differentiated: that gradient is zero."""


def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    """Sum what broadcasting repeated, so that x gets `shape` again."""
    dims = ops.shape_of(x)
    if dims == shape:
        return x
    lead = len(dims) - len(shape)
    axes = tuple(range(lead)) + tuple(i + lead for i, n in enumerate(shape) if n == 1 and dims[i + lead] != 1)
    return ops.reshape(ops.sum(x, axis=axes, keepdims=True), shape)


def _refuse(primitive: Primitive) -> NotDifferentiableError:
    why = f": it is {primitive.flat}" if primitive.flat else ""
    return NotDifferentiableError(
        f"{primitive.key} has no useful derivative{why}. "
        "Wrap its argument in ops.stop_gradient if it is meant to be held fixed."
    )


def depends_on(order: Sequence[Node], inputs: Sequence[Node]) -> set[int]:
    """Identities of the nodes in `order` (topological) that depend on one of `inputs`."""
    active = {id(node) for node in inputs}
    for node in order:
        if any(id(parent) in active for parent in node.parents):
            active.add(id(node))
    return active


def adjoints(output: Node, inputs: Sequence[Node], seed: Any) -> dict[int, Any]:
    """Adjoint of every node between `inputs` and `output`, by identity, given the adjoint `seed` of the output.

    A node's adjoint is complete before it is passed on, because nodes are visited in reverse topological order.
    Contributions are added in order of use.  Raises NotDifferentiableError.
    """
    order = topological_order([output])
    active = depends_on(order, inputs)
    found: dict[int, Any] = {id(output): seed}
    for node in reversed(order):
        g = found.get(id(node))
        primitive = node.primitive
        if g is None or primitive is None or id(node) not in active:
            continue
        if not primitive.differentiable:
            raise _refuse(primitive)
        for position, arg in enumerate(node.args):
            if not isinstance(arg, Node) or id(arg) not in active:
                continue
            share = primitive.vjp(position, g, node, node.args, node.params)
            if share is not None:
                share = sum_to(share, arg.shape)
                found[id(arg)] = ops.add(found[id(arg)], share) if id(arg) in found else share
    return found


def _settled(x: Any) -> Any:
    """A plain value, unless somebody further out still differentiates through it."""
    if isinstance(x, Node) and not any(node.live for node in topological_order([x])):
        return x.value
    return x


def _plain(x: Any) -> Any:
    """Result for the caller: Python floats for single numbers, arrays otherwise, nodes while a trace goes on."""
    x = _settled(x)
    if isinstance(x, Node):
        return x
    return float(x) if np.ndim(x) == 0 else np.array(x, dtype=np.float64)


def _as_input(x: Any) -> Node:
    """A fresh node to differentiate by; it remembers where it came from, so that outer derivatives pass through."""
    node = ops.identity(x) if isinstance(x, Node) else Node(as_number(x))
    node.live = True
    return node


class _Differentiation:
    """One call of a differentiated function: inputs marked, function run, adjoints collected."""

    def __init__(self, f: Function, args: tuple[Any, ...], argnum: ArgNum) -> None:
        self.argnums = (argnum,) if isinstance(argnum, int) else tuple(argnum)
        if not all(-len(args) <= i < len(args) for i in self.argnums):
            raise ValueError(f"argnum {argnum} does not fit a call with {len(args)} arguments")
        full = list(args)
        for i in self.argnums:
            full[i] = trees.transform(_as_input, args[i])
        self.wanted = [full[i] for i in self.argnums]
        self.inputs = [leaf for tree in self.wanted for leaf in trees.leaves(tree)]
        try:
            self.output = f(*full)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        for node in self.inputs:
            node.live = False

    @property
    def matters(self) -> bool:
        """Whether the output depends on the inputs at all."""
        if not isinstance(self.output, Node):
            return False
        return id(self.output) in depends_on(topological_order([self.output]), self.inputs)

    def gradients(self, seed: Any, single: bool, stacklevel: int) -> Any:
        """Gradients nested as the arguments are, then a tuple over argnums unless `single`.

        `stacklevel` counts from here to the code that called the differentiated function, for the warning.
        """
        if isinstance(self.output, Node):
            found = adjoints(self.output, self.inputs, seed)
        else:
            found = {}
        idle = [
            str(i)
            for i, tree in zip(self.argnums, self.wanted, strict=True)
            if not any(id(node) in found for node in trees.leaves(tree))
        ]
        if idle:
            which = f"argument{'s' if len(idle) > 1 else ''} {' and '.join(idle)}"
            message = f"the output does not depend on {which}: the gradient there is zero"
            warnings.warn(message, IndependentOutputWarning, stacklevel=stacklevel)

        def one(node: Node) -> Any:
            return found.get(id(node), np.zeros(node.shape)[()])

        results = [trees.transform(one, tree) for tree in self.wanted]
        self.release()
        results = [trees.transform(_plain, result) for result in results]
        return results[0] if single else tuple(results)


def _check_scalar(output: Any) -> None:
    wanted = "grad needs a function with a single number as its result"
    if output is None or isinstance(output, (tuple, list, dict)):
        raise ValueError(
            f"{wanted}; this one returned {'nothing' if output is None else f'a {type(output).__name__}'}."
        )
    shape = ops.shape_of(output)
    if shape != ():
        raise ValueError(
            f"{wanted}; this one returned shape {shape}. Take ops.sum or ops.mean of it, or use elementwise_grad."
        )


def value_and_grad(f: Function, argnum: ArgNum = 0) -> Function:
    """A function that returns (f(*args), gradient of f by argument `argnum`).

    f maps floats, arrays or nested tuples of them to a single number.  The gradient has the argument's shape; a
    tuple of `argnum` gives a tuple of gradients.  Raises ValueError when f's result is not a single number and
    NotDifferentiableError when it goes through an operation without derivative; warns once a call with
    IndependentOutputWarning when the result does not depend on one of the arguments.
    """

    def differentiated(*args: Any) -> Any:
        return _value_and_gradient(f, argnum, args)

    return differentiated


def grad(f: Function, argnum: ArgNum = 0) -> Function:
    """The gradient part of `value_and_grad`; nest it for higher derivatives."""

    def gradient(*args: Any) -> Any:
        return _value_and_gradient(f, argnum, args)[1]

    return gradient


def _value_and_gradient(f: Function, argnum: ArgNum, args: tuple[Any, ...]) -> tuple[Any, Any]:
    call = _Differentiation(f, args, argnum)
    try:
        _check_scalar(call.output)
        gradient = call.gradients(1.0, isinstance(argnum, int), stacklevel=4)
    finally:
        call.release()
    return _plain(call.output), gradient


def elementwise_grad(f: Function, argnum: ArgNum = 0) -> Function:
    """Derivative of a function that works element by element, at every element at once.

    The arguments are numbers and arrays that broadcast against each other; each derivative has the shape of the
    result.  On an open grid (x a row, y a column) this gives ∂f/∂x and ∂f/∂y on the whole grid.  Raises ValueError
    when f's result has another shape, and what `value_and_grad` raises.
    """

    def derivative(*args: Any) -> Any:
        shape = np.broadcast_shapes(*(ops.shape_of(arg) for arg in args))

        def spread(*inner: Any) -> Any:
            return f(*(ops.broadcast_to(arg, shape) for arg in inner))

        numbers = [i % len(args) for i in ((argnum,) if isinstance(argnum, int) else argnum)] if args else []
        wide = [ops.broadcast_to(arg, shape) if i in numbers else arg for i, arg in enumerate(args)]
        call = _Differentiation(spread, tuple(wide), argnum)
        try:
            if ops.shape_of(call.output) != shape and call.matters:
                raise ValueError(
                    f"elementwise_grad needs a function that works element by element; "
                    f"arguments of shape {shape} gave a result of shape {ops.shape_of(call.output)}"
                )
            return call.gradients(np.ones(shape) if shape else 1.0, isinstance(argnum, int), stacklevel=3)
        finally:
            call.release()

    return derivative
