"""The parts of a basin map by numbers: vertices, reaches, labels at their borders, and what is shown meanwhile."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.basins import GONE, MOVING, RESTING, UNDEFINED, UNKNOWN, basin_map, label_rows
from gdsim.core.basins.kinks import _compass, _ring, _rises_around, lowest_nearby
from gdsim.core.basins.minima import Crowd, Minimum, to_vertex
from gdsim.core.basins.picture import BasinPicture
from gdsim.core.basins.walkers import Ends
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS


def function(formula, *domain):
    return Objective.from_expression(parse(formula), domain or None)


BOX = ((2.0, 10.0), (-1.0, 3.0))  # of extent (8, 4) about (6, 1)


def crowd_of(formula, domain=BOX, key="gd", block=32):
    return Crowd(function(formula, *domain), OPTIMIZERS[key](), domain, block)


def pulled(work):
    while True:
        try:
            next(work)
        except StopIteration as finished:
            return finished.value


def labels_of(crowd, points, spans=0.0, early=1.0):
    """Of ends that stayed within so much of their points, and within more at half-time."""
    points = np.array(points, dtype=float)
    around = np.broadcast_to(np.asarray(spans, dtype=float), points.shape)
    first = None if early is None else (points - early, points + early)
    return pulled(crowd.labels_of(Ends(points, (points - around, points + around), first))).tolist()


def test_the_vertex_of_a_parabola_is_where_its_gradient_vanishes():
    rng = np.random.default_rng(0)
    roots, gradients = rng.normal(size=(20, 2, 2)), rng.normal(size=(20, 2))
    hessians = roots @ roots.transpose(0, 2, 1)
    moves, lowest = to_vertex(gradients, hessians)
    assert lowest.all()
    np.testing.assert_allclose(moves, -np.linalg.solve(hessians, gradients[:, :, None])[:, :, 0], rtol=1e-9)
    moves, lowest = to_vertex(np.array([[3.0], [3.0], [3.0]]), np.array([[[2.0]], [[-2.0]], [[0.0]]]))
    assert lowest.tolist() == [True, False, False]
    assert moves[0] == -1.5
    none = np.array([[[-1, 0], [0, 1]], [[1, 0], [0, -1]], [[-1, 0], [0, -1]], [[1, 2], [2, 3]], [[1, 2], [2, 4]],
                     [[1, 2], [2, 4 + 1e-13]], [[0, 0], [0, 1]]], float)  # fmt: skip
    assert not to_vertex(np.ones((7, 2)), none)[1].any()
    b = 1e4 * (1.0 - 5e-15)  # a determinant of 1e-14 of the product is a rounding error of any size
    assert not to_vertex(np.ones((2, 2)), np.array([[[1e8, b], [b, 1.0]], [[1.0, b], [b, 1e8]]]))[1].any()
    assert to_vertex(np.ones((1, 2)), np.array([[[1.0, 2.0], [2.0, 4.0 + 1e-12]]]))[1].all()


# Kinks


def test_rings_go_round():
    assert _ring(1).tolist() == [[1.0], [-1.0]]
    degrees = np.radians(22.5 * np.arange(16))
    np.testing.assert_allclose(_ring(2), np.array([np.cos(degrees), np.sin(degrees)]).T, atol=1e-15)


@pytest.mark.parametrize(
    ("point", "rises"),
    [((0.0, 0.0), True), ((0.095, 0.0), True), ((0.11, 0.0), False), ((-0.11, 0.0), False), ((0.0, 9.5), True),
     ((0.0, 11.0), False), ((0.06, 6.0), True), ((0.08, -8.0), False)],
)  # fmt: skip
def test_it_rises_around_a_point_if_the_ring_goes_round_the_minimum(point, rises):
    radius = np.array([0.1, 10.0])
    assert _rises_around(function("100x^2 + y^2/100"), np.array(point), radius) is rises


def test_nothing_is_said_to_rise_where_slopes_are_missing_or_0():
    assert not _rises_around(function("sqrt(x) + y^2"), np.array([0.05, 0.0]), np.array([0.1, 0.1]))
    assert not _rises_around(function("relu(abs(x) - 2) + y^2"), np.zeros(2), np.ones(2))
    line = function("abs(x - 0.3)")
    for place, rises in ((0.3, True), (0.39, True), (0.41, False), (0.19, False)):
        assert _rises_around(line, np.array([place]), np.array([0.1])) is rises


def test_compass_search_goes_to_the_lowest_place_within_reach():
    tip = function("abs(x - 0.3)/5 + 20abs(y + 0.2)")
    reach = np.array([5.0, 0.05])
    found = lowest_nearby(tip, np.array([-2.1, -0.17]), reach)
    assert found == pytest.approx((0.3, -0.2), abs=1e-7)
    assert lowest_nearby(tip, np.array([-5.1, -0.17]), reach) is None
    assert lowest_nearby(tip, np.array([0.0, -0.1]), reach) is None
    bowl = function("(x - 1)^2 + y^2")
    assert _compass(bowl, np.zeros(2), np.array([0.9, 0.9])) is None
    assert _compass(bowl, np.zeros(2), np.array([2.0, 2.0])) == pytest.approx((1.0, 0.0), abs=1e-6)
    # At the edge of the ring it rises, but around the place itself it is level.
    assert lowest_nearby(function("relu(abs(x) - 0.1) + abs(y)"), np.zeros(2), np.ones(2)) is None
    assert _compass(function("abs(x - 3e-10)"), np.zeros(1), np.array([1e-9])) == pytest.approx([3e-10], abs=1e-17)


# Labels


def test_a_place_is_gone_a_hundred_extents_from_the_middle():
    crowd = crowd_of("(x - 6)^2 + 4(y - 1)^2")
    places = [(805.9, 1.0), (806.1, 1.0), (-793.9, 1.0), (-794.1, 1.0), (6.0, 400.9), (6.0, 401.1), (6.0, -399.1),
              (math.nan, 1.0), (6.0, math.inf)]  # fmt: skip
    expected = [MOVING, GONE, MOVING, GONE, MOVING, GONE, GONE, GONE, GONE]
    assert labels_of(crowd, places, 1.0) == expected
    assert crowd.found == []
    overflow = crowd_of("exp(x^2) + y^2")
    assert labels_of(overflow, [(50.0, 1.0), (5.0, 1.0)], 1.0) == [GONE, MOVING]
    assert labels_of(crowd_of("log(x) + y^2"), [(-1.0, 1.0), (0.0, 1.0), (3.0, 1.0)], 1.0) == [UNDEFINED] * 2 + [MOVING]
    assert labels_of(crowd_of("sqrt(x) + y^2"), [(0.0, 1.0), (3.0, 1.0)], 1.0) == [UNDEFINED, MOVING]


@pytest.mark.parametrize("block", [32, 4, 3])
def test_a_path_has_settled_within_a_hundredth_of_the_extent(block):
    crowd = crowd_of("(x - 6)^2 + 4(y - 1)^2", block=block)
    places = [(6.0, 1.0)] * 5 + [(6.05, 1.0), (6.0, 1.03), (6.09, 1.0), (6.0, 0.95)]
    spans = [(0.079, 0.0), (0.081, 0.0), (0.0, 0.039), (0.0, 0.041), (0.079, 0.039), (0.02, 0.0), (0.0, 0.005),
             (0.0, 0.02), (0.05, 0.0)]  # fmt: skip
    expected = [0, MOVING, 0, MOVING, 0, 0, 0, MOVING, MOVING]
    assert labels_of(crowd, places, np.array(spans)) == expected
    assert crowd.found == [Minimum((6.0, 1.0), 0.0)]
    far = [(7.0, 2.0), (9.0, 1.0)]
    assert labels_of(crowd, far, 0.0) == [RESTING] * 2
    assert labels_of(crowd, far, [[7e-9, 3e-9], [9e-9, 0.0]]) == [MOVING] * 2
    assert labels_of(crowd, far, [[3e-9, 1e-9], [3e-9, 3e-9]]) == [RESTING, MOVING]


@pytest.mark.parametrize(
    ("key", "early", "span", "label"),
    [("gd", 0.05, 0.04, 0), ("gd", 0.04, 0.05, MOVING), ("gd", 1e-9, 7e-6, 0), ("gd", 1e-9, 9e-6, MOVING),
     ("adam", 0.04, 0.05, 0), ("gd", None, 0.05, 0)],
)  # fmt: skip
def test_a_path_whose_moves_shrink_has_to_have_come_nearer_since_half_time(key, early, span, label):
    crowd = crowd_of("(x - 6)^2 + 4(y - 1)^2", key=key)
    assert labels_of(crowd, [(6.0, 1.0)], [[span, 0.0]], None if early is None else np.array([early, 0.0])) == [label]


def test_hops_across_a_kink_of_less_than_two_hundredths_have_settled():
    crowd = crowd_of("abs(x - 6.01) + 4abs(y - 1)")
    assert labels_of(crowd, [(6.0, 1.0)], [[0.081, 0.0]]) == [MOVING]
    assert labels_of(crowd, [(6.0, 1.0)], [[0.0, 0.041]]) == [MOVING]
    assert crowd.found == []
    assert labels_of(crowd, [(6.0, 1.0), (6.04, 1.0), (6.08, 1.0)], [[0.03, 0.02], [0.04, 0.0], [0.03, 0.0]]) == [
        0, 0, MOVING,
    ]  # fmt: skip
    (tip,) = crowd.found
    assert tip.point == pytest.approx((6.01, 1.0), abs=1e-7)
    valley = crowd_of("abs(y - 1) + 0.1x")
    assert labels_of(valley, [(6.0, 1.0), (6.001, 1.0)], 0.001) == [MOVING] * 2
    assert len(valley._barren) == 1
    # Where there is no value, none has settled, though a kink is near.
    edge = crowd_of("abs(x - 6.01) + 4abs(y - 1) + 0log(x - 6)")
    assert labels_of(edge, [(6.02, 1.0), (5.99, 1.0)], [[0.005, 0.005], [0.02, 0.0]]) == [0, UNDEFINED]
    assert labels_of(edge, [(6.01, 1.0), (6.02, 1.0)], [[0.081, 0.0], [0.005, 0.0]]) == [MOVING, 0]


@pytest.mark.parametrize("place", [6.0, 6.03])
def test_a_kink_is_looked_for_where_the_parabola_has_its_vertex_elsewhere(place):
    """The slope goes from −1.5 to 0.5 with a curvature of 1/2: vertices are 3 to the right and 1 to the left."""
    crowd = crowd_of("abs(x - 6.01) + 0.25(x - 7)^2 + 4(y - 1)^2")
    assert labels_of(crowd, [(place, 1.0)], [[0.02, 0.0]]) == [0]
    assert crowd.found[0].point == pytest.approx((6.01, 1.0), abs=1e-7)


def test_the_reach_of_a_path_is_measured_from_the_vertex():
    crowd = crowd_of("(x - 6)^2 + 4(y - 1)^2")
    assert labels_of(crowd, [(6.05, 1.0), (6.05, 1.0), (5.95, 1.0)], [[0.02, 0.0], [0.05, 0.0], [0.05, 0.0]]) == [
        0, MOVING, MOVING,
    ]  # fmt: skip


def test_minima_are_numbered_as_they_are_found_and_are_one_within_a_hundredth():
    crowd = crowd_of("cos(2pi x) + cos(2pi y)")
    ends = [(7.5, 1.5), (3.5, 0.5), (7.52, 1.49), (9.5, 1.5), (3.45, 0.5)]
    assert labels_of(crowd, ends, 0.0, None) == [0, 1, 0, 2, 1]
    assert [minimum.point for minimum in crowd.found] == [
        pytest.approx(at) for at in ((7.5, 1.5), (3.5, 0.5), (9.5, 1.5))
    ]
    narrow = crowd_of("cos(8pi x) + (y - 1)^2")
    assert labels_of(narrow, [(6.375, 1.0), (6.125, 1.0), (6.625, 1.0)], 0.0, None) == [0, 1, 2]
    assert crowd._nearest(np.array([7.579, 1.5])) == 0
    assert crowd._nearest(np.array([7.581, 1.5])) is None
    assert crowd._nearest(np.array([3.5, 0.539])) == 1
    assert crowd._nearest(np.array([3.5, 0.461])) == 1
    assert crowd._nearest(np.array([3.5, 0.459])) is None


@pytest.mark.parametrize(
    ("formula", "domain", "point", "minimum"),
    [
        # The picture is 8 wide and the values go from 0 to 25.
        ("x^2 + 2e-11", ((-3.0, 5.0),), (0.7e-6,), ((0.0,), 0.0)),
        ("x^2 + 3e-11", ((-3.0, 5.0),), (0.9e-6,), ((0.9e-6,), 3e-11 + 0.81e-12)),
        ("x^2 - 2e-11", ((-3.0, 5.0),), (-0.7e-6,), ((0.0,), 0.0)),
        ("x^2 - 3e-11", ((-3.0, 5.0),), (0.0,), ((0.0,), -3e-11)),
        # From −4 to 26 here.
        ("x^2 + y + 2.9e-11", ((-3.0, 5.0), (-4.0, 1.0)), (0.7e-6, 0.6e-6), ((0.0, 0.6e-6), 0.6e-6 + 2.9e-11)),
        ("x^2 + y + 2.9e-11", ((-3.0, 5.0), (-4.0, 1.0)), (0.9e-6, 0.4e-6), ((0.9e-6, 0.0), 0.0)),
        ("x^2 + y + 3.1e-11", ((-3.0, 5.0), (-4.0, 1.0)), (0.0, 0.0), ((0.0, 0.0), 3.1e-11)),
        ("sqrt(x)", ((0.0, 4.0),), (0.0,), ((0.0,), 0.0)),
        ("log(-1 - x^2)", ((0.0, 4.0),), (1.0,), ((1.0,), math.nan)),
    ],
)
def test_rounding_errors_around_0_read_0(formula, domain, point, minimum):
    found = crowd_of(formula, domain)._minimum(np.array(point))
    assert found.point == minimum[0]
    assert found.value == pytest.approx(minimum[1], rel=1e-9, nan_ok=True)
    assert {type(number) for number in (*found.point, found.value)} == {float}


def test_newton_s_method_stays_within_a_hundredth_of_the_extent():
    crowd = crowd_of("(x - 6)^4 + (x - 6)^2 + 4(y - 1)^2")
    assert crowd._polished(np.array([6.05, 1.03])) == pytest.approx((6.0, 1.0), abs=1e-13)
    assert crowd._polished(np.array([6.09, 1.0])) is None
    assert crowd._polished(np.array([5.91, 1.0])) is None
    assert crowd._polished(np.array([6.0, 1.05])) is None
    assert crowd_of("-x^2 - y^2")._polished(np.array([0.0, 0.0])) is None


# Pictures


AXES = np.array([0.0, 1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0, 40.0])
LABELS = np.array([[0, 0, 1, 1], [0, 0, 1, GONE], [0, 1, 1, 1], [0, 1, MOVING, 1]], np.int32)
PICTURE = BasinPicture(AXES, LABELS, (Minimum((0.0, 10.0), 1.0), Minimum((3.0, 30.0), -2.0)), 1, 1.0, 300)


def test_parts_and_places_of_a_picture():
    assert [PICTURE.share(label) for label in (0, 1, GONE, MOVING, UNDEFINED)] == [6 / 16, 8 / 16, 1 / 16, 1 / 16, 0.0]
    assert PICTURE.labels_within(((1.0, 3.0), (20.0, 30.0))).tolist() == [[0, 1, GONE], [1, 1, 1]]
    assert PICTURE.labels_within(((1.1, 2.9), (0.0, 15.0))).tolist() == [[1]]
    assert PICTURE.labels_within(((1.1, 1.9), (0.0, 15.0))) is LABELS
    assert PICTURE.share(1, ((1.0, 3.0), (20.0, 30.0))) == 4 / 6
    assert (PICTURE.label_at(2.9, 21.0), PICTURE.label_at(2.4, 44.0), PICTURE.label_at(-9.0, 0.0)) == (GONE, MOVING, 0)
    row = BasinPicture(AXES[:1], LABELS[1:2], PICTURE.minima, 1, 1.0, 300)
    assert row.labels_within(((1.5, 9.0),)).tolist() == [[1, GONE]]
    assert [row.label_at(x) for x in (0.0, 1.6, 2.6)] == [0, 1, GONE]
    objective = function("x + y", (0.0, 3.0), (10.0, 40.0))
    rows = label_rows(PICTURE, objective)
    assert [(row.label, row.share) for row in rows] == [(1, 8 / 16), (0, 6 / 16), (MOVING, 1 / 16), (GONE, 1 / 16)]
    assert [(row.title, row.point, row.value) for row in rows[:2]] == [
        ("minimum at (3, 30)", (3.0, 30.0), -2.0), ("minimum at (0, 10)", (0.0, 10.0), 1.0),
    ]  # fmt: skip
    assert rows[2].title == "not settled after 300 steps (still moving)"


def test_a_map_is_usually_of_256_by_256_starts_and_300_steps():
    first = next(basin_map(function("x^2 + y^2", (0.0, 1.0), (0.0, 2.0)), OPTIMIZERS["gd"]()))
    assert (first.labels.shape, first.steps, first.axes[1][-1]) == ((256, 256), 300, 2.0)


def test_what_is_not_computed_yet_shows_the_corner_of_its_square():
    bowl = function("(x - 1)^2 + (y - 30)^2", (0.0, 9.0), (25.0, 34.0))
    pictures = list(basin_map(bowl, OPTIMIZERS["newton"](lr=1.0), size=10, steps=8))
    first = next(picture for picture in pictures if UNKNOWN not in picture.labels)
    assert (first.stride, first.labels.tolist()) == (8, [[0] * 10] * 10)
    assert [first.done, pictures[-1].done] == [4 / 100, 1.0]
    assert sorted({picture.done for picture in pictures if picture.done in (0.04, 0.09, 0.25, 1.0)}) == [
        0.04, 0.09, 0.25, 1.0,
    ]  # fmt: skip
    assert (first.axes[0][3], first.axes[1][3]) == (3.0, 28.0)
    edge = function("x^2 + y^2 + 0log(x - 8.5)", (0.0, 9.0), (0.0, 9.0))
    pictures = list(basin_map(edge, OPTIMIZERS["gd"](lr=0.001), size=10, steps=1))
    shown = next(picture.labels for picture in pictures if picture.stride == 4 and UNKNOWN not in picture.labels)
    assert (shown[:, :9] == UNDEFINED).all()
    assert (shown[:, 9] == UNDEFINED).all()
    assert (pictures[-1].labels[:, 9] != UNDEFINED).all()
