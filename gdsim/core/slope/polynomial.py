"""Polynomials with exact coefficients: read off a formula in any form, multiplied out, written down.

A polynomial in x and Δx is a table {(power of x, power of Δx, constants): coefficient}, where the coefficient is a
fraction and the constants are what is none (π, e, √2, ln 3), each with its power.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from gdsim.core.expression import Call, Constant, Expr, Number, Variable
from gdsim.core.expression.tree import ONE, call, fold
from gdsim.core.slope.enclosure import UndecidedError, UndefinedError, enclose

Constants = tuple[tuple[Expr, int], ...]
Powers = tuple[int, int, Constants]
Table = dict[Powers, Fraction]

LARGEST_DEGREE: Final = 12
_NUMBER: Final[Powers] = (0, 0, ())
_LARGEST_PART: Final = 10**12


class NotPolynomialError(ValueError):
    """The formula is no polynomial that can be multiplied out here; the message says why, as a sentence."""


def coefficients(f: Expr, variable: str) -> Table:
    """The formula multiplied out, as a table whose second power is 0.  Raises NotPolynomialError."""

    def visit(part: Expr, args: list[Table]) -> Table:
        table = _visit(part, args, variable)
        if any(powers[0] > 2 * LARGEST_DEGREE for powers in table):
            raise NotPolynomialError(f"Powers above {LARGEST_DEGREE} take too many lines to multiply out.")
        return table

    table = fold(f, visit)
    if any(powers[0] > LARGEST_DEGREE for powers in table):
        raise NotPolynomialError(f"Powers above {LARGEST_DEGREE} take too many lines to multiply out.")
    if any(max(abs(c.numerator), c.denominator) > _LARGEST_PART for c in table.values()):
        raise NotPolynomialError("Its coefficients are too long to be written out.")
    return table


def _visit(part: Expr, args: list[Table], variable: str) -> Table:
    match part:
        case Number(value=value):
            return _number(Fraction(repr(value)))
        case Variable(name=name) if name == variable:
            return {(1, 0, ()): Fraction(1)}
        case Variable(name=name):
            raise NotPolynomialError(f"The curve is drawn over {variable}; {name} has no number.")
        case Constant():
            return _constant(part)
        case Call(key="add"):
            return plus(args[0], args[1])
        case Call(key="sub"):
            return plus(args[0], args[1], Fraction(-1))
        case Call(key="neg"):
            return plus({}, args[0], Fraction(-1))
        case Call(key="mul"):
            return times(args[0], args[1])
        case Call(key="div"):
            return _quotient(args[0], args[1], part.args[1])
        case Call(key="pow"):
            return _power(args[0], args[1], part)
        case Call():
            return _function(part, args)
    raise AssertionError(f"unknown kind of formula {type(part).__name__}")


def _number(value: Fraction) -> Table:
    return {(0, 0, ()): value} if value else {}


def _constant(part: Expr) -> Table:
    """A number that is no fraction, kept as it is written."""
    if part.variables:
        raise NotPolynomialError(
            f"{part.variables[0]} stands in a part that does not change with it, which is not multiplied out; "
            "the table shows how its slopes settle instead."
        )
    try:
        value = enclose(part, {})
    except (UndefinedError, UndecidedError):
        raise NotPolynomialError("One of its numbers has no value.") from None
    if value.is_zero:
        return {}
    if value.holds_zero:
        raise NotPolynomialError("One of its numbers cannot be told from 0.")
    return {(0, 0, ((part, 1),)): Fraction(1)}


def number_in(table: Table) -> Fraction | None:
    """The value of a table that is a single fraction, else None."""
    return table.get(_NUMBER, Fraction(0)) if all(powers == _NUMBER for powers in table) else None


def _is_constant(table: Table) -> bool:
    """Whether there is neither x nor Δx."""
    return all(powers[:2] == (0, 0) for powers in table)


def _quotient(top: Table, bottom: Table, divisor: Expr) -> Table:
    if not _is_constant(bottom):
        raise NotPolynomialError("It divides by a formula of x, so Δx does not cancel by multiplying out.")
    if not bottom:
        raise NotPolynomialError("It divides by 0.")
    if len(bottom) > 1:
        return times(top, _constant(call("div", ONE, divisor)))
    [((_, _, constants), number)] = bottom.items()
    return times(top, {(0, 0, tuple((part, -power) for part, power in constants)): 1 / number})


def _power(base: Table, exponent: Table, part: Call) -> Table:
    number = number_in(exponent)
    if _is_constant(base) and _is_constant(exponent) and (number is None or number.denominator != 1):
        return _constant(part)
    if number is None and not _is_constant(exponent):
        raise NotPolynomialError("x stands in an exponent, so (x + Δx) cannot be multiplied out.")
    fixed = number_in(base)
    if (
        number is not None
        and number.denominator == 1
        and fixed is not None
        and abs(number) <= 64
        and (fixed or number >= 0)
    ):
        return _number(fixed ** int(number))
    if number is not None and number < 0 and _is_constant(base):
        return _quotient({_NUMBER: Fraction(1)}, base, part.args[0]) if number == -1 else _constant(part)
    if number is None or number.denominator != 1 or number < 0:
        raise NotPolynomialError("An exponent is not a whole number from 0 up, so it cannot be multiplied out.")
    if number > LARGEST_DEGREE:
        raise NotPolynomialError(f"Powers above {LARGEST_DEGREE} take too many lines to multiply out.")
    result: Table = {_NUMBER: Fraction(1)}
    for _ in range(int(number)):
        result = times(result, base)
    return result


def _function(part: Call, args: list[Table]) -> Table:
    numbers = [number for arg in args if (number := number_in(arg)) is not None]
    if part.key == "sqrt" and len(numbers) == 1 and numbers[0] >= 0:
        root = Fraction(math.isqrt(numbers[0].numerator), math.isqrt(numbers[0].denominator))
        if root * root == numbers[0]:
            return _number(root)
    if part.key == "abs" and len(numbers) == 1:
        return _number(abs(numbers[0]))
    if all(_is_constant(arg) for arg in args):
        return _constant(part)
    name = {"exp": "The exponential", "sqrt": "A root", "abs": "|·|"}.get(part.key, part.primitive.symbol)
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
    for (a, b, some), first in left.items():
        for (c, d, others), second in right.items():
            constants, factor = _joined(some, others)
            total = plus(total, {(a + c, b + d, constants): first * second}, factor)
    return total


def _joined(some: Constants, others: Constants) -> tuple[Constants, Fraction]:
    """The product of both, with the squares of square roots as a factor."""
    powers, factor = dict(some), Fraction(1)
    for part, power in others:
        powers[part] = powers.get(part, 0) + power
    for part in powers:
        if isinstance(part, Call) and part.key == "sqrt" and isinstance(part.args[0], Number):
            squares, powers[part] = divmod(powers[part], 2)
            factor *= Fraction(repr(part.args[0].value)) ** squares
    kept = sorted(((part, power) for part, power in powers.items() if power), key=lambda pair: str(pair[0]))
    return tuple(kept), factor


def shifted(table: Table) -> Table:
    """x + Δx put in for x and multiplied out, by the binomial theorem."""
    total: Table = {}
    for (power, _, constants), coefficient in table.items():
        total = plus(total, {(power - k, k, constants): coefficient * math.comb(power, k) for k in range(power + 1)})
    return total


def value_at(table: Table, x: Fraction, dx: Fraction) -> Fraction:
    """Exact for fractions; a constant counts with forty digits."""
    return sum((c * x**a * dx**b * _value(constants) for (a, b, constants), c in table.items()), Fraction(0))


def _value(constants: Constants) -> Fraction:
    return math.prod((Fraction(enclose(part, {}).middle) ** power for part, power in constants), start=Fraction(1))


def ordered(table: Table) -> list[tuple[Powers, Fraction]]:
    """Terms as they are written: by powers of Δx rising, then by powers of x falling."""
    return sorted(table.items(), key=lambda term: (term[0][1], -term[0][0], str(term[0][2])))


def in_latex(table: Table, variable: str) -> str:
    return terms_in_latex(ordered(table), variable) if table else "0"


def terms_in_latex(terms: list[tuple[Powers, Fraction]], variable: str, leading: bool = True) -> str:
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


def _term(powers: Powers, size: Fraction, variable: str) -> str:
    constants = [_raised_constant(part, power) for part, power in powers[2]]
    factors = [*constants, _raised(variable, powers[0]), _raised(rf"\Delta {variable}", powers[1])]
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


def _raised_constant(part: Expr, power: int) -> str:
    if power < 0:
        return rf"\frac{{1}}{{{_raised_constant(part, -power)}}}"
    text = part.to_latex()
    simple = isinstance(part, Constant) or (isinstance(part, Call) and part.key not in ("add", "sub", "div", "pow"))
    if power == 1 and simple:
        return text
    bracketed = text if isinstance(part, Constant) else rf"\left({text}\right)"
    return bracketed if power == 1 else f"{bracketed}^{{{power}}}"
