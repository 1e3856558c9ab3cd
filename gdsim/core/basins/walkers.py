"""Thousands of starts taken down at once, a little work a pull.

The optimizer's own update is compiled together with the gradient and run on blocks of one fixed size, since every
size has to be compiled for.  A start whose next move is not finite stays where it is.  Schedules and gradient noise
are no part of it.
"""

from __future__ import annotations

import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff import IndependentOutputWarning, Program, compile, elementwise_grad, ops
from gdsim.core.objective import Objective
from gdsim.core.optimizers import Optimizer

Array = NDArray[np.float64]
Box = tuple[Array, Array]

BLOCK = 2048
"""Starts moved at once: their arrays stay in the cache, and a few rounds take well below a frame."""
SEARCH_BLOCK = 1024
WINDOW = 16
"""So many steps are watched at half-time and at the end."""

REST = 1e-8
"""A move below this, relative to max(1, |x|), is rest, as for a `Run`."""
# Steps after which such a rest is looked for; odd, since a hop there and back is none.
_QUIET = 15

# Estimated times, in nanoseconds a start, and the estimate that a pull may reach: a third of what a pull has.
_SIMPLE, _HARD, _HARDEST = 0.5, 10.0, 40.0
_CALL, _PULL = 500.0, 2.5e6
_HARD_CALLS = re.compile(r"\b(sin|cos|tan|exp|expm1|log\w*|a?r?c?\w*sin|\w*cos|\w*tan|\w*sinh|\w*cosh|tanh|erf)\w*\(")
_HARDEST_CALLS = re.compile(r"\b(power|pow_|float_power)\w*\(")
# Calls in a program's text that give a value for every finite argument; anything else may not.
_TOTAL = re.compile(r"multiply|add|subtract|square|negative|sin|cos|exp|tanh|arctan|sinh|cosh|absolute|maximum|minimum")


@dataclass(frozen=True, eq=False)
class Ends:
    """Where starts ended: points (n, dim), and the boxes in which they stayed during the last steps and at half-time.

    A box is a pair of arrays (n, dim).  `early` is None for methods that never go uphill.
    """

    points: Array
    late: Box
    early: Box | None


@dataclass(frozen=True, eq=False)
class Batch:
    """What a pull brought: the rows that came to their end (often none), and the share of all work done."""

    rows: NDArray[np.intp]
    ends: Ends | None
    done: float


class _Quiet:
    """Starts that have come to rest once: a run would have stopped there.

    RMSProp and its like forget how steep it was, and may throw a ball out again that has rested for long.
    """

    def __init__(self, points: list[Array]) -> None:
        self._rests = np.zeros(points[0].shape, dtype=bool)
        self._places = [x.copy() for x in points]

    def look(self, before: list[Array], after: list[Array]) -> None:
        """Compare the points before and after a few steps."""
        rests = ~self._rests
        for old, new in zip(before, after, strict=True):
            with np.errstate(invalid="ignore"):
                rests &= np.abs(new - old) <= REST * np.maximum(1.0, np.abs(old))
        if rests.any():
            for place, new in zip(self._places, after, strict=True):
                place[rests] = new[rests]
            self._rests |= rests

    def kept(self, ends: Ends) -> Ends:
        """The ends, with those that rested where they rested first."""
        places, row = np.stack(self._places, axis=1), self._rests[:, None]

        def box(around: Box) -> Box:
            return np.where(row, places, around[0]), np.where(row, places, around[1])

        early = None if ends.early is None else box(ends.early)
        return Ends(np.where(row, places, ends.points), box(ends.late), early)


class Walker(ABC):
    """Takes starts of shape (n, dim) through `steps` updates."""

    def __init__(self, objective: Objective, optimizer: Optimizer, steps: int, block: int) -> None:
        self.objective = objective
        self.optimizer = optimizer
        self.steps = steps
        self.block = block

    @abstractmethod
    def walk(self, starts: Array) -> Iterator[Batch]:
        """Pull to work; every row comes in exactly one batch."""


def walker(objective: Objective, optimizer: Optimizer, steps: int, block: int = BLOCK) -> Walker:
    """The way to walk for this optimizer."""
    if "objective" in optimizer.needs:
        return SearchWalker(objective, optimizer, steps, min(block, SEARCH_BLOCK))
    return CompiledWalker(objective, optimizer, steps, block)


class CompiledWalker(Walker):
    """For updates that are made of the gradient alone."""

    _program: Program | None = None
    _rounds = 1

    @property
    def _proportional(self) -> bool:
        """Whether moves shrink with the slope, so that a start that has come to rest stays."""
        return self.optimizer.rate_limit(1.0) is not None

    def walk(self, starts: Array) -> Iterator[Batch]:
        nothing = np.zeros(0, dtype=np.intp)
        if self._program is None:
            # Two pulls, for each compiles the formula once.
            partial = is_partial(self.objective.function, self.objective.dim)
            yield Batch(nothing, None, 0.0)
            self._program = self._compiled(partial)
            self._rounds = rounds_a_pull(self._program.source, self.block)
            if not self._proportional:
                self._rounds = min(self._rounds, _QUIET)
            yield Batch(nothing, None, 0.0)
        count = len(starts)
        for first in range(0, count, self.block):
            rows = np.arange(first, min(first + self.block, count))
            padded = starts[np.resize(rows, self.block)]
            block = self._block(self._program, [np.ascontiguousarray(column) for column in padded.T])
            for share, ends in block:
                if ends is None:
                    yield Batch(nothing, None, (first + share * rows.size) / count)
                else:
                    part = slice(0, rows.size)
                    boxes = [None if box is None else (box[0][part], box[1][part]) for box in (ends.late, ends.early)]
                    assert boxes[0] is not None
                    yield Batch(rows, Ends(ends.points[part], boxes[0], boxes[1]), (first + rows.size) / count)

    def _block(self, program: Program, points: list[Array]) -> Iterator[tuple[float, Ends | None]]:
        """Yields the share of the steps done and, in the end, the ends of the whole block."""
        states = [self.optimizer.init(x) for x in points]
        window = min(WINDOW, self.steps // 4)
        half = self.steps // 2
        boxes: list[Box] = []
        quiet = _Quiet(points)
        taken = 0
        for unwatched, watched in ((half - window, window), (self.steps - half - window, window)):
            target = taken + unwatched
            while taken < target:
                rounds = min(self._rounds, target - taken)
                before = points
                points, states = program(rounds, points, states)
                taken += rounds
                if not self._proportional and rounds == self._rounds:
                    quiet.look(before, points)
                yield taken / self.steps, None
            low, high = [x.copy() for x in points], [x.copy() for x in points]
            for number in range(watched):
                points, states = program(1, points, states)
                for x, least, most in zip(points, low, high, strict=True):
                    np.minimum(least, x, out=least)
                    np.maximum(most, x, out=most)
                taken += 1
                # A watched step costs about as much as two others.
                if number % max(1, self._rounds // 2) == 0:
                    yield taken / self.steps, None
            boxes.append((np.stack(low, axis=1), np.stack(high, axis=1)))
        yield 1.0, quiet.kept(Ends(np.stack(points, axis=1), boxes[1], boxes[0]))

    def _compiled(self, partial: bool) -> Program:
        """The update with the gradient; a `partial` function is asked for its value too."""
        function, optimizer = self.objective.function, self.optimizer
        gradient = elementwise_grad(function, argnum=tuple(range(self.objective.dim)))

        def step(points: Any, states: Any) -> Any:
            slopes = gradient(*points)
            results = [optimizer.update(g, state, point=x) for g, state, x in zip(slopes, states, points, strict=True)]
            moves = [move for move, _ in results]
            # A sum is finite unless a term isn't.  1/x goes on where log has no value: there the value counts too.
            total = sum(moves[1:], moves[0])
            known = ops.isfinite(total + function(*points) if partial else total)
            landed = [ops.where(known, x + move, x) for x, move in zip(points, moves, strict=True)]
            return landed, [state for _, state in results]

        example = [np.full(self.block, 0.5) for _ in range(self.objective.dim)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IndependentOutputWarning)
            return compile(step, example, [optimizer.init(x) for x in example], iterate=True)


class SearchWalker(Walker):
    """For methods that evaluate the objective; they remember nothing, so a start that hardly moves stays.

    Starts of any age share a block: whoever rests or has used its steps makes room for the next.
    """

    def walk(self, starts: Array) -> Iterator[Batch]:
        count = len(starts)
        nothing = np.zeros(0, dtype=np.intp)
        state = self.optimizer.init(np.zeros((self.block, self.objective.dim)))
        # The objective compiles for this size.
        self.objective.value_and_gradient(np.resize(starts, (self.block, starts.shape[1])))
        yield Batch(nothing, None, 0.0)
        rows, age = np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
        points, before = np.zeros((0, starts.shape[1])), np.zeros((0, starts.shape[1]))
        admitted = ended = 0
        while ended < count:
            room = min(self.block - rows.size, count - admitted)
            fresh = np.arange(admitted, admitted + room)
            admitted += room
            rows, age = np.concatenate([rows, fresh]), np.concatenate([age, np.zeros(room, dtype=np.intp)])
            points, before = np.concatenate([points, starts[fresh]]), np.concatenate([before, starts[fresh]])
            moved = self._moved(points, state)
            age = age + 1
            small = np.abs(moved - points) <= REST * np.maximum(1.0, np.abs(points))
            rests = np.asarray(small.all(axis=1), dtype=bool)
            over = rests | (age >= self.steps)
            points, before = moved, np.where(rests[:, None], moved, points)
            if over.any():
                low, high = np.minimum(points[over], before[over]), np.maximum(points[over], before[over])
                ended += int(over.sum())
                yield Batch(rows[over], Ends(points[over], (low, high), None), ended / count)
                rows, age, points, before = rows[~over], age[~over], points[~over], before[~over]
            else:
                yield Batch(nothing, None, ended / count)

    def _moved(self, points: Array, state: Any) -> Array:
        """The points after one update; those without a value, a slope or a finite move stay."""
        padded = np.resize(points, (self.block, points.shape[1]))
        with np.errstate(all="ignore"):
            value, gradient = self.objective.value_and_gradient(padded)
            delta, _ = self.optimizer.update(gradient, state, point=padded, objective=self.objective)
            known = np.isfinite(value) & np.isfinite(gradient).all(axis=1) & np.isfinite(delta).all(axis=1)
            moved: Array = np.where(known[:, None], padded + delta, padded)[: len(points)]
        return moved


def rounds_a_pull(source: str, block: int) -> int:
    """How many rounds of a program fit into a pull, estimated from its text: nothing is timed, so it never varies."""
    hardest = len(_HARDEST_CALLS.findall(source))
    hard = len(_HARD_CALLS.findall(source))
    estimate = source.count("\n") * (_CALL + _SIMPLE * block) + block * (_HARD * hard + _HARDEST * hardest)
    return max(1, min(200, int(_PULL / estimate)))


def is_partial(function: Any, dim: int) -> bool:
    """Whether the function may lack a value at finite points: anything else than operations known to be total."""
    example = [np.full(2, 0.5 + 0.1 * i) for i in range(dim)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IndependentOutputWarning)
        body = compile(function, *example).source.split("def run", 1)[-1]
    return not all(_TOTAL.fullmatch(call) for call in re.findall(r"^\s+([a-z_0-9]+)\(", body, re.MULTILINE))
