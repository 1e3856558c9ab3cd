"""A race of optimizers: one start, the same number of gradients for each, and rates set by a stated rule.

Either every rate is as the user set it, or every rate is found by the same sweep: the same grid of rates for
everybody, the same number of gradients each, the same rule of choice.  Nothing is clipped, no noise, no schedule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.numerals import in_words
from gdsim.core.objective import Objective
from gdsim.core.optimizers import OPTIMIZERS, Optimizer
from gdsim.core.optimizers.adam import Adam
from gdsim.core.run import Run, StopReason
from gdsim.core.run.run import checked_start

Array = NDArray[np.float64]

SWEEP_RATES: tuple[float, ...] = tuple(float(f"{10.0 ** (k / 4.0):.4g}") for k in range(-20, 5))
"""Four rates a decade from 0.00001 to 10."""
SAME = 1e-12
"""Final losses that differ by less than this share of the whole fall are equal: rounding is no merit."""
_FAILED = (StopReason.DIVERGED, StopReason.NOT_A_NUMBER, StopReason.BORDER)
TOLERANCE = 1e-3
"""The share of the fall, from the start's loss to the lowest, that may be left for a racer to have arrived."""
_PIECE, _SEARCH_PIECE = 60, 12  # steps a pull: one to two milliseconds


@dataclass(frozen=True)
class Sweep:
    """Final loss of one optimizer at every rate of the grid; inf where it diverged or left the numbers.

    `arrivals` is the number of steps after which the loss was (all but) the lowest of all finals, None for others.
    """

    key: str
    rates: tuple[float, ...]
    finals: tuple[float, ...]
    arrivals: tuple[int | None, ...]

    @property
    def best(self) -> float | None:
        """The rate with the lowest final loss; of equals the quickest, then the smallest.  None if all failed."""
        ranked = [
            (arrival, rate)
            for rate, final, arrival in zip(self.rates, self.finals, self.arrivals, strict=True)
            if arrival is not None and math.isfinite(final)
        ]
        return min(ranked)[1] if ranked else None


@dataclass(frozen=True, eq=False)
class Racer:
    """One optimizer's run: its losses step by step, the start's first, and what they cost.

    `gradients` counts the gradients that made a step, `values` what the optimizer evaluated of the function beside,
    `hessians` likewise.  `to_tolerance` is the step from which on the loss stays at or below the race's level, None if
    there is none.  `failure` is a sentence for a run that diverged or met an undefined value, else empty; `ending` says
    how any run ended.
    """

    key: str
    title: str
    optimizer: Optimizer
    run: Run
    losses: Array
    gradients: int
    values: int
    hessians: int
    to_tolerance: int | None
    failure: str
    ending: str

    @property
    def final(self) -> float:
        """The loss at the end of the run: one that stops early has settled and keeps it."""
        return float(self.losses[-1])


@dataclass(frozen=True, eq=False)
class RaceResult:
    """The racers so far in the order of entry, the sweeps that chose their rates (if any), and how to read them.

    `level` is the loss that counts as arrived (None before anyone has finished), `rule` the rule in words, `short_rule`
    the same in brief, `done` the share of the work done.
    """

    racers: tuple[Racer, ...]
    sweeps: tuple[Sweep, ...]
    level: float | None
    rule: str
    short_rule: str
    done: float

    @property
    def ranking(self) -> tuple[Racer, ...]:
        """First who arrived, by steps; then the others by final loss; last who failed."""
        return tuple(sorted(self.racers, key=_rank))

    def rows(self) -> tuple[dict[str, Any], ...]:
        """The table in the order of the ranking, for display and CSV; `steps to tolerance` may be None."""
        return tuple(
            {
                "place": place,
                "optimizer": racer.title,
                "learning rate": racer.optimizer.lr,
                "steps to tolerance": racer.to_tolerance,
                "final loss": racer.final,
                "gradient evaluations": racer.gradients,
                "value evaluations": racer.values,
                "Hessian evaluations": racer.hessians,
                "ended": racer.ending,
            }
            for place, racer in enumerate(self.ranking, start=1)
        )


def race(
    objective: Objective,
    entrants: Sequence[Optimizer],
    start: ArrayLike,
    budget: int = 200,
    tuned: bool = False,
    minimum: float | None = None,
    tolerance: float = TOLERANCE,
) -> Iterator[RaceResult]:
    """Pull to work; yields what is known so far.

    `minimum` is the surface's own lowest value; without it, arrived is measured from the lowest loss of the race.
    The level is minimum + tolerance·(first loss − minimum).  Raises ValueError for an empty field and a bad start.
    """
    if not entrants:
        raise ValueError("a race needs at least one optimizer")
    point = checked_start(start, objective)
    if point.ndim != 1:
        raise ValueError("a race has one start for all")
    return _Race(objective, tuple(entrants), point, budget, tuned, minimum, tolerance).work()


def default_entrants(rate: float | None = None) -> tuple[Optimizer, ...]:
    """One optimizer of every kind that moves by the gradient alone, at one rate or each at its own default."""
    kinds = [kind for kind in OPTIMIZERS.values() if "objective" not in kind.needs]
    return tuple(kind() if rate is None else kind(lr=rate) for kind in kinds)


def race_rule(budget: int, tuned: bool, level: float | None, tolerance: float = TOLERANCE, known: bool = True) -> str:
    """The rule as it is printed under the picture; `known` when the lowest loss is the surface's own."""
    rates = (
        f"Each learning rate is the best of the same {len(SWEEP_RATES)} rates from {in_words(SWEEP_RATES[0])} to "
        f"{in_words(SWEEP_RATES[-1])}, each tried from this start with {budget} gradients: the lowest final loss "
        "wins, of equal ones the quickest."
        if tuned
        else "Each learning rate as it is set."
    )
    lowest = "the known minimum" if known else "the lowest loss of this race"
    arrived = "" if level is None else (
        f" Arrived: the loss is at most {in_words(level)} from then on, so that of the way from the start's loss down "
        f"to {lowest} no more than {in_words(100.0 * tolerance)} % is left."
    )  # fmt: skip
    return (
        f"Same start, {budget} gradient evaluations for each (one a step; a run that settles needs fewer), nothing "
        f"clipped. {rates}{arrived} Ranked by the steps to arrive, then by final loss; failed runs last."
    )


def short_race_rule(budget: int, tuned: bool, level: float | None, tolerance: float = TOLERANCE) -> str:
    """The rule in brief, to stand between the chart and the table."""
    rates = "rates tuned by one sweep" if tuned else "rates as set"
    rule = f"Same start, {budget} gradients each, {rates}."
    if level is None:
        return rule
    left = f"{in_words(100.0 * tolerance)}\u00a0%"  # never parted at the end of a line
    return f"{rule} Arrived: loss ≤ {in_words(level)}, with {left} of the way down left."


class _Race:
    """The state of a race that is being run."""

    def __init__(
        self, objective: Objective, entrants: tuple[Optimizer, ...], start: Array, budget: int, tuned: bool,
        minimum: float | None, tolerance: float,
    ) -> None:  # fmt: skip
        self._objective = objective
        self._entrants = entrants
        self._start = start
        self._budget = budget
        self._tuned = tuned
        self._minimum = minimum
        self._tolerance = tolerance
        self._racers: list[Racer] = []
        self._sweeps: list[Sweep] = []
        self._runs = 0

    def work(self) -> Iterator[RaceResult]:
        for entrant in self._entrants:
            optimizer = entrant
            if self._tuned:
                trials: list[Array] = []
                for rate in SWEEP_RATES:
                    run = Run(self._objective, replace(entrant, lr=rate), self._start, max_steps=self._budget)
                    for _ in _pulled(run):
                        yield self._result()
                    self._runs += 1
                    trials.append(np.full(1, np.inf) if failed(run) else _losses(run))
                self._sweeps.append(_sweep(entrant.key, trials))
                optimizer = replace(entrant, lr=self._sweeps[-1].best or entrant.lr)
            run = Run(self._objective, optimizer, self._start, max_steps=self._budget)
            for _ in _pulled(run):
                yield self._result()
            self._runs += 1
            self._racers.append(_racer(run))
            yield self._result()

    def _result(self) -> RaceResult:
        total = len(self._entrants) * (1 + len(SWEEP_RATES) * self._tuned)
        level = self._level()
        judged = tuple(replace(racer, to_tolerance=_arrival(racer, level)) for racer in self._racers)
        rule = race_rule(self._budget, self._tuned, level, self._tolerance, self._minimum is not None)
        brief = short_race_rule(self._budget, self._tuned, level, self._tolerance)
        return RaceResult(judged, tuple(self._sweeps), level, rule, brief, self._runs / total)

    def _level(self) -> float | None:
        if not self._racers:
            return None
        first = float(self._racers[0].losses[0])
        finished = [racer.final for racer in self._racers if not racer.failure]
        floor = min(finished, default=first) if self._minimum is None else self._minimum
        return floor + self._tolerance * max(0.0, first - floor)


def failed(run: Run) -> bool:
    """Whether a run that has stopped diverged, met an undefined value or ended without a finite loss."""
    return run.stop_reason in _FAILED or not math.isfinite(run.steps[-1].value)


def _pulled(run: Run) -> Iterator[None]:
    """Take the run to its end, a piece at a time."""
    piece = _SEARCH_PIECE if "objective" in run.optimizer.needs else _PIECE
    while run.stop_reason is None:
        run.advance(piece)
        yield


def _losses(run: Run) -> Array:
    return np.array([float(step.value) for step in run.steps])


def _sweep(key: str, trials: Sequence[Array]) -> Sweep:
    """`trials` are the losses of the runs, one an entry of SWEEP_RATES; a single inf for those that failed."""
    finals = tuple(float(losses[-1]) for losses in trials)
    best = min(finals)
    first = max(float(losses[0]) for losses in trials if math.isfinite(losses[0])) if math.isfinite(best) else best
    same = best + SAME * max(abs(first - best), abs(best)) if math.isfinite(best) else -math.inf
    arrivals = [
        int(np.argmax(losses <= same)) if final <= same else None for losses, final in zip(trials, finals, strict=True)
    ]
    return Sweep(key, SWEEP_RATES, finals, tuple(arrivals))


def _racer(run: Run) -> Racer:
    optimizer, steps = run.optimizer, len(run.steps) - 1
    bad = failed(run)
    ending = f"{run.stop_reason}: {run.explanation}"
    searches = "objective" in optimizer.needs
    return Racer(
        key=optimizer.key,
        title=optimizer.name if isinstance(optimizer, Adam) else optimizer.title,
        optimizer=optimizer,
        run=run,
        losses=_losses(run),
        gradients=steps,
        values=int(run.steps[-1].state.evaluations) if searches else 0,
        hessians=steps if "hessian" in optimizer.needs else 0,
        to_tolerance=None,
        failure=ending if bad else "",
        ending=ending,
    )


def _arrival(racer: Racer, level: float | None) -> int | None:
    """The step from which on the loss stays at the level: passing through it at full speed is not arriving."""
    if level is None or racer.failure or not racer.final <= level:
        return None
    above = np.flatnonzero(~(racer.losses <= level))
    return int(above[-1]) + 1 if above.size else 0


def _rank(racer: Racer) -> tuple[bool, float, float]:
    return bool(racer.failure), math.inf if racer.to_tolerance is None else racer.to_tolerance, racer.final
