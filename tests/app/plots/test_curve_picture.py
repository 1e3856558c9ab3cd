from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.plots.curve_picture import BALL_RADIUS, CurvePicture, Shown, arrange, gradient_scale
from gdsim.app.plots.drawing import Viewport, square
from gdsim.app.plots.sampling import sample_curve

VIEW = Viewport(-2.0, 2.0, -1.0, 5.0, 800.0, 480.0)
LEFT_SLOPE = CurvePicture(-1.0, 1.0, slope=-2.0, delta=0.5, landing=0.25, gradient_scale=0.2)


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 15.0


def arrow(drawing, colour):
    return next(arrow for arrow in drawing.arrows if arrow.colour == colour)


def words(drawing) -> list[str]:
    return [text for label in drawing.labels for text, _ in label.lines]


def test_the_gradient_points_uphill_and_the_step_downhill():
    drawing = arrange(LEFT_SLOPE, VIEW, measure)
    gradient, step = arrow(drawing, "gradient"), arrow(drawing, "step")
    assert gradient.tip[0] < 200 < step.tip[0]
    assert gradient.tip[1] == step.tip[1] == pytest.approx(320)


def test_the_step_arrow_ends_exactly_above_where_it_lands():
    drawing = arrange(LEFT_SLOPE, VIEW, measure)
    ghost = next(disc for disc in drawing.discs if disc.dashed)
    assert arrow(drawing, "step").tip[0] == pytest.approx(300)
    assert (ghost.x, ghost.y) == (pytest.approx(300), pytest.approx(380))


def test_the_gradient_arrow_has_the_length_that_its_label_says():
    drawing = arrange(LEFT_SLOPE, VIEW, measure)
    assert arrow(drawing, "gradient").tip[0] == pytest.approx(200 - 2.0 * 0.2 * 200)
    assert "uphill, drawn ×0.2" in words(drawing)


@pytest.mark.parametrize(("slope", "factor"), [(-50.0, "0.01"), (-0.002, "200"), (-1.0, "0.2")])
def test_a_gradient_arrow_too_long_or_too_short_to_be_seen_has_another_scale(slope, factor):
    drawing = arrange(replace(LEFT_SLOPE, slope=slope), VIEW, measure)
    assert arrow(drawing, "gradient").tip[0] == pytest.approx(200 + slope * float(factor) * 200)
    assert f"uphill, drawn ×{factor}" in words(drawing)


def test_a_gradient_arrow_at_the_edge_says_that_it_is_cut():
    drawing = arrange(replace(LEFT_SLOPE, x=-1.8), VIEW, measure)
    assert "uphill, drawn ×0.2, cut short" in words(drawing)


def test_a_step_out_of_the_picture_says_that_it_goes_on():
    assert "step +12.90, goes on outside" in words(arrange(replace(LEFT_SLOPE, delta=12.9), VIEW, measure))


def test_both_arrows_are_seen_where_they_point_the_same_way():
    drawing = arrange(replace(LEFT_SLOPE, slope=2.0), VIEW, measure)
    gradient, step = arrow(drawing, "gradient"), arrow(drawing, "step")
    assert abs(gradient.tip[1] - step.tip[1]) >= 12


def test_a_tiny_step_still_shows_its_direction_outside_the_ball():
    drawing = arrange(replace(LEFT_SLOPE, delta=0.01), VIEW, measure)
    assert arrow(drawing, "step").tip[0] > 200 + BALL_RADIUS + 5


@pytest.mark.parametrize(("delta", "factor"), [(0.02, 10), (0.08, 5), (0.12, 1), (0.5, 1)])
def test_a_step_arrow_is_to_scale_or_hollow_and_says_how_much_longer_it_is(delta, factor):
    drawing = arrange(replace(LEFT_SLOPE, delta=delta), VIEW, measure)
    step = arrow(drawing, "step")
    assert step.head > 0
    assert step.tip[0] == pytest.approx(200 + 200 * delta * factor)
    assert step.hollow == (factor > 1)
    assert any(f"drawn ×{factor}" in text and text.startswith("step") for text in words(drawing)) == (factor > 1)


def test_the_tangent_has_the_slope_of_the_curve():
    drawing = arrange(LEFT_SLOPE, VIEW, measure)
    tangent = next(stroke for stroke in drawing.strokes if stroke.colour == "tangent")
    start, end = VIEW.to_data(tangent.points)
    assert (end[1] - start[1]) / (end[0] - start[0]) == pytest.approx(-2.0)
    assert tangent.points.mean(axis=0) == pytest.approx([200, 320])


def test_what_is_not_to_be_shown_is_not_drawn():
    drawing = arrange(replace(LEFT_SLOPE, shown=Shown(tangent=False, gradient=False, step=False)), VIEW, measure)
    assert drawing.arrows == ()
    assert drawing.labels == ()
    assert [disc.fill for disc in drawing.discs] == ["step"]


def test_the_newest_dots_of_a_path_are_the_largest():
    x = np.linspace(-1.8, -1.0, 20)
    drawing = arrange(replace(LEFT_SLOPE, path=np.column_stack([x, x**2])), VIEW, measure)
    newest, *_, oldest = sorted(drawing.dots, key=lambda dots: -dots.points[:, 0].max())
    assert newest.radius > oldest.radius


def test_a_ball_outside_the_view_is_pointed_at():
    drawing = arrange(replace(LEFT_SLOPE, x=40.0, value=1600.0), VIEW, measure)
    (pointer,) = drawing.arrows
    assert pointer.tip[0] <= 800
    assert "the ball is at x = 40.00" in words(drawing)


def test_places_without_a_value_are_hatched():
    with np.errstate(all="ignore"):
        curve = sample_curve(np.log, -2.0, 2.0)
    (band,) = arrange(LEFT_SLOPE, VIEW, measure, curve).bands
    assert (band.rect.x, band.rect.right) == (0, pytest.approx(400, abs=1))


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(numbers, numbers, numbers, numbers, numbers, st.booleans())
def test_no_numbers_break_the_drawing_or_put_words_on_the_ball(x, value, slope, delta, landing, held):
    x = min(max(x, -1e150), 1e150)
    picture = CurvePicture(x, value, slope, delta, landing, np.array([[x, value], [delta, landing]]), held=held)
    drawing = arrange(picture, VIEW, measure)
    balls = [disc for disc in drawing.discs if disc.radius == BALL_RADIUS and disc.fill in ("step", "bad")]
    for ball in balls:
        assert all(label.rect.overlap(square(ball.x, ball.y, BALL_RADIUS)) == 0 for label in drawing.labels)
    assert all(np.isfinite((*arrow.tail, *arrow.tip)).all() for arrow in drawing.arrows)
    assert all(np.isfinite((disc.x, disc.y)).all() for disc in drawing.discs)


@pytest.mark.parametrize("steep", [1e-8, 0.3, 7.0, 4e5])
def test_one_scale_for_the_whole_curve_in_round_numbers(steep):
    scale = gradient_scale(np.linspace(-steep, steep, 101), span=4.0)
    assert float(f"{scale:.0e}") == pytest.approx(scale)
    assert 4.0 / 25 <= scale * 0.8 * steep <= 4.0 / 8 * 1.01


@pytest.mark.parametrize("slopes", [[], [np.nan], [0.0], [np.inf], [1e300], [5e-324], [1e-309]])
def test_a_scale_for_slopes_that_give_none(slopes):
    assert gradient_scale(np.array(slopes), span=4.0) == 0.1
