"""Flat and sharp: what surrounds two networks, and how far each does worse on points that it has not seen."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gdsim.app.pictures import Table
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.slice_runs import Run, run_named, usual_pair
from gdsim.app.tabs.train.training import begun
from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.figures import format_number
from gdsim.core.landscape import LossSurface, Surroundings, flat_and_sharp

NO_GHOST = "Keep a run as a ghost (Ctrl+G), change something, train again: then there are two networks to compare."
DIRECTIONS = 8
_ALIKE = 0.05  # share of the larger of two numbers, within which neither is called the smaller one


class FlatnessStudy(QObject):
    """Works when asked to; the result stays until the next, marked when a run has changed since."""

    changed = Signal()

    def __init__(self, session: TrainSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._ticker = session, ticker
        self.labels = ("", "")
        self.seed = 0
        self.problem = ""
        self.result: tuple[Surroundings, ...] = ()
        self.runs: tuple[Run, ...] = ()
        """What the result is of."""
        self._made_with = 0
        self._asked: tuple[Run, ...] = ()
        self._job: Job | None = None

    @property
    def running(self) -> bool:
        return self._job is not None

    @property
    def done(self) -> float:
        return sum(part.done for part in self.result) / 2 if self.result else 0.0

    @property
    def note(self) -> str:
        """What the result was made for, where that is not what is chosen now."""
        if not self.runs or self.running:
            return ""
        now = [run_named(self._session, label) for label in self.labels]
        if all(run.is_same(other) for run, other in zip(self.runs, now, strict=True)) and self._made_with == self.seed:
            return ""
        return f"Made for {self.runs[0].words} and {self.runs[1].words}, with directions of seed {self._made_with}."

    def synchronize(self) -> None:
        self.labels = usual_pair(self._session, *self.labels)
        self.problem = NO_GHOST if self.labels[0] == self.labels[1] else self._alike_or_without_size()
        self.changed.emit()

    def choose(self, first: str, second: str) -> None:
        self.labels = (first, second)
        self.synchronize()

    def set_seed(self, seed: int) -> None:
        self.seed = seed
        self.changed.emit()

    def start(self) -> None:
        """Compare the two that are chosen."""
        self.cancel()
        found = [run_named(self._session, label) for label in self.labels]
        chosen = tuple(run for run in found if run is not None)
        if len(chosen) == 2 and not self.problem:
            self._asked, seed = chosen, self.seed
            self._job = self._ticker.pull(_compared(chosen, seed), done=self._finished, progress=self._progressed)
            self._made_with = seed
            self.changed.emit()

    def cancel(self) -> None:
        """What has been found so far stays."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.changed.emit()

    @property
    def sentence(self) -> str:
        """Which is flatter, and whether the flatter one has the smaller gap: as it is here, not as a law."""
        if len(self.result) != 2 or any(part.done < 1.0 for part in self.result):
            return ""
        one, other = self.result
        if one.sharpness is None or other.sharpness is None:
            return ""
        sharp = one.sharpness.value, other.sharpness.value
        if not all(math.isfinite(value) for value in sharp):
            return ""
        flat = 0 if sharp[0] < sharp[1] else 1
        even = _alike(*sharp)
        rises = _rise(one), _rise(other)
        steep = 0 if rises[0] > rises[1] else 1
        words = (
            "The two are equally sharp, within 5 %."
            if even
            else f"{self.runs[flat].label} is the flatter of the two by its sharpness."
        )
        if not even and all(map(math.isfinite, rises)) and not _alike(*rises) and steep == flat:
            words += (
                " Its curves rise more steeply all the same: they are normalized by the size of each unit's weights, "
                "sharpness is not"
            )
            larger = _size(self.runs[flat]) > _size(self.runs[1 - flat])
            words += f", and {self.runs[flat].label} has the larger weights." if larger else "."
        gaps = one.gap, other.gap
        if not all(math.isfinite(gap) for gap in gaps):
            return words
        smaller = 0 if gaps[0] < gaps[1] else 1
        numbers = f"({format_number(gaps[smaller], 3)} against {format_number(gaps[1 - smaller], 3)})"
        if _alike(*gaps):
            return (
                f"{words} Their gaps between validation and training loss {numbers} are equal, within 5 %. "
                "Two runs prove no rule."
            )
        owner = "its, too" if smaller == flat else "that of the sharper one"
        if even:
            owner = f"that of {self.runs[smaller].label}"
        return (
            f"{words} The smaller gap between validation and training loss {numbers} is {owner}. "
            "Two runs prove no rule."
        )

    def pictures(self) -> tuple[SeriesPicture, ...]:
        """One for each run: the mean loss along the directions, and the lowest and highest."""
        return tuple(_curves(part) for part in self.result)

    def table(self) -> Table | None:
        rows = [
            (run.label, k, float(alpha), float(value))
            for part, run in zip(self.result, self.runs, strict=True)
            for k, row in enumerate(part.curves)
            for alpha, value in zip(part.alphas, row, strict=True)
        ]
        header = ("run", "direction", "distance", "training loss")
        return Table("flat_and_sharp", "Loss about two networks", header, rows) if rows else None

    def _alike_or_without_size(self) -> str:
        """A sentence when both are one network, or one has only zeros, which give a direction no length; else empty."""
        named = (run_named(self._session, label) for label in self.labels)
        found = [run for run in named if run is not None]
        if len(found) == 2 and found[0].is_same(found[1]):
            one, other = (run.label for run in found)
            return f"{one} and {other} are the same network at the same step: train on, or choose others."
        zeros = [run.label for run in found if not _weights(run).any()]
        return f"All weights of {zeros[0]} are 0, so directions have no length there." if zeros else ""

    def _progressed(self, found: object) -> None:
        assert isinstance(found, tuple)
        if len(found) == 2:
            self.result, self.runs = found, self._asked
            self.changed.emit()

    def _finished(self) -> None:
        self._job = None
        self.changed.emit()


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= _ALIKE * max(abs(one), abs(other))


def _rise(part: Surroundings) -> float:
    """By how much the mean loss rises to the ends of the curves; NaN where it is not finite."""
    return float((part.mean[0] + part.mean[-1]) / 2 - part.loss)


def _size(run: Run) -> float:
    return float(np.linalg.norm(_weights(run)))


def _weights(run: Run) -> NDArray[np.float64]:
    return run.parameters[run.experiment.network.weight_mask]


def _compared(runs: tuple[Run, ...], seed: int) -> Iterator[tuple[Surroundings, ...]]:
    """Each on its own data and by its own loss."""
    surfaces = []
    for run in runs:
        trainer = begun(run.experiment).trainer
        surfaces.append(LossSurface.of(trainer))
        yield ()
    yield from flat_and_sharp(surfaces, [run.parameters for run in runs], DIRECTIONS, seed=seed)


def _curves(part: Surroundings) -> SeriesPicture:
    known = part.curves[np.isfinite(part.curves).all(axis=1)]
    lines = []
    if len(known):
        lines.append(Series(part.alphas, known.max(axis=0), "muted", "highest", (3.0, 3.0), ""))
        lines.append(Series(part.alphas, known.min(axis=0), "muted", "lowest", (3.0, 3.0), ""))
        lines.append(Series(part.alphas, part.mean, "training", "mean", (), ""))
    return SeriesPicture(tuple(lines), "distance", "loss", log_x=False, log_y=False)
