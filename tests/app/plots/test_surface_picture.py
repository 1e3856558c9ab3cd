from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.drawing import Rect, Viewport, square
from gdsim.app.plots.surface_picture import (
    BALL_RADIUS,
    HIT_RADIUS,
    Marks,
    SurfacePicture,
    SurfaceShown,
    Track,
    arrange_surface,
    surface_gradient_scale,
)
from gdsim.app.plots.surface_tracks import CASING, MARKERS, in_pieces, marker_strokes, walked
from gdsim.app.widgets.figures import parse_number

VIEW = Viewport(-4, 4, -3, 3, 800, 600)
HERE = SurfacePicture(x=1.0, y=0.5, value=1.25, gradient=(2.0, 1.0), delta=(-0.8, -0.4), gradient_scale=0.5)


def measure(text):
    return 7.0 * len(text), 14.0


def drawn(picture=HERE, view=VIEW, **changes):
    return arrange_surface(replace(picture, **changes), view, measure)


def arrows(drawing, colour):
    return [arrow for arrow in drawing.arrows if arrow.colour == colour]


def words(drawing):
    return [text for label in drawing.labels for text, _ in label.lines]


def direction(arrow):
    along = np.subtract(arrow.tip, arrow.tail)
    return along / np.hypot(*along)


def test_the_gradient_points_uphill_and_the_step_of_gradient_descent_against_it():
    drawing = drawn()
    gradient, step = arrows(drawing, "gradient")[0], arrows(drawing, "step")[0]
    uphill = np.array([2.0, -1.0]) / math.sqrt(5)  # pixels count downwards
    assert direction(gradient) == pytest.approx(uphill)
    assert direction(step) == pytest.approx(-uphill)


def test_the_step_arrow_ends_on_the_ghost_where_the_next_point_is():
    drawing = drawn()
    landing = VIEW.to_pixels(np.array([0.2, 0.1]))
    assert arrows(drawing, "step")[0].tip == pytest.approx(tuple(landing))
    ghost = next(disc for disc in drawing.discs if disc.dashed)
    assert (ghost.x, ghost.y) == pytest.approx(tuple(landing))


def test_both_arrows_say_what_they_are_and_at_which_scale():
    assert {"gradient ∇f 2.236", "uphill, drawn ×0.5", "step 0.8944, to scale"} <= set(words(drawn()))


def test_an_arrow_too_long_for_the_view_is_cut_and_says_so():
    drawing = drawn(delta=(-12.9, 0.0), gradient=None)
    assert "step goes on outside, 12.9 long" in words(drawing)
    assert not drawing.arrows, "a head at the edge would say that the step lands there"
    shaft, *marks = [stroke for stroke in drawing.strokes if stroke.colour == "step"]
    assert shaft.points[:, 0].min() == pytest.approx(6.0)
    assert len(marks) == 2
    for mark in marks:  # a break, right at the end of the shaft
        assert np.abs(mark.points.mean(axis=0) - shaft.points[-1]).max() < 12


@pytest.mark.parametrize("size", [0.003, 0.07, 1.0, 40.0, 3e5])
def test_the_gradient_is_drawn_as_long_as_its_scale_says_and_can_be_seen(size):
    drawing = drawn(gradient=(0.0, size))
    arrow = arrows(drawing, "gradient")[0]
    length = VIEW.to_pixels(np.array([1.0, 0.5]))[1] - arrow.tip[1]
    scale = next(text for text in words(drawing) if text.startswith("uphill, drawn ×"))
    factor = parse_number(scale.removeprefix("uphill, drawn ×"))
    assert length == pytest.approx(size * factor * 100)  # 100 px a unit
    assert 30 <= length <= 140


def test_a_gradient_shorter_than_its_head_still_shows_its_direction():
    arrow = arrows(drawn(gradient=(0.0, 0.002)), "gradient")[0]
    assert direction(arrow) == pytest.approx((0, -1))
    assert arrow.tip[1] < VIEW.to_pixels(np.array([1.0, 0.5]))[1] - BALL_RADIUS


@pytest.mark.parametrize("length", [22.5, 25.0, 30.0, 90.0])
def test_no_arrow_is_longer_than_what_it_stands_for(length):
    drawing = drawn(delta=(length / 100, 0.0), gradient=None)
    arrow = arrows(drawing, "step")[0]
    assert arrow.tip[0] - VIEW.to_pixels(np.array([1.0, 0.5]))[0] == pytest.approx(length)
    assert 0 < arrow.head <= arrow.tip[0] - arrow.tail[0] + 1e-9
    assert f"step {length / 100:g}, to scale" in words(drawing)


@pytest.mark.parametrize(("length", "factor"), [(0.5, 100), (8.0, 5), (16.0, 5)])
def test_a_step_inside_the_ball_is_drawn_enlarged_and_hollow_and_says_so(length, factor):
    drawing = drawn(delta=(length / 100, 0.0), gradient=None)
    assert f"step {length / 100:g}, drawn ×{factor}" in words(drawing)
    ball_x = VIEW.to_pixels(np.array([1.0, 0.5]))[0]
    (arrow,) = arrows(drawing, "step")
    assert arrow.hollow, "a filled head is for arrows to scale"
    assert arrow.tip[0] - ball_x == pytest.approx(length * factor)
    ghost = next((disc for disc in drawing.discs if disc.dashed), None)
    assert ghost is None if length < 1 else ghost.x - ball_x == pytest.approx(length)


@pytest.mark.parametrize("room", [3.0, 15.0, 24.0, 33.0, 60.0])
@pytest.mark.parametrize("length", [2.0, 8.0, 20.0, 24.0])
def test_a_step_goes_on_outside_only_if_it_lands_there(room, length):
    """The ball is `room` pixels from the right edge."""
    picture = replace(HERE, x=4 - room / 100, delta=(length / 100, 0.0), gradient=None)
    drawing = drawn(picture)
    assert any("goes on outside" in text for text in words(drawing)) == (length > room)
    if length <= room:
        assert all(arrow.tip[0] <= 800 for arrow in arrows(drawing, "step") if arrow.hollow)
        ghost = next(disc for disc in drawing.discs if disc.dashed)
        assert ghost.x == pytest.approx(800 - room + length)


def test_an_enormous_step_keeps_its_direction():
    drawing = drawn(delta=(-1e19, 1e12), gradient=None)
    shaft = next(stroke for stroke in drawing.strokes if stroke.colour == "step")
    assert np.ptp(shaft.points[:, 1]) < 0.01


def test_arrows_in_one_direction_do_not_cover_each_other():
    drawing = drawn(delta=(0.8, 0.4))
    gradient, step = arrows(drawing, "gradient")[0], arrows(drawing, "step")[0]
    across = np.array([-direction(step)[1], direction(step)[0]])
    assert abs(np.dot(np.subtract(gradient.tip, step.tip), across)) >= 10


def test_the_velocity_is_dashed_and_named():
    drawing = drawn(velocity=(-0.5, 1.0))
    assert "velocity 1.118" in words(drawing)
    assert any(stroke.colour == "tangent" and stroke.dashes for stroke in drawing.strokes)
    assert "velocity 1.118" not in words(drawn(velocity=(-0.5, 1.0), shown=SurfaceShown(memory=False)))


def test_the_memory_of_squared_gradients_is_an_ellipse_in_their_proportion():
    drawing = drawn(rates=(0.1, 0.4))
    ellipse = next(stroke for stroke in drawing.strokes if stroke.colour == "step" and stroke.dashes)
    width, height = np.ptp(ellipse.points, axis=0)
    assert height / width == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize(("rates", "factor"), [((0.1, 0.4), 1.0), ((0.002, 0.03), 10.0), ((7.0, 3.0), 0.05)])
def test_the_ellipse_is_as_large_as_its_scale_says(rates, factor):
    drawing = drawn(rates=rates)
    ellipse = next(stroke for stroke in drawing.strokes if stroke.colour == "step" and stroke.dashes)
    assert np.ptp(ellipse.points, axis=0) / 200 == pytest.approx(np.multiply(rates, factor), abs=0.02)  # 100 px a unit
    scale = "to scale" if factor == 1 else f"drawn ×{factor:g}"
    assert f"x {rates[0]:g}, y {rates[1]:g}, {scale}" in words(drawing)


def test_the_cross_is_longer_where_it_bends_less_and_dashed_where_it_bends_down():
    turned = np.array([[0.6, -0.8], [0.8, 0.6]])
    drawing = drawn(eigenvalues=np.array([-1.0, 4.0]), eigenvectors=turned, shown=SurfaceShown(curvature=True))
    arms = [stroke for stroke in drawing.strokes if stroke.colour == "curvature"]
    ball = VIEW.to_pixels(np.array([1.0, 0.5]))
    reach = {bool(arm.dashes): np.hypot(*(arm.points - ball).T).max() for arm in arms}
    assert reach[True] == pytest.approx(2 * reach[False], rel=0.01)
    dashed = next(arm for arm in arms if arm.dashes)
    along = dashed.points[1] - dashed.points[0]
    assert abs(np.dot(along / np.hypot(*along), (0.6, -0.8))) == pytest.approx(1)
    assert {"λ −1, bends down", "λ 4, bends up"} <= set(words(drawing))


def test_the_short_arm_of_the_cross_is_seen_beyond_the_ball_and_named_at_its_end():
    values, vectors = np.array([2.0, 186.5]), np.array([[0.6, -0.8], [0.8, 0.6]])
    drawing = drawn(eigenvalues=values, eigenvectors=vectors, shown=SurfaceShown(curvature=True))
    ball = VIEW.to_pixels(np.array([1.0, 0.5]))
    arms = [stroke.points - ball for stroke in drawing.strokes if stroke.colour == "curvature"]
    steep = [points for points in arms if abs(points[1] @ [0.6, -0.8]) < 1e-6]
    assert len(steep) == 2
    assert all(np.hypot(*points[1]) >= BALL_RADIUS + 20 for points in steep)
    label = next(label for label in drawing.labels if label.lines[0][0] == "λ 186.5, bends up")
    middle = np.array([label.rect.x + label.rect.width / 2, label.rect.y + label.rect.height / 2])
    tips = [ball + points[1] for points in steep]
    nearest = min(
        max(abs(tip[0] - middle[0]) - label.rect.width / 2, abs(tip[1] - middle[1]) - label.rect.height / 2)
        for tip in tips
    )
    assert nearest < 20


def test_labels_keep_off_the_ball_and_off_each_other():
    crowded = replace(
        HERE, velocity=(-0.5, 1.0), rates=(0.1, 0.4), eigenvalues=np.array([1.0, 4.0]), eigenvectors=np.eye(2),
        shown=SurfaceShown(curvature=True), minima=np.array([[1.2, 0.5], [-1.0, 0.0]]),
    )  # fmt: skip
    for x, y in ((1.0, 0.5), (-3.9, -2.9), (3.9, 2.9), (0.0, 2.95)):
        drawing = drawn(crowded, x=x, y=y)
        ball = square(*VIEW.to_pixels(np.array([x, y])), HIT_RADIUS)
        rects = [label.rect for label in drawing.labels]
        assert len(rects) >= 6
        for index, rect in enumerate(rects):
            assert rect.overlap(ball) == 0
            assert rect.overlap(Rect(0, 0, 800, 600)) == pytest.approx(rect.width * rect.height)
            assert all(rect.overlap(other) == 0 for other in rects[:index])


def test_every_line_and_arrow_has_an_edge_under_it():
    path = np.column_stack([np.linspace(-3, 1, 30), np.linspace(-2, 0.5, 30)])
    drawing = drawn(path=path, preview=path + 0.5, tracks=(Track(path, "#E69F00", "Adam"),))
    for under, over in zip(drawing.strokes[::2], drawing.strokes[1::2], strict=True):
        assert under.colour == CASING
        assert under.width > over.width
        assert under.points is over.points
    for under, over in zip(drawing.arrows[::2], drawing.arrows[1::2], strict=True):
        assert (under.colour, under.head > over.head) == (CASING, True)


def test_the_newest_steps_are_the_largest_dots():
    path = np.column_stack([np.linspace(-3, 1, 30), np.linspace(-2, 0.5, 30)])
    dots = [dots for dots in drawn(path=path).dots if dots.colour == "text"]
    assert [dot.radius for dot in dots] == sorted(dot.radius for dot in dots)
    newest = VIEW.to_pixels(path[-2])
    assert np.abs(dots[-1].points - newest).min() < 1e-9


def test_runs_of_a_race_have_colour_dash_marker_and_name():
    path = np.column_stack([np.linspace(-3, 1, 30), np.linspace(-2, 0.5, 30)])
    drawing = drawn(SurfacePicture(tracks=(Track(path, "#E69F00", "Adam", (2.0, 3.0), "square"),)))
    assert any(stroke.dashes == (2.0, 3.0) and stroke.colour == "#E69F00" for stroke in drawing.strokes)
    assert words(drawing) == ["Adam"]


def test_markers_can_be_told_apart_without_colour():
    shapes = {marker: marker_strokes(np.zeros((1, 2)), "text", marker, 5.0)[1].points for marker in MARKERS}
    assert len({np.round(points, 3).tobytes() for points in shapes.values()}) == len(MARKERS)


def test_many_markers_are_one_stroke_with_gaps():
    stroke = marker_strokes(np.array([[0.0, 0.0], [50.0, 0.0]]), "text", "square", 5.0)[1]
    jumps = np.hypot(*np.diff(stroke.points, axis=0).T)[stroke.joined[:-1]]
    assert jumps.max() < 12


def test_marks_outside_the_view_are_left_out():
    drawing = drawn(SurfacePicture(marks=(Marks(np.array([[99.0, 0.0], [1.0, 1.0]]), "good", label="12 of 60"),)))
    assert words(drawing) == ["12 of 60"]
    assert max(stroke.points.max() for stroke in drawing.strokes) < 800


def test_only_few_known_minima_are_named_but_all_are_drawn():
    places = np.column_stack([np.linspace(-3, 3, 6), np.full(6, -2.0)])
    drawing = drawn(SurfacePicture(minima=places))
    assert sum(disc.ring == "good" for disc in drawing.discs) == 6
    assert "known minimum" not in words(drawing)
    assert words(drawn(SurfacePicture(minima=places[:3]))) == ["known minimum"] * 3
    narrow = replace(VIEW, width=380.0)
    assert words(arrange_surface(SurfacePicture(minima=places[:3]), narrow, measure)) == ["known minimum"]
    x, y = places[0]
    under_ball = drawn(SurfacePicture(x=x, y=y, value=0.0, minima=places[:3]))
    assert words(under_ball).count("known minimum") == 2


def test_a_ball_outside_the_view_is_pointed_at():
    drawing = drawn(x=40.0, y=0.0)
    assert "the ball is at x = 40.00, y = 0" in words(drawing)
    assert direction(arrows(drawing, "step")[0]) == pytest.approx((1, 0))


def test_where_there_is_no_value_the_ball_says_so():
    cross = {"eigenvalues": np.array([1.0, 2.0]), "eigenvectors": np.eye(2), "shown": SurfaceShown(curvature=True)}
    drawing = drawn(value=math.nan, **cross)
    assert drawing.strokes == ()
    assert "the loss has no value here" in words(drawing)
    assert [disc.fill for disc in drawing.discs][-1] == "bad"
    assert drawing.arrows == ()


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e308, 5e-324])
def test_hostile_numbers_give_a_drawing(bad):
    vector, points = (bad, 1.0), np.array([[bad, 0.0], [0.0, bad], [0.1, 0.1]])
    drawing = drawn(
        gradient=vector, delta=vector, velocity=vector, rates=vector, eigenvalues=np.array(vector),
        eigenvectors=np.array([[bad, 0], [0, 1]]), path=points, preview=points, ghost=points, ahead=points,
        minima=points, tracks=(Track(points, "good", "one"),), marks=(Marks(points, "good"),),
    )  # fmt: skip
    for arrow in drawing.arrows:
        assert np.isfinite([*arrow.tail, *arrow.tip]).all()
    for disc in drawing.discs:
        assert math.isfinite(disc.x + disc.y)


def test_a_path_in_pieces_is_the_same_path():
    points = np.random.default_rng(1).normal(size=(100, 2)) * 100
    pieces, joined = in_pieces(points, 16)
    starts = pieces[:-1][joined[:-1]]
    assert starts == pytest.approx(points[:-1])
    assert pieces[1:][joined[:-1]] == pytest.approx(points[1:])


def test_going_to_and_fro_is_drawn_once():
    corners = np.array([[0.0, 0.0], [50.0, 0.0]])
    points, joined = walked(np.tile(corners, (60, 1)))
    assert joined.sum() == 1
    assert len(points) >= 120


def test_only_a_long_path_has_jagged_edges_and_sooner_while_the_ball_is_held():
    path = np.random.default_rng(2).uniform(-3, 3, (500, 2))  # some 250 pixels a step

    def smooth(**changes):
        return {stroke.smooth for stroke in drawn(gradient=None, delta=None, **changes).strokes}

    assert smooth(path=path) == smooth(ghost=path) == {False}
    assert smooth(path=path[:40]) == smooth(path=path / 100) == smooth(ghost=path[:40]) == {True}
    assert smooth(preview=path[:40]) == {False}
    assert smooth(preview=path[:40] / 10) == {True}
    assert smooth(path=path + 1000.0) == {True}, "what is not seen takes no time"


def test_the_gradient_scale_is_round_and_fits_the_domain():
    x, y = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-1, 3, 41))
    scale = surface_gradient_scale((-400 * x * (y - x * x), 200 * (y - x * x)), ((-2, 2), (-1, 3)))
    assert f"{scale:.0e}"[0] in "125"
    middle = np.median(np.hypot(-400 * x * (y - x * x), 200 * (y - x * x)))
    assert 0.1 < scale * middle < 0.7
