"""Some networks that are trained by one program: as many as stay in the processor's cache together.

Each sees the batches and drops the neurons that a Trainer with its seed would; so each ends where that Trainer would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff import Program, trees
from gdsim.core.trainer.evaluation import DataSet
from gdsim.core.trainer.programs import Kind
from gdsim.core.trainer.sampling import Epochs, Masks

from . import cost, programs
from .layout import Layout, Reals
from .task import Member, Task

Array = NDArray[np.float64]

# A step's calls of numpy, the move of one parameter, the mask of one response, and a point put into a batch.
_CALLS, _A_MOVE, _A_MASK, _A_GATHERING = 6e-5, 8e-9, 4e-9, 3e-8
# So many places in orders of points are drawn in one pull.
_DRAWN = 40_000


def group_size(task: Task, points: int, count: int) -> int:
    """How many of `count` networks make a group: parts of nearly equal size."""
    most = cost.together(task.network, points, task.single)
    return -(-count // -(-count // most))


class Group:
    """`parameters` gives them as they are now, (members, parameter_count)."""

    def __init__(self, task: Task, members: Sequence[Member], kind: Kind) -> None:
        self.task, self.members, self.kind = task, tuple(members), kind
        network, count, data = task.network, len(self.members), task.training
        self.batch = min(task.settings.batch_size or data.points, data.points)
        self.epoch_steps = -(-data.points // self.batch)
        self.layout = Layout(network, count, shared=self.batch == data.points, single=task.single)
        self._data = tuple(part.astype(self.layout.real, copy=False) for part in (data.columns, data.rows))
        self.step = 0
        self._p = self.layout.packed(np.stack([member.start for member in self.members]))
        memory = task.settings.optimizer.init(self._p)
        self._memory = trees.transform(
            lambda leaf: leaf.astype(self.layout.real, copy=False) if isinstance(leaf, np.ndarray) else leaf, memory
        )
        self._counts = tuple(leaf for leaf in trees.leaves(self._memory) if not isinstance(leaf, np.ndarray))
        rates = np.array([member.lr for member in self.members])
        self._own_rates = bool(np.ptp(rates))
        self._base_rates = self._spread(rates)
        self._rates = self._base_rates.copy()
        weights = network.weight_mask
        strengths = ((kind.l1, "l1"), (kind.l2, "l2"), (kind.decay, "weight_decay"))
        self._pulls = tuple(
            self.layout.packed(np.stack([weights * float(getattr(member, name)) for member in self.members]))
            for on, name in strengths
            if on
        )
        self._block = cost.block_size(network, self.batch, times=3.0 * count)
        self._total = np.zeros_like(self._p)
        self._bound: dict[int, tuple[Callable[..., Any], Any]] = {}
        self._move: Callable[..., Any] | None = None
        self._epochs: list[Epochs] = []
        if not self.layout.shared:
            self._epochs = [Epochs(data.columns, data.rows, self.batch, member.drawn, 0) for member in self.members]
        self._epoch, self._orders = -1, np.zeros((count, 0 if self.layout.shared else data.points), np.int64)
        self._masks: list[Masks] = []
        if kind.dropout:
            self._masks = [Masks(network.hidden_units, self.batch, member.drawn) for member in self.members]
        points = count * self.batch
        seconds = _CALLS + 3.0 * points * cost.seconds_a_point(network) + count * network.parameter_count * _A_MOVE
        seconds += points * (_A_MASK * network.hidden_units * kind.dropout + _A_GATHERING * bool(self._epochs))
        self.piece = max(1, int(cost.PIECE_SECONDS / seconds))

    def _spread(self, numbers: Array) -> Reals:
        """A number a network, as a vector with one for each parameter."""
        return self.layout.packed(numbers[:, None])

    @property
    def parameters(self) -> Array:
        return self.layout.unpacked(self._p)

    def hold(self, rows: NDArray[np.bool_]) -> None:
        """Put networks that have diverged back at 0: numbers that are none would slow the others down."""
        places = self.layout.places[rows]
        for array in (self._p, *(leaf for leaf in trees.leaves(self._memory) if isinstance(leaf, np.ndarray))):
            array[places] = 0.0

    # -- steps --------------------------------------------------------------------------------------------------
    def preparing(self) -> Iterator[None]:
        """Compile what the steps need, a program a pull."""
        last = self.batch if self.layout.shared else self.task.training.points % self.batch
        for size in sorted({self.batch, last} - {0}):
            for points in sorted({min(self._block, size - first) for first in range(0, size, self._block)}):
                if points not in self._bound:
                    program = self._program(points)
                    yield
                    self._bound[points] = self._tied(program, points)
                    yield
        if self._blocked and self._move is None:
            self._move = programs.move(self.kind, self.layout, self._own_rates).bind(*self._given(), self._total)
            yield

    @property
    def _blocked(self) -> bool:
        return self._block < self.batch

    def _given(self) -> tuple[Any, ...]:
        state = trees.transform(lambda leaf: leaf if isinstance(leaf, np.ndarray) else ..., self._memory)
        rates = self._rates if self._own_rates else ...
        return self._p, state, rates, self.kind.numbers(self.task.settings.optimizer), self._pulls

    def _program(self, points: int) -> Program:
        if self._blocked:
            return programs.gradient_part(self.kind, self.layout, points)
        return programs.whole_step(self.kind, self.layout, points, self._own_rates)

    def _tied(self, program: Program, points: int) -> tuple[Callable[..., Any], Any]:
        """The program for so many points bound to the arrays here, and its dropout mask."""
        mask: Any = ()
        if self.kind.dropout:
            mask = np.ones((len(self.members), self.task.network.hidden_units, points), self.layout.real)
        if self._blocked:
            return program.bind(self._p, ..., ..., ..., mask), mask
        whole = self.layout.shared
        data = self._data if whole else (..., ...)
        return program.bind(*self._given(), *data, mask), mask

    def advancing(self, goal: int) -> Iterator[None]:
        """On to step `goal`, a piece a pull."""
        yield from self.preparing()
        while self.step < goal:
            yield from self._drawing()
            if self._blocked:
                yield from self._large_step()
            else:
                with np.errstate(all="ignore"):
                    self._some(min(self.piece, goal - self.step, self.epoch_steps - self.step % self.epoch_steps))
            yield

    def _drawing(self) -> Iterator[None]:
        """The order of the points in the epoch that begins, for each member; many points take several pulls."""
        epoch, drawn = self.step // self.epoch_steps, 0
        if epoch == self._epoch or self.layout.shared:
            return
        for row, epochs in enumerate(self._epochs):
            self._orders[row] = epochs.order(epoch)
            drawn += self._orders.shape[1]
            if drawn > _DRAWN:
                drawn = 0
                yield
        self._epoch = epoch

    def _some(self, count: int) -> None:
        for _ in range(count):
            data = None if self.layout.shared else self._batch_of(self.step)
            bound, mask = self._bound[self.batch if data is None else data[0].shape[-1]]
            if self.kind.dropout:
                self._fill(mask, 0)
            self._counts, _, _ = bound(*self._counts, *self._rate(), *(data or ()))
            self.step += 1

    def _rate(self) -> tuple[float, ...]:
        """The rate as an open argument, unless each network has its own, which are put in place."""
        settings = self.task.settings
        if not self._own_rates:
            factor = 1.0 if settings.schedule is None else settings.schedule.factor(self.step)
            return (self.members[0].lr * factor,)
        if settings.schedule is not None:
            np.multiply(self._base_rates, settings.schedule.factor(self.step), out=self._rates)
        return ()

    def _large_step(self) -> Iterator[None]:
        """One step on large data, a block of points a pull."""
        assert self._move is not None
        columns, targets = self._data if self.layout.shared else self._batch_of(self.step)
        points = columns.shape[-1]
        self._total.fill(0.0)
        for first in range(0, points, self._block):
            length = min(self._block, points - first)
            bound, mask = self._bound[length]
            if self.kind.dropout:
                self._fill(mask, first)
            span = slice(first, first + length)
            part = np.ascontiguousarray(columns[..., span]), np.ascontiguousarray(targets[..., span])
            with np.errstate(all="ignore"):
                self._total += bound(length / points, *part)
            yield
        with np.errstate(all="ignore"):
            self._counts, _, _ = self._move(*self._counts, *self._rate())
        self.step += 1

    def _batch_of(self, step: int) -> tuple[Reals, Reals]:
        """Columns (members, d + 1, b) and targets (members, k, b) of that step."""
        first = step % self.epoch_steps * self.batch
        chosen = self._orders[:, first : first + self.batch]
        columns, rows = (data.take(chosen, axis=1).swapaxes(0, 1) for data in self._data)
        return np.ascontiguousarray(columns), np.ascontiguousarray(rows)

    def _fill(self, mask: Reals, first: int) -> None:
        for row, member in enumerate(self.members):
            self._masks[row].fill(self.step, member.dropout, mask[row], first)

    # -- looking ------------------------------------------------------------------------------------------------
    def measuring(self, data: DataSet, losses: Array, scores: Array) -> Iterator[None]:
        """Put each network's loss and score on `data` into the two arrays (members,), a block a pull."""
        task = self.task
        layout = Layout(task.network, len(self.members), shared=True)
        vector = layout.packed(self.parameters)
        losses[:], merits = 0.0, np.zeros(len(self.members))
        size = cost.block_size(task.network, data.points, times=len(self.members))
        for first in range(0, data.points, size):
            columns, rows = (np.ascontiguousarray(a[:, first : first + size]) for a in (data.columns, data.rows))
            program = programs.evaluation(layout, task.loss, task.classes, columns.shape[1])
            value, part = program(vector, columns, rows)
            with np.errstate(all="ignore"):
                losses += value * (columns.shape[1] / data.points)
                merits += part
            yield
        if task.classes:
            scores[:] = merits / data.points
        else:
            with np.errstate(all="ignore"):  # of enormous targets it is infinite
                spread = float(np.square(data.rows - data.rows.mean(axis=1, keepdims=True)).sum())
                scores[:] = 1.0 - merits / spread if spread > 0.0 else np.nan
