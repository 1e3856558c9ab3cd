"""Pi, sine, cosine, arc tangent and error function of decimal numbers, to the digits of the current context.

The standard library's decimals bring root, exponential and logarithm; these are the others that formulas need, by
their Taylor series after the argument has been made small.
"""

from __future__ import annotations

import decimal
import functools
from decimal import Decimal

_GUARD = 8  # digits carried along and rounded away at the end


def pi() -> Decimal:
    return +_pi(decimal.getcontext().prec + _GUARD)


@functools.cache
def _pi(digits: int) -> Decimal:
    """J. Machin, 1706: π = 16 atan(1/5) − 4 atan(1/239), in whole numbers."""
    unit = 10 ** (digits + 5)

    def atan_of_inverse(number: int) -> int:
        term: int = unit // number
        total, divisor, sign = term, 3, -1
        while term:
            term //= number * number
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    with decimal.localcontext() as context:
        context.prec = digits
        return Decimal(16 * atan_of_inverse(5) - 4 * atan_of_inverse(239)).scaleb(-digits - 5)


def sin(x: Decimal) -> Decimal:
    return _turned(x, 0)


def cos(x: Decimal) -> Decimal:
    return _turned(x, 1)


def _turned(x: Decimal, quarters: int) -> Decimal:
    """sin(x + quarters · π/2): the rest behind whole quarter turns is at most π/4."""
    with decimal.localcontext() as context:
        context.prec += _GUARD + max(x.adjusted(), 0)
        quarter = pi() / 2
        turns = (x / quarter).to_integral_value(decimal.ROUND_HALF_EVEN)
        rest = x - turns * quarter
        place = (int(turns) + quarters) % 4
        value = _taylor(rest, place % 2)
        result = -value if place >= 2 else value
    return +result


def _taylor(x: Decimal, start: int) -> Decimal:
    """The sine's series (start 0) or the cosine's (start 1)."""
    square = x * x
    term = total = Decimal(1) if start else x
    count = 1 - start
    while term:
        term = -term * square / ((count + 1) * (count + 2))
        count += 2
        if total + term == total:
            break
        total += term
    return total


def atan(x: Decimal) -> Decimal:
    """The series after three halvings, each x → x/(1 + √(1 + x²))."""
    with decimal.localcontext() as context:
        context.prec += _GUARD
        large = abs(x) > 1
        rest = 1 / x if large else x
        for _ in range(3):
            rest = rest / (1 + (1 + rest * rest).sqrt())
        square, power, total, count = rest * rest, rest, rest, 1
        while power:
            power = -power * square
            count += 2
            if total + power / count == total:
                break
            total += power / count
        result = 8 * total
        if large:
            result = (pi() / 2).copy_sign(x) - result
    return +result


def erf(x: Decimal) -> Decimal:
    """2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), all of whose terms have one sign; ±1 where digits end."""
    digits = decimal.getcontext().prec
    if x * x > Decimal("2.4") * digits + 10:
        return Decimal(1).copy_sign(x)
    with decimal.localcontext() as context:
        context.prec += _GUARD
        square, term, total, count = x * x, x, x, 1
        while term:
            count += 2
            term = term * 2 * square / count
            if total + term == total:
                break
            total += term
        result = 2 * total * (-square).exp() / pi().sqrt()
    return +result
