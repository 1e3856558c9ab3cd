"""Values of formulas in as many digits as are needed, each with a bound on its error.

A value is an interval, middle ± radius, of decimal numbers; every operation widens the radius by what it may have
rounded away (interval arithmetic in its midpoint form: Moore, Interval Analysis, 1966).  So two formulas can be told
apart, or found equal to 25 digits, where double precision has long lost both.  Numbers in a formula are taken as
written: 0.1 is a tenth.
"""

from __future__ import annotations

import decimal
import functools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any, Final, NamedTuple

from gdsim.core.expression import Call, Constant, Expr, Number, Variable
from gdsim.core.expression.tree import postorder
from gdsim.core.slope import series

NOUGHT, UNIT, TWO, HALF = Decimal(0), Decimal(1), Decimal(2), Decimal("0.5")

_LARGEST_EXPONENT: Final = 10**9
_LARGEST_POWER: Final = 10**6
# A number typed with so many digits stands for the real number it rounds, such as ln 2 = 0.6931471805599453.
_ROUNDED_DIGITS: Final = 15
_MOST_DIGITS_OF_A_FLOAT: Final = 17


class UndefinedError(ArithmeticError):
    """The formula has no real value here."""


class UndecidedError(ArithmeticError):
    """So close to a jump or an edge, or so large, that these digits do not tell the value."""


class TooLargeError(UndecidedError):
    """The value, or one on the way to it, is beyond the largest number."""


class Enclosure(NamedTuple):
    """All numbers from middle − radius to middle + radius."""

    middle: Decimal
    radius: Decimal

    @property
    def exact(self) -> bool:
        return self.radius == 0

    @property
    def is_zero(self) -> bool:
        return self.exact and self.middle == 0

    @property
    def holds_zero(self) -> bool:
        return abs(self.middle) <= self.radius


def enclose(expr: Expr, point: Mapping[str, Decimal], digits: int = 40) -> Enclosure:
    """The value at a point, computed with so many digits.  Raises UndefinedError and UndecidedError."""
    with working_with(digits):
        values: list[Enclosure] = []
        try:
            for part, operation, args in _steps(expr):
                if operation is not None:
                    values.append(operation(*[values[arg] for arg in args]))
                elif isinstance(part, Variable):
                    values.append(Enclosure(+point[part.name], NOUGHT))
                else:
                    values.append(_leaf(part))
        except decimal.Overflow:
            raise TooLargeError from None
        return values[-1]


def working_with(digits: int) -> AbstractContextManager[decimal.Context]:
    """Decimal arithmetic with so many digits, and room for very large exponents."""
    return decimal.localcontext(_context(digits))


def exactly(value: float) -> Decimal:
    """A number as it is shown: 0.1 is a tenth, though the float is a little more."""
    return Decimal(repr(float(value)))


@functools.lru_cache(maxsize=512)
def _steps(expr: Expr) -> tuple[tuple[Expr, Callable[..., Enclosure] | None, tuple[int, ...]], ...]:
    """Part by part: what is done there and which of the values before it goes into that."""
    parts = postorder(expr)
    number = {part: i for i, part in enumerate(parts)}
    return tuple(
        (part, _OPERATIONS[part.key] if isinstance(part, Call) else None, tuple(number[arg] for arg in part.args))
        for part in parts
    )


@functools.cache
def _context(digits: int) -> decimal.Context:
    return decimal.Context(
        prec=digits,
        rounding=decimal.ROUND_HALF_EVEN,
        Emin=-_LARGEST_EXPONENT,
        Emax=_LARGEST_EXPONENT,
        traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
    )


def _leaf(part: Expr) -> Enclosure:
    if isinstance(part, Constant):
        return _inexact(series.pi() if part.name == "pi" else UNIT.exp(), NOUGHT)
    assert isinstance(part, Number)
    return _number(part.value)


@functools.lru_cache(maxsize=512)
def _number(number: float) -> Enclosure:
    value = Decimal(repr(number))
    digits = len(value.normalize(_context(_MOST_DIGITS_OF_A_FLOAT)).as_tuple().digits)
    # Half a unit of the last digit.
    return Enclosure(value, HALF.scaleb(value.adjusted() - digits + 1) if digits >= _ROUNDED_DIGITS else NOUGHT)


def _rounding(middle: Decimal) -> Decimal:
    """Twice the last digit of a result: more than any single operation rounds away."""
    return abs(middle).scaleb(2 - decimal.getcontext().prec) if middle else NOUGHT


def _inexact(middle: Decimal, radius: Decimal) -> Enclosure:
    return Enclosure(middle, radius + _rounding(middle))


def _arithmetic(operation: Callable[[Decimal, Decimal], Decimal], x: Decimal, y: Decimal, radius: Decimal) -> Enclosure:
    """The operation on the middles; nothing is added to the radius where the result is exact."""
    context = decimal.getcontext()
    context.clear_flags()
    middle = operation(x, y)
    return _inexact(middle, radius) if context.flags[decimal.Inexact] else Enclosure(middle, radius)


def add(x: Enclosure, y: Enclosure) -> Enclosure:
    return _arithmetic(Decimal.__add__, x.middle, y.middle, x.radius + y.radius)


def sub(x: Enclosure, y: Enclosure) -> Enclosure:
    return _arithmetic(Decimal.__sub__, x.middle, y.middle, x.radius + y.radius)


def mul(x: Enclosure, y: Enclosure) -> Enclosure:
    radius = abs(x.middle) * y.radius + abs(y.middle) * x.radius + x.radius * y.radius
    return _arithmetic(Decimal.__mul__, x.middle, y.middle, radius)


def div(x: Enclosure, y: Enclosure) -> Enclosure:
    if y.holds_zero:
        raise UndefinedError if y.exact else UndecidedError
    least = abs(y.middle) - y.radius
    quotient = abs(x.middle / y.middle)
    return _arithmetic(Decimal.__truediv__, x.middle, y.middle, (x.radius + quotient * y.radius) / least)


def neg(x: Enclosure) -> Enclosure:
    return Enclosure(-x.middle, x.radius)


def _exp(x: Enclosure) -> Enclosure:
    if x.radius > HALF:
        raise UndecidedError
    middle = x.middle.exp()
    return Enclosure(middle, middle * TWO * x.radius + (NOUGHT if x.is_zero else _rounding(middle)))


def _positive(x: Enclosure) -> None:
    """Raise unless all of it is above zero."""
    if x.middle + x.radius <= 0:
        raise UndefinedError
    if x.middle <= x.radius:
        raise UndecidedError


def _log(x: Enclosure) -> Enclosure:
    _positive(x)
    middle = x.middle.ln()
    return _inexact(middle, x.radius / (x.middle - x.radius))


def _sqrt(x: Enclosure) -> Enclosure:
    if x.is_zero:
        return x
    _positive(x)
    radius = x.radius / (x.middle - x.radius).sqrt()
    context = decimal.getcontext()
    context.clear_flags()
    middle = x.middle.sqrt()
    return _inexact(middle, radius) if context.flags[decimal.Inexact] else Enclosure(middle, radius)


def _pow(x: Enclosure, y: Enclosure) -> Enclosure:
    if not y.exact or y.middle != y.middle.to_integral_value() or abs(y.middle) > _LARGEST_POWER:
        if x.is_zero and y.middle > y.radius:
            return x
        if not y.exact and x.middle < 0 and abs(y.middle - y.middle.to_integral_value()) <= y.radius:
            raise UndecidedError
        return _exp(mul(y, _log(x)))
    count = int(abs(y.middle))
    if count == 0:
        return Enclosure(UNIT, NOUGHT)
    context = decimal.getcontext()
    context.clear_flags()
    middle = x.middle**count
    radius = count * (abs(x.middle) + x.radius) ** (count - 1) * x.radius if x.radius else NOUGHT
    if context.flags[decimal.Inexact]:
        radius += _rounding(middle)
    power = Enclosure(middle, radius)
    return power if y.middle > 0 else div(_whole(1), power)


def _whole(number: int) -> Enclosure:
    return Enclosure(Decimal(number), NOUGHT)


def _lipschitz(function: Callable[[Decimal], Decimal]) -> Callable[[Enclosure], Enclosure]:
    """A function whose slope is nowhere steeper than 1: an error does not grow (erf: at most 1.13-fold)."""

    def enclosed(x: Enclosure) -> Enclosure:
        if x.middle.adjusted() > decimal.getcontext().prec:
            raise UndecidedError
        return _inexact(function(x.middle), x.radius * TWO)

    return enclosed


_sin, _cos, _atan = _lipschitz(series.sin), _lipschitz(series.cos), _lipschitz(series.atan)


def _erf(x: Enclosure) -> Enclosure:
    value = _lipschitz(series.erf)(x)
    return Enclosure(value.middle, value.radius + UNIT.scaleb(2 - decimal.getcontext().prec)) if x.middle else value


def _half_pi() -> Enclosure:
    return _inexact(series.pi() / 2, NOUGHT)


def _asin(x: Enclosure) -> Enclosure:
    if x.exact and abs(x.middle) == 1:
        return _half_pi() if x.middle > 0 else neg(_half_pi())
    return _atan(div(x, _sqrt(sub(_whole(1), mul(x, x)))))


def _sinh(x: Enclosure) -> Enclosure:
    return div(sub(_exp(x), _exp(neg(x))), _whole(2))


def _cosh(x: Enclosure) -> Enclosure:
    return div(add(_exp(x), _exp(neg(x))), _whole(2))


def _tanh(x: Enclosure) -> Enclosure:
    return sub(_whole(1), div(_whole(2), add(_exp(mul(x, _whole(2))), _whole(1))))


def _sigmoid(x: Enclosure) -> Enclosure:
    return div(_whole(1), add(_whole(1), _exp(neg(x))))


def _softplus(x: Enclosure) -> Enclosure:
    return _log(add(_whole(1), _exp(x)))


def _gelu(x: Enclosure) -> Enclosure:
    return mul(div(x, _whole(2)), add(_whole(1), _erf(div(x, _sqrt(_whole(2))))))


def _sign(x: Enclosure) -> Enclosure:
    if x.holds_zero:
        if not x.exact:
            raise UndecidedError
        return x
    return Enclosure(UNIT.copy_sign(x.middle), NOUGHT)


def _step(x: Enclosure) -> Enclosure:
    return Enclosure(max(_sign(x).middle, NOUGHT), NOUGHT)


def _bent(left: Callable[[Enclosure], Enclosure]) -> Callable[[Enclosure], Enclosure]:
    """x to the right of 0, another function that meets it at 0 with slope at most 1 to the left."""

    def enclosed(x: Enclosure) -> Enclosure:
        return x if x.middle > 0 else left(x)

    return enclosed


def _maximum(x: Enclosure, y: Enclosure) -> Enclosure:
    return Enclosure(max(x.middle, y.middle), max(x.radius, y.radius))


def _minimum(x: Enclosure, y: Enclosure) -> Enclosure:
    return Enclosure(min(x.middle, y.middle), max(x.radius, y.radius))


_OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "neg": neg,
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "pow": _pow,
    "sqrt": _sqrt,
    "exp": _exp,
    "log": _log,
    "log2": lambda x: div(_log(x), _log(_whole(2))),
    "log10": lambda x: div(_log(x), _log(_whole(10))),
    "sin": _sin,
    "cos": _cos,
    "tan": lambda x: div(_sin(x), _cos(x)),
    "asin": _asin,
    "acos": lambda x: sub(_half_pi(), _asin(x)),
    "atan": _atan,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "relu": _bent(lambda x: Enclosure(NOUGHT, x.radius if x.holds_zero else NOUGHT)),
    "leaky_relu": _bent(lambda x: Enclosure(x.middle * Decimal("0.01"), x.radius)),
    "elu": _bent(lambda x: sub(_exp(x), _whole(1))),
    "gelu": _gelu,
    "abs": lambda x: Enclosure(abs(x.middle), x.radius),
    "sign": _sign,
    "step": _step,
    "maximum": _maximum,
    "minimum": _minimum,
}
