"""Planes through parameters at plain numbers: what spans one, names, spreads, and turning towards the end of a path."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.landscape.directions import Plane, filter_normalized, principal_plane, random_plane, two_parameters
from gdsim.core.network import MLP

NETWORK = MLP((1, 1))


def plane_of(first, second) -> Plane:
    return Plane(np.zeros(2), np.array(first), np.array(second), (0.0, 0.0), ("a", "b"), "")


@pytest.mark.parametrize(
    ("first", "second", "spans"),
    [
        ((1e4, 0.0), (0.0, 1e-5), True),  # how long they are does not matter, only the angle between them
        ((1e-5, 0.0), (0.0, 1e4), True),
        ((1e4, 0.0), (1e4, 1e-3), False),
        ((1e-4, 0.0), (1e-4, 1e-11), False),
        ((1.0, 0.0), (1.0, 2e-6), True),
        ((1.0, 0.0), (1.0, 0.5e-6), False),  # the square of the angle is below 10⁻¹²
        ((1.0, 0.0), (np.inf, 1.0), False),
    ],
)
def test_two_directions_span_a_plane_when_they_are_apart(first, second, spans) -> None:
    if spans:
        a, b, far = plane_of(first, second).coordinates(2.0 * np.array(first) - np.array(second))
        assert (float(a), float(b)) == pytest.approx((2.0, -1.0), rel=1e-3)
        assert far == pytest.approx(0.0, abs=1e-6)
    else:
        with pytest.raises(ValueError, match="one and the same"):
            plane_of(first, second)


def test_places_beyond_the_largest_number_are_silently_infinite() -> None:
    plane = plane_of((1e150, 0.0), (0.0, 1.0))
    assert plane.parameters_at(1e200, 2.0).tolist() == [np.inf, 2.0]


def test_two_parameters_by_hand() -> None:
    plane = two_parameters(NETWORK, [-4.0, 0.5], 0, 1)
    assert plane.names == ("weight 1→1 of layer 1", "bias 1 of layer 1")
    assert plane.centre == (-4.0, 0.5)
    assert plane.spread == (6.0, 1.0)
    assert plane.held == "All 0 other parameters stay as they are."
    assert [part.tolist() for part in (plane.origin, plane.first, plane.second)] == [[0, 0], [1, 0], [0, 1]]
    turned = two_parameters(MLP((1, 1, 1)), [1.0, 2.0, 3.0, 4.0], 3, 1)
    assert turned.names == ("bias 1 of layer 2", "bias 1 of layer 1")
    assert turned.centre == (4.0, 2.0)
    assert turned.origin.tolist() == [1.0, 0.0, 3.0, 0.0]
    assert turned.held == "All 2 other parameters stay as they are."
    assert two_parameters(MLP((2, 1)), [1.0, 2.0, 3.0], 0, 2).held == "The other parameter stays as it is."


def test_filter_normalized_directions_are_numpys_draws_scaled() -> None:
    network = MLP((2, 3, 1))
    parameters = np.arange(1.0, 14.0)
    drawn = np.random.default_rng(4)
    expected = np.zeros(13)
    for rows, columns, start in ((2, 3, 0), (3, 1, 9)):
        raw = drawn.standard_normal((rows, columns))
        own = parameters[start : start + rows * columns].reshape(rows, columns)
        for unit in range(columns):
            raw[:, unit] *= np.sqrt((own[:, unit] ** 2).sum() / (raw[:, unit] ** 2).sum())
        expected[start : start + rows * columns] = raw.ravel()
    np.testing.assert_allclose(filter_normalized(network, parameters, np.random.default_rng(4)), expected, rtol=1e-14)
    plane = random_plane(network, parameters, seed=4)
    np.testing.assert_allclose(plane.first, expected, rtol=1e-14)
    assert abs(plane.first @ plane.second) < 0.9 * np.linalg.norm(plane.first) * np.linalg.norm(plane.second)
    assert plane.centre == (0.0, 0.0)
    np.testing.assert_array_equal(plane.origin, parameters)


@pytest.mark.parametrize("more", [0, 1])
def test_principal_directions_by_hand(more) -> None:
    """Places (±3, ±1) on the axes: variances 18 and 2 of 20; each axis is turned towards the end of the path."""
    path = np.array([(3.0, 0.0), (0.0, 1.0), (0.0, -1.0), (-3.0, 0.0)])
    path = np.concatenate([path, np.zeros((4, more))], axis=1)  # fewer places than parameters or more: both ways
    vector = np.concatenate([[1.0, 0.5], np.zeros(more)])
    plane = principal_plane(vector, path)
    assert plane.first[:2].tolist() == pytest.approx([-1.0, 0.0], abs=1e-12)
    assert np.abs(plane.second[:2]).tolist() == pytest.approx([0.0, 1.0], abs=1e-12)
    assert plane.shares == pytest.approx((0.9, 0.1), rel=1e-12)
    assert plane.names[0] == "principal direction 1 (90 % of the variance)"
    assert plane.held == "All parameters move; 0 % of the path's variance lies outside of the plane."
    # The farthest place from the parameters along each axis and a fifth more: 4 and 1.5.
    assert plane.spread == pytest.approx((4.8, 1.8), rel=1e-12)
    np.testing.assert_array_equal(plane.origin, vector)


@pytest.mark.parametrize("size", [1e-12, 1e12])
def test_how_long_a_path_is_does_not_matter(size) -> None:
    path = size * np.array([(3.0, 0.0), (0.0, 1.0), (0.0, -1.0), (-3.0, 0.0)])
    plane = principal_plane(path[-1], path)
    assert plane.shares == pytest.approx((0.9, 0.1), rel=1e-9)
    # 6 and 1 of it from the end, and a fifth more; something is shown at least.
    assert plane.spread == pytest.approx((max(7.2 * size, 1e-9), max(1.2 * size, 1e-9)), rel=1e-9)
