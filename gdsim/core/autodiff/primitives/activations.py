"""The activations of neural networks that are more than one elementary function.

relu, leaky relu and step have slope 0, `slope` and 0 at exactly 0, as in PyTorch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gdsim.core.autodiff.primitive import Operation, define
from gdsim.core.autodiff.special import erf as erf_values

from .elementwise import abs as absolute
from .elementwise import add, div, erf, exp, expm1, log1p, maximum, minimum, mul, neg, square, step, sub

_ROOT_HALF = math.sqrt(0.5)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


def _sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(np.negative(x)))


sigmoid: Operation = define(
    "sigmoid", 1, _sigmoid,
    lambda g, ans, x: mul(g, mul(ans, sub(1.0, ans))),
    symbol="σ", names=("sigmoid", "σ"), latex=r"\sigma\left({0}\right)", rule="chain rule with σ′ = σ(1 − σ)",
    lower=lambda x: div(1.0, add(1.0, exp(neg(x)))),
)  # fmt: skip
softplus: Operation = define(
    "softplus", 1, lambda x: np.logaddexp(0.0, x),
    lambda g, ans, x: mul(g, sigmoid(x)),
    names=("softplus",), latex=r"\operatorname{{softplus}}\left({0}\right)", rule="chain rule with softplus′ = σ",
    lower=lambda x: add(maximum(x, 0.0), log1p(exp(neg(absolute(x))))),
)  # fmt: skip
relu: Operation = define(
    "relu", 1, lambda x: np.maximum(x, 0.0),
    lambda g, ans, x: mul(g, step(x)),
    names=("relu",), latex=r"\operatorname{{relu}}\left({0}\right)", rule="chain rule with relu′ = step",
    lower=lambda x: maximum(x, 0.0),
)  # fmt: skip
leaky_relu: Operation = define(
    "leaky_relu", 1, lambda x, slope=0.01: np.asarray(np.where(np.greater(x, 0.0), x, np.multiply(slope, x)))[()],
    lambda g, ans, x, slope=0.01: mul(g, add(slope, mul(1.0 - slope, step(x)))),
    symbol="leaky relu", names=("leaky_relu",), latex=r"\operatorname{{leaky}}\operatorname{{relu}}\left({0}\right)",
    rule="chain rule with slope 1 to the right of 0 and 0.01 to the left",
    lower=lambda x, slope=0.01: mul(x, add(slope, mul(1.0 - slope, step(x)))),
)  # fmt: skip
elu: Operation = define(
    "elu", 1, lambda x, alpha=1.0: np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0)),
    lambda g, ans, x, alpha=1.0: mul(g, add(step(x), mul(sub(alpha, mul(alpha, step(x))), exp(minimum(x, 0.0))))),
    names=("elu",), latex=r"\operatorname{{elu}}\left({0}\right)",
    rule="chain rule with slope 1 to the right of 0 and eˣ to the left",
    lower=lambda x, alpha=1.0: add(maximum(x, 0.0), mul(alpha, expm1(minimum(x, 0.0)))),
)  # fmt: skip
gelu: Operation = define(
    "gelu", 1, lambda x: 0.5 * x * (1.0 + erf_values(x * _ROOT_HALF)),
    lambda g, ans, x: mul(
        g,
        add(
            mul(0.5, add(1.0, erf(mul(_ROOT_HALF, x)))),
            mul(x, div(exp(mul(-0.5, square(x))), _ROOT_TWO_PI)),
        ),
    ),
    names=("gelu",), latex=r"\operatorname{{gelu}}\left({0}\right)",
    rule="chain rule with gelu′ x = Φ(x) + x·φ(x)",
    lower=lambda x: mul(mul(0.5, x), add(1.0, erf(mul(_ROOT_HALF, x)))),
)  # fmt: skip
