"""A formula as text that reads well and parses back to the same formula.

Numbers are written in front of factors without a sign (2x), every other product with one; brackets stand exactly
where the parser needs them.
"""

from __future__ import annotations

from typing import Final

from gdsim.core.expression.tree import Call, Constant, Expr, Number, Variable, fold

# Binding strength of what was written last, weakest first.
_SUM, _SIGNED, _PRODUCT, _POWER, _ATOM = range(5)

_LONGEST_SPACED: Final = 300
LARGEST: Final = 100_000

_Piece = tuple[str, int]


def number_text(value: float) -> str:
    """The shortest text that reads back as the number: 2, 0.5, 1e-05."""
    text = repr(value)
    return text.removesuffix(".0")


def to_text(expr: Expr, spaced: bool | None = None) -> str:
    """The formula as text, with spaces around + and − unless it gets longer than what may be typed.

    Raises ValueError for a formula so large (with repeated parts written out) that its text could not be handled.
    """
    if expr.size > LARGEST:
        raise ValueError(f"the formula has {expr.size} parts, too many to be written out")
    if spaced is None:
        text = to_text(expr, spaced=True)
        return text if len(text) <= _LONGEST_SPACED else to_text(expr, spaced=False)

    def visit(part: Expr, pieces: list[_Piece]) -> _Piece:
        return _write(part, pieces, " " if spaced else "")

    return fold(expr, visit)[0]


def _within(piece: _Piece, strength: int) -> str:
    text, own = piece
    return text if own >= strength else f"({text})"


def _write(part: Expr, pieces: list[_Piece], space: str) -> _Piece:
    match part:
        case Number(value=value):
            return number_text(value), _ATOM
        case Constant(name=name) | Variable(name=name):
            return name, _ATOM
        case Call(key="add" | "sub" as key):
            sign = "+" if key == "add" else "-"
            return f"{_within(pieces[0], _SUM)}{space}{sign}{space}{_within(pieces[1], _PRODUCT)}", _SUM
        case Call(key="neg"):
            return f"-{_within(pieces[0], _PRODUCT)}", _SIGNED
        case Call(key="mul"):
            left, right = _within(pieces[0], _PRODUCT), _within(pieces[1], _POWER)
            return f"{left}{'' if _joins(part.args[0], right) else '*'}{right}", _PRODUCT
        case Call(key="div"):
            return f"{_within(pieces[0], _PRODUCT)}/{_within(pieces[1], _POWER)}", _PRODUCT
        case Call(key="pow"):
            return f"{_within(pieces[0], _ATOM)}^{_exponent(part.args[1], pieces[1])}", _POWER
        case Call(key="exp"):
            return f"e^{_exponent(part.args[0], pieces[0])}", _POWER
        case Call():
            return f"{part.primitive.names[0]}({f',{space}'.join(text for text, _ in pieces)})", _ATOM
    raise AssertionError(f"unknown kind of formula {type(part).__name__}")


def _exponent(expr: Expr, piece: _Piece) -> str:
    plain = isinstance(expr, (Variable, Constant)) or (isinstance(expr, Number) and piece[0].isdigit())
    return piece[0] if plain else f"({piece[0]})"


def _joins(left: Expr, right: str) -> bool:
    """Whether a product of a number with this is clear without a sign; 2e3 and 2*e3 are not the same."""
    if not isinstance(left, Number) or left.value == 0.0 or right[0].isdigit():
        return False
    return right[0] not in "eE" or right.startswith("e^")
