"""The stretches of x over which the point has moved: there the derivative has been traced out."""

from __future__ import annotations

Stretches = tuple[tuple[float, float], ...]
_MOST = 200


def moved(stretches: Stretches, before: float, after: float) -> Stretches:
    """With the way from `before` to `after`; what touches is joined, in order of x."""
    low, high = sorted((before, after))
    apart = []
    for start, end in stretches:
        if end < low or start > high:
            apart.append((start, end))
        else:
            low, high = min(low, start), max(high, end)
    return tuple(sorted([*apart, (low, high)])[-_MOST:])


def put(stretches: Stretches, x: float) -> Stretches:
    """With a single place, as after a click elsewhere."""
    return moved(stretches, x, x)
