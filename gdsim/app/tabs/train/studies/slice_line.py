"""The loss along the straight line between two runs: is there a barrier between them?"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Signal

from gdsim.app.pictures import Table
from gdsim.app.plots.series_picture import Series, SeriesPicture
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.slice_runs import Run, in_one_space, run_named, usual_pair
from gdsim.app.ticker import Job, Ticker
from gdsim.app.widgets.figures import format_number
from gdsim.core.landscape import LossSurface, Slice1D, slice_1d

NO_GHOST = "Keep a run as a ghost (Ctrl+G) or press Reset; then there are two networks to draw a line between."
OTHER_SPACE = "The two networks are not of one shape on the same features, so there is no line between them."
SAME = "Both runs stand at the very same weights, so there is no line between them."


class LineStudy(QObject):
    """Worked out anew at rest; while training plays the last result stays, marked with its steps."""

    changed = Signal()

    def __init__(self, session: TrainSession, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._ticker = session, ticker
        self.labels = ("", "")
        self.problem = ""
        self.result: Slice1D | None = None
        self._asked: tuple[Run, Run, object] | None = None
        self._made: tuple[Run, Run] | None = None
        self._job: Job | None = None

    @property
    def running(self) -> bool:
        return self._job is not None

    @property
    def ends(self) -> tuple[Run, Run] | None:
        """The runs that the result is of."""
        return self._made

    @property
    def note(self) -> str:
        """What the result was made for, where that is not what is there now."""
        if self._made is None:
            return ""
        now = tuple(run_named(self._session, label) for label in self.labels)
        if all(made.is_same(run) for made, run in zip(self._made, now, strict=True)):
            return ""
        return f"Drawn for {self._made[0].words} and {self._made[1].words}; something has changed since."

    def choose(self, first: str, second: str) -> None:
        self.labels = (first, second)
        self.synchronize()

    def synchronize(self) -> None:
        """Anything about the session may have changed."""
        session = self._session
        self.labels = usual_pair(session, *self.labels)
        one, other = (run_named(session, label) for label in self.labels)
        self.problem = ""
        if one is None or other is None or one.label == other.label:
            self.problem = NO_GHOST
        elif not all(in_one_space(run.experiment, session.experiment) for run in (one, other)):
            self.problem = OTHER_SPACE
        elif (one.parameters == other.parameters).all():
            self.problem = SAME
        elif not session.playing:
            self._work(one, other)
        self.changed.emit()

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.changed.emit()

    def leave(self) -> None:
        """Nobody looks any more."""
        self.cancel()
        self._asked = None

    @property
    def sentence(self) -> str:
        """How high the barrier is."""
        found = self.result
        if found is None or found.done < 1.0 or self._made is None:
            return ""
        one, other = (run.label for run in self._made)
        barrier, ends = found.barrier, abs(float(found.objective.max() - found.objective.min()))
        if math.isnan(barrier):
            return "The loss is not finite all along the line."
        if barrier <= 1e-3 * ends:
            return f"No barrier: from {one} to {other} the loss nowhere rises above the straight line between the two."
        text = (
            f"A barrier: between {one} and {other} the loss rises by up to {format_number(barrier, 3)} above the "
            "straight line from one loss to the other"
        )
        between = found.objective[(found.alphas > 0) & (found.alphas < 1)]
        higher = between.max() > np.interp((0.0, 1.0), found.alphas, found.objective).max()
        return f"{text}. A ridge lies between the two." if higher else f"{text}."

    def picture(self) -> SeriesPicture:
        """Loss, penalty and validation loss against alpha."""
        found = self.result
        if found is None or self._made is None:
            return SeriesPicture(
                (), "", "", log_x=False, log_y=False, empty=self.problem or "The line is being worked out"
            )
        lines = [Series(found.alphas, found.loss, "training", "training loss", marker="")]
        if found.penalty.any():
            lines.append(Series(found.alphas, found.penalty, "penalty", "penalty", (6.0, 4.0), marker=""))
            lines.append(Series(found.alphas, found.objective, "text", "sum", (), marker=""))
        dots = (2.0, 3.0)
        lines.append(Series(found.alphas, found.validation_loss, "validation", "validation loss", dots, marker=""))
        title = f"{self._made[0].label} (0) → {self._made[1].label} (1)"
        return SeriesPicture(tuple(lines), title, "loss", log_x=False, log_y=False, legend=True)

    def values(self) -> dict[str, str]:
        """What each line is at the two ends, by the names of its quantity."""
        found = self.result
        if found is None:
            return {}
        parts = (found.loss, found.penalty, found.objective, found.validation_loss)
        names = ("loss", "penalty", "sum", "validation")
        ends = {name: np.interp((0.0, 1.0), found.alphas, part) for name, part in zip(names, parts, strict=True)}
        return {name: f"{format_number(at[0])} → {format_number(at[1])}" for name, at in ends.items()}

    def table(self) -> Table | None:
        found = self.result
        if found is None:
            return None
        columns = (found.alphas, found.loss, found.penalty, found.validation_loss)
        rows = [tuple(float(value) for value in row) for row in zip(*columns, strict=True)]
        return Table("line", "The loss between two runs", ("alpha", "loss", "penalty", "validation loss"), rows)

    def _work(self, one: Run, other: Run) -> None:
        surface = LossSurface.of(self._session.trainer)
        of = (surface.training, surface.l1, surface.l2)
        if self._asked is not None:
            first, second, before = self._asked
            if one.is_same(first) and other.is_same(second) and of == before:
                return
        self.cancel()
        self._asked = (one, other, of)
        work = slice_1d(surface, one.parameters, other.parameters)
        self._job = self._ticker.pull(work, done=self._finished, progress=self._progressed)

    def _progressed(self, found: object) -> None:
        assert isinstance(found, Slice1D)
        assert self._asked is not None
        if found.done >= 1.0:
            self.result, self._made = found, self._asked[:2]

    def _finished(self) -> None:
        self._job = None
        self.changed.emit()
