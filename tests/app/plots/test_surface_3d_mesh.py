"""Heights, cuts, contour lines and paths on the mesh; axes beside it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from gdsim.app.plots.axes_3d import arrange_axes
from gdsim.app.plots.camera_3d import BOX, Camera, fitted
from gdsim.app.plots.drawing import Rect
from gdsim.app.plots.mesh_3d import FINEST, make_mesh
from gdsim.app.plots.surface_levels import LOGARITHMIC, choose_levels

AXIS = np.linspace(-2.0, 2.0, 41)
X, Y = np.meshgrid(AXIS, AXIS)
HOSTILE = [np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0]


def test_heights_are_in_proportion_to_the_values():
    mesh = make_mesh(AXIS, AXIS, 3 * X + Y)
    share = (mesh.heights / BOX[2] + 1) / 2
    low, high = mesh.scale.low, mesh.scale.high
    assert (low, high) == (-8.0, 8.0)
    assert np.allclose(low + share * (high - low), 3 * X + Y)
    assert mesh.cut == ()


def test_logarithmic_heights_make_a_plane_of_an_exponential():
    mesh = make_mesh(AXIS, AXIS, 10.0 ** (4 * X), log_heights=True)
    assert mesh.levels.rule == LOGARITHMIC
    inside = mesh.heights[0, np.abs(mesh.heights[0]) < BOX[2] - 1e-9]
    assert len(inside) > 15
    assert np.allclose(np.diff(inside), np.diff(inside)[0])
    assert mesh.height_title == "loss f(x, y), log"
    ticks = {tick.text: tick.position for tick in mesh.height_ticks(400.0)}
    assert len(ticks) > 4
    for power in (1.0, 100.0):
        assert ticks[f"{power:g}"] == pytest.approx(float(mesh.scale.of(power)))


def test_logarithmic_heights_count_from_the_lowest_value_and_say_so():
    mesh = make_mesh(AXIS, AXIS, 10.0 ** (3 * X) - 50.0, log_heights=True)
    assert mesh.scale.base == pytest.approx(-50.0, abs=1e-3)
    assert "lowest" in mesh.height_title
    assert make_mesh(AXIS, AXIS, X + Y, log_heights=True).height_title == "loss f(x, y)"


def test_a_pole_is_cut_and_said():
    mesh = make_mesh(AXIS, AXIS, 1 / np.maximum(X**2 + Y**2, 1e-6))
    assert len(mesh.cut) == 1
    assert mesh.cut[0].startswith("cut at ")
    assert mesh.above.sum() == (1 / np.maximum(X**2 + Y**2, 1e-6) > mesh.scale.high).sum() > 0
    assert np.nanmax(mesh.heights) == BOX[2]


def test_a_denser_grid_is_thinned_without_moving_it():
    fine = np.linspace(-2, 2, 241)
    mesh = make_mesh(fine, fine, fine[None, :] + 2 * fine[:, None])
    assert mesh.heights.shape == (FINEST, FINEST)
    point = mesh.on_surface([(0.7, -1.1)])[0]
    assert point[2] == pytest.approx(float(mesh.scale.of(0.7 - 2.2)))
    assert mesh.coarser().heights.shape == (31, 31)
    assert (mesh.coarser().vertices[[0, -1]][:, [0, -1]] == mesh.vertices[[0, -1]][:, [0, -1]]).all()


def test_contour_lines_stand_at_the_height_of_their_value():
    values = X**2 + 2 * Y**2
    levels = choose_levels(values)
    mesh = make_mesh(AXIS, AXIS, values, levels)
    heights = mesh.contour_lines[np.isfinite(mesh.contour_lines[:, 2]), 2]
    wanted = mesh.scale.of(np.array(levels.lines))
    assert len(heights) > 100
    assert np.abs(heights[:, None] - wanted).min(axis=1).max() < 1e-9
    assert np.abs(heights[:, None] - wanted).min(axis=0).max() < 1e-9


def test_on_logarithmic_heights_each_contour_line_is_level():
    values = 100 * (Y - X**2) ** 2 + (1 - X) ** 2 + 1e-3
    levels = choose_levels(values)
    mesh = make_mesh(AXIS, AXIS, values, levels, log_heights=True)
    assert mesh.scale.floor is not None
    heights = mesh.contour_lines[np.isfinite(mesh.contour_lines[:, 2]), 2]
    assert len(heights) > 100
    assert np.abs(heights[:, None] - mesh.scale.of(np.array(levels.lines))).min(axis=1).max() < 1e-9


def test_points_outside_the_domain_or_without_a_value_are_not_on_the_surface():
    mesh = make_mesh(AXIS, AXIS, np.where(X < 0, np.nan, X + Y))
    found = mesh.on_surface([(1.0, 1.0), (-1.0, 0.0), (3.0, 0.0), (np.nan, 0.0)])
    assert np.isfinite(found).all(axis=1).tolist() == [True, False, False, False]


def test_a_path_follows_the_surface_and_ends_at_the_border():
    mesh = make_mesh(AXIS, AXIS, np.sin(3 * X) + Y)
    draped = mesh.draped([(0.0, 0.0), (1.0, 0.5), (5.0, 0.5)])
    finite = draped[np.isfinite(draped).all(axis=1)]
    assert finite[0, :2] == pytest.approx([0, 0])
    assert finite[-1, :2] == pytest.approx([1.0, 0.25])
    assert np.abs(np.diff(finite[:, :2], axis=0)).max() < 0.06
    assert np.allclose(finite[:, 2], mesh.height_at(finite[:, :2]))
    assert len(finite) == len(draped) - 1  # in one piece: parted only at its end


def test_a_path_that_leaves_and_comes_back_is_in_two_pieces():
    mesh = make_mesh(AXIS, AXIS, X + Y)
    draped = mesh.draped([(0.0, 0.0), (6.0, 1.0), (1.0, 1.0), (1.0, 1.0), (0.5, 0.5)])
    gaps = np.flatnonzero(~np.isfinite(draped[:, 0]))
    assert len(gaps) == 2
    assert gaps[-1] == len(draped) - 1
    assert mesh.draped([(3.0, 0.0), (4.0, 0.0)]).shape == (0, 3)
    assert mesh.draped(np.empty((0, 2))).shape == (0, 3)


def test_a_very_long_path_keeps_its_newest_steps():
    mesh = make_mesh(AXIS, AXIS, X + Y)
    points = np.random.default_rng(0).uniform(-2, 2, (40_000, 2))
    draped = mesh.draped(points)
    assert len(draped) < 20_000
    assert draped[-2, :2] == pytest.approx(points[-1] / 2)


def test_any_numbers_make_a_mesh_without_a_warning():
    random = np.random.default_rng(4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for size in ((0, 0), (1, 4), (2, 2), (9, 7)):
            for _ in range(30):
                axis = random.choice([*HOSTILE, 1.0, 2.0], size[1])
                mesh = make_mesh(axis, np.arange(size[0]), random.choice([*HOSTILE, 1.0, 2.0], size), log_heights=True)
                shown = mesh.heights[np.isfinite(mesh.heights)]
                assert (np.abs(shown) <= BOX[2] + 1e-12).all()
                assert not np.isinf(mesh.draped(random.choice(HOSTILE, (20, 2)))).any()


def boxes(mesh, camera, size=(600, 500)):
    bounds = Rect(0, 0, *size)
    lens = fitted(camera, Rect(50, 30, size[0] - 100, size[1] - 70))
    return arrange_axes(mesh, lens, bounds, lambda text: (7.0 * len(text), 14.0)).labels, bounds


def test_labels_stand_inside_and_clear_of_each_other_from_everywhere():
    mesh = make_mesh(AXIS, AXIS, 300 * X + Y**2)
    for azimuth in range(-180, 180, 9):
        for elevation in (0, 20, 55, 90):
            labels, bounds = boxes(mesh, Camera(azimuth, elevation))
            for index, label in enumerate(labels):
                assert label.rect.x >= 0
                assert label.rect.y >= 0
                assert label.rect.right <= bounds.right
                assert label.rect.bottom <= bounds.bottom
                assert all(label.rect.overlap(other.rect) == 0 for other in labels[:index])


def test_each_axis_has_its_name_and_numbers():
    labels, _ = boxes(make_mesh(AXIS, AXIS, X + 5 * Y), Camera())
    texts = [label.lines[0][0] for label in labels]
    assert {"x", "y", "loss f(x, y)"} <= set(texts)
    assert texts.count("−1") == 2
    assert "10" in texts


def test_from_straight_above_there_is_no_upright_axis():
    texts = [label.lines[0][0] for label in boxes(make_mesh(AXIS, AXIS, X + 5 * Y), Camera(0.0, 90.0))[0]]
    assert "loss f(x, y)" not in texts
    assert {"x", "y"} <= set(texts)
