"""What hides what, against brute force along rays of sight."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.camera_3d import BOX, Camera
from gdsim.app.plots.mesh_3d import make_mesh
from gdsim.app.plots.occlusion_3d import back_to_front, face_order, shows

AXIS = np.linspace(-1.0, 1.0, 41)
X, Y = np.meshgrid(AXIS, AXIS)
QUADRANTS = [-150.0, -60.0, 30.0, 120.0]


@pytest.mark.parametrize("perspective", [True, False])
@pytest.mark.parametrize("azimuth", [*QUADRANTS, 0.0, 90.0, 180.0, -90.0, 3.0])
def test_along_every_ray_of_sight_nearer_cells_are_painted_later(azimuth, perspective):
    rows, columns = 7, 9
    camera = Camera(azimuth, 20.0, 1.0, perspective)
    place = np.empty(rows * columns, dtype=int)
    place[face_order(rows, columns, camera)] = np.arange(rows * columns)
    ends = np.random.default_rng(1).uniform(-1, 1, (300, 2)) * BOX[:2]
    for end in ends:
        # From the eye to the end, seen from above: which cells are passed, in which order?
        path = camera.eye[:2] + (end - camera.eye[:2]) * np.linspace(0, 1, 4000)[:, None]
        if not perspective:
            near = end - camera.eye[:2] / np.linalg.norm(camera.eye[:2]) * -4.0
            path = near + (end - near) * np.linspace(0, 1, 4000)[:, None]
        inside = (np.abs(path) < BOX[:2]).all(axis=1)
        cells = ((path[inside] / BOX[:2] + 1) / 2 * (columns, rows)).astype(int)
        numbers = cells[:, 1] * columns + cells[:, 0]
        passed = numbers[np.concatenate([[True], np.diff(numbers) != 0])]
        assert (np.diff(place[passed]) < 0).all()


@pytest.mark.parametrize("azimuth", QUADRANTS)
def test_a_point_nearer_to_the_eye_is_painted_later(azimuth):
    camera = Camera(azimuth, 15.0)
    order = face_order(10, 10, camera)
    middles = np.stack(np.meshgrid(np.arange(10) / 4.5 - 1, np.arange(10) / 4.5 - 1), axis=-1).reshape(-1, 2)
    away = np.hypot(*(middles - camera.eye[:2]).T)[order]
    assert away[0] == pytest.approx(away.max(), rel=0.05)
    assert away[-1] == pytest.approx(away.min(), rel=0.05)


def test_every_cell_is_painted_once():
    for azimuth in range(-180, 180, 11):
        assert sorted(face_order(6, 5, Camera(azimuth)).tolist()) == list(range(30))


def test_seen_from_the_middle_both_ends_come_first():
    assert back_to_front(5, 0.0).tolist() in ([0, 4, 1, 3, 2], [4, 0, 3, 1, 2])


@pytest.mark.parametrize("azimuth", [*QUADRANTS, -35.0])
def test_what_shows_agrees_with_a_fine_walk_along_the_ray(azimuth):
    mesh = make_mesh(AXIS, AXIS, np.cos(4 * X) * np.cos(3 * Y) + 0.3 * X)
    camera = Camera(azimuth, 25.0)
    points = mesh.on_surface(np.random.default_rng(2).uniform(-0.98, 0.98, (400, 2)))
    wrong = 0
    for point, found in zip(points, shows(points, mesh, camera), strict=True):
        ray = point + (camera.eye - point) * np.linspace(0.002, 0.6, 3000)[:, None]
        ray = ray[(np.abs(ray[:, :2]) <= 1).all(axis=1)]
        wrong += bool(found) != bool((mesh.height_at(ray[:, :2]) <= ray[:, 2] + 0.006).all())
    assert wrong <= 12  # within the tolerance of a horizon


def test_a_ridge_hides_what_is_behind_it_and_nothing_in_front():
    mesh = make_mesh(AXIS, AXIS, np.exp(-((Y / 0.15) ** 2)))
    behind, front = mesh.on_surface([(0.0, 0.5)]), mesh.on_surface([(0.0, -0.5)])
    for azimuth, hidden, seen in ((0.0, behind, front), (180.0, front, behind)):
        camera = Camera(azimuth, 15.0)
        assert not shows(hidden, mesh, camera)[0]
        assert shows(seen, mesh, camera)[0]
    assert shows(behind, mesh, Camera(0.0, 90.0))[0]


def test_holes_hide_nothing_and_points_in_them_do_not_show():
    ridge = np.where(np.abs(Y) < 0.3, np.nan, -Y)
    mesh = make_mesh(AXIS, AXIS, ridge)
    assert not shows(mesh.on_surface([(0.0, 0.0)]), mesh, Camera())[0]
    assert shows(mesh.on_surface([(0.0, 0.9)]), mesh, Camera(180.0, 20.0))[0]
    assert shows(np.empty((0, 3)), mesh, Camera()).shape == (0,)


def test_the_lower_side_shows_its_contour_lines_but_not_the_ball():
    mesh = make_mesh(AXIS, AXIS, -Y)  # rises towards the eye
    point = mesh.on_surface([(0.0, 0.0)])
    assert not shows(point, mesh, Camera(0.0, 5.0))[0]
    assert shows(point, mesh, Camera(0.0, 5.0), from_below=True)[0]
