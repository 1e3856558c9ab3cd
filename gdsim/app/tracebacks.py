"""Errors in words, whatever the error is: its message may itself raise, and PySide6 puts words of its own before it."""

from __future__ import annotations

import re
import traceback
from types import TracebackType

_NOT_SHOWN = "(its message cannot be shown)"
_FAILED = "<exception str() failed>"  # what Python writes in its place
_PASSED_ON = re.compile(r"(?:Error calling Python override of [^\n]*?\(\): ?)+")
"""Before the message, once for each method it came through; the traceback says all of that."""


def message(error: BaseException) -> str:
    """What the error says; empty when it says nothing."""
    seen = _seen(type(error), error, None)
    return _NOT_SHOWN if seen is None else _readable(str(seen))


def in_full(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> str:
    """With its traceback, as Python itself shows it, and those of the errors behind it."""
    seen = _seen(kind, error, trace)
    if seen is not None:
        return _readable("".join(seen.format()))
    lines = "".join(traceback.format_tb(trace))
    return f"Traceback (most recent call last):\n{lines}{kind.__qualname__}: {_NOT_SHOWN}\n"


def _seen(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> traceback.TracebackException | None:
    """None when not even its attributes can be asked for, as with a `__getattr__` that calls itself."""
    try:
        return traceback.TracebackException(kind, error, trace, compact=True)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        return None


def _readable(text: str) -> str:
    return _PASSED_ON.sub("", text).replace(_FAILED, _NOT_SHOWN)
