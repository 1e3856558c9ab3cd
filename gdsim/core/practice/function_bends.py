"""The chain rule done wrong, and derivatives of functions taken for those of others: more slips beside `bends`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gdsim.core.expression import Call, Number
from gdsim.core.practice.bends import Bend, Node


def _composite(node: Node) -> bool:
    return len(node.args) == 1 and node.part.key != "neg" and node.composite


def _powered(node: Node) -> bool:
    """A power with a fixed exponent of more than the variable itself."""
    return node.part.key == "pow" and not node.depends[1] and node.composite


def _outer_at(node: Node, place: Any) -> Any:
    """The outer function's derivative at another place than its inside."""
    value = node.part.primitive.forward(place)
    return node.part.primitive.vjp(0, 1.0, value, (place,), {})


def _chain(key: str, text: str, wrong: Callable[[Node], Any], *, exponentials: bool = True) -> Bend:
    """A slip of every function of more than the variable."""

    def apply(node: Node) -> Any:
        wanted = _composite(node) and (exponentials or node.part.key != "exp")
        if not wanted or node.part.primitive.vjp(0, 1.0, node.value, node.args, {}) is None:
            return None
        return wrong(node)

    return Bend(key, text, apply)


def _exponent(wrong: Callable[[Node], Any]) -> Bend:
    """A slip that changes the exponent of e; `wrong` gives the new one."""
    return Bend(
        "exponent changed", "The exponent {inner} stays as it is: (eᵘ)′ = eᵘ·u′.",
        lambda node: np.exp(wrong(node)) * node.slopes[0] if node.part.key == "exp" else None,
    )  # fmt: skip


def _power(key: str, text: str, wrong: Callable[[Node], Any]) -> Bend:
    return Bend(key, text, lambda node: wrong(node) if _powered(node) else None)


def _own(function: str, key: str, text: str, wrong: Callable[[Any, Any], Any]) -> Bend:
    """A slip about one function; `wrong` makes its derivative of the inside and of the function's value."""
    return Bend(
        key, text,
        lambda node: wrong(node.args[0], node.value) * node.slopes[0] if node.part.key == function else None,
    )  # fmt: skip


def _constant_over(text: str, wrong: Callable[[Any, Any, Any], Any], key: str) -> Bend:
    """A slip about c/v, from c, v and v′."""

    def apply(node: Node) -> Any:
        fixed = node.part.key == "div" and not node.depends[0]
        bottom = node.part.args[-1]
        plain = bottom == node.variable or (isinstance(bottom, Call) and bottom.key == "pow")
        if not fixed or (plain and key == "inner"):
            return None
        return wrong(node.args[0], node.args[1], node.slopes[1])

    return Bend(key, text, apply)


def _logarithm(wrong: Callable[[Any, float], Any], text: str) -> Bend:
    bases = {"log2": 2.0, "log10": 10.0}
    return Bend(
        "logarithm of base", text,
        lambda node: wrong(node.args[0], bases[node.part.key]) * node.slopes[0] if node.part.key in bases else None,
    )  # fmt: skip


def _half_squared(node: Node) -> Any:
    """1/(1 + c·x²) where the inside is c·x."""
    inner = node.part.args[0]
    if node.part.key != "atan" or not (isinstance(inner, Call) and inner.key in ("mul", "div")):
        return None
    if not any(isinstance(arg, Number) for arg in inner.args):
        return None
    return node.slopes[0] / (1.0 + node.args[0] * node.point)


_INSIDE: Final = "The inside {inner} stays inside: (f(u))′ = f′(u)·u′, with f′ taken at u."
_REPLACED: Final = "A function of the derivative is no derivative: (f(u))′ = f′(u)·u′ with u = {inner}."
_BASE: Final = "The inside stays in the power: (uⁿ)′ = n·uⁿ⁻¹·u′ with u = {inner}."

FUNCTION_BENDS: Final = (
    _exponent(lambda n: -n.args[0]),
    _exponent(lambda n: n.point),
    _exponent(lambda n: -n.point),
    _exponent(lambda n: n.args[0] - 1.0),
    _exponent(lambda n: n.args[0] - n.point),
    _own("sigmoid", "half sigmoid", "σ′ = σ(1 − σ): one of the two factors is missing.", lambda u, s: s),
    _own("sigmoid", "other function", "σ′ = σ(1 − σ), with a minus.", lambda u, s: s * (1.0 + s)),
    _own("sigmoid", "other function", "1 − f² belongs to tanh; σ′ = σ(1 − σ).", lambda u, s: 1.0 - s * s),
    _own("tanh", "square", "tanh′ = 1/cosh² = 1 − tanh²: the square is missing.", lambda u, t: 1.0 / np.cosh(u)),
    _own("tanh", "other function", "tanh′ = 1 − tanh², with a minus; 1 + tan² belongs to tan.",
         lambda u, t: 1.0 + t * t),
    _own("tanh", "other function", "That belongs to tan; tanh′ = 1 − tanh².", lambda u, t: 1.0 / np.cos(u) ** 2),
    _own("tanh", "other function", "That belongs to arctan; tanh′ = 1 − tanh².", lambda u, t: 1.0 / (1.0 + u * u)),
    _own("tanh", "other function", "tanh′ = 1 − tanh²; f(1 − f) belongs to σ.", lambda u, t: t * (1.0 - t)),
    _own("tan", "square", "tan′ = 1/cos² = 1 + tan²: the square is missing.", lambda u, t: 1.0 / np.cos(u)),
    _own("tan", "other function", "tan′ = 1 + tan², with a plus; 1 − tanh² belongs to tanh.",
         lambda u, t: 1.0 - t * t),
    _own("tan", "other function", "tan′ = 1/cos²; with the sine it belongs to cot.", lambda u, t: 1.0 / np.sin(u) ** 2),
    _own("tan", "other function", "That belongs to 1/cos; tan′ = 1/cos² = 1 + tan².", lambda u, t: t / np.cos(u)),
    _own("tan", "other function", "1/tan is no derivative of tan: tan′ = 1/cos².", lambda u, t: 1.0 / t),
    _own("atan", "square", "arctan′(u) = 1/(1 + u²): the square is missing.", lambda u, a: 1.0 / (1.0 + u)),
    Bend("square", "The inside {inner} is squared as a whole: arctan′(u) = 1/(1 + u²).", _half_squared),
    _own("atan", "other function", "arctan′(u) = 1/(1 + u²), with a plus.", lambda u, a: 1.0 / (1.0 - u * u)),
    _own("atan", "other function", "1/√(1 − u²) belongs to arcsin; arctan′(u) = 1/(1 + u²).",
         lambda u, a: 1.0 / np.sqrt(1.0 - u * u)),
    _own("atan", "other function", "That belongs to tan, of which arctan is the inverse; arctan′(u) = 1/(1 + u²).",
         lambda u, a: 1.0 / np.cos(u) ** 2),
    _own("atan", "other function", "arctan is not 1/tan; arctan′(u) = 1/(1 + u²).", lambda u, a: 1.0 / np.tan(u)),
    _own("asin", "square", "arcsin′(u) = 1/√(1 − u²): the root is missing.", lambda u, a: 1.0 / (1.0 - u * u)),
    _own("asin", "square", "arcsin′(u) = 1/√(1 − u²): the square is missing.", lambda u, a: 1.0 / np.sqrt(1.0 - u)),
    _own("asin", "other function", "arcsin′(u) = 1/√(1 − u²), with a minus.", lambda u, a: 1.0 / np.sqrt(1.0 + u * u)),
    _own("asin", "other function", "1/(1 + u²) belongs to arctan; arcsin′(u) = 1/√(1 − u²).",
         lambda u, a: 1.0 / (1.0 + u * u)),
    _own("asin", "other function", "That belongs to sin, of which arcsin is the inverse; arcsin′(u) = 1/√(1 − u²).",
         lambda u, a: np.cos(u)),
    _own("softplus", "other function", "softplus′(u) = σ(u) = 1/(1 + e^(−u)): the sign in the exponent is off.",
         lambda u, s: 1.0 / (1.0 + np.exp(u))),
    _own("softplus", "other function", "The step belongs to relu; softplus′ = σ.", lambda u, s: np.heaviside(u, 0.0)),
    _own("relu", "other function", "relu′ is 0 on the left, not −1.", lambda u, r: np.sign(u)),
    _own("leaky_relu", "other function", "On the left the slope of leaky_relu is 0.01, not 0.",
         lambda u, r: np.heaviside(u, 0.0)),
    _own("leaky_relu", "other function", "On the left the slope of leaky_relu is 0.01, not −1.",
         lambda u, r: np.sign(u)),
    _logarithm(lambda u, base: 1.0 / u, "The factor 1/ln a is missing: (logₐ u)′ = u′/(u·ln a)."),
    _logarithm(lambda u, base: np.log(base) / u, "ln a stands below: (logₐ u)′ = u′/(u·ln a)."),
    _logarithm(lambda u, base: 1.0 / (base * u), "It is ln a that stands below, not a: (logₐ u)′ = u′/(u·ln a)."),
    Bend("logarithm of base", "Multiply by ln a, do not divide: (aᵘ)′ = aᵘ·ln a·u′.",
         lambda n: n.value / np.log(n.args[0]) * n.slopes[1]
         if n.part.key == "pow" and not n.depends[0] else None),
    _chain("argument", _INSIDE, lambda n: _outer_at(n, n.point) * n.slopes[0], exponentials=False),
    _chain("derivative inside", _REPLACED, lambda n: _outer_at(n, n.slopes[0])),
    _chain("derivative inside", _REPLACED, lambda n: n.part.primitive.forward(n.slopes[0])),
    _chain("outside kept", "The outside of {part} has to be differentiated, too: (f(u))′ = f′(u)·u′.",
           lambda n: n.value * n.slopes[0], exponentials=False),
    _chain("inner kept", "Multiply by the derivative of {inner}, not by {inner} itself.",
           lambda n: n.outer * n.args[0]),
    _chain("inner divided", "Multiply by the derivative of {inner}, do not divide by it.",
           lambda n: n.outer / n.slopes[0]),
    _chain("inner twice", "The derivative of {inner} is multiplied twice.", lambda n: n.outer * n.slopes[0] ** 2),
    _power("inner twice", "The derivative of {inner} is multiplied twice.", lambda n: n.straight() * n.slopes[0]),
    _power("inner divided", "Multiply by the derivative of {inner}, do not divide by it.",
           lambda n: n.straight() / n.slopes[0] ** 2),
    _power("derivative inside", _BASE, lambda n: n.args[1] * n.slopes[0] ** (n.args[1] - 1.0)),
    _power("derivative inside", _BASE, lambda n: n.slopes[0] ** n.args[1]),
    _power("outside kept", "The power itself has to be differentiated, too: (uⁿ)′ = n·uⁿ⁻¹·u′.",
           lambda n: n.value * n.slopes[0]),
    Bend("product", "A product's derivative is not the sum of the derivatives: (u·v)′ = u′·v + u·v′.",
         lambda n: n.slopes[0] + n.slopes[1] if n.part.key == "mul" and all(n.depends) else None),
    _constant_over("The derivative of c/v is −c·v′/v², not c/v′.", lambda c, v, dv: c / dv, "quotient"),
    _constant_over("The derivative of c/v is −c·v′/v²: v′ is missing.", lambda c, v, dv: -c / v**2, "inner"),
    _constant_over("The derivative of c/v is −c·v′/v²: the minus sign and v′ are missing.",
                   lambda c, v, dv: c / v**2, "inner"),
)  # fmt: skip
"""To be tried after the slips in `bends`, which are the more usual ones."""
