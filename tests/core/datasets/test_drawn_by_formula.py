"""What each dataset draws, number by number, by its formula written down a second time: a seed stays what it was."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.datasets import DATASETS, Data, DataSpec, Scaling, labels_of, make_data, targets_of
from gdsim.core.datasets.data import plain_text
from gdsim.core.datasets.formula import formula_dataset

N = 30
CLASSES_OF = {"three_gaussians": 3, "three_spirals": 3}


def drawn(key, noise):
    return DATASETS[key](n=N, noise=noise, rng=np.random.default_rng(7))


def generators():
    """For the places and for the noise."""
    return [np.random.default_rng(seed) for seed in np.random.default_rng(7).integers(2**63, size=2)]


def places_of(key, rng):
    k = CLASSES_OF.get(key, 2)
    label = np.arange(N) % k
    if "gaussians" in key:
        angles = np.radians([90.0, 210.0, 330.0])
        centres = [(-2.0, -2.0), (2.0, 2.0)] if k == 2 else 3.0 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return np.array(centres)[label] + rng.standard_normal((N, 2)) / 2**0.5
    if key in ("circle", "xor"):
        u, v = rng.random((N, 2)).T
        if key == "circle":
            on_ring = (3.5 + 1.5 * u) * np.exp(2j * np.pi * v)
            within = 2.5 * u * np.exp(2j * np.pi * v)
            place = np.where(label == 1, within, on_ring)
            return np.stack([place.real, place.imag], axis=1)
        x = -5.0 + 10.0 * u
        y = 5.0 * v * np.sign(x) * np.where(label == 1, -1, 1)
        return np.stack([x + 0.3 * np.sign(x), y + 0.3 * np.sign(y)], axis=1)
    s = (rng.random(k)[label] + (np.sqrt(5.0) - 1.0) / 2.0 * (np.arange(N) // k)) % 1.0
    if key == "moons":
        x, y = np.cos(np.pi * s), np.sin(np.pi * s)
        return np.stack([np.where(label == 0, x, 1.0 - x), np.where(label == 0, y, 0.5 - y)], axis=1)
    t = 2.0 * np.pi * ({"spiral": 1.75, "three_spirals": 0.8}[key] * s + label / k)
    return 5.0 * s[:, None] * np.stack([np.sin(t), np.cos(t)], axis=1)


@pytest.mark.parametrize("key", [key for key, dataset in DATASETS.items() if dataset.kind == "classification"])
def test_classes(key):
    places, disturbance = generators()
    inputs, targets = drawn(key, 0.25)
    np.testing.assert_allclose(inputs, places_of(key, places) + 0.25 * disturbance.standard_normal((N, 2)), rtol=1e-12)
    labels = targets[:, 0] if targets.shape[1] == 1 else targets.argmax(axis=1)
    np.testing.assert_array_equal(labels, np.arange(N) % CLASSES_OF.get(key, 2))


def hill(x, y):
    heights = [
        sign * max(0.0, 1.0 - np.hypot(x - a, y - b) / 2.0)
        for a, b, sign in ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
    ]
    return max(heights, key=abs)


VALUES = {
    "sine": (np.sin, [(-5, 5)]),
    "x_sin_x": (lambda x: x * np.sin(x), [(-6, 6)]),
    "step": (lambda x: float(x >= 0.0), [(-3, 3)]),
    "polynomial": (lambda x: x**3 / 2 - x, [(-2, 2)]),
    "linear": (lambda x: x / 2 + 1, [(-3, 3)]),
    "plane": (lambda x, y: (x + y) / 10, [(-6, 6)] * 2),
    "multi_gauss": (hill, [(-6, 6)] * 2),
}


@pytest.mark.parametrize("key", [key for key, dataset in DATASETS.items() if dataset.kind == "regression"])
def test_values(key):
    function, domain = VALUES[key]
    places, disturbance = generators()
    inputs, targets = drawn(key, 0.25)
    low, high = np.array(domain, float).T
    expected = low + (high - low) * places.random((N, len(domain)))
    np.testing.assert_allclose(inputs, expected, rtol=1e-12)
    values = [[function(*point)] for point in expected.tolist()]
    np.testing.assert_allclose(targets, values + 0.25 * disturbance.standard_normal((N, 1)), rtol=1e-12)
    assert DATASETS[key].domain == tuple(map(tuple, domain))


def test_as_many_points_as_there_may_be():
    line = DATASETS["linear"]
    assert len(line(rng=np.random.default_rng(0)).inputs) == 200
    assert len(line(n=100_000, noise=0.0, rng=np.random.default_rng(0)).inputs) == 100_000
    for n in (0, 100_001, 2.5):
        with pytest.raises(ValueError, match="whole number from 1 to 100,000"):
            line(n=n, rng=np.random.default_rng(0))


def test_the_pictures_of_classes():
    domains = {key: dataset.domain for key, dataset in DATASETS.items() if dataset.kind == "classification"}
    assert domains.pop("moons") == ((-1.7, 2.7), (-1.2, 1.7))
    assert set(domains.values()) == {((-6.0, 6.0), (-6.0, 6.0))}


def test_a_typed_formula():
    dataset = formula_dataset("x^2 + 3")
    assert (dataset.domain, dataset.latex, dataset.title) == (((-5.0, 5.0),), "x^{2} + 3", "x^2 + 3")
    assert formula_dataset("x y", ((0, 1),)).domain == ((0.0, 1.0), (0.0, 1.0))
    for text, words in (("x - 1e13", "reaches"), ("x + 1e13", "reaches"), ("log(x)", "is undefined at x = −5")):
        with pytest.raises(ValueError, match=words):
            formula_dataset(text)
    for text, domain in (
        ("sqrt((x - 2.02)(x - 2.08))", ((-5, 5),)),
        ("sqrt((x - 2.1)(x - 2.4) + 0y)", ((-5, 5), (0, 1))),
    ):
        with pytest.raises(ValueError, match="is undefined at"):  # a gap between 2.02 and 2.08 is seen
            formula_dataset(text, domain)
    assert (DataSpec().low, DataSpec().high) == (-5.0, 5.0)
    assert DataSpec("formula", low=-1e6, high=1e6).low == -1e6
    with pytest.raises(ValueError, match="domain to"):
        DataSpec("formula", high=1.1e6)


# Marks


def classes(*sizes):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    inputs = np.column_stack([labels, np.arange(labels.size)])
    return Data(inputs, targets_of(labels, len(sizes)), "classification", class_names=tuple("ABCD"[: len(sizes)]))


def test_wrong_labels_and_outliers_by_the_same_draws():
    data = classes(5, 6, 7)
    flipped = data.with_wrong_labels(0.5, np.random.default_rng(3))
    first, second = np.random.default_rng(3).random((18, 2)).T
    wrong = first <= np.sort(first)[8]
    assert flipped.wrong.tolist() == wrong.tolist()
    assert flipped.labels.tolist() == np.where(wrong, (data.labels + 1 + (second >= 0.5)) % 3, data.labels).tolist()
    values = Data(np.arange(10.0)[:, None], np.arange(10.0)[:, None] ** 2, "regression")
    moved = values.with_outliers(0.4, np.random.default_rng(3), 2.0)
    which, side, far = np.random.default_rng(3).random((10, 3)).T
    jump = np.where(side < 0.5, -1.0, 1.0) * (2.0 + far) * values.targets.std()
    expected = values.targets[:, 0] + np.where(which <= np.sort(which)[3], jump, 0.0)
    np.testing.assert_allclose(moved.targets[:, 0], expected, rtol=1e-12)
    usual, three = (values.with_outliers(0.4, np.random.default_rng(3), *size).targets for size in ((), (3.0,)))
    assert (usual == three).all()
    assert labels_of([[0.5], [0.49]]).tolist() == [1, 0]
    for wrongly in (values.with_outliers, data.with_wrong_labels):
        with pytest.raises(ValueError, match="between 0 and 1"):
            wrongly(1.5, np.random.default_rng(3))


def test_each_class_is_held_out_evenly():
    """The r-th of m comes at (r + 1/2)/m: of ten and four, the first at 1/20 and 1/8."""
    queue = sorted([((r + 0.5) / 10, 0) for r in range(9)] + [((r + 0.5) / 4, 1) for r in range(3)])
    for count in (1, 2, 3, 5, 8, 11):
        expected = np.bincount([label for _, label in queue[:count]], minlength=2)
        for seed in range(3):
            split = classes(10, 4).split(count / 14, np.random.default_rng(seed))
            assert split.validation_set.class_counts == tuple(expected)


def test_names_counts_and_kinds_of_numbers():
    assert plain_text(" a\u200bb\t c\n") == "a b c"
    data = Data([[0.0, 5.0], [10.0, 5.0]], [[1.0], [2.0]], "regression", target_name=" two  words ")
    assert data.target_name == "two words"
    assert data.domain() == ((pytest.approx(-0.8), pytest.approx(10.8)), (4.0, 6.0))
    assert Data([[2.0], [12.0]], [[0.0]] * 2, "regression").domain(0.1) == ((1.0, 13.0),)
    assert {type(end) for interval in data.domain() for end in interval} == {float}
    assert Data([[-1e20]], [[0.0]], "regression").domain() == ((-1e20 - 1e14, -1e20 + 1e14),)
    assert data.only([False, False]).domain() == ((-1.0, 1.0), (-1.0, 1.0))
    added = data.with_point([1.0, 2.0], 3.0, validation=True)
    for marks in (data, added, data.split(0.5, np.random.default_rng(0))):
        assert {getattr(marks, name).dtype.name for name in ("wrong", "outlier", "validation")} == {"bool"}
    moved = data.moved(1, [3.0, 4.0], 9.0)
    assert (moved.inputs.tolist(), moved.targets.tolist()) == ([[0.0, 5.0], [3.0, 4.0]], [[1.0], [9.0]])
    assert classes(3, 2).only([0, 1]).class_counts == (2, 0)
    with pytest.raises(ValueError, match="two or more different names, not a, a"):
        Data([[0.0]], [[0.0]], "classification", class_names=("a", "a"))
    again = classes(2, 2).moved(3, [7.0, 8.0], 0)
    assert (again.labels.tolist(), again.inputs[3].tolist()) == ([0, 0, 1, 0], [7.0, 8.0])


def test_a_column_is_constant_by_its_own_size():
    columns = np.array([[1e-17, 1e6 * (0.1 + 0.2), -1e6 * (0.1 + 0.2), 1.0], [2e-17, 1e6 * 0.3, -1e6 * 0.3, 2.0]])
    scaling = Scaling.fit(columns)
    assert scaling.constant == (1, 2)
    assert scaling.mean == pytest.approx((1.5e-17, 3e5, -3e5, 1.5))
    assert scaling.scale == pytest.approx((0.5e-17, 1.0, 1.0, 0.5))
    assert {type(number) for number in (*scaling.mean, *scaling.scale)} == {float}
    assert type(scaling.constant[0]) is int
    assert Scaling.none(3) == Scaling((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_each_purpose_draws_from_a_stream_of_its_own():
    """Points, wrong labels, outliers, the split: the streams 0 to 3 of the seed."""
    spec = DataSpec("sine", n=40, noise=0.3, outliers=0.25, outlier_size=6.0, validation_share=0.4)
    streams = [np.random.default_rng([9, purpose]) for purpose in range(4)]
    inputs, targets = DATASETS["sine"](n=40, noise=0.3, rng=streams[0])
    expected = Data(inputs, targets, "regression").with_outliers(0.25, streams[2], 6.0).split(0.4, streams[3])
    assert make_data(spec, 9) == expected
    spec = DataSpec("moons", n=40, noise=0.1, wrong_labels=0.25, validation_share=0.4)
    streams = [np.random.default_rng([9, purpose]) for purpose in range(4)]
    inputs, targets = DATASETS["moons"](n=40, noise=0.1, rng=streams[0])
    plain = Data(inputs, targets, "classification", class_names=("A", "B"))
    assert make_data(spec, 9) == plain.with_wrong_labels(0.25, streams[1]).split(0.4, streams[3])
