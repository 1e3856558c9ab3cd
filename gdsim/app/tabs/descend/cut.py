"""What of a function is too large for the picture, in a sentence: nothing beyond ±10¹⁵⁰ is drawn at its true height."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective
from gdsim.core.run import Step

LARGEST = 1e150  # what plots draw at most, for Qt's arithmetic; a test holds it equal to theirs
_POINTS = (257, 49)  # along each axis, for one and two variables
_BOUND = f"±{in_words(LARGEST)}"


def cut_sentence(step: Step, objective: Objective) -> str:
    """Why the picture is not the whole truth at this step; empty where it is."""
    if np.abs(step.point).max() > LARGEST:
        return f"The picture ends at {_BOUND}, and the ball is further out."
    if abs(float(step.value)) > LARGEST:  # infinity included
        return f"The picture is cut off at {_BOUND}, and the value here is beyond that."
    if _is_cut(objective):
        return f"The picture is cut off at {_BOUND}, which some values here exceed."
    return ""


@lru_cache(maxsize=16)
def _is_cut(objective: Objective) -> bool:
    """Whether values on a grid over the domain are beyond what is drawn; one alone is a pole, which is always cut."""
    axes = [np.linspace(low, high, _POINTS[objective.dim - 1]) for low, high in objective.domain or ()]
    with np.errstate(all="ignore"):
        return bool(axes) and int((np.abs(objective.grid(*axes)) > LARGEST).sum()) > 1
