"""A start at which the function has a value, for formulas that have none at the usual start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gdsim.app.tabs.descend.experiment import Experiment
from gdsim.core.numerals import place_in_words

_CELLS = 24  # along each axis; their middles are tried


def moved_start(experiment: Experiment) -> tuple[Experiment, str]:
    """The experiment begun where its function has a value, and a sentence that says so.

    The place is the nearest of a coarse grid over the domain to the start, not on the rim of what is defined.  With a
    start that has a value and a slope, and for a function that has none anywhere, nothing changes and nothing is said.
    """
    objective, names = experiment.objective(), experiment.objective().variables
    with np.errstate(all="ignore"):
        value, slope = objective.at(*experiment.start)
        if np.isfinite((value, *slope)).all():
            return experiment, ""
        axes = [low + (high - low) * (np.arange(_CELLS) + 0.5) / _CELLS for low, high in experiment.domain]
        known = np.isfinite(sum(objective.derivative_grid(*axes), objective.grid(*axes)))
    if not known.any():
        return experiment, ""
    inner = _inside(known)
    places = np.argwhere(inner if inner.any() else known)[:, ::-1]
    points = np.stack([axis[column] for axis, column in zip(axes, places.T, strict=True)], axis=1)
    extent = np.array([high - low for low, high in experiment.domain])
    nearest = points[int(np.argmin((((points - experiment.start) / extent) ** 2).sum(axis=1)))]
    start = tuple(float(f"{part:.3g}") for part in nearest)
    if not np.isfinite(objective.value_at(*start)):
        start = tuple(nearest.tolist())
    sentence = (
        f"The function has no value or no slope at {place_in_words(experiment.start, names)}, so the ball has been put "
        f"at {place_in_words(start, names)}, where it has both."
    )
    return replace(experiment, start=start), sentence


def _inside(known: np.ndarray) -> np.ndarray:
    """The cells of which all neighbours are known as well; beyond the domain's edge everything counts as known."""
    inner = known.copy()
    for axis in range(known.ndim):
        for shift in (1, -1):
            beside = np.roll(known, shift, axis)
            edge = (slice(None),) * axis + (0 if shift == 1 else -1,)
            beside[edge] = True
            inner &= beside
    return inner
