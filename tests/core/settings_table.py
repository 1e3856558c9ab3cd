"""What the tables of settings are compared with: every number that can be set, its default and its bounds."""

from __future__ import annotations

from typing import Any

import pytest

from gdsim.core.params import params_of

Row = tuple[str, float, float, float, bool, str]


def numbers_of(kind: Any) -> list[Row]:
    """Name, default, lowest, highest, whether the slider is logarithmic, and symbol of each number."""
    return [
        (spec.name, spec.default, spec.low, spec.high, spec.log, spec.symbol)
        for spec in params_of(kind)
        if spec.kind is not bool
    ]


def check_bounds(kind: Any, rows: list[Row]) -> None:
    """Both bounds are accepted, and nothing beyond."""
    for name, _, low, high, *_ in rows:
        for bound in (low, high):
            assert getattr(kind(**{name: bound}), name) == bound
        for beyond in (low - 1, high + 1):
            with pytest.raises(ValueError, match="has to lie between"):
                kind(**{name: beyond})
