"""Every number that a data set is drawn with, with its default and its bounds."""

from __future__ import annotations

from gdsim.core.datasets.spec import DataSpec
from gdsim.core.params import params_of


def test_what_a_data_set_is_drawn_with() -> None:
    found = [(spec.name, spec.default, spec.low, spec.high, spec.log) for spec in params_of(DataSpec)]
    assert found == [
        ("n", 200, 2, 5000, True),
        ("noise", 0.1, 0.0, 2.0, False),
        ("wrong_labels", 0.0, 0.0, 0.5, False),
        ("outliers", 0.0, 0.0, 0.5, False),
        ("outlier_size", 3.0, 0.5, 10.0, False),
        ("validation_share", 0.3, 0.0, 0.9, False),
        ("low", -5.0, -1e6, 1e6, False),
        ("high", 5.0, -1e6, 1e6, False),
    ]
    assert [spec.name for spec in params_of(DataSpec) if spec.kind is int] == ["n"]
