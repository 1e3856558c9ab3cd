"""The eye and its pixels: turning, fitting, nearness."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.app.plots.camera_3d import BOX, CORNERS, HIGHEST, LOWEST, ZOOMS, Camera, fitted
from gdsim.app.plots.drawing import Rect

POINTS = np.random.default_rng(3).uniform(-1, 1, (50, 3)) * BOX


@pytest.mark.parametrize("azimuth", [-170.0, -35.0, 0.0, 20.5, 180.0])
def test_a_whole_turn_changes_nothing(azimuth):
    camera = Camera(azimuth)
    assert camera.turned(360.0) == camera == camera.turned(-720.0)


def test_axes_of_the_eye_are_a_right_handed_frame():
    for azimuth in range(-180, 181, 15):
        axes = Camera(azimuth, 35.0).axes
        assert np.allclose(axes @ axes.T, np.eye(3))
        assert np.allclose(np.cross(axes[0], axes[1]), axes[2])


def test_from_the_front_x_runs_right_and_from_above_y_runs_up():
    right = Camera(0.0, 20.0).project(np.array([[-1.0, 0, 0], [1.0, 0, 0]]))
    assert right[0, 0] < 0 < right[1, 0]
    above = Camera(0.0, 90.0).project(np.array([[0, -1.0, 0], [0, 1.0, 0]]))
    assert above[1, 1] < 0 < above[0, 1]  # screens count downwards


def test_turning_to_the_left_shows_what_was_on_the_left():
    # From azimuth -90 one looks along +x: y runs to the left.
    seen = Camera(-90.0, 0.0).project(np.array([0.0, 1.0, 0.0]))
    assert seen[0] < 0


def test_perspective_makes_near_things_larger_and_without_it_they_stay():
    near, far = np.array([[-0.5, -1, 0], [0.5, -1, 0]]), np.array([[-0.5, 1, 0], [0.5, 1, 0]])
    for perspective in (True, False):
        camera = Camera(0.0, 0.0, perspective=perspective)
        width_near, width_far = (np.ptp(camera.project(edge)[:, 0]) for edge in (near, far))
        assert (width_near > 1.2 * width_far) if perspective else width_near == pytest.approx(width_far, rel=1e-4)


def test_depth_is_the_distance_to_the_plane_of_the_eye():
    camera = Camera(40.0, 25.0)
    for point in POINTS:
        direction = camera.eye / np.linalg.norm(camera.eye)
        assert camera.project(point)[2] == pytest.approx(float((camera.eye - point) @ direction))


@pytest.mark.parametrize("perspective", [True, False])
@pytest.mark.parametrize("size", [(300, 700), (800, 300), (500, 500)])
def test_the_box_fits_at_every_angle(size, perspective):
    place = Rect(10, 20, *size)
    for azimuth in range(-180, 180, 7):
        for elevation in (0, 13, 45, 80, 90):
            pixels = fitted(Camera(azimuth, elevation, 1.0, perspective), place).to_pixels(CORNERS)
            assert (pixels >= (place.x - 1e-6, place.y - 1e-6)).all()
            assert (pixels <= (place.right + 1e-6, place.bottom + 1e-6)).all()


def test_the_box_fills_its_place_and_does_not_breathe_while_it_is_turned():
    place = Rect(0, 0, 600, 600)
    assert len({fitted(Camera(azimuth, 30.0), place).scale for azimuth in range(-180, 180)}) == 1
    turned = fitted(Camera(45.0, 0.0), place).to_pixels(CORNERS)
    assert np.ptp(turned[:, 0]) > 0.95 * 600


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308, -1e308])
def test_nonsense_becomes_a_view(bad):
    camera = Camera(bad, bad, bad)
    assert -180 < camera.azimuth <= 180
    assert LOWEST <= camera.elevation <= HIGHEST
    assert ZOOMS[0] <= camera.zoom <= ZOOMS[1]
    assert np.isfinite(camera.project(POINTS)).all()
