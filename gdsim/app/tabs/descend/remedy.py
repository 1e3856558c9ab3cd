"""What helps a run that flies away: a lower learning rate, from the last step that was still in the picture."""

from __future__ import annotations

import math
from typing import NamedTuple

from gdsim.core.numerals import in_words
from gdsim.core.optimizers import Optimizer
from gdsim.core.params import params_of
from gdsim.core.run import Run
from gdsim.core.verdict import Verdict, VerdictKind

_SHARE = 0.9  # of the limit


class Remedy(NamedTuple):
    """Go on from step `index` with the learning rate `rate`; `words`, two lines, are for a button, `help` says more."""

    index: int
    rate: float
    words: str
    help: str


def remedy_for(run: Run, index: int, verdict: Verdict, optimizer: Optimizer) -> Remedy | None:
    """What may hold the run that is looked at at step `index`; None unless it diverges."""
    if verdict.kind is not VerdictKind.DIVERGING or run.many:
        return None
    back = _last_inside(run, index)
    step = run.steps[back]
    curvature = float(run.objective.curvature(step.point))
    limit = optimizer.rate_limit(curvature) if math.isfinite(curvature) else None
    lowest = next(spec.low for spec in params_of(optimizer) if spec.name == "lr")
    held = limit is not None and math.isfinite(limit) and lowest < _SHARE * limit < optimizer.lr
    wanted = _SHARE * limit if held and limit is not None else 0.5 * optimizer.lr
    rate = max(lowest, float(f"{wanted:.4g}"))
    if not rate < optimizer.lr:
        return None
    number = in_words(rate)
    place = "the start" if back == 0 else f"step {back}"
    # The limit is that of the curvature there; elsewhere on the screen others stand, of other places.
    limit_there = optimizer.limit_text.replace("curvature", "λ").replace(" + ", "+").replace("·", "")
    how = f"({_SHARE} of {limit_there} there)" if held else "(half of what it is)"
    words = f"Back to {place}, rate {number}\n{how}"
    return Remedy(back, rate, words, f"Goes on from {place}, the last in the picture, with the rate {number}")


def _last_inside(run: Run, index: int) -> int:
    """The newest step up to `index` inside the domain; the start if none is."""
    domain = run.objective.domain or ()
    for number in range(index, 0, -1):
        point = run.steps[number].coordinates
        if all(low <= value <= high for value, (low, high) in zip(point, domain, strict=False)):
            return number
    return 0
