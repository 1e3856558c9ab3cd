"""Whether two formulas have the same values, decided by enclosures in ever more digits.

No tolerance has to be chosen: two values differ when their enclosures are apart, and are equal when those overlap
although both are known to 25 digits.  A number typed with 15 or more digits counts as rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from gdsim.core.expression import Expr
from gdsim.core.practice.points import Point
from gdsim.core.slope.enclosure import Enclosure, UndecidedError, UndefinedError, enclose

_DIGITS: Final = (40, 120, 360)
_AGREEING: Final = Decimal("1e-25")
_ROUNDED: Final = Decimal("1e-9")
_SHIFT: Final = Decimal("1e-7")


class Relation(Enum):
    SAME = auto()
    DIFFERENT = auto()
    MISSING = auto()
    """The first has a value, the second has none."""
    UNKNOWN = auto()
    """The first has no value, or the values cannot be told."""


@dataclass(frozen=True)
class Compared:
    """The relation at a point, and both values as floats (None where there is none)."""

    relation: Relation
    first: float | None = None
    second: float | None = None


def compared(first: Expr, second: Expr, point: Point) -> Compared:
    """The relation of two formulas at one point."""
    widths: list[Decimal] = []
    for digits in _DIGITS:
        try:
            known = enclose(first, point, digits)
        except UndefinedError:
            return Compared(Relation.UNKNOWN)
        except UndecidedError:
            continue
        try:
            other = enclose(second, point, digits)
        except UndefinedError:
            return Compared(Relation.MISSING, float(known.middle))
        except UndecidedError:
            continue
        values = float(known.middle), float(other.middle)
        bound = known.radius + other.radius
        size = max(abs(known.middle), abs(other.middle))
        if _apart(known, other, bound):
            return Compared(Relation.DIFFERENT, *values)
        if bound <= size * _AGREEING:
            return Compared(Relation.SAME, *values)
        if widths and bound > widths[-1] / 10:
            # More digits do not help: a typed number is rounded.
            return Compared(Relation.SAME if bound <= size * _ROUNDED else Relation.UNKNOWN, *values)
        widths.append(bound)
    # Two values of which both are 0 to hundreds of digits are 0.
    return Compared(Relation.SAME if widths and widths[-1] < Decimal("1e-100") else Relation.UNKNOWN)


def _apart(known: Enclosure, other: Enclosure, bound: Decimal) -> bool:
    return abs(known.middle - other.middle) > bound


def undefined_around(formula: Expr, point: Point) -> bool:
    """Whether the formula has no value right beside the point either; else only the point itself is left out."""
    if not formula.variables:
        return True
    for name in formula.variables:
        for sign in (-1, 1):
            try:
                enclose(formula, {**point, name: point[name] + sign * _SHIFT})
            except UndefinedError:
                return True
            except UndecidedError:
                continue
    return False
