from __future__ import annotations

import pytest

from gdsim.app.plots.text import count, plain, power_of_ten, signed, tick_text


def test_moves_carry_their_sign():
    assert [signed(value) for value in (0.26, -0.26, 0.0)] == ["+0.2600", "−0.2600", "0"]


def test_one_is_singular():
    assert [count(amount, "step") for amount in (0, 1, 12)] == ["0 steps", "1 step", "12 steps"]


@pytest.mark.parametrize(("power", "text"), [(0, "1"), (-2, "0.01"), (4, "10000"), (5, "10⁵"), (-7, "10⁻⁷")])
def test_powers_of_ten(power, text):
    assert power_of_ten(power) == text


@pytest.mark.parametrize(
    ("value", "spacing", "text"),
    [
        (0.5, 0.5, "0.5"), (1.0, 0.5, "1.0"), (-2.0, 1.0, "−2"), (0.30000000000000004, 0.1, "0.3"),
        (1e-17, 0.2, "0"), (0.999305, 5e-6, "0.999305"), (200000.0, 1e5, "200000"), (3e7, 1e7, "3·10⁷"),
    ],
)  # fmt: skip
def test_a_tick_has_just_the_decimals_that_its_spacing_needs(value, spacing, text):
    assert tick_text(value, spacing) == text


@pytest.mark.parametrize("value", [0.1, 1 / 3, -2.5e-300, 1e150])
def test_plain_numbers_are_read_back_exactly(value):
    assert float(plain(value)) == value
