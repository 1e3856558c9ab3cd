"""The words of formulas: functions from the table of primitives, two constants, variables.

A function is known to formulas when its primitive has `names`; nothing is listed twice.  Variables are single Latin
letters or Greek ones, possibly numbered (x, w1, θ2); Greek letters are kept spelled out, so `theta` and `θ` are one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from gdsim.core.autodiff import PRIMITIVES

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip

CONSTANTS = ("pi", "e")

FUNCTIONS = {
    **{name: key for key, primitive in PRIMITIVES.items() for name in primitive.names},
    "sigma": "sigmoid",  # σ spelled out
}

# Functions that are read as others: the reciprocal of a primitive, a quotient of two, a power.
RECIPROCALS = {"sec": "cos", "csc": "sin", "cosec": "sin", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
REWRITTEN = (*RECIPROCALS, "cot", "ctg", "cbrt")

# What other books call things; the right side completes "Write ...".
_ELSEWHERE = {
    "tg": "tan(x)", "arctg": "arctan(x)", "lg": "log10(x)", "ld": "log2(x)", "root": "sqrt(x)", "square": "x^2",
    "pow": "x^2", "power": "x^2", "heaviside": "step(x)", "logistic": "sigmoid(x)", "fabs": "|x|", "sh": "sinh(x)",
    "ch": "cosh(x)", "th": "tanh(x)", "sine": "sin(x)", "sinus": "sin(x)", "cosine": "cos(x)", "cosinus": "cos(x)",
    "tangent": "tan(x)", "arcsine": "arcsin(x)", "arccosine": "arccos(x)", "logarithm": "ln(x)",
    "exponential": "exp(x)", "squareroot": "sqrt(x)", "absolute": "|x|", "sig": "sigmoid(x)", "sigm": "sigmoid(x)",
    "lrelu": "leaky_relu(x)", "leakyrelu": "leaky_relu(x)", "softmax": "e^x/(e^x + e^y)", "sum": "x + y",
    "mean": "(x + y)/2",
}  # fmt: skip
_LONG_ELSEWHERE = tuple(name for name in _ELSEWHERE if len(name) > 4)  # where one letter more or less is a slip

_SPELLED = sorted(set(GREEK.values()) - {"pi", "sigma"}, key=len, reverse=True)
_VARIABLE = re.compile(rf"(?:[A-Za-df-z]|{'|'.join(_SPELLED)})(?:_?[0-9]{{1,3}})?")
_SUBSCRIPTS = {ord(character): str(digit) for digit, character in enumerate("₀₁₂₃₄₅₆₇₈₉")}

_NUMBERED_CONSTANT = re.compile(r"(e|pi)_?([0-9]{1,3})")
_CONSTANT_VALUES = {"e": "2.718…", "pi": "3.142…"}
_SOME_FUNCTIONS = "There are sin, cos, exp, ln, sqrt, tanh, σ, relu and more (Help > Typing a formula)."

# Letters that are read as a product when written together, unless the caller says which variables there are.
_JOINED = frozenset("abckntuvwxyz")
_MOST_JOINED = 3
_MOST_PIECES = 6
_LONGEST_WORD = 20
_LONG = (*(name for name in FUNCTIONS if len(name) > 1), *REWRITTEN, "pi")
_WORDS = re.compile("|".join(sorted(_LONG, key=len, reverse=True)))
_DIGITS = re.compile(r"[0-9]+")


def is_function(word: str) -> bool:
    return word in FUNCTIONS or word in REWRITTEN


def spelled(word: str) -> str:
    """The word with Greek letters spelled out and subscript digits as digits: θ₁ -> theta1."""
    return "".join(GREEK.get(character, character) for character in word).translate(_SUBSCRIPTS)


def variable_name(word: str) -> str | None:
    """The name under which a variable is kept (w_1 -> w1, θ -> theta), or None if no variable can be called so."""
    name = spelled(word)
    return name.replace("_", "") if _VARIABLE.fullmatch(name) else None


def permitted_names(variables: Iterable[str] | None) -> tuple[str, ...] | None:
    """The caller's variables in canonical spelling; ValueError for what cannot be one."""
    if variables is None:
        return None
    names = []
    for word in variables:
        name = variable_name(word)
        if name is None:
            raise ValueError(f"{word!r} cannot be a variable: a letter other than e, possibly numbered, is needed")
        names.append(name)
    return tuple(names)


def split(word: str, permitted: Collection[str] | None, power_follows: bool) -> list[str] | None:
    """A word of several names without spaces, taken apart: xy -> x y, xsinx -> x sin x, sin2x -> sin 2 x.

    Functions are looked for first, the longest one at each place; e counts only where a power follows (xe^x), and
    None means that some part of the word is no name.
    """
    pieces: list[str] = []
    place = 0
    while place < len(word):
        behind_function = bool(pieces) and is_function(pieces[-1])
        known = _WORDS.match(word, place) or (_DIGITS.match(word, place) if behind_function else None)
        if known:
            piece = known.group()
        elif word[place] == "e" and place == len(word) - 1 and power_follows:
            piece = "e"
        else:
            found = _VARIABLE.match(word, place)
            piece = found.group() if found and len(found.group().rstrip("0123456789_")) == 1 else word[place]
            if permitted is not None and piece not in permitted:
                piece = word[place]
            if piece not in permitted if permitted is not None else word[place] not in _JOINED:
                return None
        pieces.append(piece)
        place += len(piece)
    only_letters = not any(is_function(piece) or piece in CONSTANTS for piece in pieces)
    most = _MOST_JOINED if only_letters and permitted is None else _MOST_PIECES
    return pieces if 1 < len(pieces) <= most else None


def listing(names: Collection[str]) -> str:
    """Names as in a sentence: x, y and z."""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def unknown(word: str, called: bool, permitted: Collection[str] | None) -> str:
    """The sentence for a word that means nothing here, with the nearest thing that does."""
    if len(word) > _LONGEST_WORD:
        return f"{word[:_LONGEST_WORD]}… is not a variable or a function here."
    low = word.lower()
    if low in _ELSEWHERE:
        return f"There is no function {word} here. Write {_ELSEWHERE[low]} instead."
    numbered = _NUMBERED_CONSTANT.fullmatch(low)
    if numbered:
        constant, number = numbered.groups()
        power = f"{constant}^{number} for a power, {constant}*{number} for a product"
        other = f", or another letter, such as {'uq'[constant == 'pi']}{number}" if permitted is None else ""
        value = _CONSTANT_VALUES[constant]
        return f"{word} is no variable, because {constant} is the number {value}: write {power}{other}."
    known = (*FUNCTIONS, *REWRITTEN, *(_SPELLED if permitted is None and len(low) > 3 else ()))
    near = difflib.get_close_matches(low, known, n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]}?" if near else ""
    meant = difflib.get_close_matches(low, _LONG_ELSEWHERE, n=1, cutoff=0.8)
    if meant:
        return f"There is no function {word} here. If {meant[0]} is meant, write {_ELSEWHERE[meant[0]]}."
    if called:
        return (
            f"There is no function called {word}.{hint or f' {_SOME_FUNCTIONS} Put * between factors for a product.'}"
        )
    if near:
        return f"{word} is neither a variable nor a function here.{hint}"
    if permitted is not None:
        hint = f"This formula can use {listing(permitted)}." if permitted else "This formula has no variables."
        return f"{word} is neither a variable nor a function here. {hint}"
    letter = next((each for each in word if variable_name(each)), "x")
    return (
        f"{word} is neither a variable nor a function: a variable is one letter, possibly with a number. "
        f"Write {letter} or {letter}1."
    )
