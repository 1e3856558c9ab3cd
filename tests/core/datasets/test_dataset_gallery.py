"""Every dataset: shapes, balance and seeds; and each against the formula of its source."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.datasets import DATASETS, labels_of

every_dataset = pytest.mark.parametrize("key", list(DATASETS))
REGRESSION = [key for key, dataset in DATASETS.items() if dataset.kind == "regression"]
CLASSES = [key for key, dataset in DATASETS.items() if dataset.kind == "classification"]


def drawn(key, n=200, noise=0.0, seed=1):
    return DATASETS[key](n=n, noise=noise, rng=np.random.default_rng(seed))


def test_the_keys_are_those_promised():
    curves = ["sine", "x_sin_x", "step", "polynomial", "linear"]
    classes = ["gaussians", "circle", "xor", "moons", "spiral", "three_gaussians", "three_spirals"]
    assert list(DATASETS) == [*curves, *classes, "plane", "multi_gauss"]


@every_dataset
def test_shapes_and_descriptions(key):
    dataset = DATASETS[key]
    inputs, targets = drawn(key, n=31)
    assert inputs.shape == (31, dataset.dim)
    assert targets.shape == (31, dataset.outputs)
    assert inputs.dtype == targets.dtype == np.float64
    assert dataset.key == key
    assert dataset.about.endswith(".")
    assert dataset.source


@every_dataset
def test_without_noise_the_points_lie_in_the_domain(key):
    inputs, _ = drawn(key, n=2000)
    low, high = np.array(DATASETS[key].domain).T
    assert (inputs >= low).all()
    assert (inputs <= high).all()


@every_dataset
def test_the_same_seed_gives_the_same_and_another_does_not(key):
    first, again, other = drawn(key, noise=0.3), drawn(key, noise=0.3), drawn(key, noise=0.3, seed=2)
    np.testing.assert_array_equal(first.inputs, again.inputs)
    np.testing.assert_array_equal(first.targets, again.targets)
    assert not np.array_equal(first.inputs, other.inputs)


@every_dataset
def test_more_points_contain_the_fewer(key):
    few, many = drawn(key, n=50, noise=0.2), drawn(key, n=80, noise=0.2)
    np.testing.assert_array_equal(many.inputs[:50], few.inputs)
    np.testing.assert_array_equal(many.targets[:50], few.targets)


@every_dataset
@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_points(key, n):
    inputs, targets = drawn(key, n=n, noise=0.1)
    assert len(inputs) == len(targets) == n
    assert np.isfinite(inputs).all()


@every_dataset
@pytest.mark.parametrize("wrong", [{"n": 0}, {"n": 2.5}, {"noise": -0.1}, {"noise": np.nan}])
def test_impossible_wishes_are_refused_in_a_sentence(key, wrong):
    with pytest.raises(ValueError, match=r"has to be .*\.$"):
        DATASETS[key](**wrong, rng=np.random.default_rng(0))


@pytest.mark.parametrize("key", REGRESSION)
def test_noise_moves_values_only_and_by_its_standard_deviation(key):
    quiet, noisy, loud = (drawn(key, n=20000, noise=noise) for noise in (0.0, 0.25, 0.5))
    np.testing.assert_array_equal(quiet.inputs, loud.inputs)
    errors = noisy.targets - quiet.targets
    assert errors.std() == pytest.approx(0.25, rel=0.02)
    assert errors.mean() == pytest.approx(0.0, abs=0.01)
    np.testing.assert_allclose(loud.targets - quiet.targets, 2 * errors, atol=1e-12)


@pytest.mark.parametrize("key", CLASSES)
def test_noise_moves_places_only_and_by_its_standard_deviation(key):
    quiet, noisy = drawn(key, n=20000), drawn(key, n=20000, noise=0.25)
    np.testing.assert_array_equal(quiet.targets, noisy.targets)
    np.testing.assert_allclose((noisy.inputs - quiet.inputs).std(axis=0), 0.25, rtol=0.02)


@pytest.mark.parametrize("key", CLASSES)
def test_classes_are_balanced_within_one(key):
    _, targets = drawn(key, n=100)
    counts = np.bincount(labels_of(targets), minlength=DATASETS[key].classes)
    assert counts.max() - counts.min() <= 1
    assert set(np.unique(targets)) == {0.0, 1.0}
    if DATASETS[key].classes > 2:
        np.testing.assert_array_equal(targets.sum(axis=1), 1.0)


@pytest.mark.parametrize("key", CLASSES)
def test_classes_have_no_true_function(key):
    assert DATASETS[key].truth([[0.0, 0.0]]) is None


FORMULAS = {
    "sine": lambda x: np.sin(x),
    "x_sin_x": lambda x: x * np.sin(x),
    "step": lambda x: (x >= 0).astype(float),
    "polynomial": lambda x: x**3 / 2 - x,
    "linear": lambda x: x / 2 + 1,
    "plane": lambda x, y: (x + y) / 10,
}


@pytest.mark.parametrize("key", FORMULAS)
def test_values_are_those_of_the_formula(key):
    inputs, targets = drawn(key)
    expected = FORMULAS[key](*inputs.T)
    np.testing.assert_allclose(targets[:, 0], expected, atol=1e-14)
    np.testing.assert_allclose(DATASETS[key].truth(inputs)[:, 0], expected, atol=1e-14)


def playground_gauss(x, y):
    """regressGaussian of the Playground's dataset.ts, point by point."""
    label = 0.0
    for cx, cy, sign in [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]:
        new = sign * max(0.0, 1.0 - np.hypot(x - cx, y - cy) / 2.0)
        if abs(new) > abs(label):
            label = new
    return label


def test_hills_and_hollows_are_the_playgrounds():
    inputs, targets = drawn("multi_gauss", n=500)
    np.testing.assert_allclose(targets[:, 0], [playground_gauss(*point) for point in inputs], atol=1e-14)
    assert (targets > 0.1).any()
    assert (targets < -0.1).any()


def test_moons_lie_on_their_half_circles():
    inputs, targets = drawn("moons")
    upper, lower = inputs[targets[:, 0] == 0], inputs[targets[:, 0] == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1.0, atol=1e-14)
    np.testing.assert_allclose(np.hypot(*(lower - [1.0, 0.5]).T), 1.0, atol=1e-14)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0.5).all()


@pytest.mark.parametrize(("key", "turns", "arms"), [("spiral", 1.75, 2), ("three_spirals", 0.8, 3)])
def test_on_a_spiral_the_angle_grows_with_the_radius(key, turns, arms):
    inputs, targets = drawn(key, n=300)
    radius = np.hypot(*inputs.T)
    angle = np.arctan2(inputs[:, 0], inputs[:, 1])  # from the y axis, as the Playground has it
    expected = 2 * np.pi * (turns * radius / 5 + labels_of(targets) / arms)
    np.testing.assert_allclose(np.exp(1j * angle), np.exp(1j * expected), atol=1e-12)
    assert radius.max() > 4.9


@pytest.mark.parametrize("key", ["moons", "spiral"])
def test_places_along_a_curve_are_spread_evenly(key):
    """No gap is wider than 2.7 times the mean one: for the golden ratio's multiples there are three lengths of gap."""
    inputs, targets = drawn(key, n=200)
    one = inputs[targets[:, 0] == 0]
    along = np.arctan2(one[:, 1], one[:, 0]) / np.pi if key == "moons" else np.hypot(*one.T) / 5
    gaps = np.diff(np.sort(along))
    assert gaps.max() < 2.7 / 100


def test_disc_and_ring_have_a_gap_between_them():
    inputs, targets = drawn("circle", n=2000)
    radius = np.hypot(*inputs.T)
    inside = targets[:, 0] == 1
    assert radius[inside].max() <= 2.5
    assert radius[~inside].min() >= 3.5
    assert radius.max() <= 5.0


def test_exclusive_or_is_the_difference_of_signs():
    inputs, targets = drawn("xor", n=2000)
    np.testing.assert_array_equal(targets[:, 0], inputs.prod(axis=1) < 0)
    assert np.abs(inputs).min() >= 0.3
    quadrants = np.bincount((inputs > 0) @ [1, 2])
    assert quadrants.min() > 400


@pytest.mark.parametrize(
    ("key", "centres"),
    [("gaussians", [(-2, -2), (2, 2)]), ("three_gaussians", [(0, 3), (-2.598076, -1.5), (2.598076, -1.5)])],
)
def test_clouds_have_their_centres_and_their_variance(key, centres):
    inputs, targets = drawn(key, n=30000)
    for label, centre in enumerate(centres):
        cloud = inputs[labels_of(targets) == label]
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.04)
        np.testing.assert_allclose(np.cov(cloud.T), 0.5 * np.eye(2), atol=0.03)
