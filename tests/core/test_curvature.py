from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.core.curvature import _VANISHED, curvature_report, curvature_sentence, shape_in_words
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Kind
from gdsim.core.surfaces import SURFACES


def report(formula, *point, width=3.0):
    objective = Objective.from_expression(parse(formula), ((-width, width),) * len(point), ("x", "y")[: len(point)])
    return curvature_report(objective, point)


def test_a_tilted_bowl_has_the_eigenvectors_of_its_axes():
    # a² + 5b² with a, b along the diagonals.
    found = report("((x + y)^2 + 5(x - y)^2)/2", 0.3, 1.0)
    assert found.eigenvalues == pytest.approx((2.0, 10.0))
    first, second = np.array(found.directions)
    assert abs(first @ [1, 1]) == pytest.approx(math.sqrt(2.0))
    assert abs(second @ [1, -1]) == pytest.approx(math.sqrt(2.0))
    assert found.condition == pytest.approx(5.0)
    assert found.kind is None


def test_limits_of_the_rate():
    found = {limit.key: limit.rate for limit in report("x^2 + 8y^2", 1.0, 1.0).limits}
    assert found["gd"] == pytest.approx(2 / 16)
    assert found["momentum"] == pytest.approx(2 * 1.9 / 16)
    assert found["nesterov"] == pytest.approx(2 * 1.9 / (2.8 * 16))
    assert set(found) == {key for key, kind in OPTIMIZERS.items() if kind().rate_limit(1.0) is not None}


def test_limits_are_those_of_the_optimizers_given():
    objective = SURFACES["bowl"].objective()
    (limit,) = curvature_report(objective, (1, 1), [OPTIMIZERS["momentum"](momentum=0.5), OPTIMIZERS["adam"]()]).limits
    assert (limit.rate, limit.formula) == (pytest.approx(1.5), "2(1 + β)/curvature")


@pytest.mark.parametrize(
    ("formula", "point", "kind", "shape"),
    [
        ("x^2 + y^2", (0, 0), Kind.MINIMUM, "curves up in every direction"),
        ("x^2 + y^2", (1, 0), None, "curves up in every direction"),
        ("-x^2 - 2y^2", (0, 0), Kind.MAXIMUM, "curves down in every direction"),
        ("x^2 - y^2", (0, 0), Kind.SADDLE, "curves up in one direction and down in another, like a saddle"),
        ("x^2 - y^2", (1, 1), None, "curves up in one direction and down in another, like a saddle"),
        ("x^3 - 3x y^2", (0, 0), Kind.SADDLE, "no curvature: like a plane"),
        ("x^4 + y^4", (0, 0), Kind.MINIMUM, "no curvature: like a plane"),
        ("x + 2y", (0, 0), None, "no curvature: like a plane"),
        ("3 + 0x + 0y", (0, 0), Kind.FLAT, "no curvature: like a plane"),
        ("x^2 + 0y", (0, 1), Kind.MINIMUM, "curves up in one direction, straight in another"),
        ("x^2", (0,), Kind.MINIMUM, "curves up"),
        ("-cos(x)", (math.pi,), Kind.MAXIMUM, "curves down"),
        ("sqrt(x)", (-1,), None, "there is no second derivative here"),
    ],
)
def test_kinds_and_shapes(formula, point, kind, shape):
    found = report(formula, *point)
    assert found.kind is kind
    assert found.shape == shape


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.minima])
def test_every_known_minimum_is_named_one(key):
    surface = SURFACES[key]
    for minimum in surface.minima:
        found = curvature_report(surface.objective(), minimum)
        assert found.kind is Kind.MINIMUM or not np.isfinite(found.eigenvalues).all()


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.dim == 2])
def test_directions_are_those_of_the_hessian(key):
    surface = SURFACES[key]
    found = curvature_report(surface.objective(), surface.start)
    directions = np.array(found.directions)
    hessian = surface.objective().hessian(surface.start)
    assert directions @ hessian @ directions.T == pytest.approx(
        np.diag(found.eigenvalues), abs=1e-8 * abs(hessian).max()
    )
    assert directions @ directions.T == pytest.approx(np.eye(2))


@pytest.mark.parametrize(
    ("formula", "optimizer", "part"),
    [
        ("x^2", OPTIMIZERS["gd"](lr=1.2), "allows rates up to 2/curvature = 1; 1.2 is above it"),
        ("x^2", OPTIMIZERS["gd"](lr=0.2), "0.2 is below it"),
        ("x^2", OPTIMIZERS["adam"](), "Adam has no fixed limit"),
        ("x^2", OPTIMIZERS["gd"](lr=1.0), "1 is below it"),
        ("-x^2", OPTIMIZERS["gd"](), "nothing curves up here"),
        ("3x", OPTIMIZERS["gd"](), "λ = 0: nothing curves up here"),
        ("sqrt(x - 9)", OPTIMIZERS["gd"](), "no second derivative"),
    ],
)
def test_sentences(formula, optimizer, part):
    assert part in curvature_sentence(report(formula, 1.0), optimizer)


def test_a_schedule_s_rate_can_be_given():
    assert "0.5 is below it" in curvature_sentence(report("x^2", 1.0), OPTIMIZERS["gd"](lr=3.0), lr=0.5)


@pytest.mark.parametrize("along", [(2.0, 1.0), (1.0, -2.0)], ids=["flat", "steep"])
def test_a_point_is_named_where_the_picture_does_not_tell_it_from_the_minimum(along):
    """The distance to the vertex counts, in whichever direction, against the shorter side of the picture."""
    objective = Objective.from_expression(parse("(2x + y)^2 + 100(x - 2y)^2"), ((-5.0, 5.0), (-2.0, 2.0)))
    way = np.array(along) / math.sqrt(5.0)
    for share, kind in ((0.8, Kind.MINIMUM), (1.25, None)):
        found = curvature_report(objective, share * _VANISHED * 4.0 * way)
        assert found.eigenvalues == pytest.approx((10.0, 1000.0))
        assert found.kind is kind


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("-(2x + y)^2 - 100(x - 2y)^2", Kind.MAXIMUM),
        ("(2x - y)^2 + 100(x + 2y)^2", Kind.MINIMUM),
        ("100(2x + y)^2 - (x - 2y)^2", Kind.SADDLE),
        ("100(2x - y)^2 - (x + 2y)^2", Kind.SADDLE),
    ],
)
@pytest.mark.parametrize("share", [0.8, 1.25])
def test_tops_and_saddles_are_named_as_near_as_minima(formula, share, kind):
    """The distance to the vertex is that along each direction of the Hessian, as numpy finds them."""
    objective = Objective.from_expression(parse(formula), ((-5.0, 5.0), (-2.0, 2.0)))
    for along in ((2.0, 1.0), (1.0, -2.0), (2.0, -1.0), (1.0, 2.0)):
        point = share * _VANISHED * 4.0 * np.array(along) / math.sqrt(5.0)
        found = curvature_report(objective, point)
        values, vectors = np.linalg.eigh(objective.hessian(point))
        away = np.abs(vectors.T @ objective.gradient(point) / values).max() / 4.0
        assert found.kind is (kind if away <= _VANISHED else None)


@pytest.mark.parametrize(
    ("formula", "point", "width", "kind"),
    [
        ("1e-10x^2", (0.01,), 3.0, None),  # however little it is curved, the bottom is elsewhere
        ("x^2 + 1e-12y^2", (0.0, 1.0), 3.0, Kind.MINIMUM),  # that is no curvature beside the other
        ("x^2", (-0.5,), 500.0, None),  # near in this picture, but neither at rest nor at the bottom
        ("1e308x + 1e-5x^2", (1.0,), 3.0, None),
    ],
)
def test_slopes_that_vanish_or_not(formula, point, width, kind):
    assert report(formula, *point, width=width).kind is kind


def test_without_a_picture_the_distance_is_measured_in_units():
    objective = Objective.from_expression(parse("x^2"))
    assert [curvature_report(objective, [share * _VANISHED]).kind for share in (0.9, 1.1)] == [Kind.MINIMUM, None]


@pytest.mark.parametrize(
    ("eigenvalues", "shape"),
    [
        ((1e-12, 1e-5), "curves up in every direction"),
        ((1e-15, 1e-5), "curves up in one direction, straight in another"),
        ((-1e5, 1e-6), "curves down in one direction, straight in another"),
        ((-1e5, 1e-3), "curves up in one direction and down in another, like a saddle"),
    ],
)
def test_curvatures_below_a_thousand_millionth_of_the_largest_are_none(eigenvalues, shape):
    assert shape_in_words(eigenvalues) == shape


def test_a_report_holds_plain_numbers_and_finite_limits():
    found = report("x^2 + 8y^2", 1, 1)
    numbers = [*found.point, *found.eigenvalues, *found.directions[0], *found.directions[1]]
    assert {type(number) for number in numbers} == {float}
    assert report("x^2", 1.0).condition == 1.0
    assert report("x^2 + 0y", 1.0, 1.0).condition is None
    assert report("abs(x)^1.5", 0.0).limits == ()
    assert report("x^1.5", 0.0).limits == ()
    assert report("1e-310x^2", 1.0).limits == ()
