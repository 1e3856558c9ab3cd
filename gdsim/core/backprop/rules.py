"""The rule of one operation, in symbols, with numbers and in words.

Local derivatives in symbols come from the primitives' own rules, run on formulas instead of on numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gdsim.core.autodiff import PRIMITIVES
from gdsim.core.backprop import notation
from gdsim.core.expression import Call, Constant, Expr, Number, as_expr
from gdsim.core.expression.tree import ONE, PI, ZERO, E, call
from gdsim.core.numerals import in_latex, in_parentheses, in_words

# Arguments that stand behind a sign, where a negative number needs brackets.
_BEHIND_A_SIGN: Final = {"add": (1,), "sub": (1,), "mul": (1,), "neg": (0,), "pow": (0,)}

_WORDS: Final = {"add": "{0} + {1}", "sub": "{0} − {1}", "mul": "{0} · {1}", "div": "{0} / {1}", "neg": "−{0}",
                 "pow": "{0}^{1}", "exp": "e^{0}", "identity": "{0}", "abs": "|{0}|"}  # fmt: skip


@dataclass(frozen=True)
class Structure:
    """An operation (`key`) with what its result and its arguments are called; it says nothing about values."""

    key: str
    result: Expr
    arguments: tuple[Expr, ...]

    @property
    def formula(self) -> Expr:
        """The result in terms of the arguments."""
        return self.arguments[0] if self.key == "identity" else call(self.key, *self.arguments)


def constant(value: float) -> Expr:
    """A constant as it is written: π, e, ln 2 and such by name, others with four digits."""
    if value in (math.pi, math.e):
        return PI if value == math.pi else E
    written = as_expr(value) if math.isfinite(value) else ZERO
    return as_expr(float(f"{value:.4g}")) if is_number(written) and math.isfinite(value) else written


@lru_cache(maxsize=4096)
def local_rule(structure: Structure, position: int) -> Expr:
    """∂result/∂argument as a formula, in which the result's own name may stand (σ′ = q(1 − q)).

    It depends on names only, so that it is found once however often values change.
    """
    if structure.key == "identity":
        return ONE
    # The quotient rule is read as −x/y², not as the shorter −q/y.
    result = structure.formula if structure.key == "div" else structure.result
    share = PRIMITIVES[structure.key].vjp(position, ONE, result, structure.arguments, {})
    return ZERO if share is None else as_expr(share).simplify()


@lru_cache(maxsize=4096)
def _in_symbols(structure: Structure) -> tuple[str, str]:
    result, formula = structure.result, structure.formula
    return (
        f"{result.to_latex()} = {formula.to_latex()}",
        f"{notation.expression_text(result)} = {notation.expression_text(formula)}",
    )


def written_out(structure: Structure, values: Sequence[float], value: float) -> tuple[str, str, str, str]:
    """The operation in symbols (LaTeX, text) and with its numbers (LaTeX, text)."""
    name_latex, name_text = notation.expression_latex(structure.result), notation.expression_text(structure.result)
    latex_value, text_value = in_latex(value), in_words(value)
    if structure.key == "const":
        return name_latex, name_text, name_latex, name_text
    if structure.key == "input":
        return name_latex, name_text, f"{name_latex} = {latex_value}", f"{name_text} = {text_value}"
    symbols, text = _in_symbols(structure)
    behind = _BEHIND_A_SIGN.get(structure.key, ())
    latex_numbers = [
        in_parentheses(in_latex(v)) if i in behind else in_latex(v) for i, v in enumerate(values)
    ]  # fmt: skip
    bracketed = (*behind, 1) if structure.key in ("div", "pow") else (*behind, 0) if structure.key == "exp" else behind
    text_numbers = [notation.factor_text(v) if i in bracketed else in_words(v) for i, v in enumerate(values)]
    primitive = PRIMITIVES[structure.key]
    template = primitive.latex or "{0}"
    function = f"{primitive.names[0] if primitive.names else primitive.key}({', '.join(text_numbers)})"
    words = notation.raised(_WORDS[structure.key].format(*text_numbers)) if structure.key in _WORDS else function
    latex = template.format(*latex_numbers)
    return (
        symbols,
        text,
        f"{name_latex} = {latex}" + (f" = {latex_value}" if latex != latex_value else ""),
        f"{name_text} = {words}" + (f" = {text_value}" if words != text_value else ""),
    )


def why(structure: Structure, position: int) -> str:
    """Half a sentence on where a local derivative comes from, for someone who sees it for the first time."""
    result = notation.expression_text(structure.result)
    names = [notation.expression_text(arg) for arg in structure.arguments]
    by = names[position]
    other = names[1 - position] if len(names) == 2 else ""
    match structure.key:
        case "add":
            rest = other if other != by else "the other term"
            whatever = "" if is_number(structure.arguments[1 - position]) else f", whatever {rest} is"
            return f"when {by} grows by a little, the sum {result} grows by exactly as much{whatever}."
        case "sub" if position == 0:
            return f"when {by} grows by a little, the difference {result} grows by exactly as much."
        case "sub":
            return f"when {by} grows by a little, the difference {result} falls by exactly as much."
        case "mul":
            return f"a change of {by} reaches the product {result} multiplied by the other factor, {other}."
        case "neg":
            return f"when {by} grows by a little, {result} falls by exactly as much."
        case "identity":
            return f"{result} is only another name for {by}."
        case "div" if position == 0:
            return f"a change of {by} reaches the quotient {result} divided by {other}."
        case "pow" if position == 1:
            return f"exponential rule, because {by} is the exponent."
    return f"{PRIMITIVES[structure.key].rule}."


def is_number(expr: Expr) -> bool:
    """Whether a formula is a single number, such as the local derivative of a sum."""
    if isinstance(expr, Call) and expr.key == "neg":
        expr = expr.args[0]
    return isinstance(expr, (Number, Constant))
