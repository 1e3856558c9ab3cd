"""Cells as numbers: decimal point or comma, thousands in groups of three, and the many ways to say "no value"."""

from __future__ import annotations

import math
import re

MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "#n/a", "-", "–", "?", "."})
MISSING_LABELS = frozenset({"", "na", "nan", "n/a", "null", "#n/a"})

# Digits that are not ASCII and the underscores of program texts are no numbers here.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# 1,234,567.8 or 1 234 567.8 or 1'234'567.8 with a decimal point; the first sign that separates is used throughout.
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}([,' \u00a0\u202f\u2009’])\d{3}(?:\1\d{3})*(?:\.\d*)?", re.ASCII),
    ",": re.compile(r"[+-]?\d{1,3}([.' \u00a0\u202f\u2009’])\d{3}(?:\1\d{3})*(?:,\d*)?", re.ASCII),
}


def read_number(cell: str, decimal: str) -> float:
    """The finite number that `cell` says with that decimal sign, else nan."""
    if decimal == "." and cell.isascii() and "_" not in cell:
        try:
            return _finite(cell)
        except ValueError:
            pass  # perhaps one with thousands
    text = cell.strip().replace("−", "-")
    grouped = _GROUPED[decimal].fullmatch(text)
    if grouped:
        text = text.replace(grouped[1], "")
    if decimal == ",":
        if "." in text:
            return math.nan
        text = text.replace(",", ".")
    return _finite(text) if _NUMBER.fullmatch(text) else math.nan


def is_missing(cell: str) -> bool:
    """Whether a cell of a column of numbers stands for no value."""
    return cell.strip().lower() in MISSING


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else math.nan
