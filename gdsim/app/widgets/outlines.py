"""Formulas as SVG: LaTeX set by ziamath, which is imported at the first formula (0.2 s); what was set is kept, since it
takes 2-40 ms.
"""

from __future__ import annotations

import html
import re
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partialmethod
from types import ModuleType
from typing import Any

_MEASURE = "_get_height_nostretch"


@lru_cache(maxsize=1)
def ziamath() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it finds its font by a function that Python calls old
        import ziamath as package
    package.config.svg2 = False  # QtSvg draws SVG 2's formulas blank, and calls them valid
    with suppress(ImportError):
        from ziamath.nodes.mrow import Mrow

        measured_once(Mrow)
    return package


def measured_once(row: type) -> None:
    """ziamath measures each row of a formula before it sets it, and again each row inside: 2ⁿ times at n levels of
    brackets.  While a row is measured, heights of rows inside are of no use, and without them it comes out the same.

    The method is private: where a version has none, all stays as it is.
    """
    measure = getattr(row, _MEASURE, None)
    if measure is not None:
        setattr(row, _MEASURE, partialmethod(_measured, measure))


def _measured(row: Any, measure: Callable[..., tuple[float, float]], line: object, **how: Any) -> tuple[float, float]:
    return (0.0, 0.0) if how.get("nostretch") else measure(row, line, **how)


# A minus behind one of these is a sign; ziamath would space it as in a difference.
_SIGN = re.compile(r"((?:[(\[=,]|\\left\||\\leftarrow|\\cdot|\\approx)\s*)-")


def _with_signs(latex: str) -> str:
    return _SIGN.sub(r"\1{-}", latex)


def formula_svg(latex: str, size: float, colour: str) -> bytes:
    """The formula as SVG, `size` px high letters.  LaTeX that ziamath cannot set comes out as plain text."""
    return zlib.decompress(outlines(latex, size)).replace(_INK, colour.encode())


_INK = b"#010203"  # of what is kept, so that one drawing serves all colours of both themes


@lru_cache(maxsize=512)
def outlines(latex: str, size: float) -> bytes:
    """The SVG, compressed to a third: the outline of each letter takes hundreds of characters."""
    try:
        svg = ziamath().Latex(_with_signs(latex), size=size, color=_INK.decode()).svg().encode()
    except Exception:  # noqa: BLE001 - ziamath raises whatever its parser stumbles over
        svg = _plain_svg(latex, size, _INK.decode())
    return zlib.compress(svg)


def _plain_svg(text: str, size: float, colour: str) -> bytes:
    """The letters as they are, which is the best left to show."""
    shown = html.escape("".join(letter for letter in text if letter.isprintable()))
    box = f"0 {-size} {0.6 * size * len(text) + 2} {1.4 * size}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">'
        f'<text font-family="monospace" font-size="{size}" fill="{colour}">{shown}</text></svg>'
    ).encode()
