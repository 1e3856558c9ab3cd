"""The gallery: functions to descend, each with what is known about it.

Formulas are text, as a user would type them.  `minima` are all known global minima; the tests hold each against the
gradient and against a fine grid of the domain.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gdsim.core.registry import Registry

if TYPE_CHECKING:
    from gdsim.core.objective import Objective

Interval = tuple[float, float]
Point = tuple[float, ...]


@dataclass(frozen=True)
class Surface:
    """A function with its picture's domain, known global minima, origin, and a start worth trying.

    `minimum` is the value at `minima`; both are empty (None) where the function has no lowest point.  `lr` is a
    learning rate at which gradient descent visibly moves from `start`.  `about` says what to look for.  `published`
    tells whether the source states the minima.
    """

    key: str
    title: str
    formula: str
    domain: tuple[Interval, ...]
    start: Point
    lr: float
    about: str
    source: str
    minima: tuple[Point, ...] = ()
    minimum: float | None = None
    published: bool = True

    @property
    def known_from(self) -> str:
        """Where the minima come from."""
        return self.source if self.published else "its formula"

    @property
    def known_by(self) -> str:
        """How the minima are known: "known from Himmelblau, …" or "computed from its formula"."""
        return f"{'known' if self.published else 'computed'} from {self.known_from}"

    @property
    def dim(self) -> int:
        return len(self.domain)

    def objective(self) -> Objective:
        """The function with its gradient; made once."""
        return _objective(self)


@functools.cache
def _objective(surface: Surface) -> Objective:
    # Here, so that the gallery can be listed without loading the formula parser.
    from gdsim.core.expression import parse
    from gdsim.core.objective import Objective

    return Objective.from_expression(parse(surface.formula), surface.domain, ("x", "y")[: surface.dim])


SURFACES: Registry[Surface] = Registry("surface")


def _add(surface: Surface) -> None:
    SURFACES.add(surface.key, surface)


_OWN = "made for gdsim"
_TEXTBOOK = "textbook example"
_PRACTICE = "practice function of the course notes"

_add(Surface(
    "double_well", "Double well", "(x^2 - 1)^2 - 0.3x", domain=((-1.8, 1.8),), start=(-1.55,), lr=0.02,
    minima=((1.0355787140888537,),), minimum=-0.30542848374391597,
    about="From the left slope the ball settles in the nearer well, though the other one is lower.",
    source="tilted double-well potential, after Duffing, Erzwungene Schwingungen (1918)", published=False,
))  # fmt: skip
_add(Surface(
    "parabola", "Parabola", "x^2", domain=((-3.0, 3.0),), start=(-2.4,), lr=0.1,
    minima=((0.0,),), minimum=0.0,
    about="The curvature is 2 everywhere: rates below 1 settle, 1 bounces for ever, above 1 it flies off.",
    source=_TEXTBOOK, published=False,
))  # fmt: skip
_add(Surface(
    "ripple", "Ripple on a bowl", "x^2/8 + sin(3x)", domain=((-6.0, 6.0),), start=(4.6,), lr=0.05,
    minima=((-0.50944331806074922,),), minimum=-0.96665687731022305,
    about="Small steps stop in the first ripple; larger ones or momentum roll on towards the bottom of the bowl.",
    source=_OWN, published=False,
))  # fmt: skip
_add(Surface(
    "plateau", "Plateau", "1 - e^(-x^2)", domain=((-4.0, 4.0),), start=(-2.7,), lr=0.5,
    minima=((0.0,),), minimum=0.0,
    about="Far out there is hardly any slope, so gradient descent hardly moves; Adam does not mind.",
    source=_OWN, published=False,
))  # fmt: skip
_add(Surface(
    "kink", "Kink", "|x|", domain=((-3.0, 3.0),), start=(-2.0,), lr=0.3,
    minima=((0.0,),), minimum=0.0,
    about="The slope is never small: the ball hops over the kink for ever, unless the rate shrinks.",
    source=_TEXTBOOK, published=False,
))  # fmt: skip
_add(Surface(
    "cliff", "Cliff", "softplus(60(x - 2))/6 - 0.2x + 0.4", domain=((-4.0, 3.0),), start=(0.5,), lr=0.5,
    minima=((1.9351363283648229,),), minimum=0.016339852213288663,
    about="A gentle slope ends at a wall: one step onto the wall throws the ball far back.",
    source="after Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013)",
    published=False,
))  # fmt: skip
_add(Surface(
    "exp_decay", "Exponential decay", "e^(-2x)", domain=((-1.0, 3.0),), start=(-0.5,), lr=0.1,
    about="It falls for ever and has no minimum: the steps shrink, but nothing is reached.",
    source=_PRACTICE, published=False,
))  # fmt: skip
_add(Surface(
    "shifted_square", "Shifted square", "(2 - x)^2", domain=((-1.0, 5.0),), start=(-0.5,), lr=0.1,
    minima=((2.0,),), minimum=0.0,
    about="The chain rule's minus sign: the slope is −2(2 − x), so left of 2 the step goes right.",
    source=_PRACTICE, published=False,
))  # fmt: skip
_add(Surface(
    "sigmoid", "Sigmoid", "1/(1 + e^(-x))", domain=((-6.0, 6.0),), start=(2.0,), lr=2.0,
    about="The slope is largest in the middle and dies out on both sides: a neuron that saturates stops learning.",
    source=_PRACTICE, published=False,
))  # fmt: skip

_add(Surface(
    "bowl", "Round bowl", "x^2 + y^2", domain=((-3.0, 3.0), (-3.0, 3.0)), start=(-2.2, 1.6), lr=0.1,
    minima=((0.0, 0.0),), minimum=0.0,
    about="The gradient points straight away from the minimum, so the path is a straight line.",
    source=_TEXTBOOK, published=False,
))  # fmt: skip
_add(Surface(
    "stretched_10", "Stretched bowl, 1 : 10", "x^2 + 10y^2", domain=((-3.0, 3.0), (-2.0, 2.0)), start=(-2.6, 1.2),
    lr=0.08, minima=((0.0, 0.0),), minimum=0.0,
    about="The steep direction sets the rate, and the path zigzags across it.",
    source=_TEXTBOOK, published=False,
))  # fmt: skip
_add(Surface(
    "stretched_100", "Stretched bowl, 1 : 100", "x^2 + 100y^2", domain=((-3.0, 3.0), (-1.0, 1.0)),
    start=(-2.6, 0.5), lr=0.009, minima=((0.0, 0.0),), minimum=0.0,
    about="A hundred times more curved across than along: almost all steps are spent going along.",
    source=_TEXTBOOK, published=False,
))  # fmt: skip
_add(Surface(
    "saddle", "Saddle", "x^2 - y^2", domain=((-2.0, 2.0), (-2.0, 2.0)), start=(-1.6, 0.01), lr=0.1,
    about="It first looks like settling, then the ball slides off sideways; there is no lowest point.",
    source=_TEXTBOOK, published=False,
))  # fmt: skip
_add(Surface(
    "monkey_saddle", "Monkey saddle", "x^3 - 3x y^2", domain=((-2.0, 2.0), (-2.0, 2.0)), start=(1.5, 0.1), lr=0.05,
    about="Three valleys, for two legs and a tail: at the middle even the curvature vanishes.",
    source="Hilbert, Cohn-Vossen, Anschauliche Geometrie (1932)",
))  # fmt: skip
_add(Surface(
    "himmelblau", "Himmelblau", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", domain=((-6.0, 6.0), (-6.0, 6.0)),
    start=(0.0, 0.0), lr=0.01,
    minima=(
        (3.0, 2.0),
        (-2.8051180869527449, 3.1313125182505730),
        (-3.7793102533777469, -3.2831859912861694),
        (3.5844283403304917, -1.8481265269644036),
    ),
    minimum=0.0,
    about="Four equal minima: which one is reached depends on the start, and on the rate.",
    source="Himmelblau, Applied Nonlinear Programming (1972)",
))  # fmt: skip
_add(Surface(
    "rosenbrock", "Rosenbrock's valley", "(1 - x)^2 + 100(y - x^2)^2", domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0), lr=0.001, minima=((1.0, 1.0),), minimum=0.0,
    about="Into the curved valley at once, along it hardly at all.",
    source="Rosenbrock, An automatic method for finding the greatest or least value of a function (1960)",
))  # fmt: skip
_add(Surface(
    "beale", "Beale", "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
    domain=((-4.5, 4.5), (-4.5, 4.5)), start=(1.0, 1.2), lr=0.01, minima=((3.0, 0.5),), minimum=0.0,
    about="A flat valley between walls so steep that a start near a corner flies off at any usual rate.",
    source="Beale, On an iterative method for finding a local minimum of a function of more than one variable (1958)",
))  # fmt: skip
_add(Surface(
    "booth", "Booth", "(x + 2y - 7)^2 + (2x + y - 5)^2", domain=((-10.0, 10.0), (-10.0, 10.0)), start=(-7.0, -6.0),
    lr=0.05, minima=((1.0, 3.0),), minimum=0.0,
    about="A tilted bowl: the eigenvectors of the Hessian, not the axes, are its directions.",
    source="Jamil, Yang, A literature survey of benchmark functions for global optimisation problems (2013)",
))  # fmt: skip
_add(Surface(
    "three_hump_camel", "Three-hump camel", "2x^2 - 1.05x^4 + x^6/6 + x y + y^2", domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(-2.1, 1.8), lr=0.03, minima=((0.0, 0.0),), minimum=0.0,
    about="Three valleys side by side: the middle one is lowest, the outer ones catch the ball.",
    source="Branin, Widely convergent method for finding multiple solutions of nonlinear equations (1972)",
))  # fmt: skip
_add(Surface(
    "six_hump_camel", "Six-hump camel", "(4 - 2.1x^2 + x^4/3)x^2 + x y + (-4 + 4y^2)y^2",
    domain=((-2.0, 2.0), (-1.0, 1.0)), start=(-1.0, 0.2), lr=0.02,
    minima=((0.089842013100318062, -0.71265640302073963), (-0.089842013100318062, 0.71265640302073963)),
    minimum=-1.0316284534898774,
    about="Six minima in pairs, two of them lowest: a small change of the start changes the end.",
    source="Dixon, Szegő, Towards Global Optimisation 2 (1978)",
))  # fmt: skip
_add(Surface(
    "styblinski_tang", "Styblinski-Tang", "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)/2",
    domain=((-5.0, 5.0), (-5.0, 5.0)), start=(0.6, 0.9), lr=0.01,
    minima=((-2.9035340277711771, -2.9035340277711771),), minimum=-78.332331407542831,
    about="Four wells, one lowest; each coordinate runs by itself, so each chooses its side by itself.",
    source="Styblinski, Tang, Experiments in nonconvex optimization (1990)",
))  # fmt: skip
_add(Surface(
    "rastrigin", "Rastrigin", "20 + x^2 + y^2 - 10cos(2πx) - 10cos(2πy)", domain=((-5.12, 5.12), (-5.12, 5.12)),
    start=(3.3, -2.2), lr=0.002, minima=((0.0, 0.0),), minimum=0.0,
    about="Over a hundred local minima: gradient descent takes the nearest, whatever lies beyond.",
    source="Rastrigin, Systems of Extremal Control (1974)",
))  # fmt: skip
_add(Surface(
    "ackley", "Ackley", "-20e^(-0.2sqrt((x^2 + y^2)/2)) - e^((cos(2πx) + cos(2πy))/2) + e + 20",
    domain=((-5.0, 5.0), (-5.0, 5.0)), start=(2.6, -1.7), lr=0.02, minima=((0.0, 0.0),), minimum=0.0,
    about="A rippled funnel whose tip is a kink: the slope does not fade towards the minimum, and has no value there.",
    source="Ackley, A Connectionist Machine for Genetic Hillclimbing (1987)",
))  # fmt: skip
_add(Surface(
    "goldstein_price", "Goldstein-Price",
    "(1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6x y + 3y^2))"
    " (30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36x y + 27y^2))",
    domain=((-2.0, 2.0), (-2.0, 2.0)), start=(-0.6, -0.2), lr=0.0001, minima=((0.0, -1.0),), minimum=3.0,
    about="Values from 3 to a million: seen only on a logarithmic scale, and no one rate suits all of it.",
    source="Goldstein, Price, On descent from local minima (1971)",
))  # fmt: skip
_add(Surface(
    "two_wells", "Sharp and flat well", "min(8((x + 1.5)^2 + y^2), (x - 1.5)^2 + y^2)",
    domain=((-3.5, 3.5), (-2.5, 2.5)), start=(-2.1, 0.6), lr=0.05,
    minima=((-1.5, 0.0), (1.5, 0.0)), minimum=0.0,
    about="Equally deep, curvature 16 and 2: above a rate of 2/16 = 0.125 only the flat well can hold the ball.",
    source="after Wu, Ma, E, How SGD selects the global minima in over-parameterized learning (2018)", published=False,
))  # fmt: skip
