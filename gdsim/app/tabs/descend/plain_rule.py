"""The rule with its numbers as plain text, which costs nothing to show, and in lines short enough to be typeset large.

Both read the little LaTeX that optimizers write: numbers, columns of numbers, fractions, roots and powers.
"""

from __future__ import annotations

import re

_SYMBOLS = {
    r"\leftarrow": "←", r"\cdot": "·", r"\Delta": "Δ", r"\lambda": "λ", r"\eta": "η", r"\beta": "β", r"\max": "max",
    r"\left": "", r"\right": "", r"\,": " ", r"\quad": " ",
}  # fmt: skip
_ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "tilde": "\N{COMBINING TILDE}"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COLUMN = re.compile(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_ACCENT = re.compile(r"\\(hat|tilde) ?\{?(\w)\}?")
_POWER = re.compile(r"\^(?:\{(-?\d+)\}|(\d))")
_COMMAND = re.compile(r"\\([a-zA-Z]+)")
_SUBSCRIPT = re.compile(r"_\{([^{}]*)\}")
_BREAK = re.compile(r"(?<=[^\s(,]) (?=[=+-] )")


def in_plain_words(latex: str) -> str:
    """A line of a rule as text, "x ← 0.6 − 0.01 · (−6.7) = 0.667"; a column of numbers becomes "(0.6, 0.9)"."""
    text = latex
    for _ in range(8):  # from the inside out
        before = text
        text = _ACCENT.sub(lambda match: match[2] + _ACCENTS[match[1]], text)
        text = _POWER.sub(lambda match: (match[1] or match[2]).translate(_RAISED), text)
        text = _SUBSCRIPT.sub(r"_\1", text)
        text = _ROOT.sub(lambda match: f"√{_grouped(match[1])}", text)
        text = _FRACTION.sub(lambda match: f"{_grouped(match[1])}/{_grouped(match[2])}", text)
        text = _COLUMN.sub(lambda match: "(" + ", ".join(part.strip() for part in match[1].split(r"\\")) + ")", text)
        if text == before:
            break
    for command, symbol in _SYMBOLS.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])", symbol, text)
    text = _COMMAND.sub(r"\1", text).replace("{", "").replace("}", "").replace("-", "\N{MINUS SIGN}")
    return re.sub(r" +", " ", text).strip()


def _grouped(text: str) -> str:
    """In brackets where it has more than one part."""
    return f"({text})" if re.search(r"[ ,+]", text.strip()) and not re.fullmatch(r"\([^()]*\)", text.strip()) else text


def wrapped_latex(latex: str, columns: int) -> tuple[str, ...]:
    """The line in pieces of about `columns` letters, broken before =, + or −, and never inside brackets."""
    pieces = [""]
    for part in _parts(latex):
        if pieces[-1] and _letters(pieces[-1] + part) > columns:
            pieces.append(r"\quad ")
        pieces[-1] += part
    return tuple(piece.strip() for piece in pieces)


def _parts(latex: str) -> list[str]:
    """Split before the signs that stand in no bracket, column or fraction."""
    parts, start = [], 0
    for match in _BREAK.finditer(latex):
        before = latex[: match.start()]
        inside = (
            before.count("{") > before.count("}") or before.count(r"\begin") > before.count(r"\end")
            or before.count(r"\left(") > before.count(r"\right)")
        )  # fmt: skip
        if not inside:
            parts.append(latex[start : match.end()])
            start = match.end()
    return [*parts, latex[start:]]


def _letters(latex: str) -> int:
    """About how wide it is: of a column of numbers or a fraction the widest part counts."""
    shown = _COLUMN.sub(lambda match: max(match[1].split(r"\\"), key=_letters) + "((", latex)
    for _ in range(3):
        shown = _FRACTION.sub(lambda match: max(match[1], match[2], key=len), _ROOT.sub(r"v\1", shown))
    return len(re.sub(r"[{}^_& ]", "", _COMMAND.sub("m", shown)))
