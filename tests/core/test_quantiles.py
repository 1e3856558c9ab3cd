from __future__ import annotations

import numpy as np
import pytest

from gdsim.core.quantiles import quantiles


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_quantiles_are_those_of_numpy(count):
    values = np.random.default_rng(count).normal(size=count) * 1e3
    shares = (0.0, 0.05, 0.25, 0.5, 0.9, 1.0)
    assert quantiles(values, *shares) == pytest.approx(np.quantile(values, shares), rel=1e-12)
    assert quantiles(values.reshape(1, -1), 0.5) == pytest.approx([np.median(values)])


def test_no_values_have_no_quantiles():
    with pytest.raises(ValueError, match="no values"):
        quantiles([], 0.5)
