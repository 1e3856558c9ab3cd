"""The derivative rules as a student applies them: one outer operation at a time, what is inside left with d/dx.

The derivatives of functions come from the core's table of primitives; arithmetic has its rules spelled out here,
because on paper a constant factor is not a product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gdsim.core.expression import Call, Expr, Variable
from gdsim.core.expression.latex import cube_root_of
from gdsim.core.expression.tree import ONE, TWO, ZERO, Number, call, fold
from gdsim.core.slope.words import readable, shown_name, told

Open = Callable[[Expr], Expr]
"""Gives what stands for the derivative of a part that is still to be taken."""

_INSIDE: Final = Variable("U999")

_TITLES: Final = {
    "exp": "exponential rule", "log": "logarithm rule", "log2": "logarithm rule", "log10": "logarithm rule",
    "sqrt": "root rule", "sin": "sine rule", "cos": "cosine rule", "tan": "tangent rule", "sigmoid": "sigmoid rule",
    "tanh": "tanh rule", "relu": "relu rule", "abs": "absolute value rule", "softplus": "softplus rule",
}  # fmt: skip

_FACTOR: Final = "{part} is a constant factor: it stays."

_NOTES: Final = {
    "relu": "relu has a kink where its inside is 0: slope 0 from the left, 1 from the right; programs take 0 there.",
    "leaky_relu": "There is a kink where the inside is 0: slope 0.01 from the left, 1 from the right.",
    "abs": "|·| has a kink where its inside is 0: slope −1 from the left, 1 from the right, no derivative there.",
    "sign": "At the jump itself there is no derivative.",
    "step": "At the jump itself there is no derivative.",
    "maximum": "Where both sides are equal there may be a kink; the formula then takes the mean of the two slopes.",
    "minimum": "Where both sides are equal there may be a kink; the formula then takes the mean of the two slopes.",
}


@dataclass(frozen=True)
class Rule:
    """A rule applied to one part: its name, a sentence, the result, and the parts still to be differentiated.

    In the sentence names in braces stand for the formulas in `parts`.
    """

    name: str
    template: str
    result: Expr
    further: tuple[Expr, ...]
    note: str = ""
    parts: Mapping[str, Expr] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, str]:
        """The sentence to be read, and with LaTeX between $ signs."""
        return told(self.template, self.parts, "This part")


def applied(part: Expr, variable: str, open_: Open) -> Rule:
    """The rule for d/dvariable[part]."""
    if variable not in part.variables:
        return Rule(
            "constant rule", f"{{part}} does not depend on {shown_name(variable)}: its derivative is 0.", ZERO, (),
            parts={"part": part},
        )  # fmt: skip
    if isinstance(part, Variable):
        return Rule("identity rule", f"The derivative of {shown_name(variable)} is 1.", ONE, ())
    assert isinstance(part, Call)
    match part.key:
        case "add" | "sub":
            return _sum(part, open_)
        case "neg":
            return _negative(part.args[0], variable, open_)
        case "mul":
            return _product(part, variable, open_)
        case "div":
            return _quotient(part, variable, open_)
        case "pow":
            return _power(part, variable, open_)
        case "maximum" | "minimum":
            return _larger(part, open_)
    return _function(part, open_)


def _sum(part: Call, open_: Open) -> Rule:
    """All terms of a sum at once."""
    inner: list[Expr] = []

    def opened(expr: Expr) -> Expr:
        chain: list[Call] = []
        while isinstance(expr, Call) and expr.key in ("add", "sub"):
            chain.append(expr)
            expr = expr.args[0]
        inner.append(expr)
        result = open_(expr)
        for link in reversed(chain):
            inner.append(link.args[1])
            result = call(link.key, result, open_(link.args[1]))
        return result

    result = opened(part)
    name = "sum rule" if len(inner) > 2 or part.key == "add" else "difference rule"
    return Rule(name, "Term by term.", result, tuple(inner))


def _negative(inner: Expr, variable: str, open_: Open) -> Rule:
    """The minus sign, together with a constant factor behind it."""
    words = "The minus sign stays."
    if isinstance(inner, Call) and inner.key == "mul" and variable not in inner.args[0].variables:
        factor, rest = inner.args
        result = call("neg", call("mul", factor, open_(rest)))
        return Rule("constant factor rule", _FACTOR, result, (rest,), parts={"part": call("neg", factor)})
    return Rule("constant factor rule", words, call("neg", open_(inner)), (inner,))


def _product(part: Call, variable: str, open_: Open) -> Rule:
    root = cube_root_of(part)
    if root is not None:
        return _cube_root(root[0], open_)
    first, second = part.args
    if variable not in first.variables:
        result = call("mul", first, open_(second))
        return Rule("constant factor rule", _FACTOR, result, (second,), parts={"part": first})
    if variable not in second.variables:
        result = call("mul", second, open_(first))
        return Rule("constant factor rule", _FACTOR, result, (first,), parts={"part": second})
    result = call("add", call("mul", open_(first), second), call("mul", first, open_(second)))
    words = "(u·v)′ = u′·v + u·v′" + _with(u=first, v=second)
    return Rule("product rule", words, result, (first, second), parts={"u": first, "v": second})


def _cube_root(inner: Expr, open_: Open) -> Rule:
    below = call("mul", Number(3.0), call("pow", call("abs", inner), call("div", TWO, Number(3.0))))
    slope = call("div", ONE, below)
    note = "Where the inside is 0 the curve stands vertical: there is no derivative."
    if isinstance(inner, Variable):
        name = shown_name(inner.name)
        return Rule("cube root rule", f"(∛{name})′ = 1/(3∛({name}²)).", slope, (), note)
    words = "(∛u)′ = u′/(3∛(u²))" + _with(u=inner)
    result = call("mul", slope, open_(inner))
    return Rule("chain rule with the cube root rule", words, result, (inner,), note, {"u": inner})


def _with(**parts: Expr) -> str:
    """Which part is which, where they are short enough to be read."""
    if not all(readable(part) for part in parts.values()):
        return "."
    return " with " + ", ".join(f"{letter} = {{{letter}}}" for letter in parts) + "."


def _quotient(part: Call, variable: str, open_: Open) -> Rule:
    top, bottom = part.args
    if variable not in bottom.variables:
        words = "{part} is a constant divisor: it stays."
        return Rule("constant factor rule", words, call("div", open_(top), bottom), (top,), parts={"part": bottom})
    square = call("pow", bottom, TWO)
    if variable not in top.variables:
        words = "(c/v)′ = −c·v′/v²" + _with(c=top, v=bottom)
        result = call("neg", call("mul", call("div", top, square), open_(bottom)))
        return Rule("quotient rule", words, result, (bottom,), parts={"c": top, "v": bottom})
    numerator = call("sub", call("mul", open_(top), bottom), call("mul", top, open_(bottom)))
    words = "(u/v)′ = (u′·v − u·v′)/v²" + _with(u=top, v=bottom)
    return Rule("quotient rule", words, call("div", numerator, square), (top, bottom), parts={"u": top, "v": bottom})


def _power(part: Call, variable: str, open_: Open) -> Rule:
    base, exponent = part.args
    if variable not in exponent.variables:
        lowered = call("mul", exponent, _raised(base, call("sub", exponent, ONE).simplify()))
        if isinstance(base, Variable):
            own = shown_name(variable)
            words = f"({own}ⁿ)′ = n·{own}ⁿ⁻¹" + _with(n=exponent)
            return Rule("power rule", words, lowered, (), parts={"n": exponent})
        words = "(uⁿ)′ = n·uⁿ⁻¹·u′" + _with(u=base, n=exponent)
        result = call("mul", lowered, open_(base))
        return Rule("chain rule with the power rule", words, result, (base,), parts={"u": base, "n": exponent})
    if variable not in base.variables:
        scaled = call("mul", part, call("log", base))
        if isinstance(exponent, Variable):
            return Rule("exponential rule", f"(aˣ)′ = aˣ·ln a{_with(a=base)}", scaled, (), parts={"a": base})
        words = "(aᵘ)′ = aᵘ·ln a·u′" + _with(a=base, u=exponent)
        result = call("mul", scaled, open_(exponent))
        return Rule(
            "chain rule with the exponential rule", words, result, (exponent,), parts={"a": base, "u": exponent}
        )  # fmt: skip
    inner = call("mul", exponent, call("log", base))
    words = "uᵛ = e^(v·ln u), whose derivative is uᵛ·(v·ln u)′" + _with(u=base, v=exponent)
    result = call("mul", part, open_(inner))
    return Rule("logarithmic differentiation", words, result, (inner,), parts={"u": base, "v": exponent})


def _raised(base: Expr, exponent: Expr) -> Expr:
    if exponent == ONE:
        return base
    return ONE if isinstance(exponent, Number) and exponent.value == 0.0 else call("pow", base, exponent)


def _larger(part: Call, open_: Open) -> Rule:
    first, second = part.args
    slopes = (open_(first), open_(second))
    result: Expr = ZERO
    for position, slope in enumerate(slopes):
        share = part.primitive.vjp(position, ONE, part, part.args, {}).simplify()
        term = call("mul", share, slope)
        result = term if position == 0 else call("add", result, term)
    words = f"The slope is that of the side that counts{_with(u=first, v=second)}"
    return Rule(part.primitive.rule, words, result, (first, second), _NOTES[part.key], {"u": first, "v": second})


def _function(part: Call, open_: Open) -> Rule:
    """A function of one argument: its derivative with the inside left in, times the derivative of the inside."""
    [inner] = part.args
    outer = part.primitive.vjp(0, ONE, call(part.key, _INSIDE), (_INSIDE,), {})
    note = _NOTES.get(part.key, "")
    title = _TITLES.get(part.key, f"derivative of {part.primitive.symbol}")
    if outer is None:
        return Rule(title, f"{part.primitive.rule.capitalize()}.", ZERO, (), note)
    slope = _put_in(outer.simplify(), inner)
    known = part.primitive.rule.removeprefix("chain rule with ")
    if isinstance(inner, Variable):
        return Rule(title, f"{known}.", slope, (), note)
    words = f"Outside times inside: {known}{_with(u=inner).removesuffix('.')}, times u′."
    return Rule(f"chain rule with the {title}", words, call("mul", slope, open_(inner)), (inner,), note, {"u": inner})


def _put_in(outer: Expr, inner: Expr) -> Expr:
    def visit(part: Expr, args: list[Expr]) -> Expr:
        if part == _INSIDE:
            return inner
        return call(part.key, *args) if isinstance(part, Call) else part

    return fold(outer, visit)
