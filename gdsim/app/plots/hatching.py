"""Lines that hatch the region between two outlines, as coordinates, so that files of vectors have them too.

A region is told by its hatch as well as by its colour; seven patterns are enough for the layers of a network.
"""

from __future__ import annotations

import numpy as np

from gdsim.app.plots.drawing import Array

HATCHES = ("rising", "falling", "level", "upright", "crossed", "dotted", "plain")

_SLOPES = {"rising": (1.0,), "falling": (-1.0,), "level": (0.0,), "crossed": (1.0, -1.0)}
_DOT = 1.5


def hatch_lines(top: Array, bottom: Array, pattern: str, apart: float = 5.0) -> Array:
    """Lines (m, 2, 2) between the heights `top` and `bottom` (n,) of the pixel columns 0..n-1, y downwards.

    A column whose heights are not finite, or whose top is below its bottom, stays empty.
    """
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    open_ = np.isfinite(top) & np.isfinite(bottom) & (bottom > top)
    if not open_.any() or pattern == "plain":
        return np.empty((0, 2, 2))
    columns = np.arange(len(top)) + 0.5
    if pattern == "upright":
        kept = open_ & (np.arange(len(top)) % round(apart) == 0)
        return np.stack([np.column_stack([columns[kept], side[kept]]) for side in (top, bottom)], axis=1)
    if pattern == "dotted":
        return _dots(columns, top, bottom, open_, apart)
    pieces = [_slanted(columns, top, bottom, open_, slope, apart) for slope in _SLOPES[pattern]]
    return np.concatenate(pieces)


def _slanted(columns: Array, top: Array, bottom: Array, seen: np.ndarray, slope: float, apart: float) -> Array:
    """Parallels y = c - slope * x, each cut to the columns where it is inside."""
    step = apart * np.hypot(1.0, slope)
    shift = slope * columns
    low, high = (top + shift)[seen].min(), (bottom + shift)[seen].max()
    offsets = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    heights = offsets[:, None] - shift
    inside = (heights >= np.where(seen, top, np.inf)) & (heights <= np.where(seen, bottom, -np.inf))
    edges = np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (row, first), (_, last) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    left, right = first.astype(float), last.astype(float)
    return np.stack(
        [np.column_stack([x, offsets[row] - slope * x]) for x in (left, right)], axis=1,
    )  # fmt: skip


def _dots(columns: Array, top: Array, bottom: Array, seen: np.ndarray, apart: float) -> Array:
    """Short dashes on a grid, every other row shifted by half."""
    step = round(apart)
    rows = np.arange(np.ceil(top[seen].min() / step), np.floor(bottom[seen].max() / step) + 1)
    shift = np.where(rows % 2 == 0, 0, step // 2)[:, None]
    heights = rows[:, None] * step
    inside = seen & (heights >= top) & (heights <= bottom) & ((np.arange(len(columns)) + shift) % step == step // 2)
    row, column = np.nonzero(inside)
    x, y = columns[column], rows[row] * step
    ends = [np.clip(x + side * _DOT / 2, 0.0, len(columns)) for side in (-1, 1)]
    return np.stack([np.column_stack([end, y]) for end in ends], axis=1)
