"""Values of formulas: on numbers and arrays by a compiled program, on traced values by recording.

Programs are kept by formula and shapes, so that a grid drawn again costs only its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from gdsim.core.autodiff import PRIMITIVES, compile
from gdsim.core.autodiff.primitive import apply, as_value
from gdsim.core.expression.names import listing, variable_name
from gdsim.core.expression.tree import Call, Constant, Expr, Number, Variable, as_expr, call, fold, postorder

Function = Callable[..., Any]
Shape = tuple[int, ...]

_MOST_SHOWN = 60  # nodes of a formula that an error sentence can still hold


def evaluate(expr: Expr, values: Mapping[str, Any]) -> Any:
    """See `Expr.__call__`."""
    given = {variable_name(name) or name: value for name, value in values.items()}
    missing = [name for name in expr.variables if name not in given]
    if missing:
        raise TypeError(f"{_shown(expr)} needs a value for {listing(missing)}; {_what_came(given)}")
    if any(isinstance(value, Expr) for value in given.values()):
        return substitute(expr, {name: as_expr(given[name]) for name in expr.variables})
    if any(hasattr(type(value), "__apply_primitive__") for value in given.values()):
        return as_function(expr, expr.variables)(*(given[name] for name in expr.variables))
    return _compute(expr, {name: _real(name, value) for name, value in given.items()})


def _shown(expr: Expr) -> str:
    return str(expr) if expr.size <= _MOST_SHOWN else "the formula"


def _what_came(given: Mapping[str, Any]) -> str:
    return f"it got {listing(given)}" if given else "it got none"


def _real(name: str, value: Any) -> Any:
    try:
        number = as_value(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"{name} has to be a number or an array of numbers: {error}") from None
    return number if type(number) is float or np.ndim(number) else float(number)


def _compute(expr: Expr, given: Mapping[str, Any]) -> Any:
    args = tuple(given[name] for name in expr.variables)
    if all(type(value) is float for value in given.values()):
        return float(_program(expr, ((),) * len(args))(*args))
    shapes = tuple(np.shape(arg) for arg in args)
    try:
        whole = np.broadcast_shapes(*(np.shape(value) for value in given.values()))
    except ValueError:
        listed = ", ".join(f"{name} {np.shape(value)}" for name, value in given.items())
        raise ValueError(f"the shapes of the values do not fit together: {listed}") from None
    result = _program(expr, shapes)(*args)
    if np.shape(result) != whole:
        return np.broadcast_to(result, whole).copy()
    return result


@lru_cache(maxsize=128)
def _program(expr: Expr, shapes: tuple[Shape, ...]) -> Function:
    """A function of arrays of exactly these shapes, in the order of the formula's variables."""
    formula = as_function(expr, expr.variables)
    return compile(formula, *(np.ones(shape) if shape else 1.0 for shape in shapes)) if shapes else formula


def as_function(expr: Expr, names: Sequence[str]) -> Function:
    """See `Expr.function`.  Raises ValueError when a variable of the formula is not among `names`."""
    order = [variable_name(name) or name for name in names]
    missing = [name for name in expr.variables if name not in order]
    if missing:
        raise ValueError(f"{_shown(expr)} depends on {listing(missing)}, which is not among {tuple(names)}")
    parts = postorder(expr)
    place = {part: index for index, part in enumerate(parts)}
    steps = [
        (PRIMITIVES[part.key], tuple(place[arg] for arg in part.args)) if isinstance(part, Call) else None
        for part in parts
    ]
    start = [part.value if isinstance(part, (Number, Constant)) else None for part in parts]
    inputs = [(index, order.index(part.name)) for index, part in enumerate(parts) if isinstance(part, Variable)]
    work = [(index, step) for index, step in enumerate(steps) if step is not None]

    def formula(*args: Any) -> Any:
        if len(args) != len(order):
            raise TypeError(f"this formula takes {len(order)} values ({', '.join(order)}), not {len(args)}")
        values: list[Any] = list(start)
        for index, position in inputs:
            values[index] = args[position]
        for index, (primitive, sources) in work:
            values[index] = apply(primitive, *(values[source] for source in sources))
        return values[-1]

    return formula


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """The formula with formulas put in for variables."""

    def visit(part: Expr, args: list[Expr]) -> Expr:
        if isinstance(part, Variable):
            return replacements.get(part.name, part)
        return call(part.key, *args) if isinstance(part, Call) else part

    return fold(expr, visit)
