"""Indices of arrays: which are views, which keep the order of the elements, and how they are written."""

from __future__ import annotations

from typing import Any

import numpy as np


def _parts(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def _is_integer(part: Any) -> bool:
    """True and False are integers to Python, but truth values to numpy."""
    return isinstance(part, (int, np.integer)) and not isinstance(part, bool)


def is_basic(index: Any) -> bool:
    """An index that gives a view: integers, slices, ellipsis, None."""
    return all(part is None or part is ... or isinstance(part, slice) or _is_integer(part) for part in _parts(index))


def keeps_order(index: Any) -> bool:
    """Whether a basic index leaves a contiguous array contiguous: a range, or one element, of the first axis."""
    parts = _parts(index)
    if len(parts) != 1:
        return False
    return (isinstance(parts[0], slice) and parts[0].step in (None, 1)) or _is_integer(parts[0])


def index_text(index: Any) -> str:
    """A basic index as it stands between brackets."""
    if isinstance(index, slice):
        return _slice_text(index)
    texts = []
    for part in _parts(index):
        if isinstance(part, slice):
            texts.append(_slice_text(part))
        elif part is None or part is ...:
            texts.append("..." if part is ... else "None")
        else:
            texts.append(repr(int(part)))
    return "".join(f"{text}, " for text in texts).rstrip() or "()"


def _slice_text(part: slice) -> str:
    ends = ["" if end is None else repr(int(end)) for end in (part.start, part.stop, part.step)]
    return ":".join(ends if part.step is not None else ends[:2])
