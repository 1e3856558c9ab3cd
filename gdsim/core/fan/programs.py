"""The compiled work of many trainings: a step of all networks, its two halves for large data, and their losses."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from gdsim.core.autodiff import Program, compile, grad, ops, trees
from gdsim.core.network import LOSSES
from gdsim.core.trainer.programs import Kind

from .layout import Layout


def _moved(kind: Kind, p: Any, state: Any, lr: Any, numbers: Any, pulls: Any, gradient: Any) -> tuple[Any, ...]:
    """(numbers of the memory, parameters, arrays of the memory) after one move, as a Trainer moves one network."""
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


def _example(kind: Kind, layout: Layout, rates: bool) -> tuple[Any, ...]:
    p = np.zeros(layout.size, layout.real)
    pulls = tuple(np.zeros_like(p) for _ in range(kind.l1 + kind.l2 + kind.decay))
    lr = np.full(layout.size, 0.1) if rates else 0.1
    return p, kind.optimizer().init(p), lr, tuple(0.5 for _ in kind.live), pulls


def _data(layout: Layout, points: int, dropout: bool) -> tuple[Any, Any, Any]:
    sizes = layout.network.sizes
    lead = () if layout.shared else (layout.count,)
    mask = np.ones((layout.count, layout.network.hidden_units, points)) if dropout else ()
    return np.ones((*lead, sizes[0] + 1, points)), np.zeros((*lead, sizes[-1], points)), mask


def _gradient(layout: Layout, loss: str, p: Any, columns: Any, targets: Any, mask: Any) -> Any:
    """Of the sum of all networks' losses: each network's parameters matter to its own loss alone."""
    dropped = None if isinstance(mask, tuple) else mask
    return grad(lambda q: ops.sum(layout.losses(loss, q, columns, targets, dropped)))(p)


@functools.lru_cache(maxsize=12)
def whole_step(kind: Kind, layout: Layout, points: int, rates: bool) -> Program:
    """(p, memory, lr, numbers, pulls, columns, targets, mask) -> (counts, p, memory), in place.

    With `rates`, lr is a vector: a rate for each parameter.
    """

    def step(p: Any, state: Any, lr: Any, numbers: Any, pulls: Any, columns: Any, targets: Any, mask: Any) -> Any:
        gradient = _gradient(layout, kind.loss, p, columns, targets, mask)
        return _moved(kind, p, state, lr, numbers, pulls, gradient)

    data = _data(layout, points, kind.dropout)
    return compile(step, *_example(kind, layout, rates), *data, donate=(0, 1), reuse=True, single=layout.single)


@functools.lru_cache(maxsize=12)
def gradient_part(kind: Kind, layout: Layout, points: int) -> Program:
    """(p, share, columns, targets, mask) -> the gradient of a block that is this share of the batch."""

    def part(p: Any, share: Any, columns: Any, targets: Any, mask: Any) -> Any:
        return share * _gradient(layout, kind.loss, p, columns, targets, mask)

    data = _data(layout, points, kind.dropout)
    return compile(part, np.zeros(layout.size), 1.0, *data, reuse=True, single=layout.single)


@functools.lru_cache(maxsize=12)
def move(kind: Kind, layout: Layout, rates: bool) -> Program:
    """(p, memory, lr, numbers, pulls, gradient) -> (counts, p, memory), in place."""

    def step(p: Any, state: Any, lr: Any, numbers: Any, pulls: Any, gradient: Any) -> Any:
        return _moved(kind, p, state, lr, numbers, pulls, gradient)

    example = *_example(kind, layout, rates), np.zeros(layout.size)
    return compile(step, *example, donate=(0, 1), reuse=True, single=layout.single)


@functools.lru_cache(maxsize=12)
def evaluation(layout: Layout, loss: str, classes: bool, points: int) -> Program:
    """(p, columns, targets) -> of each network the mean loss, and how many points are classed rightly or the sum of
    squared errors; both (count,).
    """
    entry = LOSSES[loss]

    def evaluate(p: Any, columns: Any, targets: Any) -> Any:
        outputs = layout.forward(p, columns)
        if not classes:
            merit = ops.square(entry.link(outputs, 1) - targets)
        elif layout.network.sizes[-1] == 1:
            merit = ops.where(ops.greater(outputs, entry.cut), targets, 1.0 - targets)
        else:
            right = ops.equal(ops.argmax(outputs, axis=1), ops.argmax(targets, axis=0))
            merit = ops.where(right, 1.0, 0.0).reshape((layout.count, 1, points))
        return ops.mean(entry.entries(outputs, targets, 1), axis=(1, 2)), ops.sum(merit, axis=(1, 2))

    columns, targets, _ = _data(layout, points, False)
    return compile(evaluate, np.zeros(layout.size), columns, targets)
