"""The vector of a narrated stage, over a surface and over a curve."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gdsim.app.plots.curve_picture import CurvePicture, arrange
from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.surface_picture import SurfacePicture, arrange_surface
from gdsim.app.plots.surface_stage import StageMark

VIEW = Viewport(-2.0, 2.0, -2.0, 2.0, 400.0, 400.0)  # 100 pixels a unit


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 14.0


def over_surface(stage):
    picture = SurfacePicture(x=0.0, y=0.0, value=1.0, gradient=(1.0, 1.0), delta=(-0.5, -0.5), stage=stage)
    return arrange_surface(picture, VIEW, measure)


def over_curve(stage):
    return arrange(CurvePicture(x=0.0, value=0.0, slope=1.0, delta=-0.5, landing=0.2, stage=stage), VIEW, measure)


def words(drawing) -> str:
    return " | ".join(line for label in drawing.labels for line, _ in label.lines)


def arrows(drawing, colour):
    return [arrow for arrow in drawing.arrows if arrow.colour == colour]


def test_the_vector_stands_alone_at_the_ball_in_its_colour():
    drawing = over_surface(StageMark("velocity", "tangent", (3.0, 4.0), slopes=True))
    (arrow,) = arrows(drawing, "tangent")
    assert arrow.tip == pytest.approx((200 + 30.0, 200 - 40.0))  # 0.1 units a unit of slope, y counts downwards
    assert not arrows(drawing, "gradient")
    assert not arrows(drawing, "step")
    assert words(drawing) == "velocity 5 | uphill, drawn ×0.1"


def test_a_move_has_its_true_length_and_its_ghost():
    drawing = over_surface(StageMark("step", "step", (0.8, 0.0), note="to scale"))
    (arrow,) = arrows(drawing, "step")
    assert arrow.tip == pytest.approx((280.0, 200.0))
    assert any(disc.dashed and (disc.x, disc.y) == pytest.approx((280.0, 200.0)) for disc in drawing.discs)
    assert words(drawing) == "step 0.8, to scale"


def test_a_memory_of_squares_is_an_ellipse_of_its_roots():
    drawing = over_surface(StageMark("second moment", "tangent", (16.0, 4.0), slopes=True, extent=True))
    (ellipse,) = [stroke for stroke in drawing.strokes if stroke.colour == "tangent"]
    half = np.abs(ellipse.points - 200).max(axis=0)
    assert half[0] / half[1] == pytest.approx(2.0, rel=1e-2)
    assert "x 4, y 2" in words(drawing)
    scale = float(words(drawing).rsplit("×", 1)[1])
    assert half[0] == pytest.approx(4.0 * scale * 100)
    assert not drawing.arrows


@pytest.mark.parametrize("vector", [(), (math.nan, 1.0), (math.inf, 0.0), (0.0, 0.0), (1e308, -1e308), (5e-324, 0.0)])
@pytest.mark.parametrize("extent", [False, True])
def test_hostile_vectors_draw_nothing_that_is_not_finite(vector, extent):
    mark = StageMark("velocity", "tangent", vector, slopes=True, extent=extent)
    drawing = over_surface(mark)
    assert all(np.isfinite([*arrow.tail, *arrow.tip]).all() for arrow in drawing.arrows)
    assert all(np.isfinite(stroke.points).all() for stroke in drawing.strokes)
    drawing = over_curve(StageMark("velocity", "tangent", vector[:1], slopes=True, extent=extent))
    assert all(np.isfinite([*arrow.tail, *arrow.tip]).all() for arrow in drawing.arrows)


def test_on_a_curve_the_arrow_lies_along_x():
    drawing = over_curve(StageMark("velocity", "tangent", (-6.0,), slopes=True))
    (arrow,) = drawing.arrows
    assert arrow.tip == pytest.approx((200 - 60.0, 200.0))
    assert arrow.colour == "tangent"
    assert "velocity −6" in words(drawing)
    assert "uphill, drawn ×0.1" in words(drawing)


def test_on_a_curve_a_memory_of_squares_reaches_to_both_sides():
    drawing = over_curve(StageMark("memory of moves", "tangent", (0.25,), extent=True))
    assert sorted(arrow.tip[0] for arrow in drawing.arrows) == pytest.approx([150.0, 250.0])
    assert "√ of memory of moves 0.5000" in words(drawing)
    assert "to scale" in words(drawing)


def test_an_arrow_out_of_the_picture_is_cut_and_says_so():
    drawing = over_curve(StageMark("step", "step", (500.0,)))
    assert drawing.arrows[0].tip[0] <= 400
    assert "cut short" in words(drawing)
