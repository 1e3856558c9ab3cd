from __future__ import annotations

import numpy as np
import pytest

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.loss_slice_picture import (
    NEARNESS,
    LossSlicePicture,
    arrange_slice,
    contour_sets,
    nearness,
    path_words,
)  # fmt: skip

VIEW = Viewport(-2.0, 2.0, -1.0, 3.0, 400.0, 400.0)
AXIS = np.linspace(-2.0, 2.0, 33)
BOWL = AXIS[None, :] ** 2 + (AXIS[:, None] - 0.5) ** 2


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 14.0


def drawn(**fields: object):
    return arrange_slice(LossSlicePicture(**fields), VIEW, measure)


def test_the_ball_stands_where_its_coordinates_are_and_says_the_value():
    drawing = drawn(x=1.0, y=2.0, value=0.25, title="loss")
    ball = next(disc for disc in drawing.discs if disc.fill == "step")
    assert (ball.x, ball.y) == (300.0, 100.0)
    assert [line for label in drawing.labels for line in label.lines] == [("loss 0.2500", "step")]


def test_a_loss_that_is_not_finite_is_said_in_words():
    drawing = drawn(x=0.0, y=0.0, value=np.inf)
    assert any(label.lines == (("no finite loss", "bad"),) for label in drawing.labels)
    assert any(disc.fill == "bad" for disc in drawing.discs)


def test_the_path_is_the_fainter_the_further_it_is_from_the_plane():
    np.testing.assert_array_equal(nearness(np.array([10.0, 5.0, 2.0, 0.0])), [3, 2, 1, 0])
    opacities = [opacity for _, opacity, _ in NEARNESS]
    assert opacities == sorted(opacities, reverse=True)
    path = np.column_stack([np.linspace(-1.5, 1.5, 7), np.zeros(7)])
    away = np.array([12.0, 12.0, 6.0, 6.0, 2.0, 0.0, 0.0])
    strokes = [stroke for stroke in drawn(path=path, away=away).strokes if len(stroke.points) == 7]
    strokes = [stroke for stroke in strokes if stroke.colour == "text"]
    # Between the points the distances are 12, 9, 6, 4, 1, 0: of 12, what is over 0.7, over 0.35, over 0.02, and less.
    segments = {stroke.opacity: np.flatnonzero(stroke.joined).tolist() for stroke in strokes}
    assert segments == {opacities[3]: [0, 1], opacities[2]: [2], opacities[1]: [3, 4], opacities[0]: [5]}
    assert {stroke.dashes for stroke in strokes if stroke.opacity == opacities[0]} == {()}
    assert all(stroke.dashes for stroke in strokes if stroke.opacity in opacities[2:])


def test_a_path_in_the_plane_is_solid_all_along():
    path = np.column_stack([np.linspace(-1.5, 1.5, 5), np.zeros(5)])
    strokes = [s for s in drawn(path=path, away=np.zeros(5)).strokes if s.colour == "text" and len(s.points) == 5]
    assert [(stroke.opacity, stroke.dashes, stroke.joined.sum()) for stroke in strokes] == [(1.0, (), 4)]


def test_the_legend_tells_the_largest_distance_and_gives_way_where_there_is_no_room():
    path, away = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([3.25, 0.0])
    words = [label.lines[0][0] for label in drawn(path=path, away=away).labels]
    assert "path, up to 3.25 off the plane" in words
    narrow = Viewport(-2.0, 2.0, -1.0, 3.0, 90.0, 90.0)
    assert arrange_slice(LossSlicePicture(path=path, away=away), narrow, measure).labels == ()
    assert path_words(path, away).endswith("up to a distance of 3.25.")
    assert path_words(path[:1], away[:1]) == ""


def test_the_legend_stands_where_neither_path_nor_point_is():
    def legend(path):
        found = drawn(path=np.array(path), away=np.zeros(len(path)), note="surface of step 3")
        note = next(label.rect for label in found.labels if label.lines[0][1] == "warning")
        assert all(label.rect.overlap(note) == 0 for label in found.labels if label.rect != note)
        return next(label.rect for label in found.labels if label.lines[0][0] == "path of training")

    left, right = ([[-1.9, -0.9], [-1.0, -0.9], [-0.5, -0.9]], [[1.9, -0.9], [1.0, -0.9], [0.5, -0.9]])
    up = legend([*left[:2], *right[1::-1]])
    assert legend(right).x < 150 < 200 < legend(left).x
    assert legend(left).y == legend(right).y > 300
    assert (up.x, up.y < 60) == (legend(left).x, True)


def test_where_training_is_stays_marked_while_the_point_is_elsewhere():
    drawing = drawn(x=1.0, y=2.0, value=0.25, home=(-1.0, 0.0))
    assert any((disc.x, disc.y, disc.dashed) == (100.0, 300.0, True) for disc in drawing.discs)
    assert any(label.lines == (("training is here", "text"),) for label in drawing.labels)


def test_both_contour_sets_lie_at_equal_values():
    picture = LossSlicePicture(AXIS, AXIS, 3.0 * BOWL, BOWL, 2.0 * BOWL)
    strokes = contour_sets(picture, VIEW)
    assert {stroke.colour for stroke in strokes} >= {"training", "penalty"}
    for stroke in strokes:
        points = VIEW.to_data(stroke.points)
        heights = points[:, 0] ** 2 + (points[:, 1] - 0.5) ** 2
        assert np.ptp(heights[np.isfinite(heights)]) < 0.02  # straight pieces between the grid's lines: (1/8)²
    assert contour_sets(LossSlicePicture(AXIS, AXIS, BOWL), VIEW) == ()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_nothing_hostile_reaches_the_painter(bad):
    points = np.array([[0.0, 0.0], [bad, 1.0], [1.0, bad], [0.5, 0.5]])
    drawing = drawn(x=bad, y=0.0, value=bad, path=points, away=np.array([0.0, bad, 1.0, 0.0]), home=(bad, bad))
    for stroke in drawing.strokes:
        assert not np.isinf(stroke.points).any()
    assert not any(np.isinf((disc.x, disc.y)).any() for disc in drawing.discs)
