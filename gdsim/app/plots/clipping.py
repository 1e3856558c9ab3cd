"""Polylines cut off at the edge of the picture.

On the screen Qt does that; files of vectors (SVG) know no clipping, and a line that runs off by far is dashed all the
way there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.drawing import Array, Viewport

Flags = NDArray[np.bool_]


def clipped(pixels: Array, view: Viewport, margin: float = 1.0) -> tuple[Array, Flags]:
    """The parts of a polyline (n, 2) inside the view, and for each point whether it is joined to the next.

    Points that are not finite interrupt the line.  Each segment is cut as by Liang and Barsky (1984).
    """
    if len(pixels) < 2:
        return np.empty((0, 2)), np.zeros(0, dtype=bool)
    seen = np.isfinite(pixels[:-1]).all(axis=1) & np.isfinite(pixels[1:]).all(axis=1)
    start = np.where(seen[:, None], pixels[:-1], 0.0)
    along = np.where(seen[:, None], pixels[1:], 0.0) - start
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    with np.errstate(all="ignore"):
        for axis, length in ((0, view.width), (1, view.height)):
            for sign, edge in ((-1.0, margin), (1.0, length + margin)):
                move, room = sign * along[:, axis], edge - sign * start[:, axis]
                share = room / move
                enter = np.where(move < 0, np.maximum(enter, share), enter)
                leave = np.where(move > 0, np.minimum(leave, share), leave)
                seen &= (move != 0) | (room >= 0)
    seen &= enter <= leave
    goes_on = np.append(seen[:-1] & seen[1:] & (leave[:-1] == 1) & (enter[1:] == 0), False)
    first = start + np.where(seen, enter, 0.0)[:, None] * along
    last = start + np.where(seen, leave, 0.0)[:, None] * along
    both = np.stack([first, last], axis=1)
    kept = np.column_stack([seen, seen & ~goes_on])
    joined = np.tile([True, False], (len(start), 1))
    return both[kept], joined[kept]


def in_short_pieces(points: Array, joined: Flags, piece: int = 32) -> tuple[Array, Flags]:
    """The same lines in short pieces: a painter takes several times as long over a long one that turns about."""
    count = len(points)
    order = np.sort(np.concatenate([np.arange(count), np.arange(piece, count - 1, piece)]))
    return points[order], np.append((np.diff(order) == 1) & joined[order[:-1]], False)[: len(order)]
