"""Every wrong derivative that is tried on a formula, in order, against what a student would write."""

from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.expression import Call, Variable, parse
from gdsim.core.practice.bends import BENDS, Node
from gdsim.core.practice.function_bends import FUNCTION_BENDS

# Left of the kink of 2x − 0.5, on it and right of it; arccos and arcsin are defined.
AT = {"x": np.array([0.15, 0.25, 0.45]), "y": np.array([1.5, 0.5, 2.5])}


def node(formula: str) -> Node:
    part = parse(formula)
    assert isinstance(part, Call)
    return Node(
        part, part(**AT), tuple(arg(**AT) for arg in part.args),
        tuple(arg.derivative("x")(**AT) for arg in part.args), tuple("x" in arg.variables for arg in part.args),
        Variable("x"), AT["x"],
    )  # fmt: skip


SIGMOID = "sigmoid(3x)*(1 - sigmoid(3x))"
ROOT = "sqrt(1 - x^2/4)"
LEAKY = "(0.01 + 0.99step(2x - 0.5))"

WRONG = {
    "sin(3x)": [
        ("inner", "cos(3x)"), ("sign", "-3cos(3x)"), ("argument", "3cos(x)"), ("derivative inside", "cos(3)"),
        ("derivative inside", "sin(3)"), ("outside kept", "3sin(3x)"), ("inner kept", "3x*cos(3x)"),
        ("inner divided", "cos(3x)/3"), ("inner twice", "9cos(3x)"),
    ],
    "cos(x)": [("sign", "sin(x)")],
    "arccos(x^2)": [
        ("inner", "-1/√(1 - x^4)"), ("sign", "2x/√(1 - x^4)"), ("argument", "-2x/√(1 - x^2)"),
        ("derivative inside", "-1/√(1 - 4x^2)"), ("derivative inside", "arccos(2x)"),
        ("outside kept", "2x*arccos(x^2)"), ("inner kept", "-x^2/√(1 - x^4)"),
        ("inner divided", "-1/(2x√(1 - x^4))"), ("inner twice", "-4x^2/√(1 - x^4)"),
    ],
    "e^(-2x)": [
        ("exponent", "e^(-2x)"), ("power rule on exponential", "-2x e^(-2x - 1)"), ("exponent changed", "-2e^(2x)"),
        ("exponent changed", "-2e^x"), ("exponent changed", "-2e^(-x)"), ("exponent changed", "-2e^(-2x - 1)"),
        ("exponent changed", "-2e^(-3x)"), ("derivative inside", "e^(-2)"), ("derivative inside", "e^(-2)"),
        ("inner kept", "-2x e^(-2x)"), ("inner divided", "-e^(-2x)/2"), ("inner twice", "4e^(-2x)"),
    ],
    "e^x": [
        ("power rule on exponential", "x e^(x - 1)"), ("exponent changed", "e^(-x)"), ("exponent changed", "e^x"),
        ("exponent changed", "e^(-x)"), ("exponent changed", "e^(x - 1)"), ("exponent changed", "1"),
    ],
    "(x^2 + 1)^3": [
        ("inner", "3(x^2 + 1)^2"), ("power not lowered", "6x(x^2 + 1)^3"), ("coefficient", "2x(x^2 + 1)^2"),
        ("inner twice", "12x^2*(x^2 + 1)^2"), ("inner divided", "3(x^2 + 1)^2/(2x)"),
        ("derivative inside", "12x^2"), ("derivative inside", "8x^3"), ("outside kept", "2x(x^2 + 1)^3"),
    ],
    "x^0": [("power not lowered", "0"), ("coefficient", "1/x")],
    "x^0.5": [("power not lowered", "0.5√x"), ("coefficient", "1/√x")],
    "x^(y - 1)": [("power not lowered", "(y - 1)x^(y - 1)"), ("coefficient", "x^(y - 2)")],
    "sin(x)/x": [
        ("swapped quotient", "(sin(x) - x*cos(x))/x^2"), ("quotient sign", "(sin(x) + x*cos(x))/x^2"),
        ("quotient square", "(x*cos(x) - sin(x))/x"), ("quotient", "cos(x)"),
    ],
    "5/(x*3)": [
        ("quotient square", "-5/x"), ("sign", "5/(3x^2)"), ("quotient", "5/3"), ("inner", "-5/(9x^2)"),
        ("inner", "5/(9x^2)"),
    ],
    "arctan(x)": [
        ("square", "1/(1 + x)"), ("other function", "1/(1 - x^2)"), ("other function", "1/√(1 - x^2)"),
        ("other function", "1/cos(x)^2"), ("other function", "1/tan(x)"),
    ],
    "arctan(x + 2)": [
        ("inner", "1/(1 + (x + 2)^2)"), ("square", "1/(x + 3)"), ("other function", "1/(1 - (x + 2)^2)"),
        ("other function", "1/√(1 - (x + 2)^2)"), ("other function", "1/cos(x + 2)^2"),
        ("other function", "1/tan(x + 2)"), ("argument", "1/(1 + x^2)"), ("derivative inside", "1/2"),
        ("derivative inside", "π/4"), ("outside kept", "arctan(x + 2)"), ("inner kept", "(x + 2)/(1 + (x + 2)^2)"),
        ("inner divided", "1/(1 + (x + 2)^2)"), ("inner twice", "1/(1 + (x + 2)^2)"),
    ],
    "x^5": [("power not lowered", "5x^5"), ("coefficient", "x^4")],
    "x^(-4)": [("power not lowered", "-4x^(-4)"), ("power not lowered", "-4x^(-3)"), ("coefficient", "x^(-5)")],
    "(3x)^(-4)": [
        ("inner", "-4(3x)^(-5)"), ("power not lowered", "-12(3x)^(-4)"), ("power not lowered", "-12(3x)^(-3)"),
        ("coefficient", "3(3x)^(-5)"), ("inner twice", "-36(3x)^(-5)"), ("inner divided", "-4(3x)^(-5)/3"),
        ("derivative inside", "-4*3^(-5)"), ("derivative inside", "3^(-4)"), ("outside kept", "3(3x)^(-4)"),
    ],
    "2^(3x)": [
        ("inner", "ln(2) 2^(3x)"), ("power rule on exponential", "3x*2^(3x - 1)"), ("logarithm of base", "3*2^(3x)"),
        ("logarithm of base", "3*2^(3x)/ln(2)"),
    ],
    "2^x": [
        ("power rule on exponential", "x*2^(x - 1)"), ("logarithm of base", "2^x"), ("logarithm of base", "2^x/ln(2)"),
    ],
    "(3x)^(2x)": [
        ("power rule on exponential", "6x(3x)^(2x - 1)"), ("half power", "2ln(3x) (3x)^(2x)"),
    ],
    "5/x": [
        ("power not lowered", "-5/x"), ("power not lowered", "-5"), ("quotient square", "-5/x"), ("sign", "5/x^2"),
        ("quotient", "5"),
    ],
    "5/x^3": [
        ("power not lowered", "-15/x^3"), ("power not lowered", "-15/x^2"), ("quotient square", "-15/x"),
        ("sign", "15/x^4"), ("quotient", "5/(3x^2)"),
    ],
    "5/(x^2 + 1)": [
        ("quotient square", "-10x/(x^2 + 1)"), ("sign", "10x/(x^2 + 1)^2"), ("quotient", "5/(2x)"),
        ("inner", "-5/(x^2 + 1)^2"), ("inner", "5/(x^2 + 1)^2"),
    ],
    "5/(2x + 1)^3": [
        ("quotient square", "-30/(2x + 1)"), ("sign", "30/(2x + 1)^4"), ("quotient", "5/(6(2x + 1)^2)"),
    ],
    "sin(x)/(x^2 + 1)": [
        ("swapped quotient", "(2x*sin(x) - (x^2 + 1)cos(x))/(x^2 + 1)^2"),
        ("quotient sign", "(2x*sin(x) + (x^2 + 1)cos(x))/(x^2 + 1)^2"),
        ("quotient square", "((x^2 + 1)cos(x) - 2x*sin(x))/(x^2 + 1)"), ("quotient", "cos(x)/(2x)"),
    ],
    "x^2/7": [("coefficient", "2x")],
    "7x^2": [("coefficient", "2x")],
    "x^2*7": [("coefficient", "2x")],
    "x^2*sin(x)": [
        ("product", "2x*cos(x)"), ("half product", "2x*sin(x)"), ("half product", "x^2*cos(x)"),
        ("product sign", "2x*sin(x) - x^2*cos(x)"), ("product", "2x + cos(x)"),
    ],
    "√(x^2 + 1)": [
        ("inner", "1/(2√(x^2 + 1))"), ("power not lowered", "x*√(x^2 + 1)"), ("coefficient", "2x/√(x^2 + 1)"),
        ("argument", "√x"), ("derivative inside", "1/(2√(2x))"), ("derivative inside", "√(2x)"),
        ("outside kept", "2x*√(x^2 + 1)"), ("inner kept", "√(x^2 + 1)/2"), ("inner divided", "1/(4x*√(x^2 + 1))"),
        ("inner twice", "2x^2/√(x^2 + 1)"),
    ],
    "√x": [("power not lowered", "√x/2"), ("coefficient", "1/√x")],
    "-x^2": [("sign", "2x")],
    "x^2 + 5": [("constant kept", "2x + 5")],
    "5 + x^2": [("constant kept", "2x + 5")],
    "x^2 - 5": [("constant kept", "2x - 5")],
    "5 - x^2": [("constant kept", "5 - 2x"), ("sign", "2x")],
    "x - cos(x)": [("sign", "1 - sin(x)")],
    "x + cos(x)": [],
    "abs(2x - 0.5)": [
        ("inner", "sign(2x - 0.5)"), ("absolute value", "2"), ("argument", "2"), ("derivative inside", "1"),
        ("derivative inside", "2"), ("outside kept", "2abs(2x - 0.5)"), ("inner kept", "abs(2x - 0.5)"),
        ("inner divided", "sign(2x - 0.5)/2"), ("inner twice", "4sign(2x - 0.5)"),
    ],
    "tanh(3x)": [
        ("inner", "1/cosh(3x)^2"), ("square", "3 - 3tanh(3x)"), ("square", "3/cosh(3x)"),
        ("other function", "3 + 3tanh(3x)^2"), ("other function", "3/cos(3x)^2"), ("other function", "3/(1 + 9x^2)"),
        ("other function", "3tanh(3x)*(1 - tanh(3x))"), ("argument", "3/cosh(x)^2"),
        ("derivative inside", "1/cosh(3)^2"), ("derivative inside", "tanh(3)"), ("outside kept", "3tanh(3x)"),
        ("inner kept", "3x/cosh(3x)^2"), ("inner divided", "1/(3cosh(3x)^2)"), ("inner twice", "9/cosh(3x)^2"),
    ],
    "sigmoid(3x)": [
        ("inner", SIGMOID), ("half sigmoid", "3 - 3sigmoid(3x)"), ("half sigmoid", "3sigmoid(3x)"),
        ("other function", "3sigmoid(3x)*(1 + sigmoid(3x))"), ("other function", "3 - 3sigmoid(3x)^2"),
        ("argument", "3sigmoid(x)*(1 - sigmoid(x))"), ("derivative inside", "sigmoid(3)*(1 - sigmoid(3))"),
        ("derivative inside", "sigmoid(3)"), ("outside kept", "3sigmoid(3x)"), ("inner kept", f"3x*{SIGMOID}"),
        ("inner divided", f"{SIGMOID}/3"), ("inner twice", f"9*{SIGMOID}"),
    ],
    "tan(2x)": [
        ("inner", "1/cos(2x)^2"), ("square", "2/cos(2x)"), ("other function", "2 - 2tan(2x)^2"),
        ("other function", "2/sin(2x)^2"), ("other function", "2sin(2x)/cos(2x)^2"), ("other function", "2/tan(2x)"),
        ("argument", "2/cos(x)^2"), ("derivative inside", "1/cos(2)^2"), ("derivative inside", "tan(2)"),
        ("outside kept", "2tan(2x)"), ("inner kept", "2x/cos(2x)^2"), ("inner divided", "1/(2cos(2x)^2)"),
        ("inner twice", "4/cos(2x)^2"),
    ],
    "arctan(2x)": [
        ("inner", "1/(1 + 4x^2)"), ("square", "2/(1 + 2x)"), ("square", "2/(1 + 2x^2)"),
        ("other function", "2/(1 - 4x^2)"), ("other function", "2/√(1 - 4x^2)"), ("other function", "2/cos(2x)^2"),
        ("other function", "2/tan(2x)"), ("argument", "2/(1 + x^2)"), ("derivative inside", "1/5"),
        ("derivative inside", "arctan(2)"), ("outside kept", "2arctan(2x)"), ("inner kept", "2x/(1 + 4x^2)"),
        ("inner divided", "1/(2 + 8x^2)"), ("inner twice", "4/(1 + 4x^2)"),
    ],
    "arcsin(x/2)": [
        ("inner", f"1/{ROOT}"), ("square", "2/(4 - x^2)"), ("square", "1/√(4 - 2x)"),
        ("other function", "1/√(4 + x^2)"),
        ("other function", "2/(4 + x^2)"), ("other function", "cos(x/2)/2"), ("argument", "1/√(4 - 4x^2)"),
        ("derivative inside", "2/√3"), ("derivative inside", "π/6"), ("outside kept", "arcsin(x/2)/2"),
        ("inner kept", f"x/(2*{ROOT})"), ("inner divided", f"2/{ROOT}"), ("inner twice", f"1/(4*{ROOT})"),
    ],
    "softplus(2x - 0.5)": [
        ("inner", "sigmoid(2x - 0.5)"), ("other function", "2sigmoid(0.5 - 2x)"), ("other function", "2step(2x - 0.5)"),
        ("argument", "2sigmoid(x)"), ("derivative inside", "sigmoid(2)"), ("derivative inside", "ln(1 + e^2)"),
        ("outside kept", "2ln(1 + e^(2x - 0.5))"), ("inner kept", "(2x - 0.5)*sigmoid(2x - 0.5)"),
        ("inner divided", "sigmoid(2x - 0.5)/2"), ("inner twice", "4sigmoid(2x - 0.5)"),
    ],
    "relu(2x - 0.5)": [
        ("inner", "step(2x - 0.5)"), ("other function", "2sign(2x - 0.5)"), ("argument", "2"),
        ("derivative inside", "1"), ("derivative inside", "2"), ("outside kept", "2relu(2x - 0.5)"),
        ("inner kept", "relu(2x - 0.5)"), ("inner divided", "step(2x - 0.5)/2"), ("inner twice", "4step(2x - 0.5)"),
    ],
    "leaky_relu(2x - 0.5)": [
        ("inner", LEAKY), ("other function", "2step(2x - 0.5)"), ("other function", "2sign(2x - 0.5)"),
        ("argument", "2"), ("derivative inside", "1"), ("derivative inside", "2"),
        ("outside kept", f"(4x - 1)*{LEAKY}"), ("inner kept", f"(2x - 0.5)*{LEAKY}"), ("inner divided", f"{LEAKY}/2"),
        ("inner twice", f"4*{LEAKY}"),
    ],
    "log10(x^2)": [
        ("inner", "1/(x^2*ln(10))"), ("logarithm of base", "2/x"), ("logarithm of base", "2ln(10)/x"),
        ("logarithm of base", "1/(5x)"), ("argument", "2/ln(10)"), ("derivative inside", "1/(2x*ln(10))"),
        ("derivative inside", "log10(2x)"), ("outside kept", "4x*log10(x)"), ("inner kept", "1/ln(10)"),
        ("inner divided", "1/(2x^3*ln(10))"), ("inner twice", "4/ln(10)"),
    ],
    "log2(x)": [("logarithm of base", "1/x"), ("logarithm of base", "ln(2)/x"), ("logarithm of base", "1/(2x)")],
    "ln(x)": [],
    "step(x^2)": [],
    "max(x, 2x)": [],
    "x*y^2": [("coefficient", "1")],
    "x^y": [("power not lowered", "y*x^y"), ("coefficient", "x^(y - 1)")],
    "y/x": [
        ("power not lowered", "-y/x"), ("power not lowered", "-y"), ("quotient square", "-y/x"), ("sign", "y/x^2"),
        ("quotient", "y"),
    ],
    "y - x^2": [("constant kept", "y - 2x"), ("sign", "2x")],
    "arctan(x*y)": [
        ("inner", "1/(1 + x^2*y^2)"), ("square", "y/(1 + x*y)"), ("other function", "y/(1 - x^2*y^2)"),
        ("other function", "y/√(1 - x^2*y^2)"), ("other function", "y/cos(x*y)^2"), ("other function", "y/tan(x*y)"),
        ("argument", "y/(1 + x^2)"), ("derivative inside", "1/(1 + y^2)"), ("derivative inside", "arctan(y)"),
        ("outside kept", "y*arctan(x*y)"), ("inner kept", "x*y/(1 + x^2*y^2)"),
        ("inner divided", "1/(y + x^2*y^3)"), ("inner twice", "y^2/(1 + x^2*y^2)"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("formula", WRONG)
def test_the_wrong_derivatives_of_a_formula(formula: str) -> None:
    at = node(formula)
    with np.errstate(all="ignore"):
        tried = [(bend.key, bend.apply(at)) for bend in (*BENDS, *FUNCTION_BENDS)]
    found = [(key, value) for key, value in tried if value is not None]
    assert [key for key, _ in found] == [key for key, _ in WRONG[formula]]
    for (key, value), (_, typed) in zip(found, WRONG[formula], strict=True):
        expected = np.broadcast_to(parse(typed)(**AT), (3,))
        np.testing.assert_allclose(
            np.broadcast_to(value, (3,)), expected, rtol=1e-12, atol=1e-13, err_msg=f"{key}: {typed}"
        )


@pytest.mark.parametrize("formula", WRONG)
def test_the_right_rule_beside_them(formula: str) -> None:
    right = np.broadcast_to(parse(formula).derivative("x")(**AT), (3,))
    np.testing.assert_allclose(np.broadcast_to(node(formula).straight(), (3,)), right, rtol=1e-12, atol=1e-13)
