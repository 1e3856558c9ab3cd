"""Reading what was set in a study out of a saved state, of which nothing is sure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def whole_of(state: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`; None where it is missing or out of range."""
    value = state.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else None


def number_of(value: object, low: float, high: float) -> float | None:
    """A number from `low` to `high`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and low <= value <= high else None
