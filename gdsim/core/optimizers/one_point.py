"""The search along a line and Newton's direction for a single point, in plain floats: ten times quicker than arrays.

The same rules for many points at once are in `safeguarded`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gdsim.core.optimizers.base import Numbers

if TYPE_CHECKING:
    from gdsim.core.objective import Objective

# A Hessian whose smallest eigenvalue is below this share of its largest counts as not positive definite.
RELATIVE_CURVATURE = 1e-10
# A Newton direction longer than this times max(1, |x|) only shows that there is no curvature to speak of.
TOO_LONG = 1e6
# The value of `Search.replaced` for such a direction.
UNUSABLE = 2.0
# A move that has been halved so often is below rounding.
TRIALS = 60


def backtrack_one(
    objective: Objective, point: Numbers, move: Numbers, slope: float, sufficient: float, shrink: float
) -> tuple[float, float]:
    """The largest fraction shrinkᵏ of `move` with f(x + t·move) ≤ f(x) + c·t·slope, and the evaluations it took.

    `slope` is gradient · move, negative downhill.  0 where no trial passes; an undefined value (nan) does not pass, nor
    does an infinitely low one.
    """
    value = objective.value_at
    start = value(*point)
    fraction = 1.0
    for trials in range(1, TRIALS + 1):
        trial = value(*[x + fraction * d for x, d in zip(point, move, strict=True)])
        if trial <= start + sufficient * fraction * slope and trial > -math.inf:
            return fraction, trials + 1.0
        fraction *= shrink
    return 0.0, TRIALS + 1.0


def newton_direction_one(objective: Objective, point: Numbers, gradient: Numbers) -> tuple[Numbers, float]:
    """−H⁻¹·g where H is positive definite, else −g/|λ|max; and whether it was replaced, as in `Search`.

    For one or two coordinates.  Where the curvature is zero, unknown or so small that this leads immensely far, the
    direction is −g.
    """
    opposite = tuple([-slope for slope in gradient])
    entries = objective.hessian_at(*point)
    if not all(map(math.isfinite, entries)):
        return opposite, UNUSABLE
    lowest, highest = _eigenvalues(entries)
    largest = max(abs(lowest), abs(highest))
    if largest == 0.0:
        return opposite, UNUSABLE
    definite = lowest > RELATIVE_CURVATURE * largest
    direction = _solved(entries, opposite) if definite else tuple([part / largest for part in opposite])
    if not max(map(abs, direction)) <= TOO_LONG * max(1.0, *map(abs, point)):
        return opposite, UNUSABLE
    return direction, 0.0 if definite else 1.0


def _eigenvalues(entries: Numbers) -> tuple[float, float]:
    """The lowest and the highest eigenvalue of [a] or of [[a, b], [b, c]]."""
    if len(entries) == 1:
        return entries[0], entries[0]
    a, b, c = entries
    middle, radius = 0.5 * a + 0.5 * c, math.hypot(0.5 * a - 0.5 * c, b)
    return middle - radius, middle + radius


def _solved(entries: Numbers, right: Numbers) -> Numbers:
    """The solution of H·x = right for a positive definite H, by elimination without pivoting, which is stable here."""
    if len(entries) == 1:
        return (right[0] / entries[0],)
    a, b, c = entries
    if a < c:  # the larger diagonal entry first
        y, x = _solved((c, b, a), (right[1], right[0]))
        return x, y
    factor = b / a
    rest = c - b * factor
    if rest <= 0.0:  # by rounding alone
        return math.inf, math.inf
    second = (right[1] - factor * right[0]) / rest
    return (right[0] - b * second) / a, second
