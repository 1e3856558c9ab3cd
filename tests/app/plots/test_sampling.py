from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.sampling import CurveSamples, sample_curve, screen_heights


def silent(function):
    def quiet(x):
        with np.errstate(all="ignore"):
            return function(x)

    return quiet


def joined_across(samples: CurveSamples, x: float) -> bool:
    """Whether one stroke goes from the left of `x` to its right."""
    start = np.flatnonzero(samples.x < x - 1e-9)[-1]
    end = np.flatnonzero(samples.x > x + 1e-9)[0]
    return bool(samples.joined[start:end].all())


@pytest.mark.parametrize("offset", [0.0, 0.1234567])
@pytest.mark.parametrize(
    ("function", "gap"),
    [
        (lambda x: 1 / x, 0.0), (lambda x: 1 / x + x, 0.0), (lambda x: 1 / x**2, 0.0), (np.sign, 0.0),
        (np.floor, 1.0), (lambda x: np.tan(x), np.pi / 2), (lambda x: np.log(np.abs(x)), 0.0),
    ],
)  # fmt: skip
def test_poles_and_jumps_are_not_joined(function, gap, offset):
    samples = sample_curve(silent(function), -2.0 + offset, 2.0 + offset)
    assert not joined_across(samples, gap)


@pytest.mark.parametrize(
    "function",
    [np.abs, np.sin, np.cbrt, lambda x: np.tanh(1e4 * x), lambda x: np.exp(9 * x), lambda x: np.sqrt(np.abs(x))],
)
def test_kinks_and_steep_places_stay_joined(function):
    samples = sample_curve(function, -2.0, 2.1)
    assert samples.joined[:-1].all()
    assert samples.undefined == ()


def test_the_border_of_the_domain_is_found_exactly():
    samples = sample_curve(silent(np.sqrt), -2.0, 2.3)
    (stretch,) = samples.undefined
    assert stretch[0] == -2.0
    assert stretch[1] == pytest.approx(0.0, abs=1e-12)
    assert samples.x[np.isfinite(samples.y)].min() == pytest.approx(0.0, abs=1e-12)


def test_both_sides_of_a_jump_are_drawn_to_its_very_place():
    samples = sample_curve(lambda x: np.where(x < 0.1, 0.0, 1.0), -1.0, 1.0)
    ends = np.flatnonzero(~samples.joined[:-1])
    assert samples.x[ends] == pytest.approx([0.1], abs=1e-12)
    assert samples.x[ends + 1] == pytest.approx([0.1], abs=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, 1e308, 5e-324])
def test_constant_functions_of_any_value(value):
    samples = sample_curve(lambda x: np.full_like(x, value), -1.0, 1.0)
    assert samples.defined == np.isfinite(value)
    assert samples.joined.any() == np.isfinite(value)
    assert len(samples.undefined) == (0 if np.isfinite(value) else 1)


def test_a_compiled_function_meets_few_sizes():
    sizes = set()

    def counting(x):
        sizes.add(x.size)
        with np.errstate(all="ignore"):
            return np.tan(x)

    for width in range(20, 60):
        sample_curve(counting, -width / 7, width / 3, samples=1000)
    assert all(size & (size - 1) == 0 for size in sizes)
    assert len(sizes) <= 11


def test_turning_points_are_minima_and_maxima_but_not_ends():
    samples = sample_curve(np.sin, -2.0, 2.0)
    assert samples.turning_points == pytest.approx([-1, 1], abs=1e-5)
    assert sample_curve(silent(np.log), -1.0, 1.0).turning_points.size == 0


def test_heights_for_the_screen_stay_near_it_and_keep_what_is_seen():
    samples = sample_curve(silent(lambda x: 1 / x), -1.0, 1.1)
    shown = screen_heights(samples, -5.0, 5.0)
    inside = np.abs(samples.y) < 5
    assert np.array_equal(shown.y[inside], samples.y[inside])
    assert np.nanmax(np.abs(shown.y)) <= 5 + 20 * 10
    far = (samples.y[:-1] > 205) & (samples.y[1:] > 205)
    assert not shown.joined[:-1][far].any()
