"""Symbolic derivatives from the primitives' own rules, and the rules in words.

A derivative rule is written with `ops`; run on formulas, it writes a formula.  Handing it the derivative of the
argument in place of the adjoint gives the chain rule from the inside out, which is how one differentiates by hand
and keeps the result short.
"""

from __future__ import annotations

from typing import NamedTuple

from gdsim.core.autodiff import ops
from gdsim.core.expression.names import variable_name
from gdsim.core.expression.simplification import Simplifier
from gdsim.core.expression.tree import ONE, ZERO, Call, Expr, Variable, postorder


class DerivationStep(NamedTuple):
    """One rule applied: the derivative of `before` is `after`."""

    rule: str
    before: Expr
    after: Expr


def derivative(expr: Expr, variable: str) -> Expr:
    """See `Expr.derivative`."""
    return _derivatives(expr, _canonical(variable)).get(expr, ZERO)


def derivation(expr: Expr, variable: str) -> tuple[DerivationStep, ...]:
    """See `Expr.derivation`."""
    name = _canonical(variable)
    found = _derivatives(expr, name)
    if expr not in found:
        return (DerivationStep("constant rule", expr, ZERO),)
    steps = tuple(DerivationStep(_rule(part, name), part, after) for part, after in found.items() if part.args)
    return steps or (DerivationStep("identity rule", expr, ONE),)


def _canonical(variable: str) -> str:
    name = variable_name(variable)
    if name is None:
        raise ValueError(f"{variable!r} is not the name of a variable")
    return name


def _derivatives(expr: Expr, name: str) -> dict[Expr, Expr]:
    """The simplified derivative of every part that depends on the variable, inner parts first."""
    simplifier = Simplifier()
    found: dict[Expr, Expr] = {}
    for part in postorder(expr):
        if name not in part.variables:
            continue
        if isinstance(part, Variable):
            found[part] = ONE
        else:
            assert isinstance(part, Call)
            total: Expr = ZERO
            for position, arg in enumerate(part.args):
                if arg in found:
                    share = part.primitive.vjp(position, found[arg], part, part.args, {})
                    if share is not None:
                        total = ops.add(total, share)
            found[part] = simplifier.simplify(total)
    return found


def _rule(part: Expr, name: str) -> str:
    """The rule that differentiates this part, in words."""
    assert isinstance(part, Call)
    depends = [name in arg.variables for arg in part.args]
    if part.key == "pow":
        if all(depends):
            return "power rule and exponential rule"
        base = "power rule" if depends[0] else "exponential rule"
        return base if isinstance(part.args[depends.index(True)], Variable) else f"chain rule with the {base}"
    if (part.key == "mul" and not all(depends)) or (part.key == "div" and not depends[1]):
        return "constant factor rule"
    if isinstance(part.args[0], Variable):
        return part.primitive.rule.removeprefix("chain rule with ")
    return part.primitive.rule
