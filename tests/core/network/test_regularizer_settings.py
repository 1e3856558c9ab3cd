"""Every number of every regularizer, with its default and its bounds."""

from __future__ import annotations

import pytest

from gdsim.core.network import REGULARIZERS
from tests.core.settings_table import check_bounds, numbers_of

# Name, default, lowest, highest, whether the slider is logarithmic, symbol.
NUMBERS = {
    REGULARIZERS["l1"]: [("strength", 0.001, 0.0, 10.0, True, r"\lambda_1")],
    REGULARIZERS["l2"]: [("strength", 0.001, 0.0, 100.0, True, r"\lambda_2")],
    REGULARIZERS["elastic"]: [
        ("strength", 0.001, 0.0, 10.0, True, r"\lambda"), ("share", 0.5, 0.0, 1.0, False, r"\rho"),
    ],
    REGULARIZERS["weight_decay"]: [("strength", 0.01, 0.0, 100.0, True, r"\lambda")],
    REGULARIZERS["dropout"]: [("rate", 0.2, 0.0, 0.9, False, "q")],
    REGULARIZERS["early_stopping"]: [("patience", 100, 1, 1_000_000, True, "p")],
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: kind.__name__)
def test_defaults_and_bounds(kind) -> None:
    assert numbers_of(kind) == NUMBERS[kind]
    check_bounds(kind, NUMBERS[kind])


def test_none_is_left_out() -> None:
    assert set(NUMBERS) == set(REGULARIZERS.values())


@pytest.mark.parametrize(
    ("key", "numbers", "settings"),
    [
        ("l1", {"strength": 0.25}, {"l1": 0.25}),
        ("l2", {"strength": 0.25}, {"l2": 0.25}),
        ("elastic", {"strength": 0.5, "share": 0.25}, {"l1": 0.125, "l2": 0.375}),
        ("weight_decay", {"strength": 0.25}, {"weight_decay": 0.25}),
        ("dropout", {"rate": 0.25}, {"dropout": 0.25}),
        ("early_stopping", {"patience": 7}, {"patience": 7}),
    ],
)
def test_what_each_sets(key, numbers, settings) -> None:
    assert REGULARIZERS[key](**numbers).settings == settings
