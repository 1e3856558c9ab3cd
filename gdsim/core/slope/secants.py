"""The secant through two points of a curve: rise over run, and how far that is from the slope at the first."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gdsim.core.expression import Expr
from gdsim.core.numerals import factor_in_latex, in_latex, in_words
from gdsim.core.slope.places import Local, Place, local, value_at, variable_of

Point = tuple[float, float]


@dataclass(frozen=True)
class Secant:
    """Through (x, f(x)) and (x + Δx, f(x + Δx)), in double precision as a program would compute it.

    `slope` is rise/run, nan where it has no value.  `here` is the curve at x itself: its derivative, one-sided slopes
    and what kind of place it is.  `text` is a sentence, `latex` the quotient with the numbers put in.
    """

    x: float
    dx: float
    first: Point
    second: Point
    run: float
    rise: float
    slope: float
    here: Local
    text: str
    latex: str

    @property
    def derivative(self) -> float:
        """The slope at x from the derivative rules; nan where there is none."""
        return self.here.derivative

    @property
    def error(self) -> float:
        """|slope − derivative|."""
        return abs(self.slope - self.derivative)


def secant(f: Expr, x: float, dx: float) -> Secant:
    """The secant of a formula of one variable.  ValueError for several variables, and unless Δx is finite and not 0."""
    if dx == 0.0 or not math.isfinite(dx) or not math.isfinite(x):
        raise ValueError("a secant needs two different points: Δx has to be a finite number other than 0")
    name = variable_of(f)
    x, dx = float(x), float(dx)
    beside = x + dx
    here = local(f, x)
    low = value_at(f, x) if math.isfinite(here.value) else math.nan
    high = value_at(f, beside)
    rise = high - low
    slope = rise / dx if math.isfinite(rise) else math.nan
    latex = _latex(beside, x, low, high, slope)
    return Secant(x, dx, (x, low), (beside, high), dx, rise, slope, here, _sentence(name, here, dx, high, slope), latex)


def _latex(beside: float, x: float, low: float, high: float, slope: float) -> str:
    top = f"{_signed(high)} - {_factor(low)}"
    bottom = f"{_signed(beside)} - {_factor(x)}"
    return rf"\frac{{{top}}}{{{bottom}}} = {_signed(slope)}"


def _signed(value: float) -> str:
    """A minus in braces is a sign, and is not spaced as in a difference."""
    text = in_latex(value)
    return text.replace("-", "{-}", 1) if text.startswith("-") else text


def _factor(value: float) -> str:
    return factor_in_latex(value).replace(r"\left(-", r"\left({-}", 1)


def _sentence(name: str, here: Local, dx: float, high: float, slope: float) -> str:
    delta = f"Δ{name}"
    if not math.isfinite(here.value):
        return here.text
    if not math.isfinite(high):
        return f"There is no value at {name} + {delta} = {in_words(here.x + dx)}, so there is no secant."
    if here.x + dx == here.x:
        return (
            f"{delta} = {in_words(dx)} is lost when it is added to {in_words(here.x)}: both points are one, "
            "and the quotient says 0."
        )
    if not math.isfinite(slope):
        return "The two values are too far apart for a number: there is no slope to show."
    side = "right" if dx > 0.0 else "left"
    if here.place is Place.KINK:
        own = here.right if dx > 0.0 else here.left
        return (
            f"The secant to the {side} has slope {in_words(slope)} and tends to {in_words(own)}. "
            f"At {name} = {in_words(here.x)} is a kink: {in_words(here.left)} from the left, "
            f"{in_words(here.right)} from the right."
        )
    if here.place is not Place.SMOOTH:
        return f"The secant has slope {in_words(slope)}. {here.text}"
    gap = slope - here.derivative
    if gap == 0.0:
        return f"The secant has slope {in_words(slope)}, exactly that of the curve at {name} = {in_words(here.x)}."
    return (
        f"The secant has slope {in_words(slope)}, the curve at {name} = {in_words(here.x)} has "
        f"{in_words(here.derivative)}: the secant's is {in_words(abs(gap))} too {'large' if gap > 0 else 'small'}."
    )
