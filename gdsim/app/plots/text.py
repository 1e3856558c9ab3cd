"""Words for numbers that only plots need: signs, ticks, powers of ten, counts.

Plain numbers are written by `format_number` of the widgets, so that a quantity reads the same in the picture, in
the table and in the sentence.
"""

from __future__ import annotations

import math

from gdsim.app.widgets.figures import MINUS, format_number

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def signed(value: float, digits: int = 4) -> str:
    """With a plus sign before what is positive: for moves."""
    text = format_number(value, digits)
    return "+" + text if value > 0 else text


def plain(value: float) -> str:
    """`value` for a file that is read back: ASCII only, no digit lost."""
    return f"{float(value):.17g}"


def count(amount: int, noun: str) -> str:
    """The amount with its noun: "1 step", "12 steps"."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def power_of_ten(power: int) -> str:
    """As "0.01" or "1000", and as "10⁻⁷" where zeros would have to be counted."""
    if -4 < power < 5:
        return f"{10.0**power:g}"
    return "10" + str(power).translate(_SUPERSCRIPTS)


def tick_text(value: float, spacing: float) -> str:
    """The label of a tick: just the decimals that `spacing` needs."""
    if abs(value) < spacing * 1e-9:
        return "0"
    if max(abs(value), spacing) >= 1e5 or spacing < 1e-4:
        decades = max(0, math.floor(math.log10(abs(value))) - math.floor(math.log10(spacing)))
        return format_number(value, min(decades + 1, 12), trim=True)
    decimals = max(0, -math.floor(math.log10(spacing) + 1e-9))
    return f"{value:.{decimals}f}".replace("-", MINUS)
