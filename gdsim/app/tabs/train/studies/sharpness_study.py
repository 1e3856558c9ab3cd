"""The sharpness of the training loss while a network trains, beside the limit that the learning rate sets.

One measurement follows the other, each begun from the last one's direction and stamped with the step whose weights it
is of.  What happened before anybody looked can be measured afterwards, by training it once more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QObject, Signal

from gdsim.app.pictures import Table
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.tabs.train.pacing import Due
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.training import begun, following
from gdsim.app.ticker import Job, Ticker
from gdsim.core.landscape import (
    LossSurface,
    Sharpness,
    Stability,
    preconditioner,
    sharpness,
    stability_limit,
    stability_of,
)  # fmt: skip
from gdsim.core.optimizers import Optimizer
from gdsim.core.trainer import Trainer

_PLACES = 48  # of a run, measured afterwards
_MOST = 600  # measurements that are kept
_EVERY = 0.12  # seconds between two measurements while training plays
_SHARE = 0.05  # of the time goes into them at most
_TOLD_EVERY = 0.3  # seconds between two drawings of them meanwhile


@dataclass(frozen=True, eq=False)
class Measured:
    """The sharpness at `step`; `scaled` is what an optimizer sees that divides by the sizes of past gradients."""

    step: int
    found: Sharpness
    optimizer: Optimizer
    rate: float
    scaled: bool

    @property
    def stability(self) -> Stability:
        return stability_of(self.found, self.optimizer, self.rate, self.scaled)

    @cached_property
    def limit(self) -> float:
        """The sharpness at which this rate is at the edge; nan where none is known."""
        return stability_limit(self.optimizer, max(self.found.value, 1e-12), self.scaled) / self.rate


class _Moment:
    """All that a measurement needs of a trainer at one step, so that training may go on meanwhile."""

    def __init__(self, trainer: Trainer, scaled: bool) -> None:
        self.step, self.parameters = trainer.step, trainer.parameters
        self.surface = LossSurface.of(trainer)
        self.optimizer, self.rate = trainer.settings.optimizer, trainer.learning_rate
        self.divisors = preconditioner(self.optimizer, trainer.state) if scaled else None

    def measuring(self, warm: Sharpness | None) -> Iterator[Measured]:
        work = sharpness(self.surface, self.parameters, warm, self.surface.l2 > 0.0, self.divisors)
        for found in work:
            yield Measured(self.step, found, self.optimizer, self.rate, self.divisors is not None)


class SharpnessStudy(QObject):
    """`changed` tells of a new measurement."""

    changed = Signal()

    def __init__(
        self, session: TrainSession, ticker: Ticker, parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session, self._ticker = session, ticker
        self.scaled = True
        """Whether it is measured as the optimizer sees it, where that is known."""
        self.latest: Measured | None = None
        self.traced = 0.0
        """How far the run so far has been measured afterwards."""
        self._records: dict[int, Measured] = {}
        self._run: object = None
        self._experiment: object = None
        self._job: Job | None = None
        self._tracing: Job | None = None
        self._newest: Measured | None = None
        self._clock = clock
        self._told_due = Due(_TOLD_EVERY, clock)
        self._untold = False
        self._next, self._took = -math.inf, 0.0  # when the next may begin, and how long the last one took
        self.open = False
        session.stepped.connect(self._follow)

    @property
    def records(self) -> tuple[Measured, ...]:
        """In the order of their steps, those of the present run alone."""
        return tuple(self._records[step] for step in sorted(self._records))

    @property
    def tracing(self) -> bool:
        return self._tracing is not None

    @property
    def can_scale(self) -> bool:
        """Whether the optimizer divides by something that is known by now."""
        trainer = self._session.trainer
        return preconditioner(trainer.settings.optimizer, trainer.state) is not None

    @property
    def with_penalty(self) -> bool:
        return bool(self._session.trainer.settings.l2)

    def set_scaled(self, scaled: bool) -> None:
        if scaled != self.scaled:
            self.scaled = scaled
            self._begin_anew()
            self.synchronize()

    def turn(self, on: bool) -> None:
        self.open = on
        if not on:
            self.cancel()

    def cancel(self) -> None:
        for job in (self._job, self._tracing):
            if job is not None:
                job.cancel()
        self._job = self._tracing = None
        self.changed.emit()

    def synchronize(self) -> None:
        """Anything about the session may have changed."""
        session = self._session
        if self._run is not session.scene:  # a change at an earlier step goes on in the same scene
            self._begin_anew()
        elif self._experiment is not session.experiment:
            if self._job is not None:  # it is of the settings of before, such as another rate
                self._job.cancel()
                self._job = None
            self._records = {step: found for step, found in self._records.items() if step < session.index}
        self._run, self._experiment = session.scene, session.experiment
        self.latest = self._records.get(session.index, self.latest)
        self._measure()
        self.changed.emit()

    def stepped(self) -> None:
        """There is time to draw."""
        if self._untold:
            self._tell()

    def trace(self) -> None:
        """Measure along the run so far."""
        if self._tracing is None:
            self.traced = 0.0
            self._tracing = self._ticker.pull(self._along(), done=self._traced, progress=self._told)
            self.changed.emit()

    def picture(self) -> SeriesPicture:
        """Sharpness and the limit against the step."""
        records = self.records
        if not records:
            return SeriesPicture(log_x=False, whole_x=True)
        steps = np.array([record.step for record in records], np.float64)
        values = np.array([record.found.value for record in records])
        limits = np.array([record.limit for record in records])
        chosen = tuple(i for i, record in enumerate(records) if record is self.latest)
        lines = [Series(steps, np.where(values > 0, values, math.nan), "curvature", "sharpness", (), "disc", chosen)]
        if np.isfinite(limits).any():
            if len(records) == 1:  # of one measurement, too, the limit is a line
                steps, limits = np.array([-0.5, 0.5]) + steps, np.repeat(limits, 2)
            lines.append(Series(steps, limits, "step", self.limit_name, (6.0, 4.0), ""))
        return SeriesPicture(tuple(lines), "step", "sharpness", log_x=False, log_y=True, whole_x=True, legend=True)

    @property
    def name(self) -> str:
        """What is measured."""
        latest = self.latest
        return f"sharpness for {latest.optimizer.title}" if latest is not None and latest.scaled else "sharpness"

    @property
    def limit_name(self) -> str:
        """2/rate for gradient descent, another number for others."""
        latest = self.latest
        limit = math.nan if latest is None else latest.limit * latest.rate
        return "limit/rate" if not math.isfinite(limit) else f"{limit:.3g}/rate"

    def table(self) -> Table | None:
        rows = [(r.step, r.found.value, r.found.residual, r.rate, r.limit, int(r.scaled)) for r in self.records]
        header = ("step", "sharpness", "known to within", "learning rate", "limit", "as the optimizer sees it")
        return Table("sharpness", "Sharpness by step", header, rows) if rows else None

    def _begin_anew(self) -> None:
        for job in (self._job, self._tracing):
            if job is not None:
                job.cancel()
        self._job = self._tracing = None
        self._records, self.latest, self.traced = {}, None, 0.0

    def _follow(self) -> None:
        """In every frame while training plays: measurements are evenly spread, and take no more than their share."""
        if self._clock() >= self._next:
            self._measure()

    def _measure(self) -> None:
        session = self._session
        if not self.open or self._job is not None or session.index in self._records:
            return
        warm = None if self.latest is None else self.latest.found
        moment = _Moment(session.trainer, self.scaled)
        self._next, self._took = self._clock() + _EVERY, 0.0
        self._job = self._ticker.pull(self._timed(moment.measuring(warm)), done=self._measured, progress=self._take)

    def _timed(self, work: Iterator[Measured]) -> Iterator[Measured]:
        began = self._clock()
        for found in work:
            self._took += self._clock() - began
            yield found
            began = self._clock()

    def _take(self, found: object) -> None:
        assert isinstance(found, Measured)
        self._newest = found

    def _measured(self) -> None:
        """Keep it, and go on with the next if training has gone on."""
        self._job = None
        if self._newest is None:
            return
        self._keep(self._newest)
        self.latest, self._untold = self._newest, True
        self._next = max(self._next, self._clock() + self._took / _SHARE)
        if not self._session.playing:
            self._measure()
            self._tell()
        elif self._told_due.ask():
            self._tell()

    def _tell(self) -> None:
        self._untold = False
        self.changed.emit()

    def _keep(self, found: Measured) -> None:
        if any(record.scaled != found.scaled for record in self._records.values()):
            self._records = {}  # as when the optimizer has made its first step, and there is something to divide by
        self._records[found.step] = found
        if len(self._records) > _MOST:
            steps = sorted(self._records)
            kept = {*steps[::2], steps[-1]}
            self._records = {step: self._records[step] for step in steps if step in kept}

    def _along(self) -> Iterator[float]:
        session, run = self._session, self._run
        count, scaled = session.count, self.scaled
        experiment = session.experiment
        training = begun(experiment)
        places = np.unique(np.linspace(1 if scaled and self.can_scale else 0, count, _PLACES).round().astype(int))
        wanted = [int(step) for step in places if step not in self._records]
        warm: Sharpness | None = None
        for _ in following(training, experiment, count):
            step = training.trainer.step
            yield step / max(1, count)
            if not wanted or step < wanted[0]:
                continue
            wanted = [later for later in wanted if later > step]
            newest: Measured | None = None
            for found in _Moment(training.trainer, scaled).measuring(warm):
                newest = found
                yield step / max(1, count)
            if self._run is not run:
                return
            if newest is not None:
                warm = newest.found
                self._keep(newest)

    def _told(self, share: object) -> None:
        assert isinstance(share, float)
        self.traced = share
        self.changed.emit()

    def _traced(self) -> None:
        self._tracing = None
        self.traced = 1.0
        self.changed.emit()
