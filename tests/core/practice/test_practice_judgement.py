"""Answers judged: 40 right in odd forms, 40 subtly wrong, what cannot be judged, and the slips that are recognised."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.practice import NOTES, Outcome, Question, check
from gdsim.core.practice.comparison import Relation, compared, undefined_around


def asked(formula: str, variable: str = "x", variables: tuple[str, ...] | None = None) -> Question:
    return Question("chain", 1, parse(formula, variables), variable)


RIGHT = [
    ("e^(-2x)", "-2e^(-2x)"),
    ("e^(-2x)", "-2/e^(2x)"),
    ("e^(-2x)", "-(e^-x)^2*2"),
    ("e^(-2x)", "2sinh(2x) - 2cosh(2x)"),
    ("e^(-2x)", "f'(x) = -2exp(-x)exp(-x)"),
    ("e^(-2x)", "-2(1/e)^(2x)"),
    ("(2-x)^2", "2x - 4"),
    ("(2-x)^2", "-4 + x + x"),
    ("(2-x)^2", "2(x-2)^3/(x-2)^2"),
    ("1/(1+e^(-x))", "e^(-x)/(1+e^(-x))^2"),
    ("1/(1+e^(-x))", "σ(x)(1-σ(x))"),
    ("1/(1+e^(-x))", "σ(x)σ(-x)"),
    ("1/(1+e^(-x))", "1/(2 + e^x + e^-x)"),
    ("1/(1+e^(-x))", "1/(4cosh(x/2)^2)"),
    ("1/(1+e^(-x))", "e^x/(e^x+1)^2"),
    ("1/(1+e^(-x))", "σ(x) - σ(x)^2"),
    ("tanh(x)", "1 - tanh²x"),
    ("tanh(x)", "1/cosh(x)^2"),
    ("tanh(x)", "4/(e^x+e^-x)^2"),
    ("tanh(x)", "(1-tanh x)(1+tanh x)"),
    ("tanh(x)", "4σ(2x)(1-σ(2x))"),
    ("relu(x)", "step(x)"),
    ("relu(x)", "(1+sign(x))/2"),
    ("relu(x)", "relu(x)/x"),
    ("relu(x)", "0.5 + |x|/(2x)"),
    ("sin(x)^2", "sin(2x)"),
    ("sin(x)^2", "2cos(x)sin(x) + sin²x + cos²x - 1"),
    ("sin(x)cos(x)", "cos(2x)"),
    ("tan(x)", "1/cos(x)^2"),
    ("ln(5x)", "1/x"),
    ("ln(5x)", "5/(5x)"),
    ("√x", "x^(-1/2)/2"),
    ("√x", "0.5/√x"),
    ("x^x", "x^x(1 + ln x)"),
    ("2^x", "0.6931471805599453*2^x"),
    ("2^x", "ln(2)e^(x ln 2)"),
    ("log10(x^2+4)", "2x/((4+x²)ln 10)"),
    ("x^3/3", "x·x"),
    ("x/(x+2)", "2/(x+2)^2"),
    ("arctan(x)", "cos(arctan x)^2"),
    ("|x|", "x/|x|"),
    ("√(x^2+1)", "x/√(1+x²)"),
    ("7x", "7"),
    ("e^(-2x)", "−2·e^(−2·x)"),
    ("tanh(x)", "1 - tanh^2(x)"),
    ("relu(x)", "max(0, sign(x))"),
    ("leaky_relu(x)", "max(0.01, sign(x))"),
    ("x^(1/3)", "x^(1/3)/(3x)"),
    ("ln(x)", "1/√(x^2)"),
    ("log10(x)", "1/(2.302585092994046x)"),
    ("softplus(x)", "(1 + tanh(x/2))/2"),
    ("arcsin(x/2)", "1/√(4 - x²)"),
    ("e^(x^2)", "2x e^x^2"),
    ("cos(x)", "cos(x + π/2)"),
    ("ln(x)^2", "ln(x^2)/x"),
]

WRONG = [
    ("e^(-2x)", "-2e^(-2x) + 1e-6"),
    ("e^(-2x)", "-2e^(-2x) + 1e-300"),
    ("e^(-2x)", "-2.0000000001e^(-2x)"),
    ("e^(-2x)", "2e^(-2x)"),
    ("e^(-2x)", "-2e^(-2|x|)"),
    ("e^(-2x)", "-2e^(2x)"),
    ("e^(-2x)", "-2*2.718281828^(-2x)"),
    ("relu(x)", "step(x) + step(x - 6)step(7 - x)"),
    ("relu(x)", "step(x) + 1e-12"),
    ("ln(x^2)", "2/|x|"),
    ("x^4", "4|x|^3"),
    ("e^x", "e^x (1 + 1e-14)"),
    ("(2-x)^2", "-2|2-x|"),
    ("(2-x)^2", "4 - 2x"),
    ("(2-x)^2", "2x - 4.000001"),
    ("(2-x)^2", "2x - 4 + 1e-12x^5"),
    ("(2-x)^2", "√((2x-4)^2)"),
    ("1/(1+e^(-x))", "-e^(-x)/(1+e^(-x))^2"),
    ("1/(1+e^(-x))", "e^(-x)/(1+e^(-x))"),
    ("1/(1+e^(-x))", "e^(-x)/(1+e^(-2x))"),
    ("1/(1+e^(-x))", "σ(x)(1+σ(x))"),
    ("1/(1+e^(-x))", "σ(x)(1-σ(x)) + 1e-9"),
    ("tanh(x)", "1 - tanh(x)"),
    ("tanh(x)", "1 - tanh(x^2)"),
    ("tanh(x)", "1 + tanh(x)^2"),
    ("tanh(x)", "0.9999999 - tanh(x)^2"),
    ("relu(x)", "1"),
    ("relu(x)", "step(x - 1e-6)"),
    ("relu(x)", "σ(1000x)"),
    ("relu(x)", "step(-x)"),
    ("relu(x)", "sign(x)"),
    ("sin(x)^2", "2sin(x)"),
    ("sin(x)^2", "sin(2.00000001x)"),
    ("sin(x)cos(x)", "cos(x)^2 + sin(x)^2"),
    ("tan(x)", "1 - tan(x)^2"),
    ("ln(5x)", "1/(5x)"),
    ("ln(5x)", "5/x"),
    ("√x", "1/√x"),
    ("√x", "-x^(-1/2)/2"),
    ("x^x", "x·x^(x-1)"),
    ("2^x", "0.693*2^x"),
    ("2^x", "x*2^(x-1)"),
    ("x^3/3", "x^2 + 1e-15"),
    ("x/(x+2)", "1/(x+2)^2"),
    ("x/(x+2)", "-2/(x+2)^2"),
    ("arctan(x)", "1/(1-x^2)"),
    ("|x|", "1"),
    ("7x", "7 + 1e-13x"),
    ("ln(x)^2", "2ln(x)"),
]


@pytest.mark.parametrize(("formula", "answer"), RIGHT)
def test_right_in_odd_forms(formula, answer):
    judgement = check(asked(formula), answer)
    assert judgement.outcome is Outcome.RIGHT, judgement.text
    assert judgement.counts


@pytest.mark.parametrize(("formula", "answer"), WRONG)
def test_subtly_wrong(formula, answer):
    question = asked(formula)
    judgement = check(question, answer)
    assert judgement.outcome is Outcome.WRONG
    assert judgement.counts
    # What is said about the place is so.
    [(name, x)] = judgement.point.items()
    assert name == "x"
    assert question.answer(x=x) == pytest.approx(judgement.correct, rel=1e-9, abs=1e-12, nan_ok=True)
    assert parse(answer)(x=x) == pytest.approx(judgement.yours, rel=1e-9, abs=1e-12, nan_ok=True)
    assert judgement.text.startswith(f"Not equal: at x = {'' if x >= 0 else '−'}")


SEVERAL = ("w", "b", "x", "y")


@pytest.mark.parametrize(
    ("formula", "variable", "variables", "answer", "outcome"),
    [
        ("(w x + b - y)^2", "w", SEVERAL, "2x(wx + b - y)", Outcome.RIGHT),
        ("(w x + b - y)^2", "w", SEVERAL, "-2(y - b - wx)x", Outcome.RIGHT),
        ("(w x + b - y)^2", "w", SEVERAL, "2(wx + b - y)", Outcome.WRONG),
        ("(w x + b - y)^2", "b", SEVERAL, "2(wx + b - y)", Outcome.RIGHT),
        ("-y ln(σ(w x)) - (1 - y) ln(1 - σ(w x))", "w", SEVERAL, "x(σ(wx) - y)", Outcome.RIGHT),
        ("-y ln(σ(w x)) - (1 - y) ln(1 - σ(w x))", "w", SEVERAL, "x(y - σ(wx))", Outcome.WRONG),
        ("ln(1 + e^(-y w x))", "w", SEVERAL, "-x y σ(-y w x)", Outcome.RIGHT),
        ("ln(1 + e^(-y w x))", "w", SEVERAL, "-x y/(1 + e^(y w x))", Outcome.RIGHT),
        ("λ |w|", "w", ("λ", "w"), "λ w/|w|", Outcome.RIGHT),
        ("λ |w|", "w", ("λ", "w"), "λ", Outcome.WRONG),
        ("λ w^2", "w", ("λ", "w"), "2lambda*w", Outcome.RIGHT),
        ("relu(1 - y w x)", "w", SEVERAL, "-x y step(1 - x y w)", Outcome.RIGHT),
        ("relu(1 - y w x)", "w", SEVERAL, "-x y step(x y w - 1)", Outcome.WRONG),
        ("x^y", "x", ("x", "y"), "y x^(y-1)", Outcome.RIGHT),
        ("x^y", "y", ("x", "y"), "x^y ln x", Outcome.RIGHT),
        ("√(x^2 + 4y^2)", "y", ("x", "y"), "4y/√(x^2+4y^2)", Outcome.RIGHT),
        ("y/(x^2+y^2)", "y", ("x", "y"), "(x²-y²)/(x²+y²)²", Outcome.RIGHT),
        ("x y + x", "x", ("x", "y"), "y + 1.0000001", Outcome.WRONG),
    ],
)
def test_several_variables(formula, variable, variables, answer, outcome):
    assert check(asked(formula, variable, variables), answer).outcome is outcome


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("", Outcome.UNREADABLE, "There is no formula yet"),
        ("-2e^(-2x", Outcome.UNREADABLE, "not closed"),
        ("sinc(x)", Outcome.UNREADABLE, "sinc"),
        ("-2e^(-2t)", Outcome.OTHER_VARIABLES, "t does not occur in the question: write the answer in x."),
        ("-2e^(-2x) + C", Outcome.OTHER_VARIABLES, "C does not occur"),
        ("a x + b", Outcome.OTHER_VARIABLES, "a and b do not occur"),
        ("ln(e^(-2x))e^(-2x)/ln(e^x)", Outcome.RIGHT, "Right."),
        ("-2(√x)^2 e^(-2x)/x", Outcome.UNDEFINED, "has none"),
        ("-2x e^(-2x)/x", Outcome.RIGHT, "Right."),
        ("ln(-1)", Outcome.UNDEFINED, "has none"),
        ("ln(x-5)", Outcome.UNDEFINED, "no value in a part of the domain: at x = 1 it has none"),
        ("√x", Outcome.UNDEFINED, "no value in a part of the domain: at x = −1 it has none"),
        ("-2,5e^(-2x)", Outcome.UNREADABLE, "2.5 in place of 2,5"),
        ("e^(e^(e^(x^2 + 40)))", Outcome.UNREADABLE, "too large"),
        ("-2" * 400, Outcome.UNREADABLE, "too long"),
    ],
)
def test_what_cannot_be_judged_costs_nothing(answer, outcome, words):
    judgement = check(NOTES[0], answer)
    assert judgement.outcome is outcome
    assert words in judgement.text
    assert judgement.counts is (outcome is Outcome.RIGHT)


@pytest.mark.parametrize(
    "front", ["f'(x) =", "y′=", "dy/dx = ", "df(x)/dx=", "d/dx =", "∂f/∂x =", "f(x) =", "y =", "  f ' ( x ) = "]
)
def test_what_stands_in_front_of_an_answer_is_dropped(front):
    assert check(NOTES[0], f"{front}-2e^(-2x)").right
    wrong = check(NOTES[0], f"{front}-2e^(-2x")
    assert wrong.column == len(front) + len("-2e^")


SLIPS = [
    ("sin(3x)", "x", "cos(3x)", "inner"),
    ("sin(3x)", "x", "cos(3x)(x - 1)/(x - 1)", "inner"),
    ("(x^2+1)^3", "x", "3(x^2+1)^2", "inner"),
    ("ln(x^2+1)", "x", "1/(x^2+1)", "inner"),
    ("√(4x+1)", "x", "1/(2√(4x+1))", "inner"),
    ("tanh(4x)", "x", "1-tanh(4x)^2", "inner"),
    ("2^(3x)", "x", "2^(3x) ln 2", "inner"),
    ("e^(sin(2x))", "x", "cos(2x) e^(sin(2x))", "inner"),
    ("e^(-2x)", "x", "e^(-2x)", "exponent"),
    ("x e^(-x^2)", "x", "e^(-x^2) + x e^(-x^2)", "exponent"),
    ("x^5", "x", "5x^5", "power not lowered"),
    ("x^5", "x", "x^4", "coefficient"),
    ("3x^2", "x", "2x", "coefficient"),
    ("√x", "x", "1/√x", "coefficient"),
    ("x^4 - 3x", "x", "4x^4 - 3", "power not lowered"),
    ("cos(x)", "x", "sin(x)", "sign"),
    ("x - cos(x)", "x", "1 - sin(x)", "sign"),
    ("(2-x)^3", "x", "3(2-x)^2", "inner"),
    ("x^2 sin(x)", "x", "2x cos(x)", "product"),
    ("x ln(x)", "x", "1/x", "product"),
    ("x^2 sin(x)", "x", "2x sin(x)", "half product"),
    ("x^2 e^x", "x", "x^2 e^x", "half product"),
    ("x^2 e^x", "x", "2x e^x - x^2 e^x", "product sign"),
    ("x/(x^2+1)", "x", "(2x^2 - (x^2+1))/(x^2+1)^2", "swapped quotient"),
    ("x/(x^2+1)", "x", "1/(2x)", "quotient"),
    ("x/(x^2+1)", "x", "(1 - x^2)/(x^2+1)", "quotient square"),
    ("x/(x^2+1)", "x", "(3x^2 + 1)/(x^2+1)^2", "quotient sign"),
    ("e^x", "x", "x e^(x-1)", "power rule on exponential"),
    ("2^x", "x", "x*2^(x-1)", "power rule on exponential"),
    ("2^x", "x", "2^x", "logarithm of base"),
    ("x^2 + 5", "x", "2x + 5", "constant kept"),
    ("tanh(x)", "x", "1 - tanh(x)", "square"),
    ("σ(x)", "x", "1 - σ(x)", "half sigmoid"),
    ("x^3 + x", "x", "x^3 + x", "original"),
    ("x^3 + x", "x", "-x^3 - x", "original"),
    ("ln(x(1/2 - x))", "x", "((1 + x) - 1)/x*ln(x(1/2 - x))", "original"),
    ("x^3 + x^2", "x", "-3x^2 - 2x", "sign"),
    ("x^4", "x", "12x^2", "second derivative"),
    ("x^2 y^3", "x", "3x^2 y^2", "wrong variable"),
    ("(w x + b - y)^2", "w", "2(w x + b - y)", "inner"),
    ("ln(2)x", "x", "0.693", "rounded"),
    ("5/x^3", "x", "15/x^4", "sign"),
    ("1/(3x+2)^2", "x", "6/(3x+2)^3", "sign"),
    ("x^(-4)", "x", "-4x^(-3)", "power not lowered"),
    ("5/x^3", "x", "-15/x^2", "power not lowered"),
    ("5/x^3", "x", "-15/x^3", "power not lowered"),
    ("√x", "x", "√x/2", "power not lowered"),
    ("4/x^2", "x", "-4/x^2", "original"),
    ("x^2 y^3", "x", "6x y^2", "both variables"),
    ("λ |w|", "w", "λ", "absolute value"),
    ("x^x", "x", "x x^(x-1)", "power rule on exponential"),
    ("x^x", "x", "x^x", "original"),
    ("x^x", "x", "x^x ln(x)", "half power"),
    ("e^(-2x)", "x", "-2e^(2x)", "exponent changed"),
    ("e^(-2x)", "x", "-2x e^(-2x)", "inner kept"),
    ("tanh(x)", "x", "sech(x)", "square"),
    ("tanh(x)", "x", "1/(1 + x^2)", "other function"),
    ("tan(2x)", "x", "2sec(2x)", "square"),
    ("tan(2x)", "x", "2 - 2tan(2x)^2", "other function"),
    ("arctan(3x)", "x", "3/(1 + 3x^2)", "square"),
    ("arctan(3x)", "x", "3/(1 + x^2)", "argument"),
    ("arctan(3x)", "x", "3/(1 - 9x^2)", "other function"),
    ("arcsin(x/2)", "x", "cos(x/2)/2", "other function"),
    ("relu(x)^2", "x", "2x", "left out"),
    ("relu(x)^2", "x", "2step(x)", "derivative inside"),
    ("relu(x)", "x", "|x|/x", "other function"),
    ("leaky_relu(x)", "x", "step(x)", "other function"),
    ("1/(1 + e^(-x))", "x", "-1/(1 + e^(-x))^2", "inner"),
    ("1/(1 + e^(-x))", "x", "-1/e^(-x)", "quotient"),
    ("σ(2x)", "x", "2σ(x)(1 - σ(x))", "argument"),
    ("σ(2x)", "x", "2σ(2x)(1 + σ(2x))", "other function"),
    ("softplus(2x)", "x", "2step(x)", "other function"),
    ("log10(x)", "x", "1/x", "logarithm of base"),
    ("2^x", "x", "2^x/ln 2", "logarithm of base"),
    ("x^3 e^x", "x", "3x^2 + e^x", "product"),
    ("cos(x^2)", "x", "-sin(2x)", "derivative inside"),
    ("(3x + 1)^5", "x", "45(3x + 1)^4", "inner twice"),
    ("sin(2x)", "x", "cos(2x)/2", "inner divided"),
    ("sin(2x)", "x", "2sin(2x)", "outside kept"),
    ("sin(2x)", "x", "-cos(2x)/2", "antiderivative"),
]


@pytest.mark.parametrize(("formula", "variable", "answer", "slip"), SLIPS)
def test_slips_are_recognised(formula, variable, answer, slip):
    judgement = check(asked(formula, variable), answer)
    assert judgement.outcome is Outcome.WRONG
    assert judgement.slip is not None
    assert judgement.slip.key == slip
    assert judgement.text.endswith(judgement.slip.text)
    assert "{" not in judgement.slip.text


def test_the_plainest_place_is_shown():
    assert "at λ = 1, w = −1 your answer is 1, the derivative is −1." in check(asked("λ |w|", "w"), "λ").text
    assert "at b = 1, w = 1, x = 1, y = 1 " in check(asked("(w x + b - y)^2", "w"), "3x (w x + b - y)").text


def test_a_slip_names_its_formula_in_latex():
    judgement = check(asked("x^4 + (x^2 + 1)^3"), "4x^3 + 6x(x^2 + 1)^3")
    place = r"$\left(x^{2} + 1\right)^{3}$"
    assert judgement.slip.marked == f"The exponent of {place} has to go down by 1."
    assert judgement.marked.endswith(judgement.slip.marked)
    assert check(asked("x^3 + x"), "x^3 + x").slip.marked == "That is the function itself, not its derivative."


@pytest.mark.parametrize(
    ("formula", "typed", "meant"),
    [
        ("2^(-2x)", "-2ln(2) 2^-2x", "−2ln(2)*2^(−2x)"),
        ("3^(2x)", "2 ln(3) 3^2x", "2ln(3)*3^(2x)"),
        ("√x", "1/2√x", "1/(2√(x))"),
        ("ln(x)/2", "1/2x", "1/(2x)"),
        ("2^(-2x)", "-2ln(2)/2^2x", "−2ln(2)/2^(2x)"),
    ],
)
def test_another_reading_that_is_right_costs_nothing(formula, typed, meant):
    judgement = check(asked(formula), typed)
    assert judgement.outcome is Outcome.AMBIGUOUS
    assert not judgement.counts
    assert f"Did you mean {meant}?" in judgement.text
    assert "No point lost" in judgement.text
    assert judgement.marked.count("$") == 4


def test_no_reading_is_right():
    assert check(asked("3^(2x)"), "ln(3) 3^2x").outcome is Outcome.WRONG
    assert check(asked("√x"), "1/3√x").outcome is Outcome.WRONG


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("tan(x)", "sec^2 x"), ("tan(x)", "sec(x)^2"), ("1/cos(x)", "sec x tan x"), ("tanh(x)", "sech²(x)"),
        ("1/sin(x)", "-csc x cot x"), ("cos(x)/sin(x)", "-csc^2 x"), ("x^(4/3)", "4cbrt(x)/3"), ("3^x", "ln(3) 3^x"),
        ("3^x", "ln(3)3^x"), ("3x^4", "12cbrt(x)^9"), ("ln(sinh(x))", "coth(x)"), ("1/sinh(x)", "-csch(x)coth(x)"),
    ],
)  # fmt: skip
def test_functions_that_other_books_have(formula, answer):
    assert check(asked(formula), answer).outcome is Outcome.RIGHT


def test_a_slip_names_its_place():
    assert "multiply by that of 3x." in check(asked("sin(3x)"), "cos(3x)").text
    assert "multiply by that of 3x." in check(asked("2^(3x)"), "2^(3x) ln 2").text
    assert "multiply by that of x^2 + 1." in check(asked("(x^2 + 1)^3"), "3(x^2 + 1)^2").text
    assert check(asked("x^3 + x"), "-x^3 - x").text.endswith(
        "the function itself with a minus sign, not its derivative."
    )
    assert check(asked("e^(-2x)"), "2e^(-2x)").text.endswith("A minus sign is lost: look at −2x.")
    assert check(asked("x^3 + x^2"), "-3x^2 - 2x").text.endswith("a minus sign is lost or one too many.")
    assert "swapped" in check(asked("x/(1 + x)"), "-1/(1 + x)^2").text
    judgement = check(asked("x^4 + (x^2 + 1)^3"), "4x^3 + 6x(x^2 + 1)^3")
    assert judgement.slip is not None
    assert judgement.slip.text == "The exponent of (x^2 + 1)^3 has to go down by 1."


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("x^2", "17"),
        ("x^2", "2x + x/10^4"),
        ("sin(3x)", "cos(3x)(1 + 10^(-7))"),
        ("10^(-9)sin(3x)", "2*10^(-9)cos(3x)"),
        ("sin(x)", "e^x"),
        ("e^(-2x)", "x^7 - 2"),
        ("relu(x)", "step(x) + 0.5step(x - 6)step(9 - x)"),
        ("e^(-2x)", "-2e^(-2x) + 1e-300"),
    ],
)
def test_no_slip_is_made_up(formula, answer):
    assert check(asked(formula), answer).slip is None


def test_the_function_itself_is_no_slip_where_it_is_its_own_derivative():
    slip = check(asked("e^x"), "e^x (1 + 1e-14x)").slip
    assert slip is not None
    assert slip.key == "rounded"


def test_the_small_plot():
    judgement = check(asked("x^2"), "x")
    curves = judgement.curves
    assert judgement.point == {"x": 1.0}
    assert (judgement.yours, judgement.correct) == (1.0, 2.0)
    assert judgement.text.startswith("Not equal: at x = 1 your answer is 1, the derivative is 2.")
    assert curves is not None
    assert curves.variable == "x"
    assert curves.axis[0] < judgement.point["x"] < curves.axis[-1]
    np.testing.assert_allclose(curves.correct, 2 * curves.axis)
    np.testing.assert_allclose(curves.typed, curves.axis)


def test_the_small_plot_holds_the_other_variables():
    judgement = check(asked("(w x - y)^2", "w", ("w", "x", "y")), "2(w x - y)")
    curves = judgement.curves
    assert curves is not None
    assert set(curves.fixed) == {"x", "y"}
    x, y = curves.fixed["x"], curves.fixed["y"]
    np.testing.assert_allclose(curves.correct, 2 * x * (curves.axis * x - y))


def test_values_far_out_are_shown_around_there():
    judgement = check(NOTES[0], "-2e^(-2x) + 1e-300")
    assert judgement.point["x"] == 1000.0
    assert judgement.curves is not None
    assert judgement.curves.axis[0] < 1000.0 < judgement.curves.axis[-1]
    assert math.isfinite(judgement.yours)


def test_what_is_too_large_is_neither_different_nor_undefined():
    tower, ten = parse("e^(e^(e^x))"), {"x": Decimal(10)}
    assert compared(tower, parse("x"), ten).relation is Relation.UNKNOWN
    assert compared(parse("x"), tower, ten).relation is Relation.UNKNOWN
    assert not undefined_around(tower, ten)
    assert asked("e^(e^(x^9))").domain == ((-math.inf, math.inf),)


def test_a_square_of_the_inside_is_told_where_there_is_a_factor_to_forget():
    """3/(1 + 3x²) squares x alone; in w/(1 + w·x²) it might as well be w that was meant."""
    assert check(asked("arctan(3x)"), "3/(1 + 3x^2)").slip.key == "square"
    assert check(asked("arctan(w x)", "x", ("w", "x")), "w/(1 + w x^2)").slip is None


def test_a_wrong_answer_that_leaves_out_a_few_points_is_wrong():
    """ln(x + 8) lacks a value at -9 and -12 only, of 28 moderate points."""
    assert check(NOTES[0], "ln(x + 8)").outcome is Outcome.WRONG


@pytest.mark.parametrize("size", ["10^30", "1", "10^(-30)"])
def test_a_typed_number_is_as_good_as_its_digits_whatever_its_size(size):
    """ln 2 to 15 digits is ln 2; what is left when ln 2 is taken away again has no digit that is known."""
    one = {"x": Decimal(1)}
    typed = parse(f"0.693147180559945 x·{size}")
    assert compared(parse(f"ln(2)x·{size}"), typed, one).relation is Relation.SAME
    rest = parse(f"(0.693147180559945 - ln(2))x·{size}")
    assert compared(parse(f"10^(-17)x·{size}"), rest, one).relation is Relation.UNKNOWN


def test_a_domain_far_out_is_judged_there():
    question = asked("√(x - 20)")
    assert question.domain == ((20.0, math.inf),)
    judgement = check(question, "5")
    assert judgement.outcome is Outcome.WRONG
    assert judgement.slip is None
    assert judgement.correct == pytest.approx(0.5 / math.sqrt(judgement.point["x"] - 20.0))
    assert check(question, "1/(2√(x - 20))").right


def test_an_answer_that_floats_cannot_compute_has_its_value_all_the_same():
    """e^(1000x²) is infinite to a float from x = 1 on, and divided by itself not a number; it is 1."""
    judgement = check(NOTES[0], "e^(1000x^2)/e^(1000x^2)")
    assert judgement.outcome is Outcome.WRONG
    assert (judgement.point, judgement.yours) == ({"x": 1.0}, 1.0)
