"""Every surface of the gallery: its minima against the gradient, the stated value, a fine grid, and the literature."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, StopReason
from gdsim.core.surfaces import SURFACES

every_surface = pytest.mark.parametrize("key", list(SURFACES))
with_minima = pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.minima])

# As printed in the sources and in Jamil and Yang's survey (2013), which lists most of them.
PUBLISHED = {
    "himmelblau": (0.0, [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]),
    "rosenbrock": (0.0, [(1, 1)]),
    "beale": (0.0, [(3, 0.5)]),
    "booth": (0.0, [(1, 3)]),
    "three_hump_camel": (0.0, [(0, 0)]),
    "six_hump_camel": (-1.031628453, [(0.0898420, -0.7126564), (-0.0898420, 0.7126564)]),
    "styblinski_tang": (-78.33233141, [(-2.903534, -2.903534)]),
    "rastrigin": (0.0, [(0, 0)]),
    "ackley": (0.0, [(0, 0)]),
    "goldstein_price": (3.0, [(0, -1)]),
}


@pytest.mark.parametrize("key", PUBLISHED)
def test_published_minima(key):
    value, points = PUBLISHED[key]
    surface = SURFACES[key]
    assert surface.minimum == pytest.approx(value, abs=1e-7)
    np.testing.assert_allclose(surface.minima, points, atol=1e-6)


@with_minima
def test_the_value_at_a_minimum_is_the_stated_one(key):
    surface = SURFACES[key]
    for minimum in surface.minima:
        assert surface.objective().value(minimum) == pytest.approx(surface.minimum, abs=1e-10)


@with_minima
def test_the_gradient_vanishes_at_a_minimum(key):
    """To 1e-8, which fixes the place to ten digits; Ackley's tip has no gradient, so its sides are compared."""
    surface = SURFACES[key]
    objective = surface.objective()
    for minimum in surface.minima:
        gradient = objective.gradient(minimum)
        if np.isfinite(gradient).all():
            np.testing.assert_allclose(gradient, 0.0, atol=1e-8)
        else:
            assert key == "ackley"
            for axis in np.eye(surface.dim):
                right, left = objective.gradient(minimum + 1e-9 * axis), objective.gradient(minimum - 1e-9 * axis)
                assert right @ axis > 1.0
                assert left @ axis < -1.0


@with_minima
def test_nothing_in_the_domain_is_lower(key):
    surface = SURFACES[key]
    axes = [np.linspace(low, high, 100_001 if surface.dim == 1 else 801) for low, high in surface.domain]
    values = surface.objective().grid(*axes)
    assert values.min() >= surface.minimum - 1e-9
    # And every point of the grid that is nearly as low lies near one of the stated minima.
    spread = np.quantile(values, 0.05) - surface.minimum
    low = values <= surface.minimum + 1e-4 * spread
    grids = np.meshgrid(*axes)
    points = np.stack([grid[low] for grid in grids], axis=-1)
    if points.size:
        distance = np.linalg.norm(points[:, None, :] - np.array(surface.minima)[None], axis=-1).min(axis=1)
        width = max(high - low for low, high in surface.domain)
        assert distance.max() < 0.1 * width


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if not surface.minima])
def test_where_no_minimum_is_stated_there_is_none(key):
    """The lowest value of ever wider boxes keeps falling (or stays above the infimum 0, for the saturating ones)."""
    surface = SURFACES[key]
    assert surface.minimum is None
    objective = surface.objective()
    lowest = []
    for scale in (1.0, 2.0, 4.0):
        axes = [np.linspace(scale * low, scale * high, 201) for low, high in surface.domain]
        lowest.append(objective.grid(*axes).min())
    assert lowest[0] > lowest[1] > lowest[2]


@every_surface
def test_minima_and_start_lie_in_the_domain(key):
    surface = SURFACES[key]
    for point in (*surface.minima, surface.start):
        assert len(point) == surface.dim
        for value, (low, high) in zip(point, surface.domain, strict=True):
            assert low <= value <= high


@every_surface
def test_the_values_on_the_domain_are_defined(key):
    surface = SURFACES[key]
    axes = [np.linspace(low, high, 102) for low, high in surface.domain]
    assert np.isfinite(surface.objective().grid(*axes)).all()
    assert all(np.isfinite(part).all() for part in surface.objective().derivative_grid(*axes))


@every_surface
def test_the_suggested_start_and_rate_show_something(key):
    """The first step is neither invisible nor leaves the picture, and gradient descent lowers the value."""
    surface = SURFACES[key]
    run = Run(surface.objective(), OPTIMIZERS["gd"](lr=surface.lr), surface.start, max_steps=300)
    first = run.steps[0]
    run.advance(300)
    width = max(high - low for low, high in surface.domain)
    length = float(np.linalg.norm(first.delta))
    assert length < 0.6 * width
    if key != "plateau":  # whose point is that the ball hardly moves
        assert length > 0.001 * width
    assert min(step.value for step in run.steps) < first.value
    assert run.stop_reason in (StopReason.CONVERGED, StopReason.BUDGET, StopReason.LEFT_DOMAIN)


@every_surface
def test_every_entry_can_be_read(key):
    surface = SURFACES[key]
    assert surface.key == key
    assert surface.title
    assert surface.source
    assert surface.known_from
    assert surface.about.endswith(".")
    assert len(surface.about) < 130


def test_the_gallery_begins_with_the_tilted_double_well():
    surface = SURFACES[next(iter(SURFACES))]
    assert surface.key == "double_well"
    objective = surface.objective()
    run = Run(objective, OPTIMIZERS["gd"](lr=surface.lr), surface.start)
    assert run.steps[0].gradient[0] < 0.0  # on the left slope: step right
    end = run.advance(1000)
    # It settles in the nearer well; the other one is lower.
    assert run.stop_reason is StopReason.CONVERGED
    assert end.point[0] == pytest.approx(-0.960149555519)
    assert end.value > surface.minimum + 0.5


def test_the_one_dimensional_surfaces_come_first():
    dims = [surface.dim for surface in SURFACES.values()]
    assert dims == sorted(dims)
    assert dims.count(1) == 9
    assert dims.count(2) == 16


@pytest.mark.parametrize(("rate", "ends"), [(0.1, {-1.5, 1.5}), (0.2, {1.5})])
def test_a_larger_step_leaves_only_the_flatter_well(rate, ends):
    surface = SURFACES["two_wells"]
    starts = np.random.default_rng(1).uniform((-3, -2), (3, 2), (300, 2))
    run = Run(surface.objective(), OPTIMIZERS["gd"](lr=rate), starts, max_steps=2000, keep=False)
    end = run.advance(2000)
    assert set(run.stop_reasons) == {StopReason.CONVERGED}
    assert set(np.round(end.point[:, 0], 6)) == ends
