"""Random formulas as trees, and their values by mpmath: independent of everything that is tested with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
from hypothesis import strategies as st

from gdsim.core.expression import Call, Constant, Expr, Number, Variable
from gdsim.core.expression.tree import call

UNARY = (
    "neg", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "sigmoid", "softplus", "relu", "leaky_relu", "elu", "gelu", "erf", "abs", "sign", "step",
)  # fmt: skip
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")

# Functions that are smooth everywhere and stay small: floats differentiate them almost without error.
TAME_UNARY = ("neg", "sin", "cos", "atan", "tanh", "sigmoid", "softplus", "erf")
TAME_BINARY = ("add", "sub", "mul")

short_numbers = st.one_of(st.integers(0, 12).map(float), st.sampled_from([0.5, 0.1, 0.25, 1.5, 2.75, 0.01, 100.0])).map(
    Number
)
any_numbers = st.floats(min_value=0.0, allow_nan=False, allow_infinity=False).map(lambda value: Number(abs(value)))
constants = st.sampled_from([Constant("pi"), Constant("e")])


def variables(*names: str) -> st.SearchStrategy[Expr]:
    return st.sampled_from([Variable(name) for name in names])


def trees(
    leaves: st.SearchStrategy[Expr],
    unary: tuple[str, ...] = UNARY,
    binary: tuple[str, ...] = BINARY,
    max_leaves: int = 12,
) -> st.SearchStrategy[Expr]:
    """Formulas over these leaves and operations, every operation equally likely."""

    def grow(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            st.builds(lambda key, arg: call(key, arg), st.sampled_from(unary), parts),
            st.builds(lambda key, first, second: call(key, first, second), st.sampled_from(binary), parts, parts),
        )

    return st.recursive(leaves, grow, max_leaves=max_leaves)


class UndefinedError(ArithmeticError):
    """No real value here, or one so large or so close to a jump that rounding would decide."""


_LARGE = mpmath.mpf(10) ** 30
_CLOSE = mpmath.mpf(10) ** -60


def precise_value(expr: Expr, point: Mapping[str, Any]) -> Any:
    """Value of the tree in 120 digits, decimals taken as they are written.  Raises UndefinedError."""
    with mpmath.workdps(120):
        return _value(expr, point)


def _value(expr: Expr, point: Mapping[str, Any]) -> Any:
    match expr:
        case Number(value=value):
            result = mpmath.mpf(repr(value))
        case Constant(name=name):
            result = +getattr(mpmath, name)
        case Variable(name=name):
            result = mpmath.mpf(point[name])
        case Call(key=key, args=args):
            result = _OPERATIONS[key](*(_value(arg, point) for arg in args))
    if isinstance(result, mpmath.mpc) or not mpmath.isfinite(result) or abs(result) > _LARGE:
        raise UndefinedError
    return result


def _power(base: Any, exponent: Any) -> Any:
    if base == 0:
        if exponent < 0:
            raise UndefinedError
        return mpmath.mpf(exponent == 0)
    _not_close(base)
    whole = exponent == mpmath.nint(exponent)
    if (base < 0 and not whole) or abs(exponent * mpmath.log(abs(base))) > 70:
        raise UndefinedError
    return base ** int(exponent) if whole else base**exponent


def _not_close(x: Any) -> Any:
    """x, unless it is a zero that rounding has blurred."""
    if x != 0 and abs(x) < _CLOSE:
        raise UndefinedError
    return x


def _positive(x: Any) -> Any:
    if _not_close(x) <= 0:
        raise UndefinedError
    return x


def _root(x: Any) -> Any:
    if _not_close(x) < 0:
        raise UndefinedError
    return mpmath.sqrt(x)


def _exp(x: Any) -> Any:
    if abs(x) > 70:
        raise UndefinedError
    return mpmath.exp(x)


def _divide(x: Any, y: Any) -> Any:
    if _not_close(y) == 0:
        raise UndefinedError
    return x / y


def _inside(function: Any) -> Any:
    def value(x: Any) -> Any:
        if abs(x) > 1:
            raise UndefinedError
        return function(x)

    return value


_OPERATIONS = {
    "neg": lambda x: -x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": _divide,
    "pow": _power,
    "maximum": max,
    "minimum": min,
    "sqrt": _root,
    "exp": _exp,
    "log": lambda x: mpmath.log(_positive(x)),
    "log2": lambda x: mpmath.log(_positive(x), 2),
    "log10": lambda x: mpmath.log10(_positive(x)),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": lambda x: _divide(mpmath.sin(x), mpmath.cos(x)),
    "asin": _inside(mpmath.asin),
    "acos": _inside(mpmath.acos),
    "atan": mpmath.atan,
    "sinh": lambda x: (_exp(x) - _exp(-x)) / 2,
    "cosh": lambda x: (_exp(x) + _exp(-x)) / 2,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + _exp(-x)),
    "softplus": lambda x: mpmath.log(1 + _exp(x)),
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x: x if x > 0 else x * mpmath.mpf("0.01"),
    "elu": lambda x: x if x > 0 else _exp(x) - 1,
    "gelu": lambda x: x / 2 * (1 + mpmath.erf(x / mpmath.sqrt(2))),
    "erf": mpmath.erf,
    "abs": abs,
    "sign": lambda x: mpmath.sign(_not_close(x)),
    "step": lambda x: mpmath.mpf(_not_close(x) > 0),
}
