"""Sweeps: one setting over a row of values, several seeds each, trained side by side: the U of regularization.

Strengths and rates are numbers in one program for all networks; another width or another amount of data is another
program, and those are worked through one after another.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.network import MLP
from gdsim.core.numerals import in_words

from .crowd import Trained, trained_together
from .task import Task, checked_seeds

Array = NDArray[np.float64]
MOST_VALUES, MOST_SEEDS = 32, 16


class Knob(StrEnum):
    """What a sweep turns; `WIDTH` is that of all hidden layers, `POINTS` the number of training points."""

    L1 = "l1"
    L2 = "l2"
    WEIGHT_DECAY = "weight_decay"
    DROPOUT = "dropout"
    LEARNING_RATE = "lr"
    WIDTH = "width"
    POINTS = "points"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Knob.L1: "L1", Knob.L2: "L2", Knob.WEIGHT_DECAY: "weight decay", Knob.DROPOUT: "dropout",
    Knob.LEARNING_RATE: "learning rate", Knob.WIDTH: "width", Knob.POINTS: "training points",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sweep:
    """For v values and s seeds: final losses and sizes, each (v, s), nan where not yet known or diverged.

    `weight_norms` are √Σw² over the weights.  `tasks` and `parameters` hold for each value what was trained and the
    parameters (s, parameter_count) it came to (None where it was not begun), so that each point opens its fit.
    """

    knob: Knob
    values: tuple[float, ...]
    seeds: tuple[int, ...]
    losses: Array
    validation_losses: Array
    weight_norms: Array
    diverged: NDArray[np.bool_]
    tasks: tuple[Task, ...]
    parameters: tuple[Array | None, ...]
    done: float

    def mean(self, table: Array) -> Array:
        """The mean over the seeds that did not diverge, (v,)."""
        return _over_seeds(table, np.mean)

    def spread(self, table: Array) -> Array:
        """The standard deviation over the seeds that did not diverge, (v,), dividing by their number."""
        return _over_seeds(table, np.std)

    @property
    def best(self) -> int | None:
        """The place of the value with the lowest mean validation loss (training loss if nothing is held out) among
        those of which the fewest seeds diverged; None until something is known.
        """
        held_out = self.tasks[0].validation is not None
        means = self.mean(self.validation_losses if held_out else self.losses)
        lost = self.diverged.sum(axis=1)
        known = np.flatnonzero(np.isfinite(means))
        return None if not known.size else int(min(known, key=lambda i: (lost[i], means[i])))

    @property
    def sentence(self) -> str:
        """Where the lowest loss lies, and whether the values reach beyond it on both sides: the U."""
        best = self.best
        if self.done < 1.0 or best is None:
            return "No value can be compared yet." if self.done < 1.0 else "All networks diverged."
        held_out = self.tasks[0].validation is not None
        table = self.validation_losses if held_out else self.losses
        means, spreads = self.mean(table), self.spread(table)
        name = "validation" if held_out else "training"
        n = len(self.seeds)
        seeds = "from one seed" if n == 1 else f"mean of {n} seeds"
        text = (
            f"The {name} loss is lowest at {self.knob.words} = {in_words(self.values[best])}: {in_words(means[best])} "
            f"({seeds})."
        )
        known = sorted(np.flatnonzero(np.isfinite(means)).tolist(), key=lambda i: self.values[i])
        gone = len(means) - len(known)
        if gone:
            text += f" At {gone} of {len(means)} values every network diverged."
        ends = [i for i in (known[0], known[-1]) if means[i] - means[best] > max(spreads[i], spreads[best])]
        if n == 1:
            return text + " One seed tells nothing of the spread."
        if len(ends) == 2:
            return text + " Towards both ends it is higher by more than its spread: a U."
        if not ends:
            return text + " No end differs from it by more than its spread."
        side = "smallest" if ends[0] == known[0] else "largest"
        return text + f" Only towards the {side} value is it higher by more than its spread."


def _over_seeds(table: Array, function: Callable[[Array], np.floating[Any]]) -> Array:
    found = [row[np.isfinite(row)] for row in table]
    return np.array([float(function(row)) if row.size else math.nan for row in found])


def sweep(task: Task, knob: Knob, values: Sequence[float], seeds: Sequence[int], steps: int) -> Iterator[Sweep]:
    """Train from each seed at each value; pull to work, some milliseconds a pull.

    Each network ends where a Trainer with that value and `rng=numpy.random.default_rng(seed)` would.  Of fewer points
    a random part is taken, the same for all seeds; a larger part always holds the smaller.  Raises ValueError, in a
    sentence, for values that are out of range or too many, and for too many seeds.
    """
    chosen = checked_seeds(seeds, 1, MOST_SEEDS)
    levels = tuple(float(value) for value in values)
    if not 1 <= len(levels) <= MOST_VALUES or len(set(levels)) < len(levels):
        raise ValueError(f"a sweep takes 1 to {MOST_VALUES} different values")
    tasks = tuple(_at(task, knob, value) for value in levels)
    return _in_turn(knob, levels, chosen, tasks, steps)


def _at(task: Task, knob: Knob, value: float) -> Task:
    """The task with that value.  Raises ValueError, in a sentence, for one out of range."""
    settings = task.settings
    if knob is Knob.LEARNING_RATE:
        return dataclasses.replace(
            task, settings=dataclasses.replace(settings, optimizer=dataclasses.replace(settings.optimizer, lr=value))
        )
    if knob in (Knob.WIDTH, Knob.POINTS):
        if value != int(value) or value < 1:
            raise ValueError(f"{knob.words} has to be a whole number of 1 or more, not {value:g}")
        if knob is Knob.WIDTH:
            network, width = task.network, int(value)
            if not network.hidden_units:
                raise ValueError("the network has no hidden layer whose width could be changed")
            sizes = (network.sizes[0], *(width for _ in network.sizes[1:-1]), network.sizes[-1])
            changed = MLP(sizes, network.activation, network.output, network.activations)
            return task.with_network(changed)
        if value > task.training.points:
            raise ValueError(f"there are {task.training.points} training points, not {value:g}")
        order = np.random.default_rng(0).permutation(task.training.points)
        return task.with_points(np.sort(order[: int(value)]))
    changes: dict[str, Any] = {knob.value: value}
    return dataclasses.replace(task, settings=dataclasses.replace(settings, **changes))


def _in_turn(
    knob: Knob, values: tuple[float, ...], seeds: tuple[int, ...], tasks: tuple[Task, ...], steps: int
) -> Iterator[Sweep]:
    """What has one shape is trained together: all values at once, or each by itself."""
    v, s = len(values), len(seeds)
    apart = knob in (Knob.WIDTH, Knob.POINTS)
    runs = [(i,) for i in range(v)] if apart else [tuple(range(v))]
    tables = [np.full((v, s), math.nan) for _ in range(3)]
    diverged = np.zeros((v, s), np.bool_)
    parameters: list[Array | None] = [None] * v

    def picture(done: float) -> Sweep:
        losses, held_out, norms = (table.copy() for table in tables)
        return Sweep(knob, values, seeds, losses, held_out, norms, diverged.copy(), tasks, tuple(parameters), done)

    sweep_now = picture(0.0)
    for turn, places in enumerate(runs):
        members = [tasks[i].member(seed) for i in places for seed in seeds]
        previous: Trained | None = None
        for trained in trained_together(tasks[places[0]], members, steps):
            if trained is not previous and trained.steps.size:
                previous = trained
                norms = _norms(tasks[places[0]], trained.parameters)
                for row, i in enumerate(places):
                    span = slice(row * s, (row + 1) * s)
                    tables[0][i], tables[1][i] = trained.losses[span, -1], trained.validation_losses[span, -1]
                    diverged[i] = trained.diverged_at[span] >= 0
                    tables[2][i] = np.where(diverged[i], math.nan, norms[span])
                    parameters[i] = trained.parameters[span]
                sweep_now = picture((turn + trained.done) / len(runs))
            yield sweep_now


def _norms(task: Task, parameters: Array) -> Array:
    with np.errstate(all="ignore"):
        found: Array = np.sqrt(np.square(parameters[:, task.network.weight_mask]).sum(axis=1))
    return found
