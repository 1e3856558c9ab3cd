"""The gallery of curves for the Slope tab, as text that a student would type."""

from __future__ import annotations

from dataclasses import dataclass

from gdsim.core.expression import Expr, parse
from gdsim.core.registry import Registry
from gdsim.core.surfaces import SURFACES


@dataclass(frozen=True)
class Curve:
    """A formula of x, the part of the axis to show, a place and a Δx to begin with, and what to look for."""

    key: str
    title: str
    formula: str
    domain: tuple[float, float]
    x: float
    dx: float
    about: str

    def expression(self) -> Expr:
        return parse(self.formula, ("x",))


CURVES: Registry[Curve] = Registry("curve")


def _add(curve: Curve) -> None:
    CURVES.add(curve.key, curve)


_add(Curve(
    "square", "x²", "x^2", (-3.0, 3.0), 1.0, 1.0,
    "The secant's slope is 2x + Δx: what is left when Δx shrinks to nothing is 2x.",
))  # fmt: skip
_add(Curve(
    "cube", "x³", "x^3", (-2.0, 2.0), 1.0, 0.8,
    "The slope 3x² is never negative: at 0 the curve only pauses.",
))  # fmt: skip
_add(Curve(
    "exp_decay", "e^(−2x)", "e^(-2x)", (-1.0, 2.0), 0.0, 0.5,
    "Falling everywhere: the slope is −2 times the value, so it fades as the curve does.",
))  # fmt: skip
_add(Curve(
    "shifted_square", "(2 − x)²", "(2 - x)^2", (-1.0, 5.0), 0.5, 1.0,
    "The inside's slope −1 turns the sign: left of 2 the curve falls.",
))  # fmt: skip
_add(Curve(
    "reciprocal", "1/x", "1/x", (-3.0, 3.0), 1.0, 1.0,
    "At 0 there is no value and no slope; a secant across it means nothing.",
))  # fmt: skip
_add(Curve(
    "root", "√x", "√x", (-0.5, 4.0), 1.0, 1.0,
    "Towards 0 the curve stands ever steeper; to the left of 0 there is none.",
))  # fmt: skip
_add(Curve(
    "absolute", "|x|", "|x|", (-3.0, 3.0), 0.0, 1.0,
    "At 0 the secants say +1 from the right and −1 from the left: a kink has no derivative.",
))  # fmt: skip
_add(Curve(
    "sigmoid", "σ(x)", "σ(x)", (-6.0, 6.0), 0.0, 2.0,
    "Steepest in the middle, 1/4; far out it saturates and the slope dies.",
))  # fmt: skip
_add(Curve(
    "tanh", "tanh x", "tanh(x)", (-4.0, 4.0), 0.5, 1.0,
    "Slope 1 − tanh²: 1 at 0, nothing far out.",
))  # fmt: skip
_add(Curve(
    "relu", "relu", "relu(x)", (-3.0, 3.0), 0.0, 1.0,
    "Slope 0 on the left, 1 on the right; at the kink programs take 0.",
))  # fmt: skip
_add(Curve(
    "sine", "sin x", "sin(x)", (-6.5, 6.5), 0.0, 1.5,
    "The traced slope is the cosine.",
))  # fmt: skip
_add(Curve(
    "sinc", "sin(x)/x", "sin(x)/x", (-15.0, 15.0), 2.0, 2.0,
    "The formula leaves 0 out, though both sides lead to 1.",
))  # fmt: skip
_add(Curve(
    "jump", "A jump", "sign(x) + x/2", (-3.0, 3.0), 0.0, 1.0,
    "Across the jump the secant only gets steeper: it tends to no slope.",
))  # fmt: skip
_add(Curve(
    "stairs", "Stairs", "step(x + 1) + step(x) + step(x - 1)", (-2.5, 2.5), 0.5, 0.25,
    "Flat wherever there is a slope: nothing here tells which way is down.",
))  # fmt: skip
_add(Curve(
    "vertical", "A vertical place", "sign(x) √|x|", (-2.0, 2.0), 0.0, 0.5,
    "Connected at 0, yet vertical: the secant's slope grows without end.",
))  # fmt: skip

for _surface in SURFACES.values():
    if _surface.dim == 1 and _surface.key not in CURVES and _surface.key not in ("parabola", "kink"):
        _low, _high = _surface.domain[0]
        _start = _surface.start[0]
        _step = 0.1 * (_high - _low)
        _add(Curve(
            _surface.key, _surface.title, _surface.formula, (_low, _high), _start,
            _step if _start + _step < _high else -_step, _surface.about,
        ))  # fmt: skip
