from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdsim.app.widgets.figures import format_number, parse_number
from gdsim.core.numerals import in_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.28414, "1.284"),
        (-1.3, "−1.300"),
        (0.1, "0.1000"),
        (0, "0"),
        (-0.0, "0"),
        (9.99996, "10.00"),
        (123456.7, "123457"),
        (1234.5, "1234"),
        (999999.9, "1.000·10⁶"),
        (1e6, "1.000·10⁶"),
        (0.00012, "0.0001200"),
        (-0.000012, "−1.200·10⁻⁵"),
        (5e-324, "4.941·10⁻³²⁴"),
        (math.nan, "undefined"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_four_significant_digits(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"), (-2.0, "−2"), (1000.0, "1000"), (1e-7, "10⁻⁷"), (-1e-7, "−10⁻⁷"), (1.5e9, "1.5·10⁹"),
        (0.25, "0.25"), (100, "100"),
    ],
)  # fmt: skip
def test_trailing_zeros_are_dropped_where_they_say_nothing(value, text):
    assert format_number(value, trim=True) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1), (" −1.3 ", -1.3), ("1,5", 1.5), ("1e-3", 1e-3), ("2·10⁻³", 2e-3), ("2×10^3", 2e3), ("-.5", -0.5),
        ("1 000", 1000.0), ("10⁻⁵", 1e-5), ("−10⁷", -1e7), ("10^-2", 0.01), ("10", 10.0),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text, value):
    assert parse_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1,2,3", "1_000", "0x10", "--1", "1e", "1,000.5", "2·10", "·10²"])
def test_what_is_no_number(text):
    assert parse_number(text) is None


@given(st.floats(-1e308, 1e308))
def test_what_is_shown_can_be_typed_again(value):
    back = parse_number(format_number(value))
    assert back == pytest.approx(value, rel=6e-4, abs=5e-324)


@pytest.mark.parametrize("value", [1e-7, -2.5e-8, 1.5e300, 3e8, -1e12])
def test_the_core_writes_powers_of_ten_in_the_same_way(value):
    assert format_number(value, trim=True) == in_words(value)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text):
    assert parse_number(text) is None or isinstance(parse_number(text), float)
