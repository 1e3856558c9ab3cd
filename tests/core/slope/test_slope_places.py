"""Kinks, jumps, gaps, poles and edges are recognised, with the slopes of both sides."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings

from gdsim.core.autodiff import grad
from gdsim.core.expression import parse
from gdsim.core.slope import CURVES, Place, breaks, local, secant, special_points
from gdsim.core.slope.places import _plainly_smooth
from tests.core.expression.formula_trees import TAME_BINARY, TAME_UNARY, short_numbers, trees, variables

with warnings.catch_warnings():
    # ziamath opens its font by a call that Python 3.11 and 3.12 call deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ziamath

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("typed", "x", "place", "left", "right"),
    [
        ("|x|", 0, Place.KINK, -1, 1),
        ("relu(x)", 0, Place.KINK, 0, 1),
        ("leaky_relu(x)", 0, Place.KINK, 0.01, 1),
        ("|x - 0.1|", 0.1, Place.KINK, -1, 1),
        ("max(x, x^2)", 1, Place.KINK, 1, 2),
        ("|x^2 - 1| + x", -1, Place.KINK, -1, 3),
        ("√(x^2)", 0, Place.KINK, -1, 1),
        ("|sin(x)|", 0, Place.KINK, -1, 1),
        ("elu(x)", 0, Place.SMOOTH, 1, 1),
        ("x|x|", 0, Place.SMOOTH, 0, 0),
        ("relu(x)^2", 0, Place.SMOOTH, 0, 0),
        ("|x|^3", 0, Place.SMOOTH, 0, 0),
        ("3x + 1e-9", 0, Place.SMOOTH, 3, 3),
        ("1e-20x", 0, Place.SMOOTH, 1e-20, 1e-20),
        ("sign(x)√|x|", 0, Place.VERTICAL, INF, INF),
        ("√|x|", 0, Place.VERTICAL, -INF, INF),
        ("|x|^1.01", 0, Place.SMOOTH, 0, 0),
        ("2x + |x|^1.01", 0, Place.SMOOTH, 2, 2),
        ("|x|^0.99", 0, Place.VERTICAL, -INF, INF),
        ("sin(1e27x) + |x|", 0, Place.RESTLESS, NAN, NAN),
        ("sin(1e32x) + |x|", 0, Place.RESTLESS, NAN, NAN),
        ("√x", 0, Place.EDGE, NAN, INF),
        ("√(1 - x)", 1, Place.EDGE, -INF, NAN),
        ("x^1.5", 0, Place.EDGE, NAN, 0),
        ("arcsin(x)", 1, Place.EDGE, INF, NAN),
        ("sign(x)", 0, Place.JUMP, NAN, NAN),
        ("step(x - 2) + x", 2, Place.JUMP, 1, NAN),
        ("|x|/x", 0, Place.JUMP, NAN, NAN),
        ("sin(x)/x", 0, Place.GAP, NAN, NAN),
        ("(x^2 - 1)/(x - 1)", 1, Place.GAP, NAN, NAN),
        ("1/x", 0, Place.POLE, NAN, NAN),
        ("1/(x - 3)^2", 3, Place.POLE, NAN, NAN),
        ("ln(x)", 0, Place.POLE, NAN, NAN),
        ("ln(x)", -1, Place.OUTSIDE, NAN, NAN),
        ("√x", -1, Place.OUTSIDE, NAN, NAN),
        ("x sin(ln|x|) + 0/x", 0, Place.GAP, NAN, NAN),
        ("e^(1/x)", 0, Place.POLE, NAN, NAN),
        ("e^(1/x^2)", 0, Place.POLE, NAN, NAN),
        ("1/(1 + e^(1/x))", 0, Place.JUMP, NAN, NAN),
        ("x/(1 + e^(1/x))", 0, Place.GAP, NAN, NAN),
        ("sin(1/x) + 1/(1 + e^(1/x))", 0, Place.OUTSIDE, NAN, NAN),
        ("x^x", 0, Place.EDGE, NAN, -INF),
        ("x^x", -1, Place.EDGE, NAN, NAN),
        ("x^1.001", 0, Place.EDGE, NAN, 0),
        ("sin(1/x)", 0, Place.OUTSIDE, NAN, NAN),
    ],
)
def test_places(typed, x, place, left, right):
    found = local(parse(typed), x)
    assert found.place is place
    assert found.left == pytest.approx(left, rel=1e-9, abs=1e-12, nan_ok=True)
    assert found.right == pytest.approx(right, rel=1e-9, abs=1e-12, nan_ok=True)
    assert math.isfinite(found.derivative) is (place is Place.SMOOTH)
    assert found.text.endswith(".")


@pytest.mark.parametrize(
    ("typed", "x", "words"),
    [
        ("|x|", 0, "At x = 0 is a kink: slope −1 from the left, 1 from the right, so there is no derivative."),
        ("relu(x)", 0, "At x = 0 is a kink: slope 0 from the left, 1 from the right, so there is no derivative."),
        ("1/x", 0, "the curve runs to −∞ on the left and to +∞ on the right."),
        ("sign(x)", 0, "At x = 0 the curve jumps, from −1 on the left to 1 on the right, so there is no derivative."),
        ("sin(x)/x", 0, "both sides lead to 1, but the formula leaves this point out."),
        ("√|x|", 0, "At x = 0 is a cusp: slope −∞ from the left, +∞ from the right, so there is no derivative."),
        ("-√|x|", 0, "At x = 0 is a cusp: slope +∞ from the left, −∞ from the right, so there is no derivative."),
        ("cbrt(x)", 0, "At x = 0 the curve stands vertical"),
        ("√x", 0, "At x = 0 the curve ends and goes on to the right only: it starts vertically, no derivative."),
        (
            "e^(1/x)",
            0,
            "At x = 0 there is no value, so no slope either: the curve runs to +∞ on the right and leads to 0 from the "
            "left.",
        ),
        ("-e^(-1/x)", 0, "the curve runs to −∞ on the left and leads to 0 from the right."),
        ("e^(1/x^2)", 0, "the curve runs to +∞ on the left and to +∞ on the right."),
        ("x^x", 0, "goes on to the right only: it starts vertically, no derivative."),
        (
            "x^x",
            -1,
            "At x = −1 the curve is a single point: beside it there is no value, on neither side, so no slope.",
        ),
        ("√(x^2(x - 1))", 0, "the curve is a single point"),
        ("1/(1 + e^(1/x))", 0, "the curve jumps, from 1 on the left to 0 on the right, and has no value itself, so"),
        ("tanh(1/x) + 3x", 0, "the curve jumps, from −1 on the left to 1 on the right, and has no value itself, so"),
        ("arctan(1/x) e^(-1/x^2)", 0, "both sides lead to 0, but the formula leaves this point out."),
        ("sin(1/x)", 0, "has no value, so there is no slope, and beside it the values settle on none."),
        ("sin(1/x^2)/x", 0, "has no value, so there is no slope, and beside it the values settle on none."),
        ("sin(1/x) step(x) + 0/x", 0, "the curve leads to 0 from the left and settles on no value from the right."),
        ("x ln(x)", 0, "so there is no slope; it begins to the right, where it leads to 0."),
        ("1/ln(x)", 0, "so there is no slope; it begins to the right."),
        ("e^(e^x)", 50, "At x = 50 the values are too large to be computed with, so there is no slope to show."),
        ("√x + sign(x)", 0, "goes on to the right only, where it settles on no slope."),
        ("ln(w)", -2, "At w = −2 the formula has no value, so there is no slope."),
        ("x^2", 3, "At x = 3 the slope is 6, from the left as from the right."),
    ],
)
def test_sentences(typed, x, words):
    assert words in local(parse(typed), x).text


@settings(max_examples=200, deadline=None)
@given(trees(variables("x") | short_numbers, TAME_UNARY, TAME_BINARY))
def test_smooth_formulas_are_smooth_everywhere(expr):
    assume("x" in expr.variables)
    for x in (-2.0, 0.0, 0.7):
        found = local(expr, x)
        assert found.place is Place.SMOOTH
        assert found.derivative == pytest.approx(grad(expr.function("x"))(x), rel=1e-9, abs=1e-9)


def test_the_quick_answer_and_the_careful_one_agree(monkeypatch):
    for typed in ("ln(x) + √x", "1/x + |x - 3|", "relu(x - 1) x^2.5", "tan(x) + max(x, 1)"):
        for x in (0.4, 1.3, 2.9):
            quick = local(parse(typed), x)
            with monkeypatch.context() as patch:
                patch.setattr("gdsim.core.slope.places._plainly_smooth", lambda f, name, x: None)
                careful = local(parse(typed), x)
            assert quick.place is careful.place is Place.SMOOTH
            assert quick.right == pytest.approx(careful.right, rel=1e-9)
            assert quick.left == pytest.approx(careful.left, rel=1e-9)


def test_the_quick_answer_is_given_far_from_what_is_special():
    """A millionth of 1 + |x| away, and where no infinity is on the way."""
    for typed, x, far in (
        ("|x - 1000|", 1000.0005, False), ("|x - 1000|", 1000.002, True), ("|x + 1000|", -1000.0005, False),
        ("|x + 1000|", -1000.002, True), ("|x|", -0.9e-6, False), ("|x|", 1.1e-6, True), ("sign(e^x)", 700.0, True),
        ("sign(e^x)", 800.0, False),
    ):  # fmt: skip
        assert (_plainly_smooth(parse(typed), "x", x) is not None) is far


def test_a_slope_of_0_near_something_special_is_0():
    """By rules in doubles it is sin(π) = 1.2·10⁻¹⁶, for π is none."""
    assert local(parse("relu(x)^2 + cos(π - x)"), 0.0).derivative == 0.0


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("x^2", ()),
        ("1/x", (0,)),
        ("2x/(3x + 1)", (-1 / 3,)),
        ("1/x^2 + |x - 0.1|", (0, 0.1)),
        ("ln(x^2 - 4)", (-2, 2)),
        ("relu(2x - 3)^2", ()),
        ("relu(x^2 - 2)", (-math.sqrt(2), math.sqrt(2))),
        ("tan(x)", (-1.5 * math.pi, -0.5 * math.pi, 0.5 * math.pi, 1.5 * math.pi)),
        ("1/(x^2 - x + 0.25)", (0.5,)),
        ("1/(x^2 + 0.0001)", ()),
        ("arcsin(x/2)", (-2, 2)),
        ("x|x|", ()),
        ("(x - 1)^(1/3)", (1,)),
        ("max(sin(x), 0)", (-math.pi, 0, math.pi)),
        ("e^x/(1 + e^x)", ()),
        ("1/(x^2 + 1e-6)", ()),
    ],
)
def test_breaks(typed, where):
    assert breaks(parse(typed), "x", -5.0, 5.0) == pytest.approx(where, abs=1e-8)


def test_a_pole_is_found_once():
    """|tan x| has a pole where the condition for a kink, tan x, changes its sign too."""
    assert breaks(parse("|tan(x)|"), "x", 0.1, 3.0) == pytest.approx((0.5 * math.pi,))
    assert breaks(parse("|1/(x - 1/3)|"), "x", -1.0, 1.0) == pytest.approx((1 / 3,))


def test_special_points_are_short_numbers_where_they_can_be():
    assert special_points(parse("|x - 0.1| + 1/(x - 0.7)"), "x", -2.0, 3.0) == (0.1, 0.7)


@pytest.mark.parametrize(("typed", "x", "dx"), [("x^2", 1.0, 1.0), ("sin(x)", 0.5, -0.25), ("e^(-2x)", 0.0, 1e-3)])
def test_a_secant_is_rise_over_run(typed, x, dx):
    f = {"x^2": lambda v: v * v, "sin(x)": math.sin, "e^(-2x)": lambda v: math.exp(-2 * v)}[typed]
    found = secant(parse(typed), x, dx)
    assert found.first == pytest.approx((x, f(x)))
    assert found.second == pytest.approx((x + dx, f(x + dx)))
    assert found.run == dx
    assert found.rise == pytest.approx(f(x + dx) - f(x))
    assert found.slope == pytest.approx((f(x + dx) - f(x)) / dx)
    exact = {"x^2": 2 * x, "sin(x)": math.cos(x), "e^(-2x)": -2 * math.exp(-2 * x)}[typed]
    assert found.derivative == pytest.approx(exact)
    assert found.error == pytest.approx(abs(found.slope - exact))


def test_secants_say_what_they_are():
    assert secant(parse("x^2"), 1, 1).text == (
        "The secant has slope 3, the curve at x = 1 has 2: the secant's is 1 too large."
    )
    assert "tends to −1" in secant(parse("|x|"), 0, -0.5).text
    assert "no value at x + Δx" in secant(parse("ln(x)"), 1, -2).text
    assert "no value at x + Δx" in secant(parse("1/(1 + e^(1/x))"), 1, -1).text  # though 1/(1 + ∞) is 0 to a float
    assert "is lost" in secant(parse("x^2"), 1, 1e-17).text
    assert "exactly" in secant(parse("3x + 1"), 1, 0.5).text
    assert "too far apart" in secant(parse("1e308sign(x)"), -1e-10, 2e-10).text
    assert secant(parse("x^2"), 1, 1).latex == r"\frac{4 - 1}{2 - 1} = 3"
    assert secant(parse("x"), -3, -0.5).latex == (
        r"\frac{{-}3.5 - \left({-}3\right)}{{-}3.5 - \left({-}3\right)} = 1"
    )  # a minus in braces is a sign and is not spaced like a difference


@pytest.mark.parametrize("dx", [0.0, NAN, INF])
def test_a_secant_needs_two_points(dx):
    with pytest.raises(ValueError, match="two different points"):
        secant(parse("x^2"), 1.0, dx)


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda curve: curve.key)
def test_every_curve_can_be_looked_at(curve):
    low, high = curve.domain
    assert low < curve.x < high
    assert low < curve.x + curve.dx < high
    assert curve.about.endswith(".")
    expr = curve.expression()
    assert np.isfinite(expr(x=np.linspace(low, high, 501))).mean() > 0.75
    assert secant(expr, curve.x, curve.dx).text
    assert CURVES[curve.key] is curve


@pytest.mark.parametrize("typed", ["e^(e^x)", "1e300x^9", "x^x^x", "1/(1/x)", "tan(x)^40", "√(-x^2)", "ln(ln(x))"])
@pytest.mark.parametrize("x", [0.0, -1e300, 1e300, 1e-300, 50.0])
def test_hostile_places_never_raise(typed, x):
    found = secant(parse(typed), x, 0.5)
    assert found.text.endswith(".")
    assert ziamath.Latex(found.latex).getsize()[0] > 10


def test_of_very_many_special_points_the_search_takes_so_many_that_none_could_be_told_apart():
    """1/sin(300x) has 955 poles here."""
    assert 200 < len(special_points(parse("1/sin(300x)"), "x", -5.0, 5.0)) < 955


def test_a_curve_has_one_variable():
    with pytest.raises(ValueError, match="one variable, not x, y"):
        local(parse("x y"), 1.0)
