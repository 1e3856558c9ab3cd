"""A traced function as a program: generated once, then called with arrays of the same shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from . import algebra, structure, trees  # noqa: F401  (the rules register themselves)
from .graph import Graph
from .ir import Builder
from .node import Node
from .plan import Make, Plan
from .primitive import ShapeError, as_number, as_value
from .storage import DOUBLE, SINGLE
from .writer import write


class Program:
    """What `compile` returns: call it with arguments of the shapes it was made for.

    `source` is the Python text that runs, `graph` a picture of the traced computation, `function` the bare function
    of the flattened arguments (no checks; numpy's warnings not silenced).
    """

    def __init__(
        self, plan: Plan, shapes: Sequence[tuple[int, ...]], nested: bool, retrace: Callable[[], Graph]
    ) -> None:
        self._plan = plan
        self._shapes = tuple(shapes)
        self._numbers = tuple(i for i, shape in enumerate(self._shapes) if shape == ())
        self._nested = nested
        self._retrace = retrace
        self._scalar = plan.is_scalar
        self._made: dict[frozenset[int], tuple[str, Make]] = {}
        self.source, make = self._written(frozenset())
        self.function: Callable[..., Any] = make()
        self._previous: tuple[Any, ...] = ()
        self._bound: Callable[..., Any] | None = None

    @cached_property
    def graph(self) -> Graph:
        """The traced computation, before simplification, at the example arguments.

        It is traced again on demand, so that a program does not hold on to every value on the way.
        """
        return self._retrace()

    def __call__(self, *args: Any) -> Any:
        """Run on arguments of the compiled shapes; with iterate=True the number of rounds comes first.

        Raises ShapeError for other shapes.  Overflow and undefined values give inf and nan.
        """
        rounds: tuple[int, ...] = ()
        if self._plan.iterate:
            if not args:
                raise self._count_error(())
            rounds, args = (int(args[0]),), args[1:]
        leaves = tuple(trees.leaves(args)) if self._nested else args
        if self._scalar:
            for leaf in leaves:
                if type(leaf) is not float:
                    leaves = self._checked(leaves)
                    break
            if len(leaves) != len(self._shapes):
                raise self._count_error(leaves)
            return self.function(*rounds, *leaves)
        with np.errstate(all="ignore"):
            if not rounds and self._is_repeat(leaves):
                assert self._bound is not None
                return self._bound(*(leaves[i] for i in self._numbers))
            return self.function(*rounds, *self._checked(leaves))

    def bind(self, *args: Any) -> Callable[..., Any]:
        """The program with arguments fixed to these very arrays, whose contents may change between calls.

        `...` leaves an argument open; the result takes the open ones, in order.  It neither checks shapes nor
        silences numpy's warnings: it is for loops that do so once.
        """
        if self._plan.iterate:
            raise TypeError("an iterated program changes its arguments from round to round: it cannot be bound")
        leaves = tuple(trees.leaves(args))
        if len(leaves) != len(self._shapes):
            raise self._count_error(leaves)
        return self._bind(tuple(leaf if leaf is ... else self._check(i, leaf) for i, leaf in enumerate(leaves)))

    def _bind(self, leaves: tuple[Any, ...]) -> Callable[..., Any]:
        fixed = frozenset(i for i, leaf in enumerate(leaves) if leaf is not ...)
        _, make = self._written(fixed)
        return make(**{f"a{i}": leaves[i] for i in fixed})

    def _written(self, fixed: frozenset[int]) -> tuple[str, Make]:
        if fixed not in self._made:
            self._made[fixed] = write(self._plan, fixed)
        return self._made[fixed]

    def _is_repeat(self, leaves: tuple[Any, ...]) -> bool:
        """Whether these are the very arrays of the call before; then code that is bound to them can run."""
        if len(leaves) != len(self._shapes) or len(self._previous) != len(leaves):
            same = False
        else:
            same = all(a is b or s == () for a, b, s in zip(leaves, self._previous, self._shapes, strict=True))
        if not same:
            self._bound = None
            self._previous = leaves if all(a is b for a, b in zip(self._checked(leaves), leaves, strict=True)) else ()
            return False
        if self._bound is None:
            self._bound = self._bind(tuple(... if s == () else a for a, s in zip(leaves, self._shapes, strict=True)))
        return all(type(leaves[i]) is float for i in self._numbers)

    def _checked(self, leaves: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(leaves) != len(self._shapes):
            raise self._count_error(leaves)
        return tuple(self._check(i, leaf) for i, leaf in enumerate(leaves))

    def _check(self, position: int, leaf: Any) -> Any:
        shape, real = self._shapes[position], self._plan.real
        if type(leaf) is np.ndarray and leaf.shape == shape and leaf.dtype == real and leaf.flags.c_contiguous:
            return leaf if shape else float(leaf)
        value = as_value(leaf)
        if np.shape(value) != shape:
            raise ShapeError(f"the program was compiled for shape {shape} as value {position}, not {np.shape(value)}")
        if shape == ():
            return float(value)
        if position in self._plan.donated:
            raise ValueError(f"value {position} is donated: it has to be a contiguous array of {real}")
        return np.ascontiguousarray(value, dtype=real)

    def _count_error(self, leaves: Sequence[Any]) -> TypeError:
        count = len(self._shapes)
        return TypeError(f"the program takes {count} value{'' if count == 1 else 's'}, not {len(leaves)}")

    def __repr__(self) -> str:
        return f"Program{self._shapes}"


def compile(
    f: Callable[..., Any],
    *example_args: Any,
    reuse: bool = False,
    donate: int | tuple[int, ...] = (),
    iterate: bool = False,
    single: bool = False,
) -> Program:
    """Trace `f` once at arguments of these shapes and generate straight-line code for it.

    The arguments are floats, arrays or nested tuples of them; f may itself be a `grad` or `value_and_grad`.  Results
    are nested as f nests them; single numbers are Python floats.  What f computes from anything but its arguments is
    computed now, once.

    `reuse`: result arrays belong to the program and are overwritten by its next call (no allocation).
    `donate`: positions of arguments whose memory may take results of the same shape (updates in place); what is
    donated must not share memory with another argument.
    `iterate`: f maps its arguments to their next values; the program takes a number of rounds first.
    `single`: arrays in and out and on the way are float32, with 7 digits, where numpy is two to four times as fast;
    single numbers stay Python floats.
    Raises TypeError when f branches on a traced value, whose branch would be baked in, or returns what is no number,
    and ShapeError when iterated results do not have the arguments' shapes.
    """
    examples = trees.transform(_copied, example_args)
    inputs, result = _traced(f, examples)
    builder = Builder()
    translated = builder.translate(inputs, trees.leaves(result))
    shapes = [node.shape for node in inputs]
    if iterate:
        translated = [builder.as_number(op) for op in translated]
        got = [op.shape for op in translated]
        if got != shapes:
            raise ShapeError(f"with iterate=True the results have to have the arguments' shapes {shapes}, not {got}")
    chosen = {donate} if isinstance(donate, int) else set(donate)
    owners = [i for i, arg in enumerate(example_args) for _ in trees.leaves(arg)]
    plan = Plan(
        tree=trees.transform(lambda _: ..., result),
        inputs=tuple(op for op in builder.order if op.kind == "input"),
        outputs=tuple(translated),
        reuse=reuse,
        donated=frozenset(i for i, owner in enumerate(owners) if owner in chosen),
        iterate=iterate,
        real=SINGLE if single else DOUBLE,
    )
    nested = any(isinstance(arg, (tuple, list)) for arg in example_args)
    return Program(plan, shapes, nested, lambda: _picture(f, examples))


def _copied(leaf: Any) -> Any:
    value = as_number(leaf)
    return value.copy() if isinstance(value, np.ndarray) else value


def _traced(f: Callable[..., Any], examples: Any) -> tuple[list[Node], Any]:
    """The input nodes, flattened, and what f returned for them."""
    traced = trees.transform(lambda leaf: Node(leaf, opaque=True), examples)
    inputs = list(trees.leaves(traced))
    try:
        return inputs, f(*traced)
    finally:
        for node in inputs:
            node.live = False


def _picture(f: Callable[..., Any], examples: Any) -> Graph:
    _, result = _traced(f, examples)
    return Graph.of([node for node in trees.leaves(result) if isinstance(node, Node)])
