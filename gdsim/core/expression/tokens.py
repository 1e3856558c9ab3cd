"""Text to tokens: numbers, names, signs, brackets, bars and raised numbers, each with its column.

Everything that no formula contains (comparisons, other brackets, letters that only look Latin) ends here, with a
sentence about it.  Words are looked up here too, because what follows a word decides how it is read.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterator
from enum import Enum, auto
from typing import NamedTuple

from gdsim.core.expression import names
from gdsim.core.expression.errors import ParseError


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    VARIABLE = auto()
    CONSTANT = auto()
    FUNCTION = auto()
    ROOT = auto()
    SIGN = auto()
    RAISED = auto()
    OPEN = auto()
    CLOSE = auto()
    BAR = auto()
    COMMA = auto()
    END = auto()


class Token(NamedTuple):
    """`text` is canonical (× is *, θ is theta), `shown` is what was typed, `tight` means no space before it."""

    kind: Kind
    text: str
    shown: str
    column: int
    tight: bool


_SIGNS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "⋅": "*", "×": "*", "∗": "*", "∙": "*", "•": "*",
    "/": "/", "÷": "/", "∕": "/", "⁄": "/", "^": "^", "**": "^",
}  # fmt: skip
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_SPACES = " \t\n\r\u00a0\u2002\u2003\u2007\u2009\u200a\u202f"

_PATTERN = re.compile(
    rf"""
      (?P<space>  [{_SPACES}]+ )
    | (?P<number> (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+) (?:[eE][+\-−]?[0-9]+)? )
    | (?P<name>   (?:[A-Za-z][A-Za-z0-9_]*|[{"".join(names.GREEK)}](?:_?[0-9]+)?) [₀-₉]* )
    | (?P<sign>   \*\*|[{re.escape("".join(sign for sign in _SIGNS if len(sign) == 1))}] )
    | (?P<raised> [{"".join(_RAISED)}]+ )
    | (?P<open>   \( ) | (?P<close> \) ) | (?P<bar> \| ) | (?P<comma> , ) | (?P<root> √ )
    """,
    re.VERBOSE,
)
_RAISED_INTEGER = re.compile(r"[+-]?[0-9]+")

_WHY_NOT = {
    **dict.fromkeys("<>≤≥≠≈", "A formula is not a comparison: {0} cannot be used here."),
    "!": "Formulas have neither factorials nor comparisons: ! cannot be used here.",
    "=": "An equals sign can only stand in front, as in y = x^2.",
    **dict.fromkeys("[]{}", "Only round brackets ( ) group; {0} cannot be used here."),
    ".": "A dot only belongs inside a number, as in 1.5.",
    **dict.fromkeys("∞", "Infinity is not a number that can be computed with."),
    **dict.fromkeys("°", "Angles are in radians: 90 degrees are π/2."),
    **dict.fromkeys("'′’", "A prime for a derivative cannot be typed here."),
    **dict.fromkeys("_\\$", "{0} cannot be used here: type the formula as on a calculator, such as x^2/2."),
}


def scan(text: str, start: int, permitted: Collection[str] | None) -> list[Token]:
    """All tokens of `text` from column `start`, with an END.  Raises ParseError."""
    raw = list(_raw(text, start))
    tokens: list[Token] = []
    for index, token in enumerate(raw):
        if token.kind is Kind.VARIABLE:
            tokens.extend(_words(token, raw[index + 1], _glued_number(raw, index), permitted))
        else:
            tokens.append(token)
    return tokens


def _raw(text: str, start: int) -> Iterator[Token]:
    """Tokens before words are looked up: every word is a VARIABLE."""
    column, tight = start, False
    while column < len(text):
        found = _PATTERN.match(text, column)
        if found is None:
            raise ParseError(_refusal(text[column]), column)
        kind, shown = str(found.lastgroup), found.group()
        if kind != "space":
            yield _token(kind, shown, text, column, tight)
        tight = kind != "space"
        column = found.end()
    yield Token(Kind.END, "", "", len(text), False)


def _token(kind: str, shown: str, text: str, column: int, tight: bool) -> Token:
    match kind:
        case "number":
            return Token(Kind.NUMBER, _number(shown, text, column), shown, column, tight)
        case "name":
            return Token(Kind.VARIABLE, shown, shown, column, tight)
        case "sign":
            return Token(Kind.SIGN, _SIGNS[shown], shown, column, tight)
        case "raised":
            raised = "".join(_RAISED[character] for character in shown)
            if not _RAISED_INTEGER.fullmatch(raised):
                raise ParseError(f"{shown} is not a raised whole number.", column)
            return Token(Kind.RAISED, raised, shown, column, tight)
    return Token(Kind[kind.upper()], shown, shown, column, tight)


def _number(shown: str, text: str, column: int) -> str:
    """The number as float reads it, after a look at what comes behind it."""
    end = column + len(shown)
    after = text[end : end + 1]
    if after == ".":
        raise ParseError("A number has only one decimal point.", end)
    if shown == "0" and re.match("[xXoObB][0-9]", text[end : end + 2]):
        raise ParseError("Numbers are written in the decimal system here.", column)
    if after == "_":
        raise ParseError("A number consists of digits only: write 1000, not 1_000.", end)
    if shown.endswith(".") and (after.isalnum() or after == "("):
        raise ParseError("A dot only belongs inside a number, as in 1.5.", end - 1)
    digits = shown.replace("−", "-")
    value = float(digits)
    if math.isinf(value):
        raise ParseError("This number is too large: the largest is about 1.8e308.", column)
    if value == 0.0 and any(digit in "123456789" for digit in re.split("[eE]", digits)[0]):
        raise ParseError("This number is too close to zero: the smallest is about 5e-324.", column)
    return digits


def _glued_number(raw: list[Token], index: int) -> Token | None:
    """The number that the word at `index` follows without a space, if any."""
    before = raw[index - 1] if index else None
    return before if before and before.kind is Kind.NUMBER and raw[index].tight else None


def _words(word: Token, after: Token, number: Token | None, permitted: Collection[str] | None) -> list[Token]:
    """A word as one token or, where several names are written together, as several."""
    power = after.kind is Kind.RAISED or after.text == "^"
    called = after.kind is Kind.OPEN
    if number and word.text in ("e", "E") and not power:
        typed = number.shown + word.text
        raise ParseError(
            f"{typed} is an unfinished number: write {typed}3, or {number.shown}*{word.shown} for a product.",
            word.column,
        )
    single = _lookup(word.text, permitted)
    if single:
        if called and permitted is None and word.text in ("f", "g", "h"):
            raise ParseError(f"There is no function {word.text} here. Write {word.text}*( for a product.", word.column)
        return [Token(single[0], single[1], word.shown, word.column, word.tight)]
    pieces = names.split(word.text, permitted, power)
    if pieces is None or (called and not names.is_function(pieces[-1])):
        raise ParseError(names.unknown(word.shown, called, permitted), word.column)
    tokens: list[Token] = []
    column = word.column
    for piece in pieces:
        kind, text = _lookup(piece, permitted) or (Kind.NUMBER, piece)
        tokens.append(Token(kind, text, piece, column, word.tight if column == word.column else True))
        column += len(piece)
    return tokens


def _lookup(word: str, permitted: Collection[str] | None) -> tuple[Kind, str] | None:
    """What a word is and its canonical name.  The caller's variables come first, capitals in function names last."""
    variable = names.variable_name(word)
    if permitted is not None and variable in permitted:
        return Kind.VARIABLE, str(variable)
    plain = names.spelled(word)
    for spelling in (word, plain, plain.lower()):
        if spelling in names.FUNCTIONS:
            return Kind.FUNCTION, names.FUNCTIONS[spelling]
        if spelling in names.REWRITTEN:
            return Kind.FUNCTION, spelling
        if spelling in names.CONSTANTS and (spelling == plain or len(plain) > 1):
            return Kind.CONSTANT, spelling
    if variable is not None and permitted is None:
        return Kind.VARIABLE, variable
    return None


def _refusal(character: str) -> str:
    """Why this character cannot be part of a formula."""
    if character in _WHY_NOT:
        return _WHY_NOT[character].format(character)
    name = unicodedata.name(character, "").lower()
    visible = character.isprintable() and not unicodedata.combining(character)
    shown = character if visible else f"U+{ord(character):04X}"
    if character.isalpha() and name:
        return f"{shown} ({name}) is none of the letters that formulas use, even if it looks like one."
    if character.isdigit() and name:
        return f"{shown} ({name}) is not one of the digits 0 to 9."
    return f"{shown} ({name}) cannot be used in a formula." if name else f"{shown} cannot be used in a formula."
