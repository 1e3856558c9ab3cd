from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gdsim.app.plots.drawing import Viewport
from gdsim.app.plots.secant_ends import BranchEnd, branch_ends
from gdsim.app.plots.secant_picture import SecantPicture, SecantShown, arrange_secant

VIEW = Viewport(-3.0, 3.0, -1.0, 9.0, 600.0, 500.0)
PARABOLA = SecantPicture(1.0, 1.0, 2.0, 4.0, slope=3.0, derivative=2.0)


def measure(text: str) -> tuple[float, float]:
    return 7.0 * len(text), 14.0


def drawn(picture: SecantPicture, view: Viewport = VIEW):
    return arrange_secant(picture, view, measure)


def words(drawing) -> list[str]:
    return [text for label in drawing.labels for text, _ in label.lines]


def slope_of(stroke, view: Viewport = VIEW) -> float:
    (x0, y0), (x1, y1) = view.to_data(stroke.points)
    return (y1 - y0) / (x1 - x0)


def length_of(stroke) -> float:
    return float(np.hypot(*(stroke.points[-1] - stroke.points[0])))


def lines(drawing) -> tuple[list, list]:
    """Secants, which are dashed, and tangents, without the swatches before their names."""
    coloured = [stroke for stroke in drawing.strokes if stroke.colour == "tangent" and length_of(stroke) > 30]
    return [stroke for stroke in coloured if stroke.dashes], [stroke for stroke in coloured if not stroke.dashes]


def test_secant_and_tangent_have_the_slopes_they_say():
    drawing = drawn(PARABOLA)
    [secant], [tangent] = lines(drawing)
    assert slope_of(secant) == pytest.approx(3.0)
    assert slope_of(tangent) == pytest.approx(2.0)
    assert {"secant: slope 3", "tangent: slope 2", "Δx = 1", "Δy = 3"} <= set(words(drawing))


def test_the_secant_goes_through_both_points():
    [secant], _ = lines(drawn(PARABOLA))
    (x0, y0), (x1, y1) = VIEW.to_data(secant.points)
    for x, y in PARABOLA.points:
        assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0))


def test_rise_and_run_are_the_sides_of_the_triangle():
    drawing = drawn(PARABOLA)
    (area,) = drawing.areas
    corners = VIEW.to_data(area.outline)
    assert corners == pytest.approx(np.array([[1.0, 1.0], [2.0, 1.0], [2.0, 4.0]]))


def test_a_side_too_short_for_its_number_has_none():
    drawing = drawn(SecantPicture(1.0, 1.0, 1.01, 1.0201, slope=2.01, derivative=2.0))
    assert not any(text.startswith(("Δx =", "Δy =")) for text in words(drawing))
    assert "x" in words(drawing)
    assert "x + Δx" not in words(drawing)


def test_points_a_hair_apart_still_have_a_secant():
    [secant], _ = lines(drawn(SecantPicture(1.0, 1.0, 1.0 + 1e-12, 1.0, slope=2.0, derivative=2.0)))
    assert slope_of(secant) == pytest.approx(2.0)


def test_at_a_kink_there_is_a_tangent_from_each_side():
    kink = SecantPicture(0.0, 0.0, 1.0, 1.0, slope=1.0, left=-1.0, right=1.0)
    drawing = drawn(kink, replace(VIEW, y_low=-3.0, y_high=3.0))
    _, tangents = lines(drawing)
    assert [slope_of(stroke, replace(VIEW, y_low=-3.0, y_high=3.0)) for stroke in tangents] == pytest.approx([-1, 1])
    assert {"from the left −1", "from the right 1"} <= set(words(drawing))


def test_while_it_is_to_be_guessed_no_slope_is_shown():
    drawing = drawn(replace(PARABOLA, hidden=True))
    secants, tangents = lines(drawing)
    assert (len(secants), tangents) == (1, [])
    assert "secant: slope ?" in words(drawing)
    assert not any("slope 3" in text or "slope 2" in text for text in words(drawing))


@pytest.mark.parametrize("name", ["secant", "triangle", "tangent"])
def test_each_part_can_be_left_out(name):
    drawing = drawn(replace(PARABOLA, shown=replace(SecantShown(), **{name: False})))
    secants, tangents = lines(drawing)
    assert (bool(secants), bool(drawing.areas), bool(tangents)) == (
        name != "secant", name != "triangle", name != "tangent"
    )  # fmt: skip


def test_a_point_without_a_value_is_a_cross_on_the_axis_and_no_disc():
    drawing = drawn(SecantPicture(-1.0, math.nan, 1.0, 1.0))
    assert [disc.ring for disc in drawing.discs] == ["tangent"]
    crosses = [stroke for stroke in drawing.strokes if stroke.colour == "bad"]
    assert len(crosses) == 2
    for cross in crosses:
        assert cross.points.mean(axis=0) == pytest.approx([200.0, VIEW.height - 12.0])
    assert "x: no value here" in words(drawing)
    assert lines(drawing) == ([], [])
    drawing = drawn(SecantPicture(1.0, 1.0, -1.0, math.nan, derivative=2.0))
    assert [disc.fill for disc in drawing.discs] == ["step"]
    assert "x + Δx: no value" in words(drawing)


def test_the_ends_of_branches_are_open_or_closed_circles_over_the_curve():
    ends = (BranchEnd(0.0, 1.0, False), BranchEnd(0.0, 2.0, True), BranchEnd(90.0, 1.0, False))
    drawing = drawn(replace(PARABOLA, ends=ends))
    found = [(disc.fill, *VIEW.to_data(np.array([disc.x, disc.y]))) for disc in drawing.discs if disc.radius < 5]
    assert found == [("panel", pytest.approx(0.0), pytest.approx(1.0)), ("function", pytest.approx(0.0), 2.0)]


@pytest.mark.parametrize(
    ("formula", "ends"),
    [
        (lambda x: np.sin(x) / x, [(1.0, False)]),
        (lambda x: (1 - np.cos(x)) / x**2, [(0.5, False)]),
        (lambda x: x * np.sin(1 / x), [(0.0, False)]),
        (np.sign, [(-1.0, False), (1.0, False), (0.0, True)]),
        (lambda x: np.where(x >= 0, x + 2.0, x), [(0.0, False), (2.0, True)]),
        (lambda x: np.abs(x) / x, [(-1.0, False), (1.0, False)]),
        (lambda x: 1 / x, []),
        (lambda x: 1 / x**2, []),
        (np.sqrt, []),
        (np.log, []),
        (np.abs, []),
        (lambda x: np.sign(x) * np.sqrt(np.abs(x)), []),
        (lambda x: np.sin(1 / x), []),
        (lambda x: x * np.log(x) + 1, [(1.0, False)]),
        (lambda x: np.exp(1 / x), [(0.0, False)]),
        (lambda x: 1 / np.log(x), []),
        (lambda x: np.where(x < 0, x + 1, np.where(x > 0, np.nan, 3.0)), [(1.0, False)]),
        (lambda x: np.tanh(1e9 * x) + np.nan, []),
    ],
)
def test_branches_end_where_a_value_is_left_out_or_jumps(formula, ends):
    def function(x):
        with np.errstate(all="ignore"):
            return formula(x)

    found = branch_ends(function, [0.0])
    assert [(end.value, end.closed) for end in found] == [(pytest.approx(value, abs=1e-4), one) for value, one in ends]
    assert {end.x for end in found} <= {0.0}


@pytest.mark.parametrize("beside", [2.5, 1.6, 0.2, -0.8])
@pytest.mark.parametrize("view", [VIEW, Viewport(-3.0, 3.0, -1.0, 9.0, 600.0, 300.0)])
def test_the_names_of_both_lines_stand_at_them_with_their_dash(beside, view):
    picture = SecantPicture(1.0, 1.0, beside, beside**2, slope=1.0 + beside, derivative=2.0)
    drawing = arrange_secant(picture, view, measure)
    (secant,), (tangent,) = lines(drawing)
    for line_, other in ((secant, tangent), (tangent, secant)):
        name = "secant" if line_ is secant else "tangent"
        labels_ = [label for label in drawing.labels if label.lines[0][0].startswith(name)]
        if not labels_:
            continue
        rect = labels_[0].rect
        middle = np.array([rect.x + rect.width / 2, rect.y + rect.height / 2])
        assert distance(middle, line_) < distance(middle, other) + 1
        swatches = [
            stroke for stroke in drawing.strokes
            if length_of(stroke) < 30 and abs(stroke.points[0, 1] - middle[1]) < 1 and stroke.points[1, 0] < rect.x
        ]  # fmt: skip
        assert line_.dashes in [stroke.dashes for stroke in swatches]
    assert {"x", "x + Δx"} <= set(words(drawing))


def distance(point, stroke) -> float:
    """From a point to a straight line."""
    start, end = stroke.points[0], stroke.points[-1]
    along = (end - start) / np.hypot(*(end - start))
    offset = point - start
    return abs(float(offset[0] * along[1] - offset[1] * along[0]))


def test_the_name_of_x_is_near_its_point():
    for beside in (2.0, 1.4, 1.2, 0.2, -2.0):
        drawing = drawn(SecantPicture(1.0, 1.0, beside, beside**2, slope=1.0 + beside, derivative=2.0))
        [rect] = [label.rect for label in drawing.labels if label.lines[0][0] == "x"]
        across, down = VIEW.to_pixels(np.array([1.0, 1.0]))
        gap = np.hypot(max(rect.x - across, across - rect.right, 0), max(rect.y - down, down - rect.bottom, 0))
        assert gap < 24


def test_no_label_lies_on_a_point():
    for beside in (2.0, 1.4, 1.1, 0.2, -2.0):
        picture = SecantPicture(1.0, 1.0, beside, beside**2, slope=1.0 + beside, derivative=2.0)
        drawing = drawn(picture)
        for x, y in VIEW.to_pixels(picture.points):
            for label in drawing.labels:
                assert not (label.rect.x < x < label.rect.right and label.rect.y < y < label.rect.bottom)


@pytest.mark.parametrize("number", [math.inf, -math.inf, 1e308, -1e308, 5e-324, math.nan, 0.0])
def test_no_number_is_too_strange_to_draw(number):
    for picture in (
        SecantPicture(number, 1.0, 2.0, 4.0, 3.0, 2.0),
        SecantPicture(1.0, number, 2.0, 4.0, 3.0, 2.0),
        SecantPicture(1.0, 1.0, number, number, 3.0, 2.0),
        SecantPicture(1.0, 1.0, 2.0, 4.0, number, number, number, number),
    ):
        for stroke in drawn(picture).strokes:
            assert not np.isinf(stroke.points).any()
