"""Objective against finite differences, against the formula itself, and with the values that break things."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.core.expression import parse
from gdsim.core.objective import Objective, Programs
from gdsim.core.surfaces import SURFACES

every_surface = pytest.mark.parametrize("key", list(SURFACES))


def points_in(surface, n=40):
    low, high = np.array(surface.domain).T
    return np.random.default_rng(7).uniform(low, high, (n, surface.dim))


def differences(f, point, h=6e-6):
    """Central differences of f (a number or an array) by each coordinate of `point`, along the last axis."""
    columns = []
    for axis in np.eye(len(point)):
        step = h * np.maximum(1.0, np.abs(point)) * axis
        columns.append((np.asarray(f(point + step)) - np.asarray(f(point - step))) / (2 * np.linalg.norm(step)))
    return np.stack(columns, axis=-1)


@every_surface
def test_gradient_and_hessian_agree_with_differences(key):
    objective = SURFACES[key].objective()
    for point in points_in(SURFACES[key], 10):
        scale = 1.0 + np.abs(objective.gradient(point)).max() + abs(objective.value(point))
        np.testing.assert_allclose(objective.gradient(point), differences(objective.value, point), atol=1e-6 * scale)
        hessian = objective.hessian(point)
        np.testing.assert_allclose(hessian, hessian.T)
        size = 1.0 + np.abs(hessian).max() + scale
        np.testing.assert_allclose(hessian, differences(objective.gradient, point), atol=1e-6 * size)


@every_surface
def test_many_points_are_the_same_as_one_by_one(key):
    objective = SURFACES[key].objective()
    points = points_in(SURFACES[key])
    value, gradient = objective.value_and_gradient(points)
    np.testing.assert_allclose(value, [objective.value(point) for point in points], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(gradient, [objective.gradient(point) for point in points], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(objective.value(points), value)
    np.testing.assert_array_equal(objective.gradient(points), gradient)
    hessians = [objective.hessian(point) for point in points]
    np.testing.assert_allclose(objective.hessian(points), hessians, rtol=1e-9, atol=1e-7)
    curvatures = [objective.curvature(point) for point in points]
    np.testing.assert_allclose(objective.curvature(points), curvatures, rtol=1e-9, atol=1e-7)


@every_surface
def test_compiled_values_are_the_formula_s(key):
    surface = SURFACES[key]
    objective = surface.objective()
    points = points_in(surface)
    plain = parse(surface.formula)(**dict(zip(objective.variables, points.T, strict=True)))
    np.testing.assert_allclose(objective.value(points), plain, rtol=1e-12, atol=1e-12)


def test_a_single_point_gives_plain_numbers():
    objective = Objective.from_expression(parse("x^2 y"))
    for point in ((2.0, 3.0), (2, 3), [2.0, 3.0], np.array([2.0, 3.0])):
        assert type(objective.value(point)) is float
        assert objective.value(point) == 12.0
    assert objective.gradient((2.0, 3.0)).tolist() == [12.0, 4.0]
    assert type(objective.curvature((2.0, 3.0))) is float


def test_leading_axes_are_kept():
    objective = Objective.from_expression(parse("x^2 y"))
    points = np.arange(24.0).reshape(3, 4, 2)
    assert objective.value(points).shape == (3, 4)
    assert objective.gradient(points).shape == (3, 4, 2)
    assert objective.hessian(points).shape == (3, 4, 2, 2)
    np.testing.assert_array_equal(objective.value(points), points[..., 0] ** 2 * points[..., 1])
    assert objective.value(np.empty((0, 2))).shape == (0,)


def test_one_dimension_takes_bare_numbers():
    objective = Objective.from_expression(parse("x^3"))
    assert objective.value(2.0) == 8.0
    assert objective.gradient(2.0).tolist() == [12.0]
    assert objective.hessian(2.0).tolist() == [[12.0]]
    assert objective.curvature(-2.0) == -12.0


@pytest.mark.parametrize(
    ("formula", "point", "eigenvalues"),
    [
        ("x^2 - y^2", (0.3, 0.4), (-2, 2)),
        ("x y", (0.0, 0.0), (-1, 1)),
        ("x^2 + 3x y + 5y^2 + z^2", (1, 2, 3), (6 - 5, 2, 6 + 5)),
    ],
)
def test_curvatures_are_the_hessian_s_eigenvalues(formula, point, eigenvalues):
    objective = Objective.from_expression(parse(formula))
    values, vectors = objective.curvatures(point)
    np.testing.assert_allclose(values, np.sort(eigenvalues), atol=1e-12)
    np.testing.assert_allclose(objective.hessian(point) @ vectors, vectors * values, atol=1e-12)
    assert objective.curvature(point) == pytest.approx(max(eigenvalues))


def test_where_the_hessian_is_not_finite_the_curvatures_of_that_point_alone_are_undefined():
    """Of x^1.5 + y^2 on x = 0 one entry is infinite and the others are not."""
    objective = Objective.from_expression(parse("x^1.5 + y^2"))
    values, vectors = objective.curvatures([(1.0, 3.0), (0.0, 3.0), (0.0625, 0.0)])
    np.testing.assert_allclose(values, [(0.75, 2.0), (np.nan, np.nan), (2.0, 3.0)])
    np.testing.assert_allclose(np.abs(vectors), [np.eye(2), np.full((2, 2), np.nan), np.eye(2)[::-1]])
    np.testing.assert_allclose(objective.curvature([(0.0, 3.0), (0.0625, 0.0)]), [np.nan, 3.0])


def test_grid_is_laid_out_as_a_picture():
    objective = Objective.from_expression(parse("10x + y"))
    x, y = np.array([0.0, 1.0, 2.0]), np.array([5.0, 6.0])
    np.testing.assert_array_equal(objective.grid(x, y), [[5, 15, 25], [6, 16, 26]])
    by_x, by_y = objective.derivative_grid(x, y)
    np.testing.assert_array_equal(by_x, np.full((2, 3), 10.0))
    np.testing.assert_array_equal(by_y, np.full((2, 3), 1.0))


@every_surface
def test_grid_agrees_with_points(key):
    surface = SURFACES[key]
    objective = surface.objective()
    axes = [np.linspace(low, high, 7 + i) for i, (low, high) in enumerate(surface.domain)]
    points = np.stack(np.meshgrid(*axes), axis=-1)
    np.testing.assert_allclose(objective.grid(*axes), objective.value(points), rtol=1e-12, atol=1e-11)
    parts = np.stack(objective.derivative_grid(*axes), axis=-1)
    np.testing.assert_allclose(parts, objective.gradient(points), rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("formula", ["5", "x^2", "y"])
def test_coordinates_without_influence(formula):
    objective = Objective.from_expression(parse(formula), variables=("x", "y"))
    assert objective.grid(np.arange(3.0), np.arange(2.0)).shape == (2, 3)
    assert objective.gradient(np.ones((4, 2))).shape == (4, 2)
    assert np.isfinite(objective.hessian((1.0, 1.0))).all()
    assert [part.shape for part in objective.derivative_grid(np.arange(3.0), np.arange(2.0))] == [(2, 3), (2, 3)]
    values, gradients = objective.value_and_gradient(np.ones((4, 1, 2)))
    assert (values.shape, gradients.shape) == ((4, 1), (4, 1, 2))


def test_whole_numbers_are_taken_as_decimal_ones():
    """10³⁰ is too large for an integer of the machine."""
    objective = Objective.from_expression(parse("x^30"))
    assert objective.value(10) == objective.value([[10]])[0] == objective.grid([10])[0] == pytest.approx(1e30)
    assert type(Objective.from_expression(parse("x + y + z")).curvature((1, 2, 3))) is float


def test_variables_by_default():
    assert Objective.from_expression(parse("7")).variables == ("x",)
    assert Objective.from_expression(parse("t^2")).variables == ("t",)
    assert Objective.from_expression(parse("y^2 + x")).variables == ("x", "y")
    for formula in ("y^2", "x^2", "3"):
        assert Objective.from_expression(parse(formula), domain=[(0, 1), (0, 1)]).variables == ("x", "y")
    assert Objective.from_expression(parse("t"), domain=[(0, 1)] * 3).variables == ("t", "x", "y")
    assert Objective.from_expression(parse("z"), domain=[(0, 1)] * 3).variables == ("x", "y", "z")
    with pytest.raises(ValueError, match="8 intervals, but the formula has 6 variables"):
        Objective.from_expression(parse("z"), domain=[(0, 1)] * 8)
    assert Objective.from_expression(parse("y - x"), variables=("y", "x")).gradient((0, 0)).tolist() == [1.0, -1.0]


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"domain": [(1, 1), (0, 1)]}, "lower end"),
        ({"domain": [(2, 1), (0, 1)]}, "lower end"),
        ({"domain": [(0, math.inf), (0, 1)]}, "finite"),
        ({"domain": [(-math.inf, 0), (0, 1)]}, "finite"),
        ({"domain": [(0, math.nan), (0, 1)]}, "finite"),
        ({"domain": [(-1.7e308, 1.7e308), (0, 1)]}, "finite"),
        ({"domain": [(0, 1)]}, "1 interval"),
        ({"variables": ("x",)}, "contains y"),
        ({"variables": ("x", "y", "x")}, "different names"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(keywords, sentence):
    with pytest.raises(ValueError, match=sentence):
        Objective.from_expression(parse("x + y"), **keywords)


def test_the_function_is_kept_as_it_was_given():
    def twice(x):
        return 2.0 * x

    assert Objective(twice, ("x",)).function is twice


def test_a_constant_needs_a_variable_to_be_drawn_over():
    with pytest.raises(ValueError, match="at least one"):
        Objective.from_expression(parse("7"), variables=())


@pytest.mark.parametrize("points", [3.0, (1.0,), np.ones((2, 3))])
def test_points_of_the_wrong_dimension_get_a_sentence(points):
    with pytest.raises(ValueError, match="2 coordinates"):
        Objective.from_expression(parse("x + y")).value(points)


hostile = st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan, -1.0, 710.0, 1e-200])


@pytest.mark.parametrize("formula", ["log(x) + y", "x/y", "e^(x y)", "sqrt(x) y", "x^y", "1/(x - y)^3", "tan(x) - y"])
@given(x=hostile, y=hostile)
def test_hostile_numbers_give_nan_or_inf_silently(formula, x, y):
    objective = Objective.from_expression(parse(formula))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = objective.value((x, y))
        assert isinstance(value, float)
        assert objective.gradient((x, y)).shape == (2,)
        assert objective.hessian((x, y)).shape == (2, 2)
        assert isinstance(objective.curvature((x, y)), float)
        many = objective.value(np.array([[x, y], [1.0, 2.0]]))
        assert many[0] == value or (np.isnan(many[0]) and np.isnan(value)) or many[0] == pytest.approx(value)
        objective.curvature(np.array([[x, y], [1.0, 2.0]]))
        objective.grid(np.array([x, 1.0]), np.array([y, 2.0]))


def test_programs_are_kept_by_shape_and_the_oldest_goes_first():
    traced = []
    programs = Programs(lambda x: traced.append(1) or x * 2.0)
    for _ in range(3):
        assert programs(np.ones(3)).tolist() == [2.0, 2.0, 2.0]
    assert len(traced) == 1
    for size in range(4, 40):
        programs(np.ones(size))
    assert len(programs) == 24
    programs(np.ones(39))
    assert len(traced) == 37
    programs(np.ones(3))
    assert len(traced) == 38


@pytest.mark.parametrize("text", ["x^2", "x^2 y + sin(y)"])
def test_repr_shows_the_formula(text):
    objective = Objective.from_expression(parse(text))
    assert str(objective.expression) in repr(objective)


def test_value_and_gradient_of_one_point_and_of_many():
    objective = Objective.from_expression(parse("x^2 y + 3y"))
    value, gradient = objective.value_and_gradient((2.0, -1.0))
    assert value == -7.0
    assert type(value) is float
    np.testing.assert_array_equal(gradient, [-4.0, 7.0])
    values, gradients = objective.value_and_gradient([(2.0, -1.0), (0.0, 1.0)])
    np.testing.assert_array_equal(values, [-7.0, 3.0])
    np.testing.assert_array_equal(gradients, [[-4.0, 7.0], [0.0, 3.0]])


def test_a_grid_says_what_it_needs():
    objective = Objective.from_expression(parse("x^2 y"))
    with pytest.raises(ValueError, match="one axis for each of x, y, not 1"):
        objective.grid([0.0, 1.0])
    with pytest.raises(ValueError, match="one-dimensional array"):
        objective.grid([[0.0, 1.0]], [0.0, 1.0])
