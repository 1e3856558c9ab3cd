"""What to write for a traced function, and the frame of every generated source text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .array_code import base_names
from .ir import Op, reachable
from .storage import DOUBLE, Namespace, Place, Real, Storage

Make = Callable[..., Callable[..., Any]]


class Plan(NamedTuple):
    """What to write: `tree` is the nesting of the result, `donated` the positions of inputs that may be overwritten,
    `real` the type of the numbers in arrays.
    """

    tree: Any
    inputs: tuple[Op, ...]
    outputs: tuple[Op, ...]
    reuse: bool
    donated: frozenset[int]
    iterate: bool
    real: Real = DOUBLE

    @property
    def is_scalar(self) -> bool:
        return all(op.shape == () for op in (*reachable(self.outputs), *self.inputs))

    def open_arguments(self, fixed: frozenset[int]) -> str:
        names = [f"a{i}" for i in range(len(self.inputs)) if i not in fixed]
        return ", ".join(["n", *names] if self.iterate else names)


def indent(lines: Sequence[str], by: int) -> str:
    return "\n".join("    " * by + line for line in lines)


def finish(names: Namespace, fixed: frozenset[int], body: str) -> tuple[str, Make]:
    objects = {**base_names(), "real": names.real, **names.objects}
    if names.once:
        body = indent(names.once, 1) + "\n" + body
    used = set(re.findall(r"[A-Za-z_]\w*", body))
    chosen = {name: value for name, value in objects.items() if name in used}
    parameters = ", ".join([*chosen, *(f"a{i}" for i in sorted(fixed))])
    source = f"def make({parameters}):\n{body}\n    return run\n"
    space: dict[str, Any] = {}
    exec(source, space)  # noqa: S102  (made of fixed templates, names of our own and numbers; never of user text)
    values = tuple(chosen.values())  # by position, for Python looks for every keyword among all parameters
    return source, lambda **bound: space["make"](*values, **bound)


def fill(tree: Any, texts: Sequence[str], names: Namespace) -> str:
    """Text of the result: the nesting that the traced function returned, around the values."""
    values = iter(texts)
    classes: list[type] = []

    def text(part: Any) -> str:
        if part is None:
            return "None"
        if not isinstance(part, (tuple, list)):
            return next(values)
        inner = "".join(f"{text(child)}, " for child in part)
        if isinstance(part, list):
            return f"[{inner}]"
        if type(part) is tuple:
            return f"({inner})"
        # A named tuple.  Its class's own constructor is a Python function, twice as slow.
        if type(part) not in classes:
            classes.append(type(part))
        name = f"t{classes.index(type(part))}"
        names.objects.update({name: type(part), "new": tuple.__new__})
        return f"new({name}, ({inner}))"

    return text(tree)


def input_places(plan: Plan, fixed: frozenset[int]) -> tuple[dict[int, Place], dict[int, str]]:
    places, scalars = {}, {}
    for i, op in enumerate(plan.inputs):
        if op.shape == ():
            scalars[op.index] = f"a{i}"
        else:
            ours = i in plan.donated or plan.iterate
            storage = Storage(f"a{i}", op.shape, static=i in fixed) if ours else None
            places[op.index] = Place(f"a{i}", op.shape, i in fixed, storage=storage)
    return places, scalars
