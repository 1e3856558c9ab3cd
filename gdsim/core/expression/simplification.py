"""Formulas shorter to read and equal in value: like terms and powers collected, numbers computed exactly.

Every part is brought into the form of a sum of products, {((base, exponent), ...): coefficient}, with coefficients
and numeric exponents as fractions (0.1 + 0.2 is 0.3), and written out again from there.  Sums inside products are
not multiplied out: 2(x + 1) stays.  Only steps that keep the value wherever the formula has one are taken, so
√(x²) is not x.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from gdsim.core.expression.terms import (
    EXACT,
    HALF,
    LARGEST_PART,
    NOUGHT,
    UNIT,
    Exponent,
    Monomial,
    OutOfRangeError,
    Sum,
    combined,
    exact_root,
    number_of,
    settled,
    whole_power,
)  # fmt: skip
from gdsim.core.expression.tree import ARITHMETIC, ONE, ZERO, Call, E, Expr, Number, Variable, call, postorder


def simplify(expr: Expr) -> Expr:
    """See `Expr.simplify`."""
    return Simplifier().simplify(expr)


class Simplifier:
    """Remembers what it has simplified, so that formulas with common parts cost those parts once."""

    def __init__(self) -> None:
        self._normal: dict[Expr, Sum] = {}
        self._written: dict[frozenset[tuple[Monomial, Fraction]], Expr] = {}
        self._order: dict[Expr, int] = {}
        self._decimals = False

    def simplify(self, expr: Expr) -> Expr:
        return self._write(self._normalize(expr))

    def _normalize(self, root: Expr) -> Sum:
        for part in postorder(root, known=self._normal):
            args = [self._normal[arg] for arg in part.args]
            try:
                self._normal[part] = self._visit(part, args)
            except OutOfRangeError:
                assert isinstance(part, Call)
                self._normal[part] = self._atom(call(part.key, *(self._write(arg) for arg in args)))
        return self._normal[root]

    def _visit(self, part: Expr, args: list[Sum]) -> Sum:
        match part:
            case Number(value=value):
                self._decimals = self._decimals or not value.is_integer()
                return {(): Fraction(repr(value))} if value else {}
            case Call(key="neg"):
                return combined({}, args[0], -UNIT)
            case Call(key="add"):
                return combined(args[0], args[1], UNIT)
            case Call(key="sub"):
                return combined(args[0], args[1], -UNIT)
            case Call(key="mul"):
                return self._product(*args)
            case Call(key="div"):
                return self._product(args[0], self._power(args[1], -UNIT))
            case Call(key="pow"):
                return self._general_power(*args)
            case Call(key="sqrt"):
                return self._power(args[0], HALF)
            case Call(key="exp"):
                return self._collected(UNIT, [(E, self._exponent(args[0]))])
            case Call():
                return self._function(part, args)
        return {((part, UNIT),): UNIT}

    def _atom(self, expr: Expr) -> Sum:
        """A formula as something that is not looked into."""
        return self._normal.setdefault(expr, {((expr, UNIT),): UNIT})

    # Products and powers

    def _product(self, left: Sum, right: Sum) -> Sum:
        if not left or not right:
            return {}
        first, second = self._monomial(left), self._monomial(right)
        return self._collected(settled(first[0] * second[0]), [*first[1], *second[1]])

    def _monomial(self, total: Sum) -> tuple[Fraction, Monomial]:
        """A sum as coefficient and factors: several terms become one factor."""
        if len(total) == 1:
            [(monomial, coefficient)] = total.items()
            return coefficient, monomial
        return UNIT, ((self._write(total), UNIT),)

    def _collected(self, coefficient: Fraction, factors: Iterable[tuple[Expr, Exponent]]) -> Sum:
        """coefficient · Π base^exponent with equal bases joined."""
        joined: dict[Expr, Exponent] = {}
        for base, exponent in factors:
            joined[base] = self._plus(joined[base], exponent) if base in joined else exponent
        for base in [base for base in joined if isinstance(base, Call) and base.key in ("sign", "abs")]:
            self._unsign(base.args[0], joined)
        kept: dict[Expr, Exponent] = {}
        for base, exponent in joined.items():
            if exponent == NOUGHT:
                continue
            normal = self._normalize(base)
            compound = len(normal) == 1 and normal != {((base, UNIT),): UNIT}
            if compound and isinstance(exponent, Fraction) and exponent.denominator == 1:
                # A root of a product or a number has become whole: (√(2x))² is 2x again.
                power = self._power(normal, exponent)
                if power != {((base, exponent),): UNIT}:
                    rest = [item for item in joined.items() if item[0] != base]
                    inner = self._monomial(power)
                    return self._collected(settled(coefficient * inner[0]), [*rest, *inner[1]])
            kept[base] = exponent
        if len(kept) == 1 and abs(coefficient) == 1:
            [(base, exponent)] = kept.items()
            if exponent == UNIT:
                return combined({}, self._normal[base], coefficient)
        for base in kept:
            self._order.setdefault(base, len(self._order))
        return {tuple(sorted(kept.items(), key=self._place)): coefficient}

    def _unsign(self, inner: Expr, joined: dict[Expr, Exponent]) -> None:
        """|u|² is u², sign(u)·|u| is u, and a square of the sign is 1 where |u| stands in a denominator."""
        sign, size = call("sign", inner), call("abs", inner)
        turns, power = joined.get(sign, NOUGHT), joined.get(size, NOUGHT)
        if not (isinstance(turns, Fraction) and isinstance(power, Fraction) and turns.denominator == 1 and turns >= 0):
            return
        if turns > 2 or (turns == 2 and power < 0):
            turns = turns % 2 or (NOUGHT if power < 0 else Fraction(2))
        if power.denominator == 1 and power and turns < 2 and power % 2 == turns:
            joined[inner] = self._plus(joined.get(inner, NOUGHT), power)
            turns = power = NOUGHT
        joined |= {key: value for key, value in ((sign, turns), (size, power)) if key in joined}

    def _place(self, factor: tuple[Expr, Exponent]) -> tuple[int, int]:
        """Numbers and constants first, then powers of variables, then the rest as it came, ln 2 and its like last."""
        base, exponent = factor
        if isinstance(exponent, Expr):
            rank = 2
        elif not base.variables:
            rank = 3 if isinstance(base, Call) and base.key not in ARITHMETIC else 0
        else:
            rank = 1 if isinstance(base, Variable) else 2
        return rank, self._order[base]

    def _exponent(self, total: Sum) -> Exponent:
        number = number_of(total)
        return self._write(total) if number is None else number

    def _sum_of(self, exponent: Exponent) -> Sum:
        if isinstance(exponent, Fraction):
            return {(): exponent} if exponent else {}
        return self._normalize(exponent)

    def _plus(self, left: Exponent, right: Exponent) -> Exponent:
        return self._exponent(combined(self._sum_of(left), self._sum_of(right), UNIT))

    def _times(self, left: Exponent, right: Exponent) -> Exponent:
        return self._exponent(self._product(self._sum_of(left), self._sum_of(right)))

    def _general_power(self, base: Sum, exponent: Sum) -> Sum:
        number = number_of(exponent)
        if number is not None:
            return self._power(base, number)
        if number_of(base) == 1:
            return base
        coefficient, monomial = self._monomial(base)
        if coefficient == 1 and len(monomial) == 1 and monomial[0][0] == E:
            return self._collected(UNIT, [(E, self._times(monomial[0][1], self._write(exponent)))])
        return self._collected(UNIT, [(self._write(base), self._write(exponent))])

    def _power(self, base: Sum, exponent: Fraction) -> Sum:
        if exponent == 0:
            return {(): UNIT}
        if exponent == 1:
            return base
        if not base:
            return {} if exponent > 0 else {((ZERO, exponent),): UNIT}
        coefficient, monomial = self._monomial(base)
        if exponent.denominator == 1:
            number = whole_power(coefficient, int(exponent))
            if number is not None:
                return self._collected(number, [(b, self._times(e, exponent)) for b, e in monomial])
        elif not monomial:
            root = exact_root(coefficient, exponent)
            if root is not None:
                return {(): root}
        elif coefficient == 1 and len(monomial) == 1:
            inner, power = monomial[0]
            if power == UNIT or inner == E or (isinstance(power, Fraction) and power.denominator != 1):
                return self._collected(UNIT, [(inner, self._times(power, exponent))])
        return {((self._ordered(self._write(base)), exponent),): UNIT}

    def _ordered(self, base: Expr) -> Expr:
        self._order.setdefault(base, len(self._order))
        return base

    def _function(self, part: Call, args: list[Sum]) -> Sum:
        numbers = [number for arg in args if (number := number_of(arg)) is not None]
        if len(numbers) == len(args):
            if part.key in EXACT:
                value = EXACT[part.key](*numbers)
                return {(): value} if value else {}
            if numbers == [0]:
                with np.errstate(all="ignore"):
                    at_zero = float(part.primitive.forward(0.0))
                if at_zero in (0.0, 0.5, 1.0):
                    return {(): Fraction(at_zero)} if at_zero else {}
        if part.key == "log":
            if numbers == [1]:
                return {}
            coefficient, monomial = self._monomial(args[0])
            if coefficient == 1 and len(monomial) == 1 and monomial[0][0] == E:
                return self._sum_of(monomial[0][1])
        return self._atom(call(part.key, *(self._write(arg) for arg in args)))

    # Writing out

    def _write(self, total: Sum) -> Expr:
        key = frozenset(total.items())
        if key not in self._written:
            written = self._write_sum(total)
            self._written[key] = written
            self._normal.setdefault(written, total)
        return self._written[key]

    def _write_sum(self, total: Sum) -> Expr:
        terms = list(total.items())
        if not terms:
            return ZERO
        if len(terms) == 2 and terms[0][1] < 0 < terms[1][1]:
            terms.reverse()
        result: Expr | None = None
        for monomial, coefficient in terms:
            term = self._write_term(monomial, abs(coefficient))
            if result is None:
                result = term if coefficient > 0 else call("neg", term)
            else:
                result = call("add" if coefficient > 0 else "sub", result, term)
        assert result is not None
        return result

    def _write_term(self, monomial: Monomial, coefficient: Fraction) -> Expr:
        numerator, denominator = self._quotient(coefficient)
        top: list[Expr] = [numerator]
        bottom: list[Expr] = [denominator]
        for base, exponent in monomial:
            if base == E:
                power = exponent if isinstance(exponent, Expr) else self._write_number(exponent)
                top.append(E if exponent == UNIT else call("exp", power))
            elif isinstance(exponent, Expr):
                top.append(call("pow", base, exponent))
            else:
                (top if exponent > 0 else bottom).append(self._write_power(base, abs(exponent)))
        over, under = _multiplied(top), _multiplied(bottom)
        return over if under == ONE else call("div", over, under)

    def _write_power(self, base: Expr, exponent: Fraction) -> Expr:
        if exponent == 1:
            return base
        return call("sqrt", base) if exponent == HALF else call("pow", base, self._write_number(exponent))

    def _write_number(self, number: Fraction) -> Expr:
        numerator, denominator = self._quotient(abs(number))
        size = numerator if denominator == ONE else call("div", numerator, denominator)
        return size if number >= 0 else call("neg", size)

    def _quotient(self, number: Fraction) -> tuple[Number, Number]:
        """A positive number as a fraction, or as a decimal where the formula has decimals and it is one."""
        if self._decimals or number.denominator > LARGEST_PART:
            decimal = float(number)
            if Fraction(repr(decimal)) == number:
                return Number(decimal), ONE
        return Number(float(number.numerator)), Number(float(number.denominator))


def _multiplied(factors: list[Expr]) -> Expr:
    kept = [factor for factor in factors if factor != ONE] or [ONE]
    product = kept[0]
    for factor in kept[1:]:
        product = call("mul", product, factor)
    return product
