r"""A derivative worked out as on paper, from the outside in: one rule a line, d/dx in front of what is still to do.

What is left to do stands in the formula as a variable of its own, of which `DerivationLine.open` tells the part whose
derivative it is; so every line is an ordinary formula, and true as it stands once those derivatives are put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gdsim.core.expression import Call, Expr, Variable
from gdsim.core.expression.factoring import factored
from gdsim.core.expression.tree import ZERO, call, fold
from gdsim.core.slope.rules import Rule, applied

_HOLDER: Final = "D"
_FIRST: Final = 100  # D100, D101, … in the order in which they arise


@dataclass(frozen=True)
class DerivationLine:
    """One rule applied: `before` = `after`, with the variables in `open` standing for derivatives still to be taken.

    `rule` is its name, `words` a sentence on how it was used here, `note` a warning (a kink) or empty.
    `marked` is `words` with the formulas in it as LaTeX between $ signs.
    """

    variable: str
    rule: str
    words: str
    note: str
    before: Expr
    after: Expr
    open: Mapping[str, Expr]
    partial: bool
    marked: str

    @property
    def latex(self) -> str:
        """The whole line, before = after."""
        return f"{self.before_latex} = {self.after_latex}"

    @property
    def before_latex(self) -> str:
        return self._latex(self.before)

    @property
    def after_latex(self) -> str:
        return self._latex(self.after)

    def _latex(self, expr: Expr) -> str:
        text = expr.to_latex()
        d = r"\partial" if self.partial else "d"
        operator = rf"\frac{{{d}}}{{{d} {Variable(self.variable).to_latex()}}}"
        for name, part in self.open.items():
            text = text.replace(holder_latex(name), rf"{operator}\left[{part.to_latex()}\right]")
        return text

    def evaluated(self, expr: Expr) -> Expr:
        """`before` or `after` with the open derivatives taken."""
        found = {name: self.open[name].derivative(self.variable) for name in expr.variables if name in self.open}
        return _replaced(expr, found)


def holder_latex(name: str) -> str:
    return f"{_HOLDER}_{{{name[len(_HOLDER) :]}}}"


def derive(f: Expr, variable: str) -> tuple[DerivationLine, ...]:
    """All lines, from d/dx[f] to the simplified derivative."""
    return tuple(derivation_lines(f, variable))


def derivation_lines(f: Expr, variable: str) -> Iterator[DerivationLine]:
    """The lines one after another, for formulas so large that they take a moment."""
    name = Variable(variable).name
    taken = set(f.variables)
    numbers = (number for number in range(_FIRST, 1000) if f"{_HOLDER}{number}" not in taken)
    partial = len(f.variables) > 1
    opened: dict[str, Expr] = {}

    def holder(part: Expr) -> Expr:
        new = Variable(f"{_HOLDER}{next(numbers)}")
        opened[new.name] = part
        return new

    whole = holder(f)
    current: Expr = whole
    while pending := _in_order(current, opened):
        part = opened[pending[0]]
        rule = applied(part, name, holder)
        # The same small thing everywhere at once: d/dx[x] = 1, all constants.
        same = [
            other for other in pending if opened[other] == part or rule.result == ZERO == _rate(opened[other], name)
        ]
        before = current
        current = _replaced(current, dict.fromkeys(pending[:1] if rule.further else same, rule.result))
        yield _line(name, rule, before, current, opened, partial)
    short = _shortest(current, f.derivative(name))
    if short != current:
        tidy = Rule("simplify", "Put together and shorten.", short, ())
        yield _line(name, tidy, current, short, opened, partial)


def _rate(part: Expr, name: str) -> Expr | None:
    """0 for what does not depend on the variable."""
    return None if name in part.variables else ZERO


def _line(
    name: str, rule: Rule, before: Expr, after: Expr, opened: Mapping[str, Expr], partial: bool
) -> DerivationLine:
    used = {*before.variables, *after.variables}
    kept = {holder: part for holder, part in opened.items() if holder in used}
    words, marked = rule.words
    return DerivationLine(name, rule.name, words, rule.note, before, after, kept, partial, marked)


def _shortest(current: Expr, by_rules: Expr) -> Expr:
    """The simplified line, or the simplified derivative of the core where that reads shorter."""
    tidy = current.simplify()
    return factored(by_rules if by_rules.size < tidy.size else tidy)


def _in_order(expr: Expr, opened: Mapping[str, Expr]) -> list[str]:
    """The open derivatives in the formula, from left to right."""
    found: dict[str, None] = {}
    stack = [expr]
    while stack:
        part = stack.pop()
        if isinstance(part, Variable) and part.name in opened:
            found[part.name] = None
        elif any(name in opened for name in part.variables):
            stack.extend(reversed(part.args))
    return list(found)


def _replaced(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    def visit(part: Expr, args: list[Expr]) -> Expr:
        if isinstance(part, Variable):
            return replacements.get(part.name, part)
        return call(part.key, *args) if isinstance(part, Call) else part

    return fold(expr, visit)
