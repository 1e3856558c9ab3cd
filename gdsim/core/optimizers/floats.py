"""An optimizer's update for a single point, in plain floats; compiled unless it evaluates the objective.

On two numbers numpy spends nearly all of its time on being called.  The same update, traced once with its
hyper-parameters as arguments, takes less than a microsecond, whatever the rates and factors are set to.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gdsim.core.autodiff import compile
from gdsim.core.optimizers.base import Numbers, Optimizer, is_off
from gdsim.core.optimizers.safeguarded import SearchingOptimizer

if TYPE_CHECKING:
    from gdsim.core.objective import Objective


class Layout:
    """How the memory of one kind of optimizer, for one point of `dim` coordinates, lies in a row of numbers."""

    def __init__(self, optimizer: Optimizer, dim: int) -> None:
        example = optimizer.init(np.zeros(dim))
        self.kind = type(example)
        self.lengths = tuple(dim if np.shape(leaf) else 0 for leaf in example)

    @property
    def size(self) -> int:
        return sum(length or 1 for length in self.lengths)

    def fields(self, numbers: Any) -> Iterator[Any]:
        """A number for a count, a tuple (dim,) for what each coordinate has its own of."""
        start = 0
        for length in self.lengths:
            yield numbers[start : start + length] if length else numbers[start]
            start += length or 1

    def state(self, numbers: Numbers) -> Any:
        """The memory as the optimizer itself makes it, with arrays (dim,)."""
        return self.kind(*(np.array(part) if type(part) is tuple else part for part in self.fields(numbers)))

    def numbers(self, state: Any) -> Numbers:
        """The inverse of `state`."""
        return tuple(number for leaf in state for number in np.ravel(leaf).tolist())


class Memory:
    """A memory as numbers, which becomes the optimizer's own record when somebody looks at it."""

    __slots__ = ("_layout", "_state", "numbers")

    def __init__(self, layout: Layout, numbers: Numbers) -> None:
        self._layout = layout
        self._state: Any = None
        self.numbers = numbers

    @property
    def state(self) -> Any:
        if self._state is None:
            self._state = self._layout.state(self.numbers)
        return self._state


class FloatUpdate:
    """`optimizer.update` for a point of `dim` coordinates, on floats.

    Only for optimizers that do not evaluate the objective, which branch on what they find.
    """

    def __init__(self, optimizer: Optimizer, dim: int) -> None:
        """Compiles at the first use of a kind of optimizer; which of its parts are off belongs to the kind."""
        names = _numeric(optimizer)
        self.layout, self._function = _compiled(optimizer_kind(optimizer), dim)
        self._constants = tuple(float(getattr(optimizer, name)) for name in names)

    def __call__(self, lr: float, point: Numbers, gradient: Numbers, memory: Memory) -> tuple[Numbers, Memory]:
        """The move and the memory after it."""
        delta, numbers = self._function(lr, *self._constants, *point, *gradient, *memory.numbers)
        return delta, Memory(self.layout, numbers)

    def memory(self, state: Any) -> Memory:
        """From the optimizer's own record."""
        return state if type(state) is Memory else Memory(self.layout, self.layout.numbers(state))


class SearchUpdate:
    """The same for optimizers that evaluate the objective; their memory is small and kept as it is."""

    def __init__(self, optimizer: SearchingOptimizer, objective: Objective) -> None:
        self._optimizer = optimizer
        self._objective = objective

    def __call__(self, lr: float, point: Numbers, gradient: Numbers, memory: Any) -> tuple[Numbers, Any]:
        return self._optimizer.update_one(lr, point, gradient, memory, self._objective)

    def memory(self, state: Any) -> Any:
        return state


def float_update(optimizer: Optimizer, objective: Objective) -> FloatUpdate | SearchUpdate:
    """How a single point of `objective` is updated."""
    if isinstance(optimizer, SearchingOptimizer):
        return SearchUpdate(optimizer, objective)
    return FloatUpdate(optimizer, objective.dim)


def optimizer_kind(optimizer: Optimizer) -> Optimizer:
    """The same with 0.5 for every number that is traced: equal for all optimizers that share a program."""
    twin = copy.copy(optimizer)
    for name in ("lr", *_numeric(optimizer)):
        object.__setattr__(twin, name, 0.5)
    return twin


def _numeric(optimizer: Optimizer) -> list[str]:
    """The hyper-parameters that are arguments of the program; what is off (0) or a switch shapes the program."""
    values = {field.name: getattr(optimizer, field.name) for field in dataclasses.fields(optimizer)}
    return [name for name, value in values.items() if name != "lr" and type(value) is not bool and not is_off(value)]


@functools.lru_cache(maxsize=64)
def _compiled(kind: Optimizer, dim: int) -> tuple[Layout, Any]:
    layout, names = Layout(kind, dim), _numeric(kind)

    def update(lr: Any, *rest: Any) -> Any:
        constants, rest = rest[: len(names)], rest[len(names) :]
        point, gradient, numbers = rest[:dim], rest[dim : 2 * dim], rest[2 * dim :]
        traced = copy.copy(kind)
        for name, value in zip(names, constants, strict=True):
            object.__setattr__(traced, name, value)
        fields = list(layout.fields(numbers))
        moves, memories = [], []
        for i in range(dim):
            state = layout.kind(*(part[i] if type(part) is tuple else part for part in fields))
            move, after = traced.update(gradient[i], state, point=point[i], lr=lr)
            moves.append(move)
            memories.append(after)
        # A count is the same for all coordinates.
        columns = [[memory[k] for memory in memories] for k in range(len(layout.lengths))]
        after = [x for column, length in zip(columns, layout.lengths, strict=True) for x in column[: length or 1]]
        return tuple(moves), tuple(after)

    program = compile(update, *(0.5,) * (1 + len(names) + 2 * dim + layout.size))
    return layout, program.function
