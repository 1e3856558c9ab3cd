"""Runs made from an experiment: the first steps, a change on the way, and all of it again from a saved description."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gdsim.app.tabs.descend.experiment import Experiment, Setting
from gdsim.core.run import Run

MAX_STEPS = 10_000
PREVIEW_STEPS = 500


def new_run(experiment: Experiment, max_steps: int = MAX_STEPS) -> Run:
    """At the start, with the first of the settings."""
    setting = experiment.plan[0]
    return Run(
        experiment.objective(), setting.optimizer, experiment.start, max_steps=max_steps, noise=setting.noise,
        rng=_rng(experiment) if setting.noise else None, schedule=setting.schedule,
    )  # fmt: skip


def continued(experiment: Experiment, run: Run, index: int, setting: Setting) -> Run:
    """A run of `experiment` that shares the steps of `run` up to `index` and goes on with `setting`."""
    rng = _rng(experiment) if setting.noise else None
    return run.fork(index, setting.optimizer, schedule=setting.schedule, noise=setting.noise, rng=rng)


def replayed(experiment: Experiment, count: int) -> Run:
    """The run of `experiment` after `count` steps, each change made at its step."""
    run = new_run(experiment)
    for setting in experiment.plan[1:]:
        run.advance(setting.step - run.steps[-1].index)
        run = continued(experiment, run, run.steps[-1].index, setting)
    run.advance(max(0, min(count, MAX_STEPS) - run.steps[-1].index))
    return run


def _rng(experiment: Experiment) -> np.random.Generator:
    """Made only for noise: importing numpy's random numbers is a part of the start that one can feel."""
    return np.random.default_rng(experiment.seed)


def piecewise(run: Run, piece: int = 25) -> Iterator[Run]:
    """Take the run to its end, some steps at each pull."""
    while run.stop_reason is None:
        run.advance(piece)
        yield run


def looked_ahead(run: Run) -> Run:
    """Where `run` would go from its newest step; the run itself stays as it is."""
    ahead = run.fork(max_steps=run.steps[-1].index + PREVIEW_STEPS)
    ahead.advance(PREVIEW_STEPS)
    return ahead
