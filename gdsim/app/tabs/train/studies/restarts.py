"""The same network on the same data from many seeds: how its losses fall, where they end, and what each has learned."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from gdsim.app.pictures import Table
from gdsim.app.tabs.train.scene import Scene
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.fan_study import Array, Conditions, FanStudy, with_seed
from gdsim.app.tabs.train.studies.saved_settings import whole_of
from gdsim.app.ticker import Job, Ticker
from gdsim.core.fan import Fan, Task, restart_fan
from gdsim.core.numerals import in_words

FEWEST, MOST, USUAL = 2, 64, 32
LARGEST_SEED = 2**32 - 1 - MOST
_TRAINING_SHARE = 0.94  # of the work; the rest is asking all networks for their fits
_LOOKS = 4  # fits that are looked at anew at each record while training


@dataclass(frozen=True, eq=False)
class Restarts:
    """`fits` has for each row of `fan` what its network answers at the points of a thumbnail, None if not yet asked.

    `drawn` has the step that each of them is of, -1 if none, and its loss there: while all train, fits are behind.
    """

    fan: Fan
    fits: tuple[Array | None, ...]
    drawn: tuple[tuple[int, float], ...]
    done: float

    @property
    def known(self) -> bool:
        """Whether any losses are known."""
        return bool(self.fan.trained.steps.size)

    @property
    def final(self) -> Array:
        """The losses (n,) that starts are compared by."""
        return self.fan.final_validation_losses if self.fan.by_validation else self.fan.final_losses

    def role(self, row: int) -> str:
        """What a start is among all: "best", "median", "worst", "diverged" or nothing."""
        if self.fan.trained.diverged_at[row] >= 0:
            return "diverged"
        places = {self.fan.worst: "worst", self.fan.median: "median", self.fan.best: "best"}
        return places.get(row, "")


class RestartsStudy(FanStudy):
    """Trains `count` networks from the seeds `first`, `first` + 1, ..."""

    def __init__(self, session: TrainSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(session, ticker, parent)
        self._redrawing: Job | None = None
        self.count, self.first = USUAL, 0
        self.double = False
        """Whether all are trained with the digits of a network by itself, in twice the time."""

    def start(self) -> None:
        self._leave_drawing()
        super().start()

    def cancel(self) -> None:
        self._leave_drawing()
        super().cancel()

    def stop_here(self) -> None:
        """Fits were drawn in turn; now all are drawn as their networks stand, as their losses say."""
        running, result = self.running, self.result
        super().stop_here()
        if running and result is not None and result.known:
            self._redrawing = self._ticker.pull(self._drawn_again(result), progress=self._drawn)

    def set_count(self, count: int) -> None:
        self.count = max(FEWEST, min(count, MOST))
        self.changed.emit()

    def set_first(self, seed: int) -> None:
        self.first = max(0, min(seed, LARGEST_SEED))
        self.changed.emit()

    def set_double(self, on: bool) -> None:
        self.double = on
        self.changed.emit()

    def own_conditions(self) -> Conditions:
        return {"number of starts": self.count, "first seed": self.first, "precision": self.double}

    def work(self, task: Task, scene: Scene, steps: int) -> Iterator[Restarts]:
        task = replace(task, single=not self.double)
        fans = restart_fan(task, range(self.first, self.first + self.count), steps)
        return self._watched(fans, task, scene)

    @property
    def left_out(self) -> str:
        found = super().left_out
        if self.session.experiment.net.initializer == "zeros":
            alike = "All weights start at 0 whatever the seed, so all starts begin at one and the same place."
            return f"{alike} {found}".strip()
        return found

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "count": self.count, "first": self.first, "double": self.double}

    def take_settings(self, state: Mapping[str, Any]) -> None:
        count, first = whole_of(state, "count", FEWEST, MOST), whole_of(state, "first", 0, LARGEST_SEED)
        self.count = self.count if count is None else count
        self.first = self.first if first is None else first
        self.double = state.get("double") is True
        super().take_settings(state)

    def load(self, row: int) -> None:
        """Train the run itself from that seed to the same step, with the settings that the fan was made with.

        In single precision it may have ended elsewhere; so the run goes on from the very weights that were shown.
        """
        fan, precise = self.result.fan, self._made_for["precision"]
        steps, diverged = int(fan.trained.steps[-1]), fan.trained.diverged_at[row] >= 0
        weights = None if precise or diverged else fan.trained.parameters[row]
        self.session.train_anew(with_seed(self.origin, fan.seeds[row]), steps, weights)

    def loaded(self) -> int | None:
        """The row that the run under way is, as it stands now."""
        session, result = self.session, self.result
        if result is None or not result.known or self.differences:
            return None
        seed, fan = session.experiment.net.seed, result.fan
        if session.index != fan.trained.steps[-1] or len(session.experiment.plan) > 1 or seed not in fan.seeds:
            return None
        row = fan.seeds.index(seed)
        moved = session.experiment.edits and not np.array_equal(session.trainer.parameters, fan.trained.parameters[row])
        return None if moved else row

    @property
    def sentence(self) -> str:
        """Where the starts ended and which is the lowest, with no more claimed than was seen."""
        result = self.result
        if result is None or not result.known:
            return ""
        fan, final = result.fan, result.final
        n, gone = len(fan.seeds), int((fan.trained.diverged_at >= 0).sum())
        if gone == n:
            return f"All {n} starts diverged: a smaller learning rate usually helps."
        where = "validation points" if fan.by_validation else "training points, since none are held out"
        low, high = in_words(float(final[fan.best]), 3), in_words(float(final[fan.worst]), 3)
        step = int(fan.trained.steps[-1])
        begun = f"{n} starts ended" if self.complete else f"At step {step}, {n} starts stand"
        text = f"{begun} between {low} and {high} on {where}; the lowest so far is seed {fan.seeds[fan.best]}"
        text += "; there may be lower ones."
        if gone:
            text += f" {gone} of them diverged."
        return text

    def table(self) -> Table | None:
        """A line for each start, the best first."""
        result = self.result
        if result is None or not result.known:
            return None
        fan, trained = result.fan, result.fan.trained
        rows = [
            (
                place + 1, fan.seeds[row], result.role(row), float(trained.losses[row, -1]),
                float(trained.validation_losses[row, -1]), float(trained.scores[row, -1]),
                float(trained.validation_scores[row, -1]), float(trained.penalties[row]), int(trained.diverged_at[row]),
            )
            for place, row in enumerate(fan.ranking)
        ]  # fmt: skip
        score = "accuracy" if self.origin.data.classes else "r2"
        header = (
            "rank", "seed", "role", "training_loss", "validation_loss", score, f"validation_{score}", "penalty",
            "diverged_at_step",
        )  # fmt: skip
        return Table("restarts", "the starts", header, rows)

    def _drawn_again(self, result: Restarts) -> Iterator[Restarts]:
        fan, fits, drawn = result.fan, list(result.fits), list(result.drawn)
        for row in fan.ranking:
            fits[row] = self.fit_of(self.scene.network, self.scene, fan.trained.parameters[row])
            drawn[row] = (int(fan.trained.steps[-1]), float(result.final[row]))
            yield Restarts(fan, tuple(fits), tuple(drawn), result.done)

    def _drawn(self, result: Restarts) -> None:
        self.result = result
        self.changed.emit()

    def _leave_drawing(self) -> None:
        if self._redrawing is not None:
            self._redrawing.cancel()
            self._redrawing = None

    def _watched(self, fans: Iterator[Fan], task: Task, scene: Scene) -> Iterator[Restarts]:
        """The fan with the fits of some starts in turn while it trains, and of all at the end."""
        fits: list[Array | None] = [None] * self.count
        drawn = [(-1, math.nan)] * self.count
        turns = cycle(range(self.count))
        now: Restarts | None = None
        for fan in fans:
            if now is None or fan.trained is not now.fan.trained:
                now = Restarts(fan, tuple(fits), tuple(drawn), _TRAINING_SHARE * fan.done)
                yield now
                for _ in range(_LOOKS if now.known and fan.done < 1.0 else 0):
                    row = next(turns)
                    fits[row] = self.fit_of(task.network, scene, fan.trained.parameters[row])
                    drawn[row] = (int(fan.trained.steps[-1]), float(now.final[row]))
                    now = Restarts(fan, tuple(fits), tuple(drawn), now.done)
                    yield now
            yield now
        assert now is not None
        ranking = now.fan.ranking
        for place, row in enumerate(ranking):
            fits[row] = self.fit_of(task.network, scene, now.fan.trained.parameters[row])
            drawn[row] = (int(now.fan.trained.steps[-1]), float(now.final[row]))
            done = _TRAINING_SHARE + (1.0 - _TRAINING_SHARE) * (place + 1) / len(ranking)
            yield Restarts(now.fan, tuple(fits), tuple(drawn), done)
