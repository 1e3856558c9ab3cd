"""The derivative as a limit, by algebra: expand f(x + Δx), subtract f(x), divide by Δx, let Δx go to 0.

For polynomials every line is exact, in fractions and constants such as π.  For everything else there is the table of
slopes over ever smaller Δx, which settles until round-off takes over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np

from gdsim.core.expression import Expr, Variable
from gdsim.core.numerals import in_latex
from gdsim.core.slope import polynomial
from gdsim.core.slope.places import value_at, variable_of
from gdsim.core.slope.polynomial import NotPolynomialError, Table

_TERMS_A_ROW = 5
_DIGITS = 8


class Stage(StrEnum):
    SHIFT = "shift"
    EXPAND = "expand"
    SUBTRACT = "subtract"
    CANCEL = "cancel"
    DIVIDE = "divide"
    LIMIT = "limit"


@dataclass(frozen=True)
class LimitLine:
    """One line: what is done in words, the equation, and the same with the student's numbers.

    `rows` is `latex` broken into rows where it is long, to be aligned at their `&`.  `table` is the right side as a
    polynomial in x and Δx and `value` what it is with the numbers, exactly.
    """

    stage: Stage
    words: str
    latex: str
    rows: tuple[str, ...]
    numbers: str
    value: Fraction
    table: Table


@dataclass(frozen=True)
class LimitAlgebra:
    """The lines from f(x + Δx) to the derivative; none, and the reason in `text`, for what is no polynomial."""

    lines: tuple[LimitLine, ...]
    text: str

    @property
    def exists(self) -> bool:
        return bool(self.lines)


def limit_algebra(f: Expr, x: float, dx: float) -> LimitAlgebra:
    """The algebra for a formula of one variable with these numbers put in; Δx finite and not 0."""
    name = variable_of(f)
    if dx == 0.0 or not (math.isfinite(x) and math.isfinite(dx)):
        raise ValueError("the limit needs finite numbers, and a Δx other than 0 to begin with")
    try:
        table = polynomial.coefficients(f, name)
    except NotPolynomialError as reason:
        return LimitAlgebra((), str(reason))
    lines = tuple(_lines(f, name, table, Fraction(repr(float(x))), Fraction(repr(float(dx)))))
    return LimitAlgebra(lines, f"Δ{name} cancels before it becomes 0, so nothing is ever divided by 0.")


def _lines(f: Expr, name: str, table: Table, x: Fraction, dx: Fraction) -> list[LimitLine]:
    delta = rf"\Delta {name}"
    beside = rf"f\left({name} + {delta}\right)"
    change = rf"{beside} - f\left({name}\right)"
    quotient = rf"\frac{{{change}}}{{{delta}}}"
    whole = polynomial.shifted(table)
    rise = polynomial.plus(whole, table, Fraction(-1))
    slope = {(a, b - 1, constants): c for (a, b, constants), c in rise.items()}
    limit = {powers: c for powers, c in slope.items() if powers[1] == 0}
    typed = f(**{name: Variable(name) + Variable("Delta")}) if f.variables else f
    shifted = typed.to_latex().replace(r"\Delta", delta)

    here, there = polynomial.value_at(table, x, dx), polynomial.value_at(whole, x, dx)
    rise_value, slope_value = polynomial.value_at(rise, x, dx), polynomial.value_at(slope, x, dx)
    limit_value = polynomial.value_at(limit, x, dx)
    at = rf"f\left({_number(x + dx)}\right)"
    subtracted = polynomial.in_latex(whole, name)
    own = polynomial.in_latex(table, name)
    own = rf"\left({own}\right)" if len(table) > 1 or own.startswith("-") else own
    shown = rf"{at} {_is(there)}"
    minus = rf"{_number(there)} - {_bracketed(here)} {_is(rise_value, there, here)}"
    over = rf"\frac{{{_number(rise_value)}}}{{{_number(dx)}}} {_is(slope_value, rise_value)}"
    arrow = rf"\lim_{{{delta} \to 0}}"
    return [
        LimitLine(
            Stage.SHIFT, f"Put {name} + Δ{name} in for {name}.", f"{beside} = {shifted}", (f"{beside} & = {shifted}",),
            shown, there, whole,
        ),
        _line(Stage.EXPAND, "Multiply out.", beside, whole, name, shown, there),
        LimitLine(
            Stage.SUBTRACT, f"Subtract f({name}).", f"{change} = {subtracted} - {own}",
            (*_rows(change, whole, name), f"& - {own}"), minus, rise_value, rise,
        ),
        _line(
            Stage.CANCEL, f"What has no Δ{name} cancels.", change, rise, name, minus,
            rise_value,
        ),
        _line(Stage.DIVIDE, f"Divide by Δ{name}: every term has one.", quotient, slope, name, over, slope_value),
        _line(
            Stage.LIMIT, f"Let Δ{name} go to 0: what still has a Δ{name} vanishes.",
            rf"f'\left({name}\right) = {arrow} {quotient}", limit, name,
            rf"f'\left({_number(x)}\right) {_is(limit_value)}", limit_value,
        ),
    ]  # fmt: skip


def _line(stage: Stage, words: str, left: str, table: Table, name: str, numbers: str, value: Fraction) -> LimitLine:
    return LimitLine(
        stage, words, f"{left} = {polynomial.in_latex(table, name)}", _rows(left, table, name), numbers, value, table
    )


def _rows(left: str, table: Table, name: str) -> tuple[str, ...]:
    terms = polynomial.ordered(table)
    if not terms:
        return (f"{left} & = 0",)
    rows = []
    for start in range(0, len(terms), _TERMS_A_ROW):
        text = polynomial.terms_in_latex(terms[start : start + _TERMS_A_ROW], name, leading=start == 0)
        rows.append(f"{left} & = {text}" if start == 0 else f"& {text}")
    return tuple(rows)


def _number(value: Fraction) -> str:
    """A minus in braces is a sign, and is not spaced as in a difference."""
    return in_latex(_float(value), _DIGITS).replace("-", "{-}", 1) if value < 0 else in_latex(_float(value), _DIGITS)


def _float(value: Fraction) -> float:
    """Infinity for what is beyond the largest float."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _has_few_digits(value: Fraction) -> bool:
    rounded = _float(value)
    return math.isfinite(rounded) and Fraction(f"{rounded:.{_DIGITS - 1}e}") == value


def _is(value: Fraction, *others: Fraction) -> str:
    """Equals, or nearly equals where digits are left out, and the value."""
    exact = all(_has_few_digits(number) for number in (value, *others))
    return rf"{'=' if exact else chr(92) + 'approx'} {_number(value)}"


def _bracketed(value: Fraction) -> str:
    text = _number(value)
    return rf"\left({text}\right)" if value < 0 else text


@dataclass(frozen=True)
class SlopeRow:
    """One row of the table: Δx, the secant's slope over it (nan: no value), and how far that is from the derivative."""

    dx: float
    slope: float
    error: float


def slope_table(f: Expr, x: float, derivative: float = math.nan, sign: int = 1) -> tuple[SlopeRow, ...]:
    """Slopes for Δx = ±1, ±0.1, …, ±1e-16, computed in double precision; `derivative` may be nan."""
    name = variable_of(f)
    steps = sign * 10.0 ** -np.arange(17.0)
    with np.errstate(all="ignore"):
        values = np.asarray(f(**{name: x + steps})) * np.ones_like(steps)
        slopes = (values - value_at(f, float(x))) / steps
    slopes[~np.isfinite(slopes)] = math.nan
    return tuple(SlopeRow(float(h), float(s), abs(float(s) - derivative)) for h, s in zip(steps, slopes, strict=True))
