"""A run stops before it would jump over a place without a value; functions that have one everywhere are left alone."""

from __future__ import annotations

import math

import pytest

from gdsim.core.autodiff import ops
from gdsim.core.expression import parse
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.run import Run, StopReason
from gdsim.core.run.border import _may_vanish, border_of
from gdsim.core.surfaces import SURFACES
from gdsim.core.verdict import VerdictKind, verdict_of


def objective_of(formula, dim=1, domain=(-5.0, 5.0)):
    names = ("x", "y")[:dim]
    return Objective.from_expression(parse(formula, names), (domain,) * dim, names)


def run_of(formula, start, lr, optimizer="gd", steps=200):
    run = Run(objective_of(formula, len(start)), OPTIMIZERS[optimizer](lr=lr), start, max_steps=steps)
    run.advance(steps)
    return run


def test_a_pole_is_not_jumped_over():
    run = run_of("1/x + y", (-0.5, 1.0), 0.1)
    assert run.stop_reason is StopReason.BORDER
    # By hand: x goes from -0.5 to -0.5 + 0.1/0.25 = -0.1, and from there to -0.1 + 0.1/0.01 = 9.9.
    assert [step.coordinates for step in run.steps] == [(-0.5, 1.0), (pytest.approx(-0.1), pytest.approx(0.9))]
    assert run.explanation == "the step from (−0.1, 0.9) would jump over x = 0, where 1/x has no value"
    verdict = verdict_of(run)
    assert verdict.kind is VerdictKind.UNDEFINED
    assert verdict.text == "The step from (−0.1, 0.9) would jump over x = 0, where 1/x has no value."


@pytest.mark.parametrize(
    ("formula", "start", "lr", "where"),
    [
        ("1/x", (-0.5,), 0.1, 0.0),
        ("1/(x - 1)^2 - x", (-0.5,), 5.0, 1.0),  # even: the divisor does not change its sign
        ("1/(x^2 - 2x + 1) + x^2", (3.0,), 0.9, 1.0),  # nor does this one, which is no written square
        ("x^(-1)", (-0.5,), 0.1, 0.0),
        ("log(x^2) + x^2", (2.0,), 1.2, 0.0),
        ("sqrt(x^2 - 1)", (1.5,), 3.0, 1.0),  # has a value on both sides of the gap
        ("log(x^2 - 1) + x^2", (2.0,), 0.7, 1.0),
        ("exp(1/x)", (-2.0,), 5.0, 0.0),  # a pole on one side alone
        ("tan(x)", (1.0,), 1.0, -math.pi / 2),
        ("1/sin(10x) + x^2", (2.0,), 0.7, 0.7 * math.pi),  # the nearest of several
        ("0.001*log(abs(x)) + x^2", (1.0,), 0.9, 0.0),
    ],
)
def test_what_lies_between_two_places_with_a_value_is_found(formula, start, lr, where):
    run = run_of(formula, start, lr)
    assert run.stop_reason is StopReason.BORDER, run.explanation
    last = run.steps[-1]
    crossing = border_of(run.objective).crossed(last.coordinates, tuple(last.landing.tolist()))
    assert crossing.place[0] == pytest.approx(where, abs=1e-6)
    assert min(last.point[0], last.landing[0]) <= where <= max(last.point[0], last.landing[0])


def test_the_place_is_a_point_where_the_border_is_a_curve():
    run = run_of("1/(x + y) + x^2 + y^2", (2.0, 1.0), 0.7)
    last = run.steps[-1]
    place = border_of(run.objective).crossed(last.coordinates, tuple(last.landing.tolist())).place
    assert place.sum() == pytest.approx(0.0, abs=1e-9)
    assert run.stop_reason is StopReason.BORDER


def test_of_several_borders_the_first_on_the_way_counts():
    """(x + 1)²(x − 1) touches 0 at −1 and changes its sign at 1; two factors are two parts."""
    for formula in ("1/(x^3 + x^2 - x - 1)", "1/((x - 1)(x + 1))", "1/(x + 1) + 1/(x - 1)"):
        border = border_of(objective_of(formula))
        for start, end, first in ((-3.0, 3.1, -1.0), (3.0, -3.1, 1.0)):
            assert border.crossed((start,), (end,)).place[0] == pytest.approx(first, abs=1e-6)


def test_a_step_is_long_by_a_twentyfifth_of_the_shorter_side():
    for sides, long in ((((1.0, 6.0), (-50.0, 50.0)), 0.2), (((-50.0, 50.0), (1.0, 6.0)), 0.2), ((), 0.8)):
        objective = Objective.from_expression(parse("1/x + y", ("x", "y")), sides or None, ("x", "y"))
        assert border_of(objective)._long == pytest.approx(long, rel=1e-15)


@pytest.mark.parametrize(
    ("formula", "start", "lr"),
    [
        ("sin(x)/x + x^2", (1.0,), 0.9),  # 0 is left out, but nothing happens there
        ("abs(x)/x + x^2", (1.0,), 0.9),
        ("(1 - cos(x))/x^2 + x^2", (1.0,), 0.9),
        ("abs(x)^0.5", (1.0,), 2.5),
        ("(x^2)^(1/3) + x^2", (1.0,), 0.9),
        ("1/max(x, 0.1) + x^2", (2.0,), 0.9),
    ],
)
def test_what_is_bounded_there_is_no_border(formula, start, lr):
    run = run_of(formula, start, lr)
    assert border_of(run.objective) is not None
    signs = {math.copysign(1.0, step.point[0]) for step in run.steps}
    assert signs == {-1.0, 1.0}
    assert run.stop_reason is not StopReason.BORDER


@pytest.mark.parametrize("key", list(SURFACES))
def test_no_surface_of_the_gallery_is_watched(key):
    assert border_of(SURFACES[key].objective()) is None


@pytest.mark.parametrize("formula", ["1/(1 + x^2)", "1/(2 + exp(x))", "sqrt(x^2 + 1)", "log(1 + x*x)", "x^3/3", "x^2"])
def test_what_plainly_has_a_value_everywhere_is_not_watched(formula):
    assert border_of(objective_of(formula)) is None


@pytest.mark.parametrize(
    ("formula", "watched"),
    [("x^x", True), ("x^2.5", True), ("x^(-2)", True), ("x^3", False), ("sqrt(x^y)", True), ("1/(1 + x^4)", False),
     ("1/(1 + x^3)", True), ("2^x", False), ("log10(x)", True), ("asin(x)", True), ("1/(x x)", True), ("1/2", False),
     ("1/(x^2 + y^2 - 1)", True), ("1/(exp(x) x)", True), ("sqrt(exp(x) + abs(y))", False)],
)  # fmt: skip
def test_what_is_watched(formula, watched):
    assert (border_of(objective_of(formula, 2)) is not None) is watched


def test_many_at_once_do_not_look():
    objective = objective_of("1/x")
    run = Run(objective, OPTIMIZERS["gd"](lr=0.1), [[-0.5], [1.0]], max_steps=3)
    run.advance(3)
    assert StopReason.BORDER not in run.stop_reasons


@pytest.mark.parametrize("size", [1.0, 2.0**30])
@pytest.mark.parametrize("place", [-2.75, -1.25, 0.5, 0.875, 1.0, 2.5])
def test_a_divisor_that_only_touches_zero_is_found_wherever_it_does(place, size):
    divisor = f"{size}*x^2 - {2.0 * size * place}*x + {size * place * place}"
    crossing = border_of(objective_of(f"1/({divisor})")).crossed((-3.0,), (3.1,))
    assert crossing.place[0] == pytest.approx(place, abs=1e-6)


def test_a_place_near_zero_is_not_taken_for_zero_in_a_short_step():
    border = border_of(objective_of("1/(x - 0.0000001)"))
    assert border.crossed((-5e-4,), (5e-4,)).place[0] == pytest.approx(1e-7, rel=1e-6)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(("before", "after", "found"), [
    (-2.9, 2.9, False), (-3.1, 0.0, True), (0.0, 3.1, True), (2.9, -2.9, False), (math.nan, 0.0, True),
    (-3.0, 0.0, True), (0.0, 3.0, True),
])  # fmt: skip
def test_a_cubic_has_no_zero_where_all_its_bezier_heights_have_one_sign(before, after, found, sign):
    """Heights 1 at both ends; the inner ones are 1 + slope/3 and 1 − slope/3."""
    ends = [(sign, (sign * slope, -sign * slope)) for slope in (before, after)]
    assert _may_vanish(*ends, (2.0, 1.0)) is found
    assert _may_vanish(ends[0], (-sign, ends[1][1]), (2.0, 1.0))
    # Each inner height counts from its own end.
    near, far = ((sign, (-6.0 * sign,)), (5.0 * sign, (0.0,))), ((5.0 * sign, (0.0,)), (sign, (6.0 * sign,)))
    assert _may_vanish(*near, (1.0,))
    assert _may_vanish(*far, (1.0,))
    assert not _may_vanish((5.0 * sign, (-6.0 * sign,)), (sign, (0.0,)), (1.0,))


def test_without_a_formula_no_border_is_known():
    assert border_of(Objective(lambda x: ops.log(x), ("x",))) is None
    assert border_of(Objective.from_expression(parse("ln(x)"))) is not None


def test_each_end_is_looked_at_once(monkeypatch):
    border, seen = border_of(objective_of("1/x", domain=(-7.0, 7.0))), []
    at = border._at
    monkeypatch.setattr(border, "_at", lambda *point: [seen.append(point), at(*point)][1])
    for start, end in ((2.0, 2.1), (2.1, 2.2), (2.2, 2.3), (2.1, 2.0)):
        assert border.crossed((start,), (end,)) is None
    assert seen == [(2.0,), (2.1,), (2.2,), (2.3,), (2.1,), (2.0,)]


@pytest.mark.parametrize(("start", "end", "looked"), [
    (2.0, 2.5, True), (2.0, 2.35, False), (0.1, 0.45, False), (0.45, 0.1, False), (-0.1, -0.45, False),
    (0.1, -0.1, True), (-0.1, 0.1, True),
])  # fmt: skip
def test_only_long_steps_and_those_whose_cubic_may_vanish_are_looked_at_closely(start, end, looked, monkeypatch):
    border = border_of(objective_of("1/(0.1x)"))
    monkeypatch.setattr(border, "_looked_for", lambda start, move: (start.tolist(), move.tolist()))
    assert border.crossed((start,), (end,)) == (([start], [end - start]) if looked else None)


@pytest.mark.parametrize(("formula", "close"), [
    ("1/(x + 3)", False), ("1/(x - 0.95)", False), ("1/(x - 0.97)", True), ("1/(-3 - x)", False),
    ("1/(0.95 - x)", False), ("1/(0.97 - x)", True), ("1/(x - 2)", True), ("1/(2 - x)", True),
])  # fmt: skip
def test_a_part_that_stays_above_a_hundredth_of_its_highest_is_not_searched(formula, close, monkeypatch):
    """From 1 to 5: x − 0.95 goes from 0.05 to 4.05."""
    border, searched = border_of(objective_of(formula)), []
    monkeypatch.setattr(border, "_touches", lambda *given: [searched.append(given[0]), []][1])
    border.crossed((1.0,), (5.0,))
    assert searched == [0] * close


def test_where_it_is_in_words():
    for formula, start, end, place, where, text in (
        ("1/(x - 0.00000001) + y", (-50.0, 1e-9), (50.5, 1e-9), [0.0, 0.0], "x = 0", "1/(x - 1e-08)"),
        ("1/y + x", (1.0, -1.0), (3.0, 1.0), [2.0, 0.0], "y = 0", "1/y"),
        ("1/(x + y)", (3.0, 1.0), (-1.0, -3.0), [1.0, -1.0], "(1, −1)", "1/(x + y)"),
        ("1/(x + 2y + 3x y + sin(y))", (2.0, 0.0), (-2.0, 0.0), [0.0, 0.0], "(0, 0)", "the function"),
    ):
        found = border_of(objective_of(formula, 2)).crossed(start, end)
        assert found.place.tolist() == pytest.approx(place, abs=1e-12)
        assert (found.where, found.text) == (where, text)
