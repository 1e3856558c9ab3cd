"""The error function for arrays, which numpy lacks.

W. J. Cody, "Rational Chebyshev approximation for the error function", Mathematics of Computation 23 (1969):
three ranges of |x|, each a quotient of polynomials; relative error below 1e-15.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_A = (
    3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02, 3.20937758913846947e03,
    1.85777706184603153e-1,
)  # fmt: skip
_B = (2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03)
_C = (
    5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01, 2.98635138197400131e02,
    8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03,
    2.15311535474403846e-8,
)  # fmt: skip
_D = (
    1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
    3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03,
)  # fmt: skip
_LARGE = 6.0  # erf rounds to 1 from here on


def _small(x: Any) -> Any:
    """|x| <= 0.46875."""
    square = x * x
    top, bottom = _A[4] * square, square
    for i in range(3):
        top = (top + _A[i]) * square
        bottom = (bottom + _B[i]) * square
    return x * (top + _A[3]) / (bottom + _B[3])


def _middle(size: Any) -> Any:
    """0.46875 < |x| < 6, by the complement (whose relative error no longer matters above 4)."""
    top, bottom = _C[8] * size, size
    for i in range(7):
        top = (top + _C[i]) * size
        bottom = (bottom + _D[i]) * size
    return 1.0 - np.exp(-size * size) * (top + _C[7]) / (bottom + _D[7])


def erf(x: Any) -> Any:
    """2/√π · ∫₀ˣ e^(−t²) dt, element by element; nan stays nan."""
    if isinstance(x, float):
        return math.erf(x)
    size = np.minimum(np.abs(x), _LARGE)
    return np.where(size <= 0.46875, _small(np.clip(x, -1.0, 1.0)), np.copysign(_middle(size), x))[()]
