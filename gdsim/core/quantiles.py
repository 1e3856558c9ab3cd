"""Quantiles by sorting.  numpy's own function imports numpy's masked arrays, a part of the start that one can feel."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def quantiles(values: ArrayLike, *shares: float) -> list[float]:
    """Below which lie these shares (0 to 1) of finite `values`; between two neighbours on the straight line.

    As numpy.quantile with its usual method.  Raises ValueError for no values.
    """
    ordered = np.sort(np.asarray(values, dtype=float), axis=None)
    if not ordered.size:
        raise ValueError("no values have no quantiles")
    places = np.asarray(shares) * (ordered.size - 1)
    found: list[float] = np.interp(places, np.arange(ordered.size), ordered).tolist()
    return found
