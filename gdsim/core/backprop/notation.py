"""How names, numbers and derivatives are written, as plain text and as LaTeX.

The plain text is for sentences, tables and tooltips (∂f/∂q = z = −4), the LaTeX for typesetting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from gdsim.core.expression import Expr, Variable
from gdsim.core.expression.names import GREEK
from gdsim.core.numerals import in_latex, in_words

_LETTERS: Final = {spelled: letter for letter, spelled in reversed(GREEK.items())}
_SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LONGEST_COUNT: Final = 10**12
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WHOLE_POWER: Final = re.compile(r"\^([0-9]+)(?![0-9.])")
_NAME: Final = re.compile(r"([A-Za-z]+)([0-9]*)(?!\w*\()")

# Intermediate values that the text gives no name are v₁, v₂, ... (Griewank and Walther, Evaluating derivatives,
# 2008), or another letter when that one is taken.
_AUTOMATIC: Final = ("v", "u", "h", "r", "s", "g", "k", "m", "p", "q", "a", "b", "c", "d", "z", "y", "t", "n")


def name_text(name: str) -> str:
    """A variable's name as it is printed: w11 is w₁₁, lambda is λ."""
    letters = name.rstrip("0123456789")
    return _LETTERS.get(letters, letters) + name[len(letters) :].translate(_SUBSCRIPTS)


def name_latex(name: str) -> str:
    return Variable(name).to_latex()


@lru_cache(maxsize=4096)
def expression_latex(expr: Expr) -> str:
    """A formula in LaTeX; kept, because the same few are written again whenever values change."""
    return expr.to_latex()


@lru_cache(maxsize=4096)
def expression_text(expr: Expr) -> str:
    """A formula in one line with proper signs: q·z, 2x − 1."""
    text = _NAME.sub(lambda found: name_text(found.group()), str(expr))
    return raised(text).replace("*", "·").replace("-", "−")


def raised(text: str) -> str:
    """Whole powers as raised digits: x^2 is x²."""
    return _WHOLE_POWER.sub(lambda found: found.group(1).translate(_RAISED), text)


def automatic_letter(taken: Iterable[str]) -> str:
    """A letter that no name in use begins with."""
    used = {name[0] for name in taken if len(name.rstrip("0123456789")) == 1}
    return next((letter for letter in _AUTOMATIC if letter not in used), "xi")


def partial_text(of: str, by: str) -> str:
    """∂f/∂q; both are printed names."""
    return f"∂{of}/∂{by}"


def partial_latex(of: str, by: str) -> str:
    r"""\frac{\partial f}{\partial q}; both are LaTeX."""
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def place_text(of: str, place: int) -> str:
    """∂₁f, the derivative by the first argument."""
    return f"∂{str(place).translate(_SUBSCRIPTS)}{of}"


def place_latex(of: str, place: int) -> str:
    return rf"\partial_{{{place}}} {of}"


def factor_text(value: float) -> str:
    """A number behind a sign: in brackets when it has one of its own."""
    text = in_words(value)
    return f"({text})" if text.startswith("−") else text


def sum_text(values: Iterable[float]) -> str:
    """Numbers added up: 1 + 2, −4 + (−1)."""
    first, *rest = values
    return " + ".join([in_words(first), *(factor_text(value) for value in rest)])


def count_text(count: int) -> str:
    """A count of any size: exact up to a million million, then as a power of ten."""
    return str(count) if count < _LONGEST_COUNT else in_words(float(count))


def count_latex(count: int) -> str:
    return str(count) if count < _LONGEST_COUNT else in_latex(float(count))
