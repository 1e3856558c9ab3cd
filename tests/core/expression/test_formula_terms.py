"""The exact arithmetic of coefficients, and where it ends: 15 digits above and below, powers up to 32."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gdsim.core.expression import parse
from gdsim.core.expression.terms import OutOfRangeError, combined, exact_root, number_of, settled, whole_power

LARGEST = 10**15


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (Fraction(1, 3), Fraction(1, 3)),
        (Fraction(LARGEST, 7), Fraction(LARGEST, 7)),
        (Fraction(3, LARGEST), Fraction(3, LARGEST)),
        (Fraction(-LARGEST, LARGEST - 1), Fraction(-LARGEST, LARGEST - 1)),
        (Fraction(LARGEST + 1, 3), Fraction("333333333333333.7")),
        (Fraction(-LARGEST - 1, 3), Fraction("-333333333333333.7")),
        (Fraction(1, LARGEST + 1), Fraction("9.99999999999999e-16")),
        (Fraction(10) ** 299 * 7, Fraction(10) ** 299 * 7),
        (-(Fraction(10) ** 299), -(Fraction(10) ** 299)),
        (Fraction(10) ** -299 * 3, Fraction(10) ** -299 * 3),
    ],
)
def test_numbers_are_kept_or_rounded_to_a_float(number: Fraction, kept: Fraction) -> None:
    assert settled(number) == kept


@pytest.mark.parametrize("number", [10**300, 10**301, -(10**301), Fraction(1, 10**300), Fraction(-1, 10**301)])
def test_numbers_out_of_range(number: Fraction) -> None:
    with pytest.raises(OutOfRangeError):
        settled(Fraction(number))


@pytest.mark.parametrize(
    ("number", "exponent", "power"),
    [
        (2, 32, 2**32),
        (2, 33, None),
        (2, -32, Fraction(1, 2**32)),
        (2, -33, None),
        (1, 1000, 1),
        (-1, 33, None),
        (10, 15, 10**15),
        (10, 16, None),
        (-10, 17, None),
        (-10, 15, -(10**15)),
        (Fraction(1, 10), 15, Fraction(1, 10**15)),
        (Fraction(1, 10), 16, None),
        (10, -16, None),
        (Fraction(2, 3), -2, Fraction(9, 4)),
    ],
)
def test_powers_that_are_short_enough(number: Fraction, exponent: int, power: Fraction | None) -> None:
    assert whole_power(Fraction(number), exponent) == power


@pytest.mark.parametrize(
    ("number", "exponent", "root"),
    [
        (4, "1/2", 2),
        (4, "3/2", 8),
        (4, "-1/2", Fraction(1, 2)),
        (Fraction(4, 9), "1/2", Fraction(2, 3)),
        (0, "1/2", 0),
        (2, "1/2", None),
        (Fraction(4, 3), "1/2", None),
        (-4, "1/2", None),
        (8, "1/3", None),
        (4, "2", None),
        (4, "1/4", None),
        (10**16, "3/2", None),
    ],
)
def test_roots_of_squares(number: Fraction, exponent: str, root: Fraction | None) -> None:
    assert exact_root(Fraction(number), Fraction(exponent)) == root


def test_sums_as_tables() -> None:
    x, y = (((parse(name), Fraction(1)),) for name in "xy")
    three = Fraction(3)
    assert number_of({}) == 0
    assert number_of({(): three}) == 3
    assert number_of({x: three}) is None
    assert number_of({(): three, x: three}) is None
    left = {x: Fraction(2), y: Fraction(1)}
    assert combined(left, {x: Fraction(-1), (): Fraction(5)}, Fraction(2)) == {y: 1, (): 10}
    assert combined(left, {x: Fraction(1)}, Fraction(-1)) == {x: 1, y: 1}
    assert left == {x: 2, y: 1}


@pytest.mark.parametrize(
    ("typed", "simple"),
    [
        ("sin(x)/(1/cos(x))", "cos(x)*sin(x)"),
        ("√(2x)^4", "4x^2"),
        ("3√(2x)^4", "12x^2"),
        ("(-1)*(x-1)", "1 - x"),
        ("-x + y", "y - x"),
        ("-x - y", "-x - y"),
        ("x - y", "x - y"),
        ("(x-1)^2*(1-x)", "(x - 1)^2*(1 - x)"),
        ("sign(x)^2", "sign(x)^2"),
        ("sign(x)^3", "sign(x)"),
        ("sign(x)^4", "sign(x)^2"),
        ("sign(x)^2/|x|", "1/abs(x)"),
        ("sign(x)^3/|x|", "1/x"),
        ("sign(x)^3|x|", "x"),
        ("sign(x)|x|^3", "x^3"),
        ("|x|^3", "abs(x)^3"),
        ("sign(x)^4/|x|^2", "sign(x)^2/x^2"),
        ("sign(x)^y", "sign(x)^y"),
        ("sign(x)^0.5|x|", "sqrt(sign(x))*abs(x)"),
        ("sign(x)|x|^0.5", "sqrt(abs(x))*sign(x)"),
        ("1/sign(x)", "1/sign(x)"),
        ("x^y*|x|^2", "x^(y + 2)"),
        ("x^y*|x|*|x|", "x^(y + 2)"),
        ("3√(2x)*√(2x)^3", "12x^2"),
        ("sin(x)√(2x)", "sqrt(2x)*sin(x)"),
        ("(e^x)^y", "e^(x*y)"),
        ("1^x", "1"),
        ("x^x*x^-x", "1"),
        ("sin(x)√(x+1)", "sqrt(x + 1)*sin(x)"),
        ("e*e", "e^2"),
        ("1/e", "e^(-1)"),
        ("e^-1 x", "e^(-1)*x"),
        ("e^(x+1)*e", "e^(x + 2)"),
        ("ln(e^2)", "2"),
        ("ln(√e)", "1/2"),
        ("ln(2*e)", "ln(2*e)"),
        ("ln(x^2)", "ln(x^2)"),
        ("ln(0)", "ln(0)"),
        ("log10(0)", "log10(0)"),
        ("cosh(0) + erf(0) + tan(0) + gelu(0)", "1"),
        ("arccos(0)", "acos(0)"),
        ("|-3/2|", "3/2"),
        ("1/sign(-2)", "-1"),
        ("1/step(3)", "1"),
        ("step(-3) + step(0)", "0"),
        ("sign(0) + sign(5)", "1"),
        ("relu(-2) + relu(3)", "3"),
        ("max(2, 3)", "3"),
        ("min(2, 3)", "2"),
        ("max(x, 3)", "max(x, 3)"),
        ("4^(3/2)", "8"),
        ("4^(-1/2)", "1/2"),
        ("(-8)^(1/3)", "(-8)^(1/3)"),
        ("√(-4)", "sqrt(-4)"),
        ("2^-40", "1/2^40"),
        ("(-2)^3", "-8"),
        ("(-x)^3", "-x^3"),
        ("(2x)^-2", "1/(4x^2)"),
        ("(1/3)^20", "1/3486784401"),
        ("0.1^-3", "1000"),
        ("0.1*3", "0.3"),
        ("0.5y + x/3", "0.5y + x/3"),
        ("sin(x)*0", "0"),
        ("√(2x)^3", "(2x)^(3/2)"),
        ("sign(x)^2*x^2", "x^2*sign(x)^2"),
        ("(x*y)^(1/2)", "sqrt(x*y)"),
        ("(x^2*y)^0.5", "sqrt(x^2*y)"),
        ("(x*e^y)^z", "(x*e^y)^z"),
        ("(e^y*x)^z", "(x*e^y)^z"),
        ("ln(x*e^y)", "ln(x*e^y)"),
        ("ln(e^y*x)", "ln(x*e^y)"),
        ("step(-1)*x + 3", "3"),
        ("x^y/x^y", "1"),
        ("e^(x-x)*y", "y"),
        ("x^0.25", "x^(0.25)"),
        ("x^(2/3)", "x^(2/3)"),
        ("x^(1/3)x^(2/3)", "x"),
        ("x^1.5/x", "sqrt(x)"),
        ("0^2", "0"),
        ("0^0", "1"),
        ("0^-1", "1/0"),
        ("x^0", "1"),
        ("0*(x + 1)", "0"),
        ("1/(2x) + 1/(2x)", "1/x"),
        ("y*x^2*sin(x)*2^x*π", "pi*x^2*y*sin(x)*2^x"),
        ("ln(2)*x^y*e^x*2*x*(x+1)", "2x^(y + 1)*e^x*(x + 1)*ln(2)"),
        ("sin(0)*x + cos(0)", "1"),
        ("1000000000000000*x", "1000000000000000x"),
        ("x/1000000000000000", "x/1000000000000000"),
        ("x/3/1000000000000000", "3.333333333333333e-16x"),
        ("√2 √3", "sqrt(2)*sqrt(3)"),
    ],
)
def test_simplified_exactly(typed: str, simple: str) -> None:
    assert str(parse(typed).simplify()) == simple


@pytest.mark.parametrize(
    "typed",
    [
        "1e200 √(1e200x)^2",
        "1e200 √(1e200x)^4",
        "1e299*√(1e10x)^4",
        "1e299√(1e12x)√(1e12x)",
        "(1e200x)^2 + 1",
        "1e200*(1e200x + 1e200x)",
    ],
)
def test_what_leaves_the_range_on_the_way_stays(typed: str) -> None:
    simple = parse(typed).simplify()
    for x in (1e-250, 3e-201):
        assert simple(x=x) == pytest.approx(parse(typed)(x=x), rel=1e-12)
