"""What there is to see of Descend: the experiment, its run, the step that is looked at, and what follows from them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from gdsim.app.history import History
from gdsim.app.playback import Playback
from gdsim.app.tabs.descend import runs
from gdsim.app.tabs.descend.cut import cut_sentence
from gdsim.app.tabs.descend.experiment import Experiment, Setting, of_surface
from gdsim.app.tabs.descend.preview import Preview
from gdsim.app.tabs.descend.remedy import Remedy, remedy_for
from gdsim.app.tabs.descend.trace import Trace
from gdsim.app.ticker import Ticker
from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer
from gdsim.core.run import Run, Step
from gdsim.core.surfaces import SURFACES, Surface
from gdsim.core.verdict import Verdict, verdict_of


@dataclass(frozen=True)
class Moment:
    """What undo goes back to: the experiment, its run, the run before, and the step that was looked at."""

    experiment: Experiment
    trace: Trace
    ghost: Trace | None
    index: int


_BYTES_OF_A_STEP = 750  # measured, with its row in the trace


def weight(moment: Moment, before: Moment | None) -> float:
    """About how many bytes are kept for `moment` alone: forks share their first steps."""
    known = () if before is None else (before.trace, before.ghost)
    return sum(
        _BYTES_OF_A_STEP * (len(trace.run.steps) - (0 if before is None else _shared(trace, before.trace)))
        for trace in (moment.trace, moment.ghost)
        if trace is not None and trace not in known
    )


def _shared(one: Trace, other: Trace) -> int:
    """How many steps at the beginning are the very same."""
    first, second = one.run.steps, other.run.steps
    both = range(min(len(first), len(second)))
    return bisect_left(both, True, key=lambda place: first[place] is not second[place])


@dataclass(frozen=True)
class MovedStart:
    """The start `start` of `formula` was put there in place of `usual`, which has no value; `sentence` says so."""

    formula: str = ""
    start: tuple[float, ...] = ()
    usual: tuple[float, ...] = ()
    sentence: str = ""


class DescendState(QObject):
    """Everything that can be read; the session adds everything that can be done."""

    changed = Signal()

    def __init__(
        self, ticker: Ticker | None, rng_seed: int, clock: Callable[[], float], parent: QObject | None
    ) -> None:
        super().__init__(parent)
        self._history: History[Moment] = History(weight)
        self._playback = Playback(ticker, clock)
        self._preview = Preview(ticker, clock, self.changed.emit)
        self._ghost: Trace | None = None
        self._found: list[float] = []
        self.experiment: Experiment = replace(of_surface(SURFACES["double_well"]), seed=rng_seed)
        self._trace = Trace(runs.new_run(self.experiment))
        self._index = 0
        self._moved = MovedStart()

    @property
    def objective(self) -> Objective:
        return self.experiment.objective()

    @property
    def surface(self) -> Surface | None:
        """The gallery's entry; None for a typed formula."""
        return self.experiment.known_surface

    @property
    def run(self) -> Run:
        """The run that is shown: the one under way, or while the ball is dragged the one it would make."""
        return (self._preview.trace or self._trace).run

    @property
    def trace(self) -> Trace:
        """The points of the run under way."""
        return self._trace

    @property
    def preview(self) -> Trace | None:
        """The run from where the ball is being dragged, to its end; None when nobody drags."""
        return self._preview.trace

    @property
    def ghost(self) -> Trace | None:
        """The run before this one on the same function, if it had made a step."""
        return self._ghost

    @property
    def index(self) -> int:
        """The step that is looked at; while dragging, the start."""
        return 0 if self._preview.trace else self._index

    @property
    def count(self) -> int:
        """How many steps have been made so far."""
        return len(self._trace.run.steps) - 1

    @property
    def step(self) -> Step:
        """The record of the step that is looked at."""
        return self.run.steps[self.index]

    @property
    def setting(self) -> Setting:
        """Optimizer, schedule and noise of the next move."""
        return self.experiment.setting_at(self._index)

    @property
    def optimizer(self) -> Optimizer:
        return self.setting.optimizer

    @property
    def playing(self) -> bool:
        return self._playback.on

    @property
    def can_step(self) -> bool:
        return self._index < self.count or self._trace.run.stop_reason is None

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def touched(self) -> bool:
        """Whether anything has been done yet."""
        return bool(self.count or self.can_undo or self._preview.trace)

    @property
    def found(self) -> tuple[float, ...]:
        """Values of the minima that earlier runs on this function settled in."""
        return tuple(self._found)

    @property
    def verdict(self) -> Verdict:
        """What is to be said about the step that is looked at."""
        verdict = verdict_of(self.run, self.index, self.surface, self._found)
        aside = self._moved.sentence if self.start_moved and not self.index and self.preview is None else ""
        words = (aside, verdict.text, cut_sentence(self.step, self.objective))
        return replace(verdict, text=" ".join(filter(None, words)))

    @property
    def start_moved(self) -> bool:
        """Whether the start is not the usual one, since the function has no value there."""
        return (self.experiment.formula, self.experiment.start) == (self._moved.formula, self._moved.start)

    @property
    def remedy(self) -> Remedy | None:
        """What may hold the run, if it diverges at the step that is looked at."""
        run = self._trace.run
        if self.preview is not None or not (run.stop_reason or run.steps[self._index].value > run.steps[0].value):
            return None
        verdict = verdict_of(run, self._index, self.surface, self._found)
        return remedy_for(run, self._index, verdict, self.optimizer)

    def lookahead(self) -> Trace:
        """Where the run would go from the newest step, with the settings of now; nothing is changed."""
        return Trace(runs.looked_ahead(self._trace.run))
