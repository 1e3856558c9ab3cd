from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.app.plots.surface_reach import FURTHEST, has_one_scale, plane_reach, spare_room

WIDE = ((-6.0, 6.0), (0.0, 4.0))


def sides(part):
    return [high - low for low, high in part]


def test_both_directions_grow_by_one_factor():
    part = plane_reach(WIDE, np.array([[0.0, 2.0], [-8.0, 1.0]]))
    assert part == ((-9.0, 9.0), (-1.0, 5.0))
    assert plane_reach(WIDE, np.array([[6.0, 4.0]])) == WIDE
    assert plane_reach(WIDE, np.empty((0, 2))) == WIDE


def test_there_is_a_bound_beyond_which_nothing_is_followed():
    rng = np.random.default_rng(0)
    for scale in (1.0, 3.0, 10.0, 1e6, 1e308):
        part = plane_reach(WIDE, rng.uniform(-1, 1, (20, 2)) * scale)
        assert sides(part)[0] == pytest.approx(3 * sides(part)[1])
        assert 12 <= sides(part)[0] <= FURTHEST * 12
    far = plane_reach(WIDE, np.array([[-3.9e6, -5e3], [math.nan, 0.0], [math.inf, 0.0]]))
    assert far == WIDE
    everything = plane_reach(WIDE, np.array([[-3.9e6, -5e3]]), furthest=math.inf)
    assert everything[0][0] <= -3.9e6


@pytest.mark.parametrize("size", [(900.0, 300.0), (300.0, 700.0), (600.0, 600.0)])
def test_a_domain_that_is_about_square_has_one_scale_and_little_beside_it(size):
    square = ((-6.0, 6.0), (-5.0, 5.0))
    assert has_one_scale(square, *size, before=False)
    across, down = spare_room(square, *size)
    shape = (size[0] - across) / (size[1] - down) / 1.2
    assert 1 / 1.5 - 1e-9 <= shape <= 1.5 + 1e-9
    assert min(across, down) == 0


def test_a_domain_of_very_unequal_sides_fills_the_picture():
    assert not has_one_scale(WIDE, 600.0, 600.0, before=True)
    assert spare_room(WIDE, 600.0, 600.0) == (0.0, 0.0)
    assert has_one_scale(WIDE, 900.0, 300.0, before=False)
