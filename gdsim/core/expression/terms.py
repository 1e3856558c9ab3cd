"""Sums of products as tables, and the exact arithmetic of their coefficients."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from gdsim.core.expression.tree import Expr

Exponent = Fraction | Expr
Monomial = tuple[tuple[Expr, Exponent], ...]
Sum = dict[Monomial, Fraction]

NOUGHT, UNIT, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
LARGEST_PART: Final = 10**15
_LARGEST_POWER: Final = 32

EXACT: Final[dict[str, Callable[..., Fraction]]] = {
    "abs": abs,
    "sign": lambda x: Fraction((x > 0) - (x < 0)),
    "step": lambda x: Fraction(x > 0),
    "relu": lambda x: max(x, NOUGHT),
    "maximum": max,
    "minimum": min,
}


class OutOfRangeError(ArithmeticError):
    """A number that does not fit into a float: the part is left as it was written."""


def settled(number: Fraction) -> Fraction:
    """The number itself while it can be written down, else the nearest float."""
    if abs(number.numerator) <= LARGEST_PART and number.denominator <= LARGEST_PART:
        return number
    if not Fraction(1, 10**300) < abs(number) < 10**300:
        raise OutOfRangeError
    return Fraction(repr(float(number)))


def number_of(total: Sum) -> Fraction | None:
    """The value of a sum without any factors."""
    if not total:
        return NOUGHT
    return total.get(()) if len(total) == 1 else None


def combined(left: Sum, right: Sum, factor: Fraction) -> Sum:
    """left + factor · right."""
    total = dict(left)
    for monomial, coefficient in right.items():
        value = total.get(monomial, NOUGHT) + factor * coefficient
        if value:
            total[monomial] = settled(value)
        else:
            total.pop(monomial, None)
    return total


def whole_power(number: Fraction, exponent: int) -> Fraction | None:
    """number ** exponent if that is short enough to be written instead."""
    if abs(exponent) > _LARGEST_POWER:
        return number if number == 1 else None
    value = number**exponent
    return value if max(abs(value.numerator), value.denominator) <= LARGEST_PART else None


def exact_root(number: Fraction, exponent: Fraction) -> Fraction | None:
    """number ** exponent for square roots of squares."""
    if exponent.denominator != 2 or number < 0:
        return None
    root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    return whole_power(root, exponent.numerator) if root * root == number else None
