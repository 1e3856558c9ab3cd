"""Where answers are compared, what counts as equal there, and which place is shown."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.practice import NOTES, Outcome, Question, check, points
from gdsim.core.practice.comparison import Relation, compared, undefined_around
from gdsim.core.practice.judgement import _told_apart

ONE = {"x": Decimal(1)}
PLAIN = [1.0, 2.0, 0.5, -1.0, 3.0, 0.25, -2.0, 1.5, 0.0, 4.0, -0.5, -3.0, 5.0]
FAR = [6.0, 7.5, 9.0, 12.0, 25.0, 60.0, 250.0, 1000.0]


def asked(formula: str, variable: str = "x", variables: tuple[str, ...] | None = None) -> Question:
    return Question("chain", 1, parse(formula, variables), variable)


def places(formula: str) -> list[float]:
    return [float(point["x"]) for point in points.test_points(asked(formula))]


def between(low: float, high: float) -> list[float]:
    """Eight numbers at random, to six decimals, always the same."""
    return [round(float(x), 6) for x in np.random.default_rng(20).uniform(low, high, 8)]


def test_the_points_of_the_whole_axis():
    found = places("x^2")
    assert found[:13] == PLAIN
    assert found[21:] == [x for far in FAR for x in (far, -far)]
    assert found[13:21] == between(-4.0, 4.0)


def test_the_points_of_half_an_axis():
    found = places("ln(x)")
    plain = [x for x in PLAIN if x > 0.0]
    assert found[: len(plain)] == plain
    assert found[len(plain) : len(plain) + 8] == between(0.0, 8.0)
    assert found[len(plain) + 8 :] == [0.01, 1e-5, 1e-9, *FAR]
    assert places("ln(-x)")[-11:] == [-0.01, -1e-5, -1e-9, *(-x for x in FAR)]


def test_the_points_of_intervals_far_out_short_and_several():
    right = places("√(x - 20)")
    assert right[:8] == between(20.0, 28.0)
    assert right[8:] == [20.01, 20.00001, 20.000000001, *(20.0 + far for far in FAR)]
    assert places("√(-20 - x)")[:8] == between(-28.0, -20.0)
    short = places("arcsin(2x)")
    assert short[:2] == [0.25, 0.0]
    assert short[2:10] == between(-0.5, 0.5)
    assert short[-6:] == pytest.approx([-0.49, 0.49, -0.49999, 0.49999, -0.499999999, 0.499999999])
    pieces = places("1/(x(x - 1)(x - 2)(x - 3)(x - 4)(x - 5))")
    assert 0.0 < min(pieces) < max(pieces) < 4.0  # the four pieces nearest to 0
    assert pieces[:3] == [0.5, 0.25, 1.5]
    assert len(pieces) == 3 + 4 * (8 + 6)
    left = places("1/(x(x + 1)(x + 2)(x + 3)(x + 4)(x + 5)(x - 1))")
    assert -3.0 < min(left) < max(left) < 1.0
    # The half that reaches less far beyond 0 comes first.
    assert places("1/(x - 5)")[12:20] == between(-4.0, 4.0)
    assert places("1/(x + 5)")[13:21] == between(-4.0, 4.0)
    edge = places("ln(x - 0.99)")  # 1 is a plain number and a hundredth from the edge
    assert len(set(edge)) == len(edge) == 6 + 8 + 2 + 8


def test_the_points_of_several_variables():
    several = points.test_points(asked("a*b + x", "b"))
    found = [[float(value) for value in point.values()] for point in several]
    assert found[:4] == [[1, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]]
    assert found[4:8] == [[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 1]]
    assert all(type(value) is Decimal for point in several for value in point.values())
    others = np.array(found[8:])
    assert others[0].tolist() == np.random.default_rng(21).uniform(0.05, 0.95, 3).round(6).tolist()
    assert others.shape == (22, 3)
    assert (others[::2] > 0.0).all()
    assert 0.2 < (others[1::2] < 0.0).mean() < 0.8
    assert (np.abs(others[::3]) < 0.95).all()
    assert (np.abs(others[::3]) > 0.05).all()
    sizes = np.log10(np.abs(np.delete(others, np.s_[::3], axis=0)))
    assert -2.0 <= sizes.min() < -1.5
    assert 0.5 < sizes.max() <= 1.0
    assert all(list(point) == ["a", "b", "x"] for point in several)
    assert (np.round(others, 6) == others).all()


@pytest.mark.parametrize(
    ("value", "is_moderate"),
    [("0.001", False), ("0.0011", True), ("-0.0011", True), ("0", False), ("19.9", True), ("-19.9", True),
     ("20", False), ("-20", False)],
)  # fmt: skip
def test_moderate_points(value, is_moderate):
    assert points.moderate({"x": Decimal(value)}) is is_moderate
    assert points.moderate({"x": Decimal(1), "y": Decimal(value)}) is is_moderate


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        # Known to 40 digits, 1 + 3.01·10⁻³⁸ and 1 + 3.02·10⁻³⁸ are one number; they are not.
        ("(30.1*10^(-39)x + 1) - 1", "(30.2*10^(-39)x + 1) - 1", Relation.DIFFERENT),
        ("(30.1*10^(-39)x + 1) - 1", "30.1*10^(-39)x", Relation.SAME),
        # The difference of rounded numbers is known to a millionth only.
        ("5.59945*10^(-10)x", "(0.693147180559945 - 0.69314718)x", Relation.UNKNOWN),
        ("(sin(x)^2 + cos(x)^2 - 1)*10^40", "0*x", Relation.SAME),
        ("x", "√(-x)", Relation.MISSING),
        ("√(-x)", "x", Relation.UNKNOWN),
        ("-x", "-x*1.000000001", Relation.DIFFERENT),
    ],
)
def test_values_compared(first, second, relation):
    assert compared(parse(first), parse(second), ONE).relation is relation


def test_both_values_are_told():
    result = compared(parse("2x"), parse("3x"), ONE)
    assert (result.first, result.second) == (2.0, 3.0)
    result = compared(parse("2x"), parse("2x + 0"), ONE)
    assert (result.first, result.second) == (2.0, 2.0)
    missing = compared(parse("2x"), parse("ln(-x)"), ONE)
    assert (missing.first, missing.second) == (2.0, None)


@pytest.mark.parametrize(
    ("formula", "x", "undefined"),
    [("√(x - 1)", "1", True), ("√(1 - x)", "1", True), ("ln(x)", "0.5", False), ("ln(x)", "1", False),
     ("1/(x - 1)", "1", False), ("ln(-1)", "1", True)],
)  # fmt: skip
def test_whether_there_is_nothing_around_a_point(formula, x, undefined):
    assert undefined_around(parse(formula), {"x": Decimal(x)}) is undefined


@pytest.mark.parametrize(
    ("formula", "answer", "x"),
    [
        # The first place where it can be seen: a thousandth of the larger one, which is neither tiny nor huge.
        ("500x^2", "1000x + 0.5x^3", 2.0),
        ("-500x^2", "-1000x - 0.5x^3", 2.0),
        ("-10^6*x^2", "1", 0.25),
        ("x^2", "-2*10^6*x", 0.25),
        ("10^(-7)x^2", "3*10^(-7)x", 4.0),
        ("(2-x)^2", "2x - 4 + 1e-12x^5", 250.0),
        # Nowhere: then the first place where it differs.
        ("(2-x)^2", "2x - 4.000001", 1.0),
    ],
)
def test_the_place_that_is_shown(formula, answer, x):
    judgement = check(asked(formula), answer)
    assert judgement.outcome is Outcome.WRONG
    assert judgement.point == {"x": x}


@pytest.mark.parametrize(
    ("answer", "low", "high"),
    [
        ("2x + step(-x - 5.9)", -10.0, -2.0),
        ("2x + step(x - 5.9)", 2.0, 10.0),
        ("x", -4.0, 4.0),
        ("2x + step(4.1 - x)step(x - 3.9)", 0.0, 8.0),
        ("2x + step(3.9 - x)step(x - 2.9)", -4.0, 4.0),
        ("2x - step(-x - 2.9)step(x + 3.1)", -4.0, 4.0),
    ],
)
def test_the_window_of_the_small_plot(answer, low, high):
    judgement = check(asked("x^2"), answer)
    assert judgement.curves is not None
    middle = judgement.point["x"]
    shown = (low, high) if abs(middle) < 4.0 else (middle - 4.0, middle + 4.0)
    assert low - 2.0 <= shown[0] <= shown[1] <= high + 2.0
    np.testing.assert_allclose(judgement.curves.axis, np.linspace(*shown, 241))


@pytest.mark.parametrize(
    ("yours", "shown"),
    [
        (2.14, "2.14"), (2.00014, "2.00014"), (2.000014, "2.00001"), (2.00000143, "2.0000014"),
        (2.0000000143, "2.000000014"), (2.000000000143, "2.00000000014"), (2.00000000000143, "2.0000000000014"),
        (2.0 + 2.0**-50, "2.0000000000000009"), (2.0, "2 and a little"),
    ],
)  # fmt: skip
def test_as_many_digits_as_it_takes(yours, shown):
    """4, 6, 8, 10, 12, 14 or all 17."""
    assert _told_apart(yours, 2.0)[0] == shown


def test_what_is_too_large_is_not_drawn():
    for sign in ("", "-"):
        curves = check(asked("x^2"), f"{sign}10^(40x^2)").curves
        assert curves is not None
        with np.errstate(over="ignore"):
            expected = np.float64(f"{sign}1") * 10.0 ** (40.0 * curves.axis**2)
        drawn = np.isfinite(curves.typed)
        np.testing.assert_array_equal(drawn, 40.0 * curves.axis**2 < 150.0)
        np.testing.assert_allclose(curves.typed[drawn], expected[drawn], rtol=1e-11)


def test_isolated_places_without_a_value_are_not_left_out():
    """0/0 at eight of the plain points, but values right beside them."""
    zeros = "(x-1)(x-2)(x-3)(x-4)(x-5)(x+1)(x+2)(x+3)"
    assert check(asked("x^2"), f"{zeros}/({zeros})").outcome is Outcome.WRONG
    assert check(asked("x^2"), "√(400 - x^2)").outcome is Outcome.WRONG  # beyond 20 only
    assert check(asked("x^2"), "√(1 - x)").outcome is Outcome.UNDEFINED


def test_what_is_said_of_answers_without_a_value():
    assert check(NOTES[0], "-2(√x)^2 e^(-2x)/x").text == (
        "Where your answer has a value it is right, but at x = −1 it has none, and the derivative is −14.78: "
        "find a form that holds everywhere. No point lost."
    )
    assert check(NOTES[0], "ln(-1)").text == (
        "Your answer has no value: at x = 1 it has none, and the derivative is −0.2707. No point lost."
    )
    left_out = check(NOTES[0], "ln(x - 5)")
    assert left_out.text == (
        "Your answer has no value in a part of the domain: at x = 1 it has none, and the derivative is −0.2707. "
        "Where it has one it is not equal either. No point lost."
    )
    assert (left_out.point, left_out.correct) == ({"x": 1.0}, pytest.approx(-2.0 * math.exp(-2.0)))
    assert math.isnan(left_out.yours)
    assert left_out.curves is not None
    assert check(NOTES[0], "-2e^(-2x)").marked == "Right."


def test_other_letters_are_named_at_their_place():
    other = check(asked("x^2"), "y' = 2λ + a")
    assert other.outcome is Outcome.OTHER_VARIABLES
    assert other.text == "a and λ do not occur in the question: write the answer in x. No point lost."
    assert other.column == len("y' = 2")
    assert check(asked("θ^2", "theta"), "2t").text == (
        "t does not occur in the question: write the answer in θ. No point lost."
    )
