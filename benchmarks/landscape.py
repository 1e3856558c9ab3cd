"""Many networks at once: a step of a restart fan and a loss slice beside hand-written numpy, and what 32 cost.

The hand-written fan is one step of 32 networks with everything in place; "naive" trains them one after another.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchmarks import network
from benchmarks.measure import Contender, Load, seconds
from gdsim.core.fan import Task
from gdsim.core.fan.group import Group, group_size
from gdsim.core.landscape import LossSurface, random_plane, slice_2d
from gdsim.core.network import MLP
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.trainer import Trainer
from gdsim.core.trainer.programs import Kind

COUNT = 32
RATE = 0.05
SIDE = 33
NETWORK = MLP((2, network.WIDTH, network.WIDTH, 1))
# What the fan was asked for: 32 networks at the cost of so many.
ASKED = 12.0


def trainer(seed: int, key: str = "gd", points: int = network.POINTS, activation: str = "tanh") -> Trainer:
    inputs, targets = network.data()
    return Trainer(
        MLP(NETWORK.sizes, activation), inputs[:2, :points].T, targets[:, :points].T,
        optimizer=OPTIMIZERS[key](lr=RATE), rng=np.random.default_rng(seed),
    )  # fmt: skip


def groups(one: Trainer, single: bool = False) -> list[Group]:
    """The fan's groups, ready to step; a fan trains in single precision unless told otherwise."""
    task = replace(Task.of(one), single=single)
    members = [task.member(seed) for seed in range(COUNT)]
    size = group_size(task, one.training.points, COUNT)
    kind = Kind.of(task.network, task.loss, task.settings)
    found = [Group(task, members[first : first + size], kind) for first in range(0, COUNT, size)]
    for group in found:
        for _ in group.preparing():
            pass
    return found


def stepped(fan: Sequence[Group], steps: int) -> None:
    for group in fan:
        for _ in group.advancing(group.step + steps):
            pass


def by_hand() -> Contender:
    """Batched matrix products over 32 networks, each response above a row of ones, buffers made once."""
    inputs, targets = network.data()
    points, width = inputs.shape[1], network.WIDTH
    start = np.stack([trainer(seed).parameters for seed in range(COUNT)])
    shapes = [(3, width), (width + 1, width), (width + 1, 1)]
    ends = np.cumsum([0, *(a * b for a, b in shapes)])
    w1, w2, w3 = (
        start[:, i:j].reshape(COUNT, *shape).copy() for i, j, shape in zip(ends, ends[1:], shapes, strict=False)
    )
    wide = np.ascontiguousarray(w1.swapaxes(0, 1)).reshape(3, COUNT * width)
    z, slope, work = (np.empty((COUNT, width, points)) for _ in range(3))
    rows1, rows2 = (np.ones((COUNT, width + 1, points)) for _ in range(2))
    h1, h2 = rows1[:, :-1], rows2[:, :-1]
    error, g2, g3 = np.empty((COUNT, 1, points)), np.empty_like(w2), np.empty_like(w3)
    step = RATE * 2.0 / points

    def run(n: int) -> None:
        for _ in range(n):
            np.dot(wide.T, inputs, z.reshape(COUNT * width, points))
            np.tanh(z, h1)
            np.matmul(w2.swapaxes(1, 2), rows1, z)
            np.tanh(z, h2)
            np.matmul(w3.swapaxes(1, 2), rows2, error)
            np.subtract(error, targets, error)
            np.multiply(w3[:, :-1], error, slope)
            np.square(h2, work)
            np.subtract(1.0, work, work)
            np.multiply(slope, work, slope)
            np.matmul(rows1, slope.swapaxes(1, 2), g2)
            np.matmul(w2[:, :-1], slope, z)
            np.square(h1, work)
            np.subtract(1.0, work, work)
            np.multiply(z, work, z)
            g1 = inputs.dot(z.reshape(COUNT * width, points).T)
            np.matmul(rows2, error.swapaxes(1, 2), g3)
            for weights, gradient in ((wide, g1), (w2, g2), (w3, g3)):
                gradient *= step
                weights -= gradient

    def result() -> np.ndarray:
        parts = (wide.reshape(3, COUNT, width).swapaxes(0, 1), w2, w3)
        return np.hstack([part.reshape(COUNT, -1) for part in parts])

    return Contender(run, result)


def restarts() -> Mapping[str, Contender]:
    singles = [trainer(seed) for seed in range(COUNT)]
    fan = groups(trainer(0))

    def one_after_another(n: int) -> None:
        for single in singles:
            single.advance(n)

    return {
        "naive": Contender(one_after_another, lambda: np.stack([single.parameters for single in singles])),
        "tuned": by_hand(),
        "gdsim": Contender(
            lambda n: stepped(fan, n), lambda: np.concatenate([group.parameters for group in fan])
        ),
    }  # fmt: skip


def loss_slice() -> Mapping[str, Contender]:
    one = trainer(0)
    surface, plane = LossSurface.of(one), random_plane(NETWORK, one.parameters, 0)
    inputs, targets = network.data()
    axis = np.linspace(-1.0, 1.0, SIDE)
    vectors = plane.parameters_at(*np.meshgrid(axis, axis)).reshape(-1, NETWORK.parameter_count)
    found = {name: np.empty(SIDE * SIDE) for name in ("naive", "tuned", "gdsim")}

    def each(n: int) -> None:
        for _ in range(n):
            for i, vector in enumerate(vectors):
                found["naive"][i] = surface.height(vector).loss

    def batched(n: int, size: int = 16) -> None:
        for _ in range(n):
            for first in range(0, len(vectors), size):
                part = vectors[first : first + size]
                h = inputs[:2]
                for layer in NETWORK.layers:
                    w = part[:, layer.weights].reshape(-1, layer.inputs, layer.outputs)
                    h = np.matmul(w.swapaxes(1, 2), h)
                    h += part[:, layer.biases, None]
                    if layer.activation == "tanh":
                        np.tanh(h, h)
                h -= targets
                found["tuned"][first : first + size] = np.square(h).mean(axis=(1, 2))

    def ours(n: int) -> None:
        for _ in range(n):
            *_, last = slice_2d(surface, plane, side=SIDE)
            found["gdsim"][:] = last.loss.ravel()

    runs = {"naive": each, "tuned": batched, "gdsim": ours}
    return {name: Contender(run, lambda name=name: found[name]) for name, run in runs.items()}


LOADS = [
    Load("restart fan, 32 networks, a step", "µs", restarts),
    Load(f"loss slice, {SIDE} by {SIDE}", "ms", loss_slice, check_rounds=1),
]


def report(words: Sequence[str], smoke: bool) -> None:
    """What a step of 32 networks costs, in steps of one network by itself."""
    if words and not any(word.lower() in "restart fan" for word in words):
        return
    print(f"\nsteps of one network's that a step of 32 networks 2-8-8-1 takes (asked for: at most {ASKED:g})")
    print(f"{'':42}{'one':>12}{'single precision':>24}{'double precision':>24}")
    for key, points, activation in (
        ("gd", 200, "tanh"), ("adam", 200, "tanh"), ("gd", 200, "relu"), ("gd", 50, "tanh"), ("gd", 20, "tanh"),
    ):  # fmt: skip
        one = trainer(0, key, points, activation)
        one.advance(4000)  # beyond the densest records
        fans = groups(one, single=True), groups(one)
        alone: list[float] = []
        together: tuple[list[float], list[float]] = [], []
        for _ in range(2 if smoke else 200):
            alone.append(seconds(one.advance, 40))
            for times, fan in zip(together, fans, strict=True):
                times.append(sum(seconds(lambda n, group=group: stepped([group], n), 4) for group in fan))
        least, median = min(alone), statistics.median(alone)
        line = f"{f'{activation}, {points} points, {key}':42}{1e6 * least:9.2f} µs"
        for times in together:
            ratio, middle = min(times) / least, statistics.median(times) / median
            line += f"{1e6 * min(times):10.1f} µs{ratio:6.1f} ({middle:.1f})"
        print(line)
