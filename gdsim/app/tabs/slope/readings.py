"""What the Slope tab says and draws of its session: pictures, numbers, the quotient with numbers put in, the sentence.

Pure functions of a session.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from gdsim.app.pictures import Table
from gdsim.app.plots.derivative_picture import DerivativePicture
from gdsim.app.plots.secant_ends import BranchEnd, branch_ends
from gdsim.app.plots.secant_picture import SecantPicture, SecantShown
from gdsim.app.tabs.slope.experiment import LARGEST_END, VARIABLE, Experiment
from gdsim.app.tabs.slope.session import SlopeSession
from gdsim.app.tabs.slope.state import NEAR
from gdsim.app.widgets.figures import format_number
from gdsim.app.widgets.number_table import NumberRow
from gdsim.core.numerals import in_words
from gdsim.core.slope import Local, Place, secant, special_points, value_at

Array = NDArray[np.float64]

ROWS = (
    NumberRow("slope", "slope f′(x)", "gradient", "The slope of the curve at x, by the derivative rules.", main=True),
    NumberRow("secant", "secant's slope", "tangent", "Rise over run between the two points."),
    NumberRow("gap", "difference", help="How far the secant's slope is from the slope at x."),
    NumberRow("x", "x", "step", "Where the first point is."),
    NumberRow("value", "f(x)", help="The height of the curve at x."),
    NumberRow("dx", "run Δx", help="How far the second point is from the first, along x."),
    NumberRow("dy", "rise Δy", help="How much higher the second point is."),
)  # fmt: skip

_ROUND_OFF_DX, _ROUND_OFF_ERROR = 1e-8, 1e-9
_LACKING = {
    Place.KINK: "kink: two slopes",
    Place.VERTICAL: "vertical",
    Place.JUMP: "none: a jump",
    Place.GAP: "none: a gap",
    Place.POLE: "none: a pole",
    Place.EDGE: "none: the edge",
    Place.OUTSIDE: "none: no value",
    Place.RESTLESS: "none",
}
_NUMBER = r"−?(?:[\d.]*\d(?:·10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|∞)"
_PHRASES = (
    (rf"secant(?: to the \w+)? has slope {_NUMBER}", "tangent"),
    (rf"the slope is {_NUMBER}|(?<= )has {_NUMBER}(?=:)", "gradient"),
    (rf"{_NUMBER} from the (?:left|right)", "tangent"),
)


@dataclass(frozen=True)
class SlopeShown:
    """The switches of the tab."""

    secant: bool = True
    triangle: bool = True
    tangent: bool = True
    whole: bool = False


SWITCHES = {
    "secant": ("Secant", "The line through both points"),
    "triangle": ("Rise and run", "Δy and Δx as the sides of a triangle"),
    "tangent": ("Tangent", "The line with the slope of the curve at x"),
    "whole": ("Whole derivative", "Faintly also where x has not been yet"),
}
"""Title and help of each switch."""


def curve_function(experiment: Experiment) -> Callable[[Array], Array]:
    """The curve on an array of x."""
    formula = experiment.expression

    def values(x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(formula(x=x), dtype=float), np.shape(x))

    return values


def derivative_function(experiment: Experiment) -> Callable[[Array], Array]:
    """The derivative on an array of x, without a value where the curve has none."""
    curve, formula = curve_function(experiment), experiment.derivative

    def slopes(x: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.where(np.isfinite(curve(x)), np.asarray(formula(x=x), dtype=float), np.nan)

    return slopes


def secant_picture_of(session: SlopeSession, shown: SlopeShown) -> SecantPicture:
    """The two points, the secant and the tangent."""
    found, here = session.secant, session.here
    touched = session.can_undo or session.count or session.held
    hint = "" if touched else "Drag x or x + Δx, or press Step: Δx is halved."
    return SecantPicture(
        found.x, found.first[1], found.second[0], found.second[1], found.slope, found.derivative, here.left, here.right,
        session.hidden, SecantShown(shown.secant, shown.triangle, shown.tangent), hint=hint,
        ends=ends_of(replace(session.experiment, x=0.0, dx=1.0)),
    )  # fmt: skip


@lru_cache(maxsize=8)
def ends_of(experiment: Experiment) -> tuple[BranchEnd, ...]:
    """Where the curve jumps or leaves a point out, in the domain and as far again on both sides."""
    low, high = experiment.domain
    reach = min(high - low, LARGEST_END)
    places = special_points(experiment.expression, VARIABLE, low - reach, high + reach)
    return branch_ends(curve_function(experiment), places, partial(value_at, experiment.expression))


def derivative_picture_of(session: SlopeSession, shown: SlopeShown) -> DerivativePicture:
    """What has been traced of the derivative, and the slope at x."""
    here = session.here
    words = "" if here.differentiable else f"no derivative at x = {in_words(here.x)}"
    traced = session.visited
    if session.hidden:
        # The way that has just been gone would give the slope away.
        traced = tuple(stretch for stretch in traced if not stretch[0] <= session.x <= stretch[1])
    whole = shown.whole and not session.hidden
    return DerivativePicture(
        here.x, here.derivative, here.left, here.right, traced, whole, session.hidden, "" if session.hidden else words
    )


def numbers_of(session: SlopeSession) -> dict[str, float | str]:
    """The values of ROWS by key."""
    found, here = session.secant, session.here
    slope = found.derivative if here.differentiable else _lacking(here)
    values: dict[str, float | str] = {
        "slope": slope, "secant": found.slope, "gap": found.error if here.differentiable else "–",
        "x": found.x, "value": found.first[1], "dx": found.dx, "dy": found.rise,
    }  # fmt: skip
    if session.hidden:
        values |= dict.fromkeys(("slope", "secant", "gap", "dy"), "?")
    return values


def _lacking(here: Local) -> str:
    """Why there is no slope, in two or three words."""
    cusp = here.place is Place.VERTICAL and here.left == -here.right
    return "none: a cusp" if cusp else _LACKING.get(here.place, "none")


@dataclass(frozen=True)
class Quotient:
    """rise/run with the numbers put in, as text: both differences as typed, then worked out, then the slope."""

    top: str
    bottom: str
    rise: str
    run: str
    slope: str

    @property
    def spoken(self) -> str:
        return f"slope = ({self.top}) / ({self.bottom}) = {self.rise} / {self.run} = {self.slope}"


def quotient_of(session: SlopeSession) -> Quotient:
    """With as many digits as it takes to tell the two points apart."""
    found = session.secant
    (x, y), (x2, y2) = found.first, found.second
    run = format_number(found.run, trim=True)
    if session.hidden:
        return Quotient("f(x + Δx) − f(x)", _difference(x2, x), "?", run, "?")
    return Quotient(
        _difference(y2, y), _difference(x2, x), format_number(found.rise, trim=True), run,
        format_number(found.slope, trim=True),
    )  # fmt: skip


def _difference(high: float, low: float) -> str:
    size, apart = max(abs(high), abs(low)), abs(high - low)
    digits = 4
    if math.isfinite(size) and apart > 0.0:
        digits = min(17, max(4, 2 + math.ceil(math.log10(max(size / apart, 1.0)))))
    first, second = (format_number(value, digits, trim=True) for value in (high, low))
    return f"{first} − ({second})" if second.startswith("−") else f"{first} − {second}"


def sentence_of(session: SlopeSession) -> tuple[str, str]:
    """What to say under the picture, and its tone."""
    if session.hidden:
        return f"Predict first: does the curve rise or fall at x = {in_words(session.x)}, and how steeply?", "neutral"
    if session.judged is not None:
        return session.judged.text, "good" if session.judged.right else "warning"
    found, here = session.secant, session.here
    if not here.differentiable:
        return found.text, "warning"
    size = max(1.0, abs(found.x))
    if abs(found.dx) < _ROUND_OFF_DX * size and found.error > _ROUND_OFF_ERROR * max(1.0, abs(found.derivative)):
        why = "Δx is so small that both values agree in almost all their digits: what is left of the rise is round-off."
        return f"{found.text} {why}", "warning"
    if abs(found.dx) <= NEAR * size * (1 + 1e-9) and math.isfinite(found.error):
        return f"To the eye the secant is the tangent now. {found.text}", "good"
    return found.text, "neutral"


def coloured(text: str) -> dict[str, str]:
    """The phrases of a sentence that name a slope, with the colour it has in the picture."""
    found = {}
    for pattern, token in _PHRASES:
        found |= {match.group(): token for match in re.finditer(pattern, text)}
    return found


def table_of(session: SlopeSession) -> Table:
    """Every halving so far, for a file."""
    experiment, rows = session.experiment, []
    for index in range(session.count + 1):
        found = secant(session.expression, experiment.x, experiment.dx / 2.0**index)
        rows.append((
            index, found.x, found.dx, found.first[1], found.second[1], found.slope, found.derivative, found.error
        ))  # fmt: skip
    header = ("halvings", "x", "dx", "f(x)", "f(x + dx)", "secant slope", "derivative", "error")
    return Table("secants", "the secants so far", header, rows)
