"""Every surface of the gallery against its formula as the source prints it, written once more in plain Python.

A wrong factor may leave the minimum where it is (10 in place of 100 in Rosenbrock's valley), so values elsewhere count.
"""

from __future__ import annotations

from math import cos, e, exp, log1p, pi, sin, sqrt

import pytest

from gdsim.core.surfaces import SURFACES

FORMULAS = {
    "double_well": lambda x: x**4 - 2 * x**2 + 1 - 0.3 * x,
    "parabola": lambda x: x * x,
    "ripple": lambda x: x * x / 8 + sin(3 * x),
    "plateau": lambda x: 1 - exp(-x * x),
    "kink": lambda x: abs(x),
    "cliff": lambda x: log1p(exp(60 * x - 120)) / 6 - 0.2 * x + 0.4,
    "exp_decay": lambda x: exp(-2 * x),
    "shifted_square": lambda x: (x - 2) ** 2,
    "sigmoid": lambda x: 1 / (1 + exp(-x)),
    "bowl": lambda x, y: x * x + y * y,
    "stretched_10": lambda x, y: x * x + 10 * y * y,
    "stretched_100": lambda x, y: x * x + 100 * y * y,
    "saddle": lambda x, y: x * x - y * y,
    "monkey_saddle": lambda x, y: x**3 - 3 * x * y * y,
    "himmelblau": lambda x, y: (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    "beale": lambda x, y: sum((c - x * (1 - y**i)) ** 2 for i, c in ((1, 1.5), (2, 2.25), (3, 2.625))),
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "three_hump_camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
    "six_hump_camel": lambda x, y: 4 * x**2 - 2.1 * x**4 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4,
    "styblinski_tang": lambda x, y: sum(t**4 - 16 * t**2 + 5 * t for t in (x, y)) / 2,
    "rastrigin": lambda x, y: 20 + sum(t * t - 10 * cos(2 * pi * t) for t in (x, y)),
    "ackley": lambda x, y: (
        -20 * exp(-0.2 * sqrt((x * x + y * y) / 2)) - exp((cos(2 * pi * x) + cos(2 * pi * y)) / 2) + e + 20
    ),
    "goldstein_price": lambda x, y: (
        (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2))
        * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))
    ),
    "two_wells": lambda x, y: min(8 * ((x + 1.5) ** 2 + y**2), (x - 1.5) ** 2 + y**2),
}


def test_each_has_its_formula() -> None:
    assert list(FORMULAS) == list(SURFACES)


@pytest.mark.parametrize("key", FORMULAS)
def test_values_are_those_of_the_formula(key) -> None:
    surface = SURFACES[key]
    for point in ((0.37, -0.81), (-1.63, 0.29), (1.94, 1.13), (0.0, 0.0), surface.start):
        place = point[: surface.dim]
        assert surface.objective().value(place) == pytest.approx(FORMULAS[key](*place), rel=1e-12, abs=1e-12)


def test_pictures_and_starts() -> None:
    """The domains are the usual ones of the literature; starts and rates are those that `about` speaks of."""
    shown = {key: (surface.domain[0][1], surface.domain[-1][0], surface.start, surface.lr)
             for key, surface in SURFACES.items()}  # fmt: skip
    assert shown == {
        "double_well": (1.8, -1.8, (-1.55,), 0.02),
        "parabola": (3.0, -3.0, (-2.4,), 0.1),
        "ripple": (6.0, -6.0, (4.6,), 0.05),
        "plateau": (4.0, -4.0, (-2.7,), 0.5),
        "kink": (3.0, -3.0, (-2.0,), 0.3),
        "cliff": (3.0, -4.0, (0.5,), 0.5),
        "exp_decay": (3.0, -1.0, (-0.5,), 0.1),
        "shifted_square": (5.0, -1.0, (-0.5,), 0.1),
        "sigmoid": (6.0, -6.0, (2.0,), 2.0),
        "bowl": (3.0, -3.0, (-2.2, 1.6), 0.1),
        "stretched_10": (3.0, -2.0, (-2.6, 1.2), 0.08),
        "stretched_100": (3.0, -1.0, (-2.6, 0.5), 0.009),
        "saddle": (2.0, -2.0, (-1.6, 0.01), 0.1),
        "monkey_saddle": (2.0, -2.0, (1.5, 0.1), 0.05),
        "himmelblau": (6.0, -6.0, (0.0, 0.0), 0.01),
        "rosenbrock": (2.0, -1.0, (-1.2, 1.0), 0.001),
        "beale": (4.5, -4.5, (1.0, 1.2), 0.01),
        "booth": (10.0, -10.0, (-7.0, -6.0), 0.05),
        "three_hump_camel": (2.5, -2.5, (-2.1, 1.8), 0.03),
        "six_hump_camel": (2.0, -1.0, (-1.0, 0.2), 0.02),
        "styblinski_tang": (5.0, -5.0, (0.6, 0.9), 0.01),
        "rastrigin": (5.12, -5.12, (3.3, -2.2), 0.002),
        "ackley": (5.0, -5.0, (2.6, -1.7), 0.02),
        "goldstein_price": (2.0, -2.0, (-0.6, -0.2), 0.0001),
        "two_wells": (3.5, -2.5, (-2.1, 0.6), 0.05),
    }
    # About the middle, but for those whose sides differ.
    uneven = {key for key, surface in SURFACES.items() if any(low != -high for low, high in surface.domain)}
    assert uneven == {"cliff", "exp_decay", "shifted_square", "rosenbrock"}
    assert SURFACES["rosenbrock"].domain == ((-2.0, 2.0), (-1.0, 3.0))
