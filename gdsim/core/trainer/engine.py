"""The part of training that runs for every step: parameters and memory changed in place by compiled programs.

Small work is one program a step, run many steps in a row; a step on large data is worked through block by block, so
that whoever pulls it can pause in between.  Which of the two depends on shapes alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdsim.core.autodiff import trees
from gdsim.core.network import MLP

from . import programs
from .sampling import Epochs, Masks
from .settings import Segment

Array = NDArray[np.float64]
Step = Callable[..., Any]

# Steps in one piece: so many that it takes at most five milliseconds by this rough count of a step's cost.
_PIECE_SECONDS = 5e-3
_CALLS_SECONDS = 2e-5
_SECONDS_A_PRODUCT = 1.5e-10


class Engine:
    """`parameters` (a flat vector) and `memory` (the optimizer's) are live: every step overwrites them."""

    def __init__(self, network: MLP, loss: str, columns: Array, targets: Array, seed: int, parameters: Array) -> None:
        self.network, self.loss = network, loss
        self.columns, self.targets = columns, targets
        self.points = columns.shape[1]
        self.parameters = parameters
        self.memory: Any = None
        self.piece = 1
        self._seed = seed
        self._counts: tuple[float, ...] = ()
        self._fused: dict[int, tuple[Step, Array]] = {}
        self._parts: dict[int, tuple[Step, Array]] = {}
        self._move: Step | None = None
        self._pulls: dict[str, Array] = {}
        self._mask = network.weight_mask.astype(np.float64)
        self._epochs: Epochs | None = None
        self._epochs_key: tuple[int, int] = (0, -1)
        self._masks: Masks | None = None
        self._total = np.zeros_like(parameters)
        self._known: tuple[int, float, Array] | None = None  # a step with the loss and gradient on its batch
        self._generation = 0  # changes with the state and the settings

    # -- what is in force ---------------------------------------------------------------------------------------
    def enter(self, segment: Segment, previous: Segment | None) -> None:
        """Put a segment's settings in force.  Memory stays unless the optimizer is of another kind."""
        settings = segment.settings
        if segment.parameters is not None:
            self.parameters[:] = segment.parameters
        self.memory = self._with_counts()  # it is bound anew, and its numbers come from here
        same_kind = previous is not None and type(previous.settings.optimizer) is type(settings.optimizer)
        if not same_kind or segment.parameters is not None:
            self.memory = settings.optimizer.init(self.parameters)
        self._segment, self._settings = segment, settings
        self.batch: int = min(settings.batch_size or self.points, self.points)
        self.epoch_steps: int = -(-self.points // self.batch)
        key = (self.batch, segment.epoch_start)
        if self.batch == self.points:
            self._epochs = None
        elif key != self._epochs_key or self._epochs is None:
            self._epochs = Epochs(self.columns, self.targets, self.batch, self._seed, segment.epoch_start)
            self._epochs_key = key
        self.kind = programs.Kind.of(self.network, self.loss, settings)
        if self.kind.dropout and (self._masks is None or self._masks.points != self.batch):
            self._masks = Masks(self.network.hidden_units, self.batch, self._seed)
        for name, strength in (("l1", settings.l1), ("l2", settings.l2), ("weight_decay", settings.weight_decay)):
            np.multiply(self._mask, strength, out=self._pulls.setdefault(name, np.empty_like(self._mask)))
        self.block = programs.block_size(self.network, self.batch)
        self.blocked = self.block < self.batch
        work = 6.0 * self.network.parameter_count * self.batch * _SECONDS_A_PRODUCT
        self.piece = max(1, int(_PIECE_SECONDS / (_CALLS_SECONDS + work)))
        self._unbind()

    def load(self, parameters: Array, memory: Any) -> None:
        """Go to another state: copies are made of both."""
        self.parameters[:] = parameters
        self.memory = copied(memory)
        self._unbind()

    def snapshot(self) -> Any:
        """A copy of the memory, its counts up to date."""
        return copied(self._with_counts())

    def _with_counts(self) -> Any:
        """The memory with the numbers in it as the last step left them; its arrays are the live ones."""
        counts = iter(self._counts)
        return trees.transform(lambda leaf: leaf if isinstance(leaf, np.ndarray) else next(counts), self.memory)

    def _unbind(self) -> None:
        self._fused, self._parts, self._move, self._known = {}, {}, None, None
        self._generation += 1
        self._counts = tuple(leaf for leaf in trees.leaves(self.memory) if programs.is_number(leaf))

    # -- bound programs -----------------------------------------------------------------------------------------
    def _given(self) -> tuple[Any, ...]:
        """The arguments that stay from step to step; open are the counts in the memory and the rate."""
        state = trees.transform(lambda leaf: ... if programs.is_number(leaf) else leaf, self.memory)
        kind = self.kind
        in_force = (("l1", kind.l1), ("l2", kind.l2), ("weight_decay", kind.decay))
        pulls = tuple(self._pulls[name] for name, on in in_force if on)
        return self.parameters, state, ..., kind.numbers(self._settings.optimizer), pulls

    def _room_for_mask(self, points: int) -> Any:
        return np.ones((self.network.hidden_units, points)) if self.kind.dropout else ()

    def _whole(self, points: int) -> tuple[Step, Array]:
        """The step for a batch of so many points, and its mask."""
        if points not in self._fused:
            mask = self._room_for_mask(points)
            data = (self.columns, self.targets) if self._epochs is None else (..., ...)
            bound = programs.whole_step(self.kind, points).bind(*self._given(), *data, mask)
            self._fused[points] = bound, mask
        return self._fused[points]

    def _part(self, points: int) -> tuple[Step, Array]:
        if points not in self._parts:
            mask = self._room_for_mask(points)
            program = programs.gradient_part(self.network, self.loss, self.kind.dropout, points)
            self._parts[points] = program.bind(self.parameters, ..., ..., ..., mask), mask
        return self._parts[points]

    def preparing(self) -> Iterator[None]:
        """Compile and bind what the coming steps need, one program a pull; nothing to pull when all is there."""
        generation, last = self._generation, self.points % self.batch
        sizes = [self.batch, last] if last else [self.batch]
        if self.blocked:
            sizes = sorted({min(self.block, size - first) for size in sizes for first in range(0, size, self.block)})
        for points in sizes:
            if points in (self._parts if self.blocked else self._fused):
                continue
            if self.blocked:
                programs.gradient_part(self.network, self.loss, self.kind.dropout, points)
            else:
                programs.whole_step(self.kind, points)
            yield
            if generation != self._generation:
                return
            _ = self._part(points) if self.blocked else self._whole(points)
            yield
            if generation != self._generation:
                return
        if self.blocked and self._move is None:
            self._move = programs.move(self.kind).bind(*self._given(), self._total)
            yield

    def _batch_points(self, step: int) -> int:
        place: int = (step - self._segment.epoch_start) % self.epoch_steps
        points: int = min(self.batch, self.points - place * self.batch)
        return points

    # -- steps --------------------------------------------------------------------------------------------------
    def run(self, step: int, count: int, limit: float) -> tuple[int, float]:
        """Up to `count` whole steps from `step`: how many were made, and the loss before the last of them.

        It ends early after a step whose loss was not below `limit`.
        """
        if self._epochs is None and not self.kind.dropout and self._settings.schedule is None:
            return self._run_plain(count, limit)
        settings, epochs, dropout = self._settings, self._epochs, self.kind.dropout
        counts = self._counts
        value, made = math.nan, 0
        plain = self._whole(self.points) if epochs is None else None
        epoch, place = divmod(step - self._segment.epoch_start, self.epoch_steps)
        batches = epochs.batches(epoch) if epochs is not None else ()
        rate = settings.rate(step)
        changing = settings.schedule is not None
        for now in range(step, step + count):
            if changing:
                rate = settings.rate(now)
            if plain is not None:
                bound, mask = plain
                if dropout:
                    self._fill(now, mask, 0)
                value, counts, _, _ = bound(*counts, rate)
            else:
                if place == self.epoch_steps:
                    epoch, place = epoch + 1, 0
                    batches = epochs.batches(epoch) if epochs is not None else ()
                columns, targets = batches[place]
                place += 1
                bound, mask = self._whole(columns.shape[1])
                if dropout:
                    self._fill(now, mask, 0)
                value, counts, _, _ = bound(*counts, rate, columns, targets)
            made += 1
            if not value < limit:
                break
        self._counts, self._known = counts, None
        self._generation += 1
        return made, value

    def _run_plain(self, count: int, limit: float) -> tuple[int, float]:
        """All points at once, a constant rate, no dropout: nothing changes from step to step but the counts."""
        bound, _ = self._whole(self.points)
        rate, counts = self._settings.optimizer.lr, self._counts
        value, made = math.nan, 0
        for _ in range(count):
            value, counts, _, _ = bound(*counts, rate)
            made += 1
            if not value < limit:
                break
        self._counts, self._known = counts, None
        self._generation += 1
        return made, value

    def differentiating(self, step: int) -> Iterator[None]:
        """The loss and its gradient on the batch of `step`, a block a pull; kept until the step is made.

        Given up silently when other settings or another state come in between.
        """
        if self._known is not None and self._known[0] == step:
            return
        generation = self._generation
        columns, targets = self.columns, self.targets
        if self._epochs is not None:
            epoch, place = divmod(step - self._segment.epoch_start, self.epoch_steps)
            columns, targets = self._epochs.batches(epoch)[place]
        points = columns.shape[1]
        loss, total = 0.0, np.zeros_like(self.parameters)
        for first in range(0, points, self.block):
            span = slice(first, min(first + self.block, points))
            length = span.stop - first
            part, mask = self._part(length)
            if self.kind.dropout:
                self._fill(step, mask, first)
            block = np.ascontiguousarray(columns[:, span]), np.ascontiguousarray(targets[:, span])
            with np.errstate(all="ignore"):
                value, gradient = part(length / points, *block)
                loss += value
                total += gradient
            if self.blocked:
                yield
                if generation != self._generation:
                    return
        self._known = step, loss, total

    def objective_gradient(self) -> Array:
        """What `differentiating` found, with the penalty's share."""
        assert self._known is not None, "differentiating comes first"
        p, pulls = self.parameters, self._pulls
        with np.errstate(all="ignore"):
            found: Array = self._known[2] + pulls["l1"] * np.sign(p) + pulls["l2"] * p
        return found

    def move(self, step: int) -> float:
        """The step on large data, after `differentiating`; the loss before it."""
        assert self._move is not None, "preparing comes first"
        assert self._known is not None, "differentiating comes first"
        _, loss, self._total[:] = self._known
        self._known = None
        self._generation += 1
        with np.errstate(all="ignore"):
            self._counts, _, _ = self._move(*self._counts, self._settings.rate(step))
        return loss

    def _fill(self, step: int, mask: Array, first: int) -> None:
        assert self._masks is not None
        self._masks.fill(step, self._settings.dropout, mask, first)

    def dropped(self, step: int) -> Array | None:
        """The mask (hidden units, points of the batch) of the step made from `step`; None without dropout."""
        if not self.kind.dropout:
            return None
        mask = np.ones((self.network.hidden_units, self._batch_points(step)))
        self._fill(step, mask, 0)
        return mask


def copied(memory: Any) -> Any:
    return trees.transform(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, memory)
