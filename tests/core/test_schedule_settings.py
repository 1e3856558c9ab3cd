"""Every number of every schedule, with its default and its bounds."""

from __future__ import annotations

import pytest

from gdsim.core.schedules import SCHEDULES
from tests.core.settings_table import check_bounds, numbers_of

# Name, default, lowest, highest, whether the slider is logarithmic, symbol.
NUMBERS = {
    SCHEDULES["constant"]: [],
    SCHEDULES["step"]: [("every", 50, 1, 100_000, False, "n"), ("gamma", 0.5, 0.01, 1.0, False, r"\gamma")],
    SCHEDULES["exponential"]: [("gamma", 0.99, 0.5, 1.0, False, r"\gamma")],
    SCHEDULES["cosine"]: [("length", 200, 1, 100_000, False, "n"), ("floor", 0.0, 0.0, 1.0, False, "r")],
    SCHEDULES["inverse_time"]: [("decay", 0.01, 1e-6, 10.0, True, "d")],
    SCHEDULES["warmup"]: [("length", 20, 1, 100_000, False, "n")],
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.__name__)
def test_defaults_and_bounds(kind) -> None:
    assert numbers_of(kind) == NUMBERS[kind]
    check_bounds(kind, NUMBERS[kind])


def test_none_is_left_out() -> None:
    assert set(NUMBERS) == set(SCHEDULES.values())
