"""One knob over a row of values, several seeds each: the U of regularization, learning curves, the rate's cliff."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.pictures import Table
from gdsim.app.tabs.train.experiment import Experiment
from gdsim.app.tabs.train.scene import Scene
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.fan_study import Array, Conditions, FanStudy, with_seed
from gdsim.app.tabs.train.studies.saved_settings import whole_of
from gdsim.app.tabs.train.studies.sweep_knobs import (
    KNOBS,
    Grid,
    SweepKnob,
    fewer_points,
    saved_grid,
    usual_grid,
    value_now,
    with_strength,
    with_value,
)
from gdsim.app.ticker import Ticker
from gdsim.core.fan import Knob, Sweep, Task, sweep
from gdsim.core.numerals import in_words

MOST_SEEDS, USUAL_SEEDS = 16, 4
_TRAINING_SHARE = 0.97


@dataclass(frozen=True, eq=False)
class Swept:
    """`shown` is for each value the place of the seed whose fit is shown (the median of its losses, -1 for none), and
    `fits` what that network answers at the points of a thumbnail.
    """

    sweep: Sweep
    shown: tuple[int, ...]
    fits: tuple[Array | None, ...]
    done: float

    @property
    def held_out(self) -> bool:
        """Whether there are validation points to compare by."""
        return self.sweep.tasks[0].validation is not None

    @property
    def compared(self) -> Array:
        """The losses (values, seeds) by which values are compared."""
        return self.sweep.validation_losses if self.held_out else self.sweep.losses

    @property
    def known(self) -> bool:
        """Whether any losses are known."""
        return self.sweep.best is not None


class SweepStudy(FanStudy):
    """Trains `seeds` networks at each value of a grid."""

    def __init__(self, session: TrainSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(session, ticker, parent)
        self.entry: SweepKnob = KNOBS[Knob.L2.value]
        self.seeds = USUAL_SEEDS
        self._grids: dict[str, Grid] = {}
        self._chosen: int | None = None

    # Settings

    @property
    def grid(self) -> Grid:
        """That of the knob, as it was last set."""
        grid = self._grids.get(self.entry.knob.value) or usual_grid(self.entry, self.session.experiment)
        if self.entry.knob is Knob.POINTS:
            points = len(self.session.data.training_set)
            grid = replace(grid, high=min(grid.high, points), low=min(grid.low, max(1, points // 2)))
        return grid

    def set_knob(self, key: str) -> None:
        self.entry = KNOBS[key]
        self.problem = ""
        self.changed.emit()

    def set_grid(self, grid: Grid) -> None:
        self._grids[self.entry.knob.value] = grid
        self.problem = ""
        self.changed.emit()

    def set_seeds(self, seeds: int) -> None:
        self.seeds = max(1, min(seeds, MOST_SEEDS))
        self.changed.emit()

    def choose(self, place: int) -> None:
        """Look at another value's fit."""
        if place != self._chosen:
            self._chosen = place
            self.changed.emit()

    @property
    def chosen(self) -> int | None:
        """The place of the value that is looked at: the best one until another is chosen."""
        return self._chosen if self._chosen is not None or self.result is None else self.result.sweep.best

    def start(self) -> None:
        self._chosen = None
        super().start()

    def settings(self) -> dict[str, Any]:
        grids = {key: [grid.low, grid.high, grid.count] for key, grid in self._grids.items()}
        return {**super().settings(), "knob": self.entry.knob.value, "seeds": self.seeds, "grids": grids}

    def take_settings(self, state: Mapping[str, Any]) -> None:
        self.entry = KNOBS.get(str(state.get("knob")), self.entry)
        self.seeds = whole_of(state, "seeds", 1, MOST_SEEDS) or self.seeds
        grids = state.get("grids")
        if isinstance(grids, Mapping):
            found = {key: saved_grid(KNOBS[key], grids[key]) for key in KNOBS if key in grids}
            self._grids = {key: grid for key, grid in found.items() if grid is not None}
        super().take_settings(state)

    def own_conditions(self) -> Conditions:
        return {"knob": self.entry.knob, "values": self.grid, "number of seeds": self.seeds}

    @property
    def differences(self) -> tuple[str, ...]:
        """The strength that is swept itself may be any."""
        found = super().differences
        hidden = "values" if "knob" in found else ""  # another knob has other values, needless to say
        return tuple(name for name in found if name != hidden and not self._only_swept(name))

    # The work

    def work(self, task: Task, scene: Scene, steps: int) -> Iterator[Swept]:
        entry = self.entry
        if not task.network.hidden_units and entry.knob is Knob.DROPOUT:
            raise ValueError("the network has no hidden units to switch off")
        sweeps = sweep(task, entry.knob, entry.values(self.grid), range(self.seeds), steps)
        return self._watched(sweeps, scene)

    def _watched(self, sweeps: Iterator[Sweep], scene: Scene) -> Iterator[Swept]:
        """The sweep with one value's fit at each record while it trains, and with all at the end."""
        fits: list[Array | None] = []
        shown: list[int] = []
        turns: Iterator[int] = iter(())
        now: Swept | None = None
        for found in sweeps:
            if now is None:
                count = len(found.values)
                fits, shown, turns = [None] * count, [-1] * count, cycle(range(count))
            if now is None or found is not now.sweep:
                if now is not None:
                    self._look(found, next(turns), shown, fits, scene)
                now = Swept(found, tuple(shown), tuple(fits), _TRAINING_SHARE * found.done)
            yield now
        assert now is not None
        for place in range(len(fits)):
            self._look(now.sweep, place, shown, fits, scene)
            done = _TRAINING_SHARE + (1.0 - _TRAINING_SHARE) * (place + 1) / len(fits)
            yield Swept(now.sweep, tuple(shown), tuple(fits), done)

    def _look(self, found: Sweep, place: int, shown: list[int], fits: list[Array | None], scene: Scene) -> None:
        """The fit of the seed in the middle of those at one value."""
        parameters, task = found.parameters[place], found.tasks[place]
        losses = (found.losses if task.validation is None else found.validation_losses)[place]
        order = [int(i) for i in np.argsort(losses, kind="stable") if math.isfinite(losses[i])]
        if parameters is not None and order:
            shown[place] = order[(len(order) - 1) // 2]
            fits[place] = self.fit_of(task.network, scene, parameters[shown[place]])

    # What can be done with it

    @property
    def made_of(self) -> SweepKnob:
        """The knob of the result."""
        return KNOBS[self.result.sweep.knob.value]

    def experiment_of(self, place: int) -> Experiment:
        """What the shown network of a value was trained on, from its start."""
        result: Swept = self.result
        seed = result.sweep.seeds[max(result.shown[place], 0)]
        return with_seed(with_value(self.origin, result.sweep.knob, result.sweep.values[place]), seed)

    def load(self, place: int) -> None:
        """Train the run itself as the network whose fit is shown was."""
        self.session.train_anew(self.experiment_of(place), self.made_steps)

    def use(self, place: int) -> None:
        """Take that value over into the run: from the next step where that can be, else from its start."""
        session, knob = self.session, self.result.sweep.knob
        value = self.result.sweep.values[place]
        if knob is Knob.LEARNING_RATE:
            session.set_optimizer(replace(session.optimizer, lr=value))
        elif knob is Knob.WIDTH:
            session.set_hidden((int(value),) * len(session.experiment.net.hidden))
        elif knob is Knob.POINTS:
            if value != (~session.data.validation).sum():
                session.load_data(fewer_points(session.data, int(value)), f"{int(value)} of the training points")
        else:
            session.set_regularizers(with_strength(session.setting, knob, value))

    @property
    def can_use(self) -> bool:
        """Whether the chosen value is another than the run's, and there is what it is to be set for."""
        if self.result is None or self.chosen is None:
            return False
        experiment, knob = self.session.experiment, self.result.sweep.knob
        value = self.result.sweep.values[self.chosen]
        if knob is Knob.WIDTH and not experiment.net.hidden:
            return False
        if knob is Knob.POINTS and value > (~experiment.data.validation).sum():
            return False
        return value != value_now(knob, experiment, self.session.setting)

    # In words

    @property
    def sentence(self) -> str:
        """Which value did best, by how much over none, and how far the seeds differ."""
        result: Swept | None = self.result
        if result is None or not result.known:
            return "" if result is None or self.running else "All networks diverged: try smaller values."
        if not self.complete:
            return "The curves below are those of the training so far."
        return f"{result.sweep.sentence}{self._over_none(result)}"

    def _over_none(self, result: Swept) -> str:
        found, best = result.sweep, result.sweep.best
        assert best is not None
        means, spreads = found.mean(result.compared), found.spread(result.compared)
        own = f" From seed to seed it differs by ±{in_words(float(spreads[best]), 2)}." if len(found.seeds) > 1 else ""
        if found.values[0] != 0.0 or not math.isfinite(means[0]):
            return own
        words = found.knob.words
        if best == 0:
            return f" No strength did better than none.{own}"
        share = 100 * (means[0] / means[best] - 1) if means[best] > 0 else math.nan
        more = "" if math.isnan(share) else ", less than 1 % more" if share < 1 else f", {share:.0f} % more"
        doubt = ""
        if means[0] - means[best] <= max(spreads[0], spreads[best]) and len(found.seeds) > 1:
            doubt = " That is within the spread, so it may be chance."
        return f" Without {words} it is {in_words(float(means[0]), 3)}{more}.{doubt}{own}"

    def words_of(self, place: int) -> str:
        """A value with its losses."""
        result: Swept = self.result
        found = result.sweep
        parts = [f"{found.knob.words} = {in_words(found.values[place])}"]
        gone, seeds = int(found.diverged[place].sum()), len(found.seeds)
        for name, table in (("training", found.losses), ("validation", found.validation_losses)):
            mean, spread = float(found.mean(table)[place]), float(found.spread(table)[place])
            if math.isfinite(mean):
                around = f" ± {in_words(spread, 2)}" if seeds - gone > 1 else ""
                parts.append(f"{name} loss {in_words(mean, 3)}{around}")
        if gone:
            parts.append("diverged" if gone == seeds == 1 else f"{gone} of {seeds} seeds diverged")
        return ", ".join(parts)

    def table(self) -> Table | None:
        """A line for each network."""
        result: Swept | None = self.result
        if result is None or not result.known:
            return None
        found = result.sweep
        rows = [
            (
                value, seed, float(found.losses[i, j]), float(found.validation_losses[i, j]),
                float(found.weight_norms[i, j]), int(found.diverged[i, j]),
            )
            for i, value in enumerate(found.values)
            for j, seed in enumerate(found.seeds)
        ]  # fmt: skip
        header = (found.knob.value, "seed", "training_loss", "validation_loss", "weight_norm", "diverged")
        return Table("sweep", f"the sweep of {found.knob.words}", header, rows)

    def _only_swept(self, name: str) -> bool:
        """Whether a difference lies in the very knob that is swept, of which the sweep has values of its own."""
        knob, then, now = self.result.sweep.knob, self._made_for.get(name), self.conditions().get(name)
        if name == "regularization" and knob.value in then:
            return {**then, knob.value: 0.0} == {**now, knob.value: 0.0}
        if name == "optimizer" and knob is Knob.LEARNING_RATE:
            return bool(replace(then, lr=now.lr) == now) if type(then) is type(now) else False
        if name == "network" and knob is Knob.WIDTH:
            return bool(len(then[1]) == len(now[1]) and (then[0], *then[2:]) == (now[0], *now[2:]))
        return False
