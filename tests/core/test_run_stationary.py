"""What a point with a vanishing slope is, for functions whose answer is known, and far from the origin as well."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.run import Kind, stationary, stationary_kinds
from gdsim.core.run.stationary import beside_pole, stationary_kind

KINDS = [
    ("x^2 + y^2", Kind.MINIMUM),
    ("x^4 + y^4", Kind.MINIMUM),
    ("x^2 + y^4", Kind.MINIMUM),
    ("1000x^2 + 0.001y^2", Kind.MINIMUM),
    ("x^2 + x y + y^2", Kind.MINIMUM),
    ("-x^2 - 2y^2", Kind.MAXIMUM),
    ("-x^4 - y^4", Kind.MAXIMUM),
    ("-x^2 - y^4", Kind.MAXIMUM),
    ("x^2 - y^2", Kind.SADDLE),
    ("x y", Kind.SADDLE),
    ("x^3 + y^3", Kind.SADDLE),
    ("x^3 - 3x y^2", Kind.SADDLE),
    ("x y^3", Kind.SADDLE),
    ("x^2 - y^4", Kind.SADDLE),
    ("x^2 + y^3", Kind.SADDLE),
    ("100(2x + y)^2 - (x - 2y)^2", Kind.SADDLE),  # falls within a narrow wedge, off all axes and diagonals
    ("10000(x - 3y)^2 - (3x + y)^2", Kind.SADDLE),
    ("√(√(x^2)) + √(√(y^2))", Kind.MINIMUM),
    ("-x^2 + y^3", Kind.SADDLE),
    ("x^2 - y^4 + 1000", Kind.SADDLE),
    ("(x - y)^2 - (x + y)^4", Kind.SADDLE),
    ("(x - y)^2", Kind.MINIMUM),
    ("(x - y)^2 + 1000000", Kind.MINIMUM),
    ("(y - x^2)^2", Kind.MINIMUM),
    ("-(x + 2y)^2 - 5", Kind.MAXIMUM),
    ("0x + 0y + 3", Kind.FLAT),
]


@pytest.mark.parametrize(("formula", "kind"), KINDS)
@pytest.mark.parametrize("at", [(0, 0), (40, -7)], ids=["origin", "far"])
def test_kinds(formula, kind, at):
    text = formula.replace("x", f"(x - {at[0]})").replace("y", f"(y - ({at[1]}))")
    objective = Objective.from_expression(parse(text), variables=("x", "y"))
    points = np.array([at], dtype=float)
    assert stationary_kinds(objective, points, objective.gradient(points)) == [kind]


@pytest.mark.parametrize(
    ("formula", "falls"),
    [("-1/(x^2 + y^2)", True), ("ln(x^2 + y^2)", True), ("-e^(-x^2 - y^2)", False), ("√(x^2 + y^2)", False),
     ("1/(x^2 + y^2)", False), ("(x^2 + y^2)^0.05", False)],
)  # fmt: skip
@pytest.mark.parametrize("way", [(1.0, 0.0), (0.6, -0.8), (-0.8, -0.6)])
def test_poles_that_values_fall_into(formula, falls, way):
    objective = Objective.from_expression(parse(formula))
    points = 1e-9 * np.array([way])
    assert beside_pole(objective, points, objective.gradient(points)).tolist() == [falls]


@pytest.mark.parametrize(
    ("formula", "share", "kind"),
    [("x^2 + 99x^3", 0.0, Kind.MINIMUM),
     ("x^2", 0.049, Kind.MINIMUM), ("x^2", 0.051, Kind.FLAT), ("-x^2", 0.019, Kind.MAXIMUM), ("-x^2", 0.021, Kind.FLAT),
     ("3x^2 + 0y", -0.049, Kind.MINIMUM), ("9x^2 + y^2", 0.051, Kind.FLAT), ("x^2 - 5y^2", 0.049, Kind.SADDLE),
     ("100x^2 + y^2", 0.04, Kind.MINIMUM), ("x^2 + 101x^3", 0.0, Kind.SADDLE), ("x^3/10^160", 0.0, Kind.FLAT),
     # On the diagonal x² + 100y² is 50.5t², and twice its curvature explains a fall of 202t²; the rest is 0.0353ct².
     ("x^2 + 100y^2 + 7000x y (x + y)", 0.0, Kind.MINIMUM), ("x^2 + 100y^2 + 7300x y (x + y)", 0.0, Kind.SADDLE)],
)  # fmt: skip
def test_a_vertex_is_near_within_a_twentieth_and_a_summit_within_a_fiftieth(formula, share, kind):
    objective = Objective.from_expression(parse(formula))
    points = np.array([[share, 0.0][: objective.dim]])
    assert stationary_kinds(objective, points, objective.gradient(points)) == [kind]


def test_values_are_compared_at_distances_in_proportion_to_the_place():
    """A thousandth of 10⁶ away (x − 10⁶)⁴ is 10¹²; a thousandth away it would be lost beside 1000."""
    objective = Objective.from_expression(parse("(x - 1000000)^4 + 1000"))
    points = np.array([[1e6]])
    assert stationary_kinds(objective, points, np.zeros((1, 1))) == [Kind.MINIMUM]


def test_each_of_many_points_is_judged_by_itself():
    for formula, places, kinds in (
        ("x^4", (0.01, 1e6, -0.01), [Kind.MINIMUM, Kind.FLAT, Kind.MINIMUM]),
        ("x^3", (0.0, 1e9, 0.001), [Kind.SADDLE, Kind.FLAT, Kind.SADDLE]),
    ):
        objective = Objective.from_expression(parse(formula))
        points = np.array(places)[:, None]
        assert stationary_kinds(objective, points, objective.gradient(points)) == kinds
        assert [stationary_kind(objective, point, objective.gradient(point)) for point in points] == kinds


@pytest.mark.parametrize(("count", "blocks"), [(1, [16]), (17, [16] * 2), (64, [16] * 4), (65, [1024]),
                                               (1025, [1024] * 2)])  # fmt: skip
def test_points_are_taken_in_blocks_of_one_of_two_sizes(count, blocks, monkeypatch):
    seen = []
    monkeypatch.setattr(
        stationary, "_kinds_of_block", lambda f, points, slopes: [seen.append(len(points)), *points][1:]
    )
    points = np.arange(count)[:, None]
    assert stationary_kinds(None, points, points) == points.tolist()
    assert seen == blocks
