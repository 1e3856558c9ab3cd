"""What of a function is too large for the picture, in a sentence: nothing beyond ±10¹⁵⁰ is drawn at its true height.

A pole is not cut: 1/x has no height at 0 at all.  Only numbers count, also those too large for a double.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective
from gdsim.core.run import Step
from gdsim.core.run.beyond import Beyond, why_no_value

LARGEST = 1e150  # what plots draw at most, for Qt's arithmetic; a test holds it equal to theirs
_POINTS = (257, 49)  # along each axis, for one and two variables
_ASKED = 5  # of the places without a finite value so many are asked why: each costs a walk through the formula
_BOUND = f"±{in_words(LARGEST)}"


def cut_sentence(step: Step, objective: Objective) -> str:
    """Why the picture is not the whole truth at this step; empty where it is."""
    if np.abs(step.point).max() > LARGEST:
        return f"The picture ends at {_BOUND}, and the ball is further out."
    value = float(step.value)
    if abs(value) > LARGEST and (np.isfinite(value) or why_no_value(objective, step.point) is Beyond.OVERFLOW):
        return f"The picture is cut off at {_BOUND}, and the value here is beyond that."
    if _is_cut(objective):
        return f"The picture is cut off at {_BOUND}, which some values here exceed."
    return ""


@lru_cache(maxsize=16)
def _is_cut(objective: Objective) -> bool:
    """Whether numbers on a grid over the domain are beyond what is drawn; one alone stands beside a pole."""
    axes = [np.linspace(low, high, _POINTS[objective.dim - 1]) for low, high in objective.domain or ()]
    if not axes:
        return False
    with np.errstate(all="ignore"):
        values = objective.grid(*axes)
    if int(((np.abs(values) > LARGEST) & np.isfinite(values)).sum()) > 1:
        return True
    return _overflows(objective, axes, np.argwhere(np.isinf(values)))


def _overflows(objective: Objective, axes: list[NDArray[np.float64]], places: NDArray[np.intp]) -> bool:
    """Whether values too large for a double are among the infinite ones; `places` are rows (y, x) of the grid."""
    asked = places[np.unique(np.linspace(0, len(places) - 1, _ASKED).astype(int))] if len(places) > 1 else places[:0]
    points = (np.array([axis[at] for axis, at in zip(axes, place[::-1], strict=True)]) for place in asked)
    return any(why_no_value(objective, point) is Beyond.OVERFLOW for point in points)
