"""What there is to see of the Slope tab: the curve with its two points, what has been traced, what is hidden."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from gdsim.app.history import History
from gdsim.app.playback import Playback
from gdsim.app.tabs.slope.experiment import LEAST_DX, Experiment, of_curve
from gdsim.app.tabs.slope.prediction import Judged
from gdsim.app.tabs.slope.visited import Stretches, put
from gdsim.app.ticker import Ticker
from gdsim.core.expression import Expr
from gdsim.core.slope import Curve, Local, Secant, secant

PARTS = 8
"""A halving of Δx is shown in so many parts while it plays; each makes it about 0.92 times as large."""
NEAR = 1e-6
"""Shrink ends here (times |x| beyond 1): the secant can no longer be told from the tangent."""


@dataclass(frozen=True)
class Moment:
    """What undo goes back to."""

    experiment: Experiment
    part: int
    furthest: int
    visited: Stretches


class SlopeState(QObject):
    """Everything that can be read; the session adds everything that can be done."""

    changed = Signal()

    def __init__(
        self,
        ticker: Ticker | None,
        reduced_motion: Callable[[], bool],
        clock: Callable[[], float],
        parent: QObject | None,
    ) -> None:
        super().__init__(parent)
        self._history: History[Moment] = History()
        self._playback = Playback(ticker, clock)
        self._reduced_motion = reduced_motion
        self.experiment: Experiment = of_curve("square")
        self._part = self._furthest = 0
        self.visited: Stretches = put((), self.experiment.x)
        self.held = False
        """Whether a point is in the hand: what takes long to draw waits."""
        self.predicts = False
        """Whether slopes are hidden until they have been guessed."""
        self.judged: Judged | None = None
        self._told: tuple[str, float] | None = None
        self._secant: tuple[tuple[str, float, float], Secant] | None = None

    # What there is to see

    @property
    def expression(self) -> Expr:
        return self.experiment.expression

    @property
    def curve(self) -> Curve | None:
        """The gallery's entry; None for a typed formula."""
        return self.experiment.known_curve

    @property
    def x(self) -> float:
        return self.experiment.x

    @property
    def dx(self) -> float:
        """The Δx of now, after the halvings so far."""
        return self.experiment.dx * 2.0 ** (-self._part / PARTS)

    @property
    def secant(self) -> Secant:
        """Through the two points, with the curve at x itself."""
        wanted = (self.experiment.formula, self.x, self.dx)
        if self._secant is None or self._secant[0] != wanted:
            self._secant = (wanted, secant(self.expression, self.x, self.dx))
        return self._secant[1]

    @property
    def here(self) -> Local:
        """The curve at x."""
        return self.secant.here

    @property
    def index(self) -> int:
        """Whole halvings so far."""
        return self._part // PARTS

    @property
    def count(self) -> int:
        """Whole halvings that can be gone through again."""
        return self._furthest // PARTS

    @property
    def most(self) -> int:
        """How often this Δx can be halved before it is below what a float can tell."""
        return max(0, math.floor(math.log2(abs(self.experiment.dx) / LEAST_DX)))

    @property
    def can_step(self) -> bool:
        return self.index < self.most

    @property
    def can_shrink(self) -> bool:
        return abs(self.dx) > self._near * (1 + 1e-9)

    @property
    def playing(self) -> bool:
        return self._playback.on

    @property
    def hidden(self) -> bool:
        """Whether the slopes stand behind a question mark until they are guessed."""
        return self.predicts and self._told != (self.experiment.formula, self.x)

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def _near(self) -> float:
        return NEAR * max(1.0, abs(self.x))
