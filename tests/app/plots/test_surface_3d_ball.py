"""What lies on the surface about the ball: the vectors of the map, where they are and whether they are hidden."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.ball_3d import arrange_about_ball, head_corners
from gdsim.app.plots.camera_3d import Camera
from gdsim.app.plots.drawing import Rect, square
from gdsim.app.plots.mesh_3d import make_mesh
from gdsim.app.plots.scene_3d import lens_for
from gdsim.app.plots.surface_picture import SurfacePicture, SurfaceShown
from gdsim.app.plots.surface_stage import StageMark

AXIS = np.linspace(-2.0, 2.0, 61)
X, Y = np.meshgrid(AXIS, AXIS)
BOWL = make_mesh(AXIS, AXIS, X**2 + Y**2)
PLACE = Rect(0, 0, 700, 600)
HERE = SurfacePicture(
    x=1.0, y=0.5, value=1.25, gradient=(2.0, 1.0), delta=(-1.0, -0.5), gradient_scale=0.4,
    eigenvalues=np.array([-1.0, 4.0]), eigenvectors=np.array([[0.6, -0.8], [0.8, 0.6]]),
    shown=SurfaceShown(curvature=True),
)  # fmt: skip


def measure(text):
    return 7.0 * len(text), 14.0


def about(picture=HERE, mesh=BOWL, camera=None, place=PLACE, **changes):
    lens = lens_for(camera or Camera(), place, 1.0)
    return arrange_about_ball(replace(picture, **changes), mesh, lens, place.grown(-6), measure), lens


def lines(drawn, colour):
    return [line for line in drawn.lines if line.colour == colour]


def words(drawn):
    return {text for label in drawn.labels for text, _ in label.lines}


def on_screen(lens, x, y, mesh=BOWL):
    return lens.to_pixels(mesh.on_surface([(x, y)]))[0]


def test_arrows_lie_on_the_surface_and_end_where_the_vectors_do():
    drawn, lens = about()
    for colour, (x, y) in (("gradient", (1.8, 0.9)), ("step", (0.0, 0.0))):
        (arrow,) = lines(drawn, colour)
        assert arrow.pixels[0] == pytest.approx(on_screen(lens, 1.0, 0.5))
        assert arrow.pixels[-1] == pytest.approx(on_screen(lens, x, y))
        halfway = on_screen(lens, (1 + x) / 2, (0.5 + y) / 2)
        assert np.hypot(*(arrow.pixels - halfway).T).min() < 3
        assert arrow.head == 11
    assert drawn.ghost == pytest.approx(np.zeros((1, 2)))


def test_they_are_named_as_on_the_map_at_the_same_scale():
    assert {"gradient ∇f 2.236", "uphill, drawn ×0.4", "step 1.118, to scale", "λ −1, bends down", "λ 4, bends up"} <= (
        words(about()[0])
    )


@pytest.mark.parametrize(
    ("box", "colour"), [("gradient", "gradient"), ("step", "step"), ("curvature", "curvature"), ("memory", "tangent")]
)
def test_they_follow_the_show_boxes(box, colour):
    picture = replace(HERE, velocity=(0.5, -0.5))
    assert lines(about(picture)[0], colour)
    without = about(picture, shown=replace(HERE.shown, **{box: False}))[0]
    assert not lines(without, colour)
    assert len(without.ghost) == (box != "step")


def test_the_cross_is_along_the_eigenvectors_and_dashed_where_it_bends_down():
    camera = Camera(0.0, 90.0, perspective=False)  # from above the screen is the plane
    drawn, lens = about(camera=camera)
    ball = on_screen(lens, 1.0, 0.5)
    reach = {}
    for arm in lines(drawn, "curvature"):
        along = arm.pixels[-1] - ball
        reach[bool(arm.dashes)] = np.hypot(*along)
        wanted = np.array([0.6, -0.8]) if arm.dashes else np.array([-0.8, -0.6])
        assert abs(along @ wanted) == pytest.approx(np.hypot(*along), rel=1e-6)
    assert reach[True] == pytest.approx(2 * reach[False], rel=0.01)


def test_the_ellipse_is_as_large_as_its_scale_says():
    drawn, lens = about(rates=(0.05, 0.1), camera=Camera(0.0, 90.0, perspective=False))
    (label,) = [text for text in words(drawn) if text.startswith("x 0.05")]
    factor = float(label.partition("×")[2])
    ellipse = next(line for line in lines(drawn, "step") if not line.head)
    a_unit = on_screen(lens, 1.0, 0.0)[0] - on_screen(lens, 0.0, 0.0)[0]
    assert np.ptp(ellipse.pixels, axis=0) == pytest.approx(np.array([0.1, 0.2]) * factor * a_unit, rel=0.02)


def test_what_is_behind_the_surface_does_not_show():
    wall = make_mesh(AXIS, AXIS, np.exp(-(((Y + 0.5) / 0.3) ** 2)))
    picture = replace(HERE, x=0.0, y=0.5, value=0.0, gradient=(1.0, 0.0), delta=(-1.0, 0.0))
    for azimuth, seen in ((0.0, False), (180.0, True)):
        drawn = about(picture, wall, Camera(azimuth, 10.0))[0]
        flags = np.concatenate([line.seen for line in drawn.lines])
        assert len(flags) > 20
        assert flags.mean() == pytest.approx(float(seen), abs=0.1)


def test_a_vector_inside_the_ball_is_drawn_enlarged_and_says_so():
    drawn, lens = about(delta=(-0.02, 0.0), gradient=(0.03, 0.0))
    ball = on_screen(lens, 1.0, 0.5)
    (step,), (gradient,) = lines(drawn, "step"), lines(drawn, "gradient")
    assert step.hollow
    assert step.head > 0
    assert not gradient.hollow
    for arrow in (step, gradient):
        assert 20 < np.hypot(*(arrow.pixels[-1] - ball)) < 140
    scales = {text.partition("×")[0] for text in words(drawn)}
    assert {"step 0.02, drawn ", "uphill, drawn "} <= scales


def test_a_step_that_leaves_the_surface_is_cut_at_its_edge_and_says_so():
    drawn, lens = about(delta=(9.0, 4.5))
    shaft, *marks = lines(drawn, "step")
    assert shaft.pixels[-1] == pytest.approx(on_screen(lens, 2.0, 1.0))
    assert shaft.head == 0
    assert len(marks) == 2
    assert "step goes on outside, 10.06 long" in words(drawn)


def test_a_step_that_lands_on_the_surface_is_not_said_to_leave_it():
    drawn, _ = about(x=0.3, y=1.85, delta=(-0.006, 0.037), gradient=None)
    (step,) = lines(drawn, "step")
    assert not any("outside" in text for text in words(drawn))
    assert np.isfinite(step.pixels).all()
    assert drawn.ghost == pytest.approx(np.array([[0.294, 1.887]]))


def test_a_head_points_along_its_line_and_ends_at_the_tip():
    drawn, _ = about()
    (arrow,) = lines(drawn, "step")
    corners, _, kept = head_corners(arrow)
    assert corners[0] == pytest.approx(arrow.pixels[-1])
    base = corners[1:].mean(axis=0)
    assert np.hypot(*(base - corners[0])) == pytest.approx(11)
    assert np.hypot(*(arrow.pixels[:kept] - corners[0]).T).min() >= 11


def test_labels_keep_off_the_ball_each_other_and_what_stands_there():
    taken = (Rect(300, 200, 60, 90),)
    for azimuth in range(0, 360, 40):
        lens = lens_for(Camera(azimuth), PLACE, 1.0)
        picture = replace(HERE, velocity=(0.5, -0.5), rates=(0.1, 0.2))
        drawn = arrange_about_ball(picture, BOWL, lens, PLACE.grown(-6), measure, taken)
        rects = [label.rect for label in drawn.labels]
        ball = square(*on_screen(lens, 1.0, 0.5), 9.0)
        assert len(rects) >= 5
        for index, rect in enumerate(rects):
            assert all(rect.overlap(other) == 0 for other in (*rects[:index], ball, *taken))
            assert rect.overlap(PLACE) == pytest.approx(rect.width * rect.height)


def test_a_small_picture_beside_the_map_has_no_words():
    drawn = about(place=Rect(0, 0, 600, 240), rates=(0.1, 0.2))[0]
    assert drawn.labels == ()
    assert lines(drawn, "gradient")
    assert [line for line in lines(drawn, "step") if not line.head] == []


def test_a_memory_of_squares_that_is_told_is_an_ellipse_with_its_roots():
    mark = StageMark("squares s", "tangent", (0.04, 0.01), slopes=True, extent=True)
    drawn = about(stage=mark)[0]
    (ring,) = lines(drawn, "tangent")
    width, height = np.ptp(ring.pixels, axis=0)
    assert width > 20
    assert height > 5
    assert "√ of squares s" in words(drawn)
    assert any(text.startswith("x 0.2, y 0.1, drawn ×") for text in words(drawn))


def test_alone_even_a_small_picture_has_words():
    place = Rect(0, 0, 600, 240)
    drawn = arrange_about_ball(HERE, BOWL, lens_for(Camera(), place, 1.0), place.grown(-6), measure, alone=True)
    assert "step 1.118, to scale" in words(drawn)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": math.nan}, "the loss has no value at the ball"),
        ({"x": 9.0}, "the ball is outside this picture, at x = 9.000, y = 0.5000"),
        ({"x": math.nan}, None),
    ],
)
def test_without_a_place_for_the_ball_there_are_words_instead_of_arrows(changes, said):
    drawn = about(**changes)[0]
    assert drawn.lines == ()
    assert words(drawn) == ({said} if said else set())


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 1e150])
def test_hostile_numbers_give_a_drawing(bad):
    vector = (bad, 1.0)
    hostile = replace(
        HERE, gradient=vector, delta=vector, velocity=vector, rates=vector, eigenvalues=np.array(vector),
        eigenvectors=np.array([[bad, 0.0], [0.0, 1.0]]), gradient_scale=abs(bad),
    )  # fmt: skip
    with np.errstate(all="ignore"):
        holes = make_mesh(AXIS, AXIS, np.where(X + Y > 2, np.nan, bad * X))
    for mesh in (BOWL, holes):
        for line in about(hostile, mesh)[0].lines:
            assert not line.head or np.isfinite(head_corners(line)[0]).all()
