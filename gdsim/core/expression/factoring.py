"""Shorter forms that collecting terms does not find: exponentials taken out, fractions in a sum put together.

For reading only, as the last line of a derivation: e^(-x) - x e^(-x) becomes e^(-x)(1 - x), and in
(1 + x/√(x² + 4))/(x + √(x² + 4)) the sum is put over one root, so that it cancels.
"""

from __future__ import annotations

from fractions import Fraction

from gdsim.core.expression.simplification import Simplifier
from gdsim.core.expression.terms import NOUGHT, UNIT, Exponent, Monomial, OutOfRangeError, Sum
from gdsim.core.expression.tree import E, Expr


def factored(expr: Expr) -> Expr:
    """An equal formula that is smaller, or else the formula itself.  Its value is kept wherever it has one."""
    shorter = [expr]
    for work in (_Factoring().taken_out, _Factoring().put_together):
        try:
            shorter.append(work(expr))
        except OutOfRangeError:
            continue
    return min(shorter, key=lambda found: found.size)


class _Factoring(Simplifier):
    def taken_out(self, expr: Expr) -> Expr:
        """A power of e that all terms have, in front of a bracket."""
        total = self._normalize(expr)
        exponents = [dict(monomial).get(E) for monomial in total]
        if not exponents or not exponents[0] or any(exponent != exponents[0] for exponent in exponents):
            return expr
        rest = {tuple(factor for factor in monomial if factor[0] != E): number for monomial, number in total.items()}
        return self._write(self._product({((E, exponents[0]),): UNIT}, rest))

    def put_together(self, expr: Expr) -> Expr:
        """Sums with denominators, where they are factors, each over one denominator."""
        total = self._normalize(expr)
        if len(total) != 1:
            return expr
        [(monomial, number)] = total.items()
        result: Sum = {(): number}
        for base, exponent in monomial:
            factor: Sum = {((base, exponent),): UNIT}
            if isinstance(exponent, Fraction) and exponent.denominator == 1:
                factor = self._power(self._over_one(self._normalize(base)), exponent)
            result = self._product(result, factor)
        return self._write(result)

    def _over_one(self, total: Sum) -> Sum:
        """The sum as one fraction."""
        below: dict[Expr, Fraction] = {}
        for monomial in total:
            for base, exponent in monomial:
                if isinstance(exponent, Fraction) and exponent < 0:
                    below[base] = max(below.get(base, NOUGHT), -exponent)
        above: Sum = {}
        denominator: Monomial = tuple(below.items())
        for monomial, number in total.items():
            for key, value in self._collected(number, [*monomial, *denominator]).items():
                above[key] = above.get(key, NOUGHT) + value
        above = {key: value for key, value in above.items() if value}
        turned: list[tuple[Expr, Exponent]] = [(base, -exponent) for base, exponent in denominator]
        return self._product(above, self._collected(UNIT, turned))
