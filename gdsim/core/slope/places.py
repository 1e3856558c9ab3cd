"""What a curve does at one place: smooth, a kink, a jump, a gap, a pole, an edge of where it is defined.

Near a place that may be special, the slopes from the left and from the right are difference quotients over 10⁻²⁰ to
10⁻³⁰, computed in a hundred digits, where round-off plays no part; a derivative by rules cannot tell a kink from a
smooth point.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from gdsim.core.expression import Expr
from gdsim.core.numerals import in_words
from gdsim.core.slope.conditions import conditions
from gdsim.core.slope.enclosure import TooLargeError, UndecidedError, UndefinedError, enclose, exactly, working_with

_DIGITS: Final = 100
_DISTANCES: Final = (Decimal("1e-20"), Decimal("1e-25"), Decimal("1e-30"))
_COARSE: Final = tuple(Decimal(10) ** -power for power in range(2, 7))
_CLOSING: Final = Decimal(
    "0.5"
)  # differences that shrink at least so fast from each tenth of a distance to the next tend to 0
_NEGLIGIBLE: Final = Decimal("1e-9")
_ZERO: Final = 1e-8
_CLEAR: Final = 1e-6
_SAME: Final = 1e-7  # one-sided slopes that agree so well, relative to their size, are one slope


class Place(StrEnum):
    SMOOTH = "smooth"
    KINK = "kink"
    """Both one-sided slopes exist and differ."""
    VERTICAL = "vertical"
    """The curve is connected, its slope grows beyond all bounds."""
    JUMP = "jump"
    """The value changes at once."""
    GAP = "gap"
    """No value here, though both sides lead to the same one."""
    POLE = "pole"
    """No value here, and beside it the values grow beyond all bounds."""
    EDGE = "edge"
    """Defined here, and on one side only, or on neither."""
    OUTSIDE = "outside"
    """Not defined here, nor right beside on at least one side."""
    RESTLESS = "restless"
    """Difference quotients that settle on no slope."""


@dataclass(frozen=True)
class Local:
    """The curve at x: its value, slope, one-sided slopes (nan: none, ±inf: vertical) and a sentence."""

    x: float
    place: Place
    value: float
    derivative: float
    left: float
    right: float
    text: str

    @property
    def differentiable(self) -> bool:
        return self.place is Place.SMOOTH


def local(f: Expr, x: float) -> Local:
    """The behaviour of a formula of one variable at x."""
    name, x = variable_of(f), float(x)
    smooth = _plainly_smooth(f, name, x)
    if smooth is not None:
        return smooth
    where = exactly(x)
    here = _value(f, name, where)
    left, right = _side(f, name, where, here, -1), _side(f, name, where, here, 1)
    value = _as_float(here)
    place = _place(here, left, right)
    derivative = math.nan
    if place is Place.SMOOTH:
        by_rules = float(_derivative(f, name)(**{name: float(x)}))
        derivative = by_rules if math.isclose(by_rules, right.slope, rel_tol=1e-6) else right.slope
    text = _sentence(f"{name} = {in_words(x)}", place, left, right, derivative, here is None)
    if place is Place.OUTSIDE and _too_large(f, name, where):
        text = f"At {name} = {in_words(x)} the values are too large to be computed with, so there is no slope to show."
    return Local(x, place, value, derivative + 0.0, left.slope + 0.0, right.slope + 0.0, text)


def _plainly_smooth(f: Expr, name: str, x: float) -> Local | None:
    """Far from everything special, double precision is enough and a hundred times quicker."""
    value, slope = float(f(**{name: x})), float(_derivative(f, name)(**{name: x}))
    if not (math.isfinite(value) and math.isfinite(slope)):
        return None
    near = _CLEAR * (1.0 + abs(x))
    for condition in conditions(f, name):
        distance = abs(float(condition(**{name: x})))
        if not near < distance < math.inf:
            return None
    side = _Side(value, slope, True)
    text = _sentence(f"{name} = {in_words(x)}", Place.SMOOTH, side, side, slope)
    return Local(x, Place.SMOOTH, value + 0.0, slope + 0.0, slope + 0.0, slope + 0.0, text)


def variable_of(f: Expr) -> str:
    """The variable of a formula in one variable, x for a constant.  Raises ValueError for more."""
    if len(f.variables) > 1:
        raise ValueError(f"a curve has one variable, not {', '.join(f.variables)}")
    return f.variables[0] if f.variables else "x"


@functools.lru_cache(maxsize=32)
def _derivative(f: Expr, name: str) -> Expr:
    return f.derivative(name)


@dataclass(frozen=True)
class _Side:
    """One side of a place: the value it leads to (nan: none, ±inf: a pole) and the slope from this side."""

    limit: float
    slope: float
    connected: bool
    defined: bool = True
    """Whether there are values at all; without a limit they then settle on none."""


_NOTHING = _Side(math.nan, math.nan, False, False)
_UNSETTLED = _Side(math.nan, math.nan, False)


def _value(f: Expr, name: str, where: Decimal) -> Decimal | None:
    try:
        return enclose(f, {name: where}, _DIGITS).middle
    except (UndefinedError, UndecidedError):
        return None


def _too_large(f: Expr, name: str, where: Decimal) -> bool:
    try:
        enclose(f, {name: where}, _DIGITS)
    except TooLargeError:
        return True
    except (UndefinedError, UndecidedError):
        pass
    return False


def _as_float(value: Decimal | None) -> float:
    return math.nan if value is None else float(value)


def _side(f: Expr, name: str, where: Decimal, here: Decimal | None, sign: int) -> _Side:
    with working_with(_DIGITS):
        values = []
        for distance in _DISTANCES:
            value = _value(f, name, where + sign * distance)
            if value is None:
                large = here is None and _too_large(f, name, where + sign * distance)
                return _far_off(f, name, where, sign) if large else _NOTHING
            values.append(value)
        near, nearer, nearest = values
        # The curve is connected when its values close in on the value here.
        if here is not None and abs(nearest - here) <= abs(near - here) / 2:
            quotients = [float(sign * (value - here) / step) for value, step in zip(values, _DISTANCES, strict=True)]
            return _Side(float(here), _settled(*quotients), True)
        first, second = nearer - near, nearest - nearer
        if abs(second) <= max(abs(near), abs(nearer)) * _NEGLIGIBLE or abs(second) < abs(first) / 1000:
            limit = float(nearest)
            return _Side(0.0 if abs(limit) < _ZERO and abs(nearest) < abs(near) else limit, math.nan, False)
        if first * second > 0 and abs(nearest) > abs(near):
            return _Side(math.copysign(math.inf, nearest), math.nan, False)
        return _UNSETTLED


def _far_off(f: Expr, name: str, where: Decimal, sign: int) -> _Side:
    """A side on which e^(1/x) or its like is too large to be computed close by: what it does a little further off."""
    values: list[Decimal] = []
    for distance in _COARSE:
        value = _value(f, name, where + sign * distance)
        if value is None:
            break
        values.append(value)
    if len(values) < 3:
        return _UNSETTLED
    steps = [later - earlier for earlier, later in itertools.pairwise(values)]
    if all(abs(later) <= _CLOSING * abs(earlier) for earlier, later in itertools.pairwise(steps)):
        before, last = steps[-2:]
        # Aitken's extrapolation: what is left shrinks as the differences do.
        limit = float(values[-1] - (last * last / (last - before) if last else 0))
        return _Side(0.0 if abs(limit) < _ZERO else limit, math.nan, False)
    if all(abs(earlier) < abs(later) for earlier, later in itertools.pairwise(values)):
        return _Side(math.copysign(math.inf, values[-1]), math.nan, False)
    return _UNSETTLED


def _settled(first: float, second: float, third: float) -> float:
    """The slope that the quotients tend to: nan when they tend to none."""
    if math.isclose(second, third, rel_tol=1e-6):
        return third
    if abs(third) < _ZERO and abs(third) <= abs(first):
        return 0.0
    earlier, later = second - first, third - second
    if earlier * later <= 0.0:
        return math.nan
    # Equal steps for equal factors of the distance: it grows like a logarithm.
    if abs(later) >= abs(earlier) * (1.0 - _SAME):
        return math.copysign(math.inf, later)
    # Like a power of the distance, as |x|^1.01 has it: Aitken's extrapolation.
    limit = third - later * later / (later - earlier)
    return 0.0 if abs(limit) < _ZERO else limit


def _place(here: Decimal | None, left: _Side, right: _Side) -> Place:
    sides = (left, right)
    if here is None:
        if any(math.isinf(side.limit) for side in sides):
            return Place.POLE
        if any(math.isnan(side.limit) for side in sides):
            return Place.OUTSIDE
        return Place.GAP if math.isclose(left.limit, right.limit, rel_tol=1e-6, abs_tol=1e-12) else Place.JUMP
    if not (left.defined and right.defined):
        return Place.EDGE
    if any(math.isnan(side.limit) for side in sides):
        return Place.RESTLESS
    if not (left.connected and right.connected):
        return Place.JUMP
    if any(math.isnan(side.slope) for side in sides):
        return Place.RESTLESS
    if math.isinf(left.slope) or math.isinf(right.slope):
        return Place.VERTICAL
    same = math.isclose(left.slope, right.slope, rel_tol=_SAME, abs_tol=1e-9)
    return Place.SMOOTH if same else Place.KINK


def _sentence(at: str, place: Place, left: _Side, right: _Side, derivative: float, without_value: bool = False) -> str:
    one, other = in_words(left.slope), in_words(right.slope)
    match place:
        case Place.SMOOTH:
            return f"At {at} the slope is {in_words(derivative)}, from the left as from the right."
        case Place.KINK:
            return f"At {at} is a kink: slope {one} from the left, {other} from the right, so there is no derivative."
        case Place.VERTICAL if math.isinf(left.slope) and left.slope == -right.slope:
            one, other = ("−∞", "+∞") if right.slope > 0 else ("+∞", "−∞")
            return f"At {at} is a cusp: slope {one} from the left, {other} from the right, so there is no derivative."
        case Place.VERTICAL:
            return f"At {at} the curve stands vertical: its slope grows beyond all bounds."
        case Place.JUMP:
            ends = f"from {in_words(left.limit)} on the left to {in_words(right.limit)} on the right"
            itself = ", and has no value itself" if without_value else ""
            return f"At {at} the curve jumps, {ends}{itself}, so there is no derivative."
        case Place.GAP:
            return (
                f"At {at} there is no value, so no slope either: both sides lead to {in_words(left.limit)}, "
                "but the formula leaves this point out."
            )
        case Place.POLE:
            ways = [
                f"to {'+' if side.limit > 0 else '−'}∞ {words}"
                for side, words in ((left, "on the left"), (right, "on the right"))
                if math.isinf(side.limit)
            ]
            beside = [
                f"leads to {in_words(side.limit)} {words}"
                for side, words in ((left, "from the left"), (right, "from the right"))
                if math.isfinite(side.limit)
            ]
            courses = " and ".join([f"runs {' and '.join(ways)}", *beside])
            return f"At {at} there is no value, so no slope either: the curve {courses}."
        case Place.EDGE if not (left.defined or right.defined):
            return f"At {at} the curve is a single point: beside it there is no value, on neither side, so no slope."
        case Place.EDGE:
            side, slope = ("right", right.slope) if right.defined else ("left", left.slope)
            if math.isnan(slope):
                return f"At {at} the curve ends and goes on to the {side} only, where it settles on no slope."
            steep = "it starts vertically" if math.isinf(slope) else f"slope {in_words(slope)} on that side"
            return f"At {at} the curve ends and goes on to the {side} only: {steep}, no derivative."
        case Place.RESTLESS:
            return f"At {at} the difference quotients have settled on no slope even over 10⁻³⁰."
    return f"At {at} the formula has no value, so there is no slope{_beside(left, right)}."


def _beside(left: _Side, right: _Side) -> str:
    """What the curve does next to a place without a value, as the end of a sentence."""
    known = [(side, words) for side, words in ((left, "left"), (right, "right")) if side.defined]
    if len(known) == 1:
        [(side, words)] = known
        leads = f", where it leads to {in_words(side.limit)}" if math.isfinite(side.limit) else ""
        return f"; it begins to the {words}{leads}"
    courses = [
        f"leads to {in_words(side.limit)}" if math.isfinite(side.limit) else "settles on no value" for side, _ in known
    ]
    if not known:
        return ""
    return (
        f": the curve {courses[0]} from the left and {courses[1]} from the right"
        if courses[0] != courses[1]
        else (", and beside it the values settle on none")
    )


def value_at(f: Expr, x: float) -> float:
    """The value of a formula of one variable, nan where it has none.

    Doubles may run through an infinity and come back, as in 1/(1 + e^(1/x)) at 0, where there is no value.
    """
    name = variable_of(f)
    value = float(f(**{name: x}))
    if math.isfinite(value):
        for condition in conditions(f, name):
            size = abs(float(condition(**{name: x})))
            if size == 0.0 or not size < math.inf:
                return _as_float(_value(f, name, exactly(x)))
    return value
