"""How wrong a difference quotient is, for every Δx: too coarse on one side, too fine on the other.

The forward difference (f(x + Δx) − f(x))/Δx is off by about |f″|/2 · Δx, the central one by |f‴|/6 · Δx²; both lose
about ε|f|/Δx to round-off (Press et al., Numerical Recipes, section 5.7).  Errors are counted from the derivative by
rules, computed in 40 digits with bounds on its own error; the automatic derivative in double precision is the flat
line.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff import IndependentOutputWarning, grad
from gdsim.core.expression import Expr
from gdsim.core.numerals import in_words
from gdsim.core.slope.enclosure import UndecidedError, UndefinedError, enclose, working_with
from gdsim.core.slope.places import local, variable_of

Array = NDArray[np.float64]

EPSILON: Final = float(np.finfo(np.float64).eps)
LEAST_ERROR: Final = 1e-18
"""An error of 0 is set to this, in units of the curve's size here, for logarithmic axes."""
_PER_DECADE: Final = 4
_DIGITS: Final = 40
_FINE_DIGITS: Final = 90
_FINE: Final = Decimal("1e-12")
_SMALL: Final = 1e-13
_LARGE: Final = 1e-2
_HARMLESS: Final = 1e7  # in units of the least error: what round-off alone makes of a straight line
_CLEARLY: Final = 5.0
_NO_BEND: Final = Decimal("1e-18")


@dataclass(frozen=True)
class Method:
    """One way to take the difference: the errors over `ErrorChart.dx` (nan: no value), and its best Δx.

    `best_dx` and `floor` are the measured minimum, `expected_dx` what theory says (nan where f is too straight for
    it), `order` the slope on logarithmic axes right of the minimum; left of it that is −1.
    """

    title: str
    errors: Array
    order: int
    best_dx: float
    floor: float
    expected_dx: float
    text: str


@dataclass(frozen=True)
class ErrorChart:
    """Errors against Δx at x; `methods` is empty, and `text` says why, where there is no derivative.

    `derivative` is in double precision as the core computes it, `autodiff_error` its distance from the reference.
    `round_off` says whether errors grow again for small Δx; `rounds_off` is True where the forward difference's do.
    """

    x: float
    dx: Array
    derivative: float
    autodiff_error: float
    methods: tuple[Method, ...]
    truncation: str
    round_off: str
    text: str
    rounds_off: bool = False

    @property
    def forward(self) -> Method:
        return self.methods[0]

    @property
    def central(self) -> Method:
        return self.methods[1]


def error_chart(f: Expr, x: float) -> ErrorChart:
    """Errors for Δx from 1 to 1e-16, four a decade; f has one variable."""
    name, x = variable_of(f), float(x)
    dx = 10.0 ** -(np.arange(16 * _PER_DECADE + 1) / _PER_DECADE)
    here = local(f, x)
    exact = _reference(f.derivative(name), name, x) if here.differentiable else None
    if exact is None:
        why = here.text if not here.differentiable else "The derivative here has too many digits to compare with."
        return ErrorChart(x, dx, math.nan, math.nan, (), "", "", why)
    derivative = float(exact)
    automatic = _automatic(f, name, x)
    with np.errstate(all="ignore"):
        right = np.asarray(f(**{name: x + dx})) * np.ones_like(dx)
        left = np.asarray(f(**{name: x - dx})) * np.ones_like(dx)
        middle = float(f(**{name: x}))
        least = LEAST_ERROR * (max(abs(derivative), abs(middle)) or 1.0)
        forward, central = (right - middle) / dx, (right - left) / (2.0 * dx)
    second, third = _bends(f, name, x)
    # Round-off in f, and in x + Δx through the slope.
    noise = EPSILON * max(abs(middle), abs(x * derivative))
    methods = (
        _method("forward difference", _errors(forward, exact, least), dx, 1, second / 2.0, noise, least),
        _method("central difference", _errors(central, exact, least), dx, 2, third / 6.0, noise / 2.0, least),
    )
    error = max(abs(float(Decimal(automatic) - exact)), least) if math.isfinite(automatic) else math.nan
    still = bool((right[dx <= _SMALL] == middle).all() and (left[dx <= _SMALL] == middle).all())
    grows = [_grows(method, dx, least) for method in methods]
    coarse = np.concatenate([method.errors[dx >= _LARGE] for method in methods])
    straight = bool((coarse[np.isfinite(coarse)] <= _HARMLESS * least).all())
    return ErrorChart(
        x, dx, automatic, error, methods, _truncation(second, third, straight, any(grows)),
        _round_off(name, x, middle, grows, still), _summary(methods, error), grows[0],
    )  # fmt: skip


def _automatic(f: Expr, name: str, x: float) -> float:
    """The derivative by reverse mode in double precision; that of sign(x) is 0, which is nothing to warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IndependentOutputWarning)
        return float(grad(f.function(name))(x)) if f.variables else 0.0


def _reference(derivative: Expr, name: str, x: float) -> Decimal | None:
    """The derivative at exactly this float, in 40 digits; None where its value cannot be told."""
    try:
        value = enclose(derivative, {name: Decimal(x)}, _DIGITS)
    except (UndefinedError, UndecidedError):
        return None
    return (
        value.middle
        if value.radius <= abs(value.middle) * Decimal("1e-20") or value.radius < Decimal("1e-30")
        else None
    )


def _errors(quotients: Array, exact: Decimal, least: float) -> Array:
    nearest = float(exact)
    rest = float(exact - Decimal(nearest))
    with np.errstate(all="ignore"):
        errors = np.abs((quotients - nearest) - rest)
    return np.where(np.isfinite(errors), np.maximum(errors, least), np.nan)


def _bends(f: Expr, name: str, x: float) -> tuple[float, float]:
    """|f″| and |f‴| at a smooth place, by differences in 90 digits; nan where they have no value."""
    coarse, fine = (_bends_over(f, name, x, step) for step in (_FINE, _FINE / 1000))
    # What shrinks with the step is 0, as f″ of x⁴ at 0.
    second, third = (0.0 if abs(new) < 0.1 * abs(old) else old for old, new in zip(coarse, fine, strict=True))
    return second, third


def _bends_over(f: Expr, name: str, x: float, step: Decimal) -> tuple[float, float]:
    with working_with(_FINE_DIGITS):
        try:
            values = [enclose(f, {name: Decimal(x) + k * step}, _FINE_DIGITS).middle for k in (-2, -1, 0, 1, 2)]
        except (UndefinedError, UndecidedError):
            return math.nan, math.nan
        left, low, here, high, right = values
        second = (high - 2 * here + low) / step**2
        third = (right - 2 * high + 2 * low - left) / (2 * step**3)
        least = max(abs(value) for value in values) * _NO_BEND
        second, third = (Decimal(0) if abs(bend) <= least else abs(bend) for bend in (second, third))
        return float(second), float(third)


def _method(
    title: str, errors: Array, dx: Array, order: int, truncation: float, noise: float, least: float
) -> Method:  # fmt: skip
    """`truncation` is the factor of Δx^order, `noise` that of 1/Δx; their sum is least where theory says."""
    known = np.isfinite(errors)
    if not known.any():
        return Method(title, errors, order, math.nan, math.nan, math.nan, f"The {title} has no value here.")
    best = int(np.nanargmin(errors))
    expected = (noise / (order * truncation)) ** (1.0 / (order + 1)) if truncation > 0.0 and noise > 0.0 else math.nan
    if not math.isfinite(expected):
        expected = math.nan
    floor = float(errors[best])
    if floor <= least:
        text = f"The {title} has no error at all at Δx = {in_words(float(dx[best]), 2)}."
        return Method(title, errors, order, float(dx[best]), floor, expected, text)
    text = f"The {title} is best at Δx = {in_words(float(dx[best]), 2)}, where it is {in_words(floor, 2)} off"
    root = "√ε" if order == 1 else "∛ε"
    if math.isnan(expected):
        return Method(title, errors, order, float(dx[best]), floor, expected, f"{text}.")
    text += f"; theory, {root} scaled to this curve, says {in_words(expected, 2)}."
    return Method(title, errors, order, float(dx[best]), floor, expected, text)


def _grows(method: Method, dx: Array, least: float) -> bool:
    """Whether the errors for the smallest Δx are clearly above the best of the others."""
    fine, coarse = (method.errors[chosen & np.isfinite(method.errors)] for chosen in (dx <= _SMALL, dx > _SMALL))
    return bool(fine.size and coarse.size) and float(np.max(fine)) > _CLEARLY * max(float(np.min(coarse)), 1e3 * least)


def _truncation(second: float, third: float, straight: bool, rounds_off: bool) -> str:
    if second == 0.0 and third == 0.0 and straight:
        rest = "all the error is round-off." if rounds_off else "there is hardly any error."
        return f"Here the curve is so straight that a large Δx does no harm: {rest}"
    size = "" if math.isnan(second) else f" (|f″| = {in_words(second)})"
    one = (
        f"grows like Δx (slope 1), because the curve bends{size}"
        if second
        else "grows faster than Δx, because f″ = 0 here"
    )
    two = (
        "like Δx² (slope 2), because the bends of both sides cancel"
        if third
        else "faster than Δx², if at all, because f‴ = 0 here"
    )
    return f"Large Δx, truncation: the forward error {one}; the central error grows {two}."


def _round_off(name: str, x: float, value: float, grows: list[bool], still: bool) -> str:
    """`grows`: whether the errors of both differences do for small Δx; `still`: whether the values are all one."""
    forward, central = grows
    if forward or central:
        text = (
            f"Small Δx, round-off: values near {in_words(value)} are stored to 16 digits, and the difference of two "
            "nearly equal ones keeps only the last of them; divided by Δx that error grows like 1/Δx (slope −1)."
        )
        if forward and central:
            return text
        kept = "central" if forward else "forward"
        return f"{text} The {kept} difference is spared here: none of its digits cancel."
    if still:
        return (
            f"Small Δx, no round-off here: values beside {name} = {in_words(x)} are stored as the very number "
            f"{in_words(value)}, and the slope 0 of their difference is right."
        )
    if value == 0.0:
        return (
            f"Small Δx, no round-off here: the value at {name} = {in_words(x)} is 0, those beside it are stored with "
            "all their digits however small they are, and so nothing to speak of is lost in the difference."
        )
    return "Small Δx: round-off does not show in this chart."


def _summary(methods: tuple[Method, ...], automatic: float) -> str:
    floors = [method.floor for method in methods if math.isfinite(method.floor)]
    if not floors or not math.isfinite(automatic):
        return "No Δx gives a value here."
    if min(floors) <= 4.0 * automatic:
        return "This curve is so simple here that the best difference quotient is as good as automatic differentiation."
    return (
        f"The best difference quotient is still {in_words(min(floors), 2)} off, automatic differentiation "
        f"{in_words(automatic, 2)}: it takes no Δx at all, so nothing is cut off and nothing cancels."
    )
