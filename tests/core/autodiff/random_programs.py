"""Random functions over the operations, as data: run on arrays they compute, on traced values they record.

A program is a list of values; each instruction makes one more from those before.  Products are counted, so that values
stay of moderate size, and whatever jumps compares with an odd number, so that rounding does not decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from gdsim.core.autodiff import ops

MOST_FACTORS = 4
ODD = 0.1234567

SMALL_SHAPES = ((), (3,), (1,), (2, 3), (2, 1), (1, 3), (1, 1), (3, 2), (2, 2, 3))
LARGE_SHAPES = ((331, 250), (331, 250), (331, 1), (1, 250), (250,), ())


class Pair(NamedTuple):
    first: Any
    second: Any


class Swapped(NamedTuple):
    second: Any
    first: Any


@dataclass(frozen=True)
class Value:
    """What is known of a value while a program is made: its shape and an upper bound of the factors in it."""

    shape: tuple[int, ...]
    factors: int = 1


@dataclass(frozen=True)
class Instruction:
    text: str
    make: Callable[[list[Any]], Any]


@dataclass(frozen=True)
class RandomProgram:
    """`shapes` of the arguments, the instructions, and how the result is put together from the values."""

    shapes: tuple[tuple[int, ...], ...]
    instructions: tuple[Instruction, ...]
    result: Any
    seed: int

    def values(self, *args: Any) -> list[Any]:
        known = list(args)
        for instruction in self.instructions:
            known.append(instruction.make(known))
        return known

    def __call__(self, *args: Any) -> Any:
        return pick(self.result, self.values(*args))

    def loss(self, *args: Any) -> Any:
        """One number into which every value goes that can be differentiated."""
        parts = [ops.sum(ops.sin(value)) for value in self.values(*args)]
        return ops.sum(ops.stack(parts))

    def arguments(self, offset: int = 0) -> tuple[Any, ...]:
        rng = np.random.default_rng(self.seed + 1000 * offset)
        drawn = [rng.uniform(-1.5, 1.5, shape) for shape in self.shapes]
        return tuple(float(value) if value.ndim == 0 else value for value in drawn)

    def __repr__(self) -> str:
        names = [f"a{i}{shape}" for i, shape in enumerate(self.shapes)]
        lines = [f"v{i + len(names)} = {step.text}" for i, step in enumerate(self.instructions)]
        return "\n".join([f"arguments {', '.join(names)}", *lines, f"result {self.result}"])


def pick(tree: Any, values: list[Any]) -> Any:
    if isinstance(tree, int):
        return values[tree]
    if isinstance(tree, float) or tree is None or isinstance(tree, np.ndarray):
        return tree
    if isinstance(tree, list):
        return [pick(part, values) for part in tree]
    parts = [pick(part, values) for part in tree]
    return type(tree)(*parts) if isinstance(tree, (Pair, Swapped)) else tuple(parts)


BOUNDED = ("sin", "cos", "tanh", "atan", "sigmoid", "erf")
SAME_SIZE = ("neg", "abs", "relu", "leaky_relu", "elu", "softplus", "gelu", "identity", "stop_gradient")
BINARY = ("add", "sub", "maximum", "minimum")


def _unary(draw: Any, known: list[Value], i: int) -> tuple[Instruction, Value]:
    value = known[i]
    key = draw(st.sampled_from([*BOUNDED, *SAME_SIZE, "square", "exp", "log", "sqrt", "scaled", "sign", "step"]))
    if key == "square" and 2 * value.factors > MOST_FACTORS:
        key = "tanh"
    if key == "scaled":
        c = draw(st.sampled_from([-1.0, 0.5, 2.0, -3.0, 1.0, 0.0, 1e-3]))
        return Instruction(f"{c} * v{i}", lambda v: c * v[i]), value
    makes: dict[str, tuple[Callable[[Any], Any], int]] = {
        "square": (ops.square, 2 * value.factors),
        "exp": (lambda x: ops.exp(ops.tanh(x)), 1),
        "log": (lambda x: ops.log(1.1 + x * x), 1),
        "sqrt": (lambda x: ops.sqrt(1.2 + ops.square(x)), value.factors),
        "sign": (lambda x: ops.sign(x - ODD), 1),
        "step": (lambda x: ops.step(x + ODD), 1),
    }
    make, factors = makes.get(key, (getattr(ops, key, None), 1 if key in BOUNDED else value.factors))
    assert make is not None
    return Instruction(f"{key}(v{i})", lambda v: make(v[i])), Value(value.shape, factors)


def _binary(draw: Any, known: list[Value], i: int) -> tuple[Instruction, Value]:
    fitting = [j for j, other in enumerate(known) if _broadcast(known[i].shape, other.shape) is not None]
    j = draw(st.sampled_from(fitting))
    x, y = known[i], known[j]
    shape = _broadcast(x.shape, y.shape)
    assert shape is not None
    key = draw(st.sampled_from([*BINARY, "mul", "mul", "div", "pow", "where", "mask", "moved"]))
    if key == "mul" and x.factors + y.factors > MOST_FACTORS:
        key = "add"
    makes: dict[str, tuple[Callable[[Any, Any], Any], int]] = {
        "mul": (ops.mul, x.factors + y.factors),
        "div": (lambda a, b: a / (1.3 + b * b), x.factors),
        "pow": (lambda a, b: ops.pow(1.2 + ops.square(ops.sin(a)), ops.tanh(b)), 1),
        "where": (lambda a, b: ops.where(a > ODD, b, a), max(x.factors, y.factors)),
        "moved": (lambda a, b: a * ops.where(_moved(b > ODD), 1.0, 0.5), x.factors),
        "mask": (lambda a, b: b * (a > ODD) + ops.where(b <= ODD, 1.0, -2.0), y.factors),
        "maximum": (lambda a, b: ops.maximum(a, b + ODD), max(x.factors, y.factors)),
        "minimum": (lambda a, b: ops.minimum(a - ODD, b), max(x.factors, y.factors)),
    }
    make, factors = makes.get(key, (getattr(ops, key, None), max(x.factors, y.factors)))
    assert make is not None
    return Instruction(f"{key}(v{i}, v{j})", lambda v: make(v[i], v[j])), Value(shape, factors)


def _moved(mask: Any) -> Any:
    """Truth values through operations that only move them, and back to their shape."""
    shape = ops.shape_of(mask)
    if len(shape) == 2:
        mask = ops.reshape(ops.transpose(ops.transpose(mask)[::-1]), shape)
    return ops.getitem(ops.broadcast_to(mask, (2, *shape)), 1)


def _constant(draw: Any, known: list[Value], i: int) -> tuple[Instruction, Value]:
    """A value combined with a constant: a number, an array, an array of equal numbers, truth values."""
    shape = known[i].shape
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    kind = draw(st.sampled_from(["number", "array", "equal", "truth", "whole power", "column"]))
    if kind == "whole power":
        k = draw(st.sampled_from([1, 2, -1] if known[i].factors == 1 else [1, -2]))
        return Instruction(f"(1.1 + tanh(v{i})) ** {k}", lambda v: (1.1 + ops.tanh(v[i])) ** k), Value(shape)
    if kind == "truth":
        mask = rng.random(shape) < 0.5 if shape else bool(rng.random() < 0.5)
        return Instruction(f"where({mask!r}, v{i}, 0.3)", lambda v: ops.where(mask, v[i], 0.3)), known[i]
    if kind == "number":
        c: Any = draw(st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.25, -1.7]))
    elif kind == "equal":
        c = np.full(shape, draw(st.sampled_from([0.0, 1.0, -0.5])))
    else:
        c = rng.uniform(-1.0, 1.0, (shape[0], *(1 for _ in shape[1:])) if kind == "column" and shape else shape)
    key = draw(st.sampled_from(["add", "sub", "mul", "rsub", "rdiv", "div"]))
    makes = {
        "add": lambda x: x + c,
        "sub": lambda x: x - c,
        "rsub": lambda x: c - x,
        "mul": lambda x: x * c,
        "rdiv": lambda x: c / (1.4 + ops.sin(x)),
        "div": lambda x: x / (np.abs(c) + 0.7),
    }
    return Instruction(f"{key}(v{i}, {c!r})", lambda v: makes[key](v[i])), known[i]


def _reduction(draw: Any, known: list[Value], i: int) -> tuple[Instruction, Value]:
    value = known[i]
    rank = len(value.shape)
    empty = 0 in value.shape
    key = draw(st.sampled_from(["sum"] if empty else ["sum", "mean", "amax", "amin", "logsumexp"]))
    axes: list[Any] = [None, *range(-rank, rank)]
    if rank >= 2:
        axes += [(0, 1), (-1, 0), tuple(range(rank))]
    axis, keep = draw(st.sampled_from(axes)), draw(st.booleans())
    shape = np.sum(np.zeros(value.shape), axis=axis, keepdims=keep).shape
    # Extremes of what is equal by accident are decided by rounding; a different number for each entry prevents that.
    spread = 0.01 * np.sqrt(np.arange(2.0, math.prod(value.shape) + 2.0)).reshape(value.shape)
    function = getattr(ops, key)
    make = {
        "amax": lambda v: function(ops.sin(v[i]) * 1e-3 + spread, axis=axis, keepdims=keep),
        "amin": lambda v: function(spread - ops.sin(v[i]) * 1e-3, axis=axis, keepdims=keep),
    }.get(key, lambda v: function(v[i], axis=axis, keepdims=keep))
    return Instruction(f"{key}(v{i}, {axis}, {keep})", make), Value(shape, value.factors)


def _shape_change(draw: Any, known: list[Value], i: int) -> tuple[Instruction, Value]:
    value = known[i]
    shape, rank = value.shape, len(value.shape)
    key = draw(st.sampled_from(["reshape", "transpose", "getitem", "broadcast_to", "concatenate", "stack", "softmax"]))
    if key == "reshape":
        choices = [(-1,), (1, -1), (math.prod(shape), 1), shape[::-1]] + ([()] if math.prod(shape) == 1 else [])
        new = draw(st.sampled_from(choices))
        return Instruction(f"reshape(v{i}, {new})", lambda v: ops.reshape(v[i], new)), Value(
            np.empty(shape).reshape(new).shape, value.factors
        )
    if key == "broadcast_to":
        new = draw(st.sampled_from([shape, *(s for s in SMALL_SHAPES if _broadcast(shape, s) == s)]))
        return Instruction(f"broadcast_to(v{i}, {new})", lambda v: ops.broadcast_to(v[i], new)), Value(
            new, value.factors
        )
    if rank == 0:
        return _unary(draw, known, i)
    if key == "transpose":
        axes = draw(st.permutations(range(rank)))
        new = tuple(shape[a] for a in axes)
        return Instruction(f"transpose(v{i}, {axes})", lambda v: ops.transpose(v[i], axes)), Value(new, value.factors)
    if key == "softmax" and 0 not in shape:
        axis = draw(st.integers(-rank, rank - 1))
        return Instruction(f"softmax(v{i}, {axis})", lambda v: ops.softmax(v[i], axis)), Value(shape)
    if key == "getitem":
        index = draw(_indices(shape))
        new = np.empty(shape)[index].shape
        return Instruction(f"v{i}[{index!r}]", lambda v: ops.getitem(v[i], index)), Value(new, value.factors)
    if key == "softmax":
        key = "stack"
    axis = draw(st.integers(-rank, rank - 1))
    fitting = [j for j, other in enumerate(known) if other.shape == shape]
    j = draw(st.sampled_from(fitting))
    function = ops.concatenate if key == "concatenate" else ops.stack
    new = getattr(np, key)([np.empty(shape)] * 2, axis=axis).shape
    factors = max(value.factors, known[j].factors)
    return Instruction(f"{key}([v{i}, v{j}], {axis})", lambda v: function([v[i], v[j]], axis)), Value(new, factors)


def _indices(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    n = shape[0]
    if 0 in shape:
        return st.sampled_from([slice(None), slice(None, None, -1), Ellipsis, (None, slice(0, 1))])
    choices: list[Any] = [
        slice(None), slice(None, None, -1), slice(1, None), slice(0, 1), slice(None, None, 2), 0, -1, Ellipsis, None,
        (Ellipsis, 0), (Ellipsis, slice(None, None, -1)), (None, 0), np.array([0, n - 1, 0]), [n - 1, 0],
        np.arange(n) % 2 == 0, (slice(None), None),
    ]  # fmt: skip
    if len(shape) >= 2:
        m = shape[1]
        choices += [
            (0, slice(None)), (slice(None), -1), (slice(1, None), slice(0, 1)),
            (np.array([0, 0]), np.array([m - 1, 0])),
            (slice(None), np.array([0, 0, m - 1])), (slice(None, None, -1), slice(None, None, -1)),
        ]  # fmt: skip
    return st.sampled_from(choices)


def _product(draw: Any, known: list[Value], i: int) -> tuple[Instruction, Value]:
    """Matrix products and dense layers; a constant stands in where no value fits."""
    value = known[i]
    if len(value.shape) == 0 or value.factors + 1 > MOST_FACTORS:
        return _unary(draw, known, i)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    key = draw(st.sampled_from(["matmul", "rmatmul", "pair", "dense", "dense", "layer"]))
    n, rank = value.shape[-1], len(value.shape)
    if key == "matmul":
        matrix = rng.uniform(
            -1.0, 1.0, draw(st.sampled_from([(n,), (n, 2), (n, 1), *([(2, n, 2)] if rank <= 2 else [])]))
        )
        make = lambda v: ops.matmul(v[i], matrix)  # noqa: E731
        new = np.matmul(np.empty(value.shape), matrix).shape
        return Instruction(f"v{i} @ {matrix!r}", make), Value(new, value.factors + 1)
    if key == "pair" or len(value.shape) == 1:
        fitting = [
            j for j, o in enumerate(known) if o.shape == value.shape and o.factors + value.factors <= MOST_FACTORS
        ]
        if not fitting:
            return _unary(draw, known, i)
        j = draw(st.sampled_from(fitting))
        new = value.shape[:-2] + (value.shape[-2],) * 2 if len(value.shape) > 1 else ()
        make = lambda v: ops.matmul(v[i], ops.swapaxes(v[j], -1, -2) if len(value.shape) > 1 else v[j])  # noqa: E731
        return Instruction(f"v{i} @ v{j}.T", make), Value(new, value.factors + known[j].factors)
    if key == "rmatmul":
        matrix = rng.uniform(-1.0, 1.0, draw(st.sampled_from([(value.shape[-2],), (2, value.shape[-2])])))
        new = np.matmul(matrix, np.empty(value.shape)).shape
        return Instruction(f"{matrix!r} @ v{i}", lambda v: ops.matmul(matrix, v[i])), Value(new, value.factors + 1)
    k = value.shape[-2]
    if key == "layer" and k > 1:  # the value as the weights, its last row as the bias
        inputs = rng.uniform(-1.0, 1.0, (k - 1, 4))
        new = (*value.shape[:-2], n, 4)
        return Instruction(f"dense(v{i}, {inputs!r})", lambda v: ops.dense(v[i], inputs)), Value(new, value.factors + 1)
    weights = rng.uniform(-1.0, 1.0, (k + 1, 3))
    new = (*value.shape[:-2], 3, n)
    act = draw(st.booleans())
    make = lambda v: ops.dense(weights, ops.tanh(v[i]) if act else v[i])  # noqa: E731
    return Instruction(f"dense({weights!r}, v{i}, {act})", make), Value(new, value.factors + 1)


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


@st.composite
def programs(draw: Any, most: int = 12) -> RandomProgram:
    """Programs over all operations, on small arrays and numbers."""
    shapes = tuple(draw(st.lists(st.sampled_from(SMALL_SHAPES), min_size=1, max_size=3)))
    return _program(draw, shapes, [_unary, _binary, _binary, _constant, _reduction, _shape_change, _product], most)


@st.composite
def number_programs(draw: Any) -> RandomProgram:
    """Programs over single numbers."""
    shapes = ((),) * draw(st.integers(1, 3))
    return _program(draw, shapes, [_unary, _binary, _constant], 14)


@st.composite
def large_programs(draw: Any) -> RandomProgram:
    """Elementwise programs on arrays so large that they are worked through in blocks."""
    shapes = ((331, 250), *draw(st.lists(st.sampled_from(LARGE_SHAPES), min_size=1, max_size=2)))
    return _program(draw, shapes, [_unary, _binary, _constant], 14, least=5)


def _program(draw: Any, shapes: Any, kinds: list[Any], most: int, least: int = 1) -> RandomProgram:
    known = [Value(shape) for shape in shapes]
    instructions = []
    for _ in range(draw(st.integers(least, most))):
        # Later values more often, so that programs get deep.
        i = len(known) - 1 - draw(st.integers(0, min(len(known) - 1, 3)))
        instruction, value = draw(st.sampled_from(kinds))(draw, known, i)
        instructions.append(instruction)
        known.append(value)
    index = st.integers(0, len(known) - 1)
    constants = st.sampled_from([2.5, None, np.array([1.0, 2.0, 3.0]), np.ones((2, 3))])
    leaf = st.one_of(index, index, index, st.just(len(known) - 1), constants)
    result = draw(
        st.one_of(
            st.just(len(known) - 1),
            st.tuples(leaf, st.just(len(known) - 1), leaf),
            st.builds(Pair, leaf, st.tuples(leaf, st.lists(leaf, min_size=1, max_size=2))),
            st.builds(Pair, st.builds(Swapped, leaf, index), st.builds(lambda a: (a,), leaf)),
        )
    )
    return RandomProgram(tuple(shapes), tuple(instructions), result, draw(st.integers(0, 99)))
