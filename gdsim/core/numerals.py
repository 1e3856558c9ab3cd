"""Numbers in sentences and in formulas: four significant digits, a true minus sign, powers of ten written as such."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _parts(value: float, digits: int) -> tuple[str, int | None]:
    """The decimal text without trailing zeros, and the power of ten it is multiplied by (None: by one)."""
    mantissa, _, exponent_text = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(exponent_text)
    if -4 <= exponent <= 4:
        return _without_zeros(f"{value:.{max(0, digits - 1 - exponent)}f}"), None
    return _without_zeros(mantissa), exponent


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(value: float, digits: int = 4) -> str:
    """`value` for a sentence: "−0.25", "1.5·10⁻⁸", "∞", "undefined"."""
    value = float(value)
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0.0:
        return "0"
    decimal, exponent = _parts(value, digits)
    if exponent is None:
        return decimal.replace("-", "−")
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    text = power if decimal == "1" else f"−{power}" if decimal == "-1" else f"{decimal}·{power}"
    return text.replace("-", "−")


def place_in_words(point: Iterable[float], names: Sequence[str] = ()) -> str:
    """A point for a sentence: "x = −0.25", "(1, 2.5)"; long parameter vectors are not spelled out."""
    values = [float(value) for value in point]
    if len(values) == 1:
        return f"{names[0] if names else 'x'} = {in_words(values[0])}"
    if len(values) > 4:
        return f"this point of {len(values)} dimensions"
    return "(" + ", ".join(in_words(value) for value in values) + ")"


def in_latex(value: Any, digits: int = 4) -> str:
    """A float or a vector of them for a formula; of a long vector the first and the last entries."""
    return each_in_latex(lambda text: text, value, digits=digits)


def each_in_latex(write: Callable[..., str], *values: Any, digits: int = 4) -> str:
    """`write` applied to numbers as text, or entry by entry to vectors: √v of a vector is the vector of roots."""
    arrays = [np.asarray(value, float).ravel().tolist() for value in values]
    entries = [write(*(_scalar_latex(number, digits) for number in numbers)) for numbers in zip(*arrays, strict=True)]
    if len(entries) == 1:
        return entries[0]
    if len(entries) > 4:
        entries = [*entries[:2], r"\vdots", entries[-1]]
    return r"\begin{pmatrix} " + r" \\ ".join(entries) + r" \end{pmatrix}"


def factor_in_latex(value: Any, digits: int = 4) -> str:
    """Like `in_latex`, in parentheses where a minus sign or a power of ten would be misread after a dot."""
    text = in_latex(value, digits)
    return text if text.startswith(r"\begin") else in_parentheses(text)


def square_in_latex(value: Any, digits: int = 4) -> str:
    """The squares of the entries, not worked out: `(-2.6)^2`."""
    return each_in_latex(lambda text: f"{in_parentheses(text)}^2", value, digits=digits)


def in_parentheses(text: str) -> str:
    """The text of one number, in parentheses where it has a sign or a power of ten."""
    return rf"\left({text}\right)" if text.startswith("-") or "10^" in text else text


def _scalar_latex(value: float, digits: int) -> str:
    if math.isnan(value):
        return r"\text{undefined}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0.0:
        return "0"
    decimal, exponent = _parts(value, digits)
    if exponent is None:
        return decimal
    power = f"10^{{{exponent}}}"
    return power if decimal == "1" else f"-{power}" if decimal == "-1" else rf"{decimal} \cdot {power}"
