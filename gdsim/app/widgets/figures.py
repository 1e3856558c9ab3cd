"""Numbers as text: four significant digits, a true minus sign, powers of ten written out.

A power of ten reads as in the core's sentences and in typeset formulas: 2·10⁻³, and 10⁻³ alone.
"""

from __future__ import annotations

import math
import re

MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ON_THE_LINE = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_POWER = re.compile(r"(?:(?P<factor>.+)[·×]|(?P<sign>[-+]?))10(?:\^(?P<power>-?\d+)|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")


def format_number(value: float, digits: int = 4, *, trim: bool = False) -> str:
    """`digits` significant digits; `trim` drops trailing zeros.  NaN reads "undefined"."""
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power < 6:
        text = f"{value:.{max(digits - 1 - power, 0)}f}"
        if (
            power >= digits
        ):  # 123456 rather than 123500 would claim digits that are not asked for, but whole numbers read best
            text = f"{round(value)}"
        return _trimmed(text, trim).replace("-", MINUS)
    raised = f"10{str(power).translate(_SUPERSCRIPT)}"
    factor = _trimmed(mantissa, trim)
    text = factor.replace("1", raised) if factor in ("1", "-1") else f"{factor}·{raised}"
    return text.replace("-", MINUS)


def digits_apart(one: float, other: float) -> int:
    """How many significant digits tell two numbers apart as `format_number` writes them: four, or up to 17."""
    return next((digits for digits in range(4, 17) if one == other or _further(one, other, digits)), 17)


def _further(one: float, other: float, digits: int) -> bool:
    return format_number(one, digits, trim=True) != format_number(other, digits, trim=True)


def parse_number(text: str) -> float | None:
    """A typed number, such as "−1.3", "1,5", "1e-3", "2·10⁻³", "2×10^-3" or "10⁻³"; None when it is none."""
    plain = text.strip().replace(MINUS, "-").replace("–", "-").replace(" ", "")
    match = _POWER.fullmatch(plain)
    if match is not None:
        power = match["power"] or match["raised"].translate(_ON_THE_LINE)
        plain = f"{match['factor'] or match['sign'] + '1'}e{power}"
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if "_" in plain:
        return None
    try:
        return float(plain)
    except ValueError:
        return None


def _trimmed(text: str, trim: bool) -> str:
    return text.rstrip("0").rstrip(".") if trim and "." in text else text
