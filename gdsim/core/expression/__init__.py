"""Formulas: text -> Expr -> text, values, derivatives.

`parse` reads what students write; the Expr evaluates on numbers, grids and traced values, differentiates by the
primitives' own rules, simplifies, and is written back as text or LaTeX.  User text never becomes code.
"""

from __future__ import annotations

from gdsim.core.expression.errors import ParseError
from gdsim.core.expression.limits import LIMITS, Limits
from gdsim.core.expression.parser import parse
from gdsim.core.expression.tree import Call, Constant, Expr, Number, Variable, as_expr

__all__ = ["LIMITS", "Call", "Constant", "Expr", "Limits", "Number", "ParseError", "Variable", "as_expr", "parse"]
