"""What a soak calls growth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.soak.measure import LIMITS, Reading, growth

FLAT = Reading(memory=300.0, frame=12.0, objects=200_000, qobjects=5000, widgets=3000, windows=200, timers=3, items=500)


def course(**last: float) -> list[Reading]:
    """Nine readings, of which the last three have other numbers."""
    return [FLAT] * 6 + [replace(FLAT, **last)] * 3


def test_what_is_flat_or_falls_is_no_growth():
    assert growth(course(), LIMITS) == []
    assert growth(course(memory=200.0, widgets=10), LIMITS) == []


@pytest.mark.parametrize(
    ("found", "tolerated"),
    [
        ({"memory": 331.0}, {"memory": 329.0}), ({"frame": 25.0}, {"frame": 23.0}),
        ({"objects": 221_000}, {"objects": 219_000}), ({"widgets": 3070}, {"widgets": 3050}), ({"timers": 4}, {}),
        ({"items": 520}, {"items": 505}),
    ],
)  # fmt: skip
def test_growth_is_named_with_its_numbers(found, tolerated):
    (name, value), *_ = found.items()
    (sentence,) = growth(course(**found), LIMITS)
    assert sentence.startswith(f"{name} grew from {getattr(FLAT, name):.6g} to {value:.6g}")
    assert growth(course(**tolerated), LIMITS) == []


def test_one_reading_that_sticks_out_is_no_growth():
    assert growth([*[FLAT] * 7, replace(FLAT, frame=90.0), FLAT], LIMITS) == []
