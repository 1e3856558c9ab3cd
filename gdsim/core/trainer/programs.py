"""The compiled work of training: a step, its two halves for large data, and the evaluation of a loss.

A program depends on shapes and on which kinds of regularization there are, not on their strengths: learning rate,
penalties, dropout rate and the optimizer's numbers are arguments.  Programs are kept, so that a second Trainer of the
same network compiles nothing.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdsim.core.autodiff import Program, compile, ops, trees, value_and_grad
from gdsim.core.network import LOSSES, MLP
from gdsim.core.optimizers import Optimizer

from .settings import Settings

Array = NDArray[np.float64]

# Points are worked through in blocks of about so many bytes a layer, which stay in the processor's cache.
_BLOCK_BYTES = 128 * 1024


def block_size(network: MLP, points: int) -> int:
    """How many points make one block: all of them when they are few, else parts of nearly equal size."""
    largest = max(2 * max(network.sizes), _BLOCK_BYTES // 8 // max(network.sizes))
    blocks = max(1, round(points / largest))
    return -(-points // blocks)


@dataclass(frozen=True)
class Kind:
    """What a step's program depends on beside the number of points.

    `fixed` are the optimizer's switches and the numbers that are 0 (its code leaves out what they multiply), `live`
    the names of its other numbers.
    """

    network: MLP
    loss: str
    optimizer: type[Optimizer]
    fixed: tuple[tuple[str, float | bool], ...]
    live: tuple[str, ...]
    l1: bool
    l2: bool
    decay: bool
    dropout: bool

    @classmethod
    def of(cls, network: MLP, loss: str, settings: Settings) -> Kind:
        optimizer = settings.optimizer
        values = {f.name: getattr(optimizer, f.name) for f in dataclasses.fields(optimizer) if f.name != "lr"}
        fixed = {name: value for name, value in values.items() if isinstance(value, bool) or value == 0.0}
        return cls(
            network, loss, type(optimizer), tuple(fixed.items()), tuple(name for name in values if name not in fixed),
            settings.l1 > 0.0, settings.l2 > 0.0, settings.weight_decay > 0.0,
            settings.dropout > 0.0 and network.hidden_units > 0,
        )  # fmt: skip

    def numbers(self, optimizer: Optimizer) -> tuple[float, ...]:
        return tuple(float(getattr(optimizer, name)) for name in self.live)

    def with_numbers(self, numbers: tuple[Any, ...], lr: Any) -> Optimizer:
        """The optimizer with traced values in place of its numbers, which its own checks would refuse."""
        optimizer = self.optimizer()
        for name, value in (*self.fixed, *zip(self.live, numbers, strict=True), ("lr", lr)):
            object.__setattr__(optimizer, name, value)
        return optimizer


def is_number(leaf: Any) -> bool:
    return not isinstance(leaf, np.ndarray)


def _moved(kind: Kind, p: Any, state: Any, lr: Any, numbers: Any, pulls: Any, gradient: Any) -> tuple[Any, ...]:
    """(numbers of the memory, parameters, arrays of the memory) after one move.

    `pulls` are vectors of l1, l2 and weight decay a parameter, those that are in force.
    """
    left = list(pulls)
    if kind.l1:
        gradient = gradient + left.pop(0) * ops.sign(p)
    if kind.l2:
        gradient = gradient + left.pop(0) * p
    delta, after = kind.with_numbers(numbers, lr).update(gradient, state, point=p, lr=lr)
    if kind.decay:
        delta = delta - lr * (left.pop(0) * p)
    pairs = list(zip(trees.leaves(state), trees.leaves(after), strict=True))
    counts = tuple(new for old, new in pairs if old.shape == ())
    return counts, p + delta, tuple(new for old, new in pairs if old.shape != ())


def _example(kind: Kind) -> tuple[Any, ...]:
    """Parameters, memory, rate, the optimizer's numbers and the pulls, as examples to trace with."""
    p = np.zeros(kind.network.parameter_count)
    pulls = tuple(np.zeros_like(p) for _ in range(kind.l1 + kind.l2 + kind.decay))
    return p, kind.optimizer().init(p), 0.1, tuple(0.5 for _ in kind.live), pulls


def _data(network: MLP, points: int, dropout: bool) -> tuple[Any, Any, Any]:
    mask = np.ones((network.hidden_units, points)) if dropout else ()
    return np.ones((network.sizes[0] + 1, points)), np.zeros((network.sizes[-1], points)), mask


def _loss(network: MLP, loss: str, p: Any, columns: Any, targets: Any, mask: Any) -> Any:
    return LOSSES[loss].value(network.forward(p, columns, None if isinstance(mask, tuple) else mask), targets, 0)


@functools.lru_cache(maxsize=24)
def whole_step(kind: Kind, points: int) -> Program:
    """(p, memory, lr, numbers, pulls, columns, targets, mask) -> (loss, counts, p, memory), in place."""

    def step(p: Any, state: Any, lr: Any, numbers: Any, pulls: Any, columns: Any, targets: Any, mask: Any) -> Any:
        value, gradient = value_and_grad(lambda q: _loss(kind.network, kind.loss, q, columns, targets, mask))(p)
        return value, *_moved(kind, p, state, lr, numbers, pulls, gradient)

    data = _data(kind.network, points, kind.dropout)
    return compile(step, *_example(kind), *data, donate=(0, 1), reuse=True)


@functools.lru_cache(maxsize=24)
def gradient_part(network: MLP, loss: str, dropout: bool, points: int) -> Program:
    """(p, share, columns, targets, mask) -> loss and gradient of a block that is this share of the batch."""

    def part(p: Any, share: Any, columns: Any, targets: Any, mask: Any) -> Any:
        return value_and_grad(lambda q: share * _loss(network, loss, q, columns, targets, mask))(p)

    return compile(part, np.zeros(network.parameter_count), 1.0, *_data(network, points, dropout), reuse=True)


@functools.lru_cache(maxsize=24)
def move(kind: Kind) -> Program:
    """(p, memory, lr, numbers, pulls, gradient) -> (counts, p, memory), in place."""
    p, state, lr, numbers, pulls = _example(kind)

    def step(p: Any, state: Any, lr: Any, numbers: Any, pulls: Any, gradient: Any) -> Any:
        return _moved(kind, p, state, lr, numbers, pulls, gradient)

    return compile(step, p, state, lr, numbers, pulls, np.zeros_like(p), donate=(0, 1), reuse=True)


@functools.lru_cache(maxsize=24)
def evaluation(network: MLP, loss: str, classes: bool, points: int) -> Program:
    """(p, columns, targets) -> mean loss, and how many points are classed rightly or the sum of squared errors."""
    entry = LOSSES[loss]

    def evaluate(p: Any, columns: Any, targets: Any) -> Any:
        outputs = network.forward(p, columns)
        if not classes:
            merit = ops.sum(ops.square(entry.link(outputs, 0) - targets))
        elif network.sizes[-1] == 1:
            merit = ops.sum(ops.where(ops.greater(outputs, entry.cut), targets, 1.0 - targets))
        else:
            merit = ops.sum(ops.where(ops.equal(ops.argmax(outputs, axis=0), ops.argmax(targets, axis=0)), 1.0, 0.0))
        return entry.value(outputs, targets, 0), merit

    columns, targets, _ = _data(network, points, False)
    return compile(evaluate, np.zeros(network.parameter_count), columns, targets)


@functools.lru_cache(maxsize=24)
def _all_responses(network: MLP, points: int, last_only: bool) -> Program:
    """(p, columns) -> the responses (width, points) of every layer, or of the last."""
    columns, _, _ = _data(network, points, False)
    function = network.forward if last_only else network.layer_responses
    return compile(function, np.zeros(network.parameter_count), columns, reuse=True)


def responses(network: MLP, parameters: Array, inputs: ArrayLike, last_only: bool = False) -> list[Array]:
    """What each layer answers to inputs (n, d): arrays (n, width), worked out block by block."""
    columns = network.columns(inputs)
    points = columns.shape[1]
    size = block_size(network, max(1, points))
    layers = network.layers[-1:] if last_only else network.layers
    found = [np.empty((layer.outputs, points)) for layer in layers]
    block = np.ones((len(columns), size))
    program = _all_responses(network, size, last_only)
    for first in range(0, points, size):
        length = min(size, points - first)
        block[:, :length] = columns[:, first : first + length]
        results = program(parameters, block)
        for whole, part in zip(found, (results,) if last_only else results, strict=True):
            whole[:, first : first + length] = part[:, :length]
    return [whole.T for whole in found]
