"""The derivative under the curve: what is traced, and what is said at x."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.app.plots.derivative_picture import DerivativePicture, arrange_derivative, traced_part
from gdsim.app.plots.derivative_plot import DerivativePlot
from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.sampling import sample_curve

VIEW = Viewport(-4.0, 4.0, -2.0, 2.0, 600.0, 300.0)


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 14.0


def drawn(picture, function=np.cos):
    curve = sample_curve(function, -4.0, 4.0)
    return arrange_derivative(picture, VIEW, measure, curve, traced_part(curve, picture.traced, function))


def words(drawing) -> list[str]:
    return [text for label in drawing.labels for text, _ in label.lines]


def traced(drawing):
    return [stroke for stroke in drawing.strokes if stroke.colour == "gradient" and not stroke.dashes]


def test_exactly_the_stretches_gone_over_are_drawn():
    curve = sample_curve(np.cos, -4.0, 4.0)
    points, joined = traced_part(curve, ((-1.3, 0.2), (1.0, 9.0)), np.cos)
    assert points[:, 1] == pytest.approx(np.cos(points[:, 0]), abs=1e-12)
    assert points[0, 0] == -1.3
    assert points[-1, 0] == 4.0
    inside = (points[:, 0] <= 0.2) | (points[:, 0] >= 1.0)
    assert inside.all()
    (gap,) = np.flatnonzero(~joined[:-1])
    assert points[gap : gap + 2, 0] == pytest.approx([0.2, 1.0])


def test_a_jump_of_the_derivative_is_not_joined():
    curve = sample_curve(np.sign, -4.0, 4.0)
    points, joined = traced_part(curve, ((-2.0, 2.0),), np.sign)
    crossing = np.flatnonzero((points[:-1, 1] < 0) & (points[1:, 1] > 0))
    assert not joined[crossing].any()


def test_the_rest_is_drawn_only_when_asked_for():
    picture = DerivativePicture(0.0, 1.0, traced=((-1.0, 0.0),))
    assert not any(stroke.dashes == (2.0, 3.0) and stroke.colour == "gradient" for stroke in drawn(picture).strokes)
    whole = drawn(DerivativePicture(0.0, 1.0, traced=((-1.0, 0.0),), whole=True))
    assert any(stroke.dashes == (2.0, 3.0) and stroke.colour == "gradient" for stroke in whole.strokes)
    assert len(traced(whole)) == 1


def test_the_slope_at_x_is_a_ball_at_its_height():
    drawing = drawn(DerivativePicture(1.0, math.cos(1.0)))
    (ball,) = drawing.discs
    assert VIEW.to_data(np.array([ball.x, ball.y])) == pytest.approx([1.0, math.cos(1.0)])
    assert "f′(x) = 0.5403" in words(drawing)


def test_a_kink_has_two_rings_and_a_reason():
    drawing = drawn(DerivativePicture(0.0, math.nan, -1.0, 1.0, words="no derivative at x = 0"))
    heights = sorted(float(VIEW.to_data(np.array([disc.x, disc.y]))[1]) for disc in drawing.discs)
    assert heights == pytest.approx([-1.0, 1.0])
    assert {"−1.000 from the left", "1.000 from the right", "no derivative at x = 0"} <= set(words(drawing))


def test_a_slope_above_the_picture_is_pointed_at():
    assert "f′(x) = 50.00 ↑" in words(drawn(DerivativePicture(1.0, 50.0)))


def test_while_it_is_to_be_guessed_there_is_a_question_mark_alone():
    drawing = drawn(DerivativePicture(1.0, 0.5, hidden=True))
    assert (words(drawing), drawing.discs, traced(drawing)) == (["slope ?"], (), [])


def test_an_empty_picture_says_how_it_fills():
    assert words(drawn(DerivativePicture())) == ["Move x: its slope is traced out here."]


def test_the_plot_shows_the_stretch_it_is_told(shown, themes):
    plot = shown(DerivativePlot(themes), 600, 300)
    plot.set_derivative(np.cos)
    plot.show_stretch((-1.0, 2.0))
    part = plot.visible_part
    assert (part.x_low, part.x_high) == pytest.approx((-1.0, 2.0))
    assert part.contains(0.0, 1.0)


@pytest.mark.parametrize("function", [lambda x: 1.0 / x**2, lambda x: np.full_like(x, np.nan), lambda x: x * 1e308])
def test_no_derivative_is_too_strange_to_draw(shown, themes, function):
    plot = shown(DerivativePlot(themes), 600, 300)

    def quiet(x):
        with np.errstate(all="ignore"):
            return function(np.asarray(x, dtype=float))

    plot.set_derivative(quiet)
    plot.set_picture(DerivativePicture(0.0, math.inf, math.nan, -math.inf, ((-3.0, 3.0),), whole=True))
    plot.show_stretch((-4.0, 4.0))
    assert not plot.grab().isNull()
