"""Slices held against a Trainer put at the moved weights, and against least squares done by hand."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdsim.core.landscape import (
    LossSurface,
    Plane,
    Slice1D,
    Surroundings,
    filter_normalized,
    flat_and_sharp,
    parameter_name,
    principal_plane,
    random_plane,
    slice_1d,
    slice_2d,
    two_parameters,
)
from gdsim.core.network import LOSSES, MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import Trainer


def trainer(sizes=(2, 4, 3, 1), points=30, loss="mse", parameters=None, l1=1e-3, l2=1e-2, **changes):
    rng = np.random.default_rng(0)
    inputs, outputs = rng.uniform(-1.0, 1.0, (points + 9, 2)), sizes[-1]
    targets = np.sin(3.0 * inputs[:, :1]) * np.arange(1, outputs + 1)
    if LOSSES[loss].task == "classification":
        targets = (targets > 0).astype(float) if outputs == 1 else np.eye(outputs)[targets.argmax(axis=1)]
    return Trainer(
        MLP(sizes), inputs[:points], targets[:points], loss, validation=(inputs[points:], targets[points:]),
        l1=l1, l2=l2, parameters=parameters, rng=np.random.default_rng(1), **changes,
    )  # fmt: skip


def last(pulled):
    *_, found = pulled
    return found


def planes(network, vector):
    path = vector + np.cumsum(np.random.default_rng(5).standard_normal((12, vector.size)), axis=0)
    return two_parameters(network, vector, 1, 20), random_plane(network, vector, 7), principal_plane(vector, path)


def test_without_validation_points_there_is_no_validation_loss():
    surface = replace(LossSurface.of(trainer()), validation=None)
    losses = np.zeros(3)
    assert list(surface.measuring(np.zeros((2, surface.network.parameter_count)), losses, validation=True)) == []
    np.testing.assert_array_equal(losses, [np.nan, np.nan, 0.0])


# -- values -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("loss", list(LOSSES))
def test_values_are_the_losses_of_a_trainer_at_the_moved_weights(which, loss):
    sizes = (2, 4, 3, 3) if loss == "cross_entropy" else (2, 4, 3, 1)
    here = trainer(sizes, loss=loss)
    plane = planes(here.network, here.parameters)[which]
    found = last(slice_2d(LossSurface.of(here), plane, side=9))
    assert found.done == 1.0
    for row, column in ((0, 0), (3, 7), (8, 8), (4, 4)):
        a, b = found.first[column], found.second[row]
        there = trainer(sizes, loss=loss, parameters=plane.parameters_at(a, b))
        assert found.loss[row, column] == pytest.approx(there.loss, rel=1e-12, abs=1e-12)
        assert found.penalty[row, column] == pytest.approx(there.penalty, rel=1e-12, abs=1e-12)
        height = LossSurface.of(here).height(plane.parameters_at(a, b))
        assert (height.loss, height.validation_loss) == (there.loss, there.validation_loss)
        assert height.objective == pytest.approx(there.loss + there.penalty, rel=1e-12)
    np.testing.assert_array_equal(found.objective, found.loss + found.penalty)


def test_large_data_are_measured_in_blocks_and_none_is_left_out():
    here = trainer((2, 32, 32, 32, 32, 32, 32, 1), points=5000)
    alphas = np.linspace(0.9, 1.1, 3)
    losses = np.empty(3)
    pulls = list(LossSurface.of(here).measuring(alphas[:, None] * here.parameters, losses))
    assert pulls[-1] == 3
    assert len(pulls) > 3
    for alpha, loss in zip(alphas, losses, strict=True):
        assert loss == pytest.approx(trainer(here.network.sizes, 5000, parameters=alpha * here.parameters).loss, 1e-12)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 5), max_size=3), st.integers(1, 3), st.integers(1, 50), st.integers(0, 100))
def test_any_network_and_number_of_points(hidden, outputs, points, seed):
    here = trainer((2, *hidden, outputs), points=points)
    plane = random_plane(here.network, here.parameters, seed)
    found = last(slice_2d(LossSurface.of(here), plane, side=5))
    assert found.loss[2, 2] == pytest.approx(here.loss, rel=1e-12)  # the centre
    there = trainer(here.network.sizes, points, parameters=plane.parameters_at(-1.0, 0.5))
    assert found.loss[3, 0] == pytest.approx(there.loss, rel=1e-12)


def test_pictures_become_finer_and_what_is_known_stays():
    here = trainer()
    plane = random_plane(here.network, here.parameters, 0)
    pictures = list(slice_2d(LossSurface.of(here), plane, ((-1.0, 2.0), (0.0, 3.0)), side=33))
    assert next(p.stride for p in pictures if p.stride) == 4
    assert len({p.stride for p in pictures} - {0}) == 3
    assert pictures[-1].stride == 1
    final = pictures[-1]
    assert (final.first[0], final.first[-1], final.second[0], final.second[-1]) == (-1.0, 2.0, 0.0, 3.0)
    for before, after in itertools.pairwise(pictures):
        assert 0 < after.stride <= before.stride or before.stride == 0
        assert after.done >= before.done
    for picture in pictures:
        known = np.isfinite(picture.loss)
        np.testing.assert_array_equal(picture.loss[known], final.loss[known])
        first, second, values = picture.complete(picture.loss)
        assert np.isfinite(values).all()
        assert values.shape == (len(second), len(first))


@pytest.mark.parametrize("side", [2, 4, 32, 34])
def test_sides_that_have_no_halves_are_refused(side):
    here = trainer()
    with pytest.raises(ValueError, match="power of two"):
        slice_2d(LossSurface.of(here), random_plane(here.network, here.parameters, 0), side=side)


def test_an_empty_window_is_refused():
    here = trainer()
    with pytest.raises(ValueError, match="width"):
        slice_2d(LossSurface.of(here), random_plane(here.network, here.parameters, 0), ((1.0, 1.0), (0.0, 1.0)))


@pytest.mark.parametrize("size", [1e100, 1e160, 1e250, 1e308, np.inf, np.nan])
def test_hostile_weights_raise_a_sentence_or_give_numbers_that_are_none(size):
    here = trainer((2, 3, 1))
    surface = LossSurface.of(here)
    vector = np.where(here.network.weight_mask, np.copysign(size, here.parameters), 0.0)
    with contextlib.suppress(ValueError):
        plane = random_plane(here.network, vector, 0)
        found = last(slice_2d(surface, plane, side=3))
        assert found.done == 1.0
        plane.coordinates(vector)
    flat = two_parameters(here.network, here.parameters, 0, 9)
    assert not flat.coordinates(vector)[2] < 1e90
    with contextlib.suppress(ValueError):
        principal_plane(vector, np.stack([here.parameters, vector, 2.0 * here.parameters]))
    assert last(slice_1d(surface, here.parameters, vector)).done == 1.0
    assert last(flat_and_sharp([surface], [vector]))[0].done == 1.0
    assert size == 1e100 or not np.isfinite(surface.height(vector).penalty)


def test_huge_windows_give_no_warning():
    here = trainer((2, 3, 1))
    found = last(slice_2d(LossSurface.of(here), two_parameters(here.network, here.parameters, 0, 9),
                          ((-1e200, 1e200), (-1e200, 1e200)), side=5))  # fmt: skip
    assert not np.isfinite(found.loss[0, 0])


# -- planes -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("shape", [(), (0,), (1,), (33,), (3, 11)])
def test_many_parameters_at_once_have_the_coordinates_that_each_has(shape):
    rng = np.random.default_rng(5)
    origin, first, second = rng.normal(size=(3, 1500))  # ten of them are worked at together
    plane = Plane(origin, first, second, (0.0, 0.0), ("a", "b"), "")
    many = rng.normal(size=(*shape, 1500))
    found = np.array(plane.coordinates(many))
    assert found.shape == (3, *shape)
    for place in np.ndindex(shape):
        (a, b), *_ = np.linalg.lstsq(np.stack([first, second], axis=1), many[place] - origin, rcond=None)
        away = np.linalg.norm(many[place] - plane.parameters_at(a, b))
        np.testing.assert_allclose(found[:, *place], (a, b, away), rtol=1e-10, atol=1e-12)


def test_two_parameters_have_their_values_as_coordinates():
    here = trainer()
    vector = here.parameters
    plane = two_parameters(here.network, vector, 4, 13)
    assert plane.centre == (vector[4], vector[13])
    np.testing.assert_array_equal(plane.parameters_at(*plane.centre), vector)
    moved = vector.copy()
    moved[[4, 13]] = 2.5, -1.25
    np.testing.assert_array_equal(plane.parameters_at(2.5, -1.25), moved)
    assert plane.coordinates(moved) == (2.5, -1.25, 0.0)
    assert plane.held == f"All {vector.size - 2} other parameters stay as they are."
    far = two_parameters(here.network, np.full(vector.size, -4.0), 4, 13)
    assert (plane.spread, far.spread) == ((1.0, 1.0), (6.0, 6.0))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_coordinates_are_the_least_squares_projection(which):
    here = trainer()
    plane = planes(here.network, here.parameters)[which]
    others = here.parameters + np.random.default_rng(3).standard_normal((5, here.network.parameter_count))
    first, second, distance = plane.coordinates(others)
    for row, vector in enumerate(others):
        axes = np.column_stack([plane.first, plane.second])
        solution, *_ = np.linalg.lstsq(axes, vector - plane.origin)
        np.testing.assert_allclose([first[row], second[row]], solution, atol=1e-12)
        rest = np.linalg.norm(vector - plane.origin - axes @ solution)
        assert distance[row] == pytest.approx(rest, rel=1e-12)
        onto = plane.onto(vector, 0.3, -0.7)
        np.testing.assert_allclose(plane.coordinates(onto), (0.3, -0.7, rest), atol=1e-12)
        laid = plane.through(vector)
        np.testing.assert_allclose(laid.parameters_at(*laid.centre), vector, atol=1e-13)
        np.testing.assert_allclose(laid.coordinates(vector), (*solution, 0.0), atol=1e-12)


def test_filter_normalized_directions_have_the_size_of_each_units_weights():
    here = trainer((2, 5, 4, 3))
    network, vector = here.network, here.parameters
    direction = filter_normalized(network, vector, np.random.default_rng(0))
    drawn = np.random.default_rng(0)
    for layer in network.layers:
        raw = drawn.standard_normal((layer.inputs, layer.outputs))
        for unit in range(layer.outputs):
            own = np.linalg.norm(network.weights(vector, layer.index)[:, unit])
            expected = raw[:, unit] / np.linalg.norm(raw[:, unit]) * own
            np.testing.assert_allclose(network.weights(direction, layer.index)[:, unit], expected, rtol=1e-12)
        assert not network.biases(direction, layer.index).any()
    again = random_plane(network, vector, 4)
    np.testing.assert_array_equal(again.first, random_plane(network, vector, 4).first)
    assert not np.array_equal(again.first, again.second)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 40), st.integers(2, 60), st.integers(0, 1000))
def test_principal_directions_are_those_of_a_singular_value_decomposition(places, size, seed):
    path = np.random.default_rng(seed).standard_normal((places, size)) * np.geomspace(1.0, 0.1, size)
    plane = principal_plane(path[-1], path)
    _, singular, rows = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)
    shares = singular**2 / np.sum(singular**2)
    np.testing.assert_allclose(plane.shares, shares[:2], rtol=1e-9)
    for axis, row, gap in zip((plane.first, plane.second), rows, -np.diff(shares), strict=False):
        if gap > 1e-3:
            assert abs(axis @ row) == pytest.approx(1.0, abs=1e-6)
        assert (path[-1] - path[0]) @ axis >= 0.0
    np.testing.assert_allclose([plane.first @ plane.first, plane.second @ plane.second, plane.first @ plane.second],
                               [1.0, 1.0, 0.0], atol=1e-12)  # fmt: skip
    furthest = [np.abs((path - path[-1]) @ axis).max() for axis in (plane.first, plane.second)]
    np.testing.assert_allclose(plane.spread, 1.2 * np.array(furthest))
    assert f"({100 * plane.shares[0]:.0f} % of the variance)" in plane.names[0]
    assert f"{100 * max(0.0, 1.0 - sum(plane.shares)):.0f} %" in plane.held


@pytest.mark.parametrize(
    "path", [np.ones((5, 4)), np.outer(np.arange(5.0), np.ones(4)), np.ones((1, 4)), np.ones((0, 4))]
)
def test_a_path_that_never_turned_has_no_principal_plane(path):
    with pytest.raises(ValueError, match="turn"):
        principal_plane(np.ones(4), path)


def test_planes_that_are_none_are_refused():
    here = trainer()
    with pytest.raises(ValueError, match="different"):
        two_parameters(here.network, here.parameters, 3, 3)
    with pytest.raises(ValueError, match="all weights are 0"):
        random_plane(here.network, np.zeros(here.network.parameter_count), 0)


def test_names_of_parameters():
    network = MLP((2, 3, 1))
    assert parameter_name(network, 0) == "weight 1→1 of layer 1"
    assert parameter_name(network, 5) == "weight 2→3 of layer 1"
    assert parameter_name(network, 7) == "bias 2 of layer 1"
    assert parameter_name(network, 12) == "bias 1 of layer 2"
    with pytest.raises(IndexError):
        parameter_name(network, 13)


# -- lines --------------------------------------------------------------------------------------------------------
def test_a_line_between_two_networks():
    start, end = trainer(), trainer(optimizer=OPTIMIZERS["adam"](lr=0.05))
    end.advance(60)
    found = last(slice_1d(LossSurface.of(start), start.parameters, end.parameters))
    assert (found.alphas[0], found.alphas[-1], found.done) == (-0.5, 1.5, 1.0)
    for place in (0, 20, 33, 60, 80):
        there = trainer(parameters=found.parameters_at(found.alphas[place]))
        assert found.loss[place] == pytest.approx(there.loss, rel=1e-12)
        assert found.penalty[place] == pytest.approx(there.penalty, rel=1e-12)
        assert found.validation_loss[place] == pytest.approx(there.validation_loss, rel=1e-12)
    assert found.loss[60] == pytest.approx(end.loss, rel=1e-12)
    straight = np.interp(found.alphas[20:61], [0.0, 1.0], found.objective[[20, 60]])
    assert found.barrier == pytest.approx(np.max(found.objective[20:61] - straight), abs=1e-12)


def test_the_barrier_between_two_ends_by_hand():
    """Loss plus penalty 3, 5, 9, 7 at 0, 1/4, 3/4, 1: above the line from 3 to 7 by 0, 1, 3, 0."""
    alphas, loss = np.array([-1.0, 0.0, 0.25, 0.75, 1.0]), np.array([50.0, 2.0, 3.0, 6.0, 3.0])
    line = Slice1D(np.zeros(2), np.ones(2), alphas, loss, np.array([0.0, 1.0, 2.0, 3.0, 4.0]), loss, 1.0)
    np.testing.assert_array_equal(line.objective, [50.0, 3.0, 5.0, 9.0, 7.0])
    assert line.barrier == pytest.approx(3.0, abs=1e-14)
    assert np.isnan(replace(line, alphas=alphas - 9.0).barrier)


def pictures_of(here):
    surface, vector = LossSurface.of(here), here.parameters
    yield slice_1d(surface, vector, vector + 1.0, places=200), ("loss", "validation_loss")
    yield slice_2d(surface, two_parameters(here.network, vector, 1, 20), side=17), ("loss", "penalty")
    yield (one[0] for one in flat_and_sharp([surface], [vector], directions=3, places=9)), ("curves",)


def test_what_was_given_stays_as_it_was_and_the_share_done_only_grows():
    for pulled, fields in pictures_of(trainer(points=3000)):
        seen = [(found, [getattr(found, name).copy() for name in fields]) for found in pulled]
        done = [found.done for found, _ in seen]
        assert done == sorted(done)
        assert done[-1] == 1.0
        assert any(0.0 < share < 1.0 for share in done)
        for found, kept in seen:
            for name, array in zip(fields, kept, strict=True):
                np.testing.assert_array_equal(getattr(found, name), array)


def test_the_mean_is_over_what_is_known():
    curves = np.array([[1.0, 2.0, 3.0], [np.nan] * 3, [3.0, 6.0, 9.0]])
    found = Surroundings(np.zeros(2), np.arange(3.0), curves, 2.0, 5.0, None, 0.5)
    np.testing.assert_array_equal(found.mean, [2.0, 4.0, 6.0])
    assert found.gap == 3.0


# -- flat and sharp -----------------------------------------------------------------------------------------------
def test_surroundings_of_two_networks():
    start, end = trainer(), trainer(optimizer=OPTIMIZERS["adam"](lr=0.05))
    end.advance(60)
    surface = LossSurface.of(start)
    pulls = list(flat_and_sharp([surface, surface], [start.parameters, end.parameters], directions=3, seed=5))
    found = pulls[-1]
    assert len(pulls) > 6
    assert np.isnan(pulls[0][0].mean).tolist() == [True] * 41
    done = [list(dict.fromkeys(pull[k].done for pull in pulls if len(pull) > k)) for k in (0, 1)]
    assert done == [pytest.approx([0.0, 0.8 / 3, 1.6 / 3, 0.8, 1.0])] * 2
    for one, at in zip(found, (start, end), strict=True):
        rng = np.random.default_rng(5)
        np.testing.assert_allclose(one.alphas, np.arange(-20, 21) / 20.0, atol=1e-15)
        for curve in one.curves:
            direction = filter_normalized(at.network, at.parameters, rng)
            there = trainer(parameters=at.parameters + one.alphas[33] * direction)
            assert curve[33] == pytest.approx(there.loss, rel=1e-12)
        np.testing.assert_allclose(one.mean, one.curves.mean(axis=0))
        np.testing.assert_allclose(one.curves[:, 20], at.loss)
        assert one.gap == pytest.approx(at.validation_loss - at.loss)
        assert one.sharpness.converged
        assert one.done == 1.0


def test_a_long_path_is_thinned_and_its_ends_are_kept():
    network = MLP((1, 2, 1))
    way = np.linspace(0.0, 1.0, 500)[:, None]
    path = np.hstack([3.0 * way, np.sin(3.0 * way), np.zeros((500, network.parameter_count - 2))])
    few = path[np.linspace(0, 499, 96).round().astype(int)]
    whole, thinned = principal_plane(path[-1], path), principal_plane(path[-1], few)
    np.testing.assert_array_equal(whole.first, thinned.first)
    np.testing.assert_array_equal(whole.second, thinned.second)


def test_without_validation_data_there_is_no_validation_loss_to_compare():
    here = Trainer(MLP((1, 1)), [[0.0], [1.0]], [[0.0], [1.0]], rng=np.random.default_rng(0))
    *_, surroundings = flat_and_sharp([LossSurface.of(here)], [here.parameters], directions=1, places=3)
    assert np.isnan(surroundings[0].validation_loss)
    for wrong in ({"directions": 0}, {"places": 2}, {"reach": 0.0}):
        with pytest.raises(ValueError, match="one direction and three places"):
            next(flat_and_sharp([LossSurface.of(here)], [here.parameters], **wrong))
