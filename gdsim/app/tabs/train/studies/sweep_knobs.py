"""What a sweep can turn: each knob with its usual grid, and what it means for an experiment.

A sweep's values are a grid between two ends, by equal factors or equal steps; what holds back is also left off, at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gdsim.app.tabs.train.experiment import MOST_UNITS, Experiment, Setting
from gdsim.app.tabs.train.studies.saved_settings import number_of
from gdsim.core.datasets import Data
from gdsim.core.fan import Knob
from gdsim.core.network import REGULARIZERS, Regularizer

FEWEST_VALUES, MOST_VALUES = 2, 16
_DIGITS = 2  # significant digits of the values between the ends, which are as they were typed
_PENALTIES = {"l1": "strength", "l2": "strength", "weight_decay": "strength", "dropout": "rate"}


@dataclass(frozen=True)
class Grid:
    """`count` values from `low` to `high`."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class SweepKnob:
    """`least` to `most` can be typed; `log` grids go by equal factors; `none` adds 0; `live` ones need no reset."""

    knob: Knob
    title: str
    about: str
    usual: Grid
    least: float
    most: float
    log: bool = True
    none: bool = False
    whole: bool = False
    live: bool = True

    def values(self, grid: Grid) -> tuple[float, ...]:
        """From the lowest to the highest, each once.  Raises ValueError, in a sentence, for ends in disorder."""
        if not grid.low < grid.high:
            raise ValueError("the lowest value has to be below the highest")
        spaced = (np.geomspace if self.log else np.linspace)(grid.low, grid.high, grid.count)
        inner = [float(round(value)) if self.whole else float(f"{value:.{_DIGITS}g}") for value in spaced[1:-1]]
        found = {grid.low, *(value for value in inner if grid.low < value < grid.high), grid.high}
        return ((0.0,) if self.none else ()) + tuple(sorted(found))


def _held_back(knob: Knob, title: str, low: float, high: float, most: float) -> SweepKnob:
    return SweepKnob(knob, title, REGULARIZERS[knob.value].about, Grid(low, high, 9), 1e-12, most, none=True)


KNOBS: dict[str, SweepKnob] = {
    entry.knob.value: entry
    for entry in (
        _held_back(Knob.L2, "L2", 1e-5, 1e-1, 100.0),
        _held_back(Knob.L1, "L1", 1e-5, 1e-1, 10.0),
        _held_back(Knob.WEIGHT_DECAY, "Weight decay", 1e-3, 1e1, 100.0),
        SweepKnob(
            Knob.DROPOUT, "Dropout", REGULARIZERS["dropout"].about, Grid(0.1, 0.7, 7), 0.001, 0.9, log=False, none=True
        ),
        SweepKnob(
            Knob.LEARNING_RATE, "Learning rate", "Too small is slow, too large never settles or flies off.",
            Grid(1e-4, 1.0, 9), 1e-6, 1e3,
        ),
        SweepKnob(
            Knob.WIDTH, "Width", "The units of every hidden layer: how much the network can bend.", Grid(1, 32, 6), 1,
            MOST_UNITS, whole=True, live=False,
        ),
        SweepKnob(
            Knob.POINTS, "Amount of training data", "A learning curve: how the losses meet as there is more to learn "
            "from.", Grid(5, 100, 7), 1, 5000, whole=True, live=False,
        ),
    )
}  # fmt: skip


def saved_grid(entry: SweepKnob, values: object) -> Grid | None:
    """The grid of a saved state; None where it is none that could be typed."""
    if not isinstance(values, Sequence) or len(values) != 3:
        return None
    low, high = (number_of(value, entry.least, entry.most) for value in values[:2])
    count = number_of(values[2], FEWEST_VALUES, MOST_VALUES)
    if low is None or high is None or count is None or not low < high or count != int(count):
        return None
    return Grid(low, high, int(count))


def usual_grid(entry: SweepKnob, experiment: Experiment) -> Grid:
    """The grid to begin with; of points up to all that there are."""
    if entry.knob is not Knob.POINTS:
        return entry.usual
    points = len(experiment.data.training_set)
    return replace(entry.usual, low=min(entry.usual.low, max(1, points // 2)), high=points)


def value_now(knob: Knob, experiment: Experiment, setting: Setting) -> float:
    """Where the run itself stands; of layers of several widths NaN."""
    if knob is Knob.LEARNING_RATE:
        return float(setting.optimizer.lr)
    if knob is Knob.WIDTH:
        widths = set(experiment.net.hidden)
        return float(widths.pop()) if len(widths) == 1 else float("nan")
    if knob is Knob.POINTS:
        return float((~experiment.data.validation).sum())
    return setting.held_back[knob.value]


def with_strength(setting: Setting, knob: Knob, value: float) -> tuple[Regularizer, ...]:
    """Regularizers whose strengths are those of `setting`, but `value` for `knob`.

    An elastic net that has a part in it is parted into L1 and L2.
    """
    totals = {**setting.held_back, knob.value: value}
    parted = [one for one in setting.regularizers if knob.value in one.settings]
    touched = {knob.value, *(name for one in parted for name in one.settings)}
    others = [one for one in setting.regularizers if not touched & set(one.settings)]
    pure = [REGULARIZERS[name](**{_PENALTIES[name]: totals[name]}) for name in touched if totals[name]]
    order = list(REGULARIZERS)
    return tuple(sorted([*others, *pure], key=lambda one: order.index(one.key)))


def with_value(experiment: Experiment, knob: Knob, value: float) -> Experiment:
    """The experiment from its start with that value.  Raises ValueError, in a sentence, for one out of range."""
    setting = experiment.plan[0]
    if knob is Knob.WIDTH:
        widths = (int(value),) * len(experiment.net.hidden)
        return replace(experiment, net=replace(experiment.net, hidden=widths))
    if knob is Knob.POINTS:
        count = int(value)
        if count == (~experiment.data.validation).sum():
            return experiment
        return experiment.with_own(fewer_points(experiment.data, count), f"{count} training points of it", 0)
    if knob is Knob.LEARNING_RATE:
        setting = replace(setting, optimizer=replace(setting.optimizer, lr=value))
    else:
        setting = replace(setting, regularizers=with_strength(setting, knob, value))
    return replace(experiment, plan=(setting,))


def fewer_points(data: Data, count: int) -> Data:
    """`count` of the training points, those that a sweep takes, and all that are held out."""
    training = np.flatnonzero(~data.validation)
    if not 1 <= count <= len(training):
        raise ValueError(f"there are {len(training)} training points, so {count} of them cannot be taken")
    chosen = np.zeros(len(data), dtype=bool)
    chosen[training[np.random.default_rng(0).permutation(len(training))[:count]]] = True
    return data.only(np.flatnonzero(chosen | data.validation))
