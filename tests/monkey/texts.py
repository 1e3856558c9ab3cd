"""What a monkey types: formulas that are good, formulas that are hostile, numbers of both kinds, and noise."""

from __future__ import annotations

import random

FORMULAS = (
    "x^2", "x**4 - 3x^2 + x/2", "sin x", "e^-2x", "|x|", "1/x", "1/(1+e^-x)", "ln x", "sqrt(x)", "tan(3x)",
    "relu(x-1)",
    "(2-x)^2", "tanh(5x)", "x^x", "x^2 + y^2", "x*y", "x^2 - y^2", "(1-x)^2 + 100(y-x^2)^2", "sin(x)*cos(y)",
    "exp(x*y)",
    "20 + x^2 + y^2 - 10(cos(2πx) + cos(2πy))", "sqrt(x^2+y^2)", "y^2", "abs(x)+abs(y)", "x³ - 3x", "2x", "σ(x)", "5",
    "0", "-x", "max(x, 0)", "min(x, y)", "log(x)", "cbrt(x)", "sec x", "atan(x)", "floor(x)", "sign(x)", "x/|x|", "π",
)  # fmt: skip
HOSTILE_FORMULAS = (
    "", " ", "(", ")", "((((((((((", "x^", "^x", "x..y", "1e", "1e999", "x^x^x^x^x", "1/0", "0/0", "1e308*x",
    "1e-320*x",
    "x^1e9", "e^(e^(e^x))", "ln(-1)", "sqrt(-1-x^2)", "x.__class__", "__import__('os')", "lambda: 0", "x; y", "x=1",
    "x < 1", "sin", "sin()", "sin(x, y, z)", "f(x)", "\u0445^2", "x\u200b^2", "½x", "x\u2075\u2070\u2070",
    "\U0001d465",
    "x" * 299, "1+" * 149 + "1", "(" * 60 + "x" + ")" * 60, "9" * 300, "sin " * 70 + "x", "x\t^\n2", "\x00x", "%s%n",
    "<b>x</b>", "&amp;", "\\frac{x}{0}", "$x$", "1/(x-x)", "x^(1/3)", "(-8)^(1/3)", "x^-1e300", "1e200*x^2*1e200",
    "/" * 40,
    "tan(x^50)", "1/sin(1/x)", "|x", "||x||", "x!", "x,y", "1,5x", "٣x", "x^²", "−x", "x–1", "x y x y", "zz + ab",
)  # fmt: skip
STATEMENTS = (
    "q = x + y\nf = q*z", "f = (x + y)*z", "f = x*x", "f = 1/(1+e^-(w*x+b))", "a = x^2\nb = a*a\nf = a + b",
    "f = x", "f = 3", "f = ln(x)", "f = sqrt(x)/x", "f = max(x, y)", "f = relu(x)*relu(-x)", "f = f + 1", "f =", "= x",
    "f = x +\n", "a = b\nb = a", "a = 1\na = 2\nf = a", "f = " + "+".join(f"x{i}" for i in range(30)), "f = x^1000",
    "f = e^(e^(e^x))", "f = 0/0", "\n\n\n", "f == x", "sin = x", "f = tanh(tanh(tanh(tanh(x))))", "f = 1e308*x*x",
    "h1 = tanh(a*x+b)\nh2 = tanh(c*x+d)\ny = u*h1 + v*h2 + w\nL = (y - t)^2", "f = x*y*z*u*v*w", "f = |x|", "# f",
)  # fmt: skip
NUMBERS = (
    "0", "1", "-1", "0.1", "1e-3", "2·10⁻³", "10⁻³", "1,5", "−2.5", "3", "7", "0.5", "100", "1000", "0.9",
    "12345", "42",
)  # fmt: skip
HOSTILE_NUMBERS = (
    "", "-", "abc", "1e308", "-1e308", "1.7976931348623157e308", "5e-324", "1e999", "nan", "inf", "-inf",
    "1_000", "0x10",
    "1e", "..", "1.2.3", "9" * 50, "1e-400", "-0", "+5", "1 000", "٣", "1e16", "-1e100", "1e100", "1/3",
    "2^10", "1e-12",
)  # fmt: skip
_ATOMS = ("x", "y", "x", "2", "0.5", "3", "π", "e", "1e3", "10", "z", "w")
_FUNCTIONS = ("sin", "cos", "exp", "ln", "sqrt", "tanh", "abs", "relu", "sigmoid", "atan", "cosh")
_NOISE = "xyzwe0123456789.,+-*/^()|=<> \n'\"\\_πσ²³·−∞√@#$%&;:[]{}éß漢🙂"


def random_formula(rng: random.Random, depth: int = 4) -> str:
    """A formula that is often, but not always, legal in x and y."""
    kind = rng.random()
    if depth == 0 or kind < 0.2:
        return rng.choice(_ATOMS)
    if kind < 0.45:
        return f"{rng.choice(_FUNCTIONS)}({random_formula(rng, depth - 1)})"
    if kind < 0.9:
        return f"({random_formula(rng, depth - 1)}{rng.choice('+-*/^')}{random_formula(rng, depth - 1)})"
    return f"-{random_formula(rng, depth - 1)}"


def random_number(rng: random.Random) -> str:
    """Any size that a float has."""
    return repr(rng.choice((-1, 1)) * 10.0 ** rng.uniform(*rng.choice(((-2, 2), (-2, 2), (-12, 12), (-320, 308)))))


def noise(rng: random.Random) -> str:
    return "".join(rng.choices(_NOISE, k=rng.randrange(1, 24)))


def formula(rng: random.Random) -> str:
    """Something for a field that wants a formula."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(FORMULAS)
    if kind < 0.7:
        return rng.choice(HOSTILE_FORMULAS)
    return random_formula(rng) if kind < 0.9 else noise(rng)


def number(rng: random.Random) -> str:
    """Something for a field that wants a number."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(NUMBERS)
    if kind < 0.65:
        return rng.choice(HOSTILE_NUMBERS)
    return random_number(rng) if kind < 0.9 else noise(rng)


def statements(rng: random.Random) -> str:
    """Something for a field that wants definitions."""
    return rng.choice(STATEMENTS) if rng.random() < 0.7 else f"f = {formula(rng)}"
