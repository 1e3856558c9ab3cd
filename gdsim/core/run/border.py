"""Whether a step jumps over a place where the function has no value: over the pole of 1/x, over the gap of log(x² − 1).

The formula names the parts that must not become 0 there, or negative: what is divided by, what stands under a root or
a logarithm.  A part that changes its sign on the way is looked at more closely: only if the function has no value
there, or grows without bound towards it, is it a border.  sin(x)/x passes, and so does everything smooth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff import elementwise_grad
from gdsim.core.expression.tree import Call, Constant, Expr, Number, as_expr, call, fold, postorder
from gdsim.core.numerals import place_in_words
from gdsim.core.objective import Objective, Programs, compiled

Array = NDArray[np.float64]

# Steps longer than this share of the domain are looked at in many places; of shorter ones a cubic tells enough.
_LONG, _PLACES = 0.04, 48
# The places are not quite even, so that nothing periodic hides between them.
_SHARES = np.linspace(0.0, 1.0, _PLACES)
_SHARES[1:-1] += 0.3 / _PLACES * np.sin(7.0 * np.arange(1, _PLACES - 1))
# A part whose lowest height of all places is above this share of its highest does not touch 0 between them.
_NEAR_ZERO = 0.01
_HALVINGS = 60
# Shares of the step at which the function is compared on the way to a change of sign, a power of ten apart.
_NEARER = np.array([1e-3, 1e-4, 1e-5])
# Growing like a logarithm the second difference is as large as the first; like a bounded power it is smaller.
_UNBOUNDED = 0.95
_ROUNDING = 3e-6
_TOUCHED = 1e-12
_WIDE = 2.5  # so many times the length of a long step is the shortest of which the shares are taken
_LONGEST_TEXT = 24

_NEVER_NEGATIVE = frozenset(("square", "exp", "abs", "cosh", "sqrt", "sigmoid", "softplus", "relu"))
_KEEPING = frozenset(("add", "mul", "div", "maximum", "minimum"))
_ABOVE_ZERO = ("log", "log2", "log10")


class Crossing(NamedTuple):
    """`place` (dim,) is where on the step the function has no value, `where` the same in words; `text` is the part of
    the formula that has none.
    """

    place: Array
    where: str
    text: str


class _Part(NamedTuple):
    """`expression` is what must not change its sign in `owner`."""

    expression: Expr
    owner: Expr


class Border:
    """The parts of one formula that set borders, compiled."""

    def __init__(self, objective: Objective, parts: Sequence[_Part]) -> None:
        self._objective = objective
        self._parts = tuple(parts)
        functions = [part.expression.function(*objective.variables) for part in parts]
        every = tuple(range(objective.dim))
        slopes = [elementwise_grad(function, argnum=every) for function in functions]
        zero = (0.0,) * objective.dim

        def heights(*point: Any) -> tuple[Any, ...]:
            return tuple(function(*point) for function in functions)

        self._at: Callable[..., Any] = compiled(
            lambda *point: tuple((function(*point), slope(*point)) for function, slope in zip(functions, slopes,
                                 strict=True)), *zero)  # fmt: skip
        self._heights = Programs(heights)
        domain = objective.domain or ((-10.0, 10.0),) * objective.dim
        self._long = _LONG * min(high - low for low, high in domain)
        self._last: tuple[tuple[float, ...], Any] = ((), ())

    def crossed(self, start: tuple[float, ...], end: tuple[float, ...]) -> Crossing | None:
        """The first border between two points at which the function has a value; None if there is none."""
        move = [b - a for a, b in zip(start, end, strict=True)]
        before = self._last[1] if self._last[0] == start else self._at(*start)
        after = self._at(*end)
        self._last = end, after
        long = max(map(abs, move)) > self._long
        if not long and not any(_may_vanish(*ends, move) for ends in zip(before, after, strict=True)):
            return None
        return self._looked_for(np.array(start), np.array(move))

    def _looked_for(self, start: Array, move: Array) -> Crossing | None:
        """Look at many places of the step at once, and closely where a part comes near to 0."""
        with np.errstate(all="ignore"):
            shares = _SHARES
            heights = self._heights(*(a + shares * b for a, b in zip(start.tolist(), move.tolist(), strict=True)))
            found: list[tuple[float, _Part]] = []
            for number, part in enumerate(self._parts):
                line = heights[number]
                low, high = float(line.min()), float(line.max())
                if low > _NEAR_ZERO * high > 0.0 or high < _NEAR_ZERO * low < 0.0:
                    continue
                places = [self._change_of_sign(number, start, move, *shares[at : at + 2].tolist())
                          for at in np.flatnonzero(~(line[:-1] * line[1:] > 0.0))]  # fmt: skip
                places += self._touches(number, start, move, shares, line)
                first = next((share for share in sorted(places) if self._is_border(start, move, share)), None)
                if first is not None:
                    found.append((first, part))
        if not found:
            return None
        share, part = min(found, key=lambda pair: pair[0])
        place = start + share * move
        place = np.where(np.abs(place) < 1e-9 * np.abs(move).max(), 0.0, place)
        text = str(part.owner)
        return Crossing(place, self._where(place, part), text if len(text) <= _LONGEST_TEXT else "the function")

    def _where(self, place: Array, part: _Part) -> str:
        """The place, or where the part depends on one coordinate alone, that coordinate: `x = 0`."""
        names, own = self._objective.variables, part.expression.variables
        if len(own) > 1:
            return place_in_words(place, names)
        return place_in_words(place[[names.index(own[0])]], own)

    def _change_of_sign(self, number: int, start: Array, move: Array, low: float, high: float) -> float:
        """The share of the step, between two, at which a part changes its sign."""
        first = self._height(number, start, move, low)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self._height(number, start, move, middle) * first > 0.0 else (low, middle)
        return 0.5 * (low + high)

    def _touches(self, number: int, start: Array, move: Array, shares: Array, line: Array) -> list[float]:
        """Where a part touches 0 without changing its sign, as x² − 2x + 1 does."""
        size = np.abs(line)
        dips = np.flatnonzero((size[1:-1] <= size[:-2]) & (size[1:-1] <= size[2:]) & (line[:-2] * line[2:] > 0.0)) + 1
        found = []
        for dip in dips:
            low, high = float(shares[dip - 1]), float(shares[dip + 1])
            for _ in range(2 * _HALVINGS):
                left, right = low + 0.382 * (high - low), high - 0.382 * (high - low)
                one, other = (abs(self._height(number, start, move, share)) for share in (left, right))
                low, high = (low, right) if one < other else (left, high)
            middle = 0.5 * (low + high)
            if abs(self._height(number, start, move, middle)) <= _TOUCHED * float(size.max()):
                found.append(middle)
        return found

    def _height(self, number: int, start: Array, move: Array, share: float) -> float:
        return float(self._at(*(start + share * move).tolist())[number][0])

    def _is_border(self, start: Array, move: Array, share: float) -> bool:
        """Whether the function has no value on one of the sides, or none that is bounded."""
        beside = np.concatenate([share + _NEARER * 1e-3, share - _NEARER * 1e-3])
        inside = beside[(beside > 0.0) & (beside < 1.0)]
        return bool(np.isnan(self._along(start, move, inside)).any()) or self._unbounded(start, move, share)

    def _unbounded(self, start: Array, move: Array, share: float) -> bool:
        """Whether values grow without bound on one of the sides: by as much for each power of ten nearer, or more."""
        # Of a short step not the shares of its own length: there differences would drown in rounding.
        nearer = _NEARER * max(1.0, _WIDE * self._long / max(float(np.abs(move).max()), 1e-300))
        for side in (1.0, -1.0):
            values = self._along(start, move, share + side * nearer)
            first, second = np.abs(np.diff(values))
            if np.isinf(values).any() or (second > _UNBOUNDED * first and second > _ROUNDING * np.abs(values).max()):
                return True
        return False

    def _along(self, start: Array, move: Array, shares: Array) -> Array:
        points = (start + share * move for share in shares.tolist())
        return np.array([self._objective.value_at(*point.tolist()) for point in points])


@lru_cache(maxsize=32)
def border_of(objective: Objective) -> Border | None:
    """What has to be watched in this function; None for one that has a value everywhere, as most have."""
    if objective.expression is None:
        return None
    parts = _critical(objective.expression)
    return Border(objective, parts) if parts else None


def _critical(expression: Expr) -> list[_Part]:
    """Each part with a variable that is divided by, or that a logarithm, root or power needs to be positive."""
    found: dict[Expr, _Part] = {}
    for owner in postorder(expression):
        if isinstance(owner, Call):
            for part in _needed(owner):
                if part.variables and part not in found and not _never_negative(part):
                    found[part] = _Part(part, owner)
    return list(found.values())


def _needed(owner: Call) -> list[Expr]:
    key, args = owner.key, owner.args
    one = as_expr(1.0)
    if key == "div":
        return _factors(args[1])
    if key == "tan":
        return [call("cos", args[0])]
    if key in _ABOVE_ZERO:
        return _factors(args[0])
    if key == "sqrt":
        return [args[0]]
    if key in ("asin", "acos"):
        return [one + args[0], one - args[0]]
    if key == "pow":
        return _factors(args[0]) if _needs_base(args[1]) else []
    return []


def _needs_base(exponent: Expr) -> bool:
    """Whether a power has no value at 0 or below: its exponent is negative, not whole, or not fixed."""
    if exponent.variables:
        return True
    value = float(exponent())
    return value < 0.0 or not value.is_integer()


def _factors(expression: Expr) -> list[Expr]:
    """Formulas of which one changes its sign wherever this one is 0, also where it only touches 0, as x² does."""
    stack, found = [expression], []
    while stack:
        part = stack.pop()
        key = part.key if isinstance(part, Call) else ""
        if key == "mul":
            stack.extend(part.args)
        elif key in ("neg", "square", "abs", "sqrt") or (key == "pow" and isinstance(part.args[1], Number)):
            stack.append(part.args[0])
        else:
            found.append(part)
    return found


def _never_negative(expression: Expr) -> bool:
    """Whether it is plain to see that this changes its sign nowhere, as 1 + x²; False where it is not plain."""

    def visit(part: Expr, args: list[bool]) -> bool:
        if isinstance(part, (Number, Constant)):
            return True
        if not isinstance(part, Call):
            return False
        if part.key == "pow":
            power = part.args[1]
            return args[0] or (isinstance(power, Number) and power.value % 2.0 == 0.0)
        if part.key == "mul" and part.args[0] == part.args[1]:
            return True
        return part.key in _NEVER_NEGATIVE or (part.key in _KEEPING and all(args))

    return fold(expression, visit)


def _may_vanish(before: Any, after: Any, move: Sequence[float]) -> bool:
    """Whether the cubic with the heights and slopes at both ends of the step touches 0 between them, or may."""
    (low, slopes), (high, others) = before, after
    first = low + sum(slope * part for slope, part in zip(slopes, move, strict=True)) / 3.0
    last = high - sum(slope * part for slope, part in zip(others, move, strict=True)) / 3.0
    return not (
        (low > 0.0 and high > 0.0 and first > 0.0 and last > 0.0)
        or (low < 0.0 and high < 0.0 and first < 0.0 and last < 0.0)
    )
