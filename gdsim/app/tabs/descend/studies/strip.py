"""The basin map of a function of one variable: stretches of x, each with what becomes of a start there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class BasinStrip(NamedTuple):
    """Stretch k reaches from edges[k] to edges[k + 1]; `colours` has "#rrggbb" or a theme token for each.

    A colour is empty where nothing is known; starts of `hatched` stretches are gone, of `dotted` ones still moving.
    """

    edges: Array
    colours: tuple[str, ...]
    hatched: tuple[bool, ...]
    dotted: tuple[bool, ...] = ()


def strip_of(x: Array, labels: NDArray[np.int_], colours: tuple[str, ...], gone: int, moving: int) -> BasinStrip:
    """`labels` of the starts at `x`; equal neighbours become one stretch, its ends half way between two starts."""
    half = 0.5 * (x[1] - x[0]) if len(x) > 1 else 0.5
    borders = np.flatnonzero(np.diff(labels))
    edges = np.concatenate([[x[0] - half], 0.5 * (x[borders] + x[borders + 1]), [x[-1] + half]])
    firsts = labels[np.concatenate([[0], borders + 1])]
    return BasinStrip(
        edges,
        tuple(colours[label] if label >= 0 else "muted" if label == gone else "" for label in firsts.tolist()),
        tuple(label == gone for label in firsts.tolist()),
        tuple(label == moving for label in firsts.tolist()),
    )
