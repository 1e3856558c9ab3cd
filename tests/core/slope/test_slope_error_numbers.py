"""The step that theory calls best, and the least error that is drawn, at curves whose derivatives are plain.

T·h + N/h is least at √(N/T), T·h² + N/h at ∛(N/2T); T is |f″|/2 and |f‴|/6, N is ε·max(|f|, |x·f′|) and half of it.
"""

from __future__ import annotations

from math import cbrt, cos, nan, sin, sqrt

import numpy as np
import pytest

from gdsim.core.expression import parse
from gdsim.core.slope import error_chart
from gdsim.core.slope.difference_errors import EPSILON


@pytest.mark.parametrize(
    ("typed", "x", "forward", "central"),
    [
        ("e^x", 0.5, 2.0, 1.5),
        ("e^x", 3.0, 6.0, 4.5),
        ("-e^x", 0.5, 2.0, 1.5),
        ("e^(-x)", 5.0, 10.0, 7.5),
        ("sin(x)", -2.0, 2.0, 1.5 * sin(2.0) / -cos(2.0)),
        ("x^2", 3.0, 18.0, nan),
        ("x^3", 2.0, 24.0 / 6.0, 24.0 / 2.0 / 2.0),
    ],
)
def test_the_step_that_theory_calls_best(typed, x, forward, central) -> None:
    chart = error_chart(parse(typed), x)
    assert chart.forward.expected_dx == pytest.approx(sqrt(forward * EPSILON), rel=1e-5)
    assert chart.central.expected_dx == pytest.approx(cbrt(central * EPSILON), rel=1e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("typed", "x", "least"), [("5", 1.0, 5e-18), ("-5", 1.0, 5e-18), ("2x", 0.0, 2e-18), ("0x", 1.0, 1e-18)]
)
def test_no_error_is_drawn_as_the_least(typed, x, least) -> None:
    chart = error_chart(parse(typed), x)
    for method in (chart.forward, chart.central):
        np.testing.assert_allclose(method.errors, least, rtol=1e-15)
        assert method.floor == pytest.approx(least, rel=1e-15)
    assert chart.autodiff_error == pytest.approx(least, rel=1e-15)


def test_errors_of_a_cube_by_hand() -> None:
    """((2 + h)³ − 8)/h − 12 = 6h + h², and h² for the central difference."""
    chart = error_chart(parse("x^3"), 2.0)
    use = chart.dx >= 1e-3
    np.testing.assert_allclose(chart.forward.errors[use], (6.0 * chart.dx + chart.dx**2)[use], rtol=1e-8)
    np.testing.assert_allclose(chart.central.errors[use], chart.dx[use] ** 2, rtol=1e-5)
    assert chart.derivative == 12.0
    np.testing.assert_allclose(np.log10(chart.dx), -np.arange(65) / 4.0, atol=1e-14)
