"""Polynomials with fractions as coefficients: read off a formula in any form, multiplied out, written down.

A polynomial in x and Δx is a table {(power of x, power of Δx): coefficient}.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from gdsim.core.expression import Call, Constant, Expr, Number, Variable
from gdsim.core.expression.tree import fold

Table = dict[tuple[int, int], Fraction]

LARGEST_DEGREE: Final = 12
_LARGEST_PART: Final = 10**12


class NotPolynomialError(ValueError):
    """The formula is no polynomial that can be multiplied out here; the message says why, as a sentence."""


def coefficients(f: Expr, variable: str) -> Table:
    """The formula multiplied out, as a table whose second power is 0.  Raises NotPolynomialError."""

    def visit(part: Expr, args: list[Table]) -> Table:
        table = _visit(part, args, variable)
        if any(power > 2 * LARGEST_DEGREE for power, _ in table):
            raise NotPolynomialError(f"Powers above {LARGEST_DEGREE} take too many lines to multiply out.")
        return table

    table = fold(f, visit)
    if any(power > LARGEST_DEGREE for power, _ in table):
        raise NotPolynomialError(f"Powers above {LARGEST_DEGREE} take too many lines to multiply out.")
    if any(max(abs(c.numerator), c.denominator) > _LARGEST_PART for c in table.values()):
        raise NotPolynomialError("Its coefficients are too long to be written out.")
    return table


def _visit(part: Expr, args: list[Table], variable: str) -> Table:
    match part:
        case Number(value=value):
            return _number(Fraction(repr(value)))
        case Variable(name=name) if name == variable:
            return {(1, 0): Fraction(1)}
        case Variable(name=name):
            raise NotPolynomialError(f"The curve is drawn over {variable}; {name} has no number.")
        case Constant(name=name):
            shown = "π" if name == "pi" else name
            raise NotPolynomialError(f"{shown} is not a fraction, so the algebra cannot be worked out exactly.")
        case Call(key="add"):
            return plus(args[0], args[1])
        case Call(key="sub"):
            return plus(args[0], args[1], Fraction(-1))
        case Call(key="neg"):
            return plus({}, args[0], Fraction(-1))
        case Call(key="mul"):
            return times(args[0], args[1])
        case Call(key="div"):
            return _quotient(args[0], args[1])
        case Call(key="pow"):
            return _power(args[0], args[1])
        case Call() as call:
            return _function(call, args)
    raise AssertionError(f"unknown kind of formula {type(part).__name__}")


def _number(value: Fraction) -> Table:
    return {(0, 0): value} if value else {}


def number_in(table: Table) -> Fraction | None:
    """The value of a table without x and Δx, else None."""
    return table.get((0, 0), Fraction(0)) if all(powers == (0, 0) for powers in table) else None


def _quotient(top: Table, bottom: Table) -> Table:
    divisor = number_in(bottom)
    if divisor is None:
        raise NotPolynomialError("It divides by a formula of x, so Δx does not cancel by multiplying out.")
    if divisor == 0:
        raise NotPolynomialError("It divides by 0.")
    return plus({}, top, 1 / divisor)


def _power(base: Table, exponent: Table) -> Table:
    number = number_in(exponent)
    if number is None:
        raise NotPolynomialError("x stands in an exponent, so (x + Δx) cannot be multiplied out.")
    fixed = number_in(base)
    if number.denominator == 1 and fixed is not None and abs(number) <= 64 and (fixed or number >= 0):
        return _number(fixed ** int(number))
    if number.denominator != 1 or number < 0:
        raise NotPolynomialError("An exponent is not a whole number from 0 up, so it cannot be multiplied out.")
    if number > LARGEST_DEGREE:
        raise NotPolynomialError(f"Powers above {LARGEST_DEGREE} take too many lines to multiply out.")
    result: Table = {(0, 0): Fraction(1)}
    for _ in range(int(number)):
        result = times(result, base)
    return result


def _function(call: Call, args: list[Table]) -> Table:
    numbers = [number for arg in args if (number := number_in(arg)) is not None]
    if call.key == "sqrt" and len(numbers) == 1 and numbers[0] >= 0:
        root = Fraction(math.isqrt(numbers[0].numerator), math.isqrt(numbers[0].denominator))
        if root * root == numbers[0]:
            return _number(root)
    if call.key == "abs" and len(numbers) == 1:
        return _number(abs(numbers[0]))
    name = {"exp": "The exponential", "sqrt": "A root", "abs": "|·|"}.get(call.key, call.primitive.symbol)
    raise NotPolynomialError(f"{name} cannot be multiplied out; the table shows how its slopes settle instead.")


def plus(left: Table, right: Table, factor: Fraction = Fraction(1)) -> Table:
    """left + factor · right."""
    total = dict(left)
    for powers, coefficient in right.items():
        value = total.get(powers, Fraction(0)) + factor * coefficient
        if value:
            total[powers] = value
        else:
            total.pop(powers, None)
    return total


def times(left: Table, right: Table) -> Table:
    total: Table = {}
    for (a, b), first in left.items():
        total = plus(total, {(a + c, b + d): second for (c, d), second in right.items()}, first)
    return total


def shifted(table: Table) -> Table:
    """x + Δx put in for x and multiplied out, by the binomial theorem."""
    total: Table = {}
    for (power, _), coefficient in table.items():
        total = plus(total, {(power - k, k): coefficient * math.comb(power, k) for k in range(power + 1)})
    return total


def value_at(table: Table, x: Fraction, dx: Fraction) -> Fraction:
    return sum((c * x**a * dx**b for (a, b), c in table.items()), Fraction(0))


def ordered(table: Table) -> list[tuple[tuple[int, int], Fraction]]:
    """Terms as they are written: by powers of Δx rising, then by powers of x falling."""
    return sorted(table.items(), key=lambda term: (term[0][1], -term[0][0]))


def in_latex(table: Table, variable: str) -> str:
    return terms_in_latex(ordered(table), variable) if table else "0"


def terms_in_latex(terms: list[tuple[tuple[int, int], Fraction]], variable: str, leading: bool = True) -> str:
    """Terms with their signs; a leading plus is left out if `leading`."""
    text = ""
    for powers, coefficient in terms:
        sign = "-" if coefficient < 0 else "+"
        term = _term(powers, abs(coefficient), variable)
        if not text and leading:
            text = term if coefficient > 0 else f"-{term}"
        else:
            text += f" {sign} {term}"
    return text.strip()


def _term(powers: tuple[int, int], size: Fraction, variable: str) -> str:
    factors = [_raised(variable, powers[0]), _raised(rf"\Delta {variable}", powers[1])]
    letters = r" \, ".join(factor for factor in factors if factor)
    if size == 1 and letters:
        return letters
    number = str(size.numerator) if size.denominator == 1 else rf"\frac{{{size.numerator}}}{{{size.denominator}}}"
    return rf"{number} {letters}".strip()


def _raised(letter: str, power: int) -> str:
    if power == 0:
        return ""
    bracketed = rf"\left({letter}\right)" if letter.startswith("\\") else letter
    return letter if power == 1 else f"{bracketed}^{{{power}}}"
