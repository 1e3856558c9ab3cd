"""Arithmetic, powers, the elementary functions and comparisons, each applied element by element.

Conventions where a derivative jumps: |x| has derivative 0 at 0; at a tie, maximum and minimum give half of the
adjoint to each side (as PyTorch does).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gdsim.core.autodiff.primitive import Operation, define
from gdsim.core.autodiff.special import erf as erf_values

neg: Operation = define(
    "neg", 1, np.negative,
    lambda g, ans, x: neg(g),
    symbol="−", latex="-{0}", rule="constant factor rule", scalar="-{0}",
)  # fmt: skip
add: Operation = define(
    "add", 2, np.add,
    lambda g, ans, x, y: g,
    lambda g, ans, x, y: g,
    symbol="+", latex="{0} + {1}", rule="sum rule", scalar="{0} + {1}",
)  # fmt: skip
sub: Operation = define(
    "sub", 2, np.subtract,
    lambda g, ans, x, y: g,
    lambda g, ans, x, y: neg(g),
    symbol="−", latex="{0} - {1}", rule="difference rule", scalar="{0} - {1}",
)  # fmt: skip
mul: Operation = define(
    "mul", 2, np.multiply,
    lambda g, ans, x, y: mul(g, y),
    lambda g, ans, x, y: mul(g, x),
    symbol="×", latex=r"{0} \cdot {1}", rule="product rule", scalar="{0} * {1}",
)  # fmt: skip
div: Operation = define(
    "div", 2, np.divide,
    lambda g, ans, x, y: div(g, y),
    lambda g, ans, x, y: neg(div(mul(g, ans), y)),
    symbol="÷", latex=r"\frac{{{0}}}{{{1}}}", rule="quotient rule", scalar="{0} / {1}",
)  # fmt: skip


def _power_for_base(g: Any, ans: Any, x: Any, y: Any) -> Any:
    if isinstance(y, (int, float)):
        if y == 0:
            return mul(g, 0.0)
        return g if y == 1 else mul(g, mul(y, x if y == 2 else pow(x, y - 1)))
    # 0 · x⁻¹ is undefined at x = 0, where the derivative of x⁰ is 0.
    if _is_formula(y):
        return mul(g, mul(y, pow(x, sub(y, 1.0))))
    return mul(g, mul(y, pow(x, where(equal(y, 0.0), 1.0, sub(y, 1.0)))))


def _power_for_exponent(g: Any, ans: Any, x: Any, y: Any) -> Any:
    if _is_formula(x) or _is_formula(y):
        return mul(g, mul(ans, log(x)))
    if isinstance(x, (int, float)):
        return mul(g, mul(ans, math.log(x))) if x > 0 else mul(g, mul(ans, 0.0 if x == 0 else math.nan))
    return mul(g, mul(ans, log(where(equal(x, 0.0), 1.0, x))))


def _is_formula(value: Any) -> bool:
    """Formulas have no `where`, and no shape: their rules stay the textbook's."""
    return not hasattr(value, "shape") and not isinstance(value, (int, float))


pow: Operation = define(
    "pow", 2, np.power, _power_for_base, _power_for_exponent,
    symbol="^", latex="{0}^{{{1}}}", rule="power rule", scalar="pow({0}, {1})",
)  # fmt: skip
square: Operation = define(
    "square", 1, np.square,
    lambda g, ans, x: mul(g, mul(2.0, x)),
    symbol="²", latex="{0}^2", rule="power rule",
)  # fmt: skip
sqrt: Operation = define(
    "sqrt", 1, np.sqrt,
    lambda g, ans, x: div(g, mul(2.0, ans)),
    symbol="√", names=("sqrt",), latex=r"\sqrt{{{0}}}", rule="chain rule with (√x)′ = 1/(2√x)", scalar="sqrt({0})",
)  # fmt: skip
exp: Operation = define(
    "exp", 1, np.exp,
    lambda g, ans, x: mul(g, ans),
    names=("exp",), latex="e^{{{0}}}", rule="chain rule with (eˣ)′ = eˣ", scalar="exp({0})",
)  # fmt: skip
expm1: Operation = define(
    "expm1", 1, np.expm1,
    lambda g, ans, x: mul(g, exp(x)),
    latex="e^{{{0}}} - 1", rule="chain rule with (eˣ − 1)′ = eˣ", scalar="expm1({0})",
)  # fmt: skip
log: Operation = define(
    "log", 1, np.log,
    lambda g, ans, x: div(g, x),
    symbol="ln", names=("ln", "log"), latex=r"\ln\left({0}\right)", rule="chain rule with ln′ x = 1/x",
    scalar="log({0})",
)  # fmt: skip
log1p: Operation = define(
    "log1p", 1, np.log1p,
    lambda g, ans, x: div(g, add(1.0, x)),
    latex=r"\ln\left(1 + {0}\right)", rule="chain rule with ln′(1 + x) = 1/(1 + x)", scalar="log1p({0})",
)  # fmt: skip
log2: Operation = define(
    "log2", 1, np.log2,
    lambda g, ans, x: div(g, mul(math.log(2.0), x)),
    names=("log2",), latex=r"\log_2\left({0}\right)", rule="chain rule with log₂′ x = 1/(x ln 2)", scalar="log2({0})",
)  # fmt: skip
log10: Operation = define(
    "log10", 1, np.log10,
    lambda g, ans, x: div(g, mul(math.log(10.0), x)),
    names=("log10",), latex=r"\log_{{10}}\left({0}\right)", rule="chain rule with log₁₀′ x = 1/(x ln 10)",
    scalar="log10({0})",
)  # fmt: skip
sin: Operation = define(
    "sin", 1, np.sin,
    lambda g, ans, x: mul(g, cos(x)),
    names=("sin",), latex=r"\sin\left({0}\right)", rule="chain rule with sin′ = cos", scalar="sin({0})",
)  # fmt: skip
cos: Operation = define(
    "cos", 1, np.cos,
    lambda g, ans, x: neg(mul(g, sin(x))),
    names=("cos",), latex=r"\cos\left({0}\right)", rule="chain rule with cos′ = −sin", scalar="cos({0})",
)  # fmt: skip
tan: Operation = define(
    "tan", 1, np.tan,
    lambda g, ans, x: mul(g, add(1.0, square(ans))),
    names=("tan",), latex=r"\tan\left({0}\right)", rule="chain rule with tan′ = 1 + tan²", scalar="tan({0})",
)  # fmt: skip
asin: Operation = define(
    "asin", 1, np.arcsin,
    lambda g, ans, x: div(g, sqrt(sub(1.0, square(x)))),
    names=("asin", "arcsin"), latex=r"\arcsin\left({0}\right)", rule="chain rule with arcsin′ x = 1/√(1 − x²)",
    scalar="asin({0})",
)  # fmt: skip
acos: Operation = define(
    "acos", 1, np.arccos,
    lambda g, ans, x: neg(div(g, sqrt(sub(1.0, square(x))))),
    names=("acos", "arccos"), latex=r"\arccos\left({0}\right)", rule="chain rule with arccos′ x = −1/√(1 − x²)",
    scalar="acos({0})",
)  # fmt: skip
atan: Operation = define(
    "atan", 1, np.arctan,
    lambda g, ans, x: div(g, add(1.0, square(x))),
    names=("atan", "arctan"), latex=r"\arctan\left({0}\right)", rule="chain rule with arctan′ x = 1/(1 + x²)",
    scalar="atan({0})",
)  # fmt: skip
sinh: Operation = define(
    "sinh", 1, np.sinh,
    lambda g, ans, x: mul(g, cosh(x)),
    names=("sinh",), latex=r"\sinh\left({0}\right)", rule="chain rule with sinh′ = cosh", scalar="sinh({0})",
)  # fmt: skip
cosh: Operation = define(
    "cosh", 1, np.cosh,
    lambda g, ans, x: mul(g, sinh(x)),
    names=("cosh",), latex=r"\cosh\left({0}\right)", rule="chain rule with cosh′ = sinh", scalar="cosh({0})",
)  # fmt: skip
tanh: Operation = define(
    "tanh", 1, np.tanh,
    lambda g, ans, x: mul(g, sub(1.0, square(ans))),
    names=("tanh",), latex=r"\tanh\left({0}\right)", rule="chain rule with tanh′ = 1 − tanh²", scalar="tanh({0})",
)  # fmt: skip
erf: Operation = define(
    "erf", 1, erf_values,
    lambda g, ans, x: mul(g, mul(2.0 / math.sqrt(math.pi), exp(neg(square(x))))),
    names=("erf",), latex=r"\operatorname{{erf}}\left({0}\right)", rule="chain rule with erf′ x = 2/√π · e^(−x²)",
    scalar="erf({0})",
)  # fmt: skip
abs: Operation = define(
    "abs", 1, np.absolute,
    lambda g, ans, x: mul(g, sign(x)),
    symbol="|·|", names=("abs",), latex=r"\left|{0}\right|", rule="chain rule with |x|′ = sign x", scalar="abs({0})",
)  # fmt: skip
sign: Operation = define(
    "sign", 1, np.sign, None,
    names=("sign", "sgn"), latex=r"\operatorname{{sign}}\left({0}\right)",
    rule="sign is flat on both sides of its jump",
)  # fmt: skip
step: Operation = define(
    "step", 1, lambda x: np.asarray(np.greater(x, 0.0), dtype=np.float64)[()], None,
    names=("step",), latex=r"\operatorname{{step}}\left({0}\right)", rule="step is flat on both sides of its jump",
)  # fmt: skip
maximum: Operation = define(
    "maximum", 2, np.maximum,
    lambda g, ans, x, y: mul(g, mul(0.5, add(1.0, sign(sub(x, y))))),
    lambda g, ans, x, y: mul(g, mul(0.5, sub(1.0, sign(sub(x, y))))),
    symbol="max", names=("max",), latex=r"\max\left({0}, {1}\right)", rule="the larger side's derivative",
)  # fmt: skip
minimum: Operation = define(
    "minimum", 2, np.minimum,
    lambda g, ans, x, y: mul(g, mul(0.5, sub(1.0, sign(sub(x, y))))),
    lambda g, ans, x, y: mul(g, mul(0.5, add(1.0, sign(sub(x, y))))),
    symbol="min", names=("min",), latex=r"\min\left({0}, {1}\right)", rule="the smaller side's derivative",
)  # fmt: skip
where: Operation = define(
    "where", 3, lambda c, x, y: np.asarray(np.where(c, x, y))[()],
    None,
    lambda g, ans, c, x, y: where(c, g, 0.0),
    lambda g, ans, c, x, y: where(c, 0.0, g),
    latex=r"\operatorname{{where}}\left({0}, {1}, {2}\right)", rule="the chosen side's derivative",
)  # fmt: skip

equal: Operation = define("equal", 2, np.equal, None, None, symbol="=", truth=True)
not_equal: Operation = define("not_equal", 2, np.not_equal, None, None, symbol="≠", truth=True)
greater: Operation = define("greater", 2, np.greater, None, None, symbol=">", truth=True)
less: Operation = define("less", 2, np.less, None, None, symbol="<", truth=True)
greater_equal: Operation = define("greater_equal", 2, np.greater_equal, None, None, symbol="≥", truth=True)
less_equal: Operation = define("less_equal", 2, np.less_equal, None, None, symbol="≤", truth=True)
isfinite: Operation = define("isfinite", 1, np.isfinite, None, truth=True)

floor: Operation = define("floor", 1, np.floor, flat="constant between its jumps")
ceil: Operation = define("ceil", 1, np.ceil, flat="constant between its jumps")
round: Operation = define("round", 1, np.rint, flat="constant between its jumps")

stop_gradient: Operation = define(
    "stop_gradient", 1, lambda x: x, None, symbol="stop", rule="held fixed on purpose", keeps_truth=True
)
identity: Operation = define(
    "identity", 1, lambda x: x, lambda g, ans, x: g, symbol="=", rule="the adjoint is passed on", keeps_truth=True
)
