"""What there is to see of Backprop: the experiment, the step that is looked at, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gdsim.app.history import History
from gdsim.app.playback import Playback
from gdsim.app.tabs.backprop.experiment import Experiment, of_example
from gdsim.app.ticker import Ticker
from gdsim.core.backprop import descent
from gdsim.core.backprop.computation import Computation
from gdsim.core.backprop.narration import Narration, narrate
from gdsim.core.backprop.predict import Answer, Question, asked_of, giveaways
from gdsim.core.backprop.walk import Order, Phase, State, Walk

TYPING = "text"
"""The name under which definitions being typed are undone as one."""


@dataclass(frozen=True)
class Moment:
    """What undo goes back to."""

    experiment: Experiment
    index: int
    selected: int | None
    steps: descent.History


@dataclass(frozen=True)
class Remark:
    """A sentence on something that was done, which stands until the next thing is done; tone as in the sentence bar."""

    text: str
    tone: str


class BackpropState(QObject):
    """Everything that can be read; the session adds everything that can be done."""

    changed = Signal()

    def __init__(self, ticker: Ticker | None, clock: Callable[[], float], parent: QObject | None) -> None:
        super().__init__(parent)
        self._history: History[Moment] = History()
        self._playback = Playback(ticker, clock)
        self.experiment = of_example("notes")
        self.index = 0
        self.selected: int | None = None
        self.steps = descent.History()
        self.remark: Remark | None = None
        self.answer: Answer | None = None
        self.answered = 0
        self.right = self.asked = 0

    @property
    def computation(self) -> Computation:
        return self.experiment.computation

    @property
    def walk(self) -> Walk:
        return self.experiment.walk

    @property
    def state(self) -> State:
        """The graph after the step that is looked at."""
        return self.walk.state(self.index)

    @property
    def narration(self) -> Narration:
        return narrate(self.walk, self.index)

    @property
    def count(self) -> int:
        """How many steps the whole walk has."""
        return self.walk.last

    @property
    def can_step(self) -> bool:
        return self.index < self.count

    @property
    def playing(self) -> bool:
        return self._playback.on

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def asks_first(self) -> bool:
        """Whether derivatives that have not been reached are kept back, since the student is to predict them."""
        return self.experiment.predict and self.experiment.order is Order.TOPOLOGICAL

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the student is to predict of the next step; none on the way forward, and while it plays."""
        if not self.experiment.predict or self.playing or not self.can_step:
            return ()
        return asked_of(self.walk, self.index + 1)

    @property
    def question(self) -> Question | None:
        """The first of them that has not been answered rightly."""
        return next(iter(self.questions[self.answered :]), None)

    @property
    def kept_back(self) -> frozenset[int]:
        """Edges whose local derivatives would give an answer away."""
        return giveaways(self.walk, self.state) if self.asks_first else frozenset()

    @property
    def refused(self) -> str:
        """Why the last gradient step that was asked for was not made; nothing when it was."""
        return self.remark.text if self.remark is not None and self.remark.tone == "bad" else ""

    @property
    def sentence(self) -> Remark:
        """What is to be said now."""
        if self.remark is not None:
            return self.remark
        narration, state = self.narration, self.state
        if state.phase is Phase.START and self.computation.statements.note:
            return Remark(f"{narration.sentence} {self.computation.statements.note}", "neutral")
        trouble = self.computation.trouble
        if trouble is not None and state.working == trouble.vertex:
            return Remark(narration.sentence, "bad")
        if self.walk.order is Order.NOT_WAITING and (state.lost or " Wrong:" in narration.sentence):
            return Remark(narration.sentence, "warning")
        if state.finished and state.phase is Phase.BACKWARD:
            steep, kinks = self.computation.steep, self.computation.kinks
            odd = steep[0].text if steep else kinks[0].short if kinks else ""
            return Remark(f"{narration.sentence} {odd}".strip(), "warning" if odd or self.walk.cut else "good")
        return Remark(narration.sentence, "neutral")

    @property
    def typing(self) -> bool:
        """Whether definitions have been begun and not finished."""
        return self._history.open(TYPING)

    @property
    def can_return(self) -> bool:
        """Whether there are gradient steps to take back."""
        return bool(self.steps.nudges)
