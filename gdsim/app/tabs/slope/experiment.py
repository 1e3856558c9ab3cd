"""All that the Slope tab shows of a curve, as one frozen value: formula, domain, x, and the Δx that halving began with.

After k halvings the Δx is `dx` / 2^k, so undoing, saving and scrubbing need no list of steps.  `to_json` and
`from_json` are inverse to one another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from gdsim.app.options import Options
from gdsim.core.expression import Expr, parse
from gdsim.core.slope import CURVES, Curve

VARIABLE = "x"
LEAST_DX, LARGEST_DX = 1e-16, 1e3
LARGEST_END = 1e100  # of a domain, and of x: nothing beyond could be drawn
FASTEST = "as fast as it goes"
_USUAL_DOMAIN, _USUAL_X, _USUAL_DX = (-3.0, 3.0), 1.0, 1.0


@dataclass(frozen=True)
class Experiment:
    """`curve` is a key of CURVES, or empty for a typed `formula`; `speed` is in halvings a second."""

    curve: str
    formula: str
    domain: tuple[float, float]
    x: float
    dx: float
    speed: float = 4.0

    @property
    def known_curve(self) -> Curve | None:
        """The entry of the gallery, when the formula comes from there."""
        return CURVES[self.curve] if self.curve else None

    @property
    def expression(self) -> Expr:
        return parsed(self.formula)

    @property
    def derivative(self) -> Expr:
        """The derivative by rules."""
        return derived(self.formula)

    @property
    def first_dx(self) -> float:
        """The Δx that Reset goes back to: the curve's own, 1 for a typed formula."""
        return self.known_curve.dx if self.known_curve is not None else _USUAL_DX

    def with_formula(self, text: str) -> Experiment:
        """A typed formula at the same x, from a Δx of 1.  Raises ParseError."""
        parsed(text)
        return replace(self, curve="", formula=text, dx=_USUAL_DX)


@lru_cache(maxsize=64)
def parsed(formula: str) -> Expr:
    return parse(formula, (VARIABLE,))


@lru_cache(maxsize=64)
def derived(formula: str) -> Expr:
    return parsed(formula).derivative(VARIABLE)


def of_curve(key: str, speed: float = 4.0) -> Experiment:
    """A curve of the gallery, with its own place and Δx."""
    curve = CURVES[key]
    return Experiment(key, curve.formula, curve.domain, curve.x, curve.dx, speed)


def of_options(options: Options, before: Experiment) -> Experiment:
    """What the command line asks for; `before` where it says nothing.

    Raises ValueError, in a sentence, for a formula of more than x and for a start of more than one number.
    """
    wanted = before
    if options.formula is not None:
        others = set(parse(options.formula, ("x", "y")).variables) - {VARIABLE}
        if others:
            raise ValueError("The Slope tab draws curves of x alone; a formula of x and y is for Descend.")
        wanted = replace(wanted.with_formula(options.formula), domain=_USUAL_DOMAIN, x=_USUAL_X)
    if options.start is not None:
        if len(options.start) != 1:
            raise ValueError("The Slope tab has one variable: write the start like --start 1.4.")
        [x] = options.start
        check_x(x)
        wanted = replace(wanted, x=x)
        low, high = wanted.domain
        if not low <= x <= high:
            half = (high - low) / 2
            wanted = replace(wanted, domain=(x - half, x + half))
    return wanted


def check_x(x: float) -> None:
    """Raises ValueError, in a sentence, for a place that cannot be drawn."""
    if not math.isfinite(x) or abs(x) > LARGEST_END:
        raise ValueError(f"x has to lie between -{LARGEST_END:.0e} and {LARGEST_END:.0e}")


def check_dx(dx: float) -> None:
    """Raises ValueError, in a sentence, for a Δx that makes no secant."""
    if dx == 0.0:
        raise ValueError("with Δx = 0 both points are one, and 0/0 says nothing: take a small Δx instead")
    if not LEAST_DX <= abs(dx) <= LARGEST_DX:
        raise ValueError("the size of Δx has to lie between 10⁻¹⁶ and 1000")


def check_domain(low: float, high: float) -> None:
    """Raises ValueError, in a sentence, for ends between which there is nothing or too much to draw."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError("the left end of the domain has to be less than the right end")
    if max(abs(low), abs(high)) > LARGEST_END:
        raise ValueError(f"the ends of the domain have to lie between -{LARGEST_END:.0e} and {LARGEST_END:.0e}")


def to_json(experiment: Experiment) -> dict[str, Any]:
    """As numbers, texts and lists."""
    return {
        "curve": experiment.curve, "formula": experiment.formula, "domain": list(experiment.domain),
        "x": experiment.x, "dx": experiment.dx,
        "speed": FASTEST if math.isinf(experiment.speed) else experiment.speed,
    }  # fmt: skip


def from_json(values: Mapping[str, Any]) -> Experiment:
    """The inverse of `to_json`.  Raises ValueError, in a sentence, for anything that is not an experiment."""
    try:
        key = str(values["curve"])
        formula = CURVES[key].formula if key else str(values["formula"])
        parsed(formula)
        low, high = (_finite(end) for end in values["domain"])
        x, dx = _finite(values["x"]), _finite(values["dx"])
        check_domain(low, high)
        check_x(x)
        check_dx(dx)
        speed = math.inf if values["speed"] == FASTEST else _finite(values["speed"])
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"this is not a description of a slope ({error})") from error
    return Experiment(key, formula, (low, high), x, dx, max(0.01, speed))


def _finite(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
