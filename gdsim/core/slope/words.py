"""Formulas and variables within sentences: Greek letters as such, roots and π by their signs, true minus signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gdsim.core.expression import Expr
from gdsim.core.expression.names import GREEK

LONGEST: Final = 40
_SIGNS: Final = {
    **{spelled: letter for letter, spelled in reversed(GREEK.items())},
    "epsilon": "ε",
    "mu": "μ",
    "theta": "θ",
    "sigma": "σ",
    "phi": "φ",
    "sqrt": "√",
    "sigmoid": "σ",
}
_WORD: Final = re.compile("[A-Za-z]{2,}")
_SIZE: Final = re.compile(r"\babs\(([^()]*)\)")


def readable(expr: Expr) -> str:
    """A formula for a sentence; "" if it is too long for one."""
    text = _SIZE.sub(r"|\1|", str(expr))
    text = _WORD.sub(lambda found: _SIGNS.get(found.group(), found.group()), text).replace("-", "−")
    return text if len(text) <= LONGEST else ""


def told(template: str, parts: Mapping[str, Expr], fallback: str = "this part") -> tuple[str, str]:
    """A sentence with formulas put in for the names in braces: to be read, and with LaTeX between $ signs.

    What is too long for a sentence is called `fallback` in both.
    """
    plain = {name: readable(expr) or fallback for name, expr in parts.items()}
    marked = {name: f"${expr.to_latex()}$" if readable(expr) else fallback for name, expr in parts.items()}
    return template.format(**plain), template.format(**marked)


def shown_name(name: str) -> str:
    """A variable for a sentence: λ for lambda."""
    return _WORD.sub(lambda found: _SIGNS.get(found.group(), found.group()), name)


def listed(names: list[str]) -> str:
    """Names as in a sentence: x, y and z."""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
