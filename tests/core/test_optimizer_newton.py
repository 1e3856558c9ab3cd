"""Newton's direction and what is taken in its place, for one point and for many, at the borders between the cases."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gdsim.core.optimizers.one_point import newton_direction_one
from gdsim.core.optimizers.safeguarded import newton_direction

NEWTON, REPLACED, UNUSABLE = 0.0, 1.0, 2.0
INF, NAN = math.inf, math.nan

# Hessian [[a, b], [b, c]] as (a, b, c), gradient, point, direction, kind.
CASES = [
    ((2.0, 0.0, 4.0), (6.0, -2.0), (0.0, 0.0), (-3.0, 0.5), NEWTON),
    ((2.0, 1.0, 3.0), (5.0, 5.0), (0.0, 0.0), (-2.0, -1.0), NEWTON),
    ((3.0, 1.0, 2.0), (5.0, 5.0), (0.0, 0.0), (-1.0, -2.0), NEWTON),
    ((2.0, 0.0, -4.0), (6.0, -2.0), (0.0, 0.0), (-1.5, 0.5), REPLACED),  # divided by 4
    ((-5.0, 0.0, 4.0), (10.0, -5.0), (0.0, 0.0), (-2.0, 1.0), REPLACED),
    ((1.0, 2.0, 1.0), (3.0, 6.0), (0.0, 0.0), (-1.0, -2.0), REPLACED),  # eigenvalues 3 and −1
    ((0.0, 0.0, 0.0), (3.0, 6.0), (0.0, 0.0), (-3.0, -6.0), UNUSABLE),
    ((0.0, 0.0, 0.0), (2e6, 1.0), (0.0, 0.0), (-2e6, -1.0), UNUSABLE),  # however steep
    # The smaller eigenvalue counts as positive from 10⁻¹⁰ of the larger one on.
    ((1.0, 0.0, 1.05e-10), (1.0, 2.1e-10), (0.0, 0.0), (-1.0, -2.0), NEWTON),
    ((1.0, 0.0, 0.95e-10), (1.0, 2.1e-10), (0.0, 0.0), (-1.0, -2.1e-10), REPLACED),
    ((1e10, 0.0, 1.0), (1e10, 2.0), (0.0, 0.0), (-1.0, -2e-10), REPLACED),  # exactly 10⁻¹⁰ does not
    # So far as 10⁶, or 10⁶ times the coordinates, it is believed.
    ((1e-6, 0.0, 1e-6), (0.95, 0.1), (0.0, 0.5), (-0.95e6, -0.1e6), NEWTON),
    ((1.0, 0.0, 1.0), (1e6, 0.0), (0.0, 0.5), (-1e6, 0.0), NEWTON),
    ((1e-6, 0.0, 1e-6), (1.05, 0.1), (0.0, 0.5), (-1.05, -0.1), UNUSABLE),
    ((1e-6, 0.0, 1e-6), (0.1, -1.05), (0.0, -0.5), (-0.1, 1.05), UNUSABLE),
    ((1e-6, 0.0, 1e-6), (1.05, 0.1), (0.0, -2.0), (-1.05e6, -0.1e6), NEWTON),
    ((1e-6, 0.0, 1e-6), (2.05, 0.1), (2.0, 0.0), (-2.05, -0.1), UNUSABLE),
    ((-1e-7, 0.0, 1e-7), (0.2, 0.1), (0.0, 0.0), (-0.2, -0.1), UNUSABLE),
    # Where one entry is not finite the others do not help.
    ((INF, 0.0, 2.0), (3.0, 1.0), (0.0, 0.0), (-3.0, -1.0), UNUSABLE),
    ((2.0, NAN, 2.0), (3.0, 1.0), (0.0, 0.0), (-3.0, -1.0), UNUSABLE),
    ((2.0, 0.0, -INF), (3.0, 1.0), (0.0, 0.0), (-3.0, -1.0), UNUSABLE),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "gradient", "point", "direction", "kind"), CASES)
def test_for_one_point(entries, gradient, point, direction, kind) -> None:
    found = newton_direction_one(SimpleNamespace(hessian_at=lambda *_: entries), point, gradient)
    assert found[0] == pytest.approx(direction, rel=1e-6)
    assert found[1] == kind


def test_for_many() -> None:
    entries, gradients, points, directions, kinds = (np.array(part) for part in zip(*CASES, strict=True))
    hessians = np.stack([entries[:, [0, 1]], entries[:, [1, 2]]], axis=1)
    found = newton_direction(gradients, hessians, points)
    np.testing.assert_allclose(found[0], directions, rtol=1e-6)
    np.testing.assert_array_equal(found[1][:, 0], kinds)


@pytest.mark.parametrize(
    ("curvature", "slope", "direction", "kind"),
    [(4.0, 2.0, -0.5, NEWTON), (-4.0, 2.0, -0.5, REPLACED), (0.0, 2.0, -2.0, UNUSABLE), (1e-7, 2.0, -2.0, UNUSABLE)],
)
def test_for_one_coordinate(curvature, slope, direction, kind) -> None:
    objective = SimpleNamespace(hessian_at=lambda *_: (curvature,))
    assert newton_direction_one(objective, (0.3,), (slope,)) == ((direction,), kind)
    found = newton_direction(np.array([slope]), np.array([[curvature]]), np.array([0.3]))
    assert [float(part[0]) for part in found] == [direction, kind]
