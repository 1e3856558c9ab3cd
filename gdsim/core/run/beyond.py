"""Why a number of a formula is not finite: too large for a double, infinite, or not defined at all.

Each part of the formula is computed on its own, so that e^1000 is told from 1/0 and both from log(−1).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff.primitive import apply
from gdsim.core.expression.tree import Call, Constant, Expr, Number, Variable, fold
from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective

Array = NDArray[np.float64]

LARGEST_IN_WORDS = f"{in_words(sys.float_info.max, 2)}, the largest number that a computer's double can hold"


class Beyond(StrEnum):
    OVERFLOW = "overflow"
    """A finite number, but one beyond what a double can hold."""
    ON_THE_WAY = "on the way"
    """A part of the formula is beyond what a double can hold; the whole may not be, as in 1e308x − 1e308x."""
    INFINITE = "infinite"
    """A pole, as of 1/x and log x at 0."""
    UNDEFINED = "undefined"
    """No number at all, as log(−1)."""


# When several parts are not finite, the first of these that occurs is the reason.
_WORST_FIRST = (Beyond.UNDEFINED, Beyond.INFINITE, Beyond.ON_THE_WAY, Beyond.OVERFLOW)
# What is added to a number beyond 1.8e308 brings it back only if it is itself larger than this.
_NO_MATCH = 1e290
# These can only become infinite by growing; of the others (log, atanh) it is a pole.
_GROWING = frozenset(("add", "sub", "mul", "exp", "expm1", "sinh", "cosh", "square", "softplus", "neg"))
# With one of these a number other than 0 may become 0.
_SHRINKING = frozenset(("mul", "div", "pow", "exp", "square", "neg"))


class _Part(NamedTuple):
    """`rounded` is a 0 that is not 0, only too small for a double."""

    value: float
    beyond: Beyond | None = None
    rounded: bool = False


def why_no_value(objective: Objective, point: Array) -> Beyond | None:
    """Why the value at `point` (dim,) is not finite; None when it is."""
    value = float(objective.value(point))
    if np.isfinite(value):
        return None
    if objective.expression is None:
        return Beyond.UNDEFINED if np.isnan(value) else Beyond.OVERFLOW
    part = _computed_at(objective.expression, objective.variables, point)
    if part.beyond is Beyond.OVERFLOW and part.value != value:
        return Beyond.ON_THE_WAY
    return part.beyond or Beyond.ON_THE_WAY


def why_no_slope(objective: Objective, point: Array) -> Beyond | None:
    """Why the gradient at `point` (dim,) is not finite; None when it is."""
    gradient = objective.gradient(point)
    missing = ~np.isfinite(gradient)
    if not missing.any():
        return None
    if objective.expression is None:
        return Beyond.UNDEFINED if np.isnan(gradient).any() else Beyond.OVERFLOW
    names = [name for name, gone in zip(objective.variables, missing, strict=True) if gone]
    derivatives = [objective.expression.derivative(name) for name in names]
    found = [_computed_at(derivative, objective.variables, point).beyond for derivative in derivatives]
    return next((why for why in _WORST_FIRST if why in found), Beyond.ON_THE_WAY)


def _computed_at(expression: Expr, names: Sequence[str], point: Array) -> _Part:
    place = dict(zip(names, point.tolist(), strict=True))

    def visit(part: Expr, args: list[_Part]) -> _Part:
        if isinstance(part, (Number, Constant)):
            return _Part(float(part.value))
        if isinstance(part, Variable):
            return _Part(place[part.name])
        assert isinstance(part, Call)
        return _computed(part, args)

    with np.errstate(all="ignore"):
        return fold(expression, visit)


def _computed(part: Call, args: list[_Part]) -> _Part:
    values = [arg.value for arg in args]
    value = float(apply(part.primitive, *values))
    if np.isfinite(value):
        shrunk = part.key in _SHRINKING and all(arg.value != 0.0 or arg.rounded for arg in args)
        return _Part(value, rounded=value == 0.0 and shrunk)
    inherited = [arg.beyond for arg in args if arg.beyond is not None]
    if inherited:
        why = next(why for why in _WORST_FIRST if why in inherited)
        if why is Beyond.OVERFLOW and not _stays_beyond(part.key, value, args):
            why = Beyond.ON_THE_WAY
        return _Part(value, why)
    divisor = {"div": args[-1], "pow": args[0], "reciprocal": args[0]}.get(part.key)
    if np.isnan(value):
        return _Part(value, Beyond.OVERFLOW if divisor is not None and divisor.rounded else Beyond.UNDEFINED)
    grown = part.key in _GROWING or (divisor is not None and (divisor.value != 0.0 or divisor.rounded))
    return _Part(value, Beyond.OVERFLOW if grown else Beyond.INFINITE)


def _stays_beyond(key: str, value: float, args: list[_Part]) -> bool:
    """Whether the outcome is surely beyond a double when some of the `args` are."""
    others = [abs(arg.value) for arg in args if arg.beyond is None]
    if np.isnan(value) or len(args) - len(others) != 1:
        return False
    if key in ("add", "sub"):
        return all(other < _NO_MATCH for other in others)
    if key == "mul":
        return all(other >= 1.0 for other in others)
    return key in ("neg", "exp", "square")
