"""Derivative rules as they are done wrong: what each gives at one part of a formula, and what to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gdsim.core.expression import Call, Expr, Variable


@dataclass(frozen=True)
class Node:
    """A part with its values and those of its arguments' derivatives, made with whatever was bent further in.

    At least one of the arguments `depends` on the variable.
    """

    part: Call
    value: Any
    args: tuple[Any, ...]
    slopes: tuple[Any, ...]
    depends: tuple[bool, ...]
    variable: Expr
    point: Any
    """The variable and its values."""

    @property
    def outer(self) -> Any:
        """The derivative of the outer function alone."""
        return self.part.primitive.vjp(0, 1.0, self.value, self.args, {})

    @property
    def composite(self) -> bool:
        """Whether the inside is more than the variable itself."""
        return not isinstance(self.part.args[0], Variable)

    def straight(self) -> Any:
        """The derivative by the right rule."""
        total: Any = 0.0
        for position, slope in enumerate(self.slopes):
            if self.depends[position]:
                share = self.part.primitive.vjp(position, slope, self.value, self.args, {})
                total = total if share is None else total + share
        return total


@dataclass(frozen=True)
class Bend:
    """A rule done wrong: what it gives at a node, None where it does not apply; {part} and {inner} name the place."""

    key: str
    text: str
    apply: Callable[[Node], Any]


def _function(node: Node) -> bool:
    return len(node.args) == 1 and node.part.key != "neg"


def _powered(node: Node) -> bool:
    """A power with a fixed exponent."""
    return node.part.key == "pow" and not node.depends[1]


def _negative(node: Node) -> bool:
    return bool(np.all(node.args[1] < 0.0))


def _raised(node: Node) -> bool:
    """A fixed base with the variable in the exponent."""
    return node.part.key == "pow" and not node.depends[0]


def _both(node: Node, key: str) -> bool:
    return node.part.key == key and all(node.depends)


def _when(condition: bool, value: Callable[[], Any]) -> Any:
    return value() if condition else None


def _no_inner(node: Node) -> Any:
    if _powered(node) and node.composite:
        return node.args[1] * node.args[0] ** (node.args[1] - 1.0)
    if _raised(node) and not isinstance(node.part.args[1], Variable):
        return node.value * np.log(node.args[0])
    if _function(node) and node.composite and node.part.key != "exp":
        return node.outer
    return None


def _no_inner_exponent(node: Node) -> Any:
    return _when(node.part.key == "exp" and node.composite, lambda: node.value)


def _quotient(node: Node, numerator: Callable[[Any, Any, Any, Any], Any], power: int = 2) -> Any:
    if node.part.key != "div" or not node.depends[1]:
        return None
    (u, v), (du, dv) = node.args, node.slopes
    return numerator(u, v, du, dv) / v**power


def _swapped(node: Node) -> Any:
    """With a constant numerator only the sign is lost, which is another slip."""
    return _when(_both(node, "div"), lambda: _quotient(node, lambda u, v, du, dv: u * dv - du * v))


def _reciprocal(node: Node, raised: int) -> Any:
    """−n·c·g′/gⁿ (`raised` 1) or −n·c·g′/gⁿ⁻¹ (`raised` 2), where the derivative of c/gⁿ has gⁿ⁺¹."""
    if node.part.key != "div" or node.depends[0]:
        return None
    bottom = node.part.args[1]
    if bottom == node.variable:
        base = node.args[1]
    elif isinstance(bottom, Call) and bottom.key == "pow" and bottom.args[0] == node.variable:
        base = node.point
    else:
        return None
    return node.straight() * base**raised


def _factor(node: Node) -> Any:
    """A constant factor or divisor dropped."""
    if node.part.key == "mul" and not all(node.depends):
        return node.slopes[0] if node.depends[0] else node.slopes[1]
    return _when(node.part.key == "div" and not node.depends[1], lambda: node.slopes[0])


def _lost_sign(node: Node) -> Any:
    if node.part.key == "neg":
        return node.slopes[0]
    if node.part.key == "sub" and node.depends[1]:
        return node.slopes[0] + node.slopes[1]
    return _when(node.part.key == "div" and not node.depends[0], lambda: -node.straight())


def _constant_kept(node: Node) -> Any:
    if node.part.key not in ("add", "sub") or all(node.depends):
        return None
    constant = node.args[0] if node.depends[1] else node.args[1]
    sign = -1.0 if node.part.key == "sub" and node.depends[0] else 1.0
    return node.straight() + sign * constant


BENDS: Final = (
    Bend("inner", "The derivative of the inside is missing: multiply by that of {inner}.", _no_inner),
    Bend(
        "exponent", "The chain rule in the exponent is missing: multiply by the derivative of {inner}.",
        _no_inner_exponent,
    ),
    Bend(
        "power not lowered",
        "As a power {part} has a negative exponent; it goes down by 1, so the power below grows by 1.",
        lambda n: _reciprocal(n, 1),
    ),
    Bend(
        "power not lowered",
        "As a power {part} has a negative exponent; it goes down by 1, so the power below grows by 1.",
        lambda n: _reciprocal(n, 2),
    ),
    Bend(
        "power not lowered", "The exponent of {part} has to go down by 1.",
        lambda n: _when(_powered(n), lambda: n.args[1] * n.value * n.slopes[0]),
    ),
    Bend(
        "power not lowered", "The exponent of {part} has to go down by 1, further away from 0.",
        lambda n: _when(_powered(n) and _negative(n), lambda: n.args[1] * n.args[0] ** (n.args[1] + 1.0) * n.slopes[0]),
    ),
    Bend(
        "power not lowered", "The exponent of {part} is 1/2 and has to go down by 1, to −1/2.",
        lambda n: _when(n.part.key == "sqrt", lambda: 0.5 * n.value * n.slopes[0]),
    ),
    Bend(
        "coefficient", "The exponent of {part} has to come down as a factor.",
        lambda n: _when(_powered(n), lambda: n.args[0] ** (n.args[1] - 1.0) * n.slopes[0]),
    ),
    Bend(
        "coefficient", "A factor 1/2 is missing: (√u)′ = u′/(2√u).",
        lambda n: _when(n.part.key == "sqrt", lambda: n.slopes[0] / n.value),
    ),
    Bend("coefficient", "The constant factor in {part} is lost: it stays.", _factor),
    Bend(
        "product", "A product's derivative is not the product of the derivatives: (u·v)′ = u′·v + u·v′.",
        lambda n: _when(_both(n, "mul"), lambda: n.slopes[0] * n.slopes[1]),
    ),
    Bend(
        "half product", "One term of the product rule is missing: (u·v)′ = u′·v + u·v′.",
        lambda n: _when(_both(n, "mul"), lambda: n.slopes[0] * n.args[1]),
    ),
    Bend(
        "half product", "One term of the product rule is missing: (u·v)′ = u′·v + u·v′.",
        lambda n: _when(_both(n, "mul"), lambda: n.args[0] * n.slopes[1]),
    ),
    Bend(
        "product sign", "The product rule has a plus: (u·v)′ = u′·v + u·v′.",
        lambda n: _when(_both(n, "mul"), lambda: n.slopes[0] * n.args[1] - n.args[0] * n.slopes[1]),
    ),
    Bend(
        "swapped quotient", "The numerator of the quotient rule is swapped: it is u′·v − u·v′.",
        _swapped,
    ),
    Bend(
        "quotient sign", "The quotient rule has a minus: (u′·v − u·v′)/v².",
        lambda n: _when(_both(n, "div"), lambda: _quotient(n, lambda u, v, du, dv: du * v + u * dv)),
    ),
    Bend(
        "quotient square", "The denominator of the quotient rule is squared: (u′·v − u·v′)/v².",
        lambda n: _quotient(n, lambda u, v, du, dv: du * v - u * dv, 1),
    ),
    Bend(
        "quotient", "A quotient's derivative is not the quotient of the derivatives: (u′·v − u·v′)/v².",
        lambda n: _when(_both(n, "div"), lambda: n.slopes[0] / n.slopes[1]),
    ),
    Bend(
        "power rule on exponential", "The variable is in the exponent of {part}: that is no power rule, (eᵘ)′ = eᵘ·u′.",
        lambda n: _when(n.part.key == "exp", lambda: n.args[0] * np.exp(n.args[0] - 1.0)),
    ),
    Bend(
        "power rule on exponential", "The variable is in the exponent of {part}: (aᵘ)′ = aᵘ·ln a·u′, not a power rule.",
        lambda n: _when(_raised(n), lambda: n.args[1] * n.args[0] ** (n.args[1] - 1.0)),
    ),
    Bend(
        "power rule on exponential", "The variable is in base and exponent of {part}: write it as e^(v·ln u).",
        lambda n: _when(_both(n, "pow"), lambda: n.args[1] * n.args[0] ** (n.args[1] - 1.0) * n.slopes[0]),
    ),
    Bend(
        "half power", "The base of {part} holds the variable, too: write it as e^(v·ln u).",
        lambda n: _when(_both(n, "pow"), lambda: n.value * np.log(n.args[0]) * n.slopes[1]),
    ),
    Bend(
        "absolute value", "The derivative of {part} is the sign of its inside, −1 or 1, times the inner derivative.",
        lambda n: _when(n.part.key == "abs", lambda: n.slopes[0]),
    ),
    Bend(
        "logarithm of base", "The factor ln a is missing: (aᵘ)′ = aᵘ·ln a·u′.",
        lambda n: _when(_raised(n), lambda: n.value * n.slopes[1]),
    ),
    Bend("constant kept", "The derivative of a constant is 0: nothing of it stays in {part}.", _constant_kept),
    Bend(
        "square", "tanh′ = 1 − tanh²: the square is missing.",
        lambda n: _when(n.part.key == "tanh", lambda: (1.0 - n.value) * n.slopes[0]),
    ),
    Bend(
        "half sigmoid", "σ′ = σ(1 − σ): one of the two factors is missing.",
        lambda n: _when(n.part.key == "sigmoid", lambda: (1.0 - n.value) * n.slopes[0]),
    ),
    Bend("sign", "A minus sign is lost: look at {part}.", _lost_sign),
    Bend(
        "sign", "The sign of a function's derivative is off: sin′ = cos, cos′ = −sin.",
        lambda n: _when(n.part.key in ("sin", "cos", "acos"), lambda: -n.straight()),
    ),
)  # fmt: skip
