"""A typeset line in pieces short enough for a column: broken before =, + or − (or ·), and never inside brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
_OPENING = {"{", "(", "[", r"\left", r"\begin"}
_CLOSING = {"}", ")", "]", r"\right", r"\end"}
_SIGNS = {"=", "+", "-"}
_PRODUCT = r"\cdot"
_NOT_BEHIND = {"", "=", "+", "-", "(", "[", _PRODUCT, r"\quad", r"\to"}
_NARROW = {r"\left", r"\right", r"\,", r"\!", r"\;", "{", "}", "^", "_", "&", " "}
_WORDS = re.compile(r"\\(?:operatorname|text|mathrm)\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_RAISED = re.compile(r"[\^_]\{([^{}]*)\}")
_WIDE = {r"\quad": 2.0, "=": 1.8, "+": 1.8, "-": 1.6, _PRODUCT: 1.2, "(": 0.7, ")": 0.7, r"\,": 0.3}
_DEPTH = 4
_SMALL = 0.7  # of a raised or a lowered letter


def wrapped(latex: str, columns: float) -> tuple[str, ...]:
    """Pieces of at most about `columns` letters, as far as there are places to break; later ones are set in."""
    lines = _filled(_split(latex, _SIGNS), columns)
    for _ in range(_DEPTH):
        if all(width(line) <= columns for line in lines):
            break
        lines = [piece for line in lines for piece in _broken(line, columns)]
    return tuple(line if not number else rf"\quad {line}" for number, line in enumerate(lines))


def _broken(line: str, columns: float) -> list[str]:
    """A line that is still too long: broken at its products, then in its brackets and fractions."""
    if width(line) <= columns:
        return [line]
    factors = _filled(_split(line, {_PRODUCT}), columns)
    if len(factors) > 1:
        return factors
    loose = _loosened(line, columns)
    return _filled(_split(loose, _SIGNS, brackets=False), columns)


def _loosened(latex: str, columns: float) -> str:
    """The same with outer brackets that may be apart, and a wide fraction as 1 over its denominator times the rest."""
    out, rest = "", latex
    while rest:
        token = _TOKEN.match(rest)
        assert token is not None
        word, rest = token.group(), rest[token.end() :]
        if word == r"\left" or word == r"\right":
            bracket = _TOKEN.match(rest)
            if bracket is not None and bracket.group() in "()[]":
                word = ""
        elif word in (r"\frac", r"\dfrac"):
            top, rest = _group(rest)
            bottom, rest = _group(rest)
            if width(top) > columns - 4.0:
                word = rf"\frac{{1}}{{{bottom}}} {_PRODUCT} ({top})"
            else:
                word = rf"\frac{{{top}}}{{{bottom}}}"
        elif word == "{":
            inside, rest = _group("{" + rest)
            word = f"{{{inside}}}"
        out += word
    return out


def _group(latex: str) -> tuple[str, str]:
    """What stands in the braces at the beginning, and the rest."""
    depth, position = 0, 0
    for token in _TOKEN.findall(latex):
        depth += (token == "{") - (token == "}")
        position += len(token)
        if depth == 0 and token != " ":
            break
    return latex[:position].strip()[1:-1] if "{" in latex[:position] else latex[:position].strip(), latex[position:]


def width(latex: str) -> float:
    """About how many letters wide it is: of a fraction the wider part counts."""
    text = _WORDS.sub(lambda match: match[1], latex)
    for _ in range(6):
        before = text
        text = _RAISED.sub(lambda match: "'" * round(_SMALL * width(match[1]) / 0.3), text)
        text = _FRACTION.sub(lambda match: max(match[1], match[2], key=width), text)
        if text == before:
            break
    total = 0.0
    for token in _TOKEN.findall(text):
        if token in _WIDE:
            total += _WIDE[token]
        elif token == "'":
            total += 0.3
        elif token not in _NARROW:
            total += len(token) - 1 if token.startswith("\\") and token[1:] in _NAMED else 1.0
    return total


_NAMED = {"sin", "cos", "tan", "tanh", "ln", "log", "exp", "max", "min", "cosh", "sinh", "lim"}


def _split(latex: str, signs: set[str], *, brackets: bool = True) -> Iterator[str]:
    """Parts of which each but the first begins with one of the `signs`; never inside `brackets` that stand alone."""
    plain = () if brackets else ("(", ")", "[", "]")
    depth, start, position, before = 0, 0, 0, ""
    for token in _TOKEN.findall(latex):
        sized = before in (r"\left", r"\right")  # a bracket that its command has counted already
        if not sized:
            depth += (token in _OPENING and token not in plain) - (token in _CLOSING and token not in plain)
        # A sign at the beginning, or behind another one or a bracket, belongs to the number after it.
        if depth == 0 and token in signs and not sized and before not in _NOT_BEHIND:
            yield latex[start:position].strip()
            start = position
        position += len(token)
        before = token if token != " " else before
    yield latex[start:].strip()


def _filled(parts: Iterator[str], columns: float) -> list[str]:
    """As many parts in a line as fit."""
    lines: list[str] = []
    for part in parts:
        room = columns - (2.0 if len(lines) > 1 else 0.0)
        if lines and width(f"{lines[-1]} {part}") <= room:
            lines[-1] = f"{lines[-1]} {part}"
        elif part:
            lines.append(part)
    return lines
